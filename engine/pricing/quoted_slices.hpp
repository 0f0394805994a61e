#pragma once
#include <vector>

#include "engine/market/snapshot.hpp"
#include "engine/pricing/slice.hpp"

namespace unhedged::pricing {

/// A book at one instant under each of the quotes a snapshot may show.
class QuotedSlices {
 public:
  QuotedSlices(const PricedBook& book, double time_years,
               const std::vector<market::ImpliedCurve>& curves);

  /// Each path at the quotes that are up on it. shapes  out: [lanes]
  void delta(const market::AssetSnapshot& market, Lanes& out) const;
  void value(const market::AssetSnapshot& market, Lanes& out) const;

  /// Each path at curve 0, whatever is quoted.
  void delta_at_first(const market::AssetSnapshot& market, Lanes& out) const;

 private:
  std::vector<BookSlice> slices_;
};

}  // namespace unhedged::pricing
