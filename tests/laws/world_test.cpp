#include <algorithm>
#include <cmath>

#include "tests/support/catch.hpp"
#include "tests/support/run_yaml.hpp"
#include "tests/support/statistics.hpp"

// Laws every process must obey, whatever its parameters: a position in the asset alone, financed at the
// rate, has mean zero (the discounted price with yield reinvested is a martingale).

using namespace unhedged::testing;

namespace {

const std::pair<const char*, const char*> kProcesses[] = {
    {"gbm", "{model: gbm, volatility: 60 %}"},
    {"merton", "{model: merton, volatility: 30 %, jump_rate: 40, jump_mean: -6 %, jump_vol: 8 %}"},
    {"heston",
     "{model: heston, volatility: 50 %, long_run_volatility: 60 %, mean_reversion: 3, vol_of_variance: 1.2, "
     "correlation: -0.7}"},
    {"heston, positive correlation",
     "{model: heston, volatility: 50 %, long_run_volatility: 60 %, mean_reversion: 3, vol_of_variance: 0.6, "
     "correlation: 0.5}"},
    {"heston, Feller violated",
     "{model: heston, volatility: 20 %, long_run_volatility: 20 %, mean_reversion: 0.5, vol_of_variance: 1, "
     "correlation: -0.9}"},
    {"heston, variance without shocks",
     "{model: heston, volatility: 20 %, long_run_volatility: 60 %, mean_reversion: 5, vol_of_variance: 0, "
     "correlation: -0.9}"},
    {"kou",
     "{model: kou, volatility: 30 %, jump_rate: 40, up_probability: 30 %, up_mean: 4 %, down_mean: 7 %}"},
    {"svcj",
     "{model: svcj, volatility: 50 %, long_run_volatility: 40 %, mean_reversion: 6, vol_of_variance: 1, "
     "correlation: -0.5, jump_rate: 10, jump_mean: -6 %, jump_vol: 5 %, variance_jump_mean: 0.1, "
     "jump_correlation: -0.4}"},
    {"bates",
     "{model: bates, volatility: 50 %, long_run_volatility: 60 %, mean_reversion: 3, vol_of_variance: 1.2, "
     "correlation: -0.7, jump_rate: 20, jump_mean: -8 %, jump_vol: 5 %}"},
    {"bachelier", "{model: bachelier, volatility: 45}"},
    {"merton, excited",
     "{model: merton, volatility: 30 %, jump_rate: 20, jump_mean: -6 %, jump_vol: 8 %, excitation: "
     "{branching: 0.7, half_life: 3 d}}"},
    {"kou, excited",
     "{model: kou, volatility: 30 %, jump_rate: 20, up_probability: 30 %, up_mean: 4 %, down_mean: 7 %, "
     "excitation: {branching: 0.5, half_life: 10 d, start: quiet}}"},
    {"bates, excited",
     "{model: bates, volatility: 50 %, long_run_volatility: 60 %, mean_reversion: 3, vol_of_variance: 1.2, "
     "correlation: -0.7, jump_rate: 20, jump_mean: -8 %, jump_vol: 5 %, excitation: {branching: 0.6, "
     "half_life: 1 d}}"},
    {"svcj, excited",
     "{model: svcj, volatility: 50 %, long_run_volatility: 40 %, mean_reversion: 6, vol_of_variance: 1, "
     "correlation: -0.5, jump_rate: 10, jump_mean: -6 %, jump_vol: 5 %, variance_jump_mean: 0.1, "
     "jump_correlation: -0.4, excitation: {branching: 0.5, half_life: 2 d}}"},
};

/// Parts of a regime that must leave the expected price alone.
const std::pair<const char*, const char*> kParts[] = {
    {"common jumps",
     ", common_jumps: {c: {jump_rate: 15, jump_mean: -5 %, jump_vol: 6 %, loadings: {A: 1.5}, excitation: "
     "{branching: 0.6, half_life: 2 d}}}"},
    {"bubble", ", bubble: {A: {hazard: 2, growth: 6, crash_mean: -30 %, crash_vol: 10 %, ceiling: 60}}"},
    {"mood", ", sentiment: {A: {half_life: 5 d, initial: 1, volatility: 30 %, correlation: 0.6}}"},
    {"liquidity",
     ", liquidity: {A: {half_spread: 10 bp, withdrawn_by_jump: 30 %, noise: 20 %, resilience: 1 d}}"},
};

}  // namespace

TEST_CASE("The discounted price is a martingale under every process and calendar", "[statistics]") {
  StatisticalFamily family(1e-4, 2 * static_cast<int>(std::size(kProcesses)));
  for (const char* calendar : {"continuous", "trading"})
    for (const auto& [name, dynamics] : kProcesses) {
      OneAsset config;
      config.calendar = calendar;
      if (config.calendar == "trading") config.sessions = "{overnight_variance: 30 %, weekend: 2}";
      config.market = "spot: 100, implied_vol: 20 %, rate: 6 %, yield: 3 %";
      config.positions = "[{instrument: spot, asset: A, quantity: 1}]";
      config.dynamics = dynamics;
      config.simulation = std::string("horizon: 120 d, step: ") +
                          (config.sessions.empty() ? "2 d" : "6.5 h") + ", paths: 60_000, seed: 17";
      const Run run = run_yaml(config.text());
      const SampleMoments m = sample_moments(run.pnl("unhedged"));
      family.check(std::string(calendar) + " " + name, m.mean, m.mean_error, 0);
    }
}

