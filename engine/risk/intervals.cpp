#include "engine/risk/intervals.hpp"

#include <algorithm>
#include <cmath>

#include "engine/risk/distributions.hpp"

namespace unhedged::risk {
namespace {

/// Inverse of T + c T^2 + c^2 T^3 / 3 + c / 2 for c = skewness / 3, without cancellation at c = 0.
double hall_inverse(double y, double skewness) {
  const double w = y - skewness / 6, u = std::cbrt(1 + skewness * w);
  return 3 * w / (u * u + u + 1);
}

/// Whether `ratio` cannot be told from the true one.
bool plausible(const JointSums& sums, double ratio, double t) {
  const Spread spread = sums.spread(ratio);
  const double value = sums.difference(ratio), error = spread.standard_error;
  const double lower = value - error * std::max(t, hall_inverse(t, spread.skewness));
  const double upper = value - error * std::min(-t, hall_inverse(-t, spread.skewness));
  return lower <= 0 && 0 <= upper;
}

/// The last plausible ratio from `inside` on in the direction of `step`.
double furthest_ratio(const JointSums& sums, double inside, double step, double t) {
  double outside = inside + step;
  for (int i = 0; i < 1000 && plausible(sums, outside, t); ++i, step *= 2) {
    inside = outside;
    outside = inside + 2 * step;
  }
  for (int i = 0; i < 200; ++i) {
    const double middle = 0.5 * (inside + outside);
    if (middle == inside || middle == outside) break;
    (plausible(sums, middle, t) ? inside : outside) = middle;
  }
  return inside;
}

}  // namespace

Spread spread_of(double sum_2, double sum_3, double n) {
  if (!(sum_2 > 0)) return {};
  const double variance = sum_2 / n;
  return {std::sqrt(variance / (n - 1)), sum_3 / n / (variance * std::sqrt(variance)) / std::sqrt(n)};
}

Estimate skewed_interval(double value, const Spread& spread, double degrees, double confidence) {
  const double t = two_sided_t(confidence, degrees), error = spread.standard_error;
  return {value, value - error * hall_inverse(t, spread.skewness),
          value - error * hall_inverse(-t, spread.skewness), error};
}

Estimate widest_interval(double value, const Spread& spread, double degrees, double confidence) {
  const Estimate hall = skewed_interval(value, spread, degrees, confidence);
  const Estimate student = student_interval(value, spread.standard_error, degrees, confidence);
  return {value, std::min(hall.lower, student.lower), std::max(hall.upper, student.upper),
          hall.standard_error};
}

Spread JointSums::spread(double r) const {
  return spread_of(sum_20 - 2 * r * sum_11 + r * r * sum_02,
                   sum_30 - 3 * r * sum_21 + 3 * r * r * sum_12 - r * r * r * sum_03, n);
}

Estimate one_minus_ratio(const JointSums& sums, double degrees, double confidence) {
  if (!(sums.second > 0)) return undefined();
  const double ratio = sums.first / sums.second, t = two_sided_t(confidence, degrees);
  const double error = sums.spread(ratio).standard_error / sums.second;
  const JointSums alone{sums.n, sums.second, 0, sums.sum_02, 0, 0, sums.sum_03, 0, 0, 0};
  if (plausible(alone, 0, t)) return without_interval(1 - ratio, error);
  const double step = std::max(error, 1e-12 * std::max(1.0, std::abs(ratio)));
  const double highest = furthest_ratio(sums, ratio, step, t), lowest = furthest_ratio(sums, ratio, -step, t);
  return {1 - ratio, 1 - highest, 1 - lowest, error};
}

}  // namespace unhedged::risk
