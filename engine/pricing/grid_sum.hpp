#pragma once
#include <span>
#include <vector>

#include "engine/math/dyadic.hpp"
#include "engine/pricing/row_filler.hpp"

namespace unhedged::pricing {

/// Error of what is refined to a finer grid, as a fraction of its gross.
inline constexpr double kRefinementError = 1.6e-8;

/// out[k][i] = the sum of a column of plain expiries at quote level k, at node i of a grid. Each expiry is
/// evaluated on the grid that resolves it: coarse ones are refined step by step on the way to the finest, of
/// finer ones only the nodes wanted are kept. So an expiry costs as many nodes as its own width asks.
/// expects  every expiry is_plain(). shapes  out: [quote levels]
/// accuracy  that of RowFiller::add_on_grid, and kRefinementError
void sum_on_grid(std::span<const RowFiller* const> expiries, CallColumn column,
                 std::span<const double> quote_levels, const math::DyadicGrid& grid,
                 std::vector<double>* out);

/// The same at one level from nodes so dense that no error exceeds kFineSumError of the gross.
void sum_finely(std::span<const RowFiller* const> expiries, CallColumn column, double quote_level,
                const math::DyadicGrid& grid, std::vector<double>& out);

/// Steps are a quarter of those of sum_on_grid, and errors of refining fall with their eighth power; 1.4 is
/// what a stencil makes of the errors of its nodes. Rounding is a tenth of it.
inline constexpr double kFineSumError = 1.4 * (RowFiller::kFineError + kRefinementError / 65536);

}  // namespace unhedged::pricing
