#pragma once
#include <vector>

#include "engine/pricing/row_filler.hpp"
#include "engine/pricing/slice.hpp"

/// How the deltas of a bucket bend because its quotes move with the moneyness k = log(strike / forward).
/// The interpolants ask a smile for no more than its quote, where it turns and an enclosure in between.
namespace unhedged::pricing {

/// The quotes of the calls of a bucket that stand at `ratio` times the quote, after a signed charge for
/// costs, at one quote_level, as the kernels compute them.
class Smile {
 public:
  Smile(const SliceBucket& bucket, double quote_level, double ratio, double charge = 0);

  /// Standard deviation of the log forward over the life, quoted at k.
  double sd(double k) const;

  /// Where one of the parts that the quote is the sum of turns. Not sorted.
  std::vector<double> turns() const;

  /// Encloses the quotes on an interval without a turn inside.
  Interval sds(const Interval& k) const;

 private:
  double shaped(double k) const;  ///< the quote_level with the shape of the surface
  double parabola(double k) const;
  double floored(double sd) const;

  double at_the_money_, skew_, curvature_, smallest_, ratio_, charge_;
  double surface_level_, surface_slope_, surface_wings_;
};

/// Steepest slope of d1 (d2 for cash) in k over [low, high], weighted by how much a table of
/// Phi(d) feels it there: 1 / sd at constant volatility. A table with steps of c / steepest resolves the
/// function as one with steps of c sd resolves a normal distribution.
/// returns  infinity as soon as `enough` is exceeded
/// method   d is enclosed on intervals between the turns of the quote; they are halved until d moves by at
///          most one in them or is beyond 8 deviations all over
double steepest(const Smile& smile, CallColumn column, double low, double high, double enough);

/// The least and the greatest of the calls' volatilities over the quote.
Interval ratios(const SliceBucket& bucket);

/// Tables are made up to so much finer than a normal distribution of the at-the-money width asks.
inline constexpr double kFinest = 8;

/// Width of the narrowest bend of the bucket's sums over these log spots at a quote_level: what the steps of
/// a table are measured by; the narrowest standard deviation where the quote does not depend on k. returns  0
/// if a bend is too narrow for a table
double narrowest_bend(const SliceBucket& bucket, CallColumn column, double quote_level,
                      const Interval& log_spot);

}  // namespace unhedged::pricing
