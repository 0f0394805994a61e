#pragma once
#include <optional>

#include "engine/core/lanes.hpp"

namespace unhedged::hedging {

/// The square-root law: a fill worth n costs n root(scale (variance + jump_variance) v / (1 + crowding v)), v
/// = n inverse_volume. It is worked out as the fill is entered, beside the rest: a root takes longer than all
/// of that, and no less alone.
struct RootImpact {
  const Lanes *variance, *jump_variance, *inverse_volume;
  double scale;
  double crowding = 0;
};

/// What became of an order at one grid time, on every path of a block. Nobody changes it any more. Money is
/// of that time, in account currency. A part that is null is zero everywhere.
struct Fill {
  const Lanes* units = nullptr;        ///< bought, negative: sold; never null
  const Lanes* price = nullptr;        ///< the mid; never null
  const Lanes* half_spread = nullptr;  ///< paid, fraction of |units * price|
  const Lanes* impact = nullptr;       ///< cost of market impact, in money
  double fee = 0;                      ///< paid, fraction of |units * price|
  std::optional<RootImpact> root{};    ///< impact as a law; never both
};

}  // namespace unhedged::hedging
