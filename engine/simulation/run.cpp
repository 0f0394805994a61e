#include "engine/simulation/run.hpp"

#include <tbb/blocked_range.h>
#include <tbb/enumerable_thread_specific.h>
#include <tbb/parallel_for.h>

#include <algorithm>
#include <atomic>
#include <chrono>
#include <cmath>
#include <future>
#include <limits>
#include <mutex>

#include "engine/core/errors.hpp"
#include "engine/simulation/failed_paths.hpp"
#include "engine/simulation/parallel.hpp"
#include "engine/simulation/store.hpp"
#include "engine/simulation/worker.hpp"

namespace unhedged::simulation {

/// Hands batches out in their order, a few at a time, which a thread simulates side by side: so those that
/// are finished have no gaps but for what is in hand.
class Scheduler final : public SharedRun {
 public:
  Scheduler(Simulation& simulation, std::uint64_t end, int threads)
      : simulation_(simulation),
        options_(simulation.options_),
        left_{simulation.ranges_.front().first, end},
        most_(batches_at_once(threads + simulation.threads_of_crew())),
        done_(simulation.paths_done()),
        threads_(threads),
        workers_([this] { return Worker(simulation_.prepared_, most_, options_.stop); }) {}

  void run() {
    tbb::parallel_for(
        tbb::blocked_range<int>(0, threads_, 1), [this](const tbb::blocked_range<int>&) { work(); },
        tbb::simple_partitioner{});
  }

  BatchRange next() override {
    const std::scoped_lock lock(gate_);
    if (is_ending()) return {};
    BatchRange unit = simulation_.finished_.missing(left_);
    unit.end = std::min(unit.end, unit.first + batches_now());
    left_.first = unit.end;
    return unit;
  }

  bool has_next() override {
    const std::scoped_lock lock(gate_);
    return !is_ending() && simulation_.finished_.missing(left_).count() > 0;
  }

  void take(std::uint64_t batch, std::string_view outcome) override {
    const PathRange range = simulation_.place_of(batch);
    TallySums sums = simulation_.outcome_.no_sums();
    if (!simulation_.outcome_.unpack(range, outcome, sums))
      throw IoError("batch " + std::to_string(batch), "does not fit the plan it was simulated for");
    keep(batch, std::move(sums), outcome);
  }

  bool is_abandoned() const override { return options_.stop.requested(); }
  bool is_ending() const override { return failed_ || options_.finish.requested() || is_abandoned(); }

  void end() override { failed_ = true; }

 private:
  /// Batches of a unit of work: few enough that every thread has several units, unless there is one thread.
  std::uint64_t batches_at_once(int threads) const {
    constexpr std::uint64_t units_of_thread = 8;
    const std::uint64_t batches = left_.count();
    const std::uint64_t most =
        threads == 1 ? batches : batches / (static_cast<std::uint64_t>(threads) * units_of_thread);
    return std::clamp<std::uint64_t>(most, 1, kMostBlocks);
  }

  /// With others fewer at the end, so that all of them end together.
  std::uint64_t batches_now() const {
    if (options_.crew == nullptr) return most_;
    const auto threads = static_cast<std::uint64_t>(simulation_.outcome_.threads);
    return std::clamp<std::uint64_t>(left_.count() / (2 * threads), 1, most_);
  }

  void work() {
    try {
      for (BatchRange unit = next(); unit.count() > 0; unit = next()) run_unit(unit);
    } catch (...) {
      failed_ = true;
      throw;
    }
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
    std::string bytes;
    if (options_.store != nullptr) simulation_.outcome_.pack(range, sums, bytes);
    keep(batch, std::move(sums), bytes);
  }

  void keep(std::uint64_t batch, TallySums sums, std::string_view bytes) {
    if (options_.store != nullptr) options_.store->keep(batch, bytes);
    std::uint64_t in_a_row = 0;
    {
      const std::scoped_lock lock(gate_);
      simulation_.finish(batch, std::move(sums));
      in_a_row = simulation_.outcome_.paths_in_a_row();
    }
    report(simulation_.place_of(batch).lanes, in_a_row);
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

namespace {

/// The threads of this process beside a crew, which is served by the one that calls.
void run_with(Crew& crew, Scheduler& scheduler, Parallel& parallel) {
  auto own = std::async(std::launch::async, [&] {
    try {
      parallel.execute([&] { scheduler.run(); });
    } catch (...) {
      scheduler.end();  // the crew need not go on either
      throw;
    }
  });
  try {
    crew.serve(scheduler);
  } catch (...) {
    scheduler.end();
    own.wait();
    throw;
  }
  own.get();
}

}  // namespace

int Simulation::threads_of_crew() const { return options_.crew == nullptr ? 0 : options_.crew->threads(); }

void Simulation::run(std::uint64_t end) {
  UNHEDGED_EXPECT(ranges_.size() == 1);
  const auto begin = std::chrono::steady_clock::now();
  Parallel parallel(options_.threads);
  outcome_.threads = parallel.threads() + threads_of_crew();
  Scheduler scheduler(*this, end, parallel.threads());
  if (options_.crew == nullptr) parallel.execute([&] { scheduler.run(); });
  else run_with(*options_.crew, scheduler, parallel);
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
