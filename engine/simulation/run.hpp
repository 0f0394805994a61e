#pragma once
#include <functional>

#include "engine/core/stop.hpp"
#include "engine/simulation/prepared_run.hpp"
#include "engine/simulation/result.hpp"

namespace unhedged::simulation {

struct RunOptions {
  int threads = 0;  ///< 0: one per processor
  /// Called now and then, by any thread but never by two at once, with the number of paths done.
  std::function<void(std::uint64_t)> progress;
  StorageLimits storage;
  Stop stop;  ///< looked at in every step
};

/// Simulates the plan. The outcome is the same to the last bit for any number of threads and any order
/// in which blocks happen to be run.
/// errors  NumericalError if a path ends in a P&L that is not finite; Interrupted; IoError if the threads or
///         the room for the P&L cannot be had
Outcome run(const PreparedRun& prepared, const RunOptions& options);

/// Blocks are handed out and summed in batches; their size depends on the number of paths alone.
std::uint64_t batch_blocks(std::uint64_t paths);

}  // namespace unhedged::simulation
