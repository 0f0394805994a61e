#include <cmath>

#include "engine/pricing/black_scholes.hpp"
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

TEST_CASE("V-49, V-50: Leland's volatility, and what rebalancing costs at it", "[statistics]") {
  using namespace unhedged::pricing;
  StatisticalFamily family(1e-4, 4);
  struct Row {
    double k;
    int steps;
    double volatility, rebalancing;
  };
  const Vanilla call{Right::call, 100, 1};
  for (const Row& row :
       {Row{.01, 12, .213372693640825, .47539936}, Row{.01, 52, .226952097993174, 1.00667244},
        Row{.002, 52, 0, .21114532}, Row{.002, 252, 0, .46141319}}) {
    const double k = row.k, revisions = row.steps;
    const double volatility = 0.2 * std::sqrt(1 + std::sqrt(2 / M_PI * revisions) * k / 0.2);
    if (row.volatility > 0) CHECK(std::abs(volatility - row.volatility) < 1e-12);
    OneAsset config;
    config.positions = "[{instrument: call, asset: A, strike: 100, expiry: 1 y, quantity: -1}]";
    const std::string model = "{model: leland, volatility: 0.2, cost: " + number(k) +
                              ", revisions: " + number(revisions) + ", costs: ";
    config.hedgers = "{free: " + model + "none}, paid: " + model + "{half_spread: " + number(k / 2) +
                     "}}, same: {model: black_scholes, volatility: " + number(volatility) + ", costs: none}}";
    config.simulation = "horizon: 1 y, steps: " + std::to_string(row.steps) + ", paths: 100_000, seed: 9";
    const Run run = run_yaml(config.text());
    const SampleMoments paid = sample_moments(difference(run.pnl("free"), run.pnl("paid")));
    const double first = k / 2 * black_scholes(call, 100, volatility, {0.05, 0}).delta * 100;
    family.check("k " + number(k) + ", N " + number(revisions), paid.mean, paid.mean_error,
                 std::exp(0.05) * (row.rebalancing + first), 2e-8);
    double worst = 0;
    for (const double x : difference(run.pnl("free"), run.pnl("same"))) worst = std::max(worst, std::abs(x));
    CHECK(worst < 1e-3);  // tables of 1e-6 of the delta, at every step
  }
}

TEST_CASE("V-55, V-55b: in Merton's world more rebalancing does not help, and neither does Merton's delta",
          "[statistics]") {
  StatisticalFamily family(1e-4, 7);
  OneAsset config;
  config.market = "spot: 100, rate: 5 %, implied_vol: 24.998674 %";
  config.positions =
      "[{instrument: call, asset: A, strike: 100, expiry: 0.25 y, quantity: -1, premium: 5.5981391808}]";
  config.dynamics = "{model: merton, volatility: 20 %, jump_rate: 1, jump_mean: -10 %, jump_vol: 15 %}";
  config.hedgers =
      "{diffusive: {model: black_scholes, volatility: 0.2, costs: none}, "
      "implied: {model: black_scholes, volatility: 0.24998674, costs: none}, unhedged: {model: none}, "
      "right: {model: merton, volatility: 20 %, jump_rate: 1, jump_mean: -10 %, jump_vol: 15 %, costs: "
      "none}, "
      "least: {model: merton, volatility: 20 %, jump_rate: 1, jump_mean: -10 %, jump_vol: 15 %, "
      "delta: min_variance, costs: none}}";
  double coarse = 0;
  for (const auto& [steps, diffusive, implied, right, least] :
       {std::tuple{13, 3.258992905, 3.160221159, 3.294251341, 2.918249047},
        std::tuple{63, 3.172545862, 3.069186551, 3.205294609, 2.795855926}}) {
    config.simulation = "horizon: 0.25 y, steps: " + std::to_string(steps) + ", paths: 1_000_000, seed: 4";
    const Run run = run_yaml(config.text());
    const SampleMoments d = sample_moments(run.pnl("diffusive")), i = sample_moments(run.pnl("implied"));
    family.check("diffusive, N=" + std::to_string(steps), d.sd, d.sd_error, diffusive);
    family.check("implied, N=" + std::to_string(steps), i.sd, i.sd_error, implied);
    const SampleMoments r = sample_moments(run.pnl("right")), m = sample_moments(run.pnl("least"));
    family.check("Merton's own, N=" + std::to_string(steps), r.sd, r.sd_error, right);
    // the paths are the same: differences are far more certain than the sds
    CHECK(r.sd > d.sd);
    CHECK(d.sd > i.sd);
    CHECK(i.sd > 1.05 * m.sd);
    // that of continuous dates is no better than the best of discrete ones, and nearly as good
    CHECK(m.sd > least - 4 * m.sd_error);
    CHECK(m.sd < least * (1 + 0.1 / steps) + 4 * m.sd_error);
    if (steps == 13) {
      const SampleMoments u = sample_moments(run.pnl("unhedged"));
      family.check("unhedged", u.sd, u.sd_error, 7.98195914);
      coarse = i.sd;
    } else {
      CHECK(i.sd > 0.95 * coarse);  // in a Black-Scholes world it would fall to 0.45 of it
    }
  }
}

