#include <cmath>

#include "engine/math/scalar.hpp"
#include "engine/world/kernels.hpp"
#include "engine/world/stepper.hpp"

namespace unhedged::world {
namespace {

/// Below this volatility of variance the variance is taken as deterministic: the QE coefficients divide
/// by it, and the difference in law is of its square.
constexpr double kNoVolOfVariance = 1e-6;

/// (1 - exp(-k dt)) / k, also for k = 0.
double decayed_time(double mean_reversion, double dt) {
  return mean_reversion * dt < 1e-12 ? dt : -scalar::expm1(-mean_reversion * dt) / mean_reversion;
}

class Gbm final : public Diffusion {
 public:
  Gbm(const models::GbmParams& p, double compensator, double dt)
      : drift_((p.drift - compensator - 0.5 * p.variance) * dt), sd_(std::sqrt(p.variance * dt)) {}

  bool needs_variance_shock() const override { return false; }
  void step(const Lanes& shock, const Lanes*, AssetState& state) const override {
    world_kernels().gbm(drift_, sd_, shock, state.log_spot);
  }

 private:
  double drift_, sd_;
};

class GbmOfState final : public Diffusion {
 public:
  GbmOfState(double drift, double dt) : c_{1, 0, 1, dt, drift * dt} {}

  bool needs_variance_shock() const override { return false; }
  void step(const Lanes& shock, const Lanes*, AssetState& state) const override {
    world_kernels().deterministic(c_, shock, state.log_spot, state.variance);
  }

 private:
  DeterministicVariance c_;  // one that stays where it is
};

/// S' = S exp(drift dt) + deviation sqrt((exp(2 drift dt) - 1) / (2 drift)) Z
class Bachelier final : public Diffusion {
 public:
  Bachelier(const models::BachelierParams& p, double compensator, double dt) {
    const double growth = (p.drift - compensator) * dt;
    const double time = std::abs(growth) < 1e-12 ? dt : scalar::expm1(2 * growth) / (2 * growth) * dt;
    c_ = {scalar::exp(growth), p.deviation * std::sqrt(time), p.deviation * p.deviation,
          models::kLargestQuotedVariance};
  }

  bool needs_variance_shock() const override { return false; }
  void step(const Lanes& shock, const Lanes*, AssetState& state) const override {
    world_kernels().bachelier(c_, shock, state.log_spot, state.anchor, state.variance);
  }

 private:
  NormalMove c_{};
};

class DeterministicHeston final : public Diffusion {
 public:
  DeterministicHeston(const models::HestonParams& p, double compensator, double dt)
      : c_{scalar::exp(-p.mean_reversion * dt), p.long_run_variance, decayed_time(p.mean_reversion, dt) / dt,
           dt, (p.drift - compensator) * dt} {}

  bool needs_variance_shock() const override { return false; }
  void step(const Lanes& shock, const Lanes*, AssetState& state) const override {
    world_kernels().deterministic(c_, shock, state.log_spot, state.variance);
  }

 private:
  DeterministicVariance c_;
};

HestonCoefficients coefficients(const models::HestonParams& p, double compensator, double dt) {
  HestonCoefficients c{};
  const double rho = p.correlation, xi = p.vol_of_variance, k = p.mean_reversion;
  const double decayed = decayed_time(k, dt);
  c.rho = rho;
  c.rho_bar = std::sqrt(1 - rho * rho);
  c.decay = scalar::exp(-k * dt);
  c.long_run = p.long_run_variance;
  c.s2_v = xi * xi * c.decay * decayed;
  c.s2_constant = 0.5 * p.long_run_variance * xi * xi * k * decayed * decayed;
  c.k0 = -rho * k * p.long_run_variance / xi * dt;
  c.k1 = 0.5 * dt * (k * rho / xi - 0.5) - rho / xi;
  c.k2 = 0.5 * dt * (k * rho / xi - 0.5) + rho / xi;
  c.k3 = c.k4 = 0.5 * dt * (1 - rho * rho);
  c.a = c.k2 + 0.5 * c.k4;
  c.drift_dt = (p.drift - compensator) * dt;
  return c;
}

class Heston final : public Diffusion {
 public:
  Heston(const models::HestonParams& p, double compensator, double dt)
      : c_(coefficients(p, compensator, dt)) {}

  bool needs_variance_shock() const override { return true; }
  void step(const Lanes& shock, const Lanes* variance_shock, AssetState& state) const override {
    world_kernels().heston(c_, shock, *variance_shock, state.log_spot, state.variance);
  }

 private:
  HestonCoefficients c_;
};

}  // namespace

std::unique_ptr<Diffusion> make_gbm(const models::GbmParams& params, double compensator, double dt) {
  return std::make_unique<Gbm>(params, compensator, dt);
}

std::unique_ptr<Diffusion> make_gbm_of_state(double drift, double compensator, double dt) {
  return std::make_unique<GbmOfState>(drift - compensator, dt);
}

std::unique_ptr<Diffusion> make_bachelier(const models::BachelierParams& params, double compensator,
                                          double dt) {
  return std::make_unique<Bachelier>(params, compensator, dt);
}

std::unique_ptr<Diffusion> make_heston(const models::HestonParams& params, double compensator, double dt) {
  if (params.vol_of_variance < kNoVolOfVariance)
    return std::make_unique<DeterministicHeston>(params, compensator, dt);
  return std::make_unique<Heston>(params, compensator, dt);
}

}  // namespace unhedged::world
