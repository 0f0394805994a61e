#include "engine/world/triggers.hpp"

#include <algorithm>
#include <cmath>

#include "engine/math/scalar.hpp"

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
                            const std::vector<Lanes>& flow) {
  const std::size_t asset = watch.trigger.asset;
  const double decay = scalar::exp(-watch.trigger.decay * move.dt);
  for (std::size_t lane = 0; lane < kLanes; ++lane) {
    const double spot = block.spot(asset, lane);
    double &value = watch.value[lane], &extreme = watch.extreme[lane];
    switch (watch.trigger.quantity) {
      case Quantity::drawdown:
        extreme = std::max(extreme, spot);
        value = extreme > 0 ? 1 - spot / extreme : 0;
        break;
      case Quantity::run_up:
        extreme = std::min(extreme, spot);
        value = extreme > 0 ? spot / extreme - 1 : 0;
        break;
      case Quantity::realised_volatility: {
        const double ratio = spot / watch.last[lane];
        const double move_squared = ratio > 0 ? scalar::log(ratio) * scalar::log(ratio) : 1;
        value = std::sqrt(value * value * decay + (1 - decay) * move_squared / move.dt);
        watch.last[lane] = spot;
        break;
      }
      case Quantity::hedger_flow: value = (value + flow[asset][lane]) * decay; break;  // traded a step ago
      case Quantity::half_spread:
      case Quantity::daily_volume: begin(watch, lane, block, false); break;
    }
  }
}

void TriggerMonitor::move(const Move& move, const BlockState& block, const std::vector<Lanes>& flow) {
  for (Watch& watch : watches_) update(watch, move, block, flow);
}

bool TriggerMonitor::fires(std::size_t transition, std::size_t lane) const {
  const Watch& watch = watches_[watch_of_[transition]];
  return watch.trigger.above ? watch.value[lane] > watch.trigger.threshold
                             : watch.value[lane] < watch.trigger.threshold;
}

}  // namespace unhedged::world
