#pragma once
#include <vector>

#include "engine/core/huge_pages.hpp"
#include "engine/pricing/model.hpp"
#include "engine/simulation/level_scan_kernels.hpp"
#include "engine/simulation/scan.hpp"
#include "engine/simulation/scan_weights.hpp"

namespace unhedged::simulation {

struct LevelScanValues;

/// Intervals of log spots, and at least so many of roots over all, of three nodes each.
struct ScanFineness {
  std::size_t along = 0, across = 0;
};

/// As ScanTable, under quotes that move with a level of the market: between nodes cubics of the log spot, and
/// parabolas of the root of the level.
class LevelScan final : public Scan {
 public:
  /// As fine as it takes for an error of `most` money in what counts of every scenario, from differences of
  /// the nodes. Empty where that would take too many. `like`: as fine as which is tried first; null: none
  LevelScan(const ScanSource& source, const pricing::Reach& reach, double most,
            const LevelScan* like = nullptr);

  bool empty() const { return cells_.empty(); }
  LevelScanView view() const;
  double error() const override { return error_; }
  std::size_t bytes() const override;
  void fetch(const ScanPlaces& at) const override;
  void look(const ScanPlaces& at, ScanSides& out) const override;

 private:
  struct Errors {
    double along = 0, across = 0;
  };
  struct Tried {
    ScanFineness fineness;
    Errors errors;
  };

  bool contains(double log_spot, double quote_level) const override;
  void find_others(const ScanSides& sides, const Scanned& held, const ScannedLanes& some,
                   Lanes& lost) const override;

  void divide(const std::vector<double>& level_kinks, const pricing::Reach& reach, std::size_t across);
  LevelScanValues evaluate(const ScanSource& source, const pricing::Reach& reach,
                           const ScanFineness& fineness);
  Errors errors_of(const LevelScanValues& values) const;
  ScanFineness finer(const Tried& than, const Tried& before, double most) const;
  void keep(const LevelScanValues& values);
  void sort_into_bins();
  void choose(const LevelScanValues& values);

  double origin_ = 0, step_ = 1, error_ = 0;
  ScanFineness fineness_{};               // of what was kept
  std::size_t columns_ = 0;               // intervals of log spots
  std::vector<double> ends_, per_width_;  // as RootIntervals
  std::vector<char> is_kink_;             // of ends
  std::vector<std::uint8_t> bins_;
  std::size_t split_ = 1, root_split_ = 1;  // cells of an interval
  bool drifts_ = false;
  std::size_t nodes_ = 0;  // log spots
  std::vector<margin::MarginScenario> scenarios_;
  ScanWeights<float> weights_;
  std::vector<float, SideBySide<float>> values_;                         // [root][log spot][scenario]
  std::vector<LevelScanCell, SideBySide<LevelScanCell>> cells_, outer_;  // [root][log spot]; of both sides
};

}  // namespace unhedged::simulation
