#pragma once
#include "engine/core/isa.hpp"
#include "engine/market/quotes.hpp"

/// What options that are struck anew on every path take besides their prices.
namespace unhedged::simulation {

/// Half of the spread of an option's quote, in volatility, where the half spread of its asset is `today`: it
/// moves with that, if there is one.
struct QuotedSpread {
  double volatility, today;
};

struct OptionKernels {
  /// The spot relative to a reference on each path, and its log.
  void (*shift)(const market::AssetQuotes&, const Lanes& log_reference, const Lanes& inverse, Lanes& log_spot,
                Lanes& spot);
  /// The reference becomes the spot over today's, where that is positive.
  void (*strike)(const market::AssetQuotes&, double per_today, Lanes& reference, Lanes& inverse,
                 Lanes& log_reference);
  /// A fraction of the price, at most 1; 0 where there is no price. `now`: half spread of the asset
  void (*half_spread)(const QuotedSpread&, const Lanes& vega, const Lanes& price, const Lanes& now,
                      Lanes& out);
  /// x *= by
  void (*scale)(const Lanes& by, Lanes& x);
};

UNHEDGED_DECLARE_KERNELS(OptionKernels, option_kernels)

}  // namespace unhedged::simulation
