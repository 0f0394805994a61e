#pragma once
#include <algorithm>
#include <cmath>
#include <span>

#include "engine/risk/estimate.hpp"

namespace unhedged::risk {

/// Sum with Neumaier's compensation.
class CompensatedSum {
 public:
  void add(double x) {
    const double next = sum_ + x;
    lost_ += std::abs(sum_) >= std::abs(x) ? (sum_ - next) + x : (x - next) + sum_;
    sum_ = next;
  }
  double value() const { return sum_ + lost_; }

 private:
  double sum_ = 0, lost_ = 0;
};

/// Sum of term(i) for i < n: plain sums of 1024 terms in eight strands, added with compensation. The
/// order of additions is fixed. accuracy: 1e-14 relative to the sum of |terms|
template <class Term>
double blocked_sum(std::size_t n, Term term) {
  constexpr std::size_t block = 1024, strands = 8;
  CompensatedSum total;
  for (std::size_t first = 0; first < n; first += block) {
    const std::size_t last = std::min(n, first + block), whole = first + (last - first) / strands * strands;
    double strand[strands] = {};
    for (std::size_t i = first; i < whole; i += strands)
      for (std::size_t k = 0; k < strands; ++k) strand[k] += term(i + k);
    for (std::size_t i = whole; i < last; ++i) strand[i - whole] += term(i);
    for (const double s : strand) total.add(s);
  }
  return total.value();
}

/// A power of two near a positive number, not beyond 2^-1000 and 2^1000; 1 for what is none.
double power_of_two_near(double size);

/// That of the largest |x| of a sample. Sums of squares and higher
/// powers are taken of x / unit: they then neither overflow nor vanish, and dividing costs no digit.
double unit_of(std::span<const double> sample);

/// Mean and central moments of a sample (divisor n).
struct Moments {
  double mean = 0;
  double unit = 1;
  double m2 = 0, m3 = 0, m4 = 0;  ///< in powers of the unit

  double sd() const;
  double skewness() const;
  double kurtosis() const;  ///< 3 for a normal
};

/// Two passes over the sample, with compensated sums.
Moments moments(std::span<const double> sample);

/// The mean alone, with the interval of estimate_moments.
Estimate estimate_mean(std::span<const double> sample, const Moments& m, double confidence);

struct MomentEstimates {
  Estimate mean, sd, skewness, excess_kurtosis;
};

/// The four statistics; mean and sd with the widest interval of n - 1 degrees of freedom (see
/// intervals.hpp), sd only from kFewestPoints on. Skewness and kurtosis have standard errors but no
/// interval: none that was tried keeps its coverage unless the P&L is close to normal.
/// source  influences of sd, skewness and kurtosis: Serfling, "Approximation Theorems of Mathematical
///         Statistics" (1980), ch. 6
MomentEstimates estimate_moments(std::span<const double> sample, double confidence);
MomentEstimates estimate_moments(std::span<const double> sample, const Moments& m, double confidence);

}  // namespace unhedged::risk
