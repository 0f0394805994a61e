"""Paths that end in no number: a few are left out, counted, located and named; more are a failure."""
import json
import re
import shlex

import h5py
import numpy as np
import pytest
from conftest import SMALL

# About one path in a hundred enters a regime in which every price leaves the doubles.
RARE = SMALL.replace(
    "scenarios: [{name: s, regimes: {r: {dynamics: {A: {model: gbm, volatility: 1 x}}}}}]",
    "scenarios: [{name: s, start: r, regimes: {r: {dynamics: {A: {model: gbm, volatility: 1 x}}},"
    " boom: {dynamics: {A: {model: gbm, volatility: 0, drift: 1e7}}}},"
    " transitions: [{from: r, to: boom, rate: 0.1}]}]").replace("paths: 500", "paths: 3000")
assert "boom" in RARE and "3000" in RARE
ALLOWED = ["--set", "simulation.failed_paths=10 %"]


@pytest.fixture
def rare(tmp_path):
    path = tmp_path / "rare.yaml"
    path.write_text(RARE)
    return path


def numbers_of(text):
    return np.concatenate([np.arange(int(a), int(b) + 1) for a, b in (w.split("-") for w in text.split())])


def test_more_than_allowed_is_a_failure(unhedged, rare):
    done = unhedged("run", rare, cwd=rare.parent, check=5)
    assert "not a finite number" in done.stderr and "simulation.failed_paths allows 0.001 %" in done.stderr
    done = unhedged("run", rare, "--set", "simulation.failed_paths=0", cwd=rare.parent, check=5)
    assert "allows 0 %" in done.stderr
    assert sorted(p.name for p in rare.parent.iterdir()) == ["rare.yaml"]


def test_a_few_are_left_out_counted_and_located(unhedged, rare):
    done = unhedged("run", rare, "--json", "--quiet", *ALLOWED, cwd=rare.parent, check=0)
    printed = json.loads(done.stdout)
    failed = printed["failed_paths"]
    assert 1 <= failed["paths"] <= 100 and printed["paths"] == 3000 - failed["paths"]
    assert [cell["hedger"] for cell in failed["cells"]] == ["h", "unhedged"]
    with h5py.File(rare.parent / "out.h5") as file:
        assert file.attrs["paths"] == printed["paths"] and file.attrs["paths_planned"] == 3000
        assert file.attrs["paths_failed"] == failed["paths"]
        there = numbers_of(file.attrs["path_numbers"])
        assert len(there) == printed["paths"] and np.isfinite(file["pnl"][:]).all()
        missing = np.setdiff1d(np.arange(3000), there)
    assert len(missing) == failed["paths"] and missing[0] == failed["cells"][0]["first"]
    assert f"{failed['paths']} of 3000 paths are left out" in done.stderr
    assert re.search(r"spot of A at step \d+ of 30", done.stderr)
    words = re.search(r"step by step: unhedged (replay .*)", done.stderr)[1]
    table = unhedged(*shlex.split(words), cwd=rare.parent, check=0).stdout
    assert "nan" in table.lower() or "inf" in table.lower()


def test_the_others_are_what_they_were(unhedged, rare):
    """Without the regime the paths that do not enter it have the same P&L; means of costs leave them out."""
    unhedged("run", rare, *ALLOWED, "--quiet", cwd=rare.parent, check=0)
    calm = rare.parent / "calm.yaml"
    calm.write_text(RARE.replace("volatility: 0, drift: 1e7", "volatility: 1 x"))
    unhedged("run", calm, "-o", "calm.h5", "--quiet", cwd=rare.parent, check=0)
    with h5py.File(rare.parent / "out.h5") as file, h5py.File(rare.parent / "calm.h5") as whole:
        there = numbers_of(file.attrs["path_numbers"])
        assert (file["pnl"][:] == whole["pnl"][:, :, there]).all()
        metrics = [m.decode() for m in file["metric"][:]]
        summary, all_of_them = file["summary"][0, 0, :, 0], whole["summary"][0, 0, :, 0]
        for name in ("cost", "turnover"):
            assert summary[metrics.index(name)] == pytest.approx(all_of_them[metrics.index(name)], rel=0.02)


def merged(unhedged, rare, *words, check):
    """Of two shards of the run."""
    for shard in ("1/2", "2/2"):
        unhedged("run", rare, *words, "--shard", shard, "--quiet", cwd=rare.parent, check=0)
    shards = ("out.h5.shard-1-of-2", "out.h5.shard-2-of-2")
    return unhedged("merge", *shards, "-o", "m.h5", cwd=rare.parent, check=check)


def test_threads_journals_and_shards_leave_out_the_same(unhedged, rare):
    unhedged("run", rare, *ALLOWED, "--threads", "1", "--quiet", cwd=rare.parent, check=0)
    unhedged("run", rare, *ALLOWED, "--threads", "3", "--resume", "-o", "b.h5", cwd=rare.parent, check=0)
    done = merged(unhedged, rare, *ALLOWED, check=0)
    assert "paths are left out" in done.stderr and "step by step: unhedged replay" in done.stderr
    with h5py.File(rare.parent / "out.h5") as one:
        for other in ("b.h5", "m.h5"):
            with h5py.File(rare.parent / other) as file:
                assert file.attrs["path_numbers"] == one.attrs["path_numbers"]
                for name in ("pnl", "summary", "attribution"):
                    assert np.array_equal(file[name][:], one[name][:], equal_nan=True), name


def test_too_many_in_the_shards_are_a_failure_of_the_merge(unhedged, rare):
    done = merged(unhedged, rare, check=5)
    assert "step by step: unhedged replay" in done.stderr and not (rare.parent / "m.h5").exists()


def test_a_precision_is_reached_without_them(unhedged, rare):
    done = unhedged("run",
                    rare,
                    *ALLOWED,
                    "--set",
                    "simulation.precision.es_95=30 %",
                    "--paths",
                    "30000",
                    "--json",
                    cwd=rare.parent,
                    check=0)
    assert "is within" in done.stderr and json.loads(done.stdout)["failed_paths"]["paths"] > 0


def test_what_reads_the_result_gets_on_with_the_gaps(unhedged, rare):
    unhedged("run", rare, *ALLOWED, "--quiet", cwd=rare.parent, check=0)
    unhedged("replay", "out.h5", "--hedger", "h", "--worst", "1", cwd=rare.parent, check=0)
    unhedged("compare", "out.h5", cwd=rare.parent, check=0)
    page = unhedged("report", "out.h5", "-o", "out.html", cwd=rare.parent, check=0)
    assert '"paths_failed":' in (rare.parent / "out.html").read_text(), page.stderr
    with h5py.File(rare.parent / "out.h5") as file:
        gap = int(file.attrs["path_numbers"].split()[0].split("-")[1]) + 1
    done = unhedged("replay", "out.h5", "--hedger", "h", "--path", gap, cwd=rare.parent, check=2)
    assert f"there is no path {gap}" in done.stderr


def test_a_sweep_tells_of_them_by_point(unhedged, rare):
    words = ("sweep", rare, "--vary", "simulation.step=1 d", "--quiet", "-o")
    done = unhedged(*words, "s.h5", *ALLOWED, cwd=rare.parent, check=0)
    assert "point 0 (simulation.step=1 d)" in done.stderr
    assert "end in no number and are left out" in done.stderr
    unhedged(*words, "t.h5", cwd=rare.parent, check=5)
    assert not (rare.parent / "t.h5").exists()
