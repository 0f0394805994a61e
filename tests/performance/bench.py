#!/usr/bin/env python3
"""The benchmarks: `./bootstrap bench`. Prints ratios inside one run; machines are shared and clocks drift.

  --quick        smaller runs
  --json FILE    write everything measured
  --write        write docs/performance.md
  --only a,b     groups: quantlib numpy limit dynamics events desks book listed growth assets scenarios
                 sweeps margin threads million
  --before FILE  another program, for what `events` times before and after
"""
import argparse
import json
import math
import os
import platform
import random
import shutil
import statistics
import subprocess
import tempfile
import time
from pathlib import Path

import assets as many_assets
import desks as wide_desks
import events as events_of_worlds
import h5py
import listed as books_of_desks
import margin as margin_models
import numpy as np
import scenarios as many_scenarios
import sweeps as many_points
from costs import Program, spent
from scipy.special import ndtr

ROOT = Path(__file__).resolve().parent.parent.parent
PROGRAM = ROOT / "build/release/unhedged"
LIMIT = ROOT / "build/release/unhedged_performance_limit"
WORK = Path(tempfile.mkdtemp(prefix="unhedged_bench_"))
DISCRETE = ROOT / "configs/discrete_hedging.yaml"
TRIED = Path(__file__).resolve().parent / "tried.md"
BEFORE = None  # the program of --before


def run(config, *arguments, isa=None):
    """One run of the program, with the seconds its loop took."""
    out = WORK / "out.h5"
    measured = spent([PROGRAM, "run", config, "-o", out, "--force", "--quiet", *arguments], isa)
    with h5py.File(out) as file:
        measured["loop"] = float(file["diagnostics"].attrs["seconds_simulating"])
        measured["prepare"] = float(file["diagnostics"].attrs["seconds_preparing"])
        measured["sd"] = float(file["summary"][0, 0, 1, 0])
        measured["isa"] = file.attrs["instruction_set"]
    return measured


def median(values):
    return statistics.median(values)


def isas():
    """AVX2 and the best of the machine, where that is another."""
    best = run(DISCRETE)["isa"]
    return ["avx2"] if best == "avx2" else ["avx2", best]


def quantlib(scale):
    """(a) QuantLib's DiscreteHedging: 50 000 paths x 21 and x 84 hedges. We run 40 times the paths, so that
    starting up does not count, and 1 time, where it does; processor time of whole processes."""
    if shutil.which("DiscreteHedging") is None:
        return None
    steps = 50_000 * (21 + 84)

    def ours(isa, times):
        return sum(
            run(DISCRETE, "--threads", 1, "--paths", 50_000 * times, "--set", f"simulation.steps={n}",
                isa=isa)["cpu"] for n in (21, 84))

    rounds = []
    for _ in range(3 if scale < 1 else 5):
        theirs = spent(["DiscreteHedging"])["cpu"]
        rounds.append((theirs, {isa: (ours(isa, 40) / 40, ours(isa, 1)) for isa in isas()}))
    out = {"quantlib_msteps": median(steps / theirs / 1e6 for theirs, _ in rounds)}
    for isa in rounds[0][1]:
        ratios = [theirs / measured[isa][0] for theirs, measured in rounds]
        out[isa] = {
            "unhedged_msteps": median(steps / measured[isa][0] / 1e6 for _, measured in rounds),
            "ratio_per_core": median(ratios),
            "ratio_range": [min(ratios), max(ratios)],
            "ratio_of_one_short_call": median(theirs / measured[isa][1] for theirs, measured in rounds)
        }
    return out


