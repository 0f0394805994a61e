#include "engine/simulation/run.hpp"

#include <tbb/blocked_range.h>
#include <tbb/enumerable_thread_specific.h>
#include <tbb/parallel_for.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <chrono>
#include <cmath>
#include <deque>
#include <limits>
#include <mutex>

#include "engine/core/errors.hpp"
#include "engine/simulation/parallel.hpp"
#include "engine/simulation/schedule.hpp"
#include "engine/simulation/store.hpp"

namespace unhedged::simulation {
namespace {

/// Blocks that a thread simulates side by side; more gain nothing.
constexpr std::size_t kMostBlocks = 16;

/// Second-level cache of a processor; a usual size where the system does not say.
std::size_t near_cache_bytes() {
  constexpr std::size_t usual = 1024u << 10;
  const long bytes = ::sysconf(_SC_LEVEL2_CACHE_SIZE);
  return bytes > 0 ? static_cast<std::size_t>(bytes) : usual;
}

/// What one thread works with: a few blocks that go through the steps side by side, so that the tables of
/// a time slice are read while they are in the cache; scenario by scenario.
class Worker {
 public:
  /// `most`: blocks that are ever simulated at once.
  Worker(const PreparedRun& prepared, std::size_t most, Stop stop)
      : plan_(&prepared.plan()), stop_(stop), floors_(prepared.plan().scenarios.size()) {
    blocks_.emplace_back(prepared);
    const StateBytes state = blocks_.front().state();
    const std::size_t tables = table_bytes(prepared), wanted = std::min(most, block_count(state, tables));
    const bool fetches = wanted == 1 && 2 * (state.scenario + tables) > near_cache_bytes();
    while (blocks_.size() < wanted) blocks_.emplace_back(prepared);
    for (PathBlock& block : blocks_)
      for (Floor& floor : block.floors()) {
        floor.fetch_tables(fetches);
        floors_[floor.scenario()].push_back(&floor);
      }
  }

  const PathBlock& block(std::size_t index) const { return blocks_[index]; }

  /// Simulates paths from `first` on, as many blocks as it holds or `end` allows; returns how many.
  /// errors  Interrupted
  std::size_t simulate(std::uint64_t first, std::uint64_t end) {
    const auto wanted = static_cast<std::size_t>((end - first + kLanes - 1) / kLanes);
    const std::size_t count = std::min(blocks_.size(), wanted);
    for (std::size_t block = 0; block < count; ++block) {
      for (std::size_t lane = 0; lane < kLanes; ++lane)
        paths_[block].value[lane] = first + block * kLanes + lane;
      blocks_[block].reset(paths_[block]);
    }
    std::vector<std::span<Floor* const>> groups;
    for (const std::vector<Floor*>& of_scenario : floors_)
      groups.push_back(std::span(of_scenario).first(of_scenario.size() / blocks_.size() * count));
    walk(std::span<const std::span<Floor* const>>(groups), plan_->assets.size(), plan_->grid, stop_);
    return count;
  }

 private:
  static constexpr std::size_t kFarCacheBytes = 8192u << 10;

  /// That a scenario reads in a step.
  static std::size_t table_bytes(const PreparedRun& prepared) {
    return prepared.surfaces().table_bytes / (prepared.plan().grid.steps * prepared.plan().scenarios.size());
  }

  /// As many as stay in the near cache with what a scenario goes through, and in the far one with all of it.
  /// Where not even one does, blocks stream through anyway, and the more there are the less tables do. One
  /// where the tables of a step, which others would find in the nearest cache, are small beside the state,
  /// which they would push out of it.
  static std::size_t block_count(const StateBytes& state, std::size_t tables) {
    if (2 * tables <= state.scenario) return 1;
    const std::size_t near = near_cache_bytes() / 4 * 3 / state.scenario, far = kFarCacheBytes / state.all;
    return std::clamp<std::size_t>(near == 0 ? far : std::min(near, far), 1, kMostBlocks);
  }

  const Plan* plan_;
  Stop stop_;
  std::deque<PathBlock> blocks_;             // a deque: they must not move
  std::vector<std::vector<Floor*>> floors_;  // [scenario], of the first block, then of the second, ...
  PathIds paths_[kMostBlocks];
};

/// Runs batches in parallel. Every batch writes to slots of its own. Where batches are short, some of them
/// that follow each other are a unit of work: a thread simulates them side by side.
class Scheduler {
 public:
  Scheduler(const PreparedRun& prepared, const RunOptions& options, Outcome& outcome)
      : prepared_(prepared),
        options_(options),
        outcome_(outcome),
        batch_paths_(batch_blocks(outcome.paths()) * kLanes),
        unit_paths_(batches_of_unit(outcome) * batch_paths_),
        sums_((outcome.paths() + batch_paths_ - 1) / batch_paths_, outcome.no_sums()),
        workers_([&prepared, &options, most = unit_paths_ / kLanes] {
          return Worker(prepared, most, options.stop);
        }) {}

