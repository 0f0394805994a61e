#pragma once
#include "engine/simulation/level_scan_kernels.hpp"
#include "engine/simulation/scan_choice.hpp"

/// As scan_choice.hpp, between neighbouring nodes in the log spot and in the root of a level of the market.
namespace unhedged::simulation {

/// Intervals of log spots, and one of roots that three nodes stand in: at both ends and in the middle.
struct LevelScanIntervals {
  ScanIntervals at;                     ///< at the first root
  std::size_t rows_apart, marks_apart;  ///< numbers from one root to the next
  std::size_t root_parts;
};

/// As ScanLine. With s from 0 to 1 over the interval of roots.
struct LevelScanLine {
  static constexpr std::size_t kCorners = 4;
  Abreast cubic[3][4];  ///< [power of s][power of t]
  Abreast bend, corner[kCorners];
};

/// Cells of the same parts. shapes  [root part][`stride`], of which [kAbreast][part]
struct ChosenLevelCells {
  LevelScanCell* usual;
  LevelScanCell* outer[2];  ///< null: nobody asks
  std::size_t stride;
};

struct LevelChoiceKernels {
  /// shapes  scratch: [scenario]
  void (*choose)(const LevelScanIntervals&, LevelScanLine* scratch, const ChosenLevelCells& out);
};

UNHEDGED_DECLARE_KERNELS(LevelChoiceKernels, level_choice_kernels)

}  // namespace unhedged::simulation
