#include <cmath>

#include "tests/support/approx.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/run_yaml.hpp"

// Quotes that no market would show are named where they stand, with expiry and strike.

using namespace unhedged;
using namespace unhedged::testing;

namespace {

/// A run of three days from a spot of 100, quoted 30 %.
std::string run_of(const std::string& dynamics, const std::string& implied,
                   const std::string& strikes_and_expiries, const std::string& severity = "1") {
  return "name: t\nmarket: {assets: {A: {spot: 100, implied_vol: 30 %}}}\nportfolio: [" +
         strikes_and_expiries + "]\nscenarios: [{name: s, severity: " + severity +
         ", regimes: {w: {dynamics: {default: " + dynamics + "}, implied_vol: {A: " + implied +
         "}}}}]\nhedgers: {h: {model: none}}\nsimulation: {horizon: 3 d, step: 1 h, paths: "
         "256}\noutput: {file: x.h5}\n";
}

/// Warnings about quotes of A under gbm at 30 %, unless the dynamics are others.
std::vector<std::string> warnings_of(const std::string& implied, const std::string& strikes_and_expiries,
                                     const std::string& dynamics = "{model: gbm, volatility: 30 %}") {
  const std::string text = run_of(dynamics, implied, strikes_and_expiries);
  std::vector<std::string> out;
  for (const Problem& warning : config::load_text(text, "test.yaml", {}).warnings)
    if (warning.key == "scenarios[0].regimes.w.implied_vol.A")
      out.push_back(warning.message);  // others are of unusual numbers
  return out;
}

std::string call(double strike, int days) {
  return "{instrument: call, asset: A, strike: " + number(strike) + ", expiry: " + std::to_string(days) +
         " d, quantity: 1},";
}

/// The number before `unit` in a message.
double number_before(const std::string& message, const std::string& unit) {
  const std::size_t end = message.find(unit);
  REQUIRE(end != std::string::npos);
  return std::stod(message.substr(message.find_last_of(" (", end - 1) + 1));
}

bool says(const std::vector<std::string>& warnings, const std::string& what) {
  for (const std::string& warning : warnings)
    if (warning.find(what) != std::string::npos) return true;
  return false;
}

const double kLife = 57.0 / 365, kReach = 5 * 0.3 * std::sqrt(3.0 / 365);

}  // namespace

TEST_CASE("Quotes that fall to the smallest within five deviations of the spot are named with the place") {
  // 0.3 - 2 k / sqrt(life) reaches 0.01 % at log(strike / forward) = 0.15 sqrt(life): 0.059, and the spot
  // moves by 0.136
  const auto found = warnings_of("{skew: -2}", call(100, 60));
  REQUIRE(found.size() == 1);
  CHECK(says(found, "0.01 %, the smallest volatility, at expiry 60 d, strike 100"));
  CHECK(number_before(found[0], " % of the forward") ==
        Approx(100 * std::exp(0.15 * std::sqrt(kLife))).epsilon(0.005));
  CHECK(
      warnings_of("{skew: " + number(-0.95 * 0.3 * std::sqrt(kLife) / kReach) + "}", call(100, 60)).empty());
  CHECK(
      !warnings_of("{skew: " + number(-1.05 * 0.3 * std::sqrt(kLife) / kReach) + "}", call(100, 60)).empty());
}

TEST_CASE("Negative densities are named: of a smile straight in the moneyness where b s^2 > 2 a") {
  // s = a + b k is the standard deviation over the life; Durrleman's function is (a / s)^2 - b^2 s^2 / 4
  const double life = 60.0 / 365, a = 0.3 * std::sqrt(life), b = -3;
  const double s = std::sqrt(2 * a / -b), k = (s - a) / b;
  const auto at = [&](double moneyness) {
    return warnings_of("{skew: -3}",
                       call(100 * std::exp(moneyness), 60) + call(99.9 * std::exp(moneyness), 60));
  };
  CHECK(says(at(k - 0.01), "butterfly arbitrage (a negative density) at expiry 60 d"));
  CHECK(!says(at(k + kReach + 0.02), "butterfly"));
}

