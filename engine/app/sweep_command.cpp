#include <fmt/core.h>

#include <filesystem>

#include "engine/app/conclude.hpp"
#include "engine/app/cost.hpp"
#include "engine/app/loading.hpp"
#include "engine/app/messages.hpp"
#include "engine/app/metrics.hpp"
#include "engine/app/progress.hpp"
#include "engine/app/sweep_output.hpp"
#include "engine/app/sweep_run.hpp"
#include "engine/app/table.hpp"

namespace unhedged::app {
namespace {

/// Between flushes of the journal; points that are lost are run again.
constexpr std::chrono::duration<double> kFlushEvery{5};

constexpr double kHour = 3600;

std::string points_text(std::size_t points) {
  return fmt::format("{} point{}", points, points == 1 ? "" : "s");
}

/// Points that are done, beside the result until it stands.
class SweepJournal {
 public:
  /// errors  IoError as claim_journal
  SweepJournal(const Sweep& sweep, const SweepArguments& arguments, const std::string& target,
               output::JournalHead head)
      : sweep_(sweep), arguments_(arguments), path_(journal_path(target)), head_(std::move(head)) {
    const RunArguments& run = arguments.run;
    exists_ = claim_journal({path_, "sweep", run.resume, run.force, run.quiet}, head_);
  }

  /// Opens it, and takes what it has into the result.
  void open(output::SweepResult& result) {
    if (!exists_) return void(journal_.emplace(path_, head_, kFlushEvery));
    const std::size_t per_metric = result.scenarios.size() * result.hedgers.size() * 4;
    const std::size_t summary = per_metric * result.metrics.size(),
                      difference = per_metric * result.paired_metrics.size();
    const auto take = [&](std::uint64_t point, std::string_view bytes) {
      const auto outcome = PointOutcome::unpacked(bytes, summary, difference);
      if (!outcome) return false;
      done_ += result.summary[point].empty() ? 1 : 0;
      result.paths[point] = outcome->paths;
      result.summary[point] = outcome->summary;
      result.difference[point] = outcome->difference;
      return true;
    };
    const output::JournalContents contents = output::read_journal(path_, take);
    if (contents.damaged())
      warn(fmt::format("{} is damaged at byte {} of {}: what is before it is used", path_,
                       contents.good_bytes, contents.all_bytes));
    journal_.emplace(path_, contents, kFlushEvery);
    if (!arguments_.run.quiet) note("going on: " + kept_text());
  }

  void keep(std::uint64_t point, const PointOutcome& outcome) {
    journal_->keep(point, outcome.packed());
    ++done_;
  }
  void flush() { journal_->flush(); }
  void remove() { journal_->remove(); }
  std::string kept_text() const {
    return fmt::format("{} of {} kept in {}", done_, points_text(sweep_.points().size()), path_);
  }

