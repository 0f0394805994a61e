#include "engine/math/dyadic.hpp"

namespace unhedged::math {
namespace {

std::int64_t half_down(std::int64_t value) { return value >= 0 ? value / 2 : -((1 - value) / 2); }

}  // namespace

DyadicGrid DyadicGrid::coarser() const {
  const std::int64_t low = half_down(first) - static_cast<std::int64_t>(kStencilBefore);
  const std::int64_t high = half_down(last()) + static_cast<std::int64_t>(kStencil - kStencilBefore) - 1;
  return {level - 1, low, static_cast<std::size_t>(high - low + 1)};
}

DyadicGrid DyadicGrid::finer(int levels) const {
  return {level + levels, first * (std::int64_t{1} << levels), ((count - 1) << levels) + 1};
}

void lagrange_weights(double t, double (&weight)[kStencil]) {
  // 1 / product over j != k of (k - j)
  constexpr double inverse[kStencil] = {-1.0 / 5040, 1.0 / 720, -1.0 / 240, 1.0 / 144,
                                        -1.0 / 144,  1.0 / 240, -1.0 / 720, 1.0 / 5040};
  double below = 1;
  for (std::size_t k = 0; k < kStencil; ++k) {
    weight[k] = below * inverse[k];
    below *= t - static_cast<double>(k);
  }
  double above = 1;
  for (std::size_t k = kStencil; k-- > 0;) {
    weight[k] *= above;
    above *= t - static_cast<double>(k);
  }
}

}  // namespace unhedged::math
