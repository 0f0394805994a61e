#include "engine/config/load.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/problems.hpp"

// What is refused of objectives, rules and ways to trade, with its place and the reason.

using namespace unhedged;
using namespace unhedged::config;
using namespace unhedged::testing;

namespace {

std::vector<std::string> problems_of_hedger(const std::string& hedger) {
  return problems_of(R"(name: t
market:
  date: 2020-03-11
  assets:
    A: {spot: 100, implied_vol: 20 %, daily_volume: 1e6}
    B: {spot: 50, implied_vol: 30 %}
  correlation: [{between: [A, B], value: 0.5}]
portfolio:
  - {instrument: call, asset: A, strike: 100, expiry: 30 d, quantity: -1}
scenarios: [{name: s, regimes: {r: {dynamics: {default: {model: gbm, volatility: 1 x}}}}}]
hedgers:
  h: )" + hedger + R"(
simulation: {horizon: 30 d, step: 1 d, paths: 100}
output: {file: x.h5}
)",
                     {});
}

std::vector<std::string> problems(const std::string& keys) {
  return problems_of_hedger("{model: black_scholes, " + keys + "}");
}

bool has(const std::string& text, const std::string& part) { return text.find(part) != std::string::npos; }

struct Row {
  std::string keys, place, reason;
};

void check_refused(std::initializer_list<Row> rows) {
  for (const Row& row : rows) {
    INFO(row.keys);
    const auto found = problems(row.keys);
    REQUIRE(!found.empty());
    INFO(found.front());
    CHECK(has(found.front(), row.place));
    CHECK(has(found.front(), row.reason));
  }
}

}  // namespace

TEST_CASE("What a trader writes of rules is read, nested and with units") {
  for (const char* keys :
       {"hedge: [A], rebalance: {any: [{every: 4 d}, {move: 1.5 sd}], unless: {daily_volume: 0.2 x}}",
        "rebalance: {move: {sd: 2, over: 4 h}}", "rebalance: {move: 2}", "rebalance: {every: step}",
        "rebalance: {whalley_wilmott: 0.001}", "rebalance: {at: [0, 1 d, 2020-03-20]}",
        "rebalance: {whalley_wilmott: {risk_aversion: 1, cost: 5 bp, stop_at: edge}}",
        "rebalance: {all: [{every: 2 d}, {not: {half_spread: 20 bp}}]}", "rebalance: {}",
        "lot: 0.1, minimum: {A: 1}, slices: 4, rate_limit: {share: 10 %}",
        "hedge: [A], slices: {number: 3, risk_aversion: 1e-6}", "hedge: [B], objective: proxy"}) {
    INFO(keys);
    CHECK(problems(keys) == std::vector<std::string>{});
  }
}

TEST_CASE("Rules that contradict each other, say nothing or can never trade are refused") {
  check_refused({
      {"rebalance: {every: 2 d, unless: {every: 2 d}}", "hedgers.h.rebalance: ", "contradicts itself"},
      {"rebalance: {all: [{move: 2 sd}, {not: {move: 2}}]}", "hedgers.h.rebalance: ", "contradicts itself"},
      {"rebalance: {all: [{at: [1 d]}, {at: [2 d]}]}", "hedgers.h.rebalance: ", "never trades"},
      {"rebalance: {not: {any: [{every: step}, {delta_band: 1 %}]}}",
       "hedgers.h.rebalance: ", "never trades"},
      {"rebalance: {any: []}", "hedgers.h.rebalance.any: ", "is an empty list of rules"},
      {"rebalance: {any: [{every: 1 d}, {}]}", "hedgers.h.rebalance.any[1]: ", "says nothing"},
      {"rebalance: {unless: {}}", "hedgers.h.rebalance.unless: ", "says nothing"},
      {"rebalance: {any: {every: 1 d}}", "hedgers.h.rebalance.any: ", "a list of rules"},
      {"rebalance: {unless: {halfspread: 1 bp}}",
       "hedgers.h.rebalance.unless.halfspread: ", "did you mean \"half_spread\"?"},
      {"rebalance: {at: []}", "hedgers.h.rebalance.at: ", "is an empty list of times"},
      {"rebalance: {at: [1 d, 30 d]}", "hedgers.h.rebalance.at[1]: ", "between today and the horizon"},
      {"rebalance: {any: [{every: 36 h}, {move: 1 sd}]}",
       "hedgers.h.rebalance.any[0].every: ", "whole number of simulation steps"},
      {"rebalance: {move: 0 sd}", "hedgers.h.rebalance.move: ", "must be > 0"},
      {"rebalance: {move: 2 %}", "hedgers.h.rebalance.move: ", "standard deviations such as 1.5 sd"},
      {"rebalance: {move: {over: 1 d}}", "hedgers.h.rebalance.move.sd: ", "is missing"},
      {"rebalance: {whalley_wilmott: {cost: 1 bp}}",
       "rebalance.whalley_wilmott.risk_aversion: ", "is missing"},
      {"rebalance: {unless: {half_spread: 3 x}}",
       "hedgers.h.rebalance.unless.half_spread: ", "is a multiple of what market.assets.A does not state"},
      {"rebalance: {unless: {daily_volume: 3 x}}",
       "hedgers.h.rebalance.unless.daily_volume: ", "is a multiple of what market.assets.B does not state"},
  });
}

