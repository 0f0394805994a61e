"""A configuration at many values of its keys, held against single runs of the program."""
import csv
import io
import itertools
import json
import re
import signal
import subprocess
import time

import h5py
import numpy as np
import pytest
import xarray as xr
from conftest import PROGRAM, SMALL
from scipy.stats import qmc

BAND = "hedgers.band.rebalance.delta_band"
DESK = SMALL.replace("hedgers: {h: {model: black_scholes}}", """hedgers:
  none: {model: none}
  band: {model: black_scholes, rebalance: {delta_band: 5 %}}""")


@pytest.fixture
def desk(tmp_path):
    path = tmp_path / "desk.yaml"
    path.write_text(DESK)
    return path


def sweep(unhedged, desk, *words, check=0, name="sweep.h5"):
    target = desk.parent / name
    done = unhedged("sweep", desk, "-o", target, *words, cwd=desk.parent, check=check)
    return done, target


def points_of(target):
    with h5py.File(target) as file:
        return [[text.decode() for text in row] for row in file["points/text"][()]]


def test_every_point_is_the_run_of_its_values(unhedged, desk):
    done, target = sweep(unhedged, desk, "--vary", f"{BAND}=1 %,10 %", "--vary",
                         "market.assets.A.half_spread=0,20 bp", "--json", "--quiet")
    told = json.loads(done.stdout)["points"]
    assert points_of(target) == [["1 %", "0"], ["1 %", "20 bp"], ["10 %", "0"], ["10 %", "20 bp"]]
    for point in told:
        words = list(itertools.chain(*(("--set", f"{key}={value}") for key, value in point["set"].items())))
        run = unhedged("run", desk, "--json", "--quiet", "--force", *words, cwd=desk.parent, check=0)
        for here, there in zip(point["cells"], json.loads(run.stdout)["cells"], strict=True):
            assert here["summary"] == there["summary"]
            assert (here["scenario"], here["hedger"]) == (there["scenario"], there["hedger"])


def test_the_file_opens_in_xarray_and_says_what_the_output_says(unhedged, desk):
    done, target = sweep(unhedged, desk, "--vary", f"{BAND}=1..9 %", "--points", "3", "--csv", "--quiet")
    rows = list(csv.DictReader(io.StringIO(done.stdout)))
    root, points = xr.open_dataset(target), xr.open_dataset(target, group="points")
    assert points.unit.values.tolist() == ["%"]
    np.testing.assert_array_equal(points.value.values[:, 0], [1, 5, 9])
    assert root.summary.dims == ("point", "scenario", "hedger", "metric", "estimate")
    for row in (row for row in rows if row["reference"] == ""):
        cell = root.summary.isel(point=int(row["point"])).sel(scenario=row["scenario"], hedger=row["hedger"],
                                                              metric=row["metric"])
        for name in ("value", "lower", "upper", "standard_error"):
            there = float(cell.sel(estimate=name))
            assert row[name] == "" and np.isnan(there) or float(row[name]) == there
    differences = [row for row in rows if row["reference"] == "0"]
    assert len(rows) == root.summary.isel(estimate=0).size + len(differences)
    values = root.difference.isel(estimate=0).values.ravel()
    assert [float(row["value"]) for row in differences] == values.tolist()
    assert root.attrs["complete"] == 1 and root.attrs["format"] == "unhedged sweep"
    inputs = xr.open_dataset(target, group="inputs")
    assert inputs.text.values.tolist() == [DESK]
    assert root.paths.values.tolist() == [500, 500, 500]


def test_all_points_have_the_same_random_numbers(unhedged, desk):
    _, target = sweep(unhedged, desk, "--vary", f"{BAND}=1 %,5 %", "--quiet")
    summary = xr.open_dataset(target).summary
    unhedged_book = summary.sel(hedger="none").values
    np.testing.assert_array_equal(unhedged_book[0], unhedged_book[1])
    banded = summary.sel(hedger="band", metric="es_99", estimate="value").values
    assert (banded[0] != banded[1]).all()


