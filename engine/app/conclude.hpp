#pragma once
#include <chrono>

#include "engine/app/run_journal.hpp"
#include "engine/app/signals.hpp"
#include "engine/output/result_writer.hpp"
#include "engine/output/safe_file.hpp"

namespace unhedged::app {

using Clock = std::chrono::steady_clock;

double seconds_since(Clock::time_point then);

/// Prints to stdout. The result stands already when this fails, and the message says so. errors  IoError
void print_whole(const std::string& text, const std::string& target);

/// Where the result of a configuration comes from; it is finished now. `started`: UTC
output::Provenance provenance(const config::Configuration& configuration, const std::string& started);

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

/// Reports what came of it, writes the result, gives it its name, removes the journal (or marks it, if the
/// run is to go on), prints.
/// returns  kDone, or kLimitBreached
int conclude(const Underway& run, const simulation::Outcome& outcome, RunJournal* journal, bool goes_on);

}  // namespace unhedged::app
