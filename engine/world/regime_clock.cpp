#include "engine/world/regime_clock.hpp"

#include <algorithm>

#include "engine/math/scalar.hpp"
#include "engine/world/reaction_kernels.hpp"

namespace unhedged::world {

using random::Purpose;

RegimeClock::RegimeClock(const Scenario& scenario) : scenario_(&scenario), triggers_(scenario) {
  due_.reserve(scenario.transitions.size());
  changes_.reserve(kLanes);
}

void RegimeClock::start(BlockState& block) {
  const auto start = static_cast<std::uint8_t>(scenario_->start);
  std::ranges::fill(block.regime.value, start);
  std::ranges::fill(block.previous, start);
  std::ranges::fill(block.entered, 0u);
  std::ranges::fill(block.entered_open, 0u);
  present_ = std::uint64_t{1} << start;
}

void RegimeClock::count_present(const BlockState& block) {
  present_ = 0;
  for (std::size_t lane = 0; lane < kLanes; ++lane) present_ |= std::uint64_t{1} << block.regime.value[lane];
}

bool RegimeClock::may_fire(const Transition& transition, std::uint32_t step) const {
  if ((present_ >> transition.from & 1) == 0) return false;
  switch (transition.kind) {
    case Transition::Kind::at: return step == transition.step;
    case Transition::Kind::after: return open_steps_ >= transition.step;
    case Transition::Kind::rate:
    case Transition::Kind::when: return true;
  }
  return true;
}

RegimeClock::Due RegimeClock::due(std::size_t index, std::uint32_t step, NoiseCache& noise) const {
  const Transition& transition = scenario_->transitions[index];
  if (transition.kind != Transition::Kind::rate) return {index, nullptr, 0};
  return {index, &noise.uniforms(Purpose::transition, Factor::transition(index), step),
          -scalar::expm1(-transition.rate * scenario_->grid.dt(step - 1))};
}

/// Most of what is due fires nowhere, which a pass over the block finds out.
bool RegimeClock::fires_anywhere(const Due& due, const BlockState& block) const {
  const Transition& transition = scenario_->transitions[due.index];
  const auto from = static_cast<std::uint8_t>(transition.from);
  switch (transition.kind) {
    case Transition::Kind::at: return true;  // or it would not be due
    case Transition::Kind::after: {
      const auto latest =
          static_cast<std::uint32_t>(open_steps_ - transition.step);  // or it would not be due
      int any = 0;
      for (std::size_t lane = 0; lane < kLanes; ++lane)
        any |= static_cast<int>(block.regime.value[lane] == from) &
               static_cast<int>(block.entered_open[lane] <= latest);
      return any != 0;
    }
    case Transition::Kind::when: return triggers_.fires_anywhere(due.index, from, block.regime);
    case Transition::Kind::rate:
      return reaction_kernels().any_below(*due.uniform, due.chance, from, block.regime);
  }
  return true;
}

bool RegimeClock::fires(const Due& due, std::size_t lane, const BlockState& block) const {
  const Transition& transition = scenario_->transitions[due.index];
  if (transition.from != block.regime.value[lane]) return false;
  switch (transition.kind) {
    case Transition::Kind::at: return true;  // or it would not be due
    case Transition::Kind::after: return open_steps_ - block.entered_open[lane] >= transition.step;
    case Transition::Kind::when: return triggers_.fires(due.index, lane);
    case Transition::Kind::rate: return (*due.uniform)[lane] < due.chance;
  }
  return false;
}

void RegimeClock::enter(std::size_t lane, std::size_t regime, std::uint32_t step, BlockState& block) {
  const std::uint8_t from = block.regime.value[lane];
  block.previous[lane] = from;
  block.regime.value[lane] = static_cast<std::uint8_t>(regime);
  block.entered[lane] = step;
  block.entered_open[lane] = open_steps_;
  changes_.push_back({static_cast<std::uint16_t>(lane), from});
}

std::span<const RegimeChange> RegimeClock::advance(std::uint32_t step, BlockState& block, NoiseCache& noise) {
  changes_.clear();
  due_.clear();
  open_steps_ = static_cast<std::uint32_t>(scenario_->grid.open_steps(step));
  for (std::size_t index = 0; index < scenario_->transitions.size(); ++index)
    if (may_fire(scenario_->transitions[index], step)) due_.push_back(due(index, step, noise));
  std::erase_if(due_, [&](const Due& each) { return !fires_anywhere(each, block); });
  for (std::size_t lane = 0; !due_.empty() && lane < kLanes; ++lane)
    for (const Due& each : due_)
      if (fires(each, lane, block)) {
        enter(lane, scenario_->transitions[each.index].to, step, block);
        break;
      }
  if (!changes_.empty()) count_present(block);
  return changes_;
}

void RegimeClock::settle(std::span<const RegimeChange> changes, const BlockState& block) {
  if (triggers_.any())
    for (const RegimeChange& change : changes) triggers_.enter(change.lane, block);
}

}  // namespace unhedged::world
