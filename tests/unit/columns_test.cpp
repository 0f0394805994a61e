#include <hdf5_hl.h>
#include <unistd.h>

#include <algorithm>
#include <cmath>
#include <filesystem>

#include "engine/core/errors.hpp"
#include "engine/output/result_writer.hpp"
#include "engine/risk/estimate.hpp"
#include "engine/risk/moments.hpp"
#include "engine/simulation/path_block.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/run_yaml.hpp"

using namespace unhedged;
using namespace unhedged::testing;
using simulation::Column;
using simulation::FinishedBlock;
using simulation::Keep;
using simulation::Shape;

namespace {

/// Two regimes and two hedgers: 'calm' is left for good after 5 d.
std::string two_regimes() {
  OneAsset config;
  config.positions = "[{instrument: call, asset: A, strike: 100, expiry: 30 d, quantity: -10}]";
  config.hedgers = "{h: {model: black_scholes}, unhedged: {model: none}}";
  config.simulation = "horizon: 10 d, step: 1 d, paths: 1000, seed: 3";
  const std::string world = "dynamics: {default: {model: gbm, volatility: 1 x}}";
  config.scenario = "start: calm, regimes: {calm: {" + world + "}, wild: {" + world +
                    "}}, transitions: [{from: calm, to: wild, after: 5 d}]";
  return config.text();
}

const Lanes& spot(const FinishedBlock& block) { return *block.calm.world().quotes(0).spot; }

/// A column of each kind that can be kept, as columns.cpp would declare it.
std::vector<Column> registered() {
  const auto gain = [](const FinishedBlock& block, std::span<Lanes> out) {
    for (std::size_t lane = 0; lane < kLanes; ++lane)
      out[0][lane] = std::max(0.0, block.floor.pnl(block.hedger)[lane]);
  };
  const auto gains = [](const FinishedBlock& block, std::span<Lanes> out) {
    for (std::size_t lane = 0; lane < kLanes; ++lane)
      out[0][lane] = block.floor.pnl(block.hedger)[lane] > 0 ? 1 : 0;
  };
  const auto last = [](const FinishedBlock& block, std::span<Lanes> out) { out[0] = spot(block); };
  const auto scaled = [](const FinishedBlock& block, std::span<Lanes> out) {
    for (std::size_t r = 0; r < out.size(); ++r)
      for (std::size_t lane = 0; lane < kLanes; ++lane)
        out[r][lane] = spot(block)[lane] * static_cast<double>(r + 1);
  };
  return {{.data = {"gain", risk::kMoney, "gain or 0"},
           .mean = {"mean_gain", risk::kMoney, "mean gain"},
           .keep = Keep::every_path,
           .compute = gain},
          {.data = {"gains", "1", "1 for a gain"},
           .mean = {"p_gain", "probability", "P(gain)"},
           .concern = risk::Concern::hedgers,
           .keep = Keep::every_path,
           .element = simulation::Element::flag,
           .compute = gains},
          {.data = {}, .mean = {"gain_sum", risk::kMoney, "mean gain by sums"}, .compute = gain},
          {.data = {"last_spot", "1", "spot"},
           .mean = {},
           .keep = Keep::every_path,
           .shape = Shape::scenario,
           .compute = last},
          {.data = {"mean_spot", "1", "mean spot"},
           .mean = {"mean_spot", "1", "mean spot"},
           .shape = Shape::scenario,
           .compute = last},
          {.data = {"spots", "1", "of a regime"},
           .mean = {"regime_spots", "1", "of a regime"},
           .shape = Shape::scenario_regime,
           .compute = scaled}};
}

/// A run that also keeps the registered columns.
struct Recorded {
  Recorded() : configuration(config::load_text(two_regimes(), "test.yaml", {})) {
    for (const Column& column : registered()) configuration.plan.columns.push_back(column);
    prepared.emplace(configuration.plan);
    outcome.emplace(simulation::run(*prepared, {}));
    report = simulation::make_report(*prepared, *outcome);
  }

  std::span<const double> pnl(std::size_t h) const { return outcome->pnl(0, h); }

  config::Configuration configuration;
  std::optional<simulation::PreparedRun> prepared;
  std::optional<simulation::Outcome> outcome;
  simulation::Report report;
};

bool near(double a, double b) { return std::abs(a - b) <= 1e-12 * std::max(std::abs(a), std::abs(b)); }

double mean(std::span<const double> x) {
  double sum = 0;
  for (const double v : x) sum += v;
  return sum / static_cast<double>(x.size());
}

std::vector<double> gains_of(std::span<const double> pnl) {
  std::vector<double> out;
  for (const double x : pnl) out.push_back(std::max(0.0, x));
  return out;
}

std::vector<double> dataset(const std::string& file, const char* name, std::size_t size) {
  const hid_t id = H5Fopen(file.c_str(), H5F_ACC_RDONLY, H5P_DEFAULT);
  hsize_t sizes[8] = {};
  int rank = 0;
  REQUIRE(H5LTget_dataset_ndims(id, name, &rank) >= 0);
  REQUIRE(H5LTget_dataset_info(id, name, sizes, nullptr, nullptr) >= 0);
  std::size_t count = 1;
  for (int k = 0; k < rank; ++k) count *= sizes[k];
  REQUIRE(count == size);
  std::vector<double> out(count);
  REQUIRE(H5LTread_dataset_double(id, name, out.data()) >= 0);
  H5Fclose(id);
  return out;
}

}  // namespace

