"""`unhedged tail`: VaR and ES of a result that need not fit into memory."""
import json
import resource
import subprocess

import h5py
import numpy as np
import pytest
from conftest import PROGRAM, SMALL, limited_memory

KEYS = ("value", "lower", "upper", "standard_error")


@pytest.fixture(scope="module")
def result(tmp_path_factory):
    """Two scenarios, two hedgers, levels of its own."""
    from conftest import Program
    folder = tmp_path_factory.mktemp("tail")
    text = SMALL.replace("paths: 500", "paths: 150_000").replace("step: 1 d", "steps: 3").replace(
        "{h: {model: black_scholes}}", "{h: {model: black_scholes}, unhedged: {model: none}}")
    wild = "{name: wild, regimes: {r: {dynamics: {A: {model: gbm, volatility: 3 x}}}}}"
    text = text.replace("scenarios: [", f"scenarios: [{wild}, ")
    (folder / "run.yaml").write_text(text + "risk: {levels: [90 %, 99 %, 99.9 %]}\n")
    Program()("run", "run.yaml", "--quiet", cwd=folder, check=0)
    return folder / "out.h5"


def tail(unhedged, *words):
    return json.loads(unhedged("tail", *words, "--json", "--quiet", check=0).stdout)


@pytest.mark.parametrize("memory", [[], ["--memory", "0.00001"]])
def test_the_numbers_are_those_of_the_summary(unhedged, result, memory):
    """To the last bit, as JSON keeps every digit."""
    found = tail(unhedged, result, *memory)
    with h5py.File(result) as file:
        names = {key: [x.decode() for x in file[key][:]] for key in ("scenario", "hedger", "metric")}
        assert len(found["cells"]) == 4 and found["paths"] == 150_000
        for cell in found["cells"]:
            s, h = names["scenario"].index(cell["scenario"]), names["hedger"].index(cell["hedger"])
            for metric in ("var_90", "es_90", "var_99", "es_99", "var_99.9", "es_99.9"):
                there = file["summary"][s, h, names["metric"].index(metric)]
                assert [cell[metric][key] for key in KEYS] == list(there), (cell["scenario"], metric)


def test_any_level_may_be_asked_for(unhedged, result):
    found = tail(unhedged, result, "--level", "99.5 %,0.8")
    assert list(found["cells"][0])[2:] == ["var_80", "es_80", "var_99.5", "es_99.5"]
    with h5py.File(result) as file:
        losses = np.sort(-file["pnl"][0, 0, :])[::-1]
    cell = found["cells"][0]
    assert cell["var_80"]["value"] == losses[30_000]  # the 120 000th smallest
    assert cell["es_99.5"]["value"] == pytest.approx(losses[:750].mean(), rel=1e-13)


def test_the_table_and_how_often_it_was_read(unhedged, result):
    done = unhedged("tail", result, "--level", "99 %", check=0)
    assert done.stdout.split()[:4] == ["scenario", "hedger", "var_99", "es_99"]
    assert len(done.stdout.splitlines()) >= 5 and "the P&L was read 2 times" in done.stderr
    little = unhedged("tail", result, "--memory", "0.00001", check=0).stderr
    assert float(little.split("was read ")[1].split()[0]) > 4


@pytest.mark.parametrize("words, says", [(["--level", "1"], "--level"), (["--level", "x"], "--level"),
                                         (["--level", "0"], "--level"), (["--memory", "-1"], "--memory")])
def test_words_that_are_refused(unhedged, result, words, says):
    assert says in unhedged("tail", result, *words, check=2).stderr


def test_a_damaged_file_has_no_tail(unhedged, result, tmp_path):
    data = bytearray(result.read_bytes())
    with h5py.File(result) as file:
        where = file["pnl"].id.get_chunk_info(0).byte_offset
    data[where + 1000] ^= 1
    (tmp_path / "bad.h5").write_bytes(data)
    assert "is damaged" in unhedged("tail", tmp_path / "bad.h5", check=4).stderr


@limited_memory
def test_a_file_larger_than_the_memory(unhedged, tmp_path):
    """The program may have half as much address space as the file is large."""
    text = SMALL.replace("paths: 500", "paths: 12_000_000").replace("step: 1 d", "steps: 1").replace(
        "{h: {model: black_scholes}}", "{a: {model: black_scholes}, unhedged: {model: none}}")
    (tmp_path / "run.yaml").write_text(text)
    unhedged("run", "run.yaml", "--quiet", cwd=tmp_path, check=0)
    file = tmp_path / "out.h5"
    limit = file.stat().st_size // 2

    def limited():
        resource.setrlimit(resource.RLIMIT_AS, (limit, limit))

    done = subprocess.run([str(PROGRAM), "tail", str(file), "--json"], capture_output=True, text=True,
                          preexec_fn=limited)
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout)["cells"] == tail(unhedged, file)["cells"]
    assert "the P&L was read 2 times" in done.stderr