 private:
  const Sweep& sweep_;
  const SweepArguments& arguments_;
  std::string path_;
  output::JournalHead head_;
  bool exists_ = false;
  std::optional<output::Journal> journal_;
  std::size_t done_ = 0;
};

void introduce(const Sweep& sweep, const SweepArguments& arguments) {
  if (arguments.run.quiet) return;
  print_warnings(sweep.warnings());
  warn_of_few_losses(sweep.first().plan);
  const std::string text =
      fmt::format("{}, {}", points_text(sweep.points().size()), time_text(sweep.seconds()));
  if (sweep.seconds() > kHour) warn("this sweep takes long: " + text);
  else note(text);
}

/// Points in the order they are run: those that are not there yet, and first the one that the others are held
/// against, again if need be, since its paths are kept nowhere.
std::vector<std::size_t> points_to_run(const output::SweepResult& result) {
  std::vector<std::size_t> out;
  for (std::size_t point = 0; point < result.summary.size(); ++point)
    if (result.summary[point].empty() && point != result.reference) out.push_back(point);
  if (!out.empty() || result.summary[result.reference].empty()) out.insert(out.begin(), result.reference);
  return out;
}

void run_points(const Sweep& sweep, const SweepArguments& arguments, PointTools tools, SweepJournal& journal,
                output::SweepResult& result, Progress& progress) {
  const std::vector<std::size_t> points = points_to_run(result);
  std::uint64_t before = sweep.all_paths();
  for (const std::size_t point : points) before -= sweep.paths(point);
  progress.begin_simulation(before);
  tools.progress = [&](std::uint64_t done) { progress.update(before + done); };
  for (const std::size_t point : points) {
    PointOutcome outcome = run_point(sweep, point, arguments, tools);
    if (result.summary[point].empty()) journal.keep(point, outcome);
    result.paths[point] = outcome.paths;
    result.summary[point] = std::move(outcome.summary);
    result.difference[point] = std::move(outcome.difference);
    before += sweep.paths(point);
    progress.update(before);
  }
  progress.finish();
}

std::string printed(const output::SweepResult& result, const SweepArguments& arguments,
                    const std::string& metric, const std::string& target) {
  if (arguments.run.json) return sweep_json(result, target);
  return arguments.csv ? sweep_csv(result) : sweep_table(result, metric, table_width(arguments.run.width));
}

output::Provenance provenance_of(const Sweep& sweep, const std::string& started) {
  output::Provenance origin = provenance(sweep.first(), started);
  origin.inputs = sweep.inputs();
  origin.overrides = sweep.overrides();
  return origin;
}

std::vector<std::string> input_names(const Sweep& sweep, const SweepArguments& arguments) {
  std::vector<std::string> names = names_of(sweep.inputs());
  if (std::filesystem::exists(arguments.points)) names.push_back(arguments.points);
  return names;
}

}  // namespace

int sweep_command(const SweepArguments& arguments) {
  const std::string started = utc_now();
  const Clock::time_point begin = Clock::now();
  const std::string target = config::without_dots(*arguments.run.output);
  const Sweep sweep(arguments, sweep_points(arguments));
  output::SweepResult result = sweep.empty_result();
  const std::string metric = arguments.metric.empty()
                                 ? risk::metric_at_level("es", sweep.first().plan.risk.levels.back())
                                 : arguments.metric;
  require_metric(result, metric);
  OrderlyStop orderly;
  const auto existing = arguments.run.force ? output::Existing::replace : output::Existing::refuse;
  output::SafeFile file({target, existing, input_names(sweep, arguments)});
  orderly.guard(file.temporary(), file.made_folders());
  SweepJournal journal(sweep, arguments, target, sweep.head(started));
  orderly.keep_batches();
  introduce(sweep, arguments);
  TailWatch tail(sweep.first().plan);  // each point is over too soon to be watched
  Progress progress(Progress::choose(arguments.run.quiet), sweep.all_paths(),
                    steps_per_path(sweep.first().plan), tail);
  MetricsFile metrics(arguments.run.metrics, sweep.first().plan.name, sweep.all_paths(), progress, tail);
  journal.open(result);
  try {
    run_points(sweep, arguments,
               {arguments.run.threads,
                orderly.stop(),
                {},
                std::make_shared<simulation::ValuationCache>(),
                target,
                std::make_shared<ReferencePoint>(arguments.against)},
               journal, result, progress);
  } catch (const Interrupted&) {
    progress.clear();
    journal.flush();
    throw Suspended("interrupted; " + journal.kept_text() + ": run again with --resume");
  }
  output::write_sweep({file.temporary(), target, orderly.stop()}, result, provenance_of(sweep, started));
  file.flush();
  orderly.begin_commit();
  file.commit();
  journal.remove();
  orderly.end_commit();
  metrics.finish();
  print_whole(printed(result, arguments, metric, target), target);
  if (!arguments.run.quiet)
    note(fmt::format("{}, {} paths in {:.2f} s; results in {}", points_text(sweep.points().size()),
                     sweep.all_paths(), seconds_since(begin), target));
  return kDone;
}

}  // namespace unhedged::app
