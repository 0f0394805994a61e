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

/// A proportion of `hits` in `n` with the interval of Clopper and Pearson, which covers at least as often
/// as it says whatever the probability. standard error  sqrt(p (1 - p) / n)
/// source  Clopper and Pearson, Biometrika 26 (1934)
Estimate proportion(std::uint64_t hits, std::uint64_t n, double confidence);

/// Mean of n numbers given by their sum and sum of squares, with n - 1 degrees of freedom.
Estimate mean_from_sums(double sum, double sum_of_squares, std::uint64_t n, double confidence);

}  // namespace unhedged::risk
