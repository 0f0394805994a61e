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

/// Mean and central moments of a sample (denominator n).
struct Moments {
  double mean = 0;
  double m2 = 0, m3 = 0, m4 = 0;

  double skewness() const;
  double kurtosis() const;  ///< 3 for a normal
};

/// Two passes over the sample, with compensated sums.
Moments moments(std::span<const double> sample);

/// The mean alone.
Estimate estimate_mean(const Moments& m, std::size_t n, double confidence);

struct MomentEstimates {
  Estimate mean, sd, skewness, excess_kurtosis;
};

/// Standard errors from the influence functions of the four statistics; 0 for a constant sample.
/// source  sd: sqrt((m4/m2 - m2) / 4n); skewness and kurtosis: Pearson's influence functions, as in
///         Serfling, "Approximation Theorems of Mathematical Statistics" (1980), ch. 6
MomentEstimates estimate_moments(std::span<const double> sample, double confidence);
MomentEstimates estimate_moments(std::span<const double> sample, const Moments& m, double confidence);


}  // namespace unhedged::risk
