#include <cmath>

#include "tests/support/catch.hpp"
#include "tests/support/run_yaml.hpp"

// What rules and execution do to a whole run, and what they leave alone.

using namespace unhedged;
using namespace unhedged::testing;

namespace {

OneAsset desk(const std::string& hedgers, const std::string& quantity = "-50") {
  OneAsset config;
  config.market =
      "spot: 100, implied_vol: 40 %, rate: 3 %, yield: 1 %, half_spread: 10 bp, daily_volume: 1e6";
  config.positions = "[{instrument: call, asset: A, strike: 100, expiry: 30 d, quantity: " + quantity + "}]";
  config.dynamics =
      "{model: bates, volatility: 50 %, long_run_volatility: 60 %, mean_reversion: 3, vol_of_variance: 1.2, "
      "correlation: -0.7, jump_rate: 20, jump_mean: -8 %, jump_vol: 5 %}";
  config.regime = ", liquidity: {A: {withdrawn_by_jump: 60 %, resilience: 2 d, noise: 20 %}}";
  config.hedgers = hedgers;
  config.simulation = "horizon: 20 d, step: 12 h, paths: 500, seed: 6";
  return config;
}

std::string with(const std::string& keys) {
  return "{model: black_scholes, close_out: market, " + keys + "}";
}

void same(const Run& run, const std::string& one, const std::string& other) {
  INFO(one << " and " << other);
  for (std::size_t i = 0; i < run.plan().paths; ++i) CHECK(run.pnl(one)[i] == run.pnl(other)[i]);
}

double difference(const Run& run, const std::string& one, const std::string& other) {
  double sum = 0;
  for (std::size_t i = 0; i < run.plan().paths; ++i) sum += std::abs(run.pnl(one)[i] - run.pnl(other)[i]);
  return sum;
}

}  // namespace

TEST_CASE("Rules that say what `every` and `delta_band` say leave the same bits, written in any way") {
  const Run run = run_yaml(
      desk("{old: " + with("rebalance: {every: 1 d, delta_band: 4 %}") +
           ", listed: " + with("rebalance: {all: [{every: 1 d}, {delta_band: 4 %}]}") +
           ", nested: " + with("rebalance: {any: [{delta_band: 4 %, not: {not: {every: 1 d}}}]}") +
           ", always: " + with("rebalance: {every: 1 d, delta_band: 4 %, unless: {half_spread: 100 %}}") +
           ", each: " + with("rebalance: {every: step}") +
           ", never_thin: " + with("rebalance: {unless: {daily_volume: 1}}") +
           ", plain: " + with("hedge: [A]") + ", two: " + with("rebalance: {every: 2 d}") +
           ", at: " + with("rebalance: {at: [0, 2 d, 4 d, 6 d, 8 d, 10 d, 12 d, 14 d, 16 d, 18 d]}") + "}")
          .text());
  for (const char* other : {"listed", "nested", "always"}) same(run, "old", other);
  same(run, "plain", "each");
  same(run, "plain", "never_thin");
  same(run, "two", "at");
  CHECK(difference(run, "old", "plain") > 1);
}

TEST_CASE("A rule that lets nobody trade in a thin market holds the hedge there, by what the desk is shown") {
  const Run run = run_yaml(desk("{calm: " + with("rebalance: {unless: {half_spread: 1.5 x}}") + "}").text());
  const simulation::PathRecord seen = everything(run, 0, 0);
  std::size_t held_up = 0;
  for (std::size_t p = 0; p < seen.path.size(); ++p)
    for (std::size_t step = 0; step + 1 < seen.steps; ++step) {
      const bool wide = seen.at("half_spread", p, step, 0) > 1.5 * 0.001;
      held_up += wide ? 1 : 0;
      if (wide) CHECK(seen.at("fill", p, step, 0) == 0);
      else CHECK(std::abs(seen.at("hedge", p, step, 0) + seen.at("delta", p, step, 0)) < 1e-9);
    }
  CHECK(held_up > 100);
}

