#include "engine/risk/sample.hpp"

#include <algorithm>
#include <cmath>

#include "engine/core/errors.hpp"
#include "engine/risk/sums.hpp"

namespace unhedged::risk {
namespace {

void require_sound(std::span<const double> weight) {
  for (std::size_t i = 0; i < weight.size(); ++i)
    if (!std::isfinite(weight[i]) || weight[i] < 0)
      throw NumericalError("weight of path " + std::to_string(i) + " is negative or not finite");
  if (std::ranges::none_of(weight, [](double w) { return w > 0; })) throw NumericalError("all weights are 0");
}

/// Rounding must not make a sample of equal weights smaller than it is.
double snapped(double effective, double size) {
  return std::abs(effective - size) < 1e-12 * size ? size : effective;
}

}  // namespace

Sample::Sample(std::span<const double> pnl, std::span<const double> weight) : Sample(pnl) {
  weight_ = weight;
  if (weight.empty()) return;
  UNHEDGED_EXPECT(weight.size() == pnl.size());
  require_sound(weight);
  const double per_unit = 1 / unit_of(weight);
  const auto sum = [&](auto power) {
    return blocked_sum(weight.size(), [&](std::size_t i) { return power(weight[i] * per_unit); });
  };
  const double total = sum([](double w) { return w; }), squares = sum([](double w) { return w * w; });
  effective_ = snapped(total * (total / squares), static_cast<double>(pnl.size()));
  const double scale = effective_ / total;
  cubes_ = scale * scale * scale * sum([](double w) { return w * w * w; });
  scale_ = scale * per_unit;
}

bool Sample::has_weights_of(const Sample& other) const {
  return size() == other.size() &&
         (weight_.data() == other.weight_.data() || std::ranges::equal(weight_, other.weight_));
}

Sample Sample::first(std::size_t count) const {
  return is_weighted() ? Sample(pnl_.first(count), weight_.first(count)) : Sample(pnl_.first(count));
}

}  // namespace unhedged::risk
