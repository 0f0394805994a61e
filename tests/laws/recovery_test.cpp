#include <cmath>

#include "tests/support/catch.hpp"
#include "tests/support/run_yaml.hpp"
#include "tests/support/statistics.hpp"

// Laws of how the world calms down: what one regime has stirred up ends in the next, whatever that one leaves
// out.

using namespace unhedged::testing;

namespace {

constexpr double kDefaultHours = 2;  // docs/methods/liquidity.md

OneAsset base(const std::string& scenario) {
  OneAsset config;
  config.market = "spot: 100, implied_vol: 40 %, half_spread: 10 bp, daily_volume: 1e6";
  config.positions = "[{instrument: call, asset: A, strike: 100, expiry: 60 d, quantity: -1}]";
  config.simulation = "horizon: 10 d, step: 6 h, paths: 1_000, seed: 47";
  config.scenario = scenario;
  return config;
}

const std::string kJumps =
    "dynamics: {A: {model: merton, volatility: 0.1 %, jump_rate: 40, jump_mean: -20 %, jump_vol: 0}}";
const std::string kStill = "dynamics: {A: {model: gbm, volatility: 0.1 %}}";

/// Largest error of the volume against depth that jumps of 20 % withdraw by 60 % and that comes back with the
/// half-life of the regime, or, where that is 0, with the one in force before; `first`: before any is stated.
/// Looked at over steps without jumps: the time of a jump within its step is not seen from outside.
double worst_error(const unhedged::simulation::PathRecord& record, const std::vector<double>& hours,
                   double first) {
  double worst = 0;
  for (std::size_t p = 0; p < record.path.size(); ++p) {
    double gone = 0, in_force = first;
    for (std::size_t t = 1; t < record.steps; ++t) {
      const double stated = hours[record.regime[p * record.steps + t - 1]];
      if (stated > 0) in_force = stated;
      const double move = std::log(record.at("spot", p, t, 0) / record.at("spot", p, t - 1, 0));
      const double now = 1 - record.at("daily_volume", p, t, 0) / 1e6;
      if (std::lround(-move / 0.2 - 0.04) == 0)
        worst = std::max(worst, std::abs(now - gone * std::exp2(-6 / in_force)));
      gone = now;
    }
  }
  return worst;
}

/// Largest error of f(t) halving every `hours` after the first `from` steps, and how often it was looked at.
template <class Of>
std::pair<double, int> worst_halving(const unhedged::simulation::PathRecord& record, std::size_t from,
                                     double hours, Of of) {
  double worst = 0;
  int looked = 0;
  for (std::size_t p = 0; p < record.path.size(); ++p)
    for (std::size_t t = from; t + 1 < record.steps; ++t) {
      const double now = of(record.at("daily_volume", p, t, 0) / 1e6),
                   next = of(record.at("daily_volume", p, t + 1, 0) / 1e6);
      if (std::abs(now) < 1e-3) continue;
      worst = std::max(worst, std::abs(next / now - std::exp2(-6 / hours)));
      ++looked;
    }
  return {worst, looked};
}

}  // namespace

TEST_CASE(
    "Depth withdrawn in one regime comes back in the next, with the half-life last stated on the path") {
  const std::string jumps = kJumps + ", liquidity: {A: {withdrawn_by_jump: 60 %, resilience: 18 h}}";
  const auto record = everything(
      run_yaml(base("start: a, regimes: {a: {" + jumps + "}, b: {" + kStill + "}, c: {" + kStill +
                    ", liquidity: {A: {resilience: 30 h}}}}, transitions: [{from: a, to: b, rate: 150}, "
                    "{from: b, to: a, rate: 100}, "
                    "{from: b, to: c, rate: 100}, {from: c, to: b, rate: 100}, {from: c, to: a, rate: 100}]")
                   .text()));
  CHECK(worst_error(record, {18, 0, 30}, kDefaultHours) < 1e-12);
  CHECK(worst_error(record, {18, 1e9, 30}, kDefaultHours) > 0.1);  // not frozen
  CHECK(worst_error(record, {18, 2, 30}, kDefaultHours) >
        0.1);  // nor the default where one was stated before
}

