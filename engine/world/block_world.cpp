#include "engine/world/block_world.hpp"

#include "engine/world/part_kernels.hpp"

namespace unhedged::world {

BlockWorld::BlockWorld(const ScenarioEngine& engine, const std::optional<Feedback>& feedback)
    : engine_(&engine),
      state_(engine.scenario()),
      clock_(engine.scenario()),
      movers_(engine),
      crowd_(feedback ? std::optional<Crowd>(std::in_place, engine.scenario(), *feedback) : std::nullopt),
      views_(engine, state_, crowd_ ? &*crowd_ : nullptr),
      prices_move_on_(crowd_ || movers_.move_prices_on()),
      nothing_traded_(state_.assets.size()) {
  for (Lanes& lanes : nothing_traded_) lanes.fill(0.0);
}

void BlockWorld::start(const NoiseCache& noise) {
  clock_.start(state_);
  movers_.start(state_, noise);
  if (crowd_) crowd_->start();
  views_.show_regimes();
  movers_.show(state_);
  shown_ = true;
  clock_.watch(state_);
}

void BlockWorld::note_jumps() {
  for (BlockAsset& asset : state_.assets) {
    asset.notes_jumps = true;
    asset.jumped.fill(0.0);
  }
}

bool BlockWorld::change_regimes(std::uint32_t step, NoiseCache& noise) {
  if (step == 0 || engine_->scenario().transitions.empty()) return false;
  const std::span<const RegimeChange> changes = clock_.advance(step, state_, noise);
  if (changes.empty()) return false;
  movers_.enter(changes, step, state_, noise);
  clock_.settle(changes, state_);
  views_.show_regimes();
  return true;
}

void BlockWorld::observe_price(std::size_t asset) { views_.show_price(asset); }

void BlockWorld::observe(std::uint32_t step, NoiseCache& noise) {
  observe_all_but_prices(step, noise);
  for (std::size_t a = 0; a < state_.assets.size(); ++a) observe_price(a);
}

void BlockWorld::observe_all_but_prices(std::uint32_t step, NoiseCache& noise) {
  const bool changed = change_regimes(step, noise);
  if (changed || step <= 1) views_.show_curves(step, clock_.present());
  if (changed || step == 0 || crowd_) views_.show_trading();
  if (changed || !shown_) movers_.show(state_);
}

void BlockWorld::absorb(std::size_t asset, const Lanes& units) {
  if (crowd_) crowd_->absorb(asset, units, views_.tape(static_cast<market::TradableId>(asset)), state_);
}

void BlockWorld::add_time(std::uint32_t step, std::vector<Lanes>& time_in_regime) const {
  const double dt = engine_->scenario().grid.dt(step);
  for (std::size_t r = 0; r < time_in_regime.size(); ++r)
    if (clock_.present() >> r & 1)
      part_kernels().add_in(dt, static_cast<std::uint8_t>(r), state_.regime, time_in_regime[r]);
}

void BlockWorld::step(std::uint32_t step, NoiseCache& noise) {
  const Move move{step, engine_->scenario().grid.dt(step)};
  movers_.move(move, clock_.present(), state_, noise);
  if (crowd_) crowd_->relax(move, state_);
  if (prices_move_on_) movers_.requote(state_);
  movers_.follow(move, state_, noise);
  shown_ = clock_.has_triggers();
  if (!shown_) return;
  movers_.show(state_);
  clock_.move(move, state_, crowd_ ? crowd_->traded_share() : nothing_traded_);
}

}  // namespace unhedged::world
