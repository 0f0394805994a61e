#!/usr/bin/env python3
"""Speed of this revision over another program, on the table of processes and hedgers of bench.py.

Processor time of whole processes with one thread, in alternation; the difference of two numbers of paths, so
that starting up and preparing do not count. Above 1: this revision is faster.

    build/venv/bin/python tests/performance/against.py PROGRAM [--repeats 9] [--only gbm,heston]
"""
import argparse
import statistics

import bench
import costs

FEW, MANY = 2_000, 200_000


def seconds(program, configuration):
    """Of the paths between FEW and MANY."""
    def whole(paths):
        return costs.spent([program, "run", configuration, "-o", bench.WORK / "out.h5", "--force", "--quiet",
                             "--threads", 1, "--paths", paths])["cpu"]

    return whole(MANY) - whole(FEW)


def main():
    parser = argparse.ArgumentParser(description=__doc__,
                                     formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("program")
    parser.add_argument("--repeats", type=int, default=9)
    parser.add_argument("--only", default=",".join(bench.DYNAMICS))
    arguments = parser.parse_args()
    for name in arguments.only.split(","):
        for label, options in bench.HEDGERS.items():
            path = bench.config(name, paths=MANY, **options)
            pairs = [(seconds(arguments.program, path), seconds(bench.PROGRAM, path))
                     for _ in range(arguments.repeats)]
            fastest = min(theirs for theirs, _ in pairs) / min(ours for _, ours in pairs)
            usual = statistics.median(theirs / ours for theirs, ours in pairs)
            print(f"{name + ', ' + label:28s} fastest {fastest:.3f}  median {usual:.3f}", flush=True)
    bench.shutil.rmtree(bench.WORK)


if __name__ == "__main__":
    main()
