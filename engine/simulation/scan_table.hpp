#pragma once
#include <vector>

#include "engine/core/huge_pages.hpp"
#include "engine/simulation/scan.hpp"
#include "engine/simulation/scan_weights.hpp"

namespace unhedged::simulation {

struct ScanValues;

/// The values in all scenarios as cubics of the log spot, under quotes that stand still.
class ScanTable final : public Scan {
 public:
  ScanTable() = default;
  /// Over log spots; as fine as it takes for an error of `most` money in what counts of every scenario, by
  /// the bound of math::CubicTable. Empty where that would take too many nodes.
  ScanTable(const ScanSource& source, double log_spot_low, double log_spot_high, double most);
  /// What it asks of the source beyond its ends, of its width.
  static constexpr double kBeyond = 0.07;

  bool empty() const { return cells_.empty(); }
  ScanView view() const;
  double error() const override { return error_; }
  std::size_t bytes() const override;
  void fetch(const ScanPlaces& at) const override;
  void look(const ScanPlaces& at, ScanSides& out) const override;

 private:
  bool contains(double log_spot, double quote_level) const override;
  void find_others(const ScanSides& sides, const Scanned& held, const ScannedLanes& some,
                   Lanes& lost) const override;
  bool fill(const ScanSource& source, double low, double high, std::size_t cells, double most);
  void choose(const ScanValues& scans);
  double error_of(const ScanValues& scans, std::size_t scenario) const;

  double origin_ = 0, step_ = 1, error_ = 0;
  std::size_t split_ = 1;  // cells in an interval of nodes
  ScanWeights<float> weights_;
  std::vector<float, SideBySide<float>> values_;               // [node][scenario]
  std::vector<ScanCell, SideBySide<ScanCell>> cells_, outer_;  // [cell]; [below, above][cell] or none
};

}  // namespace unhedged::simulation
