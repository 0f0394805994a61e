"""mypy --strict passes over the package, and every public name says what it is."""
import inspect
import subprocess
import sys

import pytest
from conftest import ROOT

import unhedged
from unhedged import plot, result, sensitivity


def test_mypy_strict():
    done = subprocess.run([sys.executable, "-m", "mypy", "--strict", "--cache-dir", "/dev/null"],
                          cwd=ROOT,
                          capture_output=True,
                          text=True)
    assert done.returncode == 0, done.stdout + done.stderr


@pytest.mark.parametrize("module", [unhedged, plot, result, sensitivity])
def test_public_names_are_described(module):
    for name, thing in vars(module).items():
        if name.startswith("_") or not getattr(thing, "__module__", "").startswith("unhedged"):
            continue
        if inspect.isclass(thing) or inspect.isfunction(thing):
            assert inspect.getdoc(thing), name
        for member, method in vars(thing).items() if inspect.isclass(thing) else ():
            if not member.startswith("_") and (inspect.isfunction(method) or isinstance(method, property)):
                assert inspect.getdoc(method), f"{name}.{member}"
