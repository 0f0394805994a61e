#include <cmath>

#include "engine/pricing/black_scholes.hpp"
#include "tests/support/catch.hpp"

using namespace unhedged::pricing;

namespace {
constexpr double kClosedForm = 1e-10;
bool close(double value, double reference, double tolerance) {
  return std::abs(value - reference) <= tolerance * std::max(1.0, std::abs(reference));
}
}  // namespace

TEST_CASE("V-04, V-05: Black-Scholes prices and Greeks of the textbook option") {
  const Carry carry{0.05, 0};
  const Greeks call = black_scholes({Right::call, 100, 1}, 100, 0.2, carry);
  const Greeks put = black_scholes({Right::put, 100, 1}, 100, 0.2, carry);
  CHECK(close(call.value, 10.4505835721856, kClosedForm));
  CHECK(close(put.value, 5.57352602225697, kClosedForm));
  CHECK(close(call.delta, 0.636830651175619, kClosedForm));
  CHECK(close(call.gamma, 0.0187620173458469, kClosedForm));
  CHECK(close(call.vega, 37.5240346916938, kClosedForm));
  CHECK(close(call.theta, -6.41402754643820, kClosedForm));
  CHECK(close(call.rho, 53.2324815453763, kClosedForm));
  CHECK(close(call.vanna, -0.281430260187703, kClosedForm));
  CHECK(close(call.volga, 9.85005910656962, kClosedForm));
  CHECK(close(put.delta, call.delta - 1, kClosedForm));
}

TEST_CASE("V-06: Haug (1998) p. 2-8, a call of three months") {
  CHECK(
      close(black_scholes_value({Right::call, 65, 0.25}, 60, 0.30, {0.08, 0}), 2.1333684449162, kClosedForm));
}

TEST_CASE("V-07: Haug (1998), puts with a yield") {
  CHECK(std::abs(black_scholes_value({Right::put, 95, 0.5}, 100, 0.20, {0.10, 0.05}) - 2.4648) < 1e-4);
  CHECK(std::abs(black_scholes_value({Right::put, 70, 0.5}, 75, 0.35, {0.10, 0.05}) - 4.0870) < 1e-4);
  CHECK(std::abs(black_scholes_value({Right::put, 19, 0.75}, 19, 0.28, {0.10, 0.10}) - 1.7011) < 1e-4);
}

TEST_CASE("The implied volatility gives the price back, V-11") {
  const Vanilla call{Right::call, 100, 0.25};
  CHECK(std::abs(implied_volatility(call, 5.5981391808, 100, {0.05, 0}) - 0.24998674) < 1e-8);
  for (const double volatility : {0.01, 0.2, 1.5}) {
    const double value = black_scholes_value(call, 100, volatility, {0.05, 0.01});
    CHECK(std::abs(implied_volatility(call, value, 100, {0.05, 0.01}) - volatility) < 1e-9);
  }
}

TEST_CASE("V-57: loss of a delta-hedged short call when the price gaps") {
  const double delta = black_scholes({Right::call, 100, 0.25}, 100, 0.2, {}).delta;
  const double value = black_scholes_value({Right::call, 100, 0.25}, 100, 0.2, {});
  CHECK(close(value, 3.98776116767449, kClosedForm));
  CHECK(close(delta, 0.519938805838372, kClosedForm));
  const auto loss = [&](double jump, double volatility) {
    return black_scholes_value({Right::call, 100, 0.25}, 100 * jump, volatility, {}) - value -
           delta * 100 * (jump - 1);
  };
  const std::pair<double, double> rows[] = {
      {0.5, 22.0091791242462}, {0.7, 11.6107770248336},   {0.8, 6.45092929251480},
      {0.9, 1.92400778678290}, {0.95, 0.499996109578096}, {1.05, 0.476563941032480},
      {1.1, 1.76679816579901}, {1.2, 5.76079497881502},   {1.5, 20.0153670529416}};
  for (const auto& [jump, exact] : rows) CHECK(close(loss(jump, 0.2), exact, kClosedForm));
  CHECK(close(loss(0.8, 0.4), 7.59694446230338, kClosedForm));
  CHECK(close(loss(0.9, 0.4), 4.80073500676403, kClosedForm));
  CHECK(close(loss(1.1, 0.4), 5.10486171535167, kClosedForm));
}
