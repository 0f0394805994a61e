#include <algorithm>
#include <cmath>

#include "engine/margin/portfolio.hpp"
#include "engine/simulation/path_block.hpp"
#include "engine/simulation/requirements.hpp"
#include "tests/support/approx.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/problems.hpp"
#include "tests/support/run_yaml.hpp"

// Margin by matrix, tiers and leverage, path by path, against the evaluators of today's book on the same
// states.

using namespace unhedged;
using namespace unhedged::testing;

namespace {

const std::string kModels = UNHEDGED_SOURCE_DIR "/margin_models/";

OneAsset desk(const std::string& margin, const std::string& more = "covers: all, collateral: {cash: 1e9}") {
  OneAsset out;
  out.market =
      "spot: 100, implied_vol: 60 %, rate: 3 %, yield: 1 %, daily_volume: 1e9, half_spread: 5 bp, perpetual: "
      "{funding: 5 %}";
  out.positions =
      "[{instrument: call, asset: A, strike: 100, expiry: 20 d, quantity: -10}, {instrument: put, asset: A, "
      "strike: 92, expiry: 3 d, quantity: -8}, {instrument: call, asset: A, strike: 130, expiry: 200 d, "
      "quantity: 12}, {instrument: forward, asset: A, strike: 101, expiry: 30 d, quantity: 2}, {instrument: "
      "spot, asset: A, quantity: -1}]";
  out.dynamics = "{model: merton, volatility: 60 %, jump_rate: 20, jump_mean: -5 %, jump_vol: 5 %}";
  out.hedgers = "{none: {model: none}, perpetual: {model: black_scholes, hedge_with: perpetual, account: {" +
                more + ", margin: {" + margin + "}}}, spot: {model: black_scholes, account: {" + more +
                ", margin: {" + margin + "}}}}";
  out.simulation = "horizon: 6 d, step: 6 h, seed: 5, paths: 256";
  return out;
}

/// What accounts ask for at every grid time, beside what stands there.
class Asked final : public simulation::Sink {
 public:
  struct Row {
    std::uint32_t step;
    double spot, level, initial, maintenance;
    market::ImpliedCurve curve;  ///< that is up
    std::vector<double> value;   ///< of the hedge
  };
  explicit Asked(std::size_t hedger) : hedger_(hedger) {}

  void at(const simulation::Floor& floor, std::uint32_t step) override {
    if (step == floor.run().plan().grid.steps) return;
    const hedging::Account& account = *floor.account(hedger_);
    const hedging::Desk& desk = *floor.desk(hedger_);
    const market::AssetQuotes& quotes = floor.world().quotes(0);
    for (std::size_t lane = 0; lane < kLanes; lane += 7) {
      Row row{step,
              (*quotes.spot)[lane],
              (*quotes.quote_level)[lane],
              account.initial()[lane],
              account.maintenance()[lane],
              quotes.curves[quotes.curve->value[lane]],
              {}};
      for (std::size_t k = 0; k < desk.plan().lines.size(); ++k)
        row.value.push_back((desk.ledger()[k].units[lane] - desk.filled(k)[lane]) *
                            (*floor.tape(desk.plan().lines[k]).price)[lane]);
      rows.push_back(row);
    }
  }

  std::vector<Row> rows;

