#include <cmath>
#include <numeric>

#include "engine/math/normal.hpp"
#include "engine/pricing/black_scholes.hpp"
#include "engine/simulation/explained.hpp"
#include "engine/simulation/track.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/run_yaml.hpp"

// Where the P&L comes from; docs/methods/attribution.md. The references go through the recorded prices of
// every path with closed forms of their own.

using namespace unhedged;
using namespace unhedged::testing;
using Catch::Matchers::WithinAbs;
using simulation::Bucket;

namespace {

constexpr double kDay = 1.0 / 365;

double of(const Run& run, const std::string& hedger, Bucket bucket, std::size_t path) {
  std::size_t h = 0;
  while (run.plan().hedgers[h].name != hedger) ++h;
  const auto part = h * simulation::kBuckets + static_cast<std::size_t>(bucket);
  return run.outcome.numbers("path_attribution", 0, part)[path];
}

/// The largest of a cause over the paths of all hedgers.
double largest(const Run& run, Bucket bucket) {
  double worst = 0;
  for (std::size_t h = 0; h < run.plan().hedgers.size(); ++h)
    for (std::size_t path = 0; path < run.plan().paths; ++path)
      worst = std::max(worst, std::abs(of(run, run.plan().hedgers[h].name, bucket, path)));
  return worst;
}

double most_traded(const Run& run) {
  double notional = run.plan().gross_notional();
  return notional * 10;
}

/// They sum to the P&L, and the one that is worked out last has nothing left to explain.
void check_sums(const Run& run, double left) {
  for (std::size_t h = 0; h < run.plan().hedgers.size(); ++h) {
    const std::string& name = run.plan().hedgers[h].name;
    for (std::size_t path = 0; path < run.plan().paths; ++path) {
      double sum = 0;
      for (std::size_t b = 0; b < simulation::kBuckets; ++b)
        sum += of(run, name, static_cast<Bucket>(b), path);
      CHECK_THAT(sum, WithinAbs(run.pnl(name)[path], 1e-12 * most_traded(run)));
    }
  }
  CHECK(largest(run, Bucket::remainder) < left);
}

OneAsset straddle() {
  OneAsset config;
  config.market = "spot: 100, implied_vol: 40 %, rate: 3 %, yield: 1 %, half_spread: 5 bp";
  config.positions =
      "[{instrument: call, asset: A, strike: 105, expiry: 20 d, quantity: -10}, {instrument: put, asset: A, "
      "strike: 95, expiry: 6 d, quantity: -7}, {instrument: forward, asset: A, strike: 99, expiry: 15 d, "
      "quantity: 2}]";
  config.hedgers =
      "{unhedged: {model: none}, bs: {model: black_scholes}, fixed: {model: black_scholes, volatility: 30 %, "
      "rebalance: {delta_band: 5 %}, costs: {fee: 2 bp}}, late: {model: black_scholes, latency: 12 h, "
      "rebalance: "
      "{every: "
      "1 d}}}";
  config.dynamics = "{model: gbm, volatility: 40 %}";
  config.simulation = "horizon: 10 d, step: 6 h, paths: 300, seed: 7";
  config.attribution = "paths";
  return config;
}

double call_value(double spot, double strike, double life, double vol, double rate, double yield) {
  if (life <= 0) return std::max(0.0, spot - strike);
  const double sd = vol * std::sqrt(life);
  const double d = (std::log(spot / strike) + (rate - yield) * life) / sd + sd / 2;
  const auto cdf = [](double x) { return 0.5 * std::erfc(-x / std::sqrt(2.0)); };
  return spot * std::exp(-yield * life) * cdf(d) - strike * std::exp(-rate * life) * cdf(d - sd);
}

}  // namespace

