#include <cmath>

#include "engine/simulation/track.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/run_yaml.hpp"

// Futures, perpetuals and what is paid in coin; docs/methods/coin.md. The references here go through the
// recorded prices of every path with a loop of their own.

using namespace unhedged;
using namespace unhedged::testing;
using Catch::Matchers::WithinAbs;

namespace {

constexpr double kRate = 0.03, kYield = 0.01, kDay = 1.0 / 365;
constexpr std::size_t kSteps = 40;

OneAsset desk(const std::string& positions, const std::string& hedgers = "{unhedged: {model: none}}",
              const std::string& perpetual = "{funding: 20 %, basis: 0.3 %, basis_vol: 1 %}") {
  OneAsset config;
  config.market =
      "spot: 100, implied_vol: 60 %, rate: 3 %, yield: 1 %, half_spread: 4 bp, perpetual: " + perpetual;
  config.positions = positions;
  config.dynamics = "{model: merton, volatility: 50 %, jump_rate: 12, jump_mean: -5 %, jump_vol: 4 %}";
  config.hedgers = hedgers;
  config.simulation = "horizon: 20 d, step: 12 h, paths: 500, seed: 5";
  return config;
}

/// The prices of a path.
struct Prices {
  const simulation::PathRecord& record;
  std::size_t path;

  double of(const char* track, std::size_t step) const {
    return record.track[simulation::track_index(track)][path * record.steps + step];
  }
  double spot(std::size_t step) const { return of("spot", step); }
  double perpetual(std::size_t step) const { return of("perpetual", step); }
  /// Of a future.
  double future(std::size_t step, double expiry_days) const {
    return spot(step) * std::exp((kRate - kYield) * (expiry_days - 0.5 * static_cast<double>(step)) * kDay);
  }
};

double to_horizon(double rate, std::size_t step) {
  return std::exp(rate * 0.5 * kDay * static_cast<double>(kSteps - step));
}

/// Interest on what flows evenly over a step.
double years() { return std::expm1(kRate * 0.5 * kDay) / kRate; }

using PathPnl = double (*)(const Prices&);

void check(const std::string& position, PathPnl expected) {
  const Run run = run_yaml(desk("[" + position + "]").text());
  const simulation::PathRecord record = everything(run);
  for (std::size_t path = 0; path < 500; ++path)
    CHECK_THAT(run.pnl("unhedged")[path], WithinAbs(expected({record, path}), 1e-9));
}

}  // namespace

TEST_CASE("A future pays each move of its price, with interest") {
  check("{instrument: future, asset: A, expiry: 15 d, quantity: 3}", [](const Prices& p) {
    double sum = 0;
    for (std::size_t k = 1; k <= 30; ++k)
      sum += 3 * (p.future(k, 15) - p.future(k - 1, 15)) * to_horizon(kRate, k);
    return sum;
  });
}

TEST_CASE("A forward on margin is a future whose first payment makes up for its strike") {
  check(
      "{instrument: forward, asset: A, expiry: 90 d, strike: 95, quantity: -2, settled: on_margin, premium: "
      "4}",
      [](const Prices& p) {
        double sum = -2 * (p.future(0, 90) - 95 - 4) * to_horizon(kRate, 0);
        for (std::size_t k = 1; k <= kSteps; ++k)
          sum -= 2 * (p.future(k, 90) - p.future(k - 1, 90)) * to_horizon(kRate, k);
        return sum;
      });
}

TEST_CASE("A perpetual pays the moves of its price less funding") {
  check("{instrument: perpetual, asset: A, quantity: -4}", [](const Prices& p) {
    double sum = 0;
    for (std::size_t k = 1; k <= kSteps; ++k)
      sum -= 4 * (p.perpetual(k) - p.perpetual(k - 1) * (1 + 0.2 * years())) * to_horizon(kRate, k);
    return sum;
  });
}

