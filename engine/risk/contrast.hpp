#pragma once
#include "engine/risk/comparison.hpp"
#include "engine/risk/intervals.hpp"

namespace unhedged::risk {

/// A number that behaves like the mean of an influence, with what its interval at any confidence, and the
/// test of whether it is zero, are made of. Differences have the widest interval, a shortfall alone Hall's.
struct Contrast {
  double value = 0;  ///< in `unit`, as the spread is
  Spread spread{};
  double degrees = 0;  ///< of freedom
  double unit = 1;
  bool enough = true;  ///< points for an interval
  enum class Ends { widest, skewed } ends = Ends::widest;

  Estimate interval(double confidence) const;

  /// The least confidence at which the widest interval holds 0 no more, taken from 1: the larger of Student's
  /// p and of that after Hall's transformation. 1 where there are too few points.
  double p_value() const;

  /// Of what is compared, the other way round.
  Contrast turned() const;
};

/// Hedger less reference; errors from the differences path by path. shortfall_difference is its interval.
Contrast shortfall_contrast(const Comparison& pair, double level);

}  // namespace unhedged::risk
