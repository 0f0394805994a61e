#include "engine/math/elementary.hpp"
#include "engine/pricing/slice.hpp"

namespace unhedged::pricing::UNHEDGED_ISA {
namespace {

/// Standard deviation of the log forward over the life, at the money, lane by lane.
void at_the_money_sd(const SliceBucket& bucket, const double* quote_level, std::size_t count, double* sd) {
  const double constant = bucket.variance_constant, slope = bucket.variance_slope;
  const double smallest = bucket.smallest_sd;
  for (std::size_t lane = 0; lane < count; ++lane) {
    const double variance = math::fma(slope, quote_level[lane], constant);
    const double root = __builtin_sqrt(variance > 0.0 ? variance : 0.0);
    sd[lane] = root > smallest ? root : smallest;
  }
}

/// The quote moves along the smile with the log-moneyness k.
void with_smile(const SliceBucket& bucket, double log_strike, const double* log_spot, const double* atm,
                std::size_t count, double* sd) {
  const double skew = bucket.skew, curvature = bucket.curvature, smallest = bucket.smallest_sd;
  const double shift = log_strike - bucket.carry;
  for (std::size_t lane = 0; lane < count; ++lane) {
    const double k = shift - log_spot[lane];
    const double quoted = math::fma(math::fma(curvature, k, skew), k, atm[lane]);
    sd[lane] = quoted > smallest ? quoted : smallest;
  }
}

/// The same where the quote has the shape of a surface as well.
void with_surface(const SliceBucket& bucket, double log_strike, const double* log_spot, const double* atm,
                  std::size_t count, double* sd) {
  const double skew = bucket.skew, curvature = bucket.curvature, smallest = bucket.smallest_sd;
  const double quote_level = bucket.surface_level, slope = bucket.surface_slope, wings = bucket.surface_wings;
  const double shift = log_strike - bucket.carry;
  for (std::size_t lane = 0; lane < count; ++lane) {
    const double k = shift - log_spot[lane];
    const double line = math::fma(slope, k, quote_level);
    const double wide = __builtin_sqrt(math::fma(line, line, wings * k * k));
    const double shape = __builtin_sqrt(0.5 * (line + wide));
    const double quoted = math::fma(math::fma(curvature, k, skew), k, atm[lane] * shape);
    sd[lane] = quoted > smallest ? quoted : smallest;
  }
}

/// A call with a mark of its own.
void scale_sd(const SliceBucket& bucket, double ratio, const double* quoted, std::size_t count, double* sd) {
  const double smallest = bucket.smallest_sd;
  for (std::size_t lane = 0; lane < count; ++lane) {
    const double own = ratio * quoted[lane];
    sd[lane] = own > smallest ? own : smallest;
  }
}

/// What costs add to or take from the square of a deviation, in proportion to it. `charge`: signed
void with_costs(const SliceBucket& bucket, double charge, const double* quoted, std::size_t count,
                double* sd) {
  const double least = bucket.smallest_sd * bucket.smallest_sd;
  for (std::size_t lane = 0; lane < count; ++lane) {
    const double square = math::fma(quoted[lane], quoted[lane], charge * quoted[lane]);
    sd[lane] = __builtin_sqrt(square > least ? square : least);
  }
}

UNHEDGED_INLINE double shifted(const SliceBucket& bucket, double sd) {
  const double least = bucket.least_sd > bucket.smallest_sd ? bucket.least_sd : bucket.smallest_sd;
  const double moved = sd + bucket.sd_shift;
  return moved > least ? moved : least;
}

/// What a shock makes of deviations, in their place if need be.
void shift_sd(const SliceBucket& bucket, const double* quoted, std::size_t count, double* sd) {
  for (std::size_t lane = 0; lane < count; ++lane) sd[lane] = shifted(bucket, quoted[lane]);
}

/// Slope of the quoted deviation in k; none where it is at its least.
void smile_slopes(const SliceBucket& bucket, double log_strike, const double* log_spot, const double* atm,
                  const double* sd, std::size_t count, double* slopes) {
  const double skew = bucket.skew, curvature = bucket.curvature, smallest = bucket.smallest_sd;
  const double quote_level = bucket.surface_level, slope = bucket.surface_slope, wings = bucket.surface_wings;
  const double shift = log_strike - bucket.carry;
  for (std::size_t lane = 0; lane < count; ++lane) {
    const double k = shift - log_spot[lane];
    double steep = math::fma(2.0 * curvature, k, skew);
    if (quote_level > 0.0) {
      const double line = math::fma(slope, k, quote_level);
      const double wide = __builtin_sqrt(math::fma(line, line, wings * k * k));
      const double shape = __builtin_sqrt(0.5 * (line + wide));
      steep = math::fma(atm[lane], 0.25 * (slope + math::fma(line, slope, wings * k) / wide) / shape, steep);
    }
    slopes[lane] = sd[lane] > smallest ? steep : 0.0;
  }
}

void add_delta_of_moving_smile(double weight, double shift, const double* log_spot, const double* sd,
                               const double* slope, std::size_t count, double* delta) {
  for (std::size_t lane = 0; lane < count; ++lane) {
    const double d1 = math::fma(0.5, sd[lane], (log_spot[lane] + shift) / sd[lane]);
    const double moved = 0.3989422804014327 * math::gauss(d1) * slope[lane];
    delta[lane] = math::fma(weight, math::normal_cdf(d1) - moved, delta[lane]);
  }
}

void add_delta(double weight, double shift, const double* log_spot, const double* sd, std::size_t count,
               double* delta) {
  for (std::size_t lane = 0; lane < count; ++lane) {
    const double d1 = math::fma(0.5, sd[lane], (log_spot[lane] + shift) / sd[lane]);
    delta[lane] = math::fma(weight, math::normal_cdf(d1), delta[lane]);
  }
}

void add_delta_constant_sd(double weight, double shift, double sd, const double* log_spot, std::size_t count,
                           double* delta) {
  const double slope = 1.0 / sd, offset = shift / sd + 0.5 * sd;
  for (std::size_t lane = 0; lane < count; ++lane)
    delta[lane] = math::fma(weight, math::normal_cdf(math::fma(log_spot[lane], slope, offset)), delta[lane]);
}

void add_cash(double weight, double shift, const double* log_spot, const double* sd, std::size_t count,
              double* cash) {
  for (std::size_t lane = 0; lane < count; ++lane) {
    const double d2 = math::fma(-0.5, sd[lane], (log_spot[lane] + shift) / sd[lane]);
    cash[lane] = math::fma(weight, math::normal_cdf(d2), cash[lane]);
  }
}

UNHEDGED_INLINE double scaled(double weight, double sd, Bell bell) {
  return bell == Bell::alone ? weight : bell == Bell::over_sd ? weight / sd : weight * sd;
}

template <Bell kind>
void add_bell_of(double weight, double shift, const double* log_spot, const double* sd, std::size_t count,
                 double* out) {
  for (std::size_t lane = 0; lane < count; ++lane) {
    const double d1 = math::fma(0.5, sd[lane], (log_spot[lane] + shift) / sd[lane]);
    out[lane] = math::fma(scaled(weight, sd[lane], kind), math::gauss(d1), out[lane]);
  }
}

/// Calls visit(call index, shift, sd lanes) for every call of the bucket.
template <class Visit>
void for_each_call(const SliceBucket& bucket, const double* log_spot, const double* quote_level,
                   std::size_t count, Visit visit) {
  Lanes atm, smiled;
  at_the_money_sd(bucket, quote_level, count, atm.data());
  const bool surface = bucket.surface_level > 0.0,
             smile = surface || bucket.skew != 0.0 || bucket.curvature != 0.0,
             each = bucket.is_shifted() && !bucket.is_alike();
  if (bucket.is_shifted() && !each) shift_sd(bucket, atm.data(), count, atm.data());
  const double* log_strike = bucket.calls->log_strike.data();
  for (std::size_t call = bucket.first_call; call < bucket.end_call; ++call) {
    if (smile)
      (surface ? with_surface : with_smile)(bucket, log_strike[call], log_spot, atm.data(), count,
                                            smiled.data());
    const double* sd = smile ? smiled.data() : atm.data();
    if (bucket.ratio != nullptr) {
      scale_sd(bucket, bucket.ratio[call], sd, count, smiled.data());
      sd = smiled.data();
    }
    if (bucket.charge != 0.0) {
      const double charge = bucket.calls->quantity[call] < 0.0 ? bucket.charge : -bucket.charge;
      with_costs(bucket, charge, sd, count, smiled.data());
      sd = smiled.data();
    }
    if (each) {
      shift_sd(bucket, sd, count, smiled.data());
      sd = smiled.data();
    }
    visit(call, bucket.carry - log_strike[call], sd);
  }
}

void shares_at_constant_sd(const SliceBucket& bucket, const double* log_spot, std::size_t count,
                           double* out) {
  const double root = __builtin_sqrt(bucket.variance_constant);
  const double quoted = root > bucket.smallest_sd ? root : bucket.smallest_sd;
  const CallArrays& calls = *bucket.calls;
  for (std::size_t call = bucket.first_call; call < bucket.end_call; ++call) {
    const double own = bucket.ratio == nullptr ? quoted : bucket.ratio[call] * quoted;
    const double least = own > bucket.smallest_sd ? own : bucket.smallest_sd;
    const double sd = bucket.is_shifted() ? shifted(bucket, least) : least;
    add_delta_constant_sd(calls.quantity[call] * bucket.spot_discount, bucket.carry - calls.log_strike[call],
                          sd, log_spot, count, out);
  }
}

void add_shares(const SliceBucket& bucket, const double* log_spot, const double* quote_level,
                std::size_t count, double* out) {
  if (bucket.has_constant_sd()) return shares_at_constant_sd(bucket, log_spot, count, out);
  const double* quantity = bucket.calls->quantity.data();
  for_each_call(bucket, log_spot, quote_level, count, [&](std::size_t call, double shift, const double* sd) {
    add_delta(quantity[call] * bucket.spot_discount, shift, log_spot, sd, count, out);
  });
}

void add_shares_of_moving_smile(const SliceBucket& bucket, const double* log_spot, const double* quote_level,
                                std::size_t count, double* out) {
  const CallArrays& calls = *bucket.calls;
  Lanes atm, slope;
  at_the_money_sd(bucket, quote_level, count, atm.data());
  for_each_call(bucket, log_spot, quote_level, count, [&](std::size_t call, double shift, const double* sd) {
    smile_slopes(bucket, calls.log_strike[call], log_spot, atm.data(), sd, count, slope.data());
    const double ratio = bucket.ratio == nullptr ? 1.0 : bucket.ratio[call];
    for (std::size_t lane = 0; lane < count; ++lane) slope[lane] *= ratio;
    add_delta_of_moving_smile(calls.quantity[call] * bucket.spot_discount, shift, log_spot, sd, slope.data(),
                              count, out);
  });
}

void add_cash_of(const SliceBucket& bucket, const double* log_spot, const double* quote_level,
                 std::size_t count, double* out) {
  const double* quantity = bucket.calls->strike_quantity.data();
  for_each_call(bucket, log_spot, quote_level, count, [&](std::size_t call, double shift, const double* sd) {
    add_cash(quantity[call] * bucket.cash_discount, shift, log_spot, sd, count, out);
  });
}

template <Bell kind>
void add_bells(const SliceBucket& bucket, double factor, const double* log_spot, const double* quote_level,
               std::size_t count, double* out) {
  const double* quantity = bucket.calls->quantity.data();
  const double common = factor * bucket.spot_discount * 0.3989422804014327;  // 1 / root of 2 pi
  for_each_call(bucket, log_spot, quote_level, count, [&](std::size_t call, double shift, const double* sd) {
    add_bell_of<kind>(quantity[call] * common, shift, log_spot, sd, count, out);
  });
}

void add_bell(const SliceBucket& bucket, Bell bell, double factor, const double* log_spot,
              const double* quote_level, std::size_t count, double* out) {
  constexpr decltype(&add_bells<Bell::alone>) of_kind[] = {add_bells<Bell::over_sd>, add_bells<Bell::alone>,
                                                           add_bells<Bell::times_sd>};
  of_kind[static_cast<int>(bell)](bucket, factor, log_spot, quote_level, count, out);
}

void whole_option(const SliceBucket& bucket, const Beside& beside, const OptionMarket& market,
                  const OptionGreeks& out) {
  const double of_spot = bucket.spot_discount,
               of_cash = bucket.calls->strike_quantity[0] * bucket.cash_discount;
  const double peak = of_spot * 0.3989422804014327, root = __builtin_sqrt(bucket.tau);
  const double units = beside.units, cash = beside.cash;
  const double *spot = market.spot->data(), *log_spot = market.log_spot->data();
  double *value = out.value, *delta = out.delta, *gamma = out.gamma, *vega = out.vega;
  const auto price = [&](std::size_t, double shift, const double* sd) {
    UNHEDGED_LANES_APART
    for (std::size_t lane = 0; lane < kLanes; ++lane) {
      const double inverse = 1.0 / sd[lane], middle = (log_spot[lane] + shift) * inverse, s = spot[lane];
      const double d1 = math::fma(0.5, sd[lane], middle), d2 = math::fma(-0.5, sd[lane], middle);
      const double density = peak * math::gauss(d1), held = units + of_spot * math::normal_cdf(d1);
      value[lane] = held * s - (of_cash * math::normal_cdf(d2) - cash);
      delta[lane] = held;
      gamma[lane] = s > 0.0 ? density * inverse / (s > 0.0 ? s : 1.0) : 0.0;
      vega[lane] = root * density * s;
    }
  };
  for_each_call(bucket, log_spot, market.quote_level->data(), kLanes, price);
}

}  // namespace

const SliceKernels slice_kernels{add_shares, add_shares_of_moving_smile, add_cash_of, add_bell, whole_option};

}  // namespace unhedged::pricing::UNHEDGED_ISA
