#pragma once
#include <cstdint>

namespace unhedged::risk {

/// A number with its uncertainty: the interval holds the true value with the stated confidence.
struct Estimate {
  double value = 0;
  double lower = 0;
  double upper = 0;
  double standard_error = 0;
};

/// z with P(|Z| < z) = confidence for a standard normal Z.
double two_sided_z(double confidence);

/// value -/+ z * standard_error.
Estimate normal_interval(double value, double standard_error, double confidence);

/// A proportion of `hits` in `n` with Wilson's score interval.
/// source  Wilson, JASA 22 (1927)
Estimate proportion(std::uint64_t hits, std::uint64_t n, double confidence);

/// Mean of n numbers given by their sum and sum of squares.
Estimate mean_from_sums(double sum, double sum_of_squares, std::uint64_t n, double confidence);

}  // namespace unhedged::risk
