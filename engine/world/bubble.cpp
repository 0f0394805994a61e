#include <algorithm>

#include "engine/math/scalar.hpp"
#include "engine/world/components.hpp"
#include "engine/world/hazard.hpp"
#include "engine/world/event_draws.hpp"
#include "engine/world/part.hpp"

namespace unhedged::world {
namespace {

using random::Purpose;

/// Crashes at their times within a step, along the straight line through what else moved the price in it. The
/// price is paid the integral of the hazard along its own path: a martingale at any step.
class BubbleCrashes final : public Part<Bubble> {
 public:
  BubbleCrashes(const Scenario& scenario, std::size_t asset)
      : Part(laws_of(scenario, asset, &AssetRegime::bubble)), asset_(asset) {}

  void open(const BlockState& block) override {
    for (std::size_t lane = 0; lane < kLanes; ++lane) level_[lane] = level(lane, block);
    variance_ = block.assets[asset_].state.variance;
  }

  void move(const Move& move, BlockState& block, NoiseCache& noise) override {
    const Lanes& first = noise.uniforms(Purpose::crash, Factor::asset(asset_), move.step);
    for (std::size_t lane = 0; lane < kLanes; ++lane) {
      const Bubble* bubble = acting(lane, block);
      if (bubble == nullptr) continue;
      const EventDraws draw(noise, Factor::asset(asset_), noise.paths().value[lane], move.step);
      const double slope = (level(lane, block) - level_[lane]) / move.dt;
      block.assets[asset_].state.log_spot[lane] += crashes(*bubble, slope, move.dt, first[lane], lane, draw, block);
    }
  }

  void show(BlockState& block) override {
    for (std::size_t lane = 0; lane < kLanes; ++lane)
      if (const Bubble* b = acting(lane, block)) {
        const double hazard = scalar::exp(std::min(scalar::log(b->ceiling), log_hazard(*b, lane, level(lane, block))));
        block.assets[asset_].jump_variance[lane] += b->variance(hazard);
      }
  }

 private:
  void begin(std::size_t lane, const Bubble&, std::uint32_t, BlockState& block, const NoiseCache&) override {
    reference_[lane] = level(lane, block);
  }

  /// Log of the price; the run-up of a price that is not positive is none.
  double level(std::size_t lane, const BlockState& block) const {
    const AssetState& state = block.assets[asset_].state;
    return state.log_spot[lane] + scalar::log(std::max(1e-300, state.anchor[lane]));
  }

  double log_hazard(const Bubble& bubble, std::size_t lane, double level) const {
    return scalar::log(bubble.hazard) + bubble.growth * (level - reference_[lane]);
  }

  /// What crashes, and the growth that pays for them, add to the log price in a step. Between its ends a
  /// Brownian path is off the line by dt / 6 times its variance in the mean square: the hazard is raised by
  /// what that brings on average.
  double crashes(const Bubble& bubble, double slope, double dt, double first, std::size_t lane, const EventDraws& draw,
                 BlockState& block) const {
    const double bend = bubble.growth * bubble.growth * variance_[lane] * dt / 12, paid = growth_for_hazard(bubble);
    double moved = 0, left = dt, target = -scalar::log(first);
    for (unsigned crash = 0;; ++crash) {
      const double now = level_[lane] + slope * (dt - left) + moved;
      const HazardAlong hazard(bubble, log_hazard(bubble, lane, now) + bend, slope);
      const double mass = hazard.mass(left);
      if (!(target < mass)) return moved + paid * mass;
      left -= std::clamp(hazard.waiting_time(target), 0.0, left);
      moved += paid * target + bubble.crash_mean + bubble.crash_deviation * draw.normal(Purpose::crash_size, crash);
      block.withdraw_by_jump(asset_, lane, left);
      target = -scalar::log(draw.uniform(Purpose::crash, crash + 1));
    }
  }

  std::size_t asset_;
  Lanes reference_{};           // log price the run-up counts from
  Lanes level_{}, variance_{};  // at the start of the step
};

}  // namespace

std::unique_ptr<Component> make_bubble(const Scenario& scenario, std::size_t asset) {
  return std::make_unique<BubbleCrashes>(scenario, asset);
}

}  // namespace unhedged::world
