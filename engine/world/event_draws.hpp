#pragma once
#include "engine/world/noise_cache.hpp"

namespace unhedged::world {

/// Scalar random numbers of one user on one path and step, one for each event of the step: for events too
/// rare for a block.
class EventDraws {
 public:
  EventDraws(const NoiseCache& noise, Factor factor, std::uint64_t path, std::uint32_t step)
      : noise_(noise), factor_(factor), path_(path), step_(step) {}

  double normal(random::Purpose purpose, unsigned event = 0) const {
    return random::normal_at(stream(purpose, event), Factor::path_of_event(path_, event), step_);
  }
  double uniform(random::Purpose purpose, unsigned event) const {
    return random::uniform_at(stream(purpose, event), Factor::path_of_event(path_, event), step_);
  }

 private:
  random::Stream stream(random::Purpose purpose, unsigned event) const {
    return noise_.stream(purpose, factor_.of_event(event));
  }

  const NoiseCache& noise_;
  Factor factor_;
  std::uint64_t path_;
  std::uint32_t step_;
};

}  // namespace unhedged::world
