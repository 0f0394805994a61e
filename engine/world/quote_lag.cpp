
#include "engine/math/scalar.hpp"
#include "engine/world/components.hpp"

namespace unhedged::world {
namespace {

/// The level q of the quotes follows the variance v, dq/dt = k (v - q), exactly where v is a straight line over
/// the step; where quotes follow at once it is the variance.
class QuoteLag final : public Component {
 public:
  explicit QuoteLag(std::size_t asset) : asset_(asset) {}

  void start(BlockState& block, const NoiseCache&) override {
    block.assets[asset_].quote_level = block.assets[asset_].state.variance;
  }

  void enter(std::size_t lane, std::size_t, std::uint32_t, BlockState& block, const NoiseCache&) override {
    const AssetRegime& regime = block.of(asset_, lane);
    if (regime.quote_decay == 0 || regime.resets_quotes)
      block.assets[asset_].quote_level[lane] = block.assets[asset_].state.variance[lane];
  }

  void open(const BlockState& block) override { before_ = block.assets[asset_].state.variance; }

  void move(const Move& move, BlockState& block, NoiseCache&) override {
    BlockAsset& asset = block.assets[asset_];
    for (std::size_t lane = 0; lane < kLanes; ++lane) {
      const double decay = block.of(asset_, lane).quote_decay, variance = asset.state.variance[lane];
      const double time = decay * move.dt, lost = -scalar::expm1(-time);
      double& level = asset.quote_level[lane];
      if (decay == 0) level = variance;
      else level = variance + (level - before_[lane]) * (1 - lost) - (variance - before_[lane]) * lost / time;
    }
  }

 private:
  std::size_t asset_;
  Lanes before_{};  // the variance at the start of the step
};

}  // namespace

std::unique_ptr<Component> make_quote_lag(const Scenario&, std::size_t asset) {
  return std::make_unique<QuoteLag>(asset);
}

}  // namespace unhedged::world
