"""What a run will cost, and what the program runs on."""
import json
import re
import shutil

import pytest
from conftest import SMALL


def test_a_plan_says_what_dominates_and_writes_nothing(unhedged, small):
    done = unhedged("plan", small, cwd=small.parent, check=0)
    assert done.stdout.startswith("small: 500 paths x 30 steps x 1 scenario x 2 hedgers x 1 asset\n")
    for word in ("time", "memory", "disk", "tables", "P&L", "result", "journal 0 %", "measured here"):
        assert word in done.stdout
    assert [p.name for p in small.parent.iterdir()] == ["small.yaml"]


def test_the_plan_of_a_long_run_counts_paths_and_the_journal(unhedged, small):
    few, many = (json.loads(
        unhedged("plan", small, "--json", "--paths", paths, "--threads", 2, "--set",
                     "output.attribution=none", cwd=small.parent, check=0).stdout)
                 for paths in ("100_000", "1e11"))
    assert many["paths"] == 10**11 and few["threads"] == 2
    assert 1e4 < many["seconds"]["summary"] / few["seconds"]["summary"] < 1e7
    assert many["seconds"]["paths"] > 1e4 * few["seconds"]["paths"]
    assert few["disk_bytes"]["journal"] == 0
    assert many["disk_bytes"]["journal"] == pytest.approx(16e11, rel=0.2)
    assert many["disk_bytes"]["result"] == pytest.approx(16e11, rel=0.2)


def test_the_time_is_that_of_the_run(unhedged, small):
    """To a factor that a busy machine needs."""
    small.write_text(SMALL.replace("step: 1 d", "steps: 2000").replace("paths: 500", "paths: 40_000"))
    plan = json.loads(unhedged("plan", small, "--json", cwd=small.parent, check=0).stdout)
    done = unhedged("run", small, cwd=small.parent, check=0)
    seconds = float(re.search(r"paths in ([\d.]+) s", done.stderr)[1])
    assert 0.1 < plan["seconds"]["all"] / seconds < 10


def test_a_plan_refuses_what_a_run_refuses(unhedged, small):
    assert "simulation.pths" in unhedged("plan", small, "--set", "simulation.pths=3", check=3).stderr
    unhedged("plan", "none.yaml", check=4)


def test_the_doctor_names_what_the_program_runs_on(unhedged, small):
    done = unhedged("doctor", check=0)
    for word in ("version", "unhedged 0.", "instructions", "processors", "memory", "scheduler", "oneTBB",
                 "HDF5", "1.", "disk", "scenarios"):
        assert word in done.stdout
    done = unhedged("doctor", small, cwd=small.parent, check=0)
    assert re.search(r"result +\d.* in \., which has .* free", done.stdout)


def test_the_doctor_holds_needs_against_what_there_is(unhedged, small):
    if shutil.disk_usage(small.parent).free > 1e15:
        pytest.skip("the disk is too large to be too small")
    done = unhedged("doctor", small, "--set", "simulation.paths=1e12", cwd=small.parent, check=4)
    assert "needs more than there is" in done.stderr and "which has" in done.stdout
