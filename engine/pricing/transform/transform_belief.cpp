#include "engine/pricing/transform/transform_belief.hpp"

#include "engine/pricing/transform/transform_rows.hpp"

namespace unhedged::pricing {

std::unique_ptr<Model> TransformBelief::model() const {
  std::optional<double> variance;
  if (value(0)) variance = *value(0) * *value(0);
  const bool least = value(parameters() - 1) == static_cast<double>(DeltaRule::min_variance);
  return std::make_unique<TransformModel>(law(), variance, least ? CallColumn::hedge : CallColumn::shares);
}

std::optional<market::ImpliedCurve> TransformBelief::own_curve() const {
  if (value(0)) return market::flat(*value(0));
  return {};
}

/// The mean expected variance, whose level is the variance of the diffusion.
std::optional<market::ImpliedCurve> TransformBelief::calibrated_curve() const {
  const AffineParams params = law();
  market::ImpliedCurve curve = market::flat(0);
  curve.moves_with_level = true;
  curve.jump_variance = params.jump_variance();
  if (!params.long_run_variance) return curve;
  curve.long_run = *params.long_run_variance;
  curve.mean_reversion = params.mean_reversion;
  return curve;
}

models::LognormalJumps TransformBelief::lognormal_jumps(std::size_t first) const {
  return {*value(first), *value(first + 1), *value(first + 2)};
}

void remark_on_feller(const ParameterValues& values, const SquareRootParameters& where,
                      std::vector<Remark>& out) {
  const std::optional<double> volatility =
      values[where.long_run] ? values[where.long_run] : values[where.volatility];
  if (!volatility) return;
  const double twice = 2 * *values[where.reversion] * *volatility * *volatility;
  const double xi = *values[where.vol_of_variance];
  if (twice < xi * xi)
    out.push_back({"vol_of_variance",
                   "the variance reaches zero: 2 mean_reversion long_run_volatility^2 is below "
                   "vol_of_variance^2 (Feller's condition)",
                   false});
}

}  // namespace unhedged::pricing
