#include <algorithm>
#include <atomic>
#include <cstring>
#include <map>
#include <mutex>
#include <random>

#include "engine/core/errors.hpp"
#include "engine/simulation/path_block.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/run_yaml.hpp"

using namespace unhedged;
using namespace unhedged::testing;

namespace {

std::string desk(const std::string& paths) {
  return R"(name: d
market:
  assets:
    A: {spot: 100, implied_vol: 40 %, half_spread: 5 bp, daily_volume: 1e6}
    B: {spot: 20, implied_vol: 60 %}
  correlation: [{between: [A, B], value: 0.6}]
portfolio:
  - {instrument: call, asset: A, strike: 100, expiry: 20 d, quantity: -40}
  - {instrument: put, asset: B, strike: 20, expiry: 60 d, quantity: -50}
scenarios:
  - name: one
    start: calm
    regimes:
      calm: {dynamics: {default: {model: merton, volatility: 1 x, jump_rate: 5, jump_mean: -5 %,
                                  jump_vol: 5 %}}}
      crash: {dynamics: {default: {model: heston, volatility: 2 x, long_run_volatility: 2 x,
                                   mean_reversion: 10, vol_of_variance: 2, correlation: -0.5}},
                                     correlation: {spike: 0.5}}
    transitions: [{from: calm, to: crash, rate: 30}, {from: crash, to: calm, after: 3 d}]
  - {name: two, regimes: {r: {dynamics: {default: {model: gbm, volatility: 50 %}}}}}
hedgers:
  h: {model: black_scholes}
  b: {model: black_scholes, volatility: 40 %, rebalance: {delta_band: 5 %}}
simulation: {horizon: 20 d, step: 1 d, seed: 3, paths: )" +
         paths + "}\noutput: {file: x.h5}\n";
}

/// Every part of the world at once.
std::string wide(const std::string& paths) {
  return R"(name: w
market:
  assets:
    A: {spot: 100, implied_vol: 40 %, half_spread: 5 bp, daily_volume: 1e6, perpetual: {funding: 10 %,
        basis_vol: 1 %},
        surface: [{expiry: 7 d, volatility: 45 %, skew: -6 %, curvature: 5 %}, {expiry: 60 d,
          volatility: 40 %, skew: -7 %, curvature: 3 %}]}
    B:
      spot: 20
      implied_vol: 60 %
      half_spread: 5 bp
      daily_volume: 1e6
      venues: {x: {share: 60 %, latency: 12 h, outage_rate: 30, outage_length: 1 d, in_outage: stale},
               y: {share: 40 %, fee: 2 bp}}
  correlation: [{between: [A, B], value: 0.6}]
portfolio:
  - {instrument: call, asset: A, strike: 100, expiry: 20 d, quantity: -40}
  - {instrument: put, asset: B, strike: 20, expiry: 60 d, quantity: -50, implied_vol: 65 %}
scenarios:
  - name: all
    start: calm
    regimes:
      calm:
        dynamics: {default: {model: merton, volatility: 1 x, jump_rate: 15, jump_mean: -5 %, jump_vol: 5 %,
                             excitation: {branching: 0.6, half_life: 1 d}}}
        common_jumps: {c: {jump_rate: 10, jump_mean: -3 %, jump_vol: 3 %, loadings: {A: 1, B: 2},
                           excitation: {branching: 0.5, half_life: 6 h}}}
        liquidity: {default: {withdrawn_by_jump: 30 %, noise: 20 %, resilience: 1 d, spread_elasticity: 1,
                              participation: 20 %}}
        sentiment: {A: {half_life: 2 d, initial: 1, drift: 50 %, volatility: 20 %, correlation: 0.5}}
      crash:
        dynamics: {A: {model: bachelier, volatility: 3 x}, B: {model: svcj, volatility: 2 x,
          long_run_volatility: 2 x, mean_reversion: 10, vol_of_variance: 2, correlation: -0.5,
                   jump_rate: 20, jump_mean: -5 %, jump_vol: 5 %, variance_jump_mean: 0.1,
                     jump_correlation: -0.1}}
        correlation: {spike: 0.5, blend: 2 d, variance: 0.5}
        bubble: {B: {hazard: 5, growth: 3, crash_mean: -10 %}}
        order_flow: {A: {rate: 1000, same: 0.5, half_life: 1 d, impact: 5 bp, drain: 1 %}}
        liquidity: {default: {resilience: 1 d}}
    transitions: [{from: calm, to: crash, when: {drawdown: {asset: A, above: 8 %}}}, {from: crash, to: calm,
        rate: 60}]
    feedback: {crowding: 5, transient: 0.3, half_life: 1 d}
hedgers:
  h: {model: black_scholes, hedge_with: perpetual}
  b: {model: black_scholes, volatility: 40 %, rebalance: {delta_band: 5 %}}
  realised: {model: black_scholes, volatility: {realised: {window: 2 d}}}
  held: {model: black_scholes, volatility: recalibrated, recalibrate: {every: 2 d}}
  options: {model: black_scholes, objective: delta_gamma_vega, latency: 1 d, hedge_with: [
      {instrument: call, asset: A, strike: 100 %, expiry: 9 d, roll_at: 4 d},
      {instrument: put, asset: A, strike: 90 %, expiry: 30 d, roll_at: 20 d},
      {instrument: put, asset: B, strike: 95 %, expiry: 12 d, roll_at: 3 d},
      {instrument: call, asset: B, strike: 100 %, expiry: 40 d, roll_at: 35 d}]}
simulation: {horizon: 20 d, step: 12 h, seed: 3, paths: )" +
         paths + "}\noutput: {file: x.h5}\n";
}

bool same(std::span<const double> a, std::span<const double> b) {
  return std::memcmp(a.data(), b.data(), std::min(a.size(), b.size()) * sizeof(double)) == 0;
}

bool same(const simulation::Tally& a, const simulation::Tally& b) {
  return a.sum == b.sum && a.sum_of_squares == b.sum_of_squares;
}

/// Every number that is kept, path by path and as sums.
bool same(const simulation::Plan& plan, const simulation::Outcome& a, const simulation::Outcome& b) {
  bool equal = a.paths() == b.paths();
  for (std::size_t c = 0; c < plan.columns.size(); ++c)
    for (std::size_t s = 0; s < plan.scenarios.size(); ++s)
      for (std::size_t part = 0; part < simulation::width(plan.columns[c], plan, s); ++part) {
        if (plan.columns[c].keep == simulation::Keep::mean)
          equal = equal && same(a.tally(c, s, part), b.tally(c, s, part));
        else if (plan.columns[c].element == simulation::Element::number)
          equal = equal && same(a.numbers(c, s, part), b.numbers(c, s, part));
        else equal = equal && std::ranges::equal(a.flags(c, s, part), b.flags(c, s, part));
      }
  return equal;
}

/// Keeps batches in memory; asks for a stop after some.
class Kept final : public simulation::BatchStore {
 public:
  void keep(std::uint64_t batch, std::string_view bytes) override {
    const std::scoped_lock lock(gate_);
    batches[batch] = bytes;
    if (batches.size() >= most) enough = true;
  }

