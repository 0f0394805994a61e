#pragma once
#include <cstddef>
#include <cstdint>

namespace unhedged {

/// Number of paths simulated side by side. 256 doubles are 2 KiB: some ten arrays fit the first-level
/// cache and the loop overhead is spread over many vectors. 64 to 1024 measured alike.
inline constexpr std::size_t kLanes = 256;

/// One double per path of a block.
struct alignas(64) Lanes {
  double value[kLanes];

  double* data() { return value; }
  const double* data() const { return value; }
  double& operator[](std::size_t lane) { return value[lane]; }
  double operator[](std::size_t lane) const { return value[lane]; }
  void fill(double x) {
    for (double& v : value) v = x;
  }
};

/// The same number on every path.
inline Lanes filled_with(double x) {
  Lanes lanes;
  lanes.fill(x);
  return lanes;
}

/// One small integer per path of a block.
struct alignas(64) LaneIndex {
  std::uint8_t value[kLanes];
};

/// Which path stands in which lane. Lanes may hold any paths in any order: replay uses that.
struct alignas(64) PathIds {
  std::uint64_t value[kLanes];
};

}  // namespace unhedged
