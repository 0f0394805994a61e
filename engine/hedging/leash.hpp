#pragma once
#include "engine/core/lanes.hpp"

namespace unhedged::hedging {

/// What an account lets its desk do at a grid time, on every path.
struct Leash {
  LaneIndex seized{};  ///< 1 where the positions are being closed, or have been: the desk decides nothing
  const Lanes* book_share = nullptr;  ///< that has not been closed by force; null: all
  Lanes room{};                       ///< money by which what is held may grow; infinite: as it likes
  bool seizes = false;                ///< whether some path may be seized
  bool is_unlimited = false;          ///< whether all rooms are infinite

  /// Whether the desk may do as it likes on all paths.
  bool is_slack() const { return !seizes && book_share == nullptr && is_unlimited; }
};

}  // namespace unhedged::hedging
