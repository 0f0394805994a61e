#pragma once
#include "engine/hedging/strategy.hpp"

namespace unhedged::hedging {

/// Holds the negative of the book's delta in each asset, in what the asset is hedged with.
std::unique_ptr<const Strategy> make_delta_neutral(const Hedger& hedger);

}  // namespace unhedged::hedging
