"""What the program says to a slip: the option, word, file or key that is meant, and what is accepted."""
import re

import pytest
from conftest import SMALL

OWN = """\
name: own
title: a fall of our own
sources: [{what: a judgement, where: the desk}]
start: calm
regimes:
  calm:
    dynamics: {default: {model: gbm, volatility: 1 x}, BTC: {model: gbm, volatility: 2 x}}
  crash:
    dynamics: {default: {model: gbm, volatility: 3 x}, BTC: {model: gbm, volatility: 4 x}}
    liquidity: {BTC: {half_spread: 10 x}}
transitions: [{from: calm, to: crash, at: 5 d}]
"""

BOOK = """\
id,instrument,asset,strike,expiry,quantity
one,call,A,100,30 d,-1
two,put,A,100,30 d,-1
three,put,A,90,30 d,-1
four,put,A,80,30 d,-1
five,put,A,70,30 d,-1
"""


def with_book(folder, portfolio, text=BOOK):
    (folder / "desk.csv").write_text(text)
    start, end = SMALL.index("portfolio:"), SMALL.index("scenarios:")
    path = folder / "small.yaml"
    path.write_text(f"{SMALL[:start]}portfolio: {portfolio}\n{SMALL[end:]}")
    return path


def test_set_does_not_reach_into_a_book_of_a_file(unhedged, tmp_path):
    path = with_book(tmp_path, "desk.csv")
    done = unhedged("run", path, "--set", "portfolio[0].quantity=-3", cwd=tmp_path, check=3)
    assert '"desk.csv" is a single value, not a list; what a file holds is changed there' in done.stderr


@pytest.mark.parametrize("option, value, parts", [
    ("--paths", "abc", ["--paths", '"abc"', "a whole number from 2", "1e5"]),
    ("--paths", "1", ["--paths", "a whole number from 2"]),
    ("--paths", "1.5", ["--paths", "a whole number"]),
    ("--seed", "-x", ["--seed", "a whole number from 0"]),
    ("--set", "simulation.paths", ["--set", '"simulation.paths"', "KEY=VALUE", "--set simulation.step=30min"
                                   ]),
    ("--set", "=5", ["--set", "KEY=VALUE"]),
])
def test_a_value_that_no_option_takes_is_a_usage_error(unhedged, small, option, value, parts):
    done = unhedged("run", small, f"{option}={value}", cwd=small.parent, check=2)
    for part in parts:
        assert part in done.stderr
    assert done.stdout == ""


@pytest.mark.parametrize("word, meant", [("runn", "run"), ("vaildate", "validate"), ("descibe", "describe")])
def test_a_command_that_is_none_is_named_with_the_nearest(unhedged, small, word, meant):
    done = unhedged(word, small, check=2)
    assert f'unknown command "{word}"; did you mean "{meant}"?' in done.stderr
    assert f"(allowed: {meant}, " in done.stderr


@pytest.mark.parametrize("key, reason", [
    ("hedgers.hh.rebalance.every=1 d", 'there was no "hh" yet; did you mean "h"?'),
    ("market.assets.AA.spot=3", 'there was no "AA" yet; did you mean "A"?'),
])
def test_a_name_that_a_part_makes_anew_may_be_a_slip(unhedged, small, key, reason):
    done = unhedged("validate", small, "--set", key, cwd=small.parent, check=3)
    assert reason in done.stderr
    known = unhedged("validate", small, "--set", key.replace("hh", "h").replace("AA", "A"), cwd=small.parent)
    assert "yet" not in known.stderr


def test_set_does_not_go_with_a_scenario(unhedged, tmp_path):
    (tmp_path / "own.yaml").write_text(OWN)
    done = unhedged("validate", "own.yaml", "--set", "start=crash", cwd=tmp_path, check=2)
    assert "--set" in done.stderr and "own.yaml" in done.stderr


def test_an_output_that_cannot_be_written_is_told_before_anything_else(unhedged, small):
    small.write_text(small.read_text().replace("volatility: 1 x",
                                               "volatility: 40"))  # brings a warning of its own
    done = unhedged("run", small, "-o", "/proc/nowhere/out.h5", cwd=small.parent, check=4)
    assert done.stdout == "" and len(done.stderr.splitlines()) == 1
    assert "/proc/nowhere/out.h5" in done.stderr


def test_of_many_words_the_five_nearest_are_listed(unhedged):
    done = unhedged("describe", "keys", "spott", check=3)
    pattern = r'did you mean "spot"\? \(allowed: (.*), \.\.\. and \d+ more\)'
    listed = re.search(pattern, done.stderr).group(1).split(", ")
    assert len(listed) == 5 and listed[0] == "spot"


