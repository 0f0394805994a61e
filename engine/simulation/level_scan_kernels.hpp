#pragma once
#include "engine/simulation/scan_kernels.hpp"

/// As scan_kernels.hpp, where quotes move with a level of the market: tables in the log spot and the root of
/// the level, which is about as volatilities are. docs/methods/account.md
namespace unhedged::simulation {

/// The two scenarios that lose the most in an interval of log spots and roots, for a hedge that is worth
/// about what the book asks for. With t and s from 0 to 1 over it, the one of a side loses
///   cubic[0](t) + cubic[1](t) s + cubic[2](t) s^2 + slope H
/// and one of both is the worst for H from limit[0] to limit[1], plus tilt[0] t + tilt[1] s.
struct alignas(64) LevelScanCell {
  float cubic[3][4][2];  ///< [power of s][power of t][side]
  float slope[2];        ///< [side]
  float limit[2], tilt[2];
  float unused[2];
};

/// Intervals of roots of any width. Bins of one width say where to begin to look for the one of a root.
struct RootIntervals {
  const double* ends = nullptr;           ///< [interval + 1], ascending: of each its beginning, and the end
  const double* inverse_width = nullptr;  ///< [interval]
  int last = 0;                           ///< interval
  const std::uint8_t* bins = nullptr;     ///< [kBins] the interval in which one begins
  double bins_per_root = 0;
  int cells = 1;  ///< that an interval of three nodes is cut into

  static constexpr int kBins = 256, kMost = 255;
};

struct LevelScanView {
  const LevelScanCell* cells = nullptr;  ///< [root][log spot]
  const LevelScanCell* outer = nullptr;  ///< [below, above] of the same
  double origin = 0, inverse_step = 0;
  int last = 0;  ///< cell
  double nodes_per_cell = 1;
  RootIntervals roots;
  // of all scenarios, as in ScanView
  const float* values = nullptr;  ///< [root][log spot][scenario], two nodes before the first cell on
  std::size_t nodes = 0;          ///< log spots
  const float *weight = nullptr, *slope = nullptr, *dampener = nullptr;
  std::size_t scenarios = 0;
};

struct LevelScanKernels {
  /// As those of ScanKernels.
  void (*look)(const LevelScanView&, const ScanPlaces&, ScanSides& out);
  void (*worst_of_outer)(const LevelScanView&, const Scanned&, const ScanSides&, const ScannedLanes&,
                         Lanes& lost, ScannedLanes& left);
  void (*worst_of_all)(const LevelScanView&, const Scanned&, const ScannedLanes&, Lanes& lost);
};

UNHEDGED_DECLARE_KERNELS(LevelScanKernels, level_scan_kernels)

}  // namespace unhedged::simulation
