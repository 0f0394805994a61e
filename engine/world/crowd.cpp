#include "engine/world/crowd.hpp"

#include <cmath>

namespace unhedged::world {

Crowd::Crowd(const Scenario& scenario, const Feedback& feedback)
    : feedback_(feedback),
      days_per_year_(scenario.days_per_year),
      transient_(scenario.today.size()),
      flow_(scenario.today.size()) {}

void Crowd::start() {
  for (Lanes& lanes : transient_) lanes.fill(0.0);
  for (Lanes& lanes : flow_) lanes.fill(0.0);
  exploded_ = {};
}

void Crowd::absorb(std::size_t asset, const Lanes& order, const market::AssetSnapshot& market,
                   BlockState& block) {
  AssetState& state = block.assets[asset].state;
  for (std::size_t lane = 0; lane < kLanes; ++lane) {
    const double traded = feedback_.crowding * order[lane] * (*market.spot)[lane];
    const double inverse = (*market.inverse_volume)[lane];
    flow_[asset][lane] = 0;
    if (traded == 0 || inverse == 0 || exploded_.value[lane] != 0) continue;
    const double q = traded * inverse;  // the notional carries the sign of the price: buying lifts it anyhow
    const double day = std::sqrt(((*market.variance)[lane] + (*market.jump_variance)[lane]) / days_per_year_);
    const double passing = day * feedback_.transient * std::copysign(std::sqrt(std::abs(q)), q);
    const double moved = day * feedback_.permanent * q + passing;
    flow_[asset][lane] = std::abs(q);
    const double at = state.log_spot[lane] + moved;
    if (std::abs(moved) <= kLargestMove && std::abs(at) <= kLargestLog) {
      state.log_spot[lane] = at;
      transient_[asset][lane] += passing;
      continue;
    }
    exploded_.value[lane] = 1;
    state.log_spot[lane] += std::copysign(std::min(std::abs(moved), kLargestMove), moved);
  }
}

void Crowd::relax(const Move& move, BlockState& block) {
  if (feedback_.transient == 0) return;
  const double decay = std::exp(-feedback_.decay * move.dt);
  for (std::size_t a = 0; a < transient_.size(); ++a)
    for (std::size_t lane = 0; lane < kLanes; ++lane) {
      const double back = transient_[a][lane] * (1 - decay);
      transient_[a][lane] -= back;
      block.assets[a].state.log_spot[lane] -= back;
    }
}

}  // namespace unhedged::world
