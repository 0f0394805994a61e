"""`unhedged.open`: tables against the file read by other means, and files that are refused."""
import shutil

import h5py
import numpy as np
import pyarrow.parquet as pq
import pytest

import unhedged


def test_summary_is_that_of_the_file(quickstart):
    table = quickstart.summary("es_99", hedger=["band", "unhedged"])
    assert list(table.columns) == ["value", "lower", "upper", "standard_error"]
    assert list(table.index) == [(s, h, "es_99") for s in quickstart.scenarios for h in ("band", "unhedged")]
    with h5py.File(quickstart.path) as file:
        metric = list(file["metric"].asstr()).index("es_99")
        assert table.loc["calm", "band", "es_99"].tolist() == file["summary"][0, 3, metric].tolist()
    whole = quickstart.summary()
    assert whole.shape == (quickstart.dataset.summary.size // 4, 4)
    mean = -quickstart.losses("crypto_crash_2020_03", "band").mean()
    assert np.isclose(whole.loc["crypto_crash_2020_03", "band", "mean"].value, mean, rtol=1e-12)


def test_pnl_is_read_into_one_array(quickstart):
    pnl = quickstart.pnl("calm", "fixed_vol")
    with h5py.File(quickstart.path) as file:
        assert np.array_equal(pnl, file["pnl"][0, 2])
    assert pnl.base is None and np.array_equal(quickstart.losses("calm", "fixed_vol"), -pnl)


def test_a_path_too_many_is_not_read(quickstart):
    """Opening and the summary leave the P&L in the file."""
    with unhedged.open(quickstart.path) as result:
        result.summary()
        assert not result.dataset.pnl.variable._in_memory


def test_worst_paths(quickstart):
    losses = quickstart.losses("crypto_crash_2020_03", "band")
    path = quickstart.worst_path(2, scenario="crypto_crash_2020_03", hedger="band")
    assert path.attrs["path"] == np.argsort(-losses)[1] and -path.attrs["pnl"] == np.sort(losses)[-2]
    assert path["spot", "BTC"].iloc[0] == 7900 and set(path["regime", ""]) >= {"calm", "crash"}
    assert np.isclose(path.xs("pnl_so_far", axis=1, level="quantity").iloc[-1].sum(), path.attrs["pnl"])
    default = quickstart.worst_path()
    assert -default.attrs["pnl"] == max(
        quickstart.losses(s, h).max() for s in quickstart.scenarios for h in quickstart.hedgers)
    with pytest.raises(unhedged.MissingDataError, match="20 worst"):
        quickstart.worst_path(21)


def test_tables_of_parts(quickstart):
    book = quickstart.positions()
    assert list(book.asset) == ["BTC", "BTC", "ETH", "ETH"] and list(
        book.quantity) == [-500, -500, -8000, -8000]
    shares = quickstart.regimes()["value"]
    assert np.isclose(shares.filter(like="crypto").sum(), 1)
    last = quickstart.convergence("mean", scenario="calm", hedger="band").iloc[-1]
    assert last.value == quickstart.summary("mean", scenario="calm", hedger="band").value.iloc[0]
    assert quickstart.metrics().loc["es_99", "units"] == "USD"


def test_unknown_names_are_told(quickstart):
    with pytest.raises(unhedged.MissingDataError, match="no hedger \"bands\"; there are unhedged, black"):
        quickstart.summary(hedger="bands")
    with pytest.raises(unhedged.MissingDataError, match="no metric"):
        quickstart.summary("es_98")


def test_attribution(attributed):
    table = attributed.attribution(scenario="crypto_crash_2020_03", hedger="band")
    assert table.loc["crypto_crash_2020_03", "band", "jumps"].tolist() == [-133, -134, -132, 0.5]
    assert attributed.attribution(tail=True).loc["calm", "black_scholes", "impact"].value == -50 * 12
    assert attributed.bucket_meanings()["spread"] == "loss by spread"


@pytest.mark.parametrize("tail", [False, True])
def test_attribution_by_asset_sums_to_that_of_the_book(quickstart, tail):
    whole = quickstart.attribution(tail=tail).value
    parts = quickstart.attribution(by="asset", tail=tail).value
    assert list(parts.index.names) == ["scenario", "hedger", "asset", "bucket"]
    together = parts.groupby(level=["scenario", "hedger", "bucket"]).sum()
    assert np.allclose(together.loc[whole.index], whole, rtol=1e-10, atol=1e-9 * abs(whole).max())


def test_parts_of_an_attribution_that_there_are_not(quickstart):
    with pytest.raises(ValueError, match="bucket, asset, group"):
        quickstart.attribution(by="regime")


def test_no_attribution_is_said(quickstart, tmp_path):
    bare = tmp_path / "bare.h5"
    bare.write_bytes(quickstart.path.read_bytes())
    with h5py.File(bare, "a") as file:
        for name in ("attribution", "attribution_tail", "bucket_meaning"):
            if name in file:
                del file[name]
    result = unhedged.open(bare)
    for ask in (result.attribution, result.bucket_meanings,
                lambda: result.plot.tail_waterfall("calm", "band")):
        with pytest.raises(unhedged.MissingDataError, match="did not keep it"):
            ask()


def changed(source, target, **attributes):
    target.write_bytes(source.read_bytes())
    with h5py.File(target, "a") as file:
        file.attrs.update(attributes)
    return target


def test_another_major_version_is_refused(quickstart, tmp_path):
    with pytest.raises(unhedged.FormatError, match=r"format 2\.0; .* reads 1\.x"):
        unhedged.open(changed(quickstart.path, tmp_path / "a.h5", format_version="2.0"))
    assert unhedged.open(changed(quickstart.path, tmp_path / "b.h5", format_version="1.99")).paths == 3000


def test_a_file_that_was_replaced_is_not_taken_for_the_one_that_was_opened(quickstart, tmp_path):
    file = tmp_path / "a.h5"
    shutil.copy(quickstart.path, file)
    result = unhedged.open(file)
    shutil.copy(quickstart.path, tmp_path / "b.h5")
    (tmp_path / "b.h5").rename(file)
    for use in (result.summary, lambda: result.losses("calm", "band"), result.positions, result.compare,
                lambda: result.replay(1, scenario="calm", hedger="band")):
        with pytest.raises(unhedged.FormatError, match="a.h5: was replaced or removed"):
            use()
    again = unhedged.open(file)
    assert again.positions().equals(quickstart.positions()) and len(again.summary("es_99")) > 0
    shutil.copy(quickstart.path, file)  # into the same file, where all was asked for once
    with pytest.raises(unhedged.FormatError, match="was replaced or removed"):
        again.summary("es_99")
    file.unlink()
    with pytest.raises(unhedged.FormatError, match="was replaced or removed"):
        result.positions()


def test_damaged_numbers_are_told(quickstart, tmp_path):
    file = tmp_path / "a.h5"
    shutil.copy(quickstart.path, file)
    with h5py.File(file) as opened:
        place = opened["pnl"].id.get_chunk_info(0).byte_offset
    with open(file, "r+b") as raw:
        raw.seek(place + 100)
        raw.write(b"no number")
    with pytest.raises(unhedged.FormatError, match="a.h5: is damaged"):
        unhedged.open(file).pnl("calm", "unhedged")


def test_what_is_no_result_is_refused(quickstart, tmp_path):
    with pytest.raises(unhedged.FormatError, match="not marked complete"):
        unhedged.open(changed(quickstart.path, tmp_path / "half.h5", complete=0))
    with pytest.raises(unhedged.FormatError, match="not of the format"):
        unhedged.open(changed(quickstart.path, tmp_path / "a.h5", format="something else"))
    torn = tmp_path / "torn.h5"
    torn.write_bytes(quickstart.path.read_bytes()[:50000])
    with pytest.raises(unhedged.FormatError, match="cut short"):
        unhedged.open(torn)
    text = tmp_path / "text.h5"
    text.write_text("no")
    with pytest.raises(unhedged.FormatError, match="no HDF5 file"):
        unhedged.open(text)
    with pytest.raises(FileNotFoundError, match="nowhere.h5"):
        unhedged.open(tmp_path / "nowhere.h5")


def test_parquet_has_every_path_and_its_units(quickstart, tmp_path):
    files = quickstart.to_parquet(tmp_path / "out")
    assert {f.stem for f in files} >= {"pnl", "summary", "positions", "convergence", "worst_paths"}
    table = pq.read_table(tmp_path / "out/pnl.parquet")
    frame = table.to_pandas()
    band = frame[(frame.scenario == "calm") & (frame.hedger == "band")]
    assert np.array_equal(band.pnl, quickstart.pnl("calm", "band"))
    assert np.array_equal(band.path, np.arange(3000))
    assert len(frame) == 2 * 4 * 3000 and pq.ParquetFile(tmp_path / "out/pnl.parquet").num_row_groups == 8
    assert table.schema.field("pnl").metadata[b"units"] == b"USD"
    assert b"quickstart" in table.schema.metadata[b"unhedged.title"]
    summary = pq.read_table(tmp_path / "out/summary.parquet").to_pandas().set_index(
        ["scenario", "hedger", "metric"])
    assert summary.loc[("calm", "band", "es_99"), "upper"] == quickstart.summary("es_99",
                                                                                 hedger="band").upper.iloc[0]
    with pytest.raises(unhedged.InputOutputError, match="force=True"):
        quickstart.to_parquet(tmp_path / "out")
    quickstart.to_parquet(tmp_path / "out", force=True)
    assert [p.name for p in tmp_path.iterdir()] == ["out"]
