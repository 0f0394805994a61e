#include <algorithm>
#include <cmath>

#include "tests/support/catch.hpp"
#include "tests/support/run_yaml.hpp"
#include "tests/support/statistics.hpp"

// Seeds of failure: feedback, bubbles, sentiment, order flow, against closed forms and moment equations.

using namespace unhedged::testing;

namespace {

/// A book of `quantity` calls with the asset against it, so that today's hedge is nothing, over a time in
/// which its gamma hardly moves. The hedge turns a shock of the price into `loop` more of it.
Run feedback_run(double quantity, double loop, int paths) {
  const double spot = 100, volatility = 0.2, d1 = 0.5 * volatility;
  const double gamma = std::exp(-0.5 * d1 * d1) / std::sqrt(2 * M_PI) / (spot * volatility);
  const double delta = 0.5 * std::erfc(-d1 / std::sqrt(2.0)), volume = 1e5;
  const double daily = volatility / std::sqrt(365.0);
  const double crowding = loop / (-quantity * gamma * spot) / (0.314 * daily * spot / volume);
  OneAsset config;
  config.market = "spot: 100, implied_vol: 20 %, daily_volume: 1e5";
  config.positions = "[{instrument: call, asset: A, strike: 100, expiry: 1 y, quantity: " + number(quantity) +
                     "}, {instrument: spot, asset: A, quantity: " + number(-quantity * delta) + "}]";
  config.hedgers = "{h: {model: black_scholes, volatility: 20 %, costs: none}}";
  config.scenario = "regimes: {r: {dynamics: {A: {model: gbm, volatility: 20 %}}}}, feedback: {crowding: " +
                    number(crowding) + "}";
  config.simulation =
      "horizon: " + number(0.05 / 365) + " y, steps: 400, paths: " + std::to_string(paths) + ", seed: 71";
  return run_yaml(config.text());
}

}  // namespace

