#include "engine/risk/sums.hpp"

namespace unhedged::risk {

double power_of_two_near(double size) {
  if (!(size > 0) || !std::isfinite(size)) return 1;
  return std::ldexp(1.0, std::clamp(std::ilogb(size), -1000, 1000));
}

double unit_of(std::span<const double> sample) {
  return power_of_two_near(sum_kernels().largest(sample.data(), sample.size()));
}

}  // namespace unhedged::risk
