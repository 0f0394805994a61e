#include <algorithm>

#include "engine/math/scalar.hpp"
#include "engine/world/components.hpp"
#include "engine/world/event_draws.hpp"
#include "engine/world/event_kernels.hpp"
#include "engine/world/hazard.hpp"
#include "engine/world/part.hpp"

namespace unhedged::world {
namespace {

using random::Purpose;

/// Crashes at their times within a step, along the straight line through what else moved the price in it. The
/// price is paid the integral of the hazard along its own path: a martingale at any step.
class BubbleCrashes final : public Part<Bubble> {
 public:
  BubbleCrashes(const Scenario& scenario, std::size_t asset)
      : Part(laws_of(scenario, asset, &AssetRegime::bubble)), asset_(asset) {
    hazards_.resize(regimes());
    for (std::size_t r = 0; r < regimes(); ++r)
      if (const Bubble* bubble = law(r)) add(r, *bubble);
  }

  void open(const BlockState& block) override {
    show_level(block, level_);
    variance_ = block.assets[asset_].state.variance;
  }

  void advance(const Move& move, BlockState& block, NoiseCache& noise) override {
    const Lanes& first = noise.uniforms(Purpose::crash, Factor::asset(asset_), move.step);
    AssetState& state = block.assets[asset_].state;
    show_level(block, moved_);
    event_kernels().await_crashes(law_, block.regime, {&level_, &moved_, &reference_, &variance_}, move.dt,
                                  first, events_);
    for (std::size_t lane = 0; lane < kLanes; ++lane) state.log_spot[lane] += events_.expected[lane];
    for (std::size_t k = 0; k < events_.count; ++k) {
      const std::size_t lane = events_.lane[k];
      const EventDraws draw(noise, Factor::asset(asset_), noise.paths().value[lane], move.step);
      state.log_spot[lane] += crashes(move.dt, first[lane], lane, draw, block);
    }
  }

  void show(BlockState& block) override {
    show_level(block, moved_);
    event_kernels().add_crash_variance(law_, block.regime, moved_, reference_,
                                       block.assets[asset_].jump_variance);
  }

 private:
  void add(std::size_t regime, const Bubble& bubble) {
    const HazardLaw hazard = hazard_law(bubble);
    hazards_[regime] = hazard;
    law_.acts[regime] = 1;
    law_.log_hazard[regime] = std::max(kLeastLogHazard, scalar::log(bubble.hazard));
    law_.growth[regime] = hazard.growth;
    law_.paid[regime] = hazard.paid;
    law_.ceiling[regime] = hazard.ceiling;
    law_.log_ceiling[regime] = hazard.log_ceiling;
    law_.variance[regime] = bubble.variance(1);
  }

  void begin(std::size_t lane, const Bubble&, std::uint32_t, BlockState& block, const NoiseCache&) override {
    const AssetState& state = block.assets[asset_].state;
    reference_[lane] = state.log_spot[lane] + scalar::log(std::max(1e-300, state.anchor[lane]));
  }

  void show_level(const BlockState& block, Lanes& out) const {
    const AssetState& state = block.assets[asset_].state;
    event_kernels().log_price(state.anchor, state.log_spot, out);
  }

  /// What crashes, and the growth that pays for them, add to the log price in a step. Between its ends a
  /// Brownian path is off the line by dt / 6 times its variance in the mean square: the hazard is raised by
  /// what that brings on average.
  double crashes(double dt, double first, std::size_t lane, const EventDraws& draw, BlockState& block) const {
    const std::size_t regime = block.regime.value[lane];
    const Bubble& bubble = *law(regime);
    const HazardLaw& hazard_law = hazards_[regime];
    const double slope = (moved_[lane] - level_[lane]) / dt;
    const double bend = bubble.growth * bubble.growth * variance_[lane] * dt / 12, paid = hazard_law.paid;
    double moved = 0, left = dt, target = -scalar::log(first);
    for (unsigned crash = 0;; ++crash) {
      const double now = level_[lane] + slope * (dt - left) + moved;
      const double log_hazard = law_.log_hazard[regime] + bubble.growth * (now - reference_[lane]) + bend;
      const HazardAlong hazard(hazard_law, log_hazard, slope);
      const double mass = hazard.mass(left);
      if (!(target < mass)) return moved + paid * mass;
      left -= std::clamp(hazard.waiting_time(target), 0.0, left);
      moved += paid * target + bubble.crash_mean +
               bubble.crash_deviation * draw.normal(Purpose::crash_size, crash);
      block.withdraw_by_jump(asset_, lane, left);
      target = -scalar::log(draw.uniform(Purpose::crash, crash + 1));
    }
  }

  std::size_t asset_;
  BubbleLaw law_{};
  std::vector<HazardLaw> hazards_;  // [regime]
  Lanes reference_{};               // log price the run-up counts from
  Lanes level_{}, variance_{};      // at the start of the step
  Lanes moved_{};                   // log price at the end of what else moves it
  Events events_{};
};

}  // namespace

std::unique_ptr<Component> make_bubble(const Scenario& scenario, std::size_t asset) {
  return std::make_unique<BubbleCrashes>(scenario, asset);
}

}  // namespace unhedged::world
