#include "engine/world/movers.hpp"

#include <algorithm>
#include <bit>

#include "engine/world/kernels.hpp"
#include "engine/world/part_kernels.hpp"

namespace unhedged::world {

using random::Purpose;

Movers::Movers(const ScenarioEngine& engine)
    : engine_(&engine), drivers_(engine), components_(make_components(engine.scenario())) {
  const std::vector<Regime>& regimes = engine.scenario().regimes;
  for (std::size_t a = 0; a < engine.scenario().today.size(); ++a) {
    RegimeTable& plain = plain_jumps_.emplace_back();
    for (std::size_t r = 0; r < regimes.size(); ++r) plain[r] = engine.jump_variance(r, a);
    wants_shock_.push_back(
        std::ranges::any_of(regimes, [a](const Regime& r) { return r.assets[a].sentiment.has_value(); }));
  }
}

void Movers::start(BlockState& block, const NoiseCache& noise) {
  for (std::size_t a = 0; a < block.assets.size(); ++a) {
    AssetState& state = block.assets[a].state;
    state.log_spot.fill(0.0);
    state.anchor.fill(engine_->scenario().today[a].spot);
    state.variance.fill(models::initial_variance(block.of(a, 0).dynamics));
  }
  for (auto& component : components_) component->start(block, noise);
}

/// What entering does to one asset: the variance may be reset, the price may gap.
void Movers::jump_into(std::size_t lane, std::size_t asset, std::uint32_t step, BlockState& block,
                       const NoiseCache& noise) const {
  const AssetRegime& entered = block.of(asset, lane);
  AssetState& state = block.assets[asset].state;
  const std::uint64_t path = noise.paths().value[lane];
  if (entered.gap.mean != 0 || entered.gap.deviation != 0) {
    const double z = random::normal_at(noise.stream(Purpose::entry_gap, Factor::asset(asset)), path, step);
    state.log_spot[lane] += entered.gap.mean + entered.gap.deviation * z;
  }
  if (entered.gap.shift != 0 || entered.gap.shift_deviation != 0) {
    const double z = random::normal_at(noise.stream(Purpose::entry_shift, Factor::asset(asset)), path, step);
    state.anchor[lane] = block.spot(asset, lane) + entered.gap.shift + entered.gap.shift_deviation * z;
    state.log_spot[lane] = 0;
  }
  if (const auto* normal = std::get_if<models::BachelierParams>(&entered.dynamics))
    state.variance[lane] = normal->quoted_variance(block.spot(asset, lane));
  else if (entered.resets_variance) state.variance[lane] = models::initial_variance(entered.dynamics);
}

void Movers::enter(std::span<const RegimeChange> changes, std::uint32_t step, BlockState& block,
                   const NoiseCache& noise) {
  for (const auto& [lane, from] : changes) {
    for (std::size_t a = 0; a < block.assets.size(); ++a) jump_into(lane, a, step, block, noise);
    for (auto& component : components_) component->enter(lane, from, step, block, noise);
  }
}

void Movers::move(const Move& move, std::uint64_t present, BlockState& block, NoiseCache& noise) {
  move_ = move;
  drivers_.draw(move, noise);
  for (auto& component : components_) component->open(block);
  for (std::size_t a = 0; a < block.assets.size(); ++a) diffuse(a, present, block, noise);
  for (auto& component : components_)
    if (component->moves_prices()) component->move(move, block, noise);
}

/// The variance of normal moves is quoted at the price of a path: anew where it has moved since they moved
/// it.
void Movers::requote_asset(std::size_t asset, BlockState& block) const {
  AssetState& state = block.assets[asset].state;
  for (std::size_t lane = 0; lane < kLanes; ++lane) {
    if (state.log_spot[lane] == 0) continue;
    const auto* normal = std::get_if<models::BachelierParams>(&block.of(asset, lane).dynamics);
    if (normal != nullptr) state.variance[lane] = normal->quoted_variance(block.spot(asset, lane));
  }
}

bool Movers::move_prices_on() const {
  return std::ranges::any_of(components_, [](const auto& component) { return component->moves_prices(); });
}

void Movers::requote(BlockState& block) const {
  for (std::size_t a = 0; a < block.assets.size(); ++a)
    if (engine_->may_be_negative(a)) requote_asset(a, block);
}

void Movers::follow(const Move& move, BlockState& block, NoiseCache& noise) {
  for (auto& component : components_)
    if (!component->moves_prices()) component->move(move, block, noise);
}

void Movers::diffuse(std::size_t asset, std::uint64_t present, BlockState& block, NoiseCache& noise) {
  BlockAsset& moving = block.assets[asset];
  AssetState& state = moving.state;
  if (moving.notes_withdrawals || moving.notes_jumps) state.jumps.fill(0.0);
  diffuse_all(asset, present, block, noise);
  for (std::size_t lane = 0; moving.notes_jumps && lane < kLanes; ++lane)
    moving.jumped[lane] = state.jumps[lane] > 0 ? 1 : 0;
}

void Movers::diffuse_all(std::size_t asset, std::uint64_t present, BlockState& block, NoiseCache& noise) {
  BlockAsset& moving = block.assets[asset];
  AssetState& state = moving.state;
  if (std::has_single_bit(present)) {
    const Lanes& shock =
        diffuse_as(static_cast<std::size_t>(std::countr_zero(present)), asset, block, noise, state);
    if (wants_shock_[asset]) moving.shock = shock;
    return;
  }
  before_ = state;
  for (std::size_t regime = 0; regime < engine_->scenario().regimes.size(); ++regime) {
    if ((present >> regime & 1) == 0) continue;
    moved_ = before_;
    const Lanes& shock = diffuse_as(regime, asset, block, noise, moved_);
    const auto code = static_cast<std::uint8_t>(regime);
    const auto blend = [&](const Lanes& from, Lanes& to) {
      world_kernels().blend(block.regime, code, from, to);
    };
    blend(moved_.log_spot, state.log_spot);
    blend(moved_.variance, state.variance);
    if (engine_->may_be_negative(asset)) blend(moved_.anchor, state.anchor);
    if (moving.notes_withdrawals || moving.notes_jumps) blend(moved_.jumps, state.jumps);
    if (wants_shock_[asset]) blend(shock, moving.shock);
  }
}

/// Moves a state as a regime does, and gives the driver of its price.
const Lanes& Movers::diffuse_as(std::size_t regime, std::size_t asset, const BlockState& block,
                                NoiseCache& noise, AssetState& state) {
  const Stepper& stepper = engine_->stepper(engine_->scenario().grid.kind(move_.step), regime, asset);
  const Lanes& shock = drivers_.price(regime, asset, block, noise);
  const Lanes* variance = stepper.needs_variance_shock() ? &drivers_.variance(regime, asset, noise) : nullptr;
  stepper.step(asset, move_.step, shock, variance, noise, state);
  return shock;
}

void Movers::show(BlockState& block) {
  block.show_prices();
  if (components_.empty()) return;
  for (std::size_t a = 0; a < block.assets.size(); ++a)
    part_kernels().gather(plain_jumps_[a], block.regime, block.assets[a].jump_variance);
  for (auto& component : components_) component->show(block);
}

}  // namespace unhedged::world
