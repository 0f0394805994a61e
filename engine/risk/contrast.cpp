#include "engine/risk/contrast.hpp"

#include <algorithm>
#include <cmath>

#include "engine/risk/distributions.hpp"

namespace unhedged::risk {
namespace {

/// The y with hall(y) = x for the transformation of skewed_interval.
double hall_forward(double x, double skewness) {
  return x + skewness / 6 + skewness * x * x / 3 + skewness * skewness * x * x * x / 27;
}

/// P(|T| > t) for Student's T; 1 for t <= 0.
double two_sided_p(double t, double degrees) {
  if (!(t > 0)) return 1;
  return incomplete_beta(degrees / 2, 0.5, degrees / (degrees + t * t));
}

}  // namespace

Estimate Contrast::interval(double confidence) const {
  if (!enough) return times(without_interval(value), unit);
  const auto of = ends == Ends::widest ? widest_interval : skewed_interval;
  return times(of(value, spread, degrees, confidence), unit);
}

double Contrast::p_value() const {
  if (!enough || value == 0) return 1;
  if (!(spread.standard_error > 0)) return 0;  // the same difference on every path
  const double sign = value > 0 ? 1 : -1, t = value / spread.standard_error;
  const double hall = sign * hall_forward(t, spread.skewness);
  return std::max(two_sided_p(std::abs(t), degrees), two_sided_p(hall, degrees));
}

Contrast Contrast::turned() const {
  Contrast out = *this;
  out.value = -value;
  out.spread.skewness = -spread.skewness;
  return out;
}

}  // namespace unhedged::risk