TEST_CASE("Ways to trade that cannot be are refused") {
  check_refused({
      {"lot: 0", "hedgers.h.lot: ", "must be > 0"},
      {"lot: -1", "hedgers.h.lot: ", "must be > 0"},
      {"lot: {C: 1}", "hedgers.h.lot.C: ", "unknown asset"},
      {"minimum: 0", "hedgers.h.minimum: ", "must be > 0"},
      {"slices: 0", "hedgers.h.slices: ", "[1, 10000]"},
      {"slices: 31", "hedgers.h.slices: ", "more than the 30 steps to the horizon"},
      {"slices: {number: 1, risk_aversion: 1}", "hedgers.h.slices.risk_aversion: ", "no effect"},
      {"slices: {number: 4, risk_aversion: 1}",
       "hedgers.h.slices.risk_aversion: ", "needs market.assets.B.daily_volume"},
      {"hedge: [A], costs: none, slices: {number: 4, risk_aversion: 1}",
       "hedgers.h.slices.risk_aversion: ", "needs orders of A to have impact"},
      {"rate_limit: {}", "hedgers.h.rate_limit: ", "either `units` or `share`"},
      {"rate_limit: {units: 1, share: 1}", "hedgers.h.rate_limit: ", "either `units` or `share`"},
      {"lot: 100, rate_limit: {units: 1}", "hedgers.h.rate_limit: ", "less than a lot"},
  });
}

TEST_CASE("Nobody holds an account who does nothing, and a desk that never trades does") {
  const std::string account =
      "account: {covers: all, collateral: {cash: 9}, margin: {model: fraction, initial: "
      "10 %, maintenance: 5 %}}";
  const auto found = problems_of_hedger("{model: none, " + account + "}");
  REQUIRE(found.size() == 1);
  CHECK(has(found.front(), "hedgers.h.account: "));
  const std::string instead = "model: black_scholes, rebalance: {delta_band: 10}";
  CHECK(has(found.front(), instead));
  for (const std::string& warning : problems_of_hedger("{" + instead + ", " + account + "}")) {
    INFO(warning);
    CHECK(has(warning, "warning: "));
    CHECK_FALSE(has(warning, "hedgers.h.account: "));
  }
}

TEST_CASE("Objectives that the book or the market do not allow are refused") {
  check_refused({
      {"objective: proxy", "hedgers.h.objective: ", "every asset of the book is traded itself"},
      {"hedge: [A], objective: proxy", "hedgers.h.objective: ", "every asset of the book is traded itself"},
      {"hedge: [B], objective: {strategy: proxy, correlation: 0}",
       "hedgers.h.objective: ", "A is not correlated with any asset that is traded"},
      {"objective: volatility_scaled", "hedgers.h.objective.limit: ", "is missing"},
      {"objective: {strategy: volatility_scaled, limit: 0}", "hedgers.h.objective.limit: ", "(0, 100]"},
      {"objective: {strategy: delta_neutral, hedge_ratio: -1}",
       "hedgers.h.objective.hedge_ratio: ", "[0, 10]"},
  });
}

