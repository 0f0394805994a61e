#pragma once
#include "engine/core/lanes.hpp"

namespace unhedged::hedging {

/// What became of an order at one grid time, on every path of a block. Nobody changes it any more. Money is
/// of that time, in account currency. A part that is null is zero everywhere.
struct Fill {
  const Lanes* units = nullptr;        ///< bought, negative: sold; never null
  const Lanes* price = nullptr;        ///< the mid; never null
  const Lanes* half_spread = nullptr;  ///< paid, fraction of |units * price|
  const Lanes* impact = nullptr;       ///< cost of market impact, in money
  double fee = 0;                      ///< paid, fraction of |units * price|
};

}  // namespace unhedged::hedging
