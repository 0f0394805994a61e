"""How runs grow: with processes (strong: the same paths; weak: as many for each), with paths (merging,
reading the tail of a result). Prints the tables of docs/scaling.md.

    build/venv/bin/python tests/performance/scaling.py [--only processes|merge|tail] [--ranks 1,2]
                                                       [--repeats 3] [--paths 40000]

Processes are started by mpirun, where it is there, one thread each; wall time of whole commands, minimum and
median of the repeats, which go through all variants in turn. On a machine that has other work to do, the
processor time of all processes beside that of one tells what sharing costs.
"""
import argparse
import os
import re
import resource
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent.parent
PROGRAM = Path(os.environ.get("UNHEDGED_PROGRAM", ROOT / "build/release/unhedged"))
ENVIRONMENT = {**os.environ, "NO_COLOR": "1", "OMPI_ALLOW_RUN_AS_ROOT": "1",
               "OMPI_ALLOW_RUN_AS_ROOT_CONFIRM": "1", "OMPI_MCA_hwloc_base_binding_policy": "none"}
BOOK = """\
name: scaling
market: {assets: {A: {spot: 100, implied_vol: 20 %, half_spread: 5 bp}}}
portfolio: [{instrument: call, asset: A, strike: 100, expiry: 30 d, quantity: -1}]
scenarios:
  - {name: calm, regimes: {r: {dynamics: {A: {model: gbm, volatility: 1 x}}}}}
  - name: jumps
    regimes:
      r: {dynamics: {A: {model: merton, volatility: 1 x, jump_rate: 5, jump_mean: -5 %, jump_vol: 5 %}}}
hedgers:
  every_step: {model: black_scholes}
  band: {model: black_scholes, rebalance: {delta_band: 5 %}}
  unhedged: {model: none}
simulation: {horizon: 30 d, steps: 720, paths: 1000}
output: {file: out.h5, worst_paths: 10}
"""
NUMBERS = 2 * 3  # of a path: scenarios by hedgers


def processor_time():
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def timed(words, folder):
    """Wall time, the seconds that the program says it has simulated, processor time of all processes."""
    begin, before = time.perf_counter(), processor_time()
    done = subprocess.run(list(map(str, words)), cwd=folder, env=ENVIRONMENT, capture_output=True, text=True)
    seconds = time.perf_counter() - begin
    if done.returncode != 0:
        sys.exit(f"{words}: exit {done.returncode}\n{done.stderr}")
    said = re.search(r"([\d.]+) simulating", done.stderr)
    return seconds, float(said[1]) if said else 0.0, processor_time() - before


def run_words(paths, threads, steps=720):
    return [PROGRAM, "run", "book.yaml", "--force", "--paths", paths, "--threads", threads, "--set",
            f"simulation.steps={steps}"]


def in_turn(variants, repeats, folder):
    """{name: [(wall, simulating, processor)]} of variants {name: words}."""
    times = {name: [] for name in variants}
    for _ in range(repeats):
        for name, words in variants.items():
            times[name].append(timed(words, folder))
    return times


def least(times, index=0):
    return min(one[index] for one in times)


def middle(times, index=0):
    return statistics.median(one[index] for one in times)


def mpirun(ranks, words):
    return ["mpirun", "--oversubscribe", "-n", ranks, *words]


def processes(folder, options):
    paths, ranks = options.paths, options.ranks
    variants = {("threads", k, "strong"): run_words(paths, k) for k in {1, *ranks}}
    if shutil.which("mpirun"):
        variants |= {("processes", k, "strong"): mpirun(k, run_words(paths, 1)) for k in ranks}
        variants |= {("processes", k, "weak"): mpirun(k, run_words(paths * k, 1)) for k in ranks if k > 1}
    times = in_turn(variants, options.repeats, folder)
    print(f"\n{paths} paths x 720 steps x 2 scenarios x 3 hedgers; {os.cpu_count()} processors here")
    print(f"{'':<12}{'K':>3} {'scaling':<8}{'paths':>10}{'wall s':>9}{'median':>8}{'simulating':>12}"
          f"{'efficiency':>12}{'processor s':>13}{'of one':>8}")
    base = times["threads", 1, "strong"]
    for (kind, k, scaling), of in times.items():
        work = 1 if scaling == "strong" else k
        efficiency = least(base, 1) * work / (k * least(of, 1))
        print(f"{kind:<12}{k:>3} {scaling:<8}{paths * work:>10}{least(of):>9.2f}{middle(of):>8.2f}"
              f"{least(of, 1):>12.2f}{efficiency:>12.2f}{least(of, 2):>13.2f}"
              f"{least(of, 2) / (least(base, 2) * work):>8.2f}")


