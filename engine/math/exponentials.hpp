#pragma once
#include "engine/math/elementary.hpp"

/// What follows from exp and log: expm1, log1p, tanh, powers, cos. Written like elementary.hpp: branch-free,
/// explicit `fma`, the same bits on every instruction set and in every lane. For arguments in their domain; a
/// single number of any value goes through scalar.hpp.
///
/// accuracy (against 50-digit arithmetic, tests/oracle/elementary_test.cpp), relative, of normal numbers
///   expm1, log1p, tanh, cosh_minus_one    1e-15; expm1 and cosh_minus_one are infinite above 709.4
///   power(x, y)                           1e-15 where |y log x| <= 300
///   cos_of_turns                          1e-15
namespace unhedged::math {

/// Polynomial of the coefficients from number `First` on.
template <int First, int N>
UNHEDGED_INLINE double polynomial_from(const double (&coefficient)[N], double x) {
  double sum = coefficient[N - 1];
#pragma GCC unroll 32
  for (int k = N - 2; k >= First; --k) sum = fma(sum, x, coefficient[k]);
  return sum;
}

/// e^x - 1 as 2^n (e^r - 1) + (2^n - 1), x = n log(2) + r.
UNHEDGED_INLINE double expm1(double x) {
  constexpr double log2e = 0x1.71547652b82fep+0, ln2_high = 0x1.62e42fefa39efp-1,
                   ln2_low = 0x1.abc9e3b39803fp-56, shift = 0x1.8p52, most = 709.4;
  constexpr std::uint64_t one = 0x3ff0000000000000ULL;
  const double clipped = x < -50.0 ? -50.0 : (x > most ? most : x);
  const double shifted = fma(clipped, log2e, shift);
  const double n = shifted - shift;
  const double r = fma(n, -ln2_low, fma(n, -ln2_high, clipped));
  const double inner = fma(r * r, polynomial_from<2>(exp_polynomial, r), r);
  const double scale = std::bit_cast<double>((std::bit_cast<std::uint64_t>(shifted) << 52) + one);
  const double inside = fma(scale, inner, scale - 1.0);
  const double high = x > most ? __builtin_inf() : inside;
  return x == x ? high : x;
}

/// log(1 + x) for finite x > -1: the log of what 1 + x is rounded to, and what that has lost.
UNHEDGED_INLINE double log1p(double x) {
  const double u = 1.0 + x;
  const double lost = x > 1.0 ? 1.0 - (u - x) : x - (u - 1.0);
  return log(u) + lost / u;
}

/// (e^x - 1) / x, and 1 at 0.
UNHEDGED_INLINE double expm1_over(double x) {
  const double safe = x == 0.0 ? 1.0 : x;
  const double ratio = expm1(safe) / safe;
  return x == 0.0 ? 1.0 : ratio;
}

/// log(1 + x) / x for finite x > -1, and 1 at 0.
UNHEDGED_INLINE double log1p_over(double x) {
  const double safe = x == 0.0 ? 1.0 : x;
  const double ratio = log1p(safe) / safe;
  return x == 0.0 ? 1.0 : ratio;
}

UNHEDGED_INLINE double tanh(double x) {
  const double size = __builtin_fabs(x), bounded = size > 20.0 ? 20.0 : size;
  const double e = expm1(2.0 * bounded);
  const double value = size != size ? size : e / (e + 2.0);
  return x < 0.0 ? -value : value;
}

/// cosh(x) - 1 = (e^x - 1)^2 / (2 e^x), without the cancellation of the name.
UNHEDGED_INLINE double cosh_minus_one(double x) {
  const double e = expm1(__builtin_fabs(x));
  const double value = 0.5 * e * (e / (1.0 + e));
  return e > 0x1p1000 ? 0.5 * e : value;
}

struct TwoPart {
  double high, low;  ///< their sum is what is meant; |low| is at most a rounding of `high`
};

/// log(x) of a positive normal number to 70 bits.
UNHEDGED_INLINE TwoPart log_in_two_parts(double x) {
  constexpr double ln2_high = 0x1.62e42fefa39efp-1, ln2_low = 0x1.abc9e3b39803fp-56;
  constexpr std::uint64_t sqrt_half = 0x3fe6a09e667f3bcdULL, one = 0x3ff0000000000000ULL;
  const std::uint64_t bits = std::bit_cast<std::uint64_t>(x);
  const std::uint64_t biased = (bits - sqrt_half + one) >> 52;
  const double mantissa = std::bit_cast<double>(bits - (biased << 52) + one);
  const double k = std::bit_cast<double>(biased | 0x4330000000000000ULL) - (0x1p52 + 1023.0);
  const double f = mantissa - 1.0, sum = mantissa + 1.0;
  const double sum_low = mantissa - (sum - 1.0);
  const double s = f / sum;
  const double s_low = fma(-s, sum_low, fma(-s, sum, f)) / sum;
  const double square = s * s;
  const double rest = fma(2.0 * s * square, polynomial_from<1>(log_polynomial, square), 2.0 * s_low);
  const double twos = k * ln2_high, twos_low = fma(k, ln2_low, fma(k, ln2_high, -twos));
  const double high = twos + 2.0 * s;  // |twos| > |2 s| or twos is 0
  const double low = (2.0 * s - (high - twos)) + (rest + twos_low);
  const double total = high + low;
  return {total, low - (total - high)};
}

/// x^y of a positive normal number.
UNHEDGED_INLINE double power(double x, double y) {
  const TwoPart l = log_in_two_parts(x);
  const double high = y * l.high;
  const double low = fma(y, l.low, fma(y, l.high, -high));
  const double e = exp(high);
  const double value = fma(e, low, e);
  return e < __builtin_inf() && e > 0.0 ? value : e;
}

/// cos(2 pi u) for |u| < 2^50, by the nearest quarter of a turn and Taylor's series.
UNHEDGED_INLINE double cos_of_turns(double u) {
  constexpr double shift = 0x1.8p52;
  constexpr double cosine[] = {1.0,
                               -1.0 / 2,
                               1.0 / 24,
                               -1.0 / 720,
                               1.0 / 40320,
                               -1.0 / 3628800,
                               1.0 / 479001600,
                               -1.0 / 87178291200.0,
                               1.0 / 20922789888000.0};
  constexpr double sine[] = {1.0,
                             -1.0 / 6,
                             1.0 / 120,
                             -1.0 / 5040,
                             1.0 / 362880,
                             -1.0 / 39916800,
                             1.0 / 6227020800.0,
                             -1.0 / 1307674368000.0,
                             1.0 / 355687428096000.0};
  const double shifted = fma(u, 4.0, shift);
  const std::uint64_t quarter = std::bit_cast<std::uint64_t>(shifted) & 3u;
  const double angle = fma(shifted - shift, -0.25, u) * 0x1.921fb54442d18p+2;
  const double square = angle * angle;
  const double even = polynomial(cosine, square), odd = angle * polynomial(sine, square);
  const double value = (quarter & 1u) != 0 ? odd : even;
  return quarter == 1 || quarter == 2 ? -value : value;
}

}  // namespace unhedged::math
