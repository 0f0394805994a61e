#include "engine/world/scenario_engine.hpp"

#include <algorithm>

#include "engine/core/errors.hpp"
#include "engine/math/correlation.hpp"

namespace unhedged::world {

ScenarioEngine::ScenarioEngine(const Scenario& scenario) : scenario_(&scenario), steppers_(kStepKinds) {
  const std::size_t assets = scenario.today.size();
  UNHEDGED_EXPECT(scenario.regimes.size() < 63 && assets > 0 && assets <= kMostAssets);
  for (const Regime& regime : scenario.regimes) add_regime(regime);
  for (std::size_t asset = 0; asset < assets; ++asset) {
    auto& curves = curves_.emplace_back();
    curves.push_back(
        market::quotes_today(scenario.today[asset].implied_volatility, scenario.today[asset].surface));
    for (const Regime& regime : scenario.regimes) curves.push_back(regime.assets[asset].curve);
    negative_.push_back(scenario.may_be_negative(asset));
  }
}

void ScenarioEngine::add_regime(const Regime& regime) {
  const std::size_t kinds = scenario_->grid.closes() ? kStepKinds : 1;
  for (std::size_t kind = 0; kind < kinds; ++kind) {
    auto& steppers = steppers_[kind].emplace_back();
    for (const AssetRegime& asset : regime.assets)
      steppers.emplace_back(asset, scenario_->grid.length(static_cast<StepKind>(kind)));
  }
  const math::SquareMatrix factor = math::cholesky_factor(regime.correlation);
  auto& rows = factors_.emplace_back();
  auto& jumps = jump_variance_.emplace_back();
  auto& alone = independent_.emplace_back();
  for (std::size_t i = 0; i < regime.assets.size(); ++i) {
    for (std::size_t j = 0; j < regime.assets.size(); ++j) rows.push_back(factor(i, j));
    const double* row = rows.data() + i * regime.assets.size();
    alone.push_back(std::all_of(row, row + i, [](double x) { return x == 0; }));
    double variance = models::jump_variance(regime.assets[i].dynamics);
    for (const CommonJumps& common : regime.common_jumps) variance += common.jump_variance(i);
    jumps.push_back(variance);
  }
  blends_ = blends_ || regime.blend_years > 0;
}

const double* ScenarioEngine::weights(std::size_t regime, std::size_t asset) const {
  return factors_[regime].data() + asset * scenario_->today.size();
}

}  // namespace unhedged::world
