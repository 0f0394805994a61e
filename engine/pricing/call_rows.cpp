#include "engine/pricing/call_rows.hpp"

#include <algorithm>
#include <cmath>

#include "engine/math/scalar.hpp"

namespace unhedged::pricing {
namespace {

constexpr double kRowStep = 0.07;  ///< in log sd; six rows are combined at a time
constexpr std::size_t kStencil = 6;
constexpr double kInterval = 0.07;  ///< of a row's table, in units of its sd
constexpr double kMargin = 9;       ///< beyond so many deviations nothing changes

/// A bucket that sees y as its log spot and the given sd, undiscounted.
SliceBucket plain_bucket(const CallArrays& calls, double sd) {
  SliceBucket bucket{};
  bucket.calls = &calls;
  bucket.end_call = calls.quantity.size();
  bucket.variance_constant = sd * sd;
  bucket.spot_discount = bucket.cash_discount = 1;
  return bucket;
}

math::CubicTable row_of(const CallArrays& calls, CallColumn column, double sd) {
  const SliceBucket bucket = plain_bucket(calls, sd);
  const auto [first, last] = std::ranges::minmax(calls.log_strike);
  // d1 and d2 differ from (y - k) / sd by half an sd
  const double margin = (kMargin + 0.5 * sd) * sd, low = first - margin, high = last + margin;
  const auto intervals = static_cast<std::size_t>(std::ceil((high - low) / (kInterval * sd)));
  return math::make_cubic_table(low, high, intervals, [&](const double* y, std::size_t count, double* out) {
    constexpr double no_level[kLanes] = {};
    std::fill_n(out, count, 0.0);
    add_column(bucket, column, y, no_level, count, out);
  });
}

/// Lagrange's weights of nodes 0 .. 5 at t.
void lagrange(double t, double (&weight)[kStencil]) {
  for (std::size_t i = 0; i < kStencil; ++i) {
    weight[i] = 1;
    for (std::size_t j = 0; j < kStencil; ++j)
      if (j != i)
        weight[i] *= (t - static_cast<double>(j)) / (static_cast<double>(i) - static_cast<double>(j));
  }
}

}  // namespace

CallRows::CallRows(const CallArrays& calls, CallColumn column, double low_sd, double high_sd)
    : first_log_sd_(scalar::log(low_sd) - 2 * kRowStep),
      gross_(gross_of(plain_bucket(calls, low_sd), column, 0)) {
  const double span = scalar::log(high_sd / low_sd) / kRowStep;
  const std::size_t count = static_cast<std::size_t>(std::ceil(span)) + kStencil;
  for (std::size_t row = 0; row < count; ++row)
    rows_.push_back(row_of(calls, column, scalar::exp(first_log_sd_ + static_cast<double>(row) * kRowStep)));
}

/// For one call, whatever its moneyness: a normal distribution in a table at kInterval (4.3e-8), six of
/// which are combined with weights that add up to 1.4 at most, and six points in log sd at kRowStep.
double CallRows::error(double sd) const {
  return (6e-8 + 5.5e-8 * scalar::power(1 + (0.29 + 0.04 * sd) * sd, 6)) * gross_;
}

void CallRows::add(const double* y, double sd, double weight, std::size_t count, double* out) const {
  const double position = (scalar::log(sd) - first_log_sd_) / kRowStep;
  const double most = static_cast<double>(rows_.size() - kStencil);
  const double first = std::clamp(std::floor(position) - 2, 0.0, most);
  double lagrange_weight[kStencil];
  lagrange(position - first, lagrange_weight);
  for (std::size_t k = 0; k < kStencil; ++k)
    math::table_kernels().add_scaled(rows_[static_cast<std::size_t>(first) + k], weight * lagrange_weight[k],
                                     y, count, out);
}

}  // namespace unhedged::pricing
