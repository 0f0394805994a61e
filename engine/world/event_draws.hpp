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

/// The same numbers of one event for the first `count` of a list of paths, side by side.
class ListDraws {
 public:
  ListDraws(const NoiseCache& noise, Factor factor, std::uint32_t step)
      : noise_(&noise), factor_(factor), step_(step) {}

  void normals(random::Purpose purpose, unsigned event, const PathIds& paths, std::size_t count,
               Lanes& out) const {
    draw(random::noise_kernels().some_normals, purpose, event, paths, count, out);
  }
  void uniforms(random::Purpose purpose, unsigned event, const PathIds& paths, std::size_t count,
                Lanes& out) const {
    draw(random::noise_kernels().some_uniforms, purpose, event, paths, count, out);
  }

 private:
  using Some = void (*)(const random::Stream&, const PathIds&, std::size_t count, std::uint32_t step, Lanes&);

  void draw(Some some, random::Purpose purpose, unsigned event, const PathIds& paths, std::size_t count,
            Lanes& out) const {
    const random::Stream stream = noise_->stream(purpose, factor_.of_event(event));
    if (Factor::path_of_event(0, event) == 0) return some(stream, paths, count, step_, out);
    PathIds of_event;
    for (std::size_t k = 0; k < count; ++k) of_event.value[k] = Factor::path_of_event(paths.value[k], event);
    some(stream, of_event, count, step_, out);
  }

  const NoiseCache* noise_;
  Factor factor_;
  std::uint32_t step_;
};

}  // namespace unhedged::world
