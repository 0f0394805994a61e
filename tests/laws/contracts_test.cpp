#include <cmath>
#include <random>

#include "tests/support/catch.hpp"
#include "tests/support/contracts.hpp"
#include "tests/support/run_yaml.hpp"
#include "tests/support/statistics.hpp"

// What holds of contracts whatever the numbers are, and of all kinds alike.

using namespace unhedged;
using namespace unhedged::testing;
using Catch::Matchers::WithinAbs;

namespace {

constexpr double kSpot = 100;

struct Market {
  double volatility;
  pricing::Carry carry;
};

const Market kMarkets[] = {{0.2, {0.05, 0.01}}, {0.6, {0, 0}}, {0.35, {0.02, 0.06}}, {1.1, {0.04, 0.04}}};

instruments::ContractTerms all_terms(double strike, double barrier, int dates) {
  auto of = terms(kSpot, strike, 0.4, dates);
  of.barrier = barrier;
  of.start_years = 0.1;
  of.floor = -0.03;
  of.cap = 0.06;
  of.strike_volatility = 0.3;
  return of;
}

double barrier_of(const std::string& kind) { return kind.starts_with("up") ? 125 : 82; }

pricing::Greeks greeks(const std::string& kind, double strike, const Market& market, double bump_spot = 0,
                       double bump_volatility = 0) {
  auto of = all_terms(strike, barrier_of(kind), 20);
  const auto made = contract(kind, of);
  return pricing::contract_greeks({made.get(), 1, market.carry},
                                  market::flat(market.volatility + bump_volatility), kSpot + bump_spot, 0);
}

}  // namespace

TEST_CASE("In and out together are the option without a barrier") {
  for (const Market& market : kMarkets)
    for (const double strike : {70.0, 95.0, 110.0, 140.0})
      for (const std::string side : {"call", "put"})
        for (const std::string way : {"down", "up"}) {
          const auto in = greeks(way + "_and_in_" + side, strike, market),
                     out = greeks(way + "_and_out_" + side, strike, market);
          const auto right = side == "call" ? pricing::Right::call : pricing::Right::put;
          const auto plain =
              pricing::black_scholes({right, strike, 0.4}, kSpot, market.volatility, market.carry);
          CHECK_THAT(in.value + out.value, WithinAbs(plain.value, 1e-10 * kSpot));
          CHECK_THAT(in.delta + out.delta, WithinAbs(plain.delta, 1e-10));
          CHECK_THAT(in.vega + out.vega, WithinAbs(plain.vega, 1e-8 * kSpot));
          CHECK(in.value > -1e-10);
          CHECK(out.value > -1e-10);
        }
}

TEST_CASE("Digital calls and puts together are a bond, or the asset") {
  for (const Market& market : kMarkets) {
    const double cash = greeks("digital_call", 105, market).value + greeks("digital_put", 105, market).value;
    CHECK_THAT(cash, WithinAbs(std::exp(-market.carry.rate * 0.4), 1e-12));
    const double asset =
        greeks("asset_digital_call", 105, market).value + greeks("asset_digital_put", 105, market).value;
    CHECK_THAT(asset, WithinAbs(kSpot * std::exp(-market.carry.yield * 0.4), 1e-10));
    // a call is the asset less the strike where it pays
    const double call =
        greeks("asset_digital_call", 105, market).value - 105 * greeks("digital_call", 105, market).value;
    const auto plain =
        pricing::black_scholes({pricing::Right::call, 105, 0.4}, kSpot, market.volatility, market.carry);
    CHECK_THAT(call, WithinAbs(plain.value, 1e-10));
  }
}

