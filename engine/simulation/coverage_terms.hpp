#pragma once
#include <vector>

#include "engine/core/stop.hpp"
#include "engine/hedging/desk.hpp"
#include "engine/simulation/plan.hpp"

namespace unhedged::simulation {

/// What yardsticks require today, and of what; made once and shared by all blocks. docs/methods/margin.md
struct CoverageTerms {
  /// Part of the first hedge of a hedger.
  struct Held {
    const hedging::Line* line;
    double units;
  };
  std::vector<std::vector<double>> required;  ///< [yardstick of the plan][hedger], account currency of today
  std::vector<std::vector<Held>> held;        ///< [hedger]
  std::vector<char> looks;                    ///< [grid time] whether the book is marked for them then
  std::size_t last = 0;                       ///< the last grid time at which one is judged

  bool empty() const { return required.empty(); }
};

/// shapes  desks: [hedger], which outlive the terms. errors  Interrupted; IoError if the threads cannot be
/// had
CoverageTerms coverage_terms(const Plan& plan, const std::vector<hedging::DeskPlan>& desks, Stop stop);

}  // namespace unhedged::simulation
