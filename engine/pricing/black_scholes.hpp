#pragma once

/// European options under Black-Scholes.
/// source: Black and Scholes, JPE 81 (1973); Merton, Bell J. 4 (1973) for the yield.
namespace unhedged::pricing {

enum class Right { call, put };

struct Vanilla {
  Right right = Right::call;
  double strike = 0;
  double tau_years = 0;
};

/// Continuously compounded, per year.
struct Carry {
  double rate = 0;
  double yield = 0;

  bool operator==(const Carry&) const = default;
};

struct Greeks {
  double value;
  double delta;  ///< d value / d spot
  double gamma;  ///< d2 value / d spot2
  double vega;   ///< per unit of volatility
  double theta;  ///< d value / d calendar time, per year
  double rho;    ///< per unit of rate
  double vanna;  ///< d delta / d volatility
  double volga;  ///< d vega / d volatility
};

/// expects  spot, strike, volatility, tau_years > 0
/// accuracy 1e-14 of spot + strike
Greeks black_scholes(const Vanilla& contract, double spot, double volatility, const Carry& carry);

/// Value alone; at tau_years = 0 the payoff.
double black_scholes_value(const Vanilla& contract, double spot, double volatility, const Carry& carry);

/// The volatility at which `value` is the Black-Scholes price, by bisection to 1e-14.
/// expects  value strictly between the no-arbitrage bounds; otherwise the nearer end of [1e-6, 20]
double implied_volatility(const Vanilla& contract, double value, double spot, const Carry& carry);

}  // namespace unhedged::pricing
