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

/// Expiries on grids so much finer than they need.
struct Sum {
  std::span<const RowFiller* const> expiries;
  CallColumn column;
  double quote_level;
  int finer = 0;

  int level(std::size_t i) const { return expiries[i]->grid_level(quote_level) + finer; }

  void add(std::size_t i, const DyadicGrid& grid, double* out) const {
    if (finer > 0) expiries[i]->add_finely(column, quote_level, grid, out);
    else expiries[i]->add_on_grid(column, quote_level, grid, out);
  }

  /// Of a finer grid only the nodes that stand on the given one.
  void add_every(int levels, std::size_t i, const DyadicGrid& grid, std::vector<double>& buffer,
                 std::vector<double>& out) const {
    const DyadicGrid fine = grid.finer(levels);
    buffer.assign(fine.count, 0.0);
    add(i, fine, buffer.data());
    for (std::size_t node = 0; node < grid.count; ++node) out[node] += buffer[node << levels];
  }

  void on_grid(const DyadicGrid& grid, std::vector<double>& out) const;
};

void Sum::on_grid(const DyadicGrid& grid, std::vector<double>& out) const {
  std::vector<int> levels;
  int coarsest = grid.level;
  for (std::size_t i = 0; i < expiries.size(); ++i) {
    levels.push_back(level(i));
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
      if (levels[i] == grids[k].level) add(i, grids[k], out.data());
  }
  for (std::size_t i = 0; i < expiries.size(); ++i)
    if (levels[i] > grid.level) add_every(levels[i] - grid.level, i, grid, buffer, out);
}

}  // namespace

void sum_on_grid(std::span<const RowFiller* const> expiries, CallColumn column, double quote_level,
                 const DyadicGrid& grid, std::vector<double>& out) {
  Sum{expiries, column, quote_level}.on_grid(grid, out);
}

void sum_finely(std::span<const RowFiller* const> expiries, CallColumn column, double quote_level,
                const DyadicGrid& grid, std::vector<double>& out) {
  Sum{expiries, column, quote_level, RowFiller::kFiner}.on_grid(grid, out);
}

}  // namespace unhedged::pricing
