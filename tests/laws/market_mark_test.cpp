#include <cmath>

#include "engine/simulation/path_block.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/run_yaml.hpp"

// The market's mark of the book at every grid time, from tables, is what recorded paths show of it, which is
// worked out option by option.

using namespace unhedged;
using namespace unhedged::testing;
using Catch::Matchers::WithinAbs;

namespace {

/// What is marked on the paths of one block.
class Marks final : public simulation::Sink {
 public:
  explicit Marks(std::size_t assets) : value(assets) {}

  void at(const simulation::Floor& floor, std::uint32_t step) override {
    if (step == floor.run().plan().grid.steps) return;
    for (std::size_t a = 0; a < value.size(); ++a) value[a].push_back(*floor.mark(a)[pricing::Greek::value]);
  }

  std::vector<std::vector<Lanes>> value;  // [asset][step]
};

void check(const OneAsset& config, double tolerance) {
  Run run = run_yaml(config.text());
  run.configuration->plan.explained = simulation::Explained::means;
  const simulation::PreparedRun prepared(run.plan());
  simulation::PathBlock block(prepared);
  Marks marks(run.plan().assets.size());
  PathIds ids;
  for (std::size_t lane = 0; lane < kLanes; ++lane) ids.value[lane] = lane;
  block.simulate(ids, &marks);
  const simulation::PathRecord record = everything(run);
  const std::size_t paths = std::min<std::size_t>(kLanes, run.plan().paths);
  double worst = 0;
  for (std::size_t a = 0; a < run.plan().assets.size(); ++a)
    for (std::size_t step = 0; step < run.plan().grid.steps; ++step)
      for (std::size_t path = 0; path < paths; ++path)
        worst =
            std::max(worst, std::abs(marks.value[a][step][path] - record.at("book_value", path, step, a)));
  UNSCOPED_INFO(config.positions);
  CHECK(worst < tolerance);
}

OneAsset desk(const std::string& positions) {
  OneAsset config;
  config.market = "spot: 100, implied_vol: 40 %, rate: 3 %, perpetual: {funding: 20 %, basis: 0.3 %}";
  config.positions = positions;
  config.more_assets = ", B: {spot: 50, implied_vol: 30 %, rate: 3 %}";
  config.correlation = "[{between: [A, B], value: 0.5}]";
  config.scenario =
      "regimes: {calm: {dynamics: {A: {model: heston, volatility: 40 %, long_run_volatility: 40 %, "
      "mean_reversion: 2, vol_of_variance: 0.8, correlation: -0.6}, B: {model: gbm, volatility: 30 %}}}, "
      "wild: {dynamics: {A: {model: gbm, volatility: 90 %}, B: {model: gbm, volatility: 60 %}}}}, start: "
      "calm, transitions: [{from: calm, to: wild, at: 5 d}]";
  config.hedgers = "{unhedged: {model: none}, bs: {model: black_scholes, volatility: 35 %}}";
  config.simulation = "horizon: 10 d, step: 12 h, paths: 256, seed: 3";
  return config;
}

}  // namespace

TEST_CASE("The market's mark of options is what recorded paths show") {
  check(
      desk("[{instrument: call, asset: A, strike: 105, expiry: 6 d, quantity: 10}, {instrument: put, asset: "
           "A, strike: 95, expiry: 40 d, quantity: -7}, {instrument: call, asset: B, strike: 50, expiry: "
           "100 d, quantity: 3}, {instrument: spot, asset: B, quantity: 2}]"),
      1e-4);
}

TEST_CASE("The market's mark of contracts, several assets and coins is what recorded paths show") {
  constexpr double contract_bound = 1e-5, gross = 300;
  check(
      desk("[{instrument: up_and_out_call, asset: A, barrier: 120, strike: 100, expiry: 30 d, quantity: 3}]"),
      contract_bound * gross);
  for (const char* position :
       {"asian_call, asset: A, strike: 100, expiry: 8 d",
        "exchange, assets: [A, B], weights: [1, 2], expiry: 30 d",
        "inverse_call, asset: A, strike: 100, expiry: 4 d", "future, asset: A, expiry: 15 d"})
    check(desk(std::string("[{instrument: ") + position + ", quantity: 3}]"), 3e-4);
}
