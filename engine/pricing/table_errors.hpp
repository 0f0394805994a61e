#pragma once
#include "engine/pricing/greek.hpp"

/// How far tables are from what they interpolate, for one call at any moneyness, as a fraction of the most
/// its column can be. Determined by searching over moneyness and position between nodes;
/// tests/oracle/bounds_test.cpp searches again over whole books.
namespace unhedged::pricing {

/// Six nodes a step apart in the log spot, which is so many standard deviations (at most half of one).
double error_along_rows(CallColumn column, double step_over_deviation);

/// Four rows a step apart in z = log(level + shift).
struct Across {
  double step;
  double deviation;  ///< standard deviation of the log spot over the life
  /// d log(variance) / dz: 1 where the variance is in proportion to exp(z), (level + shift) / (level + shift
  /// of the expiry) in general; at most 3
  double steepness;
};
double error_across_rows(CallColumn column, const Across& across);

/// Cubics with slopes from five points, in the log spot.
double error_of_cubics(CallColumn column, double step_over_deviation);

}  // namespace unhedged::pricing
