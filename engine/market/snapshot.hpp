#pragma once
#include <cstdint>
#include <span>
#include <vector>

#include "engine/core/lanes.hpp"
#include "engine/market/quotes.hpp"
#include "engine/market/venue.hpp"

namespace unhedged::market {

/// What can be observed of one asset at one instant, for every path of a block. A hedger sees this and
/// nothing else. Pointers are never null and stay valid until the world moves.
struct AssetSnapshot : AssetQuotes {
  const Lanes* variance = nullptr;      ///< instantaneous variance of the diffusion, per year
  const Lanes* jump_variance = nullptr; ///< what jumps add to it, per year
  const Lanes* half_spread = nullptr;   ///< fraction of the spot
  const Lanes* inverse_volume = nullptr; ///< 1 / daily volume in account currency; 0 if unlimited
  double crowding = 0;                   ///< what the crowd trades for each unit of an order; volume counts it
  const Lanes* perpetual = nullptr;      ///< price of the perpetual on the asset; null if there is none
  const Lanes* funding = nullptr;        ///< a year, paid by those long of it; with `perpetual` only
  const Lanes* participation = nullptr;  ///< most of a step's volume that orders get, 0 for all; null: no cap
  const std::vector<Venue>* venues = nullptr;   ///< where it trades; null: one market, always there
  const std::vector<Lanes>* venue_up = nullptr; ///< [venue] 1 where it is up; with `venues`
  const LaneIndex* halted = nullptr;     ///< 1 where nobody can trade
  bool any_halted = false;

  /// Variance of a day of a price on a path, jumps included.
  double daily_variance(std::size_t lane, double days_per_year) const {
    return ((*variance)[lane] + (*jump_variance)[lane]) / days_per_year;
  }
};

}  // namespace unhedged::market