 private:
  std::size_t hedger_;
};

std::vector<Asked::Row> asked(const Run& run, std::size_t hedger) {
  simulation::PathBlock block(*run.prepared);
  Asked sink(hedger);
  PathIds paths;
  for (std::size_t lane = 0; lane < kLanes; ++lane) paths.value[lane] = lane;
  block.simulate(paths, &sink);
  return sink.rows;
}

/// What all options are marked at: today's quote, then that of the world.
double quoted(const Run& run, const Asked::Row& row, double life) {
  if (row.step == 0) return run.plan().assets[0].implied_volatility;
  return row.curve.volatility(life, row.level, 0);
}

/// The requirement of what stands at a grid time, by the evaluator of today's book.
enum class Of { all, hedge };
margin::Requirement slow(const Run& run, const Asked::Row& row, Of what) {
  const simulation::Plan& plan = run.plan();
  const auto& model = std::get<margin::MarginModel>(plan.margin_models[0].rule);
  const double now = plan.grid.time(row.step);
  margin::AssetPortfolio held{{row.spot, plan.assets[0].carry}, {}, {}};
  for (const simulation::PositionPlan& one : plan.positions) {
    const instruments::Position& of = one.contract;
    if (what == Of::hedge || (of.is_dated() && !instruments::outlives(of.expiry_years, now))) continue;
    const double life = of.is_dated() ? of.expiry_years - now : 0;
    held.positions.push_back({of.kind, of.strike, life, of.quantity,
                              life > 0 ? of.volatility_ratio * quoted(run, row, life) : 0, false});
  }
  for (const double value : row.value)
    held.positions.push_back({instruments::ContractKind::spot, 0, 0, value / row.spot, 0, false});
  const auto all = margin::scenarios(model);
  const margin::PortfolioExposures exposures(held, plan.margin_models[0].provision);
  const margin::AssetPnl pnl{margin::scenario_pnl(model, all, held), exposures.get()};
  return margin::requirement(model, all, std::span(&pnl, 1)).total;
}

void check_against_slow(const Run& run, std::size_t hedger, Of what) {
  const double gross = 33 * 100;
  double worst = 0, largest = 0;
  for (const Asked::Row& row : asked(run, hedger)) {
    const margin::Requirement exact = slow(run, row, what);
    worst = std::max({worst, std::abs(row.initial - exact.initial),
                      std::abs(row.maintenance - exact.maintenance.value_or(exact.initial))});
    largest = std::max(largest, exact.initial);
  }
  CHECK(largest > 1);
  INFO("the largest difference over units times spot is " << worst / gross);
  CHECK(worst < 2e-5 * gross);
}

}  // namespace

TEST_CASE("A matrix asks on paths what it asks of the same book today") {
  for (const std::string& model :
       {"model: " + kModels + "deribit_pm_2024_06.yaml", "model: " + kModels + "deribit_pm_2019.yaml",
        "model: " + kModels + "paradex_pm_2025.yaml, provision: 3",
        "model: " + kModels + "span_16.yaml, price_scan: 12 %, vol_scan: 10 %, short_option_minimum: 20",
        "model: " + kModels + "span_16.yaml, price_scan: 5 %, vol_scan: 30 %, look_ahead: 4 d"}) {
    INFO(model);
    const Run run = run_yaml(desk(model).text());
    for (const std::size_t hedger : {1, 2}) {
      INFO(run.plan().hedgers[hedger].name);
      check_against_slow(run, hedger, Of::all);
    }
  }
}

TEST_CASE("Where quotes stand still what is lost is in tables, under each of the quotes for itself") {
  OneAsset market = desk("model: " + kModels + "deribit_pm_2024_06.yaml");
  market.scenario =
      "start: calm, regimes: {calm: {dynamics: {A: {model: gbm, volatility: 50 %}}}, wild: {dynamics: {A: "
      "{model: gbm, volatility: 90 %}}}}, transitions: [{from: calm, to: wild, rate: 100}]";
  const Run run = run_yaml(market.text());
  check_against_slow(run, 1, Of::all);
  const simulation::ShockedBook& book = *run.prepared->shocked_book(0, 0, 0);
  const std::size_t last = run.plan().grid.steps - 1;
  CHECK(book.scan(0, 0) != nullptr);
  CHECK(book.scan(0, 1) == nullptr);
  for (const std::size_t curve : {1, 2}) {
    REQUIRE(book.scan(last, curve) != nullptr);
    CHECK(book.scan(last, curve)->bytes() > 0);
  }
}

TEST_CASE("What tables of losses give is what all scenarios give one by one") {
  OneAsset tables = desk("model: " + kModels + "paradex_pm_2025.yaml"), exact = tables;
  exact.simulation += ", greeks: exact";
  const std::vector<Asked::Row> from_tables = asked(run_yaml(tables.text()), 1),
                                one_by_one = asked(run_yaml(exact.text()), 1);
  REQUIRE(from_tables.size() == one_by_one.size());
  double worst = 0;
  for (std::size_t i = 0; i < from_tables.size(); ++i)
    worst = std::max(worst, std::abs(from_tables[i].initial - one_by_one[i].initial));
  INFO("the largest difference over units times spot is " << worst / (33 * 100));
  CHECK(worst < 2e-5 * 33 * 100);
  CHECK(worst > 0);  // they are not the same
}