def numpy_hedge(paths, steps):
    """The same work, vectorised over paths."""
    rng, dt, r, s = np.random.default_rng(1), 1 / 12 / steps, 0.05, 0.2
    x, hedge, cash = np.zeros(paths), np.zeros(paths), np.zeros(paths)
    for n in range(steps):
        tau = 1 / 12 - n * dt
        root = s * math.sqrt(tau)
        spot = 100 * np.exp(x)
        target = ndtr((x + (r + 0.5 * s * s) * tau) / root)
        cash -= (target - hedge) * spot * math.exp(r * tau)
        hedge = target
        x += (r - 0.5 * s * s) * dt + s * math.sqrt(dt) * rng.standard_normal(paths)
    spot = 100 * np.exp(x)
    return cash + hedge * spot - np.maximum(spot - 100, 0) + 2.512067086040 * math.exp(r / 12)


def numpy_script(scale):
    """(b) A NumPy script of the same work on one core."""
    ratios = []
    for _ in range(3):
        begin = time.process_time()
        pnl = numpy_hedge(16_384, 84)
        theirs = 16_384 * 84 / (time.process_time() - begin)
        m = run(DISCRETE, "--threads", 1, "--paths", 1_000_000, "--set", "simulation.steps=84")
        ratios.append(1_000_000 * 84 / m["cpu"] / theirs)
    assert abs(pnl.std() - 0.218134) < 0.01
    return {"ratio_per_core": median(ratios), "ratio_range": [min(ratios), max(ratios)]}


def limit(scale):
    """(g) A hedge step of the in-tree limit over the engine's, which does the same work: noise, price, a look
    into a table, ledger. Processor time of one thread: that of 252 steps less that of 84, so that what paths
    cost besides does not count."""
    paths = int(1_000_000 * scale)

    def step(command, isa):
        return (spent(command(252), isa)["cpu"] - spent(command(84), isa)["cpu"]) / 168 / paths * 1e9

    def engine(steps):
        return [PROGRAM, "run", DISCRETE, "-o", WORK / "out.h5", "--force", "--quiet", "--threads", 1,
                "--paths", paths, "--set", f"simulation.steps={steps}"]

    out = {}
    for isa in isas():
        pairs = [(step(lambda n: [LIMIT, paths, n], isa), step(engine, isa)) for _ in range(7)]
        ratios = [least / ours for least, ours in pairs]
        out[isa] = {
            "engine_over_limit": median(ratios),
            "range": [min(ratios), max(ratios)],
            "limit_nanoseconds": median(least for least, _ in pairs),
            "engine_nanoseconds": median(ours for _, ours in pairs)
        }
    return out


HEDGERS = {"fixed": {}, "implied": {"volatility": "implied"}, "band": {"band": "0.02"},
           "costs": {"costs": "{half_spread: 1 bp}"}}
DYNAMICS = {
    "gbm": "{model: gbm, volatility: 20 %}",
    "bachelier": "{model: bachelier, volatility: 20}",
    "merton": "{model: merton, volatility: 20 %, jump_rate: 2, jump_mean: -5 %, jump_vol: 10 %}",
    "kou": "{model: kou, volatility: 20 %, jump_rate: 2, up_probability: 40 %, up_mean: 5 %, down_mean: 8 %}",
    "merton, excited": "{model: merton, volatility: 20 %, jump_rate: 2, jump_mean: -5 %, jump_vol: 10 %, "
        "excitation: {branching: 0.5, half_life: 5 d}}",
    "heston": "{model: heston, volatility: 20 %, long_run_volatility: 20 %, mean_reversion: 4, "
        "vol_of_variance: 0.5, correlation: -0.6}",
    "bates": "{model: bates, volatility: 20 %, long_run_volatility: 20 %, mean_reversion: 4, "
        "vol_of_variance: 0.5, correlation: -0.6, jump_rate: 2, jump_mean: -5 %, jump_vol: 10 %}",
    "svcj": "{model: svcj, volatility: 20 %, long_run_volatility: 20 %, mean_reversion: 4, vol_of_variance: "
        "0.5, correlation: -0.6, jump_rate: 2, jump_mean: -5 %, jump_vol: 10 %, variance_jump_mean: 0.02, "
        "jump_correlation: -0.5}",
}


