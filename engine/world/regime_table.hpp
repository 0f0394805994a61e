#pragma once
#include <array>
#include <cstddef>

namespace unhedged::world {

/// A scenario has fewer regimes than this less one; tables may hold one entry more than there are regimes.
inline constexpr std::size_t kMostRegimes = 64;

/// A number for each regime, or for each law of a Part (entry 0: none was ever stated, entry 1 + r: that of
/// regime r). Kernels look it up lane by lane.
using RegimeTable = std::array<double, kMostRegimes>;

}  // namespace unhedged::world
