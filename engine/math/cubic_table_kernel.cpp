#include "engine/math/cubic_table.hpp"
#include "engine/math/elementary.hpp"
#include "engine/math/rows.hpp"

namespace unhedged::math::UNHEDGED_ISA {
namespace {

constexpr std::size_t kMost = 256;

/// Calls visit(lane, values) for the table's values at four lanes at once.
template <class Visit>
UNHEDGED_INLINE void for_values(const CubicView& table, const double* x, std::size_t count, Visit visit) {
  alignas(64) int index[kMost];
  alignas(64) double t[kMost];
  const Intervals intervals{table.origin, table.inverse_step, table.last};
  for (std::size_t i = 0; i < count; i += 4) locate(intervals, x + i, index + i, t + i);
  const double* const pieces = table.pieces->c;
  for (std::size_t i = 0; i < count; i += 4) visit(i, cubics(pieces, index + i, load_quad(t + i)));
}

void add(const CubicView& table, const double* x, std::size_t count, double* out) {
  for_values(table, x, count,
             [out](std::size_t i, Quad values) { store_quad(load_quad(out + i) + values, out + i); });
}

void set(const CubicView& table, double base, const double* x, std::size_t count, double* out) {
  for_values(table, x, count,
             [base, out](std::size_t i, Quad values) { store_quad(base + values, out + i); });
}

void add_scaled(const CubicView& table, double factor, const double* x, std::size_t count, double* out) {
  for_values(table, x, count, [factor, out](std::size_t i, Quad values) {
    store_quad(load_quad(out + i) + factor * values, out + i);
  });
}

void fetch(const CubicView& table, const double* x, std::size_t count) {
  Quad most = load_quad(x), least = -most;
  for (std::size_t i = 4; i < count; i += 4) {
    const Quad here = load_quad(x + i);
    most = math::larger(most, here);
    least = math::larger(least, -here);
  }
  double low[4], high[4], t[4];
  int from[4], to[4];
  store_quad(-least, low);
  store_quad(most, high);
  const Intervals intervals{table.origin, table.inverse_step, table.last};
  locate(intervals, low, from, t);
  locate(intervals, high, to, t);
  for (int k = 1; k < 4; ++k) {
    from[0] = from[k] < from[0] ? from[k] : from[0];
    to[0] = to[k] > to[0] ? to[k] : to[0];
  }
  constexpr int line = 64 / sizeof(double);
  for (int at = from[0] / line * line; at <= to[0]; at += line) __builtin_prefetch(table.pieces->c + at);
}

UNHEDGED_INLINE double larger(double a, double b) { return a > b ? a : b; }
UNHEDGED_INLINE double magnitude(double a) { return a < 0.0 ? -a : a; }

/// Eight columns side by side; the last block overlaps the one before, which a maximum does not mind.
double error_bound(const double* values, std::size_t count) {
  constexpr std::size_t kColumns = 8;
  alignas(64) double fourth[kColumns] = {}, fifth[kColumns] = {}, sixth[kColumns] = {};
  const std::size_t runs = count - 6;
  for (std::size_t first = 0; first < runs; first += kColumns) {
    const double* f = values + (first + kColumns <= runs ? first : runs - kColumns);
    for (std::size_t j = 0; j < kColumns; ++j) {
      const double a = f[j] - 4.0 * (f[j + 1] + f[j + 3]) + 6.0 * f[j + 2] + f[j + 4];
      const double b = f[j + 1] - 4.0 * (f[j + 2] + f[j + 4]) + 6.0 * f[j + 3] + f[j + 5];
      const double c = f[j + 2] - 4.0 * (f[j + 3] + f[j + 5]) + 6.0 * f[j + 4] + f[j + 6];
      fourth[j] = larger(fourth[j], magnitude(b));
      fifth[j] = larger(fifth[j], magnitude(b - a));
      sixth[j] = larger(sixth[j], magnitude(a - 2.0 * b + c));
    }
  }
  double most[3] = {};
  for (std::size_t j = 0; j < kColumns; ++j) {
    most[0] = larger(most[0], fourth[j]);
    most[1] = larger(most[1], fifth[j]);
    most[2] = larger(most[2], sixth[j]);
  }
  return most[0] / 384.0 + most[1] / 250.0 + 0.12 * most[2];
}

/// Slopes at four nodes, per interval: (f(-2) - 8 f(-1) + 8 f(1) - f(2)) / 12.
UNHEDGED_INLINE Quad slopes(const double* f) {
  return (load_quad(f - 2) - load_quad(f + 2) + 8.0 * (load_quad(f + 1) - load_quad(f - 1))) / 12.0;
}

/// Four side by side; the last four overlap those before.
void fit(const double* values, std::size_t count, Cubic* out) {
  constexpr int rows[4] = {0, 4, 8, 12};
  for (std::size_t begin = 0; begin < count; begin += 4) {
    const std::size_t first = begin + 4 <= count ? begin : count - 4;
    const double* const f = values + 2 + first;
    const Quad here = load_quad(f), rise = load_quad(f + 1) - here, d0 = slopes(f), d1 = slopes(f + 1);
    double columns[16];
    store_quad(here, columns);
    store_quad(d0, columns + 4);
    store_quad(3.0 * rise - 2.0 * d0 - d1, columns + 8);
    store_quad(d0 + d1 - 2.0 * rise, columns + 12);
    Quad cubics_of[4];
    load_rows(columns, rows, cubics_of);
    for (std::size_t k = 0; k < 4; ++k) store_quad(cubics_of[k], out[first + k].c);
  }
}

/// Eight columns side by side, of which the last overlap.
double largest(const double* values, std::size_t count) {
  constexpr std::size_t kColumns = 8;
  alignas(64) double most[kColumns] = {}, sum[kColumns] = {};
  for (std::size_t first = 0; first < count; first += kColumns) {
    const double* f = values + (first + kColumns <= count ? first : count - kColumns);
    for (std::size_t j = 0; j < kColumns; ++j) {
      most[j] = larger(most[j], magnitude(f[j]));
      sum[j] += f[j] - f[j];
    }
  }
  double out = 0.0, zero = 0.0;
  for (std::size_t j = 0; j < kColumns; ++j) out = larger(out, most[j]), zero += sum[j];
  return zero == 0.0 ? out : __builtin_inf();
}

}  // namespace

const TableKernels table_kernels{add, set, add_scaled, fetch, error_bound, fit, largest};

}  // namespace unhedged::math::UNHEDGED_ISA
