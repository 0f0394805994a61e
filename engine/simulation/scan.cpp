#include "engine/simulation/scan.hpp"

#include <bit>
#include <cstring>

namespace unhedged::simulation {

bool Scan::find(const ScanSides& sides, const Scanned& held, Lanes& lost, LaneIndex& outside) const {
  constexpr std::size_t looked = 8;  // flags that are looked at together
  LaneIndex unknown;
  scan_kernels().worst_of_two(sides, held, lost, unknown);
  outside = {};
  bool some = false;
  ScannedLanes inside;
  for (std::size_t first = 0; first < kLanes; first += looked) {
    std::uint64_t flags = 0;
    std::memcpy(&flags, unknown.value + first, looked);
    for (; flags != 0; flags &= flags - 1) {
      const std::size_t lane = first + static_cast<std::size_t>(std::countr_zero(flags)) / 8;
      if (contains(held.at.log_spot[lane], held.at.quote_level[lane])) inside.add(lane);
      else outside.value[lane] = 1, some = true;
    }
  }
  if (inside.count > 0) find_others(sides, held, inside, lost);
  return some;
}

}  // namespace unhedged::simulation
