#include <algorithm>

#include "engine/config/load.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/problems.hpp"

using namespace unhedged;
using namespace unhedged::config;
using namespace unhedged::testing;

namespace {

/// Problems of a run around one scenario; `market` are further keys of the market, `asset` of asset A.
std::vector<std::string> problems(const std::string& scenario, const std::string& asset = "",
                                  const std::string& market = "", const std::string& hedger = "",
                                  const std::string& simulation = "horizon: 30 d, step: 12 h") {
  const std::string text = "name: t\nmarket: {" + market +
                           "assets: {A: {spot: 100, implied_vol: 20 %, half_spread: 1 bp, daily_volume: 1e6" +
                           asset +
                           "}, B: {spot: 50, implied_vol: 30 %}}}\nportfolio: [{instrument: spot, asset: A, "
                           "quantity: 1}]\nscenarios: [{name: s, " +
                           scenario + "}]\nhedgers: {h: {model: black_scholes" + hedger +
                           "}}\nsimulation: {" + simulation + ", paths: 100}\noutput: {file: x.h5}\n";
  return problems_of(text);
}

/// One regime with more keys.
std::vector<std::string> one(const std::string& keys,
                             const std::string& dynamics = "model: gbm, volatility: 1 x") {
  return problems("regimes: {r: {dynamics: {default: {" + dynamics + "}}" + keys + "}}");
}

/// Two regimes and a change between them.
std::vector<std::string> two(const std::string& transitions, const std::string& more = "") {
  const std::string gbm = "{dynamics: {default: {model: gbm, volatility: 1 x}}}";
  return problems("start: a, regimes: {a: " + gbm + ", b: " + gbm + "}, transitions: [" + transitions + "]" +
                  more);
}

}  // namespace

TEST_CASE("Jumps that would never end are refused, with their place") {
  const std::string merton =
      "model: merton, volatility: 1 x, jump_rate: 1, jump_mean: 0, jump_vol: 1 %, excitation: ";
  CHECK(one("", merton + "{branching: 0.5, half_life: 1 h}").empty());
  CHECK(reports(one("", merton + "{branching: 1, half_life: 1 h}"),
                {"dynamics.default.excitation.branching", "[0, 1)"}));
  CHECK(reports(one("", merton + "{branching: 0.5}"), {"excitation.half_life", "missing"}));
  CHECK(reports(one("", merton + "{branching: 0.5, half_life: 1 h, start: hot}"), {"start", "stationary"}));
  CHECK(reports(one("", "model: gbm, volatility: 1 x, excitation: {branching: 0.5, half_life: 1 h}"),
                {"excitation", "unknown key"}));
  CHECK(reports(one(", order_flow: {A: {rate: 10, same: 0.7, opposite: 0.3, half_life: 1 h, impact: 1 bp}}"),
                {"order_flow.A.same", "never end"}));
  CHECK(reports(one(", common_jumps: {c: {jump_rate: 1, jump_mean: 0, jump_vol: 1 %, loadings: {Z: 1}}}"),
                {"loadings.Z", "unknown asset"}));
  CHECK(reports(one(", common_jumps: {c: {jump_rate: 1, jump_mean: 0, jump_vol: 1 %, loadings: {A: 0}}}"),
                {"c.loadings", "no asset"}));
}

