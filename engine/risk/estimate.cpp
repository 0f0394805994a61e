#include "engine/risk/estimate.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

#include "engine/risk/distributions.hpp"

namespace unhedged::risk {
namespace {

constexpr double kNone = std::numeric_limits<double>::quiet_NaN();

}  // namespace

Estimate without_interval(double value) { return without_interval(value, kNone); }

Estimate without_interval(double value, double standard_error) {
  return {value, kNone, kNone, standard_error, Known::value};
}

Estimate undefined() { return {kNone, kNone, kNone, kNone, Known::nothing}; }

Estimate times(const Estimate& e, double factor) {
  const double lower = factor * e.lower, upper = factor * e.upper;
  return {factor * e.value, factor < 0 ? upper : lower, factor < 0 ? lower : upper,
          std::abs(factor) * e.standard_error, e.known};
}

bool is_sound(const Estimate& e) {
  if (e.known == Known::nothing) return true;
  if (!std::isfinite(e.value)) return false;
  if (e.known == Known::value) return !std::isinf(e.standard_error);
  return std::isfinite(e.lower) && std::isfinite(e.upper) && std::isfinite(e.standard_error);
}

Estimate student_interval(double value, double standard_error, double degrees, double confidence) {
  const double half = two_sided_t(confidence, degrees) * standard_error;
  return {value, value - half, value + half, standard_error};
}

Estimate proportion(double hits, double n, double confidence) {
  const double p = hits / n;
  const ProbabilityBounds bounds = binomial_bounds(hits, n, confidence);
  return {p, bounds.lower, bounds.upper, std::sqrt(p * (1 - p) / n)};
}

double effective_number(const WeightedHits& seen) {
  const double total = seen.hits + seen.misses, p = seen.hits / total, q = seen.misses / total;
  return p * q * total * total / (seen.hits_squared * q * q + seen.misses_squared * p * p);
}

Estimate weighted_proportion(const WeightedHits& seen, double confidence) {
  const double total = seen.hits + seen.misses,
               kish = total * total / (seen.hits_squared + seen.misses_squared);
  if (seen.hits <= 0) return proportion(0, kish, confidence);
  if (seen.misses <= 0) return proportion(kish, kish, confidence);
  const double n = effective_number(seen);
  return proportion(seen.hits / total * n, n, confidence);
}

Estimate mean_from_sums(double sum, double sum_of_squares, std::uint64_t n, double confidence) {
  const double count = static_cast<double>(n), mean = sum / count;
  if (n < 2) return without_interval(mean);
  const double squares = sum_of_squares - count * mean * mean;
  const double rounding = count * std::numeric_limits<double>::epsilon() * sum_of_squares;  // of the sums
  const double variance = squares > rounding ? squares / (count - 1) : 0.0;
  return student_interval(mean, std::sqrt(variance / count), count - 1, confidence);
}

}  // namespace unhedged::risk
