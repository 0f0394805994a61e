#include "engine/simulation/run.hpp"

#include <tbb/blocked_range.h>
#include <tbb/enumerable_thread_specific.h>
#include <tbb/parallel_for.h>

#include <algorithm>
#include <atomic>
#include <chrono>
#include <mutex>

#include "engine/core/errors.hpp"
#include "engine/simulation/failed_paths.hpp"
#include "engine/simulation/parallel.hpp"
#include "engine/simulation/store.hpp"
#include "engine/simulation/worker.hpp"

namespace unhedged::simulation {

/// Hands batches out in their order, a few at a time, which a thread simulates side by side: so those that
/// are finished have no gaps but for what is in hand.
class Scheduler {
 public:
  Scheduler(Simulation& simulation, std::uint64_t end, int threads)
      : simulation_(simulation),
        options_(simulation.options_),
        left_{simulation.ranges_.front().first, end},
        most_(batches_at_once(threads)),
        done_(simulation.paths_done()),
        threads_(threads),
        workers_([this] { return Worker(simulation_.prepared_, most_, options_.stop); }) {}

  void run() {
    tbb::parallel_for(
        tbb::blocked_range<int>(0, threads_, 1), [this](const tbb::blocked_range<int>&) { work(); },
        tbb::simple_partitioner{});
  }

 private:
  /// Batches of a unit of work: few enough that every thread has several units, unless there is one thread.
  std::uint64_t batches_at_once(int threads) const {
    constexpr std::uint64_t units_of_thread = 8;
    const std::uint64_t batches = left_.count();
    const std::uint64_t most =
        threads == 1 ? batches : batches / (static_cast<std::uint64_t>(threads) * units_of_thread);
    return std::clamp<std::uint64_t>(most, 1, kMostBlocks);
  }

  void work() {
    try {
      for (BatchRange unit = next(); unit.count() > 0; unit = next()) run_unit(unit);
    } catch (...) {
      failed_ = true;
      throw;
    }
  }

  BatchRange next() {
    const std::scoped_lock lock(gate_);
    if (failed_ || options_.finish.requested()) return {};
    BatchRange unit = simulation_.finished_.missing(left_);
    unit.end = std::min(unit.end, unit.first + most_);
    left_.first = unit.end;
    return unit;
  }

  void run_unit(BatchRange unit) {
    Worker& worker = workers_.local();
    while (unit.count() > 0) {
      const PathRange all = simulation_.place_of(unit.first);
      const std::uint64_t end = all.first + simulation_.paths_of(unit);
      const std::size_t blocks = worker.simulate(all.first, end);
      for (std::size_t block = 0; block < blocks; ++block, ++unit.first)
        keep(worker.block(block), unit.first);
    }
  }

  void keep(const PathBlock& block, std::uint64_t batch) {
    static_assert(kBatchPaths == kLanes, "a block is a batch");
    const PathRange range = simulation_.place_of(batch);
    TallySums sums = simulation_.outcome_.no_sums();
    store(simulation_.prepared_.plan(), block, range, simulation_.outcome_, sums);
    if (options_.store != nullptr) {
      std::string bytes;
      simulation_.outcome_.pack(range, sums, bytes);
      options_.store->keep(batch, bytes);
    }
    std::uint64_t in_a_row = 0;
    {
      const std::scoped_lock lock(gate_);
      simulation_.finish(batch, std::move(sums));
      in_a_row = simulation_.outcome_.paths_in_a_row();
    }
    report(range.lanes, in_a_row);
  }

  void report(std::uint64_t paths, std::uint64_t in_a_row) {
    const std::uint64_t done = done_ += paths;
    const std::unique_lock lock(progress_, std::try_to_lock);
    if (options_.progress && lock.owns_lock()) options_.progress(done, in_a_row);
  }

  Simulation& simulation_;
  const RunOptions& options_;
  BatchRange left_;
  std::uint64_t most_;
  std::atomic<std::uint64_t> done_;
  int threads_;
  tbb::enumerable_thread_specific<Worker> workers_;
  std::atomic<bool> failed_{false};
  std::mutex gate_, progress_;
};

namespace {

PathSpan paths_in(const Plan& plan, BatchRange batches) {
  const std::uint64_t first = batches.first * kBatchPaths;
  return {first, std::min(plan.paths, batches.end * kBatchPaths) - first};
}

std::vector<PathSpan> spans_of(const Plan& plan, const std::vector<BatchRange>& ranges) {
  std::vector<PathSpan> out;
  for (const BatchRange& range : ranges) out.push_back(paths_in(plan, range));
  return out;
}

}  // namespace

Simulation::Simulation(const PreparedRun& prepared, const RunOptions& options,
                       std::vector<BatchRange> batches)
    : prepared_(prepared),
      options_(options),
      ranges_(std::move(batches)),
      outcome_(prepared.plan(), options.storage, spans_of(prepared.plan(), ranges_)) {}

Simulation::Simulation(const PreparedRun& prepared, const RunOptions& options)
    : Simulation(prepared, options, std::vector<BatchRange>{{0, batches_of(prepared.plan().paths)}}) {}

PathRange Simulation::place_of(std::uint64_t batch) const {
  const PathSpan span = paths_in(prepared_.plan(), {batch, batch + 1});
  return {span.first, static_cast<std::size_t>(span.count)};
}

std::uint64_t Simulation::paths_of(BatchRange range) const { return paths_in(prepared_.plan(), range).count; }

std::uint64_t Simulation::paths_done() const {
  std::uint64_t missing = 0;
  for (const BatchRange& range : ranges_)
    for (const BatchRange& hole : finished_.all_missing(range)) missing += paths_of(hole);
  return outcome_.room() - missing;
}

bool Simulation::restore(std::uint64_t batch, std::string_view bytes) {
  const auto holds = [batch](const BatchRange& range) { return range.contains(batch); };
  if (std::ranges::none_of(ranges_, holds)) return false;
  if (finished_.contains(batch)) return true;
  TallySums sums = outcome_.no_sums();
  if (!outcome_.unpack(place_of(batch), bytes, sums)) return false;
  finish(batch, std::move(sums));
  return true;
}

void Simulation::finish(std::uint64_t batch, TallySums sums) {
  finished_.add(batch);
  outcome_.add(place_of(batch), std::move(sums));
}

void Simulation::run(std::uint64_t end) {
  UNHEDGED_EXPECT(ranges_.size() == 1);
  const auto begin = std::chrono::steady_clock::now();
  Parallel parallel(options_.threads);
  outcome_.threads = parallel.threads();
  Scheduler scheduler(*this, end, parallel.threads());
  parallel.execute([&] { scheduler.run(); });
  outcome_.seconds_simulating +=
      std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count();
  options_.stop.check();
}

Outcome Simulation::take() {
  outcome_.end_at_gap();
  leave_out_failed(prepared_.plan(), outcome_);
  return std::move(outcome_);
}

Outcome run(const PreparedRun& prepared, const RunOptions& options) {
  Simulation simulation(prepared, options);
  simulation.run();
  return simulation.take();
}

}  // namespace unhedged::simulation
