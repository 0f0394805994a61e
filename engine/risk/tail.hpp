#pragma once
#include <algorithm>
#include <cstdint>
#include <span>
#include <vector>

#include "engine/risk/estimate.hpp"

/// Value at risk and expected shortfall of losses, with intervals. A loss is -P&L.
namespace unhedged::risk {

/// Ranks l <= u (from 1, ascending) such that [X(l), X(u)] holds the a-quantile with at least the
/// stated confidence, whatever the distribution; l = 0 or u = n + 1 means that no order statistic is low or
/// high enough.
struct RankInterval {
  std::uint64_t lower;
  std::uint64_t upper;
  double coverage;
};

/// source  order statistics and the binomial: David and Nagaraja, "Order Statistics" (2003), 7.1
RankInterval quantile_ranks(std::uint64_t n, double level, double confidence);

/// P(l <= B < u), B binomial(n, level): the exact coverage of [X(l), X(u)].
double coverage_of(std::uint64_t n, double level, std::uint64_t lower, std::uint64_t upper);

/// The largest losses of a sample in descending order: enough of them for VaR and ES at every level
/// from `lowest_level` up. Memory: about twice that tail.
class Tail {
 public:
  Tail(std::span<const double> pnl, double lowest_level, double confidence);

  std::uint64_t sample_size() const { return n_; }
  const std::vector<double>& losses() const { return losses_; }
  double largest() const { return losses_.front(); }

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
  double unit_;
  std::vector<double> losses_;
};

/// (L - VaR)+ / (1 - a) + VaR: its mean is ES, and its spread is the error of the ES estimate.
inline double shortfall_influence(double loss, double value_at_risk, double level) {
  return value_at_risk + std::max(0.0, loss - value_at_risk) * (1 / (1 - level));  // one division a loop
}

}  // namespace unhedged::risk