TEST_CASE("V-58, V-59: under Heston the least variance is 1 - rho^2 of what his own delta leaves",
          "[statistics]") {
  // Continuous hedging leaves sds of 1.986273 and 1.418483; the rest is in proportion to 1 / N, but for 1 %.
  OneAsset config;
  config.market = "spot: 100, implied_vol: 20 %";
  config.positions =
      "[{instrument: call, asset: A, strike: 100, expiry: 0.5 y, quantity: -1, premium: 5.18076346206246}]";
  const std::string law =
      "long_run_volatility: 20 %, mean_reversion: 2, vol_of_variance: 0.5, correlation: -0.7";
  config.dynamics = "{model: heston, volatility: 20 %, " + law + "}";
  config.hedgers = "{own: {model: heston, " + law + ", costs: none}, least: {model: heston, " + law +
                   ", delta: min_variance, costs: none}}";
  const auto run = [&](int steps) {
    config.simulation = "horizon: 0.5 y, steps: " + std::to_string(steps) + ", paths: 60_000, seed: 4";
    const Run out = run_yaml(config.text());
    return std::pair(sample_moments(out.pnl("own")), sample_moments(out.pnl("least")));
  };
  const auto coarse = run(20), fine = run(40);
  const auto limit = [](const SampleMoments& a, const SampleMoments& b) {
    return std::sqrt(2 * b.sd * b.sd - a.sd * a.sd);
  };
  const double own = limit(coarse.first, fine.first), least = limit(coarse.second, fine.second);
  const double error = 4 * 3 * fine.first.sd_error;  // of twice one less another
  INFO("own " << own << ", least " << least << ", error " << error);
  CHECK(std::abs(own - 1.986273) < error + 0.02);
  CHECK(std::abs(least - 1.418483) < error + 0.02);
  CHECK(std::abs(own * own / (least * least) * (1 - 0.7 * 0.7) - 1) < 0.1);
}

TEST_CASE(
    "V-09: before a crash that comes once in ten years no delta is better than no hedge, but the least "
    "variance's is",
    "[statistics]") {
  const std::string jumps = "jump_rate: 0.1, jump_mean: -90 %, jump_vol: 45 %";
  OneAsset config;
  config.market = "spot: 100, rate: 5 %, implied_vol: 20 %";
  config.positions = "[{instrument: call, asset: A, strike: 100, expiry: 0.25 y, quantity: -1}]";
  config.dynamics = "{model: merton, volatility: 15 %, " + jumps + "}";
  config.hedgers =
      "{plain: {model: black_scholes, volatility: 15 %, costs: none}, unhedged: {model: none}, "
      "right: {model: merton, volatility: 15 %, " +
      jumps +
      ", costs: none}, "
      "least: {model: merton, volatility: 15 %, " +
      jumps + ", delta: min_variance, costs: none}}";
  config.simulation = "horizon: 0.25 y, steps: 13, paths: 400_000, seed: 4";
  const Run run = run_yaml(config.text());
  const auto sd = [&](const char* hedger) { return sample_moments(run.pnl(hedger)); };
  const SampleMoments plain = sd("plain"), none = sd("unhedged"), right = sd("right"), least = sd("least");
  CHECK(right.sd > plain.sd);
  CHECK(plain.sd > none.sd - 4 * none.sd_error);
  CHECK(least.sd < none.sd - 10 * least.sd_error);
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
