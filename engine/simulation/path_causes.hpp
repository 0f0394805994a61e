#pragma once
#include <cstdint>
#include <vector>

#include "engine/core/stop.hpp"
#include "engine/simulation/buckets.hpp"
#include "engine/simulation/prepared_run.hpp"

namespace unhedged::simulation {

/// Where the P&L of one path comes from.
struct PathCauses {
  /// So far, on the floor that nobody moves, in account currency of the horizon.
  /// shapes  [(step * assets + asset) * kBuckets + bucket]
  std::vector<double> so_far;
  std::vector<double> total;  ///< [bucket], as P&L is counted: they sum to it
  std::size_t assets = 0;

  bool empty() const { return total.empty(); }
  double at(std::size_t step, std::size_t asset, std::size_t bucket) const {
    return so_far[(step * assets + asset) * kBuckets + bucket];
  }
};

/// Simulates the path once more. Empty where the plan takes nothing apart. errors  Interrupted
PathCauses causes_of_path(const PreparedRun& prepared, std::size_t scenario, std::size_t hedger,
                          std::uint64_t path, const Stop& stop);

}  // namespace unhedged::simulation
