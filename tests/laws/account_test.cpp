#include <algorithm>
#include <cmath>

#include "engine/simulation/path_block.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/problems.hpp"
#include "tests/support/run_yaml.hpp"

// What an account does to a run: nothing where there is enough, and what its record says where there is not.

using namespace unhedged;
using namespace unhedged::testing;

namespace {

/// A book of two assets, one hedged with its perpetual, in a storm.
std::string desk(const std::string& hedgers, const std::string& more = "") {
  return R"(name: account
market:
  assets:
    A: {spot: 100, implied_vol: 60 %, rate: 4 %, half_spread: 5 bp, daily_volume: 1e6,
        perpetual: {funding: 0 %}}
    B: {spot: 20, implied_vol: 60 %, rate: 4 %, yield: 1 %, half_spread: 10 bp, daily_volume: 1e6}
portfolio:
  - {instrument: call, asset: A, strike: 100, expiry: 10 d, quantity: -40}
  - {instrument: put, asset: A, strike: 95 %, expiry: 40 d, quantity: -25}
  - {instrument: put, asset: B, strike: 20, expiry: 60 d, quantity: -50, premium: 1.5}
scenarios:
  - name: storm
    start: calm
    regimes:
      calm: {dynamics: {default: {model: gbm, volatility: 60 %}}}
      crash:
        dynamics: {default: {model: merton, volatility: 150 %, jump_rate: 60, jump_mean: -8 %, jump_vol: 6 %}}
        liquidity: {default: {half_spread: 10 x, daily_volume: 0.1 x)" +
         more + R"(}}
    transitions: [{from: calm, to: crash, rate: 30}]
hedgers:
)" + hedgers +
         R"(
simulation: {horizon: 20 d, step: 12 h, paths: 512, seed: 3}
output: {file: x.h5, worst_paths: 0}
)";
}

const std::string kBase =
    "model: black_scholes, hedge_with: perpetual, costs: {fee: 2 bp}, close_out: market";
const std::string kMargin = "margin: {model: fraction, initial: 20 %, maintenance: 10 %}";

std::string hedger(const std::string& name, const std::string& account, const std::string& more = "") {
  return "  " + name + ": {" + kBase + more + (account.empty() ? "" : ", account: {" + account + "}") + "}\n";
}

bool same_bits(std::span<const double> a, std::span<const double> b) {
  return std::equal(a.begin(), a.end(), b.begin(), b.end());
}

double mean(std::span<const double> x) {
  double sum = 0;
  for (const double one : x) sum += one;
  return sum / static_cast<double>(x.size());
}

}  // namespace

TEST_CASE("Where there is enough an account changes no bit, whatever it looks at") {
  const Run run = run_yaml(desk(
      hedger("none", "") + hedger("empty", "lending_spread: 0 %") +
      hedger("rich", "collateral: {cash: 1e12}, " + kMargin) +
      hedger("assets", "collateral: {assets: {B: {units: 1e12, haircut: 50 %, elasticity: 2}}}, " + kMargin) +
      hedger("both", "covers: all, collateral: {cash: 1e12}, " + kMargin) +
      hedger("winner",
             "collateral: {cash: 1e12}, " + kMargin +
                 ", adl: {rule: binance, fund: 0, open_interest: 1e6, leverage: {median: 10, spread: "
                 "2}}")));
  for (const char* name : {"empty", "rich", "assets", "both", "winner"}) {
    INFO(name);
    CHECK(same_bits(run.pnl("none"), run.pnl(name)));
  }
  for (std::size_t h = 0; h < 6; ++h) CHECK(mean(run.outcome.numbers("cash_called", 0, h)) == 0);
}

TEST_CASE("With the latency, slices and rules of a desk the same holds") {
  for (const std::string& more :
       {std::string(", latency: 18 h"), std::string(", slices: 3"),
        std::string(", rebalance: {any: [{move: 1 sd}, {every: 2 d}]}"), std::string(", lot: 1")}) {
    INFO(more);
    const Run run =
        run_yaml(desk(hedger("none", "", more) + hedger("rich", "collateral: {cash: 1e12}, " + kMargin, more),
                      ", participation: 5 %"));
    CHECK(same_bits(run.pnl("none"), run.pnl("rich")));
  }
}

TEST_CASE("Who pays every call stands as one who was never asked") {
  const Run run = run_yaml(
      desk(hedger("none", "") + hedger("payer",
                                       "collateral: {cash: 400}, margin: {model: fraction, initial: 20 "
                                       "%, maintenance: 20 %}, on_breach: {top_up: unlimited}")));
  const auto called = run.outcome.numbers("cash_called", 0, 1);
  CHECK(mean(called) > 1);
  const auto flags = run.outcome.flags("margin_called", 0, 1), closed = run.outcome.flags("liquidated", 0, 1);
  for (std::size_t path = 0; path < called.size(); ++path) {
    CHECK((called[path] > 0) == (flags[path] != 0));
    CHECK(closed[path] == 0);
  }
}

