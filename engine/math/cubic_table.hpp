#pragma once
#include <cstddef>
#include <functional>
#include <vector>

#include "engine/core/huge_pages.hpp"
#include "engine/core/isa.hpp"

namespace unhedged::math {

/// Coefficients of a cubic on one interval, lowest power first, in t in [0, 1].
struct alignas(32) Cubic {
  double c[4];
};

/// All of a table that a look into it needs, side by side.
struct CubicView {
  const Cubic* pieces = nullptr;
  double origin = 0;
  double inverse_step = 0;
  int last = 0;  ///< piece
};

/// A function of one variable as cubics on equal intervals; constant outside them.
/// accuracy  fourth order in the interval: for f with bounded derivatives the error is about
///           h^4 |f| / 384 + h^5 |f'| / 310
struct CubicTable {
  double origin = 0;
  double inverse_step = 0;
  std::vector<Cubic, SideBySide<Cubic>> pieces;
  /// Bound of the error between the nodes, from differences D4, D5, D6 of all runs of nodes:
  ///   max |D4| / 384 + max |D5| / 250 + 0.12 max |D6|
  /// The first two terms are the error for a function that the nodes resolve, the third is small then;
  /// its factor is what a kink or a step between two nodes needs, wherever it lies. Only what comes and
  /// goes between two nodes escapes: the caller knows how narrow its function is.
  double error = 0;

  CubicView view() const {
    return {pieces.data(), origin, inverse_step, static_cast<int>(pieces.size()) - 1};
  }
};

/// Evaluates a function at `count` points; count is a multiple of 16 and at most 256.
using BlockFunction = std::function<void(const double* x, std::size_t count, double* out)>;

/// Hermite interpolant with slopes from five-point differences.
/// expects  low < high, intervals >= 9
CubicTable make_cubic_table(double low, double high, std::size_t intervals, const BlockFunction& function);

/// The same from values at low + (i - 2) step. expects  14 values at least
CubicTable make_cubic_table(double low, double step, const std::vector<double>& values);

struct TableKernels {
  /// out += table(x). shapes  x, out: [count], a multiple of 4 up to 256
  void (*add)(const CubicView& table, const double* x, std::size_t count, double* out);
  /// out = base + table(x)
  void (*set)(const CubicView& table, double base, const double* x, std::size_t count, double* out);
  /// out += factor * table(x)
  void (*add_scaled)(const CubicView& table, double factor, const double* x, std::size_t count, double* out);
  /// Fetches what looks at `x` will read into the cache. shapes  x: [count], a multiple of 4
  void (*fetch)(const CubicView& table, const double* x, std::size_t count);
  /// CubicTable::error from values at equal steps. expects  count >= 14
  double (*error_bound)(const double* values, std::size_t count);
  /// The cubics of equal intervals. shapes  values: [count + 5], from two nodes before the first
  void (*fit)(const double* values, std::size_t count, Cubic* out);
  /// The largest of the numbers without sign; infinity, where one is none. expects  count >= 8
  double (*largest)(const double* values, std::size_t count);
};

UNHEDGED_DECLARE_KERNELS(TableKernels, table_kernels)

}  // namespace unhedged::math
