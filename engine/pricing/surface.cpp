#include "engine/pricing/surface.hpp"

#include <algorithm>
#include <cmath>

#include "engine/math/scalar.hpp"
#include "engine/pricing/lanes_outside.hpp"

namespace unhedged::pricing {
namespace {

/// Interval, in units of the narrowest width, at which the cubic is good to kErrorThere.
constexpr double kInterval = 0.085, kErrorThere = 1e-6;
/// Buckets whose widths differ by more than this get tables of their own.
constexpr double kWidestGroup = 8;
/// What changes everywhere ends so many deviations, and so far in the log spot, beyond its strikes: prices
/// seldom go there, and what lies beyond is priced exactly.
constexpr double kMargin = 9, kSmileMargin = 0.5;
constexpr double kFinest = 8;  ///< tables are made up to so much finer than their widths ask
constexpr double kNodesBeyond = 3;
constexpr std::size_t kMostIntervals = 16384;
/// The level does not matter for these slices; kernels still read one.
constexpr double kNoLevel[kLanes] = {};

struct Domain {
  double low = INFINITY, high = -INFINITY;

  void cover(const Domain& other) {
    low = std::min(low, other.low);
    high = std::max(high, other.high);
  }
};

bool is_flat_outside(const RowFiller& expiry) { return std::isfinite(expiry.extent(0).low); }

/// Where an expiry is tabulated.
Domain domain_of(const RowFiller& expiry, double scale) {
  const Interval changes = expiry.extent(0), money = expiry.money();
  if (std::isfinite(changes.low)) return {changes.low, changes.high};
  const double margin = std::max(kMargin * scale, kSmileMargin);
  return {money.low - margin, money.high + margin};
}

/// An expiry, the width of its narrowest bend, and that around the money.
struct Sized {
  const RowFiller* expiry;
  double width, scale;
};

using SizedGroup = std::vector<Sized>;

std::size_t intervals_for(const Domain& domain, double width, double refinement) {
  const double count = std::ceil((domain.high - domain.low) / (kInterval * width) * refinement);
  return count > kMostIntervals ? 0 : static_cast<std::size_t>(std::max(9.0, count));
}

double gross_of(const SizedGroup& group, CallColumn column) {
  double sum = 0;
  for (const Sized& one : group) sum += one.expiry->gross(column, 0);
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
  for (const Sized& one : group) domain.cover(domain_of(*one.expiry, one.scale));
  return domain;
}

struct Tabulated {
  math::CubicTable table;
  double error = INFINITY;  ///< over the gross quantity
};

/// An expiry at its own width. What is not constant outside its own domain is tabulated over all of it and
/// the nodes beyond that the common table looks at.
math::CubicTable table_of(const Sized& one, const Domain& domain, CallColumn column, double refinement) {
  const double beyond = kNodesBeyond * kInterval * one.width / refinement;
  const Domain mine = is_flat_outside(*one.expiry) ? domain_of(*one.expiry, one.scale)
                                                   : Domain{domain.low - beyond, domain.high + beyond};
  const std::size_t intervals = intervals_for(mine, one.width, refinement);
  if (intervals == 0) return {};
  return math::make_cubic_table(mine.low, mine.high, intervals,
                                [&](const double* x, std::size_t count, double* out) {
                                  std::fill_n(out, count, 0.0);
                                  one.expiry->add(column, x, kNoLevel, count, out);
                                });
}

/// One table for a group. Each expiry is first tabulated at its own width, which long-dated options allow
/// to be coarse, and these tables are sampled on the common grid: the errors of the two stages add.
Tabulated tabulate(const SizedGroup& group, CallColumn column, double refinement) {
  const Domain domain = domain_of(group);
  std::vector<math::CubicTable> own;
  double error = 0;
  for (const Sized& one : group) {
    own.push_back(table_of(one, domain, column, refinement));
    if (own.back().pieces.empty()) return {};
    error += own.back().error;
  }
  if (group.size() == 1) return {std::move(own.front()), error / gross_of(group, column)};
  const std::size_t intervals = intervals_for(domain, group.front().width, refinement);
  if (intervals == 0) return {};
  const auto sum = [&](const double* x, std::size_t count, double* out) {
    std::fill_n(out, count, 0.0);
    for (const math::CubicTable& one : own) math::table_kernels().add(one, x, count, out);
  };
  math::CubicTable table = math::make_cubic_table(domain.low, domain.high, intervals, sum);
  error += table.error;
  return {std::move(table), error / gross_of(group, column)};
}

Tabulated within_bound(const SizedGroup& group, CallColumn column, double bound) {
  Tabulated out;
  double room = 1;  // what the narrowest smile has used up already
  for (const Sized& one : group) room = std::min(room, one.width / one.scale);
  // fourth order: a bound 10^4 times tighter takes ten times the intervals
  double refinement = std::max(1.0, scalar::power(kErrorThere / bound, 0.25));
  const double finest = refinement * std::max(1.0, kFinest * room);
  for (; refinement <= finest && out.error > bound; refinement *= 2) {
    out = tabulate(group, column, refinement);
    if (out.table.pieces.empty()) return {};
  }
  return out;
}

/// Widths are asked for over all log spots that some expiry is tabulated at.
SizedGroup with_widths(const std::vector<const RowFiller*>& expiries, CallColumn column) {
  SizedGroup sized;
  Domain domain;
  for (const RowFiller* expiry : expiries) {
    const Interval money = expiry->money();
    sized.push_back({expiry, 0, expiry->width(column, 0, money)});
    domain.cover(domain_of(*expiry, sized.back().scale));
  }
  for (Sized& one : sized) one.width = one.expiry->width(column, 0, {domain.low, domain.high});
  return sized;
}

}  // namespace

void SurfaceReport::add(const SurfaceReport& other) {
  interpolated += other.interpolated;
  exact += other.exact;
  refused += other.refused;
  worst_error = std::max(worst_error, other.worst_error);
  table_bytes += other.table_bytes;
}

SurfaceReport SurfaceReport::beside(const SurfaceReport& other) const {
  const std::size_t all = interpolated + exact + refused;
  SurfaceReport out{0, std::max(exact, other.exact), std::max(refused, other.refused),
                    std::max(worst_error, other.worst_error), table_bytes + other.table_bytes};
  out.interpolated = all - std::min(all, out.exact + out.refused);
  return out;
}

CallSurface::CallSurface(const BookSlice& slice, CallColumn column, const SurfaceSettings& settings)
    : column_(column) {
  std::vector<const RowFiller*> long_lived;
  for (const auto& expiry : slice.expiries) {
    if (expiry->life_years() < settings.exact_life_years * (1 - 1e-9))
      price_exactly(*expiry, report_.exact);
    else
      long_lived.push_back(expiry.get());
  }
  SizedGroup sized = with_widths(long_lived, column);
  for (const Sized& one : sized)
    if (one.width <= 0) price_exactly(*one.expiry, report_.refused);
  std::erase_if(sized, [](const Sized& one) { return one.width <= 0; });
  for (const SizedGroup& group : group_by_width(std::move(sized))) {
    Tabulated made = within_bound(group, column, settings.error_bound);
    if (made.error > settings.error_bound) {
      for (const Sized& one : group) price_exactly(*one.expiry, report_.refused);
      continue;
    }
    Group kept{{}, std::move(made.table), true};
    for (const Sized& one : group) {
      kept.expiries.push_back(one.expiry);
      kept.flat_outside = kept.flat_outside && is_flat_outside(*one.expiry);
    }
    keep(std::move(kept), made.error);
  }
}

void CallSurface::price_exactly(const RowFiller& expiry, std::size_t& counter) {
  rest_.push_back(&expiry);
  counter += expiry.call_count();
}

void CallSurface::keep(Group group, double error) {
  for (const RowFiller* expiry : group.expiries) report_.interpolated += expiry->call_count();
  report_.worst_error = std::max(report_.worst_error, error);
  report_.table_bytes += group.table.pieces.size() * sizeof(math::Cubic);
  groups_.push_back(std::move(group));
}

void CallSurface::add(const Group& group, const double* log_spot, std::size_t count, double* out) const {
  const math::CubicTable& table = group.table;
  if (group.flat_outside) return math::table_kernels().add(table, log_spot, count, out);
  Lanes before;
  std::copy_n(out, count, before.data());
  math::table_kernels().add(table, log_spot, count, out);
  const double low = table.origin, high = low + static_cast<double>(table.pieces.size()) / table.inverse_step;
  LanesOutside outside;
  for (std::size_t lane = 0; lane < count; ++lane)
    if (!(log_spot[lane] >= low && log_spot[lane] <= high)) outside.lane[outside.count++] = lane;
  replace_outside(outside, log_spot, nullptr, before.data(), out,
                 [&](const double* x, const double*, std::size_t n, double* sum) {
                   for (const RowFiller* expiry : group.expiries) expiry->add(column_, x, kNoLevel, n, sum);
                 });
}

void CallSurface::add(const double* log_spot, std::size_t count, double* out) const {
  for (const Group& group : groups_) add(group, log_spot, count, out);
  for (const RowFiller* expiry : rest_) expiry->add(column_, log_spot, kNoLevel, count, out);
}

}  // namespace unhedged::pricing
