#pragma once
#include <cmath>
#include <cstdint>
#include <numbers>

#include "engine/math/scalar.hpp"

/// Exact variates for numbers too large to be counted one by one, from a sequence of independent uniforms in
/// (0, 1): next() gives the next. How many are used depends on their values, so each caller has a sequence
/// of its own. accuracy: uniforms of 32 bits; nothing else is approximated.
namespace unhedged::random {

/// A standard normal, from two uniforms. source: Box, Muller, Ann. Math. Stat. 29 (1958).
template <class Next>
double normal_of(Next&& next) {
  const double radius = std::sqrt(-2 * scalar::log(next()));
  return radius * scalar::cos_of_turns(next());
}

/// Up to so many, sums are taken term by term.
inline constexpr std::uint64_t kFewTerms = 64;

/// Gamma variate of mean and variance `shape` by rejection. expects shape >= 1.
/// source: Marsaglia, Tsang, ACM Trans. Math. Softw. 26 (2000).
template <class Next>
double gamma_of(double shape, Next&& next) {
  const double d = shape - 1.0 / 3, c = 1 / std::sqrt(9 * d);
  while (true) {
    const double x = normal_of(next), root = 1 + c * x;
    if (root <= 0) continue;
    const double v = root * root * root;
    if (scalar::log(next()) < 0.5 * x * x + d - d * v + d * scalar::log(v)) return d * v;
  }
}

/// Sum of `count` exponential variates of mean one.
template <class Next>
double exponential_sum(std::uint64_t count, Next&& next) {
  if (count > kFewTerms) return gamma_of(static_cast<double>(count), next);
  double sum = 0;
  for (std::uint64_t k = 0; k < count; ++k) sum -= scalar::log(next());
  return sum;
}

/// How many of `count` uniforms are below p. The one in the middle has a beta law; it decides about half of
/// them at once. source: Ahrens, Dieter, Computing 12 (1974).
template <class Next>
std::uint64_t binomial_of(std::uint64_t count, double p, Next&& next) {
  std::uint64_t below = 0;
  while (count > kFewTerms) {
    const std::uint64_t middle = count / 2 + 1;
    const double x = gamma_of(static_cast<double>(middle), next);
    const double y = gamma_of(static_cast<double>(count + 1 - middle), next);
    const double at = x / (x + y);
    if (at <= p) {
      below += middle;
      count -= middle;
      p = (p - at) * (x + y) / y;
    } else {
      count = middle - 1;
      p /= at;
    }
  }
  for (std::uint64_t k = 0; k < count; ++k) below += next() < p ? 1 : 0;
  return below;
}

/// log(k!). accuracy: 3e-12, absolute.
inline double log_factorial(double k) {
  if (k < 16) {
    double factorial = 1;
    for (double factor = 2; factor <= k; ++factor) factorial *= factor;  // exact
    return scalar::log(factorial);
  }
  const double square = 1 / (k * k);
  return (k + 0.5) * scalar::log(k) - k + 0.5 * scalar::log(2 * std::numbers::pi) +
         (1.0 / 12 - square * (1.0 / 360 - square / 1260)) / k;
}

/// Means from here on are drawn by rejection.
inline constexpr double kManyEvents = 64;

/// Number of events of a Poisson law by transformed rejection. expects mean >= 10.
/// source: Hoermann, Insurance: Mathematics and Economics 12 (1993), algorithm PTRS.
template <class Next>
double many_events(double mean, double first, Next&& next) {
  const double b = 0.931 + 2.53 * std::sqrt(mean), a = -0.059 + 0.02483 * b;
  const double inverse_alpha = 1.1239 + 1.1328 / (b - 3.4), quick = 0.9277 - 3.6224 / (b - 2);
  for (double u = first - 0.5;; u = next() - 0.5) {
    const double v = next(), us = 0.5 - std::abs(u);
    const double k = std::floor((2 * a / us + b) * u + mean + 0.43);
    if (us >= 0.07 && v <= quick) return k;
    if (k < 0 || (us < 0.013 && v > us)) continue;
    const double density = k * scalar::log(mean) - mean - log_factorial(k);
    if (scalar::log(v * inverse_alpha / (a / (us * us) + b)) <= density) return k;
  }
}

/// Number of events of a Poisson law, at any mean: by inversion of `first` while they are few, which uses
/// no more, else by rejection.
template <class Next>
std::uint64_t poisson_of(double mean, double first, Next&& next) {
  if (mean >= kManyEvents) return static_cast<std::uint64_t>(many_events(mean, first, next));
  constexpr std::uint64_t most = 1000;  // only reached where rounding stops the sum short of the uniform
  double probability = scalar::exp(-mean), cumulative = probability;
  std::uint64_t count = 0;
  while (first >= cumulative && count < most) {
    ++count;
    probability *= mean / static_cast<double>(count);
    cumulative += probability;
  }
  return count;
}

}  // namespace unhedged::random
