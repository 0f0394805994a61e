#include <cmath>

#include "engine/config/load.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/multi_asset.hpp"
#include "tests/support/problems.hpp"
#include "tests/support/run_yaml.hpp"
#include "tests/support/statistics.hpp"

// What holds of options on several assets whatever the numbers are.

using namespace unhedged;
using namespace unhedged::testing;
using Catch::Matchers::WithinAbs;
using Catch::Matchers::WithinRel;

namespace {

const double kRhos[] = {-0.7, 0.0, 0.5, 0.95};

MultiAssetCase usual(const std::string& kind, double rho) {
  auto of = on_two(kind, 100, 90, 0.4, 0.6, rho);
  of.rate = 0.04;
  of.yields = {0.01, 0.03};
  of.weights = {1, 0.8};
  of.expiry_years = 0.4;
  if (kind != "exchange") of.strike = kind.starts_with("basket") ? 170 : 20;
  return of;
}

}  // namespace

TEST_CASE("An exchange option is Margrabe's, and so are its Greeks") {
  for (const double rho : kRhos) {
    const auto of = usual("exchange", rho);
    // a call on the first asset in units of the second: rates are the yields
    const double sigma = std::sqrt(0.4 * 0.4 + 0.6 * 0.6 - 2 * rho * 0.4 * 0.6);
    const auto call =
        pricing::black_scholes({pricing::Right::call, 1, 0.4}, 100 / (0.8 * 90), sigma, {0.03, 0.01});
    const auto greeks = of.greeks();
    CHECK_THAT(greeks[0].value, WithinAbs(0.8 * 90 * call.value, 1e-11));
    CHECK_THAT(greeks[0].delta, WithinAbs(call.delta, 1e-12));
    CHECK_THAT(greeks[1].delta, WithinAbs(0.8 * (call.value - call.delta * 100 / 72), 1e-12));
    CHECK_THAT(greeks[0].gamma, WithinAbs(call.gamma / 72, 1e-12));
    CHECK_THAT(greeks[0].vega, WithinAbs(72 * call.vega * (0.4 - rho * 0.6) / sigma, 1e-9));
    CHECK_THAT(greeks[1].vega, WithinAbs(72 * call.vega * (0.6 - rho * 0.4) / sigma, 1e-9));
  }
}

TEST_CASE("A basket of one asset is the option on it") {
  for (const std::string side : {"call", "put"})
    for (const double strike : {60.0, 95.0, 100.0, 150.0}) {
      MultiAssetCase of;
      of.kind = "basket_" + side;
      of.spots = {100};
      of.volatilities = {0.35};
      of.correlation = all_at(1, 0);
      of.weights = {2};
      of.strike = 2 * strike;
      of.expiry_years = 0.3;
      of.rate = 0.03;
      of.yields = {0.01};
      const auto right = side == "call" ? pricing::Right::call : pricing::Right::put;
      const auto plain = pricing::black_scholes({right, strike, 0.3}, 100, 0.35, {0.03, 0.01});
      const auto one = of.greeks().front();
      CHECK_THAT(one.value, WithinAbs(2 * plain.value, 1e-11));
      CHECK_THAT(one.delta, WithinAbs(2 * plain.delta, 1e-12));
      CHECK_THAT(one.gamma, WithinAbs(2 * plain.gamma, 1e-12));
      CHECK_THAT(one.vega, WithinAbs(2 * plain.vega, 1e-9));
      CHECK_THAT(one.theta, WithinAbs(2 * plain.theta, 1e-9));
    }
}

TEST_CASE(
    "A spread without a strike is an exchange, and with a riskless second asset an option on the first") {
  for (const double rho : kRhos) {
    auto spread = usual("spread_call", rho);
    spread.strike = 0;
    CHECK_THAT(spread.value(), WithinAbs(usual("exchange", rho).value(), 1e-12));
    auto still = usual("spread_call", rho);
    still.volatilities[1] = 1e-4;
    still.correlation = all_at(2, 0);
    const double strike = 20 + 72 * std::exp(0.01 * 0.4);  // what is given is its forward
    const auto call = pricing::black_scholes({pricing::Right::call, strike, 0.4}, 100, 0.4, {0.04, 0.01});
    CHECK_THAT(still.value(), WithinAbs(call.value, 1e-6));
    CHECK_THAT(still.greeks()[0].delta, WithinAbs(call.delta, 1e-6));
  }
}

TEST_CASE("Calls and puts on several assets differ by what they are on") {
  for (const std::string kind : {"spread", "basket"})
    for (const double rho : kRhos) {
      const auto call = usual(kind + "_call", rho), put = usual(kind + "_put", rho);
      const double sign = kind == "spread" ? -1 : 1;
      const double expected = 100 * std::exp(-0.01 * 0.4) + sign * 72 * std::exp(-0.03 * 0.4) -
                              call.strike * std::exp(-0.04 * 0.4);
      CHECK_THAT(call.value() - put.value(), WithinAbs(expected, 1e-11));
    }
}