def test_a_difference_of_points_is_that_of_two_hedgers_on_the_same_paths(unhedged, desk):
    """What one run says of two hedgers, `/paired_difference`, a sweep says of two points that make one of the
    other: to the bit, and whichever point is the reference."""
    two = desk.parent / "two.yaml"
    other = "  other: {model: black_scholes, rebalance: {delta_band: 20 %}}\n"
    two.write_text(DESK.replace("  band:", other + "  band:"))
    unhedged("run", two, "--quiet", "--paths", "3000", "-o", "two.h5", cwd=desk.parent, check=0)
    run = xr.open_dataset(desk.parent / "two.h5")
    pair = run.paired_difference.sel(hedger="other", reference="band")
    for against, other, sign in (("0", 1, 1), ("1", 0, -1)):
        _, target = sweep(unhedged, desk, "--vary", f"{BAND}=5 %,20 %", "--against", against, "--quiet",
                          "--paths", "3000", "--force")
        found = xr.open_dataset(target)
        assert found.attrs["reference_point"] == int(against)
        assert found.paired_metric.values.tolist() == run.paired_metric.values.tolist()
        there = found.difference.isel(point=other).sel(hedger="band")
        np.testing.assert_array_equal(there.sel(estimate="value"), sign * pair.sel(estimate="value"))
        error = pair.sel(estimate="standard_error")
        np.testing.assert_array_equal(there.sel(estimate="standard_error"), error)
        ends = ("lower", "upper")[::sign]
        np.testing.assert_array_equal(there.sel(estimate="lower"), sign * pair.sel(estimate=ends[0]))
        assert (error > 0).all()
        assert (found.difference.isel(point=int(against)) == 0).all()
        assert (found.difference.sel(hedger="none") == 0).all()


@pytest.mark.parametrize("key", ["simulation.paths=400,500", "simulation.seed=1,2"])
def test_points_of_other_paths_have_no_difference(unhedged, desk, key):
    done, target = sweep(unhedged, desk, "--vary", key, "--quiet", "--json")
    assert np.isnan(xr.open_dataset(target).difference.isel(point=1)).all()
    cell = json.loads(done.stdout)["points"][1]["cells"][0]
    assert cell["difference"]["mean"]["value"] is None and cell["summary"]["mean"]["value"] is not None


def test_sobol_points_are_those_of_a_digitally_shifted_sequence(unhedged, desk):
    """Each key has one shift, and the points fill the square as a net of base 2 does."""
    words = ("--design", "sobol", "--points", "32", "--vary", f"{BAND}=0..1", "--vary",
             "portfolio[0].quantity=0..1", "--quiet", "--paths", "16")
    _, target = sweep(unhedged, desk, *words)
    unit = xr.open_dataset(target, group="points").value.values
    plain = qmc.Sobol(2, scramble=False, bits=53).random(32)
    shifts = (unit * 2.0**53).astype(np.int64) ^ (plain * 2.0**53).astype(np.int64)
    assert (shifts == shifts[0]).all() and shifts[0, 0] != shifts[0, 1]
    for power in range(6):
        cells = np.floor(unit * [2**power, 2**(5 - power)]).astype(int)
        assert len({tuple(cell) for cell in cells}) == 32
    _, again = sweep(unhedged, desk, *words, "--design-seed", "2", name="other.h5")
    assert not np.array_equal(xr.open_dataset(again, group="points").value.values, unit)


def test_random_points_are_uniform_and_go_by_the_seed(unhedged, desk):
    words = ("--design", "random", "--points", "40", "--vary", f"{BAND}=1..5 %", "--vary",
             "simulation.seed=1,2", "--quiet", "--paths", "16")
    first = points_of(sweep(unhedged, desk, *words, name="a.h5")[1])
    assert first == points_of(sweep(unhedged, desk, *words, name="b.h5")[1])
    assert first != points_of(sweep(unhedged, desk, *words, "--design-seed", "9", name="c.h5")[1])
    numbers = np.array([float(band.split()[0]) for band, _ in first])
    assert numbers.min() >= 1 and numbers.max() < 5 and abs(numbers.mean() - 3) < 1
    assert {seed for _, seed in first} == {"1", "2"}