TEST_CASE("More collateral fails less often and later") {
  std::string hedgers;
  const std::vector<double> cash{150, 300, 600, 1200};
  for (std::size_t k = 0; k < cash.size(); ++k)
    hedgers +=
        hedger("h" + std::to_string(k), "collateral: {cash: " + number(cash[k]) +
                                            "}, margin: {model: fraction, initial: 5 %, maintenance: 5 %}");
  const Run run = run_yaml(desk(hedgers));
  double last = 2, time = 0;
  for (std::size_t h = 0; h < cash.size(); ++h) {
    const auto flags = run.outcome.flags("liquidated", 0, h);
    const double share =
        static_cast<double>(std::ranges::count(flags, 1)) / static_cast<double>(flags.size());
    const double until = mean(run.outcome.numbers("time_to_failure", 0, h));
    CHECK(share < last);
    CHECK(until > time);
    last = share;
    time = until;
  }
  CHECK(last > 0);
}

TEST_CASE("Who is closed holds nothing to the end, and has paid what its ledger says") {
  const Run run = run_yaml(desk(hedger(
      "poor",
      "collateral: {cash: 300}, lending_spread: 1 %, borrowing_spread: 3 %, borrow_cost: 2 %, " + kMargin)));
  const auto record = everything(run);
  const auto flags = run.outcome.flags("liquidated", 0, 0);
  const auto failed = run.outcome.numbers("time_to_failure", 0, 0);
  const std::size_t last = record.steps - 1;
  std::size_t closed = 0;
  for (std::size_t path = 0; path < flags.size(); ++path) {
    const double pnl = run.pnl("poor")[path];
    const double sum = record.at("pnl_so_far", path, last, 0) + record.at("pnl_so_far", path, last, 1);
    CHECK(std::abs(sum - pnl) < 1e-9 * (1e4 + std::abs(pnl)));
    if (flags[path] == 0) continue;
    ++closed;
    for (std::size_t t = 0; t < record.steps; ++t)
      if (run.plan().grid.time(t) >= failed[path])
        for (std::size_t a = 0; a < 2; ++a) CHECK(std::abs(record.at("hedge", path, t, a)) < 1e-9);
  }
  CHECK(closed > 20);
  CHECK(run.outcome.tally("financing", 0, 0).sum > 0);
}

TEST_CASE("A book that is closed with its hedge earns nothing any more") {
  const Run run =
      run_yaml(desk(hedger("all", "covers: all, collateral: {cash: 200}, " + kMargin) +
                    hedger("dear", "covers: all, book_cost: 1 %, collateral: {cash: 200}, " + kMargin)));
  const auto record = everything(run);
  const auto flags = run.outcome.flags("liquidated", 0, 0);
  const auto failed = run.outcome.numbers("time_to_failure", 0, 0);
  const std::size_t last = record.steps - 1;
  std::size_t closed = 0;
  for (std::size_t path = 0; path < flags.size(); ++path) {
    if (flags[path] == 0) {
      CHECK(run.pnl("all")[path] == run.pnl("dear")[path]);
      continue;
    }
    ++closed;
    std::size_t t = 0;
    while (run.plan().grid.time(t) < failed[path]) ++t;
    double then = 0;
    for (std::size_t a = 0; a < 2; ++a) then += record.at("pnl_so_far", path, t, a);
    then *= std::exp(0.04 * (run.plan().grid.horizon_years() - run.plan().grid.time(t)));
    CHECK(std::abs(then - run.pnl("all")[path]) < 1e-6 * (1 + std::abs(then)));
    if (t < last) CHECK(run.pnl("dear")[path] < run.pnl("all")[path]);
  }
  CHECK(closed > 20);
}

TEST_CASE("What the market takes at once is sold as if there were no cap") {
  const std::string poor = hedger("poor", "collateral: {cash: 300}, " + kMargin);
  const Run free = run_yaml(desk(poor)), capped = run_yaml(desk(poor, ", participation: 100 %"));
  const Run tight = run_yaml(desk(poor, ", participation: 0.02 %"));
  CHECK(same_bits(free.pnl("poor"), capped.pnl("poor")));
  CHECK_FALSE(same_bits(free.pnl("poor"), tight.pnl("poor")));
}

