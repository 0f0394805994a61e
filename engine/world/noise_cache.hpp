#pragma once
#include <memory>
#include <unordered_map>
#include <vector>

#include "engine/random/noise.hpp"
#include "engine/world/factor.hpp"

namespace unhedged::world {

/// Random numbers of one block, made four steps at a time and shared by every scenario that asks for
/// the same ones.
class NoiseCache {
 public:
  /// `groups`: of four steps each, that are kept of every stream.
  explicit NoiseCache(std::uint64_t seed, std::size_t groups = 1) : seed_(seed), groups_(groups) {}

  /// Points the cache at other paths; what it held is forgotten.
  void reset(const PathIds& paths);

  const PathIds& paths() const { return *paths_; }

  const Lanes& normals(random::Purpose purpose, Factor factor, std::uint32_t step);
  const Lanes& uniforms(random::Purpose purpose, Factor factor, std::uint32_t step);

  random::Stream stream(random::Purpose purpose, Factor factor) const {
    return {seed_, purpose, factor.number()};
  }

 private:
  struct Entry {
    std::unique_ptr<random::NoiseGroup> group;
    std::uint32_t index = ~0u;  // which group of steps it holds
  };
  using Ring = std::vector<Entry>;

  using Fill = void (*)(const random::Stream&, const PathIds&, std::uint32_t group, random::NoiseGroup&);

  Entry& entry(random::Purpose purpose, Factor factor, std::uint32_t group);
  const Lanes& filled(random::Purpose purpose, Factor factor, std::uint32_t step, Fill fill);

  std::uint64_t seed_;
  std::size_t groups_;
  const PathIds* paths_ = nullptr;
  std::unordered_map<std::uint64_t, Ring> rings_;
  std::uint64_t last_key_ = ~std::uint64_t{0};  // what was asked for last, which one asset asks for again
  Ring* last_ = nullptr;
};

}  // namespace unhedged::world