def intake(folder, options):
    """Batches that cost next to nothing: what one process can take in from others."""
    if not shutil.which("mpirun"):
        return
    paths = 4_000_000
    words = [*run_words(paths, 1, 1), "--set", "output.worst_paths=0"]
    of = [timed(mpirun(2, words), folder) for _ in range(options.repeats)]
    alone = [timed(words, folder) for _ in range(options.repeats)]
    size = paths * NUMBERS * 8 / 1e6
    print(f"\n{paths} paths of one step: {least(of, 1):.2f} s simulating by two processes (half of "
          f"{size:.0f} MB of P&L sent, all journaled), {least(alone, 1):.2f} s by one without a journal")


def merge(folder, options):
    print(f"\n{'paths':>10}{'shards':>8}{'MB of shards':>14}{'bytes a path':>14}{'merge s':>9}"
          f"{'us a path':>11}{'MB of result':>14}")
    for paths in (options.paths * 4, options.paths * 8, options.paths * 16):
        for shards in (1, 16):
            names = [f"s{paths}-{shards}-{k}" for k in range(1, shards + 1)]
            for k, name in enumerate(names, 1):
                words = ["--quiet", "--shard", f"{k}/{shards}", "-o", name]
                timed([*run_words(paths, 2, 1), *words], folder)
            size = sum((folder / name).stat().st_size for name in names)
            of = [timed([PROGRAM, "merge", *names, "-o", "merged.h5", "--force"], folder)
                  for _ in range(options.repeats)]
            result = (folder / "merged.h5").stat().st_size
            print(f"{paths:>10}{shards:>8}{size / 1e6:>14.1f}{size / paths:>14.1f}{least(of):>9.2f}"
                  f"{1e6 * least(of) / paths:>11.3f}{result / 1e6:>14.1f}")
            for name in names:
                (folder / name).unlink()


def tail(folder, options):
    print(f"\n{'paths':>10}{'MB of P&L':>11}{'read once s':>13}{'tail s':>8}{'multiple':>10}"
          f"{'little memory':>15}{'multiple':>10}{'read':>6}")
    for paths in (options.paths * 16, options.paths * 64):
        timed([*run_words(paths, 2, 1), "--quiet", "--set", "output.worst_paths=0"], folder)
        file = folder / "out.h5"
        size = paths * NUMBERS * 8
        # an eighth of what the tail of all paths takes: then it is read again and again
        little = max(32 << 10, paths * 0.05 * 8 / 8) / 2**30
        variants = {"tail": [PROGRAM, "tail", "out.h5"],
                    "little": [PROGRAM, "tail", "out.h5", "--memory", f"{little:.9f}"]}
        times = {name: [] for name in ("once", *variants)}
        for _ in range(options.repeats):
            times["once"].append(read_once(file))
            for name in variants:
                times[name].append(timed(variants[name], folder)[0])
        said = subprocess.run(list(map(str, variants["little"])), cwd=folder, env=ENVIRONMENT,
                              capture_output=True, text=True).stderr
        once, all_of_it, pieces = (min(times[name]) for name in ("once", "tail", "little"))
        reads = re.search(r"read ([0-9.]+) times", said)[1]
        print(f"{paths:>10}{size / 1e6:>11.1f}{once:>13.2f}{all_of_it:>8.2f}{all_of_it / once:>10.1f}"
              f"{pieces:>15.2f}{pieces / once:>10.1f}{reads:>6}")


def read_once(file):
    """Through the HDF5 library, checksums tested, and nothing done with it: what h5py takes for the P&L."""
    script = ("import h5py, sys, time\nd = h5py.File(sys.argv[1])['pnl']\nb = time.perf_counter()\n"
              "for s in range(d.shape[0]):\n  for h in range(d.shape[1]):\n"
              "    for p in range(0, d.shape[2], 1 << 19): d[s, h, p:p + (1 << 19)]\n"
              "print(time.perf_counter() - b)")
    words = [sys.executable, "-c", script, str(file)]
    done = subprocess.run(words, capture_output=True, text=True, check=True)
    return float(done.stdout)


def main():
    layout = argparse.RawDescriptionHelpFormatter
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=layout)
    parser.add_argument("--only", choices=["processes", "merge", "tail"])
    parser.add_argument("--ranks", default="1,2", type=lambda text: [int(k) for k in text.split(",")])
    parser.add_argument("--repeats", default=3, type=int)
    parser.add_argument("--paths", default=40_000, type=int)
    options = parser.parse_args()
    parts = {"processes": (processes, intake), "merge": (merge,), "tail": (tail,)}
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        (folder / "book.yaml").write_text(BOOK)
        for part, functions in parts.items():
            for function in functions if options.only in (None, part) else ():
                function(folder, options)


if __name__ == "__main__":
    main()
