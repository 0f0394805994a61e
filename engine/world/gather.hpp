#pragma once
#include "engine/core/isa.hpp"
#include "engine/core/lanes.hpp"
#include "engine/world/regime_table.hpp"

/// For kernels: the number of a table that belongs to each lane.
namespace unhedged::world {

UNHEDGED_INLINE void look_up(const RegimeTable& table, const LaneIndex& which, Lanes& out) {
  for (std::size_t lane = 0; lane < kLanes; ++lane) out[lane] = table[which.value[lane] % kMostRegimes];
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
