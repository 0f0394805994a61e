#pragma once
#include <algorithm>
#include <cstdint>
#include <span>

#include "engine/core/calendar.hpp"
#include "engine/core/stop.hpp"
#include "engine/random/noise.hpp"

/// The order of events, and the only loop over time: simulation, pilot paths, recording and histories all go
/// through it, each with a kind of participant of its own.
namespace unhedged::simulation {

/// A step from grid time t to the next. Participants are evaluated side by side, asset by asset, so that the
/// tables of an asset stay in the nearest cache; the last asset just before they act, while its lanes are
/// there.
template <class Participant>
void step(std::span<Participant* const> all, std::size_t assets, std::uint32_t t) {
  for (Participant* p : all) p->enter(t);  // regimes change; what can be seen is shown
  for (std::size_t a = 0; a + 1 < assets; ++a)
    for (Participant* p : all) p->evaluate(a, t);  // price and Greeks of an asset
  for (Participant* p : all) {
    p->evaluate(assets - 1, t);
    p->settle(t);  // contracts that expire now pay
    p->accrue(t);  // yield on what was held since the last time
    p->trade(t);   // what arrives is filled; desks decide; orders go out
    p->record(t);  // observers look
    p->carry(t);   // margin of what is held until the next time
    p->impact(t);  // what was filled moves the price, or nothing does
    p->move(t);    // to the next grid time
  }
}

/// Steps that a group takes before the next group does: as many as noise caches keep the numbers of. With
/// four at a time the state of twenty scenarios comes from the far cache too often.
inline constexpr std::uint32_t kGroupsTogether = 4, kStepsTogether = kGroupsTogether * random::kStepsPerGroup;

/// From today to the horizon, where what is held is closed. Groups know nothing of each other but share
/// random numbers: while one takes its steps, its state and tables stay in the cache. errors  Interrupted
template <class Participant>
void walk(std::span<const std::span<Participant* const>> groups, std::size_t assets, const TimeGrid& grid,
          const Stop& stop) {
  const auto horizon = static_cast<std::uint32_t>(grid.steps);
  for (const auto& group : groups)
    for (Participant* p : group) p->start();
  for (std::uint32_t first = 0; first < horizon; first += kStepsTogether)
    for (const auto& group : groups)
      for (std::uint32_t t = first; t < std::min(first + kStepsTogether, horizon); ++t) {
        stop.check();
        step(group, assets, t);
      }
  for (const auto& group : groups)
    for (Participant* p : group) p->finish(horizon);
}

/// The same of one group.
template <class Participant>
void walk(std::span<Participant* const> all, std::size_t assets, const TimeGrid& grid, const Stop& stop) {
  walk(std::span<const std::span<Participant* const>>(&all, 1), assets, grid, stop);
}

}  // namespace unhedged::simulation
