#include "engine/pricing/slice.hpp"

#include <algorithm>
#include <cmath>

#include "engine/math/scalar.hpp"

namespace unhedged::pricing {
namespace {

constexpr double kExpiredYears = 1e-9;

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
  if (std::ranges::all_of(arrays.ratio, [](double ratio) { return ratio == 1; })) arrays.ratio.clear();
  return arrays;
}

/// The surface over the total variance of the reference.
void set_surface(const market::SurfaceSlice& surface, double reference, SliceBucket& bucket) {
  bucket.surface_level = surface.theta / reference;
  bucket.surface_slope = surface.rho_psi / reference;
  bucket.surface_wings = (surface.psi * surface.psi - surface.rho_psi * surface.rho_psi) / (reference * reference);
}

SliceBucket bucket_of(const CallArrays& calls, double tau, const Carry& carry,
                      const market::ImpliedCurve& curve) {
  const market::AffineVariance variance = curve.variance(tau);
  const double scale = (1 + curve.premium) * (1 + curve.premium) * tau;
  SliceBucket bucket{};
  bucket.calls = &calls;
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

}  // namespace

PricedBook priced(const instruments::AssetBook& book, const Carry& carry, double spot_today) {
  PricedBook out;
  out.spot_units = book.spot_units;
  out.spot_today = spot_today;
  out.carry = carry;
  for (const instruments::ExpiryBucket& bucket : book.buckets)
    out.expiries.push_back(arrays_of(bucket, spot_today));
  return out;
}

std::size_t BookSlice::call_count() const {
  std::size_t count = 0;
  for (const SliceBucket& bucket : buckets) count += bucket.calls->quantity.size();
  return count;
}

BookSlice slice_of(const PricedBook& book, double time_years, const market::ImpliedCurve& curve) {
  BookSlice slice;
  slice.time_years = time_years;
  slice.linear_units = book.spot_units * scalar::exp(book.carry.yield * time_years);
  for (const CallArrays& calls : book.expiries) {
    const double tau = calls.expiry_years - time_years;
    if (tau <= kExpiredYears) continue;
    slice.linear_units += calls.units * scalar::exp(-book.carry.yield * tau);
    slice.linear_cash += calls.cash * scalar::exp(-book.carry.rate * tau);
    if (!calls.quantity.empty())
      slice.buckets.push_back(bucket_of(calls, tau, book.carry, curve));
  }
  slice.moves_with_level = curve.moves_with_level && !slice.buckets.empty();
  return slice;
}

double narrowest_sd(const SliceBucket& bucket, double level) {
  const double variance = bucket.variance_constant + bucket.variance_slope * level;
  const double shape = bucket.surface_level > 0 ? std::sqrt(bucket.surface_level) : 1.0;
  const double ratio = bucket.ratio ? std::ranges::min(bucket.calls->ratio) : 1.0;
  return std::max(bucket.smallest_sd, std::sqrt(std::max(0.0, variance)) * shape * ratio);
}

void add_part(const SliceBucket& bucket, Part part, const double* log_spot, const double* level,
              std::size_t count, double* out) {
  const SliceKernels& kernels = slice_kernels();
  (part == Part::shares ? kernels.add_shares : kernels.add_cash)(bucket, log_spot, level, count, out);
}

double gross_of(const SliceBucket& bucket, Part part) {
  double sum = 0;
  for (const double q : part == Part::shares ? bucket.calls->quantity : bucket.calls->strike_quantity)
    sum += std::abs(q);
  return sum;
}

void exact_delta(const BookSlice& slice, const double* log_spot, const double* level,
                 std::size_t count, double* delta) {
  std::fill_n(delta, count, slice.linear_units);
  for (const SliceBucket& bucket : slice.buckets)
    slice_kernels().add_shares(bucket, log_spot, level, count, delta);
}

void exact_value(const BookSlice& slice, const double* log_spot, const double* spot,
                 const double* level, std::size_t count, double* value) {
  Lanes shares, cash;
  std::fill_n(shares.data(), count, slice.linear_units);
  std::fill_n(cash.data(), count, -slice.linear_cash);
  for (const SliceBucket& bucket : slice.buckets) {
    slice_kernels().add_shares(bucket, log_spot, level, count, shares.data());
    slice_kernels().add_cash(bucket, log_spot, level, count, cash.data());
  }
  for (std::size_t lane = 0; lane < count; ++lane)
    value[lane] = shares[lane] * spot[lane] - cash[lane];
}

}  // namespace unhedged::pricing
