#pragma once
#include <Eigen/Core>
#include <cstddef>
#include <string>
#include <vector>

#include "engine/core/calendar.hpp"
#include "engine/models/dynamics.hpp"

/// A scenario with every default resolved: what the world does, as data.
namespace unhedged::world {

struct LiquidityLevel {
  double half_spread = 0;   ///< fraction of the spot
  double daily_volume = 0;  ///< account currency; 0 means unlimited, that is no impact
};

/// A gap of the log price at the moment a regime is entered: N(mean, deviation^2), not compensated.
struct EntryGap {
  double mean = 0;
  double deviation = 0;
};

/// The market of one asset while a regime lasts.
struct AssetRegime {
  models::Dynamics dynamics;
  market::ImpliedCurve curve;
  LiquidityLevel liquidity;
  EntryGap gap;
  bool resets_variance = false;  ///< whether entering sets the variance to its initial value
};

struct Regime {
  std::string name;
  std::vector<AssetRegime> assets;
  bool halted = false;          ///< prices move and nobody trades
  Eigen::MatrixXd correlation;  ///< of the drivers of the prices; positive semidefinite
};

/// A change of regime, looked at once per step, before the snapshot. Of several that are due, the first
/// in the list fires.
struct Transition {
  enum class Kind { at, after, rate };
  std::size_t from = 0, to = 0;
  Kind kind = Kind::at;
  std::size_t step = 0;          ///< at: grid index; after: steps spent in `from`
  double step_probability = 0;   ///< rate: chance per step
};

struct AssetToday {
  double spot = 0;
  double implied_volatility = 0;
};

struct Scenario {
  std::string name;
  std::vector<AssetToday> today;
  std::vector<Regime> regimes;
  std::size_t start = 0;
  std::vector<Transition> transitions;
  TimeGrid grid;
};

/// Regimes some path may be in at each grid time: shape [steps + 1][regimes].
std::vector<std::vector<bool>> reachable_regimes(const Scenario& scenario);

}  // namespace unhedged::world
