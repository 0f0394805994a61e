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

TEST_CASE("A proxy hedges what it trades as delta_neutral does, and a flat book not at all") {
  const std::string hedgers =
      "{proxy: {model: black_scholes, hedge: [A], objective: proxy}, plain: {model: black_scholes, hedge: "
      "[A]}}";
  const Run both = run_yaml(desk(hedgers).text());
  const simulation::PathRecord seen = everything(both, 0, 0);
  double hedged = 0;
  for (std::size_t i = 0; i < both.plan().paths; ++i)
    hedged += std::abs(both.pnl("proxy")[i] - both.pnl("plain")[i]);
  CHECK(hedged > 1);
  for (std::size_t p = 0; p < seen.path.size(); ++p)  // from the day on that B's put has expired
    for (std::size_t step = 16; step + 1 < seen.steps; ++step)
      CHECK(std::abs(seen.at("hedge", p, step, 0) + seen.at("delta", p, step, 0)) < 1e-9);
  const std::string nothing = "{instrument: call, asset: B, strike: 20, expiry: 30 d, quantity: ";
  const Run flat = run_yaml(desk(hedgers, "[" + nothing + "3}, " + nothing + "-3}]").text());
  for (std::size_t i = 0; i < flat.plan().paths; ++i) CHECK(flat.pnl("proxy")[i] == 0);
}

TEST_CASE("A position limit out of reach changes nothing, and the narrower it is the less is traded") {
  const auto of = [](const std::string& rest) {
    return "{model: black_scholes, objective: {strategy: volatility_scaled, " + rest + "}}";
  };
  const Run run = run_yaml(desk("{plain: {model: black_scholes}, wide: " + of("limit: 10000 %") +
                                ", some: " + of("limit: 20 %, power: 2") +
                                ", measured: " + of("limit: 20 %, volatility: 3 d") + "}")
                               .text());
  double differs = 0;
  for (std::size_t i = 0; i < run.plan().paths; ++i) {
    CHECK(run.pnl("wide")[i] == run.pnl("plain")[i]);
    differs += std::abs(run.pnl("some")[i] - run.pnl("measured")[i]);
  }
  CHECK(differs > 1);
  const simulation::PathRecord seen = everything(run, 0, 2);
  for (std::size_t p = 0; p < seen.path.size(); ++p)
    for (std::size_t step = 0; step < seen.steps; ++step) {
      const double today = seen.at("implied_volatility", p, 0, 0),
                   quote = seen.at("implied_volatility", p, step, 0);
      const double most = 0.2 * 50 * std::min(1.0, (today / quote) * (today / quote));
      CHECK(std::abs(seen.at("hedge", p, step, 0)) <= most + 1e-9);
    }
}
