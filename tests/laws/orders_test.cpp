#include <cmath>

#include "engine/simulation/track.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/run_yaml.hpp"
#include "tests/support/statistics.hpp"

// What becomes of an order that is not filled at once, and what others see of it.

using namespace unhedged::testing;
using namespace unhedged;

namespace {

OneAsset desk() {
  OneAsset config;
  config.market = "spot: 100, implied_vol: 40 %, half_spread: 0, daily_volume: 100";
  config.positions = "[{instrument: forward, asset: A, strike: 100, expiry: 60 d, quantity: -30}]";
  config.hedgers = "{h: {model: black_scholes, volatility: 40 %, costs: none, rebalance: {every: 10 d}}}";
  config.simulation = "horizon: 10 d, step: 6 h, paths: 300, seed: 5";
  return config;
}

constexpr const char* kHalt = R"(start: open, regimes: {
      open: {dynamics: {A: {model: gbm, volatility: 40 %}}LIQUIDITY},
      shut: {dynamics: {A: {model: gbm, volatility: 40 %}}, trading: halted}},
    transitions: [{from: open, to: shut, at: AT}, {from: shut, to: open, after: 1 d}])";

}  // namespace

TEST_CASE("A halt holds up what waits under a cap - when trading resumes it goes on") {
  OneAsset config = desk();
  std::string text = kHalt;
  text.replace(text.find("LIQUIDITY"), 9, ", liquidity: {A: {participation: 20 %}}");
  text.replace(text.find("at: AT"), 6, "at: 1 d");
  config.scenario = text;
  config.market = "spot: 100, implied_vol: 40 %, half_spread: 0, daily_volume: 1e4";
  const auto record = everything(run_yaml(config.text()));
  for (std::size_t p = 0; p < record.path.size(); ++p) {
    for (std::size_t t = 4; t < 8; ++t) CHECK(record.at("fill", p, t, 0) == 0);
    CHECK(record.at("hedge", p, 3, 0) < 29);  // some five units a step: 20 % of a quarter of 1e4
    CHECK(record.at("fill", p, 8, 0) > 0);
    CHECK(std::abs(record.at("hedge", p, 39, 0) - 30) < 1e-9);
  }
}

TEST_CASE("An order decided in a halt is filled when trading resumes") {
  OneAsset config = desk();
  config.hedgers = "{h: {model: black_scholes, volatility: 40 %, costs: none, rebalance: {every: 5 d}}}";
  std::string text = kHalt;
  text.replace(text.find("LIQUIDITY"), 9, "");
  text.replace(text.find("at: AT"), 6, "at: 5 d");
  config.scenario = text;
  config.positions = "[{instrument: call, asset: A, strike: 100, expiry: 60 d, quantity: -30}]";
  const auto record = everything(run_yaml(config.text()));
  for (std::size_t p = 0; p < record.path.size(); ++p) {
    for (std::size_t t = 20; t < 24; ++t) CHECK(record.at("fill", p, t, 0) == 0);
    CHECK(std::abs(record.at("hedge", p, 24, 0) + record.at("delta", p, 20, 0)) < 1e-9);
  }
}

TEST_CASE("The flow of hedgers counts an order once, however seldom the desk looks") {
  OneAsset config = desk();
  config.market = "spot: 100, implied_vol: 40 %, half_spread: 0, daily_volume: 3e5";
  config.hedgers = "{h: {model: black_scholes, volatility: 40 %, rebalance: {every: 5 d}}}";
  config.simulation = "horizon: 4 d, step: 1 h, paths: 256, seed: 5";
  config.scenario = R"(start: a, regimes: {
      a: {dynamics: {A: {model: gbm, volatility: 40 %}}},
      b: {dynamics: {A: {model: gbm, volatility: 80 %}}}},
    transitions: [{from: a, to: b, when: {hedger_flow: {asset: A, above: 3 %, half_life: 1 d}}}],
    feedback: {crowding: 1})";  // an order of 30 units is 1 % of the volume
  const auto record = everything(run_yaml(config.text()));
  for (std::size_t p = 0; p < record.path.size(); ++p)
    for (std::size_t t = 0; t < record.steps; ++t) REQUIRE(record.regime[p * record.steps + t] == 0);
  const std::size_t at = config.scenario.find("above: 3 %");
  config.scenario.replace(at, 10, "above: 0.9 %");
  const auto crossed = everything(run_yaml(config.text()));
  for (std::size_t p = 0; p < crossed.path.size(); ++p) CHECK(crossed.regime[p * crossed.steps + 1] == 1);
}

