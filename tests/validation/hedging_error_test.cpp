#include <cmath>

#include "engine/risk/moments.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/run_yaml.hpp"
#include "tests/support/statistics.hpp"

// Discrete delta hedging in a Black-Scholes world: exact standard deviations from one Gaussian
// quadrature per date (tests/validation/REFERENCES.md says how).

using namespace unhedged::testing;

namespace {

OneAsset short_call(double strike, const std::string& expiry, const std::string& volatility) {
  OneAsset config;
  config.positions = "[{instrument: call, asset: A, strike: " + std::to_string(strike) +
                     ", expiry: " + expiry + ", quantity: -1}]";
  config.hedgers = "{hedger: {model: black_scholes, volatility: " + volatility + ", costs: none}}";
  return config;
}

SampleMoments hedged(OneAsset config, const std::string& horizon, int steps, int paths, int seed = 5) {
  config.simulation = "horizon: " + horizon + ", steps: " + std::to_string(steps) +
                      ", paths: " + std::to_string(paths) + ", seed: " + std::to_string(seed);
  return sample_moments(run_yaml(config.text()).pnl("hedger"));
}

const std::string kMonth = "1 mo";

}  // namespace

TEST_CASE("V-35: standard deviation of the hedging error of QuantLib's DiscreteHedging", "[statistics]") {
  StatisticalFamily family(1e-4, 16);
  const std::pair<int, double> rows[] = {{1, 1.738260202776},  {5, .842787983702},   {10, .609303435642},
                                         {21, .427756881818},  {42, .305960627944},  {84, .218133616080},
                                         {252, .127012123991}, {1000, .064131594603}};
  for (const auto& [steps, exact] : rows) {
    const int paths = steps > 200 ? 200'000 : 2'000'000;
    const SampleMoments m = hedged(short_call(100, kMonth, "0.2"), kMonth, steps, paths);
    family.check("sd, N=" + std::to_string(steps), m.sd, m.sd_error, exact);
    family.check("mean, N=" + std::to_string(steps), m.mean, m.mean_error, 0);
  }
}

TEST_CASE("V-36: the rule of Derman and Kamal is asymptotic") {
  const double vega = 11.457839419964;
  const double rule21 = std::sqrt(M_PI / (4 * 21)) * vega * 0.2,
               rule84 = std::sqrt(M_PI / (4 * 84)) * vega * 0.2;
  CHECK(std::abs(rule21 - .443167619148) < 1e-10);
  CHECK(std::abs(rule84 - .221583809574) < 1e-10);
  CHECK(std::abs(.427756881818 / rule21 - .9652) < 1e-4);
}

TEST_CASE("V-37: one year, and the slope of the error in the number of dates", "[statistics]") {
  StatisticalFamily family(1e-4, 6);
  const std::pair<int, double> rows[] = {{4, 3.212228302016},
                                         {12, 1.922864735756},
                                         {52, .948902704972},
                                         {252, .437089455604},
                                         {1008, .219829009104}};
  double first = 0, last = 0, first_error = 0, last_error = 0;
  for (const auto& [steps, exact] : rows) {
    const SampleMoments m =
        hedged(short_call(100, "1 y", "0.2"), "1 y", steps, steps > 200 ? 100'000 : 500'000);
    family.check("sd, N=" + std::to_string(steps), m.sd, m.sd_error, exact);
    if (steps == 52) first = m.sd, first_error = m.sd_error / m.sd;
    if (steps == 1008) last = m.sd, last_error = m.sd_error / m.sd;
  }
  const double dates = std::log(1008.0 / 52), slope = std::log(last / first) / dates;
  const double exact_slope = std::log(.219829009104 / .948902704972) / dates;
  CHECK(std::abs(exact_slope + 0.5) < 0.01);
  family.check("slope", slope, std::hypot(first_error, last_error) / dates, exact_slope);
}

