#include "tests/support/world_block.hpp"

#include "engine/world/tradable_sources.hpp"

namespace unhedged::testing {

world::Regime plain_regime(const std::string& name) {
  world::Regime regime;
  regime.name = name;
  regime.assets.resize(1);
  regime.assets[0].dynamics = models::GbmParams{0, 0.16};
  regime.assets[0].curve = models::implied_curve(regime.assets[0].dynamics);
  regime.assets[0].liquidity.half_spread = 0.001;
  regime.assets[0].liquidity.daily_volume = 1e6;
  regime.assets[0].liquidity.recovery = 10;
  regime.correlation = math::SquareMatrix::identity(1);
  return regime;
}

world::Scenario scenario_of(std::vector<world::Regime> regimes) {
  world::Scenario scenario;
  world::AssetToday& today = scenario.today.emplace_back();
  today.spot = 100;
  today.implied_volatility = 0.4;
  scenario.tradables = world::tradables(scenario.today);
  scenario.regimes = std::move(regimes);
  scenario.grid.steps = 100;
  scenario.grid.dt_years = 0.01;
  return scenario;
}

WorldBlock::WorldBlock(world::Scenario of) : scenario(std::move(of)), noise(7), state(scenario) {
  for (std::size_t lane = 0; lane < kLanes; ++lane) {
    paths.value[lane] = lane;
    state.regime.value[lane] = state.previous[lane] = static_cast<std::uint8_t>(scenario.start);
  }
  noise.reset(paths);
  for (world::BlockAsset& asset : state.assets) {
    asset.keeps_price = true;
    asset.state.log_spot.fill(0.0);
    asset.state.anchor.fill(100.0);
    asset.state.variance.fill(0.16);
    asset.state.jumps.fill(0.0);
    for (Lanes* lanes : {&asset.jump_variance, &asset.shock, &asset.half_spread, &asset.inverse_volume})
      lanes->fill(0.0);
  }
  state.show_prices();
}

void WorldBlock::enter(std::size_t lane, std::size_t regime, world::Component& part, std::uint32_t step) {
  const std::size_t from = state.regime.value[lane];
  state.previous[lane] = static_cast<std::uint8_t>(from);
  state.regime.value[lane] = static_cast<std::uint8_t>(regime);
  part.enter(lane, from, step, state, noise);
}

void WorldBlock::show(world::Component& part) {
  for (world::BlockAsset& asset : state.assets) asset.jump_variance.fill(0.0);
  state.show_prices();
  part.show(state);
}

}  // namespace unhedged::testing