def book(n):
    """A book of n options: twelve expiries, six of them within the horizon of 252 sessions."""
    if n == 1:
        return "  - {instrument: call, asset: A0, strike: 100, expiry: 300 d, quantity: -1}\n"
    rng, expiries = random.Random(1), [30, 45, 60, 90, 120, 180, 252, 270, 300, 330, 360, 400]
    return "".join(
        f"  - {{instrument: {rng.choice(['call', 'put'])}, asset: A0, strike: "
        f"{rng.randrange(700, 1310) / 10}, "
        f"expiry: {expiries[i % 12]} d, quantity: {rng.choice([-3, -2, -1, 1, 2])}}}\n" for i in range(n))


def config(dynamics="gbm",
           volatility="20 %",
           options=1,
           assets=1,
           hedgers=1,
           scenarios=1,
           steps=252,
           paths=100_000,
           costs="none",
           band="0",
           positions=None,
           correlation=0.5):
    names = [f"A{i}" for i in range(assets)]
    text = "name: bench\nmarket:\n  calendar: trading\n  assets:\n"
    text += "".join(
        f"    {a}: {{spot: 100, implied_vol: 20 %, rate: 2 %, half_spread: 1 bp, daily_volume: 1e9}}\n"
        for a in names)
    pairs = [
        f"    - {{between: [{a}, {b}], value: {correlation}}}\n" for i, a in enumerate(names)
        for b in names[:i] if correlation
    ]
    text += "  correlation:\n" + "".join(pairs) if pairs else ""
    text += "portfolio:\n" + (positions or book(options))
    text += "".join(f"  - {{instrument: call, asset: {a}, strike: 100, expiry: 300 d, quantity: -1}}\n"
                    for a in names[1:])
    text += "scenarios:\n" + "".join(
        f"  - {{name: s{i}, regimes: {{w: {{dynamics: {{default: {DYNAMICS[dynamics]}}}}}}}}}\n"
        for i in range(scenarios))
    text += "hedgers:\n" + "".join(
        f"  h{i}: {{model: black_scholes, volatility: {volatility}, costs: {costs}, rebalance: {{delta_band: "
        f"{float(band) + i * 0.001:g}}}}}\n"
        for i in range(hedgers))
    text += (f"simulation: {{horizon: 252 d, steps: {steps}, paths: {paths}, seed: 2}}\noutput: {{file: "
             f"x.h5, worst_paths: 0, attribution: none}}\n")
    path = WORK / "bench.yaml"
    path.write_text(text)
    return path


def dynamics(scale):
    """(c) Million hedge steps a second and core, by process and hedger."""
    paths = int(400_000 * scale)
    out = {}
    for name in DYNAMICS:
        for label, options in HEDGERS.items():
            m = run(config(name, paths=paths, **options), "--threads", 1)
            out[f"{name}, {label}"] = paths * 252 / m["loop"] / 1e6
    return out


def events(scale):
    """(i) Speed of jumps that excite each other over that of plain ones; million hedge steps a second and
    core of a desk on two venues with outages, perpetual and depth as a state; cost of each world of a run
    with feedback and three hedgers over that of a run without, with one. On the AVX2 kernels and the best of
    the machine."""
    return {f"{isa or 'best'}, {name}": value
            for isa in ("avx2", None)
            for name, value in events_of_worlds.measure(PROGRAM, BEFORE, isa).items()}


def books(scale):
    """(d) Cost of a whole run with books of 1 to 10 000 options over that with one option."""
    paths = int(1_000_000 * max(scale, 0.3))
    out = {}
    for label, kind, volatility in (("gbm, fixed", "gbm", "20 %"), ("heston, implied", "heston", "implied")):
        one = None
        for n in (1, 10, 100, 1000, 10000):
            m = run(config(kind, volatility, n, paths=paths))
            one = one or m["wall"]
            out[f"{label}, {n}"] = {
                "ratio": m["wall"] / one,
                "prepare": m["prepare"],
                "peak_mib": m["peak_kib"] / 1024
            }
    return out


