#pragma once
#include <memory>
#include <optional>

#include "engine/core/lanes.hpp"
#include "engine/models/dynamics.hpp"
#include "engine/world/noise_cache.hpp"

/// How a process is moved over one step of the grid, for a block of paths.
namespace unhedged::world {

/// State of one asset on every path of a block.
struct AssetState {
  Lanes log_spot;  ///< log(spot / today's spot)
  Lanes variance;  ///< instantaneous variance of the diffusion, per year
};

/// The diffusive part of a process.
class Diffusion {
 public:
  virtual ~Diffusion() = default;

  /// Whether `variance_shock` is read.
  virtual bool needs_variance_shock() const = 0;

  /// shapes   shock, variance_shock: [lanes], independent standard normals; shock is already
  ///          correlated across assets and drives the price
  /// errors   none; a lane that is not finite stays so and is counted at the horizon
  virtual void step(const Lanes& shock, const Lanes* variance_shock, AssetState& state) const = 0;
};

/// Exact in law at any step. `compensator` is subtracted from the drift, per year.
std::unique_ptr<Diffusion> make_gbm(const models::GbmParams& params, double compensator,
                                    double dt_years);

/// Quadratic-exponential scheme with martingale correction.
/// accuracy weak bias falls with dt; see tests/validation/heston_test.cpp
/// source   Andersen, "Simple and efficient simulation of the Heston stochastic volatility model",
///          J. Comp. Finance 11 (2008), sections 3.2.4 and 4.3
std::unique_ptr<Diffusion> make_heston(const models::HestonParams& params, double compensator,
                                       double dt_years);

/// The jumps of a step: their number by inversion of one uniform, their sizes as the law asks. Exact in law for
/// the price; jumps of the variance take effect at the end of the step.
class JumpStep {
 public:
  JumpStep(const models::Jumps& jumps, double dt_years);

  /// Adds the jumps of `step` to every lane that has any.
  void add(std::uint32_t asset, std::uint32_t step, NoiseCache& noise, AssetState& state) const;

 private:
  unsigned count_at(double uniform) const;

  models::Jumps jumps_;
  double mean_count_;
  double no_jump_probability_;
};

/// A process made ready to move: the diffusion and, if it has them, the jumps.
class Stepper {
 public:
  Stepper(const models::Dynamics& dynamics, double dt_years);

  bool needs_variance_shock() const { return diffusion_->needs_variance_shock(); }
  void step(std::uint32_t asset, std::uint32_t step, const Lanes& shock, NoiseCache& noise,
            AssetState& state) const;

 private:
  std::unique_ptr<Diffusion> diffusion_;
  std::optional<JumpStep> jumps_;
};

}  // namespace unhedged::world
