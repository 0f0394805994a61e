#include "engine/world/arrivals.hpp"

#include <algorithm>

namespace unhedged::world {

double SelfExciting::waiting_time(double excess, double target, double most) const {
  double low = 0, high = most;
  double time = std::min(most, target / (base + excess));
  for (int round = 0; round < 60; ++round) {
    const double error = mass(excess, time) - target;
    (error < 0 ? low : high) = time;
    double next = time - error / (base + remaining(excess, time));
    if (!(next > low && next < high)) next = 0.5 * (low + high);
    if (std::abs(next - time) <= 1e-15 * most) return next;
    time = next;
  }
  return time;
}

}  // namespace unhedged::world
