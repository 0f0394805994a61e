#pragma once
#include "engine/simulation/plan.hpp"

namespace unhedged::simulation {

/// What a run will take, estimated from its plan before anything is prepared. Times are those of one
/// processor such as the one of docs/performance.md, good to a factor of two or three; bytes are good to half
/// of themselves. docs/methods/workload.md has the arithmetic.
struct Workload {
  double tables_seconds = 0;   ///< tables of the books' Greeks
  double paths_seconds = 0;    ///< simulation and hedging
  double records_seconds = 0;  ///< worst paths in full, replayed and written by one thread
  double summary_seconds = 0;

  double tables_bytes = 0;
  double rows_bytes = 0;    ///< what tables are summed from: the expiries, by log spot and deviation
  double blocks_bytes = 0;  ///< of all threads
  double records_bytes = 0;
  double pnl_bytes = 0;  ///< may go to a file instead

  /// On `threads` processors.
  double seconds(int threads) const;
  double bytes() const { return tables_bytes + rows_bytes + blocks_bytes + records_bytes + pnl_bytes; }
};

/// expects  threads >= 1
Workload workload(const Plan& plan, int threads);

}  // namespace unhedged::simulation
