#pragma once
#include <algorithm>
#include <cstdint>

#include "engine/risk/distributions.hpp"
#include "engine/risk/intervals.hpp"
#include "engine/risk/ranks.hpp"

/// What VaR and ES are of the sorted losses, whether these are held (Tail) or come by (StreamedTail). Only
/// these two include it.
namespace unhedged::risk {

/// How many losses of n, counted from the largest, VaR and ES at the level and their intervals depend on.
inline std::uint64_t tail_count(std::uint64_t n, double level, double confidence) {
  const std::uint64_t lowest = std::min(quantile_ranks(n, level, confidence).lower, quantile_rank(n, level));
  return n - std::max<std::uint64_t>(1, lowest) + 1;
}

/// VaR from loss(rank), ranks ascending from 1. `unit`: see unit_of.
template <class Ranked>
Estimate value_at_risk_of(std::uint64_t n, double level, double confidence, double unit, Ranked loss) {
  const RankInterval ranks = quantile_ranks(n, level, confidence);
  const double value = loss(quantile_rank(n, level));
  if (ranks.lower < 1 || ranks.upper > n) return without_interval(value);
  const double lower = loss(ranks.lower), upper = loss(ranks.upper), z = two_sided_z(confidence);
  return {value, lower, upper, (upper / unit - lower / unit) / (2 * z) * unit};
}

/// ES at a level of n losses from sums over those beyond VaR, all in multiples of the unit.
class Shortfall {
 public:
  /// `edge`: VaR
  Shortfall(std::uint64_t n, double level, double edge)
      : n_(static_cast<double>(n)), level_(level), rank_(quantile_rank(n, level)), edge_(edge) {}

  /// Losses beyond VaR.
  std::uint64_t beyond() const { return static_cast<std::uint64_t>(n_) - rank_; }
  double points() const { return n_ * (1 - level_); }
  bool has_enough_points() const { return points() > kFewestPoints * (1 - 1e-9); }

  /// The sum of the losses beyond. To be said before what follows.
  void set_sum(double sum) {
    const double edge_weight = std::max(0.0, static_cast<double>(rank_) - n_ * level_);
    value_ = (sum + edge_weight * edge_) / points();
    excess_ = value_ - edge_;
  }
  /// What the squares and cubes of the losses beyond are summed of.
  auto centred() const {
    return [edge = edge_, per_tail = 1 / (1 - level_), excess = excess_](double x) {
      return (x - edge) * per_tail - excess;
    };
  }
  Estimate estimate(double squares, double cubes, double unit, double confidence) const {
    const double outside = n_ - static_cast<double>(beyond());
    const double two = squares + outside * excess_ * excess_;
    const double three = cubes - outside * excess_ * excess_ * excess_;
    if (!has_enough_points()) return times(without_interval(value_), unit);
    return times(skewed_interval(value_, spread_of(two, three, n_), 2 * points(), confidence), unit);
  }

 private:
  double n_, level_;
  std::uint64_t rank_;
  double edge_, value_ = 0, excess_ = 0;
};

}  // namespace unhedged::risk
