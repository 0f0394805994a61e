#include "engine/margin/capital.hpp"

#include <algorithm>
#include <cmath>

#include "engine/core/errors.hpp"
#include "engine/math/scalar.hpp"

namespace unhedged::margin {

double CollateralisedExposure::after_haircuts() const {
  return std::max(
      0.0, exposure * (1 + exposure_haircut) - collateral * (1 - collateral_haircut - currency_haircut));
}

double over_liquidity_horizons(std::span<const double> shortfall, std::span<const double> horizon_days) {
  UNHEDGED_EXPECT(!shortfall.empty() && shortfall.size() == horizon_days.size() && horizon_days[0] > 0);
  double sum = 0, before = 0;
  for (std::size_t j = 0; j < shortfall.size(); ++j) {
    UNHEDGED_EXPECT(horizon_days[j] > before);
    sum += shortfall[j] * shortfall[j] * (horizon_days[j] - before) / horizon_days[0];
    before = horizon_days[j];
  }
  return std::sqrt(sum);
}

double stressed_shortfall(double reduced_in_stress, double full_today, double reduced_today) {
  UNHEDGED_EXPECT(reduced_today > 0);
  return reduced_in_stress * std::max(full_today / reduced_today, 1.0);
}

double internal_model_charge(double together, std::span<const double> classes) {
  double sum = 0;
  for (const double one : classes) sum += one;
  return 0.5 * together + 0.5 * sum;
}

BondSpiral::End BondSpiral::after(double rise) const {
  End out{0, 0, value, false};
  double left = cash;
  while (rise > 0) {
    const double fallen = out.value * scalar::exp(-duration * rise);
    left -= out.value - fallen;
    out.value = fallen;
    out.rise += rise;
    const double sold = std::min(std::max(0.0, -left), out.value);
    out.value -= sold;
    out.sold += sold;
    left += sold;
    out.spent = left < 0;
    rise = out.spent ? 0 : impact * sold;
    if (rise < 1e-16) break;
  }
  return out;
}

}  // namespace unhedged::margin
