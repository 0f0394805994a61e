#include "engine/pricing/slice.hpp"

#include <algorithm>
#include <cmath>

#include "engine/math/scalar.hpp"

namespace unhedged::pricing {
namespace {

CallArrays arrays_of(const instruments::ExpiryBucket& source, double spot_today) {
  CallArrays arrays;
  arrays.expiry_years = source.expiry_years;
  arrays.units = source.units;
  arrays.cash = source.cash;
  for (const instruments::NettedCall& call : source.calls) {
    arrays.log_strike.push_back(scalar::log(call.strike / spot_today));
    arrays.quantity.push_back(call.quantity);
    arrays.strike_quantity.push_back(call.quantity * call.strike);
    arrays.ratio.push_back(call.volatility_ratio);
  }
  arrays.sum_gross();
  if (std::ranges::all_of(arrays.ratio, [](double ratio) { return ratio == 1; })) arrays.ratio.clear();
  return arrays;
}

/// The surface over the total variance of the reference.
void set_surface(const market::SurfaceSlice& surface, double reference, SliceBucket& bucket) {
  bucket.surface_level = surface.theta / reference;
  bucket.surface_slope = surface.rho_psi / reference;
  bucket.surface_wings =
      (surface.psi * surface.psi - surface.rho_psi * surface.rho_psi) / (reference * reference);
}

}  // namespace

SliceBucket bucket_of(const CallArrays& calls, double tau, const Carry& carry,
                      const market::ImpliedCurve& curve, double quoted_before_years) {
  const market::AffineVariance variance = curve.variance(tau + quoted_before_years);
  const double scale = (1 + curve.premium) * (1 + curve.premium) * tau;
  SliceBucket bucket{};
  bucket.calls = &calls;
  bucket.tau = tau;
  bucket.end_call = calls.quantity.size();
  bucket.variance_constant = scale * variance.constant;
  bucket.variance_slope = scale * variance.slope;
  bucket.carry = (carry.rate - carry.yield) * tau;
  bucket.skew = curve.skew;
  bucket.curvature = curve.curvature / std::sqrt(tau);
  bucket.smallest_sd = market::kSmallestVolatility * std::sqrt(tau);
  if (curve.own_marks == market::OwnMarks::kept && !calls.ratio.empty()) bucket.ratio = calls.ratio.data();
  if (curve.surface) set_surface(curve.surface->at(tau), curve.reference * curve.reference * tau, bucket);
  bucket.spot_discount = scalar::exp(-carry.yield * tau);
  bucket.cash_discount = scalar::exp(-carry.rate * tau);
  return bucket;
}

void CallArrays::sum_gross() {
  gross_quantity = gross_strike_quantity = 0;
  for (const double q : quantity) gross_quantity += std::abs(q);
  for (const double q : strike_quantity) gross_strike_quantity += std::abs(q);
}

PricedBook priced(const instruments::AssetBook& book, const Carry& carry, double spot_today) {
  PricedBook out;
  out.spot_units = book.spot_units;
  out.spot_today = spot_today;
  out.carry = carry;
  for (const instruments::ExpiryBucket& bucket : book.buckets)
    out.expiries.push_back(arrays_of(bucket, spot_today));
  return out;
}

namespace {

/// At the money, before costs.
double quoted_sd(const SliceBucket& bucket, double quote_level) {
  const double variance = bucket.variance_constant + bucket.variance_slope * quote_level;
  const double shape = bucket.surface_level > 0 ? std::sqrt(bucket.surface_level) : 1.0;
  return std::sqrt(std::max(0.0, variance)) * shape;
}

}  // namespace

namespace {

double shifted_sd(const SliceBucket& bucket, double sd) {
  if (!bucket.is_shifted()) return sd;
  return std::max({bucket.smallest_sd, bucket.least_sd, sd + bucket.sd_shift});
}

}  // namespace

void shift_volatilities(const VolatilityShift& by, SliceBucket& bucket) {
  const double root = std::sqrt(bucket.tau);
  bucket.variance_constant *= by.factor * by.factor;
  bucket.variance_slope *= by.factor * by.factor;
  bucket.sd_shift = by.points * root;
  bucket.least_sd = by.least * root;
}

double shift_steepness(const SliceBucket& bucket, double quote_level) {
  const double quoted = std::max(bucket.smallest_sd, quoted_sd(bucket, quote_level));
  return bucket.sd_shift == 0 ? 1 : quoted / shifted_sd(bucket, quoted);
}

double smooth_above(const SliceBucket& bucket) {
  constexpr double above = 1.4142135623730951;  // twice the least variance
  const double least = above * std::max(bucket.smallest_sd, bucket.least_sd) - bucket.sd_shift;
  return std::max({0.0, least, above * bucket.smallest_sd, -2 * bucket.sd_shift});
}

double charged_sd(double sd, double charge, double smallest) {
  return charge == 0 ? sd : std::sqrt(std::max(smallest * smallest, sd * sd + charge * sd));
}

double narrowest_sd(const SliceBucket& bucket, double quote_level) {
  const double ratio = bucket.ratio ? std::ranges::min(bucket.calls->ratio) : 1.0;
  const double sd = shifted_sd(bucket, std::max(bucket.smallest_sd, quoted_sd(bucket, quote_level) * ratio));
  if (bucket.charge == 0) return sd;
  const bool held = std::ranges::any_of(bucket.calls->quantity, [](double q) { return q >= 0; });
  return charged_sd(sd, held ? -bucket.charge : bucket.charge, bucket.smallest_sd);
}

double widest_sd(const SliceBucket& bucket, double quote_level) {
  const double ratio = bucket.ratio ? std::ranges::max(bucket.calls->ratio) : 1.0;
  const double sd = shifted_sd(bucket, std::max(bucket.smallest_sd, quoted_sd(bucket, quote_level) * ratio));
  return charged_sd(sd, bucket.charge, bucket.smallest_sd);
}

double reach_of_a_call(double sd) { return std::max(9.0, 8.3 + 0.5 * sd) * sd; }

namespace {

/// Fewer calls than this are not worth a search.
constexpr std::size_t kFewestToSearch = 6;

/// The calls whose shares and cash change between two log spots; adds what those below are worth there, which
/// is all of them, to every point. Those above are worth nothing.
SliceBucket near_the_money(const SliceBucket& bucket, CallColumn column, const double* log_spot,
                           std::size_t count, double* out) {
  const auto [low, high] = std::minmax_element(log_spot, log_spot + count);
  const double sd = narrowest_sd(bucket, 0), margin = reach_of_a_call(sd);
  const std::vector<double>& strikes = bucket.calls->log_strike;
  SliceBucket near = bucket;
  const auto place = [&](double at) {
    return static_cast<std::size_t>(std::ranges::lower_bound(strikes, at) - strikes.begin());
  };
  near.first_call = place(*low + bucket.carry - margin);
  near.end_call = std::max(near.first_call, place(*high + bucket.carry + margin));
  if (near.first_call == 0 || !is_distribution(column)) return near;
  const bool shares = column != CallColumn::cash;
  const std::vector<double>& quantity = shares ? bucket.calls->quantity : bucket.calls->strike_quantity;
  double below = 0;
  for (std::size_t call = 0; call < near.first_call; ++call) below += quantity[call];
  below *= shares ? bucket.spot_discount : bucket.cash_discount;
  for (std::size_t i = 0; i < count; ++i) out[i] += below;
  return near;
}

void add_column_of_all(const SliceBucket& bucket, CallColumn column, const double* log_spot,
                       const double* quote_level, std::size_t count, double* out) {
  const SliceKernels& kernels = slice_kernels();
  switch (column) {
    case CallColumn::hedge:
      if (bucket.smile_moves && bucket.has_smile())
        return kernels.add_shares_of_moving_smile(bucket, log_spot, quote_level, count, out);
      [[fallthrough]];
    case CallColumn::shares: return kernels.add_shares(bucket, log_spot, quote_level, count, out);
    case CallColumn::cash: return kernels.add_cash(bucket, log_spot, quote_level, count, out);
    case CallColumn::gamma:
      return kernels.add_bell(bucket, Bell::over_sd, 1, log_spot, quote_level, count, out);
    case CallColumn::vega:
      return kernels.add_bell(bucket, Bell::alone, std::sqrt(bucket.tau), log_spot, quote_level, count, out);
    case CallColumn::decay:
      return kernels.add_bell(bucket, Bell::times_sd, 0.5 / bucket.tau, log_spot, quote_level, count, out);
  }
}

}  // namespace

void add_column(const SliceBucket& bucket, CallColumn column, const double* log_spot,
                const double* quote_level, std::size_t count, double* out) {
  const bool searches =
      bucket.has_constant_sd() && bucket.ratio == nullptr && bucket.calls->quantity.size() >= kFewestToSearch;
  if (!searches) return add_column_of_all(bucket, column, log_spot, quote_level, count, out);
  const SliceBucket near = near_the_money(bucket, column, log_spot, count, out);
  if (near.first_call < near.end_call) add_column_of_all(near, column, log_spot, quote_level, count, out);
}

double gross_of(const SliceBucket& bucket, CallColumn column, double quote_level) {
  constexpr double peak = 0.3989422804014327;  // of the normal density
  const double sum =
      column == CallColumn::cash ? bucket.calls->gross_strike_quantity : bucket.calls->gross_quantity;
  switch (column) {
    case CallColumn::shares:
    case CallColumn::hedge:
    case CallColumn::cash: return sum;
    case CallColumn::gamma: return sum * peak / narrowest_sd(bucket, quote_level);
    case CallColumn::vega: return sum * peak * std::sqrt(bucket.tau);
    case CallColumn::decay: return sum * peak * narrowest_sd(bucket, quote_level) / (2 * bucket.tau);
  }
  return sum;
}

}  // namespace unhedged::pricing
