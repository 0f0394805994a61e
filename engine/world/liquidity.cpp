#include <algorithm>
#include <cmath>
#include <tuple>

#include "engine/math/scalar.hpp"
#include "engine/world/components.hpp"
#include "engine/world/event_draws.hpp"
#include "engine/world/part_kernels.hpp"

namespace unhedged::world {
namespace {

using random::Purpose;

bool takes_depth(const Scenario& scenario, std::size_t asset) {
  return std::ranges::any_of(scenario.regimes, [asset](const Regime& regime) {
    const AssetRegime& r = regime.assets[asset];
    return r.liquidity.withdrawn_by_jump > 0 || (r.order_flow && r.order_flow->drain > 0);
  });
}

/// Depth and spread of one asset around the levels of the regime. Depth withdrawn by jumps and drained by
/// the order flow comes back at the recovery rate last stated on the path, from the moment it was taken, so
/// that the law of what is gone does not depend on the step; the same rate pulls back the noise. A book with
/// half its depth has twice its spread.
class LiquidityState final : public Component {
 public:
  LiquidityState(const Scenario& scenario, std::size_t asset)
      : asset_(asset), withdraws_(takes_depth(scenario, asset)) {
    for (std::size_t r = 0; r < scenario.regimes.size(); ++r) {
      const AssetRegime& regime = scenario.regimes[r].assets[asset];
      shown_.half_spread[r] = regime.liquidity.half_spread;
      shown_.spread_elasticity[r] = regime.liquidity.spread_elasticity;
      shown_.daily_volume[r] = regime.liquidity.daily_volume;
      shown_.volume_elasticity[r] = regime.liquidity.volume_elasticity;
      shown_.elastic = shown_.elastic || regime.liquidity.spread_elasticity != 0 ||
                       regime.liquidity.volume_elasticity != 0;
      shown_.noisy = shown_.noisy || regime.liquidity.noise != 0;
      shown_.usual_variance[r] = std::max(1e-12, regime.usual_variance());
    }
  }

  void start(BlockState& block, const NoiseCache&) override {
    gone_.fill(0.0);
    noise_.fill(0.0);
    recovery_ = block.regime;  // the regime of today states one
    block.assets[asset_].notes_withdrawals = withdraws_;
    block.assets[asset_].withdrawn.clear();
  }

  void enter(std::size_t lane, std::size_t, std::uint32_t, BlockState& block, const NoiseCache&) override {
    const Liquidity& l = block.of(asset_, lane).liquidity;
    if (l.recovery > 0) recovery_.value[lane] = block.regime.value[lane];
    if (l.resets) gone_[lane] = noise_[lane] = 0;
  }

  void advance(const Move& move, BlockState& block, NoiseCache& noise) override {
    if (withdraws_) withdraw(move, block, noise);
    if (shown_.noisy)
      part_kernels().recover(law_, {&recovery_, &block.regime},
                             noise.normals(Purpose::depth, Factor::asset(asset_), move.step), gone_, noise_);
    else if (withdraws_) part_kernels().decay(law_.decay, recovery_, gone_);
    for (const auto& [lane, gone] : taken_) gone_[lane] = gone;
    taken_.clear();
  }

  void show(BlockState& block) override {
    BlockAsset& asset = block.assets[asset_];
    part_kernels().show_depth(shown_, block.regime,
                              {&asset.state.variance, &asset.jump_variance, &gone_, &noise_,
                               &asset.half_spread, &asset.inverse_volume});
  }

 private:
  static constexpr double kMostGone = 1 - 1e-6;  // a book is never so empty that nothing has a price

  void prepare(const Scenario& scenario, double dt) override {
    for (std::size_t r = 0; r < scenario.regimes.size(); ++r) {
      const Liquidity& l = scenario.regimes[r].assets[asset_].liquidity;
      const double decay = scalar::exp(-l.recovery * dt);
      law_.decay[r] = decay;
      law_.spread[r] = std::sqrt(1 - decay * decay);
      law_.noise[r] = l.noise;
    }
  }

  /// Plain jumps come anywhere in the step; only here do their times matter.
  void note_plain_jumps(const Move& move, BlockState& block, const NoiseCache& noise) const {
    for (std::size_t lane = 0; lane < kLanes; ++lane) {
      const auto count = static_cast<unsigned>(block.assets[asset_].state.jumps[lane]);
      if (count == 0) continue;
      const EventDraws draw(noise, Factor::asset(asset_), noise.paths().value[lane], move.step);
      for (unsigned jump = 0; jump < count; ++jump)
        block.withdraw_by_jump(asset_, lane, move.dt * draw.uniform(Purpose::jump_time, jump));
    }
  }

  /// Goes through what the step took, lane by lane in the order of time; what is gone at its end is kept in
  /// taken_.
  void withdraw(const Move& move, BlockState& block, const NoiseCache& noise) {
    note_plain_jumps(move, block, noise);
    std::vector<Withdrawal>& all = block.assets[asset_].withdrawn;
    std::ranges::sort(all, {}, [](const Withdrawal& w) { return std::tuple(w.lane, -w.left, w.order); });
    for (std::size_t k = 0; k < all.size();) {
      const std::size_t lane = all[k].lane;
      const double recovery =
          block.scenario->regimes[recovery_.value[lane]].assets[asset_].liquidity.recovery;
      double gone = gone_[lane], left = move.dt;
      for (; k < all.size() && all[k].lane == lane; ++k) {
        gone *= scalar::exp(-recovery * (left - all[k].left));
        gone = std::min(kMostGone, 1 - (1 - gone) * all[k].kept);
        left = all[k].left;
      }
      taken_.emplace_back(lane, gone * scalar::exp(-recovery * left));
    }
    all.clear();
  }

  std::size_t asset_;
  bool withdraws_;
  RecoveryLaw law_{};
  DepthLaw shown_{};
  Lanes gone_{}, noise_{};  // share of the depth withdrawn; log of the depth around its level
  LaneIndex recovery_{};    // the regime whose recovery is in force
  std::vector<std::pair<std::size_t, double>>
      taken_;  // lanes that lost depth in the step, and what is gone there
};

}  // namespace

std::unique_ptr<Component> make_liquidity(const Scenario& scenario, std::size_t asset) {
  return std::make_unique<LiquidityState>(scenario, asset);
}

}  // namespace unhedged::world
