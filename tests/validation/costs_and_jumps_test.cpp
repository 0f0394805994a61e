#include <cmath>

#include "engine/risk/moments.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/run_yaml.hpp"
#include "tests/support/statistics.hpp"

using namespace unhedged::testing;

namespace {

std::vector<double> difference(std::span<const double> a, std::span<const double> b) {
  std::vector<double> out;
  for (std::size_t i = 0; i < a.size(); ++i) out.push_back(a[i] - b[i]);
  return out;
}

}  // namespace

TEST_CASE("V-51: what rebalancing costs with the Black-Scholes delta, first and last trade included",
          "[statistics]") {
  // Half the round trip k each way. Exact present value of the trades at dates 1 .. N-1; the first trade
  // and the final sale cost k/2 * Delta_0 * S_0 each (in present value, the delta being a martingale).
  StatisticalFamily family(1e-4, 8);
  struct Row {
    double k;
    int steps;
    double rebalancing;
  };
  const double delta0 = 0.636830651175619, grown = std::exp(0.05);
  for (const Row& row : {Row{.01, 12, .49003758}, Row{.01, 52, 1.06958842}, Row{.002, 52, .21391768},
                         Row{.002, 252, .47475155}}) {
    const std::string spread = std::to_string(row.k / 2);
    OneAsset config;
    config.positions = "[{instrument: call, asset: A, strike: 100, expiry: 1 y, quantity: -1}]";
    config.hedgers =
        "{free: {model: black_scholes, volatility: 0.2, costs: none}, "
        "paid: {model: black_scholes, volatility: 0.2, costs: {half_spread: " +
        spread +
        "}}, "
        "sold: {model: black_scholes, volatility: 0.2, close_out: market, costs: {fee: " +
        spread + "}}}";
    config.simulation = "horizon: 1 y, steps: " + std::to_string(row.steps) + ", paths: 100_000, seed: 9";
    const Run run = run_yaml(config.text());
    const double edge = row.k / 2 * delta0 * 100;
    const SampleMoments paid = sample_moments(difference(run.pnl("free"), run.pnl("paid")));
    const SampleMoments sold = sample_moments(difference(run.pnl("free"), run.pnl("sold")));
    family.check("held to mid", paid.mean, paid.mean_error, grown * (row.rebalancing + edge), 2e-8);
    // The last trade sells delta_{N-1} at the horizon's price: its mean is that of a delta one step old.
    family.check("sold at market", sold.mean, sold.mean_error, grown * (row.rebalancing + 2 * edge), 2e-8);
  }
}

TEST_CASE("V-55: in Merton's world more rebalancing does not help", "[statistics]") {
  StatisticalFamily family(1e-4, 5);
  OneAsset config;
  config.market = "spot: 100, rate: 5 %, implied_vol: 24.998674 %";
  config.positions =
      "[{instrument: call, asset: A, strike: 100, expiry: 0.25 y, quantity: -1, premium: 5.5981391808}]";
  config.dynamics = "{model: merton, volatility: 20 %, jump_rate: 1, jump_mean: -10 %, jump_vol: 15 %}";
  config.hedgers =
      "{diffusive: {model: black_scholes, volatility: 0.2, costs: none}, "
      "implied: {model: black_scholes, volatility: 0.24998674, costs: none}, unhedged: {model: none}}";
  double coarse = 0;
  for (const auto& [steps, diffusive, implied] :
       {std::tuple{13, 3.258992905, 3.160221159}, std::tuple{63, 3.172545862, 3.069186551}}) {
    config.simulation = "horizon: 0.25 y, steps: " + std::to_string(steps) + ", paths: 1_000_000, seed: 4";
    const Run run = run_yaml(config.text());
    const SampleMoments d = sample_moments(run.pnl("diffusive")), i = sample_moments(run.pnl("implied"));
    family.check("diffusive, N=" + std::to_string(steps), d.sd, d.sd_error, diffusive);
    family.check("implied, N=" + std::to_string(steps), i.sd, i.sd_error, implied);
    if (steps == 13) {
      const SampleMoments u = sample_moments(run.pnl("unhedged"));
      family.check("unhedged", u.sd, u.sd_error, 7.98195914);
      coarse = i.sd;
    } else {
      CHECK(i.sd > 0.95 * coarse);  // in a Black-Scholes world it would fall to 0.45 of it
    }
  }
}

TEST_CASE("V-65: correlation of terminal prices of correlated Brownian motions", "[statistics]") {
  StatisticalFamily family(1e-4, 8);
  struct Row {
    double rho, s1, s2, exact;
  };
  for (const Row& row : {Row{.5, .2, .3, .491245266071422}, Row{.5, .8, .6, .435199898944944},
                         Row{-.9, .8, .6, -.562818514404802}, Row{1, .8, .2, .907128386799456}}) {
    const auto text = [&](const std::string& asset) {
      return "name: t\nmarket: {assets: {A: {spot: 100, implied_vol: 20 %}, B: {spot: 50, implied_vol: 20 "
             "%}}, "
             "correlation: [{between: [A, B], value: " +
             std::to_string(row.rho) +
             "}]}\n"
             "portfolio: [{instrument: spot, asset: " +
             asset +
             ", quantity: 1}]\n"
             "scenarios: [{name: w, regimes: {w: {dynamics: {A: {model: gbm, volatility: " +
             std::to_string(row.s1) + "}, B: {model: gbm, volatility: " + std::to_string(row.s2) +
             "}}}}}]\n"
             "hedgers: {u: {model: none}}\nsimulation: {horizon: 1 y, steps: 4, paths: 400_000, seed: "
             "8}\noutput: {file: x.h5}\n";
    };
    const Run first = run_yaml(text("A")), second = run_yaml(text("B"));
    const auto a = first.pnl("u"), b = second.pnl("u");
    const auto ma = unhedged::risk::moments(a), mb = unhedged::risk::moments(b);
    std::vector<double> product, logs;
    for (std::size_t i = 0; i < a.size(); ++i) {
      const double x = (a[i] - ma.mean) / ma.sd(), y = (b[i] - mb.mean) / mb.sd();
      product.push_back(x * y - 0.5 * row.exact * (x * x + y * y) + row.exact);  // influence of a correlation
      logs.push_back((std::log1p(a[i] / 100) + .5 * row.s1 * row.s1) / row.s1 *
                     (std::log1p(b[i] / 50) + .5 * row.s2 * row.s2) / row.s2);
    }
    const SampleMoments p = sample_moments(product), l = sample_moments(logs);
    family.check("prices, rho " + std::to_string(row.rho), p.mean, std::max(p.mean_error, 1e-9), row.exact,
                 5e-4);
    family.check("log returns, rho " + std::to_string(row.rho), l.mean, l.mean_error, row.rho);
  }
}
