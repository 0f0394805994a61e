#!/usr/bin/env python3
"""What a hedge step and preparing a run cost, by book, in units of one option: `bench --only listed`.

Books are what listed desks hold: strikes on a grid, expiries from hours to years, and scattered ones that no
exchange lists. A search draws more of them at random and keeps the costliest. Processor time of whole
processes with one thread; a step is the difference between two numbers of paths, so that starting up and
preparing do not count in it, and preparing is what the smaller one leaves.

    python3 tests/performance/listed.py PROGRAM [--isa avx2] [--search N] [--seed N]
"""
import random
import sys

import costs

HORIZON_DAYS, STEPS = 30, 720
FEW, LEAST_SECONDS = 1024, 0.25
HESTON = {"model": "heston", "volatility": 0.6, "long_run_volatility": 0.6, "mean_reversion": 4,
          "vol_of_variance": 1.0, "correlation": -0.3}
CRASH = {**HESTON, "volatility": 1.2, "long_run_volatility": 1.0, "vol_of_variance": 3.0}
GBM = {"model": "gbm", "volatility": 0.6}
# name: (processes of the regimes, volatility the hedger goes by)
WORLDS = {"gbm, fixed": ([GBM], 0.6), "gbm, implied": ([GBM], "implied"),
          "heston, implied": ([HESTON], "implied"),
          "two heston regimes, implied": ([HESTON, CRASH], "implied")}
MOVING = {"heston, implied", "two heston regimes, implied"}


def position(rng, kind, strike, days):
    return {"instrument": kind, "asset": "X", "strike": round(strike, 4), "expiry": f"{days:.5f} d",
            "quantity": round(rng.gauss(0, 1), 3)}


def listed(days, strikes, seed=5, low=60.0, high=160.0):
    """A call and a put at each of so many strikes for each expiry."""
    rng = random.Random(seed)
    step = (high - low) / max(1, strikes - 1)
    return [position(rng, kind, low + i * step, d)
            for d in days for i in range(strikes) for kind in ("call", "put")]


def scattered(count, seed=5, first=31.0, last=180.0):
    rng = random.Random(seed)
    return [position(rng, "call", rng.uniform(70, 130), rng.uniform(first, last)) for _ in range(count)]


ONE = [position(random.Random(1), "call", 100.0, 45.0)]
BOOKS = {
    "a dozen in one expiry": listed([45], 6),
    "100 in four expiries": listed([10, 17, 45, 73], 13)[:100],
    "640 beyond the horizon": listed([35, 42, 49, 63, 91, 119, 182, 273], 40),
    "960 from a day": listed([1, 2, 3, 7, 14, 21, 28, 35, 63, 91, 182, 273], 40),
    "4 720 dailies": listed(range(1, 60), 40),
    "10 000 from four hours":
        listed([1 / 6, 1 / 3, 0.5, *range(1, 15), 21, 28, 35, 63, 91, 182, 273, 730], 200),
    "1 000 scattered": scattered(1000),
    "10 000 scattered": scattered(10_000),
}


def drawn(rng):
    """A book of 1 to 10 000 options of no particular kind."""
    count = int(round(10**rng.uniform(0, 4)))
    expiries = max(1, int(round(count**rng.uniform(0, 1))))
    last = 10**rng.uniform(0, 2.9)
    unit = rng.choice([1 / 24, 1, 7, 1e-4])
    days = [max(unit, 0.05, round(rng.uniform(0, last) / unit) * unit) for _ in range(expiries)]
    centre, width = rng.choice([100, 100, 60, 180]), 10**rng.uniform(-1, 2)
    grid = rng.choice([1e-4, 0.5, 2.5])
    def strike():
        return max(1.0, round((centre + width * rng.uniform(-0.5, 0.5)) / grid) * grid)

    book = [position(rng, rng.choice(("call", "put")), strike(), rng.choice(days)) for _ in range(count)]
    what = f"{count} options, {len(set(days))} expiries to {max(days):.3g} d"
    return book, f"{what}, strikes {centre} +- {width / 2:.3g}"


