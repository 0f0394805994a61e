#include "engine/math/band_table.hpp"
#include "engine/math/elementary.hpp"
#include "engine/math/rows.hpp"

namespace unhedged::math::UNHEDGED_ISA {
namespace {

constexpr std::size_t kMost = 256, kNodes = 6, kRows = 4;

/// Where each point's 6 x 4 values start, and the weights of nodes and rows.
struct Places {
  alignas(64) int first[kMost];
  alignas(64) double node[kNodes][kMost];
  alignas(64) double row[kRows][kMost];
};

/// Band (times four) and row of the lowest of the four rows, and their weights.
void locate_rows(const BandTable& table, const double* z, std::size_t count, int* band, int* row,
                 Places& out) {
  const double origin = table.origin_z, inverse = table.inverse_step_z;
  const double end = static_cast<double>(table.intervals), of_band = static_cast<double>(table.of_band);
  const int last = static_cast<int>(table.intervals) - 1, width = static_cast<int>(table.of_band);
  const double inverse_width = 1.0 / of_band;
  for (std::size_t i = 0; i < count; ++i) {
    const double raw = (z[i] - origin) * inverse;
    const double inside = raw > 0.0 ? (raw < end ? raw : end) : 0.0;
    const int below = static_cast<int>(inside), whole = below < last ? below : last;
    const int in_band = static_cast<int>((whole + 0.5) * inverse_width);
    band[i] = 4 * in_band;
    row[i] = whole - in_band * width;
    const double t = inside - whole, a = t + 1.0, b = t - 1.0, c = t - 2.0;
    out.row[0][i] = t * b * c * (-1.0 / 6.0);
    out.row[1][i] = a * b * c * 0.5;
    out.row[2][i] = a * t * c * -0.5;
    out.row[3][i] = a * t * b * (1.0 / 6.0);
  }
}

/// Lagrange's weights of nodes 0 .. 5 at t.
UNHEDGED_INLINE void weigh_nodes(double t, std::size_t i, Places& out) {
  const double a = t - 1.0, b = t - 2.0, c = t - 3.0, d = t - 4.0, e = t - 5.0;
  const double ta = t * a, de = d * e, bc = b * c, tab = ta * b, cde = c * de;
  out.node[0][i] = a * b * cde * (-1.0 / 120.0);
  out.node[1][i] = t * b * cde * (1.0 / 24.0);
  out.node[2][i] = ta * cde * (-1.0 / 12.0);
  out.node[3][i] = tab * de * (1.0 / 12.0);
  out.node[4][i] = ta * bc * e * (-1.0 / 24.0);
  out.node[5][i] = ta * bc * d * (1.0 / 120.0);
}

void locate_nodes(const BandTable& table, const int* band, const int* row, const double* x, std::size_t count,
                  Places& out) {
  alignas(64) double origin[kMost], inverse[kMost], last[kMost], offset[kMost];
  transpose_rows(&table.bands.data()->origin, band, count, {origin, inverse, last, offset});
  const int stride = static_cast<int>(table.rows_of_band());
  for (std::size_t i = 0; i < count; ++i) {
    const double raw = (x[i] - origin[i]) * inverse[i];
    const double inside = raw > 0.0 ? (raw < last[i] ? raw : last[i]) : 0.0;
    const int below = static_cast<int>(inside) - 2, most = static_cast<int>(last[i]) - 5;
    const int first = below > 0 ? (below < most ? below : most) : 0;
    weigh_nodes(inside - first, i, out);
    out.first[i] = static_cast<int>(offset[i]) + first * stride + row[i];
  }
}

/// sum[i][r] = sum over the six nodes of weight times value in the r-th of the four rows.
void sum_nodes(const BandTable& table, const Places& at, std::size_t count, double (*sum)[kRows]) {
  const double* const values = table.values.data();
  const std::size_t stride = table.rows_of_band();
  for (std::size_t i = 0; i < count; ++i) {
    const double* const first = values + at.first[i];
#if defined(__AVX2__)
    const auto node = [&](std::size_t k) { return _mm256_loadu_pd(first + k * stride); };
    const auto weight = [&](std::size_t k) { return _mm256_broadcast_sd(&at.node[k][i]); };
    __m256d even = _mm256_mul_pd(weight(0), node(0)), odd = _mm256_mul_pd(weight(1), node(1));
    even = _mm256_fmadd_pd(weight(2), node(2), even);
    odd = _mm256_fmadd_pd(weight(3), node(3), odd);
    even = _mm256_fmadd_pd(weight(4), node(4), even);
    odd = _mm256_fmadd_pd(weight(5), node(5), odd);
    _mm256_storeu_pd(sum[i], _mm256_add_pd(even, odd));
#else
    for (std::size_t r = 0; r < kRows; ++r) {
      const auto term = [&](std::size_t k) { return first[k * stride + r]; };
      const double even = fma(at.node[4][i], term(4), fma(at.node[2][i], term(2), at.node[0][i] * term(0)));
      const double odd = fma(at.node[5][i], term(5), fma(at.node[3][i], term(3), at.node[1][i] * term(1)));
      sum[i][r] = even + odd;
    }
#endif
  }
}

void add(const BandTable& table, const double* x, const double* z, std::size_t count, double* out) {
  Places at;
  alignas(64) int band[kMost], row[kMost];
  alignas(64) double sum[kMost][kRows], column[kRows][kMost];
  locate_rows(table, z, count, band, row, at);
  locate_nodes(table, band, row, x, count, at);
  sum_nodes(table, at, count, sum);
  for (std::size_t i = 0; i < count; ++i) row[i] = static_cast<int>(kRows * i);
  transpose_rows(&sum[0][0], row, count, {column[0], column[1], column[2], column[3]});
  for (std::size_t i = 0; i < count; ++i) {
    const double low = fma(column[1][i], at.row[1][i], column[0][i] * at.row[0][i]);
    const double high = fma(column[3][i], at.row[3][i], column[2][i] * at.row[2][i]);
    out[i] += low + high;
  }
}

/// Four nodes at a time, the last ones more than once.
void cut(const BandTable& table, double z, double* row) {
  Places at;
  int band, lowest;
  locate_rows(table, &z, 1, &band, &lowest, at);
  const BandTable::Band& of = table.bands[static_cast<std::size_t>(band / 4)];
  const int stride = static_cast<int>(table.rows_of_band()), nodes = static_cast<int>(of.last_node) + 1;
  const double* const values = table.values.data() + static_cast<std::size_t>(of.offset) + lowest;
  for (int i = 0; i < nodes; i += 4) {
    const int begin = i + 4 <= nodes ? i : nodes - 4;
    const int first[4] = {begin * stride, (begin + 1) * stride, (begin + 2) * stride, (begin + 3) * stride};
    Quad column[4];
    load_rows(values, first, column);
    const Quad low = fma(column[1], Quad{} + at.row[1][0], column[0] * at.row[0][0]),
               high = fma(column[3], Quad{} + at.row[3][0], column[2] * at.row[2][0]);
    store_quad(low + high, row + begin);
  }
}

void add_cut(const BandTable::Band& band, const double* row, const double* x, std::size_t count,
             double* out) {
  Places at;
  const double origin = band.origin, inverse = band.inverse_step, last = band.last_node;
  const int most = static_cast<int>(last) - 5;
  for (std::size_t i = 0; i < count; ++i) {
    const double raw = (x[i] - origin) * inverse;
    const double inside = raw > 0.0 ? (raw < last ? raw : last) : 0.0;
    const int below = static_cast<int>(inside) - 2;
    const int first = below > 0 ? (below < most ? below : most) : 0;
    weigh_nodes(inside - first, i, at);
    at.first[i] = first;
  }
  for (std::size_t i = 0; i < count; ++i) {
    const double* const node = row + at.first[i];
    const double even = fma(at.node[4][i], node[4], fma(at.node[2][i], node[2], at.node[0][i] * node[0]));
    const double odd = fma(at.node[5][i], node[5], fma(at.node[3][i], node[3], at.node[1][i] * node[1]));
    out[i] += even + odd;
  }
}

}  // namespace

const BandKernels band_kernels{add, cut, add_cut};

}  // namespace unhedged::math::UNHEDGED_ISA
