#pragma once
#include <memory>

#include "engine/market/vol_surface.hpp"

/// Quoted implied volatility of one asset at one instant.
///
/// The at-the-money variance for a life tau is affine in a level v the market moves (the instantaneous
/// variance of the price):
///   sigma_atm^2(tau) = jump_variance + long_run + (v - long_run) (1 - exp(-k tau)) / (k tau)
/// that is, the mean of the expected variance over the life. The quote is
///   sigma(k) = (1 + premium) sigma_atm + skew y + curvature y^2,   k = log(strike/forward), y = k /
///   sqrt(tau).
/// Where today's market is a surface s(tau, k), its shape stays with the forward and sigma_atm becomes
///   sigma_atm s(tau, k) / reference,
/// so that a market whose sigma_atm is `reference` at every life quotes today's surface.
///
/// units    variances per year; level v per year; tau in years
/// source   Gatheral, "The Volatility Surface" (2006), ch. 3, for the expected variance of a
///          square-root process; the parabola in y is the common desk convention.
namespace unhedged::market {

struct AffineVariance {
  double constant;
  double slope;  ///< per unit of the level
};

/// Whether positions marked at a volatility of their own keep its ratio to the quote of the day they were
/// booked, or are quoted like all others.
enum class OwnMarks { kept, ignored };

/// Quotes at the money forward of one life.
struct QuotesAtTheMoney {
  AffineVariance variance;
  double factor;  ///< of the root of the variance

  double volatility(double level) const;
};

struct ImpliedCurve {
  double long_run = 0;        ///< level the variance returns to
  double mean_reversion = 0;  ///< k, per year; 0 means the level stays where it is
  double jump_variance = 0;   ///< variance per year that jumps add
  bool moves_with_level = false;
  double premium = 0;
  double skew = 0;
  double curvature = 0;
  std::shared_ptr<const VolSurface> surface;  ///< null: today's market is flat
  double reference = 0;                       ///< with `surface`: the volatility that it is relative to
  OwnMarks own_marks = OwnMarks::kept;

  bool operator==(const ImpliedCurve&) const = default;

  /// At-the-money variance as constant + slope * level, premium not included.
  AffineVariance variance(double tau_years) const;

  QuotesAtTheMoney at_the_money(double tau_years) const;

  /// The quote; never below kSmallestVolatility.
  double volatility(double tau_years, double level, double log_strike_over_forward) const;
};

/// A quote below this is taken as this: zero would make a delta undefined at the strike.
inline constexpr double kSmallestVolatility = 1e-4;

/// The curve that quotes the same volatility for everything.
ImpliedCurve flat(double volatility);

/// Today's quotes: the surface, or `volatility` for everything where there is none.
ImpliedCurve quotes_today(double volatility, std::shared_ptr<const VolSurface> surface);

}  // namespace unhedged::market
