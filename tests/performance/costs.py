"""Processor time of runs of the program, for benchmarks that compare configurations."""
import argparse
import json
import os
import subprocess
import tempfile
import time
from pathlib import Path

LIMIT_BREACHED = 6  # the run is complete all the same


def spent(command, isa=None):
    """Processor seconds, wall seconds and peak memory of a command, on the kernels of an instruction set."""
    begin = time.perf_counter()
    process = subprocess.Popen([str(c) for c in command],
                               stdout=subprocess.DEVNULL,
                               stderr=subprocess.DEVNULL,
                               env={**os.environ, "UNHEDGED_ISA": isa} if isa else None)
    _, status, usage = os.wait4(process.pid, 0)
    wall = time.perf_counter() - begin
    code = os.waitstatus_to_exitcode(status)
    if code not in (0, LIMIT_BREACHED):
        raise SystemExit(f"{command} ended with {code}")
    return {"cpu": usage.ru_utime + usage.ru_stime, "wall": wall, "peak_kib": usage.ru_maxrss}


def parser(description):
    """Of a script that measures a program."""
    out = argparse.ArgumentParser(description=description,
                                  formatter_class=argparse.RawDescriptionHelpFormatter)
    out.add_argument("program")
    out.add_argument("--isa")
    return out


class Program:
    """One program and one set of instructions; every run has one thread."""

    def __init__(self, program, isa=None):
        self.program = program
        self.isa = isa
        self.folder = Path(tempfile.mkdtemp(prefix="unhedged_costs_"))

    def seconds(self, configuration, paths, times=1):
        """Of the whole process; the least of some runs, as others on the machine only add to it."""
        configuration["simulation"]["paths"] = paths
        configuration["output"]["file"] = str(self.folder / "out.h5")
        file = self.folder / "config.yaml"
        file.write_text(json.dumps(configuration))
        return min(self.once(file) for _ in range(times))

    def once(self, file, *options):
        """Seconds of one run of a file."""
        return spent([self.program, "run", file, "--quiet", "--force", "--threads", 1, *options],
                     self.isa)["cpu"]

    def nanoseconds(self, configuration, few, many, times=2):
        """Of a step of a path: starting up and preparing drop out of the difference of two numbers of
        paths."""
        spent = self.seconds(configuration, many, times) - self.seconds(configuration, few, times)
        return spent / (many - few) / configuration["simulation"]["steps"] * 1e9