TEST_CASE("The discounted price is a martingale with every part of a regime and across changes of regime",
          "[statistics]") {
  const char* processes[] = {"gbm", "heston", "svcj, excited", "bachelier"};
  StatisticalFamily family(1e-4, static_cast<int>(std::size(processes) * (std::size(kParts) + 1)));
  OneAsset config;
  config.market = "spot: 100, implied_vol: 20 %, rate: 6 %, yield: 3 %";
  config.positions = "[{instrument: spot, asset: A, quantity: 1}]";
  config.simulation = "horizon: 60 d, step: 1 d, paths: 50_000, seed: 27";
  for (const auto& [name, dynamics] : kProcesses) {
    const std::string process = name;
    if (std::ranges::find(processes, process) == std::end(processes)) continue;
    config.dynamics = dynamics;
    config.scenario.clear();
    for (const auto& [part, keys] : kParts) {
      config.regime = keys;
      if (process == "bachelier" && std::string(part) == "mood")
        config.regime.replace(config.regime.find("30 %"), 4, "0");
      const SampleMoments m = sample_moments(run_yaml(config.text()).pnl("unhedged"));
      family.check(process + ", " + part, m.mean, m.mean_error, 0);
    }
    // Into this process from all the others, by chance, by trigger and by time, and back.
    std::string regimes = "start: r0, regimes: {", transitions;
    for (std::size_t other = 0; other < std::size(kProcesses); ++other) {
      std::string among = kProcesses[other].second;  // whose excitation is carried in, wherever it started
      if (const auto start = among.find(", start: quiet"); start != std::string::npos) among.erase(start, 14);
      regimes += "r" + std::to_string(other) + ": {dynamics: {A: " + among + "}}, ";
      transitions += "{from: r" + std::to_string(other) + ", to: this, rate: 60}, {from: this, to: r" +
                     std::to_string(other) + ", rate: 5}, ";
    }
    config.scenario =
        regimes + "this: {dynamics: {A: " + dynamics + "}}}, transitions: [" + transitions +
        "{from: this, to: r1, when: {drawdown: {asset: A, above: 15 %}}}, {from: this, to: r0, after: 20 d}]";
    const SampleMoments m = sample_moments(run_yaml(config.text()).pnl("unhedged"));
    family.check(process + " among all", m.mean, m.mean_error, 0);
  }
}

TEST_CASE("A stated drift is the growth rate of the expected price, jumps included", "[statistics]") {
  StatisticalFamily family(1e-4, static_cast<int>(std::size(kProcesses)));
  for (const auto& [name, dynamics] : kProcesses) {
    OneAsset config;
    config.market = "spot: 100, implied_vol: 20 %";
    config.positions = "[{instrument: spot, asset: A, quantity: 1}]";
    config.dynamics = std::string(dynamics).insert(1, "drift: -25 %, ");
    config.simulation = "horizon: 1 y, steps: 50, paths: 100_000, seed: 18";
    const SampleMoments m = sample_moments(run_yaml(config.text()).pnl("unhedged"));
    family.check(name, m.mean, m.mean_error, 100 * std::expm1(-0.25));
  }
}

TEST_CASE("Exact schemes do not care about the step: variance of the log price", "[statistics]") {
  StatisticalFamily family(1e-4, 4);
  for (const int steps : {1, 50}) {
    for (const auto& [dynamics, variance] :
         {std::pair{"{model: gbm, volatility: 40 %}", 0.16},
          std::pair{"{model: merton, volatility: 20 %, jump_rate: 2, jump_mean: -10 %, jump_vol: 15 %}",
                    0.04 + 2 * (0.01 + 0.0225)}}) {
      OneAsset config;
      config.market = "spot: 1, implied_vol: 20 %";
      config.positions = "[{instrument: spot, asset: A, quantity: 1}]";
      config.dynamics = dynamics;
      config.simulation = "horizon: 1 y, steps: " + std::to_string(steps) + ", paths: 400_000, seed: 19";
      const Run run = run_yaml(config.text());
      std::vector<double> logs;
      for (const double x : run.pnl("unhedged")) logs.push_back(std::log1p(x));
      const SampleMoments m = sample_moments(logs);
      family.check(dynamics, m.sd, m.sd_error, std::sqrt(variance));
    }
  }
}

