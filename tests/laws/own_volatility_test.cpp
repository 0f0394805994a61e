#include <cmath>

#include "engine/pricing/models.hpp"
#include "engine/pricing/valuation.hpp"
#include "engine/simulation/path_block.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/hand_made_market.hpp"
#include "tests/support/run_yaml.hpp"
#include "tests/support/statistics.hpp"

// Desks that work out the volatility of their Greeks themselves.

using namespace unhedged;
using namespace unhedged::testing;

namespace {

OneAsset desk(const std::string& hedgers, const std::string& dynamics = "{model: gbm, volatility: 50 %}") {
  OneAsset config;
  config.market = "spot: 100, implied_vol: 40 %, rate: 4 %, yield: 2 %";
  config.positions =
      "[{instrument: call, asset: A, strike: 100, expiry: 40 d, quantity: -1}, {instrument: put, "
      "asset: A, strike: 95, expiry: 25 d, quantity: -2}]";
  config.dynamics = dynamics;
  config.hedgers = hedgers;
  config.simulation = "horizon: 20 d, step: 6 h, paths: 512, seed: 9";
  return config;
}

std::string realised(const std::string& how) { return "volatility: {realised: {" + how + "}}"; }

const std::string kMoving =
    "{model: heston, volatility: 50 %, long_run_volatility: 60 %, mean_reversion: 6, "
    "vol_of_variance: 2, correlation: -0.6}";
const std::string kVariance = "mean_reversion: 4, vol_of_variance: 1, correlation: -0.5";

/// The levels that a hedger's Greeks go by at the last look.
class LevelSink final : public simulation::Sink {
 public:
  explicit LevelSink(std::uint32_t step) : step_(step) {}
  void at(const simulation::Floor& floor, std::uint32_t step) override {
    if (step != step_) return;
    for (std::size_t lane = 0; lane < kLanes; ++lane) {
      const double x = (*floor.quotes(0, 0).quote_level)[lane];
      sum += x, squares += x * x, count += 1;
    }
  }
  double sum = 0, squares = 0, count = 0;

 private:
  std::uint32_t step_;
};

}  // namespace

TEST_CASE("Under a constant volatility estimates have its square as their mean, by any weights",
          "[statistics]") {
  StatisticalFamily family(1e-4, 3);
  for (const std::string how : {"window: 5 d, every: 12 h", "half_life: 1 d", "lambda: 0.9"}) {
    const Run run = run_yaml(desk("{h: {model: black_scholes, " + realised(how) + "}}").text());
    LevelSink levels(79);
    simulation::PathBlock block(*run.prepared);
    for (std::uint64_t first = 0; first < 8 * kLanes; first += kLanes) {
      PathIds ids;
      for (std::size_t lane = 0; lane < kLanes; ++lane) ids.value[lane] = first + lane;
      block.simulate(ids, &levels, {});
    }
    const double mean = levels.sum / levels.count,
                 sd = std::sqrt(levels.squares / levels.count - mean * mean);
    family.check(how, mean, sd / std::sqrt(levels.count), 0.25, 1e-4);
  }
}

TEST_CASE("An estimate that never leaves its prior is that number") {
  const Run run = run_yaml(desk("{own: {model: black_scholes, " + realised("half_life: 1e7 y, prior: 45 %") +
                                "}, number: {model: black_scholes, volatility: 45 %}}")
                               .text());
  for (std::size_t i = 0; i < run.plan().paths; ++i)
    CHECK(std::abs(run.pnl("own")[i] - run.pnl("number")[i]) < 1e-4);
}

TEST_CASE("Greeks at estimates come from tables that are as good as exact sums, under any model") {
  const std::string of = realised("half_life: 2 d");
  const std::string jumps = ", jump_rate: 5, jump_mean: -5 %, jump_vol: 10 %";
  const std::string variance = ", mean_reversion: 4, vol_of_variance: 1, correlation: -0.5";
  const std::string hedgers = "{bs: {model: black_scholes, " + of + "}, leland: {model: leland, " + of +
                              ", cost: 10 bp, revisions: 365}, normal: {model: bachelier, " + of +
                              "}, merton: {model: merton, " + of + jumps + "}, heston: {model: heston, " +
                              of + variance + "}}";
  OneAsset config = desk(hedgers,
                         "{model: heston, volatility: 50 %, long_run_volatility: 60 %, mean_reversion: "
                         "6, vol_of_variance: 2, correlation: -0.6}");
  config.simulation = "horizon: 20 d, step: 2 d, paths: 64, seed: 9";
  OneAsset exact = config;
  exact.simulation += ", greeks: exact";
  const Run run = run_yaml(config.text()), slow = run_yaml(exact.text());
  for (const char* name : {"bs", "leland", "normal", "merton", "heston"})
    for (std::size_t i = 0; i < run.plan().paths; ++i)
      CHECK(std::abs(run.pnl(name)[i] - slow.pnl(name)[i]) < 2e-3);
}

