#pragma once
#include "engine/instruments/contract.hpp"

/// What formulas of lognormal prices are made of, per unit of the reference.
namespace unhedged::instruments {

/// A market between a grid time and a date.
struct Lognormal {
  math::Jet x, sd;  ///< log(spot / reference); volatility sqrt(tau)
  double tau, rate, yield;
  double spot_discount;  ///< e^(-yield tau)
  double cash_discount;  ///< e^(-rate tau)

  Lognormal(const LognormalMarket& market, double date_years)
      : x(market.x),
        sd(market.volatility * math::Jet(std::sqrt(date_years - market.time_years))),
        tau(date_years - market.time_years),
        rate(market.rate),
        yield(market.yield),
        spot_discount(scalar::exp(-yield * tau)),
        cash_discount(scalar::exp(-rate * tau)) {}

  /// (log(forward / strike) + sd^2 / 2) / sd, of a log strike relative to the reference.
  math::Jet d1(const math::Jet& log_strike = 0.0) const {
    return (x - log_strike + math::Jet((rate - yield) * tau)) / sd + math::Jet(0.5) * sd;
  }
  math::Jet d2(const math::Jet& log_strike = 0.0) const { return d1(log_strike) - sd; }
};

/// 1 for what gains when the spot rises, -1 for what gains when it falls.
enum class Side { call = 1, put = -1 };
inline double sign_of(Side side) { return side == Side::call ? 1.0 : -1.0; }

/// Of a European option. source  Black and Scholes, JPE 81 (1973)
inline math::Jet vanilla(const Lognormal& m, Side side, double log_strike = 0) {
  const double sign = sign_of(side);
  const math::Jet d1 = m.d1(log_strike);
  const math::Jet spot =
      math::exponential(m.x) * math::Jet(m.spot_discount) * math::normal_cdf(math::Jet(sign) * d1);
  const math::Jet cash =
      math::Jet(m.cash_discount * scalar::exp(log_strike)) * math::normal_cdf(math::Jet(sign) * (d1 - m.sd));
  return math::Jet(sign) * (spot - cash);
}

/// max(side (spot - strike), 0)
inline double payoff(Side side, double spot, double strike) {
  const double gain = sign_of(side) * (spot - strike);
  return gain > 0 ? gain : 0;
}

/// Whether a time is one of some dates, to kExpiredYears.
bool is_one_of(const std::vector<double>& dates, double time_years);
/// How many of them come after a time, and how far apart these are on average.
struct Remaining {
  std::size_t count;
  double interval_years;
};
Remaining after(const std::vector<double>& dates, double time_years);

/// beta = -zeta(1/2) / sqrt(2 pi): a barrier watched every dt acts as one that is watched all the time and
/// stands beta sigma sqrt(dt) farther off, in the log.
/// source  Broadie, Glasserman, Kou, Mathematical Finance 7 (1997)
inline constexpr double kWatchedBeta = 0.5825971579390106;

}  // namespace unhedged::instruments
