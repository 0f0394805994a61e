#pragma once
#include <algorithm>
#include <cstdint>
#include <optional>
#include <vector>

#include "engine/risk/estimate.hpp"
#include "engine/risk/ranks.hpp"
#include "engine/risk/sample.hpp"
#include "engine/risk/weighted_tail.hpp"

/// Value at risk and expected shortfall of losses, with intervals. A loss is -P&L.
namespace unhedged::risk {

/// The largest losses of a sample in descending order: enough of them for VaR and ES at every level
/// from `lowest_level` up. Memory: about twice that tail. With weights all is done by a WeightedTail.
class Tail {
 public:
  /// What is bad of a sample: its P&L is the less the worse, a cost the more.
  enum class Worse { less, more };

  /// expects  no weights where more is worse
  Tail(const Sample& sample, double lowest_level, double confidence, Worse worse = Worse::less);

  double largest() const { return weighted_ ? weighted_->largest() : losses_.front(); }

  /// n (1 - a): how many losses ES is a mean of, and whether they are enough for an interval.
  double points(double level) const;
  bool has_enough_points(double level) const;

  /// Empirical quantile X(ceil(n a)), with its order-statistic interval where the sample has one.
  Estimate value_at_risk(double level, double confidence) const;

  /// Mean of the worst n (1 - a) losses (the one on the edge in part). standard error: spread of
  /// shortfall_influence, which is that of Manistre and Hancock. Interval: Hall's with 2 n (1 - a) degrees
  /// of freedom (so many the scale of exponential excesses has); none below kFewestPoints losses.
  /// source  Manistre and Hancock, "Variance of the CTE estimator", N. Am. Actuarial J. 9 (2005)
  Estimate expected_shortfall(double level, double confidence) const;

 private:
  double ranked(std::uint64_t rank_ascending) const;

  std::uint64_t n_;
  double unit_ = 1;
  std::vector<double> losses_;
  std::optional<WeightedTail> weighted_;
};

/// (L - VaR)+ / (1 - a) + VaR: its mean is ES, and its spread is the error of the ES estimate.
inline double shortfall_influence(double loss, double value_at_risk, double level) {
  return value_at_risk + std::max(0.0, loss - value_at_risk) * (1 / (1 - level));  // one division a loop
}

}  // namespace unhedged::risk
