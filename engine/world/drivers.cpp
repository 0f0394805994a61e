#include "engine/world/drivers.hpp"

#include <algorithm>
#include <cmath>

#include "engine/math/triangular_product.hpp"
#include "engine/world/kernels.hpp"

namespace unhedged::world {

using random::Purpose;

Drivers::Drivers(const ScenarioEngine& engine)
    : engine_(&engine),
      own_(engine.scenario().today.size()),
      left_(engine.scenario().today.size()),
      correlated_(engine.scenario().regimes.size()) {
  for (std::size_t r = 0; r < correlated_.size(); ++r)
    if (needs_rows(r)) correlated_[r].rows.resize(std::min(own_.size(), math::kProductRows));
}

bool Drivers::needs_rows(std::size_t regime) const {
  for (std::size_t a = 0; a < own_.size(); ++a)
    if (!engine_->independent(regime, a)) return true;
  return false;
}

void Drivers::draw(const Move& move, NoiseCache& noise) {
  move_ = move;
  for (std::size_t a = 0; a < own_.size(); ++a)
    own_[a] = &noise.normals(Purpose::spot, Factor::asset(a), move.step);
  for (Correlated& one : correlated_) one.first = kNoRow;
}

const Lanes& Drivers::price(std::size_t regime, std::size_t asset, const BlockState& block,
                            NoiseCache& noise) {
  const bool blends = engine_->scenario().regimes[regime].blend_years > 0;
  if (!blends) return correlated(regime, asset);
  price_ = correlated(regime, asset);
  blend(regime, asset, block, noise);
  return price_;
}

/// Assets are asked for in their order, so that a few rows of the product are worked out at a time.
const Lanes& Drivers::correlated(std::size_t regime, std::size_t asset) {
  if (engine_->independent(regime, asset)) return *own_[asset];
  Correlated& one = correlated_[regime];
  const std::size_t row = asset % math::kProductRows, first = asset - row;
  if (one.first != first) {
    one.first = first;
    const math::TriangularMatrix factor{engine_->weights(regime, 0), own_.size()};
    math::product_kernels().multiply(factor, own_.data(), first,
                                     std::min(math::kProductRows, own_.size() - first), one.rows.data());
  }
  return one.rows[row];
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
  const Lanes& common = noise.normals(Purpose::variance, Factor::common_variance(), move_.step);
  world_kernels().mix(std::sqrt(1 - rho), own, std::sqrt(rho), common, variance_);
  return variance_;
}

}  // namespace unhedged::world
