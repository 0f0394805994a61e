#include <algorithm>
#include <cmath>

#include "engine/market/surface_fit.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/run_yaml.hpp"
#include "tests/support/statistics.hpp"

// What is quoted: today's surface, marks of one's own, and how a regime moves them. Everything is computed
// here again from the formulas of docs/methods/quotes.md.

using namespace unhedged;
using namespace unhedged::testing;

namespace {

const std::vector<market::SurfaceSlice> kTruth{{7 / 365.0, 0.0090, 0.060, -0.030},
                                               {30 / 365.0, 0.0330, 0.150, -0.066},
                                               {90 / 365.0, 0.0880, 0.280, -0.110}};
constexpr double kRate = 0.04, kYield = 0.01, kSpot = 250;

double normal(double x) { return 0.5 * std::erfc(-x / std::sqrt(2.0)); }

double call(double spot, double strike, double tau, double volatility) {
  const double sd = volatility * std::sqrt(tau),
               d1 = (std::log(spot / strike) + (kRate - kYield) * tau) / sd + sd / 2;
  return spot * std::exp(-kYield * tau) * normal(d1) - strike * std::exp(-kRate * tau) * normal(d1 - sd);
}
double put(double spot, double strike, double tau, double volatility) {
  return call(spot, strike, tau, volatility) - spot * std::exp(-kYield * tau) +
         strike * std::exp(-kRate * tau);
}
double moneyness(double spot, double strike, double tau) {
  return std::log(strike / spot) - (kRate - kYield) * tau;
}

struct Listed {
  std::string quotes, book;  ///< of the configuration
  double value = 0;          ///< of the book at the quotes
  double vega = 0;           ///< sum of |quantity| * vega
};

/// A listing of the true surface and a book of calls and puts in it; `miss(i)` is added to each quote.
template <class Miss>
Listed listed(Miss miss, const char* by = "strike") {
  Listed out;
  int count = 0;
  for (const market::SurfaceSlice& slice : kTruth)
    for (const double deviations : {-2.0, -1.0, -0.5, 0.0, 0.5, 1.0, 2.0}) {
      const double tau = slice.expiry_years, k = deviations * std::sqrt(slice.theta),
                   strike = kSpot * std::exp(k + (kRate - kYield) * tau);
      const double volatility = slice.volatility(k) + miss(count), sd = volatility * std::sqrt(tau),
                   quantity = 3 - count % 5;
      const std::string days = number(std::round(tau * 365));
      const std::string where = by == std::string("strike") ? "strike: " + number(strike)
                                                            : "delta: " + number(normal(-k / sd + sd / 2));
      out.quotes += (count ? ", " : "") + std::string("{expiry: ") + days + " d, " + where +
                    ", volatility: " + number(volatility) + "}";
      if (quantity != 0) {
        const bool is_call = count % 2 == 0;
        out.book += std::string(out.book.empty() ? "" : ", ") + "{instrument: " + (is_call ? "call" : "put") +
                    ", asset: A, strike: " + number(strike) + ", expiry: " + days +
                    " d, quantity: " + number(quantity) + "}";
        out.value += quantity * (is_call ? call : put)(kSpot, strike, tau, volatility);
        out.vega += std::abs(quantity) * kSpot * std::sqrt(tau) * 0.4;
      }
      ++count;
    }
  return out;
}

OneAsset market_of(const std::string& quotes, const std::string& positions, const std::string& more = "") {
  OneAsset config;
  config.market =
      "spot: 250, rate: 4 %, yield: 1 %" + more + (quotes.empty() ? "" : ", surface: [" + quotes + "]");
  config.positions = "[" + positions + "]";
  config.simulation = "horizon: 5 d, step: 1 d, paths: 300, seed: 4";
  return config;
}

double none(int) { return 0; }

}  // namespace