TEST_CASE("Who recalibrates at every step to quotes of each option goes by what is quoted") {
  const Run run = run_yaml(desk("{own: {model: black_scholes, volatility: recalibrated, recalibrate: {every: "
                                "6 h}}, daily: {model: black_scholes, volatility: recalibrated}, quoted: "
                                "{model: black_scholes}}",
                                kMoving)
                               .text());
  double apart = 0;
  for (std::size_t i = 0; i < run.plan().paths; ++i) {
    CHECK(std::abs(run.pnl("own")[i] - run.pnl("quoted")[i]) < 1e-4);
    apart += std::abs(run.pnl("daily")[i] - run.pnl("quoted")[i]);
  }
  CHECK(apart > 1);
}

TEST_CASE(
    "What is recorded of calibrations: their error, the drift of what they yield, and those that fail") {
  const std::string jumps =
      "jump_rate: 100, jump_mean: 0, jump_vol: 10 %";  // a volatility of 100 % by themselves
  const Run run =
      run_yaml(desk("{held: {model: black_scholes, volatility: recalibrated}, kept: {model: merton, "
                    "volatility: recalibrated, " +
                    jumps + "}, fitted: {model: heston, volatility: recalibrated, " + kVariance +
                    "}, quoted: {model: black_scholes}}")
                   .text());
  const simulation::Report report = simulation::make_report(*run.prepared, run.outcome);
  const auto value = [&](std::size_t hedger, const char* name) { return report.at(0, hedger, name).value; };
  CHECK(value(0, "calibration_error") == 0);
  CHECK(value(0, "failed_calibrations") == 0);
  CHECK(value(1, "failed_calibrations") == 20);  // a day each, none at the horizon
  CHECK(value(1, "parameter_drift") == 0);
  CHECK(value(1, "calibration_error") > 0.3);
  CHECK(value(2, "failed_calibrations") == 0);
  // today's quotes are 40 %, all others the 50 % of the regime
  CHECK(std::abs(value(0, "parameter_drift") - 0.1 / 19) < 1e-12);
  CHECK(std::abs(value(2, "parameter_drift") - 0.1 / 19) < 0.02 / 19);
  CHECK(value(2, "calibration_error") > 0.001);  // a skew where the market has none
  CHECK(value(2, "calibration_error") < 0.1);
  CHECK(value(3, "calibration_error") == 0);  // not of who goes by what is quoted
}

TEST_CASE("A calibrated level is one at which the model quotes what the market does at the money") {
  const pricing::Carry carry{0.04, 0.02};
  for (const pricing::ModelKind* kind : pricing::model_kinds()) {
    if (std::string(kind->name) != "heston") continue;
    const auto base = kind->make({std::nullopt, 0.6, 6.0, 2.0, -0.6, 0.0});
    const auto belief = pricing::with_own_level(base, pricing::Recalibration{0.1, {1}});
    const pricing::ModelQuotes quotes(*belief, carry, 100, 0.1);
    for (const double volatility : {0.31, 0.5, 0.77, 1.3}) {
      // the same by a number: v at all times, an option at the money forward and one below it
      const double level = quotes.level(volatility);
      const auto number = kind->make({std::sqrt(level), 0.6, 6.0, 2.0, -0.6, 0.0});
      for (const std::size_t point : {0U, 1U, 3U, 5U}) {
        const double life = quotes.points()[point].life_years,
                     k = quotes.points()[point].deviations * volatility * std::sqrt(life);
        const double strike = 100 * std::exp(0.02 * life + k);
        instruments::Position call;
        call.strike = strike, call.expiry_years = life, call.quantity = 1;
        const pricing::PricedBook book =
            pricing::priced(instruments::net(std::span(&call, 1), 0), carry, 100);
        const std::vector<market::ImpliedCurve> curves{market::flat(0.5)};
        const std::vector<std::vector<bool>> used{{true}};
        const auto valued = pricing::make_valuation(
            pricing::Believed(number), {&book, &curves, &used, {0}, {pricing::Greek::value}, {}});
        const HandMadeMarket market;
        Lanes value;
        valued->evaluate(0, market.quotes, pricing::Greek::value, value);
        const double implied =
            pricing::implied_volatility({pricing::Right::call, strike, life}, value[0], 100, carry);
        CHECK(std::abs(implied / quotes.volatility(point, volatility) - 1) < 1e-3);
        if (point == 0) CHECK(std::abs(implied / volatility - 1) < 1e-3);
      }
    }
  }
}
