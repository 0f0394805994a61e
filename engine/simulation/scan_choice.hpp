#pragma once
#include "engine/core/isa.hpp"
#include "engine/simulation/scan_kernels.hpp"

/// Which two scenarios of a matrix can be the worst for what is hedged about as the book asks, between two
/// nodes of a table in the log spot. docs/methods/account.md
namespace unhedged::simulation {

/// An interval between two nodes, with the book at the two nodes before it, its ends and the two behind.
struct ScanInterval {
  const double* rows;   ///< [6][scenario] in scenarios
  const double* marks;  ///< [6] as the market has it
  /// [scenario], padded by such that never lose; a scenario gains `slope` of what the hedge is worth
  const double *weight, *slope, *dampener;
  std::size_t scenarios;  ///< a multiple of kScanWidth
  double width;           ///< in log spot
  std::size_t parts;      ///< cells that it is cut into
};

/// What is worked out per scenario on the way.
inline constexpr std::size_t kScanColumns = 11;

struct ChoiceKernels {
  /// In every part of the interval the scenarios that are the worst where the hedge has the delta of the
  /// marks, and how far around that one of both is. shapes  scratch: [kScanColumns][scenario]; out: [part]
  void (*choose)(const ScanInterval&, double* scratch, ScanCell* out);
};

UNHEDGED_DECLARE_KERNELS(ChoiceKernels, choice_kernels)

}  // namespace unhedged::simulation
