#include "engine/pricing/surface.hpp"

#include <algorithm>
#include <cmath>

#include "engine/pricing/strays.hpp"

namespace unhedged::pricing {
namespace {

/// Interval in units of the smallest standard deviation at which the cubic is good to kErrorThere.
constexpr double kInterval = 0.085, kErrorThere = 1e-6;
/// Buckets whose standard deviations differ by more than this get tables of their own.
constexpr double kWidestGroup = 8;
constexpr double kMargin = 9;  ///< beyond so many deviations a delta is 0 or 1 to 1e-18
constexpr double kSmileMargin = 0.5;
constexpr std::size_t kMostIntervals = 16384;
constexpr std::size_t kProbes = 32;
constexpr int kRefinements = 3;

/// The level does not matter for these slices; kernels still read one.
constexpr double kNoLevel[kLanes] = {};

void evaluate(const SliceBucket& bucket, Part part, const double* x, std::size_t count, double* out) {
  add_part(bucket, part, x, kNoLevel, count, out);
}

double sd_of(const SliceBucket& bucket) { return narrowest_sd(bucket, 0.0); }

/// The widest call's deviation over the narrowest's.
double spread_of_ratios(const SliceBucket& bucket) {
  if (bucket.ratio == nullptr) return 1.0;
  const auto [least, most] = std::ranges::minmax(bucket.calls->ratio);
  return most / least;
}

struct Domain {
  double low = INFINITY, high = -INFINITY;

