#include <cmath>
#include <functional>
#include <map>
#include <set>

#include "engine/config/schema.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/run_yaml.hpp"

// Lengths of time where the market closes: hours are those of a session, and a stay takes no time at night.

using namespace unhedged;
using namespace unhedged::testing;

namespace {

/// Sessions of 13 steps of half an hour; a night brings a quarter of the variance of a day.
OneAsset closing() {
  OneAsset config;
  config.calendar = "trading";
  config.sessions = "{overnight_variance: 25 %, weekend: 1.6}";
  config.market = "spot: 100, implied_vol: 40 %, half_spread: 10 bp, daily_volume: 1e6";
  config.positions = "[{instrument: call, asset: A, strike: 100, expiry: 60 d, quantity: -1}]";
  config.hedgers = "{h: {model: black_scholes, volatility: 40 %, costs: none}}";
  config.simulation = "horizon: 5 d, step: 30 min, paths: 256, seed: 5";
  return config;
}

/// Every key that states a half-life, a mean length or a window, each with 3 h.
const char* const kDurations = R"(name: durations
market:
  calendar: trading
  sessions: {overnight_variance: 25 %, weekend: 1.6}
  assets:
    A:
      {spot: 100, implied_vol: 40 %, half_spread: 5 bp, daily_volume: 1e5, perpetual: {funding: 1 %,
          basis_vol: 1 %, basis_half_life: 3 h},
       venues: {x: {share: 100 %, latency: 3 h, outage_rate: 20, outage_length: 3 h}},
       surface: [{expiry: 3 h, volatility: 40 %}]}
    B: {spot: 100, implied_vol: 40 %, half_spread: 5 bp, daily_volume: 1e5, perpetual: {funding: 1 %}}
portfolio: [{instrument: call, asset: A, strike: 100, expiry: 10 d, quantity: -40}]
scenarios:
  - name: s
    start: merton
    regimes:
      merton:
        dynamics: {default: {model: merton, volatility: 40 %, jump_rate: 50, jump_mean: 0, jump_vol: 5 %,
                             excitation: {branching: 0.4, half_life: 3 h}}}
        correlation: {spike: 0.5, blend: 3 h}
        liquidity: {default: {resilience: 3 h, withdrawn_by_jump: 10 %}}
        common_jumps: {c: {jump_rate: 90, jump_mean: 0, jump_vol: 3 %, loadings: {default: 1},
                           excitation: {branching: 0.5, half_life: 3 h}}}
        sentiment: {default: {half_life: 3 h, volatility: 1 %}}
        order_flow: {default: {rate: 4000, same: 0.5, half_life: 3 h, impact: 2 bp}}
      kou: {dynamics: {default: {model: kou, volatility: 30 %, jump_rate: 60, up_probability: 40 %,
                                 up_mean: 3 %, down_mean: 5 %, excitation: {branching: 0.4, half_life: 3 h}}},
            perpetual: {A: {funding: 0, basis_vol: 1 %, basis_half_life: 3 h}}}
      bates: {dynamics: {default: {model: bates, volatility: 3 x, long_run_volatility: 2 x,
                                   mean_reversion: 10, vol_of_variance: 2, correlation: -0.5, jump_rate: 150,
                                   jump_mean: -5 %, jump_vol: 5 %, excitation: {branching: 0.4,
                                     half_life: 3 h}}}, implied_vol: {default: {half_life: 3 h}}}
      svcj: {dynamics: {default: {model: svcj, volatility: 50 %, long_run_volatility: 2 x,
                                  mean_reversion: 10, vol_of_variance: 2, correlation: -0.5, jump_rate: 80,
                                    jump_mean: -5 %,
                                  jump_vol: 5 %, variance_jump_mean: 0.2, jump_correlation: -0.3,
                                    excitation: {branching: 0.3, half_life: 3 h}}}}
    transitions:
      - {from: merton, to: kou, at: 3 h}
      - {from: kou, to: bates, after: 3 h}
      - {from: bates, to: svcj, when: {realised_volatility: {asset: A, above: 2 x, half_life: 3 h}}}
      - {from: svcj, to: merton, when: {hedger_flow: {asset: A, above: 1 %, half_life: 3 h}}}
    feedback: {crowding: 1, transient: 1, half_life: 3 h}
hedgers: {h: {model: black_scholes, volatility: 40 %, rebalance: {every: 3 h}, latency: 3 h}}
simulation: {horizon: 5 d, step: 30 min, paths: 256}
output: {file: x.h5}
)";

