#pragma once
#include "engine/core/isa.hpp"
#include "engine/core/lanes.hpp"

/// Arithmetic of the world over a block of lanes.
namespace unhedged::world {

/// Coefficients of one QE step, constant for given parameters and dt.
struct HestonCoefficients {
  double rho, rho_bar;        ///< correlation and sqrt(1 - rho^2)
  double decay, long_run;     ///< m = long_run + (v - long_run) decay
  double s2_v, s2_constant;   ///< s^2 = s2_constant + s2_v v
  double k0, k1, k2, k3, k4;  ///< Andersen's K0..K4 (gamma1 = gamma2 = 1/2)
  double a;                   ///< A = K2 + K4 / 2
  double drift_dt;
};

/// Heston without volatility of variance: the variance is a known function of time.
struct DeterministicVariance {
  double decay, long_run;
  double mean_weight;  ///< average variance over the step = long_run + (v - long_run) mean_weight
  double dt, drift_dt;
};

/// One step of normal moves.
struct NormalMove {
  double growth, sd;                        ///< S' = growth S + sd Z
  double deviation_squared, largest_quote;  ///< variance' = min(deviation^2 / S'^2, largest)
};

struct WorldKernels {
  /// x += drift + sd * shock
  void (*gbm)(double drift, double sd, const Lanes& shock, Lanes& log_spot);
  void (*heston)(const HestonCoefficients&, const Lanes& shock, const Lanes& variance_shock, Lanes& log_spot,
                 Lanes& variance);
  void (*deterministic)(const DeterministicVariance&, const Lanes& shock, Lanes& log_spot, Lanes& variance);
  /// The price anchor * exp(x) moves and becomes the anchor; x becomes 0.
  void (*bachelier)(const NormalMove&, const Lanes& shock, Lanes& log_spot, Lanes& anchor, Lanes& variance);
  /// spot = anchor * exp(x); shown = log(spot / today), or market::kLogOfNothing where that is less or
  /// undefined
  void (*signed_spot)(double today, const Lanes& anchor, const Lanes& log_spot, Lanes& spot, Lanes& shown);
  /// spot = today * exp(x)
  void (*spot)(double today, const Lanes& log_spot, Lanes& spot);
  /// out = a * x + b * y
  void (*mix)(double a, const Lanes& x, double b, const Lanes& y, Lanes& out);
  /// kept = mask == code ? other : kept
  void (*blend)(const LaneIndex& mask, std::uint8_t code, const Lanes& other, Lanes& kept);
};

UNHEDGED_DECLARE_KERNELS(WorldKernels, world_kernels)

}  // namespace unhedged::world
