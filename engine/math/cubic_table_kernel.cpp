#include "engine/math/cubic_table.hpp"
#include "engine/math/elementary.hpp"

namespace unhedged::math::UNHEDGED_ISA {
namespace {

constexpr std::size_t kMost = 256;
using Row = double __attribute__((vector_size(32)));

/// Index of the interval and position in it.
void locate(const CubicTable& table, const double* x, std::size_t count, int* index, double* t) {
  const double origin = table.origin, inverse_step = table.inverse_step;
  const int last = static_cast<int>(table.pieces.size()) - 1;
  const double end = static_cast<double>(last + 1);
  for (std::size_t i = 0; i < count; ++i) {
    const double raw = (x[i] - origin) * inverse_step;
    const double inside = raw > 0.0 ? (raw < end ? raw : end) : 0.0;
    const int whole = static_cast<int>(inside);
    const int bounded = whole < last ? whole : last;
    index[i] = bounded;
    t[i] = inside - bounded;
  }
}

/// Brings the four coefficients of each lane together by power: loads of whole rows and a 4 x 4
/// transposition, several times faster than gathering single numbers.
void transpose(const Cubic* pieces, const int* index, std::size_t count, double (*c)[kMost]) {
  for (std::size_t i = 0; i < count; i += 4) {
    Row row[4];
    for (std::size_t k = 0; k < 4; ++k) __builtin_memcpy(&row[k], pieces[index[i + k]].c, sizeof(Row));
    const Row low01 = __builtin_shufflevector(row[0], row[1], 0, 4, 2, 6);
    const Row high01 = __builtin_shufflevector(row[0], row[1], 1, 5, 3, 7);
    const Row low23 = __builtin_shufflevector(row[2], row[3], 0, 4, 2, 6);
    const Row high23 = __builtin_shufflevector(row[2], row[3], 1, 5, 3, 7);
    const Row out[4] = {__builtin_shufflevector(low01, low23, 0, 1, 4, 5),
                        __builtin_shufflevector(high01, high23, 0, 1, 4, 5),
                        __builtin_shufflevector(low01, low23, 2, 3, 6, 7),
                        __builtin_shufflevector(high01, high23, 2, 3, 6, 7)};
    for (std::size_t k = 0; k < 4; ++k) __builtin_memcpy(&c[k][i], &out[k], sizeof(Row));
  }
}

void add(const CubicTable& table, const double* x, std::size_t count, double* out) {
  alignas(64) int index[kMost];
  alignas(64) double t[kMost];
  alignas(64) double c[4][kMost];
  locate(table, x, count, index, t);
  transpose(table.pieces.data(), index, count, c);
  for (std::size_t i = 0; i < count; ++i)
    out[i] += fma(fma(fma(c[3][i], t[i], c[2][i]), t[i], c[1][i]), t[i], c[0][i]);
}

}  // namespace

const TableKernels table_kernels{add};

}  // namespace unhedged::math::UNHEDGED_ISA
