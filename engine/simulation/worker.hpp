#pragma once
#include <deque>

#include "engine/core/stop.hpp"
#include "engine/simulation/path_block.hpp"

namespace unhedged::simulation {

/// Blocks that a thread simulates side by side; more gain nothing.
inline constexpr std::size_t kMostBlocks = 16;

/// What one thread works with: a few blocks that go through the steps side by side, so that the tables of
/// a time slice are read while they are in the cache; scenario by scenario.
class Worker {
 public:
  /// `most`: blocks that are ever simulated at once.
  Worker(const PreparedRun& prepared, std::size_t most, Stop stop);

  const PathBlock& block(std::size_t index) const { return blocks_[index]; }

  /// Simulates paths from `first` on, as many blocks as it holds or `end` allows; returns how many.
  /// errors  Interrupted
  std::size_t simulate(std::uint64_t first, std::uint64_t end);

 private:
  const Plan* plan_;
  Stop stop_;
  std::deque<PathBlock> blocks_;             // a deque: they must not move
  std::vector<std::vector<Floor*>> floors_;  // [scenario], of the first block, then of the second, ...
  PathIds paths_[kMostBlocks];
};

}  // namespace unhedged::simulation
