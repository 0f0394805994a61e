#include "engine/pricing/black_scholes.hpp"

#include <algorithm>
#include <cmath>

#include "engine/math/elementary.hpp"
#include "engine/math/scalar.hpp"

namespace unhedged::pricing {
namespace {

struct Terms {
  double sd, d1, d2, spot_discount, cash_discount, sign;
};

Terms terms(const Vanilla& contract, double spot, double volatility, const Carry& carry) {
  const double tau = contract.tau_years;
  const double sd = volatility * std::sqrt(tau);
  const double d1 = (scalar::log(spot / contract.strike) + (carry.rate - carry.yield) * tau) / sd + 0.5 * sd;
  return {sd,
          d1,
          d1 - sd,
          scalar::exp(-carry.yield * tau),
          scalar::exp(-carry.rate * tau),
          contract.right == Right::call ? 1.0 : -1.0};
}

double density(double x) { return scalar::exp(-0.5 * x * x) / std::sqrt(2 * M_PI); }

}  // namespace

double black_scholes_value(const Vanilla& contract, double spot, double volatility, const Carry& carry) {
  if (contract.tau_years <= 0) {
    const double gain = contract.right == Right::call ? spot - contract.strike : contract.strike - spot;
    return std::max(0.0, gain);
  }
  const Terms t = terms(contract, spot, volatility, carry);
  return t.sign * (spot * t.spot_discount * math::normal_cdf(t.sign * t.d1) -
                   contract.strike * t.cash_discount * math::normal_cdf(t.sign * t.d2));
}

Greeks black_scholes(const Vanilla& contract, double spot, double volatility, const Carry& carry) {
  const Terms t = terms(contract, spot, volatility, carry);
  const double root = std::sqrt(contract.tau_years);
  const double in_spot = t.spot_discount * density(t.d1);
  const double cash = contract.strike * t.cash_discount * math::normal_cdf(t.sign * t.d2);
  const double shares = t.spot_discount * math::normal_cdf(t.sign * t.d1);
  Greeks g{};
  g.value = t.sign * (spot * shares - cash);
  g.delta = t.sign * shares;
  g.gamma = in_spot / (spot * t.sd);
  g.vega = spot * in_spot * root;
  g.theta =
      -spot * in_spot * volatility / (2 * root) + t.sign * (carry.yield * spot * shares - carry.rate * cash);
  g.rho = t.sign * contract.tau_years * cash;
  g.vanna = -in_spot * t.d2 / volatility;
  g.volga = g.vega * t.d1 * t.d2 / volatility;
  return g;
}

double implied_volatility(const Vanilla& contract, double value, double spot, const Carry& carry) {
  double low = 1e-6, high = 20;
  for (int iteration = 0; iteration < 100 && high - low > 1e-14; ++iteration) {
    const double middle = 0.5 * (low + high);
    (black_scholes_value(contract, spot, middle, carry) < value ? low : high) = middle;
  }
  return 0.5 * (low + high);
}

}  // namespace unhedged::pricing
