#!/usr/bin/env python3
"""What jumps that excite each other, venues and crowds cost, as ratios inside one run: `bench --only events`.

Processor time of whole processes with one thread; a step is the difference between two numbers of paths, so
that starting up and preparing do not count. Each ratio is the median of a few, taken in turn.

    python3 tests/performance/events.py PROGRAM [--before PROGRAM] [--isa avx2]
"""
import json
import statistics
from pathlib import Path

import costs

ROOT = Path(__file__).resolve().parent.parent.parent
FEW, LEAST_SECONDS, TURNS = 1024, 0.04, 3

GBM = {"model": "gbm", "volatility": "20 %"}
HESTON = {"model": "heston", "volatility": "20 %", "long_run_volatility": "20 %", "mean_reversion": 4,
          "vol_of_variance": 0.5, "correlation": -0.6}
DEPTH = {"half_spread": "5 x", "daily_volume": "0.1 x", "resilience": "4 h", "withdrawn_by_jump": "20 %",
         "outages": 2, "noise": "20 %"}
VENUES = {"large": {"share": "70 %", "fee": "2 bp", "outage_rate": 20, "outage_length": "2 h",
                    "in_outage": "stale"},
          "small": {"share": "30 %", "fee": "4 bp", "outage_rate": 40, "outage_length": "4 h"}}
FAILING = {name: {**venue, "outage_rate": 300, "outage_length": "6 h"} for name, venue in VENUES.items()}
CRASH = {"funding": "-40 %", "basis": "-0.5 %", "basis_vol": "0.5 %", "basis_half_life": "2 h"}


def merton(rate, mean="-1 %", deviation="2 %", branching=None, half_life="1 h"):
    law = {"model": "merton", "volatility": "20 %", "jump_rate": rate, "jump_mean": mean,
           "jump_vol": deviation}
    return {**law, **({"excitation": {"branching": branching, "half_life": half_life}} if branching else {})}


def regime(dynamics, **parts):
    return {"dynamics": {"default": dynamics}, **{name: {"default": law} for name, law in parts.items()}}


def configuration(regimes, asset=None, hedgers=1, hedger=None, steps=336, days=14, **scenario):
    asset = {"spot": 100, "implied_vol": 0.2, "rate": 0.02, "half_spread": "1 bp", "daily_volume": 1e9,
             **(asset or {})}
    desk = {"model": "black_scholes", "volatility": "20 %", **(hedger or {})}
    world = {"name": "world", "start": next(iter(regimes)), "regimes": regimes, **scenario}
    call = {"instrument": "call", "asset": "X", "strike": 100, "expiry": f"{1.2 * days} d", "quantity": -1}
    return {"name": "events", "market": {"calendar": "continuous", "assets": {"X": asset}},
            "portfolio": [call], "scenarios": [world],
            "hedgers": {f"h{i}": desk for i in range(hedgers)},
            "simulation": {"horizon": f"{days} d", "steps": steps, "paths": FEW, "seed": 3},
            "output": {"file": "out.h5", "worst_paths": 0, "attribution": "none"}}


def jumps(law, steps=252, days=252):
    return configuration({"w": regime(law)}, steps=steps, days=days)


# name: (plain, excited)
EXCITED = {
    "2 jumps a year, daily": (jumps(merton(2, "-5 %", "10 %")),
                              jumps(merton(2, "-5 %", "10 %", 0.5, "5 d"))),
    "2 jumps a year, ten steps a day": (jumps(merton(2, "-5 %", "10 %"), 2520),
                                        jumps(merton(2, "-5 %", "10 %", 0.5, "5 d"), 2520)),
    "20 jumps a year, daily": (jumps(merton(20, "-1 %", "3 %")),
                               jumps(merton(20, "-1 %", "3 %", 0.5, "5 d"))),
    "300 jumps a year, hourly": (jumps(merton(300), 336, 14), jumps(merton(300, branching=0.5), 336, 14)),
}
DESK = {"volatility": "implied", "hedge_with": "perpetual"}
PERPETUAL = {"funding": "10 %", "basis": "0 %", "basis_vol": "0.1 %"}
ON_VENUES = {"venues": VENUES, "perpetual": PERPETUAL}
ON_FAILING = {"venues": FAILING, "perpetual": PERPETUAL}
TWO = {"quiet": regime(HESTON, liquidity=DEPTH),
       "crash": regime(merton(300, branching=0.5), liquidity=DEPTH, perpetual=CRASH)}
CHANGES = [{"from": "quiet", "to": "crash", "rate": 100}, {"from": "crash", "to": "quiet", "after": "1 d"},
           {"from": "quiet", "to": "crash", "when": {"drawdown": {"asset": "X", "above": "8 %"}}}]