TEST_CASE("The order of the assets of a basket means nothing") {
  MultiAssetCase of;
  of.kind = "basket_put";
  of.spots = {100, 50, 20};
  of.volatilities = {0.5, 0.7, 0.9};
  of.weights = {1, 2, 5};
  of.correlation = all_at(3, 0.3);
  of.correlation.set_both(0, 2, -0.2);
  of.strike = 290;
  MultiAssetCase other = of;
  other.spots = {20, 100, 50};
  other.volatilities = {0.9, 0.5, 0.7};
  other.weights = {5, 1, 2};
  other.correlation.set_both(0, 1, -0.2);
  other.correlation.set_both(0, 2, 0.3);
  const auto one = of.greeks(), two = other.greeks();
  CHECK_THAT(one[0].value, WithinRel(two[0].value, 1e-12));
  for (std::size_t leg = 0; leg < 3; ++leg)
    CHECK_THAT(one[leg].delta, WithinRel(two[(leg + 1) % 3].delta, 1e-12));
}

TEST_CASE("Greeks of options on several assets are derivatives of their value") {
  for (const std::string kind : {"exchange", "spread_call", "spread_put", "basket_call", "basket_put"})
    for (const double rho : kRhos)
      for (std::size_t leg = 0; leg < 2; ++leg) {
        const auto of = usual(kind, rho);
        const auto at = of.greeks();
        const auto moved = [&](double spot, double volatility, double years) {
          auto bumped = of;
          bumped.spots[leg] += spot;
          bumped.volatilities[leg] += volatility;
          bumped.expiry_years += years;
          return bumped.value();
        };
        INFO(kind << " at " << rho << ", leg " << leg);
        CHECK_THAT(at[leg].delta, WithinAbs((moved(0.01, 0, 0) - moved(-0.01, 0, 0)) / 0.02, 2e-6));
        const double bend = (moved(0.1, 0, 0) - 2 * at[0].value + moved(-0.1, 0, 0)) / 0.01;
        CHECK_THAT(at[leg].gamma, WithinAbs(bend, 1e-5) || WithinRel(bend, 1e-3));
        CHECK_THAT(at[leg].vega, WithinAbs((moved(0, 1e-4, 0) - moved(0, -1e-4, 0)) / 2e-4, 2e-3));
        if (leg == 0)
          CHECK_THAT(at[0].theta, WithinAbs((moved(0, 0, -1e-4) - moved(0, 0, 1e-4)) / 2e-4, 1e-3));
      }
}

namespace {

std::string two_assets(const std::string& position, const std::string& simulation,
                       const std::string& hedgers = "{bs: {model: black_scholes, costs: none}}") {
  OneAsset two;
  two.market = "spot: 100, implied_vol: 40 %, rate: 3 %";
  two.more_assets = ", B: {spot: 50, implied_vol: 60 %, rate: 3 %, yield: 1 %}";
  two.correlation = "[{between: [A, B], value: 0.6}]";
  two.positions = "[" + position + "]";
  two.dynamics = "{model: gbm, volatility: 40 %, drift: 10 %}";
  two.more_dynamics = ", B: {model: gbm, volatility: 60 %}";
  two.hedgers = hedgers;
  two.simulation = simulation;
  return two.text();
}

const std::string kPositions[] = {
    "{instrument: exchange, assets: [A, B], weights: [1, 2], quantity: -1, expiry: 40 d}",
    "{instrument: spread_put, assets: [B, A], weights: [2, 1], strike: 10, quantity: -1, expiry: 40 d}",
    "{instrument: spread_call, assets: [A, B], strike: 80 %, quantity: -1, expiry: 40 d}",
    "{instrument: basket_call, assets: [A, B], weights: [1, 2], strike: 105 %, quantity: -1, expiry: 40 d}",
};

}  // namespace

TEST_CASE("The hedging error of an option on two assets falls with the root of the number of hedges") {
  for (const std::string& position : kPositions) {
    double few = 0, many = 0;
    for (const int steps : {40, 640}) {
      const Run run = run_yaml(
          two_assets(position, "horizon: 40 d, steps: " + std::to_string(steps) + ", paths: 8192, seed: 4"));
      const SampleMoments bs = sample_moments(run.pnl("bs"));
      INFO(position << ": " << bs.mean << " +- " << bs.mean_error);
      CHECK(std::abs(bs.mean) < 4.5 * bs.mean_error + 1e-3);
      (steps == 40 ? few : many) = bs.sd;
    }
    CHECK_THAT(many / few, WithinAbs(0.25, 0.025));
  }
}

TEST_CASE("Marked at the horizon an option on two assets is worth what it earns on average until it pays") {
  for (const std::string& position : kPositions) {
    const Run run = run_yaml(two_assets(position, "horizon: 20 d, steps: 240, paths: 8192, seed: 9"));
    const SampleMoments bs = sample_moments(run.pnl("bs"));
    INFO(position << ": " << bs.mean << " +- " << bs.mean_error);
    CHECK(std::abs(bs.mean) < 4.5 * bs.mean_error + 1e-3);
    CHECK(bs.sd < 0.1 * sample_moments(run.pnl("unhedged")).sd);
  }
}

