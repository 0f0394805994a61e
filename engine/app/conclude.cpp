#include "engine/app/conclude.hpp"

#include <fmt/core.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cmath>
#include <cstdio>
#include <cstring>

#include "engine/app/messages.hpp"
#include "engine/app/table.hpp"
#include "engine/app/version.hpp"

namespace unhedged::app {
namespace {

TableOptions table_options(const RunArguments& arguments, const config::Configuration& configuration) {
  return {table_width(arguments.width), arguments.columns, configuration.overrides};
}

std::string time_line(const simulation::Outcome& outcome, double seconds) {
  const double preparing = outcome.seconds_preparing, simulating = outcome.seconds_simulating;
  return fmt::format(
      "{} paths in {:.2f} s ({:.2f} preparing, {:.2f} simulating, {:.2f} reporting) on {} threads",
      outcome.paths(), seconds, preparing, simulating, seconds - preparing - simulating, outcome.threads);
}

std::string breach_text(const simulation::Plan& plan, const simulation::Report& report,
                        const simulation::Breach& breach) {
  const risk::Estimate& e = report.at(breach.scenario, breach.hedger, breach.limit);
  const std::string interval =
      std::isfinite(e.lower) ? " [" + short_number(e.lower) + ", " + short_number(e.upper) + "]" : "";
  return fmt::format("limit breached: {} of {} in {} is {}{}, the limit is {}", breach.limit,
                     plan.hedgers[breach.hedger].name, plan.scenarios[breach.scenario].name,
                     short_number(breach.value), interval, short_number(breach.amount));
}

int show_breaches(const simulation::Plan& plan, const simulation::Report& report) {
  for (const simulation::Breach& breach : report.breaches) warn(breach_text(plan, report, breach));
  return report.breaches.empty() ? kDone : kLimitBreached;
}

/// The result stands: that its journal stays is no failure.
void dispose(output::Journal& journal, bool goes_on) {
  try {
    if (goes_on) journal.mark(output::JournalState::reported);
    else journal.remove();
  } catch (const IoError& error) {
    warn(error.what());
  }
}

}  // namespace

void print_whole(const std::string& text, const std::string& target) {
  if (std::fputs(text.c_str(), stdout) >= 0 && std::fflush(stdout) == 0) return;
  const std::string reason = std::strerror(errno);
  throw IoError("standard output", "cannot be written: " + reason + "; the result is in " + target);
}

output::Provenance provenance(const config::Configuration& configuration, const std::string& started) {
  output::Provenance origin;
  origin.engine_version = engine_version();
  origin.engine_revision = engine_revision();
  origin.configuration_path = configuration.path;
  origin.configuration = configuration.text;
  origin.description = configuration.description;
  origin.overrides = configuration.overrides;
  origin.scenario_texts = configuration.scenario_texts;
  origin.book_path = configuration.book_path;
  origin.book_text = configuration.book_text;
  origin.scenario_files = configuration.scenario_files;
  origin.inputs = configuration.inputs;
  for (const auto& repair : configuration.repairs)
    origin.correlation_repairs.emplace_back(repair.where, repair.distance);
  origin.started = started;
  origin.finished = utc_now();
  return origin;
}

double seconds_since(Clock::time_point then) {
  return std::chrono::duration<double>(Clock::now() - then).count();
}

std::uint64_t least_paths(const simulation::Plan& plan) {
  return std::max<std::uint64_t>(2, plan.worst_paths);
}

int conclude(const Underway& run, const simulation::Outcome& outcome, RunJournal* journal, bool goes_on) {
  const simulation::Plan& plan = run.configuration.plan;
  const Stop stop = run.orderly.stop();
  const simulation::Report report = simulation::make_report(run.prepared, outcome, stop);
  output::write_results({run.file.temporary(), run.target, stop}, run.prepared, outcome, report,
                        provenance(run.configuration, run.started));
  run.file.flush();
  run.orderly.begin_commit();
  run.file.commit();
  if (journal != nullptr && journal->file() != nullptr) dispose(*journal->file(), goes_on);
  run.orderly.end_commit();
  print_whole(run.arguments.json
                  ? result_json(plan, report, run.target)
                  : result_table(plan, report, table_options(run.arguments, run.configuration)),
              run.target);
  if (!run.arguments.quiet) note(time_line(outcome, seconds_since(run.begin)) + "; results in " + run.target);
  return show_breaches(plan, report);
}

}  // namespace unhedged::app
