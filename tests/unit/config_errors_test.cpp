#include <algorithm>

#include "engine/config/load.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/problems.hpp"

using namespace unhedged;
using namespace unhedged::config;
using namespace unhedged::testing;

namespace {

const std::string kGood = R"(name: t
market:
  date: 2020-03-11
  assets:
    A: {spot: 100, implied_vol: 20 %, daily_volume: 1e6}
    B: {spot: 50, implied_vol: 30 %}
  correlation: [{between: [A, B], value: 0.5}]
portfolio:
  - {instrument: call, asset: A, strike: 100, expiry: 30 d, quantity: -1}
scenarios:
  - name: s
    regimes:
      r: {dynamics: {default: {model: gbm, volatility: 1 x}}}
hedgers:
  h: {model: black_scholes, rebalance: {every: 1 d}}
simulation: {horizon: 30 d, step: 1 d, paths: 100}
risk: {limits: {es_99: 5}}
output: {file: x.h5}
)";

/// Problems of the good text after one replacement.
std::vector<std::string> problems(const std::string& from, const std::string& to,
                                  Repair repair = Repair::warn) {
  std::string text = kGood;
  const auto at = text.find(from);
  REQUIRE(at != std::string::npos);
  text.replace(at, from.size(), to);
  LoadOptions options;
  options.repair = repair;
  return problems_of(text, options);
}

}  // namespace

TEST_CASE("A sound configuration has no problems") { CHECK(problems("name: t", "name: t").empty()); }

TEST_CASE("Each kind of bad value is reported with its place and what would be accepted") {
  struct Row {
    std::string from, to;
    std::vector<std::string> parts;
  };
  const Row rows[] = {
      {"every: 1 d",
       "evry: 1 d",
       {"t.yaml:15:", "hedgers.h.rebalance.evry", "did you mean \"every\"?", "allowed: every, any"}},
      {"spot: 100", "spot: -100", {"t.yaml:5:15", "market.assets.A.spot", "must be > 0"}},
      {"spot: 100", "spot: abc", {"market.assets.A.spot", "not a price"}},
      {"spot: 100, ", "", {"market.assets.A.spot", "is missing"}},
      {"implied_vol: 20 %", "implied_vol: -20 %", {"implied_vol", "must be"}},
      {"value: 0.5", "value: 1.5", {"correlation[0].value", "[-1, 1]"}},
      {"between: [A, B]", "between: [A, C]", {"between[1]", "unknown asset \"C\"", "allowed: A, B"}},
      {"between: [A, B]", "between: [A, A]", {"between", "itself"}},
      {"between: [A, B]", "between: [A]", {"between", "must be two"}},
      {"asset: A", "asset: AA", {"portfolio[0].asset", "unknown asset \"AA\"", "did you mean \"A\"?"}},
      {"expiry: 30 d", "expiry: 2020-03-10", {"portfolio[0].expiry", "past"}},
      {"expiry: 30 d", "expiry: -3 d", {"portfolio[0].expiry", "must be > 0"}},
      {"expiry: 30 d", "expiry: 8 h", {"portfolio[0].expiry", "8 h away", "at most twice"}},
      {"expiry: 30 d, ", "", {"portfolio[0].expiry", "a call needs an expiry"}},
      {"strike: 100, ", "", {"portfolio[0].strike", "needs a strike"}},
      {"instrument: call", "instrument: spot", {"portfolio[0].strike", "has no strike"}},
      {"instrument: call", "instrument: cal", {"instrument", "did you mean \"call\"?"}},
      {"volatility: 1 x", "volatility: -1 x", {"dynamics.default.volatility", ">= 0"}},
      {"model: gbm", "model: gbn", {"dynamics.default.model", "did you mean \"gbm\"?"}},
      {"default: {model", "C: {model", {"dynamics.C", "unknown asset"}},
      {"default: {model", "A: {model", {"dynamics", "says nothing of B"}},
      {"model: black_scholes", "model: blackscholes", {"hedgers.h.model", "did you mean \"black_scholes\"?"}},
      {"rebalance: {every: 1 d}", "rebalance: {every: 36 h}", {"rebalance.every", "1.5 steps"}},
      {"step: 1 d", "step: 7 d", {"simulation.step", "whole number"}},
      {"step: 1 d", "step: 1 d, steps: 30", {"simulation", "either"}},
      {"paths: 100", "paths: 1.5", {"simulation.paths", "whole number"}},
      {"paths: 100", "paths: 010", {"simulation.paths", "octal"}},
      {"es_99", "es_98", {"risk.limits.es_98", "did you mean", "es_95"}},
      {"limits: {es_99: 5}",
       "scenario_weights: {t: 1}",
       {"risk.scenario_weights.t", "unknown scenario", "\"s\""}},
      {"limits: {es_99: 5}", "scenario_weights: {t: 1}", {"risk.scenario_weights", "has no weight of \"s\""}},
      {"limits: {es_99: 5}", "scenario_weights: {s: 0}", {"at least one weight must be positive"}},
      {"limits: {es_99: 5}", "scenario_weights: {s: -1}", {"risk.scenario_weights.s", ">= 0"}},
      {"output: {file: x.h5}", "output: {}", {"output.file", "is missing"}},
      {"output: {file: x.h5}", "output: x.h5", {"output", "a single value stands where a map"}},
      {"scenarios:\n  - name: s",
       "scenarios:\n  - no_such_scenario\n  - name: s",
       {"scenarios[0]", "unknown scenario"}},
      {"  h: {model", "  unhedged: {model", {"hedgers.unhedged", "kept for"}},
  };
  for (const Row& row : rows) {
    INFO(row.from << " -> " << row.to);
    const auto found = problems(row.from, row.to);
    for (const auto& text : found) UNSCOPED_INFO(text);
    bool all = false;
    for (const auto& text : found)
      all = all || std::ranges::all_of(
                       row.parts, [&](const std::string& p) { return text.find(p) != std::string::npos; });
    CHECK(all);
  }
}

