"""Scenarios of one's own are as good as those that are shipped."""
import re
import shutil
import subprocess

import pytest
from conftest import PROGRAM, SMALL

OWN = """\
name: own
title: a fall of our own
sources: [{what: a judgement of the desk, where: the desk}]
start: calm
regimes:
  calm:
    dynamics: {default: {model: gbm, volatility: 1 x}}
  crash:
    dynamics: {default: {model: merton, volatility: 3 x, jump_rate: 100, jump_mean: -5 %, jump_vol: 2 %}}
    liquidity: {default: {half_spread: 10 x}}
transitions: [{from: calm, to: crash, at: 5 d}]
"""


@pytest.fixture
def own(tmp_path):
    path = tmp_path / "own.yaml"
    path.write_text(OWN)
    return path


def config(tmp_path, scenarios):
    path = tmp_path / "run.yaml"
    path.write_text(re.sub(r"scenarios: .*", f"scenarios: {scenarios}", SMALL))
    return path


def test_a_scenario_file_is_validated_by_itself(unhedged, own, root):
    assert "a sound scenario" in unhedged("validate", own, check=0).stdout
    shipped = sorted((root / "scenarios").glob("*.yaml"))
    assert unhedged("validate", *shipped, check=0).stdout.count("a sound scenario") == len(shipped)


@pytest.mark.parametrize("old, new, place", [
    ("volatility: 3 x", "volatilty: 3 x", ":9:"),
    ("to: crash, at", "to: crush, at", "unknown regime"),
    ("sources: [{what: a judgement of the desk, where: the desk}]\n", "", "sources"),
    ("half_spread: 10 x", "half_spread: 20_000 x", "half_spread"),
])
def test_what_is_wrong_with_it_is_said_with_its_place(unhedged, own, old, new, place):
    own.write_text(OWN.replace(old, new))
    done = unhedged("validate", own, check=3)
    assert place in done.stderr and str(own) in done.stderr


def test_it_is_described_by_its_path(unhedged, own):
    assert "a fall of our own" in unhedged("describe", "scenarios", "./own.yaml", cwd=own.parent,
                                           check=0).stdout
    assert "nothing to compare with" in unhedged("describe", "scenarios", own, "--simulate", check=0).stdout


def test_its_facts_are_simulated(unhedged, root, tmp_path):
    shutil.copy(root / "scenarios/crash_1987.yaml", tmp_path / "mine.yaml")
    done = unhedged("describe",
                    "scenarios",
                    "./mine.yaml",
                    "--simulate",
                    "--paths",
                    "200",
                    cwd=tmp_path,
                    check=0)
    assert "median" in done.stdout


def test_a_file_that_is_not_sound_does_not_hide_the_others(unhedged, own, tmp_path):
    folder = tmp_path / "scenarios"
    folder.mkdir()
    (folder / "broken.yaml").write_text("name: broken\nregimes: 3\n")
    text = unhedged("describe", "scenarios", cwd=tmp_path, check=0).stdout
    assert "broken: not sound" in text and "crash_1987:" in text


def test_describe_finds_the_shipped_ones_from_any_folder(unhedged, tmp_path):
    assert "crash_1987:" in unhedged("describe", "scenarios", cwd="/", check=0).stdout


def pnl_of(unhedged, path, *arguments):
    done = unhedged("run", path, "--quiet", "--json", "--force", *arguments, cwd=path.parent)
    assert done.returncode == 0, done.stderr
    return done.stdout


def test_set_reaches_into_the_file(unhedged, own, tmp_path):
    path = config(tmp_path, "[own.yaml]")
    plain = pnl_of(unhedged, path)
    for key in ("scenarios.own.regimes.crash.dynamics.default.jump_rate",
                "scenarios[0].regimes.crash.dynamics.default.jump_rate"):
        own.write_text(OWN.replace("jump_rate: 100", "jump_rate: 150"))
        written = pnl_of(unhedged, path)
        own.write_text(OWN)
        assert pnl_of(unhedged, path, "--set", f"{key}=150") == written != plain
    own.rename(own.parent / "file.yaml")  # the name that stands in it counts as well
    renamed = config(tmp_path, "[./file.yaml]")
    assert pnl_of(unhedged, renamed, "--set",
                  "scenarios.own.regimes.crash.dynamics.default.jump_rate=150") == written
    (own.parent / "file.yaml").rename(own)
    path = config(tmp_path, "[own.yaml]")
    wrong = unhedged("run", path, "--set", "scenarios.onw.severity=2", cwd=tmp_path, check=3)
    assert 'no scenario "onw"' in wrong.stderr and "own" in wrong.stderr
    wrong = unhedged("run",
                     path,
                     "--set",
                     "scenarios.own.regimes.crash.dynamics.default.jump_rat=2",
                     cwd=tmp_path,
                     check=3)
    assert 'did you mean "jump_rate"' in wrong.stderr


