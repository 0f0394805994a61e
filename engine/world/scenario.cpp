#include "engine/world/scenario.hpp"

#include <algorithm>

#include "engine/math/scalar.hpp"

namespace unhedged::world {
namespace {

/// Steps a path may have spent in each regime are not tracked: `after` counts as possible once the
/// regime has been reachable that long.
struct Reachable {
  std::vector<bool> now;
  std::vector<std::size_t> since;  // first step the regime was reachable
};

bool may_fire(const Transition& transition, const TimeGrid& grid, const Reachable& reachable,
              std::size_t step) {
  if (!reachable.now[transition.from]) return false;
  switch (transition.kind) {
    case Transition::Kind::at: return step == transition.step;
    case Transition::Kind::after:
      return step >= grid.after(reachable.since[transition.from], transition.step);
    case Transition::Kind::rate:
    case Transition::Kind::when: return true;
  }
  return false;
}

/// A regime that every path leaves at this step is no longer reachable, unless someone enters it.
bool surely_left(const Scenario& scenario, const Reachable& reachable, std::size_t regime, std::size_t step,
                 bool entered_at_random) {
  for (const Transition& transition : scenario.transitions) {
    if (transition.from != regime) continue;
    if (transition.kind == Transition::Kind::at && step == transition.step) return true;
    if (transition.kind == Transition::Kind::after && !entered_at_random &&
        step == scenario.grid.after(reachable.since[regime], transition.step))
      return true;
  }
  return false;
}

bool any_random(const Scenario& scenario) {
  for (const Transition& transition : scenario.transitions)
    if (transition.kind == Transition::Kind::rate || transition.kind == Transition::Kind::when) return true;
  return false;
}

struct Walk {
  std::vector<RegimeSet> table;
  std::vector<bool> fired;
};

RegimeSet set_of(const std::vector<bool>& regimes) {
  RegimeSet set;
  for (std::size_t r = 0; r < regimes.size(); ++r)
    if (regimes[r]) set.insert(r);
  return set;
}

Walk walk(const Scenario& scenario) {
  const std::size_t count = scenario.regimes.size();
  const bool random = any_random(scenario);
  Reachable reachable{std::vector<bool>(count), std::vector<std::size_t>(count, 0)};
  reachable.now[scenario.start] = true;
  Walk out{{set_of(reachable.now)}, std::vector<bool>(scenario.transitions.size())};
  for (std::size_t step = 1; step <= scenario.grid.steps; ++step) {
    std::vector<bool> next = reachable.now;
    for (std::size_t regime = 0; regime < count; ++regime)
      if (reachable.now[regime] && surely_left(scenario, reachable, regime, step, random))
        next[regime] = false;
    for (std::size_t t = 0; t < scenario.transitions.size(); ++t) {
      const Transition& transition = scenario.transitions[t];
      if (!may_fire(transition, scenario.grid, reachable, step)) continue;
      out.fired[t] = out.fired[t] || step < scenario.grid.steps;
      if (!next[transition.to]) reachable.since[transition.to] = step;
      next[transition.to] = true;
    }
    reachable.now = next;
    out.table.push_back(set_of(next));
  }
  return out;
}

}  // namespace

bool AssetToday::may_be_stale() const {
  return std::ranges::any_of(venues, [](const market::Venue& venue) { return venue.stale; });
}

bool Scenario::may_be_negative(std::size_t asset) const {
  return std::ranges::any_of(regimes, [asset](const Regime& regime) {
    return std::holds_alternative<models::BachelierParams>(regime.assets[asset].dynamics);
  });
}

bool Scenario::quotes_may_lag(std::size_t asset) const {
  return std::ranges::any_of(regimes,
                             [asset](const Regime& regime) { return regime.assets[asset].quote_decay > 0; });
}

std::vector<RegimeSet> reachable_regimes(const Scenario& scenario) { return walk(scenario).table; }

std::vector<double> slowest_recovery(const Scenario& scenario, std::size_t asset) {
  std::vector<double> slowest(scenario.regimes.size(), 0.0);
  const auto own = [&](std::size_t regime) {
    const double recovery = scenario.regimes[regime].assets[asset].liquidity.recovery;
    return recovery > 0 ? scalar::log(2.0) / recovery : 0;
  };
  for (std::size_t regime = 0; regime < slowest.size(); ++regime) slowest[regime] = own(regime);
  for (std::size_t round = 0; round < slowest.size(); ++round)
    for (const Transition& t : scenario.transitions)
      if (own(t.to) == 0) slowest[t.to] = std::max(slowest[t.to], slowest[t.from]);
  return slowest;
}

std::vector<bool> transitions_that_may_fire(const Scenario& scenario) { return walk(scenario).fired; }

}  // namespace unhedged::world
