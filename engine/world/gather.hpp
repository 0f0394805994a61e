#pragma once
#include "engine/core/isa.hpp"
#include "engine/core/lanes.hpp"
#include "engine/world/regime_table.hpp"

/// For kernels: the number of a table that belongs to each lane.
namespace unhedged::world {

/// The least and the largest entry that a block asks for.
struct EntryRange {
  std::uint8_t least, largest;
};

UNHEDGED_INLINE EntryRange range_of(const LaneIndex& which) {
  EntryRange range{255, 0};
  for (std::size_t lane = 0; lane < kLanes; ++lane) {
    const std::uint8_t entry = which.value[lane];
    range.least = entry < range.least ? entry : range.least;
    range.largest = entry > range.largest ? entry : range.largest;
  }
  return range;
}

/// Blocks mostly ask for one entry, and else for few: a pass for each of them is shorter than looking up
/// lane by lane while there are less than this.
inline constexpr unsigned kFewEntries = 8;

UNHEDGED_INLINE void look_up(const RegimeTable& table, const LaneIndex& which, Lanes& out) {
  const EntryRange range = range_of(which);
  if (range.largest - range.least >= static_cast<int>(kFewEntries)) {
    for (std::size_t lane = 0; lane < kLanes; ++lane) out[lane] = table[which.value[lane] % kMostRegimes];
    return;
  }
  out.fill(table[range.least % kMostRegimes]);
  for (unsigned entry = range.least + 1u; entry <= range.largest; ++entry) {
    const double number = table[entry % kMostRegimes];
    for (std::size_t lane = 0; lane < kLanes; ++lane)
      out[lane] = which.value[lane] == entry ? number : out[lane];
  }
}

/// The numbers of a table on a block, for the length of a kernel.
class Looked {
 public:
  __attribute__((always_inline)) Looked(const RegimeTable& table, const LaneIndex& which) {
    look_up(table, which, lanes_);
  }
  __attribute__((always_inline)) double operator[](std::size_t lane) const { return lanes_.value[lane]; }

 private:
  Lanes lanes_;
};

}  // namespace unhedged::world
