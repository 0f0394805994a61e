#include <cmath>

#include "tests/support/catch.hpp"
#include "tests/support/run_yaml.hpp"
#include "tests/support/statistics.hpp"

using namespace unhedged;
using namespace unhedged::testing;

namespace {

OneAsset desk(const std::string& positions, const std::string& hedgers) {
  OneAsset config;
  config.market =
      "spot: 100, implied_vol: 40 %, rate: 3 %, yield: 1 %, half_spread: 10 bp, daily_volume: 1e6";
  config.positions = positions;
  config.dynamics =
      "{model: bates, volatility: 50 %, long_run_volatility: 60 %, mean_reversion: 3, vol_of_variance: 1.2, "
      "correlation: -0.7, jump_rate: 20, jump_mean: -8 %, jump_vol: 5 %}";
  config.hedgers = hedgers;
  config.simulation = "horizon: 20 d, step: 1 d, paths: 2_000, seed: 6";
  return config;
}

const std::string kHedgers =
    "{implied: {model: black_scholes, close_out: market}, fixed: {model: black_scholes, volatility: 0.4, "
    "rebalance: {delta_band: 3 %}}}";

}  // namespace

TEST_CASE("A book that is worth nothing costs nothing to hedge") {
  const Run run = run_yaml(desk("[{instrument: call, asset: A, strike: 100, expiry: 30 d, quantity: 5}, "
                                "{instrument: call, asset: A, strike: 100, expiry: 30 d, quantity: -5}]",
                                kHedgers)
                               .text());
  for (const char* hedger : {"implied", "fixed", "unhedged"})
    for (const double x : run.pnl(hedger)) CHECK(x == 0);
}

TEST_CASE("Put-call parity: call less put less forward is hedged to nothing at mid") {
  const Run run = run_yaml(desk("[{instrument: call, asset: A, strike: 90, expiry: 30 d, quantity: 5}, "
                                "{instrument: put, asset: A, strike: 90, expiry: 30 d, quantity: -5}, "
                                "{instrument: forward, asset: A, strike: 90, expiry: 30 d, quantity: -5}]",
                                kHedgers)
                               .text());
  for (const char* hedger : {"implied", "fixed"})
    for (const double x : run.pnl(hedger)) CHECK(std::abs(x) < 1e-10);
}

TEST_CASE("A hedged forward is riskless up to its costs") {
  const Run run = run_yaml(desk("[{instrument: forward, asset: A, strike: 100, expiry: 20 d, quantity: 10}]",
                                "{free: {model: black_scholes, costs: none}}")
                               .text());
  for (const double x : run.pnl("free")) CHECK(std::abs(x) < 1e-8);
}

TEST_CASE(
    "Without impact the P&L is linear in the book - with impact a larger book does worse than in "
    "proportion") {
  const std::string hedgers =
      "{linear: {model: black_scholes, costs: {impact: none}}, impact: {model: black_scholes}}";
  const auto at = [&](const std::string& quantity) {
    return run_yaml(
        desk("[{instrument: put, asset: A, strike: 100, expiry: 30 d, quantity: " + quantity + "}]", hedgers)
            .text());
  };
  const Run one = at("-100"), ten = at("-1000");
  for (std::size_t i = 0; i < one.plan().paths; ++i) {
    CHECK(std::abs(ten.pnl("linear")[i] - 10 * one.pnl("linear")[i]) < 1e-8);
    CHECK(ten.pnl("impact")[i] < 10 * one.pnl("impact")[i]);
  }
}

TEST_CASE("All hedgers see the same world: the unhedged P&L does not depend on who else is there") {
  const std::string put = "[{instrument: put, asset: A, strike: 100, expiry: 30 d, quantity: -1}]";
  const Run alone = run_yaml(desk(put, "{unhedged: {model: none}}").text()),
            together = run_yaml(desk(put, kHedgers).text());
  for (std::size_t i = 0; i < alone.plan().paths; ++i)
    CHECK(alone.pnl("unhedged")[i] == together.pnl("unhedged")[i]);
}

TEST_CASE("Implied volatility follows the variance of the regime, and today's quote gives a vega shock") {
  // Variance stays at (30 %)^2, today's quote is 20 %: a long option gains the difference at once.
  OneAsset config;
  config.market = "spot: 100, implied_vol: 20 %";
  config.positions = "[{instrument: call, asset: A, strike: 100, expiry: 1 y, quantity: 1}]";
  config.dynamics = "{model: gbm, volatility: 0}";
  config.simulation = "horizon: 1 d, step: 1 d, paths: 2";
  std::string text = config.text();
  const std::string flat = "{A: {model: gbm, volatility: 0}}}";
  text.replace(text.find(flat), flat.size(),
               "{A: {model: heston, volatility: 30 %, long_run_volatility: 30 %, mean_reversion: 1, "
               "vol_of_variance: 0, correlation: 0, drift: 0}}, implied_vol: {A: {premium: 10 %}}}");
  const Run run = run_yaml(text);
  const auto record = simulation::replay(*run.prepared, 0, 0, {0});
  const double spot = record.at("spot", 0, 1, 0), tau = 1 - 1.0 / 365;
  const double after = pricing::black_scholes_value({pricing::Right::call, 100, tau}, spot, 0.33, {});
  const double before = pricing::black_scholes_value({pricing::Right::call, 100, 1}, 100, 0.2, {});
  CHECK(std::abs(run.pnl("unhedged")[0] - (after - before)) < 1e-9);
}

TEST_CASE("A hedger of some assets gains what hedging them alone gains, and holds the others as they are") {
  const std::string call_a = "{instrument: call, asset: A, strike: 100, expiry: 30 d, quantity: -50}",
                    put_b = "{instrument: put, asset: B, strike: 20, expiry: 30 d, quantity: -200}";
  const auto at = [&](const std::string& positions) {
    OneAsset config = desk("[" + positions + "]",
                           "{some: {model: black_scholes, close_out: market, hedge: [A]}, other: {model: "
                           "black_scholes, close_out: market, hedge: [B]}, "
                           "all: {model: black_scholes, close_out: market}}");
    config.more_assets =
        ", B: {spot: 20, implied_vol: 60 %, rate: 1 %, half_spread: 20 bp, daily_volume: 1e5}";
    config.more_dynamics =
        ", B: {model: heston, volatility: 60 %, long_run_volatility: 60 %, mean_reversion: 3, "
        "vol_of_variance: 1, correlation: -0.5}";
    config.correlation = "[{between: [A, B], value: 0.5}]";
    return run_yaml(config.text());
  };
  const Run alone = at(call_a), both = at(call_a + ", " + put_b);
  double moved = 0;
  for (std::size_t i = 0; i < both.plan().paths; ++i) {
    const auto gain = [i](const Run& run, const char* hedger) {
      return run.pnl(hedger)[i] - run.pnl("unhedged")[i];
    };
    CHECK(std::abs(gain(both, "some") - gain(alone, "all")) < 1e-9);
    CHECK(std::abs(gain(both, "some") + gain(both, "other") - gain(both, "all")) < 1e-9);
    moved = std::max(moved, std::abs(gain(both, "other")));
  }
  CHECK(moved > 1);
  const simulation::PathRecord record = everything(both);
  for (std::size_t p = 0; p < record.path.size(); ++p)
    for (std::size_t step = 0; step < record.steps; ++step)
      for (const auto track : {"hedge", "fill", "cash", "delta"}) CHECK(record.at(track, p, step, 1) == 0);
}
