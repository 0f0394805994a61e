#include "engine/simulation/run.hpp"

#include <tbb/blocked_range.h>
#include <tbb/enumerable_thread_specific.h>
#include <tbb/parallel_for.h>

#include <algorithm>
#include <atomic>
#include <chrono>
#include <cmath>
#include <deque>
#include <mutex>

#include "engine/core/errors.hpp"
#include "engine/simulation/parallel.hpp"
#include "engine/simulation/schedule.hpp"
#include "engine/simulation/store.hpp"

namespace unhedged::simulation {
namespace {

/// What one thread works with: a few blocks that go through the steps side by side, so that the tables of
/// a time slice are read while they are in the cache.
class Worker {
 public:
  Worker(const PreparedRun& prepared, Stop stop) : plan_(&prepared.plan()), stop_(stop) {
    blocks_.emplace_back(prepared);
    const std::size_t room = kCacheBytes / std::max<std::size_t>(1, blocks_.front().state_bytes());
    while (blocks_.size() < std::min(kMostBlocks, room)) blocks_.emplace_back(prepared);
    for (PathBlock& block : blocks_)
      for (Floor& floor : block.floors()) floors_.push_back(&floor);
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
    const std::size_t floors = floors_.size() / blocks_.size() * count;
    walk(std::span<Floor* const>(floors_).first(floors), plan_->assets.size(), plan_->grid, stop_);
    return count;
  }

 private:
  /// What streams through the caches while the tables stay; more than sixteen blocks gain nothing.
  static constexpr std::size_t kCacheBytes = 8192u << 10, kMostBlocks = 16;

  const Plan* plan_;
  Stop stop_;
  std::deque<PathBlock> blocks_;  // a deque: they must not move
  std::vector<Floor*> floors_;    // of the first block, then of the second, ...
  PathIds paths_[kMostBlocks];
};

/// Runs batches in parallel. Every batch writes to slots of its own.
class Scheduler {
 public:
  Scheduler(const PreparedRun& prepared, const RunOptions& options, Outcome& outcome)
      : prepared_(prepared),
        options_(options),
        outcome_(outcome),
        batch_paths_(batch_blocks(outcome.paths()) * kLanes),
        batches_((outcome.paths() + batch_paths_ - 1) / batch_paths_),
        sums_(batches_, outcome.no_sums()),
        workers_([&prepared, &options] { return Worker(prepared, options.stop); }) {}

  void run() {
    tbb::parallel_for(
        tbb::blocked_range<std::uint64_t>(0, batches_, 1),
        [this](const tbb::blocked_range<std::uint64_t>& range) {
          for (std::uint64_t batch = range.begin(); batch != range.end(); ++batch) run_batch(batch);
        },
        tbb::simple_partitioner{});
    for (const TallySums& batch : sums_) outcome_.add(batch);
  }

 private:
  void run_batch(std::uint64_t batch) {
    Worker& worker = workers_.local();
    const std::uint64_t begin = batch * batch_paths_;
    const std::uint64_t end = std::min(begin + batch_paths_, outcome_.paths());
    for (std::uint64_t first = begin; first < end;) {
      const std::size_t blocks = worker.simulate(first, end);
      for (std::size_t block = 0; block < blocks; ++block, first += kLanes) {
        const auto lanes = static_cast<std::size_t>(std::min<std::uint64_t>(kLanes, end - first));
        store(prepared_.plan(), worker.block(block), {first, lanes}, outcome_, sums_[batch]);
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
  std::uint64_t batch_paths_, batches_;
  std::vector<TallySums> sums_;  // [batch]
  tbb::enumerable_thread_specific<Worker> workers_;
  std::atomic<std::uint64_t> done_{0};
  std::mutex progress_;
};

void refuse_non_finite(const Plan& plan, const Outcome& outcome) {
  for (std::size_t s = 0; s < outcome.scenarios(); ++s)
    for (std::size_t h = 0; h < outcome.hedgers(); ++h) {
      const auto pnl = outcome.pnl(s, h);
      const auto bad = [](double x) { return !std::isfinite(x); };
      const auto first = std::ranges::find_if(pnl, bad);
      if (first == pnl.end()) continue;
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
