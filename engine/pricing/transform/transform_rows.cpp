#include "engine/pricing/transform/transform_rows.hpp"

#include <algorithm>
#include <atomic>
#include <cmath>

#include "engine/core/recent.hpp"

namespace unhedged::pricing {
namespace {

/// Rows of tables go on below the least variance, so that what lies between rows does not bend there.
constexpr double kRowsBelowLeast = 0.25;
/// Of a table of cubics, densities ask finer steps than distributions.
constexpr double kNarrowerDensity = 0.65;
/// So many calls are looked up in a strip rather than summed.
constexpr std::size_t kManyCalls = 40;
/// By each thread.
constexpr std::size_t kStripsKept = 160;

/// Of the total variance at the money that a bucket's quotes come to.
double shape_at_the_money(const SliceBucket& bucket) {
  return bucket.surface_level > 0 ? bucket.surface_level : 1;
}

}  // namespace

TransformRows::TransformRows(const AffineParams& params, std::optional<double> variance,
                             const SliceBucket& bucket)
    : table_(AffineLaw(params, bucket.tau)), variance_(variance), bucket_(bucket) {
  static std::atomic<std::uint64_t> made{0};
  number_ = ++made;
  const market::AffineVariance mean = table_.law().mean_variance();
  const double scale = shape_at_the_money(bucket) / (bucket.tau * mean.slope);
  variance_constant_ = scale * bucket.variance_constant - mean.constant / mean.slope;
  variance_slope_ = scale * bucket.variance_slope;
  least_ = std::max(kLeastVariance, kLeastPart * mean.constant / mean.slope);
}

double TransformRows::variance(double quote_level) const {
  if (variance_) return *variance_;
  return std::max(least_, variance_constant_ + variance_slope_ * quote_level);
}

double TransformRows::level_at(double variance) const {
  return moves_with_level() ? std::max(0.0, (variance - variance_constant_) / variance_slope_) : 0;
}

/// Where the variance would be zero.
double TransformRows::level_shift() const {
  return moves_with_level() ? variance_constant_ / variance_slope_ : INFINITY;
}

std::shared_ptr<const Strip> TransformRows::strip(CallColumn column, double variance) const {
  const auto make = [&] { return std::make_shared<const Strip>(CosineSeries(table_, variance, column)); };
  if (!moves_with_level()) {
    const auto index = static_cast<std::size_t>(column);
    std::call_once(once_[index], [&] { kept_[index] = make(); });
    return kept_[index];
  }
  struct Key {
    std::uint64_t number = 0;
    CallColumn column = CallColumn::shares;
    double variance = 0;
    bool operator==(const Key&) const = default;
  };
  static thread_local Recent<Key, std::shared_ptr<const Strip>, kStripsKept> recent;
  return recent.get({number_, column, variance}, make);
}

Interval TransformRows::extent(double quote_level) const {
  if (!moves_with_level()) return {-INFINITY, INFINITY};  // far tails are narrow tables' ruin
  const auto shares = strip(CallColumn::shares, variance(quote_level));
  const Interval at = money();
  return {at.low + shares->m_low(), at.high + shares->m_high()};
}

Interval TransformRows::money() const {
  const std::vector<double>& strikes = bucket_.calls->log_strike;
  return {strikes.front() - bucket_.carry, strikes.back() - bucket_.carry};
}

double TransformRows::width(CallColumn column, double quote_level, const Interval&) const {
  const double width = strip(CallColumn::shares, variance(quote_level))->width();
  return is_distribution(column) ? width : kNarrowerDensity * width;
}

double TransformRows::gross(CallColumn column, double quote_level) const {
  if (column == CallColumn::cash) return bucket_.calls->gross_strike_quantity;
  if (is_distribution(column)) return bucket_.calls->gross_quantity;
  return bucket_.calls->gross_quantity * strip(column, variance(quote_level))->greatest();
}

double TransformRows::factor(CallColumn column, std::size_t call) const {
  return column == CallColumn::cash ? bucket_.calls->strike_quantity[call] * bucket_.cash_discount
                                    : bucket_.calls->quantity[call] * bucket_.spot_discount;
}

void TransformRows::add_row(CallColumn column, double quote_level, const double* log_spot, std::size_t count,
                            double* out) const {
  double v = variance(quote_level);
  if (moves_with_level())
    v = std::max(kRowsBelowLeast * least_, variance_constant_ + variance_slope_ * quote_level);
  const auto from = strip(column, v);
  for (std::size_t call = 0; call < call_count(); ++call)
    from->add(factor(column, call), bucket_.carry - bucket_.calls->log_strike[call], log_spot, count, out);
}

double TransformRows::value_at(CallColumn column, double log_spot, double variance) const {
  const CosineSeries series(table_, variance, column);
  double sum = 0;
  if (call_count() >= kManyCalls) {
    const Strip from(series);
    for (std::size_t call = 0; call < call_count(); ++call)
      from.add(factor(column, call), bucket_.carry - bucket_.calls->log_strike[call], &log_spot, 1, &sum);
    return sum;
  }
  for (std::size_t call = 0; call < call_count(); ++call)
    sum += factor(column, call) * series.at(log_spot + bucket_.carry - bucket_.calls->log_strike[call]);
  return sum;
}

/// Lanes that pad a block repeat the one before.
void TransformRows::add(CallColumn column, const double* log_spot, const double* quote_level,
                        std::size_t count, double* out) const {
  if (!moves_with_level()) return add_row(column, 0, log_spot, count, out);
  double value = 0;
  for (std::size_t i = 0; i < count; ++i) {
    const bool again = i > 0 && log_spot[i] == log_spot[i - 1] && quote_level[i] == quote_level[i - 1];
    if (!again) value = value_at(column, log_spot[i], variance(quote_level[i]));
    out[i] += value;
  }
}

std::unique_ptr<RowFiller> TransformModel::rows(const CallArrays& calls, const Moment& moment,
                                                const market::ImpliedCurve& curve) const {
  const double tau = calls.expiry_years - moment.time_years;
  return std::make_unique<TransformRows>(params_, variance_, bucket_of(calls, tau, moment.carry, curve));
}

}  // namespace unhedged::pricing
