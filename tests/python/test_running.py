"""`unhedged.run`: mappings and files, overrides, errors by kind, progress, Ctrl-C."""
import os
import signal
import subprocess
import sys
import textwrap
import time

import pytest
import yaml
from conftest import ROOT

import unhedged
from unhedged import program


def test_a_mapping_runs_and_leaves_nothing(settings, alone):
    with unhedged.run(settings) as result:
        assert result.scenarios == ["s", "t"] and result.paths == 2000
        assert result.path.exists()
    assert not result.path.exists() and list(alone.iterdir()) == []


def test_a_mapping_gives_the_bits_of_its_file(settings, alone):
    (alone / "run.yaml").write_text(yaml.safe_dump({**settings, "output": {"file": "out/run.h5"}}))
    ours, theirs = unhedged.run(settings), unhedged.run("run.yaml")
    assert theirs.path == alone / "out/run.h5"
    assert (ours.pnl("s", "h") == theirs.pnl("s", "h")).all()


def test_relative_paths_of_a_mapping_count_from_the_working_folder(settings, alone):
    (alone / "book.csv").write_text("instrument,asset,strike,expiry,quantity\nput,A,95,30 d,-2\n")
    result = unhedged.run({**settings, "portfolio": "book.csv"})
    assert list(result.positions().quantity) == [-2]


def test_files_elsewhere_are_read_if_that_is_allowed(settings, alone, tmp_path_factory):
    book = tmp_path_factory.mktemp("elsewhere") / "book.csv"
    book.write_text("instrument,asset,strike,expiry,quantity\nput,A,95,30 d,-2\n")
    with pytest.raises(unhedged.ConfigurationError, match="allow-paths"):
        unhedged.run({**settings, "portfolio": str(book)})
    result = unhedged.run({**settings, "portfolio": str(book)}, allow_paths=True)
    assert list(result.positions().quantity) == [-2]


def test_overrides(settings, alone):
    result = unhedged.run(settings,
                          paths=300,
                          seed=9,
                          simulation__step="2 d",
                          **{
                              "market.assets.A.spot": 110,
                              "hedgers.h.model": "none"
                          })
    assert (result.paths, result.attributes["seed"], result.attributes["steps"]) == (300, 9, 15)
    assert result.worst_path()["spot", "A"].iloc[0] == 110
    same = unhedged.run(settings, paths=300)
    assert (same.pnl("s", "h") != result.pnl("s", "h")).any()


def test_errors_have_kinds_and_messages(settings, alone):
    with pytest.raises(unhedged.ConfigurationError) as refused:
        unhedged.run({**settings, "hedgers": {"h": {"model": "black_shoals"}}, "colour": "red"})
    assert refused.value.exit_code == 3 and len(refused.value.messages) == 2
    assert any("did you mean \"black_scholes\"" in m for m in refused.value.messages)
    assert isinstance(refused.value, ValueError)
    with pytest.raises(unhedged.UsageError, match="--threads"):
        unhedged.run(settings, threads=-1)
    with pytest.raises(unhedged.InputOutputError, match="nowhere.yaml") as missing:
        unhedged.run("nowhere.yaml")
    assert isinstance(missing.value, OSError) and missing.value.exit_code == 4
    unhedged.run(settings, output="a.h5")
    with pytest.raises(unhedged.InputOutputError, match="--force"):
        unhedged.run(settings, output="a.h5")
    unhedged.run(settings, output="a.h5", force=True)
    assert [p.name for p in alone.iterdir()] == ["a.h5"]


def test_a_numerical_failure_is_one(settings, alone):
    huge = {
        **settings, "scenarios": [{
            "name": "s",
            "regimes": {
                "r": {
                    "dynamics": {
                        "A": {
                            "model": "gbm",
                            "volatility": "20 %",
                            "drift": 1e308
                        }
                    }
                }
            }
        }]
    }
    with pytest.raises((unhedged.NumericalError, unhedged.ConfigurationError)):
        unhedged.run(huge)
    assert unhedged.errors.error_of(5, ["x"]).__class__ is unhedged.NumericalError
    assert list(alone.iterdir()) == []


def test_a_breached_limit_warns_and_is_kept(settings, alone):
    with pytest.warns(unhedged.RiskLimitWarning, match="es_99 of h in s"):
        result = unhedged.run({**settings, "risk": {"levels": [0.99], "limits": {"es_99": 0.01}}})
    assert {b["scenario"] for b in result.breaches} == {"s", "t"}
    assert all(b["value"] > b["limit"] == 0.01 for b in result.breaches)


def test_no_program(monkeypatch, settings, alone):
    monkeypatch.setenv("UNHEDGED_PROGRAM", "/nowhere/unhedged")
    with pytest.raises(unhedged.ProgramNotFoundError, match="/nowhere/unhedged"):
        unhedged.run(settings)
    assert list(alone.iterdir()) == []


def test_progress_follows_the_run(settings, alone, monkeypatch):
    bars = []

    class Bar:

        def __init__(self, total, desc, **_):
            self.total, self.desc, self.n = total, desc, 0
            bars.append(self)

        def update(self, more):
            self.n += more

        def close(self):
            self.closed = True

    monkeypatch.setattr("tqdm.auto.tqdm", Bar)
    unhedged.run(settings, progress=True)
    assert len(bars) == 1 and (bars[0].n, bars[0].total, bars[0].desc) == (2000, 2000,
                                                                           "small") and bars[0].closed
    unhedged.run(settings)
    assert len(bars) == 1, "no notebook, no bar"


LONG = """
    import sys, time, unhedged
    started = time.time()
    try:
        unhedged.run(sys.argv[1], paths=20_000_000, **{overrides})
    except KeyboardInterrupt as stop:
        print(type(stop).__name__, stop)
        sys.exit(7)
"""


def interrupted(alone, settings, overrides=""):
    (alone / "long.yaml").write_text(yaml.safe_dump({**settings, "output": {"file": "out.h5"}}))
    code = textwrap.dedent(LONG).replace("{overrides}", "{" + overrides + "}")
    process = subprocess.Popen([sys.executable, "-c", code, "long.yaml"],
                               stdout=subprocess.PIPE,
                               text=True,
                               env={
                                   **os.environ, "PYTHONPATH": str(ROOT / "python")
                               })
    while not list(alone.glob(".out.h5.*")):
        assert process.poll() is None
        time.sleep(0.05)
    time.sleep(0.3)
    process.send_signal(signal.SIGINT)
    told, _ = process.communicate(timeout=20)
    assert process.returncode == 7
    return told


def test_ctrl_c_ends_the_program_and_leaves_nothing(settings, alone):
    assert "Interrupted interrupted; nothing was written" in interrupted(alone, settings)
    assert [p.name for p in alone.iterdir()] == ["long.yaml"]


def test_ctrl_c_keeps_the_journal_of_a_run_that_has_one(settings, alone):
    told = interrupted(alone, settings, "'resume': True")
    assert "run again with --resume" in told
    assert sorted(p.name for p in alone.iterdir()) == [".out.h5.journal", "long.yaml"]


def test_what_the_program_prints_besides_json_is_an_error_text(monkeypatch, tmp_path):
    script = tmp_path / "broken"
    script.write_text("#!/bin/sh\necho 'loader: no such library' >&2\nexit 127\n")
    script.chmod(0o755)
    monkeypatch.setenv("UNHEDGED_PROGRAM", str(script))
    with pytest.raises(unhedged.UnhedgedError, match="no such library") as broken:
        program.ask("run")
    assert broken.value.exit_code == 127
