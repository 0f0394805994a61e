#include <cmath>

#include "tests/support/catch.hpp"
#include "tests/support/run_yaml.hpp"
#include "tests/support/statistics.hpp"

using namespace unhedged::testing;

namespace {

constexpr double kSpot = 100, kSigma = 0.3, kProxySigma = 0.5, kYears = 0.5;

/// Variance of one unit of A held and hedged at N times by beta = rho sigma / sigma_B units of value of B for
/// each of A, without drift: the P&L of the steps are orthogonal, and each is exact.
double variance(double rho, int steps) {
  const double dt = kYears / steps, beta = rho * kSigma / kProxySigma;
  double sum = 0;
  for (int i = 0; i < steps; ++i)
    sum += kSpot * kSpot * std::exp(kSigma * kSigma * dt * i) *
           (std::expm1(kSigma * kSigma * dt) - 2 * beta * std::expm1(rho * kSigma * kProxySigma * dt) +
            beta * beta * std::expm1(kProxySigma * kProxySigma * dt));
  return sum;
}

OneAsset config(double rho, int steps, const std::string& objective) {
  OneAsset out;
  out.market = "spot: 100, implied_vol: 30 %";
  out.more_assets = ", B: {spot: 20, implied_vol: 50 %}";
  out.correlation = "[{between: [A, B], value: " + number(rho) + "}]";
  out.positions = "[{instrument: spot, asset: A, quantity: 1}]";
  out.dynamics = "{model: gbm, volatility: 30 %}";
  out.more_dynamics = ", B: {model: gbm, volatility: 50 %}";
  out.hedgers = "{proxy: {model: black_scholes, hedge: [B], costs: none, objective: " + objective + "}}";
  out.simulation = "horizon: 0.5 y, steps: " + std::to_string(steps) + ", paths: 200_000, seed: 12";
  return out;
}

}  // namespace

TEST_CASE("A proxy leaves 1 - rho^2 of the variance of what it stands for, and what the steps add exactly",
          "[statistics]") {
  StatisticalFamily family(1e-4, 12);
  for (const double rho : {0.8, -0.6})
    for (const int steps : {4, 26}) {
      const Run run = run_yaml(config(rho, steps, "proxy").text());
      const SampleMoments hedged = sample_moments(run.pnl("proxy")),
                          alone = sample_moments(run.pnl("unhedged"));
      const std::string what = "rho " + number(rho) + ", N=" + std::to_string(steps);
      family.check("mean, " + what, hedged.mean, hedged.mean_error, 0);
      family.check("sd, " + what, hedged.sd, hedged.sd_error, std::sqrt(variance(rho, steps)));
      family.check("unhedged, " + what, alone.sd, alone.sd_error,
                   kSpot * std::sqrt(std::expm1(kSigma * kSigma * kYears)));
    }
  const double unhedged = kSpot * kSpot * std::expm1(kSigma * kSigma * kYears);
  CHECK(std::abs(variance(0.8, 1'000'000) / unhedged - (1 - 0.64)) < 1e-6);
}

TEST_CASE("A stated correlation that is wrong leaves more, as much as it is wrong by", "[statistics]") {
  // At a ratio of b instead of beta each step is left with (b - beta)^2 of the variance of B more.
  StatisticalFamily family(1e-4, 1);
  const Run run = run_yaml(config(0.8, 26, "{strategy: proxy, correlation: 0.3}").text());
  const double dt = kYears / 26, b = 0.3 * kSigma / kProxySigma;
  double exact = 0;
  for (int i = 0; i < 26; ++i)
    exact += kSpot * kSpot * std::exp(kSigma * kSigma * dt * i) *
             (std::expm1(kSigma * kSigma * dt) - 2 * b * std::expm1(0.8 * kSigma * kProxySigma * dt) +
              b * b * std::expm1(kProxySigma * kProxySigma * dt));
  const SampleMoments hedged = sample_moments(run.pnl("proxy"));
  family.check("sd", hedged.sd, hedged.sd_error, std::sqrt(exact));
}
