#include "engine/simulation/workload.hpp"
#include "tests/support/approx.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/run_yaml.hpp"

using namespace unhedged;
using namespace unhedged::testing;

namespace {

std::string book(int options, int expiries) {
  std::string out = "[";
  for (int i = 0; i < options; ++i)
    out += std::string(i == 0 ? "" : ", ") +
           "{instrument: call, asset: A, strike: " + std::to_string(80 + i % 40) +
           ", expiry: " + std::to_string(40 + 5 * (i % expiries)) + " d, quantity: -1}";
  return out + "]";
}

OneAsset one_asset(const std::string& dynamics, int options, int expiries) {
  OneAsset out;
  out.positions = book(options, expiries);
  out.dynamics = dynamics;
  out.hedgers = "{h: {model: black_scholes}}";
  out.simulation = "horizon: 30 d, steps: 120, paths: 256";
  return out;
}

std::unique_ptr<config::Configuration> loaded(const OneAsset& text) {
  return std::make_unique<config::Configuration>(config::load_text(text.text(), "test.yaml", {}));
}

const std::string kGbm = "{model: gbm, volatility: 20 %}";
const std::string kHeston =
    "{model: heston, volatility: 20 %, long_run_volatility: 20 %, mean_reversion: 4, vol_of_variance: 0.5, "
    "correlation: -0.3}";

/// The bytes of all tables against what was foretold: not more than `most_beyond` times as many.
void check_table_bytes(const OneAsset& text, double most_beyond) {
  const auto configuration = loaded(text);
  const simulation::PreparedRun prepared(configuration->plan, 1);
  const double foretold = simulation::workload(configuration->plan, 1).tables_bytes;
  const auto actual = static_cast<double>(prepared.surfaces().table_bytes);
  CAPTURE(foretold, actual);
  CHECK(foretold > actual / most_beyond);
  CHECK(foretold < actual * 4);
}

}  // namespace

TEST_CASE("The tables of Greeks take about the bytes that were foretold") {
  for (const std::string& dynamics : {kGbm, kHeston})
    for (const auto& [options, expiries] : {std::pair{10, 1}, std::pair{100, 10}}) {
      INFO(dynamics << ", " << options << " options of " << expiries << " expiries");
      check_table_bytes(one_asset(dynamics, options, expiries), 2);
    }
}

TEST_CASE("Tables of books that expire in the run take about the bytes that were foretold") {
  for (const std::string& dynamics : {kGbm, kHeston})
    for (const double first : {3.0, 10.0, 30.0, 31.0}) {
      OneAsset one = one_asset(dynamics, 0, 1);
      one.positions = "[";
      for (int i = 0; i < 40; ++i)
        one.positions += std::string(i == 0 ? "" : ", ") +
                         "{instrument: call, asset: A, strike: " + std::to_string(80 + i) +
                         ", expiry: " + std::to_string(first * (1 + i % 10)) + " d, quantity: -1}";
      one.positions += "]";
      one.simulation = "horizon: 30 d, steps: 240, paths: 256";
      INFO(dynamics << ", expiries every " << first << " days");
      check_table_bytes(one, 2.5);
    }
}

TEST_CASE("Work grows with paths, steps, hedgers and events as it must") {
  const auto work = [](const std::string& key, const std::string& value) {
    OneAsset one = one_asset(kGbm, 10, 1);
    if (key == "steps") one.simulation = "horizon: 30 d, steps: " + value + ", paths: 256";
    if (key == "paths") one.simulation = "horizon: 30 d, steps: 120, paths: " + value;
    if (key == "hedgers") one.hedgers = value;
    if (key == "dynamics") one.dynamics = value;
    auto configuration = loaded(one);
    configuration->plan.worst_paths = 10;
    return simulation::workload(configuration->plan, 1);
  };
  const simulation::Workload base = work("", "");
  const auto tables = [](int calls) {
    return simulation::workload(loaded(one_asset(kGbm, calls, 1))->plan, 1).tables_seconds;
  };
  CHECK(tables(40) - tables(20) > 1.5 * (tables(20) - tables(10)));  // each is held against its table
  CHECK(work("paths", "2_560").paths_seconds == Approx(10 * base.paths_seconds));
  CHECK(work("paths", "2_560").pnl_bytes == Approx(10 * base.pnl_bytes));
  CHECK(work("paths", "2_560").tables_bytes == base.tables_bytes);
  CHECK(work("steps", "1200").paths_seconds == Approx(10 * base.paths_seconds));
  CHECK(work("steps", "1200").tables_bytes == Approx(10 * base.tables_bytes));
  CHECK(work("steps", "1200").tables_seconds == Approx(10 * base.tables_seconds));
  CHECK(work("steps", "1200").records_bytes > 9.9 * base.records_bytes);
  const auto more = work("hedgers", "{h: {model: black_scholes}, i: {model: black_scholes, costs: none}}");
  CHECK(more.tables_bytes == base.tables_bytes);  // one belief
  CHECK(more.pnl_bytes == Approx(1.5 * base.pnl_bytes));
  CHECK(more.blocks_bytes > base.blocks_bytes);
  const std::string excited =
      "{model: merton, volatility: 20 %, jump_rate: 1000, jump_mean: 0, jump_vol: 1 %, excitation: "
      "{half_life: 1 h, branching: ";
  const auto calm = work("dynamics", excited + "0.5}}"), wild = work("dynamics", excited + "0.95}}");
  CHECK(wild.paths_seconds - calm.paths_seconds == Approx(256 * 30.0 / 365 * (20'000 - 2'000) * 1e-7));
}
