#pragma once
#include "engine/core/lanes.hpp"

namespace unhedged::hedging {

/// What became of an order at one grid time, on every path of a block. Nobody changes it any more. Money is of
/// that time, in account currency. A part that is null is zero everywhere.
struct Fill {
  const Lanes* units = nullptr;   ///< bought, negative: sold; never null
  const Lanes* price = nullptr;   ///< the mid; never null
  const Lanes* spread = nullptr;  ///< cost of half the bid-ask spread
  const Lanes* impact = nullptr;  ///< cost of market impact
  double fee = 0;                 ///< fraction of |units * price|
};

}  // namespace unhedged::hedging
