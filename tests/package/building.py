"""Building and installing from outside."""
import json
import os
import re
import shutil
import subprocess
from pathlib import Path

import h5py
import pytest

ROOT = Path(__file__).resolve().parents[2]
BUILD = Path(
    os.environ["UNHEDGED_PROGRAM"]).parent if "UNHEDGED_PROGRAM" in os.environ else ROOT / "build/release"
VERSION = re.search(r"project\(unhedged VERSION (\S+)", (ROOT / "CMakeLists.txt").read_text())[1]

as_root = pytest.mark.skipif(os.geteuid() != 0, reason="a root file system is made by root")


def needs(*programs):
    missing = [p for p in programs if shutil.which(p) is None]
    return pytest.mark.skipif(bool(missing), reason=f"tests/package/packages.txt: no {', '.join(missing)}")


def call(*words, check=True, **more):
    done = subprocess.run([str(w) for w in words], capture_output=True, text=True, **more)
    assert done.returncode == 0 or not check, f"{words}\n{done.stdout[-3000:]}\n{done.stderr[-3000:]}"
    return done


def copy_of_the_sources(target):
    """What git knows of the working tree, and the library of the report, which is fetched once."""
    names = call("git", "ls-files", "-z", "--cached", "--others", "--exclude-standard",
                 cwd=ROOT).stdout.split("\0")
    for name in filter(None, names):
        if (ROOT / name).is_file():
            (target / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(ROOT / name, target / name)
    shutil.copytree(ROOT / "build/page", target / "build/page", symlinks=True)
    return target


def pnl_of(path):
    with h5py.File(path) as file:
        return file["pnl"][:]


def summary_of(text):
    return json.loads(text)["cells"]
