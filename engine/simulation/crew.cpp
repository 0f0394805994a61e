#include "engine/simulation/crew.hpp"

#include <tbb/blocked_range.h>
#include <tbb/parallel_for.h>

#include <algorithm>
#include <atomic>

#include "engine/core/errors.hpp"
#include "engine/simulation/parallel.hpp"
#include "engine/simulation/run.hpp"
#include "engine/simulation/store.hpp"
#include "engine/simulation/worker.hpp"

namespace unhedged::simulation {
namespace {

/// What one thread works with.
class Hand {
 public:
  Hand(const PreparedRun& prepared, const RunOptions& options)
      : plan_(prepared.plan()),
        options_(options),
        worker_(prepared, kMostBlocks, options.stop),
        outcome_(prepared.plan(), {}, {{0, kBatchPaths}}) {}

  void simulate(BatchRange unit) {
    const std::uint64_t end = std::min(plan_.paths, unit.end * kBatchPaths);
    while (unit.count() > 0) {
      const std::size_t blocks = worker_.simulate(unit.first * kBatchPaths, end);
      for (std::size_t block = 0; block < blocks; ++block, ++unit.first)
        deliver(worker_.block(block), unit.first);
    }
  }

 private:
  void deliver(const PathBlock& block, std::uint64_t batch) {
    const std::uint64_t first = batch * kBatchPaths;
    const PathRange range{first, static_cast<std::size_t>(std::min(plan_.paths - first, kBatchPaths))};
    TallySums sums = outcome_.no_sums();
    outcome_.begin_at(first);
    store(plan_, block, range, outcome_, sums);
    std::string bytes;
    outcome_.pack(range, sums, bytes);
    options_.store->keep(batch, bytes);
  }

  const Plan& plan_;
  const RunOptions& options_;
  Worker worker_;
  Outcome outcome_;  // of one batch, then of the next
};

}  // namespace

void simulate_for(const PreparedRun& prepared, const RunOptions& options, BatchSource& source) {
  UNHEDGED_EXPECT(options.store != nullptr);
  Parallel parallel(options.threads);
  std::atomic<bool> failed{false};
  const auto work = [&](const tbb::blocked_range<int>&) {
    try {
      Hand hand(prepared, options);
      while (!failed && !options.finish.requested()) {
        const BatchRange unit = source.next();
        if (unit.count() == 0) return;
        hand.simulate(unit);
      }
    } catch (...) {
      failed = true;
      throw;
    }
  };
  parallel.execute([&] {
    tbb::parallel_for(tbb::blocked_range<int>(0, parallel.threads(), 1), work, tbb::simple_partitioner{});
  });
}

}  // namespace unhedged::simulation