TEST_CASE("V-38: other strikes", "[statistics]") {
  StatisticalFamily family(1e-4, 8);
  struct Row {
    double strike, sd52, sd252;
  };
  for (const Row& row : {Row{80, .461077141845, .213310655108}, Row{90, .742539799970, .342502102286},
                         Row{110, 1.016306605832, .468086718769}, Row{120, .953536610213, .439547344462}}) {
    const SampleMoments m52 = hedged(short_call(row.strike, "1 y", "0.2"), "1 y", 52, 400'000);
    const SampleMoments m252 = hedged(short_call(row.strike, "1 y", "0.2"), "1 y", 252, 100'000);
    family.check("K=" + std::to_string(row.strike) + " N=52", m52.sd, m52.sd_error, row.sd52);
    family.check("K=" + std::to_string(row.strike) + " N=252", m252.sd, m252.sd_error, row.sd252);
  }
}

TEST_CASE("V-40: hedging and selling at the wrong volatility, mean and standard deviation", "[statistics]") {
  StatisticalFamily family(1e-4, 12);
  struct Row {
    const char* volatility;
    double mean, sd52, sd252;
  };
  for (const Row& row :
       {Row{"0.15", -1.9542343963, 1.2881056, .9763774}, Row{"0.25", 1.9820826707, 1.1625912, .8001850},
        Row{"0.30", 3.9745103720, 1.5292630, 1.2758176}}) {
    OneAsset config = short_call(100, "1 y", row.volatility);
    config.market = std::string("spot: 100, rate: 5 %, implied_vol: ") + row.volatility;
    const SampleMoments m52 = hedged(config, "1 y", 52, 400'000), m252 = hedged(config, "1 y", 252, 100'000);
    for (const auto& [m, sd] : {std::pair(m52, row.sd52), std::pair(m252, row.sd252)}) {
      family.check(std::string(row.volatility) + " mean", m.mean, m.mean_error, row.mean);
      family.check(std::string(row.volatility) + " sd", m.sd, m.sd_error, sd, 5e-8);
    }
  }
}

TEST_CASE("V-41: the limit of continuous hedging at the wrong volatility", "[statistics]") {
  // Discrete dates add about the variance of V-37: at N = 2520 the sds are .8844980, .6841882, 1.2063910.
  StatisticalFamily family(1e-4, 3);
  struct Row {
    const char* volatility;
    double limit, sd2520;
  };
  for (const Row& row : {Row{"0.15", .873492237680, .8844980}, Row{"0.25", .669801217436, .6841882},
                         Row{"0.30", 1.198277766879, 1.2063910}}) {
    OneAsset config = short_call(100, "1 y", row.volatility);
    config.market = std::string("spot: 100, rate: 5 %, implied_vol: ") + row.volatility;
    const SampleMoments m = hedged(config, "1 y", 2520, 60'000);
    family.check(row.volatility, m.sd, m.sd_error, row.sd2520, 5e-8);
    CHECK(row.sd2520 > row.limit);
    CHECK(std::abs(m.sd - row.limit) < 0.04 * row.limit);
  }
}

TEST_CASE("V-44: hedging at a volatility never exceeded makes the seller of a convex payoff gain",
          "[statistics]") {
  // El Karoui, Jeanblanc-Picque, Shreve (1998). At 52 dates the 99.9 % quantile of the loss is -0.409.
  OneAsset config = short_call(100, "1 y", "0.30");
  config.market = "spot: 100, rate: 5 %, implied_vol: 30 %";
  config.simulation = "horizon: 1 y, steps: 52, paths: 400_000, seed: 3";
  const Run run = run_yaml(config.text());
  const unhedged::risk::Tail tail(run.pnl("hedger"), 0.999, 0.9999);
  const auto var = tail.value_at_risk(0.999, 0.9999);
  CHECK(var.lower <= -0.409 + 0.01);
  CHECK(var.upper >= -0.409 - 0.01);
  CHECK(var.upper < 0);
}

TEST_CASE("V-48: delta and delta-gamma, whose error falls as N^(-3/4)", "[statistics]") {
  // Gobet and Makhlouf (2012). The references are simulations, with the errors in the last columns.
  struct Row {
    int steps;
    double delta, gamma, delta_error, gamma_error;
  };
  StatisticalFamily family(1e-4, 8);
  double first = 0, last = 0;
  const Row rows[] = {{4, 1.61680, .44175, .0012, .0006},
                      {13, .93128, .22109, .0007, .0004},
                      {63, .43485, .07668, .0003, .0002},
                      {252, .22021, .02842, .0003, .0002}};
  for (const Row& row : rows) {
    OneAsset config = short_call(100, "0.25 y", "0.2");
    config.market = "spot: 100, implied_vol: 20 %";
    config.hedgers =
        "{hedger: {model: black_scholes, costs: none}, gamma: {model: black_scholes, costs: none, objective: "
        "{strategy: delta_gamma, limit: 1e6}, hedge_with: [{instrument: call, asset: A, strike: 100 %, "
        "expiry: "
        "0.5 y, roll_at: 0.1 y}]}}";
    config.simulation = "horizon: 0.25 y, steps: " + std::to_string(row.steps) +
                        ", paths: " + (row.steps > 100 ? "50_000" : "200_000") + ", seed: 5";
    const Run run = run_yaml(config.text());
    const SampleMoments d = sample_moments(run.pnl("hedger")), g = sample_moments(run.pnl("gamma"));
    const std::string n = ", N=" + std::to_string(row.steps);
    family.check("delta" + n, d.sd, std::hypot(d.sd_error, row.delta_error), row.delta);
    family.check("delta-gamma" + n, g.sd, std::hypot(g.sd_error, row.gamma_error), row.gamma);
    if (row.steps == 13) first = g.sd;
    last = g.sd;
  }
  const double slope = std::log(last / first) / std::log(252.0 / 13);
  CHECK(slope < -0.64);
  CHECK(slope > -0.78);
}

TEST_CASE("V-45: one short step, the chi-square error of Boyle and Emanuel", "[statistics]") {
  StatisticalFamily family(1e-4, 3);
  OneAsset config = short_call(100, "0.25 y", "0.2");
  config.market = "spot: 100, implied_vol: 20 %";
  config.simulation = "horizon: 1e-6 y, steps: 1, paths: 1_000_000, seed: 21";
  const Run run = run_yaml(config.text());
  const auto pnl = run.pnl("hedger");
  double gains = 0;
  for (const double x : pnl) gains += x > 0 ? 1 : 0;
  const double n = static_cast<double>(pnl.size()), p = .682689492137086;
  family.check("P(gain)", gains / n, std::sqrt(p * (1 - p) / n), p, 1e-3);  // of order sqrt(dt)
  const auto m = unhedged::risk::estimate_moments(pnl, 0.95);
  family.check("skewness", m.skewness.value, m.skewness.standard_error, -2 * std::sqrt(2.0), 0.01);
  family.check("excess kurtosis", m.excess_kurtosis.value, m.excess_kurtosis.standard_error, 12, 0.1);
}
