#include "engine/simulation/coverage.hpp"

#include <algorithm>
#include <cmath>
#include <numbers>

#include "engine/simulation/requirements.hpp"
#include "tests/support/approx.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/run_yaml.hpp"
#include "tests/support/statistics.hpp"

// How often what is required today is less than what is lost by the end of a yardstick's horizon.

using namespace unhedged;
using namespace unhedged::testing;

namespace {

/// Who trades once, at no cost, and two who go on; one of them with an account.
const std::string kOnce = "rebalance: {every: 30 d}, costs: none";

OneAsset desk(const std::string& hedgers, const std::string& paths = "512") {
  OneAsset out;
  out.market =
      "spot: 100, implied_vol: 68 %, rate: 5 %, yield: 2 %, half_spread: 5 bp, daily_volume: 1e6, perpetual: "
      "{funding: 20 %}";
  out.positions =
      "[{instrument: call, asset: A, strike: 100, expiry: 10 d, quantity: -10, premium: 3}, {instrument: "
      "put, "
      "asset: A, strike: 95, expiry: 1 d, quantity: -10}, {instrument: spot, asset: A, quantity: 2}]";
  out.dynamics = "{model: merton, volatility: 60 %, jump_rate: 20, jump_mean: -5 %, jump_vol: 5 %}";
  out.hedgers = hedgers;
  out.simulation = "horizon: 6 d, step: 12 h, seed: 5, paths: " + paths;
  return out;
}

/// `yardsticks`: a list, as in a run.
std::string with(const OneAsset& run, const std::string& yardsticks) {
  return run.text() + "yardsticks: " + yardsticks + "\n";
}

const std::string kModels = UNHEDGED_SOURCE_DIR "/margin_models/", kStans = kModels + "stans.yaml",
                  kSpan = "{" + kModels + "span_16.yaml: {price_scan: 10 %, vol_scan: 10 %}}";

std::vector<std::uint8_t> flags(const Run& run, const std::string& column, std::size_t hedger) {
  const auto all = run.outcome.flags(column, 0, hedger);
  return {all.begin(), all.end()};
}

double share(const std::vector<std::uint8_t>& flags) {
  return static_cast<double>(std::ranges::count(flags, 1)) / static_cast<double>(flags.size());
}

/// The probability that the P&L of one normal is less than a number.
double probability_below(double number, auto pnl) {
  constexpr int points = 400000;
  constexpr double reach = 9;
  double sum = 0;
  for (int k = 0; k < points; ++k) {
    const double z = -reach + 2 * reach * (k + .5) / points;
    if (pnl(z) < number) sum += std::exp(-z * z / 2);
  }
  return sum * 2 * reach / points / std::sqrt(2 * std::numbers::pi);
}

}  // namespace

TEST_CASE("Who trades once loses what the position of today loses, whatever it hedges with") {
  const std::string option =
      "objective: {strategy: delta_gamma, limit: 150 %}, hedge_with: [{instrument: call, asset: A, strike: "
      "105 %, expiry: 20 d, roll_at: 10 d}]";
  const Run run = run_yaml(with(
      desk(
          "{none: {model: none}, spot: {model: black_scholes, " + kOnce +
          "}, perpetual: {model: black_scholes, hedge_with: perpetual, " + kOnce +
          "}, options: {model: black_scholes, " + option + ", " + kOnce +
          "}, often: {model: black_scholes, costs: none}, rich: {model: black_scholes, costs: none, account: "
          "{covers: all, collateral: {cash: 1e9}, margin: {model: fraction, initial: 10 %, maintenance: 5 "
          "%}}}}"),
      "[" + kSpan + ", " + kStans + "]"));
  REQUIRE(run.plan().yardsticks.size() == 2);
  CHECK(run.plan().yardsticks[0].step == 2);
  CHECK(run.plan().yardsticks[1].step == 4);
  for (const char* name : {"span_16", "stans"})
    for (std::size_t h = 0; h < 6; ++h) {
      INFO(name << ", " << run.plan().hedgers[h].name);
      const auto held = flags(run, std::string("uncovered_") + name, h),
                 traded = flags(run, std::string("uncovered_traded_") + name, h);
      CHECK(share(held) > 0);
      CHECK(share(held) < .9);
      CHECK((held == traded) == (h < 4));
    }
  CHECK(flags(run, "uncovered_traded_stans", 4) == flags(run, "uncovered_traded_stans", 5));
}