def listed(scale):
    """(h) A hedge step with books that desks hold, in units of one option's, on the AVX2 kernels and the best
    of the machine; preparing in seconds, and over the loop of 50 000 paths; the worst of books drawn at
    random."""
    out = {}
    for isa in ("avx2", None):
        bench = books_of_desks.Bench(PROGRAM, isa)
        found = {**bench.table(), **bench.search(int(40 * scale), seed=1)}
        for name, one in found.items():
            out[f"{isa or 'best'}, {name}"] = {k: v for k, v in one.items() if k != "nanoseconds"}
    return out


def exponent(xs, ys):
    return float(np.polyfit(np.log(xs), np.log(ys), 1)[0])


def growth(scale):
    """(e) Exponents of the growth of the loop's time, and of peak memory (two columns of P&L are stored)."""
    top = 7 if scale >= 1 else 6
    decades = [10**k for k in range(4, top + 1)]
    times = [run(config(steps=21, paths=n), "--threads", 1)["loop"] for n in decades]
    out = {
        "paths": exponent(decades[:], times),
        "paths_last_three_decades": exponent(decades[-4:], times[-4:])
    }
    paths = int(100_000 * scale)
    for key, values in (("steps", (63, 252, 1008)), ("assets", (1, 2, 5, 10)), ("hedgers", (1, 2, 5, 10)),
                        ("scenarios", (1, 2, 5, 10))):
        out[key] = exponent(values,
                            [run(config(paths=paths, **{key: v}), "--threads", 1)["loop"] for v in values])
    for label, correlation in (("ten_assets_over_one", 0), ("ten_correlated_assets_over_one", 0.5)):
        out[label] = median(
            run(config(paths=paths, assets=10, correlation=correlation), "--threads", 1)["loop"] /
            run(config(paths=paths), "--threads", 1)["loop"] for _ in range(5))
    # above what this script itself takes, which a child inherits before it becomes the program
    memory = [run(config(steps=21, paths=n))["peak_kib"] * 1024 for n in (10**7, 2 * 10**7)]
    out["bytes_per_path_and_column"] = (memory[1] - memory[0]) / 1e7 / 2
    return out


def assets(scale):
    """(i) A step of ten and fifty assets, all pairs correlated and each hedged, over that of one; by the AVX2
    kernels and the best of the machine."""
    out = {}
    for isa in ("avx2", None):
        found = many_assets.growth(Program(PROGRAM, isa), (10, 50), ("gbm", "merton", "heston"))
        out.update({f"{isa or 'best'}, {name}": ratio for name, ratio in found.items()})
    return out


def desks(scale):
    """(k) A step of desks that owe, believe or trade more than a call and its delta, over that of the plain
    desk in the same world; processor time, preparing beside it."""
    out = {}
    for isa in isas():
        found = wide_desks.Desks(PROGRAM, isa).ratios()
        out.update({f"{isa}, {name}": value for name, value in found.items()})
    return out


def scenarios(scale):
    """(j) Twenty scenarios with four hedgers in one run over the sum of a run for each, whole processes; by
    the AVX2 kernels and the best of the machine."""
    out = {}
    for isa in ("avx2", None):
        found = many_scenarios.table(Program(PROGRAM, isa), (1024, 10_000), ("crashes", "random walks"))
        out.update({f"{isa or 'best'}, {name}": one["over_alone"] for name, one in found.items()})
    return out


def sweeps(scale):
    """(k) A point of a sweep over a run of its values, whole processes: at most 1.1, less where tables are
    shared."""
    found = many_points.table(Program(PROGRAM), max(500, int(2000 * scale)))
    return {name: one["over_runs"] for name, one in found.items()}


