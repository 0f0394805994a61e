#include "engine/pricing/surface.hpp"

#include <algorithm>
#include <cmath>

#include "engine/math/scalar.hpp"
#include "engine/pricing/grid_sum.hpp"
#include "engine/pricing/lanes_outside.hpp"
#include "engine/pricing/table_errors.hpp"

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
constexpr double kFiner = 1.4;
constexpr double kMostIntervals = 16384;  ///< times the refinement that the bound asks
/// The quote_level does not matter for these slices; kernels still read one.
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

std::size_t intervals_for(const Domain& domain, double step, double most) {
  const double count = std::ceil((domain.high - domain.low) / step);
  return count > most ? 0 : static_cast<std::size_t>(std::max(9.0, count));
}

double gross_of(std::span<const Sized> group, CallColumn column) {
  double sum = 0;
  for (const Sized& one : group) sum += one.expiry->gross(column, 0);
  return sum;
}

/// Up to where widths are like the first.
std::size_t group_size(std::span<const Sized> expiries) {
  std::size_t size = 1;
  while (size < expiries.size() && expiries[size].width <= kWidestGroup * expiries.front().width) ++size;
  return size;
}

/// Width around the money, which a smile narrows elsewhere.
double usual_width(const RowFiller& expiry, CallColumn column) {
  return expiry.width(column, 0, expiry.money());
}

Domain domain_of(std::span<const Sized> group, CallColumn column) {
  Domain domain;
  for (const Sized& one : group) domain.cover(domain_of(*one.expiry, usual_width(*one.expiry, column)));
  return domain;
}

struct Tabulated {
  math::CubicTable table;
  double error = INFINITY;  ///< over the gross quantity
  bool ends_early = false;  ///< where the sum still changes
};

/// Intervals are finer the tighter the bound is: of fourth order.
double refinement_for(double bound) { return std::max(1.0, scalar::power(kErrorThere / bound, 0.25)); }

/// One table for a group; empty if it would need too many intervals.
Tabulated tabulated(std::span<const Sized> group, CallColumn column, double refinement, double bound) {
  const Domain domain = domain_of(group, column);
  const double interval = kInterval / refinement, step = interval * group.front().width;
  const std::size_t intervals = intervals_for(domain, step, kMostIntervals * refinement_for(bound));
  if (intervals == 0) return {};
  const RowSum sum(group, {column, 0, {domain.low, domain.high}, step, interval});
  math::CubicTable table = math::make_cubic_table(domain.low, domain.high, intervals,
                                                  [&](const double* x, std::size_t count, double* out) {
                                                    std::fill_n(out, count, 0.0);
                                                    sum.add(x, count, out);
                                                  });
  const double error = (sum.error() + table.error) / gross_of(group, column);
  return {std::move(table), error};
}

Tabulated within_bound(std::span<const Sized> group, CallColumn column, double bound) {
  Tabulated out;
  double room = 1;  // what the narrowest smile has used up already
  for (const Sized& one : group) room = std::min(room, one.width / usual_width(*one.expiry, column));
  double refinement = refinement_for(bound);
  const double finest = refinement * std::max(1.0, kFinest * room);
  for (; refinement <= finest && out.error > bound; refinement *= kFiner) {
    out = tabulated(group, column, refinement, bound);
    if (out.table.pieces.empty()) return {};
  }
  return out;
}

/// Bounds below the first are met by sums from finer nodes. Of a bound cubics are left the second, or a part.
constexpr double kLeastUsualBound = 3.2e-7, kCubicError = 2e-7, kCubicPart = 0.6;
constexpr std::int64_t kGhosts = 2, kFewestNodes = 10;

bool is_tight(double bound) { return bound < kLeastUsualBound; }

bool has_grids(const Sized& one, CallColumn column, double bound) {
  return one.width > 0 && one.expiry->is_plain() &&
         (is_tight(bound) || one.expiry->has_grid(column, one.expiry->grid_level(0)));
}

/// The coarsest dyadic grid on which cubics err by no more than `most`.
int plain_level(std::span<const Sized> group, CallColumn column, double most) {
  const double gross = gross_of(group, column);
  const auto error = [&](int level) {
    double sum = 0;
    for (const Sized& one : group)
      sum += one.expiry->gross(column, 0) *
             error_of_cubics(column, math::DyadicGrid{level}.step() / one.expiry->deviation(0));
    return sum / gross;
  };
  int level = group.front().expiry->grid_level(0);
  while (error(level) > most) ++level;
  while (error(level - 1) <= most) --level;
  return level;
}

/// As far as it is asked for.
Domain within(const Domain& all, const Interval& asked) {
  const double low = std::clamp(asked.low, all.low, all.high);
  return {low, std::clamp(asked.high, low, all.high)};
}

/// One table of plain expiries; its error is infinite if it would need too many intervals.
Tabulated plain_table(std::span<const Sized> group, CallColumn column, double bound, const Interval& asked) {
  const Domain all = domain_of(group, column), domain = within(all, asked);
  const bool tight = is_tight(bound);
  math::DyadicGrid grid{plain_level(group, column, tight ? kCubicPart * bound : kCubicError)};
  const double step = grid.step();
  if ((domain.high - domain.low) / step > kMostIntervals * (tight ? refinement_for(bound) : 1)) return {};
  grid.first = static_cast<std::int64_t>(std::floor(domain.low / step)) - kGhosts;
  const auto last = static_cast<std::int64_t>(std::ceil(domain.high / step)) + kGhosts;
  grid.count = static_cast<std::size_t>(std::max(last - grid.first + 1, kFewestNodes + 2 * kGhosts));
  std::vector<const RowFiller*> expiries;
  for (const Sized& one : group) expiries.push_back(one.expiry);
  std::vector<double> values;
  if (tight) sum_finely(expiries, column, 0, grid, values);
  else sum_on_grid(expiries, column, std::span(kNoLevel, 1), grid, &values);
  math::CubicTable table = math::make_cubic_table(grid.node(kGhosts), step, values);
  const double of_nodes =
      tight ? kFineSumError : 1.4 * (kRefinementError + expiries.front()->grid_error(column));
  const double error = of_nodes + table.error / gross_of(group, column);
  return {std::move(table), error, domain.low > all.low || domain.high < all.high};
}