def test_set_names_one_scenario_or_none(unhedged, own, tmp_path):
    path = config(tmp_path, "[own.yaml, {from: own.yaml, severity: 1.5}]")
    rest = "regimes.crash.dynamics.default.jump_rate"
    wrong = unhedged("run", path, "--set", f"scenarios.own.{rest}=150", cwd=tmp_path, check=3)
    assert "several scenarios of this run go by this name" in wrong.stderr
    assert f"scenarios[0].{rest}" in wrong.stderr
    pnl_of(unhedged, path, "--set", f"scenarios[1].{rest}=150")
    path = config(tmp_path, "[own.yaml, {from: own.yaml, severity: 1.5, name: worse}]")
    pnl_of(unhedged, path, "--set", f"scenarios.own.{rest}=150")


def test_a_run_is_not_described_as_a_scenario(unhedged, small):
    done = unhedged("describe", "scenarios", small, check=3)
    assert len(done.stderr.splitlines()) == 1 and "not a scenario" in done.stderr


def test_severity_is_one_word_wherever_it_is_said(unhedged, own, tmp_path):
    plain = pnl_of(unhedged, config(tmp_path, "[own.yaml]"))
    one = pnl_of(unhedged, config(tmp_path, "[{from: own.yaml, severity: 1}]"))
    assert one == plain
    worse = pnl_of(unhedged, config(tmp_path, "[{from: own.yaml, severity: 1.2, name: own}]"))
    assert worse != plain
    assert pnl_of(unhedged, config(tmp_path, "[own.yaml]"), "--set", "scenarios.own.severity=1.2") == worse
    named = pnl_of(unhedged, config(tmp_path, "[own.yaml, {from: own.yaml, severity: 1.2}]"))
    assert "own_x1.2" in named
    for bad in ("0", "-1", "11", "much"):
        unhedged("validate", config(tmp_path, f"[{{from: own.yaml, severity: {bad}}}]"), check=3)


def test_severity_that_changes_nothing_is_refused(unhedged, tmp_path):
    done = unhedged("validate", config(tmp_path, "[{from: calm, severity: 1.2}]"), check=3)
    assert "has no effect" in done.stderr


def test_describe_keys_filters_and_refuses(unhedged):
    rows = [
        line for line in unhedged("describe", "keys", "simulation", check=0).stdout.splitlines()
        if not line.startswith(" ")
    ]
    assert rows and all(row.startswith("simulation") for row in rows)
    assert "dynamics" in unhedged("describe", "keys", "dynamics", check=0).stdout
    assert 'unknown "dynamcs"; did you mean "dynamics"' in unhedged("describe", "keys", "dynamcs",
                                                                    check=3).stderr


def test_every_key_shows_its_default(unhedged):
    lines = unhedged("describe", "keys", check=0).stdout.splitlines()
    silent = []
    for index, line in enumerate(lines):
        if line.startswith(" ") or not line:
            continue
        help_text = lines[index + 1] if index + 1 < len(lines) and lines[index + 1].startswith(" ") else ""
        if "required" not in line and "default" not in line + help_text:
            silent.append(line)
    assert not silent, "\n".join(silent)


def test_an_installed_program_finds_its_scenarios(root, tmp_path):
    build = PROGRAM.parent
    if not (build / "cmake_install.cmake").exists():
        pytest.skip("the program does not stand in a build folder")
    subprocess.run(["cmake", "--install", build, "--prefix", tmp_path / "usr"],
                   check=True,
                   capture_output=True)
    done = subprocess.run([tmp_path / "usr/bin/unhedged", "describe", "scenarios"],
                          cwd="/",
                          capture_output=True,
                          text=True)
    assert done.returncode == 0 and "crash_1987:" in done.stdout
