#pragma once
#include <cstdint>
#include <optional>
#include <vector>

#include "engine/market/snapshot.hpp"
#include "engine/world/components.hpp"
#include "engine/world/crowd.hpp"
#include "engine/world/scenario.hpp"
#include "engine/world/stepper.hpp"
#include "engine/world/triggers.hpp"

namespace unhedged::world {

/// Random numbers and components know assets by numbers below this.
inline constexpr std::size_t kMostAssets = 1024;

/// A scenario made ready to run: steppers and correlation factors. Immutable and shared by all blocks.
class ScenarioEngine {
 public:
  explicit ScenarioEngine(const Scenario& scenario);

  const Scenario& scenario() const { return *scenario_; }
  const Stepper& stepper(StepKind kind, std::size_t regime, std::size_t asset) const {
    return steppers_[static_cast<std::size_t>(kind)][regime][asset];
  }
  /// Row `asset` of the Cholesky factor of a regime's correlation; `asset + 1` weights.
  const double* weights(std::size_t regime, std::size_t asset) const;
  /// Whether an asset's driver is its own alone: its row of the factor is that of the identity.
  bool independent(std::size_t regime, std::size_t asset) const { return independent_[regime][asset]; }
  /// Quotes of an asset: today's first, then one per regime.
  const std::vector<market::ImpliedCurve>& curves(std::size_t asset) const { return curves_[asset]; }
  /// Variance a year that the plain jumps of an asset add in a regime.
  double jump_variance(std::size_t regime, std::size_t asset) const { return jump_variance_[regime][asset]; }

  bool may_be_negative(std::size_t asset) const { return negative_[asset]; }
  bool blends() const { return blends_; }

 private:
  void add_regime(const Regime& regime);

  const Scenario* scenario_;
  std::vector<std::vector<std::vector<Stepper>>> steppers_;  // [kind][regime][asset]
  std::vector<std::vector<double>> factors_, jump_variance_;
  std::vector<std::vector<market::ImpliedCurve>> curves_;
  std::vector<std::vector<bool>> independent_;
  std::vector<bool> negative_;
  bool blends_ = false;
};

/// The world on one block of paths. Use: start, then observe / absorb / step in turn, observe at the
/// horizon.
class BlockWorld {
 public:
  /// `feedback`: the crowd whose orders move the prices, if any.
  explicit BlockWorld(const ScenarioEngine& engine, const std::optional<Feedback>& feedback = {});
  BlockWorld(const BlockWorld&) = delete;  // snapshots point into it
  BlockWorld& operator=(const BlockWorld&) = delete;

  /// Puts every path at today's market.
  void start(const NoiseCache& noise);

  /// Changes regimes that are due at `step` and shows what can be seen then.
  void observe(std::uint32_t step, NoiseCache& noise);

  /// The same in two parts, for callers that go through the assets one by one while they are in the cache:
  /// first everything but the prices, then the price of each asset.
  void observe_all_but_prices(std::uint32_t step, NoiseCache& noise);
  void observe_price(std::size_t asset);

  /// Lets orders filled in one asset move its price. Does nothing without feedback.
  void absorb(std::size_t asset, const Lanes& order);

  /// Moves from grid time `step` to the next.
  void step(std::uint32_t step, NoiseCache& noise);

  const market::AssetSnapshot& snapshot(std::size_t asset) const { return snapshots_[asset]; }
  /// The same with the price as a desk sees it, which stale venues may hold back.
  const market::AssetSnapshot& seen(std::size_t asset) const { return seen_[asset]; }
  const LaneIndex& regimes() const { return state_.regime; }
  /// 1 where feedback has run away; null without feedback.
  const LaneIndex* exploded() const { return crowd_ ? &crowd_->exploded() : nullptr; }

 private:
  struct Shown {
    Lanes spot, log_spot;  // log_spot only where the price may be negative
  };

  void point_snapshots();
  bool change_regimes(std::uint32_t step, NoiseCache& noise);
  bool may_fire(const Transition& transition, std::uint32_t step) const;
  bool fires(std::size_t transition, std::size_t lane, std::uint32_t step, NoiseCache& noise) const;
  void enter(std::size_t lane, std::size_t regime, std::uint32_t step, const NoiseCache& noise);
  void jump_into(std::size_t lane, std::size_t asset, std::uint32_t step, const NoiseCache& noise);
  void show_regime(std::size_t regime);
  void show_all_regimes();
  void show_quotes(std::uint32_t step);
  void show_components();
  void step_asset(std::size_t asset, std::uint32_t step, NoiseCache& noise);
  void move_as(std::size_t regime, std::size_t asset, std::uint32_t step, NoiseCache& noise,
               AssetState& state);
  const Lanes* price_shock(std::size_t regime, std::size_t asset, std::uint32_t step, NoiseCache& noise);
  void blend_correlation(std::size_t regime, std::size_t asset, std::uint32_t step, NoiseCache& noise);
  const Lanes* variance_shock(std::size_t regime, std::size_t asset, std::uint32_t step, NoiseCache& noise);

  const ScenarioEngine* engine_;
  BlockState state_;
  std::vector<Shown> shown_;
  std::vector<market::AssetSnapshot> snapshots_, seen_;
  LaneIndex curve_{}, halted_{};
  ComponentList components_;
  TriggerMonitor triggers_;
  std::optional<Crowd> crowd_;
  std::vector<Lanes> no_flow_;          // what triggers see of hedgers without feedback
  std::uint64_t present_ = 1;           // bit r: some lane is in regime r
  std::uint32_t open_steps_ = 0;        // of sessions, passed at the step that is looked at
  std::vector<std::size_t> due_;        // transitions that may fire at this step
  std::vector<const Lanes*> drivers_;
  Lanes shock_{}, variance_shock_{};
  const Lanes* last_shock_ = nullptr;
  AssetState before_{}, moved_{};
};

}  // namespace unhedged::world
