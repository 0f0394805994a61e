#include "engine/world/crowd.hpp"

#include <cmath>

#include "engine/math/scalar.hpp"

namespace unhedged::world {

Crowd::Crowd(const Scenario& scenario, const Feedback& feedback)
    : feedback_(feedback),
      transient_(scenario.today.size()),
      flow_(scenario.today.size()),
      last_spot_(scenario.today.size()),
      loops_(scenario.today.size()) {}

void Crowd::start() {
  for (Lanes& lanes : transient_) lanes.fill(0.0);
  for (auto* all : {&flow_, &last_spot_, &loops_})
    for (Lanes& lanes : *all) lanes.fill(0.0);
  exploded_ = {};
}

bool Crowd::runs_away(std::size_t asset, std::size_t lane, double spot, double moved, double day) {
  double &last = last_spot_[asset][lane], &loops = loops_[asset][lane];
  const double cause = last != 0 && spot / last > 0 ? std::abs(scalar::log(spot / last)) : 0;
  const bool grows = cause > 0 && std::abs(moved) >= cause && std::abs(moved) >= kMaterial * day;
  loops = grows ? loops + 1 : 0;
  last = spot;
  return loops >= kLoops;
}

void Crowd::absorb(std::size_t asset, const Lanes& units, const market::Tape& tape,
                   BlockState& block) {
  AssetState& state = block.assets[asset].state;
  for (std::size_t lane = 0; lane < kLanes; ++lane) {
    const double traded = feedback_.crowding * units[lane] * (*tape.price)[lane];
    const double inverse = (*tape.inverse_volume)[lane];
    flow_[asset][lane] = 0;
    if (traded == 0 || inverse == 0 || exploded_.value[lane] != 0) continue;
    const double q = traded * inverse;  // the notional carries the sign of the price: buying lifts it anyhow
    const double day = std::sqrt(tape.daily_variance(lane));
    const double passing = day * feedback_.transient * std::copysign(std::sqrt(std::abs(q)), q);
    const double moved = day * feedback_.permanent * q + passing;
    flow_[asset][lane] = std::abs(q);
    const double at = state.log_spot[lane] + moved;
    const bool runaway = runs_away(asset, lane, (*tape.price)[lane], moved, day);
    if (!runaway && std::abs(moved) <= kLargestMove && std::abs(at) <= kLargestLog) {
      state.log_spot[lane] = at;
      transient_[asset][lane] += passing;
      continue;
    }
    exploded_.value[lane] = 1;
    const double most = std::min(kLargestMove, std::max(0.0, kLargestLog - std::abs(state.log_spot[lane])));
    state.log_spot[lane] += std::copysign(std::min(std::abs(moved), most), moved);
  }
}

void Crowd::relax(const Move& move, BlockState& block) {
  if (feedback_.transient == 0) return;
  const double decay = scalar::exp(-feedback_.decay * move.dt);
  for (std::size_t a = 0; a < transient_.size(); ++a)
    for (std::size_t lane = 0; lane < kLanes; ++lane) {
      const double back = transient_[a][lane] * (1 - decay);
      transient_[a][lane] -= back;
      block.assets[a].state.log_spot[lane] -= back;
    }
}

}  // namespace unhedged::world
