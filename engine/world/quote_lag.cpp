#include "engine/math/scalar.hpp"
#include "engine/world/components.hpp"
#include "engine/world/part_kernels.hpp"

namespace unhedged::world {
namespace {

/// The level q of the quotes follows the variance v, dq/dt = k (v - q), exactly where v is a straight line
/// over the step; where quotes follow at once it is the variance.
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

  void advance(const Move&, BlockState& block, NoiseCache&) override {
    BlockAsset& asset = block.assets[asset_];
    part_kernels().follow(law_, block.regime, before_, asset.state.variance, asset.quote_level);
  }

 private:
  void prepare(const Scenario& scenario, double dt) override {
    for (std::size_t r = 0; r < scenario.regimes.size(); ++r) {
      const double time = scenario.regimes[r].assets[asset_].quote_decay * dt, lost = -scalar::expm1(-time);
      law_.kept[r] = time > 0 ? 1 - lost : 0;
      law_.slope[r] = time > 0 ? lost / time : 0;
    }
  }

  std::size_t asset_;
  QuoteLagLaw law_{};
  Lanes before_{};  // the variance at the start of the step
};

}  // namespace

std::unique_ptr<Component> make_quote_lag(const Scenario&, std::size_t asset) {
  return std::make_unique<QuoteLag>(asset);
}

}  // namespace unhedged::world
