"""Shared by the tests that run the program from outside."""
import os
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
PROGRAM = Path(os.environ.get("UNHEDGED_PROGRAM", ROOT / "build/release/unhedged"))

limited_memory = pytest.mark.skipif("UNHEDGED_SANITIZED" in os.environ,
                                    reason="sanitizers take terabytes of address space")


class Program:
    def __call__(self, *arguments, cwd=ROOT, check=None, env=None):
        environment = {**os.environ, "NO_COLOR": "1", **(env or {})}
        done = subprocess.run([str(PROGRAM), *map(str, arguments)], cwd=cwd, capture_output=True, text=True,
                              env=environment, timeout=300)
        if check is not None:
            told = f"exit {done.returncode}, expected {check}\n{done.stdout}\n{done.stderr}"
            assert done.returncode == check, told
        return done


@pytest.fixture(scope="session")
def unhedged():
    return Program()


@pytest.fixture(scope="session")
def root():
    return ROOT


@pytest.fixture(scope="session")
def quickstart(unhedged, tmp_path_factory):
    """The result of the quickstart, made once."""
    target = tmp_path_factory.mktemp("results") / "quickstart.h5"
    unhedged("run", "configs/quickstart.yaml", "-o", target, check=0)
    return target


SMALL = """\
name: small
market: {assets: {A: {spot: 100, implied_vol: 20 %, half_spread: 5 bp}}}
portfolio: [{instrument: call, asset: A, strike: 100, expiry: 30 d, quantity: -1}]
scenarios: [{name: s, regimes: {r: {dynamics: {A: {model: gbm, volatility: 1 x}}}}}]
hedgers: {h: {model: black_scholes}}
simulation: {horizon: 30 d, step: 1 d, paths: 500}
output: {file: out.h5, worst_paths: 2}
"""


@pytest.fixture
def small(tmp_path):
    """A small configuration in a folder of its own."""
    path = tmp_path / "small.yaml"
    path.write_text(SMALL)
    return path
