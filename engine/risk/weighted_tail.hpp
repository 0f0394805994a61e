#pragma once
#include <cstddef>
#include <vector>

#include "engine/risk/estimate.hpp"
#include "engine/risk/sample.hpp"

namespace unhedged::risk {

/// Tail of a sample with weights: the counterpart of Tail, of which all is the same where the weights are
/// equal. Losses of weight 0 are not in it. Memory: five doubles for each path.
class WeightedTail {
 public:
  explicit WeightedTail(const Sample& sample);

  double largest() const { return losses_.front(); }

  /// Effective number of losses that ES is a mean of: (sum v)^2 / sum v^2 over the worst share 1 - a, the
  /// loss on the edge in part. n (1 - a) where the weights are equal.
  double points(double level) const;

  /// The smallest loss q with P(L <= q) >= a under the shares p_i. Interval: the losses at the shares l / n_q
  /// and u / n_q, with the ranks l, u of the order statistics of n_q paths of equal weight, where n_q
  /// (rounded down) is how many of those estimate P(L <= q) as well as the weighted sample does. It holds for
  /// large samples, as the normal approximation of the estimated distribution function does; none where q is
  /// the largest loss.
  /// source  Glynn, "Importance sampling for Monte Carlo estimation of quantiles" (1996); the inversion of
  ///         the distribution function: Woodruff, "Confidence intervals for medians", J. Am. Stat. Assoc. 47
  ///         (1952)
  Estimate value_at_risk(double level, double confidence) const;

  /// sum of p_i L_i over the worst share 1 - a, over 1 - a. standard error and skewness: spread of v_i times
  /// the influence. Interval: Hall's with 2 points(a) degrees of freedom; none below kFewestPoints points.
  Estimate expected_shortfall(double level, double confidence) const;

 private:
  /// The smallest loss that at least `level` of the law does not exceed, by its index.
  std::size_t at(double level) const;

  double effective_, cubes_, unit_;
  std::vector<double> losses_, weights_;         // descending losses, their v
  std::vector<double> above_, squares_, cubed_;  // [k]: sums of v, v^2 and v^3 over the losses before k
};

}  // namespace unhedged::risk
