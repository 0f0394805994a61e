#include "engine/pricing/level_surface.hpp"

#include <algorithm>
#include <cmath>

#include "engine/math/elementary_kernels.hpp"
#include "engine/math/scalar.hpp"

namespace unhedged::pricing {
namespace {

constexpr double kMostNodes = 600'000, kMostEvaluations = 1e8;  ///< the latter of single calls
constexpr double kGhosts = 2;                                   ///< nodes of a row beyond each end
constexpr double kRowInterval = 0.75;  ///< of the tables that rows are filled from, over that of the rows
constexpr int kRefinements = 3, kLevelsTried = 12;
/// Half way between two rows the error is measured at every so many intervals of the lower one, at nodes
/// and between them in turn, shifted from row to row. It bends on the scale of some ten intervals and looks
/// alike in rows nearby: few rows ask for more probes, few intervals for kProbesOfRow at least. Between the
/// probes it is at most kBetweenProbes times as large.
constexpr double kFewestProbes = 6, kMostProbes = 1.5, kProbesOfRow = 24, kBetweenProbes = 1.25;
/// Error of four points between the middle ones, over the fourth difference of the function; and what higher
/// differences may add to it.
constexpr double kFourPoints = 9.0 / 384, kHigherOrders = 1.1;

/// Under smiles the error looks less alike in rows nearby, and the probes may miss so much more of it.
constexpr double kUnderSmiles = 1.5, kRounding = 1e-14;
/// Where exact prices cost too much, tables may err by so much; it is reported.
constexpr double kLeastUseful = 1e-3;
/// Their bound is so much wider, and the error between rows, which changes slowly from row to row, is looked
/// at in every third alone.
constexpr double kCostlyBound = 10, kBetweenCostlyProbes = 1.5;
constexpr std::size_t kCostlyRowsApart = 3;
/// There the last and finest round is left out where it would not do: it divides the error by 16 at most.
constexpr double kMostOfARound = 16;

}  // namespace

void Reach::cover(double log_spot, double quote_level) {
  log_spot_low = std::min(log_spot_low, log_spot);
  log_spot_high = std::max(log_spot_high, log_spot);
  level_low = std::min(level_low, quote_level);
  level_high = std::max(level_high, quote_level);
}

Reach Reach::widened() const {
  const double x = 0.35 * (log_spot_high - log_spot_low) + 0.01;
  return {log_spot_low - x, log_spot_high + x, 0.5 * level_low, 1.6 * level_high + 1e-6};
}

LevelSurface::LevelSurface(std::vector<const RowFiller*> expiries, CallColumn column, const Reach& reach,
                           const SurfaceSettings& settings)
    : expiries_(std::move(expiries)), reach_(reach), column_(column) {
  find_extent();
  Fineness fineness = settings.grid;
  const double bound = costly_ ? kCostlyBound * settings.moving_bound : settings.moving_bound;
  leave_out_what_bends_too_much(fineness.z);
  double error = INFINITY;
  for (int round = 0; round <= kRefinements && error > bound; ++round) {
    math::GridTable grid = tabulate(fineness);
    if (grid.values.empty()) break;
    const double measured = measured_error(grid);
    if (measured < error) error = measured, grid_ = std::move(grid);
    if (costly_ && round + 1 == kRefinements && error > kMostOfARound * bound) break;
    // fourth order; the error of the rows stays
    const double finer = std::clamp(0.95 * scalar::power(bound / measured, 0.25), 0.5, 0.9);
    fineness = {fineness.x * finer, fineness.z * finer};
  }
  usable_ = error <= (costly_ ? kLeastUseful : settings.moving_bound);
  if (!usable_) grid_ = {};
  (usable_ ? report_.interpolated : report_.refused) += static_cast<std::size_t>(calls_);
  if (usable_) report_.worst_error = error;
  report_.table_bytes = grid_.values.size() * sizeof(double);
}

void LevelSurface::find_extent() {
  double shift = INFINITY, changes_low = INFINITY, changes_high = -INFINITY;
  for (const RowFiller* expiry : expiries_) {
    const Interval changes = expiry->extent(reach_.level_high);
    calls_ += static_cast<double>(expiry->call_count());
    changes_low = std::min(changes_low, changes.low);
    changes_high = std::max(changes_high, changes.high);
    shift = std::min(shift, expiry->level_shift());
    costly_ = costly_ || expiry->is_costly();
    floor_ = std::max(floor_, expiry->still_below());
  }
  flat_below_ = reach_.log_spot_low <= changes_low;
  flat_above_ = reach_.log_spot_high >= changes_high;
  low_ = std::clamp(reach_.log_spot_low, changes_low, changes_high - 1e-6);
  high_ = std::clamp(reach_.log_spot_high, low_ + 1e-6, std::max(changes_high, low_ + 1e-6));
  const bool stands_still = floor_ > reach_.level_low;
  if (!stands_still) floor_ = 0;
  reach_.level_low = std::max(reach_.level_low, floor_);
  reach_.level_high = std::max(reach_.level_high, reach_.level_low);
  level_shift_ = std::max(std::isfinite(shift) ? shift : 0.0, 1e-3 * reach_.level_high);
  if (stands_still) level_shift_ = shift;  // rows below the floor stay above what has no variance
}

double LevelSurface::log_level(double quote_level) const {
  return scalar::log(std::max(floor_, quote_level) + level_shift_);
}

/// By width.
std::vector<Sized> LevelSurface::widths(double quote_level) const {
  std::vector<Sized> out;
  for (const RowFiller* expiry : expiries_)
    out.push_back({expiry, expiry->width(column_, quote_level, {low_, high_})});
  std::ranges::stable_sort(out, {}, &Sized::width);
  return out;
}

/// The column at a quote_level, to be asked for at points a step apart.
RowSum LevelSurface::row_sum(double quote_level, double step) const {
  const Interval where{low_ - kGhosts * step, high_ + kGhosts * step};
  return {widths(quote_level), {column_, quote_level, where, step, kRowInterval * x_step_}};
}

/// A skew that is added to a low volatility bends more than a table can follow: the tables then begin at a
/// higher quote_level.
void LevelSurface::leave_out_what_bends_too_much(double z_step) {
  const double z_low = log_level(reach_.level_low), z_high = log_level(reach_.level_high);
  for (int i = 0; i < kLevelsTried; ++i) {
    const double z = z_low + (z_high - z_low) * i / kLevelsTried;
    if (widths(level_at(z - 2 * z_step)).front().width <= 0) continue;
    reach_.level_low = std::max(reach_.level_low, level_at(z));
    return;
  }
}

/// May be a little below zero, where rows stand that only help to interpolate: clipped there, the function
/// would have a kink.
double LevelSurface::level_at(double z) const { return scalar::exp(z) - level_shift_; }

/// Rows and nodes without values. Two more on each side, so that the four around any point inside are the
/// nearest ones.
math::GridTable LevelSurface::plan_grid(const Fineness& fineness) const {
  math::GridTable grid;
  const double z_low = log_level(reach_.level_low), z_high = log_level(reach_.level_high);
  const auto rows = static_cast<std::size_t>(std::ceil((z_high - z_low) / fineness.z)) + 5;
  grid.origin_z = z_low - 2 * fineness.z;
  grid.inverse_step_z = 1 / fineness.z;
  double nodes = 0;
  for (std::size_t row = 0; row < rows; ++row) {
    const double quote_level = level_at(grid.origin_z + static_cast<double>(row) * fineness.z);
    const double step = fineness.x * widths(quote_level).front().width;
    if (step <= 0) return {};
    const double count = std::ceil((high_ - low_) / step) + 5;
    if (nodes + count > kMostNodes || (nodes + count) * calls_ > kMostEvaluations) return {};
    grid.rows.push_back({low_ - 2 * step, 1 / step, count - 1, nodes});
    nodes += count;
  }
  grid.values.assign(static_cast<std::size_t>(nodes), 0.0);
  return grid;
}

math::GridTable LevelSurface::tabulate(const Fineness& fineness) {
  math::GridTable grid = plan_grid(fineness);
  x_step_ = fineness.x;
  of_rows_ = 0;
  for (std::size_t row = 0; row < grid.rows.size(); ++row) {
    const math::GridTable::Row& place = grid.rows[row];
    const RowSum sum =
        row_sum(level_at(grid.origin_z + static_cast<double>(row) * fineness.z), 1 / place.inverse_step);
    const auto nodes = static_cast<std::size_t>(place.last_node) + 1;
    double* const values = grid.values.data() + static_cast<std::size_t>(place.offset);
    for (std::size_t first = 0; first < nodes; first += kLanes) {
      const std::size_t count = std::min(kLanes, nodes - first), padded = (count + 15) / 16 * 16;
      double x[kLanes], value[kLanes] = {};
      for (std::size_t i = 0; i < padded; ++i)
        x[i] = place.origin + static_cast<double>(first + std::min(i, count - 1)) / place.inverse_step;
      sum.add(x, padded, value);
      std::copy_n(value, count, values + first);
    }
    of_rows_ = std::max(of_rows_, sum.error());
  }
  return grid;
}

/// An interpolant of cubics errs by e_x along a row, by e_z across rows, and in between by a part of each:
/// no more than it does on a row between the nodes, or half way between two rows at a node or between nodes.
double LevelSurface::measured_error(const math::GridTable& grid) const {
  double gross = 0;
  for (const RowFiller* expiry : expiries_) gross += expiry->gross(column_, reach_.level_low);
  double grid_error = std::max(error_along_rows(grid), error_between_rows(grid));
  grid_error = kUnderSmiles * grid_error + kRounding * gross;
  return (grid_error + of_rows_) / gross;
}

/// From the differences of all nodes: at one quote_level the sums are smooth in the log spot.
double LevelSurface::error_along_rows(const math::GridTable& grid) const {
  double largest = 0;
  for (std::size_t row = 2; row + 2 < grid.rows.size(); ++row) {
    const double* f = grid.values.data() + static_cast<std::size_t>(grid.rows[row].offset);
    const auto runs = static_cast<std::size_t>(grid.rows[row].last_node) - 3;
    for (std::size_t i = 0; i < runs; ++i)
      largest = std::max(largest, std::abs(f[i] - 4 * (f[i + 1] + f[i + 3]) + 6 * f[i + 2] + f[i + 4]));
  }
  return kFourPoints * kHigherOrders * largest;
}

/// Against what the table was filled from.
double LevelSurface::error_between_rows(const math::GridTable& grid) const {
  alignas(64) double x[kLanes], z[kLanes], interpolated[kLanes], filled[kLanes];
  double worst = 0;
  const double usual = std::clamp(static_cast<double>(grid.rows.size()) - 5, kMostProbes, kFewestProbes);
  const std::size_t every = costly_ ? kCostlyRowsApart : 1;
  for (std::size_t row = 2; row + 3 < grid.rows.size(); row += every) {
    const double middle = grid.origin_z + (static_cast<double>(row) + 0.5) / grid.inverse_step_z;
    const double step = 1 / grid.rows[row].inverse_step;
    const double stride = std::min(usual, (high_ - low_) / (kProbesOfRow * step));
    const double shift = std::floor(stride * std::fmod(0.6180339887498949 * static_cast<double>(row), 1.0));
    const auto probes = static_cast<std::size_t>(std::ceil((high_ - low_) / (stride * step)));
    const RowSum sum = row_sum(level_at(middle), stride * step);
    for (std::size_t first = 0; first < probes; first += kLanes) {
      const std::size_t count = std::min(kLanes, (probes - first + 15) / 16 * 16);
      for (std::size_t i = 0; i < count; ++i) {
        const double between = 0.5 * static_cast<double>((i + row) % 2);
        x[i] = std::min(high_, low_ + (stride * static_cast<double>(first + i) + shift + between) * step);
        z[i] = middle, interpolated[i] = filled[i] = 0;
      }
      sum.add(x, count, filled);
      math::grid_kernels().add(grid, x, z, count, interpolated);
      for (std::size_t i = 0; i < count; ++i) worst = std::max(worst, std::abs(filled[i] - interpolated[i]));
    }
  }
  return (costly_ ? kBetweenCostlyProbes : kBetweenProbes) * worst;
}

/// Lanes the tables do not cover. Beyond the strikes nothing changes, so there the edge serves.
LanesOutside LevelSurface::outside(const double* log_spot, const double* z) const {
  const Interval x{flat_below_ ? -INFINITY : low_, flat_above_ ? INFINITY : high_};
  return lanes_outside(log_spot, x, z, {log_level(reach_.level_low), log_level(reach_.level_high)});
}

void LevelSurface::add(const double* log_spot, const double* quote_level, double* out) const {
  const auto exactly = [&](const double* x, const double* v, std::size_t count, double* sum) {
    for (const RowFiller* expiry : expiries_) expiry->add(column_, x, v, count, sum);
  };
  if (!usable_) return exactly(log_spot, quote_level, kLanes, out);
  Lanes z, shifted, before;
  for (std::size_t lane = 0; lane < kLanes; ++lane)
    shifted[lane] = (quote_level[lane] > floor_ ? quote_level[lane] : floor_) + level_shift_;
  math::elementary_kernels().log(shifted.data(), z.data(), kLanes);
  std::copy_n(out, kLanes, before.data());
  math::grid_kernels().add(grid_, log_spot, z.data(), kLanes, out);
  replace_outside(outside(log_spot, z.data()), log_spot, quote_level, before.data(), out, exactly);
}

}  // namespace unhedged::pricing
