#pragma once
#include "engine/core/isa.hpp"
#include "engine/simulation/scan_kernels.hpp"

/// Which two scenarios of a matrix can be the worst for what is hedged about as the book asks, between
/// neighbouring nodes of a table in the log spot. docs/methods/account.md
namespace unhedged::simulation {

/// Intervals that are looked at together, one in each lane of a vector.
inline constexpr std::size_t kAbreast = 8;

struct alignas(64) Abreast {
  double at[kAbreast];
};

/// Intervals between nodes, with the book at the two nodes before the first, all of theirs and the two
/// behind.
struct ScanIntervals {
  const double* rows;   ///< [scenario][node], `stride` numbers apart
  const double* marks;  ///< [node] as the market has it
  std::size_t stride;
  const double *weight, *slope, *dampener;  ///< [scenario]; it gains `slope` of what the hedge is worth
  std::size_t scenarios;
  double width;       ///< of an interval, in log spot
  std::size_t parts;  ///< cells that an interval is cut into
};

/// What is worked out of a scenario on the way: with t from 0 to 1 over an interval, what it loses beside the
/// hedge, by the slopes of five points, and what a straight line may be off by; and what it loses at both
/// ends of a part.
struct ScanLine {
  static constexpr std::size_t kCorners = 2;
  Abreast cubic[4], bend, corner[kCorners];
};

/// Cells of the same parts. shapes  [kAbreast][part]
struct ChosenCells {
  ScanCell* usual;     ///< where the hedge has the delta of the marks
  ScanCell* outer[2];  ///< where it is worth less, and more, than the usual ones tell of; null: nobody asks
};

struct ChoiceKernels {
  /// In every part of the intervals the scenarios that are the worst, and for what hedges one of both is.
  /// shapes  scratch: [scenario]
  void (*choose)(const ScanIntervals&, ScanLine* scratch, const ChosenCells& out);
};

UNHEDGED_DECLARE_KERNELS(ChoiceKernels, choice_kernels)

}  // namespace unhedged::simulation