TEST_CASE("All problems are reported in one pass") {
  const auto found = problems("A: {spot: 100, implied_vol: 20 %", "A: {spot: 0, implied_vol: 0, typo: 1");
  CHECK(reports(found, {"spot"}));
  CHECK(reports(found, {"implied_vol"}));
  CHECK(reports(found, {"typo"}));
}

TEST_CASE("Regimes and transitions that cannot work are refused") {
  const std::string two = R"(start: a
    regimes:
      a: {dynamics: {default: {model: gbm, volatility: 1 x}}}
      b: {dynamics: {default: {model: heston, long_run_volatility: 1 x, mean_reversion: 30,
                               vol_of_variance: 1, correlation: 0}}}
    transitions: [{from: a, to: b, at: 3 d}])";
  const std::string one = "regimes:\n      r: {dynamics: {default: {model: gbm, volatility: 1 x}}}";
  const auto with = [&](const std::string& from, const std::string& to) {
    std::string changed = two;
    changed.replace(changed.find(from), from.size(), to);
    return problems(one, changed);
  };
  CHECK(with("at: 3 d", "at: 3 d").empty());
  CHECK(with("at: 3 d", "at: 3.5 d").empty());
  CHECK(reports(with("at: 3 d", "at: 1.5 d"),
                {"warning", "transitions[0].at", "1.5 d is 1.5 steps; 2 are used"}));
  CHECK(reports(with("at: 3 d", "at: 3 d, after: 3 d"), {"exactly one of"}));
  CHECK(reports(with("at: 3 d", "at: 300 d"),
                {"warning", "transitions", "\"b\" is never entered before the horizon"}));
  CHECK(reports(with("to: b", "to: c"), {"unknown regime \"c\""}));
  CHECK(reports(with("to: b", "to: a"), {"regimes.b", "never entered"}));
  CHECK(reports(with("start: a", "start: b"), {"volatility", "must say what the variance starts from"}));
  CHECK(reports(with("start: a\n    ", ""), {"start", "is missing"}));
  CHECK(reports(with("b: {dynamics", "b: {variance: reset, dynamics"),
                {"regimes.b.variance", "no volatility"}));
  CHECK(reports(with("model: heston,", "model: heston, volatility: 1 x,"), {}) == false);
  CHECK(reports(with("b: {dynamics: {default: {model: heston,",
                     "b: {variance: carry, dynamics: {default: {model: heston, volatility: 1 x,"),
                {"has no effect"}));
  CHECK(with("b: {dynamics", "b: {on_entry: {A: {jump_mean: -29 %}}, trading: halted, dynamics").empty());
  CHECK(reports(with("a: {dynamics", "a: {on_entry: {A: {jump_mean: -29 %}}, dynamics"),
                {"regimes.a.on_entry", "has no effect"}));
  CHECK(reports(with("b: {dynamics", "b: {on_entry: {Z: {jump_mean: 1 %}}, dynamics"),
                {"on_entry.Z", "unknown asset"}));
  CHECK(reports(with("b: {dynamics", "b: {liquidity: {B: {daily_volume: 2 x}}, dynamics"),
                {"states no daily_volume"}));
}

