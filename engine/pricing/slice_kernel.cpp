#include "engine/math/elementary.hpp"
#include "engine/pricing/slice.hpp"

namespace unhedged::pricing::UNHEDGED_ISA {
namespace {

/// Standard deviation of the log forward over the life, at the money, lane by lane.
void at_the_money_sd(const SliceBucket& bucket, const double* level, double* sd) {
  const double constant = bucket.variance_constant, slope = bucket.variance_slope;
  const double smallest = bucket.smallest_sd;
  for (std::size_t lane = 0; lane < kLanes; ++lane) {
    const double variance = math::fma(slope, level[lane], constant);
    const double root = __builtin_sqrt(variance > 0.0 ? variance : 0.0);
    sd[lane] = root > smallest ? root : smallest;
  }
}

/// The quote moves along the smile with the log-moneyness k.
void with_smile(const SliceBucket& bucket, double log_strike, const double* log_spot,
                const double* atm, double* sd) {
  const double skew = bucket.skew, curvature = bucket.curvature, smallest = bucket.smallest_sd;
  const double shift = log_strike - bucket.carry;
  for (std::size_t lane = 0; lane < kLanes; ++lane) {
    const double k = shift - log_spot[lane];
    const double quoted = math::fma(math::fma(curvature, k, skew), k, atm[lane]);
    sd[lane] = quoted > smallest ? quoted : smallest;
  }
}

void add_delta(double weight, double shift, const double* log_spot, const double* sd, double* delta) {
  for (std::size_t lane = 0; lane < kLanes; ++lane) {
    const double d1 = math::fma(0.5, sd[lane], (log_spot[lane] + shift) / sd[lane]);
    delta[lane] = math::fma(weight, math::normal_cdf(d1), delta[lane]);
  }
}

void add_delta_constant_sd(double weight, double shift, double sd, const double* log_spot,
                           double* delta) {
  const double slope = 1.0 / sd, offset = shift / sd + 0.5 * sd;
  for (std::size_t lane = 0; lane < kLanes; ++lane)
    delta[lane] =
        math::fma(weight, math::normal_cdf(math::fma(log_spot[lane], slope, offset)), delta[lane]);
}

void add_value(double spot_weight, double cash_weight, double shift, const double* log_spot,
               const double* spot, const double* sd, double* value) {
  for (std::size_t lane = 0; lane < kLanes; ++lane) {
    const double d1 = math::fma(0.5, sd[lane], (log_spot[lane] + shift) / sd[lane]);
    const double shares = spot_weight * math::normal_cdf(d1);
    const double cash = cash_weight * math::normal_cdf(d1 - sd[lane]);
    value[lane] += math::fma(shares, spot[lane], -cash);
  }
}

/// Calls visit(call index, shift, sd lanes) for every call of the bucket.
template <class Visit>
void for_each_call(const SliceBucket& bucket, const double* log_spot, const double* level,
                   Visit visit) {
  Lanes atm, smiled;
  at_the_money_sd(bucket, level, atm.data());
  const bool smile = bucket.skew != 0.0 || bucket.curvature != 0.0;
  const double* log_strike = bucket.calls->log_strike.data();
  const std::size_t count = bucket.calls->log_strike.size();
  for (std::size_t call = 0; call < count; ++call) {
    if (smile) with_smile(bucket, log_strike[call], log_spot, atm.data(), smiled.data());
    visit(call, bucket.carry - log_strike[call], smile ? smiled.data() : atm.data());
  }
}

void delta_at_constant_sd(const SliceBucket& bucket, const double* log_spot, double* out) {
  const double root = __builtin_sqrt(bucket.variance_constant);
  const double sd = root > bucket.smallest_sd ? root : bucket.smallest_sd;
  const CallArrays& calls = *bucket.calls;
  for (std::size_t call = 0; call < calls.quantity.size(); ++call)
    add_delta_constant_sd(calls.quantity[call] * bucket.spot_discount,
                          bucket.carry - calls.log_strike[call], sd, log_spot, out);
}

void delta(const BookSlice& slice, const double* log_spot, const double* level, double* out) {
  for (std::size_t lane = 0; lane < kLanes; ++lane) out[lane] = slice.linear_units;
  for (const SliceBucket& bucket : slice.buckets) {
    if (bucket.has_constant_sd()) {
      delta_at_constant_sd(bucket, log_spot, out);
      continue;
    }
    const double* quantity = bucket.calls->quantity.data();
    for_each_call(bucket, log_spot, level, [&](std::size_t call, double shift, const double* sd) {
      add_delta(quantity[call] * bucket.spot_discount, shift, log_spot, sd, out);
    });
  }
}

void value(const BookSlice& slice, const double* log_spot, const double* spot, const double* level,
           double* out) {
  for (std::size_t lane = 0; lane < kLanes; ++lane)
    out[lane] = math::fma(slice.linear_units, spot[lane], slice.linear_cash);
  for (const SliceBucket& bucket : slice.buckets) {
    const CallArrays& calls = *bucket.calls;
    for_each_call(bucket, log_spot, level, [&](std::size_t call, double shift, const double* sd) {
      add_value(calls.quantity[call] * bucket.spot_discount,
                calls.strike_quantity[call] * bucket.cash_discount, shift, log_spot, spot, sd, out);
    });
  }
}

}  // namespace

const SliceKernels slice_kernels{delta, value};

}  // namespace unhedged::pricing::UNHEDGED_ISA
