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
#include "engine/risk/moments.hpp"
#include "engine/simulation/path_block.hpp"
#include "engine/simulation/parallel.hpp"
#include "engine/simulation/schedule.hpp"

namespace unhedged::simulation {
namespace {

/// Sums of one batch of paths.
struct BatchSums {
  std::vector<FlowTallies> flows;          // [scenario][hedger]
  std::vector<RegimeTallies> regime_time;  // [scenario]
};

void tally(Tally& into, double x, double per_unit = 1) {
  into.sum += x;
  into.sum_of_squares += (x * per_unit) * (x * per_unit);
}

/// Adds the flows of the first `lanes` paths of one cell, in the order of the paths; squares over unit^2.
void tally_flows(const hedging::Ledger& ledger, std::size_t lanes, double unit, FlowTallies& into) {
  const double per_unit = 1 / unit;
  for (std::size_t lane = 0; lane < lanes; ++lane) {
    double turnover = 0, spread = 0, impact = 0, fee = 0;
    for (std::size_t k = 0; k < ledger.lines(); ++k) {
      turnover += ledger[k].turnover[lane];
      spread += ledger[k].spread_cost[lane];
      impact += ledger[k].impact_cost[lane];
      fee += ledger[k].fees[lane];
    }
    const double flows[kFlows] = {turnover, spread, impact, fee, spread + impact + fee};
    for (std::size_t flow = 0; flow < kFlows; ++flow) tally(into[flow], flows[flow], per_unit);
  }
}

void tally_regimes(const Floor& floor, double horizon, std::size_t lanes, RegimeTallies& into) {
  into.resize(floor.regime_time().size());
  for (std::size_t r = 0; r < into.size(); ++r)
    for (std::size_t lane = 0; lane < lanes; ++lane) tally(into[r], floor.regime_time()[r][lane] / horizon);
}

/// Where in the outcome the paths of a block go.
struct Range {
  std::uint64_t first;
  std::size_t lanes;
};

void store_feedback(const Floor& calm, const Floor& fed, std::size_t hedger, const Range& range, Outcome& outcome) {
  const auto loss = outcome.self_inflicted(calm.scenario(), hedger).subspan(range.first, range.lanes);
  const auto exploded = outcome.exploded(calm.scenario(), hedger).subspan(range.first, range.lanes);
  for (std::size_t lane = 0; lane < range.lanes; ++lane) {
    loss[lane] = calm.pnl(hedger)[lane] - fed.pnl(hedger)[lane];
    exploded[lane] = fed.exploded(lane) ? 1 : 0;
  }
}

void store(const Plan& plan, const PathBlock& block, const Range& range, Outcome& outcome, BatchSums& sums) {
  for (std::size_t s = 0; s < outcome.scenarios(); ++s) {
    const Floor& calm = block.calm(s);
    tally_regimes(calm, plan.grid.horizon_years(), range.lanes, sums.regime_time[s]);
    for (std::size_t h = 0; h < outcome.hedgers(); ++h) {
      const Floor& floor = block.floor_of({s, h});
      std::copy_n(floor.pnl(h).data(), range.lanes, outcome.pnl(s, h).data() + range.first);
      if (plan.hedgers[h].hedges())
        tally_flows(floor.desk(h)->ledger(), range.lanes, outcome.flow_unit(), sums.flows[s * outcome.hedgers() + h]);
      if (&floor != &calm) store_feedback(calm, floor, h, range, outcome);
    }
  }
}

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
        sums_(batches_, {std::vector<FlowTallies>(outcome.scenarios() * outcome.hedgers()),
                         std::vector<RegimeTallies>(outcome.scenarios())}),
        workers_([&prepared, &options] { return Worker(prepared, options.stop); }) {}

  void run() {
    tbb::parallel_for(
        tbb::blocked_range<std::uint64_t>(0, batches_, 1),
        [this](const tbb::blocked_range<std::uint64_t>& range) {
          for (std::uint64_t batch = range.begin(); batch != range.end(); ++batch) run_batch(batch);
        },
        tbb::simple_partitioner{});
    merge();
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

  static void add(const Tally& part, Tally& sum) {
    sum.sum += part.sum;
    sum.sum_of_squares += part.sum_of_squares;
  }

  void merge() {
    for (const BatchSums& batch : sums_)
      for (std::size_t s = 0; s < outcome_.scenarios(); ++s) {
        for (std::size_t h = 0; h < outcome_.hedgers(); ++h)
          for (std::size_t flow = 0; flow < kFlows; ++flow)
            add(batch.flows[s * outcome_.hedgers() + h][flow], outcome_.flows(s, h)[flow]);
        outcome_.regime_time(s).resize(batch.regime_time[s].size());
        for (std::size_t r = 0; r < batch.regime_time[s].size(); ++r)
          add(batch.regime_time[s][r], outcome_.regime_time(s)[r]);
      }
  }

  const PreparedRun& prepared_;
  const RunOptions& options_;
  Outcome& outcome_;
  std::uint64_t batch_paths_, batches_;
  std::vector<BatchSums> sums_;  // [batch]
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
  Outcome outcome(plan.scenarios.size(), plan.hedgers.size(), plan.paths, options.storage, plan.has_feedback(),
                  risk::power_of_two_near(plan.gross_notional()));
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
