#pragma once
#include "engine/simulation/path_block.hpp"
#include "engine/simulation/result.hpp"

namespace unhedged::simulation {

/// Keeps what the columns of the plan make of a block that has ended: numbers in their place of the outcome,
/// which no other block touches, means in `sums`.
void store(const Plan& plan, const PathBlock& block, const PathRange& range, Outcome& outcome,
           TallySums& sums);

}  // namespace unhedged::simulation
