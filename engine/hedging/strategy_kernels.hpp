#pragma once
#include <cstdint>

#include "engine/core/isa.hpp"
#include "engine/market/quotes.hpp"

/// What strategies and rules work out on all paths of a block.
namespace unhedged::hedging {

/// A quote as a function of its level: max(kSmallestVolatility, factor root(constant + slope level)), of each
/// curve that may be up.
struct QuoteLaw {
  static constexpr std::size_t kMost = 64;
  double constant[kMost], slope[kMost], factor[kMost];
};

/// A limit of a position: most * min(1, (reference / volatility)^power) units.
struct PositionLimit {
  double most, reference, power;
};

/// Two Greeks, of a book or of one unit of an option.
struct GammaVega {
  const Lanes *gamma, *vega;
};

/// Two options are taken for one where the determinant of their gammas and vegas is less than this share of
/// the sum of its two products.
inline constexpr double kLeastDeterminant = 0.01;

struct StrategyKernels {
  void (*quote)(const QuoteLaw&, const market::AssetQuotes&, Lanes& volatility);
  /// out = units * spot * volatility
  void (*exposure)(const Lanes& units, const Lanes& spot, const Lanes& volatility, Lanes& out);
  /// sum += weight * x
  void (*add)(double weight, const Lanes& x, Lanes& sum);
  /// out = delta + exposure / (spot * volatility); delta alone where that is not above 0
  void (*in_units)(const Lanes& delta, const Lanes& exposure, const Lanes& spot, const Lanes& volatility,
                   Lanes& out);
  /// variance = keep variance + add (log_spot - last)^2; last = log_spot
  void (*average)(double keep, double add, const Lanes& log_spot, Lanes& last, Lanes& variance);
  void (*root)(const Lanes& variance, Lanes& volatility);
  /// out = -delta, within the limit
  void (*limit)(const PositionLimit&, const Lanes& volatility, const Lanes& delta, Lanes& out);
  /// units = -book / option within +-most; 0 where the option has none.
  void (*against)(const Lanes& book, const Lanes& option, double most, Lanes& units);
  /// The same of two Greeks by two options; where these are as good as one, vega alone by the first.
  void (*against_both)(const GammaVega& book, const GammaVega& one, const GammaVega& other, double most,
                       Lanes& units, Lanes& of_other);
  /// sum += x * y
  void (*add_product)(const Lanes& x, const Lanes& y, Lanes& sum);
};

UNHEDGED_DECLARE_KERNELS(StrategyKernels, strategy_kernels)

/// The quoted implied volatility of an asset at the money for a month, on every path.
void quoted_volatility(const market::AssetQuotes& quotes, Lanes& out);

}  // namespace unhedged::hedging
