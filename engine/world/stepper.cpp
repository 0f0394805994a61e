#include "engine/world/stepper.hpp"

#include <cmath>

namespace unhedged::world {
namespace {

using random::Purpose;

double compensator(const models::Jumps& jumps) {
  return models::rate_of(jumps) * models::mean_relative_jump(jumps);
}

/// The one table of all processes: how each is stepped.
struct MakeDiffusion {
  double dt;

  std::unique_ptr<Diffusion> operator()(const models::GbmParams& p) const {
    return make_gbm(p, 0, dt);
  }
  std::unique_ptr<Diffusion> operator()(const models::MertonParams& p) const {
    return make_gbm({p.drift, p.variance}, compensator(p.jumps), dt);
  }
  std::unique_ptr<Diffusion> operator()(const models::KouParams& p) const {
    return make_gbm({p.drift, p.variance}, compensator(p.jumps), dt);
  }
  std::unique_ptr<Diffusion> operator()(const models::HestonParams& p) const {
    return make_heston(p, 0, dt);
  }
  std::unique_ptr<Diffusion> operator()(const models::BatesParams& p) const {
    return make_heston(p.heston, compensator(p.jumps), dt);
  }
  std::unique_ptr<Diffusion> operator()(const models::SvcjParams& p) const {
    return make_heston(p.heston, compensator(p.jumps), dt);
  }
};

/// The random numbers of the jumps of one asset on one path and step.
class JumpDraws {
 public:
  JumpDraws(const NoiseCache& noise, std::uint32_t asset, std::uint64_t path, std::uint32_t step)
      : noise_(noise), asset_(asset), path_(path), step_(step) {}

  double normal() const {
    return random::normal_at(noise_.stream(Purpose::jump_size, asset_), path_, step_);
  }
  /// One for each jump of the step; after kMostOwn jumps they repeat, which no sane rate reaches.
  double uniform(unsigned jump) const {
    const std::uint32_t factor = asset_ | ((jump % kMostOwn) << kAssetBits);
    return random::uniform_at(noise_.stream(Purpose::jump_uniform, factor), path_, step_);
  }

 private:
  static constexpr unsigned kAssetBits = 12, kMostOwn = 1u << 11;

  const NoiseCache& noise_;
  std::uint32_t asset_;
  std::uint64_t path_;
  std::uint32_t step_;
};

/// What a step's jumps add.
struct JumpSums {
  double log_spot = 0;
  double variance = 0;
};

JumpSums sizes(const models::LognormalJumps& law, unsigned count, const JumpDraws& draw) {
  return {count * law.mean + std::sqrt(count) * law.deviation * draw.normal(), 0};
}

JumpSums sizes(const models::DoubleExponentialJumps& law, unsigned count, const JumpDraws& draw) {
  JumpSums sums;
  const double down = 1 - law.up_probability;
  for (unsigned jump = 0; jump < count; ++jump) {
    const double u = draw.uniform(jump);
    sums.log_spot += u < down ? law.down_mean * std::log(u / down)
                              : -law.up_mean * std::log((1 - u) / law.up_probability);
  }
  return sums;
}

JumpSums sizes(const models::JointJumps& law, unsigned count, const JumpDraws& draw) {
  JumpSums sums;
  for (unsigned jump = 0; jump < count; ++jump)
    sums.variance -= law.variance_mean * std::log(draw.uniform(jump));
  sums.log_spot = count * law.mean + law.correlation * sums.variance +
                  std::sqrt(count) * law.deviation * draw.normal();
  return sums;
}

}  // namespace

JumpStep::JumpStep(const models::Jumps& jumps, double dt_years)
    : jumps_(jumps),
      mean_count_(models::rate_of(jumps) * dt_years),
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
  for (std::size_t lane = 0; lane < kLanes; ++lane) {
    if (uniform[lane] < no_jump_probability_) continue;
    const unsigned count = count_at(uniform[lane]);
    const JumpDraws draw(noise, asset, noise.paths().value[lane], step);
    const JumpSums sums =
        std::visit([&](const auto& law) { return sizes(law, count, draw); }, jumps_);
    state.log_spot[lane] += sums.log_spot;
    state.variance[lane] += sums.variance;
  }
}

Stepper::Stepper(const models::Dynamics& dynamics, double dt_years)
    : diffusion_(std::visit(MakeDiffusion{dt_years}, dynamics)) {
  const std::optional<models::Jumps> jumps = models::jumps_of(dynamics);
  if (jumps && models::rate_of(*jumps) > 0) jumps_.emplace(*jumps, dt_years);
}

void Stepper::step(std::uint32_t asset, std::uint32_t step, const Lanes& shock, NoiseCache& noise,
                   AssetState& state) const {
  const Lanes* variance_shock =
      needs_variance_shock() ? &noise.normals(Purpose::variance, asset, step) : nullptr;
  diffusion_->step(shock, variance_shock, state);
  if (jumps_) jumps_->add(asset, step, noise, state);
}

}  // namespace unhedged::world
