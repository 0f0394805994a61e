#include "engine/market/implied_curve.hpp"

#include <algorithm>
#include <cmath>

#include "engine/math/scalar.hpp"

namespace unhedged::market {

AffineVariance ImpliedCurve::variance(double tau_years) const {
  if (!moves_with_level) return {jump_variance + long_run, 0.0};
  const double x = mean_reversion * tau_years;
  const double decay = x > 1e-12 ? -scalar::expm1(-x) / x : 1.0;
  return {jump_variance + long_run * (1.0 - decay), decay};
}

double QuotesAtTheMoney::volatility(double level) const {
  return std::max(kSmallestVolatility,
                  factor * std::sqrt(std::max(0.0, variance.constant + variance.slope * level)));
}

QuotesAtTheMoney ImpliedCurve::at_the_money(double tau_years) const {
  const double shape = surface ? surface->volatility(tau_years, 0) / reference : 1.0;
  return {variance(tau_years), (1 + premium) * shape};
}

double ImpliedCurve::volatility(double tau_years, double level, double log_strike_over_forward) const {
  const AffineVariance affine = variance(tau_years);
  const double at_the_money = std::sqrt(std::max(0.0, affine.constant + affine.slope * level));
  const double shape = surface ? surface->volatility(tau_years, log_strike_over_forward) / reference : 1.0;
  const double y = log_strike_over_forward / std::sqrt(tau_years);
  return std::max(kSmallestVolatility, (1 + premium) * at_the_money * shape + skew * y + curvature * y * y);
}

ImpliedCurve flat(double volatility) {
  ImpliedCurve curve;
  curve.long_run = volatility * volatility;
  curve.own_marks = OwnMarks::ignored;
  return curve;
}

ImpliedCurve quotes_today(double volatility, std::shared_ptr<const VolSurface> surface) {
  ImpliedCurve curve;
  curve.long_run = volatility * volatility;
  curve.reference = surface ? volatility : 0;
  curve.surface = std::move(surface);
  return curve;
}

}  // namespace unhedged::market
