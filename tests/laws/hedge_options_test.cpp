#include <cmath>

#include "engine/pricing/black_scholes.hpp"
#include "engine/simulation/path_block.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/run_yaml.hpp"

// Options that desks hedge with: what they cost, through rolls, is the sum of what was paid at prices worked
// out here by closed forms; what is left of delta, gamma and vega is nothing.

using namespace unhedged;
using namespace unhedged::testing;

namespace {

const char* const kOption =
    "{instrument: call, asset: A, strike: 105 %, expiry: 12 d, roll_at: 5 d, half_spread: 1 %}";
const char* const kPut = "{instrument: put, asset: A, strike: 95 %, expiry: 16 d, roll_at: 8 d}";

OneAsset desk(const std::string& hedgers) {
  OneAsset config;
  config.market = "spot: 100, implied_vol: 40 %, rate: 4 %, yield: 2 %, half_spread: 10 bp";
  config.positions = "[{instrument: call, asset: A, strike: 100, expiry: 40 d, quantity: -50}]";
  config.scenario =
      "start: calm, transitions: [{from: calm, to: crash, rate: 20}, {from: crash, to: calm, after: 3 d}], "
      "regimes: {calm: {dynamics: {A: {model: gbm, volatility: 45 %}}}, crash: {dynamics: {A: {model: "
      "heston, "
      "volatility: 90 %, long_run_volatility: 70 %, mean_reversion: 5, vol_of_variance: 2, correlation: "
      "-0.6}}, implied_vol: {A: {premium: 10 %, skew: -5 %, curvature: 2 %}}, liquidity: {A: {half_spread: 5 "
      "x}}}}";
  config.hedgers = hedgers;
  config.simulation = "horizon: 20 d, step: 12 h, paths: 256, seed: 4";
  return config;
}

/// Follows the options of one hedger on a block.
class Bookkeeper final : public simulation::Sink {
 public:
  Bookkeeper(const simulation::Plan& plan, std::size_t hedger)
      : plan_(plan), hedger_(hedger), of_(plan.hedgers[hedger].options.size()) {
    for (OfOption& of : of_) of.held.fill(0), of.flow.fill(0), of.strike.fill(0);
  }

  void at(const simulation::Floor& floor, std::uint32_t step) override {
    for (std::size_t o = 0; o < of_.size(); ++o)
      for (std::size_t lane = 0; lane < kLanes; ++lane) follow(floor, step, o, lane);
  }

  double flow(std::size_t lane) const {
    double sum = 0;
    for (const OfOption& of : of_) sum += of.flow[lane];
    return sum;
  }
  double least_strike = 1e9, greatest_strike = 0, worst_vega = 0, worst_gamma = 0, worst_delta = 0,
         looked = 0, neutral = 0;

 private:
  struct OfOption {
    Lanes held, flow, strike;
  };

  double volatility(const market::AssetQuotes& quotes, double strike, double tau, std::size_t lane) const {
    const double forward = (*quotes.spot)[lane] * std::exp(0.02 * tau);
    return quotes.curves[quotes.curve->value[lane]].volatility(tau, (*quotes.quote_level)[lane],
                                                               std::log(strike / forward));
  }
  pricing::Greeks greeks(const market::AssetQuotes& quotes, pricing::Right right, double strike, double tau,
                         std::size_t lane) const {
    return pricing::black_scholes({right, strike, tau}, (*quotes.spot)[lane],
                                  volatility(quotes, strike, tau, lane), {0.04, 0.02});
  }