TEST_CASE("Causes of the P&L sum to it and nothing is left over") {
  const Run plain = run_yaml(straddle().text());
  check_sums(plain, 1e-8);
  for (const Bucket off :
       {Bucket::jump, Bucket::regime, Bucket::vega, Bucket::cross, Bucket::basis, Bucket::funding,
        Bucket::hedge_options, Bucket::exercise, Bucket::impact, Bucket::self_inflicted})
    CHECK(largest(plain, off) == 0);
  for (const Bucket on : {Bucket::theta, Bucket::gamma, Bucket::unhedged_delta, Bucket::belief_delta,
                          Bucket::unfilled_delta, Bucket::spread, Bucket::fees, Bucket::financing})
    CHECK(largest(plain, on) > 0);
}

TEST_CASE("What feedback and jumps and perpetuals and hedge options bring sums to the P&L") {
  OneAsset config = straddle();
  config.market += ", daily_volume: 3e4, perpetual: {funding: 30 %, basis: 0.5 %, basis_vol: 1 %}";
  config.scenario =
      "feedback: {crowding: 3, transient: 0.5, half_life: 2 h}, regimes: {calm: {dynamics: {A: {model: "
      "bates, "
      "volatility: 40 %, long_run_volatility: 40 %, mean_reversion: 5, vol_of_variance: 1, correlation: "
      "-0.6, "
      "jump_rate: 20, jump_mean: -4 %, jump_vol: 3 %}}}, wild: {dynamics: {A: {model: merton, volatility: 90 "
      "%, jump_rate: 40, jump_mean: -4 %, jump_vol: 3 %}}, on_entry: {A: {jump_mean: -6 %}}}}, start: calm, "
      "transitions: [{from: calm, to: wild, rate: 20}]";
  config.hedgers =
      "{unhedged: {model: none}, perp: {model: black_scholes, hedge_with: perpetual}, vega: {model: "
      "black_scholes, objective: delta_vega, hedge_with: [spot, {instrument: call, asset: A, strike: 105 %, "
      "expiry: 30 d, roll_at: 26 d}]}, sold: {model: black_scholes, close_out: market, settlement_delay: 2 "
      "d}}";
  const Run run = run_yaml(config.text());
  check_sums(run, 1e-7);
  for (const Bucket on : {Bucket::jump, Bucket::regime, Bucket::vega, Bucket::cross, Bucket::basis,
                          Bucket::funding, Bucket::hedge_options, Bucket::self_inflicted})
    CHECK(largest(run, on) > 0);
}

namespace {

/// The book of straddle() by hand.
struct Reference {
  struct Held {
    double strike, expiry_days, quantity;
    int kind;  // 1 a call, -1 a put, 0 a forward
  };
  std::vector<Held> book{{105, 20, -10, 1}, {95, 6, -7, -1}, {99, 15, 2, 0}};
  double rate = 0.03, yield = 0.01, step_days = 0.25;

