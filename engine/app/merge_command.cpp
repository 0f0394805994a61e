#include <fmt/core.h>

#include "engine/app/conclude.hpp"
#include "engine/app/loading.hpp"
#include "engine/app/messages.hpp"
#include "engine/app/room.hpp"
#include "engine/app/table.hpp"
#include "engine/app/take_outcome.hpp"
#include "engine/app/version.hpp"
#include "engine/core/utf8.hpp"

namespace unhedged::app {
namespace {

using simulation::BatchRange;

std::string paths_text(BatchRange batches, std::uint64_t paths) {
  return fmt::format("{} to {}", batches.first * simulation::kBatchPaths,
                     std::min(paths, batches.end * simulation::kBatchPaths) - 1);
}

/// Shards of one run, looked at before anything is made of them.
class Shards {
 public:
  /// errors  IoError if one cannot be read, is of another run or engine, is damaged (unless partial), or has
  ///         what another has
  explicit Shards(const MergeArguments& arguments) : arguments_(arguments) {
    for (const std::string& path : arguments.shards) add(path);
  }

  const output::JournalHead& head() const { return *head_; }

  /// errors  IoError with what is missing, unless that is allowed
  void require_complete() const {
    std::string text;
    std::uint64_t paths = 0;
    for (const BatchRange& hole : batches_.all_missing(everything())) {
      text += (text.empty() ? "" : ", ") + paths_text(hole, head_->paths);
      paths +=
          std::min(head_->paths, hole.end * simulation::kBatchPaths) - hole.first * simulation::kBatchPaths;
    }
    if (paths == head_->paths) throw IoError(arguments_.output, "there is no path in any of the shards");
    if (paths == 0) return;
    const std::string missing =
        fmt::format("{} of {} paths are missing: {}", paths, head_->paths, excerpt(text, 400));
    if (!arguments_.partial)
      throw IoError(arguments_.output, missing + "; --partial makes a result of what there is");
    warn(missing);
  }

  /// Ranges of what there is.
  std::vector<BatchRange> present() const {
    std::vector<BatchRange> out;
    std::uint64_t first = 0;
    for (const BatchRange& hole : batches_.all_missing(everything())) {
      if (hole.first > first) out.push_back({first, hole.first});
      first = hole.end;
    }
    if (first < everything().end) out.push_back({first, everything().end});
    return out;
  }

  void restore(simulation::Simulation& simulation) const {
    for (const std::string& path : arguments_.shards)
      output::read_journal(path, [&](std::uint64_t batch, std::string_view outcome) {
        if (simulation.restore(batch, outcome)) return true;
        throw IoError(path, "does not fit its own configuration");
      });
  }

 private:
  BatchRange everything() const { return {0, simulation::batches_of(head_->paths)}; }

  void add(const std::string& path) {
    bool doubled = false;
    const output::JournalContents contents =
        output::read_journal(path, [&](std::uint64_t batch, std::string_view) {
          if (!batches_.add(batch)) doubled = true;
          return !doubled;
        });
    require_of_this_run(path, contents.head);
    if (doubled) throw IoError(path, "has paths that another shard has as well");
    if (!contents.damaged()) return;
    const std::string damage =
        fmt::format("is damaged at byte {} of {}: {} of its {} batches are sound", contents.good_bytes,
                    contents.all_bytes, contents.batches, contents.head.batches.count());
    if (!arguments_.partial) throw IoError(path, damage + "; --partial takes these");
    warn(path + ": " + damage);
  }

  void require_of_this_run(const std::string& path, const output::JournalHead& head) {
    if (!head_) {
      head_ = head;
      output::JournalHead ours = head;
      ours.engine_version = engine_version();
      ours.engine_revision = engine_revision();
      const std::string differs = difference(head, ours);
      if (!differs.empty()) throw IoError(path, "cannot be merged: " + differs);
    }
    output::JournalHead same_shard = head;
    same_shard.shard = head_->shard;
    same_shard.shards = head_->shards;
    const std::string differs = difference(same_shard, *head_);
    if (!differs.empty())
      throw IoError(path, "is of another run than " + arguments_.shards.front() + ": " + differs);
  }

  const MergeArguments& arguments_;
  std::optional<output::JournalHead> head_;
  simulation::BatchSet batches_;
};

}  // namespace

int merge_command(const MergeArguments& arguments) {
  const Clock::time_point begin = Clock::now();
  const std::string target = config::without_dots(arguments.output);
  OrderlyStop orderly;
  const auto existing = arguments.run.force ? output::Existing::replace : output::Existing::refuse;
  output::SafeFile file({target, existing, arguments.shards});
  orderly.guard(file.temporary(), file.made_folders());
  const Shards shards(arguments);
  const config::Configuration configuration = configuration_of(shards.head(), arguments.shards.front());
  check_columns(configuration.plan, arguments.run.columns);
  shards.require_complete();
  simulation::RunOptions options;
  options.threads = arguments.run.threads;
  options.storage = require_room(configuration, arguments.run, target, 0);
  const simulation::PreparedRun prepared(configuration.plan, options.threads, orderly.stop());
  const double preparing = seconds_since(begin);
  simulation::Simulation simulation(prepared, options, shards.present());
  shards.restore(simulation);
  const std::uint64_t least = least_paths(configuration.plan);
  if (simulation.outcome().paths() < least)
    throw IoError(target, fmt::format("a report needs {} paths, and there are {}", least,
                                      simulation.outcome().paths()));
  const Underway run{configuration, arguments.run,         target, prepared, orderly,
                     file,          shards.head().started, begin};
  simulation::Outcome outcome = take_outcome(simulation, run);
  outcome.seconds_preparing = preparing;
  return conclude(run, outcome, nullptr, false);
}

}  // namespace unhedged::app
