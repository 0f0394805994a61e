"""Runs to be disturbed, and what is left of them."""
import os
import re
import subprocess
import time

import h5py

from conftest import PROGRAM, ROOT, SMALL

CODES = {int(c) for c in re.findall(r"^\| (\d+) \|", (ROOT / "docs/exit_codes.md").read_text(), re.M)}


def start(*arguments, cwd, env=None, **options):
    options = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE, **options}
    return subprocess.Popen([str(PROGRAM), *map(str, arguments)], cwd=cwd, text=True,
                            env={**os.environ, "NO_COLOR": "1", **(env or {})}, **options)


def end_of(running, timeout=120):
    """Exit code, and the lines of stderr."""
    _, errors = running.communicate(timeout=timeout)
    return running.returncode, errors.splitlines()


def wait_for(condition, running, seconds=60):
    """Until the condition holds; fails if the run ends before."""
    until = time.monotonic() + seconds
    while not condition():
        assert running.poll() is None, running.communicate()
        assert time.monotonic() < until
        time.sleep(0.001)


def partial(folder, name="out.h5"):
    return folder / f".{name}.partial"


def threads_of(running):
    try:
        return len(os.listdir(f"/proc/{running.pid}/task"))
    except FileNotFoundError:
        return 0


def wait_for_stage(stage, running, folder):
    """"computing": the partial file is there. "past the checks": a run on several threads has started them.
    "writing": the partial file is no longer empty."""
    file = partial(folder)
    reached = {"computing": lambda: file.exists(),
               "past the checks": lambda: file.exists() and threads_of(running) > 1,
               "writing": lambda: file.exists() and file.stat().st_size > 0}
    wait_for(reached[stage], running)


def left_in(folder):
    return sorted(p.name for p in folder.iterdir())


def is_whole(path):
    with h5py.File(path) as file:
        return file.attrs["complete"] == 1 and file["pnl"][:].shape[2] == file.attrs["paths"]


def configuration(folder, paths, steps=1, text=SMALL):
    path = folder / "run.yaml"
    path.write_text(text.replace("paths: 500", f"paths: {paths}").replace("step: 1 d", f"steps: {steps}"))
    return path