  void run() {
    const std::uint64_t units = (outcome_.paths() + unit_paths_ - 1) / unit_paths_;
    tbb::parallel_for(
        tbb::blocked_range<std::uint64_t>(0, units, 1),
        [this](const tbb::blocked_range<std::uint64_t>& range) {
          for (std::uint64_t unit = range.begin(); unit != range.end(); ++unit) run_unit(unit);
        },
        tbb::simple_partitioner{});
    for (const TallySums& batch : sums_) outcome_.add(batch);
  }

 private:
  /// Few enough that every thread has several units, unless there is one thread.
  std::uint64_t batches_of_unit(const Outcome& outcome) const {
    constexpr std::uint64_t units_of_thread = 8;
    const auto threads = static_cast<std::uint64_t>(outcome.threads);
    const std::uint64_t blocks = outcome.paths() / kLanes;
    const std::uint64_t most = threads == 1 ? blocks : blocks / (threads * units_of_thread);
    return std::max<std::uint64_t>(1, std::min<std::uint64_t>(kMostBlocks, most) * kLanes / batch_paths_);
  }

  void run_unit(std::uint64_t unit) {
    Worker& worker = workers_.local();
    const std::uint64_t begin = unit * unit_paths_;
    const std::uint64_t end = std::min(begin + unit_paths_, outcome_.paths());
    for (std::uint64_t first = begin; first < end;) {
      const std::size_t blocks = worker.simulate(first, end);
      for (std::size_t block = 0; block < blocks; ++block, first += kLanes) {
        const auto lanes = static_cast<std::size_t>(std::min<std::uint64_t>(kLanes, end - first));
        store(prepared_.plan(), worker.block(block), {first, lanes}, outcome_, sums_[first / batch_paths_]);
        report(lanes);
      }
    }
  }

  void report(std::uint64_t paths) {
    const std::uint64_t done = done_ += paths;
    const std::unique_lock lock(progress_, std::try_to_lock);
    if (options_.progress && lock.owns_lock()) options_.progress(done);
  }

  const PreparedRun& prepared_;
  const RunOptions& options_;
  Outcome& outcome_;
  std::uint64_t batch_paths_, unit_paths_;
  std::vector<TallySums> sums_;  // [batch]
  tbb::enumerable_thread_specific<Worker> workers_;
  std::atomic<std::uint64_t> done_{0};
  std::mutex progress_;
};

bool all_finite(std::span<const double> numbers) {
  std::uint64_t beyond = 0;
  for (const double x : numbers) beyond |= std::abs(x) <= std::numeric_limits<double>::max() ? 0 : 1;
  return beyond == 0;
}

void refuse_non_finite(const Plan& plan, const Outcome& outcome) {
  for (std::size_t s = 0; s < outcome.scenarios(); ++s)
    for (std::size_t h = 0; h < outcome.hedgers(); ++h) {
      const auto pnl = outcome.pnl(s, h);
      if (all_finite(pnl)) continue;
      const auto bad = [](double x) { return !std::isfinite(x); };
      const auto first = std::ranges::find_if(pnl, bad);
      throw NumericalError(plan.scenarios[s].name, plan.hedgers[h].name,
                           static_cast<std::uint64_t>(first - pnl.begin()),
                           static_cast<std::uint64_t>(std::ranges::count_if(pnl, bad)));
    }
}

}  // namespace

std::uint64_t batch_blocks(std::uint64_t paths) {
  return std::clamp<std::uint64_t>(paths / kLanes / 128, 1, 64);
}

Outcome run(const PreparedRun& prepared, const RunOptions& options) {
  const Plan& plan = prepared.plan();
  Outcome outcome(plan, options.storage);
  const auto begin = std::chrono::steady_clock::now();
  Parallel parallel(options.threads);
  outcome.threads = parallel.threads();
  Scheduler scheduler(prepared, options, outcome);
  parallel.execute([&] { scheduler.run(); });
  outcome.seconds_simulating =
      std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count();
  options.stop.check();
  refuse_non_finite(plan, outcome);
  return outcome;
}

}  // namespace unhedged::simulation