def test_points_come_from_a_file(unhedged, desk):
    table = desk.parent / "points.csv"
    table.write_text(f'{BAND},simulation.step\n2 %,1 d\n"3 %",12 h\n')
    _, target = sweep(unhedged, desk, "--points", table, "--quiet")
    assert points_of(target) == [["2 %", "1 d"], ["3 %", "12 h"]]
    with h5py.File(target) as file:
        assert np.isnan(file["points/value"][:, 1]).all()  # hours and days are no numbers of one unit
        assert file["points/value"][:, 0].tolist() == [2, 3]


def test_the_table_has_a_line_for_each_point(unhedged, desk):
    done, _ = sweep(unhedged, desk, "--vary", f"{BAND}=1 %,5 %", "--metric", "var_95")
    lines = done.stdout.splitlines()
    assert lines[0] == "s: var_95"
    assert lines[1].split() == ["point", "delta_band", "none", "band"]
    assert [line.split()[:3] for line in lines[2:4]] == [["0", "1", "%"], ["1", "5", "%"]]


def test_the_table_has_the_differences_of_what_is_compared_and_rounds_long_numbers(unhedged, desk):
    words = ("--vary", f"{BAND}=1..20 %", "--points", "4", "--width", "200")
    done, _ = sweep(unhedged, desk, *words, "--metric", "mean")
    lines = done.stdout.splitlines()
    heading = lines.index("s: mean less that of point 0, on the same paths")
    assert lines[heading + 2].split()[:3] == ["0", "1", "%"] and lines[heading + 2].split()[-2:] == ["0", "0"]
    assert lines[heading + 3].split()[:3] == ["1", "7.3333", "%"]
    done, _ = sweep(unhedged, desk, *words, "--metric", "var_95", "--force")
    assert "less that of" not in done.stdout  # VaR is not compared


def test_a_sweep_goes_on_where_it_was_interrupted(unhedged, desk):
    words = ["--vary", f"{BAND}=1..9 %", "--points", "6", "--paths", "60000", "--quiet", "--threads", "1"]
    _, whole = sweep(unhedged, desk, *words, name="whole.h5")
    target = desk.parent / "cut.h5"
    journal = desk.parent / ".cut.h5.journal"
    running = subprocess.Popen([PROGRAM, "sweep", desk, "-o", target, *words], cwd=desk.parent,
                               stderr=subprocess.PIPE, text=True)
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline and running.poll() is None:
        if journal.exists() and journal.stat().st_size > 6000:  # a point at least
            break
        time.sleep(0.01)
    running.send_signal(signal.SIGINT)
    told = running.communicate(timeout=60)[1]
    if running.returncode != 75:
        assert running.returncode == 0, told
        pytest.skip("it was faster than the signal")
    assert "of 6 points kept" in told and not target.exists()
    refused, _ = sweep(unhedged, desk, *words, name="cut.h5", check=4)
    assert "--resume goes on from it" in refused.stderr
    other, _ = sweep(unhedged,
                     desk,
                     "--resume",
                     *["5" if word == "6" else word for word in words],
                     name="cut.h5",
                     check=4)
    assert "the points of the sweep" in other.stderr
    sweep(unhedged, desk, "--resume", *words, name="cut.h5")
    assert not journal.exists()
    for name in ("summary", "difference", "paths", "points/text"):
        with h5py.File(whole) as one, h5py.File(target) as two:
            np.testing.assert_array_equal(one[name][()], two[name][()])


def test_warnings_of_any_point_are_told_once(unhedged, desk):
    done, _ = sweep(unhedged, desk, "--vary", f"{BAND}=5 %,5", "--vary", "simulation.seed=1,2", "--paths",
                    "64")
    assert done.stderr.count("usually at most 100 %") == 1
    assert "losses" in done.stderr  # too few for intervals


