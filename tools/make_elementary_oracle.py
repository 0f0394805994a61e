#!/usr/bin/env python3
"""Write tests/oracle/elementary.csv: exact values of exp, log, what follows from them, Phi and its
inverse. Needs mpmath.

Usage: python3 tools/make_elementary_oracle.py > tests/oracle/elementary.csv
"""
import random

import mpmath as mp

mp.mp.dps = 50


def quantile(p):
    """Newton's iteration on Phi in log space, from the double-precision guess of the tail."""
    upper = p > mp.mpf("0.5")
    q = 1 - p if upper else p
    z = mp.sqrt(-2 * mp.log(q)) if q < mp.mpf("0.3") else mp.mpf("0.1")
    for _ in range(200):
        tail = mp.erfc(z / mp.sqrt(2)) / 2
        step = (mp.log(tail) - mp.log(q)) * tail / (mp.exp(-z * z / 2) / mp.sqrt(2 * mp.pi))
        z += step
        if abs(step) < mp.mpf(10) ** -45:
            break
    return z if upper else -z


def rows():
    generator = random.Random(1)
    spread = lambda low, high, n: [generator.uniform(low, high) for _ in range(n)]
    for x in spread(-700, 700, 300) + spread(-1, 1, 300):
        yield "exp", x, mp.exp(mp.mpf(x))
    for x in [10.0**e for e in spread(-300, 300, 300)] + spread(0.5, 2, 300) + [1 + 1e-8, 1 - 1e-8]:
        yield "log", x, mp.log(mp.mpf(x))
    for x in spread(-37, 9, 400) + spread(-3, 3, 300):
        yield "normal_cdf", x, mp.erfc(-mp.mpf(x) / mp.sqrt(2)) / 2
    for p in spread(0, 1, 300) + [10.0**e
                                  for e in spread(-300, -2, 300)] + [1 - 10.0**e for e in spread(-9, -2, 50)]:
        yield "normal_quantile", p, quantile(mp.mpf(p))
    yield from follow_from_them(spread)


def follow_from_them(spread):
    """expm1, log1p, tanh, cosh - 1, powers x^y and cos(2 pi u)."""
    tiny = [sign * 10.0**e for e in spread(-300, 0, 100) for sign in (1, -1)]
    for x in tiny + spread(-3, 3, 200) + spread(-45, 700,
                                                100) + [0.34657, 0.34658, -0.34657, -0.34658, -49.9, 709.3]:
        yield "expm1", x, mp.expm1(mp.mpf(x))
    for x in [0.9 * t for t in tiny] + spread(-0.999, 3, 300) + [10.0**e for e in spread(-18, 300, 100)]:
        yield "log1p", x, mp.log1p(mp.mpf(x))
    for x in tiny + spread(-3, 3, 100) + spread(-30, 30, 50):
        yield "tanh", x, mp.tanh(mp.mpf(x))
    for x in [sign * 10.0**e
              for e in spread(-150, 0, 100)
              for sign in (1, -1)] + spread(-3, 3, 50) + spread(-700, 700, 50):
        yield "cosh_minus_one", x, 2 * mp.sinh(mp.mpf(x) / 2) ** 2
    for u in spread(-1, 1, 200) + [k / 8 + d
                                   for k in range(-8, 9)
                                   for d in spread(-1e-6, 1e-6, 5)] + spread(-1e6, 1e6, 20):
        yield "cos_of_turns", u, mp.cospi(2 * mp.mpf(u))
    for _ in range(500):
        x, size = 10.0 ** spread(-12, 12, 1)[0], spread(-300, 300, 1)[0]
        y = spread(-8, 8, 1)[0] if abs(size) < 150 else size / float(mp.log(x))
        yield f"power {y!r}", x, mp.mpf(x) ** mp.mpf(y)
    for x, y in zip([1 + d for d in spread(-1e-3, 1e-3, 100)], spread(-1e5, 1e5, 100)):
        yield f"power {y!r}", x, mp.mpf(x) ** mp.mpf(y)


print("function,x,exact")
for name, x, exact in rows():
    print(f"{name},{x!r},{mp.nstr(exact, 20)}")
