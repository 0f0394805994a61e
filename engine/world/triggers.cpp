#include "engine/world/triggers.hpp"

#include <cmath>

#include "engine/math/scalar.hpp"
#include "engine/world/reaction_kernels.hpp"

namespace unhedged::world {

using Quantity = Trigger::Quantity;

TriggerMonitor::TriggerMonitor(const Scenario& scenario) : watch_of_(scenario.transitions.size()) {
  for (std::size_t t = 0; t < scenario.transitions.size(); ++t) {
    if (scenario.transitions[t].kind != Transition::Kind::when) continue;
    watch_of_[t] = watches_.size();
    watches_.push_back({scenario.transitions[t].trigger, {}, {}, {}});
  }
}

void TriggerMonitor::begin(Watch& watch, std::size_t lane, const BlockState& block, bool from_today) {
  const std::size_t asset = watch.trigger.asset;
  const double spot = block.spot(asset, lane);
  switch (watch.trigger.quantity) {
    case Quantity::drawdown:
    case Quantity::run_up:
      watch.extreme[lane] = spot;
      watch.value[lane] = 0;
      break;
    case Quantity::realised_volatility:
      if (from_today) watch.value[lane] = block.scenario->today[asset].implied_volatility;
      watch.last[lane] = spot;
      break;
    case Quantity::hedger_flow:
      if (from_today) watch.value[lane] = 0;
      break;
    case Quantity::half_spread: watch.value[lane] = block.assets[asset].half_spread[lane]; break;
    case Quantity::daily_volume: {
      const double inverse = block.assets[asset].inverse_volume[lane];
      watch.value[lane] = inverse > 0 ? 1 / inverse : INFINITY;
      break;
    }
  }
}

void TriggerMonitor::start(const BlockState& block) {
  for (Watch& watch : watches_)
    for (std::size_t lane = 0; lane < kLanes; ++lane) begin(watch, lane, block, true);
}

void TriggerMonitor::enter(std::size_t lane, const BlockState& block) {
  for (Watch& watch : watches_) begin(watch, lane, block, false);
}

void TriggerMonitor::update(Watch& watch, const Move& move, const BlockState& block,
                            const std::vector<Lanes>& traded_share) {
  const std::size_t asset = watch.trigger.asset;
  const BlockAsset& shown = block.assets[asset];
  const ReactionKernels& kernels = reaction_kernels();
  const double decay = scalar::exp(-watch.trigger.decay * move.dt);
  const Lanes& spot = shown.price;
  switch (watch.trigger.quantity) {
    case Quantity::drawdown: return kernels.drawdown(spot, watch.extreme, watch.value);
    case Quantity::run_up: return kernels.run_up(spot, watch.extreme, watch.value);
    case Quantity::realised_volatility:
      return kernels.realised(decay, move.dt, spot, watch.last, watch.value);
    case Quantity::hedger_flow:
      return kernels.hedger_flow(decay, traded_share[asset], watch.value);  // traded a step ago
    case Quantity::half_spread: watch.value = shown.half_spread; return;
    case Quantity::daily_volume: return kernels.volume(shown.inverse_volume, watch.value);
  }
}

void TriggerMonitor::move(const Move& move, const BlockState& block, const std::vector<Lanes>& traded_share) {
  for (Watch& watch : watches_) update(watch, move, block, traded_share);
}

bool TriggerMonitor::fires(std::size_t transition, std::size_t lane) const {
  const Watch& watch = watches_[watch_of_[transition]];
  return watch.trigger.above ? watch.value[lane] > watch.trigger.threshold
                             : watch.value[lane] < watch.trigger.threshold;
}

bool TriggerMonitor::fires_anywhere(std::size_t transition, std::uint8_t in, const LaneIndex& regime) const {
  const Watch& watch = watches_[watch_of_[transition]];
  const auto any = watch.trigger.above ? reaction_kernels().any_above : reaction_kernels().any_below;
  return any(watch.value, watch.trigger.threshold, in, regime);
}

}  // namespace unhedged::world