TEST_CASE("Averages: parity, and no more than an option on the last spot when nothing is earned") {
  for (const Market& market : kMarkets)
    for (const double strike : {80.0, 100.0, 120.0}) {
      const double call = greeks("asian_call", strike, market).value,
                   put = greeks("asian_put", strike, market).value;
      double mean = 0;
      for (int k = 1; k <= 20; ++k)
        mean += kSpot * std::exp((market.carry.rate - market.carry.yield) * 0.4 * k / 20) / 20;
      CHECK_THAT(call - put, WithinAbs(std::exp(-market.carry.rate * 0.4) * (mean - strike), 1e-9));
      CHECK(greeks("geometric_asian_call", strike, market).value <= call + 1e-12);
      CHECK(greeks("geometric_asian_put", strike, market).value >= put - 1e-12);
      if (market.carry.rate < market.carry.yield) continue;
      const auto plain =
          pricing::black_scholes({pricing::Right::call, strike, 0.4}, kSpot, market.volatility, market.carry);
      CHECK(call <= plain.value);
    }
}

TEST_CASE("An average of one date is the option at that date") {
  for (const std::string side : {"call", "put"})
    for (const std::string kind : {"asian_", "geometric_asian_"}) {
      const auto one = priced(kind + side, terms(kSpot, 95, 0.3, 1), 0.4, {0.03, 0.01});
      const auto right = side == "call" ? pricing::Right::call : pricing::Right::put;
      const auto plain = pricing::black_scholes({right, 95, 0.3}, kSpot, 0.4, {0.03, 0.01});
      CHECK_THAT(one.value, WithinAbs(plain.value, 1e-11));
      CHECK_THAT(one.delta, WithinAbs(plain.delta, 1e-12));
      CHECK_THAT(one.gamma, WithinAbs(plain.gamma, 1e-12));
      CHECK_THAT(one.vega, WithinAbs(plain.vega, 1e-9));
    }
}

TEST_CASE("Lookbacks are worth more than the options they remember the best moment of") {
  for (const Market& market : kMarkets) {
    const auto plain =
        pricing::black_scholes({pricing::Right::call, 110, 0.4}, kSpot, market.volatility, market.carry);
    CHECK(greeks("lookback_call", 110, market).value > plain.value);
    // carry of nothing is the limit of a small one
    const Market none{market.volatility, {market.carry.rate, market.carry.rate}},
        small{market.volatility, {market.carry.rate, market.carry.rate + 1e-9}};
    CHECK_THAT(greeks("lookback_call", 110, none).value,
               WithinAbs(greeks("lookback_call", 110, small).value, 1e-6));
  }
}

TEST_CASE("A variance swap is worth the excess of the variance that is quoted") {
  for (const Market& market : kMarkets) {
    const auto swap = greeks("variance_swap", 100, market);
    const double drift = market.carry.rate - market.carry.yield - 0.5 * market.volatility * market.volatility;
    const double expected = market.volatility * market.volatility + drift * drift * 0.4 / 20 - 0.09;
    CHECK_THAT(swap.value, WithinAbs(std::exp(-market.carry.rate * 0.4) * expected, 1e-12));
  }
}

TEST_CASE("Greeks of every kind are derivatives of its value") {
  for (const instruments::ContractRow* row : instruments::contract_rows())
    for (const Market& market : kMarkets) {
      const std::string kind = row->name;
      if (kind.starts_with("forward_start") || kind == "cliquet" || kind == "variance_swap" ||
          kind.find("lookback") != std::string::npos)
        continue;  // their reference is today's spot, which would be bumped along
      if (kind.starts_with("american") || kind.starts_with("bermudan")) continue;  // early_exercise_test.cpp
      INFO(kind << " at " << market.volatility);
      const auto at = greeks(kind, 104, market);
      const double h = 1e-3, up = greeks(kind, 104, market, h).value,
                   down = greeks(kind, 104, market, -h).value;
      CHECK_THAT(at.delta, WithinAbs((up - down) / (2 * h), 1e-6));
      CHECK_THAT(at.gamma, WithinAbs((up - 2 * at.value + down) / (h * h), 2e-4));
      const double v = 1e-5, more = greeks(kind, 104, market, 0, v).value,
                   less = greeks(kind, 104, market, 0, -v).value;
      CHECK_THAT(at.vega, WithinAbs((more - less) / (2 * v), 1e-4 * kSpot));
    }
}

