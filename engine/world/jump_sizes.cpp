#include "engine/world/jump_sizes.hpp"

#include <cmath>

#include "engine/core/overloaded.hpp"

namespace unhedged::world {

using random::Purpose;

JumpSums draw_sizes(const models::Jumps& jumps, unsigned count, const EventDraws& draw) {
  JumpSums sums;
  std::visit(Overloaded{
                 [&](const models::LognormalJumps& law) {
                   sums.log_spot = count * law.mean + std::sqrt(count) * law.deviation * draw.normal(Purpose::jump_size);
                 },
                 [&](const models::DoubleExponentialJumps& law) {
                   const double down = 1 - law.up_probability;
                   for (unsigned jump = 0; jump < count; ++jump) {
                     const double u = draw.uniform(Purpose::jump_uniform, jump);
                     sums.log_spot += u < down ? law.down_mean * std::log(u / down)
                                               : -law.up_mean * std::log((1 - u) / law.up_probability);
                   }
                 },
                 [&](const models::JointJumps& law) {
                   for (unsigned jump = 0; jump < count; ++jump)
                     sums.variance -= law.variance_mean * std::log(draw.uniform(Purpose::jump_uniform, jump));
                   sums.log_spot = count * law.mean + law.correlation * sums.variance +
                                   std::sqrt(count) * law.deviation * draw.normal(Purpose::jump_size);
                 }},
             jumps);
  return sums;
}

unsigned poisson_count(double mean, double uniform) {
  constexpr unsigned most = 1000000;  // only reached where rounding stops the sum short of the uniform
  double probability = std::exp(-mean), cumulative = probability;
  unsigned count = 0;
  while (uniform >= cumulative && count < most && (probability > 0 || count < mean)) {
    ++count;
    probability *= mean / count;
    cumulative += probability;
  }
  return count;
}

}  // namespace unhedged::world
