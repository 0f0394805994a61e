#pragma once

/// Quantiles that intervals are made of.
namespace unhedged::risk {

/// z with P(|Z| < z) = confidence for a standard normal Z.
double two_sided_z(double confidence);

/// t with P(|T| < t) = confidence for Student's T; degrees > 0, whole or not. accuracy: relative 1e-10
/// source  above 10^4 degrees the expansion of Fisher and Cornish, Abramowitz and Stegun 26.7.5
double two_sided_t(double confidence, double degrees);

/// Regularised incomplete beta function I_x(a, b) for a, b > 0 and 0 <= x <= 1.
/// source  continued fraction, Abramowitz and Stegun 26.5.8
double incomplete_beta(double a, double b, double x);

struct ProbabilityBounds {
  double lower, upper;
};

/// Interval of Clopper and Pearson for a probability that came true `hits` times in `n`, whole numbers or
/// not. expects  0 <= hits <= n, n > 0
ProbabilityBounds binomial_bounds(double hits, double n, double confidence);

}  // namespace unhedged::risk
