#include "engine/risk/distributions.hpp"

#include <cmath>

#include "engine/math/elementary.hpp"

namespace unhedged::risk {
namespace {

constexpr double kManyDegrees = 1e4;
constexpr int kMostTerms = 1'000'000;  // the fraction needs about sqrt(max(a, b)) of them

/// A denominator that is not zero (modified method of Lentz).
double away_from_zero(double x) { return std::abs(x) < 1e-300 ? 1e-300 : x; }

/// The continued fraction of I_x(a, b); converges fast where x < (a + 1) / (a + b + 2).
double beta_fraction(double a, double b, double x) {
  double c = 1, d = 1 / away_from_zero(1 - (a + b) * x / (a + 1)), fraction = d;
  const auto take = [&](double coefficient) {
    d = 1 / away_from_zero(1 + coefficient * d);
    c = away_from_zero(1 + coefficient / c);
    fraction *= d * c;
    return std::abs(d * c - 1);
  };
  for (int i = 1; i < kMostTerms; ++i) {
    const double m = i;
    take(m * (b - m) * x / ((a + 2 * m - 1) * (a + 2 * m)));
    if (take(-(a + m) * (a + b + m) * x / ((a + 2 * m) * (a + 2 * m + 1))) < 1e-16) break;
  }
  return fraction;
}

/// x in [0, 1] with I_x(a, b) = p.
double beta_quantile(double a, double b, double p) {
  double low = 0, high = 1;
  for (int i = 0; i < 1100 && high - low > 1e-15 * high; ++i) {
    const double middle = 0.5 * (low + high);
    (incomplete_beta(a, b, middle) < p ? low : high) = middle;
  }
  return 0.5 * (low + high);
}

}  // namespace

double two_sided_z(double confidence) { return math::normal_quantile(0.5 + 0.5 * confidence); }

double incomplete_beta(double a, double b, double x) {
  if (x <= 0 || x >= 1) return x <= 0 ? 0 : 1;
  const double front =
      std::exp(std::lgamma(a + b) - std::lgamma(a) - std::lgamma(b) + a * std::log(x) + b * std::log1p(-x));
  if (x < (a + 1) / (a + b + 2)) return front * beta_fraction(a, b, x) / a;
  return 1 - front * beta_fraction(b, a, 1 - x) / b;
}

double two_sided_t(double confidence, double degrees) {
  if (degrees > kManyDegrees) {
    const double z = two_sided_z(confidence), z2 = z * z;
    return z * (1 + ((z2 + 1) / 4 + ((5 * z2 + 16) * z2 + 3) / (96 * degrees)) / degrees);
  }
  // P(|T| > t) = I_x(degrees / 2, 1 / 2) with x = degrees / (degrees + t^2)
  const double x = beta_quantile(0.5 * degrees, 0.5, 1 - confidence);
  return std::sqrt(degrees * (1 - x) / x);
}

ProbabilityBounds binomial_bounds(double hits, double n, double confidence) {
  const double misses = n - hits, side = 0.5 * (1 - confidence), log_side = std::log(side) / n;
  ProbabilityBounds bounds{0, 1};
  if (hits == n) bounds.lower = std::exp(log_side);
  else if (hits > 0) bounds.lower = beta_quantile(hits, misses + 1, side);
  if (hits == 0) bounds.upper = -std::expm1(log_side);
  else if (hits < n) bounds.upper = beta_quantile(hits + 1, misses, 1 - side);
  return bounds;
}

}  // namespace unhedged::risk
