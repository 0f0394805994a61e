#include <array>
#include <cmath>

#include "engine/random/noise.hpp"
#include "engine/world/arrivals.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/run_yaml.hpp"
#include "tests/support/statistics.hpp"

using namespace unhedged::testing;
using namespace unhedged;

namespace {

double normal_density(double x) { return std::exp(-0.5 * x * x) / std::sqrt(2 * M_PI); }
double normal_distribution(double x) { return 0.5 * std::erfc(-x / std::sqrt(2.0)); }

/// Counts of a Hawkes process over T = `steps` steps of one path.
double hawkes_count(const world::SelfExciting& law, double horizon, int steps, bool stationary,
                    std::uint64_t path) {
  std::uint32_t used = 0;
  const auto uniform = [&] {
    const std::uint32_t number = used++;
    return random::uniform_at({5, random::Purpose::arrival, number & 0xfff}, path, number >> 12);
  };
  double excess = stationary ? world::stationary_excess(law, [&](unsigned) { return uniform(); }) : 0;
  double count = 0;
  for (int step = 0; step < steps; ++step)
    count += world::arrivals(
                 law, horizon / steps, uniform(), excess, [&](unsigned) { return uniform(); },
                 [](double, double) {})
                 .count;
  return count;
}

}  // namespace

TEST_CASE(
    "V-77, V-78: counts of self-exciting jumps, from the stationary law and from a quiet start, at any step",
    "[statistics]") {
  struct Row {
    double base, alpha, beta, horizon, mean, variance, quiet_mean, quiet_variance;
  };
  StatisticalFamily family(1e-4, 24);
  for (const Row& r : {Row{1, .8, 2, 10, 16.6666666667, 43.827175664722, 16.111114524562, 41.975426595679},
                       Row{.5, 1.6, 2, 10, 25, 477.74734583331, 20.091578194444, 320.065688462},
                       Row{2, 9, 10, 1, 20, 748.40129351946, 8.621829941086, 139.80741003062}})
    for (const int steps : {1, 40})
      for (const bool stationary : {true, false}) {
        const world::SelfExciting law{r.base, r.alpha / r.beta, r.beta};
        std::vector<double> counts;
        for (std::uint64_t path = 0; path < 60'000; ++path)
          counts.push_back(hawkes_count(law, r.horizon, steps, stationary, path));
        const SampleMoments m = sample_moments(counts);
        const std::string what = (stationary ? "stationary, a=" : "quiet, a=") + number(r.alpha) +
                                 ", steps=" + std::to_string(steps);
        family.check(what + ", mean", m.mean, m.mean_error, stationary ? r.mean : r.quiet_mean);
        family.check(what + ", sd", m.sd, m.sd_error, std::sqrt(stationary ? r.variance : r.quiet_variance));
      }
}

TEST_CASE("V-77, V-78 through the engine: the mean log price shows the mean number of jumps",
          "[statistics]") {
  StatisticalFamily family(1e-4, 2);
  const double mean = -0.02, deviation = 0.03, compensator = std::expm1(mean + 0.5 * deviation * deviation);
  for (const auto& [start, count] : {std::pair{"stationary", 20.0}, std::pair{"quiet", 8.621829941086}}) {
    OneAsset config;
    config.positions = "[{instrument: spot, asset: A, quantity: 1}]";
    config.market = "spot: 1, implied_vol: 20 %";
    config.dynamics =
        "{model: merton, volatility: 10 %, jump_rate: 2, jump_mean: -2 %, jump_vol: 3 %, excitation: "
        "{branching: 0.9, half_life: " +
        number(std::log(2.0) / 10) + " y, start: " + start + "}}";
    config.simulation = "horizon: 1 y, steps: 10, paths: 50_000, seed: 51";
    const SampleMoments m = sample_moments(log_moves(run_yaml(config.text())));
    family.check(start, m.mean, m.mean_error, -0.005 + count * (mean - compensator));
  }
}

TEST_CASE("Very many jumps in one step have the law of their sum", "[statistics]") {
  // Compound Poisson sums of rate L: mean and variance of the log price, the compensator's growth taken off.
  struct Row {
    const char* dynamics;
    double first, square, relative, rate;
  };
  StatisticalFamily family(1e-4, 8);
  for (const Row& r :
       {Row{"{model: merton, volatility: 0, jump_rate: 300000, jump_mean: 0.1 %, jump_vol: 0}", 1e-3, 1e-6,
            std::expm1(1e-3), 300000},
        Row{"{model: merton, volatility: 0, jump_rate: 900000, jump_mean: 0, jump_vol: 0.1 %}", 0, 1e-6,
            std::expm1(5e-7), 900000},
        Row{"{model: kou, volatility: 0, jump_rate: 400000, up_probability: 70 %, up_mean: 0.05 %, "
            "down_mean: 0.1 %}",
            0.7 * 5e-4 - 0.3e-3, 2 * (0.7 * 25e-8 + 0.3e-6), 0.7 / (1 - 5e-4) + 0.3 / (1 + 1e-3) - 1, 400000},
        Row{"{model: svcj, volatility: 0, long_run_volatility: 0, mean_reversion: 1e-6, vol_of_variance: 0, "
            "correlation: 0, jump_rate: 400000, jump_mean: 0, jump_vol: 0.1 %, variance_jump_mean: 1e-5, "
            "jump_correlation: 100}",
            1e-3, 1e-6 + 2e-6, std::exp(5e-7) / (1 - 1e-3) - 1, 400000}}) {
    OneAsset config;
    config.market = "spot: 1, implied_vol: 20 %";
    config.positions = "[{instrument: spot, asset: A, quantity: 1}]";
    config.dynamics = r.dynamics;
    config.simulation = "horizon: 1 d, step: 1 d, paths: 40_000, seed: 63";
    const SampleMoments m = sample_moments(log_moves(run_yaml(config.text())));
    const double count = r.rate / 365;
    family.check(std::string(r.dynamics) + ", mean", m.mean, m.mean_error, count * (r.first - r.relative));
    family.check("sd", m.sd, m.sd_error, std::sqrt(count * r.square));
  }
}

TEST_CASE("Excited jumps are exact when a step brings tens of thousands of them", "[statistics]") {
  // N - its compensator has the variance E[N] = 90 000; a jump is 0.1 %.
  OneAsset config;
  config.market = "spot: 1, implied_vol: 20 %";
  config.positions = "[{instrument: spot, asset: A, quantity: 1}]";
  config.dynamics =
      "{model: merton, volatility: 0, jump_rate: 45000, jump_mean: 0.1 %, jump_vol: 0, excitation: "
      "{branching: 0.5, half_life: 1 d}}";
  config.simulation = "horizon: 1 y, step: 1 y, paths: 1024, seed: 64";
  const auto moves = log_moves(run_yaml(config.text()));
  std::vector<double> prices;
  for (const double x : moves) prices.push_back(std::exp(x));
  const SampleMoments m = sample_moments(moves), price = sample_moments(prices);
  StatisticalFamily family(1e-4, 2);
  family.check("sd", m.sd, m.sd_error, 0.3,
               0.3 * 2e-3);  // the compensator's own spread is a thousandth of it
  family.check("expected price", price.mean, price.mean_error, 1);
}

TEST_CASE("Bachelier: prices of options are exact at any step, and prices do fall below zero",
          "[statistics]") {
  StatisticalFamily family(1e-4, 12);
  for (const int steps : {1, 60})
    for (const double rate : {0.0, 0.2})
      for (const double strike : {5.0, 20.0, 40.0}) {
        const double spot = 20, deviation = 35, time = 0.5;
        const double forward = spot * std::exp(rate * time);
        const double sd = deviation * std::sqrt(rate > 0 ? std::expm1(2 * rate * time) / (2 * rate) : time);
        const double d = (forward - strike) / sd;
        const double price = (forward - strike) * normal_distribution(d) + sd * normal_density(d);
        OneAsset config;
        config.market = "spot: 20, implied_vol: 175 %, rate: " + number(rate);
        config.positions = "[{instrument: put, asset: A, strike: " + number(strike) +
                           ", expiry: 0.5 y, quantity: 1, premium: 0}]";
        config.dynamics = "{model: bachelier, volatility: " + std::string(steps == 1 ? "1 x" : "175 %") + "}";
        config.simulation = "horizon: 0.5 y, steps: " + std::to_string(steps) + ", paths: 100_000, seed: 52";
        const SampleMoments m = sample_moments(run_yaml(config.text()).pnl("unhedged"));
        family.check("K=" + number(strike), m.mean, m.mean_error, price - (forward - strike));
      }
}

TEST_CASE("Common jumps: correlation of the log returns in closed form", "[statistics]") {
  OneAsset config;
  config.market = "spot: 1, implied_vol: 20 %";
  config.more_assets = ", B: {spot: 1, implied_vol: 30 %}";
  config.correlation = "[{between: [A, B], value: 0.3}]";
  config.dynamics = "{model: gbm, volatility: 20 %}";
  config.more_dynamics = ", B: {model: gbm, volatility: 30 %}";
  config.regime =
      ", common_jumps: {c: {jump_rate: 8, jump_mean: -4 %, jump_vol: 5 %, loadings: {A: 1, B: 2}}}";
  config.positions = "[{instrument: spot, asset: A, quantity: 1}]";
  config.simulation = "horizon: 1 y, steps: 4, paths: 200_000, seed: 53";
  const Run run = run_yaml(config.text());
  const double square = 8 * (0.04 * 0.04 + 0.05 * 0.05);
  const double variance_a = 0.04 + square, variance_b = 0.09 + 4 * square,
               covariance = 0.3 * 0.06 + 2 * square;
  const auto a = log_moves(run, 0), b = log_moves(run, 1);
  const SampleMoments ma = sample_moments(a), mb = sample_moments(b);
  std::vector<double> product;
  for (std::size_t p = 0; p < a.size(); ++p) product.push_back((a[p] - ma.mean) * (b[p] - mb.mean));
  const SampleMoments c = sample_moments(product);
  StatisticalFamily family(1e-4, 3);
  family.check("sd A", ma.sd, ma.sd_error, std::sqrt(variance_a));
  family.check("sd B", mb.sd, mb.sd_error, std::sqrt(variance_b));
  family.check("covariance", c.mean, c.mean_error, covariance);
}

TEST_CASE("V-76: options under Markov-switching volatility", "[statistics]") {
  StatisticalFamily family(1e-4, 6);
  const double exact[2][3] = {{16.2530993600993, 9.75117444373482, 5.30053405637936},
                              {17.4092677016295, 11.3672813870432, 7.00555433258494}};
  const double strikes[] = {90, 100, 110};
  for (int start = 0; start < 2; ++start)
    for (int k = 0; k < 3; ++k) {
      OneAsset config;
      config.positions = "[{instrument: call, asset: A, strike: " + number(strikes[k]) +
                         ", expiry: 1 y, quantity: 1, premium: 0}]";
      config.scenario = std::string("start: ") + (start == 0 ? "low" : "high") +
                        ", regimes: {low: {dynamics: {A: {model: gbm, volatility: 15 %}}}, high: {dynamics: "
                        "{A: {model: gbm, volatility: 25 %}}}}, "
                        "transitions: [{from: low, to: high, rate: 1}, {from: high, to: low, rate: 1}]";
      config.simulation = "horizon: 1 y, steps: 250, paths: 100_000, seed: 54";
      const SampleMoments m = sample_moments(run_yaml(config.text()).pnl("unhedged"));
      const double discount = std::exp(-0.05);
      // A change is seen at the next grid time: half a step late, 0.002 years of 10 volatility points at
      // most.
      family.check("K=" + number(strikes[k]), discount * m.mean, discount * m.mean_error, exact[start][k],
                   0.01);
    }
}

TEST_CASE("Transitions are as frequent as the generator matrix says, and so is the time spent",
          "[statistics]") {
  const double rate[3][3] = {{0, 20, 5}, {10, 0, 30}, {40, 2, 0}};
  const char* names[] = {"a", "b", "c"};
  std::string regimes, transitions;
  for (int i = 0; i < 3; ++i) {
    regimes += std::string(names[i]) + ": {dynamics: {A: {model: gbm, volatility: 20 %}}}, ";
    for (int j = 0; j < 3; ++j)
      if (i != j)
        transitions +=
            std::string("{from: ") + names[i] + ", to: " + names[j] + ", rate: " + number(rate[i][j]) + "}, ";
  }
  const int steps = 400;
  const double dt = 0.2 / steps;
  OneAsset config;
  config.positions = "[{instrument: spot, asset: A, quantity: 1}]";
  config.scenario = "start: a, regimes: {" + regimes + "}, transitions: [" + transitions + "]";
  config.simulation = "horizon: 0.2 y, steps: 400, paths: 20_000, seed: 55";
  const Run run = run_yaml(config.text());
  // exp(Q t) by its steps: (I + Q dt + (Q dt)^2 / 2) to the power of the step; time spent by the sum.
  using Row = std::array<double, 3>;
  const auto times_q_dt = [&](const Row& row) {
    Row out{};
    for (std::size_t i = 0; i < 3; ++i)
      for (std::size_t j = 0; j < 3; ++j)
        out[j] += dt * row[i] * (i == j ? -(rate[i][0] + rate[i][1] + rate[i][2]) : rate[i][j]);
    return out;
  };
  Row now{1, 0, 0}, spent{};
  for (int t = 0; t < steps; ++t) {
    const Row first = times_q_dt(now), second = times_q_dt(first);
    for (std::size_t i = 0; i < 3; ++i) {
      const double next = now[i] + first[i] + 0.5 * second[i];
      spent[i] += 0.5 * (now[i] + next) / steps;
      now[i] = next;
    }
  }
  StatisticalFamily family(1e-4, 6);
  const auto record = everything(run);
  for (int i = 0; i < 3; ++i) {
    double here = 0;
    for (std::size_t p = 0; p < record.path.size(); ++p)
      here += record.regime[p * record.steps + steps - 1] == i;
    const double share = here / static_cast<double>(record.path.size());
    const double error = std::sqrt(share * (1 - share) / static_cast<double>(record.path.size()));
    family.check(names[i], share, error, now[static_cast<std::size_t>(i)],
                 0.004);  // two changes within a step of 4.4 hours count as one
    const auto& tally = run.outcome.tally("regime_time", 0, static_cast<std::size_t>(i));
    const double n = static_cast<double>(run.plan().paths), mean = tally.sum / n;
    family.check(std::string("time in ") + names[i], mean,
                 std::sqrt((tally.sum_of_squares / n - mean * mean) / n), spent[static_cast<std::size_t>(i)],
                 0.004);
  }
}

TEST_CASE("A correlation blends in over the stated time - spikes reach one with fifty assets",
          "[statistics]") {
  OneAsset config;
  config.market = "spot: 1, implied_vol: 20 %";
  config.more_assets = ", B: {spot: 1, implied_vol: 20 %}";
  config.positions = "[{instrument: spot, asset: A, quantity: 1}]";
  const std::string dynamics = "{dynamics: {default: {model: gbm, volatility: 20 %}}";
  config.scenario = "start: a, regimes: {a: " + dynamics + "}, b: " + dynamics +
                    ", correlation: {spike: 0.8, blend: 10 d}}}, transitions: [{from: a, to: b, at: 2 d}]";
  config.simulation = "horizon: 20 d, step: 1 d, paths: 200_000, seed: 56";
  const Run run = run_yaml(config.text());
  const auto a = log_moves(run, 0), b = log_moves(run, 1);
  std::vector<double> product;
  for (std::size_t p = 0; p < a.size(); ++p) product.push_back(a[p] * b[p] / (0.04 * 20 / 365));
  StatisticalFamily family(1e-4, 2);
  const SampleMoments m = sample_moments(product), sd = sample_moments(a);
  // Two days apart, ten on the way (one half on average), eight together; plus the square of the mean log.
  family.check("correlation", m.mean, m.mean_error, 0.8 * (10 * 0.5 + 8) / 20 + 0.25 * 0.04 * 20 / 365);
  family.check("variance is untouched", sd.sd, sd.sd_error, std::sqrt(0.04 * 20 / 365));

  OneAsset many = config;
  many.more_assets.clear();
  for (int k = 1; k < 50; ++k)
    many.more_assets += ", A" + std::to_string(k) + ": {spot: 1, implied_vol: 20 %}";
  many.scenario = "regimes: {a: " + dynamics + ", correlation: {spike: 1}}}";
  many.simulation = "horizon: 2 d, step: 1 d, paths: 300, seed: 57";
  const auto record = everything(run_yaml(many.text()));
  double apart = 0;
  for (std::size_t p = 0; p < record.path.size(); ++p)
    for (std::size_t k = 1; k < 50; ++k)
      apart = std::max(apart, std::abs(record.at("spot", p, 2, k) / record.at("spot", p, 2, 0) - 1));
  CHECK(apart < 1e-6);
}

TEST_CASE("Shocks of the variances are correlated as stated, and blocks as written", "[statistics]") {
  OneAsset config;
  config.market = "spot: 1, implied_vol: 40 %";
  config.more_assets = ", B: {spot: 1, implied_vol: 40 %}, C: {spot: 1, implied_vol: 40 %}";
  config.positions = "[{instrument: spot, asset: A, quantity: 1}]";
  config.scenario =
      "regimes: {r: {dynamics: {default: {model: heston, volatility: 40 %, long_run_volatility: 40 %, "
      "mean_reversion: 2, "
      "vol_of_variance: 0.3, correlation: -0.6}}, correlation: {variance: 0.7, blocks: [{assets: [A, B], "
      "within: 0.5}, {assets: [C]}], between_blocks: -0.2}}}";
  config.simulation = "horizon: 1 d, step: 1 h, paths: 100_000, seed: 58";
  const Run run = run_yaml(config.text());
  const auto record = everything(run);
  const auto correlation = [&](std::string_view track, std::size_t i, std::size_t j) {
    std::vector<double> product;
    double si = 0, sj = 0;
    for (std::size_t p = 0; p < record.path.size(); ++p) {
      const double x = record.at(track, p, 24, i) - (track == "variance" ? 0.16 : 1),
                   y = record.at(track, p, 24, j) - (track == "variance" ? 0.16 : 1);
      product.push_back(x * y);
      si += x * x;
      sj += y * y;
    }
    const double scale = std::sqrt(si * sj) / static_cast<double>(product.size());
    for (double& x : product) x /= scale;
    return sample_moments(product);
  };
  StatisticalFamily family(1e-4, 4);
  const auto check = [&](const char* what, std::string_view track, std::size_t i, std::size_t j,
                         double exact) {
    const SampleMoments m = correlation(track, i, j);
    family.check(what, m.mean, m.mean_error, exact, 0.002);  // of day-long moves, not of their shocks
  };
  check("prices in a block", "spot", 0, 1, 0.5);
  check("prices across blocks", "spot", 0, 2, -0.2);
  check("variances in a block", "variance", 0, 1, 0.36 * 0.5 + 0.64 * 0.7);
  check("variances across blocks", "variance", 1, 2, 0.36 * -0.2 + 0.64 * 0.7);
}

TEST_CASE("V-29, V-30: moments of the variance and of the log price under Heston", "[statistics]") {
  const auto record_of = [](const std::string& market, const std::string& dynamics,
                            const std::string& simulation) {
    OneAsset config;
    config.market = market;
    config.positions = "[{instrument: spot, asset: A, quantity: 1}]";
    config.dynamics = dynamics;
    config.simulation = simulation;
    return run_yaml(config.text());
  };
  StatisticalFamily family(1e-4, 8);
  const auto variance_of = [](const Run& run) {
    const auto record = everything(run);
    std::vector<double> out;
    for (std::size_t p = 0; p < record.path.size(); ++p)
      out.push_back(record.at("variance", p, record.steps - 1, 0));
    return sample_moments(out);
  };
  const Run hard = record_of("spot: 100, implied_vol: 20 %",
                             "{model: heston, volatility: 20 %, long_run_volatility: 20 %, mean_reversion: "
                             "0.5, vol_of_variance: 1, correlation: -0.9}",
                             "horizon: 10 y, steps: 80, paths: 200_000, seed: 59");
  const SampleMoments v = variance_of(hard);
  family.check("Case I, mean", v.mean, v.mean_error, 0.04);
  family.check("Case I, sd", v.sd, v.sd_error, std::sqrt(.0399981840028095));
  const Run easy = record_of("spot: 100, implied_vol: 20 %",
                             "{model: heston, volatility: " + number(std::sqrt(.010201)) +
                                 ", long_run_volatility: " + number(std::sqrt(.019)) +
                                 ", mean_reversion: 6.21, vol_of_variance: 0.61, correlation: -0.7}",
                             "horizon: 1 y, steps: 64, paths: 200_000, seed: 60");
  const SampleMoments w = variance_of(easy);
  family.check("Broadie-Kaya, mean", w.mean, w.mean_error, .0189823207195536);
  family.check("Broadie-Kaya, sd", w.sd, w.sd_error, std::sqrt(.000568175601725793));
  const SampleMoments x = sample_moments(log_moves(easy));
  family.check("Broadie-Kaya, log price", x.mean, x.mean_error, -.00879296934625, 1e-5);
  family.check("Broadie-Kaya, sd of it", x.sd, x.sd_error, std::sqrt(.0186178689156), 2e-4);
  const Run lewis = record_of("spot: 100, implied_vol: 20 %",
                              "{model: heston, volatility: 20 %, long_run_volatility: 50 %, mean_reversion: "
                              "4, vol_of_variance: 1, correlation: -0.5}",
                              "horizon: 1 y, steps: 64, paths: 200_000, seed: 61");
  const SampleMoments y = sample_moments(log_moves(lewis));
  family.check("Lewis, log price", y.mean, y.mean_error, -.0992307855208, 1e-4);
  family.check("Lewis, sd of it", y.sd, y.sd_error, std::sqrt(.217857818118), 5e-4);
}

TEST_CASE("V-33: the models contain one another, path by path") {
  const auto moves = [](const std::string& dynamics) {
    OneAsset config;
    config.positions = "[{instrument: spot, asset: A, quantity: 1}]";
    config.dynamics = dynamics;
    config.simulation = "horizon: 1 y, steps: 20, paths: 2_000, seed: 62";
    return log_moves(run_yaml(config.text()));
  };
  const std::string heston =
      "volatility: 30 %, long_run_volatility: 30 %, mean_reversion: 2, correlation: -0.5, ";
  const std::string jumps = "jump_rate: 6, jump_mean: -5 %, jump_vol: 8 %";
  const auto svcj = moves("{model: svcj, " + heston + "vol_of_variance: 0.6, " + jumps +
                          ", variance_jump_mean: 0, jump_correlation: 0}");
  const auto bates = moves("{model: bates, " + heston + "vol_of_variance: 0.6, " + jumps + "}");
  const auto quiet = moves("{model: bates, " + heston + "vol_of_variance: 0, " + jumps + "}");
  const auto merton = moves("{model: merton, volatility: 30 %, " + jumps + "}");
  const auto none = moves("{model: bates, " + heston +
                          "vol_of_variance: 0.6, jump_rate: 0, jump_mean: -5 %, jump_vol: 8 %}");
  const auto plain = moves("{model: heston, " + heston + "vol_of_variance: 0.6}");
  double worst = 0;
  for (std::size_t p = 0; p < svcj.size(); ++p)
    for (const double gap : {svcj[p] - bates[p], quiet[p] - merton[p], none[p] - plain[p]})
      worst = std::max(worst, std::abs(gap));
  CHECK(worst < 1e-9);
}
