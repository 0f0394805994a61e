#include <cmath>

#include "engine/simulation/path_block.hpp"
#include "engine/simulation/recorder.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/run_yaml.hpp"

// The identity of the ledger, path by path: the P&L the engine reports is the change of the book's value
// plus what the hedge earned less what trading cost, each recomputed from the recorded path alone.

using namespace unhedged;
using namespace unhedged::testing;

namespace {

const std::string kDesk = R"(name: ledger
market:
  assets:
    A: {spot: 100, implied_vol: 40 %, rate: 4 %, yield: 2 %, half_spread: 5 bp, daily_volume: 1e5}
    B: {spot: 20, implied_vol: 60 %, rate: -1 %, yield: 0 %, half_spread: 10 bp}
  correlation: [{between: [A, B], value: 0.6}]
portfolio:
  - {instrument: call, asset: A, strike: 100, expiry: 10 d, quantity: -40}
  - {instrument: put, asset: A, strike: 95 %, expiry: 40 d, quantity: 25}
  - {instrument: forward, asset: B, strike: 21, expiry: 5 d, quantity: 30}
  - {instrument: put, asset: B, strike: 20, expiry: 60 d, quantity: -50, premium: 1.5}
  - {instrument: spot, asset: A, quantity: 7}
scenarios:
  - name: storm
    start: calm
    regimes:
      calm: {dynamics: {default: {model: merton, volatility: 1 x, jump_rate: 5, jump_mean: -5 %,
                                  jump_vol: 5 %}}}
      crash:
        dynamics:
          A: {model: bates, volatility: 3 x, long_run_volatility: 2 x, mean_reversion: 10,
              vol_of_variance: 2, correlation: -0.5, jump_rate: 50, jump_mean: -5 %, jump_vol: 5 %}
          B: {model: heston, long_run_volatility: 2 x, mean_reversion: 10, vol_of_variance: 2,
              correlation: -0.5}
        correlation: {spike: 0.8}
        liquidity: {default: {half_spread: 10 x}, A: {half_spread: 20 x, daily_volume: 0.1 x}}
        implied_vol: {default: {premium: 10 %, skew: -5 %, curvature: 2 %}}
    transitions: [{from: calm, to: crash, rate: 20}, {from: crash, to: calm, after: 3 d}]
hedgers:
  hourly: {model: black_scholes, rebalance: {every: 1 d}, close_out: market}
  band: {model: black_scholes, volatility: 40 %, rebalance: {delta_band: 10 %}, costs: {fee: 2 bp,
      impact: {coefficient: 0.8, exponent: 0.6}}}
  marked: {model: black_scholes, costs: {half_spread: 30 bp, impact: none}, close_out: none}
  free: {model: black_scholes, costs: none}
  unhedged: {model: none}
simulation: {horizon: 20 d, step: 12 h, paths: 512, seed: 3}
output: {file: x.h5, worst_paths: 0}
)";

struct Ledger {
  double total = 0, turnover = 0;
};

/// Cost of an order by the formula of the documentation, from what the record shows.
double cost_of(const simulation::Plan& plan, const hedging::Hedger& hedger, std::size_t asset,
               double notional, double half_spread, double variance, double jump_variance, double volume) {
  const hedging::Costs& costs = hedger.costs[asset];
  if (costs.at_mid) return 0;
  double cost = notional * (costs.half_spread.value_or(half_spread) + costs.fee);
  if (volume > 0 && costs.impact.coefficient > 0)
    cost += notional * costs.impact.coefficient *
            std::sqrt((variance + jump_variance) / plan.calendar.days_per_year) *
            std::pow(notional / volume, costs.impact.exponent);
  return cost;
}

/// What the hedge in one asset earned by the horizon: gains, carry on cash, yield, less costs.
Ledger hedge_ledger(const Run& run, const simulation::PathRecord& record, std::size_t h, std::size_t path,
                    std::size_t a) {
  const simulation::Plan& plan = run.plan();
  const hedging::Hedger& hedger = plan.hedgers[h];
  const double dt = plan.grid.dt_years, rate = plan.assets[a].carry.rate, yield = plan.assets[a].carry.yield;
  Ledger ledger;
  double hedge = 0, cash = 0, gains = 0, carry = 0, income = 0, costs = 0;
  for (std::size_t t = 0; t < record.steps; ++t) {
    const double spot = record.at("spot", path, t, a);
    if (t > 0) {
      gains += hedge * (spot - record.at("spot", path, t - 1, a));
      const double interest = cash * std::expm1(rate * dt), dividends = hedge * spot * std::expm1(yield * dt);
      carry += interest;
      income += dividends;
      cash += interest + dividends;
    }
    const double order = record.at("fill", path, t, a), notional = std::abs(order) * spot;
    const auto& regime = plan.scenarios[0].regimes[record.regime[path * record.steps + t]].assets[a];
    const bool closing = t + 1 == record.steps;
    const double cost =
        closing && hedger.close_out != hedging::CloseOut::market
            ? 0
            : cost_of(plan, hedger, a, notional, record.at("half_spread", path, t, a),
                      record.at("variance", path, t, a), models::jump_variance(regime.dynamics),
                      record.at("daily_volume", path, t, a));
    hedge += order;
    cash -= order * spot + cost;
    costs += cost;
    ledger.turnover += notional;
    CHECK(std::abs(hedge - record.at("hedge", path, t, a)) < 1e-9 * (1 + std::abs(hedge)));
  }
  ledger.total = gains + carry + income - costs;
  return ledger;
}

