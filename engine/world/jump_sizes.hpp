#pragma once
#include "engine/models/jumps.hpp"
#include "engine/world/noise_cache.hpp"

namespace unhedged::world {

/// Scalar random numbers of one asset (or stream) on one path and step: for events too rare for a block.
class EventDraws {
 public:
  EventDraws(const NoiseCache& noise, std::uint32_t factor, std::uint64_t path, std::uint32_t step)
      : noise_(noise), factor_(factor), path_(path), step_(step) {}

  double normal(random::Purpose purpose) const {
    return random::normal_at(noise_.stream(purpose, factor_), path_, step_);
  }
  /// One for each event of the step. Events are numbered in the factor and, from the 2 048th on, above the 40
  /// bits of the path.
  double uniform(random::Purpose purpose, unsigned event) const {
    const std::uint32_t factor = factor_ | ((event % kInFactor) << kFactorBits);
    const std::uint64_t path = path_ | static_cast<std::uint64_t>(event / kInFactor) << kPathBits;
    return random::uniform_at(noise_.stream(purpose, factor), path, step_);
  }

 private:
  static constexpr unsigned kFactorBits = 12, kInFactor = 1u << 11, kPathBits = 40;

  const NoiseCache& noise_;
  std::uint32_t factor_;
  std::uint64_t path_;
  std::uint32_t step_;
};

/// What `count` jumps of a step add.
struct JumpSums {
  double log_spot = 0;
  double variance = 0;
};
JumpSums draw_sizes(const models::Jumps& jumps, unsigned count, const EventDraws& draw);

/// Number of events of a Poisson law, by inversion of a uniform.
unsigned poisson_count(double mean, double uniform);

}  // namespace unhedged::world
