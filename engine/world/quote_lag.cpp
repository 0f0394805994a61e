#include <cmath>

#include "engine/world/components.hpp"

namespace unhedged::world {
namespace {

/// The level goes toward the variance at the end of each step; where quotes follow at once it is the variance.
class QuoteLag final : public Component {
 public:
  explicit QuoteLag(std::size_t asset) : asset_(asset) {}

  void start(BlockState& block, const NoiseCache&) override {
    block.assets[asset_].quote_level = block.assets[asset_].state.variance;
  }

  void enter(std::size_t lane, std::size_t, std::uint32_t, BlockState& block, const NoiseCache&) override {
    if (block.of(asset_, lane).quote_decay == 0)
      block.assets[asset_].quote_level[lane] = block.assets[asset_].state.variance[lane];
  }

  void move(const Move& move, BlockState& block, NoiseCache&) override {
    BlockAsset& asset = block.assets[asset_];
    for (std::size_t lane = 0; lane < kLanes; ++lane) {
      const double decay = block.of(asset_, lane).quote_decay, variance = asset.state.variance[lane];
      const double kept = decay > 0 ? std::exp(-decay * move.dt) : 0;
      asset.quote_level[lane] = variance + (asset.quote_level[lane] - variance) * kept;
    }
  }

 private:
  std::size_t asset_;
};

}  // namespace

std::unique_ptr<Component> make_quote_lag(const Scenario&, std::size_t asset) {
  return std::make_unique<QuoteLag>(asset);
}

}  // namespace unhedged::world
