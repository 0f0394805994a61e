#pragma once
#include <cstdint>
#include <vector>

#include "engine/market/snapshot.hpp"
#include "engine/world/scenario.hpp"
#include "engine/world/stepper.hpp"

namespace unhedged::world {

/// A scenario made ready to run: steppers and correlation factors. Immutable and shared by all blocks.
class ScenarioEngine {
 public:
  explicit ScenarioEngine(const Scenario& scenario);

  const Scenario& scenario() const { return *scenario_; }
  const Stepper& stepper(std::size_t regime, std::size_t asset) const {
    return steppers_[regime][asset];
  }
  /// Row `asset` of the Cholesky factor of a regime's correlation; `asset + 1` weights.
  const double* weights(std::size_t regime, std::size_t asset) const;
  /// Quotes of an asset: today's first, then one per regime.
  const std::vector<market::ImpliedCurve>& curves(std::size_t asset) const { return curves_[asset]; }

 private:
  const Scenario* scenario_;
  std::vector<std::vector<Stepper>> steppers_;
  std::vector<std::vector<double>> factors_;
  std::vector<std::vector<market::ImpliedCurve>> curves_;
};

/// The world on one block of paths. Use: start, then observe / step in turn, observe at the horizon.
class BlockWorld {
 public:
  explicit BlockWorld(const ScenarioEngine& engine);
  BlockWorld(const BlockWorld&) = delete;  // snapshots point into it
  BlockWorld& operator=(const BlockWorld&) = delete;

  /// Puts every path at today's market.
  void start();

  /// Changes regimes that are due at `step` and shows what can be seen then.
  void observe(std::uint32_t step, NoiseCache& noise);

  /// Moves from grid time `step` to the next.
  void step(std::uint32_t step, NoiseCache& noise);

  const market::AssetSnapshot& snapshot(std::size_t asset) const { return snapshots_[asset]; }
  const LaneIndex& regimes() const { return regime_; }

 private:
  struct Asset {
    AssetState state;
    Lanes spot, jump_variance, half_spread, inverse_volume;
  };

  bool change_regimes(std::uint32_t step, NoiseCache& noise);
  bool may_fire(const Transition& transition, std::uint32_t step) const;
  bool fires(std::size_t transition, std::size_t lane, std::uint32_t step, NoiseCache& noise) const;
  void enter(std::size_t lane, std::size_t regime, std::uint32_t step, const NoiseCache& noise);
  void show_regime(std::size_t regime);
  void show_all_regimes();
  void step_asset(std::size_t asset, std::uint32_t step, NoiseCache& noise);
  void move_as(std::size_t regime, std::size_t asset, std::uint32_t step, NoiseCache& noise,
               AssetState& state);

  const ScenarioEngine* engine_;
  std::vector<Asset> assets_;
  std::vector<market::AssetSnapshot> snapshots_;
  LaneIndex regime_{}, curve_{}, halted_{};
  std::vector<std::uint32_t> entered_;  // step at which a lane entered its regime
  std::uint64_t present_ = 1;           // bit r: some lane is in regime r
  std::vector<std::size_t> due_;        // transitions that may fire at this step
  std::vector<const Lanes*> drivers_;
  Lanes shock_{};
  AssetState before_{}, moved_{};
};

}  // namespace unhedged::world
