#include "engine/world/noise_cache.hpp"

namespace unhedged::world {

using random::kStepsPerGroup;
using random::Purpose;

void NoiseCache::reset(const PathIds& paths) {
  paths_ = &paths;
  for (auto& [key, ring] : rings_)
    for (Entry& entry : ring) entry.index = ~0u;
}

NoiseCache::Entry& NoiseCache::entry(Purpose purpose, Factor factor, std::uint32_t group) {
  const std::uint64_t key = (static_cast<std::uint64_t>(purpose) << 32) | factor.number();
  if (key != last_key_) {
    last_ = &rings_[key];  // stays where it is
    last_key_ = key;
    if (last_->empty()) last_->resize(groups_);
  }
  Entry& found = (*last_)[group % groups_];
  if (!found.group) found.group = std::make_unique<random::NoiseGroup>();
  return found;
}

const Lanes& NoiseCache::filled(Purpose purpose, Factor factor, std::uint32_t step, Fill fill) {
  const std::uint32_t group = step / kStepsPerGroup;
  Entry& found = entry(purpose, factor, group);
  if (found.index != group) {
    fill(stream(purpose, factor), *paths_, group, *found.group);
    found.index = group;
  }
  return found.group->step[step % kStepsPerGroup];
}

const Lanes& NoiseCache::normals(Purpose purpose, Factor factor, std::uint32_t step) {
  return filled(purpose, factor, step, random::noise_kernels().normals);
}

const Lanes& NoiseCache::uniforms(Purpose purpose, Factor factor, std::uint32_t step) {
  return filled(purpose, factor, step, random::noise_kernels().uniforms);
}

}  // namespace unhedged::world