  void follow(const simulation::Floor& floor, std::uint32_t step, std::size_t o, std::size_t lane) {
    const hedging::HedgeOption& option = plan_.hedgers[hedger_].options[o];
    OfOption& of = of_[o];
    const market::AssetQuotes& quotes = floor.world().quotes(0);
    const double g = floor.run().to_horizon(0, step), now = plan_.grid.time(step);
    const double spread = option.half_spread * (*floor.world().tape(0).half_spread)[lane] / 0.001;
    const auto pay = [&](double units, double strike, double tau, double part) {
      const pricing::Greeks at = greeks(quotes, option.right, strike, tau, lane);
      of.flow[lane] -= g * (units * at.value + part * std::abs(units) * std::min(spread * at.vega, at.value));
    };
    const std::size_t last = hedging::rolls_until(option, step) - 1;
    if (step == 0) of.strike[lane] = option.strike_ratio * 100;
    if (option.rolls_at(step) && step < plan_.grid.steps) {
      const double age = now - plan_.grid.time(option.rolls[last - 1]);
      pay(-of.held[lane], of.strike[lane], option.life_years - age, 1);
      of.held[lane] = 0;
      of.strike[lane] = option.strike_ratio * (*quotes.spot)[lane];
    }
    least_strike = std::min(least_strike, of.strike[lane]);
    greatest_strike = std::max(greatest_strike, of.strike[lane]);
    const double tau = option.life_years - (now - plan_.grid.time(option.rolls[last]));
    if (step == plan_.grid.steps) return pay(-of.held[lane], of.strike[lane], tau, 0);
    const double units = floor.desk(hedger_)->ledger()[1 + o].units[lane];
    pay(units - of.held[lane], of.strike[lane], tau, 1);
    of.held[lane] = units;
    if (o + 1 == of_.size()) look(floor, step, lane);
  }

  /// What is left of book and hedge.
  void look(const simulation::Floor& floor, std::uint32_t step, std::size_t lane) {
    const market::AssetQuotes& quotes = floor.world().quotes(0);
    const double now = plan_.grid.time(step);
    const pricing::Greeks book = greeks(quotes, pricing::Right::call, 100, 40.0 / 365 - now, lane);
    double delta = -50 * book.delta + floor.desk(hedger_)->ledger()[0].units[lane], gamma = -50 * book.gamma,
           vega = -50 * book.vega;
    for (std::size_t o = 0; o < of_.size(); ++o) {
      const hedging::HedgeOption& option = plan_.hedgers[hedger_].options[o];
      const std::size_t last = hedging::rolls_until(option, step) - 1;
      const double tau = option.life_years - (now - plan_.grid.time(option.rolls[last]));
      const pricing::Greeks at = greeks(quotes, option.right, of_[o].strike[lane], tau, lane);
      delta += of_[o].held[lane] * at.delta;
      gamma += of_[o].held[lane] * at.gamma;
      vega += of_[o].held[lane] * at.vega;
    }
    worst_delta = std::max(worst_delta, std::abs(delta) / 50);
    looked += 1;
    for (const OfOption& of : of_)
      if (std::abs(of.held[lane]) > 0.99 * 50e6 || of.held[lane] == 0) return;  // at the limit, or two as one
    neutral += 1;
    const double spot = (*quotes.spot)[lane],
                 root = std::sqrt(40.0 / 365 - now);  // of what a call can have most
    worst_gamma = std::max(worst_gamma, std::abs(gamma) * spot * root / 50);
    worst_vega = std::max(worst_vega, std::abs(vega) / (50 * spot * root));
  }

  const simulation::Plan& plan_;
  std::size_t hedger_;
  std::vector<OfOption> of_;
};

/// Both P&Ls of the first hedger on every path of a block.
void check(const Run& run, Bookkeeper& keeper) {
  PathIds ids;
  for (std::size_t lane = 0; lane < kLanes; ++lane) ids.value[lane] = lane;
  simulation::PathBlock block(*run.prepared);
  block.simulate(ids, &keeper, {});
  const simulation::Floor& floor = block.floor_of({0, 0});
  const hedging::Ledger& ledger = floor.desk(0)->ledger();
  for (std::size_t lane = 0; lane < kLanes; ++lane) {
    double turnover = 0;
    for (std::size_t line = 0; line < ledger.lines(); ++line) turnover += ledger[line].turnover[lane];
    const double expected = floor.book_pnl()[lane] + ledger[0].cash[lane] + keeper.flow(lane);
    CHECK(std::abs(floor.pnl(0)[lane] - expected) < 1e-9 * turnover);
  }
}

std::string with(const std::string& objective, const std::string& options, const std::string& more = "") {
  return "{desk: {model: black_scholes, objective: {strategy: " + objective +
         ", limit: 1e6}, hedge_with: [spot, " + options + "]" + more + "}}";
}

}  // namespace

