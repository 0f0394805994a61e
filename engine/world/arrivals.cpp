#include "engine/world/arrivals.hpp"

#include <algorithm>

#include "engine/math/scalar.hpp"

namespace unhedged::world {

/// Newton's method: the mass is concave in time, so from the left it closes in without passing the target.
double SelfExciting::waiting_time(double excess, double target, double most) const {
  constexpr double enough = 1e-12;  // relative; what is left of the error is no event's worth
  double time = std::min(most, target / (base + excess));
  for (int round = 0; round < 100; ++round) {
    const double lost = -scalar::expm1(-decay * time);  // share of the excess that has decayed
    const double mass = base * time + (decay > 0 ? excess * lost / decay : excess * time);
    const double step = (target - mass) / (base + excess * (1 - lost));
    time = std::clamp(time + step, 0.0, most);
    if (std::abs(step) <= enough * time) break;
  }
  return time;
}

void tabulate(const SelfExciting& events, double dt, std::size_t regime, std::size_t law, ArrivalLaw& out) {
  out.base[regime] = events.base * dt;
  out.gain[regime] = events.gain(dt);
  out.kept[law] = events.remaining(1, dt);
}

}  // namespace unhedged::world