/// Those with a width, by width. Widths are asked for over all log spots that some expiry is tabulated at.
std::vector<Sized> with_widths(std::span<const RowFiller* const> expiries, CallColumn column) {
  std::vector<Sized> sized;
  Domain domain;
  for (const RowFiller* expiry : expiries) domain.cover(domain_of(*expiry, usual_width(*expiry, column)));
  for (const RowFiller* expiry : expiries)
    sized.push_back({expiry, expiry->width(column, 0, {domain.low, domain.high})});
  std::ranges::stable_sort(sized, {}, &Sized::width);
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

CallSurface::CallSurface(std::span<const RowFiller* const> expiries, CallColumn column, double error_bound,
                         const Interval& within)
    : column_(column), error_bound_(error_bound), within_(within) {
  const std::vector<Sized> sized = without_plain(with_widths(expiries, column));
  std::span<const Sized> left = sized;
  while (!left.empty() && left.front().width <= 0) {
    give_up(left.first(1));
    left = left.subspan(1);
  }
  while (!left.empty()) {
    const std::size_t size = group_size(left);
    tabulate(left.first(size));
    left = left.subspan(size);
  }
}

/// Tabulates the plain expiries that one table can serve. returns  the others
std::vector<Sized> CallSurface::without_plain(std::vector<Sized> sized) {
  const auto plain = std::stable_partition(
      sized.begin(), sized.end(), [&](const Sized& one) { return !has_grids(one, column_, error_bound_); });
  std::vector<Sized> alike(plain, sized.end());
  std::size_t narrow = 0;
  Tabulated made;
  while (narrow < alike.size()) {
    made = plain_table(std::span(alike).subspan(narrow), column_, error_bound_, within_);
    if (made.error <= error_bound_) break;
    ++narrow;
  }
  sized.erase(plain, sized.end());
  sized.insert(sized.end(), alike.begin(), alike.begin() + static_cast<std::ptrdiff_t>(narrow));
  std::ranges::stable_sort(sized, {}, &Sized::width);
  if (narrow == alike.size()) return sized;
  keep(std::span(alike).subspan(narrow), std::move(made.table), made.error);
  if (made.ends_early) groups_.back().flat_outside = false;
  return sized;
}

/// What no table serves is divided: the narrow ones need fine steps, and others must not suffer for them.
void CallSurface::tabulate(std::span<const Sized> group) {
  Tabulated made = within_bound(group, column_, error_bound_);
  if (made.error <= error_bound_) return keep(group, std::move(made.table), made.error);
  if (group.size() == 1) return give_up(group);
  const std::size_t half = group.size() / 2;
  tabulate(group.first(half));
  tabulate(group.subspan(half));
}

void CallSurface::give_up(std::span<const Sized> group) {
  for (const Sized& one : group) {
    if (is_flat_outside(*one.expiry) && StepTable::serves(*one.expiry, 0, one.expiry->extent(0))) {
      steps_.emplace_back(*one.expiry, column_, 0);
      report_.interpolated += one.expiry->call_count();
    } else {
      rest_.push_back(one.expiry);
      report_.refused += one.expiry->call_count();
    }
  }
}

void CallSurface::keep(std::span<const Sized> group, math::CubicTable table, double error) {
  Group kept{{}, std::move(table), true};
  for (const Sized& one : group) {
    kept.expiries.push_back(one.expiry);
    kept.flat_outside = kept.flat_outside && is_flat_outside(*one.expiry);
    report_.interpolated += one.expiry->call_count();
  }
  report_.worst_error = std::max(report_.worst_error, error);
  report_.table_bytes += kept.table.pieces.size() * sizeof(math::Cubic);
  groups_.push_back(std::move(kept));
}

void CallSurface::add(const Group& group, const double* log_spot, std::size_t count, double* out) const {
  const math::CubicTable& table = group.table;
  if (group.flat_outside) return math::table_kernels().add(table.view(), log_spot, count, out);
  Lanes before;
  std::copy_n(out, count, before.data());
  math::table_kernels().add(table.view(), log_spot, count, out);
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
  add_from(0, log_spot, count, out);
}

void CallSurface::set(double base, const double* log_spot, std::size_t count, double* out) const {
  if (!groups_.empty() && groups_.front().flat_outside) {
    math::table_kernels().set(groups_.front().table.view(), base, log_spot, count, out);
    return add_from(1, log_spot, count, out);
  }
  std::fill_n(out, count, base);
  add_from(0, log_spot, count, out);
}

const math::CubicTable* CallSurface::whole() const {
  const bool alone = groups_.size() == 1 && steps_.empty() && rest_.empty();
  return alone && groups_.front().flat_outside ? &groups_.front().table : nullptr;
}

/// What the groups from one on, and all that is in none, come to.
void CallSurface::add_from(std::size_t group, const double* log_spot, std::size_t count, double* out) const {
  for (; group < groups_.size(); ++group) add(groups_[group], log_spot, count, out);
  for (const StepTable& table : steps_) table.add(log_spot, nullptr, count, out);
  for (const RowFiller* expiry : rest_) expiry->add(column_, log_spot, kNoLevel, count, out);
}

}  // namespace unhedged::pricing