using Scenario = world::Scenario;
using Decays = std::map<std::string, std::function<double(const Scenario&)>>;

const world::AssetRegime& regime(const Scenario& s, std::size_t r) { return s.regimes[r].assets[0]; }

/// Speed a year of what each key states a half-life of.
Decays decays() {
  const std::string regimes = "scenarios[].regimes.NAME.", dynamics = regimes + "dynamics.NAME(",
                    excitation = ").excitation.half_life";
  return {
      {"market.assets.NAME.perpetual.basis_half_life",
       [](const Scenario& s) { return regime(s, 0).perpetual.basis_decay; }},
      {regimes + "perpetual.NAME.basis_half_life",
       [](const Scenario& s) { return regime(s, 1).perpetual.basis_decay; }},
      {dynamics + "merton" + excitation, [](const Scenario& s) { return regime(s, 0).excitation->decay; }},
      {dynamics + "kou" + excitation, [](const Scenario& s) { return regime(s, 1).excitation->decay; }},
      {dynamics + "bates" + excitation, [](const Scenario& s) { return regime(s, 2).excitation->decay; }},
      {dynamics + "svcj" + excitation, [](const Scenario& s) { return regime(s, 3).excitation->decay; }},
      {regimes + "common_jumps.NAME.excitation.half_life",
       [](const Scenario& s) { return s.regimes[0].common_jumps[0].excitation->decay; }},
      {regimes + "liquidity.NAME.resilience",
       [](const Scenario& s) { return regime(s, 0).liquidity.recovery; }},
      {regimes + "implied_vol.NAME.half_life", [](const Scenario& s) { return regime(s, 2).quote_decay; }},
      {regimes + "sentiment.NAME.half_life", [](const Scenario& s) { return regime(s, 0).sentiment->decay; }},
      {regimes + "order_flow.NAME.half_life",
       [](const Scenario& s) { return regime(s, 0).order_flow->decay; }},
      {"scenarios[].transitions[].when.realised_volatility.half_life",
       [](const Scenario& s) { return s.transitions[2].trigger.decay; }},
      {"scenarios[].transitions[].when.hedger_flow.half_life",
       [](const Scenario& s) { return s.transitions[3].trigger.decay; }},
      {"scenarios[].feedback.half_life", [](const Scenario& s) { return s.feedback->decay; }},
  };
}

/// Lengths in years, and counts of steps of a session.
std::map<std::string, std::function<double(const Scenario&)>> lengths() {
  return {{"scenarios[].regimes.NAME.correlation.blend",
           [](const Scenario& s) { return s.regimes[0].blend_years; }},
          {"market.assets.NAME.surface[].expiry",
           [](const Scenario& s) { return s.today[0].surface->slices()[0].expiry_years; }},
          {"market.assets.NAME.venues.NAME.outage_length",
           [](const Scenario& s) { return s.today[0].venues[0].outage_years; }}};
}
std::map<std::string, std::function<double(const Scenario&)>> counts() {
  return {{"scenarios[].transitions[].at",
           [](const Scenario& s) { return static_cast<double>(s.transitions[0].step); }},
          {"scenarios[].transitions[].after",
           [](const Scenario& s) { return static_cast<double>(s.transitions[1].step); }},
          {"market.assets.NAME.venues.NAME.latency",
           [](const Scenario& s) { return static_cast<double>(s.today[0].venues[0].latency); }}};
}

std::vector<std::size_t> regimes_of(const std::string& scenario,
                                    const std::string& simulation = "horizon: 5 d, step: 30 min, paths: 2") {
  OneAsset config = closing();
  config.scenario = scenario;
  config.simulation = simulation;
  const auto record = everything(run_yaml(config.text()));
  return {record.regime.begin(), record.regime.begin() + static_cast<std::ptrdiff_t>(record.steps)};
}

const std::string kGbm = "{dynamics: {A: {model: gbm, volatility: 40 %}}}";

}  // namespace

