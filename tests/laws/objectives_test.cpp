#include <cmath>

#include "tests/support/catch.hpp"
#include "tests/support/run_yaml.hpp"

// What every objective of a hedger keeps to.

using namespace unhedged;
using namespace unhedged::testing;

namespace {

/// Two correlated assets with everything that costs, and a book in both.
OneAsset desk(const std::string& hedgers, const std::string& positions =
                                              "[{instrument: call, asset: A, strike: 100, expiry: 30 d, "
                                              "quantity: -50}, {instrument: put, asset: B, strike: 20, "
                                              "expiry: 15 d, quantity: -200}]") {
  OneAsset config;
  config.market =
      "spot: 100, implied_vol: 40 %, rate: 3 %, yield: 1 %, half_spread: 10 bp, daily_volume: 1e6";
  config.more_assets = ", B: {spot: 20, implied_vol: 60 %, rate: 1 %, half_spread: 20 bp, daily_volume: 1e5}";
  config.correlation = "[{between: [A, B], value: 0.7}]";
  config.positions = positions;
  config.dynamics =
      "{model: bates, volatility: 50 %, long_run_volatility: 60 %, mean_reversion: 3, vol_of_variance: 1.2, "
      "correlation: -0.7, jump_rate: 20, jump_mean: -8 %, jump_vol: 5 %}";
  config.more_dynamics = ", B: {model: gbm, volatility: 70 %}";
  config.hedgers = hedgers;
  config.simulation = "horizon: 20 d, step: 1 d, paths: 1_000, seed: 6";
  return config;
}

}  // namespace

TEST_CASE("Where size costs nothing, a hedge ratio scales what the hedge gains, and 1 is all of the delta") {
  const std::string free = "{model: black_scholes, costs: {impact: none}, objective: ";
  const Run run = run_yaml(desk("{plain: {model: black_scholes, costs: {impact: none}}, all: " + free +
                                "{strategy: delta_neutral, hedge_ratio: 100 %}}, some: " + free +
                                "{strategy: delta_neutral, hedge_ratio: 35 %}}, zero: " + free +
                                "{strategy: delta_neutral, hedge_ratio: 0}}}")
                               .text());
  for (std::size_t i = 0; i < run.plan().paths; ++i) {
    const double alone = run.pnl("unhedged")[i], gain = run.pnl("plain")[i] - alone;
    CHECK(run.pnl("all")[i] == run.pnl("plain")[i]);
    CHECK(run.pnl("zero")[i] == alone);
    CHECK(std::abs(run.pnl("some")[i] - alone - 0.35 * gain) < 1e-9);
  }
}
