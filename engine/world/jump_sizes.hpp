#pragma once
#include "engine/models/jumps.hpp"
#include "engine/world/event_draws.hpp"

namespace unhedged::world {

/// What `count` jumps of a step add.
struct JumpSums {
  double log_spot = 0;
  double variance = 0;
};
/// Exact in law for any count: normal sizes add to a normal, exponential ones to a gamma variate.
JumpSums draw_sizes(const models::Jumps& jumps, std::uint64_t count, const EventDraws& draw);

}  // namespace unhedged::world
