#include <cmath>

#include "engine/world/block_world.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/run_yaml.hpp"
#include "tests/support/statistics.hpp"

// What a part of the world does must not depend on how finely time is cut: each is compared at steps of an
// hour and of a day, with its closed form where there is one.

using namespace unhedged::testing;

namespace {

constexpr const char* kSteps[] = {"1 h", "1 d"};
constexpr double kDay = 1.0 / 365;

/// One asset of volume one for `days` days.
Run run_at(const std::string& step, const std::string& dynamics, const std::string& regime, int days,
           int paths, int seed) {
  OneAsset config;
  config.market = "spot: 1, implied_vol: 20 %, half_spread: 10 bp, daily_volume: 1";
  config.positions = "[{instrument: spot, asset: A, quantity: 1}]";
  config.dynamics = dynamics;
  config.regime = regime;
  config.simulation = "horizon: " + std::to_string(days) + " d, step: " + step +
                      ", paths: " + std::to_string(paths) + ", seed: " + std::to_string(seed);
  return run_yaml(config.text());
}

SampleMoments at_horizon(const Run& run, const char* track) {
  const auto record = everything(run);
  std::vector<double> out;
  for (std::size_t p = 0; p < record.path.size(); ++p)
    out.push_back(record.at(track, p, record.steps - 1, 0));
  return sample_moments(out);
}

const char* kQuietGbm = "{model: gbm, volatility: 0}";

}  // namespace

