"""`export` writes all of a result: held against the file itself, dataset by dataset."""
import csv
import json
import math
import os
import signal
import subprocess
import sys
import time

import h5py
import numpy as np
import pyarrow.parquet as pq
import pytest
from conftest import PROGRAM


@pytest.fixture(scope="module")
def result(unhedged, tmp_path_factory):
    folder = tmp_path_factory.mktemp("exported")
    (folder / "run.yaml").write_text("""
name: exported
description: "a, \\"quoted\\" word"
market: {assets: {A: {spot: 100, implied_vol: 20 %, half_spread: 5 bp, daily_volume: 1e4},
    "B": {spot: 10, implied_vol: 20 %, daily_volume: 1e5}}}
portfolio: book.csv
scenarios:
  - {name: calm, regimes: {r: {dynamics: {default: {model: gbm, volatility: 1 x}}}}}
  - name: crowd
    regimes: {r: {dynamics: {default: {model: gbm, volatility: 2 x}}}}
    feedback: {crowding: 3}
hedgers: {h: {model: black_scholes}}
simulation: {horizon: 30 d, step: 1 d, paths: 600}
output: {file: out.h5, worst_paths: 2}
""")
    (folder / "book.csv").write_text(
        "instrument,asset,strike,expiry,quantity,id\ncall,A,100,30 d,-1,\"x,y\"\n"
        "put,B,10,30 d,2,\n")
    unhedged("run", "run.yaml", "--quiet", "--set", "simulation.seed=4", cwd=folder, check=0)
    return folder / "out.h5"


def contents(path):
    """Datasets that are no dimensions: type, dimensions and values."""
    out = {}

    def visit(name, item):
        if isinstance(item, h5py.Dataset) and not item.is_scale:
            out["/" + name] = ([d[0].name for d in item.dims], item[()])

    with h5py.File(path) as file:
        file.visititems(visit)
        labels = {}
        for dimensions, _ in out.values():
            for name in dimensions:
                scale = file[name]
                bare = scale.attrs["NAME"].decode().startswith("This is a netCDF dimension")
                labels[name] = [str(i) for i in range(len(scale))] if bare else [text(x) for x in scale[()]]
        return out, labels


def text(value):
    if isinstance(value, bytes):
        return value.decode()
    return float(value) if isinstance(value, (float, np.floating)) else int(value)


def same(field, value):
    value = text(value)
    if isinstance(value, str):
        return field == value
    return field == "" if math.isnan(value) else float(field) == value


def test_csv_has_every_number_to_the_bit(unhedged, result, tmp_path):
    unhedged("export", result, "--format", "csv", "-o", "tables", cwd=tmp_path, check=0)
    folder = tmp_path / "tables"
    assert [p.name for p in tmp_path.iterdir()] == ["tables"]
    datasets, labels = contents(result)
    with (folder / "columns.csv").open(newline="") as file:
        columns = list(csv.DictReader(file))
    assert len(columns) == len(datasets)
    for name, (dimensions, values) in datasets.items():
        group, column = name.rsplit("/", 1)
        table = "_".join(filter(None, [group.lstrip("/"), *(d.rsplit("/", 1)[1] for d in dimensions)]))
        assert any(row["table"] == table and row["column"] == column and row["meaning"]
                   for row in columns), name
        with (folder / f"{table}.csv").open(newline="") as file:
            rows = list(csv.DictReader(file))
        wide = dimensions[-1].endswith("/estimate")
        shape = values.shape[:-1] if wide else values.shape
        assert len(rows) == np.prod(shape)
        for row, index in zip(rows, np.ndindex(shape)):
            for k, dimension in enumerate(dimensions[:len(shape)]):
                found, label = row[dimension.rsplit("/", 1)[1]], labels[dimension][index[k]]
                assert found == label if isinstance(label, str) else float(found) == label
            if wide:
                for part, value in zip(labels[dimensions[-1]], values[index]):
                    assert same(row[f"{column}_{part}"], value)
            else:
                assert same(row[column], values[index])


def test_attributes_are_there_whole(unhedged, result, tmp_path):
    unhedged("export", result, "--format", "csv", "-o", "tables", cwd=tmp_path, check=0)
    with (tmp_path / "tables/attributes.csv").open(newline="") as file:
        found = {(row["object"], row["name"]): row["value"] for row in csv.DictReader(file)}
    with h5py.File(result) as file:
        for name, value in file.attrs.items():
            if name.startswith("_"):
                continue
            shown = found["/", name]
            assert shown == value if isinstance(value, str) else float(shown) == value, name
        assert found["/scenario_texts", next(iter(file["scenario_texts"].attrs), "")] if len(
            file["scenario_texts"].attrs) else True


def test_json_has_every_number_to_the_bit(unhedged, result, tmp_path):
    done = unhedged("export", result, "--format", "json", cwd=tmp_path, check=0)
    shown = json.loads(done.stdout)
    unhedged("export", result, "--format", "json", "-o", "all.json", cwd=tmp_path, check=0)
    assert (tmp_path / "all.json").read_text() == done.stdout
    datasets, _ = contents(result)
    assert set(datasets) <= set(shown["datasets"])
    for name, (dimensions, values) in datasets.items():
        found = shown["datasets"][name]
        assert found["dimensions"] == dimensions and found["long_name"]
        if values.dtype == object:
            there = np.array(found["values"], dtype=object)
            assert there.shape == values.shape
            assert all(a == b.decode() for a, b in zip(there.ravel(), values.ravel()))
        else:
            there = np.array(found["values"], dtype=float)
            assert there.shape == values.shape and np.array_equal(there, values.astype(float), equal_nan=True)
    with h5py.File(result) as file:
        assert shown["attributes"]["/"]["configuration"] == file.attrs["configuration"]
        assert shown["attributes"]["/"]["paths"] == 600


