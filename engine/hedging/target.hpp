#pragma once
#include <optional>
#include <vector>

#include "engine/hedging/hedger.hpp"
#include "engine/pricing/quoted_slices.hpp"

namespace unhedged::hedging {

/// Delta of a book in one asset under one belief, at every grid time. Shared by all blocks and by all
/// hedgers that hold the belief.
class DeltaTarget {
 public:
  /// `quotes`: the curves the snapshot may show, in its order; `used[step]`: which of them it may show
  /// then. Nothing is computed yet.
  DeltaTarget(const Belief& belief, const pricing::PricedBook& book,
              std::vector<market::ImpliedCurve> quotes, std::vector<std::vector<bool>> used,
              double dt_years, const pricing::SurfaceSettings& settings);

  std::size_t steps() const { return slices_.size(); }

  /// Prepares one grid time. Different steps may be prepared at once.
  void prepare(std::size_t step);

  /// shapes  delta: [lanes], units of the asset
  void delta(std::size_t step, const market::AssetSnapshot& market, Lanes& delta) const;

  void report(pricing::SurfaceReport& into) const;

 private:
  const pricing::PricedBook* book_;
  std::vector<market::ImpliedCurve> curves_;
  std::vector<std::vector<bool>> used_;
  double dt_years_;
  pricing::SurfaceSettings settings_;
  bool follows_quotes_;
  std::vector<std::optional<pricing::QuotedSlices>> slices_;  // [step]
};

}  // namespace unhedged::hedging
