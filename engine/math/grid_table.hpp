#pragma once
#include <cstddef>
#include <vector>

#include "engine/core/isa.hpp"

namespace unhedged::math {

/// A function of two variables, interpolated by cubics through the four nearest nodes in each. Rows stand
/// at equal steps in z; each has a grid in x of its own, as fine as the function asks there. Points
/// beyond the nodes take the value at the edge.
/// accuracy  fourth order: about 0.023 h^4 |f''''| in each variable
struct GridTable {
  double origin_z = 0, inverse_step_z = 0;
  /// The grid of one row; `last_node` and `offset` (of its first node in `values`) are whole numbers.
  struct Row {
    double origin, inverse_step, last_node, offset;
  };

  std::vector<Row> rows;       ///< at least four, of at least four nodes each
  std::vector<double> values;  ///< rows one after another
};

struct GridKernels {
  /// out += table(x, z). shapes  x, z, out: [count], count <= 256 and a multiple of 4
  void (*add)(const GridTable& table, const double* x, const double* z, std::size_t count, double* out);
};

UNHEDGED_DECLARE_KERNELS(GridKernels, grid_kernels)

}  // namespace unhedged::math
