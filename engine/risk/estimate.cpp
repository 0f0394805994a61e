#include "engine/risk/estimate.hpp"

#include <algorithm>
#include <cmath>

#include "engine/math/elementary.hpp"

namespace unhedged::risk {

double two_sided_z(double confidence) { return math::normal_quantile(0.5 + 0.5 * confidence); }

Estimate normal_interval(double value, double standard_error, double confidence) {
  const double half = two_sided_z(confidence) * standard_error;
  return {value, value - half, value + half, standard_error};
}

Estimate proportion(std::uint64_t hits, std::uint64_t n, double confidence) {
  const double count = static_cast<double>(n), p = static_cast<double>(hits) / count;
  const double z2 = std::pow(two_sided_z(confidence), 2);
  const double centre = (p + z2 / (2 * count)) / (1 + z2 / count);
  const double half =
      std::sqrt(z2 * (p * (1 - p) / count + z2 / (4 * count * count))) / (1 + z2 / count);
  const double lower = hits == 0 ? 0.0 : std::max(0.0, centre - half);
  const double upper = hits == n ? 1.0 : std::min(1.0, centre + half);
  return {p, lower, upper, std::sqrt(p * (1 - p) / count)};
}

Estimate mean_from_sums(double sum, double sum_of_squares, std::uint64_t n, double confidence) {
  const double count = static_cast<double>(n), mean = sum / count;
  const double variance =
      n > 1 ? std::max(0.0, sum_of_squares - count * mean * mean) / (count - 1) : 0.0;
  return normal_interval(mean, std::sqrt(variance / count), confidence);
}

}  // namespace unhedged::risk