TEST_CASE("Of the hedge alone it asks what it asks of the hedge") {
  const Run run =
      run_yaml(desk("model: " + kModels + "paradex_pm_2025.yaml", "collateral: {cash: 1e9}").text());
  for (const std::size_t hedger : {1, 2}) check_against_slow(run, hedger, Of::hedge);
}

TEST_CASE("What is asked for first is what unhedged margin says of the book") {
  for (const char* name : {"deribit_pm_2024_06", "paradex_pm_2025"}) {
    const Run run = run_yaml(desk("model: " + kModels + name + ".yaml").text());
    const auto books = simulation::measured_books(run.plan(), 0);
    const auto today = simulation::required(run.plan().margin_models[0], run.plan(), books[0].held);
    const Asked::Row first = asked(run, 1).front();  // before the first order
    CHECK(first.initial == Approx(*today.initial).epsilon(1e-6));
    CHECK(first.maintenance == Approx(*today.maintenance).epsilon(1e-6));
  }
}

TEST_CASE(
    "Quotes that move with the variance are moved by a factor, by points or to a least, at every level") {
  for (const std::string& model :
       {"model: " + kModels + "paradex_pm_2025.yaml", "model: " + kModels + "deribit_pm_2019.yaml",
        "model: " + kModels + "deribit_pm_2024_06.yaml",
        "model: " + kModels + "span_16.yaml, price_scan: 12 %, vol_scan: 10 %",
        "model: " + kModels + "span_16.yaml, price_scan: 12 %, vol_scan: 35 %"}) {
    INFO(model);
    OneAsset market = desk(model);
    market.dynamics =
        "{model: heston, volatility: 60 %, long_run_volatility: 70 %, mean_reversion: 6, vol_of_variance: 1, "
        "correlation: -0.5}";
    const Run run = run_yaml(market.text());
    REQUIRE(run.plan().scenarios[0].regimes[0].assets[0].curve.moves_with_level);
    check_against_slow(run, 1, Of::all);
    market.simulation += ", greeks: exact";
    check_against_slow(run_yaml(market.text()), 1, Of::all);
  }
}

TEST_CASE("Marks of their own are moved as quotes are") {
  for (const bool moves : {false, true})
    for (const std::string& model :
         {"model: " + kModels + "paradex_pm_2025.yaml", "model: " + kModels + "deribit_pm_2024_06.yaml",
          "model: " + kModels + "span_16.yaml, price_scan: 12 %, vol_scan: 10 %"}) {
      INFO(model);
      OneAsset market = desk(model);
      market.positions =
          "[{instrument: call, asset: A, strike: 100, expiry: 20 d, quantity: -10, implied_vol: 80 %}, "
          "{instrument: put, asset: A, strike: 90, expiry: 9 d, quantity: -13, implied_vol: 30 %}, "
          "{instrument: call, asset: A, strike: 115, expiry: 60 d, quantity: 10}]";
      if (moves)
        market.dynamics =
            "{model: heston, volatility: 60 %, long_run_volatility: 70 %, mean_reversion: 6, "
            "vol_of_variance: 1, correlation: -0.5}";
      const Run run = run_yaml(market.text());
      check_against_slow(run, 1, Of::all);
      market.simulation += ", greeks: exact";
      check_against_slow(run_yaml(market.text()), 1, Of::all);
    }
}

