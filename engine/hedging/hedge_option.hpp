#pragma once
#include <algorithm>
#include <cstddef>
#include <vector>

#include "engine/pricing/black_scholes.hpp"

namespace unhedged::hedging {

/// A European option that a desk hedges with. At each roll the one that is held is sold, and the next is
/// struck at a share of the spot of then: one option at a time, of a strike that differs from path to path.
struct HedgeOption {
  std::size_t asset = 0;
  pricing::Right right = pricing::Right::call;
  double strike_ratio = 1;         ///< strike over the spot at the roll
  double life_years = 0;           ///< at each roll
  std::vector<std::size_t> rolls;  ///< grid times, ascending; the first is today
  double half_spread = 0;          ///< of its quote, in volatility a year, while that of the asset is today's

  bool rolls_at(std::size_t step) const { return step > 0 && std::ranges::binary_search(rolls, step); }

  bool operator==(const HedgeOption&) const = default;
};

/// How many roll times there are up to a grid time, and which is the last of them.
inline std::size_t rolls_until(const HedgeOption& option, std::size_t step) {
  return static_cast<std::size_t>(std::ranges::upper_bound(option.rolls, step) - option.rolls.begin());
}

}  // namespace unhedged::hedging