  std::map<std::uint64_t, std::string> batches;
  std::size_t most = static_cast<std::size_t>(-1);
  std::atomic<bool> enough{false};

 private:
  std::mutex gate_;
};

/// Whether paths shuffled over blocks and lanes come out as they did in the run.
bool survives_shuffling(const Run& run, unsigned seed) {
  std::vector<std::uint64_t> order(run.plan().paths);
  for (std::size_t i = 0; i < order.size(); ++i) order[i] = i;
  std::shuffle(order.begin(), order.end(), std::mt19937(seed));
  simulation::PathBlock block(*run.prepared);
  bool equal = true;
  for (std::size_t first = 0; first < order.size(); first += kLanes) {
    PathIds ids;
    std::copy_n(order.begin() + static_cast<std::ptrdiff_t>(first), kLanes, ids.value);
    block.simulate(ids);
    for (std::size_t s = 0; s < run.plan().scenarios.size(); ++s)
      for (std::size_t h = 0; h < run.plan().hedgers.size(); ++h)
        for (std::size_t lane = 0; lane < kLanes; ++lane)
          equal = equal && block.floor_of({s, h}).pnl(h)[lane] == run.outcome.pnl(s, h)[ids.value[lane]];
  }
  return equal;
}

}  // namespace

TEST_CASE("One, two and three threads give the same bits, flows included") {
  const Run one = run_yaml(desk("70_001"), 1);
  for (const int threads : {2, 3}) {
    const Run more = run_yaml(desk("70_001"), threads);
    for (std::size_t s = 0; s < 2; ++s)
      for (std::size_t h = 0; h < one.plan().hedgers.size(); ++h) {
        CHECK(same(one.outcome.pnl(s, h), more.outcome.pnl(s, h)));
        for (const char* flow : {"turnover", "spread_cost", "impact_cost", "fees", "cost"})
          CHECK(same(one.outcome.tally(flow, s, h), more.outcome.tally(flow, s, h)));
      }
  }
}

