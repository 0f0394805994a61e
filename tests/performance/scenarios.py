#!/usr/bin/env python3
"""Runs of twenty crashes and four hedgers over the sum of the runs of each crash: `bench --only scenarios`.

Whole processes with all that they prepare, estimate, record and write, at most 1 where nothing is done again
for each scenario.

    python3 tests/performance/scenarios.py PROGRAM [--isa avx2] [--paths 1024,10000]
"""
from pathlib import Path

import costs

HEDGERS = {"hourly": {"model": "black_scholes", "volatility": "implied", "rebalance": {"every": "60 min"}},
           "daily": {"model": "black_scholes", "volatility": "implied", "rebalance": {"every": "1 d"}},
           "fixed": {"model": "black_scholes", "volatility": 0.18, "rebalance": {"every": "60 min"}},
           "band": {"model": "black_scholes", "volatility": "implied", "rebalance": {"delta_band": 0.05}}}
HESTON = {"long_run_volatility": 0.2, "mean_reversion": 4, "vol_of_variance": 0.5, "correlation": -0.6}
JUMPS = {"jump_rate": 3, "jump_mean": -0.05, "jump_vol": 0.1}
MODELS = [{"model": "gbm"}, {"model": "merton", **JUMPS},
          {"model": "kou", "jump_rate": 2, "up_probability": 0.4, "up_mean": 0.05, "down_mean": 0.08},
          {"model": "heston", **HESTON}, {"model": "bates", **HESTON, **JUMPS},
          {"model": "svcj", **HESTON, **JUMPS, "variance_jump_mean": 0.02, "jump_correlation": -0.5}]
COUNT = 20


def crash(index):
    """A calm, ten days of a crash with twice the volatility and wider spreads, and a calm again."""
    model, calm = MODELS[index % len(MODELS)], 0.2 * (1 + 0.05 * index)
    regimes = {name: {"dynamics": {"default": {**model, "volatility": volatility}}}
               for name, volatility in (("calm", calm), ("crash", 2 * calm))}
    regimes["crash"]["liquidity"] = {"default": {"half_spread": "5 x"}}
    return {"name": f"crash_{index}", "start": "calm", "regimes": regimes,
            "transitions": [{"from": "calm", "to": "crash", "at": "10 d"},
                            {"from": "crash", "to": "calm", "after": "10 d"}]}


def walk(index):
    """One regime of plain Brownian motion: where the numbers themselves are most of the work."""
    dynamics = {"model": "gbm", "volatility": 0.2 + 0.01 * index}
    return {"name": f"walk_{index}", "regimes": {"w": {"dynamics": {"default": dynamics}}}}


def library():
    """What is shipped, as far as a book in one index and steps of half an hour will do."""
    folder = Path(__file__).resolve().parent.parent.parent / "scenarios"
    return sorted(file.stem for file in folder.glob("*.yaml"))


KINDS = {"crashes": [crash(i) for i in range(COUNT)], "random walks": [walk(i) for i in range(COUNT)],
         "the library": library()}


def configuration(scenarios):
    asset = {"spot": 6500, "implied_vol": 0.18, "rate": 0.04, "half_spread": "1 bp", "daily_volume": 2e11}
    return {"name": "scenarios",
            "market": {"calendar": "trading", "date": "2025-09-02", "assets": {"INDEX": asset}},
            "portfolio": [{"instrument": "put", "asset": "INDEX", "strike": "95 %", "expiry": "60 d",
                           "quantity": -10_000},
                          {"instrument": "call", "asset": "INDEX", "strike": "105 %", "expiry": "30 d",
                           "quantity": -5_000}],
            "scenarios": scenarios, "hedgers": HEDGERS,
            "simulation": {"horizon": "40 d", "step": "30 min", "seed": 11},
            "output": {"worst_paths": 10, "attribution": "none"}}


def together_over_alone(program, scenarios, paths):
    alone = sum(program.seconds(configuration([one]), paths) for one in scenarios)
    together = program.seconds(configuration(scenarios), paths, times=2)
    return {"over_alone": together / alone, "seconds": together}


def table(program, numbers_of_paths, kinds=tuple(KINDS)):
    return {f"{kind}, {paths} paths": together_over_alone(program, KINDS[kind], paths)
            for kind in kinds for paths in numbers_of_paths}


def main():
    parser = costs.parser(__doc__)
    parser.add_argument("--paths", default="1024,10000")
    parser.add_argument("--kinds", default=",".join(KINDS))
    arguments = parser.parse_args()
    numbers_of_paths = [int(n) for n in arguments.paths.split(",")]
    program = costs.Program(arguments.program, arguments.isa)
    found = table(program, numbers_of_paths, arguments.kinds.split(","))
    for name, one in found.items():
        print(f"{name:30s} {one['over_alone']:6.3f} of alone, {one['seconds']:.2f} s", flush=True)


if __name__ == "__main__":
    main()