namespace {

/// A day of calm, two days of `regime`, calm again; one hedger that trades every 6 hours.
std::string interrupted(const std::string& regime, const std::string& volatility) {
  OneAsset config;
  config.market = "spot: 100, implied_vol: 20 %";
  config.positions = "[{instrument: call, asset: A, strike: 100, expiry: 30 d, quantity: -1}]";
  config.hedgers = "{h: {model: black_scholes, volatility: 20 %, costs: none}}";
  config.simulation = "horizon: 5 d, step: 6 h, paths: 20_000, seed: 31";
  std::string text = config.text();
  const std::string world = "regimes: {world: {dynamics: {A: {model: gbm, volatility: 20 %}}}}";
  const std::string gbm = "{dynamics: {A: {model: gbm, volatility: " + volatility + "}}";
  text.replace(text.find(world), world.size(),
               "start: a, regimes: {a: " + gbm + "}, b: " + gbm + ", " + regime +
                   "}}, "
                   "transitions: [{from: a, to: b, at: 1 d}, {from: b, to: a, after: 2 d}]");
  return text;
}

}  // namespace

TEST_CASE("A gap on entering a regime has the stated mean and deviation, and happens once", "[statistics]") {
  const Run run = run_yaml(interrupted("on_entry: {A: {jump_mean: -29 %, jump_vol: 3 %}}", "0"));
  std::vector<std::uint64_t> paths(run.plan().paths);
  for (std::size_t i = 0; i < paths.size(); ++i) paths[i] = i;
  const auto record = unhedged::simulation::replay(*run.prepared, 0, 0, paths);
  std::vector<double> gaps;
  bool still = true;
  for (std::size_t p = 0; p < paths.size(); ++p) {
    const auto spot = [&](std::size_t t) { return record.at("spot", p, t, 0); };
    gaps.push_back(std::log(spot(4) / spot(3)));
    still = still && spot(3) == 100 && spot(4) == spot(20);
  }
  CHECK(still);
  StatisticalFamily family(1e-4, 2);
  const SampleMoments m = sample_moments(gaps);
  family.check("mean", m.mean, m.mean_error, -0.29);
  family.check("deviation", m.sd, m.sd_error, 0.03);
}

TEST_CASE("While trading is halted prices move and no order is filled - afterwards the hedge catches up") {
  const Run run = run_yaml(interrupted("trading: halted", "60 %"));
  const auto record = unhedged::simulation::replay(*run.prepared, 0, 0, {1, 2, 3, 500});
  for (std::size_t p = 0; p < 4; ++p)
    for (std::size_t t = 0; t < 20; ++t) {
      const bool halted = record.regime[p * record.steps + t] == 1;
      CHECK(halted == (t >= 4 && t < 12));
      if (t > 0) CHECK(record.at("spot", p, t, 0) != record.at("spot", p, t - 1, 0));
      if (halted) CHECK(record.at("fill", p, t, 0) == 0);
      else CHECK(std::abs(record.at("hedge", p, t, 0) + record.at("delta", p, t, 0)) < 1e-12);
    }
}

TEST_CASE("Random transitions happen as often as their rate says, and `after` ends them on time",
          "[statistics]") {
  OneAsset config;
  config.positions = "[{instrument: spot, asset: A, quantity: 1}]";
  config.simulation = "horizon: 100 d, step: 1 d, paths: 20_000, seed: 20";
  std::string text = config.text();
  const std::string regimes = "regimes: {world: {dynamics: {A: {model: gbm, volatility: 20 %}}}}";
  text.replace(text.find(regimes), regimes.size(),
               "start: a, regimes: {a: {dynamics: {A: {model: gbm, volatility: 20 %}}}, b: {dynamics: {A: "
               "{model: gbm, volatility: 50 %}}}}, "
               "transitions: [{from: a, to: b, rate: 7.3}, {from: b, to: a, after: 5 d}]");
  const Run run = run_yaml(text);
  std::vector<std::uint64_t> paths(run.plan().paths);
  for (std::size_t i = 0; i < paths.size(); ++i) paths[i] = i;
  const auto record = unhedged::simulation::replay(*run.prepared, 0, 0, paths);
  double first_day = 0, entered_by_day_5 = 0;
  bool stays_five_days = true;
  for (std::size_t p = 0; p < paths.size(); ++p) {
    const auto* regime = &record.regime[p * record.steps];
    first_day += regime[1];
    entered_by_day_5 += regime[1] | regime[2] | regime[3] | regime[4] | regime[5];
    for (std::size_t t = 1; t + 5 < record.steps; ++t)
      if (regime[t] == 1 && regime[t - 1] == 0)
        stays_five_days = stays_five_days && regime[t + 4] == 1 && regime[t + 5] == 0;
  }
  CHECK(stays_five_days);
  StatisticalFamily family(1e-4, 2);
  const double n = static_cast<double>(paths.size()), p1 = 1 - std::exp(-7.3 / 365),
               p5 = 1 - std::exp(-5 * 7.3 / 365);
  family.check("first day", first_day / n, std::sqrt(p1 * (1 - p1) / n), p1);
  family.check("five days", entered_by_day_5 / n, std::sqrt(p5 * (1 - p5) / n), p5);
}
