#pragma once
#include <algorithm>
#include <cmath>

#include "engine/math/normal.hpp"
#include "engine/math/scalar.hpp"

/// Functions with their derivatives: a formula written once gives its Greeks. Carried are the first two
/// derivatives in one variable, x, and the first in another, s.
/// source  Griewank and Walther, "Evaluating Derivatives" (2008), ch. 13
namespace unhedged::math {

struct Jet {
  double value = 0;
  double dx = 0, dxx = 0;  ///< in x
  double ds = 0;           ///< in s

  constexpr Jet() = default;
  constexpr Jet(double constant) : value(constant) {}
  constexpr Jet(double v, double first, double second, double other)
      : value(v), dx(first), dxx(second), ds(other) {}
};

inline constexpr Jet variable_x(double at) { return {at, 1, 0, 0}; }
inline constexpr Jet variable_s(double at) { return {at, 0, 0, 1}; }

inline constexpr Jet operator-(const Jet& a) { return {-a.value, -a.dx, -a.dxx, -a.ds}; }
inline constexpr Jet operator+(const Jet& a, const Jet& b) {
  return {a.value + b.value, a.dx + b.dx, a.dxx + b.dxx, a.ds + b.ds};
}
inline constexpr Jet operator-(const Jet& a, const Jet& b) { return a + -b; }
inline constexpr Jet operator*(const Jet& a, const Jet& b) {
  return {a.value * b.value, a.dx * b.value + a.value * b.dx,
          a.dxx * b.value + 2 * a.dx * b.dx + a.value * b.dxx, a.ds * b.value + a.value * b.ds};
}

/// f(a), from f and its first two derivatives at a.
inline constexpr Jet chain(const Jet& a, double f, double first, double second) {
  return {f, first * a.dx, second * a.dx * a.dx + first * a.dxx, first * a.ds};
}

inline constexpr Jet inverse(const Jet& a) {
  const double f = 1 / a.value;
  return chain(a, f, -f * f, 2 * f * f * f);
}
inline constexpr Jet operator/(const Jet& a, const Jet& b) { return a * inverse(b); }

inline Jet exponential(const Jet& a) {
  const double f = scalar::exp(a.value);
  return chain(a, f, f, f);
}
inline Jet logarithm(const Jet& a) {
  return chain(a, scalar::log(a.value), 1 / a.value, -1 / (a.value * a.value));
}
inline Jet sqrt(const Jet& a) {
  const double f = std::sqrt(a.value);
  return chain(a, f, 0.5 / f, -0.25 / (f * a.value));
}

/// Phi
inline Jet normal_cdf(const Jet& z) {
  const Normal at = normal_kernels().at(z.value);
  return chain(z, at.cdf, at.density, -z.value * at.density);
}
/// The density of the normal distribution.
inline Jet normal_density(const Jet& z) {
  const double f = normal_kernels().at(z.value).density;
  return chain(z, f, -z.value * f, (z.value * z.value - 1) * f);
}

/// Beyond this Phi is taken from its tail, which never underflows.
inline constexpr double kTailOfCdf = -10;

/// e^a Phi(z), also where one factor is too large and the other too small for a number: image terms of
/// barriers are such products.
/// accuracy  of the value relative 1e-15 + 1e-16 |a + z^2 / 2|
/// source    Laplace's continued fraction of Mills' ratio: NIST DLMF 7.9.2
inline Jet weighted_cdf(const Jet& a, const Jet& z) {
  constexpr double inverse_root_two_pi = 0.3989422804014326779;
  const double density = inverse_root_two_pi * scalar::exp(a.value - 0.5 * z.value * z.value);
  double f = 0;
  if (z.value > kTailOfCdf) {
    f = scalar::exp(a.value) * normal_kernels().at(z.value).cdf;
  } else {
    double fraction = -z.value;
    for (int k = 40; k >= 1; --k) fraction = -z.value + k / fraction;
    f = density / fraction;
  }
  const double slope = a.dx * f + z.dx * density;
  const double second = a.dxx * f + a.dx * slope + z.dxx * density + z.dx * density * (a.dx - z.value * z.dx);
  return {f, slope, second, a.ds * f + z.ds * density};
}

}  // namespace unhedged::math
