#include "engine/world/crowd.hpp"

#include "engine/math/scalar.hpp"
#include "engine/world/reaction_kernels.hpp"

namespace unhedged::world {

Crowd::Crowd(const Scenario& scenario, const Feedback& feedback)
    : feedback_(feedback),
      transient_(scenario.today.size()),
      traded_share_(scenario.today.size()),
      last_spot_(scenario.today.size()),
      loops_(scenario.today.size()),
      known_(scenario.today.size()),
      day_(scenario.today.size()) {}

void Crowd::start() {
  for (Lanes& lanes : transient_) lanes.fill(0.0);
  for (auto* all : {&traded_share_, &last_spot_, &loops_})
    for (Lanes& lanes : *all) lanes.fill(0.0);
  for (Lanes& lanes : known_) lanes.fill(-1.0);  // which no variance is
  exploded_ = {};
}

void Crowd::absorb(std::size_t asset, const Lanes& units, const market::Tape& tape, BlockState& block) {
  const CrowdTerms terms{feedback_.crowding, feedback_.permanent, feedback_.transient, tape.days_per_year,
                         kLargestMove,       kLargestLog,         kMaterial,           kLoops};
  reaction_kernels().absorb(terms,
                            {&units, tape.price, tape.inverse_volume, tape.variance, tape.jump_variance,
                             &block.assets[asset].state.log_spot, &transient_[asset], &traded_share_[asset],
                             &last_spot_[asset], &loops_[asset], &known_[asset], &day_[asset], &exploded_});
}

void Crowd::relax(const Move& move, BlockState& block) {
  if (feedback_.transient == 0) return;
  const double decay = scalar::exp(-feedback_.decay * move.dt);
  for (std::size_t a = 0; a < transient_.size(); ++a)
    reaction_kernels().relax(decay, transient_[a], block.assets[a].state.log_spot);
}

}  // namespace unhedged::world
