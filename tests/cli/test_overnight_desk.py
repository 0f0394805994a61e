"""configs/overnight.yaml: a desk of two thousand positions, and what its run tells in the morning."""
import csv
import json
import subprocess
import sys

import h5py
import pytest


@pytest.fixture(scope="module")
def night(unhedged, tmp_path_factory):
    """The run with few paths, over twelve sessions: exit code, JSON, result."""
    target = tmp_path_factory.mktemp("night") / "overnight.h5"
    done = unhedged("run", "configs/overnight.yaml", "--paths", 300, "--json", "--set",
                    "simulation.horizon=12d", "-o", target)
    return done, json.loads(done.stdout), target


def book_of(root):
    lines = (root / "configs/books/overnight.csv").read_text().splitlines()
    return list(csv.DictReader(line for line in lines if not line.startswith("#")))


def test_the_book_is_what_its_script_makes(root):
    made = subprocess.run([sys.executable, root / "tools/make_overnight_book.py"],
                          capture_output=True,
                          text=True)
    assert made.stdout == (root / "configs/books/overnight.csv").read_text()
    book = book_of(root)
    assert len(book) == 2000 and len({p["asset"] for p in book}) == 5 and len({p["group"] for p in book}) == 5
    assert len({p["id"] for p in book}) == 2000
    assert sum(float(p["quantity"]) < 0 for p in book) > 1000, "a desk that is short options"


def test_breached_limits_end_with_6(night):
    done, report, target = night
    assert done.returncode == 6 and target.exists()
    assert len({c["scenario"]
                for c in report["cells"]}) == 8 and len({c["hedger"]
                                                         for c in report["cells"]}) == 6
    cells = {(c["scenario"], c["hedger"]): c["summary"]["es_99"]["value"] for c in report["cells"]}
    above = {cell for cell, loss in cells.items() if loss > 1e9 and cell[1] != "unhedged"}
    assert 0 < len(above) < 40, "limits that hold in part are worth looking at"
    assert {(b["scenario"], b["hedger"]) for b in report["breaches"]} == above
    assert done.stderr.count("limit breached") == len(above)


def test_the_result_has_the_groups_of_the_book(night, root):
    with h5py.File(night[2]) as file:
        groups = [g for g in file["positions/group"].asstr()]
    assert groups == [p["group"] for p in book_of(root)]
