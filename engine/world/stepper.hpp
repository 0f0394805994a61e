#pragma once
#include <memory>
#include <optional>

#include "engine/core/lanes.hpp"
#include "engine/world/noise_cache.hpp"
#include "engine/world/state.hpp"

/// How a process is moved over one step of the grid, for a block of paths.
namespace unhedged::world {

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
std::unique_ptr<Diffusion> make_gbm(const models::GbmParams& params, double compensator, double dt_years);

/// The same with the variance of the state, which someone else moves.
std::unique_ptr<Diffusion> make_gbm_of_state(double drift, double compensator, double dt_years);

/// Normal moves of the price, exact in law at any step; the price is folded into the anchor and the
/// variance of the state shows the lognormal quote.
std::unique_ptr<Diffusion> make_bachelier(const models::BachelierParams& params, double compensator,
                                          double dt_years);

/// Quadratic-exponential scheme with martingale correction.
/// accuracy weak bias falls with dt; see tests/validation/prices_test.cpp
/// source   Andersen, "Simple and efficient simulation of the Heston stochastic volatility model",
///          J. Comp. Finance 11 (2008), sections 3.2.4 and 4.3
std::unique_ptr<Diffusion> make_heston(const models::HestonParams& params, double compensator,
                                       double dt_years);

/// The jumps of a step: their number by inversion of one uniform, their sizes as the law asks. Exact in law
/// for the price; jumps of the variance take effect at the end of the step.
class JumpStep {
 public:
  JumpStep(const models::Jumps& jumps, double dt_years);

  /// Adds the jumps of `step` to every lane that has any.
  void add(std::size_t asset, std::uint32_t step, NoiseCache& noise, AssetState& state) const;

 private:
  models::Jumps jumps_;
  double mean_count_;
  double no_jump_probability_;
};

/// The process of one asset in one regime made ready to move: the diffusion and its plain jumps. Jumps that
/// excite each other or hit several assets, and everything else, are components.
class Stepper {
 public:
  /// errors  none: what is impossible was refused when the scenario was resolved
  Stepper(const AssetRegime& regime, double dt_years);

  bool needs_variance_shock() const { return needs_variance_shock_; }
  void step(std::size_t asset, std::uint32_t step, const Lanes& shock, const Lanes* variance_shock,
            NoiseCache& noise, AssetState& state) const;

 private:
  std::unique_ptr<Diffusion> diffusion_;
  bool needs_variance_shock_;
  std::optional<JumpStep> jumps_;
};

}  // namespace unhedged::world