TEST_CASE("Whalley and Wilmott's band is never left by more than rounding, and a wider one trades less") {
  const auto ww = [](const std::string& aversion) {
    return with("rebalance: {whalley_wilmott: {risk_aversion: " + aversion + ", cost: 10 bp}}");
  };
  const Run run = run_yaml(desk("{timid: " + ww("1") + ", bold: " + ww("1e-3") + "}").text());
  double turnover[2] = {0, 0};
  for (std::size_t h = 0; h < 2; ++h) {
    const simulation::PathRecord seen = everything(run, 0, h);
    for (std::size_t p = 0; p < seen.path.size(); ++p)
      for (std::size_t step = 0; step + 1 < seen.steps; ++step)
        turnover[h] += std::abs(seen.at("fill", p, step, 0));
  }
  CHECK(turnover[1] < 0.8 * turnover[0]);
}

TEST_CASE("Who shares a belief with one that asks for more Greeks keeps every bit") {
  const std::string often = "{plain: " + with("rebalance: {every: 2 d}");
  const Run alone = run_yaml(desk(often + "}").text()),
            both = run_yaml(desk(often + ", ww: " + with("rebalance: {whalley_wilmott: 1e-2}") + "}").text());
  for (std::size_t i = 0; i < alone.plan().paths; ++i) CHECK(alone.pnl("plain")[i] == both.pnl("plain")[i]);
}

TEST_CASE("Under every rule and every way to trade a position of nothing costs nothing") {
  const std::string hedgers =
      "{a: " + with("rebalance: {any: [{move: 1.5 sd}, {whalley_wilmott: 1}]}, lot: 0.1") +
      ", b: " + with("slices: {number: 4, risk_aversion: 1e-6}, rate_limit: {units: 0.1}") +
      ", c: " + with("minimum: 0.5, rebalance: {at: [1 d, 3 d], unless: {daily_volume: 0.5 x}}") + "}";
  const std::string call = "{instrument: call, asset: A, strike: 100, expiry: 30 d, quantity: ";
  OneAsset config = desk(hedgers);
  config.positions = "[" + call + "5}, " + call + "-5}]";
  const Run run = run_yaml(config.text());
  for (const char* hedger : {"a", "b", "c"})
    for (const double x : run.pnl(hedger)) CHECK(x == 0);
}

TEST_CASE("Lots, pace and slices keep to themselves: one slice, a fine lot and a fast pace change nothing") {
  const Run run =
      run_yaml(desk("{plain: " + with("hedge: [A]") + ", one: " + with("slices: 1") +
                    ", fast: " + with("rate_limit: {share: 10000 %}") + ", fine: " + with("lot: 1e-9") +
                    ", coarse: " + with("lot: {A: 5}") + ", slow: " + with("rate_limit: {units: 0.05}") +
                    ", sliced: " + with("slices: 4") +
                    ", eager: " + with("slices: {number: 4, risk_aversion: 1}") + "}")
                   .text());
  same(run, "plain", "one");
  same(run, "plain", "fast");
  for (std::size_t i = 0; i < run.plan().paths; ++i) {
    CHECK(std::abs(run.pnl("plain")[i] - run.pnl("fine")[i]) < 1e-5);
    CHECK(std::abs(run.pnl("plain")[i] - run.pnl("eager")[i]) < 0.1);
  }
  for (const char* other : {"coarse", "slow", "sliced"}) CHECK(difference(run, "plain", other) > 1);
  const std::size_t coarse = 4, slow = 5;
  const simulation::PathRecord lots = everything(run, 0, coarse), paced = everything(run, 0, slow);
  for (std::size_t p = 0; p < lots.path.size(); ++p)
    for (std::size_t step = 0; step + 1 < lots.steps; ++step) {
      const double held = lots.at("hedge", p, step, 0);
      CHECK(held == 5 * std::round(held / 5));
      CHECK(std::abs(lots.at("delta", p, step, 0) + held) < 5);
      CHECK(std::abs(paced.at("fill", p, step, 0)) <= 0.05 * 12 + 1e-12);
    }
}
