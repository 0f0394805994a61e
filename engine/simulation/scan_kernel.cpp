#include "engine/math/elementary.hpp"
#include "engine/simulation/scan_reads.hpp"

namespace unhedged::simulation::UNHEDGED_ISA {
namespace {

using math::Quad;

constexpr int kPerLocated = sizeof(ScanCell) / sizeof(float) / 4;  // cells of cubics count by four

/// Of four paths, what both sides of their cells lose beside the hedge and per unit of it, and for which
/// hedges one of them is the worst.
struct CellsRead {
  Octet loss, slope, limit;
};

/// `first`: where cells begin, in numbers; `t`: from 0 to 1 over them
UNHEDGED_INLINE CellsRead read_cells(const ScanCell* cells, const int* first, const float* t) {
  Octet c[4], side[2];
  math::load_row_pairs(cells->cubic[0], first, c);
  math::load_row_pairs(cells->slope, first, side);
  const Octet at = math::load_twice(t);
  return {math::fma(math::fma(math::fma(c[3], at, c[2]), at, c[1]), at, c[0]), side[0], side[1]};
}

/// In loops of their own: a processor that looks a hundred instructions ahead sees several paths of each.
void look(const ScanView& table, const ScanPlaces& at, ScanSides& out) {
  const math::Intervals intervals{table.origin, table.inverse_step, table.last};
  const double* const x = at.log_spot.data();
  alignas(64) int first[kLanes];
  alignas(64) float t[kLanes];
  double within[kLanes];
  for (std::size_t i = 0; i < kLanes; i += 4) math::locate(intervals, x + i, first + i, within + i);
  for (std::size_t i = 0; i < kLanes; ++i) {
    first[i] *= kPerLocated;
    t[i] = static_cast<float>(within[i]);
  }
  for (std::size_t i = 0; i < kLanes; i += 4) {
    const CellsRead read = read_cells(table.cells, first + i, t + i);
    math::store_apart(read.loss, out.loss[0] + i, out.loss[1] + i);
    math::store_apart(read.slope, out.slope[0] + i, out.slope[1] + i);
    math::store_apart(read.limit, out.least + i, out.most + i);
  }
  const double low = table.origin, high = table.origin + (table.last + 1) / table.inverse_step;
  for (std::size_t i = 0; i < kLanes; ++i) {
    const bool inside = (x[i] >= low) & (x[i] <= high);
    out.least[i] = inside ? out.least[i] : __builtin_inff();
  }
}

void worst_of_two(const ScanSides& sides, const Scanned& held, Lanes& lost, LaneIndex& unknown) {
  const double *value = held.hedge.data(), *share = held.share.data();
  alignas(64) float hedge[kLanes], most[kLanes];
  UNHEDGED_LANES_APART
  for (std::size_t i = 0; i < kLanes; ++i)  // no limit holds for NaN
    hedge[i] = static_cast<float>(share[i] == 1.0 ? value[i] : __builtin_nan(""));
  std::uint8_t* flag = unknown.value;
  UNHEDGED_LANES_APART
  for (std::size_t i = 0; i < kLanes; ++i) {
    const float one = __builtin_fmaf(sides.slope[0][i], hedge[i], sides.loss[0][i]),
                two = __builtin_fmaf(sides.slope[1][i], hedge[i], sides.loss[1][i]);
    most[i] = larger(one, two);
    const bool told = (hedge[i] >= sides.least[i]) & (hedge[i] <= sides.most[i]);
    flag[i] = told ? 0 : 1;
  }
  double* out = lost.data();
  UNHEDGED_LANES_APART
  for (std::size_t i = 0; i < kLanes; ++i) out[i] = larger(static_cast<double>(most[i]), 0.0);
}

/// Cells of the side on which a hedge is, of some paths, and where in them.
struct OuterPlaces {
  alignas(64) int first[kLanes];
  alignas(64) float t[kLanes], hedge[kLanes];
};

/// Four at a time, the last ones more than once. returns  how many, a multiple of 4
std::size_t place(const ScanView& table, const Scanned& held, const ScanSides& sides,
                  const ScannedLanes& some, OuterPlaces& out) {
  const math::Intervals intervals{table.origin, table.inverse_step, table.last};
  const std::size_t count = (some.count + 3) / 4 * 4;
  const float* const numbers = table.outer->cubic[0];
  for (std::size_t i = 0; i < count; i += 4) {
    double x[4], within[4];
    int side[4];
    for (std::size_t k = 0; k < 4; ++k) {
      const std::size_t lane = some.lane[i + k < some.count ? i + k : some.count - 1];
      const bool whole = held.share[lane] == 1.0;
      const auto hedge = static_cast<float>(held.hedge[lane]);
      x[k] = held.at.log_spot[lane];
      side[k] = hedge > sides.most[lane] ? 4 * (table.last + 1) : 0;  // as places are counted
      out.hedge[i + k] = whole ? hedge : __builtin_nanf("");          // no limit holds for NaN
    }
    math::locate(intervals, x, out.first + i, within);
    for (std::size_t k = 0; k < 4; ++k) {
      out.first[i + k] = (out.first[i + k] + side[k]) * kPerLocated;
      out.t[i + k] = static_cast<float>(within[k]);
      __builtin_prefetch(numbers + out.first[i + k]);
    }
  }
  return count;
}

void worst_of_outer(const ScanView& table, const Scanned& held, const ScanSides& sides,
                    const ScannedLanes& some, Lanes& lost, ScannedLanes& left) {
  OuterPlaces at;
  const std::size_t count = place(table, held, sides, some, at);
  for (std::size_t i = 0; i < count; i += 4) {
    const CellsRead read = read_cells(table.outer, at.first + i, at.t + i);
    const Octet loss = math::fma(read.slope, math::load_twice(at.hedge + i), read.loss);
    for (std::size_t k = 0; k < 4 && i + k < some.count; ++k) {
      const std::size_t lane = some.lane[i + k];
      const bool told = (at.hedge[i + k] >= read.limit[2 * k]) & (at.hedge[i + k] <= read.limit[2 * k + 1]);
      if (told) lost[lane] = larger(static_cast<double>(larger(loss[2 * k], loss[2 * k + 1])), 0.0);
      else left.add(lane);
    }
  }
}

UNHEDGED_INLINE Between<1> find_point(const ScanView& table, double log_spot) {
  const double raw = (log_spot - table.origin) * table.inverse_step;
  const int whole = static_cast<int>(raw), cell = whole < table.last ? whole : table.last;
  const int node = static_cast<int>(cell * table.nodes_per_cell);
  double exact[6];
  weights_of(raw * table.nodes_per_cell - node, exact);
  Between<1> out;
  out.rows[0] = table.values + static_cast<std::size_t>(node) * table.scenarios;
  for (int k = 0; k < 6; ++k) out.weight[0][k] = static_cast<float>(exact[k]);
  return out;
}

void worst_of_all(const ScanView& table, const Scanned& held, const ScannedLanes& some, Lanes& lost) {
  const auto find = [&](std::size_t lane) { return find_point(table, held.at.log_spot[lane]); };
  worst_of_points<1>(table, held, some, find, lost);
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

UNHEDGED_INLINE Quad magnitude(Quad a) { return math::larger(a, -a); }

/// Values in account currency of what is held: options, and all else.
struct HeldValues {
  Quad lost, share, spot, options, others;
};

/// `by_value`: some charge goes by values or the spot
template <bool by_value>
UNHEDGED_INLINE Quad required_of(const Charged& of, const HeldValues& held) {
  const Quad minimum = of.charges.short_option_minimum * of.sold * held.share;
  if constexpr (!by_value) return math::larger(held.lost, minimum);
  const Quad smaller = -math::larger(-magnitude(held.options), -magnitude(held.others));
  const Quad hedged = held.options * held.others < 0.0 ? smaller : Quad{};
  const Quad charged =
      of.charges.net_delta * magnitude(held.options + held.others) + of.charges.hedged_delta * hedged;
  return math::larger(held.lost, math::larger(charged, minimum)) +
         of.charges.short_option * of.sold * held.spot * held.share;
}

UNHEDGED_INLINE Quad load_if(const Lanes* lanes, std::size_t first) {
  return lanes != nullptr ? math::load_quad(lanes->data() + first) : Quad{};
}

/// Margins where something is held: as they were, or 0, and what is required.
template <bool adds, bool by_value>
void require_as(const Charged& of, Lanes& initial, Lanes& maintenance) {
  double *grow = initial.data(), *keep = maintenance.data();
  for (std::size_t i = 0; i < kLanes; i += 4) {
    const Quad hedge = math::load_quad(of.hedge.data() + i), share = load_if(of.share, i),
               spot = math::load_quad(of.spot.data() + i), units = share * spot;
    const Quad required =
        required_of<by_value>(of, {math::load_quad(of.lost.data() + i), share, spot,
                                   units * (load_if(of.delta, i) - of.linear), units * of.linear + hedge});
    const auto none = (share == 0.0) & (hedge == 0.0);
    const Quad more = none ? Quad{} : required + of.provision,
               kept = none ? Quad{} : of.maintenance_factor * required + of.provision;
    math::store_quad(adds ? math::load_quad(grow + i) + more : more, grow + i);
    math::store_quad(adds ? math::load_quad(keep + i) + kept : kept, keep + i);
  }
}

template <bool adds>
void require_more(const Charged& of, Lanes& initial, Lanes& maintenance) {
  const margin::Charges& charges = of.charges;
  if (charges.net_delta == 0.0 && charges.hedged_delta == 0.0 && charges.short_option == 0.0)
    return require_as<adds, false>(of, initial, maintenance);
  require_as<adds, true>(of, initial, maintenance);
}

void require(const Charged& of, bool adds, Lanes& initial, Lanes& maintenance) {
  if (adds) require_more<true>(of, initial, maintenance);
  else require_more<false>(of, initial, maintenance);
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

const ScanKernels scan_kernels{look,      worst_of_two, worst_of_outer, worst_of_all,
                               set_hedge, require,      add_earned,     add_book};

}  // namespace unhedged::simulation::UNHEDGED_ISA