TEST_CASE(
    "Volatilities that a desk works out itself are refused where that cannot be, with place and reason") {
  for (const char* keys :
       {"volatility: {realised: {window: 5 d}}", "volatility: {realised: {half_life: 3 d, every: 2 d}}",
        "volatility: {realised: {lambda: 0.94, prior: 30 %}}", "volatility: recalibrated",
        "volatility: recalibrated, recalibrate: {every: 2 d, expiry: 60 d}"})
    CHECK(problems(keys).empty());
  check_refused({
      {"volatility: {realised: {}}", "h.volatility.realised", "needs one of"},
      {"volatility: {realised: {window: 5 d, lambda: 0.9}}", "h.volatility.realised", "needs one of"},
      {"volatility: {realised: {window: 1 d, every: 2 d}}", "h.volatility.realised.window", "is shorter"},
      {"volatility: {realised: {window: 5 d, every: 36 h}}", "h.volatility.realised.every", "whole"},
      {"volatility: {realised: {lambda: 1}}", "h.volatility.realised.lambda", "must be in (0, 1)"},
      {"volatility: {window: 5 d}", "h.volatility.realised", "is missing"},
      {"volatility: implied, recalibrate: {every: 2 d}", "h.recalibrate", "has no effect"},
      {"volatility: recalibrated, recalibrate: {every: 36 h}", "h.recalibrate.every", "whole"},
  });
}

TEST_CASE("Hedge options that no desk could hold are refused with their place and the reason") {
  const auto option = [](const std::string& rest) {
    return "objective: delta_vega, hedge_with: [{instrument: call, asset: A, strike: 100 %, " + rest + "}]";
  };
  const std::string fine = "expiry: 60 d, roll_at: 20 d";
  CHECK(problems(option(fine)).empty());
  CHECK(
      problems("objective: delta_gamma_vega, hedge_with: [spot, {instrument: call, asset: A, strike: 1.1, " +
               fine + "}, {instrument: put, asset: A, strike: 90 %, expiry: 30 d, roll_at: 20 d}]")
          .empty());
  const std::string twice = "{instrument: call, asset: A, strike: 100 %, " + fine + "}";
  check_refused({
      {option("expiry: 20 d, roll_at: 20 d"), "h.hedge_with[0].roll_at", "is not below the expiry"},
      {option("expiry: 20 d, roll_at: 12 h"), "h.hedge_with[0].roll_at", "might expire before it is rolled"},
      {option("expiry: 60 h, roll_at: 48 h"), "h.hedge_with[0].roll_at", "less than a step"},
      {option("expiry: 60 d"), "h.hedge_with[0].roll_at", "is missing"},
      {"hedge: [B], " + option(fine), "h.hedge_with[0].asset", "`hedge` leaves it out"},
      {"hedge_with: [" + twice + "]", "h.hedge_with", "holds none of"},
      {"objective: delta_gamma", "h.objective", "needs one option in `hedge_with`"},
      {"objective: delta_gamma_vega, hedge_with: [" + twice + "]", "h.objective", "A has 1"},
      {"objective: delta_gamma_vega, hedge_with: [" + twice + ", {instrument: put, asset: A, strike: 80 %, " +
           fine + "}]",
       "h.hedge_with[1].expiry", "in proportion"},
      {"objective: delta_vega, hedge_with: [" + twice +
           ", {instrument: call, asset: A, strike: 100 %, expiry: 9 "
           "d, roll_at: 2 d}]",
       "h.objective", "A has 2"},
      {"hedge_with: [spot, spot]", "h.hedge_with[1]", "second one"},
      {"objective: delta_vega, hedge_with: [{instrument: call, asset: Z, strike: 100 %, " + fine + "}]",
       "h.hedge_with[0].asset", "unknown asset"},
  });
}
