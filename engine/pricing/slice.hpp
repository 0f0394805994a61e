#pragma once
#include <vector>

#include "engine/core/isa.hpp"
#include "engine/core/lanes.hpp"
#include "engine/market/implied_curve.hpp"
#include "engine/pricing/greek.hpp"
#include "engine/pricing/priced_book.hpp"

/// Exact Black-Scholes columns of the calls of one expiry at one instant, for a block of paths: every option
/// at its own volatility, read from a curve of quotes (a fixed volatility is the flat curve). These kernels
/// are also the oracle of the tables.
namespace unhedged::pricing {

/// One expiry as seen from the slice's time. k = log(strike / forward).
struct SliceBucket {
  const CallArrays* calls;
  double variance_constant;  ///< total at-the-money variance = constant + slope * quote_level
  double variance_slope;
  double carry;  ///< (rate - yield) tau
  double skew;   ///< sd(k) = root of the variance * surface + skew k + curvature k^2
  double curvature;
  double smallest_sd;
  const double* ratio;  ///< [call] its own volatility over the quote; null: all 1
  /// Today's surface as a factor on the root of the variance, root of
  ///   (line + root of (line^2 + wings k^2)) / 2,   line = quote_level + slope k;
  /// surface_level is 0 where there is none.
  double surface_level, surface_slope, surface_wings;
  double spot_discount;              ///< exp(-yield tau)
  double cash_discount;              ///< exp(-rate tau)
  double tau;                        ///< years of life left
  std::size_t first_call, end_call;  ///< the calls that kernels look at: all, unless restricted
  /// What hedging costs: the square of a deviation s grows by s times this for calls that are short, and
  /// shrinks by it for those that are held.
  double charge;
  double sd_shift;   ///< what a shock adds to every deviation
  double least_sd;   ///< than which a shock leaves none smaller; 0: none
  bool smile_moves;  ///< the smile moves with the spot: what is held takes its slope into account

  /// Whether the quote depends on k, or on the call.
  bool has_smile() const { return skew != 0 || curvature != 0 || surface_level > 0; }
  bool is_shifted() const { return sd_shift != 0 || least_sd > 0; }
  bool is_alike() const { return !has_smile() && ratio == nullptr && charge == 0; }
  bool has_constant_sd() const { return variance_slope == 0 && !has_smile() && charge == 0; }
};

/// The least deviation of a bucket's calls at the money at a quote_level, and the greatest but for marks of
/// their own.
double narrowest_sd(const SliceBucket& bucket, double quote_level);
double widest_sd(const SliceBucket& bucket, double quote_level);

/// What a shock makes of every quote of a bucket: a multiple of its volatility and some points, not less than
/// a least one. Of a smile it is a multiple alone.
struct VolatilityShift {
  double factor = 1, points = 0, least = 0;
};
void shift_volatilities(const VolatilityShift& by, SliceBucket& bucket);
/// At the money, of what is quoted before the shift over what there is after it.
double shift_steepness(const SliceBucket& bucket, double quote_level);
/// The deviation before the shift from which on the one after it is a square root of what is linear, and
/// this at most twice as steep.
double smooth_above(const SliceBucket& bucket);

/// A deviation after costs. `charge`: signed
double charged_sd(double sd, double charge, double smallest);

/// So far from its forward, in the log, a call of this deviation is worth a forward or nothing, to 1e-16.
double reach_of_a_call(double sd);

/// out += a column of a bucket's calls, exactly. shapes  as SliceKernels
void add_column(const SliceBucket& bucket, CallColumn column, const double* log_spot,
                const double* quote_level, std::size_t count, double* out);

/// The most that a column can be at a quote_level: what its errors are measured by.
double gross_of(const SliceBucket& bucket, CallColumn column, double quote_level);

/// `quoted_before_years`: options are quoted as of so long before, when they had so much more life
SliceBucket bucket_of(const CallArrays& calls, double tau_years, const Carry& carry,
                      const market::ImpliedCurve& curve, double quoted_before_years = 0);

/// What the density of d1 is multiplied by.
enum class Bell { over_sd, alone, times_sd };

/// What an option holds besides a call, in units and account currency.
struct Beside {
  double units, cash;
};

/// Where an option is priced.
struct OptionMarket {
  const Lanes *spot, *log_spot, *quote_level;
};

/// The Greeks of one option. shapes  [kLanes]
struct OptionGreeks {
  double *value, *delta, *gamma, *vega;
};

/// The calls of a bucket are worth shares * spot - cash.
/// shapes  log_spot (relative to today's spot), quote_level, out: [count], count <= kLanes
struct SliceKernels {
  /// out += sum of quantity exp(-yield tau) Phi(d1): their delta, in units of the asset
  void (*add_shares)(const SliceBucket&, const double* log_spot, const double* quote_level, std::size_t count,
                     double* out);
  /// out += sum of quantity exp(-yield tau) (Phi(d1) - phi(d1) d(deviation)/dk): their delta where each
  /// option keeps the volatility of its moneyness
  void (*add_shares_of_moving_smile)(const SliceBucket&, const double* log_spot, const double* quote_level,
                                     std::size_t count, double* out);
  /// out += sum of quantity strike exp(-rate tau) Phi(d2), in account currency
  void (*add_cash)(const SliceBucket&, const double* log_spot, const double* quote_level, std::size_t count,
                   double* out);
  /// out += factor * sum of quantity exp(-yield tau) phi(d1) sd^(-1, 0 or 1)
  void (*add_bell)(const SliceBucket&, Bell, double factor, const double* log_spot, const double* quote_level,
                   std::size_t count, double* out);
  /// All Greeks of an option, exactly and in one pass: of the one call of a bucket, whose quantity is 1, and
  /// of what it holds besides.
  void (*whole_option)(const SliceBucket&, const Beside&, const OptionMarket&, const OptionGreeks& out);
};

UNHEDGED_DECLARE_KERNELS(SliceKernels, slice_kernels)

}  // namespace unhedged::pricing
