#pragma once
#include <optional>
#include <variant>

#include "engine/market/implied_curve.hpp"
#include "engine/models/jumps.hpp"

/// What a price process is: parameters and moments, no randomness. All values per year; variances, not
/// volatilities; jumps are log jumps. The drift is the growth rate of the expected price, so jumps are
/// compensated whatever it is.
namespace unhedged::models {

/// dS/S = drift dt + sqrt(variance) dW.
struct GbmParams {
  double drift = 0;
  double variance = 0;
};

/// dS = drift S dt + deviation dW: normal moves in units of the price, which may become negative. Quoted as
/// the lognormal volatility that moves a price by as much: variance = (deviation / S)^2, at most
/// kLargestQuotedVariance.
/// source: Bachelier, Annales scientifiques de l'Ecole normale superieure 17 (1900).
struct BachelierParams {
  double drift = 0;
  double deviation = 0;  ///< price units per sqrt(year)
  double price_today = 1;

  double quoted_variance(double price) const;
};

/// As high as a quoted lognormal volatility goes where the price nears zero: 1000 %.
inline constexpr double kLargestQuotedVariance = 100;

/// GBM with lognormal jumps.
struct MertonParams {
  double drift = 0;
  double variance = 0;
  LognormalJumps jumps;
};

/// GBM with double-exponential jumps.
struct KouParams {
  double drift = 0;
  double variance = 0;
  DoubleExponentialJumps jumps;
};

/// dS/S = drift dt + sqrt(v) dW, dv = k (theta - v) dt + xi sqrt(v) dB, d<W,B> = rho dt.
/// source: Heston, RFS 6 (1993).
struct HestonParams {
  double drift = 0;
  double initial_variance = 0;
  double long_run_variance = 0;
  double mean_reversion = 0;
  double vol_of_variance = 0;
  double correlation = 0;
};

/// Heston with lognormal jumps. source: Bates, RFS 9 (1996).
struct BatesParams {
  HestonParams heston;
  LognormalJumps jumps;
};

/// Heston with jumps of price and variance together.
struct SvcjParams {
  HestonParams heston;
  JointJumps jumps;
};

using Dynamics =
    std::variant<GbmParams, BachelierParams, MertonParams, KouParams, HestonParams, BatesParams, SvcjParams>;

/// Variance of the diffusion when the process starts (or restarts).
double initial_variance(const Dynamics& dynamics);

/// The square-root part of a process that has one, else null.
const HestonParams* heston_of(const Dynamics& dynamics);

/// Whether the variance is a state of its own or a constant of the parameters.
bool has_stochastic_variance(const Dynamics& dynamics);

/// The jumps of a process that has any.
std::optional<Jumps> jumps_of(const Dynamics& dynamics);

/// Variance per year that jumps add.
double jump_variance(const Dynamics& dynamics);

/// What goes on around a process.
struct Surroundings {
  double branching = 0;  ///< of its jumps: the rate they are stated with times 1 / (1 - branching) comes
  double diffusion_variance = 1;  ///< mean multiple of the constant or long-run variance of the diffusion
};

/// Root mean expected variance of the process as a quote; premium and smile are the caller's.
market::ImpliedCurve implied_curve(const Dynamics& dynamics, const Surroundings& around = {});

}  // namespace unhedged::models