  /// Worth at a spot of what is alive after a time, or just before it with payoffs.
  double value(double days, double spot, double vol, bool with_payoffs) const {
    double sum = 0;
    for (const Held& one : book) {
      const double left = one.expiry_days - days;
      if (left < -1e-9 || (left < 1e-9 && !with_payoffs)) continue;
      const double life = left * kDay,
                   forward = spot * std::exp(-yield * life) - one.strike * std::exp(-rate * life);
      const double call = call_value(spot, one.strike, left < 1e-9 ? 0 : life, vol, rate, yield);
      sum += one.quantity * (one.kind == 1 ? call : one.kind == -1 ? call - forward : forward);
    }
    return sum;
  }
  double delta(double days, double spot, double vol) const {
    const double h = 1e-4 * spot;
    return (value(days, spot + h, vol, false) - value(days, spot - h, vol, false)) / (2 * h);
  }
};

/// The causes of a path by the loop of the methods page.
struct Causes {
  double theta = 0, gamma = 0, vega = 0, cross = 0, regime = 0, financing = 0, open = 0, unfilled = 0;
};

Causes explain_by_hand(const Run& run, const simulation::PathRecord& record, std::size_t path) {
  const Reference book;
  const auto track = [&](const char* name, std::size_t step) { return record.at(name, path, step, 0); };
  const double horizon = run.plan().grid.horizon_years();
  Causes out;
  for (std::size_t t = 1; t < record.steps; ++t) {
    const double days = book.step_days * static_cast<double>(t), before = days - book.step_days;
    const double g = std::exp(book.rate * (horizon - days * kDay)),
                 g0 = std::exp(book.rate * (horizon - before * kDay));
    const double s0 = track("spot", t - 1), s1 = track("spot", t), q0 = track("implied_volatility", t - 1),
                 q1 = track("implied_volatility", t), ds = s1 - s0;
    const double delta = book.delta(before, s0, q0), waited = book.value(days, s0, q0, true),
                 moved = book.value(days, s1, q0, true), anew = book.value(days, s0, q1, true),
                 now = book.value(days, s1, q1, true), was = book.value(before, s0, q0, false);
    const bool entered = record.regime[path * record.steps + t] != record.regime[path * record.steps + t - 1];
    out.theta += g * (waited - was);
    (entered ? out.regime : out.gamma) += g * (moved - waited - delta * ds);
    if (entered) out.regime += g * (now - moved);
    else {
      out.vega += g * (anew - waited);
      out.cross += g * (now - moved - anew + waited);
    }
    const double hedge = track("hedge", t - 1), pending = track("pending", t - 1);
    out.financing +=
        -(g0 - g) * (was + hedge * s0) + g * hedge * s1 * std::expm1(book.yield * book.step_days * kDay);
    out.open += g * ds * (delta + hedge + pending);
    out.unfilled -= g * ds * pending;
  }
  return out;
}

}  // namespace

TEST_CASE("Each cause is what a loop over recorded prices makes of it") {
  OneAsset config = straddle();
  config.scenario =
      "regimes: {calm: {dynamics: {A: {model: gbm, volatility: 50 %}}}, wild: {dynamics: {A: {model: gbm, "
      "volatility: 90 %}}, on_entry: {A: {jump_mean: -6 %}}}}, start: calm, transitions: [{from: calm, to: "
      "wild, "
      "rate: 40}]";
  config.simulation = "horizon: 10 d, step: 6 h, paths: 60, seed: 7, greeks: exact";
  const Run run = run_yaml(config.text());
  check_sums(run, 1e-8);
  const std::pair<const char*, std::size_t> hedgers[] = {{"unhedged", 0}, {"bs", 1}, {"late", 3}};
  for (const auto& [name, index] : hedgers) {
    const simulation::PathRecord record = everything(run, 0, index);
    for (std::size_t path = 0; path < 60; ++path) {
      const Causes hand = explain_by_hand(run, record, path);
      CHECK_THAT(of(run, name, Bucket::theta, path), WithinAbs(hand.theta, 1e-8));
      CHECK_THAT(of(run, name, Bucket::gamma, path), WithinAbs(hand.gamma, 1e-4));  // its delta is a quotient
      CHECK_THAT(of(run, name, Bucket::regime, path), WithinAbs(hand.regime, 1e-4));
      CHECK_THAT(of(run, name, Bucket::vega, path), WithinAbs(hand.vega, 1e-8));
      CHECK_THAT(of(run, name, Bucket::cross, path), WithinAbs(hand.cross, 1e-8));
      CHECK_THAT(of(run, name, Bucket::financing, path), WithinAbs(hand.financing, 1e-8));
      CHECK_THAT(of(run, name, Bucket::unfilled_delta, path), WithinAbs(hand.unfilled, 1e-8));
      CHECK_THAT(of(run, name, Bucket::unhedged_delta, path) + of(run, name, Bucket::belief_delta, path),
                 WithinAbs(hand.open, 1e-4));
    }
  }
}

