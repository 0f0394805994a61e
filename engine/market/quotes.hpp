#pragma once
#include <cstdint>
#include <span>

#include "engine/core/lanes.hpp"
#include "engine/market/implied_curve.hpp"

/// What a desk is shown of the market at one instant, for every path of a block. Venues that are down may
/// hold it back. Pointers are never null and stay valid until the world moves.
namespace unhedged::market {

/// The log price shown where the price is not positive: far below every strike.
inline constexpr double kLogOfNothing = -40;

/// Quotes of one asset and its options: all that a valuation is given.
struct AssetQuotes {
  const Lanes* log_spot =
      nullptr;                  ///< log(spot / today's spot); kLogOfNothing where the spot is not positive
  const Lanes* spot = nullptr;  ///< account currency
  const Lanes* quote_level = nullptr;    ///< variance a year that the implied volatilities go by; it may lag
  std::span<const ImpliedCurve> curves;  ///< the curves that may be up
  const LaneIndex* curve = nullptr;      ///< which of them is up on a path
  std::uint64_t curves_present = 1;      ///< bit k: some path of the block sees curves[k]
};

/// Quote of one tradable.
struct Quote {
  const Lanes* mid = nullptr;             ///< account currency
  const Lanes* half_spread = nullptr;     ///< fraction of the mid
  const Lanes* funding = nullptr;         ///< a year, paid by who is long of it; 0 for an asset itself
  const Lanes* inverse_volume = nullptr;  ///< 1 / daily volume in account currency; 0: unlimited
};

/// All that a strategy is given of the market.
struct QuoteBoard {
  std::span<const AssetQuotes> assets;
  std::span<const Quote> tradables;  ///< [TradableId]
};

}  // namespace unhedged::market
