#pragma once
#include <vector>

#include "engine/core/isa.hpp"
#include "engine/core/lanes.hpp"
#include "engine/instruments/book.hpp"
#include "engine/market/implied_curve.hpp"
#include "engine/pricing/black_scholes.hpp"

/// Exact Black-Scholes value and delta of the netted book of one asset at one instant, for a block of
/// paths: every option at its own volatility, read from a curve of quotes (a fixed volatility is the flat
/// curve). These kernels are also the oracle of the interpolants in surface.hpp.
namespace unhedged::pricing {

/// The calls of one expiry as arrays; the same at all times.
struct CallArrays {
  double expiry_years = 0;
  double units = 0, cash = 0;  ///< linear part of the payoff
  std::vector<double> log_strike;  ///< relative to today's spot
  std::vector<double> quantity;
  std::vector<double> strike_quantity;  ///< quantity * strike
  std::vector<double> ratio;            ///< of each call's volatility to the quote; empty if all are 1
};

/// A netted book ready for pricing. expects spot_today > 0
struct PricedBook {
  std::vector<CallArrays> expiries;
  double spot_units = 0;
  double spot_today = 0;
  Carry carry;
};

PricedBook priced(const instruments::AssetBook& book, const Carry& carry, double spot_today);

/// One expiry as seen from the slice's time. k = log(strike / forward).
struct SliceBucket {
  const CallArrays* calls;
  double variance_constant;  ///< total at-the-money variance = constant + slope * level
  double variance_slope;
  double carry;              ///< (rate - yield) tau
  double skew;               ///< sd(k) = root of the variance * surface + skew k + curvature k^2
  double curvature;
  double smallest_sd;
  const double* ratio;       ///< [call] its own volatility over the quote; null: all 1
  /// Today's surface as a factor on the root of the variance, root of
  ///   (line + root of (line^2 + wings k^2)) / 2,   line = level + slope k;
  /// surface_level is 0 where there is none.
  double surface_level, surface_slope, surface_wings;
  double spot_discount;      ///< exp(-yield tau)
  double cash_discount;      ///< exp(-rate tau)

  /// Whether the quote depends on k, or on the call.
  bool has_smile() const { return skew != 0 || curvature != 0 || surface_level > 0; }
  bool is_alike() const { return !has_smile() && ratio == nullptr; }
  bool has_constant_sd() const { return variance_slope == 0 && !has_smile(); }
};

/// Everything alive after a time, discounted to it. Points into the PricedBook it was made from.
struct BookSlice {
  std::vector<SliceBucket> buckets;
  double linear_units = 0;  ///< forwards and spot: value = linear_units * S + linear_cash
  double linear_cash = 0;
  double time_years = 0;
  bool moves_with_level = false;

  std::size_t call_count() const;
};

/// The least deviation of a bucket's calls at the money at a level.
double narrowest_sd(const SliceBucket& bucket, double level);

/// The calls of a bucket are worth shares * spot - cash.
enum class Part { shares, cash };

/// out += one part of a bucket's calls, exactly. shapes  as SliceKernels
void add_part(const SliceBucket& bucket, Part part, const double* log_spot, const double* level,
              std::size_t count, double* out);

/// Sum of |quantity| (of |quantity * strike| for cash): what errors of the part are measured by.
double gross_of(const SliceBucket& bucket, Part part);

/// Delta of everything in the slice, exactly. shapes  as SliceKernels
void exact_delta(const BookSlice& slice, const double* log_spot, const double* level,
                 std::size_t count, double* delta);

/// Value of everything in the slice, exactly.
void exact_value(const BookSlice& slice, const double* log_spot, const double* spot,
                 const double* level, std::size_t count, double* value);

/// Contracts that expire at or before `time_years` are left out.
BookSlice slice_of(const PricedBook& book, double time_years, const market::ImpliedCurve& curve);

/// The calls of a bucket are worth shares * spot - cash.
/// shapes  log_spot (relative to today's spot), level, out: [count], count <= kLanes
struct SliceKernels {
  /// out += sum of quantity exp(-yield tau) Phi(d1): their delta, in units of the asset
  void (*add_shares)(const SliceBucket&, const double* log_spot, const double* level,
                     std::size_t count, double* out);
  /// out += sum of quantity strike exp(-rate tau) Phi(d2), in account currency
  void (*add_cash)(const SliceBucket&, const double* log_spot, const double* level,
                   std::size_t count, double* out);
};

UNHEDGED_DECLARE_KERNELS(SliceKernels, slice_kernels)

}  // namespace unhedged::pricing