TEST_CASE("What a jump brings a hedged call is the gap of V-57") {
  // Short a call hedged at its delta the price jumps by J: C(S J) - C - delta S (J - 1) is lost.
  const std::pair<double, double> rows[] = {
      {0.5, 22.0091791242462}, {0.8, 6.45092929251480}, {0.95, 0.499996109578096}, {1.2, 5.76079497881502}};
  for (const auto& [jump, loss] : rows) {
    OneAsset config;
    config.market = "spot: 100, implied_vol: 20 %";
    config.positions = "[{instrument: call, asset: A, strike: 100, expiry: 0.25 y, quantity: -1}]";
    config.hedgers = "{unhedged: {model: none}, bs: {model: black_scholes, costs: none}}";
    config.scenario =
        "regimes: {a: {dynamics: {A: {model: gbm, volatility: 20 %}}}, b: {dynamics: {A: {model: gbm, "
        "volatility: 20 %}}, on_entry: {A: {jump_mean: " +
        number(std::log(jump)) + "}}}}, start: a, transitions: [{from: a, to: b, at: 0.000001 s}]";
    config.simulation = "horizon: 0.000002 s, steps: 2, paths: 10, seed: 3, greeks: exact";
    config.attribution = "paths";
    const Run run = run_yaml(config.text());
    for (std::size_t path = 0; path < 10; ++path) {
      CHECK_THAT(of(run, "bs", Bucket::regime, path), WithinAbs(-loss, 2e-5));
      CHECK_THAT(run.pnl("bs")[path], WithinAbs(-loss, 2e-3));
    }
  }
}

TEST_CASE("Tails sum to the expected shortfall and assets to the whole") {
  OneAsset config = straddle();
  config.more_assets = ", B: {spot: 50, implied_vol: 30 %, rate: 3 %}";
  config.correlation = "[{between: [A, B], value: 0.5}]";
  config.more_dynamics = ", B: {model: gbm, volatility: 30 %}";
  config.dynamics = "{model: merton, volatility: 40 %, jump_rate: 20, jump_mean: -4 %, jump_vol: 3 %}";
  config.positions =
      "[{instrument: call, asset: A, strike: 105, expiry: 20 d, quantity: -10}, {instrument: put, asset: B, "
      "strike: 50, expiry: 30 d, quantity: -20}]";
  config.simulation = "horizon: 10 d, step: 12 h, paths: 3000, seed: 7";
  const Run run = run_yaml(config.text());
  const simulation::Report report = simulation::make_report(*run.prepared, run.outcome);
  const std::size_t buckets = simulation::kBuckets;
  for (std::size_t h = 0; h < run.plan().hedgers.size(); ++h) {
    const simulation::Explanation& causes = report.explained[0][h];
    double tail = 0, mean = 0;
    for (std::size_t b = 0; b < buckets; ++b) {
      tail += causes.tail[b].value;
      mean += causes.mean[b].value;
      if (static_cast<Bucket>(b) == Bucket::remainder) continue;
      CHECK_THAT(causes.mean_by_asset[b] + causes.mean_by_asset[buckets + b],
                 WithinAbs(causes.mean[b].value, 1e-10));
      CHECK_THAT(causes.tail_by_asset[b] + causes.tail_by_asset[buckets + b],
                 WithinAbs(causes.tail[b].value, 1e-10));
    }
    CHECK_THAT(tail, WithinAbs(-report.at(0, h, "es_99").value, 1e-9));
    CHECK_THAT(mean, WithinAbs(report.at(0, h, "mean").value, 1e-9));
    CHECK(causes.tail[static_cast<std::size_t>(Bucket::jump)].value < -0.1);
  }
}