def test_large_results_come_in_parts(unhedged, tmp_path, small):
    unhedged("run",
             small,
             "--paths",
             "150_000",
             "--set",
             "simulation.step=30 d",
             "--set",
             "output.worst_paths=0",
             "--quiet",
             cwd=small.parent,
             check=0)
    done = unhedged("export", "out.h5", "--format", "csv", "-o", "tables", cwd=small.parent, check=0)
    with h5py.File(small.parent / "out.h5") as file:
        pnl = file["pnl"][()]
    table = np.loadtxt(small.parent / "tables/scenario_hedger_path.csv",
                          delimiter=",",
                          skiprows=1,
                          usecols=(2, 3))
    assert np.array_equal(table[:, 1], pnl.ravel())
    assert np.array_equal(table[:, 0], np.tile(np.arange(pnl.shape[2]), pnl.shape[1]))
    assert "exported to tables" in done.stderr


def test_nothing_is_replaced_and_nothing_half_written(unhedged, result, tmp_path):
    (tmp_path / "tables").mkdir()
    done = unhedged("export", result, "--format", "csv", "-o", "tables", cwd=tmp_path, check=4)
    assert "exists already" in done.stderr
    (tmp_path / "all.json").write_text("mine")
    done = unhedged("export", result, "--format", "json", "-o", "all.json", cwd=tmp_path, check=4)
    assert "exists already" in done.stderr and (tmp_path / "all.json").read_text() == "mine"
    unhedged("export", result, "--format", "json", "-o", "all.json", "--force", cwd=tmp_path, check=0)
    done = unhedged("export", result, "--format", "json", "-o", result, "--force", cwd=tmp_path, check=4)
    assert "input of this run" in done.stderr
    done = unhedged("export", result, "--format", "csv", "-o", "no/such/tables", cwd=tmp_path, check=4)
    assert "No such file" in done.stderr
    assert sorted(p.name for p in tmp_path.iterdir()) == ["all.json", "tables"]


def test_parquet_has_the_numbers_of_the_file(unhedged, result, tmp_path):
    python = {"UNHEDGED_PYTHON": sys.executable}
    unhedged("export", result, "--format", "parquet", "-o", "tables", cwd=tmp_path, env=python, check=0)
    pnl = pq.read_table(tmp_path / "tables/pnl.parquet").to_pandas()
    with h5py.File(result) as file:
        np.testing.assert_array_equal(pnl.pnl, file["pnl"][()].ravel())
    assert {"summary.parquet", "positions.parquet"} <= {p.name for p in (tmp_path / "tables").iterdir()}
    words = ("export", result, "--format", "parquet", "-o", "tables")
    done = unhedged(*words, cwd=tmp_path, env=python, check=4)
    assert "tables" in done.stderr
    unhedged(*words, "--force", cwd=tmp_path, env=python, check=0)
    assert [p.name for p in tmp_path.iterdir()] == ["tables"]


def test_parquet_without_the_package_says_how_to_get_it(unhedged, result, tmp_path):
    bare = tmp_path / "python"
    bare.write_text("#!/bin/sh\nexit 3\n")
    bare.chmod(0o755)
    for chosen in (bare, tmp_path / "nowhere"):
        done = unhedged("export", result, "--format", "parquet", "-o", "tables", cwd=tmp_path,
                        env={"UNHEDGED_PYTHON": str(chosen)}, check=4)
        assert "pip install unhedged[parquet]" in done.stderr and str(chosen) in done.stderr
    assert [p.name for p in tmp_path.iterdir()] == ["python"]


@pytest.mark.parametrize("words, said", [
    (["--format", "csv"], "-o is needed"),
    (["--format", "parquet"], "-o is needed"),
    (["--format", "xml"], "--format"),
    ([], "--format is required"),
])
def test_usage(unhedged, result, tmp_path, words, said):
    done = unhedged("export", result, *words, cwd=tmp_path, check=2)
    assert said in done.stderr and list(tmp_path.iterdir()) == []


def test_a_signal_leaves_nothing(unhedged, small):
    unhedged("run",
             small,
             "--paths",
             "600_000",
             "--set",
             "simulation.step=30 d",
             "--quiet",
             cwd=small.parent,
             check=0)
    export = subprocess.Popen([PROGRAM, "export", "out.h5", "--format", "csv", "-o", "tables"],
                              cwd=small.parent,
                              env={
                                  **os.environ, "NO_COLOR": "1"
                              },
                              stderr=subprocess.PIPE,
                              text=True)
    while export.poll() is None and not list(small.parent.glob(".tables.partial/*")):
        time.sleep(0.01)
    export.send_signal(signal.SIGTERM)
    told = export.communicate(timeout=60)[1]
    if export.returncode != 0:  # it may have been done before
        assert export.returncode == 130 and "nothing was written" in told
        assert sorted(p.name for p in small.parent.iterdir()) == ["out.h5", "small.yaml"]
