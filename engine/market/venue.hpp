#pragma once
#include <cstddef>

namespace unhedged::market {

/// A place where an asset trades.
struct Venue {
  double share = 0;         ///< of the asset's volume; those of all venues make 1
  double fee = 0;           ///< fraction of the value of an order
  std::size_t latency = 0;  ///< steps of sessions from an order to its fill
  double outage_rate = 0;   ///< a year
  double outage_years = 0;  ///< mean length of an outage
  bool stale = false;       ///< in an outage its last quotes still show, and orders sent there are lost
};

/// A plain market: one venue that is always there and fills at once.
inline constexpr Venue kPlainVenue{.share = 1};

}  // namespace unhedged::market