TEST_CASE("A listed book is worth today what its quotes say: exactly, or within the error that is reported") {
  for (const char* by : {"strike", "delta"}) {
    const Listed exact = listed(none, by);
    const Run run = run_yaml(market_of(exact.quotes, exact.book).text());
    CHECK(std::abs(run.plan().assets[0].value_today - exact.value) < 1e-9 * exact.vega);
  }
  const Listed noisy = listed([](int i) { return 0.01 * std::sin(7.0 * i); });
  const Run run = run_yaml(market_of(noisy.quotes, noisy.book).text());
  double worst = 0;
  for (const market::SliceError& error : run.plan().assets[0].surface_errors)
    worst = std::max(worst, std::abs(error.worst));
  INFO("off by " << run.plan().assets[0].value_today - noisy.value << ", worst quote " << worst);
  CHECK(worst > 1e-3);
  CHECK(worst < 0.02);
  CHECK(std::abs(run.plan().assets[0].value_today - noisy.value) < worst * noisy.vega);
  CHECK(std::abs(run.plan().assets[0].value_today - noisy.value) > 1e-6);
}

TEST_CASE(
    "A calm regime of 1 x keeps today's surface, relative to the forward - others scale it, bend it, and "
    "move it with their level") {
  const Listed quotes = listed(none);
  struct Case {
    std::string dynamics, regime;
    double factor, premium, skew, curvature;
  };
  for (const char* own : {"", ", implied_vol: 55 %"})
    for (const Case& c :
         {Case{"{model: gbm, volatility: 1 x}", "", 1, 0, 0, 0},
          Case{"{model: gbm, volatility: 2.5 x}", "", 2.5, 0, 0, 0},
          Case{"{model: gbm, volatility: 2 x}",
               ", implied_vol: {A: {premium: 10 %, skew: -4 %, curvature: 2 %}}", 2, 0.1, -0.04, 0.02}}) {
      OneAsset config = market_of(
          quotes.quotes,
          std::string("{instrument: put, asset: A, strike: 240, expiry: 40 d, quantity: 1") + own + "}",
          ", implied_vol: 60 %");
      config.dynamics = c.dynamics, config.regime = c.regime;
      const Run run = run_yaml(config.text());
      const market::VolSurface surface(kTruth);
      const double before = 40 / 365.0, after = 35 / 365.0,
                   ratio = *own ? 0.55 / surface.volatility(before, moneyness(kSpot, 240, before)) : 1;
      const double paid =
          put(kSpot, 240, before, ratio * surface.volatility(before, moneyness(kSpot, 240, before)));
      CHECK(std::abs(run.plan().assets[0].value_today - paid) < 1e-7);
      const std::vector<double> moves = log_moves(run);
      double smallest = 1, largest = 0;
      for (std::size_t p = 0; p < moves.size(); ++p) {
        const double spot = kSpot * std::exp(moves[p]), k = moneyness(spot, 240, after),
                     y = k / std::sqrt(after);
        const double quote = ratio * ((1 + c.premium) * c.factor * surface.volatility(after, k) + c.skew * y +
                                      c.curvature * y * y);
        const double pnl = put(spot, 240, after, quote) - paid * std::exp(kRate * 5 / 365);
        CHECK(std::abs(run.pnl("unhedged")[p] - pnl) < 1e-6);
        smallest = std::min(smallest, quote), largest = std::max(largest, quote);
      }
      CHECK(largest - smallest > 0.01);  // the smile was there to be seen
    }
}

