"""The result file, read with the stock tools."""
import re

import h5py
import numpy as np
import pytest
import xarray as xr


@pytest.mark.parametrize("engine", [None, "h5netcdf", "netcdf4"])
def test_xarray_opens_it_without_arguments(quickstart, engine):
    with (xr.open_dataset(quickstart)
          if engine is None else xr.open_dataset(quickstart, engine=engine)) as data:
        assert data.pnl.dims == ("scenario", "hedger", "path")
        assert data.pnl.shape == (2, 4, 20000)
        assert list(data.scenario.values) == ["calm", "crypto_crash_2020_03"]
        es = data.summary.sel(scenario="calm", hedger="band", metric="es_99")
        assert float(es.sel(estimate="lower")) < float(es.sel(estimate="value")) < float(
            es.sel(estimate="upper"))
        assert data.attrs["complete"] == 1 and data.attrs["seed"] == 7


@pytest.mark.parametrize("group", ["worst_paths", "convergence"])
@pytest.mark.parametrize("engine", ["h5netcdf", "netcdf4"])
def test_groups_open_too(quickstart, group, engine):
    with xr.open_dataset(quickstart, group=group, engine=engine) as data:
        assert data.sizes["scenario"] == 2 and data.sizes["hedger"] == 4


def test_summary_is_that_of_the_pnl(quickstart):
    with xr.open_dataset(quickstart) as data:
        value = data.summary.sel(estimate="value")
        pnl = data.pnl.values
        assert np.allclose(value.sel(metric="mean"), pnl.mean(axis=2), rtol=1e-12)
        assert np.allclose(value.sel(metric="sd"), pnl.std(axis=2), rtol=1e-10)
        loss = np.sort(-pnl, axis=2)
        assert np.array_equal(value.sel(metric="var_99"), loss[:, :, 19800 - 1])
        assert np.allclose(value.sel(metric="es_99"), loss[:, :, 19800:].mean(axis=2), rtol=1e-12)
        assert np.array_equal(value.sel(metric="worst_loss"), loss[:, :, -1])
        unhedged = pnl[:, :1, :]
        assert np.allclose(value.sel(metric="p_worse_than_unhedged"), (pnl < unhedged).mean(axis=2))
        assert np.allclose(value.sel(metric="effectiveness"),
                           1 - pnl.var(axis=2) / unhedged.var(axis=2),
                           rtol=1e-9)
        difference = data.paired_difference.sel(paired_metric="mean", estimate="value")
        assert np.allclose(difference, pnl.mean(axis=2)[:, :, None] - pnl.mean(axis=2)[:, None, :], atol=1e-6)


def test_worst_paths_are_the_worst_and_consistent(quickstart):
    with xr.open_dataset(quickstart) as data, xr.open_dataset(quickstart, group="worst_paths") as worst:
        for s in range(2):
            for h in range(4):
                order = np.argsort(data.pnl.values[s, h], kind="stable")[:20]
                assert np.array_equal(worst.path.values[s, h], order)
                assert np.array_equal(worst.pnl.values[s, h], data.pnl.values[s, h][order])
        assert np.allclose(worst.hedge.values[..., :-1, :],
                           np.cumsum(worst.fill.values, axis=3)[..., :-1, :],
                           atol=1e-6)
        assert (worst.spot.values[..., 0, :] == [7900, 195]).all()
        regimes = worst.regime.values[1, 0, 0]
        assert list(regimes[[0, 23, 24, 59, 60]]) == [0, 0, 1, 1, 2]
        assert list(worst.regime_name.values[1]) == ["calm", "crash", "aftermath"]


def tree(path):
    found = {}

    def visit(name, item):
        if isinstance(item, h5py.Dataset):
            found["/" + name] = item

    with h5py.File(path) as file:
        file.visititems(visit)
        out = {}
        for name, item in found.items():
            dims = [] if item.is_scale else [d[0].name.split("/")[-1] for d in item.dims]
            out[name] = (item.dtype, tuple(dims), bool(item.fletcher32), dict(item.attrs))
        return out, dict(file.attrs)


def test_every_number_is_checksummed_and_every_dataset_described(quickstart):
    datasets, _ = tree(quickstart)
    for name, (dtype, _, fletcher, attributes) in datasets.items():
        assert fletcher or dtype == object, name
        assert "units" in attributes and attributes["long_name"], name


def test_the_document_is_the_file(quickstart, root):
    """docs/formats/results.md lists every dataset and root attribute, and nothing else."""
    text = (root / "docs/formats/results.md").read_text()
    rows = re.findall(r"^\| `(/[^`]*)` \| ([^|]*) \| ([^|]*) \|", text, re.M)
    documented = {
        name: (kind.strip(), tuple(d.strip()
                                   for d in dims.strip().strip("[]").split(",")
                                   if d.strip()))
        for name, kind, dims in rows
    }
    datasets, attributes = tree(quickstart)
    kinds = {"float64": "float64", "uint8": "uint8", "uint64": "uint64", "object": "text"}
    actual = {name: (kinds[str(dtype)], dims) for name, (dtype, dims, _, _) in datasets.items()}
    optional = {
        name
        for name in documented
        if "correlation_repair" in name or "/diagnostics/surface" in name or name in (
            "/path_attribution", "/exploded", "/self_inflicted_loss", "/exercised_early", "/exercise_years",
            "/positions/one", "/positions/text", "/margin_called", "/liquidated", "/time_to_failure",
            "/first_requirement",
            "/peak_requirement", "/cash_called", "/collateral_loss", "/deleveraged", "/hedge_lost",
            "/deleveraging_loss", "/inputs/override", "/group", "/attribution_by_group",
            "/attribution_tail_by_group", "/uncovered_NAME", "/uncovered_traded_NAME") or
        name.startswith("/yardsticks/")
    }
    assert {n: v for n, v in documented.items() if n not in optional} == actual
    described = set(re.findall(r"^\| `@([a-z_0-9]+)` \|", text, re.M))
    assert described == {a for a in attributes if not a.startswith("_")}


def test_a_flipped_bit_is_noticed(quickstart, tmp_path):
    data = bytearray(quickstart.read_bytes())
    with h5py.File(quickstart) as file:
        offset = file["pnl"].id.get_chunk_info(0).byte_offset
    data[offset + 1000] ^= 4
    bad = tmp_path / "bad.h5"
    bad.write_bytes(data)
    with h5py.File(bad) as file, pytest.raises(OSError):
        file["pnl"][0, 0, :]
