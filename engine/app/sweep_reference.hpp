#pragma once
#include <optional>
#include <vector>

#include "engine/risk/summary.hpp"
#include "engine/simulation/result.hpp"

namespace unhedged::app {

/// The P&L of one point of a sweep, against which that of the others is held path by path.
class ReferencePoint {
 public:
  explicit ReferencePoint(std::size_t point) : point_(point) {}

  std::size_t point() const { return point_; }
  bool is_there() const { return pnl_.has_value(); }

  /// Copies it. errors  IoError if the disk has no room for what memory does not hold; std::bad_alloc
  void keep(const simulation::Outcome& outcome, std::uint64_t seed, const simulation::StorageLimits& limits);

  /// risk::paired_metrics of what is there less the reference: path i of both has the same random numbers, or
  /// independent ones. NaN where the paths are no pairs: the reference has another number of them or another
  /// seed, or one of both has left out failed ones. shapes  [scenario][hedger][metric][estimate]
  /// expects  the reference is there, with the same scenarios and hedgers
  std::vector<double> less(const simulation::Outcome& outcome, std::uint64_t seed,
                           const risk::Settings& settings) const;

 private:
  std::size_t point_;
  std::uint64_t paths_ = 0, failed_ = 0, seed_ = 0;
  std::optional<simulation::PathStorage> pnl_;  // [scenario][hedger][path]
};

}  // namespace unhedged::app