TEST_CASE("Parameters that are sound one by one and not together") {
  const std::string gbm = "{model: gbm, volatility: 1 x}";
  const std::string heston = "volatility: 1 x, long_run_volatility: 1 x, correlation: 0, ";
  const std::string svcj =
      "{model: svcj, " + heston +
      "vol_of_variance: 0.1, jump_rate: 1, jump_mean: 0, jump_vol: 0, variance_jump_mean: 0.5, ";
  CHECK(reports(problems(gbm, svcj + "mean_reversion: 1, jump_correlation: 2}"),
                {"jump_correlation", "infinite"}));
  CHECK(reports(problems(gbm, svcj + "mean_reversion: 0, jump_correlation: 0}"),
                {"mean_reversion", "must be > 0"}));
  CHECK(problems(gbm, svcj + "mean_reversion: 4, jump_correlation: -1}").empty());
  CHECK(reports(
      problems(
          gbm,
          "{model: kou, volatility: 0.2, jump_rate: 1, up_probability: 0.5, up_mean: 1, down_mean: 0.1}"),
      {"up_mean", "(0, 1)"}));
}

TEST_CASE("A matrix that is no correlation matrix is repaired with a warning, or refused") {
  const std::string three =
      "correlation: [{between: [A, B], value: 0.9}, {between: [A, C], value: 0.9}, {between: [B, C], value: "
      "-0.9}]";
  std::string text = kGood;
  text.replace(text.find("  correlation:"),
               std::string("  correlation: [{between: [A, B], value: 0.5}]").size(),
               "    C: {spot: 1, implied_vol: 10 %}\n  " + three);
  const Configuration repaired = load_text(text, "t.yaml", {});
  REQUIRE(repaired.warnings.size() == 1);
  CHECK(repaired.warnings[0].message.find("nearest correlation matrix") != std::string::npos);
  CHECK(repaired.repairs.size() == 1);
  LoadOptions strict;
  strict.repair = Repair::refuse;
  CHECK_THROWS_AS(load_text(text, "t.yaml", strict), ConfigError);
}

TEST_CASE("Overrides replace values and are checked like the file") {
  LoadOptions options;
  options.overrides = {
      {"simulation.paths", "2e3"}, {"portfolio[0].strike", "90 %"}, {"risk.confidence", "0.9"}};
  const Configuration c = load_text(kGood, "t.yaml", options);
  CHECK(c.plan.paths == 2000);
  CHECK(c.plan.assets[0].book.buckets[0].calls[0].strike == 90);
  CHECK(c.plan.risk.confidence == 0.9);
  options.overrides = {{"simulation.pats", "5"}};
  CHECK_THROWS_AS(load_text(kGood, "t.yaml", options), ConfigError);
  options.overrides = {{"portfolio[7].strike", "5"}};
  CHECK_THROWS_AS(load_text(kGood, "t.yaml", options), ConfigError);
}

