#!/usr/bin/env python3
"""A point of a sweep over a run of its values, whole processes: `bench --only sweeps`.

Runs are without attribution and worst paths, as points are. Of keys that no table depends on, and of one that
every table depends on.

    python3 tests/performance/sweeps.py PROGRAM [--isa avx2] [--paths 2000]
"""
from pathlib import Path

import costs

ROOT = Path(__file__).resolve().parent.parent.parent
PLAIN = ("--set", "output.attribution=none", "--set", "output.worst_paths=0")
CASES = {
    "quickstart, width of a band": ("quickstart", "hedgers.band.rebalance.delta_band",
                                    ["5 %", "6 %", "7 %", "8 %"]),
    "overnight, width of a band": ("overnight", "hedgers.band.rebalance.delta_band",
                                   ["5 %", "6 %", "7 %", "8 %"]),
    "overnight, severity": ("overnight", "scenarios.crash_1987.severity", ["0.8", "0.9", "1.1", "1.2"]),
    "beliefs by transforms, a spread": ("robustness", "market.assets.INDEX.half_spread",
                                       ["1 bp", "2 bp", "3 bp", "4 bp"]),
}


def over_runs(program, name, key, values, paths):
    """The sweep over the sum of the runs."""
    file, out = ROOT / f"configs/{name}.yaml", program.folder / "out.h5"
    shared = [file, "-o", out, "--paths", paths, "--quiet", "--force", "--threads", 1]
    runs = sum(
        costs.spent([program.program, "run", *shared, *PLAIN, "--set", f"{key}={value}"], program.isa)["cpu"]
        for value in values)
    together = costs.spent([program.program, "sweep", *shared, "--vary", f"{key}={','.join(values)}"],
                           program.isa)["cpu"]
    return {"over_runs": together / runs, "seconds": together}


def table(program, paths):
    return {case: over_runs(program, *what, paths) for case, what in CASES.items()}


def main():
    parser = costs.parser(__doc__)
    parser.add_argument("--paths", type=int, default=2000)
    arguments = parser.parse_args()
    for case, found in table(costs.Program(arguments.program, arguments.isa), arguments.paths).items():
        print(f"{case:32} {found['over_runs']:.2f}  ({found['seconds']:.1f} s)")


if __name__ == "__main__":
    main()
