#pragma once
#include <limits>

#include "engine/simulation/run.hpp"

namespace unhedged::simulation {

/// What of all that a precision is asked for is known least well, beside what was asked.
struct Imprecision {
  std::size_t scenario = 0, hedger = 0, target = 0;
  /// Half the interval over the estimate; infinite before the first look and where there is no interval, NaN
  /// where some path is no number.
  double error = std::numeric_limits<double>::infinity();

  bool met(const Plan& plan) const { return error <= plan.precision[target].error; }
};

/// Simulates the plan from its first batch until every number that a precision is asked for has it, for each
/// hedger that hedges (for the unhedged book only where none does) and in each scenario, or to its last.
/// Whether that is so is looked at after so many paths as risk::first_look and next_look say, so that the
/// outcome is that of a plan of so many paths, to the last bit. A stop ends it where it is.
/// returns  the worst at the last look
/// expects  a precision
Imprecision run_to_precision(Simulation& simulation, const Plan& plan);

/// Whether limits and precisions concern a hedger: the unhedged book is a yardstick, unless nothing else is
/// under test.
bool is_under_test(const Plan& plan, std::size_t hedger);

}  // namespace unhedged::simulation