TEST_CASE("A column that is declared is kept, estimated and named everywhere without another list") {
  const Recorded run;
  for (std::size_t h = 0; h < 2; ++h) {
    const std::vector<double> gain = gains_of(run.pnl(h));
    CHECK(std::ranges::equal(run.outcome->numbers("gain", 0, h), gain));
    const risk::Estimate expected = risk::estimate_mean(gain, risk::moments(gain), .95);
    CHECK(run.report.at(0, h, "mean_gain").value == expected.value);
    CHECK(run.report.at(0, h, "mean_gain").upper == expected.upper);
    CHECK(near(run.report.at(0, h, "gain_sum").value, expected.value));
    CHECK(near(run.report.at(0, h, "gain_sum").standard_error, expected.standard_error));
  }
  const auto hits = static_cast<double>(std::ranges::count_if(run.pnl(0), [](double x) { return x > 0; }));
  CHECK(run.report.at(0, 0, "p_gain").value == hits / 1000);
  CHECK(run.report.at(0, 1, "p_gain").value == 0);  // it concerns those who hedge
  const double spots = mean(run.outcome->numbers("last_spot", 0, 0));
  CHECK(near(risk::find(run.report.scenario_means[0], "mean_spot").value, spots));
  for (std::size_t r = 0; r < 2; ++r)
    CHECK(near(risk::find(run.report.regimes[0][r].means, "regime_spots").value,
               spots * static_cast<double>(r + 1)));
  const auto named = simulation::summary_metrics(run.configuration.plan);
  REQUIRE(named.size() == run.report.summary[0][0].size());
  for (std::size_t m = 0; m < named.size(); ++m)
    CHECK(named[m].name == run.report.summary[0][0][m].what->name);
  CHECK(named.back().name == "gain_sum");
}

TEST_CASE("A column that is declared is in the result file") {
  const Recorded run;
  const std::string file =
      (std::filesystem::temp_directory_path() / ("columns_" + std::to_string(::getpid()) + ".h5")).string();
  output::write_results({file, file}, *run.prepared, *run.outcome, run.report, {});
  const std::vector<double> gain = dataset(file, "/gain", 2000), flags = dataset(file, "/gains", 2000);
  for (std::size_t h = 0; h < 2; ++h)
    for (std::size_t i = 0; i < 1000; ++i) CHECK(gain[1000 * h + i] == std::max(0.0, run.pnl(h)[i]));
  CHECK(near(mean(std::span(flags).first(1000)), run.report.at(0, 0, "p_gain").value));
  CHECK(std::ranges::equal(dataset(file, "/last_spot", 1000), run.outcome->numbers("last_spot", 0, 0)));
  CHECK(dataset(file, "/mean_spot", 4)[0] == run.report.scenario_means[0][0].estimate.value);
  CHECK(near(dataset(file, "/regimes/spots", 8)[4], 2 * dataset(file, "/regimes/spots", 8)[0]));
  const std::size_t metrics = run.report.summary[0][0].size();
  const std::vector<double> summary = dataset(file, "/summary", 2 * metrics * 4);
  CHECK(summary[(metrics - 1) * 4] == run.report.at(0, 0, "gain_sum").value);
  std::filesystem::remove(file);
}

TEST_CASE("What is kept of every path is counted before it is kept") {
  const Recorded run;
  double sum = 0;
  for (const double bytes : simulation::path_bytes(run.configuration.plan)) sum += bytes;
  CHECK(sum == 1000.0 * (2 * 8 + 2 * 8 + 2 * 1 + 1 * 8));
}

TEST_CASE("A list of columns that cannot be kept is refused") {
  simulation::Plan plan = config::load_text(two_regimes(), "test.yaml", {}).plan;
  const std::vector<Column> sound = plan.columns;
  const auto refused = [&](auto change) {
    plan.columns = sound;
    change(plan.columns);
    try {
      simulation::Outcome outcome(plan);
    } catch (const ContractViolation&) {
      return true;
    }
    return false;
  };
  CHECK(!refused([](auto&) {}));
  CHECK(refused([](auto& columns) { columns.erase(columns.begin()); }));
  CHECK(refused([](auto& columns) { columns.push_back(columns.back()); }));
  CHECK(refused([](auto& columns) { columns.back().keep = Keep::every_path; }));
  CHECK(refused([](auto& columns) { columns.back().compute = nullptr; }));
}

TEST_CASE("A mean of equal numbers from their sums has no error, one of numbers that differ has") {
  for (const double value : {42.0 / 61, 18159.836 / 16384, 1e-7, -0.3})
    for (const std::uint64_t n : {2u, 2048u, 5000u, 20'000u}) {
      double sum = 0, squares = 0, other_sum = 0, other_squares = 0;
      for (std::uint64_t i = 0; i < n; ++i) {
        const double other = value * (i % 2 == 0 ? 1.0001 : 0.9999);
        sum += value;
        squares += value * value;
        other_sum += other;
        other_squares += other * other;
      }
      INFO(value << ", " << n << " times");
      const risk::Estimate same = risk::mean_from_sums(sum, squares, n, 0.95);
      CHECK(same.standard_error == 0);
      CHECK(same.lower == same.upper);
      const double expected = 1e-4 * std::abs(value) / std::sqrt(static_cast<double>(n - 1));
      CHECK(std::abs(risk::mean_from_sums(other_sum, other_squares, n, 0.95).standard_error / expected - 1) <
            1e-3);
    }
}