namespace {

std::string terms_of(const instruments::Asks& asks, const std::string& kind) {
  std::string out;
  if (asks.strike) out += ", strike: 102 %";
  if (kind.starts_with("bermudan")) out += ", observed: 1 d";
  if (asks.barrier) out += kind.starts_with("up") ? ", barrier: 125 %" : ", barrier: 88 %";
  if (asks.rebate) out += ", rebate: 1.5";
  if (asks.payout) out += ", payout: 20";
  if (asks.starts) out += ", starts: 10 d";
  if (asks.floor) out += ", floor: -3 %, cap: 5 %";
  if (asks.strike_volatility) out += ", strike_vol: 30 %";
  return out;
}

Run hedged(const instruments::ContractRow& row, const std::string& more, const std::string& simulation) {
  OneAsset one;
  one.market = "spot: 100, implied_vol: 30 %, rate: 4 %, yield: 1 %";
  one.positions = std::string("[{instrument: ") + row.name + ", asset: A, expiry: 40 d, quantity: -2" +
                  terms_of(row.asks, row.name) + more + "}]";
  one.dynamics = "{model: gbm, volatility: 30 %, drift: 12 %}";
  one.hedgers = "{bs: {model: black_scholes, costs: none}}";
  one.simulation = simulation;
  return run_yaml(one.text());
}

}  // namespace

TEST_CASE("Hedging every kind in the market its price is right in earns nothing and removes the risk") {
  for (const instruments::ContractRow* row : instruments::contract_rows()) {
    const Run run = hedged(*row, "", "horizon: 40 d, steps: 480, paths: 16384, seed: 12");
    const SampleMoments bs = sample_moments(run.pnl("bs")), alone = sample_moments(run.pnl("unhedged"));
    // the formulas of what is watched or averaged at dates are good to a part of a thousand of the price
    const double bias = 2e-3 * std::abs(run.plan().assets[0].value_today) + 1e-6;
    INFO(row->name << ": " << bs.mean << " +- " << bs.mean_error << ", sd " << bs.sd << " of " << alone.sd);
    CHECK(std::abs(bs.mean) < 4.5 * bs.mean_error + bias);
    const std::string kind = row->name;
    if (kind != "variance_swap") CHECK(bs.sd < 0.25 * alone.sd);
  }
}

TEST_CASE("Marked at the horizon, a contract is worth what it earns on average until it pays") {
  // P&L to a horizon inside the life against that of the whole life, hedged: both have mean nothing
  for (const instruments::ContractRow* row : instruments::contract_rows()) {
    const Run run = hedged(*row, "", "horizon: 20 d, steps: 240, paths: 16384, seed: 5");
    const SampleMoments bs = sample_moments(run.pnl("bs"));
    const double bias = 2e-3 * std::abs(run.plan().assets[0].value_today) + 1e-6;
    INFO(row->name << ": " << bs.mean << " +- " << bs.mean_error);
    CHECK(std::abs(bs.mean) < 4.5 * bs.mean_error + bias);
  }
}

TEST_CASE("Tables of contracts are within their bound of the formulas") {
  for (const instruments::ContractRow* row : instruments::contract_rows()) {
    const std::string simulation = "horizon: 40 d, steps: 60, paths: 512, seed: 8";
    const Run tabulated = hedged(*row, "", simulation),
              exact = hedged(*row, "", simulation + ", greeks: exact");
    double worst = 0, scale = 0;
    for (std::size_t path = 0; path < 512; ++path) {
      worst = std::max(worst, std::abs(tabulated.pnl("bs")[path] - exact.pnl("bs")[path]));
      scale = std::max(scale, std::abs(exact.pnl("unhedged")[path] - exact.pnl("bs")[path]));
    }
    INFO(row->name << ": " << worst << " of " << scale);
    CHECK(worst < 2e-4 * scale);
  }
}
