#include "engine/math/complex.hpp"

#include "engine/math/elementary.hpp"

namespace unhedged::math {
namespace {

constexpr double kSmall = 0.02;

/// In [0, pi/4], 0 <= y <= x: the series where it is short, or a rational guess and the tangent of what is
/// left.
double angle_in_octant(double x, double y) {
  constexpr double series[] = {1, -1.0 / 3, 1.0 / 5, -1.0 / 7, 1.0 / 9, -1.0 / 11};
  const double t = y / x;
  if (t < kSmall) return t * polynomial(series, t * t);
  double out = t / (1 + 0.28 * t * t);  // to 0.005
  for (int round = 0; round < 2; ++round) {
    const Complex unit = unit_of_turns(out * 0.15915494309189535);
    const double left = (y * unit.re - x * unit.im) / (x * unit.re + y * unit.im);  // its tangent
    out += left * (1 - left * left / 3);
  }
  return out;
}

}  // namespace

double angle(Complex a) {
  constexpr double quarter = 1.5707963267948966;
  const double x = std::abs(a.re), y = std::abs(a.im);
  if (x == 0 && y == 0) return 0;
  double out = y <= x ? angle_in_octant(x, y) : quarter - angle_in_octant(y, x);
  if (a.re < 0) out = 2 * quarter - out;
  return a.im < 0 ? -out : out;
}

}  // namespace unhedged::math
