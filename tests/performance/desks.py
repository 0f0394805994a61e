#!/usr/bin/env python3
"""What a desk costs that owes, believes or trades more than a call and its delta: `bench --only desks`.

Processor time of whole processes with one thread; a step is the difference between two numbers of paths, so
that starting up and preparing do not count. Ratios over the plain desk of the same book and world, the median
of a few, taken in turn; the seconds before the first path stand beside them.

    python3 tests/performance/desks.py PROGRAM [--isa avx2]
"""
import copy
import json
import statistics

import costs

FEW, LEAST_SECONDS, TURNS = 1024, 0.1, 3
STEPS, DAYS = 800, 100

HESTON = {"model": "heston", "volatility": "20 %", "long_run_volatility": "20 %", "mean_reversion": 4,
          "vol_of_variance": 0.5, "correlation": -0.6}
BATES = {**HESTON, "model": "bates", "jump_rate": 2, "jump_mean": "-5 %", "jump_vol": "5 %"}
PLAIN = {"model": "black_scholes", "volatility": "implied"}
FIXED = {"model": "black_scholes", "volatility": "20 %"}


def call(strike=100, kind="call", **more):
    return {"instrument": kind, "asset": "X", "strike": strike, "expiry": f"{1.2 * DAYS:g} d", "quantity": -1,
            **more}


CALLS = [call(strike) for strike in range(81, 121, 2)]


def believed(model):
    """A desk that knows the world's parameters."""
    return {**model, "volatility": "implied", "long_run_volatility": "same"}


def option(strike, life):
    """To hedge with: rolled every twenty days."""
    return {"instrument": "call", "asset": "X", "strike": strike, "expiry": f"{life} d",
            "roll_at": f"{life - 20} d"}


ONE = {"objective": "delta_vega", "hedge_with": ["spot", option("100 %", 60)]}
TWO = {"objective": "delta_gamma_vega", "hedge_with": ["spot", option("100 %", 30), option("100 %", 90)]}


# name: (positions of the plain desk, its hedger, those of the other, its hedger, dynamics)
DESKS = {
    "heston's delta over black_scholes', 20 calls":
        (CALLS, PLAIN, CALLS, believed(HESTON), HESTON),
    "heston's delta over black_scholes', one call":
        ([call()], PLAIN, [call()], believed(HESTON), HESTON),
    "bates' delta over black_scholes', 20 calls":
        (CALLS, PLAIN, CALLS, believed(BATES), HESTON),
    "bates' delta over black_scholes', one call":
        ([call()], PLAIN, [call()], believed(BATES), HESTON),
    "delta_vega with an option over delta, 20 calls": (CALLS, PLAIN, CALLS, {**PLAIN, **ONE}, HESTON),
    "delta_gamma_vega with two over delta, 20 calls": (CALLS, PLAIN, CALLS, {**PLAIN, **TWO}, HESTON),
    "a barrier over a call, fixed volatility":
        ([call()], FIXED, [call(kind="down_and_out_call", barrier=80)], FIXED,
         {"model": "gbm", "volatility": "20 %"}),
    "an inverse call over a call, fixed volatility":
        ([call()], FIXED, [call(kind="inverse_call")], FIXED, {"model": "gbm", "volatility": "20 %"}),
    "a perpetual beside a call, fixed volatility":
        ([call()], FIXED, [call(), {"instrument": "perpetual", "asset": "X", "quantity": 1}], FIXED,
         {"model": "gbm", "volatility": "20 %"}),
    "a band of Whalley-Wilmott over every step":
        ([call()], FIXED, [call()],
         {**FIXED, "rebalance": {"whalley_wilmott": {"risk_aversion": 0.1, "cost": "5 bp"}}},
         {"model": "gbm", "volatility": "20 %"}),
}


# The P&L by its causes, over the same without: name: (positions, dynamics, attribution)
EXPLAINED = {
    "attribution of means, one call, fixed quotes":
        ([call()], {"model": "gbm", "volatility": "20 %"}, "means"),
    "attribution of means, 20 calls, quotes that move": (CALLS, HESTON, "means"),
    "attribution of every path, one call, fixed quotes":
        ([call()], {"model": "gbm", "volatility": "20 %"}, "paths"),
    "attribution of every path, 20 calls, quotes that move": (CALLS, HESTON, "paths"),
}


def configuration(positions, hedger, dynamics, attribution="none"):
    return {
        "name": "desks",
        "market": {"assets": {"X": {"spot": 100, "implied_vol": 0.2, "rate": 0.02, "half_spread": "1 bp",
                                    "perpetual": {"funding": "5 %"}}}},
        "portfolio": copy.deepcopy(positions),
        "scenarios": [{"name": "world", "regimes": {"w": {"dynamics": {"default": dynamics}}}}],
        "hedgers": {"desk": hedger},
        "simulation": {"horizon": f"{DAYS} d", "steps": STEPS, "paths": FEW, "seed": 3},
        "output": {"file": "out.h5", "worst_paths": 0, "attribution": attribution},
    }


class Desks:
    """Costs by one program and one set of instructions."""

    def __init__(self, program, isa=None):
        self.program = costs.Program(program, isa)

    def seconds(self, file, paths):
        return self.program.once(file, "--paths", paths, "-o", self.program.folder / "out.h5")

    def cost(self, what):
        """Nanoseconds of a step of a path, and seconds before the first."""
        file = self.program.folder / "config.yaml"
        file.write_text(json.dumps(what))
        few, more = self.seconds(file, FEW), 8 * FEW
        while True:
            took = self.seconds(file, more) - few
            if took > LEAST_SECONDS:
                of_path = took / (more - FEW)
                return of_path / STEPS * 1e9, few - FEW * of_path
            more *= 3

    def ratios(self, names=DESKS):
        out = {}
        for name in names:
            plain, hedger, more, other, dynamics = DESKS[name]
            pairs = [(self.cost(configuration(plain, hedger, dynamics)),
                      self.cost(configuration(more, other, dynamics))) for _ in range(TURNS)]
            out[name] = statistics.median(other[0] / one[0] for one, other in pairs)
            out[f"{name}: seconds of preparing"] = statistics.median(other[1] for _, other in pairs)
        for name, (positions, dynamics, attribution) in EXPLAINED.items():
            pairs = [(self.cost(configuration(positions, PLAIN, dynamics)),
                      self.cost(configuration(positions, PLAIN, dynamics, attribution)))
                     for _ in range(TURNS)]
            out[name] = statistics.median(other[0] / one[0] for one, other in pairs)
        return out


def main():
    parser = costs.parser(__doc__)
    arguments = parser.parse_args()
    for name, value in Desks(arguments.program, arguments.isa).ratios().items():
        print(f"{name:80s} {value:8.3f}", flush=True)


if __name__ == "__main__":
    main()
