#include "engine/math/elementary.hpp"
#include "engine/math/rows.hpp"
#include "engine/simulation/scan_kernels.hpp"

namespace unhedged::simulation::UNHEDGED_ISA {
namespace {

using math::Pairs;
using math::Quad;

constexpr int kPerLocated = sizeof(ScanCell) / sizeof(float) / 4;  // cells of cubics count by four

UNHEDGED_INLINE double larger(double a, double b) { return a > b ? a : b; }
UNHEDGED_INLINE float larger(float a, float b) { return a > b ? a : b; }

/// Bit k: whether both comparisons hold in lane k.
UNHEDGED_INLINE std::uint32_t lanes_of(math::PairsTest both_hold) {
#if defined(__AVX2__)
  const __m256i holds = reinterpret_cast<__m256i>(both_hold);
  const __m256i both = _mm256_and_si256(holds, _mm256_slli_epi64(holds, 32));
  return static_cast<std::uint32_t>(_mm256_movemask_pd(_mm256_castsi256_pd(both)));
#else
  std::uint32_t out = 0;
  for (std::uint32_t k = 0; k < 4; ++k)
    out |= both_hold[2 * k] != 0 && both_hold[2 * k + 1] != 0 ? 1U << k : 0U;
  return out;
#endif
}

/// Four flags: 0 where the bit is set, else 1.
UNHEDGED_INLINE void store_unknown(std::uint32_t known, std::uint8_t* out) {
  const std::uint32_t bytes = (~known & 15U) * 0x00204081U & 0x01010101U;
  __builtin_memcpy(out, &bytes, sizeof bytes);
}

/// Singly precise: where cells begin, where in them paths are, and what their hedge is worth: NaN, which no
/// limit holds for, where they are outside or hold a part of the book.
struct Looked {
  alignas(64) int first[kLanes];
  alignas(64) float t[kLanes], hedge[kLanes], most[kLanes];
};

UNHEDGED_INLINE void look_where(const ScanView& table, const Scanned& held, Looked& out) {
  const math::Intervals intervals{table.origin, table.inverse_step, table.last};
  const double *spot = held.log_spot.data(), *hedge = held.hedge.data(), *share = held.share.data();
  const double low = table.origin, high = table.origin + (table.last + 1) / table.inverse_step;
  double within[kLanes];
  for (std::size_t i = 0; i < kLanes; i += 4) math::locate(intervals, spot + i, out.first + i, within + i);
  for (std::size_t i = 0; i < kLanes; ++i) {
    const bool told = (spot[i] >= low) & (spot[i] <= high) & (share[i] == 1.0);
    out.first[i] *= kPerLocated;
    out.t[i] = static_cast<float>(within[i]);
    out.hedge[i] = static_cast<float>(told ? hedge[i] : __builtin_nan(""));
  }
}

/// In loops of their own: a processor that looks a hundred instructions ahead sees several paths of each.
void worst_of_two(const ScanView& table, const Scanned& held, Lanes& lost, LaneIndex& unknown) {
  Looked at;
  look_where(table, held, at);
  const float *const cubics = table.cells->cubic[0], *const sides = table.cells->slope;
  const Pairs signs = math::pairs_of(-1.0F, 1.0F);
  for (std::size_t i = 0; i < kLanes; i += 4) {
    Pairs c[4], side[2];
    math::load_row_pairs(cubics, at.first + i, c);
    math::load_row_pairs(sides, at.first + i, side);
    const Pairs t = math::load_twice(at.t + i), hedge = math::load_twice(at.hedge + i);
    const Pairs cubic = math::fma(math::fma(math::fma(c[3], t, c[2]), t, c[1]), t, c[0]);
    math::store_larger(math::fma(side[0], hedge, cubic), at.most + i);
    store_unknown(lanes_of(signs * hedge <= side[1]), unknown.value + i);
  }
  double* out = lost.data();
  UNHEDGED_LANES_APART
  for (std::size_t i = 0; i < kLanes; ++i) out[i] = larger(static_cast<double>(at.most[i]), 0.0);
}

/// Weights of six nodes: a cubic with the slopes of five points, as tables of cubics have it.
UNHEDGED_INLINE void weights_of(double t, double (&out)[6]) {
  const double s = 1.0 - t;
  const double left = s * s * (1.0 + 2.0 * t), right = t * t * (3.0 - 2.0 * t);
  constexpr double twelfth = 1.0 / 12.0;
  const double up = t * s * s * twelfth, down = -(t * t * s) * twelfth;  // of twelve times the slopes
  out[0] = up;
  out[1] = down - 8.0 * up;
  out[2] = left - 8.0 * down;
  out[3] = right + 8.0 * up;
  out[4] = 8.0 * down - up;
  out[5] = -down;
}

/// Scenarios side by side.
using Side = float __attribute__((vector_size(kScanWidth * sizeof(float))));

UNHEDGED_INLINE Side load_side(const float* from) {
  Side out;
  __builtin_memcpy(&out, from, sizeof out);
  return out;
}

UNHEDGED_INLINE Side fma(Side a, Side b, Side c) {
  Side out;
  for (std::size_t k = 0; k < kScanWidth; ++k) out[k] = __builtin_fmaf(a[k], b[k], c[k]);
  return out;
}

UNHEDGED_INLINE Side filled(float x) { return Side{} + x; }

UNHEDGED_INLINE float worst_on(const ScanView& table, const Scanned& held, std::size_t lane) {
  const double raw = (held.log_spot[lane] - table.origin) * table.inverse_step;
  const int whole = static_cast<int>(raw), cell = whole < table.last ? whole : table.last;
  const int node = static_cast<int>(cell * table.nodes_per_cell);
  double exact[6];
  weights_of(raw * table.nodes_per_cell - node, exact);
  float weight[6];
  for (int k = 0; k < 6; ++k) weight[k] = static_cast<float>(exact[k]);
  const Side value = filled(static_cast<float>(held.value[lane])),
             hedge = filled(static_cast<float>(held.hedge[lane])),
             share = filled(static_cast<float>(held.share[lane]));
  const float* const rows = table.values + static_cast<std::size_t>(node) * table.scenarios;
  Side worst{};
  for (std::size_t first = 0; first < table.scenarios; first += kScanWidth) {
    const float* const at = rows + first;
    const auto add = [&](std::size_t k, Side sum) {
      return fma(filled(weight[k]), load_side(at + k * table.scenarios), sum);
    };
    const Side shocked = add(0, add(1, add(2, Side{}))) + add(3, add(4, add(5, Side{})));
    const Side booked = share * (load_side(table.weight + first) * (value - shocked));
    const Side loss = fma(load_side(table.slope + first), hedge, booked) - load_side(table.dampener + first);
    worst = loss > worst ? loss : worst;
  }
  float out = 0.0F;
  for (std::size_t k = 0; k < kScanWidth; ++k) out = larger(worst[k], out);
  return out;
}

void worst_of_all(const ScanView& table, const Scanned& held, const ScannedLanes& some, Lanes& lost) {
  for (std::size_t k = 0; k < some.count; ++k) {
    const std::size_t lane = some.lane[k];
    lost[lane] = static_cast<double>(worst_on(table, held, lane));
  }
}

void set_hedge(const Lanes& units, const Lanes& price, bool adds, Lanes& hedge) {
  const double *held = units.data(), *each = price.data();
  double* out = hedge.data();
  if (!adds) {
    UNHEDGED_LANES_APART
    for (std::size_t lane = 0; lane < kLanes; ++lane) out[lane] = held[lane] * each[lane];
    return;
  }
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

/// Margins where something is held: as they were, or 0, and what is required.
template <bool adds>
UNHEDGED_INLINE void ask_for(const Charged& of, bool some, double required, double& grow, double& keep) {
  const double more = some ? required + of.provision : 0.0,
               kept = some ? of.maintenance_factor * required + of.provision : 0.0;
  grow = adds ? grow + more : more;
  keep = adds ? keep + kept : kept;
}

template <bool adds>
UNHEDGED_INLINE void require_as(const Charged& of, Lanes& initial, Lanes& maintenance) {
  const double *lost = of.lost.data(), *hedge = of.hedge.data(), *spot = of.spot.data();
  double *grow = initial.data(), *keep = maintenance.data();
  if (of.share == nullptr) {
    UNHEDGED_LANES_APART
    for (std::size_t lane = 0; lane < kLanes; ++lane)
      ask_for<adds>(of, hedge[lane] != 0.0, required_of(of, lost[lane], 0.0, spot[lane], 0.0, hedge[lane]),
                    grow[lane], keep[lane]);
    return;
  }
  const double *share = of.share->data(), *delta = of.delta->data();
  UNHEDGED_LANES_APART
  for (std::size_t lane = 0; lane < kLanes; ++lane) {
    const double units = share[lane] * spot[lane], options = units * (delta[lane] - of.linear),
                 others = units * of.linear + hedge[lane];
    ask_for<adds>(of, (share[lane] != 0.0) | (hedge[lane] != 0.0),
                  required_of(of, lost[lane], share[lane], spot[lane], options, others), grow[lane],
                  keep[lane]);
  }
}

void require(const Charged& of, bool adds, Lanes& initial, Lanes& maintenance) {
  if (adds) require_as<true>(of, initial, maintenance);
  else require_as<false>(of, initial, maintenance);
}

void add_earned(const BookMoney& book, Lanes& earned) {
  const double *cash = book.cash->data(), *value = book.value->data(), per_growth = 1.0 / book.growth;
  double* out = earned.data();
  UNHEDGED_LANES_APART
  for (std::size_t lane = 0; lane < kLanes; ++lane) out[lane] += cash[lane] * per_growth + value[lane];
}

void add_book(const BookMoney& book, BookMoneySums& sums) {
  const double *cash = book.cash->data(), *value = book.value->data(), *spot = book.spot->data();
  double *later = sums.earned_at_horizon.data(), *marks = sums.marks.data(), *gross = sums.gross.data();
  UNHEDGED_LANES_APART
  for (std::size_t lane = 0; lane < kLanes; ++lane) {
    later[lane] += cash[lane] + value[lane] * book.growth;
    marks[lane] += value[lane];
    gross[lane] += book.gross * spot[lane];
  }
}

}  // namespace

const ScanKernels scan_kernels{worst_of_two, worst_of_all, set_hedge, require, add_earned, add_book};

}  // namespace unhedged::simulation::UNHEDGED_ISA