TEST_CASE("Every key that states a length of time acts in the hours of a session, and none is missing here") {
  const auto configuration = config::load_text(kDurations, "durations.yaml", {});
  const Scenario& scenario = configuration.plan.scenarios[0];
  const double session_hours = 6 * scenario.grid.dt_years;  // three hours in steps of thirty minutes
  std::set<std::string> known{"output.checkpoint",          // of the clock on the wall
                              "simulation.horizon",
                              "simulation.step",
                              "portfolio[].expiry",
                              "portfolio[].observed",
                              "portfolio[].starts",
                              "hedgers.NAME.rebalance.every",
                              "hedgers.NAME.rebalance.move.over",
                              "hedgers.NAME.rebalance.at",
                              "hedgers.NAME.latency",
                              "hedgers.NAME.settlement_delay",
                              "hedgers.NAME.account.check",
                              "hedgers.NAME.account.margin.look_ahead",
                              "hedgers.NAME.account.on_breach.grace",
                              "hedgers.NAME.account.on_breach.pause",
                              "hedgers.NAME.account.adl.out_for",
                              "yardsticks[].NAME.look_ahead",
                              "hedgers.NAME.hedge_with.expiry",
                              "hedgers.NAME.hedge_with.roll_at",
                              "hedgers.NAME.volatility.realised.window",
                              "hedgers.NAME.recalibrate.every",
                              "hedgers.NAME.recalibrate.expiry",
                              "hedgers.NAME.volatility.realised.half_life",
                              "hedgers.NAME.volatility.realised.every",
                              "hedgers.NAME.objective(volatility_scaled).volatility"};
  for (const auto& [key, decay] : decays()) {
    INFO(key);
    CHECK(std::abs(std::exp(-decay(scenario) * session_hours) - 0.5) < 1e-12);
    known.insert(key);
  }
  for (const auto& [key, length] : lengths()) {
    INFO(key);
    CHECK(std::abs(length(scenario) / session_hours - 1) < 1e-12);
    known.insert(key);
  }
  for (const auto& [key, count] : counts()) {
    INFO(key);
    CHECK(count(scenario) == 6);
    known.insert(key);
  }
  CHECK(configuration.plan.hedgers[0].rebalance.every_steps == 6);
  CHECK(std::abs(configuration.plan.hedgers[0].latency.steps - 6) < 1e-9);
  for (const config::KeyRow& row : config::run_keys())
    if (row.accepted.find("a time such as") != std::string::npos &&
        row.key.find(".history.") == std::string::npos) {
      INFO(row.key << " states a length of time: say here what nights do to it");
      CHECK(known.count(row.key) == 1);
    }
}

TEST_CASE("A half-life of a day halves over a session and the mean of its nights: five of them over a week") {
  std::string text = kDurations;
  for (std::size_t at = text.find("half_life: 3 h"); at != std::string::npos;
       at = text.find("half_life: 3 h"))
    text.replace(at, 14, "half_life: 1 d");
  const auto configuration = config::load_text(text, "durations.yaml", {});
  const Scenario& scenario = configuration.plan.scenarios[0];
  const double week = scenario.grid.time(5 * scenario.grid.steps_per_day());
  CHECK(std::abs(std::exp(-scenario.feedback->decay * week) - std::exp2(-5)) < 1e-12);
  CHECK(std::abs(std::exp(-regime(scenario, 0).excitation->decay / 252) - 0.5) < 1e-12);
}

TEST_CASE(
    "Depth comes back by half in the stated hours of a session - a night counts as the hours that bring its "
    "variance") {
  OneAsset config = closing();
  config.dynamics = "{model: merton, volatility: 0.1 %, jump_rate: 60, jump_mean: -20 %, jump_vol: 0}";
  config.regime = ", liquidity: {A: {withdrawn_by_jump: 60 %, resilience: 2 h}}";
  const Run run = run_yaml(config.text());
  const auto record = everything(run);
  const auto gone = [&](std::size_t p, std::size_t t) {
    return 1 - record.at("daily_volume", p, t, 0) / 1e6;
  };
  const double night_hours = 6.5 * (5 * 0.25 / 5.6) / 0.75;  // within the week
  double in_session = 0, over_night = 0;
  int sessions = 0, nights = 0;
  for (std::size_t p = 0; p < record.path.size(); ++p)
    for (std::size_t t = 0; t + 4 < record.steps; ++t) {
      const auto calm = [&](std::size_t steps) {
        return std::log(record.at("spot", p, t + steps, 0) / record.at("spot", p, t, 0)) > -0.1;
      };
      if (gone(p, t) < 1e-3) continue;
      if (t % 14 + 4 <= 13 && calm(4)) {
        in_session = std::max(in_session, std::abs(gone(p, t + 4) / gone(p, t) - 0.5));
        ++sessions;
      }
      if (t % 14 == 13 && t != 69 && calm(1)) {
        over_night =
            std::max(over_night, std::abs(gone(p, t + 1) / gone(p, t) - std::exp2(-night_hours / 2)));
        ++nights;
      }
    }
  CHECK(sessions > 1000);
  CHECK(nights > 100);
  CHECK(in_session < 1e-9);
  CHECK(over_night < 1e-9);
}

