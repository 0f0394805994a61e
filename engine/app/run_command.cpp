#include <fmt/chrono.h>
#include <fmt/core.h>

#include <cerrno>
#include <chrono>
#include <cstdio>
#include <cstring>
#include <ctime>

#include "engine/app/book_table.hpp"
#include "engine/app/commands.hpp"
#include "engine/app/cost.hpp"
#include "engine/app/loading.hpp"
#include "engine/app/messages.hpp"
#include "engine/app/progress.hpp"
#include "engine/app/room.hpp"
#include "engine/app/signals.hpp"
#include "engine/app/surface_table.hpp"
#include "engine/app/table.hpp"
#include "engine/app/version.hpp"
#include "engine/output/result_writer.hpp"
#include "engine/output/safe_file.hpp"
#include "engine/simulation/failure.hpp"
#include "engine/simulation/run.hpp"

namespace unhedged::app {
namespace {

std::string utc_now() { return fmt::format("{:%Y-%m-%dT%H:%M:%SZ}", fmt::gmtime(std::time(nullptr))); }

using Clock = std::chrono::steady_clock;

double seconds_since(Clock::time_point then) {
  return std::chrono::duration<double>(Clock::now() - then).count();
}

/// Hedge steps of one path, over scenarios, hedgers and assets.
double steps_per_path(const simulation::Plan& plan) {
  std::size_t hedging = 0;
  for (const auto& hedger : plan.hedgers) hedging += hedger.hedges() ? 1 : 0;
  return static_cast<double>(plan.grid.steps * plan.assets.size() * plan.scenarios.size() *
                             std::max<std::size_t>(1, hedging));
}

simulation::Outcome simulate(const simulation::PreparedRun& prepared, const RunArguments& arguments,
                             const simulation::StorageLimits& storage, Stop stop, Progress& progress) {
  simulation::RunOptions options;
  options.threads = arguments.threads;
  options.stop = stop;
  options.storage = storage;
  options.progress = [&progress](std::uint64_t done) { progress.update(done); };
  progress.begin_simulation();
  try {
    simulation::Outcome outcome = simulation::run(prepared, options);
    progress.finish();
    return outcome;
  } catch (const NumericalError& error) {
    progress.clear();
    throw simulation::located(error, prepared, stop);
  }
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
  for (const auto& repair : configuration.repairs)
    origin.correlation_repairs.emplace_back(repair.where, repair.distance);
  origin.started = started;
  origin.finished = utc_now();
  return origin;
}

TableOptions table_options(const RunArguments& arguments, const config::Configuration& configuration) {
  return {arguments.width > 0 ? arguments.width : output_width(), arguments.columns, configuration.overrides};
}

std::string time_line(const simulation::Outcome& outcome, double seconds) {
  const double preparing = outcome.seconds_preparing, simulating = outcome.seconds_simulating;
  return fmt::format(
      "{} paths in {:.2f} s ({:.2f} preparing, {:.2f} simulating, {:.2f} reporting) on {} threads",
      outcome.paths(), seconds, preparing, simulating, seconds - preparing - simulating, outcome.threads);
}

int show_breaches(const simulation::Plan& plan, const simulation::Report& report) {
  for (const simulation::Breach& breach : report.breaches)
    warn(fmt::format("limit breached: {} of {} in {} is {}, the limit is {}", breach.limit,
                     plan.hedgers[breach.hedger].name, plan.scenarios[breach.scenario].name,
                     short_number(breach.value), short_number(breach.amount)));
  return report.breaches.empty() ? kDone : kLimitBreached;
}

/// The result stands already when this fails, and the message says so.
void print_result(const std::string& text, const std::string& target) {
  if (std::fputs(text.c_str(), stdout) >= 0 && std::fflush(stdout) == 0) return;
  const std::string reason = std::strerror(errno);
  throw IoError("standard output", "cannot be written: " + reason + "; the result is in " + target);
}

void name_leftovers(const output::SafeFile& file) {
  for (const std::string& leftover : file.leftovers())
    note("removed what a run that was killed had left: " + leftover);
}

/// What is known before anything is simulated.
void introduce(const config::Configuration& configuration, const output::SafeFile& file) {
  print_warnings(configuration.warnings);
  warn_of_few_losses(configuration.plan);
  show_text(book_text(configuration.plan) + surface_table(configuration.plan));
  name_leftovers(file);
}

simulation::PreparedRun prepare(const simulation::Plan& plan, const RunArguments& arguments, Stop stop,
                                Progress& progress) {
  simulation::PreparedRun prepared(plan, arguments.threads, stop);
  if (prepared.surfaces().refused == 0 || arguments.quiet) return prepared;
  progress.clear();
  warn(fmt::format("{} option-slices are priced exactly: interpolation would miss its error bound",
                   prepared.surfaces().refused));
  return prepared;
}

}  // namespace

int run_command(const RunArguments& arguments) {
  const std::string started = utc_now();
  const config::Configuration configuration = config::load(arguments.config, load_options(arguments.shared));
  check_columns(configuration.plan, arguments.columns);
  const std::string target = config::without_dots(arguments.output.value_or(configuration.output_file));
  OrderlyStop orderly;
  output::SafeFile file(
      {target, arguments.force ? output::Existing::replace : output::Existing::refuse, configuration.inputs});
  orderly.guard(file.temporary(), file.made_folders());
  if (!arguments.quiet) introduce(configuration, file);
  tell_cost(configuration, arguments);
  const simulation::StorageLimits storage = require_room(configuration, arguments, target);

  const Clock::time_point begin = Clock::now();
  Progress progress(Progress::choose(arguments.quiet), configuration.plan.paths,
                    steps_per_path(configuration.plan));
  const simulation::PreparedRun prepared = prepare(configuration.plan, arguments, orderly.stop(), progress);
  const double preparing = seconds_since(begin);
  simulation::Outcome outcome = simulate(prepared, arguments, storage, orderly.stop(), progress);
  outcome.seconds_preparing = preparing;
  const simulation::Report report = simulation::make_report(prepared, outcome, orderly.stop());
  output::write_results({file.temporary(), target, orderly.stop()}, prepared, outcome, report,
                        provenance(configuration, started));
  file.flush();
  orderly.begin_commit();
  file.commit();
  orderly.end_commit();

  print_result(arguments.json
                   ? result_json(configuration.plan, report)
                   : result_table(configuration.plan, report, table_options(arguments, configuration)),
               target);
  if (!arguments.quiet) note(time_line(outcome, seconds_since(begin)) + "; results in " + target);
  return show_breaches(configuration.plan, report);
}

}  // namespace unhedged::app
