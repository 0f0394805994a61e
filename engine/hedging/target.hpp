#pragma once
#include <vector>

#include "engine/hedging/hedger.hpp"
#include "engine/pricing/quoted_slices.hpp"

namespace unhedged::hedging {

/// Delta of a book in one asset under one belief, at every grid time. Immutable, shared by all blocks
/// and by all hedgers that hold the belief.
class DeltaTarget {
 public:
  /// `quotes`: the curves the snapshot may show, in its order.
  DeltaTarget(const Belief& belief, const pricing::PricedBook& book,
              const std::vector<market::ImpliedCurve>& quotes, std::size_t steps, double dt_years);

  /// shapes  delta: [lanes], units of the asset
  void delta(std::size_t step, const market::AssetSnapshot& market, Lanes& delta) const;

 private:
  bool follows_quotes_;
  std::vector<pricing::QuotedSlices> slices_;  // [step]
};

}  // namespace unhedged::hedging
