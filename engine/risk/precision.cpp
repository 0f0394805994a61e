#include "engine/risk/precision.hpp"

#include <cmath>
#include <limits>

namespace unhedged::risk {
namespace {

constexpr double kLossesAtFirst = 100;

}  // namespace

std::uint64_t first_look(std::span<const Precision> targets) {
  double highest = 0;
  for (const Precision& target : targets) highest = std::max(highest, target.level);
  return static_cast<std::uint64_t>(std::ceil(kLossesAtFirst / (1 - highest) * (1 - 1e-9)));
}

std::uint64_t next_look(std::uint64_t paths) {
  return static_cast<std::uint64_t>(std::ceil(static_cast<double>(paths) * std::sqrt(2.0)));
}

double relative_error(const Precision& target, const Tail& tail, double confidence) {
  const Estimate e = target.measure == Limit::Measure::es ? tail.expected_shortfall(target.level, confidence)
                                                          : tail.value_at_risk(target.level, confidence);
  const double error = 0.5 * (e.upper - e.lower) / std::abs(e.value);
  return std::isfinite(error) ? error : std::numeric_limits<double>::infinity();
}

}  // namespace unhedged::risk