TEST_CASE("Perpetuals are margined line by line, by tiers and by leverage") {
  for (const bool tiers : {false, true}) {
    const std::string model = tiers ? "binance_btcusdt_2021.yaml, leverage: 20" : "hyperliquid.yaml";
    OneAsset market = desk("model: " + kModels + model);
    market.hedgers =
        "{perpetual: {model: black_scholes, hedge_with: perpetual, account: {collateral: {cash: "
        "1e9}, margin: {model: " +
        kModels + model + "}}}}";
    market.positions = "[{instrument: put, asset: A, strike: 100, expiry: 9 d, quantity: -3e4}]";
    const Run run = run_yaml(market.text());
    for (const Asked::Row& row : asked(run, 0)) {
      const double value = std::abs(row.value[0]);
      if (tiers) {
        const auto& table = std::get<margin::TierRule>(run.plan().margin_models[0].rule).table;
        CHECK(row.maintenance == Approx(table.maintenance(value)));
        CHECK(row.initial == Approx(std::max(value / 20, table.maintenance(value))));
      } else {
        CHECK(row.initial == Approx(value / 40));
        CHECK(row.maintenance == Approx(value / 80));
      }
    }
  }
}

TEST_CASE(
    "All that follows from too little follows from a matrix: calls, closing, and a book that is closed") {
  const std::string model = "model: " + kModels + "deribit_pm_2024_06.yaml";
  const auto run_with = [&](const std::string& cash, const std::string& more) {
    return run_yaml(desk(model, "covers: all, collateral: {cash: " + cash + "}" + more).text());
  };
  const Run rich = run_with("1e9", "");
  const std::string cash = number(.85 * asked(rich, 1).front().initial);  // maintenance is 80 %
  const Run poor = run_with(cash, ""), pays = run_with(cash, ", on_breach: {top_up: unlimited}");
  for (const char* name : {"perpetual", "spot"}) CHECK(std::ranges::equal(rich.pnl(name), pays.pnl(name)));
  const auto called = poor.outcome.flags("margin_called", 0, 1),
             closed = poor.outcome.flags("liquidated", 0, 1);
  const auto peak = poor.outcome.numbers("peak_requirement", 0, 1),
             first = poor.outcome.numbers("first_requirement", 0, 1);
  std::size_t some = 0;
  for (std::size_t p = 0; p < called.size(); ++p) {
    CHECK(called[p] == closed[p]);
    CHECK(first[p] > 0);
    CHECK(peak[p] >= first[p]);
    some += closed[p];
  }
  CHECK(some > 5);
  CHECK(some < called.size());
  const simulation::Report report = simulation::make_report(*poor.prepared, poor.outcome);
  const auto mean = [&](const char* name) { return report.at(0, 1, name).value; };
  CHECK(std::abs(mean("procyclicality") / (mean("peak_requirement") / mean("first_requirement")) - 1) <
        1e-12);
  CHECK_FALSE(std::ranges::equal(rich.pnl("perpetual"), poor.pnl("perpetual")));
}

TEST_CASE("What a matrix cannot be asked on paths is refused, with its place and why") {
  const auto refuses = [](OneAsset market, const std::string& why) {
    try {
      config::load_text(market.text(), "test.yaml", {});
    } catch (const ConfigError& error) {
      for (const Problem& problem : error.problems())
        if (problem.message.find(why) != std::string::npos)
          return problem.key.find("account.margin") != std::string::npos;
    }
    return false;
  };
  const std::string deribit = "model: " + kModels + "deribit_pm_2024_06.yaml",
                    span = "model: " + kModels + "span_16.yaml";
  CHECK(refuses(desk(span), "price_scan"));
  CHECK(refuses(desk("model: " + kModels + "stans.yaml"), "expected shortfall"));
  CHECK(refuses(desk("model: deribit_pm_2024_6"), "unknown margin model"));
  CHECK(refuses(desk(deribit + ", leverage: 3"), "has no effect but with tiers"));
  CHECK(refuses(desk("model: " + kModels + "binance_btcusdt_2021.yaml"), "is missing: tiers say"));
  CHECK(refuses(desk("model: " + kModels + "binance_btcusdt_2021.yaml, leverage: 3"),
                "it is of perpetuals, and A"));
  CHECK(refuses(desk("model: fraction, initial: 5 %"), "is missing"));
  CHECK(refuses(desk("model: fraction, initial: 5 %, maintenance: 2 %, price_scan: 5 %"),
                "has no effect with"));
  OneAsset digital = desk(deribit);
  digital.positions = "[{instrument: digital_call, asset: A, strike: 100, expiry: 20 d, quantity: -10}]";
  CHECK(refuses(digital, "calls, puts, forwards and spot"));
}