TEST_CASE("Inverse futures and perpetuals pay moves of the reciprocal price in coins, which are kept") {
  check("{instrument: inverse_future, asset: A, expiry: 15 d, quantity: 700}", [](const Prices& p) {
    double coins = 0;
    for (std::size_t k = 1; k <= 30; ++k)
      coins += 700 * (1 / p.future(k - 1, 15) - 1 / p.future(k, 15)) * to_horizon(kYield, k);
    return coins * p.spot(kSteps);
  });
  check("{instrument: inverse_perpetual, asset: A, quantity: -900}", [](const Prices& p) {
    double coins = 0;
    for (std::size_t k = 1; k <= kSteps; ++k)
      coins -= 900 * (1 / p.perpetual(k - 1) - 1 / p.perpetual(k) - 0.2 * years() / p.perpetual(k - 1)) *
               to_horizon(kYield, k);
    return coins * p.spot(kSteps);
  });
}

TEST_CASE("Inverse options pay, and are paid for, in coins") {
  check("{instrument: inverse_put, asset: A, strike: 105, expiry: 10 d, quantity: -50, premium: 7}",
        [](const Prices& p) {
          const double payoff = std::max(105 - p.spot(20), 0.0) / p.spot(20);
          return 50 * (7 / p.spot(0) * to_horizon(kYield, 0) - payoff * to_horizon(kYield, 20)) *
                 p.spot(kSteps);
        });
}

TEST_CASE("A coin with a short inverse perpetual of its worth is worth as much in any market") {
  OneAsset config = desk(
      "[{instrument: spot, asset: A, quantity: 1}, "
      "{instrument: inverse_perpetual, asset: A, quantity: -100}]",
      "{bs: {model: black_scholes}}", "{funding: 0, basis: 0}");
  config.market = "spot: 100, implied_vol: 60 %, half_spread: 4 bp, perpetual: {funding: 0 %, basis: 0 %}";
  const Run run = run_yaml(config.text());
  for (const char* hedger : {"unhedged", "bs"})
    for (const double x : run.pnl(hedger)) CHECK_THAT(x, WithinAbs(0, 1e-9));
}

TEST_CASE("A perpetual that is hedged with itself earns nothing") {
  const std::string hedgers = "{bs: {model: black_scholes, hedge_with: perpetual, costs: none}}";
  const Run linear = run_yaml(
      desk("[{instrument: perpetual, asset: A, quantity: 5}]", hedgers, "{funding: 20 %, basis: 0 %}")
          .text());
  for (const double x : linear.pnl("bs")) CHECK_THAT(x, WithinAbs(0, 1e-9));
}

TEST_CASE(
    "The premium and payoffs kept in coin are hedged as coins: inverse options earn what plain ones do") {
  const std::string hedgers =
      "{bs: {model: black_scholes, costs: none}, band: {model: black_scholes, volatility: 55 %, costs: "
      "none}}";
  const auto book = [&](const std::string& kind) {
    return run_yaml(desk("[{instrument: " + kind +
                             "call, asset: A, strike: 100, expiry: 10 d, quantity: -10}, "
                             "{instrument: " +
                             kind + "put, asset: A, strike: 90, expiry: 60 d, quantity: 20}]",
                         hedgers)
                        .text());
  };
  const Run plain = book(""), inverse = book("inverse_");
  bool differ = false;
  for (std::size_t i = 0; i < 500; ++i) {
    CHECK_THAT(inverse.pnl("bs")[i], WithinAbs(plain.pnl("bs")[i], 1e-8));
    CHECK_THAT(inverse.pnl("band")[i], WithinAbs(plain.pnl("band")[i], 1e-8));
    differ = differ || std::abs(inverse.pnl("unhedged")[i] - plain.pnl("unhedged")[i]) > 1;
  }
  CHECK(differ);
}

