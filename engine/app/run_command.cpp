#include <fmt/chrono.h>
#include <fmt/core.h>
#include <sys/resource.h>
#include <unistd.h>

#include <atomic>
#include <chrono>
#include <csignal>
#include <cstdlib>
#include <filesystem>

#include "engine/app/book_table.hpp"
#include "engine/app/commands.hpp"
#include "engine/app/loading.hpp"
#include "engine/app/messages.hpp"
#include "engine/app/progress.hpp"
#include "engine/app/table.hpp"
#include "engine/app/version.hpp"
#include "engine/output/result_writer.hpp"
#include "engine/output/safe_file.hpp"
#include "engine/simulation/run.hpp"

namespace unhedged::app {
namespace {

std::atomic<bool> stop_requested{false};

void request_stop(int) { stop_requested = true; }

std::string utc_now() {
  return fmt::format("{:%Y-%m-%dT%H:%M:%SZ}", fmt::gmtime(std::time(nullptr)));
}

/// The P&L of every path is kept until it is written: in memory up to a limit, then in a file beside the
/// result. Says so before hours are spent if there is no room for that either.
simulation::StorageLimits storage_limits(const config::Configuration& configuration,
                                         const RunArguments& arguments, const std::string& target) {
  const simulation::Plan& plan = configuration.plan;
  const double gib = 0x1p30, cells = static_cast<double>(plan.scenarios.size() * plan.hedgers.size());
  const double bytes_per_path = plan.has_feedback() ? 17.0 : 8.0;  // P&L; self-inflicted loss and explosions
  const double needed = bytes_per_path * cells * static_cast<double>(plan.paths);
  const double memory = static_cast<double>(sysconf(_SC_PHYS_PAGES)) * static_cast<double>(sysconf(_SC_PAGESIZE));
  const double limit = arguments.memory_gib > 0 ? arguments.memory_gib * gib : 0.5 * memory;
  const std::filesystem::path parent = std::filesystem::path(target).parent_path();
  const std::string folder = parent.empty() ? "." : parent.string();
  const double room = static_cast<double>(std::filesystem::space(folder).available);
  if (needed > std::max(limit, room) || needed > 0x1p60)
    throw IoError(configuration.path,
                  fmt::format("the P&L of {} paths, {} scenarios and {} hedgers takes {:.1f} GiB; memory "
                              "may take {:.1f} and {} has {:.1f} free; run fewer paths",
                              plan.paths, plan.scenarios.size(), plan.hedgers.size(), needed / gib,
                              limit / gib, folder, room / gib));
  return {static_cast<std::size_t>(limit), folder};
}

simulation::Outcome simulate(const simulation::PreparedRun& prepared, const RunArguments& arguments,
                             const simulation::StorageLimits& storage) {
  const simulation::Plan& plan = prepared.plan();
  std::size_t hedging = 0;
  for (const auto& hedger : plan.hedgers) hedging += hedger.hedges() ? 1 : 0;
  const double steps = static_cast<double>(plan.grid.steps * plan.assets.size() *
                                           plan.scenarios.size() * std::max<std::size_t>(1, hedging));
  Progress progress(Progress::choose(arguments.quiet), plan.paths, steps);
  simulation::RunOptions options;
  options.threads = arguments.threads;
  options.stop = &stop_requested;
  options.storage = storage;
  options.progress = [&progress](std::uint64_t done) { progress.update(done); };
  simulation::Outcome outcome = simulation::run(prepared, options);
  progress.finish();
  return outcome;
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
  for (const auto& repair : configuration.repairs)
    origin.correlation_repairs.emplace_back(repair.where, repair.distance);
  origin.started = started;
  origin.finished = utc_now();
  return origin;
}

int show_breaches(const simulation::Plan& plan, const simulation::Report& report) {
  for (const simulation::Breach& breach : report.breaches)
    warn(fmt::format("limit breached: {} of {} in {} is {}, the limit is {}", breach.limit,
                     plan.hedgers[breach.hedger].name, plan.scenarios[breach.scenario].name,
                     short_number(breach.value), short_number(breach.amount)));
  return report.breaches.empty() ? kDone : kLimitBreached;
}

}  // namespace

int run_command(const RunArguments& arguments) {
  const std::string started = utc_now();
  const config::Configuration configuration = config::load(arguments.config, load_options(arguments.shared));
  if (!arguments.quiet) show(configuration.warnings);
  if (!arguments.quiet) fmt::print(stderr, "{}", book_text(configuration.plan));
  const std::string target = arguments.output.empty() ? configuration.output_file : arguments.output;
  output::SafeFile file(target, arguments.force ? output::Existing::replace : output::Existing::refuse);
  const simulation::StorageLimits storage = storage_limits(configuration, arguments, target);
  std::signal(SIGINT, request_stop);
  std::signal(SIGTERM, request_stop);

  const auto begin = std::chrono::steady_clock::now();
  const simulation::PreparedRun prepared(configuration.plan, arguments.threads);
  if (prepared.surfaces().refused > 0 && !arguments.quiet)
    warn(fmt::format("{} option-slices are priced exactly: interpolation would miss its error bound",
                     prepared.surfaces().refused));
  const double preparing = std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count();
  simulation::Outcome outcome = simulate(prepared, arguments, storage);
  outcome.seconds_preparing = preparing;
  const simulation::Report report = simulation::make_report(prepared, outcome);
  output::write_results(file.temporary(), prepared, outcome, report, provenance(configuration, started));
  if (stop_requested) throw Interrupted();
  file.commit();

  fmt::print("{}", arguments.json ? result_json(configuration.plan, report)
                                  : result_table(configuration.plan, report));
  if (!arguments.quiet)
    note(fmt::format("{} paths in {:.2f} s on {} threads; intervals of {:g} %; results in {}",
                     outcome.paths(), outcome.seconds_simulating, outcome.threads,
                     100 * configuration.plan.risk.confidence, target));
  return show_breaches(configuration.plan, report);
}

}  // namespace unhedged::app
