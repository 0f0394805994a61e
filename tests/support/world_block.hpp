#pragma once
#include "engine/world/components.hpp"
#include "engine/world/scenario.hpp"

namespace unhedged::testing {

/// A regime of one asset that moves as a gbm of volatility 40 %.
world::Regime plain_regime(const std::string& name);

/// Regimes of one asset of price 100, steps of 0.01 years.
world::Scenario scenario_of(std::vector<world::Regime> regimes);

/// A block of such a scenario by itself: what a part of the world is given.
struct WorldBlock {
  explicit WorldBlock(world::Scenario of);
  WorldBlock(const WorldBlock&) = delete;

  world::BlockAsset& asset() { return state.assets[0]; }
  /// Puts a lane into a regime, and tells a component.
  void enter(std::size_t lane, std::size_t regime, world::Component& part, std::uint32_t step = 1);
  /// Shows prices and what plain jumps add, as the world does before components show theirs.
  void show(world::Component& part);

  world::Scenario scenario;
  PathIds paths;
  world::NoiseCache noise;
  world::BlockState state;
};

}  // namespace unhedged::testing