  void cover(const Domain& other) {
    low = std::min(low, other.low);
    high = std::max(high, other.high);
  }
};

bool has_smile(const SliceBucket& bucket) { return bucket.has_smile(); }

/// Where the bucket's deltas change. With a smile they may change everywhere; the tables then end where
/// prices seldom go, and what lies beyond is priced exactly.
Domain domain_of(const SliceBucket& bucket) {
  const auto [first, last] = std::ranges::minmax(bucket.calls->log_strike);
  const double normal = kMargin * sd_of(bucket) * spread_of_ratios(bucket);
  const double margin = has_smile(bucket) ? std::max(normal, kSmileMargin) : normal;
  return {first - bucket.carry - margin, last - bucket.carry + margin};
}

std::size_t intervals_for(const Domain& domain, double sd, double refinement) {
  const double count = std::ceil((domain.high - domain.low) / (kInterval * sd) * refinement);
  return count > kMostIntervals ? 0 : static_cast<std::size_t>(std::max(8.0, count));
}

using Buckets = std::vector<const SliceBucket*>;

double gross_of(const Buckets& group, Part part) {
  double sum = 0;
  for (const SliceBucket* bucket : group) sum += gross_of(*bucket, part);
  return sum;
}

/// Buckets sorted by standard deviation and cut where it grows too far.
std::vector<Buckets> group_by_width(Buckets buckets) {
  std::ranges::sort(buckets, {}, [](const SliceBucket* b) { return sd_of(*b); });
  std::vector<Buckets> groups;
  for (const SliceBucket* bucket : buckets) {
    if (groups.empty() || sd_of(*bucket) > kWidestGroup * sd_of(*groups.back().front()))
      groups.emplace_back();
    groups.back().push_back(bucket);
  }
  return groups;
}

/// One table for a group. Each bucket is first tabulated at its own width, which long-dated options allow
/// to be coarse, and these tables are sampled on the common grid.
math::CubicTable tabulate(const Buckets& group, Part part, double refinement) {
  Domain domain;
  std::vector<math::CubicTable> own;
  for (const SliceBucket* bucket : group) {
    const Domain mine = domain_of(*bucket);
    domain.cover(mine);
    const std::size_t intervals = intervals_for(mine, sd_of(*bucket), refinement);
    if (intervals == 0) return {};
    own.push_back(math::make_cubic_table(
        mine.low, mine.high, intervals, [&](const double* x, std::size_t count, double* out) {
          std::fill_n(out, count, 0.0);
          evaluate(*bucket, part, x, count, out);
        }));
  }
  if (group.size() == 1) return own.front();
  const std::size_t intervals = intervals_for(domain, sd_of(*group.front()), refinement);
  if (intervals == 0) return {};
  return math::make_cubic_table(domain.low, domain.high, intervals,
                                [&](const double* x, std::size_t count, double* out) {
                                  std::fill_n(out, count, 0.0);
                                  for (const math::CubicTable& table : own)
                                    math::table_kernels().add(table, x, count, out);
                                });
}

/// Largest difference from the exact sum at points between the nodes, over the gross quantity.
double measured_error(const math::CubicTable& table, const Buckets& group, Part part) {
  double x[kProbes], exact[kProbes] = {}, interpolated[kProbes] = {};
  const double width = static_cast<double>(table.pieces.size()) / table.inverse_step;
  for (std::size_t i = 0; i < kProbes; ++i)
    x[i] = table.origin + width * std::fmod(0.5 + 0.6180339887498949 * static_cast<double>(i), 1.0);
  for (const SliceBucket* bucket : group) evaluate(*bucket, part, x, kProbes, exact);
  math::table_kernels().add(table, x, kProbes, interpolated);
  double worst = 0;
  for (std::size_t i = 0; i < kProbes; ++i) worst = std::max(worst, std::abs(exact[i] - interpolated[i]));
  return worst / gross_of(group, part);
}

struct Tabulated {
  math::CubicTable table;
  double error = INFINITY;
};

Tabulated within_bound(const Buckets& group, Part part, double bound) {
  Tabulated out;
  // fourth order: a bound 10^4 times tighter takes ten times the intervals
  double refinement = std::max(1.0, std::pow(kErrorThere / bound, 0.25));
  for (int round = 0; round <= kRefinements && out.error > bound; ++round, refinement *= 2) {
    out.table = tabulate(group, part, refinement);
    if (out.table.pieces.empty()) return {};
    out.error = measured_error(out.table, group, part);
  }
  return out;
}

}  // namespace

void SurfaceReport::add(const SurfaceReport& other) {
  interpolated += other.interpolated;
  exact += other.exact;
  refused += other.refused;
  worst_error = std::max(worst_error, other.worst_error);
  table_bytes += other.table_bytes;
}

CallSurface::CallSurface(const BookSlice& slice, const SurfaceSettings& settings, bool with_cash) {
  Buckets long_lived;
  for (const SliceBucket& bucket : slice.buckets) {
    const std::size_t calls = bucket.calls->quantity.size();
    const bool near = bucket.calls->expiry_years - slice.time_years < settings.exact_life_years * (1 - 1e-9);
    if (near) rest_.push_back(&bucket);
    else long_lived.push_back(&bucket);
    (near ? report_.exact : report_.interpolated) += calls;
  }
  for (const Buckets& group : group_by_width(std::move(long_lived))) {
    Tabulated shares = within_bound(group, Part::shares, settings.error_bound), cash;
    if (with_cash) cash = within_bound(group, Part::cash, settings.error_bound);
    if (shares.error > settings.error_bound || (with_cash && cash.error > settings.error_bound)) {
      for (const SliceBucket* bucket : group) {
        rest_.push_back(bucket);
        report_.interpolated -= bucket->calls->quantity.size();
        report_.refused += bucket->calls->quantity.size();
      }
      continue;
    }
    report_.worst_error = std::max({report_.worst_error, shares.error, with_cash ? cash.error : 0.0});
    const bool smile = std::ranges::any_of(group, [](const SliceBucket* b) { return has_smile(*b); });
    report_.table_bytes += (shares.table.pieces.size() + cash.table.pieces.size()) * sizeof(math::Cubic);
    groups_.push_back({group, std::move(shares.table), std::move(cash.table), !smile});
  }
}

void CallSurface::add(const Group& group, bool cash, const double* log_spot, std::size_t count,
                      double* out) const {
  const math::CubicTable& table = cash ? group.cash : group.shares;
  if (group.flat_outside) return math::table_kernels().add(table, log_spot, count, out);
  Lanes before;
  std::copy_n(out, count, before.data());
  math::table_kernels().add(table, log_spot, count, out);
  const double low = table.origin, high = low + static_cast<double>(table.pieces.size()) / table.inverse_step;
  Strays strays;
  for (std::size_t lane = 0; lane < count; ++lane)
    if (!(log_spot[lane] >= low && log_spot[lane] <= high)) strays.lane[strays.count++] = lane;
  replace_strays(strays, log_spot, nullptr, before.data(), out,
                 [&](const double* x, const double*, std::size_t n, double* sum) {
                   for (const SliceBucket* bucket : group.buckets)
                     evaluate(*bucket, cash ? Part::cash : Part::shares, x, n, sum);
                 });
}

void CallSurface::add_shares(const double* log_spot, std::size_t count, double* out) const {
  for (const Group& group : groups_) add(group, false, log_spot, count, out);
}

void CallSurface::add_cash(const double* log_spot, std::size_t count, double* out) const {
  for (const Group& group : groups_) add(group, true, log_spot, count, out);
}

}  // namespace unhedged::pricing