TEST_CASE("Events too many to go through are refused with the arithmetic, long runs are warned of") {
  const std::string merton = "model: merton, volatility: 1 x, jump_mean: 0, jump_vol: 1 %, jump_rate: ";
  CHECK(reports(
      one("", merton + "1e6, excitation: {branching: 0.999, half_life: 1 h}"),
      {"dynamics.default.excitation", "1370000 jumps a step", "1000000 / (1 - 0.999)", "at most 100000"}));
  CHECK(reports(one("", merton + "100, excitation: {branching: 0.9999, half_life: 10 d}"),
                {"dynamics.default.excitation", "stationary start", "start: quiet"}));
  const auto counts = [](const std::vector<std::string>& found) {
    return reports(found, {"a step"}) || reports(found, {"a path"});
  };
  CHECK_FALSE(
      counts(one("", merton + "100, excitation: {branching: 0.9999, half_life: 10 d, start: quiet}")));
  CHECK(reports(one(", order_flow: {A: {rate: 1e7, same: 0.999999, half_life: 1 s, impact: 1 bp}}"),
                {"order_flow.A", "orders a step"}));
  CHECK(one(", order_flow: {A: {rate: 1e4, same: 0.5, half_life: 1 h, impact: 1 bp}}").empty());
  CHECK(reports(one(", common_jumps: {c: {jump_rate: 1000, jump_mean: 0, jump_vol: 1 %, loadings: {A: 1}, "
                    "excitation: {branching: 0.999999, half_life: 1 s}}}"),
                {"common_jumps.c", "jumps a step"}));
  CHECK_FALSE(counts(one("", merton + "1e6")));  // plain jumps are summed at once
  const std::string many =
      "regimes: {r: {dynamics: {default: {model: gbm, volatility: 1 x}}, order_flow: {A: {rate: 5e6, same: "
      "0, half_life: 1 h, impact: 1 bp}}}}";
  CHECK_FALSE(counts(problems(many, "", "", "", "horizon: 30 d, step: 1 h")));
  const auto long_run = [&] {
    std::vector<std::string> out;
    const std::string text =
        "name: t\nmarket: {assets: {A: {spot: 1, implied_vol: 1 %}}}\nportfolio: [{instrument: spot, asset: "
        "A, quantity: 1}]\nscenarios: [{name: s, " +
        many +
        "}]\nhedgers: {h: {model: none}}\nsimulation: {horizon: 30 d, step: 1 h, paths: 1e6}\noutput: {file: "
        "x.h5}\n";
    for (const Problem& p : load_text(text, "t.yaml", {}).warnings) out.push_back(to_string(p));
    return out;
  }();
  CHECK(reports(long_run, {"order_flow.A", "411000 orders a path", "1000000 paths", "11.4 hours"}));
}

TEST_CASE("Keys of a state that no path would look at are refused: regimes carry") {
  const auto of = [](const std::string& a, const std::string& b, const std::string& transitions) {
    const std::string gbm = "dynamics: {default: {model: gbm, volatility: 1 x}}";
    return problems("start: a, regimes: {a: {" + gbm + a + "}, b: {" + gbm + b + "}}, transitions: [" +
                    transitions + "]");
  };
  const std::string there = "{from: a, to: b, rate: 5}", back = ", {from: b, to: a, rate: 5}";
  const auto mood = [](const std::string& more) {
    return ", sentiment: {A: {half_life: 1 d, volatility: 10 %" + more + "}}";
  };
  CHECK(of(mood(", initial: 1"), "", there).empty());
  CHECK(of("", mood(", initial: 1"), there + back).empty());
  CHECK(reports(of(mood(""), mood(", initial: 1"), there),
                {"regimes.b.sentiment.A.initial", "no effect", "on_entry: reset"}));
  CHECK(of(mood(""), mood(", initial: 1, on_entry: reset"), there).empty());
  CHECK(reports(of(mood(", on_entry: reset"), "", there),
                {"regimes.a.sentiment.A.on_entry", "no transition enters"}));
  CHECK(of(mood(", on_entry: reset"), "", there + back).empty());
  const std::string flow = ", order_flow: {A: {rate: 10, same: 0.5, half_life: 1 h, impact: 1 bp";
  CHECK(reports(of(flow + "}}", flow + ", start: quiet}}", there),
                {"regimes.b.order_flow.A.start", "no effect"}));
  CHECK(reports(of("", ", liquidity: {A: {on_entry: reset}}", there),
                {"regimes.b.liquidity.A.on_entry", "nothing moves the depth"}));
  CHECK(reports(of("", ", implied_vol: {A: {on_entry: reset, premium: 10 %}}", there),
                {"regimes.b.implied_vol.A.on_entry", "half_life"}));
  CHECK(
      reports(of("", ", variance: carry", there), {"regimes.b.variance", "no effect", "constant variance"}));
  CHECK(reports(of(", variance: reset", "", there + back), {"regimes.a.variance", "no effect"}));
}

