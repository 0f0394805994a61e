#pragma once
#include <cstddef>

#include "engine/risk/estimate.hpp"
#include "engine/risk/sample.hpp"
#include "engine/risk/sums.hpp"

/// Intervals of statistics that are, or behave like, the mean of an influence over the paths.
/// The influence of a path is what the statistic gains per unit of weight put on it; its spread gives the
/// standard error, its skewness the asymmetry of the interval.
namespace unhedged::risk {

/// Fewest points an interval is given for: losses in the tail for ES, paths for deviations; effective ones
/// with weights.
inline constexpr double kFewestPoints = 10;

/// Spread of n influences about their mean.
struct Spread {
  double standard_error = 0;
  double skewness = 0;  ///< of the influences, over sqrt(n)
};

/// From sum (I - mean)^2 and sum (I - mean)^3 of n points. standard error  sqrt(sum_2 / (n (n - 1)))
Spread spread_of(double sum_2, double sum_3, double n);

/// Spread of influence(i), i < sample.size(), about `mean`. With weights it is that of v_i (influence(i) -
/// mean) with the effective number of paths: the error is sqrt(n_e / (n_e - 1) sum p_i^2 (influence(i) -
/// mean)^2).
/// source  Owen, "Monte Carlo theory, methods and examples" (2013), (9.9), but for the factor n_e / (n_e - 1)
template <class Influence>
Spread spread(const Sample& sample, double mean, Influence influence) {
  return sample.with_weights([&](auto weight) {
    const auto sums =
        sums_of_powers(sample.size(), [&](std::size_t i) { return weight(i) * (influence(i) - mean); });
    return spread_of(sums[0], sums[1], sample.effective());
  });
}

/// The interval of the studentised mean after Hall's cubic transformation, which takes its skewness out,
/// with t quantiles: value - standard_error * h(t) to value - standard_error * h(-t),
///   h(y) = ((1 + s (y - s / 6))^(1/3) - 1) / (s / 3),  s the skewness over sqrt(n).
/// source  Hall, "On the removal of skewness by transformation", J. R. Stat. Soc. B 54 (1992)
Estimate skewed_interval(double value, const Spread& spread, double degrees, double confidence);

/// On either side the further of Student's and Hall's ends. For influences that may be skewed either way,
/// such as differences, where a sample tells little of the sign: either alone covers too seldom.
Estimate widest_interval(double value, const Spread& spread, double degrees, double confidence);

/// Joint central sums of two influences with means `first` and `second`; with weights, of v_i times the
/// deviations.
struct JointSums {
  double n = 0;  ///< effective number of paths
  double first = 0, second = 0;
  double sum_20 = 0, sum_11 = 0, sum_02 = 0;
  double sum_30 = 0, sum_21 = 0, sum_12 = 0, sum_03 = 0;

  double difference(double ratio) const { return first - ratio * second; }
  Spread spread(double ratio) const;  ///< of I_first - ratio * I_second
};

/// shapes  first(i), second(i) for i < sample.size(), with the stated means; only the weights of the sample
/// are used
template <class First, class Second>
JointSums joint_sums(const Sample& sample, double mean_first, double mean_second, First first,
                     Second second) {
  return sample.with_weights([&](auto weight) {
    const auto add = [&](std::size_t from, std::size_t count, Strands(&out)[kJoints]) {
      double a[kSumBlock], b[kSumBlock];
      for (std::size_t i = 0; i < count; ++i) a[i] = weight(from + i) * (first(from + i) - mean_first);
      for (std::size_t i = 0; i < count; ++i) b[i] = weight(from + i) * (second(from + i) - mean_second);
      sum_kernels().joint(a, b, count, out);
    };
    const auto sum = blocked_sums<kJoints>(sample.size(), add);
    return JointSums{sample.effective(), mean_first,    mean_second,   sum[kJoint20], sum[kJoint11],
                     sum[kJoint02],      sum[kJoint30], sum[kJoint21], sum[kJoint12], sum[kJoint03]};
  });
}

/// 1 - first / second: every ratio r is in the interval of the ratio for which the widest interval of
/// first - r * second holds 0. Undefined unless second > 0; without interval where that of `second`
/// itself holds 0.
/// source  Fieller, "Some problems in interval estimation", J. R. Stat. Soc. B 16 (1954)
Estimate one_minus_ratio(const JointSums& sums, double degrees, double confidence);

}  // namespace unhedged::risk
