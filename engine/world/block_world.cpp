#include "engine/world/block_world.hpp"

#include <algorithm>
#include <bit>
#include <cmath>

#include "engine/world/kernels.hpp"

namespace unhedged::world {

using random::Purpose;

BlockWorld::BlockWorld(const ScenarioEngine& engine, const std::optional<Feedback>& feedback)
    : engine_(&engine),
      state_(engine.scenario()),
      components_(make_components(engine.scenario())),
      triggers_(engine.scenario()),
      crowd_(feedback ? std::optional<Crowd>(std::in_place, engine.scenario(), *feedback) : std::nullopt),
      views_(engine, state_, crowd_ ? &*crowd_ : nullptr),
      no_flow_(state_.assets.size()),
      drivers_(state_.assets.size()) {
  for (Lanes& lanes : no_flow_) lanes.fill(0.0);
  due_.reserve(engine.scenario().transitions.size());
}

void BlockWorld::start(const NoiseCache& noise) {
  const std::size_t regime = engine_->scenario().start;
  for (std::size_t lane = 0; lane < kLanes; ++lane) {
    state_.regime.value[lane] = state_.previous[lane] = static_cast<std::uint8_t>(regime);
    state_.entered[lane] = state_.entered_open[lane] = 0;
  }
  for (std::size_t a = 0; a < state_.assets.size(); ++a) {
    BlockAsset& asset = state_.assets[a];
    asset.state.log_spot.fill(0.0);
    if (!components_.empty() || triggers_.any() || engine_->may_be_negative(a)) asset.state.anchor.fill(engine_->scenario().today[a].spot);
    asset.state.variance.fill(models::initial_variance(engine_->scenario().regimes[regime].assets[a].dynamics));
  }
  for (auto& component : components_) component->start(state_, noise);
  if (crowd_) crowd_->start();
  show_all_regimes();
  show_components();
  if (triggers_.any()) triggers_.start(state_);
}

void BlockWorld::show_all_regimes() {
  present_ = 0;
  for (std::size_t lane = 0; lane < kLanes; ++lane) present_ |= std::uint64_t{1} << state_.regime.value[lane];
  views_.show_regimes(present_);
}

/// What comes and goes within a regime: what jumps add now, then what looks at it.
void BlockWorld::show_components() {
  if (components_.empty()) return;
  for (std::size_t a = 0; a < state_.assets.size(); ++a) {
    for (std::size_t lane = 0; lane < kLanes; ++lane)
      state_.assets[a].jump_variance[lane] = engine_->jump_variance(state_.regime.value[lane], a);
  }
  for (auto& component : components_) component->show(state_);
}

void BlockWorld::observe_price(std::size_t asset) { views_.show_price(asset); }

void BlockWorld::observe(std::uint32_t step, NoiseCache& noise) {
  observe_all_but_prices(step, noise);
  for (std::size_t a = 0; a < state_.assets.size(); ++a) observe_price(a);
}

void BlockWorld::observe_all_but_prices(std::uint32_t step, NoiseCache& noise) {
  const bool has_transitions = !engine_->scenario().transitions.empty();
  const bool changed = step > 0 && has_transitions && change_regimes(step, noise);
  if (changed) show_all_regimes();
  if (changed || step <= 1) views_.show_curves(step, present_);
  if (changed || step == 0 || crowd_) views_.show_trading();
  show_components();
}

void BlockWorld::absorb(std::size_t asset, const Lanes& units) {
  if (crowd_) crowd_->absorb(asset, units, views_.tape(static_cast<market::TradableId>(asset)), state_);
}

void BlockWorld::step(std::uint32_t step, NoiseCache& noise) {
  const Move move{step, engine_->scenario().grid.dt(step)};
  for (std::size_t a = 0; a < state_.assets.size(); ++a)
    drivers_[a] = &noise.normals(Purpose::spot, Factor::asset(a), step);
  if (!components_.empty())
    for (BlockAsset& asset : state_.assets) asset.state.jumps.fill(0.0);
  for (auto& component : components_) component->open(state_);
  for (std::size_t a = 0; a < state_.assets.size(); ++a) step_asset(a, step, noise);
  for (auto& component : components_) component->move(move, state_, noise);
  if (crowd_) crowd_->relax(move, state_);
  if (!triggers_.any()) return;
  show_components();
  triggers_.move(move, state_, crowd_ ? crowd_->flow() : no_flow_);
}

void BlockWorld::step_asset(std::size_t asset, std::uint32_t step, NoiseCache& noise) {
  AssetState& state = state_.assets[asset].state;
  if (std::has_single_bit(present_)) {
    move_as(static_cast<std::size_t>(std::countr_zero(present_)), asset, step, noise, state);
    if (!components_.empty()) state_.assets[asset].shock = *last_shock_;
    return;
  }
  before_ = state;
  for (std::size_t regime = 0; regime < engine_->scenario().regimes.size(); ++regime) {
    if ((present_ >> regime & 1) == 0) continue;
    moved_ = before_;
    move_as(regime, asset, step, noise, moved_);
    const auto code = static_cast<std::uint8_t>(regime);
    const auto blend = [&](const Lanes& from, Lanes& to) { world_kernels().blend(state_.regime, code, from, to); };
    blend(moved_.log_spot, state.log_spot);
    blend(moved_.variance, state.variance);
    if (engine_->may_be_negative(asset)) blend(moved_.anchor, state.anchor);
    if (components_.empty()) continue;
    blend(moved_.jumps, state.jumps);
    blend(*last_shock_, state_.assets[asset].shock);
  }
}

void BlockWorld::move_as(std::size_t regime, std::size_t asset, std::uint32_t step,
                         NoiseCache& noise, AssetState& state) {
  const Stepper& stepper = engine_->stepper(engine_->scenario().grid.kind(step), regime, asset);
  last_shock_ = price_shock(regime, asset, step, noise);
  const Lanes* variance = stepper.needs_variance_shock() ? variance_shock(regime, asset, step, noise) : nullptr;
  stepper.step(asset, step, *last_shock_, variance, noise, state);
}

const Lanes* BlockWorld::price_shock(std::size_t regime, std::size_t asset, std::uint32_t step, NoiseCache& noise) {
  if (engine_->independent(regime, asset) && !engine_->blends()) return drivers_[asset];
  world_kernels().combine(engine_->weights(regime, asset), drivers_.data(), asset + 1, shock_);
  if (engine_->scenario().regimes[regime].blend_years > 0) blend_correlation(regime, asset, step, noise);
  return &shock_;
}

/// While the correlation C' of the regime left gives way to C, the shocks are sqrt(w) x + sqrt(1 - w) x' with
/// independent x ~ C and x' ~ C': their correlation is w C + (1 - w) C', and no matrix need be factored.
void BlockWorld::blend_correlation(std::size_t regime, std::size_t asset, std::uint32_t step, NoiseCache& noise) {
  const TimeGrid& grid = engine_->scenario().grid;
  const double middle = grid.time(step) + 0.5 * grid.dt(step);
  const double blend = engine_->scenario().regimes[regime].blend_years;
  for (std::size_t lane = 0; lane < kLanes; ++lane) {
    if (state_.regime.value[lane] != regime || state_.previous[lane] == regime) continue;
    const double weight = (middle - grid.time(state_.entered[lane])) / blend;
    if (weight >= 1) continue;
    const double* row = engine_->weights(state_.previous[lane], asset);
    double other = 0;
    for (std::size_t k = 0; k <= asset; ++k)
      other += row[k] * noise.normals(Purpose::blend, Factor::asset(k), step)[lane];
    shock_[lane] = std::sqrt(weight) * shock_[lane] + std::sqrt(1 - weight) * other;
  }
}

const Lanes* BlockWorld::variance_shock(std::size_t regime, std::size_t asset, std::uint32_t step, NoiseCache& noise) {
  const Lanes& own = noise.normals(Purpose::variance, Factor::asset(asset), step);
  const double rho = engine_->scenario().regimes[regime].variance_correlation;
  if (rho == 0) return &own;
  const Lanes* terms[] = {&own, &noise.normals(Purpose::variance, Factor::common_variance(), step)};
  const double weights[] = {std::sqrt(1 - rho), std::sqrt(rho)};
  world_kernels().combine(weights, terms, 2, variance_shock_);
  return &variance_shock_;
}

}  // namespace unhedged::world
