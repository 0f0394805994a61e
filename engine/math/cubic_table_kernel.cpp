#include "engine/math/cubic_table.hpp"
#include "engine/math/elementary.hpp"
#include "engine/math/transpose.hpp"

namespace unhedged::math::UNHEDGED_ISA {
namespace {

constexpr std::size_t kMost = 256;

/// Where the interval's coefficients start, and the position in it.
void locate(const CubicTable& table, const double* x, std::size_t count, int* index, double* t) {
  const double origin = table.origin, inverse_step = table.inverse_step;
  const int last = static_cast<int>(table.pieces.size()) - 1;
  const double end = static_cast<double>(last + 1);
  for (std::size_t i = 0; i < count; ++i) {
    const double raw = (x[i] - origin) * inverse_step;
    const double inside = raw > 0.0 ? (raw < end ? raw : end) : 0.0;
    const int whole = static_cast<int>(inside);
    const int bounded = whole < last ? whole : last;
    index[i] = 4 * bounded;  // of the first coefficient
    t[i] = inside - bounded;
  }
}

void add(const CubicTable& table, const double* x, std::size_t count, double* out) {
  alignas(64) int index[kMost];
  alignas(64) double t[kMost];
  alignas(64) double c[4][kMost];
  locate(table, x, count, index, t);
  double* const columns[4] = {c[0], c[1], c[2], c[3]};
  transpose_rows(table.pieces.data()->c, index, count, columns);
  for (std::size_t i = 0; i < count; ++i)
    out[i] += fma(fma(fma(c[3][i], t[i], c[2][i]), t[i], c[1][i]), t[i], c[0][i]);
}

}  // namespace

const TableKernels table_kernels{add};

}  // namespace unhedged::math::UNHEDGED_ISA
