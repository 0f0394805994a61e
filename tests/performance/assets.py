#!/usr/bin/env python3
"""A step of many assets over that of one, all pairs correlated: `bench --only assets`.

Every asset has a position and a hedge of its own; no two pairs are correlated alike.

    python3 tests/performance/assets.py PROGRAM [--isa avx2] [--counts 1,2,5,10,20,50,100,200]
"""
import random

import costs

STEPS = 84
GBM = {"model": "gbm", "volatility": 0.2}
MERTON = {**GBM, "model": "merton", "jump_rate": 2, "jump_mean": -0.05, "jump_vol": 0.1}
HESTON = {**GBM, "model": "heston", "long_run_volatility": 0.2, "mean_reversion": 4, "vol_of_variance": 0.5,
          "correlation": -0.6}
WORLDS = {"gbm": GBM, "merton": MERTON, "heston": HESTON}


def configuration(count, dynamics):
    """All pairs of assets correlated, by the products of the loadings on one factor."""
    rng = random.Random(count)
    names = [f"A{i}" for i in range(count)]
    loading = {name: rng.uniform(0.3, 0.9) for name in names}
    pairs = [{"between": [a, b], "value": round(loading[a] * loading[b], 6)}
             for i, a in enumerate(names) for b in names[:i]]
    asset = {"spot": 100, "implied_vol": 0.2, "rate": 0.02, "half_spread": "1 bp", "daily_volume": 1e9}
    call = {"instrument": "call", "strike": 100, "expiry": "300 d", "quantity": -1}
    return {"name": "assets",
            "market": {"calendar": "trading", "assets": {name: asset for name in names},
                       **({"correlation": pairs} if pairs else {})},
            "portfolio": [{**call, "asset": name} for name in names],
            "scenarios": [{"name": "world", "regimes": {"w": {"dynamics": {"default": dynamics}}}}],
            "hedgers": {"h": {"model": "black_scholes", "volatility": 0.2, "costs": "none"}},
            "simulation": {"horizon": "252 d", "steps": STEPS, "seed": 2},
            "output": {"worst_paths": 0, "attribution": "none"}}


def step(program, count, dynamics, work=800_000):
    """Nanoseconds of a step of a path in all assets; `work`: paths times assets."""
    few = 4096
    many = few + max(8192, work // count // 256 * 256)
    return program.nanoseconds(configuration(count, dynamics), few, many)


def growth(program, counts, worlds=tuple(WORLDS)):
    """Steps of so many assets in units of one's, and the worst growth per asset."""
    out, worst = {}, 0.0
    for world in worlds:
        one = step(program, 1, WORLDS[world])
        for count in counts:
            ratio = step(program, count, WORLDS[world]) / one
            out[f"{world}, {count} over one"] = ratio
            worst = max(worst, ratio / count)
    return {**out, "worst, per asset": worst}


def main():
    parser = costs.parser(__doc__)
    parser.add_argument("--counts", default="2,5,10,20,50,100,200")
    parser.add_argument("--worlds", default=",".join(WORLDS))
    arguments = parser.parse_args()
    counts = [int(n) for n in arguments.counts.split(",")]
    for name, value in growth(costs.Program(arguments.program, arguments.isa), counts,
                              arguments.worlds.split(",")).items():
        print(f"{name:30s} {value:8.2f}", flush=True)


if __name__ == "__main__":
    main()
