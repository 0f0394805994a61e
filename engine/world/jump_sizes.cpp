#include "engine/world/jump_sizes.hpp"

#include <cmath>

#include "engine/core/overloaded.hpp"
#include "engine/math/scalar.hpp"
#include "engine/random/variates.hpp"

namespace unhedged::world {
namespace {

using random::Purpose;

/// One uniform decides on side and size of a jump.
double two_sided(const models::DoubleExponentialJumps& law, double u) {
  const double down = 1 - law.up_probability;
  return u < down ? law.down_mean * scalar::log(u / down)
                  : -law.up_mean * scalar::log((1 - u) / law.up_probability);
}

/// standard_normal(): that of Purpose::jump_size.
template <class Normal>
JumpSums sums_of(const models::Jumps& jumps, std::uint64_t count, const EventDraws& draw,
                 Normal&& standard_normal) {
  JumpSums sums;
  unsigned used = 0;
  const auto single = [&] { return draw.uniform(Purpose::jump_uniform, used++); };
  const auto many = [&] { return draw.uniform(Purpose::size_sum, used++); };
  const auto exponentials = [&](std::uint64_t terms) { return random::exponential_sum(terms, many); };
  const auto n = static_cast<double>(count);
  const auto normal = [&](const models::LognormalJumps& law) {
    sums.log_spot = n * law.mean + std::sqrt(n) * law.deviation * standard_normal();
  };
  const auto joint = [&](const models::JointJumps& law) {
    if (count > random::kFewTerms) sums.variance = law.variance_mean * exponentials(count);
    else
      for (std::uint64_t jump = 0; jump < count; ++jump)
        sums.variance -= law.variance_mean * scalar::log(single());
    sums.log_spot =
        n * law.mean + law.correlation * sums.variance + std::sqrt(n) * law.deviation * standard_normal();
  };
  const auto sides = [&](const models::DoubleExponentialJumps& law) {
    if (count <= random::kFewTerms) {
      for (std::uint64_t jump = 0; jump < count; ++jump) sums.log_spot += two_sided(law, single());
      return;
    }
    const std::uint64_t up = random::binomial_of(count, law.up_probability, many);
    sums.log_spot = law.up_mean * exponentials(up) - law.down_mean * exponentials(count - up);
  };
  std::visit(Overloaded{normal, sides, joint}, jumps);
  return sums;
}

}  // namespace

JumpSums draw_sizes(const models::Jumps& jumps, std::uint64_t count, const EventDraws& draw) {
  return sums_of(jumps, count, draw, [&draw] { return draw.normal(Purpose::jump_size); });
}

JumpSums draw_sizes(const models::Jumps& jumps, std::uint64_t count, const EventDraws& draw, double normal) {
  return sums_of(jumps, count, draw, [normal] { return normal; });
}

void JumpedLanes::add(std::size_t in_lane, std::uint64_t path_id, std::uint64_t number) {
  lane[count] = static_cast<std::uint16_t>(in_lane);
  path.value[count] = path_id;
  jumps[count++] = number;
}

}  // namespace unhedged::world
