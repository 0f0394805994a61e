#pragma once
#include <bit>
#include <cstdint>

#include "engine/core/isa.hpp"
#include "engine/math/coefficients.hpp"

/// exp, log, the normal distribution function and its inverse as branch-free sequences of IEEE
/// operations with explicit `fma`. A plain loop over them is vectorised by the compiler, and gives the
/// same bits on every instruction set and in every lane.
///
/// accuracy (against 60-digit arithmetic, tests/oracle/elementary_test.cpp)
///   exp             relative 4e-16; below -708 it is 0, above 709.7 infinity
///   log             relative 4e-16 for positive normal numbers; others are the caller's business
///   normal_cdf      relative 2e-15 for x >= -37.5, and 0 below that; never above 1
///   normal_quantile_central   relative 2e-14 where |2p-1| <= 0.9990 (see kCentralLimit)

namespace unhedged::math {

UNHEDGED_INLINE double fma(double a, double b, double c) { return __builtin_fma(a, b, c); }

template <int N>
UNHEDGED_INLINE double polynomial(const double (&coefficient)[N], double x) {
  double sum = coefficient[N - 1];
#pragma GCC unroll 32
  for (int k = N - 2; k >= 0; --k) sum = fma(sum, x, coefficient[k]);
  return sum;
}

/// exp(x) where |x| <= kPlainExponent, with the same bits; what is refused elsewhere costs as much as it
/// does.
inline constexpr double kPlainExponent = 708.0;

UNHEDGED_INLINE double plain_exp(double x) {
  constexpr double log2e = 0x1.71547652b82fep+0, ln2_high = 0x1.62e42fefa39efp-1,
                   ln2_low = 0x1.abc9e3b39803fp-56, shift = 0x1.8p52;
  const double shifted = fma(x, log2e, shift);
  const double n = shifted - shift;
  const double r = fma(n, -ln2_low, fma(n, -ln2_high, x));
  const std::uint64_t bits = std::bit_cast<std::uint64_t>(polynomial(exp_polynomial, r)) +
                             (std::bit_cast<std::uint64_t>(shifted) << 52);
  return std::bit_cast<double>(bits);
}

UNHEDGED_INLINE double exp(double x) {
  const double inside = plain_exp(x < -708.0 ? -708.0 : (x > 709.7 ? 709.7 : x));
  const double low = x < -708.0 ? 0.0 : inside;
  const double high = x > 709.7 ? __builtin_inf() : low;
  return x == x ? high : x;
}

UNHEDGED_INLINE double log(double x) {
  constexpr double ln2_high = 0x1.62e42fefa39efp-1, ln2_low = 0x1.abc9e3b39803fp-56;
  constexpr std::uint64_t sqrt_half = 0x3fe6a09e667f3bcdULL, one = 0x3ff0000000000000ULL;
  const std::uint64_t bits = std::bit_cast<std::uint64_t>(x);
  const std::uint64_t biased = (bits - sqrt_half + one) >> 52;  // exponent + 1023
  const double mantissa = std::bit_cast<double>(bits - (biased << 52) + one);
  const double k = std::bit_cast<double>(biased | 0x4330000000000000ULL) - (0x1p52 + 1023.0);
  const double f = mantissa - 1.0;
  const double s = f / (mantissa + 1.0);
  const double log_mantissa = (s + s) * polynomial(log_polynomial, s * s);
  return fma(k, ln2_high, fma(k, ln2_low, log_mantissa));
}

/// exp(-t^2/2), with the rounding error of t^2 put back so that the tail keeps its relative accuracy.
UNHEDGED_INLINE double gauss(double t) {
  const double square = t * t;
  const double lost = fma(t, t, -square);
  const double e = exp(-0.5 * square);
  return fma(e, -0.5 * lost, e);
}

/// Phi(x), by (t+5) exp(t^2/2) Phi(-t) as a polynomial in (t-5)/(t+5), t = |x|.
UNHEDGED_INLINE double normal_cdf(double x) {
  const double t = __builtin_fabs(x);
  const double clipped = t > 39.0 ? 39.0 : t;
  const double y = (clipped - 5.0) / (clipped + 5.0);
  const double lower = gauss(clipped) * polynomial(mills_polynomial, y) / (clipped + 5.0);
  const double value = x > 0.0 ? 1.0 - lower : lower;
  return x == x ? value : x;
}

/// Largest w = -log(1 - (2p-1)^2) the central polynomial covers: |2p-1| <= 0.99903.
inline constexpr double kCentralLimit = 6.25;

struct CentralQuantile {
  double z;  ///< the quantile, if w <= kCentralLimit
  double w;
};

/// Inverse of Phi in the body of the distribution, argument centred: x = 2p - 1 in (-1, 1).
/// source: Giles, "Approximating the erfinv function", GPU Computing Gems 2 (2010), for the variable w.
UNHEDGED_INLINE CentralQuantile normal_quantile_central(double centred) {
  const double w = -log(fma(-centred, centred, 1.0));
  const double bounded = w > kCentralLimit ? kCentralLimit : w;
  return {centred * polynomial(quantile_polynomial, bounded), w};
}

/// z > 0 with Phi(-z) = p, for 0 < p < 0.01: Newton's iteration on log Phi, which is nearly quadratic
/// in z. Slow and rare. accuracy: relative 1e-14 down to p = 1e-300.
UNHEDGED_INLINE double normal_quantile_tail(double p) {
  const double target = log(p);
  double z = __builtin_sqrt(-2.0 * target);
  z = z - (log(z) + 0.9189385332046727) / z;
  for (int iteration = 0; iteration < 3; ++iteration) {
    const double lower = normal_cdf(-z);
    const double density = 0.3989422804014327 * gauss(z);
    z = z + (log(lower) - target) * lower / density;
  }
  return z;
}

/// Inverse of Phi on (0, 1).
UNHEDGED_INLINE double normal_quantile(double p) {
  const CentralQuantile central = normal_quantile_central(2.0 * p - 1.0);
  if (central.w <= kCentralLimit) return central.z;
  return p < 0.5 ? -normal_quantile_tail(p) : normal_quantile_tail(1.0 - p);
}

}  // namespace unhedged::math
