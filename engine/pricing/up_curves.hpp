#pragma once
#include <bit>

#include "engine/market/quotes.hpp"

namespace unhedged::pricing {

/// Evaluates `on_curve(curve, out)` for every curve that is up somewhere and takes, path by path, the one
/// that is up there.
template <class Evaluate>
void choose(const market::AssetQuotes& quotes, std::size_t curves, Lanes& out, Evaluate on_curve) {
  if (std::has_single_bit(quotes.curves_present))
    return on_curve(static_cast<std::size_t>(std::countr_zero(quotes.curves_present)), out);
  Lanes one;
  for (std::size_t curve = 0; curve < curves; ++curve) {
    if ((quotes.curves_present >> curve & 1) == 0) continue;
    on_curve(curve, one);
    for (std::size_t lane = 0; lane < kLanes; ++lane)
      if (quotes.curve->value[lane] == curve) out[lane] = one[lane];
  }
}

}  // namespace unhedged::pricing
