#include <algorithm>
#include <cmath>

#include "engine/math/scalar.hpp"
#include "engine/world/components.hpp"
#include "engine/world/event_draws.hpp"

namespace unhedged::world {
namespace {

using random::Purpose;

/// Depth and spread of one asset around the levels of the regime. Depth withdrawn by jumps and drained by
/// the order flow comes back at the recovery rate last stated on the path, from the moment it was taken, so
/// that the law of what is gone does not depend on the step; the same rate pulls back the noise. A book with
/// half its depth has twice its spread.
class LiquidityState final : public Component {
 public:
  LiquidityState(const Scenario& scenario, std::size_t asset)
      : asset_(asset), withdraws_(std::ranges::any_of(scenario.regimes, [asset](const Regime& regime) {
          const AssetRegime& r = regime.assets[asset];
          return r.liquidity.withdrawn_by_jump > 0 || (r.order_flow && r.order_flow->drain > 0);
        })) {}

  void start(BlockState& block, const NoiseCache&) override {
    gone_.fill(0.0);
    noise_.fill(0.0);
    recovery_.fill(block.of(asset_, 0).liquidity.recovery);
    block.assets[asset_].withdrawn.assign(withdraws_ ? kLanes : 0, {});
  }

  void enter(std::size_t lane, std::size_t, std::uint32_t, BlockState& block, const NoiseCache&) override {
    const Liquidity& l = block.of(asset_, lane).liquidity;
    if (l.recovery > 0) recovery_[lane] = l.recovery;
    if (l.resets) gone_[lane] = noise_[lane] = 0;
  }

  void move(const Move& move, BlockState& block, NoiseCache& noise) override {
    const Lanes& shock = noise.normals(Purpose::depth, Factor::asset(asset_), move.step);
    for (std::size_t lane = 0; lane < kLanes; ++lane) {
      const Liquidity& l = block.of(asset_, lane).liquidity;
      const double decay = scalar::exp(-recovery_[lane] * move.dt);
      if (withdraws_) add_plain_jumps(move, lane, block, noise);
      if (withdraws_ && !block.assets[asset_].withdrawn[lane].empty())
        withdraw(recovery_[lane], move.dt, lane, block.assets[asset_].withdrawn[lane]);
      else
        gone_[lane] *= decay;
      noise_[lane] = noise_[lane] * decay + l.noise * std::sqrt(1 - decay * decay) * shock[lane];
    }
  }

  void show(BlockState& block) override {
    BlockAsset& asset = block.assets[asset_];
    for (std::size_t lane = 0; lane < kLanes; ++lane) {
      const AssetRegime& regime = block.of(asset_, lane);
      const Liquidity& l = regime.liquidity;
      const double variance = asset.state.variance[lane] + asset.jump_variance[lane];
      const double heat = 0.5 * scalar::log(std::max(1e-12, variance / std::max(1e-12, regime.usual_variance())));
      const double left = (1 - gone_[lane]) * scalar::exp(noise_[lane]);
      asset.half_spread[lane] =
          std::min(1.0, l.half_spread * scalar::exp(l.spread_elasticity * heat) / left);
      const double volume = l.daily_volume * scalar::exp(l.volume_elasticity * heat) * left;
      asset.inverse_volume[lane] = volume > 0 ? 1 / volume : 0;
    }
  }

 private:
  static constexpr double kMostGone = 1 - 1e-6;  // a book is never so empty that nothing has a price

  /// Plain jumps come anywhere in the step; only here do their times matter.
  void add_plain_jumps(const Move& move, std::size_t lane, BlockState& block, const NoiseCache& noise) const {
    const auto count = static_cast<unsigned>(block.assets[asset_].state.jumps[lane]);
    if (count == 0) return;
    const EventDraws draw(noise, Factor::asset(asset_), noise.paths().value[lane], move.step);
    for (unsigned jump = 0; jump < count; ++jump)
      block.withdraw_by_jump(asset_, lane, move.dt * draw.uniform(Purpose::jump_time, jump));
  }

  /// Goes through what the step took, in the order of time.
  void withdraw(double recovery, double dt, std::size_t lane, std::vector<Withdrawal>& taken) {
    std::ranges::stable_sort(taken, std::ranges::greater{}, &Withdrawal::left);
    double gone = gone_[lane], left = dt;
    for (const Withdrawal& each : taken) {
      gone *= scalar::exp(-recovery * (left - each.left));
      gone = std::min(kMostGone, 1 - (1 - gone) * each.kept);
      left = each.left;
    }
    gone_[lane] = gone * scalar::exp(-recovery * left);
    taken.clear();
  }

  std::size_t asset_;
  bool withdraws_;
  Lanes gone_{}, noise_{};  // share of the depth withdrawn; log of the depth around its level
  Lanes recovery_{};        // a year
};

}  // namespace

std::unique_ptr<Component> make_liquidity(const Scenario& scenario, std::size_t asset) {
  return std::make_unique<LiquidityState>(scenario, asset);
}

}  // namespace unhedged::world
