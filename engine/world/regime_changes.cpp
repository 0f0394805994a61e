
#include "engine/math/scalar.hpp"
#include "engine/world/block_world.hpp"

/// When and how a block of paths changes regimes.
namespace unhedged::world {

using random::Purpose;

bool BlockWorld::fires(std::size_t index, std::size_t lane, std::uint32_t step,
                       NoiseCache& noise) const {
  const Transition& transition = engine_->scenario().transitions[index];
  if (transition.from != state_.regime.value[lane]) return false;
  switch (transition.kind) {
    case Transition::Kind::at: return step == transition.step;
    case Transition::Kind::after: return open_steps_ - state_.entered_open[lane] >= transition.step;
    case Transition::Kind::when: return triggers_.fires(index, lane);
    case Transition::Kind::rate: break;
  }
  const double chance = -scalar::expm1(-transition.rate * engine_->scenario().grid.dt(step - 1));
  return noise.uniforms(Purpose::transition, Factor::transition(index), step)[lane] < chance;
}

/// What entering does to one asset: the variance may be reset, the price may gap.
void BlockWorld::jump_into(std::size_t lane, std::size_t asset, std::uint32_t step, const NoiseCache& noise) {
  const AssetRegime& entered = state_.of(asset, lane);
  AssetState& state = state_.assets[asset].state;
  if (entered.gap.mean != 0 || entered.gap.deviation != 0) {
    const auto stream = noise.stream(Purpose::entry_gap, Factor::asset(asset));
    const double z = random::normal_at(stream, noise.paths().value[lane], step);
    state.log_spot[lane] += entered.gap.mean + entered.gap.deviation * z;
  }
  if (entered.gap.shift != 0 || entered.gap.shift_deviation != 0) {
    const auto stream = noise.stream(Purpose::entry_shift, Factor::asset(asset));
    const double z = random::normal_at(stream, noise.paths().value[lane], step);
    state.anchor[lane] = state_.spot(asset, lane) + entered.gap.shift + entered.gap.shift_deviation * z;
    state.log_spot[lane] = 0;
  }
  if (const auto* normal = std::get_if<models::BachelierParams>(&entered.dynamics))
    state.variance[lane] = normal->quoted_variance(state_.spot(asset, lane));
  else if (entered.resets_variance)
    state.variance[lane] = models::initial_variance(entered.dynamics);
}

void BlockWorld::enter(std::size_t lane, std::size_t regime, std::uint32_t step,
                       const NoiseCache& noise) {
  const std::uint8_t from = state_.regime.value[lane];
  state_.previous[lane] = from;
  state_.regime.value[lane] = static_cast<std::uint8_t>(regime);
  state_.entered[lane] = step;
  state_.entered_open[lane] = open_steps_;
  for (std::size_t a = 0; a < state_.assets.size(); ++a) jump_into(lane, a, step, noise);
  for (auto& component : components_) component->enter(lane, from, step, state_, noise);
  if (triggers_.any()) triggers_.enter(lane, state_);
}

bool BlockWorld::may_fire(const Transition& transition, std::uint32_t step) const {
  if ((present_ >> transition.from & 1) == 0) return false;
  switch (transition.kind) {
    case Transition::Kind::at: return step == transition.step;
    case Transition::Kind::after: return open_steps_ >= transition.step;
    case Transition::Kind::rate:
    case Transition::Kind::when: return true;
  }
  return true;
}

bool BlockWorld::change_regimes(std::uint32_t step, NoiseCache& noise) {
  const auto& transitions = engine_->scenario().transitions;
  open_steps_ = static_cast<std::uint32_t>(engine_->scenario().grid.open_steps(step));
  due_.clear();
  for (std::size_t index = 0; index < transitions.size(); ++index)
    if (may_fire(transitions[index], step)) due_.push_back(index);
  bool changed = false;
  for (std::size_t lane = 0; !due_.empty() && lane < kLanes; ++lane)
    for (const std::size_t index : due_)
      if (fires(index, lane, step, noise)) {
        enter(lane, transitions[index].to, step, noise);
        changed = true;
        break;
      }
  return changed;
}

}  // namespace unhedged::world
