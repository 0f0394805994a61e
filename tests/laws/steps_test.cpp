#include <cmath>

#include "tests/support/catch.hpp"
#include "tests/support/run_yaml.hpp"
#include "tests/support/statistics.hpp"

// What a part of the world does must not depend on how finely time is cut: each is compared at steps of an hour
// and of a day, with its closed form where there is one.

using namespace unhedged::testing;
using unhedged::simulation::Track;

namespace {

constexpr const char* kSteps[] = {"1 h", "1 d"};
constexpr double kDay = 1.0 / 365;

/// One asset of volume one for `days` days.
Run run_at(const std::string& step, const std::string& dynamics, const std::string& regime, int days, int paths, int seed) {
  OneAsset config;
  config.market = "spot: 1, implied_vol: 20 %, half_spread: 10 bp, daily_volume: 1";
  config.positions = "[{instrument: spot, asset: A, quantity: 1}]";
  config.dynamics = dynamics;
  config.regime = regime;
  config.simulation = "horizon: " + std::to_string(days) + " d, step: " + step + ", paths: " + std::to_string(paths) + ", seed: " + std::to_string(seed);
  return run_yaml(config.text());
}

SampleMoments at_horizon(const Run& run, Track track) {
  const auto record = everything(run);
  std::vector<double> out;
  for (std::size_t p = 0; p < record.path.size(); ++p) out.push_back(record.at(track, p, record.steps - 1, 0));
  return sample_moments(out);
}

const char* kQuietGbm = "{model: gbm, volatility: 0}";

}  // namespace

TEST_CASE("What jumps, crashes and orders take of the depth comes back at the same pace at any step", "[statistics]") {
  // Events of a Poisson process of rate r each take the share d: dE[left]/dt = k (1 - E[left]) - r d E[left].
  const double recovery = std::log(2.0) / kDay, days = 10;
  const auto left = [&](double rate, double share) {
    const double speed = recovery + rate * share, level = recovery / speed;
    return level + (1 - level) * std::exp(-speed * days * kDay);
  };
  struct Row { const char *what, *dynamics, *regime; double share; };
  const std::string depth = ", liquidity: {A: {resilience: 1 d";
  StatisticalFamily family(1e-4, 10);
  for (const Row& row : {
           Row{"jumps", "{model: merton, volatility: 10 %, jump_rate: 1000, jump_mean: 0, jump_vol: 1 %}", ", withdrawn_by_jump: 20 %}}", 0.2},
           Row{"excited", "{model: merton, volatility: 10 %, jump_rate: 1000, jump_mean: 0, jump_vol: 1 %, excitation: {branching: 0, half_life: 1 h}}", ", withdrawn_by_jump: 20 %}}", 0.2},
           Row{"common jumps", kQuietGbm, ", withdrawn_by_jump: 20 %}}, common_jumps: {c: {jump_rate: 1000, jump_mean: 0, jump_vol: 1 %, loadings: {A: 1}}}", 0.2},
           Row{"crashes", kQuietGbm, ", withdrawn_by_jump: 20 %}}, bubble: {A: {hazard: 1000, growth: 0, crash_mean: -1 %}}", 0.2},
           Row{"orders", kQuietGbm, "}}, order_flow: {A: {rate: 1000, same: 0, half_life: 1 h, impact: 1 bp, drain: 20 %}}", 0.2}})
    for (const char* step : kSteps) {
      const SampleMoments m = at_horizon(run_at(step, row.dynamics, depth + row.regime, 10, 4'000, 81), Track::daily_volume);
      family.check(std::string(row.what) + ", " + step, m.mean, m.mean_error, left(1000, row.share));
    }
}

TEST_CASE("Orders that cause orders drain as much at any step", "[statistics]") {
  const std::string flow = ", order_flow: {A: {rate: 3000, same: 0.6, opposite: 0.1, half_life: 1 h, impact: 1 bp, drain: 5 %}}, liquidity: {A: {resilience: 1 d}}";
  SampleMoments m[2];
  for (int k = 0; k < 2; ++k) m[k] = at_horizon(run_at(kSteps[k], kQuietGbm, flow, 10, 4'000, 82 + k), Track::daily_volume);
  StatisticalFamily family(1e-4, 2);
  family.check("mean", m[0].mean, std::hypot(m[0].mean_error, m[1].mean_error), m[1].mean);
  family.check("sd", m[0].sd, std::hypot(m[0].sd_error, m[1].sd_error), m[1].sd);
}