TEST_CASE("A basket of one asset earns what the option on it earns, with every quote and rule") {
  const std::string hedgers =
      "{bs: {model: black_scholes, rebalance: {whalley_wilmott: 0.1}}, own: {model: black_scholes, "
      "volatility: 45 %}, realised: {model: black_scholes, volatility: {realised: {half_life: 5 d}}}, "
      "held: {model: black_scholes, volatility: recalibrated, recalibrate: {every: 2 d}}}";
  const auto run = [&](const std::string& position) {
    OneAsset one;
    one.market = "spot: 100, implied_vol: 40 %, rate: 3 %, half_spread: 5 bp";
    one.positions = "[" + position + "]";
    one.dynamics =
        "{model: heston, volatility: 40 %, long_run_volatility: 50 %, mean_reversion: 5, vol_of_variance: 1, "
        "correlation: -0.5}";
    one.hedgers = hedgers;
    one.simulation = "horizon: 20 d, steps: 40, paths: 512, seed: 2, greeks: exact";
    return run_yaml(one.text());
  };
  const Run basket = run("{instrument: basket_put, assets: [A], strike: 98, quantity: -5, expiry: 30 d}"),
            plain = run("{instrument: put, asset: A, strike: 98, quantity: -5, expiry: 30 d}");
  for (const std::string hedger : {"bs", "own", "realised", "held"})
    for (std::size_t path = 0; path < 512; ++path)
      CHECK_THAT(basket.pnl(hedger)[path], WithinAbs(plain.pnl(hedger)[path], 1e-7));
}

TEST_CASE("Who holds a belief alone earns what he earns among others who hold it") {
  const std::string
      one = "alone: {model: black_scholes, volatility: recalibrated, recalibrate: {every: 5 d}, hedge: [A]}",
      other = "other: {model: black_scholes, volatility: recalibrated, recalibrate: {every: 5 d}}";
  const auto run = [&](const std::string& hedgers) {
    OneAsset two;
    two.market = "spot: 100, implied_vol: 40 %";
    two.more_assets = ", B: {spot: 50, implied_vol: 50 %}";
    two.positions = "[{instrument: exchange, assets: [B, A], weights: [2, 1], quantity: -5, expiry: 30 d}]";
    two.dynamics =
        "{model: heston, volatility: 40 %, long_run_volatility: 50 %, mean_reversion: 5, "
        "vol_of_variance: 1, correlation: -0.5}";
    two.more_dynamics = ", B: " + two.dynamics;
    two.hedgers = hedgers;
    two.simulation = "horizon: 20 d, steps: 40, paths: 512, seed: 2";
    return run_yaml(two.text());
  };
  const Run alone = run("{" + one + "}"), among = run("{" + one + ", " + other + "}");
  for (std::size_t path = 0; path < 512; ++path) CHECK(alone.pnl("alone")[path] == among.pnl("alone")[path]);
}

TEST_CASE("What options on several assets are refused for") {
  const auto problems = [](const std::string& position, const std::string& hedgers) {
    return problems_of(two_assets(position, "horizon: 20 d, steps: 20, paths: 16", hedgers));
  };
  const auto says = [&](const std::string& position, const std::string& what) {
    CHECK(reports(problems(position, "{bs: {model: black_scholes}}"), {what}));
  };
  const std::string rest = ", quantity: 1, expiry: 10 d}";
  says("{instrument: exchange, assets: [A]" + rest, "portfolio[0].assets: has 1: this instrument is on 2");
  says("{instrument: exchange, assets: [A, A]" + rest, "\"A\" stands here twice");
  says("{instrument: exchange, assets: [A, C]" + rest, "portfolio[0].assets: unknown asset \"C\"");
  says("{instrument: exchange, asset: A" + rest, "portfolio[0].assets: is missing: an exchange needs assets");
  says("{instrument: exchange, asset: A, assets: [A, B]" + rest,
       "portfolio[0].asset: an exchange has no asset");
  says("{instrument: exchange, assets: [A, B], strike: 3" + rest, "an exchange has no strike");
  says("{instrument: exchange, assets: [A, B], implied_vol: 30 %" + rest, "an exchange has no implied_vol");
  says("{instrument: call, assets: [A, B], strike: 3" + rest, "portfolio[0].asset: is missing");
  says("{instrument: exchange, assets: [A, B], weights: [1]" + rest, "has 1 entries for 2 assets");
  says("{instrument: exchange, assets: [A, B], weights: [1, -2]" + rest, "portfolio[0].weights[1]");
  says("{instrument: spread_call, assets: [B, A], strike: 90 %" + rest,
       "portfolio[0].strike: is a percentage of today's difference, which is not positive: -50");
  CHECK(
      reports(problems("{instrument: exchange, assets: [A, B]" + rest,
                       "{m: {model: merton, volatility: 30 %, jump_rate: 1, jump_mean: 0, jump_vol: 10 %}}"),
              {"hedgers.m.model: cannot price an exchange of the portfolio"}));
}