OTHER_LAW = {**DESK, "costs": {"impact": {"coefficient": 1, "exponent": 0.6}}}
DESKS = {
    "heston": configuration({"w": regime(HESTON, liquidity=DEPTH)}, ON_VENUES, hedger=DESK),
    "excited jumps, venues that often fail":
        configuration({"w": regime(merton(300, branching=0.5), liquidity=DEPTH)}, ON_FAILING, hedger=DESK),
    "heston, a latency of two hours":
        configuration({"w": regime(HESTON, liquidity=DEPTH)}, ON_VENUES, hedger={**DESK, "latency": "2 h"}),
    "heston, impact of exponent 0.6":
        configuration({"w": regime(HESTON, liquidity=DEPTH)}, ON_VENUES, hedger=OTHER_LAW),
    "two regimes and a trigger": configuration(TWO, ON_FAILING, hedger=DESK, transitions=CHANGES),
}
CROWD = {"crowding": 5, "transient": 0.5, "half_life": "2 h"}
DEEP = {"crowding": 20, "transient": 0.5, "half_life": "2 h"}
# name: (regimes, asset, hedger, feedback)
CROWDS = {
    "gbm": ({"w": regime(GBM)}, {}, {}, CROWD),
    "gbm, a deep crowd": ({"w": regime(GBM)}, {"daily_volume": 1e4}, {}, DEEP),
    "excited jumps, a deep crowd":
        ({"w": regime(merton(300, branching=0.5))}, {"daily_volume": 1e4}, {}, DEEP),
    "heston, implied": ({"w": regime(HESTON)}, {}, {"volatility": "implied"}, CROWD),
    "desk on venues": ({"w": regime(HESTON, liquidity=DEPTH)}, ON_VENUES, DESK, CROWD),
}
HEDGERS = 3  # in a run with feedback: one world without and one for each of them
CONFIGS = ("crypto_crowd", "equity_crashes")


class Events:
    """Costs by one program and one set of instructions."""

    def __init__(self, program, isa=None):
        self.program = costs.Program(program, isa)

    def seconds(self, file, paths):
        return self.program.once(file, "--paths", paths, "-o", self.program.folder / "out.h5", "--set",
                                 "output.worst_paths=0")

    def nanoseconds(self, what):
        """Of a step of a path."""
        file = self.program.folder / "config.yaml"
        file.write_text(json.dumps(what))
        few, more = self.seconds(file, FEW), 16 * FEW
        while True:
            took = self.seconds(file, more) - few
            if took > LEAST_SECONDS:
                return took / (more - FEW) / what["simulation"]["steps"] * 1e9
            more *= 3

    def excited(self):
        """Speed with excitation over speed without."""
        return {f"excited over plain, {name}": statistics.median(
            self.nanoseconds(plain) / self.nanoseconds(excited) for _ in range(TURNS))
            for name, (plain, excited) in EXCITED.items()}

    def desks(self):
        return {f"million steps of a desk on two venues, {name}": statistics.median(
            1e3 / self.nanoseconds(desk) for _ in range(TURNS)) for name, desk in DESKS.items()}

    def crowds(self):
        """Cost of each world of a run with feedback over that of a run without, with one hedger."""
        out = {}
        for name, (regimes, asset, hedger, feedback) in CROWDS.items():
            one = configuration(regimes, asset, 1, hedger)
            many = configuration(regimes, asset, HEDGERS, hedger, feedback=feedback)
            out[f"world in a crowd over one without, {name}"] = statistics.median(
                self.nanoseconds(many) / (HEDGERS + 1) / self.nanoseconds(one) for _ in range(TURNS))
        return out

    def config(self, name, few=256, more=1280):
        """Microseconds of a path of a configuration of the repository."""
        file = ROOT / f"configs/{name}.yaml"
        return (self.seconds(file, more) - self.seconds(file, few)) / (more - few) * 1e6


def configs(program, before, isa):
    out = {}
    for name in CONFIGS:
        after = Events(program, isa).config(name)
        out[f"{name}.yaml, microseconds a path"] = after
        if before:
            out[f"{name}.yaml, microseconds a path before"] = Events(before, isa).config(name)
    return out


def measure(program, before, isa):
    events = Events(program, isa)
    return {**events.excited(), **events.desks(), **events.crowds(), **configs(program, before, isa)}


def main():
    parser = costs.parser(__doc__)
    parser.add_argument("--before", help="another program, which times the configurations too")
    arguments = parser.parse_args()
    for name, value in measure(arguments.program, arguments.before, arguments.isa).items():
        print(f"{name:80s} {value:8.3f}", flush=True)


if __name__ == "__main__":
    main()
