#include "engine/world/state.hpp"

#include <algorithm>

#include "engine/math/scalar.hpp"
#include "engine/world/part_kernels.hpp"
#include "engine/world/tradable_sources.hpp"

namespace unhedged::world {
namespace {

bool watches_price(const Transition& transition, std::size_t asset) {
  return transition.kind == Transition::Kind::when && transition.trigger.asset == asset &&
         transition.trigger.watches_price();
}

/// Contracts, venues and triggers do.
bool goes_by_price(const Scenario& world, std::size_t asset) {
  return contract_count(world.today[asset]) > 0 || !world.today[asset].venues.empty() ||
         std::ranges::any_of(world.transitions,
                             [asset](const Transition& t) { return watches_price(t, asset); });
}

}  // namespace

BlockState::BlockState(const Scenario& world)
    : scenario(&world), previous(kLanes), entered(kLanes), entered_open(kLanes), assets(world.today.size()) {
  for (std::size_t a = 0; a < assets.size(); ++a) {
    assets[a].venue_up.resize(world.today[a].venues.size());
    assets[a].contracts.resize(tradable_rows().size());
    assets[a].keeps_price = goes_by_price(world, a);
  }
}

double BlockState::spot(std::size_t asset, std::size_t lane) const {
  const AssetState& state = assets[asset].state;
  return state.anchor[lane] * scalar::exp(state.log_spot[lane]);
}

void BlockState::show_prices() {
  for (BlockAsset& asset : assets)
    if (asset.keeps_price) part_kernels().price(asset.state.anchor, asset.state.log_spot, asset.price);
}

}  // namespace unhedged::world
