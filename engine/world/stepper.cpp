#include "engine/world/stepper.hpp"

#include "engine/math/scalar.hpp"
#include "engine/random/variates.hpp"
#include "engine/world/jump_sizes.hpp"

namespace unhedged::world {
namespace {

using random::Purpose;

/// The one table of all processes: how each is stepped.
struct MakeDiffusion {
  const AssetRegime& regime;
  double dt;

  /// Jumps that excite each other compensate themselves, along their path.
  double compensator(const models::Jumps& jumps) const {
    return regime.excitation ? 0 : models::rate_of(jumps) * models::mean_relative_jump(jumps);
  }
  std::unique_ptr<Diffusion> brownian(double drift, double variance, double compensator) const {
    if (regime.sentiment) return make_gbm_of_state(drift, compensator, dt);
    return make_gbm({drift, variance}, compensator, dt);
  }

  std::unique_ptr<Diffusion> operator()(const models::GbmParams& p) const {
    return brownian(p.drift, p.variance, 0);
  }
  std::unique_ptr<Diffusion> operator()(const models::BachelierParams& p) const {
    return make_bachelier(p, 0, dt);
  }
  std::unique_ptr<Diffusion> operator()(const models::MertonParams& p) const {
    return brownian(p.drift, p.variance, compensator(p.jumps));
  }
  std::unique_ptr<Diffusion> operator()(const models::KouParams& p) const {
    return brownian(p.drift, p.variance, compensator(p.jumps));
  }
  std::unique_ptr<Diffusion> operator()(const models::HestonParams& p) const { return make_heston(p, 0, dt); }
  std::unique_ptr<Diffusion> operator()(const models::BatesParams& p) const {
    return make_heston(p.heston, compensator(p.jumps), dt);
  }
  std::unique_ptr<Diffusion> operator()(const models::SvcjParams& p) const {
    return make_heston(p.heston, compensator(p.jumps), dt);
  }
};

}  // namespace

JumpStep::JumpStep(const models::Jumps& jumps, double dt_years)
    : jumps_(jumps),
      mean_count_(models::rate_of(jumps) * dt_years),
      no_jump_probability_(scalar::exp(-mean_count_)) {}

void JumpStep::add(std::size_t asset, std::uint32_t step, NoiseCache& noise, AssetState& state) const {
  const Lanes& uniform = noise.uniforms(Purpose::jump_count, Factor::asset(asset), step);
  for (std::size_t lane = 0; lane < kLanes; ++lane) {
    if (uniform[lane] < no_jump_probability_) continue;
    const EventDraws draw(noise, Factor::asset(asset), noise.paths().value[lane], step);
    unsigned used = 0;
    const std::uint64_t count = random::poisson_of(
        mean_count_, uniform[lane], [&] { return draw.uniform(Purpose::more_counts, used++); });
    const JumpSums sums = draw_sizes(jumps_, count, draw);
    state.log_spot[lane] += sums.log_spot;
    state.variance[lane] += sums.variance;
    state.jumps[lane] += static_cast<double>(count);
  }
}

Stepper::Stepper(const AssetRegime& regime, double dt_years)
    : diffusion_(std::visit(MakeDiffusion{regime, dt_years}, regime.dynamics)),
      needs_variance_shock_(diffusion_->needs_variance_shock()) {
  const std::optional<models::Jumps> jumps = models::jumps_of(regime.dynamics);
  if (jumps && !regime.excitation && models::rate_of(*jumps) > 0) jumps_.emplace(*jumps, dt_years);
}

void Stepper::step(std::size_t asset, std::uint32_t step, const Lanes& shock, const Lanes* variance_shock,
                   NoiseCache& noise, AssetState& state) const {
  diffusion_->step(shock, variance_shock, state);
  if (jumps_) jumps_->add(asset, step, noise, state);
}

}  // namespace unhedged::world