@pytest.mark.parametrize("words, code, reason", [
    ([], 2, "nothing is varied"),
    (["--vary", "x"], 2, "neither KEY=a,b,c nor KEY=low..high"),
    (["--vary", "a=5..1"], 2, "the lower end comes first"),
    (["--vary", "a=1,,2"], 2, "has an empty value"),
    (["--vary", "a=1,2", "--vary", "a=3"], 2, "is varied twice"),
    (["--vary", "a=1..2"], 2, "at least 2"),
    (["--vary", "a=1,2", "--points", "3"], 2, "a grid of lists"),
    (["--vary", "a=1..2", "--design", "sobol"], 2, "--points N says how many"),
    (["--vary", "a=1..2", "--points", "2000000"], 2, "at most 1000000"),
    (["--vary", "a=1..2", "--points", "0"], 2, "is no whole number from 1"),
    (["--vary", "a=1", "--points", "none.csv"], 2, "stands in"),
    (["--vary", "a=1..2", "--points", "-3"], 2, "is no whole number from 1"),
    (["--vary", "a=1 bp..5 %", "--points", "3"], 2, "in two units"),
    (["--vary", "a=1..2", "--points", "2", "--against", "-1"], 2, "is not a whole number from 0"),
    (["--vary", "a=1..2", "--points", "2", "--design-seed", "-1"], 2, "is not a whole number from 0"),
    (["--vary", "market.currency=USD,EUR"], 2, "all points must have the same"),
    (["--vary", "risk.confidence=90 %,95 %"], 2, "all points must have the same"),
    (["--points", "none.csv"], 4, "none.csv"),
    (["--design", "csv", "--points", "4"], 2, "where the points are"),
    (["--vary", "output.worst_paths=1,2"], 2, "changes no number"),
    (["--vary", "simulation.paths=10,20", "--paths", "7"], 2, "is set for all points as well"),
    (["--vary", f"{BAND}=1 %,700 apples"], 3, "at point 1"),
    (["--vary", "simulation.horizn=1 d,2 d"], 3, "at point 0"),
    (["--vary", "risk.levels=[95 %],[90 %]"], 2, "all points must have the same"),
    (["--vary", f"{BAND}=1 %,2 %", "--metric", "es_12"], 2, "there are"),
    (["--vary", f"{BAND}=1 %,2 %", "--against", "2"], 2, "there is no point 2; the last is 1"),
])
def test_what_cannot_be_swept_is_refused(unhedged, desk, words, code, reason):
    done, target = sweep(unhedged, desk, *words, check=code)
    assert reason in done.stderr
    assert not target.exists() and not list(desk.parent.glob(".*"))


def test_what_is_no_result_of_a_run_is_refused_by_those_who_read_them(unhedged, desk):
    _, target = sweep(unhedged, desk, "--vary", f"{BAND}=1 %,2 %", "--quiet")
    for command in (["compare"], ["report"], ["replay", "--path", "0"], ["export", "--format", "json"]):
        done = unhedged(command[0], target, *command[1:], cwd=desk.parent, check=4)
        assert "sweep" in done.stderr


def test_the_page_lists_all_that_is_in_the_file(unhedged, desk, root):
    _, target = sweep(unhedged, desk, "--vary", f"{BAND}=1 %,2 %", "--quiet", "--set", "simulation.paths=64")
    page = (root / "docs/formats/sweeps.md").read_text()
    listed = set(re.findall(r"`(/[a-z_0-9/]+)`", page))
    attributes = set(re.findall(r"`@([a-z_0-9]+)`", page))
    scales = {
        "/point", "/scenario", "/hedger", "/metric", "/paired_metric", "/estimate", "/points/point",
        "/points/key", "/inputs/input"
    }
    with h5py.File(target) as file:
        there = set()
        file.visititems(lambda name, item: there.add("/" + name) if isinstance(item, h5py.Dataset) else None)
        assert there - scales == listed
        assert set(file.attrs) == attributes
        assert f"format {file.attrs['format_version']}" in page.splitlines()[0]
