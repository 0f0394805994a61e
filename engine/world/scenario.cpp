#include "engine/world/scenario.hpp"

namespace unhedged::world {
namespace {

/// Steps a path may have spent in each regime are not tracked: `after` counts as possible once the
/// regime has been reachable that long.
struct Reach {
  std::vector<bool> now;
  std::vector<std::size_t> since;  // first step the regime was reachable
};

bool may_fire(const Transition& transition, const Reach& reach, std::size_t step) {
  if (!reach.now[transition.from]) return false;
  switch (transition.kind) {
    case Transition::Kind::at: return step == transition.step;
    case Transition::Kind::after: return step >= reach.since[transition.from] + transition.step;
    case Transition::Kind::rate: return transition.step_probability > 0;
  }
  return false;
}

/// A regime that every path leaves at this step is no longer reachable, unless someone enters it.
bool surely_left(const Scenario& scenario, const Reach& reach, std::size_t regime, std::size_t step,
                 bool entered_at_random) {
  for (const Transition& transition : scenario.transitions) {
    if (transition.from != regime) continue;
    if (transition.kind == Transition::Kind::at && step == transition.step) return true;
    if (transition.kind == Transition::Kind::after && !entered_at_random &&
        step == reach.since[regime] + transition.step)
      return true;
  }
  return false;
}

bool any_random(const Scenario& scenario) {
  for (const Transition& transition : scenario.transitions)
    if (transition.kind == Transition::Kind::rate) return true;
  return false;
}

}  // namespace

std::vector<std::vector<bool>> reachable_regimes(const Scenario& scenario) {
  const std::size_t count = scenario.regimes.size();
  const bool random = any_random(scenario);
  Reach reach{std::vector<bool>(count), std::vector<std::size_t>(count, 0)};
  reach.now[scenario.start] = true;
  std::vector<std::vector<bool>> table{reach.now};
  for (std::size_t step = 1; step <= scenario.grid.steps; ++step) {
    std::vector<bool> next = reach.now;
    for (std::size_t regime = 0; regime < count; ++regime)
      if (reach.now[regime] && surely_left(scenario, reach, regime, step, random))
        next[regime] = false;
    for (const Transition& transition : scenario.transitions) {
      if (!may_fire(transition, reach, step)) continue;
      if (!next[transition.to]) reach.since[transition.to] = step;
      next[transition.to] = true;
    }
    reach.now = next;
    table.push_back(next);
  }
  return table;
}

}  // namespace unhedged::world
