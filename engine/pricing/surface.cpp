#include "engine/pricing/surface.hpp"

#include <algorithm>
#include <cmath>

#include "engine/math/scalar.hpp"
#include "engine/pricing/smile.hpp"
#include "engine/pricing/strays.hpp"

namespace unhedged::pricing {
namespace {

/// Interval, in units of the narrowest width, at which the cubic is good to kErrorThere.
constexpr double kInterval = 0.085, kErrorThere = 1e-6;
/// Buckets whose widths differ by more than this get tables of their own.
constexpr double kWidestGroup = 8;
constexpr double kMargin = 9, kTail = 8.3;  ///< beyond so many deviations a delta is 0 or 1 to 1e-16
constexpr double kSmileMargin = 0.5;
constexpr double kNodesBeyond = 3;
constexpr std::size_t kMostIntervals = 16384;
/// The level does not matter for these slices; kernels still read one.
constexpr double kNoLevel[kLanes] = {};

void evaluate(const SliceBucket& bucket, Part part, const double* x, std::size_t count, double* out) {
  add_part(bucket, part, x, kNoLevel, count, out);
}

double sd_of(const SliceBucket& bucket) { return narrowest_sd(bucket, 0); }

struct Domain {
  double low = INFINITY, high = -INFINITY;

  void cover(const Domain& other) {
    low = std::min(low, other.low);
    high = std::max(high, other.high);
  }
};

/// Where the bucket's deltas change. With a smile they may change everywhere; the tables then end where
/// prices seldom go, and what lies beyond is priced exactly.
Domain domain_of(const SliceBucket& bucket) {
  const auto [first, last] = std::ranges::minmax(bucket.calls->log_strike);
  const Interval ratio = ratios(bucket);
  const double widest = sd_of(bucket) * ratio.high / ratio.low;
  const double normal = std::max(kMargin, kTail + 0.5 * widest) * widest;
  const double margin = bucket.has_smile() ? std::max(normal, kSmileMargin) : normal;
  return {first - bucket.carry - margin, last - bucket.carry + margin};
}

/// A bucket and the width of the narrowest bend of its sums.
struct Sized {
  const SliceBucket* bucket;
  double width;
};

using SizedGroup = std::vector<Sized>;

std::size_t intervals_for(const Domain& domain, double width, double refinement) {
  const double count = std::ceil((domain.high - domain.low) / (kInterval * width) * refinement);
  return count > kMostIntervals ? 0 : static_cast<std::size_t>(std::max(9.0, count));
}

double gross_of(const SizedGroup& group, Part part) {
  double sum = 0;
  for (const Sized& one : group) sum += gross_of(*one.bucket, part);
  return sum;
}

/// Buckets sorted by width and cut where it grows too far.
std::vector<SizedGroup> group_by_width(SizedGroup buckets) {
  std::ranges::sort(buckets, {}, &Sized::width);
  std::vector<SizedGroup> groups;
  for (const Sized& one : buckets) {
    if (groups.empty() || one.width > kWidestGroup * groups.back().front().width) groups.emplace_back();
    groups.back().push_back(one);
  }
  return groups;
}

Domain domain_of(const SizedGroup& group) {
  Domain domain;
  for (const Sized& one : group) domain.cover(domain_of(*one.bucket));
  return domain;
}

struct Tabulated {
  math::CubicTable table;
  double error = INFINITY;  ///< over the gross quantity
};

/// A bucket at its own width. What is not constant outside its own domain is tabulated over all of it and
/// the nodes beyond that the common table looks at.
math::CubicTable table_of(const Sized& one, const Domain& domain, Part part, double refinement) {
  const double beyond = kNodesBeyond * kInterval * one.width / refinement;
  const Domain mine = one.bucket->has_smile() ? Domain{domain.low - beyond, domain.high + beyond}
                                              : domain_of(*one.bucket);
  const std::size_t intervals = intervals_for(mine, one.width, refinement);
  if (intervals == 0) return {};
  return math::make_cubic_table(mine.low, mine.high, intervals,
                                [&](const double* x, std::size_t count, double* out) {
                                  std::fill_n(out, count, 0.0);
                                  evaluate(*one.bucket, part, x, count, out);
                                });
}

/// One table for a group. Each bucket is first tabulated at its own width, which long-dated options allow
/// to be coarse, and these tables are sampled on the common grid: the errors of the two stages add.
Tabulated tabulate(const SizedGroup& group, Part part, double refinement) {
  const Domain domain = domain_of(group);
  std::vector<math::CubicTable> own;
  double error = 0;
  for (const Sized& one : group) {
    own.push_back(table_of(one, domain, part, refinement));
    if (own.back().pieces.empty()) return {};
    error += own.back().error;
  }
  if (group.size() == 1) return {std::move(own.front()), error / gross_of(group, part)};
  const std::size_t intervals = intervals_for(domain, group.front().width, refinement);
  if (intervals == 0) return {};
  const auto sum = [&](const double* x, std::size_t count, double* out) {
    std::fill_n(out, count, 0.0);
    for (const math::CubicTable& one : own) math::table_kernels().add(one, x, count, out);
  };
  math::CubicTable table = math::make_cubic_table(domain.low, domain.high, intervals, sum);
  error += table.error;
  return {std::move(table), error / gross_of(group, part)};
}

Tabulated within_bound(const SizedGroup& group, Part part, double bound) {
  Tabulated out;
  double room = 1;  // what the narrowest smile has used up already
  for (const Sized& one : group) room = std::min(room, one.width / sd_of(*one.bucket));
  // fourth order: a bound 10^4 times tighter takes ten times the intervals
  double refinement = std::max(1.0, scalar::power(kErrorThere / bound, 0.25));
  const double finest = refinement * std::max(1.0, kFinest * room);
  for (; refinement <= finest && out.error > bound; refinement *= 2) {
    out = tabulate(group, part, refinement);
    if (out.table.pieces.empty()) return {};
  }
  return out;
}

bool any_smile(const SizedGroup& group) {
  return std::ranges::any_of(group, [](const Sized& one) { return one.bucket->has_smile(); });
}

std::vector<const SliceBucket*> buckets_of(const SizedGroup& group) {
  std::vector<const SliceBucket*> out;
  for (const Sized& one : group) out.push_back(one.bucket);
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
  std::vector<const SliceBucket*> long_lived;
  Domain domain;
  for (const SliceBucket& bucket : slice.buckets) {
    if (bucket.calls->expiry_years - slice.time_years < settings.exact_life_years * (1 - 1e-9)) {
      price_exactly(bucket, report_.exact);
      continue;
    }
    long_lived.push_back(&bucket);
    domain.cover(domain_of(bucket));
  }
  SizedGroup sized;
  for (const SliceBucket* bucket : long_lived) {
    const double width = narrowest_bend(*bucket, 0, {domain.low, domain.high}, with_cash ? Parts::both : Parts::shares);
    if (width > 0) sized.push_back({bucket, width});
    else price_exactly(*bucket, report_.refused);
  }
  for (const SizedGroup& group : group_by_width(std::move(sized))) {
    Tabulated shares = within_bound(group, Part::shares, settings.error_bound), cash;
    if (with_cash) cash = within_bound(group, Part::cash, settings.error_bound);
    const double error = with_cash ? std::max(shares.error, cash.error) : shares.error;
    if (error > settings.error_bound) {
      for (const Sized& one : group) price_exactly(*one.bucket, report_.refused);
      continue;
    }
    keep({buckets_of(group), std::move(shares.table), std::move(cash.table), !any_smile(group)}, error);
  }
}

void CallSurface::price_exactly(const SliceBucket& bucket, std::size_t& counter) {
  rest_.push_back(&bucket);
  counter += bucket.calls->quantity.size();
}

void CallSurface::keep(Group group, double error) {
  for (const SliceBucket* bucket : group.buckets) report_.interpolated += bucket->calls->quantity.size();
  report_.worst_error = std::max(report_.worst_error, error);
  report_.table_bytes += (group.shares.pieces.size() + group.cash.pieces.size()) * sizeof(math::Cubic);
  groups_.push_back(std::move(group));
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
