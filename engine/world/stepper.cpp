#include "engine/world/stepper.hpp"

#include <cmath>

namespace unhedged::world {
namespace {

using models::LognormalJumps;
using random::Purpose;

/// The one table of all processes: how each is stepped.
struct MakeDiffusion {
  double dt;

  std::unique_ptr<Diffusion> operator()(const models::GbmParams& p) const {
    return make_gbm(p, 0, dt);
  }
  std::unique_ptr<Diffusion> operator()(const models::MertonParams& p) const {
    return make_gbm({p.drift, p.variance}, p.jumps.rate * p.jumps.mean_relative_jump(), dt);
  }
  std::unique_ptr<Diffusion> operator()(const models::HestonParams& p) const {
    return make_heston(p, 0, dt);
  }
  std::unique_ptr<Diffusion> operator()(const models::BatesParams& p) const {
    return make_heston(p.heston, p.jumps.rate * p.jumps.mean_relative_jump(), dt);
  }
};

const LognormalJumps* jumps_of(const models::Dynamics& dynamics) {
  if (const auto* merton = std::get_if<models::MertonParams>(&dynamics)) return &merton->jumps;
  if (const auto* bates = std::get_if<models::BatesParams>(&dynamics)) return &bates->jumps;
  return nullptr;
}

}  // namespace

JumpStep::JumpStep(const LognormalJumps& jumps, double dt_years)
    : jumps_(jumps),
      mean_count_(jumps.rate * dt_years),
      no_jump_probability_(std::exp(-mean_count_)) {}

unsigned JumpStep::count_at(double uniform) const {
  constexpr unsigned most = 1000000;  // only reached where rounding stops the sum short of the uniform
  double probability = no_jump_probability_, cumulative = probability;
  unsigned count = 0;
  while (uniform >= cumulative && count < most && (probability > 0 || count < mean_count_)) {
    ++count;
    probability *= mean_count_ / count;
    cumulative += probability;
  }
  return count;
}

void JumpStep::add(std::uint32_t asset, std::uint32_t step, NoiseCache& noise,
                   AssetState& state) const {
  const Lanes& uniform = noise.uniforms(Purpose::jump_count, asset, step);
  const random::Stream sizes = noise.stream(Purpose::jump_size, asset);
  for (std::size_t lane = 0; lane < kLanes; ++lane) {
    if (uniform[lane] < no_jump_probability_) continue;
    const unsigned count = count_at(uniform[lane]);
    const double z = random::normal_at(sizes, noise.paths().value[lane], step);
    state.log_spot[lane] += count * jumps_.mean + std::sqrt(count) * jumps_.deviation * z;
  }
}

Stepper::Stepper(const models::Dynamics& dynamics, double dt_years)
    : diffusion_(std::visit(MakeDiffusion{dt_years}, dynamics)) {
  const LognormalJumps* jumps = jumps_of(dynamics);
  if (jumps != nullptr && jumps->rate > 0) jumps_.emplace(*jumps, dt_years);
}

void Stepper::step(std::uint32_t asset, std::uint32_t step, const Lanes& shock, NoiseCache& noise,
                   AssetState& state) const {
  const Lanes* variance_shock =
      needs_variance_shock() ? &noise.normals(Purpose::variance, asset, step) : nullptr;
  diffusion_->step(shock, variance_shock, state);
  if (jumps_) jumps_->add(asset, step, noise, state);
}

}  // namespace unhedged::world