TEST_CASE("Slips that pass as sound are warned of in words") {
  struct Row {
    std::string from, to;
    std::vector<std::string> parts;
  };
  const Row rows[] = {
      {"implied_vol: 20 %",
       "implied_vol: 42",
       {"t.yaml:5:33: warning: market.assets.A.implied_vol: is 4 200 % a year",
        "usually 0.5 % to 300 % a year", "did you mean 42 %?"}},
      {"implied_vol: 20 %", "implied_vol: 0.2 %", {"market.assets.A.implied_vol: is 0.2 % a year"}},
      {"spot: 100,", "spot: 100, rate: 5,", {"rate: is 500 % a year", "did you mean 5 %?"}},
      {"spot: 100,", "spot: 100, half_spread: 0.5,", {"half_spread: is 50 %", "usually at most 10 %"}},
      {"value: 0.5", "value: -0.999", {"correlation[0].value: is -0.999", "usually -0.995 to 0.995"}},
      {"{model: gbm, volatility: 1 x}",
       "{model: gbm, volatility: 20}",
       {"volatility: is 2 000 % a year", "did you mean 20 %?"}},
      {"{model: gbm, volatility: 1 x}",
       "{model: merton, volatility: 1 x, jump_rate: 1, jump_mean: 0, jump_vol: 3}",
       {"jump_vol: is 300 %", "usually at most 100 %", "did you mean 3 %?"}},
      {"{model: gbm, volatility: 1 x}",
       "{model: merton, volatility: 1 x, jump_rate: 2e5, jump_mean: -5, jump_vol: 0}",
       {"jump_mean: is -500 %", "usually -150 % to 150 %"}},
      {"{model: gbm, volatility: 1 x}",
       "{model: merton, volatility: 1 x, jump_rate: 2e5, jump_mean: 0, jump_vol: 0}",
       {"jump_rate: is 200 000 a year", "usually at most 100 000 a year"}},
      {"strike: 100", "strike: 2", {"portfolio[0].strike: is 2 % of today's spot, usually 5 % to 2 000 %"}},
      {"expiry: 30 d", "expiry: 300 y", {"portfolio[0].expiry: is 300 y, usually at most 30 y"}},
  };
  for (const Row& row : rows) {
    INFO(row.to);
    const auto found = problems(row.from, row.to);
    for (const auto& text : found) UNSCOPED_INFO(text);
    CHECK(std::ranges::any_of(found, [&](const std::string& text) {
      return text.find("warning") != std::string::npos &&
             std::ranges::all_of(row.parts,
                                 [&](const std::string& p) { return text.find(p) != std::string::npos; });
    }));
  }
}

TEST_CASE("Times without units are refused at their place") {
  CHECK(reports(problems("expiry: 30 d", "expiry: 30"),
                {"portfolio[0].expiry", "\"30\" has no unit", "write 30 s, min, h, d"}));
  CHECK(reports(problems("step: 1 d", "step: 1e-9"), {"simulation.step", "has no unit"}));
  CHECK(reports(problems("step: 1 d", "step: 1e-9 d"), {"simulation.step", "more than 10 million steps"}));
  CHECK(reports(problems("every: 1 d", "every: 1"), {"rebalance.every", "has no unit"}));
}

TEST_CASE("Strict loading refuses what is otherwise warned of") {
  std::string text = kGood;
  LoadOptions strict;
  strict.warnings = LoadOptions::Warnings::refuse;
  CHECK_NOTHROW(load_text(text, "t.yaml", strict));
  text.replace(text.find("implied_vol: 20 %"), 17, "implied_vol: 42  ");
  CHECK(load_text(text, "t.yaml", {}).warnings.size() == 1);
  try {
    load_text(text, "t.yaml", strict);
    CHECK(false);
  } catch (const ConfigError& error) {
    REQUIRE(error.problems().size() == 1);
    CHECK(error.problems()[0].severity == Severity::error);
    CHECK(error.problems()[0].message.ends_with("(a warning, which --strict refuses)"));
  }
}
