#include "engine/simulation/valuation_cache.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/run_yaml.hpp"

// What is prepared is prepared once: runs that ask for the same tables get the same, with the same bits, and
// those that ask for others do not.

using namespace unhedged;
using namespace unhedged::testing;

namespace {

config::Configuration loaded(const OneAsset& config,
                             const std::shared_ptr<instruments::ContractShelf>& shelf) {
  config::LoadOptions options;
  options.contracts = shelf;
  return config::load_text(config.text(), "run.yaml", options);
}

OneAsset desk() {
  OneAsset config;
  config.simulation = "horizon: 15 d, step: 3 d, paths: 64, seed: 5";
  config.positions =
      "[{instrument: call, asset: A, strike: 100, expiry: 20 d, quantity: -3}, "
      "{instrument: down_and_out_put, asset: A, strike: 100, barrier: 80, expiry: 15 d, quantity: 2}]";
  config.dynamics =
      "{model: heston, volatility: 20 %, long_run_volatility: 30 %, mean_reversion: 3, vol_of_variance: 0.4, "
      "correlation: -0.5}";
  config.hedgers =
      "{unhedged: {model: none}, implied: {model: black_scholes}, fixed: {model: black_scholes, "
      "volatility: 25 %}}";
  return config;
}

/// Runs of several configurations that share what they can.
struct Shared {
  std::shared_ptr<instruments::ContractShelf> shelf = std::make_shared<instruments::ContractShelf>();
  std::shared_ptr<simulation::ValuationCache> cache = std::make_shared<simulation::ValuationCache>();

  std::vector<double> pnl(const OneAsset& config) {
    const config::Configuration configuration = loaded(config, shelf);
    const simulation::PreparedRun prepared(configuration.plan, 1, {}, cache);
    const simulation::Outcome outcome = simulation::run(prepared, {});
    std::vector<double> out;
    for (std::size_t h = 0; h < configuration.plan.hedgers.size(); ++h) {
      const auto pnl = outcome.pnl(0, h);
      out.insert(out.end(), pnl.begin(), pnl.end());
    }
    return out;
  }
  std::size_t entries() const { return cache->books().size() + cache->contracts().size(); }
};

}  // namespace

TEST_CASE("Runs that ask for the same tables share them, and their P&L is that of runs alone") {
  OneAsset config = desk();
  Shared alone;
  const auto expected = alone.pnl(config);
  Shared shared;
  CHECK(shared.pnl(config) == expected);
  const std::size_t entries = shared.entries();
  CHECK(entries > 2);
  SECTION("Of the same again nothing is new") {
    CHECK(shared.pnl(config) == expected);
    CHECK(shared.entries() == entries);
  }
  SECTION("Costs and rules touch no table") {
    config.hedgers =
        "{unhedged: {model: none}, implied: {model: black_scholes, rebalance: {every: 6 d}}, fixed: "
        "{model: black_scholes, volatility: 25 %, costs: {fee: 3 bp}}}";
    Shared other;
    CHECK(shared.pnl(config) == other.pnl(config));
    CHECK(shared.entries() == entries);
  }
  SECTION("What the market does moves where paths go, and the fixed volatility does not look at it") {
    config.dynamics.replace(config.dynamics.find("30 %"), 4, "60 %");
    Shared other;
    CHECK(shared.pnl(config) == other.pnl(config));
    CHECK(shared.entries() > entries);
    CHECK(shared.entries() < 2 * entries);
  }
  SECTION("Another book is another") {
    config.positions.replace(config.positions.find("100"), 3, "101");
    Shared other;
    CHECK(shared.pnl(config) == other.pnl(config));
    CHECK(shared.entries() > entries);
  }
}

TEST_CASE("Scenarios that quote the same share their tables, those that do not have their own") {
  const auto entries = [](const std::string& second) {
    Shared shared;
    OneAsset config = desk();
    config.dynamics = "{model: gbm, volatility: 20 %}";
    std::string text = config.text();
    const std::size_t at = text.find("scenarios:"), end = text.find('\n', at);
    text.replace(at, end - at,
                 "scenarios: [{name: a, regimes: {r: {dynamics: {A: {model: gbm, volatility: 20 %}}}}}" +
                     second + "]");
    const config::Configuration configuration = config::load_text(text, "run.yaml", {});
    const simulation::PreparedRun prepared(configuration.plan, 1, {}, shared.cache);
    return shared.entries();
  };
  const std::size_t alone = entries("");
  CHECK(entries(", {name: b, regimes: {r: {dynamics: {A: {model: gbm, volatility: 20 %, drift: 80 %}}}}}") ==
        alone);
  CHECK(entries(
            ", {name: b, regimes: {r: {dynamics: {A: {model: heston, volatility: 20 %, long_run_volatility: "
            "30 %, mean_reversion: 3, vol_of_variance: 0.4, correlation: -0.5}}}}}") > alone);
}

TEST_CASE("A cache keeps what is held, and of the rest what was asked for last") {
  Shared shared;
  OneAsset config = desk();
  const config::Configuration configuration = loaded(config, shared.shelf);
  {
    const simulation::PreparedRun prepared(configuration.plan, 1, {}, shared.cache);
    shared.cache->trim(0);
    CHECK(shared.entries() > 0);  // the run holds them
  }
  const std::size_t entries = shared.entries();
  shared.cache->trim(std::size_t{1} << 40);
  CHECK(shared.entries() == entries);
  shared.cache->trim(0);
  CHECK(shared.cache->books().size() < entries);
  Shared other;
  CHECK(shared.pnl(config) == other.pnl(config));
}

TEST_CASE("Contracts of the same terms are one") {
  Shared shared;
  const config::Configuration first = loaded(desk(), shared.shelf), second = loaded(desk(), shared.shelf);
  REQUIRE(first.plan.contracts.size() == 1);
  CHECK(first.plan.contracts[0].contract == second.plan.contracts[0].contract);
  OneAsset config = desk();
  config.positions.replace(config.positions.find("barrier: 80"), 11, "barrier: 81");
  CHECK(loaded(config, shared.shelf).plan.contracts[0].contract != first.plan.contracts[0].contract);
}