TEST_CASE("Means from a part of the paths sum to the mean of all and are those of all within errors") {
  OneAsset config = straddle();
  config.dynamics = "{model: merton, volatility: 40 %, jump_rate: 20, jump_mean: -4 %, jump_vol: 3 %}";
  config.simulation = "horizon: 10 d, step: 12 h, paths: 12000, seed: 9";
  const Run all = run_yaml(config.text());
  config.attribution = "means";
  const Run part = run_yaml(config.text());
  const simulation::Report of_all = simulation::make_report(*all.prepared, all.outcome),
                           of_part = simulation::make_report(*part.prepared, part.outcome);
  for (std::size_t h = 0; h < part.plan().hedgers.size(); ++h) {
    double sum = 0;
    for (std::size_t b = 0; b < simulation::kBuckets; ++b) {
      const risk::Estimate &one = of_part.explained[0][h].mean[b], &whole = of_all.explained[0][h].mean[b];
      sum += one.value;
      CHECK_THAT(one.value, WithinAbs(whole.value, 4 * one.standard_error + 1e-9));
      CHECK(one.standard_error >= whole.standard_error * 0.99 - 1e-12);
      CHECK(one.standard_error <= whole.standard_error * 3 + 1e-9);
      CHECK(of_part.explained[0][h].tail[b].value == of_all.explained[0][h].tail[b].value);
    }
    CHECK_THAT(sum, WithinAbs(of_part.at(0, h, "mean").value, 1e-9));
  }
}

TEST_CASE("Taking the P&L apart changes no bit of it") {
  OneAsset config = straddle();
  const Run with = run_yaml(config.text());
  config.attribution = "none";
  const Run without = run_yaml(config.text());
  for (const hedging::Hedger& hedger : with.plan().hedgers)
    for (std::size_t path = 0; path < with.plan().paths; ++path)
      CHECK(with.pnl(hedger.name)[path] == without.pnl(hedger.name)[path]);
}

TEST_CASE("Contracts and several assets and coins are taken apart as well") {
  OneAsset config = straddle();
  config.market += ", perpetual: {funding: 30 %, basis: 0.5 %, basis_vol: 1 %}";
  config.more_assets = ", B: {spot: 50, implied_vol: 30 %, rate: 3 %}";
  config.correlation = "[{between: [A, B], value: 0.5}]";
  config.more_dynamics = ", B: {model: gbm, volatility: 30 %}";
  config.hedgers = "{unhedged: {model: none}, bs: {model: black_scholes}}";
  config.simulation = "horizon: 10 d, step: 6 h, paths: 100, seed: 7";
  config.positions =
      "[{instrument: inverse_call, asset: A, strike: 105, expiry: 6 d, quantity: -10}, {instrument: future, "
      "asset: A, "
      "expiry: 8 d, quantity: 4}, {instrument: inverse_perpetual, asset: A, quantity: 300}, {instrument: "
      "perpetual, "
      "asset: A, quantity: -3}, {instrument: inverse_future, asset: A, expiry: 20 d, quantity: -200}]";
  check_sums(run_yaml(config.text()), 1e-8);
  const auto left = [&](const std::string& step) {
    config.simulation = "horizon: 10 d, step: " + step + ", paths: 200, seed: 7";
    const Run run = run_yaml(config.text());
    check_sums(run, 1e9);
    double squares = 0;
    for (std::size_t path = 0; path < 200; ++path)
      squares += std::pow(of(run, "bs", Bucket::remainder, path), 2);
    return std::sqrt(squares / 200);
  };
  for (const char* position : {"american_put, asset: A, strike: 108", "asian_call, asset: A, strike: 100",
                               "up_and_out_call, asset: A, strike: 100, barrier: 130"}) {
    config.positions = std::string("[{instrument: ") + position + ", expiry: 25 d, quantity: -10}]";
    const double coarse = left("12 h"), fine = left("1 h");
    UNSCOPED_INFO(position << ": " << coarse << ", " << fine);
    CHECK(fine < 0.6 * coarse);
  }
  config.positions =
      "[{instrument: exchange, assets: [A, B], weights: [1, 2], expiry: 25 d, quantity: -10}, {instrument: "
      "spread_call, assets: [B, A], strike: 1, expiry: 6 d, quantity: 4}]";
  const Run several = run_yaml(config.text());
  check_sums(several, 1e-8);
  CHECK(largest(several, Bucket::cross) > 1);
}