TEST_CASE("The premium-adjusted delta is how fast the value in coins moves with the log of the spot") {
  const Run run =
      run_yaml(desk("[{instrument: inverse_call, asset: A, strike: 100, expiry: 60 d, quantity: -10}]",
                    "{pa: {model: black_scholes, volatility: 55 %, coin_delta: premium_adjusted}}")
                   .text());
  const simulation::PathRecord record = everything(run);
  const auto in_coin = [](double spot, double tau) {
    const auto call = pricing::black_scholes({pricing::Right::call, 100, tau}, spot, 0.55, {kRate, kYield});
    return -10 * call.value / spot;
  };
  for (std::size_t path = 0; path < 500; path += 50)
    for (std::size_t step = 0; step < kSteps; step += 7) {
      const Prices prices{record, path};
      const double spot = prices.spot(step), tau = (60 - 0.5 * static_cast<double>(step)) * kDay, h = 1e-4;
      const double slope = (in_coin(spot * (1 + h), tau) - in_coin(spot * (1 - h), tau)) / (2 * h);
      CHECK_THAT(prices.of("delta", step), WithinAbs(slope, 2e-5));
    }
}

TEST_CASE("A numeraire exchanges P&L and costs at the spot of the horizon") {
  const std::string positions = "[{instrument: call, asset: A, strike: 100, expiry: 60 d, quantity: -10}]",
                    hedgers = "{bs: {model: black_scholes}}";
  std::string text = desk(positions, hedgers).text();
  const Run money = run_yaml(text);
  const Run coins = run_yaml(text + "\nrisk: {numeraire: A}\n");
  const simulation::PathRecord record = everything(money);
  for (const char* hedger : {"bs", "unhedged"})
    for (std::size_t i = 0; i < 500; ++i)
      CHECK_THAT(coins.pnl(hedger)[i],
                 WithinAbs(money.pnl(hedger)[i] / Prices{record, i}.spot(kSteps), 1e-12));
}

TEST_CASE("Worst paths add up to the P&L of contracts that remember, end early or have several assets") {
  OneAsset config = desk("[]", "{bs: {model: black_scholes}}");
  config.positions =
      "[{instrument: down_and_out_put, asset: A, strike: 105, barrier: 80, expiry: 10 d, quantity: -10}, "
      "{instrument: asian_call, asset: A, strike: 100, expiry: 40 d, quantity: 5}, "
      "{instrument: american_put, asset: A, strike: 110, expiry: 60 d, quantity: -7}, "
      "{instrument: exchange, assets: [B, A], weights: [5, 1], expiry: 60 d, quantity: 3}, "
      "{instrument: spread_call, assets: [A, B], strike: 80, expiry: 10 d, quantity: -3}]";
  config.more_assets = ", B: {spot: 20, implied_vol: 50 %, rate: 3 %}";
  config.more_dynamics = ", B: {model: gbm, volatility: 40 %}";
  const Run run = run_yaml(config.text());
  for (std::size_t h = 0; h < run.plan().hedgers.size(); ++h) {
    const simulation::PathRecord record = everything(run, 0, h);
    const auto& so_far = record.track[simulation::track_index("pnl_so_far")];
    for (std::size_t i = 0; i < 500; ++i) {
      double sum = 0;
      for (std::size_t a = 0; a < 2; ++a) sum += so_far[((i + 1) * record.steps - 1) * 2 + a];
      CHECK_THAT(run.outcome.pnl(0, h)[i], WithinAbs(sum, 1e-4));  // marks come from tables
    }
  }
}

TEST_CASE("Worst paths add up to the P&L whatever is settled how") {
  const Run run =
      run_yaml(desk("[{instrument: inverse_call, asset: A, strike: 100, expiry: 10 d, quantity: -10}, "
                    "{instrument: put, asset: A, strike: 90, expiry: 60 d, quantity: 20}, "
                    "{instrument: inverse_perpetual, asset: A, quantity: 500}, {instrument: perpetual, "
                    "asset: A, quantity: -1}, "
                    "{instrument: future, asset: A, expiry: 5 d, quantity: 3}]",
                    "{bs: {model: black_scholes}, pa: {model: black_scholes, coin_delta: premium_adjusted}}")
                   .text());
  for (std::size_t h = 0; h < run.plan().hedgers.size(); ++h) {
    const simulation::PathRecord record = everything(run, 0, h);
    for (std::size_t i = 0; i < 500; ++i)
      CHECK_THAT(run.outcome.pnl(0, h)[i], WithinAbs(Prices{record, i}.of("pnl_so_far", kSteps), 1e-6));
  }
}
