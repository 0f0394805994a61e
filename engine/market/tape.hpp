#pragma once
#include <span>

#include "engine/core/lanes.hpp"
#include "engine/market/venue.hpp"

/// What the market really is at one instant, for every path of a block: orders are filled by it. Nobody who
/// decides on orders sees it (the checker of layers refuses it to strategies).
namespace unhedged::market {

/// The market of one tradable. Pointers are never null and stay valid until the world moves.
struct Tape {
  const Lanes* price = nullptr;           ///< mid, account currency
  const Lanes* half_spread = nullptr;     ///< fraction of the price
  const Lanes* variance = nullptr;        ///< of the diffusion of the asset, a year
  const Lanes* jump_variance = nullptr;   ///< what jumps add to it, a year
  const Lanes* inverse_volume = nullptr;  ///< 1 / daily volume in account currency; 0: unlimited
  const Lanes* participation = nullptr;   ///< most of a step's volume that orders get; 0: all
  bool capped = false;                    ///< whether `participation` may be above 0 anywhere
  const Lanes* funding = nullptr;         ///< a year, paid by who is long of it; 0 for an asset itself
  double days_per_year = 365;
  double crowding = 0;              ///< what a crowd trades for each unit of an order; volume counts it
  std::span<const Venue> venues;    ///< where it trades; at least one
  std::span<const Lanes> venue_up;  ///< [venue] 1 where it is up

  /// Variance of the log price over a day on a path, jumps included.
  double daily_variance(std::size_t lane) const {
    return ((*variance)[lane] + (*jump_variance)[lane]) / days_per_year;
  }
};

/// Whether orders are filled on a path. The one mask of all reasons why they are not.
enum class Trading : std::uint8_t {
  open,    ///< they are
  halted,  ///< orders wait until trading resumes
  ended,   ///< nobody trades any more: orders are dropped, those on their way are called back
};

struct TradingMask {
  LaneIndex state{};     ///< a Trading for each path
  bool all_open = true;  ///< whether every path is open

  Trading at(std::size_t lane) const { return static_cast<Trading>(state.value[lane]); }
};

}  // namespace unhedged::market
