#pragma once
#include "engine/risk/estimate.hpp"
#include "engine/risk/sample.hpp"
#include "engine/risk/sums.hpp"

namespace unhedged::risk {

/// Mean and central moments of a sample: m_k = sum p_i (x_i - m)^k, p_i = 1 / n without weights.
struct Moments {
  double mean = 0;
  double unit = 1;
  double m2 = 0, m3 = 0, m4 = 0;  ///< in powers of the unit

  double sd() const;
  double skewness() const;
  double kurtosis() const;  ///< 3 for a normal
};

/// Two passes over the sample, with compensated sums.
Moments moments(const Sample& sample);

/// Estimates of the four statistics, given the moments of the sample. Degrees of freedom are those of the
/// effective number of paths less one. Mean and sd have the widest interval (see intervals.hpp), the mean
/// from two effective paths on, sd from kFewestPoints. Skewness and kurtosis have standard errors but no
/// interval: none that was tried keeps its coverage unless the P&L is close to normal. They are not defined
/// where the P&L is the same on all paths.
/// source  influences of sd, skewness and kurtosis: Serfling, "Approximation Theorems of Mathematical
///         Statistics" (1980), ch. 6; with weights the delta method of Owen 9.2
Estimate estimate_mean(const Sample& sample, const Moments& m, double confidence);
Estimate estimate_sd(const Sample& sample, const Moments& m, double confidence);
/// Mean of one over the mean of another on the same paths; Fieller's interval, of the widest. Not defined
/// unless the latter is positive, without interval below kFewestPoints paths or where its own holds 0.
Estimate ratio_of_means(const Sample& first, const Sample& second, double confidence);
Estimate estimate_skewness(const Sample& sample, const Moments& m);
Estimate estimate_excess_kurtosis(const Sample& sample, const Moments& m);

struct MomentEstimates {
  Estimate mean, sd, skewness, excess_kurtosis;
};

/// All four.
MomentEstimates estimate_moments(const Sample& sample, double confidence);

}  // namespace unhedged::risk
