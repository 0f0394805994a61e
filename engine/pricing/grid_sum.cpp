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
class Sum {
 public:
  Sum(std::span<const RowFiller* const> expiries, CallColumn column, int finer)
      : expiries_(expiries), column_(column), finer_(finer) {}

  void on_grid(std::span<const double> quote_levels, const DyadicGrid& grid, std::vector<double>* out) {
    chain(quote_levels, grid);
    std::vector<std::vector<std::vector<double>>> parts(quote_levels.size());  // [quote level][grid]
    for (std::size_t row = 0; row < quote_levels.size(); ++row) {
      parts[row].resize(grids_.size());
      parts[row].front().assign(grid.count, 0.0);
    }
    // rows of an expiry at neighbouring levels read the same memory
    for (const RowFiller* expiry : expiries_)
      for (std::size_t row = 0; row < quote_levels.size(); ++row) add(*expiry, quote_levels[row], parts[row]);
    for (std::size_t row = 0; row < quote_levels.size(); ++row) out[row] = refined(parts[row]);
  }

 private:
  int level(const RowFiller& expiry, double quote_level) const {
    return expiry.grid_level(quote_level) + finer_;
  }

  /// From the one wanted to the coarsest.
  void chain(std::span<const double> quote_levels, const DyadicGrid& grid) {
    int coarsest = grid.level;
    for (const RowFiller* expiry : expiries_)
      for (const double quote_level : quote_levels)
        coarsest = std::min(coarsest, level(*expiry, quote_level));
    grids_ = {grid};
    while (grids_.back().level > coarsest) grids_.push_back(grids_.back().coarser());
  }

  void add(const RowFiller& expiry, double quote_level, std::vector<std::vector<double>>& parts) {
    const DyadicGrid& grid = grids_.front();
    const int finer = level(expiry, quote_level) - grid.level;
    if (finer > 0) return add_every(finer, expiry, quote_level, parts.front());
    const auto index = static_cast<std::size_t>(-finer);
    parts[index].resize(grids_[index].count, 0.0);
    add_on(grids_[index], expiry, quote_level, parts[index].data());
  }

  void add_on(const DyadicGrid& grid, const RowFiller& expiry, double quote_level, double* out) const {
    if (finer_ > 0) expiry.add_finely(column_, quote_level, grid, out);
    else expiry.add_on_grid(column_, quote_level, grid, out);
  }

  /// Of a finer grid only the nodes that stand on the one wanted.
  void add_every(int finer, const RowFiller& expiry, double quote_level, std::vector<double>& out) {
    const DyadicGrid fine = grids_.front().finer(finer);
    buffer_.assign(fine.count, 0.0);
    add_on(fine, expiry, quote_level, buffer_.data());
    for (std::size_t node = 0; node < out.size(); ++node) out[node] += buffer_[node << finer];
  }

  /// All parts at the nodes of the grid wanted.
  std::vector<double> refined(std::vector<std::vector<double>>& parts) {
    std::vector<double> sum;
    for (std::size_t k = parts.size(); k-- > 0;) {
      if (sum.empty()) {
        sum = std::move(parts[k]);
        continue;
      }
      refine(sum, grids_[k], buffer_);
      std::swap(sum, buffer_);
      for (std::size_t i = 0; i < parts[k].size(); ++i) sum[i] += parts[k][i];
    }
    return sum;
  }

  std::span<const RowFiller* const> expiries_;
  CallColumn column_;
  int finer_;
  std::vector<DyadicGrid> grids_;
  std::vector<double> buffer_;
};

}  // namespace

void sum_on_grid(std::span<const RowFiller* const> expiries, CallColumn column,
                 std::span<const double> quote_levels, const DyadicGrid& grid, std::vector<double>* out) {
  Sum(expiries, column, 0).on_grid(quote_levels, grid, out);
}

void sum_finely(std::span<const RowFiller* const> expiries, CallColumn column, double quote_level,
                const DyadicGrid& grid, std::vector<double>& out) {
  Sum(expiries, column, RowFiller::kFiner).on_grid({&quote_level, 1}, grid, &out);
}

}  // namespace unhedged::pricing
