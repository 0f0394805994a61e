#include "engine/world/drivers.hpp"

#include <cmath>

#include "engine/world/kernels.hpp"

namespace unhedged::world {

using random::Purpose;

Drivers::Drivers(const ScenarioEngine& engine)
    : engine_(&engine), own_(engine.scenario().today.size()), left_(engine.scenario().today.size()) {}

void Drivers::draw(const Move& move, NoiseCache& noise) {
  move_ = move;
  for (std::size_t a = 0; a < own_.size(); ++a)
    own_[a] = &noise.normals(Purpose::spot, Factor::asset(a), move.step);
}

const Lanes& Drivers::price(std::size_t regime, std::size_t asset, const BlockState& block,
                            NoiseCache& noise) {
  if (engine_->independent(regime, asset) && !engine_->blends()) return *own_[asset];
  world_kernels().combine(engine_->weights(regime, asset), own_.data(), asset + 1, price_);
  if (engine_->scenario().regimes[regime].blend_years > 0) blend(regime, asset, block, noise);
  return price_;
}

/// While the correlation C' of the regime left gives way to C, the shocks are sqrt(w) x + sqrt(1 - w) x' with
/// independent x ~ C and x' ~ C': their correlation is w C + (1 - w) C', and no matrix need be factored.
void Drivers::blend(std::size_t regime, std::size_t asset, const BlockState& block, NoiseCache& noise) {
  const TimeGrid& grid = engine_->scenario().grid;
  const double middle = grid.time(move_.step) + 0.5 * move_.dt;
  const double years = engine_->scenario().regimes[regime].blend_years;
  for (std::size_t k = 0; k <= asset; ++k)
    left_[k] = &noise.normals(Purpose::blend, Factor::asset(k), move_.step);
  for (std::size_t lane = 0; lane < kLanes; ++lane) {
    if (block.regime.value[lane] != regime || block.previous[lane] == regime) continue;
    const double weight = (middle - grid.time(block.entered[lane])) / years;
    if (weight >= 1) continue;
    const double* row = engine_->weights(block.previous[lane], asset);
    double other = 0;
    for (std::size_t k = 0; k <= asset; ++k) other += row[k] * (*left_[k])[lane];
    price_[lane] = std::sqrt(weight) * price_[lane] + std::sqrt(1 - weight) * other;
  }
}

const Lanes& Drivers::variance(std::size_t regime, std::size_t asset, NoiseCache& noise) {
  const Lanes& own = noise.normals(Purpose::variance, Factor::asset(asset), move_.step);
  const double rho = engine_->scenario().regimes[regime].variance_correlation;
  if (rho == 0) return own;
  const Lanes* terms[] = {&own, &noise.normals(Purpose::variance, Factor::common_variance(), move_.step)};
  const double weights[] = {std::sqrt(1 - rho), std::sqrt(rho)};
  world_kernels().combine(weights, terms, 2, variance_);
  return variance_;
}

}  // namespace unhedged::world