TEST_CASE("Liquidity that could not work is refused") {
  CHECK(one(", liquidity: {A: {withdrawn_by_jump: 20 %, resilience: 1 h, noise: 10 %, participation: 5 %}}")
            .empty());
  CHECK(reports(one(", liquidity: {A: {half_spread: 20000 x}}"), {"half_spread", "more than the price"}));
  CHECK(reports(one(", liquidity: {A: {outages: 2}}"), {"outages", "no venues"}));
  CHECK(reports(one(", perpetual: {A: {funding: 0}}"), {"perpetual.A", "has no perpetual"}));
  CHECK(one(", perpetual: {default: {funding: 0}}").empty());
  CHECK(reports(one(", implied_vol: {A: {half_life: 1 d}}"), {"implied_vol.A.half_life", "no effect"}));
}

TEST_CASE("Depth needs no resilience to come back, and one that cannot before the horizon is warned of") {
  const std::string flow =
      ", order_flow: {A: {rate: 10, same: 0.5, half_life: 1 h, impact: 1 bp, drain: 1 %}}";
  for (const std::string withdrawn :
       {", liquidity: {A: {withdrawn_by_jump: 20 %", ", liquidity: {A: {noise: 20 %"}) {
    CHECK(one(withdrawn + "}}").empty());
    CHECK(one(withdrawn + ", resilience: 30 d}}").empty());
    CHECK(reports(one(withdrawn + ", resilience: 45 d}}"),
                  {"warning", "regimes.r.liquidity", "depth of A", "1.5 times the time left"}));
  }
  CHECK(one(flow).empty());
  CHECK(reports(one(flow + ", liquidity: {A: {resilience: 60 d}}"), {"warning", "2 times the time left"}));
  CHECK(one(", liquidity: {A: {half_spread: 2 x, resilience: 60 d}}").empty());
  const auto later = [](const std::string& at, const std::string& resilience) {
    const std::string gbm = "dynamics: {default: {model: gbm, volatility: 1 x}}";
    return problems("start: a, regimes: {a: {" + gbm + ", liquidity: {A: {" + resilience + "}}}, b: {" + gbm +
                    ", liquidity: {A: {noise: 10 %}}}}, transitions: [{from: a, to: b, at: " + at + "}]");
  };
  CHECK(later("10 d", "resilience: 20 d").empty());  // b keeps the half-life of a
  CHECK(reports(later("15 d", "resilience: 20 d"), {"warning", "regimes.b.liquidity", "1.33 times"}));
}

TEST_CASE("Correlations that cannot be meant are refused") {
  CHECK(one(", correlation: {blocks: [{assets: [A, B], within: 0.5}]}").empty());
  CHECK(reports(one(", correlation: {blocks: [{assets: [A, B]}]}"), {"blocks[0].within", "missing"}));
  CHECK(reports(one(", correlation: {blocks: [{assets: [A], within: 0.5}]}"),
                {"blocks[0].within", "no effect"}));
  CHECK(reports(one(", correlation: {blocks: [{assets: [A, Z], within: 0.5}]}"),
                {"blocks[0].assets[1]", "unknown asset"}));
  CHECK(
      reports(one(", correlation: {blocks: [{assets: [A]}, {assets: [A, B], within: 0}]}"), {"two blocks"}));
  CHECK(reports(one(", correlation: {blocks: [{assets: [A, B], within: 0.5}], between_blocks: 0.1}"),
                {"between_blocks", "no effect"}));
  CHECK(reports(one(", correlation: {variance: 1.5}"), {"correlation.variance", "[0, 1]"}));
}

