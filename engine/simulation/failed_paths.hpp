#pragma once
#include <cstdint>
#include <span>
#include <vector>

#include "engine/simulation/plan.hpp"
#include "engine/simulation/result.hpp"

/// Paths that end in a P&L that is not a finite number, for any hedger in any scenario. A few are left out of
/// all of them, so that what is compared stays on the same paths; more are a failure of the run.
namespace unhedged::simulation {

/// Their places among the first `paths` of an outcome, ascending.
std::vector<std::uint64_t> failed_places(const Outcome& outcome, std::uint64_t paths);

/// Whether so many of so many paths are more than the plan allows, or leave too few to report.
bool are_too_many(const Plan& plan, std::uint64_t failed, std::uint64_t paths);

/// The numbers of the first `paths` paths without those at `failed`. `room` holds them where there are any.
std::span<const double> without(std::span<const std::uint64_t> failed, std::span<const double> numbers,
                                std::vector<double>& room);

/// Takes them out of an outcome and notes in it where they were.
/// errors  NumericalError if there are too many
void leave_out_failed(const Plan& plan, Outcome& outcome);

}  // namespace unhedged::simulation
