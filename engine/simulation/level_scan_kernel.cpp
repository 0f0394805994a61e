#include "engine/math/elementary.hpp"
#include "engine/simulation/level_scan_kernels.hpp"
#include "engine/simulation/scan_reads.hpp"

namespace unhedged::simulation::UNHEDGED_ISA {
namespace {

constexpr int kCellFloats = sizeof(LevelScanCell) / sizeof(float);
constexpr int kPerLocated = kCellFloats / 4;  // cells of cubics count by four

/// Where levels that are negative count as none.
UNHEDGED_INLINE double root_of(double level) { return __builtin_sqrt(level > 0.0 ? level : 0.0); }

/// Cells of four paths in numbers from the first, and where in them.
struct Placed {
  int first[4];
  float t[4], s[4];
};

/// The interval of a root, and where in it: from 0 to 1. Roots beyond are taken to be at the end.
struct RootPlace {
  int interval;
  double s;
};

UNHEDGED_INLINE RootPlace place_root(const RootIntervals& of, double root) {
  const double raw = (root - of.ends[0]) * of.bins_per_root;
  const int bin =
      raw > 0.0 ? (raw < RootIntervals::kBins ? static_cast<int>(raw) : RootIntervals::kBins - 1) : 0;
  int interval = of.bins[bin];
  while (interval < of.last && root >= of.ends[interval + 1]) ++interval;
  const double within = (root - of.ends[interval]) * of.inverse_width[interval];
  return {interval, within > 0.0 ? (within < 1.0 ? within : 1.0) : 0.0};
}

/// `roots`: of the levels
UNHEDGED_INLINE Placed place(const LevelScanView& table, const double* log_spots, const double* roots) {
  int column[4];
  double along[4];
  math::locate({table.origin, table.inverse_step, table.last}, log_spots, column, along);
  const int cells = table.roots.cells, columns = table.last + 1;
  Placed out;
  for (int i = 0; i < 4; ++i) {
    const RootPlace at = place_root(table.roots, roots[i]);
    const double raw = at.s * cells;
    const int whole = static_cast<int>(raw), cell = whole < cells ? whole : cells - 1;
    out.first[i] = kPerLocated * column[i] + kCellFloats * columns * (at.interval * cells + cell);
    out.t[i] = static_cast<float>(along[i]);
    out.s[i] = static_cast<float>(raw - cell);
  }
  return out;
}

/// Of four paths, what both sides of their cells lose beside the hedge and per unit of it, for which hedges
/// one of them is the worst, and by how much more at the end of a cell.
struct PatchesRead {
  Octet loss, slope, limit, tilt;
};

UNHEDGED_INLINE PatchesRead read_patches(const LevelScanCell* cells, const int* first, const float* t,
                                         const float* s) {
  const Octet along = math::load_twice(t), across = math::load_twice(s);
  Octet power[3];
  for (int q = 0; q < 3; ++q) {
    Octet c[4];
    math::load_row_pairs(cells->cubic[q][0], first, c);
    power[q] = math::fma(math::fma(math::fma(c[3], along, c[2]), along, c[1]), along, c[0]);
  }
  Octet rest[4];
  math::load_row_pairs(cells->slope, first, rest);
  return {math::fma(math::fma(power[2], across, power[1]), across, power[0]), rest[0], rest[1], rest[2]};
}

bool is_inside(const LevelScanView& table, double log_spot, double root) {
  return (log_spot >= table.origin) & (log_spot <= table.origin + (table.last + 1) / table.inverse_step) &
         (root >= table.roots.ends[0]) & (root <= table.roots.ends[table.roots.last + 1]);
}

/// Cells are on their way while others are looked for: they are two lines of memory each.
void look(const LevelScanView& table, const ScanPlaces& at, ScanSides& out) {
  const double *x = at.log_spot.data(), *level = at.quote_level.data();
  alignas(64) double root[kLanes];
  alignas(64) float tilt[2][kLanes];
  Placed placed[kLanes / 4];
  const float* const numbers = table.cells->cubic[0][0];
  UNHEDGED_LANES_APART
  for (std::size_t i = 0; i < kLanes; ++i) root[i] = root_of(level[i]);
  for (std::size_t i = 0; i < kLanes / 4; ++i) {
    placed[i] = place(table, x + 4 * i, root + 4 * i);
    for (const int first : placed[i].first) {
      __builtin_prefetch(numbers + first);
      __builtin_prefetch(numbers + first + kCellFloats / 2);
    }
  }
  for (std::size_t i = 0; i < kLanes; i += 4) {
    const Placed& four = placed[i / 4];
    const PatchesRead read = read_patches(table.cells, four.first, four.t, four.s);
    math::store_apart(read.loss, out.loss[0] + i, out.loss[1] + i);
    math::store_apart(read.slope, out.slope[0] + i, out.slope[1] + i);
    math::store_apart(read.limit, out.least + i, out.most + i);
    math::store_apart(read.tilt, tilt[0] + i, tilt[1] + i);
    for (std::size_t k = 0; k < 4; ++k)
      tilt[0][i + k] = __builtin_fmaf(tilt[0][i + k], four.t[k], tilt[1][i + k] * four.s[k]);
  }
  for (std::size_t i = 0; i < kLanes; ++i) {
    const bool inside = is_inside(table, x[i], root[i]);
    out.least[i] = inside ? out.least[i] + tilt[0][i] : __builtin_inff();
    out.most[i] += tilt[0][i];
  }
}

/// Of four paths of some, the last ones more than once.
struct OuterPaths {
  Placed at;
  float hedge[4];
};

OuterPaths place_outer(const LevelScanView& table, const Scanned& held, const ScanSides& sides,
                       const ScannedLanes& some, std::size_t i) {
  double x[4], root[4];
  int side[4];
  OuterPaths out;
  for (std::size_t k = 0; k < 4; ++k) {
    const std::size_t lane = some.lane[i + k < some.count ? i + k : some.count - 1];
    const auto hedge = static_cast<float>(held.hedge[lane]);
    x[k] = held.at.log_spot[lane];
    root[k] = root_of(held.at.quote_level[lane]);
    side[k] = hedge > sides.most[lane] ? 1 : 0;
    out.hedge[k] = held.share[lane] == 1.0 ? hedge : __builtin_nanf("");  // no limit holds for NaN
  }
  out.at = place(table, x, root);
  const int cells = (table.last + 1) * (table.roots.last + 1) * table.roots.cells;
  for (std::size_t k = 0; k < 4; ++k) out.at.first[k] += kCellFloats * cells * side[k];
  return out;
}

void worst_of_outer(const LevelScanView& table, const Scanned& held, const ScanSides& sides,
                    const ScannedLanes& some, Lanes& lost, ScannedLanes& left) {
  for (std::size_t i = 0; i < some.count; i += 4) {
    const OuterPaths four = place_outer(table, held, sides, some, i);
    const PatchesRead read = read_patches(table.outer, four.at.first, four.at.t, four.at.s);
    const Octet loss = math::fma(read.slope, math::load_twice(four.hedge), read.loss);
    for (std::size_t k = 0; k < 4 && i + k < some.count; ++k) {
      const std::size_t lane = some.lane[i + k];
      const float tilt = __builtin_fmaf(read.tilt[2 * k], four.at.t[k], read.tilt[2 * k + 1] * four.at.s[k]);
      const float hedge = four.hedge[k] - tilt;
      if ((hedge >= read.limit[2 * k]) & (hedge <= read.limit[2 * k + 1]))
        lost[lane] = larger(static_cast<double>(larger(loss[2 * k], loss[2 * k + 1])), 0.0);
      else left.add(lane);
    }
  }
}

/// A parabola through three nodes of roots, of cubics in the log spot.
UNHEDGED_INLINE Between<3> find_point(const LevelScanView& table, double log_spot, double level) {
  const double raw = (log_spot - table.origin) * table.inverse_step;
  const int whole = static_cast<int>(raw), cell = whole < table.last ? whole : table.last;
  const int node = static_cast<int>(cell * table.nodes_per_cell);
  const RootPlace at = place_root(table.roots, root_of(level));
  const double s = at.s;
  double along[6];
  weights_of(raw * table.nodes_per_cell - node, along);
  const double across[3] = {(1.0 - s) * (1.0 - 2.0 * s), 4.0 * s * (1.0 - s), s * (2.0 * s - 1.0)};
  Between<3> out;
  for (int r = 0; r < 3; ++r) {
    const std::size_t row = static_cast<std::size_t>(2 * at.interval + r) * table.nodes;
    out.rows[r] = table.values + (row + static_cast<std::size_t>(node)) * table.scenarios;
    for (int k = 0; k < 6; ++k) out.weight[r][k] = static_cast<float>(across[r] * along[k]);
  }
  return out;
}

void worst_of_all(const LevelScanView& table, const Scanned& held, const ScannedLanes& some, Lanes& lost) {
  const auto find = [&](std::size_t lane) {
    return find_point(table, held.at.log_spot[lane], held.at.quote_level[lane]);
  };
  worst_of_points<3>(table, held, some, find, lost);
}

}  // namespace

const LevelScanKernels level_scan_kernels{look, worst_of_outer, worst_of_all};

}  // namespace unhedged::simulation::UNHEDGED_ISA
