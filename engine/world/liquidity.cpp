#include <algorithm>
#include <cmath>

#include "engine/world/components.hpp"

namespace unhedged::world {
namespace {

using random::Purpose;

/// Depth and spread of one asset around the levels of the regime. Depth withdrawn by jumps and drained by
/// the order flow comes back at the recovery rate last stated on the path; the same rate pulls back the
/// noise. A book with half its depth has twice its spread.
class LiquidityState final : public Component {
 public:
  explicit LiquidityState(std::size_t asset) : asset_(asset) {}

  void start(BlockState& block, const NoiseCache&) override {
    gone_.fill(0.0);
    noise_.fill(0.0);
    recovery_.fill(block.of(asset_, 0).liquidity.recovery);
  }

  void enter(std::size_t lane, std::size_t, std::uint32_t, BlockState& block, const NoiseCache&) override {
    const double stated = block.of(asset_, lane).liquidity.recovery;
    if (stated > 0) recovery_[lane] = stated;
  }

  void move(const Move& move, BlockState& block, NoiseCache& noise) override {
    const BlockAsset& asset = block.assets[asset_];
    const Lanes& shock = noise.normals(Purpose::depth, static_cast<std::uint32_t>(asset_), move.step);
    for (std::size_t lane = 0; lane < kLanes; ++lane) {
      const Liquidity& l = block.of(asset_, lane).liquidity;
      const double decay = std::exp(-recovery_[lane] * move.dt);
      const double kept = std::exp(asset.state.jumps[lane] * std::log1p(-l.withdrawn_by_jump) + asset.drained[lane]);
      gone_[lane] = std::min(kMostGone, 1 - (1 - gone_[lane] * decay) * kept);
      noise_[lane] = noise_[lane] * decay + l.noise * std::sqrt(1 - decay * decay) * shock[lane];
    }
  }

  void show(BlockState& block) override {
    BlockAsset& asset = block.assets[asset_];
    for (std::size_t lane = 0; lane < kLanes; ++lane) {
      const AssetRegime& regime = block.of(asset_, lane);
      const Liquidity& l = regime.liquidity;
      const double variance = asset.state.variance[lane] + asset.jump_variance[lane];
      const double heat = 0.5 * std::log(std::max(1e-12, variance / std::max(1e-12, regime.usual_variance())));
      const double left = (1 - gone_[lane]) * std::exp(noise_[lane]);
      asset.half_spread[lane] =
          std::min(1.0, l.half_spread * std::exp(l.spread_elasticity * heat) / left);
      const double volume = l.daily_volume * std::exp(l.volume_elasticity * heat) * left;
      asset.inverse_volume[lane] = volume > 0 ? 1 / volume : 0;
    }
  }

 private:
  static constexpr double kMostGone = 1 - 1e-6;  // a book is never so empty that nothing has a price

  std::size_t asset_;
  Lanes gone_{}, noise_{};  // share of the depth withdrawn; log of the depth around its level
  Lanes recovery_{};        // a year
};

}  // namespace

std::unique_ptr<Component> make_liquidity(const Scenario&, std::size_t asset) {
  return std::make_unique<LiquidityState>(asset);
}

}  // namespace unhedged::world