def test_files_are_named_without_steps_that_lead_nowhere(unhedged, tmp_path):
    with_book(tmp_path, "{file: ././desk.csv, ignore_columns: [id]}")
    done = unhedged("run", "./small.yaml", "-o", "././out.h5", cwd=tmp_path, check=0)
    assert "results in out.h5" in done.stderr
    with_book(tmp_path, "./desk.csv", BOOK.replace("call", "cal"))
    done = unhedged("validate", "./small.yaml", cwd=tmp_path, check=3)
    assert done.stderr.startswith("desk.csv:2:")


def test_what_rounds_to_zero_has_no_sign(unhedged, small):
    """A flat surface has a skew of -0.0000... %."""
    surface = ", ".join(f"{{expiry: 30 d, strike: {k}, volatility: 20 %}}" for k in (90, 100, 110))
    small.write_text(SMALL.replace("implied_vol: 20 %", f"surface: [{surface}]"))
    text = unhedged("validate", small, check=0).stdout
    assert "0.00 %" in text and not re.search(r"-0(\.0*)?( |$)", text, re.M)


def test_two_positions_of_one_id_are_refused_with_both_places(unhedged, tmp_path):
    book = with_book(tmp_path, "desk.csv", BOOK.replace("four", "two"))
    done = unhedged("validate", book.name, cwd=tmp_path, check=3)
    assert 'desk.csv:5:1: portfolio[3].id: "two"' in done.stderr
    assert "portfolio[1].id at desk.csv:3:1" in done.stderr
    unhedged("validate", with_book(tmp_path, "desk.csv").name, cwd=tmp_path, check=0)


@pytest.mark.parametrize("sources, parts", [
    ("the newspapers", ["sources: a single value", "a list of maps with the keys what and where"]),
    ("[the newspapers]", ["sources[0]: a single value", "a map with the keys what and where"]),
])
def test_sources_as_plain_text_are_told_which_keys_they_have(unhedged, tmp_path, sources, parts):
    (tmp_path / "own.yaml").write_text(OWN.replace("[{what: a judgement, where: the desk}]", sources))
    done = unhedged("validate", "own.yaml", cwd=tmp_path, check=3)
    for part in parts:
        assert part in done.stderr


@pytest.mark.parametrize("command", [["validate"], ["describe", "scenarios"]])
def test_an_asset_that_is_like_another_is_warned_of(unhedged, tmp_path, command):
    (tmp_path / "own.yaml").write_text(OWN)
    assert unhedged(*command, "own.yaml", cwd=tmp_path, check=0).stderr == ""
    (tmp_path / "own.yaml").write_text(OWN.replace("{BTC: {half_spread", "{BCT: {half_spread"))
    done = unhedged(*command, "own.yaml", cwd=tmp_path, check=0)
    assert 'own.yaml:10:' in done.stderr and '"BCT" is named nowhere else; did you mean "BTC"?' in done.stderr


def test_the_assets_of_a_scenario_are_listed(unhedged, tmp_path):
    (tmp_path / "own.yaml").write_text(OWN)
    assert "  assets: BTC\n" in unhedged("describe", "scenarios", "own.yaml", cwd=tmp_path, check=0).stdout
    assert "the file names none" in unhedged("describe", "scenarios", "calm", check=0).stdout


def test_few_losses_in_the_tail_are_warned_of(unhedged, small):
    few = unhedged("run", small, "--force", "--paths", "12", cwd=small.parent, check=0).stderr
    assert "12 paths leave 0.12 losses in the tail of es_99" in few and "1000 paths" in few
    many = unhedged("run", small, "--force", "--paths", "1000", cwd=small.parent, check=0).stderr
    assert "losses in the tail" not in many
    assert unhedged("run", small, "--force", "--quiet", "--paths", "12", cwd=small.parent,
                    check=0).stderr == ""


@pytest.mark.parametrize("column", ["instrument", "quantity", "asset", "strike", "expiry"])
def test_a_needed_column_that_is_ignored_is_one_problem(unhedged, tmp_path, column):
    book = with_book(tmp_path, f"{{file: desk.csv, ignore_columns: [{column}]}}")
    done = unhedged("validate", book, check=3)
    (line,) = done.stderr.splitlines()
    assert f'column "{column}" is needed' in line and "cannot be ignored" in line


@pytest.mark.parametrize("width, whole", [(60, False), (120, True), (200, True)])
def test_names_of_hedgers_are_cut_only_where_the_width_asks_for_it(unhedged, small, width, whole):
    name = "the_desk_at_a_fixed_volatility_of_thirty"
    small.write_text(SMALL.replace("{h: {model", f"{{{name}: {{model"))
    text = unhedged("run", small, "--quiet", "--width", width, cwd=small.parent, check=0).stdout
    assert (name in text) == whole and "P(worse)" in text
    assert max(map(len, text.splitlines())) <= width