def margin(scale):
    """(l) Margin at every hourly step on 1 000 options that an account covers, over the run without an
    account, by desk and model: at most 3 is wanted. A step of a path, and whole processes of 65 536 paths
    with all that they prepare; on each set of instructions."""
    return {
        f"{isa}: {desk}": {
            name: {"a step": one["over_none"], "whole": one["whole_over_none"]}
            for name, one in margin_models.table(Program(PROGRAM, isa), desk).items() if name != "none"
        }
        for isa in isas() for desk in margin_models.DESKS
    }


def threads(scale):
    """(f) Speed of two threads over one."""
    c = config("heston", "implied", paths=int(400_000 * scale))
    ratios = [run(c, "--threads", 1)["loop"] / run(c, "--threads", 2)["loop"] for _ in range(5)]
    return {"two_over_one": median(ratios), "range": [min(ratios), max(ratios)]}


def million(scale):
    """1 million paths x 252 steps x 1 hedger, wall seconds of the whole process, all cores."""
    return {"wall": median([run(config(paths=1_000_000))["wall"] for _ in range(3)])}


GROUPS = {"quantlib": quantlib, "numpy": numpy_script, "limit": limit, "dynamics": dynamics,
          "events": events, "desks": desks, "book": books, "listed": listed, "growth": growth,
          "assets": assets, "scenarios": scenarios, "sweeps": sweeps, "margin": margin,
          "threads": threads, "million": million}


def machine():
    model = next((l.split(":")[1].strip() for l in open("/proc/cpuinfo") if l.startswith("model name")),
                 platform.processor())
    revision = subprocess.run(["git", "-C", str(ROOT), "describe", "--always", "--dirty"],
                              capture_output=True,
                              text=True).stdout.strip()
    return {
        "processor": model,
        "cores": os.cpu_count(),
        "instruction_set": run(DISCRETE)["isa"],
        "revision": revision,
        "date": time.strftime("%Y-%m-%d")
    }


def rows_of(value, prefix=""):
    if isinstance(value, dict):
        for key, inner in value.items():
            yield from rows_of(inner, f"{prefix}{': ' if prefix else ''}{key}")
    elif isinstance(value, list):
        yield prefix, " - ".join(f"{v:.3g}" for v in value)
    else:
        yield prefix, f"{value:.4g}" if isinstance(value, float) else str(value)


def markdown(results):
    lines = [
        "# Performance", "",
        "Written by `./bootstrap bench --write`. Ratios are inside one run; absolute numbers drift with the "
        "machine.",
        "", ", ".join(f"{k} {v}" for k, v in results["machine"].items()), ""
    ]
    for name, function in GROUPS.items():
        if name not in results or results[name] is None:
            continue
        lines += [
            f"## {name}", "", " ".join(function.__doc__.split()), "", "| what | measured |", "|---|---|"
        ]
        lines += [f"| {key} | {value} |" for key, value in rows_of(results[name])] + [""]
    return "\n".join(lines) + "\n" + TRIED.read_text()


def main():
    parser = argparse.ArgumentParser(description=__doc__,
                                     formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--quick", action="store_true")
    parser.add_argument("--json")
    parser.add_argument("--write", action="store_true")
    parser.add_argument("--only", default=",".join(GROUPS))
    parser.add_argument("--before")
    arguments = parser.parse_args()
    global BEFORE
    BEFORE = arguments.before
    results = {"machine": machine()}
    for name in arguments.only.split(","):
        results[name] = GROUPS[name](0.25 if arguments.quick else 1)
        for key, value in rows_of(results[name], name):
            print(f"{key:60s} {value}", flush=True)
    if arguments.json:
        Path(arguments.json).write_text(json.dumps(results, indent=2))
    if arguments.write:
        (ROOT / "docs/performance.md").write_text(markdown(results))
    shutil.rmtree(WORK)


if __name__ == "__main__":
    main()