TEST_CASE("What is deleveraged is what the P&L lacks, path by path") {
  const auto account = [](const std::string& at, const std::string& fund) {
    return ", account: {on_breach: {top_up: unlimited}, collateral: {cash: 300}, margin: {model: fraction, "
           "initial: 1 %, maintenance: 1 %}, "
           "adl: {rule: bitmex, closed_at: " +
           at + ", fund: " + fund + ", open_interest: 1e6, leverage: {median: 20, spread: 3}}}}\n";
  };
  const std::string still =
      "model: black_scholes, hedge_with: perpetual, costs: none, rebalance: {every: 20 d}";
  const Run run = run_yaml(desk("  mark: {" + still + account("mark", "0") + "  bankrupt: {" + still +
                                account("bankruptcy", "0") + "  fund: {" + still + account("mark", "1e9") +
                                "  still: {" + still + "}\n"));
  CHECK(same_bits(run.pnl("fund"), run.pnl("still")));
  for (std::size_t h = 0; h < 2; ++h) {
    const auto flags = run.outcome.flags("deleveraged", 0, h);
    const auto loss = run.outcome.numbers("deleveraging_loss", 0, h), pnl = run.outcome.pnl(0, h);
    CHECK(std::ranges::count(flags, 1) > 10);
    for (std::size_t path = 0; path < flags.size(); ++path) {
      CHECK(std::abs(run.pnl("still")[path] - pnl[path] - loss[path]) < 1e-9 * (1e4 + std::abs(pnl[path])));
      CHECK((loss[path] != 0) <= (flags[path] != 0));
    }
  }
  CHECK(run.outcome.tally("deleveraging_cost", 0, 0).sum == 0);
  CHECK(run.outcome.tally("deleveraging_cost", 0, 1).sum != 0);
}

TEST_CASE("What cannot be is refused with its place") {
  const auto refused = [](const std::string& account, std::initializer_list<std::string> parts) {
    return reports(problems_of(desk(hedger("h", account))), parts);
  };
  CHECK(refused("collateral: {cash: 5, assets: {C: {units: 1, haircut: 10 %}}}, " + kMargin,
                {"hedgers.h.account.collateral.assets.C", "unknown asset"}));
  CHECK(refused("collateral: {assets: {A: {units: 1, haircut: 110 %}}}, " + kMargin, {"assets.A.haircut"}));
  CHECK(refused("collateral: {cash: 5}", {"account.collateral", "without `margin`"}));
  CHECK(refused(kMargin, {"account.margin", "without `collateral`"}));
  CHECK(refused("collateral: {cash: 5}, margin: {model: fractions, initial: 1 %, maintenance: 1 %}",
                {"margin.model", "did you mean \"fraction\""}));
  CHECK(refused("collateral: {cash: 5}, margin: {model: fraction, initial: 1 %, maintenance: 2 %}",
                {"margin.maintenance", "above `initial`"}));
  CHECK(refused("collateral: {cash: 5}, check: 7 h, " + kMargin,
                {"account.check", "whole number of simulation steps"}));
  CHECK(
      refused("collateral: {cash: 5}, on_breach: {pause: 1 d}, " + kMargin, {"on_breach.pause", "one part"}));
  CHECK(refused("collateral: {cash: 5}, book_cost: 1 %, " + kMargin, {"book_cost", "covers: all"}));
}

TEST_CASE("The P&L is the sum of its causes where money costs and positions are taken") {
  std::string text = desk(
      hedger("poor",
             "covers: all, collateral: {cash: 300}, lending_spread: 1 %, borrowing_spread: 3 %, "
             "borrow_cost: {B: 5 %}, book_cost: 1 %, " +
                 kMargin + ", on_breach: {part: 30 %, pause: 12 h}") +
      hedger(
          "winner",
          "on_breach: {top_up: unlimited}, collateral: {cash: 300}, margin: {model: fraction, initial: 1 %, "
          "maintenance: 1 %}, adl: {rule: bitmex, closed_at: bankruptcy, fund: 0, open_interest: 1e6, "
          "leverage: {median: 20, spread: 3}}"));
  text.replace(text.find("worst_paths: 0"), 14, "worst_paths: 0, attribution: paths");
  const Run run = run_yaml(text);
  const auto cause = [&](std::size_t hedger, simulation::Bucket bucket) {
    return run.outcome.numbers("path_attribution", 0,
                               hedger * simulation::kBuckets + static_cast<std::size_t>(bucket));
  };
  for (std::size_t h = 0; h < 2; ++h)
    for (std::size_t path = 0; path < run.plan().paths; ++path) {
      double sum = 0;
      for (std::size_t b = 0; b < simulation::kBuckets; ++b)
        sum += cause(h, static_cast<simulation::Bucket>(b))[path];
      CHECK(std::abs(sum - run.pnl(run.plan().hedgers[h].name)[path]) < 1e-9);
      CHECK(std::abs(cause(h, simulation::Bucket::remainder)[path]) < 1e-8);
    }
  const auto largest = [&](std::size_t hedger, simulation::Bucket bucket) {
    return std::ranges::max(cause(hedger, bucket), {}, [](double x) { return std::abs(x); });
  };
  CHECK(std::abs(largest(0, simulation::Bucket::liquidation)) > 1);
  CHECK(std::abs(largest(0, simulation::Bucket::financing)) > 0);
  CHECK(largest(1, simulation::Bucket::liquidation) == 0);
  CHECK(std::abs(largest(1, simulation::Bucket::deleveraging)) > 0.1);
}
