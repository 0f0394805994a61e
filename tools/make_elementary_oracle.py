#!/usr/bin/env python3
"""Write tests/oracle/elementary.csv: exact values of exp, log, Phi and its inverse. Needs mpmath.

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
    for p in spread(0, 1, 300) + [10.0**e for e in spread(-300, -2, 300)] + [1 - 10.0**e for e in spread(-9, -2, 50)]:
        yield "normal_quantile", p, quantile(mp.mpf(p))


print("function,x,exact")
for name, x, exact in rows():
    print(f"{name},{x!r},{mp.nstr(exact, 20)}")
