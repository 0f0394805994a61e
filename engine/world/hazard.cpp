#include "engine/world/hazard.hpp"

#include <algorithm>
#include <limits>

#include "engine/math/scalar.hpp"

namespace unhedged::world {
namespace {

constexpr double kNever = std::numeric_limits<double>::infinity();
constexpr double kLeastLog = -600;  // of a hazard: none, but not zero

double expm1_over(double x) { return x == 0 ? 1 : scalar::expm1(x) / x; }
double log1p_over(double x) { return x == 0 ? 1 : scalar::log1p(x) / x; }

}  // namespace

double growth_for_hazard(const Bubble& bubble) {
  return -scalar::expm1(bubble.crash_mean + 0.5 * bubble.crash_deviation * bubble.crash_deviation);
}

HazardAlong::HazardAlong(const Bubble& bubble, double log_hazard, double slope)
    : growth_(bubble.growth), slope_(slope), paid_(growth_for_hazard(bubble)), ceiling_(bubble.ceiling),
      hazard_(std::min(ceiling_, scalar::exp(std::max(kLeastLog, log_hazard)))), turn_(kNever) {
  const double above = log_hazard - scalar::log(ceiling_), at_ceiling = slope_ + paid_ * ceiling_;
  starts_at_ceiling_ = above >= 0;
  if (growth_ == 0) return;
  if (starts_at_ceiling_) {
    if (at_ceiling < 0) turn_ = above / (-growth_ * at_ceiling);
  } else if (at_ceiling > 0 && slope_ + paid_ * hazard_ > 0) {
    const double room = ceiling_ - hazard_, scale = hazard_ * at_ceiling;
    turn_ = room / (growth_ * scale) * log1p_over(slope_ * room / scale);
  }
}

double HazardAlong::free_mass(double hazard, double time) const {
  const double straight = hazard * time * expm1_over(growth_ * slope_ * time);
  return straight * log1p_over(-growth_ * paid_ * straight);
}

double HazardAlong::free_wait(double hazard, double target) const {
  const double straight = target * expm1_over(-growth_ * paid_ * target) / hazard;
  return straight * log1p_over(growth_ * slope_ * straight);
}

double HazardAlong::mass(double time) const {
  const double first = std::min(time, turn_), second = time - first;
  if (starts_at_ceiling_) return ceiling_ * first + (second > 0 ? free_mass(ceiling_, second) : 0);
  return free_mass(hazard_, first) + ceiling_ * second;
}

double HazardAlong::waiting_time(double target) const {
  if (turn_ == kNever) return starts_at_ceiling_ ? target / ceiling_ : free_wait(hazard_, target);
  const double before = mass(turn_), after = target - before;
  if (starts_at_ceiling_) return after <= 0 ? target / ceiling_ : turn_ + free_wait(ceiling_, after);
  return after <= 0 ? free_wait(hazard_, target) : turn_ + after / ceiling_;
}

}  // namespace unhedged::world