TEST_CASE("Triggers no path can meet, and changes that never happen") {
  CHECK(two("{from: a, to: b, when: {drawdown: {asset: A, above: 10 %}}}").empty());
  CHECK(reports(two("{from: a, to: b, when: {drawdown: {asset: A, above: 100 %}}}"),
                {"drawdown.above", "can never be"}));
  CHECK(reports(two("{from: a, to: b, when: {realised_volatility: {asset: A, below: 0}}}"),
                {"realised_volatility.below", "can never be"}));
  CHECK(reports(two("{from: a, to: b, when: {drawdown: {asset: A}}}"),
                {"drawdown", "either `above` or `below`"}));
  CHECK(reports(two("{from: a, to: b, when: {drawdown: {asset: Z, above: 10 %}}}"),
                {"drawdown.asset", "unknown asset"}));
  CHECK(reports(two("{from: a, to: b, when: {}}"), {"when", "exactly one of"}));
  CHECK(reports(two("{from: a, to: b, when: {hedger_flow: {asset: A, above: 1 %}}}"),
                {"hedger_flow", "needs `feedback`"}));
  CHECK(reports(two("{from: a, to: b, when: {daily_volume: {asset: B, below: 1 x}}}"),
                {"daily_volume", "states no daily_volume"}));
  CHECK(reports(two("{from: a, to: b, at: 1 d, rate: 2}"), {"exactly one of"}));
  CHECK(two("{from: \"*\", to: b, rate: 2}").empty());
  CHECK(reports(two("{from: a, to: b, after: 40 d}"),
                {"warning", "transitions", "\"b\" is never entered before the horizon"}));
  CHECK(reports(two("{from: a, to: b, at: 2 d}, {from: b, to: a, at: 1 d}"),
                {"warning", "from \"b\" to \"a\" never happens"}));
  CHECK(reports(two("{from: a, to: b, at: 40 min}"), {"warning", "at", "1 is used"}));
  CHECK(reports(two("{from: a, to: b, after: 40 min}"), {"after", "at most twice its length"}));
  CHECK(reports(two("{from: a, to: b, after: 8 h}"), {"warning", "after", "1 is used"}));
}

TEST_CASE("Feedback, negative prices and sessions say what they need") {
  CHECK(reports(two("{from: a, to: b, rate: 1}", ", feedback: {crowding: 1}"),
                {"feedback", "market.assets.B.daily_volume"}));
  CHECK(reports(two("{from: a, to: b, rate: 1}", ", feedback: {crowding: 1, transient: 1}"),
                {"feedback.half_life", "missing"}));
  CHECK(reports(two("{from: a, to: b, rate: 1}", ", feedback: {crowding: 1, half_life: 1 h}"),
                {"feedback.half_life", "no effect"}));
  CHECK(reports(one("", "model: bachelier, volatility: fast"), {"volatility", "3 x"}));
  CHECK(reports(one("", "model: bachelier, volatility: -3"), {"volatility", ">= 0"}));
  const std::string shift =
      "start: a, regimes: {a: {dynamics: {default: {model: gbm, volatility: 1 x}}}, b: {on_entry: {A: "
      "{shift: -5 %}}, "
      "dynamics: {default: {model: gbm, volatility: 1 x}}}}, transitions: [{from: a, to: b, at: 1 d}]";
  CHECK(reports(problems(shift), {"on_entry.A.shift", "bachelier"}));
  CHECK(
      reports(one(", sentiment: {A: {half_life: 1 d, volatility: 10 %}}", "model: bachelier, volatility: 10"),
              {"sentiment.A.volatility", "no effect"}));
  const std::string gbm = "regimes: {r: {dynamics: {default: {model: gbm, volatility: 1 x}}}}",
                    sessions = "sessions: {overnight_variance: 30 %}, ";
  CHECK(reports(problems(gbm, "", sessions), {"market.sessions", "calendar: trading"}));
  CHECK(problems(gbm, "", "calendar: trading, " + sessions, "", "horizon: 3 d, step: 30 min").empty());
  CHECK(reports(problems(gbm, "", "calendar: trading, " + sessions, "", "horizon: 3 d, step: 1 h"),
                {"simulation.step", "6.5 steps"}));
  CHECK(reports(problems(gbm, "", "calendar: trading, " + sessions, "", "horizon: 2.5 d, step: 30 min"),
                {"simulation.horizon", "whole number"}));
  CHECK(reports(problems(gbm, "", "calendar: trading, " + sessions, "", "horizon: 3 d, steps: 3"),
                {"simulation.steps", "sessions"}));
  CHECK(reports(problems(gbm, "", "calendar: trading, " + sessions, ", rebalance: {every: 36 h}",
                         "horizon: 30 d, step: 30 min"),
                {"rebalance.every", "whole number"}));
}

