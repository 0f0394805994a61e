#include <cmath>

#include "engine/world/components.hpp"
#include "engine/world/jump_sizes.hpp"

namespace unhedged::world {
namespace {

using random::Purpose;

/// The hazard is held over a step at its value at the start: the compensated price stays a martingale at
/// any step size, and the hazard follows the run-up to the first order of the step.
class BubbleCrashes final : public Component {
 public:
  explicit BubbleCrashes(std::size_t asset) : asset_(asset) {}

  void start(BlockState& block, const NoiseCache&) override {
    for (std::size_t lane = 0; lane < kLanes; ++lane) reference_[lane] = level(lane, block);
  }

  void enter(std::size_t lane, std::size_t, std::uint32_t, BlockState& block, const NoiseCache&) override {
    reference_[lane] = level(lane, block);
  }

  void move(const Move& move, BlockState& block, NoiseCache& noise) override {
    const auto factor = static_cast<std::uint32_t>(asset_);
    const Lanes& uniform = noise.uniforms(Purpose::crash, factor, move.step);
    AssetState& state = block.assets[asset_].state;
    for (std::size_t lane = 0; lane < kLanes; ++lane) {
      const auto& bubble = block.of(asset_, lane).bubble;
      if (!bubble) continue;
      const double variance = bubble->crash_deviation * bubble->crash_deviation;
      const double expected = hazard(*bubble, lane, block) * move.dt;
      const unsigned count = uniform[lane] < 1 - expected ? 0 : poisson_count(expected, uniform[lane]);
      state.log_spot[lane] -= std::expm1(bubble->crash_mean + 0.5 * variance) * expected;
      if (count == 0) continue;
      const EventDraws draw(noise, factor, noise.paths().value[lane], move.step);
      state.log_spot[lane] += count * bubble->crash_mean +
                              std::sqrt(count * variance) * draw.normal(Purpose::crash_size);
      state.jumps[lane] += count;
    }
  }

  void show(BlockState& block) override {
    for (std::size_t lane = 0; lane < kLanes; ++lane)
      if (const auto& b = block.of(asset_, lane).bubble)
        block.assets[asset_].jump_variance[lane] +=
            b->variance(hazard(*b, lane, block));
  }

 private:
  /// Log of the price, up to a constant; the run-up of a price that is not positive is none.
  double level(std::size_t lane, const BlockState& block) const {
    const AssetState& state = block.assets[asset_].state;
    return state.log_spot[lane] + std::log(std::max(1e-300, state.anchor[lane]));
  }

  double hazard(const Bubble& bubble, std::size_t lane, const BlockState& block) const {
    return std::min(bubble.ceiling, bubble.hazard * std::exp(bubble.growth * (level(lane, block) - reference_[lane])));
  }

  std::size_t asset_;
  Lanes reference_{};
};

}  // namespace

std::unique_ptr<Component> make_bubble(const Scenario&, std::size_t asset) {
  return std::make_unique<BubbleCrashes>(asset);
}

}  // namespace unhedged::world