TEST_CASE(
    "A regime whose variance moves carries the surface with its expected variance, and the hedger sees it") {
  const Listed quotes = listed(none);
  OneAsset config =
      market_of(quotes.quotes,
                "{instrument: call, asset: A, strike: 260, expiry: 40 d, quantity: 1, implied_vol: 70 %}",
                ", implied_vol: 60 %");
  config.dynamics =
      "{model: heston, volatility: 1 x, long_run_volatility: 1.5 x, mean_reversion: 6, vol_of_variance: 2, "
      "correlation: -0.5}";
  config.hedgers = "{h: {model: black_scholes}}";
  const Run run = run_yaml(config.text());
  const market::VolSurface surface(kTruth);
  const double ratio = 0.7 / surface.volatility(40 / 365.0, moneyness(kSpot, 260, 40 / 365.0));
  const simulation::PathRecord record = everything(run);
  for (std::size_t p = 0; p < record.path.size(); ++p)
    for (std::size_t step = 0; step + 1 < record.steps; ++step) {
      const double tau = (40.0 - static_cast<double>(step)) / 365, spot = record.at("spot", p, step, 0),
                   level = record.at("variance", p, step, 0);
      const double long_run = 0.81, decay = (1 - std::exp(-6 * tau)) / (6 * tau),
                   expected = step == 0 ? 0.36 : long_run + (level - long_run) * decay;
      const double quote =
          ratio * surface.volatility(tau, moneyness(spot, 260, tau)) * std::sqrt(expected) / 0.6;
      const double sd = quote * std::sqrt(tau),
                   delta = std::exp(-kYield * tau) * normal(-moneyness(spot, 260, tau) / sd + sd / 2);
      CHECK(std::abs(record.at("delta", p, step, 0) - delta) < 1e-6);  // what interpolation may miss
    }
}

TEST_CASE("A hedger with a volatility of its own sees neither surface nor marks") {
  const std::string book = "{instrument: put, asset: A, strike: 240, expiry: 40 d, quantity: 10";
  const auto gains = [&](const std::string& quotes, const std::string& own, const std::string& hedgers) {
    OneAsset config = market_of(quotes, book + own + "}", ", implied_vol: 60 %");
    config.hedgers = "{h: {model: black_scholes" + hedgers + "}}";
    const Run run = run_yaml(config.text());
    std::vector<double> out;
    for (std::size_t p = 0; p < run.plan().paths; ++p)
      out.push_back(run.pnl("h")[p] - run.pnl("unhedged")[p]);
    return out;
  };
  const auto apart = [](const std::vector<double>& a, const std::vector<double>& b) {
    double most = 0;
    for (std::size_t i = 0; i < a.size(); ++i) most = std::max(most, std::abs(a[i] - b[i]));
    return most;
  };
  const std::string quotes = listed(none).quotes, fixed = ", volatility: 50 %";
  const auto plain = gains("", "", fixed);
  CHECK(apart(plain, gains(quotes, "", fixed)) < 1e-9);
  CHECK(apart(plain, gains(quotes, ", implied_vol: 90 %", fixed)) < 1e-9);
  CHECK(apart(gains("", "", ""), gains(quotes, "", "")) > 0.1);
  CHECK(apart(gains("", "", ""), gains("", ", implied_vol: 90 %", "")) > 0.1);
}

TEST_CASE("Equal contracts net, those marked at volatilities of their own do not") {
  const std::string option = "{instrument: call, asset: A, strike: 260, expiry: 40 d, quantity: ";
  const auto calls = [&](const std::string& first, const std::string& second) {
    const Run run = run_yaml(
        market_of("", option + "2" + first + "}, " + option + "-2" + second + "}", ", implied_vol: 60 %")
            .text());
    return run.plan().assets[0].book.option_count();
  };
  CHECK(calls("", "") == 0);
  CHECK(calls("", ", implied_vol: 60 %") == 0);
  CHECK(calls(", implied_vol: 70 %", ", implied_vol: 70 %") == 0);
  CHECK(calls("", ", implied_vol: 70 %") == 2);
  CHECK(calls(", implied_vol: 70 %", ", implied_vol: 50 %") == 2);
}

