#include "engine/math/elementary.hpp"
#include "engine/math/grid_table.hpp"
#include "engine/math/rows.hpp"

namespace unhedged::math::UNHEDGED_ISA {
namespace {

constexpr std::size_t kMost = 256;

/// First of the four nodes around each point, and Lagrange's weights of the four.
struct Stencil {
  alignas(64) int first[kMost];
  alignas(64) double weight[4][kMost];
};

/// Lagrange's weights of nodes 0, 1, 2, 3 at t.
UNHEDGED_INLINE void weigh(double t, std::size_t i, Stencil& out) {
  const double a = t - 1.0, b = t - 2.0, c = t - 3.0;
  out.weight[0][i] = a * b * c * (-1.0 / 6.0);
  out.weight[1][i] = t * b * c * 0.5;
  out.weight[2][i] = t * a * c * -0.5;
  out.weight[3][i] = t * a * b * (1.0 / 6.0);
}

/// Position among nodes 0 .. last, and the first node of the stencil around it.
UNHEDGED_INLINE int around(double raw, double last, double& inside) {
  inside = raw > 0.0 ? (raw < last ? raw : last) : 0.0;
  const int low = static_cast<int>(inside) - 1, most = static_cast<int>(last) - 3;
  return low > 0 ? (low < most ? low : most) : 0;
}

void locate_rows(const GridTable& table, const double* z, std::size_t count, Stencil& out) {
  const double origin = table.origin_z, inverse = table.inverse_step_z;
  const double last = static_cast<double>(table.rows.size()) - 1.0;
  for (std::size_t i = 0; i < count; ++i) {
    double inside;
    const int first = around((z[i] - origin) * inverse, last, inside);
    out.first[i] = first;
    weigh(inside - first, i, out);
  }
}

/// `row`: four times the index of each lane's row.
void locate_nodes(const GridTable& table, const int* row, const double* x, std::size_t count, Stencil& out) {
  alignas(64) double origin[kMost], inverse[kMost], last[kMost], offset[kMost];
  transpose_rows(&table.rows.data()->origin, row, count, {origin, inverse, last, offset});
  for (std::size_t i = 0; i < count; ++i) {
    double inside;
    const int first = around((x[i] - origin[i]) * inverse[i], last[i], inside);
    out.first[i] = first + static_cast<int>(offset[i]);
    weigh(inside - first, i, out);
  }
}

void add(const GridTable& table, const double* x, const double* z, std::size_t count, double* out) {
  Stencil rows, nodes;
  alignas(64) int row[kMost];
  alignas(64) double column[4][kMost];
  double* const columns[4] = {column[0], column[1], column[2], column[3]};
  locate_rows(table, z, count, rows);
  for (int k = 0; k < 4; ++k) {
    for (std::size_t i = 0; i < count; ++i) row[i] = 4 * (rows.first[i] + k);
    locate_nodes(table, row, x, count, nodes);
    transpose_rows(table.values.data(), nodes.first, count, columns);
    const double* row_weight = rows.weight[k];
    for (std::size_t i = 0; i < count; ++i) {
      const double low = fma(column[1][i], nodes.weight[1][i], column[0][i] * nodes.weight[0][i]);
      const double high = fma(column[3][i], nodes.weight[3][i], column[2][i] * nodes.weight[2][i]);
      out[i] = fma(row_weight[i], low + high, out[i]);
    }
  }
}

}  // namespace

const GridKernels grid_kernels{add};

}  // namespace unhedged::math::UNHEDGED_ISA
