#pragma once
#include <span>
#include <vector>

#include "engine/math/dyadic.hpp"
#include "engine/pricing/row_filler.hpp"

namespace unhedged::pricing {

/// Error of what is refined to a finer grid, as a fraction of its gross.
inline constexpr double kRefinementError = 1.6e-8;

/// out[i] = the sum of a column of plain expiries at one quote_level, at the nodes of a grid. Each expiry is
/// evaluated on the grid that resolves it: coarse ones are refined step by step on the way to the finest, of
/// finer ones only the nodes wanted are kept. So an expiry costs as many nodes as its own width asks.
/// expects  every expiry is_plain(). shapes  out: [grid.count]
/// accuracy  that of RowFiller::add_on_grid, and kRefinementError
void sum_on_grid(std::span<const RowFiller* const> expiries, CallColumn column, double quote_level,
                 const math::DyadicGrid& grid, std::vector<double>& out);

}  // namespace unhedged::pricing
