#include "engine/pricing/black_scholes_model.hpp"

#include <algorithm>
#include <cmath>

#include "engine/pricing/book_slice.hpp"
#include "engine/pricing/smile.hpp"

namespace unhedged::pricing {
namespace {

constexpr double kMargin = 9, kTail = 8.3;  ///< beyond so many deviations a delta is 0 or 1 to 1e-16
/// The error of cubics is a part of the fourth derivative: for a density, over its peak, it is 5.4 times what
/// it is for the distribution.
constexpr double kNarrowerBell = 0.65;

struct SdRange {
  double low = INFINITY, high = 0;
};

bool has_strips(CallColumn column) { return column == CallColumn::shares || column == CallColumn::cash; }

}  // namespace

std::unique_ptr<RowFiller> BlackScholesModel::rows(const CallArrays& calls, const Moment& moment,
                                                   const market::ImpliedCurve& curve) const {
  const double tau = calls.expiry_years - moment.time_years;
  return std::make_unique<BlackScholesRows>(bucket_of(calls, tau, moment.carry, curve), *this);
}

void BlackScholesModel::share(const PricedBook& book, std::span<const Planned> planned,
                              std::span<const CallColumn> columns) {
  std::map<const CallArrays*, SdRange> ranges;
  for (const Planned& one : planned)
    for (const CallArrays& calls : book.expiries) {
      const double tau = calls.expiry_years - one.time_years;
      if (calls.quantity.empty() || tau <= kExpiredYears) continue;
      const SliceBucket bucket = bucket_of(calls, tau, book.carry, *one.curve);
      if (!bucket.is_alike()) continue;
      SdRange& range = ranges[&calls];
      range.low = std::min(range.low, narrowest_sd(bucket, one.reach.level_low));
      range.high = std::max(range.high, narrowest_sd(bucket, one.reach.level_high));
    }
  for (const auto& [calls, range] : ranges)
    for (const CallColumn column : columns)
      if (has_strips(column))
        shared_[static_cast<int>(column)][calls].emplace(*calls, column, range.low, range.high);
}

const CallRows* BlackScholesModel::shared(const CallArrays& calls, CallColumn column) const {
  if (!has_strips(column)) return nullptr;
  const auto& of_column = shared_[static_cast<int>(column)];
  const auto found = of_column.find(&calls);
  return found == of_column.end() ? nullptr : &*found->second;
}

const CallRows* BlackScholesRows::strip(CallColumn column) const {
  return bucket_.is_alike() ? model_->shared(*bucket_.calls, column) : nullptr;
}

Interval BlackScholesRows::money() const {
  const auto [first, last] = std::ranges::minmax(bucket_.calls->log_strike);
  return {first - bucket_.carry, last - bucket_.carry};
}

Interval BlackScholesRows::extent(double level) const {
  if (bucket_.has_smile()) return {-INFINITY, INFINITY};
  const Interval at = money(), ratio = ratios(bucket_);
  const double widest = narrowest_sd(bucket_, level) * ratio.high / ratio.low;
  const double margin = std::max(kMargin, kTail + 0.5 * widest) * widest;
  return {at.low - margin, at.high + margin};
}

double BlackScholesRows::width(CallColumn column, double level, const Interval& log_spot) const {
  const double bend = narrowest_bend(bucket_, column, level, log_spot);
  return has_strips(column) ? bend : kNarrowerBell * bend;
}

double BlackScholesRows::level_shift() const {
  return bucket_.variance_slope > 0 ? bucket_.variance_constant / bucket_.variance_slope : INFINITY;
}

void BlackScholesRows::add(CallColumn column, const double* log_spot, const double* level, std::size_t count,
                           double* out) const {
  add_column(bucket_, column, log_spot, level, count, out);
}

void BlackScholesRows::add_row(CallColumn column, double level, const double* log_spot, std::size_t count,
                               double* out) const {
  const CallRows* const shared = strip(column);
  if (shared == nullptr) return RowFiller::add_row(column, level, log_spot, count, out);
  double y[kLanes];
  for (std::size_t i = 0; i < count; ++i) y[i] = log_spot[i] + bucket_.carry;
  const double discount = column == CallColumn::shares ? bucket_.spot_discount : bucket_.cash_discount;
  shared->add(y, narrowest_sd(bucket_, level), discount, count, out);
}

double BlackScholesRows::row_error(CallColumn column, double highest_level) const {
  const CallRows* const shared = strip(column);
  if (shared == nullptr) return 0;
  const double discount = column == CallColumn::shares ? bucket_.spot_discount : bucket_.cash_discount;
  return discount * shared->error(narrowest_sd(bucket_, highest_level));
}

}  // namespace unhedged::pricing
