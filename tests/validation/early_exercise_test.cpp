#include <cmath>

#include "engine/instruments/early_exercise.hpp"
#include "tests/support/catch.hpp"

// Options exercised early against published prices and a binomial tree; numbers and sources in REFERENCES.md.

using namespace unhedged;
using Catch::Matchers::WithinAbs;
using instruments::EarlyExercise;
using instruments::Side;

namespace {

double price(const EarlyExercise& option, double spot, double volatility, double time = 0) {
  instruments::LognormalMarket market;
  market.x = math::variable_x(std::log(spot));
  market.volatility = math::variable_s(volatility);
  market.time_years = time;
  market.rate = option.terms().rate;
  market.yield = option.terms().yield;
  return option.price(market).value;
}

/// Of strike 1, exercised at any time. source  Cox, Ross, Rubinstein, Journal of Financial Economics 7 (1979)
double tree(const instruments::EarlyExerciseTerms& of, double spot, double volatility, double years,
            int steps) {
  const double dt = years / steps, up = std::exp(volatility * std::sqrt(dt)),
               chance = (std::exp((of.rate - of.yield) * dt) - 1 / up) / (up - 1 / up),
               discount = std::exp(-of.rate * dt);
  const auto pays = [&](int i, int step) {
    return std::max(sign_of(of.side) * (spot * std::pow(up, 2 * i - step) - 1), 0.0);
  };
  std::vector<double> value;
  for (int i = 0; i <= steps; ++i) value.push_back(pays(i, steps));
  for (int step = steps; step-- > 0;)
    for (int i = 0; i <= step; ++i)
      value[i] = std::max(discount * (chance * value[i + 1] + (1 - chance) * value[i]), pays(i, step));
  return value[0];
}

/// Odd and even numbers of steps together, and the first order taken out.
double extrapolated(const instruments::EarlyExerciseTerms& of, double spot, double volatility, double years) {
  const auto both = [&](int n) {
    return 0.5 * (tree(of, spot, volatility, years, n) + tree(of, spot, volatility, years, n + 1));
  };
  return 2 * both(800) - both(400);
}

}  // namespace

TEST_CASE("V-90: Longstaff and Schwartz' puts, exercised fifty times a year") {
  struct Row {
    double spot, volatility;
    int years;
    double price;
  };
  // their table 1, by finite differences
  for (const Row& row :
       {Row{36, 0.2, 1, 4.478}, Row{36, 0.2, 2, 4.840}, Row{36, 0.4, 1, 7.101}, Row{36, 0.4, 2, 8.508},
        Row{40, 0.2, 1, 2.314}, Row{40, 0.2, 2, 2.885}, Row{40, 0.4, 1, 5.312}, Row{40, 0.4, 2, 6.920},
        Row{44, 0.2, 1, 1.110}, Row{44, 0.2, 2, 1.690}, Row{44, 0.4, 1, 3.948}, Row{44, 0.4, 2, 5.647}}) {
    instruments::EarlyExerciseTerms of{Side::put, 0.06, 0, static_cast<double>(row.years), {}};
    for (int k = 1; k <= 50 * row.years; ++k) of.dates.push_back(0.02 * k);
    INFO(row.spot << " " << row.volatility << " " << row.years);
    CHECK_THAT(40 * price(EarlyExercise(of), row.spot / 40, row.volatility), WithinAbs(row.price, 6.5e-3));
  }
}

TEST_CASE("American options are those of a fine tree, to 3e-5 of the strike") {
  struct Row {
    Side side;
    double volatility, rate, yield, years;
  };
  for (const Row& row : {Row{Side::put, 0.2, 0.06, 0, 2}, Row{Side::put, 0.4, 0.06, 0, 1},
                         Row{Side::put, 0.8, 0.03, 0, 0.1}, Row{Side::call, 0.3, 0.03, 0.06, 0.5},
                         Row{Side::call, 0.7, 0.01, 0.1, 0.2}, Row{Side::put, 0.3, 0.1, 0.05, 0.5}}) {
    const instruments::EarlyExerciseTerms of{row.side, row.rate, row.yield, row.years, {}};
    const EarlyExercise option(of);
    for (const double spot : {0.75, 0.9, 1.0, 1.1, 1.3})
      for (const double share : {0.0, 0.5, 0.9}) {
        INFO(spot << " at " << share << " of " << row.years << ", volatility " << row.volatility);
        CHECK_THAT(price(option, spot, row.volatility, share * row.years),
                   WithinAbs(extrapolated(of, spot, row.volatility, (1 - share) * row.years), 3e-5));
      }
  }
}
