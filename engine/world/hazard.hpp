#pragma once
#include "engine/world/scenario.hpp"

/// Integral of a bubble's hazard over time in which the price, crashes apart, moves in a straight line.
namespace unhedged::world {

/// With y = log of the hazard without its ceiling c, a = slope of the log price and K = 1 - E[e^J] the growth
/// that pays for a unit of hazard:  y' = growth (a + K h),  h = min(c, e^y).  In closed form: below the
/// ceiling  integral = -log(1 - g K M) / (g K),  M = h0 (e^(g a t) - 1) / (g a);  and the ceiling is crossed
/// at most once. So without noise the hazard is exact at any step.
/// source  Johansen, Ledoit, Sornette, Int. J. Theor. Appl. Finance 3 (2000), for the blow-up
class HazardAlong {
 public:
  /// log_hazard: y at the start; slope: a year.
  HazardAlong(const Bubble& bubble, double log_hazard, double slope);

  /// Expected number of crashes within `time` of none.
  double mass(double time) const;
  /// Time at which that reaches `target`; expects target < mass of some time.
  double waiting_time(double target) const;

 private:
  double free_mass(double hazard, double time) const;
  double free_wait(double hazard, double target) const;

  double growth_, slope_, paid_, ceiling_;
  double hazard_;        // at the start, at most the ceiling
  double turn_;          // when the ceiling is reached or left; infinite: never
  bool starts_at_ceiling_;
};

/// K: what a hazard of one a year adds to the drift.
double growth_for_hazard(const Bubble& bubble);

}  // namespace unhedged::world
