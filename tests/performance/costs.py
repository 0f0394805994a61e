"""Processor time of runs of the program, for benchmarks that compare configurations."""
import json
import os
import resource
import subprocess
import tempfile
from pathlib import Path


class Program:
    """One program and one set of instructions; every run has one thread."""

    def __init__(self, program, isa=None):
        self.program = program
        self.environment = {**os.environ, **({"UNHEDGED_ISA": isa} if isa else {})}
        self.folder = Path(tempfile.mkdtemp(prefix="unhedged_costs_"))

    def seconds(self, configuration, paths, times=1):
        """Of the whole process; the least of some runs, as others on the machine only add to it."""
        configuration["simulation"]["paths"] = paths
        configuration["output"]["file"] = str(self.folder / "out.h5")
        file = self.folder / "config.yaml"
        file.write_text(json.dumps(configuration))
        return min(self.once(file) for _ in range(times))

    def once(self, file):
        before = resource.getrusage(resource.RUSAGE_CHILDREN)
        subprocess.run([self.program, "run", file, "--quiet", "--force", "--threads", "1"], check=True,
                       stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, env=self.environment)
        after = resource.getrusage(resource.RUSAGE_CHILDREN)
        return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime

    def nanoseconds(self, configuration, few, many, times=2):
        """Of a step of a path: starting up and preparing drop out of the difference of two numbers of
        paths."""
        spent = self.seconds(configuration, many, times) - self.seconds(configuration, few, times)
        return spent / (many - few) / configuration["simulation"]["steps"] * 1e9
