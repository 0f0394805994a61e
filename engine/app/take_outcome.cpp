#include "engine/app/take_outcome.hpp"

#include <fmt/core.h>

#include "engine/app/messages.hpp"
#include "engine/simulation/failure.hpp"

namespace unhedged::app {
namespace {

using simulation::Plan;

std::string allowance(const Plan& plan) {
  return fmt::format("simulation.failed_paths allows {:g} %", 100 * plan.failed_share);
}

/// The error with the step it began in and, last, the command that shows it.
std::string in_full(const NumericalError& error, const Underway& run) {
  const NumericalError found = simulation::located(error, run.prepared, run.orderly.stop());
  return std::string(found.what()) + "; " + allowance(run.configuration.plan) +
         "; step by step: " + replay_words(run.configuration, error);
}

/// Said whatever is quiet: the result is not what was asked for.
void tell(const simulation::Outcome& outcome, const Underway& run) {
  const Plan& plan = run.configuration.plan;
  bool first = true;
  for (const simulation::FailedCell& cell : outcome.failed.cells) {
    const NumericalError error(plan.scenarios[cell.scenario].name, plan.hedgers[cell.hedger].name, cell.first,
                               cell.count);
    warn("warning: " + (first ? in_full(error, run) : std::string(error.what())));
    first = false;
  }
  const std::uint64_t failed = outcome.failed.count;
  warn(fmt::format("warning: {} of {} paths are left out of every number of the result", failed,
                   outcome.paths() + failed));
}

}  // namespace

simulation::Outcome take_outcome(simulation::Simulation& simulation, const Underway& run) {
  try {
    simulation::Outcome outcome = simulation.take();
    if (outcome.failed.count > 0) tell(outcome, run);
    return outcome;
  } catch (const NumericalError& error) {
    if (error.scenario().empty()) throw;
    throw NumericalError(in_full(error, run));
  }
}

}  // namespace unhedged::app
