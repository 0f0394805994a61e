#include "engine/world/block_world.hpp"

#include <bit>

#include "engine/core/errors.hpp"
#include "engine/math/correlation.hpp"
#include "engine/world/kernels.hpp"

namespace unhedged::world {

using random::Purpose;

ScenarioEngine::ScenarioEngine(const Scenario& scenario) : scenario_(&scenario) {
  const std::size_t assets = scenario.today.size();
  UNHEDGED_EXPECT(scenario.regimes.size() < 63 && assets > 0);
  for (const Regime& regime : scenario.regimes) {
    auto& steppers = steppers_.emplace_back();
    for (const AssetRegime& asset : regime.assets)
      steppers.emplace_back(asset.dynamics, scenario.grid.dt_years);
    const Eigen::MatrixXd factor = math::cholesky_factor(regime.correlation);
    auto& rows = factors_.emplace_back();
    for (std::size_t i = 0; i < assets; ++i)
      for (std::size_t j = 0; j < assets; ++j)
        rows.push_back(factor(static_cast<Eigen::Index>(i), static_cast<Eigen::Index>(j)));
  }
  for (std::size_t asset = 0; asset < assets; ++asset) {
    auto& curves = curves_.emplace_back();
    curves.push_back(market::flat(scenario.today[asset].implied_volatility));
    for (const Regime& regime : scenario.regimes) curves.push_back(regime.assets[asset].curve);
  }
}

const double* ScenarioEngine::weights(std::size_t regime, std::size_t asset) const {
  return factors_[regime].data() + asset * scenario_->today.size();
}

BlockWorld::BlockWorld(const ScenarioEngine& engine)
    : engine_(&engine),
      assets_(engine.scenario().today.size()),
      snapshots_(assets_.size()),
      entered_(kLanes),
      drivers_(assets_.size()) {
  due_.reserve(engine.scenario().transitions.size());
  for (std::size_t a = 0; a < assets_.size(); ++a) {
    Asset& asset = assets_[a];
    snapshots_[a] = {&asset.state.log_spot, &asset.spot,        &asset.state.variance,
                     &asset.jump_variance,  &asset.half_spread, &asset.inverse_volume,
                     &halted_,              false,              engine.curves(a),
                     &curve_,               1};
  }
}

void BlockWorld::start() {
  const std::size_t regime = engine_->scenario().start;
  for (std::size_t lane = 0; lane < kLanes; ++lane) {
    regime_.value[lane] = static_cast<std::uint8_t>(regime);
    entered_[lane] = 0;
  }
  for (std::size_t a = 0; a < assets_.size(); ++a) {
    assets_[a].state.log_spot.fill(0.0);
    const auto& dynamics = engine_->scenario().regimes[regime].assets[a].dynamics;
    assets_[a].state.variance.fill(models::initial_variance(dynamics));
  }
  show_all_regimes();
}

/// Shows a regime's market on the lanes that are in it.
void BlockWorld::show_regime(std::size_t regime) {
  for (std::size_t a = 0; a < assets_.size(); ++a) {
    const AssetRegime& source = engine_->scenario().regimes[regime].assets[a];
    const double volume = source.liquidity.daily_volume, inverse = volume > 0 ? 1.0 / volume : 0.0;
    const double jumps = models::jump_variance(source.dynamics), spread = source.liquidity.half_spread;
    for (std::size_t lane = 0; lane < kLanes; ++lane) {
      const bool here = regime_.value[lane] == regime;
      assets_[a].jump_variance[lane] = here ? jumps : assets_[a].jump_variance[lane];
      assets_[a].half_spread[lane] = here ? spread : assets_[a].half_spread[lane];
      assets_[a].inverse_volume[lane] = here ? inverse : assets_[a].inverse_volume[lane];
    }
  }
}

void BlockWorld::show_all_regimes() {
  present_ = 0;
  for (std::size_t lane = 0; lane < kLanes; ++lane) present_ |= std::uint64_t{1} << regime_.value[lane];
  for (std::size_t regime = 0; regime < engine_->scenario().regimes.size(); ++regime)
    if (present_ >> regime & 1) show_regime(regime);
  bool any_halted = false;
  for (std::size_t lane = 0; lane < kLanes; ++lane) {
    halted_.value[lane] = engine_->scenario().regimes[regime_.value[lane]].halted ? 1 : 0;
    any_halted = any_halted || halted_.value[lane] != 0;
  }
  for (market::AssetSnapshot& snapshot : snapshots_) snapshot.any_halted = any_halted;
}

bool BlockWorld::fires(std::size_t index, std::size_t lane, std::uint32_t step,
                       NoiseCache& noise) const {
  const Transition& transition = engine_->scenario().transitions[index];
  if (transition.from != regime_.value[lane]) return false;
  switch (transition.kind) {
    case Transition::Kind::at: return step == transition.step;
    case Transition::Kind::after: return step - entered_[lane] >= transition.step;
    case Transition::Kind::rate: break;
  }
  const auto factor = static_cast<std::uint32_t>(index);
  return noise.uniforms(Purpose::transition, factor, step)[lane] < transition.step_probability;
}

void BlockWorld::enter(std::size_t lane, std::size_t regime, std::uint32_t step,
                       const NoiseCache& noise) {
  regime_.value[lane] = static_cast<std::uint8_t>(regime);
  entered_[lane] = step;
  for (std::size_t a = 0; a < assets_.size(); ++a) {
    const AssetRegime& entered = engine_->scenario().regimes[regime].assets[a];
    if (entered.resets_variance)
      assets_[a].state.variance[lane] = models::initial_variance(entered.dynamics);
    if (entered.gap.mean == 0 && entered.gap.deviation == 0) continue;
    const auto stream = noise.stream(Purpose::entry_gap, static_cast<std::uint32_t>(a));
    const double z = random::normal_at(stream, noise.paths().value[lane], step);
    assets_[a].state.log_spot[lane] += entered.gap.mean + entered.gap.deviation * z;
  }
}

bool BlockWorld::may_fire(const Transition& transition, std::uint32_t step) const {
  if ((present_ >> transition.from & 1) == 0) return false;
  if (transition.kind == Transition::Kind::at) return step == transition.step;
  return transition.kind == Transition::Kind::rate || step >= transition.step;
}

bool BlockWorld::change_regimes(std::uint32_t step, NoiseCache& noise) {
  const auto& transitions = engine_->scenario().transitions;
  due_.clear();
  for (std::size_t index = 0; index < transitions.size(); ++index)
    if (may_fire(transitions[index], step)) due_.push_back(index);
  bool changed = false;
  for (std::size_t lane = 0; !due_.empty() && lane < kLanes; ++lane)
    for (const std::size_t index : due_)
      if (fires(index, lane, step, noise)) {
        enter(lane, transitions[index].to, step, noise);
        changed = true;
        break;
      }
  return changed;
}

void BlockWorld::observe(std::uint32_t step, NoiseCache& noise) {
  const bool has_transitions = !engine_->scenario().transitions.empty();
  if (step > 0 && has_transitions && change_regimes(step, noise)) show_all_regimes();
  // Today shows today's quotes; from the first step on, those of the regime.
  for (std::size_t lane = 0; lane < kLanes; ++lane)
    curve_.value[lane] = step == 0 ? std::uint8_t{0} : static_cast<std::uint8_t>(1 + regime_.value[lane]);
  for (std::size_t a = 0; a < assets_.size(); ++a) {
    snapshots_[a].curves_present = step == 0 ? 1 : present_ << 1;
    world_kernels().spot(engine_->scenario().today[a].spot, assets_[a].state.log_spot,
                         assets_[a].spot);
  }
}

void BlockWorld::move_as(std::size_t regime, std::size_t asset, std::uint32_t step,
                         NoiseCache& noise, AssetState& state) {
  const Lanes* shock = drivers_[0];
  if (asset > 0) {
    world_kernels().combine(engine_->weights(regime, asset), drivers_.data(), asset + 1, shock_);
    shock = &shock_;
  }
  engine_->stepper(regime, asset)
      .step(static_cast<std::uint32_t>(asset), step, *shock, noise, state);
}

void BlockWorld::step_asset(std::size_t asset, std::uint32_t step, NoiseCache& noise) {
  AssetState& state = assets_[asset].state;
  if (std::has_single_bit(present_)) {
    move_as(static_cast<std::size_t>(std::countr_zero(present_)), asset, step, noise, state);
    return;
  }
  before_ = state;
  for (std::size_t regime = 0; regime < engine_->scenario().regimes.size(); ++regime) {
    if ((present_ >> regime & 1) == 0) continue;
    moved_ = before_;
    move_as(regime, asset, step, noise, moved_);
    const auto code = static_cast<std::uint8_t>(regime);
    world_kernels().blend(regime_, code, moved_.log_spot, state.log_spot);
    world_kernels().blend(regime_, code, moved_.variance, state.variance);
  }
}

void BlockWorld::step(std::uint32_t step, NoiseCache& noise) {
  for (std::size_t a = 0; a < assets_.size(); ++a)
    drivers_[a] = &noise.normals(Purpose::spot, static_cast<std::uint32_t>(a), step);
  for (std::size_t a = 0; a < assets_.size(); ++a) step_asset(a, step, noise);
}

}  // namespace unhedged::world
