#pragma once
#include "engine/config/dynamics_spec.hpp"
#include "engine/config/scenario_spec.hpp"
#include "engine/world/scenario.hpp"

namespace unhedged::config {

/// How much worse than written the regimes of a scenario are: what departs from today's market departs
/// `factor` times as far (docs/methods/scenarios.md, "Severity"). 1 leaves every bit as it is.
class Worsening {
 public:
  /// expects  factor > 0
  explicit Worsening(double factor) : factor_(factor) {}

  /// Whether anything so far departed from today's market.
  bool changed() const { return changed_; }

  /// Volatilities above today's quote, drifts, sizes of jumps.
  models::Dynamics worsened(models::Dynamics dynamics, const AssetContext& today);

  /// Gap on entry, size of a bubble's crash, push of a mood, funding and basis.
  void worsen(world::AssetRegime& regime, const AssetSpec& today);

  /// Wider spreads and thinner volume than today's, withdrawal, noise, outages.
  void worsen(world::Liquidity& liquidity, const AssetSpec& today);

  void worsen(world::CommonJumps& jumps);
  void worsen(RegimeCorrelationSpec& correlation);

  bool leaves_all_as_it_is() const { return factor_ == 1; }

  /// base + factor (x - base)
  double from(double base, double x);

  /// from(base, x) where x is the worse of the two, else x.
  double above(double base, double x) { return x > base ? from(base, x) : x; }

 private:
  friend struct WorsenDynamics;

  /// 1 - (1 - share)^factor: a share taken `factor` times.
  double share(double x);
  void variance(double& variance, double quote);

  double factor_;
  bool changed_ = false;
};

}  // namespace unhedged::config
