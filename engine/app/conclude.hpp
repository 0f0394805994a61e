#pragma once
#include <chrono>

#include "engine/app/run_journal.hpp"
#include "engine/app/signals.hpp"
#include "engine/output/safe_file.hpp"

namespace unhedged::app {

using Clock = std::chrono::steady_clock;

double seconds_since(Clock::time_point then);

/// Fewest paths that a report can be made of.
std::uint64_t least_paths(const simulation::Plan& plan);

/// A run that is under way.
struct Underway {
  const config::Configuration& configuration;
  const RunArguments& arguments;
  const std::string& target;
  const simulation::PreparedRun& prepared;
  OrderlyStop& orderly;
  output::SafeFile& file;
  std::string started;  ///< UTC
  Clock::time_point begin;
};

/// `error` of a run of `config`: where on its path it began, and the command that shows it.
NumericalError with_replay(const NumericalError& error, const simulation::PreparedRun& prepared,
                           const std::string& config, const ConfigArguments& shared, Stop stop);

/// Reports what came of it, writes the result, gives it its name, removes the journal (or marks it, if the
/// run is to go on), prints.
/// returns  kDone, or kLimitBreached
int conclude(const Underway& run, const simulation::Outcome& outcome, RunJournal* journal, bool goes_on);

}  // namespace unhedged::app