TEST_CASE("Quotes and usual liquidity expect the variance that jumps push up, excited or under a mood") {
  // The long run of the variance is 0.16 f + (4 / (1 - n)) 0.1 / 20, what the mood makes of the first term f.
  const std::string svcj =
      "{model: svcj, volatility: 45 %, long_run_volatility: 40 %, mean_reversion: 20, vol_of_variance: 0.5, "
      "correlation: -0.5, jump_rate: 4, jump_mean: -2 %, jump_vol: 3 %, variance_jump_mean: 0.1, "
      "jump_correlation: 0";
  const std::string excited = ", excitation: {branching: 0.6, half_life: 6 h}";
  const std::string mood = ", sentiment: {A: {half_life: 6 h, volatility: 0.3}}";
  const double of_jump = 0.02 * 0.02 + 0.03 * 0.03, in_mood = std::exp(2 * 0.3 * 0.3);
  struct Case {
    std::string excitation, regime;
    double rate, factor;
  };
  StatisticalFamily family(1e-4, 4);
  for (const Case& c : {Case{"", "", 4, 1}, Case{excited, "", 10, 1}, Case{"", mood, 4, in_mood},
                        Case{excited, mood, 10, in_mood}}) {
    INFO(c.excitation << c.regime);
    OneAsset config = market_of("", "");
    config.market = "spot: 100, implied_vol: 40 %";
    config.positions = "[{instrument: forward, asset: A, strike: 100, expiry: 1 y, quantity: 1}]";
    config.dynamics = svcj + c.excitation + "}";
    config.regime = c.regime;
    config.simulation = "horizon: 100 d, step: 2 h, paths: 2048, seed: 4";
    const Run run = run_yaml(config.text());
    const world::AssetRegime& regime = run.plan().scenarios[0].regimes[0].assets[0];
    const double pushed = c.rate * 0.1 / 20, long_run = 0.16 * c.factor + pushed;
    CHECK(std::abs(regime.curve.long_run - long_run) < 1e-12);
    CHECK(std::abs(regime.usual_variance() - long_run - c.rate * of_jump) < 1e-12);

    const simulation::PathRecord record = everything(run);
    std::vector<double> variance;
    for (std::size_t p = 0; p < record.path.size(); ++p)
      variance.push_back(record.at("variance", p, record.steps - 1, 0));
    const SampleMoments seen = sample_moments(variance);
    // The start is forgotten but for e^-5.5; jumps of the variance come at the end of the step, half of it
    // late.
    const double bias = 0.005 * std::abs(0.2025 - long_run) + pushed * 20 * 2 / 8760 / 2;
    family.check("variance" + c.excitation + c.regime, seen.mean, seen.mean_error, long_run, bias);
  }
}

TEST_CASE("Bachelier quotes go by the price that is shown, whatever has moved it in the step") {
  for (const std::string& part :
       {std::string(
            ", common_jumps: {c: {jump_rate: 200, jump_mean: -10 %, jump_vol: 10 %, loadings: {A: 1}}}"),
        std::string(
            ", order_flow: {A: {rate: 5000, same: 0.3, opposite: 0.1, half_life: 1 h, impact: 50 bp}}"),
        std::string(", bubble: {A: {hazard: 20, growth: 2, crash_mean: -30 %, crash_vol: 10 %}}"),
        std::string(", sentiment: {A: {half_life: 1 d, initial: 2, drift: 300 %}}"), std::string("")}) {
    INFO(part);
    OneAsset config = market_of("", "");
    config.market = "spot: 100, implied_vol: 40 %, daily_volume: 1e5";
    config.positions = "[{instrument: put, asset: A, strike: 100, expiry: 60 d, quantity: -200}]";
    config.dynamics = "{model: bachelier, volatility: 40}";
    config.regime = part;
    config.hedgers = "{h: {model: black_scholes}}";
    if (part.empty())
      config.scenario =
          "feedback: {crowding: 3, transient: 0.5, half_life: 6 h}, regimes: {world: {dynamics: {A: " +
          config.dynamics + "}}}";
    config.simulation = "horizon: 20 d, step: 6 h, paths: 512, seed: 4";
    const simulation::PathRecord record = everything(run_yaml(config.text()));
    double worst = 0;
    for (std::size_t p = 0; p < record.path.size(); ++p)
      for (std::size_t t = 0; t < record.steps; ++t) {
        const double ratio = 40 / record.at("spot", p, t, 0), shown = std::min(100.0, ratio * ratio);
        worst = std::max(worst, std::abs(record.at("variance", p, t, 0) / shown - 1));
      }
    CHECK(worst < 1e-10);
  }
}
