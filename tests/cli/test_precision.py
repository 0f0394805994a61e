"""Runs that end when their numbers are known well enough."""
import re

import h5py
import pytest
from conftest import SMALL

ASKED = "precision: {es_95: 4 %, var_95: 20 %}"


def precise(folder, asked=ASKED, paths=200_000):
    path = folder / "run.yaml"
    text = SMALL.replace("paths: 500", f"paths: {paths}, {asked}")
    path.write_text(text.replace("{h: {model: black_scholes}}",
                                 "{h: {model: black_scholes}, b: {model: black_scholes, volatility: 30 %}, "
                                 "unhedged: {model: none}}"))
    return path


def data(path):
    out = {}

    def visit(name, item):
        if isinstance(item, h5py.Dataset) and not name.startswith("inputs/"):  # the configurations differ
            value = item[()]
            out[name] = value.tobytes() if value.dtype != object else [bytes(x) for x in value.ravel()]

    with h5py.File(path) as file:
        file.visititems(visit)
    return out


def test_it_ends_when_all_is_precise_and_is_the_run_of_so_many_paths(unhedged, tmp_path):
    config = precise(tmp_path)
    done = unhedged("run", config, cwd=tmp_path, check=0)
    paths = int(re.search(r"(\d+) paths of at most 200000 do", done.stderr)[1])
    assert 2000 < paths < 200_000 and paths % 256 == 0
    with h5py.File(tmp_path / "out.h5") as file:
        assert file.attrs["paths"] == paths and file.attrs["paths_planned"] == 200_000
        metrics = [m.decode() for m in file["metric"][:]]
        # The unhedged book is a yardstick, of which nothing is asked.
        value, lower, upper, _ = file["summary"][0, :2, metrics.index("es_95")].T
        assert ((upper - lower) / 2 <= 0.04 * value).all()
    fixed = precise(tmp_path, "seed: 1", paths)
    unhedged("run", fixed, "-o", "fixed.h5", cwd=tmp_path, check=0)
    assert data(tmp_path / "out.h5") == data(tmp_path / "fixed.h5")
    for threads in (1, 3):
        unhedged("run", precise(tmp_path), "--threads", threads, "--force", cwd=tmp_path, check=0)
        assert data(tmp_path / "out.h5") == data(tmp_path / "fixed.h5")


def test_an_earlier_look_would_not_have_done(unhedged, tmp_path):
    """Looks are a root of two apart: what is reported is at most so much more precise than was asked."""
    unhedged("run", precise(tmp_path, "precision: {es_95: 2 %}"), cwd=tmp_path, check=0)
    with h5py.File(tmp_path / "out.h5") as file:
        metrics = [m.decode() for m in file["metric"][:]]
        value, lower, upper, _ = file["summary"][0, :2, metrics.index("es_95")].T
        worst = ((upper - lower) / 2 / value).max()
        assert 0.02 / 2**0.25 * 0.9 < worst <= 0.02


def test_too_few_paths_are_said_to_be_so(unhedged, tmp_path):
    done = unhedged("run", precise(tmp_path, "precision: {es_99: 0.1 %}", 20_000), cwd=tmp_path, check=0)
    assert re.search(r"20000 paths are not enough: es_99 of \w+ in s is within [\d.]+ %, asked for are 0.1 %",
                     done.stderr)


def test_a_precise_run_goes_on(unhedged, tmp_path):
    unhedged("run", precise(tmp_path), cwd=tmp_path, check=0)
    whole = data(tmp_path / "out.h5")
    done = unhedged("run", precise(tmp_path), "-o", "late.h5", "--time-limit", "0.05 s", cwd=tmp_path)
    if done.returncode == 75:
        unhedged("run", precise(tmp_path), "-o", "late.h5", "--resume", cwd=tmp_path, check=0)
    assert data(tmp_path / "late.h5") == whole


@pytest.mark.parametrize("asked, says", [
    ("precision: {es_98: 1 %}", "simulation.precision.es_98: unknown number"),
    ("precision: {mean: 1 %}", "simulation.precision.mean: unknown number"),
    ("precision: {es_99: 0}", "simulation.precision.es_99"),
    ("precision: {es_99: 100 %}", "simulation.precision.es_99"),
])
def test_what_cannot_be_asked(unhedged, tmp_path, asked, says):
    assert says in unhedged("run", precise(tmp_path, asked), cwd=tmp_path, check=3).stderr


def test_shards_have_fixed_sizes(unhedged, tmp_path):
    done = unhedged("run", precise(tmp_path), "--shard", "1/2", cwd=tmp_path, check=2)
    assert "--shard" in done.stderr


def test_what_is_no_number_is_a_failure_and_no_interruption(unhedged, tmp_path):
    config = precise(tmp_path)
    config.write_text(config.read_text().replace("volatility: 1 x", "volatility: 1 x, drift: 1e4", 1))
    done = unhedged("run", config, cwd=tmp_path, check=5)
    assert "not a finite number" in done.stderr or "non-finite" in done.stderr or "NaN" in done.stderr