TEST_CASE("Blocks may run in any order, and paths stand in any lane") {
  CHECK(survives_shuffling(run_yaml(desk("2_560")), 5));
}

TEST_CASE("The same holds for every part of the world: threads, order, lanes, feedback, time in regimes") {
  const Run run = run_yaml(wide("2_560"), 1), more = run_yaml(wide("2_560"), 3);
  CHECK(survives_shuffling(run, 6));
  for (std::size_t h = 0; h < run.plan().hedgers.size(); ++h) {
    CHECK(same(run.outcome.pnl(0, h), more.outcome.pnl(0, h)));
    const char* const loss = "self_inflicted_loss";
    CHECK(same(run.outcome.numbers(loss, 0, h), more.outcome.numbers(loss, 0, h)));
  }
  for (std::size_t r = 0; r < 2; ++r) {
    CHECK(same(run.outcome.tally("regime_time", 0, r), more.outcome.tally("regime_time", 0, r)));
    CHECK(run.outcome.tally("regime_time", 0, r).sum > 0);
  }
}

TEST_CASE("More paths leave the first ones as they were, whatever the last block holds") {
  const Run few = run_yaml(desk("100")), many = run_yaml(desk("1_000"));
  for (std::size_t s = 0; s < 2; ++s)
    for (std::size_t h = 0; h < few.plan().hedgers.size(); ++h)
      CHECK(same(few.outcome.pnl(s, h), many.outcome.pnl(s, h)));
}

TEST_CASE("P&L kept in a file is the P&L kept in memory") {
  const Run memory = run_yaml(desk("3_000"));
  simulation::RunOptions options;
  options.storage.memory_bytes = 1000;
  const simulation::Outcome file = simulation::run(*memory.prepared, options);
  for (std::size_t s = 0; s < 2; ++s)
    for (std::size_t h = 0; h < memory.plan().hedgers.size(); ++h)
      CHECK(same(file.pnl(s, h), memory.outcome.pnl(s, h)));
  options.storage.folder = "/proc";
  CHECK_THROWS_AS(simulation::run(*memory.prepared, options), IoError);
}

TEST_CASE("A scenario in company is the scenario alone, whatever the others are") {
  const std::string text = desk("9_000");
  const std::size_t one = text.find("  - name: one"), two = text.find("  - {name: two"),
                    end = text.find("hedgers:");
  const Run both = run_yaml(text, 1);
  const Run alone[] = {run_yaml(std::string(text).erase(two, end - two)),
                       run_yaml(std::string(text).erase(one, two - one))};
  for (std::size_t s = 0; s < 2; ++s)
    for (std::size_t h = 0; h < both.plan().hedgers.size(); ++h) {
      CHECK(same(alone[s].outcome.pnl(0, h), both.outcome.pnl(s, h)));
      CHECK(same(alone[s].outcome.tally("turnover", 0, h), both.outcome.tally("turnover", s, h)));
    }
}

