#pragma once
#include <cmath>

#include "engine/math/scalar.hpp"

/// Complex numbers as plain sequences of IEEE operations: the same bits everywhere, which std::complex does
/// not promise.
namespace unhedged::math {

struct Complex {
  double re = 0, im = 0;

  constexpr Complex operator-() const { return {-re, -im}; }
  constexpr Complex& operator+=(Complex b) { return *this = {re + b.re, im + b.im}; }
};

constexpr Complex operator+(Complex a, Complex b) { return {a.re + b.re, a.im + b.im}; }
constexpr Complex operator-(Complex a, Complex b) { return {a.re - b.re, a.im - b.im}; }
constexpr Complex operator*(Complex a, Complex b) {
  return {a.re * b.re - a.im * b.im, a.re * b.im + a.im * b.re};
}
constexpr Complex operator*(double a, Complex b) { return {a * b.re, a * b.im}; }
constexpr Complex operator+(double a, Complex b) { return {a + b.re, b.im}; }
constexpr Complex operator-(double a, Complex b) { return {a - b.re, -b.im}; }

constexpr double squared_modulus(Complex a) { return a.re * a.re + a.im * a.im; }

constexpr Complex operator/(Complex a, Complex b) {
  const double scale = 1 / squared_modulus(b);
  return {scale * (a.re * b.re + a.im * b.im), scale * (a.im * b.re - a.re * b.im)};
}

/// cos and sin of an angle in turns.
inline Complex unit_of_turns(double turns) {
  return {scalar::cos_of_turns(turns), scalar::cos_of_turns(turns - 0.25)};
}

inline Complex complex_exp(Complex a) {
  constexpr double per_turn = 0.15915494309189535;  // 1 / (2 pi)
  return scalar::exp(a.re) * unit_of_turns(a.im * per_turn);
}

/// The root with a real part that is not negative.
inline Complex complex_sqrt(Complex a) {
  const double modulus = std::sqrt(squared_modulus(a));
  const double larger = std::sqrt(0.5 * (modulus + std::abs(a.re)));
  if (larger == 0) return {};
  const double smaller = 0.5 * a.im / larger;
  if (a.re >= 0) return {larger, smaller};
  return {std::abs(smaller), a.im < 0 ? -larger : larger};
}

/// The angle of a number in (-pi, pi]. accuracy  4e-16
double angle(Complex a);

/// log(1 + a), with small numbers to their last digits.
inline Complex complex_log1p(Complex a) {
  return {0.5 * scalar::log1p(2 * a.re + squared_modulus(a)), angle({1 + a.re, a.im})};
}

/// (exp(a) - 1), likewise.
inline Complex complex_expm1(Complex a) {
  constexpr double per_turn = 0.15915494309189535;
  const double half = scalar::cos_of_turns(0.5 * a.im * per_turn - 0.25);  // sin(im / 2)
  const double grown = scalar::exp(a.re);
  return {scalar::expm1(a.re) - 2 * grown * half * half,
          grown * scalar::cos_of_turns(a.im * per_turn - 0.25)};
}

}  // namespace unhedged::math
