#include "engine/pricing/grid_sum.hpp"

#include <algorithm>

namespace unhedged::pricing {
namespace {

using math::DyadicGrid;

/// Nodes of `fine` from the sum so far on its coarser grid.
void refine(const std::vector<double>& coarse, const DyadicGrid& fine, std::vector<double>& out) {
  const std::size_t pairs = coarse.size() - (math::kStencil - 1);
  out.resize(2 * pairs);
  math::dyadic_kernels().refine(coarse.data(), pairs, out.data());
  if (fine.first % 2 != 0) out.erase(out.begin());
  out.resize(fine.count);
}

void add_every(int levels, const RowFiller& expiry, CallColumn column, double quote_level,
               const DyadicGrid& grid, std::vector<double>& buffer, std::vector<double>& out) {
  const DyadicGrid fine = grid.finer(levels);
  buffer.assign(fine.count, 0.0);
  expiry.add_on_grid(column, quote_level, fine, buffer.data());
  for (std::size_t i = 0; i < grid.count; ++i) out[i] += buffer[i << levels];
}

}  // namespace

void sum_on_grid(std::span<const RowFiller* const> expiries, CallColumn column, double quote_level,
                 const DyadicGrid& grid, std::vector<double>& out) {
  std::vector<int> levels;
  int coarsest = grid.level;
  for (const RowFiller* expiry : expiries) {
    levels.push_back(expiry->grid_level(quote_level));
    coarsest = std::min(coarsest, levels.back());
  }
  std::vector<DyadicGrid> grids{grid};
  while (grids.back().level > coarsest) grids.push_back(grids.back().coarser());
  out.assign(grids.back().count, 0.0);
  std::vector<double> buffer;
  for (std::size_t k = grids.size(); k-- > 0;) {
    if (k + 1 < grids.size()) {
      refine(out, grids[k], buffer);
      std::swap(out, buffer);
    }
    for (std::size_t i = 0; i < expiries.size(); ++i)
      if (levels[i] == grids[k].level) expiries[i]->add_on_grid(column, quote_level, grids[k], out.data());
  }
  for (std::size_t i = 0; i < expiries.size(); ++i)
    if (levels[i] > grid.level)
      add_every(levels[i] - grid.level, *expiries[i], column, quote_level, grid, buffer, out);
}

}  // namespace unhedged::pricing