TEST_CASE("Paths of several hedgers replayed together are those replayed for one, feedback included") {
  for (const std::string& text : {desk("600"), wide("600")}) {
    const Run run = run_yaml(text);
    simulation::PathsOfHedgers paths;
    for (std::size_t h = 0; h < run.plan().hedgers.size(); ++h)
      paths.push_back(simulation::worst_paths(run.outcome.pnl(0, h), 90 + 20 * h));
    const auto together = simulation::replay(*run.prepared, 0, paths);
    for (std::size_t h = 0; h < paths.size(); ++h) {
      const auto alone = simulation::replay(*run.prepared, 0, h, paths[h]);
      CHECK(together[h].path == paths[h]);
      CHECK(together[h].regime == alone.regime);
      CHECK(together[h].track == alone.track);
    }
  }
}

TEST_CASE("Batches from a store, in any order, are the run, means and feedback included") {
  for (const std::string& text : {desk("5_000"), wide("2_500")}) {
    const Run run = run_yaml(text, 1);
    Kept kept;
    simulation::RunOptions options;
    options.threads = 3;
    options.store = &kept;
    simulation::run(*run.prepared, options);
    std::vector<std::uint64_t> order;
    for (const auto& [batch, bytes] : kept.batches) order.push_back(batch);
    REQUIRE(order.size() == simulation::batches_of(run.plan().paths));
    std::shuffle(order.begin(), order.end(), std::mt19937(3));
    simulation::Simulation again(*run.prepared, options);
    for (const std::uint64_t batch : order) CHECK(again.restore(batch, kept.batches[batch]));
    CHECK(again.complete());
    CHECK(same(run.plan(), again.take(), run.outcome));
    CHECK_FALSE(simulation::Simulation(*run.prepared, options).restore(0, "too short"));
    CHECK_FALSE(simulation::Simulation(*run.prepared, options).restore(99, kept.batches[0]));
  }
}

TEST_CASE("A run that is stopped and goes on, on other numbers of threads, is the run that was not") {
  const Run run = run_yaml(desk("9_100"), 2);
  Kept kept;
  for (const std::size_t most : {1, 9, 22, 99}) {
    simulation::RunOptions options;
    options.threads = 1 + static_cast<int>(most % 3);
    options.store = &kept;
    options.finish = &kept.enough;
    kept.most = most;
    kept.enough = false;
    simulation::Simulation part(*run.prepared, options);
    for (const auto& [batch, bytes] : kept.batches) part.restore(batch, bytes);
    part.run();
    CHECK(part.complete() == (most == 99));
    CHECK(part.finished().count() == kept.batches.size());
    const simulation::Outcome outcome = part.take();
    CHECK(outcome.paths() >= std::min(kept.batches.size() * kLanes, run.plan().paths));
    CHECK(same(run.plan(), outcome, run.outcome) == (most == 99));
  }
}

TEST_CASE("The first batches alone are a run of so many paths") {
  const Run few = run_yaml(desk("1_024")), many = run_yaml(desk("9_000"));
  simulation::RunOptions options;
  simulation::Simulation part(*many.prepared, options);
  part.run(4);
  CHECK(same(few.plan(), part.take(), few.outcome));
}

TEST_CASE("Shards put together are the run, whatever their number") {
  const Run run = run_yaml(wide("2_500"));
  for (const std::uint64_t of : {1, 3, 10}) {
    Kept kept;
    simulation::RunOptions options;
    options.store = &kept;
    for (std::uint64_t shard = 1; shard <= of; ++shard) {
      simulation::Simulation part(
          *run.prepared, options,
          {simulation::shard_of(simulation::batches_of(run.plan().paths), shard, of)});
      part.run();
      CHECK(part.complete());
    }
    simulation::Simulation merged(*run.prepared, options);
    for (const auto& [batch, bytes] : kept.batches) merged.restore(batch, bytes);
    CHECK(merged.complete());
    CHECK(same(run.plan(), merged.take(), run.outcome));
  }
}
