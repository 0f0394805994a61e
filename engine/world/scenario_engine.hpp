#pragma once
#include <vector>

#include "engine/market/implied_curve.hpp"
#include "engine/world/scenario.hpp"
#include "engine/world/stepper.hpp"

namespace unhedged::world {

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

}  // namespace unhedged::world