TEST_CASE("What jumps, crashes and orders take of the depth comes back at the same pace at any step",
          "[statistics]") {
  // Events of a Poisson process of rate r each take the share d: dE[left]/dt = k (1 - E[left]) - r d E[left].
  const double recovery = std::log(2.0) / kDay, days = 10;
  const auto left = [&](double rate, double share) {
    const double speed = recovery + rate * share, level = recovery / speed;
    return level + (1 - level) * std::exp(-speed * days * kDay);
  };
  struct Row {
    const char *what, *dynamics, *regime;
    double share;
  };
  const std::string depth = ", liquidity: {A: {resilience: 1 d";
  StatisticalFamily family(1e-4, 10);
  for (const Row& row :
       {Row{"jumps", "{model: merton, volatility: 10 %, jump_rate: 1000, jump_mean: 0, jump_vol: 1 %}",
            ", withdrawn_by_jump: 20 %}}", 0.2},
        Row{"excited",
            "{model: merton, volatility: 10 %, jump_rate: 1000, jump_mean: 0, jump_vol: 1 %, excitation: "
            "{branching: 0, half_life: 1 h}}",
            ", withdrawn_by_jump: 20 %}}", 0.2},
        Row{"common jumps", kQuietGbm,
            ", withdrawn_by_jump: 20 %}}, common_jumps: {c: {jump_rate: 1000, jump_mean: 0, jump_vol: 1 %, "
            "loadings: {A: 1}}}",
            0.2},
        Row{"crashes", kQuietGbm,
            ", withdrawn_by_jump: 20 %}}, bubble: {A: {hazard: 1000, growth: 0, crash_mean: -1 %}}", 0.2},
        Row{"orders", kQuietGbm,
            "}}, order_flow: {A: {rate: 1000, same: 0, half_life: 1 h, impact: 1 bp, drain: 20 %}}", 0.2}})
    for (const char* step : kSteps) {
      const SampleMoments m =
          at_horizon(run_at(step, row.dynamics, depth + row.regime, 10, 4'000, 81), "daily_volume");
      family.check(std::string(row.what) + ", " + step, m.mean, m.mean_error, left(1000, row.share));
    }
}

TEST_CASE("Orders that cause orders drain as much at any step", "[statistics]") {
  const std::string flow =
      ", order_flow: {A: {rate: 3000, same: 0.6, opposite: 0.1, half_life: 1 h, impact: 1 bp, drain: 5 %}}, "
      "liquidity: {A: {resilience: 1 d}}";
  SampleMoments m[2];
  for (int k = 0; k < 2; ++k)
    m[k] = at_horizon(run_at(kSteps[k], kQuietGbm, flow, 10, 4'000, 82 + k), "daily_volume");
  StatisticalFamily family(1e-4, 2);
  family.check("mean", m[0].mean, std::hypot(m[0].mean_error, m[1].mean_error), m[1].mean);
  family.check("sd", m[0].sd, std::hypot(m[0].sd_error, m[1].sd_error), m[1].sd);
}

TEST_CASE("The drift of a mood is its integral over the step, shocks shared with the price included",
          "[statistics]") {
  // From m0 over T: mean of the integral I = m0 (1 - e) / k; var I = 2 / k (T - 2 (1 - e) / k + (1 - e^2) /
  // (2 k)); cov(W, I) = rho (2 / k)^(1/2) (T - (1 - e) / k), with e = exp(-k T).
  const double k = std::log(2.0) * 365, time = 10 * kDay, e = std::exp(-k * time), rho = -0.6, drift = 3,
               volatility = 0.3;
  const double decayed = (1 - e) / k, integral = 2 / k * (time - 2 * decayed + (1 - e * e) / (2 * k));
  const double shared = rho * std::sqrt(2 / k) * (time - decayed);
  const double variance =
      volatility * volatility * time + drift * drift * integral + 2 * volatility * drift * shared;
  StatisticalFamily family(1e-4, 6);
  for (const char* step : {"1 h", "1 d", "10 d"}) {
    const auto moves = log_moves(run_at(
        step, "{model: gbm, volatility: 30 %}",
        ", sentiment: {A: {half_life: 1 d, initial: 2, drift: 300 %, correlation: -0.6}}", 10, 20'000, 84));
    const SampleMoments m = sample_moments(moves);
    family.check(std::string("mean, ") + step, m.mean, m.mean_error,
                 drift * 2 * decayed - 0.5 * volatility * volatility * time);
    family.check(std::string("sd, ") + step, m.sd, m.sd_error, std::sqrt(variance));
  }
}

TEST_CASE("The volatility of a mood goes by the start of each step: half a step of its fall is missing",
          "[statistics]") {
  // First order: the mean variance over T is taken too high by at most dt / 2 (v(0) - v(T)) / T, to second
  // order.
  const double v = 0.3, initial = -2, k = std::log(2.0) * 365, time = 10 * kDay;
  const auto mean = [&](double t) {
    return 0.04 * std::exp(-2 * v * initial * std::exp(-k * t) + 2 * v * v * (1 - std::exp(-2 * k * t)));
  };
  double exact = 0;
  for (int i = 0; i < 10'000; ++i) exact += mean((i + 0.5) * time / 10'000) * time / 10'000;
  StatisticalFamily family(1e-4, 2);
  for (const auto& [step, dt] : {std::pair{"1 h", kDay / 24}, std::pair{"1 d", kDay}}) {
    const double bound = 0.5 * dt * (mean(0) - mean(time));
    const SampleMoments m = sample_moments(log_moves(
        run_at(step, "{model: gbm, volatility: 20 %}",
               ", sentiment: {A: {half_life: 1 d, initial: -2, volatility: 30 %}}", 10, 40'000, 85)));
    family.check(step, m.sd * m.sd, 2 * m.sd * m.sd_error, exact + bound, 0.2 * bound);
  }
}

TEST_CASE("A bubble crashes as often at any step, with noise or without", "[statistics]") {
  // Without noise in closed form: the chance of no crash is (1 - g K h T)^(1 / (g K)).
  const double hazard = 12, growth = 6, paid = -std::expm1(-0.3), time = 10 * kDay;
  const double calm = std::pow(1 - growth * paid * hazard * time, 1 / (growth * paid));
  const auto crashed = [](const Run& run, double below) {
    std::vector<double> out;
    for (const double x : log_moves(run)) out.push_back(x < below ? 1 : 0);
    return sample_moments(out);
  };
  StatisticalFamily family(1e-4, 6);
  const std::string bubble = ", bubble: {A: {hazard: 12, growth: 6, crash_mean: -30 %, ceiling: 1e4}}";
  for (const char* step : {"1 h", "1 d", "10 d"}) {
    const SampleMoments m = crashed(run_at(step, kQuietGbm, bubble, 10, 20'000, 86), 0);
    family.check(std::string("no noise, ") + step, m.mean, m.mean_error, 1 - calm);
  }
  // With noise of 80 % a year the hazard of a day bends by exp(g^2 v dt / 12) - 1 = 0.5 %, which is in; what
  // is left is of second order.
  const std::string steep = ", bubble: {A: {hazard: 12, growth: 12, crash_mean: -30 %, ceiling: 300}}";
  SampleMoments fine =
      crashed(run_at("15 min", "{model: gbm, volatility: 80 %}", steep, 10, 8'000, 87), -0.22);
  for (const char* step : kSteps) {
    const SampleMoments m =
        crashed(run_at(step, "{model: gbm, volatility: 80 %}", steep, 10, 20'000, 88), -0.22);
    family.check(std::string("noise, ") + step, m.mean, std::hypot(m.mean_error, fine.mean_error), fine.mean,
                 0.002);
  }
}

TEST_CASE("At its ceiling a hazard stays - many crashes in one step feed back on each other",
          "[statistics]") {
  // Growth 0: crashes are Poisson. With growth, each crash lowers the hazard of the next: against fine steps.
  StatisticalFamily family(1e-4, 4);
  for (const char* step : kSteps) {
    const SampleMoments m = sample_moments(log_moves(
        run_at(step, kQuietGbm, ", bubble: {A: {hazard: 900, growth: 0, crash_mean: -1 %, ceiling: 500}}", 10,
               20'000, 89)));
    const double count = 500 * 10 * kDay;
    family.check(std::string("ceiling, ") + step, m.sd, m.sd_error, 0.01 * std::sqrt(count));
  }
  const std::string many = ", bubble: {A: {hazard: 600, growth: 20, crash_mean: -5 %, ceiling: 2000}}";
  const SampleMoments fine = sample_moments(log_moves(run_at("1 h", kQuietGbm, many, 3, 20'000, 90)));
  const SampleMoments coarse = sample_moments(log_moves(run_at("3 d", kQuietGbm, many, 3, 20'000, 91)));
  family.check("mean", coarse.mean, std::hypot(coarse.mean_error, fine.mean_error), fine.mean);
  family.check("sd", coarse.sd, std::hypot(coarse.sd_error, fine.sd_error), fine.sd);
}

TEST_CASE("Quotes lag by the same time at any step") {
  const double k = 40, r = 365 * std::log(2.0) / 2, v0 = 0.04, level = 0.64, t = 10 * kDay;
  const double slow = (v0 - level) * r / (r - k),
               exact = level + slow * std::exp(-k * t) + (v0 - level - slow) * std::exp(-r * t);
  for (const auto& [step, tolerance] : {std::pair{"1 h", 1e-6}, std::pair{"1 d", 5e-4}}) {
    OneAsset config;
    config.market = "spot: 1, implied_vol: 20 %";
    config.positions = "[{instrument: spot, asset: A, quantity: 1}]";
    config.dynamics =
        "{model: heston, volatility: 20 %, long_run_volatility: 80 %, mean_reversion: 40, vol_of_variance: "
        "0, correlation: 0}";
    config.regime = ", implied_vol: {A: {half_life: 2 d}}";
    config.simulation = std::string("horizon: 10 d, step: ") + step + ", paths: 256";
    const auto configuration = unhedged::config::load_text(config.text(), "test.yaml", {});
    const unhedged::world::ScenarioEngine engine(configuration.plan.scenarios[0]);
    unhedged::PathIds paths{};
    unhedged::world::NoiseCache noise(1);
    noise.reset(paths);
    unhedged::world::BlockWorld world(engine);
    world.start(noise);
    const auto steps = static_cast<std::uint32_t>(configuration.plan.grid.steps);
    for (std::uint32_t at = 0; at < steps; ++at) {
      world.observe(at, noise);
      world.step(at, noise);
    }
    world.observe(steps, noise);
    CHECK(std::abs((*world.quotes(0).quote_level)[0] - exact) < tolerance);
  }
}

TEST_CASE("What hedgers traded is weighed by its age at any step") {
  // One trade today of a tenth of the volume; after a day half of it counts.
  for (const char* step : {"1 h", "6 h", "1 d"})
    for (const auto& [threshold, leaves] : {std::pair{"4.9 %", true}, std::pair{"9.95 %", false}}) {
      OneAsset config;
      config.market = "spot: 100, implied_vol: 20 %, daily_volume: 1000";
      config.positions = "[{instrument: forward, asset: A, strike: 100, expiry: 30 d, quantity: -1}]";
      config.hedgers = "{h: {model: black_scholes, volatility: 20 %, costs: none, rebalance: {every: 5 d}}}";
      const std::string still = "{dynamics: {A: {model: gbm, volatility: 0}}}";
      config.scenario = "start: a, regimes: {a: " + still + ", b: " + still +
                        "}, transitions: [{from: a, to: b, when: {hedger_flow: {asset: A, above: " +
                        std::string(threshold) +
                        ", half_life: 1 d}}}], feedback: {crowding: 1, permanent: 0}";
      config.simulation = std::string("horizon: 3 d, step: ") + step + ", paths: 2";
      const auto record = everything(run_yaml(config.text()));
      CHECK((record.regime[record.steps - 1] == 1) == leaves);
    }
}

TEST_CASE("Noise of the depth and the basis have the deviation of their age at any step", "[statistics]") {
  StatisticalFamily family(1e-4, 4);
  const double grown = std::sqrt(1 - std::exp2(-4));  // two half-lives from a known start
  for (const char* step : kSteps) {
    const auto record = everything(
        run_at(step, kQuietGbm, ", liquidity: {A: {noise: 30 %, resilience: 1 d}}", 2, 10'000, 92));
    std::vector<double> depth, basis;
    for (std::size_t p = 0; p < record.path.size(); ++p)
      depth.push_back(std::log(record.at("daily_volume", p, record.steps - 1, 0)));
    const SampleMoments d = sample_moments(depth);
    family.check(std::string("depth, ") + step, d.sd, d.sd_error, 0.3 * grown);
    // A position in the perpetual, held from today: its gain is the move of the basis.
    OneAsset config;
    config.market =
        "spot: 1, implied_vol: 20 %, perpetual: {funding: 0, basis: 0, basis_vol: 2 %, basis_half_life: 1 d}";
    config.positions = "[{instrument: forward, asset: A, strike: 1, expiry: 30 d, quantity: -1, premium: 0}]";
    config.dynamics = kQuietGbm;
    config.hedgers =
        "{h: {model: black_scholes, volatility: 20 %, costs: none, hedge_with: perpetual, rebalance: {every: "
        "10 d}}}";
    config.simulation = std::string("horizon: 2 d, step: ") + step + ", paths: 10_000, seed: 93";
    const Run held = run_yaml(config.text());
    for (const double x : held.pnl("h")) basis.push_back(std::log1p(x));
    const SampleMoments b = sample_moments(basis);
    family.check(std::string("basis, ") + step, b.sd, b.sd_error, 0.02 * grown);
  }
}

TEST_CASE("Transient impact decays by the same share at any step") {
  // One trade today of a tenth of the volume: transient * daily volatility * 0.1^(1/2), a quarter of it after
  // two days.
  for (const char* step : kSteps) {
    OneAsset config;
    config.market = "spot: 100, implied_vol: 20 %, daily_volume: 1000";
    config.positions = "[{instrument: forward, asset: A, strike: 100, expiry: 30 d, quantity: -1}]";
    config.hedgers =
        "{h: {model: black_scholes, volatility: 20 %, costs: none, rebalance: {every: 5 d}}, unhedged: "
        "{model: none}}";
    config.scenario =
        "regimes: {a: {dynamics: {A: {model: gbm, volatility: 20 %}}}}, feedback: {crowding: 1, permanent: "
        "0, transient: 0.5, half_life: 1 d}";
    config.simulation = std::string("horizon: 2 d, step: ") + step + ", paths: 2";
    const Run run = run_yaml(config.text());
    const auto on = log_moves(run, 0), off = log_moves(run, 0, static_cast<std::size_t>(-1), 0, 1);
    CHECK(std::abs(on[0] - off[0] - 0.25 * 0.5 * 0.2 / std::sqrt(365.0) * std::sqrt(0.1)) < 1e-12);
  }
}
