#!/usr/bin/env python3
"""Fit the polynomials of engine/math/coefficients.hpp.  Needs mpmath.

Each table is a Chebyshev interpolant, computed with 60 digits and rounded to double at the end:

  exp        exp(r)                          |r| <= ln(2)/2
  log        atanh(s)/s in s^2               mantissa in [sqrt(1/2), sqrt(2)]
  quantile   sqrt(2) erfinv(x)/x in w        w = -log(1 - x^2) in [0, 6.25]   (Giles' variable)
  tail       z / t in 13.125 / t - 2.375     t = sqrt(-2 log Phi(-z)) in [3.9, 9.5]
  mills      (t+5) exp(t^2/2) Phi(-t) in y   y = (t-5)/(t+5), t in [0, 39]

Usage: python3 tools/fit_elementary.py > engine/math/coefficients.hpp
"""
import mpmath as mp

mp.mp.dps = 60


def fit(function, low, high, degree):
    """Coefficients (lowest power first) of the Chebyshev interpolant on [low, high]."""
    middle, half = (low + high) / 2, (high - low) / 2
    nodes = [middle + half * mp.cos(mp.pi * (2 * k + 1) / (2 * (degree + 1))) for k in range(degree + 1)]
    powers = mp.matrix(degree + 1, degree + 1)
    for row, node in enumerate(nodes):
        for column in range(degree + 1):
            powers[row, column] = node**column
    return list(mp.lu_solve(powers, mp.matrix([function(x) for x in nodes])))


def atanh_ratio(square):
    root = mp.sqrt(square)
    return mp.atanh(root) / root if square > mp.mpf(10) ** -30 else mp.mpf(1)


def quantile_ratio(w):
    if w < mp.mpf(10) ** -25:
        return mp.sqrt(mp.pi / 2)
    x = mp.sqrt(-mp.expm1(-w))
    return mp.sqrt(2) * mp.erfinv(x) / x


def scaled_mills(y):
    t = 5 * (1 + y) / (1 - y)
    return (t + 5) * mp.exp(t * t / 2) * mp.erfc(t / mp.sqrt(2)) / 2


def tail_ratio(s):
    """Newton's iteration on log Phi."""
    t = mp.mpf("13.125") / (s + mp.mpf("2.375"))
    z = mp.sqrt(t * t - mp.log(2 * mp.pi * t * t))
    for _ in range(8):
        lower, density = mp.ncdf(-z), mp.npdf(z)
        z += (mp.log(lower) + t * t / 2) * lower / density
    return z / t


def tables():
    half = mp.log(2) / 2 * mp.mpf("1.0001")
    square = ((mp.sqrt(2) - 1) / (mp.sqrt(2) + 1)) ** 2 * mp.mpf("1.001")
    return {
        "exp_polynomial": fit(mp.exp, -half, half, 11),
        "log_polynomial": fit(atanh_ratio, mp.mpf(0), square, 7),
        "quantile_polynomial": fit(quantile_ratio, mp.mpf(0), mp.mpf("6.25"), 20),
        "tail_polynomial": fit(tail_ratio, mp.mpf(-1), mp.mpf(1), 14),
        "mills_polynomial": fit(scaled_mills, mp.mpf(-1), mp.mpf(34) / 44, 20),
    }


def main():
    print("#pragma once")
    print("/// Polynomial coefficients, lowest power first. Written by tools/fit_elementary.py; do not edit.")
    print("\nnamespace unhedged::math {\n")
    for name, coefficients in tables().items():
        print(f"inline constexpr double {name}[] = {{")
        values = [float(c).hex() for c in coefficients]
        for start in range(0, len(values), 4):
            print("    " + ", ".join(values[start : start + 4]) + ",")
        print("};\n")
    print("}  // namespace unhedged::math")


if __name__ == "__main__":
    main()
