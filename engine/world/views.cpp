#include "engine/world/views.hpp"

#include <algorithm>

#include "engine/world/crowd.hpp"
#include "engine/world/kernels.hpp"
#include "engine/world/part_kernels.hpp"
#include "engine/world/reaction_kernels.hpp"
#include "engine/world/tradable_sources.hpp"

namespace unhedged::world {
namespace {

const Lanes kAlwaysUp = filled_with(1);

bool is_capped(const Scenario& scenario, std::size_t asset) {
  return std::ranges::any_of(scenario.regimes, [asset](const Regime& regime) {
    return regime.assets[asset].liquidity.participation > 0;
  });
}

}  // namespace

Views::Views(const ScenarioEngine& engine, BlockState& state, const Crowd* crowd)
    : engine_(&engine),
      state_(&state),
      crowd_(crowd),
      tradables_(engine.scenario().tradables),
      markets_(state.assets.size()),
      prices_(state.assets.size()),
      quotes_(state.assets.size()),
      seen_(state.assets.size()),
      board_(tradables_.size()),
      tapes_(tradables_.size()) {
  for (std::size_t a = 0; a < quotes_.size(); ++a) {
    capped_.push_back(is_capped(engine.scenario(), a));
    tabulate(a);
    // that of the block where it has one and prices are positive
    const bool there = state.assets[a].keeps_price && !engine.may_be_negative(a);
    spots_.push_back(there ? &state.assets[a].price : &prices_[a].spot);
    state.assets[a].participation.fill(0.0);
    point_quotes(a);
  }
  for (market::TradableId id = 0; id < tapes_.size(); ++id) point_tape(id);
  shown_ = {seen_, board_};
  for (std::size_t r = 0; r < engine.scenario().regimes.size(); ++r)
    halted_ |= static_cast<std::uint64_t>(engine.scenario().regimes[r].halted) << r;
}

void Views::point_quotes(std::size_t a) {
  const BlockAsset& asset = state_->assets[a];
  const bool negative = engine_->may_be_negative(a), lags = engine_->scenario().quotes_may_lag(a);
  quotes_[a] = {negative ? &prices_[a].log_spot : &asset.state.log_spot,
                &spot(a),
                lags ? &asset.quote_level : &asset.state.variance,
                engine_->curves(a),
                &curve_,
                1};
  seen_[a] = quotes_[a];
  if (!engine_->scenario().today[a].may_be_stale()) return;
  seen_[a].spot = &asset.seen_spot;
  seen_[a].log_spot = &asset.seen_log_spot;
}

void Views::point_tape(market::TradableId id) {
  const std::size_t a = tradables_[id].asset;
  const TradableSource source = source_of(tradables_[id].kind);
  const BlockAsset& asset = state_->assets[a];
  const AssetToday& today = engine_->scenario().today[a];
  const Lanes* funding = source.funding(asset);
  board_[id] = {source.price(asset, seen_[a].spot), &asset.half_spread, funding, &asset.inverse_volume};
  market::Tape& tape = tapes_[id];
  tape.price = source.price(asset, &spot(a));
  tape.half_spread = &asset.half_spread;
  tape.variance = &asset.state.variance;
  tape.jump_variance = &asset.jump_variance;
  tape.inverse_volume = &asset.inverse_volume;
  tape.participation = &asset.participation;
  tape.capped = capped_[a];
  tape.funding = funding;
  tape.days_per_year = engine_->scenario().days_per_year;
  tape.crowding = crowd_ != nullptr ? crowd_->crowding() : 0;
  const bool plain = today.venues.empty();
  tape.venues = plain ? std::span(&market::kPlainVenue, 1) : std::span(today.venues);
  tape.venue_up = plain ? std::span(&kAlwaysUp, 1) : std::span<const Lanes>(asset.venue_up);
}

void Views::tabulate(std::size_t a) {
  const Scenario& scenario = engine_->scenario();
  Markets& markets = markets_[a];
  for (std::size_t r = 0; r < scenario.regimes.size(); ++r) {
    const Liquidity& source = scenario.regimes[r].assets[a].liquidity;
    markets.jump_variance[r] = engine_->jump_variance(r, a);
    markets.half_spread[r] = source.half_spread;
    markets.inverse_volume[r] = source.daily_volume > 0 ? 1.0 / source.daily_volume : 0.0;
    markets.participation[r] = source.participation;
  }
}

void Views::show_regimes() {
  const PartKernels& kernels = part_kernels();
  for (std::size_t a = 0; a < quotes_.size(); ++a) {
    BlockAsset& asset = state_->assets[a];
    kernels.gather(markets_[a].jump_variance, state_->regime, asset.jump_variance);
    kernels.gather(markets_[a].half_spread, state_->regime, asset.half_spread);
    kernels.gather(markets_[a].inverse_volume, state_->regime, asset.inverse_volume);
    if (capped_[a]) kernels.gather(markets_[a].participation, state_->regime, asset.participation);
  }
}

void Views::show_trading() {
  trading_.all_open = reaction_kernels().show_trading(
      halted_, state_->regime, crowd_ != nullptr ? &crowd_->exploded() : nullptr, trading_.state);
}

void Views::show_curves(std::uint32_t step, std::uint64_t present) {
  for (std::size_t lane = 0; lane < kLanes; ++lane)
    curve_.value[lane] =
        step == 0 ? std::uint8_t{0} : static_cast<std::uint8_t>(1 + state_->regime.value[lane]);
  for (auto* all : {&quotes_, &seen_})
    for (market::AssetQuotes& quotes : *all) quotes.curves_present = step == 0 ? 1 : present << 1;
}

void Views::show_price(std::size_t a) {
  if (&spot(a) != &prices_[a].spot) return;  // shown with all else
  const double today = engine_->scenario().today[a].spot;
  const AssetState& state = state_->assets[a].state;
  if (engine_->may_be_negative(a))
    world_kernels().signed_spot(today, state.anchor, state.log_spot, prices_[a].spot, prices_[a].log_spot);
  else world_kernels().spot(today, state.log_spot, prices_[a].spot);
}

}  // namespace unhedged::world
