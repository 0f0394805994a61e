#include "engine/pricing/row_sum.hpp"

#include <algorithm>
#include <cmath>

namespace unhedged::pricing {
namespace {

constexpr double kWidestClass = 2;
/// A class is tabulated if that takes so many times fewer nodes.
constexpr double kWorthwhile = 1.5;
constexpr double kNodesBeyond = 3;
constexpr std::size_t kRun = 64, kGranule = 16;
constexpr double kBeyond = 1e-3;

/// Expiries from `first` on whose widths are alike.
std::size_t end_of_class(std::span<const Sized> expiries, std::size_t first) {
  std::size_t end = first;
  while (end < expiries.size() && expiries[end].width <= kWidestClass * expiries[first].width) ++end;
  return end;
}

}  // namespace

RowSum::RowSum(std::span<const Sized> expiries, const RowPlan& plan) : plan_(plan) {
  for (std::size_t first = 0, end; first < expiries.size(); first = end) {
    end = end_of_class(expiries, first);
    const std::span<const Sized> alike = expiries.subspan(first, end - first);
    if (plan.interval * alike.front().width > kWorthwhile * plan.step) tabulate(alike);
    else
      for (const Sized& one : alike) direct_.push_back(member_of(*one.expiry));
  }
}

RowSum::Member RowSum::member_of(const RowFiller& expiry) {
  Member member{&expiry, expiry.extent(plan_.quote_level), 0};
  if (std::isfinite(member.changes.high)) {
    double x[kGranule], value[kGranule] = {};
    std::fill_n(x, kGranule, member.changes.high + kBeyond);
    expiry.add_row(plan_.column, plan_.quote_level, x, kGranule, value);
    member.above = value[0];
  }
  return member;
}

void RowSum::tabulate(std::span<const Sized> expiries) {
  const double step = plan_.interval * expiries.front().width;
  Interval hull{INFINITY, -INFINITY};
  std::vector<Member> members;
  for (const Sized& one : expiries) {
    members.push_back(member_of(*one.expiry));
    hull.low = std::min(hull.low, members.back().changes.low);
    hull.high = std::max(hull.high, members.back().changes.high);
  }
  // beyond the hull the sum is constant, and so is a table
  const double low = std::max(hull.low, plan_.log_spot.low - kNodesBeyond * step);
  const double high =
      std::max(low + 9 * step, std::min(hull.high, plan_.log_spot.high + kNodesBeyond * step));
  const auto intervals = static_cast<std::size_t>(std::ceil((high - low) / step));
  tables_.push_back(math::make_cubic_table(low, high, std::max<std::size_t>(9, intervals),
                                           [&](const double* x, std::size_t count, double* out) {
                                             std::fill_n(out, count, 0.0);
                                             add_run(members, x, count, out);
                                           }));
  error_ += tables_.back().error;
}

void RowSum::add(const double* log_spot, std::size_t count, double* out) const {
  for (const math::CubicTable& table : tables_) math::table_kernels().add(table.view(), log_spot, count, out);
  add_run(direct_, log_spot, count, out);
}

void RowSum::add_run(const std::vector<Member>& members, const double* log_spot, std::size_t count,
                     double* out) const {
  for (std::size_t first = 0; first < count; first += kRun) {
    const std::size_t size = std::min(kRun, count - first);
    const double* const x = log_spot + first;
    const auto [low, high] = std::minmax_element(x, x + size);
    double above = 0;
    for (const Member& member : members) {
      if (*low >= member.changes.high) above += member.above;
      else if (*high <= member.changes.low) continue;
      else member.expiry->add_row(plan_.column, plan_.quote_level, x, size, out + first);
    }
    for (std::size_t i = 0; above != 0 && i < size; ++i) out[first + i] += above;
  }
}

}  // namespace unhedged::pricing