TEST_CASE("V-82: hedging feeds back into volatility, sigma / (1 - l S Gamma)", "[statistics]") {
  StatisticalFamily family(1e-4, 4);
  for (const double loop : {-0.2, 0.2, 0.5, 0.8}) {
    const Run run = feedback_run(loop > 0 ? -1 : 1, loop, 20'000);
    const SampleMoments m = sample_moments(log_moves(run));
    // The loop needs 1 / (1 - loop) steps to close and gamma moves a little: a few per mille of 400 steps.
    const double exact = 1 / (1 - loop), scale = 0.2 * std::sqrt(0.05 / 365);
    family.check("l S Gamma = " + number(loop), m.sd / scale, m.sd_error / scale, exact,
                 exact * 0.004 / (1 - loop));
    CHECK(std::ranges::count(run.outcome.flags("exploded", 0, 0), 1) == 0);
  }
}

TEST_CASE("V-82: beyond a loop of one prices explode - every path says so and stays a number") {
  const Run run = feedback_run(-1, 1.3, 600);
  int exploded = 0;
  for (std::size_t p = 0; p < run.plan().paths; ++p) {
    exploded += run.outcome.flags("exploded", 0, 0)[p];
    REQUIRE(std::isfinite(run.pnl("h")[p]));
    REQUIRE(std::isfinite(run.outcome.numbers("self_inflicted_loss", 0, 0)[p]));
  }
  CHECK(exploded > 540);
  const auto report = unhedged::simulation::make_report(*run.prepared, run.outcome);
  CHECK(report.at(0, 0, "p_exploded").value == exploded / 600.0);
  CHECK(report.at(0, 0, "p_exploded").upper > report.at(0, 0, "p_exploded").lower);
}

TEST_CASE(
    "A bubble without noise: the price before the crash and the chance that there was none, in closed form",
    "[statistics]") {
  // dx/dt = -K h exp(g x), K = exp(m) - 1 < 0, blows up at t = 1 / (g a), a = -K h; survival (1 - g a t)^(1 /
  // (g |K|)).
  const double hazard = 0.8, growth = 2, crash = -0.5, relative = -std::expm1(crash), horizon = 0.8;
  const double left = 1 - growth * hazard * relative * horizon;
  OneAsset config;
  config.market = "spot: 1, implied_vol: 20 %";
  config.positions = "[{instrument: spot, asset: A, quantity: 1}]";
  config.dynamics = "{model: gbm, volatility: 0}";
  config.regime = ", bubble: {A: {hazard: 0.8, growth: 2, crash_mean: -50 %}}";
  StatisticalFamily family(1e-4, 3);
  for (const int steps : {1, 20, 800}) {  // exact at any step
    config.simulation = "horizon: 0.8 y, steps: " + std::to_string(steps) + ", paths: 40_000, seed: 72";
    const auto moves = log_moves(run_yaml(config.text()));
    const double high = *std::max_element(moves.begin(), moves.end());
    CHECK(std::abs(high + std::log(left) / growth) < 1e-9);
    double survived = 0;
    for (const double x : moves) survived += x > high - 1e-9;
    const double n = static_cast<double>(moves.size()), exact = std::pow(left, 1 / (growth * relative)),
                 share = survived / n;
    family.check("survival", share, std::sqrt(exact * (1 - exact) / n), exact);
  }
}

TEST_CASE("A mood drifts the price, heats the variance and skews the returns", "[statistics]") {
  OneAsset config;
  config.market = "spot: 1, implied_vol: 20 %";
  config.positions = "[{instrument: spot, asset: A, quantity: 1}]";
  config.dynamics = "{model: gbm, volatility: 20 %}";
  const double k = std::log(2.0) / 0.1;
  StatisticalFamily family(1e-4, 3);
  config.regime = ", sentiment: {A: {half_life: 0.1 y, initial: 2, drift: 50 %}}";
  config.simulation = "horizon: 0.5 y, steps: 200, paths: 50_000, seed: 73";
  const double decayed = -std::expm1(-k * 0.5) / k;
  const SampleMoments drift = sample_moments(log_moves(run_yaml(config.text())));
  family.check("drift", drift.mean, drift.mean_error, 0.5 * 2 * decayed - 0.02 * 0.5);
  // d log S = a m dt + sigma dW: the variance of the integral of m from a known start.
  const double spread = (0.5 - 2 * decayed + -std::expm1(-2 * k * 0.5) / (2 * k)) * 2 / k;
  family.check("its spread", drift.sd, drift.sd_error, std::sqrt(0.04 * 0.5 + 0.25 * spread));

  config.regime = ", sentiment: {A: {half_life: 0.02 y, volatility: 30 %}}";
  config.simulation = "horizon: 1 y, steps: 100, paths: 20_000, seed: 74";
  const auto record = everything(run_yaml(config.text()));
  std::vector<double> variance;
  for (std::size_t p = 0; p < record.path.size(); ++p) variance.push_back(record.at("variance", p, 100, 0));
  const SampleMoments hot = sample_moments(variance);
  family.check("mean variance", hot.mean, hot.mean_error, 0.04 * std::exp(2 * 0.09));

  const auto skewness = [&](double correlation) {
    config.regime =
        ", sentiment: {A: {half_life: 0.2 y, volatility: 60 %, correlation: " + number(correlation) + "}}";
    const auto x = log_moves(run_yaml(config.text()));
    const SampleMoments m = sample_moments(x);
    double third = 0;
    for (const double each : x) third += std::pow((each - m.mean) / m.sd, 3) / static_cast<double>(x.size());
    return third;
  };
  CHECK(skewness(0.8) < -0.5);  // a falling price sours the mood and raises the volatility
  CHECK(skewness(-0.8) > 0.3);
}

namespace {

/// Moments of the log price over a time from d E[x^2]/dt = -2 p E[x^2] + kick^2 L, d E[x n]/dt = -p E[x n] +
/// E[x^2] + kick L, d E[n^2]/dt = 2 E[x n] + L: x the imbalance of the intensities, n the net count, L the
/// mean intensity of all orders, p = decay (1 - same + opposite), kick = decay (same - opposite).
struct FlowMoments {
  double mean, sd;
};

FlowMoments flow_moments(double rate, double same, double opposite, double decay, double impact, double time,
                         bool stationary) {
  const double pull = decay * (1 - same + opposite), kick = decay * (same - opposite),
               orders = rate / (1 - same - opposite);
  double square = stationary ? kick * kick * orders / (2 * pull) : 0, cross = 0, net = 0, count = 0;
  const int steps = 200'000;
  const double dt = time / steps;
  for (int i = 0; i < steps; ++i) {
    const double slower = std::exp(-decay * (1 - same - opposite) * (i + 0.5) * dt);
    const double all = stationary ? orders : orders + (rate - orders) * slower;
    net += (2 * cross + all) * dt;
    cross += (-pull * cross + square + kick * all) * dt;
    square += (-2 * pull * square + kick * kick * all) * dt;
    count += all * dt;
  }
  return {-(std::cosh(impact) - 1) * count, impact * std::sqrt(net)};
}

}  // namespace

TEST_CASE("An order flow starts from its stationary law, or quietly, at any step", "[statistics]") {
  // 4000 orders a year, half-life half a day, over four days.
  StatisticalFamily family(1e-4, 8);
  const double decay = std::log(2.0) * 365 / 0.5, time = 4.0 / 365;
  for (const bool stationary : {true, false})
    for (const char* step : {"1 h", "1 d"}) {
      OneAsset config;
      config.market = "spot: 1, implied_vol: 20 %";
      config.positions = "[{instrument: spot, asset: A, quantity: 1}]";
      config.dynamics = "{model: gbm, volatility: 0}";
      config.regime = std::string(
                          ", order_flow: {A: {rate: 4000, same: 0.8, opposite: 0.1, half_life: 0.5 d, "
                          "impact: 0.1 %, start: ") +
                      (stationary ? "stationary" : "quiet") + "}}";
      config.simulation = std::string("horizon: 4 d, step: ") + step + ", paths: 10_000, seed: 76";
      const SampleMoments m = sample_moments(log_moves(run_yaml(config.text())));
      const FlowMoments exact = flow_moments(4000, 0.8, 0.1, decay, 1e-3, time, stationary);
      const std::string what = std::string(stationary ? "stationary, " : "quiet, ") + step;
      family.check(what + ", sd", m.sd, m.sd_error, exact.sd, exact.sd * 1e-4);
      family.check(what + ", mean", m.mean, m.mean_error, exact.mean, 1e-9);
    }
}

TEST_CASE("Orders that cause orders: variance of the signed flow from its moment equations", "[statistics]") {
  const double rate = 300, same = 0.5, opposite = 0.1, beta = std::log(2.0) / 0.01, impact = 1e-4,
               horizon = 0.2;
  OneAsset config;
  config.market = "spot: 1, implied_vol: 20 %, half_spread: 10 bp, daily_volume: 1e6";
  config.positions = "[{instrument: spot, asset: A, quantity: 1}]";
  config.dynamics = "{model: gbm, volatility: 0}";
  config.regime =
      ", order_flow: {A: {rate: 300, same: 0.5, opposite: 0.1, half_life: 0.01 y, impact: 1 bp, drain: 1 "
      "%}}, "
      "liquidity: {A: {resilience: 0.005 y}}";
  config.simulation = "horizon: 0.2 y, steps: 20, paths: 50_000, seed: 75";
  const Run run = run_yaml(config.text());
  const SampleMoments m = sample_moments(log_moves(run));
  const FlowMoments exact = flow_moments(rate, same, opposite, beta, impact, horizon, true);
  StatisticalFamily family(1e-4, 3);
  family.check("sd of the log price", m.sd, m.sd_error, exact.sd, exact.sd * 1e-4);
  family.check("mean", m.mean, m.mean_error, exact.mean, 1e-9);
  // Momentum is not paid for: the expected price grows by the variance beyond that of single orders.
  std::vector<double> prices;
  for (const double x : log_moves(run)) prices.push_back(std::exp(x));
  const SampleMoments price = sample_moments(prices);
  const double single = 2 * -exact.mean, bias = 0.5 * (exact.sd * exact.sd - single);
  family.check("expected price", price.mean, price.mean_error, std::exp(bias), 0.05 * bias);
  const auto record = everything(run);
  double thin = 0;
  for (std::size_t p = 0; p < record.path.size(); ++p)
    thin += record.at("daily_volume", p, 20, 0) < 1e6 ? 1 : 0;
  CHECK(thin > 0.9 * static_cast<double>(record.path.size()));
}
