#pragma once
#include <cstdint>

namespace unhedged::risk {

/// What is known of a number besides its value.
enum class Known {
  interval,  ///< value and interval
  value,     ///< no interval keeps its coverage here: the ends are NaN
  nothing,   ///< the number is not defined here (a ratio to zero): all four are NaN
};

/// A number with its uncertainty: the interval holds the true value with the stated confidence.
struct Estimate {
  double value = 0;
  double lower = 0;
  double upper = 0;
  double standard_error = 0;
  Known known = Known::interval;
};

/// A number without an interval; the standard error, where one is given, is the asymptotic one.
Estimate without_interval(double value);
Estimate without_interval(double value, double standard_error);

/// A number that is not defined.
Estimate undefined();

/// The estimate of `factor` times the number; a negative factor swaps the ends.
Estimate times(const Estimate& estimate, double factor);

/// Whether all that is known is finite.
bool is_sound(const Estimate& estimate);

/// value -/+ t * standard_error, t of Student's distribution with the degrees of freedom.
Estimate student_interval(double value, double standard_error, double degrees, double confidence);

/// A proportion of `hits` in `n`, whole numbers or not, with the interval of Clopper and Pearson, which
/// covers at least as often as it says whatever the probability. standard error  sqrt(p (1 - p) / n) source
/// Clopper and Pearson, Biometrika 26 (1934)
Estimate proportion(double hits, double n, double confidence);

/// Sums over the paths on which something came true, and over the others, of v_i and v_i^2 (see sample.hpp).
struct WeightedHits {
  double hits = 0, misses = 0, hits_squared = 0, misses_squared = 0;
};

/// p = sum of p_i over the hits, with the interval of Clopper and Pearson for as many paths of equal weight
/// as have its variance: n_p = p (1 - p) / (sum p_i^2 (hit_i - p)^2); where nothing or everything came true,
/// the effective number.
/// source  Korn and Graubard, "Confidence intervals for proportions with small expected number of positive
///         counts", Survey Methodology 24 (1998)
Estimate weighted_proportion(const WeightedHits& seen, double confidence);

/// p (1 - p) / variance of the weighted share p of the hits: the n_p above; expects hits and misses.
double effective_number(const WeightedHits& seen);

/// Mean of n numbers given by their sum and sum of squares, with n - 1 degrees of freedom.
Estimate mean_from_sums(double sum, double sum_of_squares, std::uint64_t n, double confidence);

}  // namespace unhedged::risk
