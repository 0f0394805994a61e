#pragma once
#include "engine/world/noise_cache.hpp"

namespace unhedged::world {

/// Scalar random numbers of one asset (or stream) on one path and step: for events too rare for a block.
class EventDraws {
 public:
  EventDraws(const NoiseCache& noise, std::uint32_t factor, std::uint64_t path, std::uint32_t step)
      : noise_(noise), factor_(factor), path_(path), step_(step) {}

  /// One for each event of the step. Events are numbered in the factor and, from the 2 048th on, above the 40
  /// bits of the path.
  double normal(random::Purpose purpose, unsigned event = 0) const {
    return random::normal_at(stream(purpose, event), path(event), step_);
  }
  double uniform(random::Purpose purpose, unsigned event) const {
    return random::uniform_at(stream(purpose, event), path(event), step_);
  }

 private:
  static constexpr unsigned kFactorBits = 12, kInFactor = 1u << 11, kPathBits = 40;

  random::Stream stream(random::Purpose purpose, unsigned event) const {
    return noise_.stream(purpose, factor_ | ((event % kInFactor) << kFactorBits));
  }
  std::uint64_t path(unsigned event) const {
    return path_ | static_cast<std::uint64_t>(event / kInFactor) << kPathBits;
  }

  const NoiseCache& noise_;
  std::uint32_t factor_;
  std::uint64_t path_;
  std::uint32_t step_;
};

}  // namespace unhedged::world