TEST_CASE("Where no regime says how fast depth comes back, half of it is back after two hours") {
  const std::string jumps = kJumps + ", liquidity: {A: {withdrawn_by_jump: 60 %}}";
  const auto record =
      everything(run_yaml(base("start: b, regimes: {a: {" + jumps + "}, b: {" + kStill +
                               "}}, transitions: [{from: a, to: b, rate: 150}, {from: b, to: a, rate: 300}]")
                              .text()));
  CHECK(worst_error(record, {0, 0}, kDefaultHours) < 1e-12);
  CHECK(worst_error(record, {0, 0}, 1.5 * kDefaultHours) > 0.01);
}

TEST_CASE("The noise of a regime that has been left dies out with its half-life") {
  const auto record = everything(run_yaml(base("start: a, regimes: {a: {" + kStill +
                                               ", liquidity: {A: {noise: 40 %, resilience: 1 d}}}, b: {" +
                                               kStill + "}}, transitions: [{from: a, to: b, at: 2 d}]")
                                              .text()));
  const auto [worst, looked] = worst_halving(record, 8, 24, [](double volume) { return std::log(volume); });
  CHECK(looked > 5000);
  CHECK(worst < 1e-9);
}

TEST_CASE(
    "What the order flow has drained comes back after it has gone, with the default if none is stated") {
  const auto of = [](const std::string& liquidity) {
    return everything(
        run_yaml(base("start: a, regimes: {a: {" + kStill +
                      ", order_flow: {A: {rate: 4000, same: 0.5, half_life: 1 h, impact: 1 bp, drain: 5 %}}" +
                      liquidity + "}, b: {" + kStill + "}}, transitions: [{from: a, to: b, at: 2 d}]")
                     .text()));
  };
  const auto gone = [](double volume) { return 1 - volume; };
  const auto [worst, looked] = worst_halving(of(", liquidity: {A: {resilience: 12 h}}"), 8, 12, gone);
  CHECK(looked > 2000);
  CHECK(worst < 1e-9);
  const auto [by_default, often] = worst_halving(of(""), 8, kDefaultHours, gone);
  CHECK(often > 500);
  CHECK(by_default < 1e-9);
}

TEST_CASE("Common jumps that excite each other in one regime and not in the next come at the base rate there",
          "[statistics]") {
  const auto regime = [](const std::string& more) {
    return "{dynamics: {A: {model: gbm, volatility: 0.1 %}}, common_jumps: {c: {jump_rate: 50, jump_mean: "
           "-20 %, jump_vol: 0, "
           "loadings: {A: 1}" +
           more + "}}, liquidity: {A: {withdrawn_by_jump: 10 %, resilience: 1_000_000 d}}}";
  };
  const std::string excited = ", excitation: {branching: 0.9, half_life: 1 d}";
  const std::string anew = ", excitation: {branching: 0.9, half_life: 1 d, on_entry: reset}";
  const auto record = everything(run_yaml(
      base("start: a, regimes: {a: " + regime(excited) + ", b: " + regime("") + ", c: " + regime(anew) +
           "}, transitions: [{from: a, to: b, at: 2 d}, {from: b, to: c, at: 8 d}]")
          .text()));
  std::vector<double> quiet,
      again;  // jumps of the six days without excitation, and of the two after it has started anew
  for (std::size_t p = 0; p < record.path.size(); ++p) {
    const auto jumps = [&](std::size_t from,
                           std::size_t to) {  // each takes a tenth of what is left, and nothing comes back
      return std::log(record.at("daily_volume", p, to, 0) / record.at("daily_volume", p, from, 0)) /
             std::log(0.9);
    };
    quiet.push_back(jumps(8, 32));
    again.push_back(jumps(32, 40));
  }
  StatisticalFamily family(1e-4, 2);
  const SampleMoments before = sample_moments(quiet), after = sample_moments(again);
  family.check("no excitation", before.mean, before.mean_error, 50 * 6.0 / 365);
  family.check("stationary from its entry on reset", after.mean, after.mean_error, 500 * 2.0 / 365);
}
