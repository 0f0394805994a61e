#include "engine/world/hazard.hpp"

#include <limits>

#include "engine/math/scalar.hpp"

namespace unhedged::world {

double growth_for_hazard(const Bubble& bubble) {
  return -scalar::expm1(bubble.crash_mean + 0.5 * bubble.crash_deviation * bubble.crash_deviation);
}

HazardLaw hazard_law(const Bubble& bubble) {
  return {bubble.growth, growth_for_hazard(bubble), bubble.ceiling, scalar::log(bubble.ceiling)};
}

HazardAlong::HazardAlong(const HazardLaw& law, double log_hazard, double slope)
    : law_(law), way_(hazard_way(law, log_hazard, slope)) {}

double HazardAlong::mass(double time) const { return hazard_mass(law_, way_, time); }

double HazardAlong::waiting_time(double target) const {
  const bool bound = way_.bound > 0;
  if (way_.turn == std::numeric_limits<double>::infinity())
    return bound ? target / law_.ceiling : free_wait(law_, way_.slope, way_.hazard, target);
  const double after = target - mass(way_.turn);
  if (bound)
    return after <= 0 ? target / law_.ceiling : way_.turn + free_wait(law_, way_.slope, law_.ceiling, after);
  return after <= 0 ? free_wait(law_, way_.slope, way_.hazard, target) : way_.turn + after / law_.ceiling;
}

}  // namespace unhedged::world
