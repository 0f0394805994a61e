#pragma once
#include <vector>

#include "engine/pricing/slice.hpp"

/// How the deltas of a bucket bend because its quotes move with the moneyness k = log(strike / forward).
/// The interpolants ask a smile for no more than its quote and the places where it bends.
namespace unhedged::pricing {

/// Whether the quote depends on the moneyness.
bool has_smile(const SliceBucket& bucket);

/// Standard deviation of the log forward over the life that is quoted at the money; never below the
/// smallest. `level` as in BookSlice.
double sd_at_the_money(const SliceBucket& bucket, double level);

/// The quotes of a bucket at one level, as the kernels compute them.
struct Smile {
  double at_the_money, skew, curvature, smallest;

  Smile(const SliceBucket& bucket, double level);

  /// Standard deviation of the log forward over the life, quoted at k.
  double sd(double k) const;

  /// Where the quote turns or has a kink: its extremes, and where the smallest quote begins and ends.
  /// Between two of them it is monotone and smooth. Not sorted.
  std::vector<double> bends() const;
};

/// Steepest slope of d1 (shares) or d2 (cash) in k over [low, high], weighted by how much a table of
/// Phi(d) feels it there: 1 / sd at constant volatility. A table with steps of c / steepest resolves the
/// function as one with steps of c sd resolves a normal distribution.
/// returns  infinity as soon as `enough` is exceeded
/// method   d is enclosed on intervals where the quote is monotone; intervals are halved until d moves by
///          at most one in them or is beyond 8 deviations all over
double steepest(const Smile& smile, Part part, double low, double high, double enough);

}  // namespace unhedged::pricing