TEST_CASE("What is recorded of a hedger does not depend on who shares its belief") {
  OneAsset config = desk();
  config.positions = "[{instrument: call, asset: A, strike: 100, expiry: 60 d, quantity: -30}]";
  const std::string slow = "h: {model: black_scholes, volatility: 40 %, rebalance: {every: 5 d}}";
  config.hedgers = "{" + slow + "}";
  const auto alone = everything(run_yaml(config.text()));
  config.hedgers = "{" + slow + ", quick: {model: black_scholes, volatility: 40 %}}";
  const auto shared = everything(run_yaml(config.text()));
  bool same = true;
  for (std::size_t p = 0; p < alone.path.size(); ++p)
    for (std::size_t t = 0; t < alone.steps; ++t)
      same = same && alone.at("delta", p, t, 0) == shared.at("delta", p, t, 0);
  CHECK(same);
}

TEST_CASE(
    "A latency of a step is the same desk a step late, and one that arrives after the horizon never trades") {
  OneAsset config = desk();
  config.positions = "[{instrument: call, asset: A, strike: 100, expiry: 60 d, quantity: -30}]";
  const auto with = [&](const std::string& latency) {
    config.hedgers = "{h: {model: black_scholes, volatility: 40 %, costs: none" + latency + "}}";
    return everything(run_yaml(config.text()));
  };
  const auto at_once = with(""), late = with(", latency: 6 h"), later = with(", latency: 15 h"),
             never = with(", latency: 11 d");
  for (std::size_t p = 0; p < at_once.path.size(); ++p)
    for (std::size_t t = 0; t + 1 < at_once.steps; ++t) {
      CHECK(std::abs(late.at("hedge", p, t, 0) - (t < 1 ? 0 : at_once.at("hedge", p, t - 1, 0))) < 1e-12);
      CHECK(std::abs(later.at("hedge", p, t, 0) - (t < 3 ? 0 : at_once.at("hedge", p, t - 3, 0))) < 1e-12);
      CHECK(never.at("hedge", p, t, 0) == 0);
    }
}

TEST_CASE(
    "Hedge and what is pending are the target after every look of a desk with a latency, capped and halted") {
  OneAsset config = desk();
  config.positions = "[{instrument: call, asset: A, strike: 100, expiry: 60 d, quantity: -30}]";
  config.scenario = kHalt;
  config.scenario.replace(config.scenario.find("LIQUIDITY"), 9, ", liquidity: {A: {participation: 20 %}}");
  config.scenario.replace(config.scenario.find("at: AT"), 6, "at: 2 d");
  for (const char* law : {"fixed", "exponential"}) {
    config.hedgers = std::string("{h: {model: black_scholes, volatility: 40 %, latency: 9 h, latency_law: ") +
                     law + ", close_out: none}}";
    const auto record = everything(run_yaml(config.text()));
    double worst = 0, waiting = 0;
    for (std::size_t p = 0; p < record.path.size(); ++p)
      for (std::size_t t = 0; t + 1 < record.steps; ++t) {
        const double pending = record.at("pending", p, t, 0);
        worst =
            std::max(worst, std::abs(record.at("hedge", p, t, 0) + pending + record.at("delta", p, t, 0)));
        waiting = std::max(waiting, std::abs(pending));
      }
    CHECK(worst < 1e-12);
    CHECK(waiting > 10);
  }
}

TEST_CASE("Latency counts hours of the session: over a night it takes a step of the session more") {
  OneAsset config = desk();
  config.calendar = "trading";
  config.sessions = "{overnight_variance: 20 %}";
  config.simulation = "horizon: 3 d, step: 3.25 h, paths: 256, seed: 5";
  config.hedgers =
      "{h: {model: black_scholes, volatility: 40 %, costs: none, latency: 6.5 h, rebalance: {every: 3 d}}}";
  const auto record = everything(run_yaml(config.text()));
  // Open 0, noon 1, close 2, open 3: an order of a whole session is at the market at the close it ends with.
  for (std::size_t t = 0; t < record.steps; ++t)
    CHECK(record.at("hedge", 0, t, 0) == (t < 2 ? 0 : t + 1 < record.steps ? 30 : 0));
}

