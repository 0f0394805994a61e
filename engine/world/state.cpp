#include "engine/world/state.hpp"

#include "engine/math/scalar.hpp"
#include "engine/world/tradable_sources.hpp"

namespace unhedged::world {

BlockState::BlockState(const Scenario& world)
    : scenario(&world), previous(kLanes), entered(kLanes), entered_open(kLanes), assets(world.today.size()) {
  for (std::size_t a = 0; a < assets.size(); ++a) {
    assets[a].venue_up.resize(world.today[a].venues.size());
    assets[a].contracts.resize(tradable_rows().size());
  }
}

double BlockState::spot(std::size_t asset, std::size_t lane) const {
  const AssetState& state = assets[asset].state;
  return state.anchor[lane] * scalar::exp(state.log_spot[lane]);
}

}  // namespace unhedged::world