TEST_CASE("What is lost is what the ledger of each path says, from today's mark on") {
  const Run run =
      run_yaml(with(desk("{none: {model: none}, often: {model: black_scholes}}"), "[" + kStans + "]"));
  const auto& terms = run.prepared->coverage();
  const auto books = simulation::measured_books(run.plan(), 0);
  const double today = run.plan().assets[0].value_today, rate = .05, t = 2. / 365;
  double mark = 0;
  for (const auto& one : run.plan().positions) mark += one.mark * one.contract.quantity;
  for (std::size_t h = 0; h < 2; ++h) {
    const double required =
        *simulation::required(run.plan().yardsticks[0].yardstick, run.plan(), books[h].held).initial;
    CHECK(terms.required[0][h] == required);
    const auto record = everything(run, 0, h);
    const auto held = flags(run, "uncovered_stans", h), traded = flags(run, "uncovered_traded_stans", h);
    const double units = h == 0 ? 0 : terms.held[1][0].units;
    std::size_t differ = 0;
    for (std::size_t p = 0; p < held.size(); ++p) {
      const double begun = (mark - today) * std::exp(rate * t);  // of the premium, which is no loss of now
      const double so_far = record.at("pnl_so_far", p, 4, 0) - begun;
      CHECK((-so_far > required) == (traded[p] == 1));
      double stock = 0;  // bought today, its yield paid out and kept
      for (std::size_t s = 1; s <= 4; ++s) {
        const double now = record.at("spot", p, s, 0),
                     growth = std::exp(rate * (t - .5 * static_cast<double>(s) / 365));
        stock += growth * (now * std::exp(.02 * .5 / 365) -
                           record.at("spot", p, s - 1, 0) * std::exp(rate * .5 / 365));
      }
      const double ledger = record.at("pnl_so_far", p, 4, 0) - record.at("cash", p, 4, 0) -
                            record.at("hedge", p, 4, 0) * record.at("spot", p, 4, 0);
      const double loss = -(ledger - begun + units * stock);
      if (std::abs(loss - required) > 1e-6) CHECK((loss > required) == (held[p] == 1));
      differ += held[p] != traded[p] ? 1 : 0;
    }
    CHECK((differ > 0) == (h == 1));
  }
}

TEST_CASE("Where the market moves as a yardstick supposes its requirement fails as often as it must") {
  // A straddle, hedged by its delta; the worked numbers of the expected shortfall over two days of 252.
  OneAsset straddle;
  straddle.calendar = "trading";
  straddle.market = "spot: 100, implied_vol: 20 %";
  straddle.positions =
      "[{instrument: call, asset: A, strike: 100, expiry: 63 d, quantity: -1}, {instrument: put, asset: A, "
      "strike: 100, expiry: 63 d, quantity: -1}]";
  straddle.hedgers = "{none: {model: none}, delta: {model: black_scholes, costs: none}}";
  straddle.simulation = "horizon: 4 d, step: 1 d, seed: 11, paths: 40000";
  const Run run = run_yaml(with(straddle, "[" + kStans + "]"));
  const double required = run.prepared->coverage().required[0][1];
  CHECK(required == Approx(.93354199).margin(1e-7));
  const double h = 2. / 252, T = .25, v = .2;
  const auto phi = [](double x) { return std::erfc(-x / std::numbers::sqrt2) / 2; };
  const auto value = [&](double S, double life) {
    const double d = (std::log(S / 100) + v * v * life / 2) / (v * std::sqrt(life)),
                 e = d - v * std::sqrt(life);
    return S * (2 * phi(d) - 1) - 100 * (2 * phi(e) - 1);
  };
  const double delta = 2 * phi(v * std::sqrt(T) / 2) - 1;
  const double exact = probability_below(-required, [&](double z) {
    const double S = 100 * std::exp(v * std::sqrt(h) * z - v * v * h / 2);
    return value(100, T) - value(S, T - h) + delta * (S - 100);
  });
  CHECK(exact > .003);
  CHECK(exact < .006);
  StatisticalFamily family(1e-6, 1);
  family.check("uncovered_stans", share(flags(run, "uncovered_stans", 1)),
               std::sqrt(exact * (1 - exact) / 40000), exact);
}

TEST_CASE("Yardsticks change no P&L, with and without a crowd") {
  for (const bool crowd : {false, true}) {
    OneAsset market = desk("{none: {model: none}, often: {model: black_scholes}}");
    if (crowd)
      market.scenario = "feedback: {crowding: 5}, regimes: {world: {dynamics: {A: " + market.dynamics + "}}}";
    const Run without = run_yaml(market.text()), watched = run_yaml(with(market, "[" + kStans + "]"));
    for (const char* hedger : {"none", "often"})
      CHECK(std::ranges::equal(without.pnl(hedger), watched.pnl(hedger)));
  }
}

TEST_CASE("A yardstick that looks farther than the run is warned of and not counted") {
  const auto loaded = [](const std::string& text) { return config::load_text(text, "test.yaml", {}); };
  const OneAsset run = desk("{none: {model: none}}");
  const auto far =
      loaded(with(run, "[{" + kModels + "frtb_es.yaml: {class: equity_large_cap}}, " + kStans + "]"));
  REQUIRE(far.warnings.size() == 1);
  CHECK(far.warnings[0].key == "yardsticks[0]");
  CHECK(far.warnings[0].message.find("looks 10 d ahead, farther than the run") == 0);
  REQUIRE(far.plan.yardsticks.size() == 1);
  CHECK(far.plan.yardsticks[0].nominal == Approx(.01));
  const auto twice = loaded(
      with(run, "[" + kStans + ", {" + kStans + ": {vol_of_vol: 50 %}}, " + kModels + "hyperliquid.yaml]"));
  REQUIRE(twice.plan.yardsticks.size() == 2);  // perpetuals alone are no position
  CHECK(twice.plan.yardsticks[1].name == "stans_2");
}