TEST_CASE(
    "A drawn latency holds a share e^(-t / mean) of the orders up for longer than t, the same for all "
    "hedgers") {
  OneAsset config = desk();
  config.simulation = "horizon: 10 d, step: 6 h, paths: 4000, seed: 5";
  config.hedgers =
      R"({h: {model: black_scholes, volatility: 40 %, costs: none, rebalance: {every: 10 d}, latency: 12 h,
      latency_law: exponential}, g: {model: black_scholes, volatility: 30 %, costs: none,
                                     rebalance: {every: 10 d},
      latency: 24 h, latency_law: exponential}})";
  const Run run = run_yaml(config.text());
  const auto one = everything(run, 0, 0), other = everything(run, 0, 1);
  StatisticalFamily family(1e-4, 3);
  const auto paths = static_cast<double>(one.path.size());
  for (const std::size_t t : {1u, 2u, 5u}) {
    double up = 0;
    for (std::size_t p = 0; p < one.path.size(); ++p) up += one.at("hedge", p, t, 0) == 0 ? 1 : 0;
    const double exact = std::exp(-0.5 * static_cast<double>(t));
    family.check("orders on their way after " + std::to_string(t) + " steps", up / paths,
                 std::sqrt(exact * (1 - exact) / paths), exact);
  }
  for (std::size_t p = 0; p < one.path.size(); ++p)  // twice the mean, the same draw
    for (std::size_t t = 0; 2 * t + 1 < one.steps; ++t)
      if (other.at("hedge", p, 2 * t, 0) != 0) CHECK(one.at("hedge", p, t, 0) != 0);
}

TEST_CASE(
    "What is recorded of the book under feedback is at the price of its time - before the crowd moves it") {
  OneAsset config = desk();
  config.market = "spot: 100, implied_vol: 40 %, half_spread: 0, daily_volume: 1e4";
  config.positions = "[{instrument: put, asset: A, strike: 100, expiry: 60 d, quantity: -30}]";
  config.hedgers = "{h: {model: black_scholes, volatility: 40 %, costs: none}}";
  config.scenario =
      "start: a, regimes: {a: {dynamics: {A: {model: gbm, volatility: 40 %}}}}, feedback: {crowding: 5}";
  const Run run = run_yaml(config.text());
  const auto record = everything(run);
  const double mark = run.plan().positions[0].mark * -30, spread = 1e-9 * std::abs(mark);
  for (std::size_t p = 0; p < record.path.size(); ++p) {
    CHECK(std::abs(record.at("book_value", p, 0, 0) - mark) < spread);
    CHECK(std::abs(record.at("pnl_so_far", p, 0, 0)) < spread);
  }
}

TEST_CASE("A settlement delay is worth the interest on what is paid later, whatever is filled") {
  OneAsset config;
  config.market = "spot: 100, implied_vol: 30 %, rate: 6 %, yield: 2 %, half_spread: 10 bp";
  config.positions = "[{instrument: call, asset: A, strike: 100, expiry: 30 d, quantity: -10}]";
  config.dynamics = "{model: gbm, volatility: 40 %}";
  for (const std::string close : {"mid", "none", "market"}) {
    const std::string keys = "model: black_scholes, latency: 12 h, close_out: " + close;
    config.hedgers = "{at_once: {" + keys + "}, later: {" + keys + ", settlement_delay: 2 d}}";
    config.simulation = "horizon: 10 d, step: 12 h, paths: 300, seed: 3";
    const Run run = run_yaml(config.text());
    const simulation::PathRecord record = everything(run);
    const auto track = [&](const char* name, std::size_t path, std::size_t step) {
      return record.track[simulation::track_index(name)][path * record.steps + step];
    };
    const double saved = 1 - std::exp(-0.06 * 2 / 365);
    for (std::size_t path = 0; path < 300; ++path) {
      double interest = 0;
      for (std::size_t step = 0; step < record.steps; ++step) {
        if (step + 1 == record.steps && close != "market") break;
        const double fill = track("fill", path, step), price = track("spot", path, step);
        interest += saved * (fill * price + std::abs(fill) * price * 0.001) *
                    std::exp(0.06 * 0.5 / 365 * static_cast<double>(record.steps - 1 - step));
      }
      CHECK_THAT(run.pnl("later")[path] - run.pnl("at_once")[path],
                 Catch::Matchers::WithinAbs(interest, 1e-9));
    }
  }
}