TEST_CASE(
    "A stay takes no time at night: from today `after` is `at`, and a halt from the close lasts into the "
    "next session") {
  const auto at = regimes_of("start: a, regimes: {a: " + kGbm + ", b: " + kGbm +
                             "}, transitions: [{from: a, to: b, at: 12 h}]");
  const auto after = regimes_of("start: a, regimes: {a: " + kGbm + ", b: " + kGbm +
                                "}, transitions: [{from: a, to: b, after: 12 h}]");
  CHECK(at == after);
  for (std::size_t t = 0; t + 1 < at.size(); ++t)
    CHECK(at[t] == (t >= 14 + 11 ? 1u : 0u));  // 5.5 h into the second session
  const auto halt =
      regimes_of("start: a, regimes: {a: " + kGbm + ", b: " + kGbm +
                     "}, transitions: [{from: a, to: b, at: 1 d}, {from: b, to: a, after: 40 min}]",
                 "horizon: 5 d, step: 10 min, paths: 2");
  // Sessions of 39 steps: the close is 39, the next open 40; forty minutes of trading are over at 44.
  for (std::size_t t = 0; t + 1 < halt.size(); ++t) CHECK(halt[t] == (t >= 39 && t < 44 ? 1u : 0u));
  const auto days = regimes_of("start: a, regimes: {a: " + kGbm + ", b: " + kGbm +
                               "}, transitions: [{from: a, to: b, at: 3 h}, {from: b, to: a, after: 2 d}]");
  for (std::size_t t = 0; t + 1 < days.size(); ++t)
    CHECK(days[t] == (t >= 6 && t < 6 + 28 ? 1u : 0u));  // the same hour, two days on
}

TEST_CASE(
    "An order on its way takes no time at night either: from the close it arrives so long after the next "
    "open") {
  OneAsset config = closing();
  config.market += ", venues: {x: {share: 100 %, latency: 1 h}}";
  config.hedgers = "{h: {model: black_scholes, volatility: 40 %, rebalance: {every: 1 d}}}";
  const auto record = everything(run_yaml(config.text()));
  for (std::size_t p = 0; p < 20; ++p)
    for (std::size_t t = 0; t + 1 < record.steps; ++t) {
      const bool due = t == 2 || (t > 14 && t % 14 == 2);  // decided today at the open and at the closes
      CHECK((record.at("fill", p, t, 0) != 0) == due);
    }
}

TEST_CASE(
    "Lengths of time beyond every horizon are lengths of time: nothing comes back, changes or arrives") {
  for (const char* far : {"1e9 d", "1e300 d"}) {
    OneAsset config = closing();
    const std::string time(far);
    config.market += ", venues: {x: {share: 100 %, latency: " + time + "}}";
    config.scenario =
        "start: a, regimes: {a: {dynamics: {A: {model: merton, volatility: 40 %, jump_rate: 500, jump_mean: "
        "0, jump_vol: 1 %, excitation: {branching: 0.5, half_life: " +
        time + ", start: quiet}}}, liquidity: {A: {withdrawn_by_jump: 1 %, resilience: " + time +
        "}}}, b: " + kGbm + "}, transitions: [{from: a, to: b, after: " + time +
        "}, {from: b, to: a, at: " + time + "}]";
    const auto record = everything(run_yaml(config.text()));
    for (std::size_t t = 0; t < record.steps; ++t) {
      CHECK(record.at("hedge", 0, t, 0) == 0);
      CHECK(record.regime[t] == 0);
      if (t > 0)
        CHECK(record.at("daily_volume", 0, t, 0) <= record.at("daily_volume", 0, t - 1, 0) * (1 + 1e-9));
    }
  }
}

TEST_CASE("A cap on participation is a share of what a session trades, all of the day's volume") {
  OneAsset config = closing();
  config.market = "spot: 100, implied_vol: 40 %, half_spread: 0, daily_volume: 100";
  config.regime = ", liquidity: {A: {participation: 20 %}}";
  const auto record = everything(run_yaml(config.text()));
  for (std::size_t p = 0; p < 100; ++p) {
    CHECK(std::abs(record.at("fill", p, 0, 0) * 100 - 0.2 * 100 / 14) < 1e-9);
    double traded = 0;  // at the open, at twelve times in between, and at the close
    for (std::size_t t = 0; t < 14; ++t)
      traded += std::abs(record.at("fill", p, t, 0)) * record.at("spot", p, t, 0);
    CHECK(traded < 0.2 * 100 + 1e-9);
    CHECK(traded > 0.19 * 100);
  }
}