TEST_CASE(
    "Total variance that falls with the life is named: where curvature y^2 exceeds the quote at the money") {
  const double y = std::sqrt(0.3 / 0.5), near = 60.0 / 365;
  const auto between = [&](double moneyness) {
    return warnings_of("{curvature: 0.5}",
                       call(100 * std::exp(moneyness), 60) + call(100 * std::exp(moneyness), 61));
  };
  CHECK(says(between(1.02 * y * std::sqrt(near)),
             "calendar arbitrage (total variance falls up to the expiry of 61 d)"));
  CHECK(!says(between(0.94 * y * std::sqrt(near) - kReach), "calendar"));
  CHECK(!says(warnings_of("{curvature: 0.5}", call(100 * std::exp(1.02 * y * std::sqrt(near)), 60)),
              "calendar"));
}

TEST_CASE("Smiles as desks see them, and quotes without any, bring no warning") {
  const std::string book = call(80, 30) + call(100, 30) + call(120, 90) + call(100, 365);
  CHECK(warnings_of("{premium: 10 %}", book).empty());
  CHECK(warnings_of("{skew: -10 %, curvature: 3 %}", book).empty());
}

TEST_CASE(
    "Quotes at the money of more than six times today's are named with the premium that brings them there") {
  const std::string month = call(100, 30);
  const auto constant = [](const std::string& multiple) {
    return "{model: gbm, volatility: " + multiple + "}";
  };
  CHECK(warnings_of("{premium: 0 %}", month, constant("6 x")).empty());
  const auto found = warnings_of("{premium: 0 %}", call(90, 20) + month, constant("8 x"));
  REQUIRE(found.size() == 1);
  CHECK(says(found, "A is quoted 240 % at the money for the expiry of 20 d, 8 times today's 30 %"));
  CHECK(says(found, "set implied_vol.A.premium to what the market would believe (-25 % quotes 6 times)"));
  CHECK(warnings_of("{premium: -25 %}", month, constant("8 x")).empty());
  CHECK(says(warnings_of("{premium: -24 %}", month, constant("8 x")), " % quotes 6 times)"));
  // an option that is not in the book is nobody's concern
  CHECK(warnings_of("{premium: 0 %}", "{instrument: spot, asset: A, quantity: 1}", constant("8 x")).empty());
}

TEST_CASE(
    "A quote is too high by its own life: what the variance returns to before the expiry is no complaint") {
  // the mean of v - theta over a life T is (v - theta) (1 - e^(-K T)) / (K T)
  const std::string spike =
      "{model: heston, volatility: 8 x, long_run_volatility: 1 x, mean_reversion: 50, vol_of_variance: 0.5, "
      "correlation: 0}";
  const double short_life = 50 * 5.0 / 365, decay = (1 - std::exp(-short_life)) / short_life;
  const auto found = warnings_of("{premium: 0 %}", call(100, 5), spike);
  REQUIRE(found.size() == 1);
  CHECK(number_before(found[0], " times today's") == Approx(std::sqrt(1 + 63 * decay)).margin(0.06));
  CHECK(warnings_of("{premium: 0 %}", call(100, 60), spike).empty());
}

TEST_CASE("Severity takes the quote of a regime with a premium as far from today's as everything else") {
  const auto premium_of = [](const std::string& premium, const std::string& severity) {
    const std::string text =
        run_of("{model: gbm, volatility: 4 x}", "{premium: " + premium + "}", call(100, 30), severity);
    return config::load_text(text, "test.yaml", {}).plan.scenarios[0].regimes[0].assets[0].curve.premium;
  };
  CHECK(premium_of("-50 %", "1") == -0.5);
  // twice today's becomes 2.5 times, of an expected 5.5 times; half of today's stays; six times becomes 8.5
  CHECK(premium_of("-50 %", "1.5") == Approx(2.5 / 5.5 - 1));
  CHECK(premium_of("-87.5 %", "1.5") == Approx(0.5 / 5.5 - 1));
  CHECK(premium_of("50 %", "1.5") == Approx(8.5 / 5.5 - 1));
  CHECK(premium_of("-50 %", "0.01") == Approx(1.01 / 1.03 - 1));
}