def configuration(book, world, paths):
    dynamics, volatility = WORLDS[world]
    regimes = {f"r{i}": {"dynamics": {"default": one}} for i, one in enumerate(dynamics)}
    scenario = {"name": "world", "start": "r0", "regimes": regimes}
    if len(regimes) > 1:
        scenario["transitions"] = [{"from": "r0", "to": "r1", "rate": 12},
                                   {"from": "r1", "to": "r0", "rate": 24}]
    asset = {"spot": 100, "implied_vol": 0.6, "daily_volume": 1e12, "half_spread": "0 bp"}
    return {"name": "books", "market": {"calendar": "continuous", "assets": {"X": asset}},
            "portfolio": book, "scenarios": [scenario],
            "hedgers": {"h": {"model": "black_scholes", "volatility": volatility, "costs": "none"}},
            "simulation": {"horizon": f"{HORIZON_DAYS} d", "steps": STEPS, "paths": paths, "seed": 11},
            "output": {"worst_paths": 0, "attribution": "none"}}


class Bench:
    """Costs by one program and one set of instructions."""

    def __init__(self, program, isa=None):
        self.program = costs.Program(program, isa)
        self.one = {world: self.step_and_preparing(ONE, world) for world in WORLDS}

    def seconds(self, book, world, paths):
        return self.program.seconds(configuration(book, world, paths), paths)

    def step_and_preparing(self, book, world):
        """Nanoseconds of a step of a path, seconds of everything that does not depend on paths."""
        few, more = self.seconds(book, world, FEW), 16 * FEW
        while True:
            many = self.seconds(book, world, more)
            if many - few > LEAST_SECONDS:
                break
            more *= 3
        step = (many - few) / (more - FEW) / STEPS
        return step * 1e9, max(0.0, few - FEW * STEPS * step)

    def measure(self, book, world):
        step, preparing = self.step_and_preparing(book, world)
        of_one = self.one[world][0]
        return {"of_one": step / of_one, "nanoseconds": step, "preparing": preparing,
                "preparing_over_50000_paths": preparing / (step * 1e-9 * STEPS * 50_000)}

    def table(self, worlds=tuple(WORLDS)):
        return {f"{world}, {name}": self.measure(book, world)
                for world in worlds for name, book in BOOKS.items()}

    def search(self, trials, seed):
        """The costliest step among random books, by whether quotes move, and the longest preparation."""
        rng, worst = random.Random(seed), {}
        for _ in range(trials):
            (book, what), world = drawn(rng), rng.choice(list(WORLDS))
            found = {**self.measure(book, world), "book": f"{world}: {what}"}
            kind = "quotes that move" if world in MOVING else "quotes that do not"
            for key in ("of_one", "preparing_over_50000_paths"):
                place = f"worst {key}, {kind}"
                if place not in worst or found[key] > worst[place][key]:
                    worst[place] = found
                    print(line(f"so far the {place}", found), "|", found["book"], file=sys.stderr, flush=True)
        return worst


def main():
    parser = costs.parser(__doc__)
    parser.add_argument("--search", type=int, default=0)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--worlds", default="|".join(WORLDS))
    arguments = parser.parse_args()
    bench = Bench(arguments.program, arguments.isa)
    for world, (step, preparing) in bench.one.items():
        print(f"{world:30s} {'one option':28s} {step:8.2f} ns a step", flush=True)
    for world in arguments.worlds.split("|"):
        for name, book in BOOKS.items() if not arguments.search else ():
            print(line(f"{world:30s} {name:28s}", bench.measure(book, world)), flush=True)
    for name, found in bench.search(arguments.search, arguments.seed).items():
        print(line(name, found), "|", found["book"], flush=True)


def line(name, found):
    return (f"{name} {found['nanoseconds']:8.2f} ns a step {found['of_one']:6.2f} x one; preparing "
            f"{found['preparing']:6.2f} s, {found['preparing_over_50000_paths']:.2f} of 50 000 paths' loop")


if __name__ == "__main__":
    main()
