#include <fmt/core.h>

#include <cmath>

#include "engine/app/assist.hpp"
#include "engine/app/book_table.hpp"
#include "engine/app/commands.hpp"
#include "engine/app/conclude.hpp"
#include "engine/app/cost.hpp"
#include "engine/app/loading.hpp"
#include "engine/app/messages.hpp"
#include "engine/app/metrics.hpp"
#include "engine/app/progress.hpp"
#include "engine/app/room.hpp"
#include "engine/app/surface_table.hpp"
#include "engine/app/table.hpp"
#include "engine/app/take_outcome.hpp"
#include "engine/cluster/launch.hpp"
#include "engine/cluster/leader.hpp"
#include "engine/simulation/precise_run.hpp"

namespace unhedged::app {
namespace {

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

/// Where the result goes; shards of one have names of their own.
std::string target_of(const config::Configuration& configuration, const RunArguments& arguments,
                      const Shard& shard) {
  std::string target = arguments.output.value_or(configuration.output_file);
  if (!arguments.shard.empty() && !arguments.output)
    target += fmt::format(".shard-{}-of-{}", shard.index, shard.of);
  return config::without_dots(target);
}

/// Paths of the batches of a run or a shard.
std::uint64_t paths_of(const output::JournalHead& head) {
  return std::min(head.paths, head.batches.end * simulation::kBatchPaths) -
         head.batches.first * simulation::kBatchPaths;
}

/// Time, memory and disk for the paths that are simulated here.
simulation::StorageLimits require_means(config::Configuration configuration, const RunArguments& arguments,
                                        const std::string& target, const output::JournalHead& head,
                                        const RunJournal& journal) {
  configuration.plan.paths = paths_of(head);
  tell_cost(configuration, arguments);
  return require_room(configuration, arguments, target, journal.bytes(configuration.plan));
}

/// No journal helps where too many paths are no numbers.
simulation::Outcome take(simulation::Simulation& simulation, const Underway& run, RunJournal& journal) {
  try {
    return take_outcome(simulation, run);
  } catch (const NumericalError&) {
    if (journal.file() != nullptr) journal.file()->remove();
    throw;
  }
}

/// Not all of the plan was simulated.
[[noreturn]] void suspend(const std::string& why, const std::string& kept) {
  throw Suspended(why + "; " + kept + ": run again with --resume");
}

/// How well the numbers are known for which a precision is asked.
void tell_precision(const simulation::Plan& plan, const simulation::Imprecision& worst, std::uint64_t paths) {
  const risk::Precision& target = plan.precision[worst.target];
  const std::string text = fmt::format(
      "{} of {} in {} is within {:.2g} %, asked for are {:g} %",
      risk::metric_at_level(target.measure == risk::Limit::Measure::es ? "es" : "var", target.level),
      plan.hedgers[worst.hedger].name, plan.scenarios[worst.scenario].name, 100 * worst.error,
      100 * target.error);
  if (worst.met(plan)) note(fmt::format("{} paths of at most {} do: at worst {}", paths, plan.paths, text));
  else warn(fmt::format("{} paths are not enough: {}", paths, text));
}

/// All of the plan, or as much as its precision takes. returns  whether that is done
bool simulate_plan(simulation::Simulation& simulation, const Underway& run) {
  const simulation::Plan& plan = run.configuration.plan;
  if (plan.precision.empty()) {
    simulation.run();
    return simulation.complete();
  }
  const simulation::Imprecision worst = simulation::run_to_precision(simulation, plan);
  // what is no number is told when the outcome is taken
  const bool done = worst.met(plan) || simulation.complete() || std::isnan(worst.error);
  if (done && std::isfinite(worst.error) && !run.arguments.quiet)
    tell_precision(plan, worst, simulation.outcome().paths_in_a_row());
  return done;
}

/// Simulates what the journal does not have. A stop leaves what there is, where batches are kept.
/// returns  whether nothing is left to do
/// errors  Interrupted where batches are not kept
bool simulate(simulation::Simulation& simulation, const Underway& run, RunJournal& journal,
              Progress& progress) {
  progress.begin_simulation(simulation.paths_done());
  bool done = false;
  try {
    done = simulate_plan(simulation, run);
  } catch (const Interrupted&) {
    if (!journal.wanted()) throw;
  } catch (const IoError&) {
    if (journal.wanted()) warn(journal.kept_text(simulation) + ": --resume goes on from there");
    throw;
  }
  progress.finish();
  const bool limited = run.orderly.limit_reached();
  if (done || limited) run.orderly.end_limit();  // before the flush, which may take longer than it leaves
  if (journal.file() != nullptr) journal.file()->flush();
  if (done || limited) return done;
  if (journal.file() == nullptr) throw Interrupted();
  suspend("interrupted", journal.kept_text(simulation));
}

/// A shard is its journal, under another name.
int conclude_shard(const Underway& run, const simulation::Simulation& simulation, RunJournal& journal) {
  if (!simulation.complete()) suspend("the time limit is reached", journal.kept_text(simulation));
  output::Journal& file = *journal.file();
  run.orderly.begin_commit();
  file.mark(output::JournalState::complete);
  file.move_to(run.target, run.arguments.force);
  run.orderly.end_commit();
  if (!run.arguments.quiet)
    note(fmt::format("{} paths in {:.2f} s; shard {} in {}", simulation.outcome().room(),
                     seconds_since(run.begin), run.arguments.shard, run.target));
  return kDone;
}

/// What there is to report after the time limit: too few paths are none.
void require_enough(const simulation::Simulation& simulation, const simulation::Plan& plan,
                    const RunJournal& journal) {
  const std::uint64_t least = least_paths(plan);
  if (simulation.outcome().paths_in_a_row() < least)
    suspend(fmt::format("the time limit is reached before the {} paths that a report needs", least),
            journal.kept_text(simulation));
}

int simulate_and_conclude(const Underway& run, RunJournal& journal, const simulation::StorageLimits& storage,
                          const output::JournalHead& head, Progress& progress, TailWatch& tail,
                          cluster::Leader* leader) {
  const simulation::Plan& plan = run.configuration.plan;
  simulation::RunOptions options;
  options.threads = run.arguments.threads;
  options.storage = storage;
  options.stop = journal.wanted() ? run.orderly.abandon() : run.orderly.stop();
  if (journal.wanted()) options.finish = run.orderly.stop();
  options.progress = [&](std::uint64_t done, std::uint64_t in_a_row) {
    progress.update(done);
    tail.update(in_a_row);
  };
  options.crew = leader;
  simulation::Simulation simulation(run.prepared, options, {head.batches});
  journal.open(head, simulation);
  options.store = journal.file();
  const double preparing = seconds_since(run.begin);
  bool complete = false;
  {
    const Watching watching(tail, simulation.outcome());
    complete = simulate(simulation, run, journal, progress);
    if (!run.arguments.metrics.empty()) tail.look_once_more();
  }
  if (leader != nullptr) leader->dismiss();
  if (!run.arguments.shard.empty()) return conclude_shard(run, simulation, journal);
  const std::string kept = journal.kept_text(simulation);
  if (!complete) require_enough(simulation, plan, journal);
  simulation::Outcome outcome = take(simulation, run, journal);
  outcome.seconds_preparing = preparing;
  const int code = conclude(run, outcome, &journal, !complete);
  if (complete) return code;
  suspend(fmt::format("the time limit is reached: {} has the first {} paths of {}", run.target,
                      outcome.paths(), plan.paths),
          kept);
}

/// `leader`: of other processes that simulate as well; null: there are none.
int run_here(const RunArguments& arguments, cluster::Leader* leader) {
  const std::string started = utc_now();
  const Clock::time_point begin = Clock::now();
  const std::optional<double> limit = parse_time_limit(arguments.time_limit);
  const Shard shard = parse_shard(arguments.shard);
  const config::Configuration configuration = config::load(arguments.config, load_options(arguments.shared));
  check_columns(configuration.plan, arguments.columns);
  if (!arguments.shard.empty() && !configuration.plan.precision.empty())
    throw UsageError(
        "--shard: a run with simulation.precision ends when it is precise, which no shard can tell");
  const output::JournalHead head = journal_head(configuration, shard, started);
  const std::string target = target_of(configuration, arguments, shard);
  OrderlyStop orderly;
  RunJournal journal(configuration, arguments, target);
  const bool replaces = arguments.force || journal.replaces_result();
  output::SafeFile file({target, replaces ? output::Existing::replace : output::Existing::refuse,
                         names_of(configuration.inputs)});
  orderly.guard(file.temporary(), file.made_folders());
  journal.claim(head);
  if (journal.wanted()) orderly.keep_batches();
  if (leader != nullptr) orderly.share_run();
  if (limit) orderly.limit_time(*limit);
  if (!arguments.quiet) introduce(configuration, file);
  const simulation::StorageLimits storage = require_means(configuration, arguments, target, head, journal);

  if (leader != nullptr) leader->give_orders(orders_of(head));
  TailWatch tail(configuration.plan);
  Progress progress(Progress::choose(arguments.quiet), paths_of(head), steps_per_path(configuration.plan),
                    tail);
  MetricsFile metrics(arguments.metrics, configuration.plan.name, paths_of(head), progress, tail);
  try {
    const simulation::PreparedRun prepared = prepare(configuration.plan, arguments, orderly.stop(), progress);
    const int code =
        simulate_and_conclude({configuration, arguments, target, prepared, orderly, file, started, begin},
                              journal, storage, head, progress, tail, leader);
    metrics.finish();
    return code;
  } catch (const Interrupted&) {
    if (!journal.wanted()) throw;
    const bool there = journal.file() != nullptr || arguments.resume;
    throw Suspended(std::string(orderly.limit_reached() ? "the time limit is reached" : "interrupted") +
                    (there ? "; finished batches are kept in " + journal.path() : " before the first batch") +
                    ": run again with --resume");
  }
}

}  // namespace

int run_command(const RunArguments& arguments) {
  if (!cluster::launch().is_shared()) return run_here(arguments, nullptr);
  const std::unique_ptr<cluster::Transport> transport = cluster::connect();
  RunArguments shared = arguments;
  if (shared.threads == 0) shared.threads = cluster::processors_of_each(transport->size_here());
  if (transport->rank() > 0) return assist(*transport, shared);
  cluster::Leader leader(*transport);
  shared.helper_threads = leader.threads();
  return run_here(shared, &leader);
}

}  // namespace unhedged::app