TEST_CASE("Venues and perpetuals of the market") {
  const std::string gbm = "regimes: {r: {dynamics: {default: {model: gbm, volatility: 1 x}}}}";
  CHECK(problems(gbm,
                 ", venues: {x: {share: 60 %}, y: {share: 40 %, outage_rate: 3, outage_length: 1 h, "
                 "in_outage: stale}}")
            .empty());
  CHECK(reports(problems(gbm, ", venues: {x: {share: 60 %}}"), {"A.venues", "60 %, must be 100 %"}));
  CHECK(reports(problems(gbm, ", venues: {x: {share: 100 %, outage_rate: 3}}"),
                {"x.outage_length", "missing"}));
  CHECK(reports(problems(gbm, ", venues: {x: {share: 100 %, outage_length: 1 h}}"),
                {"x.outage_rate", "missing"}));
  CHECK(reports(problems(gbm, ", venues: {x: {share: 100 %, in_outage: stale}}"),
                {"x.in_outage", "no effect"}));
  CHECK(reports(problems(gbm, ", venues: {x: {share: 100 %, latency: 1 h}}"), {"x.latency", "whole number"}));
  CHECK(reports(problems(gbm, "", "", ", hedge_with: perpetual"), {"hedgers.h.hedge_with", "no asset"}));
  CHECK(problems(gbm, "", "", ", hedge: [B, A]").empty());
  CHECK(reports(problems(gbm, "", "", ", hedge: [a]"),
                {"hedgers.h.hedge[0]", "unknown asset \"a\"", "did you mean \"A\"?"}));
  CHECK(reports(problems(gbm, "", "", ", hedge: []"), {"hedgers.h.hedge", "is empty", "model: none"}));
  CHECK(reports(problems(gbm, "", "", ", hedge: [A, A]"), {"hedgers.h.hedge[1]", "named twice"}));
  CHECK(reports(problems(gbm, ", perpetual: {funding: 0}", "", ", hedge: [B], hedge_with: perpetual"),
                {"hedgers.h.hedge_with", "no asset that is hedged"}));
}

namespace {

/// Problems of a market with a quoted asset; `of_asset`: its further keys, `position`: those of the position.
std::vector<std::string> quoted(const std::string& of_asset, const std::string& position = "") {
  const std::string text = "name: t\nmarket: {assets: {A: {spot: 100" + of_asset +
                           "}}}\nportfolio: [{instrument: spot, asset: A, quantity: 1" + position +
                           "}]\nscenarios: [{name: s, regimes: {r: {dynamics: {A: {model: gbm, volatility: "
                           "1 x}}}}}]\nhedgers: {h: {model: black_scholes}}\n"
                           "simulation: {horizon: 30 d, step: 12 h, paths: 100}\noutput: {file: x.h5}\n";
  return problems_of(text);
}

std::vector<std::string> rows(const std::string& quotes) { return quoted(", surface: [" + quotes + "]"); }

std::string row(const std::string& expiry, const std::string& strike, const std::string& volatility) {
  return "{expiry: " + expiry + ", strike: " + strike + ", volatility: " + volatility + "}";
}

const std::string kThree =
    row("30 d", "90", "22 %") + ", " + row("30 d", "100", "20 %") + ", " + row("30 d", "110 %", "19 %");

}  // namespace