TEST_CASE("Through rolls the P&L is what was paid for options, and their Greeks offset those of the book") {
  const std::string both = std::string(kOption) + ", " + kPut;
  for (const auto& [objective, options] : {std::pair<std::string, std::string>{"delta_gamma", kOption},
                                           {"delta_vega", kPut},
                                           {"delta_gamma_vega", both}}) {
    const Run run = run_yaml(desk(with(objective, options)).text());
    Bookkeeper keeper(run.plan(), 0);
    check(run, keeper);
    CHECK(keeper.greatest_strike > 1.2 * keeper.least_strike);
    CHECK(keeper.worst_delta < 1e-5);
    CHECK(keeper.neutral > 0.97 * keeper.looked);
    if (objective != "delta_vega") CHECK(keeper.worst_gamma < 1e-4);
    if (objective != "delta_gamma") CHECK(keeper.worst_vega < 1e-4);
  }
}

TEST_CASE("Bands, rules and latencies leave the P&L what was paid") {
  for (const char* more : {", rebalance: {delta_band: 5 %}",
                           ", rebalance: {any: [{move: 1 sd}, {every: 3 d}]}", ", latency: 1 d"}) {
    const Run run = run_yaml(desk(with("delta_vega", kOption, more)).text());
    Bookkeeper keeper(run.plan(), 0);
    check(run, keeper);
  }
}

TEST_CASE("A roll sells what is held, and orders on their way are void") {
  const Run run = run_yaml(desk(with("delta_vega", kOption, ", latency: 1 d")).text());
  const hedging::HedgeOption& option = run.plan().hedgers[0].options[0];
  CHECK(option.rolls == std::vector<std::size_t>{0, 14, 28});
  const simulation::PathRecord seen = everything(run);
  for (std::size_t p = 0; p < seen.path.size(); ++p) {
    for (const std::size_t roll : {14U, 28U}) {
      CHECK(seen.at("option_units", p, roll - 1, 0) != 0);
      CHECK(seen.at("option_units", p, roll, 0) == 0);
      CHECK(seen.at("option_units", p, roll + 2, 0) != 0);
    }
    const std::size_t last = seen.steps - 1;
    CHECK(std::abs(seen.at("pnl_so_far", p, last, 0) - run.pnl("desk")[p]) < 1e-6);
  }
}

TEST_CASE("Where options cost nothing and the model is right, their hedge has the mean of any other") {
  OneAsset config;
  config.market = "spot: 100, implied_vol: 20 %";
  config.positions = "[{instrument: call, asset: A, strike: 100, expiry: 0.25 y, quantity: -1}]";
  config.hedgers =
      "{desk: {model: black_scholes, costs: none, objective: delta_vega, hedge_with: [{instrument: put, "
      "asset: A, strike: 90 %, expiry: 30 d, roll_at: 10 d}]}}";
  config.simulation = "horizon: 0.25 y, steps: 91, paths: 5_000, seed: 2";
  const Run run = run_yaml(config.text());
  double sum = 0, squares = 0;
  for (const double x : run.pnl("desk")) sum += x, squares += x * x;
  const double n = 5000, mean = sum / n, sd = std::sqrt(squares / n - mean * mean);
  CHECK(std::abs(mean) < 4 * sd / std::sqrt(n));
}

TEST_CASE("Under stochastic variance who hedges vega is left with less than half of what delta leaves") {
  OneAsset config;
  config.market = "spot: 100, implied_vol: 60 %, half_spread: 2 bp";
  config.positions = "[{instrument: call, asset: A, strike: 100, expiry: 40 d, quantity: -1}]";
  config.dynamics =
      "{model: heston, volatility: 60 %, long_run_volatility: 60 %, mean_reversion: 4, "
      "vol_of_variance: 1.5, correlation: -0.3}";
  config.hedgers =
      "{delta: {model: black_scholes}, vega: {model: black_scholes, objective: delta_vega, "
      "hedge_with: [{instrument: call, asset: A, strike: 100 %, expiry: 60 d, roll_at: 45 d}]}}";
  config.simulation = "horizon: 30 d, step: 4 h, paths: 4_000, seed: 2";
  const Run run = run_yaml(config.text());
  const auto sd = [&](const char* hedger) {
    double sum = 0, squares = 0;
    for (const double x : run.pnl(hedger)) sum += x, squares += x * x;
    return std::sqrt(squares / 4000 - sum / 4000 * (sum / 4000));
  };
  CHECK(sd("vega") < 0.5 * sd("delta"));
}
