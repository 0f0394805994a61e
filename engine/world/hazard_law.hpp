#pragma once
#include "engine/math/exponentials.hpp"

/// Integral of a bubble's hazard over time in which the price, crashes apart, moves in a straight line: the
/// same arithmetic for a block of lanes and for the path of one crash.
///
/// With y = log of the hazard without its ceiling c, a = slope of the log price and K = 1 - E[e^J] the growth
/// that pays for a unit of hazard:  y' = growth (a + K h),  h = min(c, e^y).  In closed form: below the
/// ceiling  integral = -log(1 - g K M) / (g K),  M = h0 (e^(g a t) - 1) / (g a);  and the ceiling is crossed
/// at most once. So without noise the hazard is exact at any step.
/// source  Johansen, Ledoit, Sornette, Int. J. Theor. Appl. Finance 3 (2000), for the blow-up
namespace unhedged::world {

/// What of a bubble decides on the hazard along a path.
struct HazardLaw {
  double growth;
  double paid;  ///< K: what a hazard of one a year adds to the drift
  double ceiling, log_ceiling;
};

inline constexpr double kLeastLogHazard = -600;  // none, but not zero

/// One straight way: where the hazard starts and when the ceiling is reached or left.
struct HazardWay {
  double hazard;  ///< at the start, at most the ceiling
  double slope;   ///< of the log price, a year
  double turn;    ///< infinite: never
  double bound;   ///< 1: it starts at the ceiling, else 0
};

/// log_hazard: y at the start.
UNHEDGED_INLINE HazardWay hazard_way(const HazardLaw& law, double log_hazard, double slope) {
  constexpr double never = __builtin_inf();
  const double bounded = log_hazard > kLeastLogHazard ? log_hazard : kLeastLogHazard;
  const double raw = math::exp(bounded), hazard = raw < law.ceiling ? raw : law.ceiling;
  const double above = log_hazard - law.log_ceiling, at_ceiling = slope + law.paid * law.ceiling;
  const double leaves = at_ceiling < 0.0 ? above / (-law.growth * at_ceiling) : never;
  const double room = law.ceiling - hazard, scale = hazard * at_ceiling;
  const double still_rises = slope + law.paid * hazard > 0.0 ? at_ceiling : 0.0;
  const double part = still_rises > 0.0 ? slope * room / scale : 0.0;
  const double reached = room / (law.growth * scale) * math::log1p_over(part);
  const double rising = still_rises > 0.0 ? reached : never;
  const double turn = above >= 0.0 ? leaves : rising;
  return {hazard, slope, law.growth == 0.0 ? never : turn, above >= 0.0 ? 1.0 : 0.0};
}

/// Integral over a time in which the hazard, `hazard` at its start, stays below the ceiling.
UNHEDGED_INLINE double free_mass(const HazardLaw& law, double slope, double hazard, double time) {
  const double straight = hazard * time * math::expm1_over(law.growth * slope * time);
  return straight * math::log1p_over(-law.growth * law.paid * straight);
}

/// Expected number of crashes within `time` of none.
UNHEDGED_INLINE double hazard_mass(const HazardLaw& law, const HazardWay& way, double time) {
  const double first = time < way.turn ? time : way.turn, second = time - first;
  const double free_time = way.bound > 0.0 ? second : first, bound_time = way.bound > 0.0 ? first : second;
  return free_mass(law, way.slope, way.bound > 0.0 ? law.ceiling : way.hazard, free_time) +
         law.ceiling * bound_time;
}

/// Time at which a hazard that stays below the ceiling has the mass `target`.
UNHEDGED_INLINE double free_wait(const HazardLaw& law, double slope, double hazard, double target) {
  const double straight = target * math::expm1_over(-law.growth * law.paid * target) / hazard;
  return straight * math::log1p_over(law.growth * slope * straight);
}

}  // namespace unhedged::world