TEST_CASE("Surfaces of implied volatility say what is wrong with them, and where") {
  CHECK(rows(kThree).empty());
  CHECK(rows("{expiry: 30 d, delta: 0.25, volatility: 19 %}, {expiry: 30 d, delta: 50 %, volatility: 20 %}, "
             "{expiry: 30 d, delta: 0.75, volatility: 22 %}")
            .empty());
  CHECK(reports(rows("{expiry: 30 d, volatility: 20 %}, {expiry: 60 d, volatility: 12 %}"),
                {"warning", "A.surface", "misses the quotes"}));
  CHECK(rows("{expiry: 30 d, volatility: 20 %, skew: -3 %, curvature: 1 %}, {expiry: 60 d, volatility: 21 %, "
             "skew: -3 %, curvature: 1 %}")
            .empty());
  CHECK(reports(quoted(""), {"A.implied_vol", "missing", "surface"}));
  CHECK(reports(rows(""), {"A.surface", "is empty"}));
  CHECK(reports(rows(kThree + ", " + row("60 d", "100", "20 %")),
                {"surface[3].expiry", "1 quote;", "three strikes"}));
  CHECK(reports(rows(row("30 d", "100", "20 %")), {"surface[0].expiry", "1 quote;"}));
  CHECK(reports(rows(kThree + ", " + row("30 d", "110", "18 %")),
                {"surface[3]", "same expiry and strike as in market.assets.A.surface[2]"}));
  CHECK(reports(rows(kThree + ", " + row("30 d", "120", "-18 %")), {"surface[3].volatility", "-18 %"}));
  CHECK(reports(rows(kThree + ", " + row("0 d", "120", "18 %")), {"surface[3].expiry", "> 0"}));
  CHECK(
      reports(rows(kThree + ", " + row("2024-01-01", "120", "18 %")), {"surface[3].expiry", "market.date"}));
  CHECK(
      reports(rows(kThree + ", {expiry: 30 d, delta: 1, volatility: 18 %}"), {"surface[3].delta", "(0, 1)"}));
  CHECK(reports(rows(kThree + ", {expiry: 30 d, strike: 120, delta: 0.1, volatility: 18 %}"),
                {"surface[3].delta", "one of them"}));
  CHECK(
      reports(rows(kThree + ", {expiry: 60 d, volatility: 18 %}"), {"surface[3].strike", "cannot be mixed"}));
  CHECK(reports(rows(kThree + ", {expiry: 30 d, strike: 120, volatility: 18 %, skew: 2 %}"),
                {"surface[3].skew", "without strike"}));
  CHECK(reports(rows(kThree + ", {expiry: 30 d, strike: 120}"), {"surface[3].volatility", "missing"}));
  CHECK(reports(rows("{expiry: 30 d, volatility: 20 %}, {expiry: 30 d, volatility: 21 %}"),
                {"surface[1].expiry", "same expiry"}));
}

TEST_CASE("Surfaces that cannot be met, or leave an arbitrage, are warned of with the quote") {
  CHECK(reports(quoted(", surface: nowhere.csv"), {"A.surface", "nowhere.csv"}));
  CHECK(reports(
      rows(row("30 d", "90", "22 %") + ", " + row("30 d", "100", "60 %") + ", " + row("30 d", "110", "19 %")),
      {"warning", "surface[1]", "arbitrage", "dearer than its neighbours"}));
  CHECK(reports(
      rows(row("30 d", "90", "22 %") + ", " + row("30 d", "100", "60 %") + ", " + row("30 d", "110", "19 %")),
      {"warning", "misses the quotes by up to", "vol points", "surface[1]"}));
  CHECK(reports(rows(kThree + ", " + row("60 d", "90", "12 %") + ", " + row("60 d", "100", "10 %") + ", " +
                     row("60 d", "110", "9 %")),
                {"warning", "surface[3]", "cheaper than the expiry before"}));
  CHECK(reports(rows("{expiry: 30 d, volatility: 42}"),
                {"warning", "surface[0].volatility", "did you mean 42 %?"}));
  CHECK(reports(rows("{expiry: 36, volatility: 42 %}"), {"surface[0].expiry", "36"}));
  CHECK(reports(quoted(", implied_vol: 20 %", ", implied_vol: 30 %"),
                {"portfolio[0].implied_vol", "has no implied_vol"}));
}
