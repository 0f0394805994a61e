#pragma once
#include <functional>
#include <span>
#include <vector>

#include "engine/core/huge_pages.hpp"
#include "engine/margin/matrix.hpp"
#include "engine/simulation/scan_kernels.hpp"

/// What a matrix requires of a book in one asset at a grid time, for whatever hedges it.
/// docs/methods/account.md
namespace unhedged::simulation {

/// Values of the book at log spots: in scenarios, or unshocked.
struct ScanSource {
  std::span<const margin::MarginScenario> scenarios;
  /// Some of them. shapes  log_spot: [count], any count; rows: [of][count]
  std::function<void(std::span<const margin::MarginScenario> of, std::span<const double> log_spot,
                     std::span<double> rows)>
      shocked;
  /// shapes  log_spot, out: [count]
  std::function<void(std::span<const double> log_spot, std::span<double> out)> marked;
  bool drifts = true;  ///< whether hedges need not be worth about what the book asks for
};

struct ScanValues;

/// The values in all scenarios as cubics of the log spot, under quotes that stand still. Most intervals know
/// which two scenarios can be the worst while the hedge is worth about what the book asks: the others need
/// not be looked at.
class ScanTable {
 public:
  ScanTable() = default;
  /// Over log spots; as fine as it takes for an error of `most` money in what counts of every scenario, by
  /// the bound of math::CubicTable. Empty where that would take too many nodes.
  ScanTable(const ScanSource& source, double log_spot_low, double log_spot_high, double most);
  /// What it asks of the source beyond its ends, of its width.
  static constexpr double kBeyond = 0.07;

  bool empty() const { return cells_.empty(); }
  ScanView view() const;
  /// What no error exceeds.
  double error() const { return error_; }
  std::size_t bytes() const;

  /// What is the same for all who hedge the book at these log spots.
  void look(const Lanes& log_spot, ScanSides& out) const;
  /// The largest loss that counts, of paths inside; `sides`: of the same log spots. `outside`: 1 where the
  /// log spot is. returns  whether it is somewhere
  bool find(const ScanSides& sides, const Scanned& held, Lanes& lost, LaneIndex& outside) const;

 private:
  bool fill(const ScanSource& source, double low, double high, std::size_t cells, double most);
  void choose(const ScanValues& scans);
  double error_of(const ScanValues& scans, std::size_t scenario) const;

  double origin_ = 0, step_ = 1, error_ = 0;
  std::size_t split_ = 1;  // cells in an interval of nodes
  std::size_t padded_ = 0;
  std::vector<float> weight_, slope_, dampener_;               // [scenario], padded
  std::vector<float, SideBySide<float>> values_;               // [node][scenario]
  std::vector<ScanCell, SideBySide<ScanCell>> cells_, outer_;  // [cell]; [below, above][cell] or none
};

}  // namespace unhedged::simulation
