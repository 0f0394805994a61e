#pragma once
#include "engine/world/hazard_law.hpp"
#include "engine/world/scenario.hpp"

/// The hazard of a bubble along the path of one lane; hazard_law.hpp has the formulas.
namespace unhedged::world {

/// K: what a hazard of one a year adds to the drift.
double growth_for_hazard(const Bubble& bubble);

HazardLaw hazard_law(const Bubble& bubble);

class HazardAlong {
 public:
  /// log_hazard: at the start, without the ceiling; slope: of the log price, a year.
  HazardAlong(const HazardLaw& law, double log_hazard, double slope);

  /// Expected number of crashes within `time` of none.
  double mass(double time) const;
  /// Time at which that reaches `target`; expects target < mass of some time.
  double waiting_time(double target) const;

 private:
  HazardLaw law_;
  HazardWay way_;
};

}  // namespace unhedged::world
