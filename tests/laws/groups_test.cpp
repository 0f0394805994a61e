#include <numeric>

#include "engine/simulation/position_groups.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/run_yaml.hpp"

// What groups of positions make of the P&L: a group's part is the P&L of a run that holds its positions
// alone, whatever they are, and the parts sum to the P&L of the hedger.

using namespace unhedged;
using namespace unhedged::testing;
using Catch::Matchers::WithinAbs;

namespace {

const std::vector<std::string> kVanilla{
    "{instrument: call, asset: A, strike: 100, expiry: 10 d, quantity: -3",
    "{instrument: put, asset: A, strike: 95, expiry: 60 d, quantity: 5, implied_vol: 45 %",
    "{instrument: forward, asset: B, strike: 51, expiry: 8 d, quantity: 20"};
const std::vector<std::string> kOthers{
    "{instrument: down_and_out_put, asset: A, strike: 100, barrier: 80, expiry: 12 d, quantity: -4",
    "{instrument: american_put, asset: B, strike: 50, expiry: 40 d, quantity: 7",
    "{instrument: perpetual, asset: A, quantity: -2",
    "{instrument: future, asset: B, expiry: 30 d, quantity: 3",
    "{instrument: exchange, assets: [A, B], weights: [1, 2], expiry: 12 d, quantity: 6"};

std::string book(const std::vector<std::pair<std::string, std::vector<std::string>>>& groups) {
  std::string out;
  for (const auto& [name, positions] : groups)
    for (const std::string& position : positions)
      out += (out.empty() ? "" : ", ") + position + (name.empty() ? "" : ", group: " + name) + "}";
  return "[" + out + "]";
}

OneAsset desk(const std::string& positions) {
  OneAsset config;
  config.market =
      "spot: 100, implied_vol: 40 %, rate: 3 %, half_spread: 5 bp, daily_volume: 1e4, perpetual: {funding: "
      "20 %, "
      "basis: 0.3 %}";
  config.positions = positions;
  config.more_assets = ", B: {spot: 50, implied_vol: 30 %, rate: 3 %, yield: 1 %, daily_volume: 1e4}";
  config.correlation = "[{between: [A, B], value: 0.5}]";
  config.scenario =
      "regimes: {calm: {dynamics: {default: {model: gbm, volatility: 40 %}}}, wild: {dynamics: {default: "
      "{model: "
      "heston, volatility: 80 %, long_run_volatility: 60 %, mean_reversion: 5, vol_of_variance: 1, "
      "correlation: "
      "-0.5}}}}, start: calm, transitions: [{from: calm, to: wild, at: 5 d}]";
  config.hedgers = "{unhedged: {model: none}, hourly: {model: black_scholes}}";
  config.simulation = "horizon: 20 d, step: 1 d, paths: 700, seed: 3";
  config.attribution = "paths";
  return config;
}

double mean(std::span<const double> x) {
  return std::accumulate(x.begin(), x.end(), 0.0) / static_cast<double>(x.size());
}

/// P&L of the positions alone, unhedged, on the same paths.
double mean_alone(const std::vector<std::string>& positions, const std::string& feedback) {
  OneAsset config = desk(book({{"", positions}}));
  config.scenario += feedback;
  config.attribution = "none";
  return mean(run_yaml(config.text()).pnl("unhedged"));
}

void check(const std::string& feedback) {
  OneAsset config = desk(book({{"listed", kVanilla}, {"exotics", kOthers}, {"", {kVanilla[0]}}}));
  config.scenario += feedback;
  const Run run = run_yaml(config.text());
  CHECK(simulation::parts_by_group(run.plan()) ==
        std::vector<std::string>{"listed", "exotics", simulation::kNoGroup, simulation::kHedging});
  const simulation::Report report = simulation::make_report(*run.prepared, run.outcome);
  const double scale = run.plan().gross_notional(),
               alone[] = {mean_alone(kVanilla, feedback), mean_alone(kOthers, feedback),
                          mean_alone({kVanilla[0]}, feedback)};
  for (std::size_t h = 0; h < 2; ++h) {
    const simulation::Explanation& of = report.explained[0][h];
    REQUIRE(of.mean_by_group.size() == 4);
    REQUIRE(of.tail_by_group.size() == 4);
    double sum = 0, tail = 0;
    for (std::size_t g = 0; g < 4; ++g) {
      if (g < 3) CHECK_THAT(of.mean_by_group[g].value, WithinAbs(alone[g], 1e-9 * scale));
      CHECK(of.mean_by_group[g].lower <= of.mean_by_group[g].value);
      sum += of.mean_by_group[g].value;
      tail += of.tail_by_group[g].value;
    }
    CHECK_THAT(sum, WithinAbs(mean(run.pnl(run.plan().hedgers[h].name)), 1e-11 * scale));
    CHECK_THAT(tail, WithinAbs(-report.at(0, h, "es_99").value, 1e-11 * scale));
  }
  CHECK_THAT(report.explained[0][0].mean_by_group[3].value, WithinAbs(0, 1e-9 * scale));  // nothing hedges it
  CHECK(report.explained[0][1].mean_by_group[3].standard_error > 0);
}

}  // namespace

TEST_CASE("A group's part is the P&L of a run of its positions alone, and parts sum to the P&L") {
  check("");
}

TEST_CASE("With feedback groups are those of the world that nobody moves") {
  check(", feedback: {crowding: 2}");
}

TEST_CASE("Without groups nothing is told apart") {
  const Run run = run_yaml(desk(book({{"", kVanilla}})).text());
  CHECK(run.prepared->groups().empty());
  CHECK(simulation::make_report(*run.prepared, run.outcome).explained[0][0].mean_by_group.empty());
}

TEST_CASE("Groups change no bit of any P&L") {
  const Run with = run_yaml(desk(book({{"a", kVanilla}, {"b", kOthers}})).text()),
            without = run_yaml(desk(book({{"", kVanilla}, {"", kOthers}})).text());
  CHECK(std::ranges::equal(with.pnl("hourly"), without.pnl("hourly")));
}

TEST_CASE("Of very many groups the last share one") {
  std::vector<std::pair<std::string, std::vector<std::string>>> groups;
  for (std::size_t g = 0; g < simulation::kMostGroups + 5; ++g)
    groups.emplace_back("g" + std::to_string(g), std::vector<std::string>{kVanilla[0]});
  OneAsset config = desk(book(groups));
  config.attribution = "none";
  const config::Configuration configuration = config::load_text(config.text(), "run.yaml", {});
  const std::vector<std::string> names = simulation::group_names(configuration.plan);
  REQUIRE(names.size() == simulation::kMostGroups + 1);
  CHECK(names.front() == "g0");
  CHECK(names.back() == simulation::kOtherGroups);
  CHECK(simulation::groups_of_positions(configuration.plan).back() == simulation::kMostGroups);
}
