#pragma once
#include <span>

#include "engine/risk/estimate.hpp"

namespace unhedged::risk {

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
Estimate estimate_mean(std::span<const double> sample, double confidence);

struct MomentEstimates {
  Estimate mean, sd, skewness, excess_kurtosis;
};

/// Standard errors from the influence functions of the four statistics; 0 for a constant sample.
/// source  sd: sqrt((m4/m2 - m2) / 4n); skewness and kurtosis: Pearson's influence functions, as in
///         Serfling, "Approximation Theorems of Mathematical Statistics" (1980), ch. 6
MomentEstimates estimate_moments(std::span<const double> sample, double confidence);

/// Sum with Neumaier's compensation.
class CompensatedSum {
 public:
  void add(double x);
  double value() const { return sum_ + lost_; }

 private:
  double sum_ = 0, lost_ = 0;
};

}  // namespace unhedged::risk
