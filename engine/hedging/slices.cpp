#include "engine/hedging/slices.hpp"

#include <cmath>

#include "engine/math/scalar.hpp"

namespace unhedged::hedging {
namespace {

/// sinh(x a) / sinh(x), for x > 0 and 0 <= a <= 1.
double ratio_of_sinh(double a, double x) {
  return scalar::exp(x * (a - 1)) * scalar::expm1(-2 * x * a) / scalar::expm1(-2 * x);
}

}  // namespace

std::vector<double> schedule(std::size_t count, const ScheduleTerms& terms) {
  const auto parts = static_cast<double>(count);
  const double urgency = terms.risk_aversion * terms.deviation * terms.deviation * terms.interval *
                         terms.interval /
                         (terms.temporary - terms.permanent * terms.interval / 2);  // 2 (cosh(k t) - 1)
  std::vector<double> shares(count, 1 / parts);
  if (!(urgency > 1e-12)) return shares;
  const double k = scalar::log1p(urgency / 2 + std::sqrt(urgency * (1 + urgency / 4)));
  for (std::size_t j = 0; j < count; ++j) {
    const auto before = static_cast<double>(count - j);
    shares[j] = ratio_of_sinh(before / parts, k * parts) - ratio_of_sinh((before - 1) / parts, k * parts);
  }
  return shares;
}

}  // namespace unhedged::hedging
