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
/// The same where the normal of Purpose::jump_size has been drawn already.
JumpSums draw_sizes(const models::Jumps& jumps, std::uint64_t count, const EventDraws& draw, double normal);

/// Lanes of a block with jumps in a step, to draw their sizes side by side.
struct JumpedLanes {
  std::size_t count = 0;
  std::uint16_t lane[kLanes];
  PathIds path;
  std::uint64_t jumps[kLanes];  ///< how many
  Lanes normal;                 ///< standard ones, as ListDraws gives them

  void add(std::size_t in_lane, std::uint64_t path_id, std::uint64_t number);
};

}  // namespace unhedged::world
