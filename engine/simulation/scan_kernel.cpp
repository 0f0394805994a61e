#include "engine/math/elementary.hpp"
#include "engine/math/rows.hpp"
#include "engine/simulation/scan_kernels.hpp"

namespace unhedged::simulation::UNHEDGED_ISA {
namespace {

using math::Quad;

constexpr std::ptrdiff_t kRow = 4, kLoss = sizeof(ScanLoss) / sizeof(double);

UNHEDGED_INLINE double larger(double a, double b) { return a > b ? a : b; }

/// What one scenario loses on four paths, and its limit.
struct Lost {
  Quad loss, limit;
};

UNHEDGED_INLINE Lost lost_in(const double* rows, const std::ptrdiff_t* first, Quad t, Quad value,
                             Quad hedge) {
  Quad of[4];
  math::load_rows(rows + kRow, first, of);
  const Quad booked = math::fma(of[0], value, math::cubics(rows, first, t));
  return {math::fma(of[1], hedge, booked) - of[2], of[3]};
}

/// 0 where a comparison holds, else 1.
template <class Compared>
UNHEDGED_INLINE void store_unknown(Compared known, std::uint8_t* out) {
#if defined(__AVX2__)
  const auto bits = static_cast<std::uint32_t>(_mm256_movemask_pd(reinterpret_cast<__m256d>(known)));
  const std::uint32_t bytes = (~bits & 15U) * 0x00204081U & 0x01010101U;
  __builtin_memcpy(out, &bytes, sizeof bytes);
#else
  for (std::size_t k = 0; k < 4; ++k) out[k] = known[k] != 0 ? 0 : 1;
#endif
}

void worst_of_two(const ScanView& table, const Scanned& held, Lanes& lost, LaneIndex& unknown) {
  const math::Intervals intervals{table.origin, table.inverse_step, table.last};
  const double* const rows = table.cells->first.cubic;
  const double low = table.origin, high = table.origin + (table.last + 1) / table.inverse_step;
  for (std::size_t i = 0; i < kLanes; i += 4) {
    int cell[4];
    double within[4];
    math::locate(intervals, held.log_spot.data() + i, cell, within);
    std::ptrdiff_t first[4];
    for (int k = 0; k < 4; ++k) first[k] = cell[k] / kRow * (2 * kLoss);  // cells of cubics count by four
    const Quad t = math::load_quad(within), value = math::load_quad(held.value.data() + i),
               hedge = math::load_quad(held.hedge.data() + i);
    const Lost one = lost_in(rows, first, t, value, hedge),
               two = lost_in(rows + kLoss, first, t, value, hedge);
    math::store_quad(math::larger(math::larger(one.loss, two.loss), Quad{}), lost.data() + i);
    const Quad x = math::load_quad(held.log_spot.data() + i), share = math::load_quad(held.share.data() + i);
    const auto known =
        (x >= low) & (x <= high) & (hedge >= one.limit) & (hedge <= two.limit) & (share == 1.0);
    store_unknown(known, unknown.value + i);
  }
}

/// Weights of six nodes: a cubic with the slopes of five points, as tables of cubics have it.
UNHEDGED_INLINE void weights_of(double t, double (&out)[6]) {
  const double s = 1.0 - t;
  const double left = s * s * (1.0 + 2.0 * t), right = t * t * (3.0 - 2.0 * t);
  const double up = t * s * s / 12.0, down = -(t * t * s) / 12.0;  // of twelve times the slopes
  out[0] = up;
  out[1] = down - 8.0 * up;
  out[2] = left - 8.0 * down;
  out[3] = right + 8.0 * up;
  out[4] = 8.0 * down - up;
  out[5] = -down;
}

double worst_of_all(const ScanView& table, const Scanned& held, std::size_t lane) {
  const double raw = (held.log_spot[lane] - table.origin) * table.inverse_step;
  const int whole = static_cast<int>(raw), cell = whole < table.last ? whole : table.last;
  double weight[6];
  weights_of(raw - cell, weight);
  const double value = held.value[lane], hedge = held.hedge[lane], share = held.share[lane];
  const double* const rows = table.values + static_cast<std::size_t>(cell) * table.scenarios;
  double worst[kScanWidth] = {};
  for (std::size_t first = 0; first < table.scenarios; first += kScanWidth)
    for (std::size_t k = 0; k < kScanWidth; ++k) {
      const double* const at = rows + first + k;
      double shocked = weight[0] * at[0];
      for (std::size_t node = 1; node < 6; ++node)
        shocked = math::fma(weight[node], at[node * table.scenarios], shocked);
      const double booked = share * (table.weight[first + k] * (value - shocked));
      const double loss = math::fma(table.slope[first + k], hedge, booked) - table.dampener[first + k];
      worst[k] = larger(loss, worst[k]);
    }
  double out = 0.0;
  for (std::size_t k = 0; k < kScanWidth; ++k) out = larger(worst[k], out);
  return out;
}

void add_hedge(const Lanes& units, const Lanes& price, Lanes& hedge) {
  const double *held = units.data(), *each = price.data();
  double* out = hedge.data();
  UNHEDGED_LANES_APART
  for (std::size_t lane = 0; lane < kLanes; ++lane) out[lane] += held[lane] * each[lane];
}

/// Values in account currency of what is held: options, and all else.
UNHEDGED_INLINE double required_of(const Charged& of, double lost, double share, double spot, double options,
                                   double others) {
  const double smaller =
      __builtin_fabs(options) < __builtin_fabs(others) ? __builtin_fabs(options) : __builtin_fabs(others);
  const double hedged = options * others < 0.0 ? smaller : 0.0;
  const double by_delta =
      of.charges.net_delta * __builtin_fabs(options + others) + of.charges.hedged_delta * hedged;
  const double least = larger(by_delta, of.charges.short_option_minimum * share * of.sold);
  return larger(lost, least) + of.charges.short_option * spot * share * of.sold;
}

void require(const Charged& of, Lanes& initial, Lanes& maintenance) {
  const double *lost = of.lost.data(), *hedge = of.hedge.data(), *spot = of.spot.data();
  double *grow = initial.data(), *keep = maintenance.data();
  if (of.share == nullptr) {
    UNHEDGED_LANES_APART
    for (std::size_t lane = 0; lane < kLanes; ++lane) {
      const double required = required_of(of, lost[lane], 0.0, spot[lane], 0.0, hedge[lane]);
      const bool some = hedge[lane] != 0.0;
      grow[lane] += some ? required + of.provision : 0.0;
      keep[lane] += some ? of.maintenance_factor * required + of.provision : 0.0;
    }
    return;
  }
  const double *share = of.share->data(), *delta = of.delta->data();
  UNHEDGED_LANES_APART
  for (std::size_t lane = 0; lane < kLanes; ++lane) {
    const double units = share[lane] * spot[lane], options = units * (delta[lane] - of.linear),
                 others = units * of.linear + hedge[lane];
    const double required = required_of(of, lost[lane], share[lane], spot[lane], options, others);
    const bool some = (share[lane] != 0.0) | (hedge[lane] != 0.0);
    grow[lane] += some ? required + of.provision : 0.0;
    keep[lane] += some ? of.maintenance_factor * required + of.provision : 0.0;
  }
}

void add_book(const BookMoney& book, const BookMoneySums& sums) {
  const double *cash = book.cash.data(), *value = book.value.data(), *spot = book.spot.data();
  double *earned = sums.earned.data(), *later = sums.earned_at_horizon.data(), *marks = sums.marks.data(),
         *gross = sums.gross.data();
  const double per_growth = 1.0 / book.growth;
  UNHEDGED_LANES_APART
  for (std::size_t lane = 0; lane < kLanes; ++lane) {
    earned[lane] += cash[lane] * per_growth + value[lane];
    later[lane] += cash[lane] + value[lane] * book.growth;
    marks[lane] += value[lane];
    gross[lane] += book.gross * spot[lane];
  }
}

}  // namespace

const ScanKernels scan_kernels{worst_of_two, worst_of_all, add_hedge, require, add_book};

}  // namespace unhedged::simulation::UNHEDGED_ISA
