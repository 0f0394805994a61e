#include "engine/pricing/level_surface.hpp"

#include <algorithm>
#include <cmath>

#include "engine/core/errors.hpp"
#include "engine/math/elementary_kernels.hpp"
#include "engine/math/scalar.hpp"

namespace unhedged::pricing {
namespace {

constexpr double kMargin = 9;
constexpr double kMostNodes = 600'000, kMostEvaluations = 2e7;  ///< the latter of single calls
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

struct SdRange {
  const CallArrays* calls;
  double low = INFINITY, high = 0;
};

}  // namespace

void Reach::cover(double log_spot, double level) {
  log_spot_low = std::min(log_spot_low, log_spot);
  log_spot_high = std::max(log_spot_high, log_spot);
  level_low = std::min(level_low, level);
  level_high = std::max(level_high, level);
}

Reach Reach::widened() const {
  const double x = 0.35 * (log_spot_high - log_spot_low) + 0.01;
  return {log_spot_low - x, log_spot_high + x, 0.5 * level_low, 1.6 * level_high + 1e-6};
}

RowsOfBook::RowsOfBook(const std::vector<const BookSlice*>& slices, const std::vector<Reach>& reach,
                       bool with_cash) {
  std::vector<SdRange> ranges;
  for (std::size_t i = 0; i < slices.size(); ++i)
    for (const SliceBucket& bucket : slices[i]->buckets) {
      if (!bucket.is_alike()) continue;
      auto found = std::ranges::find(ranges, bucket.calls, &SdRange::calls);
      if (found == ranges.end()) found = ranges.insert(ranges.end(), SdRange{bucket.calls});
      found->low = std::min(found->low, narrowest_sd(bucket, reach[i].level_low));
      found->high = std::max(found->high, narrowest_sd(bucket, reach[i].level_high));
    }
  for (const SdRange& range : ranges) {
    Entry entry{range.calls, CallRows(*range.calls, Part::shares, range.low, range.high), {}};
    if (with_cash) entry.cash.emplace_back(*range.calls, Part::cash, range.low, range.high);
    entries_.push_back(std::move(entry));
  }
}

const RowsOfBook::Entry& RowsOfBook::find(const CallArrays& calls) const {
  const auto found = std::ranges::find(entries_, &calls, &Entry::calls);
  UNHEDGED_EXPECT(found != entries_.end());
  return *found;
}

LevelSurface::LevelSurface(const BookSlice& slice, const Reach& reach, const RowsOfBook& rows,
                           const SurfaceSettings& settings, bool with_cash)
    : slice_(&slice), reach_(reach), parts_(with_cash ? Parts::both : Parts::shares) {
  double shift = INFINITY, strikes_low = INFINITY, strikes_high = -INFINITY;
  for (const SliceBucket& bucket : slice.buckets) {
    const Interval ratio = ratios(bucket);
    const double widest = narrowest_sd(bucket, reach.level_high) * ratio.high / ratio.low;
    const double margin = bucket.has_smile() ? INFINITY : kMargin * widest * (1 + widest);
    if (!bucket.is_alike()) one_by_one_ += static_cast<double>(bucket.calls->quantity.size());
    const auto [first, last] = std::ranges::minmax(bucket.calls->log_strike);
    strikes_low = std::min(strikes_low, first - bucket.carry - margin);
    strikes_high = std::max(strikes_high, last - bucket.carry + margin);
    if (bucket.variance_slope > 0) shift = std::min(shift, bucket.variance_constant / bucket.variance_slope);
  }
  flat_below_ = reach.log_spot_low <= strikes_low;
  flat_above_ = reach.log_spot_high >= strikes_high;
  low_ = std::clamp(reach.log_spot_low, strikes_low, strikes_high - 1e-6);
  high_ = std::clamp(reach.log_spot_high, low_ + 1e-6, std::max(strikes_high, low_ + 1e-6));
  level_shift_ = std::max(std::isfinite(shift) ? shift : 0.0, 1e-3 * reach.level_high);
  Fineness fineness{0.11, 0.15};
  if (with_cash) fineness = {0.045, 0.06};  // the mark is one slice only and enters the P&L as it is
  if (one_by_one_ > 0) leave_out_what_bends_too_much(fineness.z);
  double error = INFINITY;
  for (int round = 0; round <= kRefinements && error > settings.error_bound; ++round) {
    shares_ = tabulate(rows, fineness, Part::shares);
    if (shares_.values.empty()) break;
    error = measured_error(shares_, rows, Part::shares);
    if (with_cash) {
      cash_ = tabulate(rows, fineness, Part::cash);
      error = std::max(error, measured_error(cash_, rows, Part::cash));
    }
    // fourth order; the error of the rows stays
    const double finer = std::clamp(0.95 * scalar::power(settings.error_bound / error, 0.25), 0.5, 0.9);
    fineness = {fineness.x * finer, fineness.z * finer};
  }
  usable_ = error <= settings.error_bound;
  (usable_ ? report_.interpolated : report_.refused) += slice.call_count();
  if (usable_) report_.worst_error = error;
  report_.table_bytes = (shares_.values.size() + cash_.values.size()) * sizeof(double);
}

double LevelSurface::log_level(double level) const { return scalar::log(std::max(0.0, level) + level_shift_); }

double LevelSurface::narrowest_width(double level) const {
  double narrowest = INFINITY;
  for (const SliceBucket& bucket : slice_->buckets)
    narrowest = std::min(narrowest, narrowest_bend(bucket, level, {low_, high_}, parts_));
  return narrowest;
}

/// A skew that is added to a low volatility bends more than a table can follow: the tables then begin at a
/// higher level.
void LevelSurface::leave_out_what_bends_too_much(double z_step) {
  const double z_low = log_level(reach_.level_low), z_high = log_level(reach_.level_high);
  for (int i = 0; i < kLevelsTried; ++i) {
    const double z = z_low + (z_high - z_low) * i / kLevelsTried;
    if (narrowest_width(level_at(z - 2 * z_step)) <= 0) continue;
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
    const double level = level_at(grid.origin_z + static_cast<double>(row) * fineness.z);
    const double step = fineness.x * narrowest_width(level);
    if (step <= 0) return {};
    const double count = std::ceil((high_ - low_) / step) + 5;
    if (nodes + count > kMostNodes || (nodes + count) * one_by_one_ > kMostEvaluations) return {};
    grid.rows.push_back({low_ - 2 * step, 1 / step, count - 1, nodes});
    nodes += count;
  }
  grid.values.assign(static_cast<std::size_t>(nodes), 0.0);
  return grid;
}

math::GridTable LevelSurface::tabulate(const RowsOfBook& rows, const Fineness& fineness, Part part) const {
  math::GridTable grid = plan_grid(fineness);
  double x[kLanes];
  for (std::size_t row = 0; row < grid.rows.size(); ++row) {
    const math::GridTable::Row& place = grid.rows[row];
    const double level = level_at(grid.origin_z + static_cast<double>(row) * fineness.z);
    const auto nodes = static_cast<std::size_t>(place.last_node) + 1;
    for (std::size_t first = 0; first < nodes; first += kLanes) {
      const std::size_t count = std::min(kLanes, nodes - first);
      for (std::size_t i = 0; i < count; ++i)
        x[i] = place.origin + static_cast<double>(first + i) / place.inverse_step;
      double* const values = grid.values.data() + static_cast<std::size_t>(place.offset) + first;
      add_from_rows(rows, part, level, x, count, values);
    }
  }
  return grid;
}

/// out += the calls as the rows of their expiries have them, those that no rows serve exactly. shapes  log_spot, out: [count], count <= kLanes
void LevelSurface::add_from_rows(const RowsOfBook& rows, Part part, double level, const double* log_spot,
                                 std::size_t count, double* out) const {
  const std::size_t padded = (count + 15) / 16 * 16;
  const bool shares = part == Part::shares;
  double y[kLanes] = {}, sum[kLanes] = {}, levels[kLanes];
  std::fill_n(levels, padded, level);
  for (const SliceBucket& bucket : slice_->buckets) {
    const bool alike = bucket.is_alike();
    for (std::size_t i = 0; i < count; ++i) y[i] = log_spot[i] + (alike ? bucket.carry : 0.0);
    if (!alike) {
      add_part(bucket, part, y, levels, padded, sum);
      continue;
    }
    const CallRows& table = shares ? rows.shares(*bucket.calls) : rows.cash(*bucket.calls);
    const double discount = shares ? bucket.spot_discount : bucket.cash_discount;
    table.add(y, narrowest_sd(bucket, level), discount, padded, sum);
  }
  for (std::size_t i = 0; i < count; ++i) out[i] += sum[i];
}

void LevelSurface::add_exactly(Part part, const double* log_spot, const double* level, std::size_t count,
                               double* out) const {
  for (const SliceBucket& bucket : slice_->buckets) add_part(bucket, part, log_spot, level, count, out);
}

/// An interpolant of cubics errs by e_x along a row, by e_z across rows, and in between by a part of each:
/// no more than it does on a row between the nodes, or half way between two rows at a node or between nodes.
double LevelSurface::measured_error(const math::GridTable& grid, const RowsOfBook& rows, Part part) const {
  double gross = 0;
  for (const SliceBucket& bucket : slice_->buckets) gross += gross_of(bucket, part);
  double grid_error = std::max(error_along_rows(grid), error_between_rows(grid, rows, part));
  if (one_by_one_ > 0) grid_error = kUnderSmiles * grid_error + kRounding * gross;
  return (grid_error + error_of_rows(rows, part)) / gross;
}

/// From the differences of all nodes: at one level the sums are smooth in the log spot.
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
double LevelSurface::error_between_rows(const math::GridTable& grid, const RowsOfBook& rows,
                                        Part part) const {
  alignas(64) double x[kLanes], z[kLanes], interpolated[kLanes], filled[kLanes];
  double worst = 0;
  const double usual = std::clamp(static_cast<double>(grid.rows.size()) - 5, kMostProbes, kFewestProbes);
  for (std::size_t row = 2; row + 3 < grid.rows.size(); ++row) {
    const double middle = grid.origin_z + (static_cast<double>(row) + 0.5) / grid.inverse_step_z;
    const double step = 1 / grid.rows[row].inverse_step;
    const double stride = std::min(usual, (high_ - low_) / (kProbesOfRow * step));
    const double shift = std::floor(stride * std::fmod(0.6180339887498949 * static_cast<double>(row), 1.0));
    const auto probes = static_cast<std::size_t>(std::ceil((high_ - low_) / (stride * step)));
    for (std::size_t first = 0; first < probes; first += kLanes) {
      const std::size_t count = std::min(kLanes, (probes - first + 3) / 4 * 4);
      for (std::size_t i = 0; i < count; ++i) {
        const double between = 0.5 * static_cast<double>((i + row) % 2);
        x[i] = std::min(high_, low_ + (stride * static_cast<double>(first + i) + shift + between) * step);
        z[i] = middle, interpolated[i] = filled[i] = 0;
      }
      add_from_rows(rows, part, level_at(middle), x, count, filled);
      math::grid_kernels().add(grid, x, z, count, interpolated);
      for (std::size_t i = 0; i < count; ++i) worst = std::max(worst, std::abs(filled[i] - interpolated[i]));
    }
  }
  return kBetweenProbes * worst;
}

double LevelSurface::error_of_rows(const RowsOfBook& rows, Part part) const {
  double sum = 0;
  for (const SliceBucket& bucket : slice_->buckets) {
    if (!bucket.is_alike()) continue;
    const double sd = narrowest_sd(bucket, reach_.level_high);
    sum += part == Part::shares ? bucket.spot_discount * rows.shares(*bucket.calls).error(sd)
                                : bucket.cash_discount * rows.cash(*bucket.calls).error(sd);
  }
  return sum;
}

/// Lanes the tables do not cover. Beyond the strikes nothing changes, so there the edge serves.
Strays LevelSurface::strays(const double* log_spot, const double* z) const {
  const double low = flat_below_ ? -INFINITY : low_, high = flat_above_ ? INFINITY : high_;
  const double z_low = log_level(reach_.level_low), z_high = log_level(reach_.level_high);
  int outside = 0;
  for (std::size_t lane = 0; lane < kLanes; ++lane)
    outside += static_cast<int>((log_spot[lane] < low) | (log_spot[lane] > high) | (z[lane] < z_low) |
                                (z[lane] > z_high));
  Strays out;
  for (std::size_t lane = 0; outside > 0 && lane < kLanes; ++lane)
    if (!(log_spot[lane] >= low && log_spot[lane] <= high && z[lane] >= z_low && z[lane] <= z_high))
      out.lane[out.count++] = lane;
  return out;
}

void LevelSurface::add(const math::GridTable& grid, Part part, const double* log_spot,
                       const double* level, double* out) const {
  Lanes z, shifted, before;
  for (std::size_t lane = 0; lane < kLanes; ++lane) shifted[lane] = (level[lane] > 0 ? level[lane] : 0) + level_shift_;
  math::elementary_kernels().log(shifted.data(), z.data(), kLanes);
  std::copy_n(out, kLanes, before.data());
  math::grid_kernels().add(grid, log_spot, z.data(), kLanes, out);
  replace_strays(strays(log_spot, z.data()), log_spot, level, before.data(), out,
                 [&](const double* x, const double* v, std::size_t count, double* sum) {
                   add_exactly(part, x, v, count, sum);
                 });
}

void LevelSurface::delta(const double* log_spot, const double* level, double* out) const {
  std::fill_n(out, kLanes, slice_->linear_units);
  add(shares_, Part::shares, log_spot, level, out);
}

void LevelSurface::value(const double* log_spot, const double* spot, const double* level, double* out) const {
  Lanes cash;
  std::fill_n(out, kLanes, slice_->linear_units);
  cash.fill(-slice_->linear_cash);
  add(shares_, Part::shares, log_spot, level, out);
  add(cash_, Part::cash, log_spot, level, cash.data());
  for (std::size_t lane = 0; lane < kLanes; ++lane) out[lane] = out[lane] * spot[lane] - cash[lane];
}

}  // namespace unhedged::pricing