/// Change of the book's value and its settlements, from scalar Black-Scholes.
double book_ledger(const Run& run, const simulation::PathRecord& record, std::size_t path, std::size_t a) {
  const simulation::Plan& plan = run.plan();
  const simulation::AssetPlan& asset = plan.assets[a];
  const std::size_t last = record.steps - 1;
  const double horizon = plan.grid.horizon_years(), rate = asset.carry.rate;
  const auto& regime = plan.scenarios[0].regimes[record.regime[path * record.steps + last]].assets[a];
  const double spot = record.at("spot", path, last, a), level = record.at("variance", path, last, a);
  double total = -asset.value_today * std::exp(rate * horizon) +
                 asset.book.spot_units * spot * std::exp(asset.carry.yield * horizon);
  for (const instruments::ExpiryBucket& bucket : asset.book.buckets) {
    const double tau = bucket.expiry_years - horizon;
    if (tau < 1e-9) {
      const auto t = locate(plan.grid, bucket.expiry_years).step;
      const double settled = record.at("spot", path, t, a);
      double payoff = bucket.units * settled + bucket.cash;
      for (const auto& call : bucket.calls) payoff += call.quantity * std::max(0.0, settled - call.strike);
      total += payoff * std::exp(rate * (horizon - plan.grid.time(t)));
      continue;
    }
    total += bucket.units * spot * std::exp(-asset.carry.yield * tau) + bucket.cash * std::exp(-rate * tau);
    for (const auto& call : bucket.calls) {
      const double k = std::log(call.strike / spot) - (rate - asset.carry.yield) * tau;
      total +=
          call.quantity * pricing::black_scholes_value({pricing::Right::call, call.strike, tau}, spot,
                                                       regime.curve.volatility(tau, level, k), asset.carry);
    }
  }
  return total;
}

}  // namespace

TEST_CASE(
    "P&L = change of value + settlements + gains + carry + yield - costs, to 1e-9 of turnover on every "
    "path") {
  const Run run = run_yaml(kDesk);
  std::vector<std::uint64_t> paths(run.plan().paths);
  for (std::size_t i = 0; i < paths.size(); ++i) paths[i] = i;
  bool saw_crash = false;
  for (std::size_t h = 0; h < run.plan().hedgers.size(); ++h) {
    const auto record = simulation::replay(*run.prepared, 0, h, paths);
    for (const auto regime : record.regime) saw_crash = saw_crash || regime == 1;
    double worst = 0;
    for (std::size_t path = 0; path < paths.size(); ++path) {
      Ledger sum;
      double gross = 0;
      for (std::size_t a = 0; a < run.plan().assets.size(); ++a) {
        const Ledger hedge = hedge_ledger(run, record, h, path, a);
        sum.total += hedge.total + book_ledger(run, record, path, a);
        sum.turnover += hedge.turnover;
        gross += run.plan().assets[a].book.gross_units(-1) * run.plan().assets[a].spot;
      }
      const double error = std::abs(sum.total - run.outcome.pnl(0, h)[path]);
      worst = std::max(worst, error / (sum.turnover + gross));
    }
    INFO(run.plan().hedgers[h].name << " worst " << worst);
    CHECK(worst < 1e-9);
  }
  CHECK(saw_crash);
}

TEST_CASE("A replayed path is the path of the run, to the last bit") {
  const Run run = run_yaml(kDesk);
  for (std::size_t h = 0; h < run.plan().hedgers.size(); ++h) {
    const auto worst = simulation::worst_paths(run.outcome.pnl(0, h), 3);
    for (std::size_t i = 1; i < worst.size(); ++i)
      CHECK(run.outcome.pnl(0, h)[worst[i - 1]] <= run.outcome.pnl(0, h)[worst[i]]);
    simulation::PathBlock block(*run.prepared);
    PathIds ids;
    for (std::size_t lane = 0; lane < kLanes; ++lane) ids.value[lane] = worst[lane % worst.size()];
    block.simulate(ids);
    for (std::size_t lane = 0; lane < kLanes; ++lane)
      CHECK(block.calm(0).pnl(h)[lane] == run.outcome.pnl(0, h)[worst[lane % worst.size()]]);
  }
}
