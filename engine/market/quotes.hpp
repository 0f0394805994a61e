#pragma once
#include <cstdint>
#include <span>

#include "engine/core/lanes.hpp"
#include "engine/market/implied_curve.hpp"

namespace unhedged::market {

/// What is quoted of one asset and its options at one instant, for every path of a block: all that a valuation
/// is given. Pointers are never null and stay valid until the world moves.
struct AssetQuotes {
  const Lanes* log_spot = nullptr;       ///< log(spot / today's spot); kLogOfNothing where the spot is not positive
  const Lanes* spot = nullptr;           ///< account currency
  const Lanes* level = nullptr;          ///< variance a year that the implied volatilities go by; it may lag
  std::span<const ImpliedCurve> curves;  ///< the curves that may be up
  const LaneIndex* curve = nullptr;      ///< which of them is up on a path
  std::uint64_t curves_present = 1;      ///< bit k: some path of the block sees curves[k]
};

}  // namespace unhedged::market
