"""A path of a result, step by step, from the file alone."""
import csv
import io
import json
import re
import shlex
import shutil
import xml.etree.ElementTree as ElementTree

import h5py
import numpy as np
import pytest
from conftest import SMALL

BOOK = "instrument,asset,strike,expiry,quantity\ncall,A,100,30 d,-40\nput,A,90,20 d,-10\n"
QUOTES = ("expiry,strike,volatility\n10 d,90,44 %\n10 d,100,41 %\n10 d,110,40 %\n"
          "30 d,85,43 %\n30 d,100,40 %\n30 d,115,39 %\n")
STORM = """
name: storm
sources: [{what: nothing, where: nowhere}]
regimes:
  calm: {dynamics: {A: {model: gbm, volatility: 1 x}}}
  crash: {dynamics: {A: {model: bates, volatility: 3 x, long_run_volatility: 2 x, mean_reversion: 10,
    vol_of_variance: 1, correlation: -0.5, jump_rate: 50, jump_mean: -5 %, jump_vol: 5 %}}}
start: calm
transitions: [{from: calm, to: crash, at: 5 d}]
"""
RUN = """
name: files
market: {assets: {A: {spot: 100, implied_vol: 40 %, half_spread: 5 bp, daily_volume: 1e5,
    surface: quotes.csv}}}
portfolio: book.csv
scenarios: [{from: storms/storm.yaml, name: gale, severity: 1.5}, storms/storm.yaml]
hedgers:
  daily: {model: black_scholes}
  slow: {model: black_scholes, rebalance: {every: 2 d}, latency: 1 d}
simulation: {horizon: 30 d, step: 12 h, paths: 3000, seed: 3}
output: {file: out.h5, worst_paths: 3}
"""


@pytest.fixture
def files(unhedged, tmp_path):
    """A result of several files, none of which is there any more, in a folder of its own."""
    made = tmp_path / "made"
    (made / "storms").mkdir(parents=True)
    for name, text in {
            "book.csv": BOOK,
            "quotes.csv": QUOTES,
            "storms/storm.yaml": STORM,
            "run.yaml": RUN
    }.items():
        (made / name).write_text(text)
    unhedged("run", "run.yaml", "--paths", "700", "--set", "description=a = b", cwd=made, check=0)
    result = tmp_path / "out.h5"
    shutil.move(made / "out.h5", result)
    shutil.rmtree(made)
    return result


def words(result, scenario, hedger, *more):
    return ["replay", result, "--scenario", scenario, "--hedger", hedger, *more]


def test_it_needs_the_result_alone_and_is_the_same_to_the_bit(unhedged, files):
    with h5py.File(files) as file:
        pnl = file["pnl"][:]
    for s, scenario in enumerate(["gale", "storm"]):
        for h, hedger in enumerate(["daily", "slow", "unhedged"]):
            for path in (0, 255, 256, 699):
                done = unhedged(*words(files, scenario, hedger, "--path", path, "--json"),
                                cwd=files.parent,
                                check=0)
                shown = json.loads(done.stdout)
                assert shown["pnl"] == shown["stored_pnl"] == pnl[s, h, path]
                rank = 1 + list(np.argsort(pnl[s, h], kind="stable")).index(path)
                assert shown["rank"] == rank and shown["path"] == path


def test_it_shows_what_the_file_has_of_its_worst_paths(unhedged, files):
    with h5py.File(files) as file:
        worst = file["worst_paths"]
        for k in range(3):
            done = unhedged(*words(files, "gale", "slow", "--worst", k + 1, "--csv"),
                            cwd=files.parent,
                            check=0)
            rows = list(csv.DictReader(io.StringIO(done.stdout)))
            assert len(rows) == 61
            for name in ("spot", "variance", "delta", "hedge", "fill", "pending", "cash", "pnl_so_far",
                         "half_spread", "implied_volatility", "daily_volume", "cost", "book_value"):
                assert [float(r[name]) for r in rows] == list(worst[name][0, 1, k, :, 0]), name
            assert [r["date"] for r in rows] == [d.decode() for d in worst["date"][:]]
            assert {r["regime"] for r in rows} == {"calm", "crash"}


def test_orders_are_what_is_filled_and_what_more_is_pending(unhedged, files):
    done = unhedged(*words(files, "gale", "slow", "--worst", 1, "--json"), cwd=files.parent, check=0)
    steps = [s["assets"]["A"] for s in json.loads(done.stdout)["steps"]]
    pending = 0.0
    for step in steps:
        assert step["order"] == pytest.approx(step["fill"] + step["pending"] - pending, abs=1e-12)
        pending = step["pending"]
    assert steps[0]["order"] == steps[0]["pending"] != 0  # sent today, filled after a day
    assert steps[2]["fill"] == steps[0]["order"]


def test_the_table_has_a_line_for_each_time(unhedged, files):
    done = unhedged(*words(files, "storm", "daily", "--worst", 1), cwd=files.parent, check=0)
    lines = done.stdout.split("\nWhere the P&L")[0].splitlines()
    assert "loss number 1" in lines[0] and "in storm" in lines[0]
    assert lines[2] == "A" and lines[3].split()[:3] == ["date", "regime", "spot"]
    assert len(lines) == 4 + 61 and "crash" in lines[-1]
    narrow = unhedged(*words(files, "storm", "daily", "--worst", 1, "--width", 90), cwd=files.parent, check=0)
    table = narrow.stdout.split("\nWhere the P&L")[0].splitlines()[2:]
    assert max(len(line) for line in table) <= 90
    headings = [line.split() for line in table if line.startswith("date")]
    assert len(headings) > 1 and sum(len(one) - 1 for one in headings) == len(lines[3].split()) - 1


def test_amounts_say_their_unit_where_pnl_is_counted_in_an_asset(unhedged, tmp_path):
    (tmp_path / "run.yaml").write_text(SMALL)
    coins = ["--set", "risk.numeraire=A", "--set", "market.currency=USD"]
    unhedged("run", "run.yaml", "--quiet", "-o", "coin.h5", *coins, cwd=tmp_path, check=0)
    lines = unhedged("replay", "coin.h5", "--path", 1, cwd=tmp_path, check=0).stdout.splitlines()
    assert " A, to the bit" in lines[0] and lines[1] == "cash and P&L of the steps are in USD"
    assert any(line.split() == ["cause", "P&L,", "A"] for line in lines)


def test_charts(unhedged, files):
    done = unhedged(*words(files, "storm", "daily", "--worst", 1, "--plot"), cwd=files.parent, check=0)
    assert "A spot" in done.stdout and "P&L so far" in done.stdout and "a calm, b crash" in done.stdout
    assert max(len(line) for line in done.stdout.splitlines()[1:]) <= 120
    target = files.parent / "path.svg"
    done = unhedged(*words(files, "storm", "daily", "--worst", 1, "--svg", "path.svg"),
                    cwd=files.parent,
                    check=0)
    assert done.stdout == "" and "path.svg" in done.stderr
    root = ElementTree.parse(target).getroot()
    curves = [e for e in root.iter("{http://www.w3.org/2000/svg}path") if e.get("class", "").startswith("s")]
    assert len(curves) == 5 and all(len(c.get("d").split("L")) == 61 for c in curves)
    before = target.read_bytes()
    done = unhedged(*words(files, "storm", "daily", "--path", 5, "--svg", "path.svg"),
                    cwd=files.parent,
                    check=4)
    assert "exists already" in done.stderr and target.read_bytes() == before
    unhedged(*words(files, "storm", "daily", "--path", 5, "--svg", "path.svg", "--force"),
             cwd=files.parent,
             check=0)
    assert target.read_bytes() != before


def test_the_causes_sum_to_the_pnl_step_by_step(unhedged, files):
    done = unhedged(*words(files, "gale", "slow", "--worst", 1, "--json"), cwd=files.parent, check=0)
    path = json.loads(done.stdout)
    scale = 5000  # account currency: what is held
    assert abs(sum(path["attribution"].values()) - path["pnl"]) < 1e-9 * scale
    last = path["steps"][-1]["assets"]["A"]["attribution"]
    for cause, value in path["attribution"].items():
        if cause != "remainder":
            assert abs(last[cause] - value) < 1e-9 * scale
    paid = [step["assets"]["A"]["attribution"]["spread"] for step in path["steps"]]
    assert all(later <= before for before, later in zip(paid, paid[1:])) and paid[-1] < 0
    done = unhedged(*words(files, "gale", "slow", "--worst", 1, "--csv"), cwd=files.parent, check=0)
    rows = list(csv.DictReader(io.StringIO(done.stdout)))
    assert [float(row["attribution_spread"]) for row in rows] == paid
    table = unhedged(*words(files, "gale", "slow", "--worst", 1), cwd=files.parent, check=0).stdout
    assert "Where the P&L comes from" in table and "gamma" in table
    assert "e-1" not in table.split("Where the P&L")[1]  # rounding is no cause
    assert table.splitlines()[-1].split()[0] == "together" and "By asset" not in table


def test_the_account_is_shown_as_it_stands(unhedged, tmp_path):
    (tmp_path / "run.yaml").write_text(SMALL.replace(
        "hedgers: {h: {model: black_scholes}}", "hedgers: {h: {model: black_scholes, account: {collateral: "
        "{cash: 3}, margin: {model: fraction, initial: 10 %, maintenance: 5 %}}}}"))
    words = ("replay", "run.yaml", "--hedger", "h", "--path", "1")
    path = json.loads(unhedged(*words, "--json", cwd=tmp_path, check=0).stdout)
    steps = [step["assets"]["A"] for step in path["steps"]]
    assert all(0 <= step["account_maintenance"] <= step["account_initial"] for step in steps)
    held = [step for step in steps[1:-1] if step["account_standing"] == 0]
    for before, step in zip(held, held[1:]):
        assert step["account_initial"] == pytest.approx(2 * step["account_maintenance"])
    assert steps[0]["account_equity"] == pytest.approx(3)
    table = unhedged(*words, cwd=tmp_path, check=0).stdout
    assert "equity margin account" in " ".join(table.split())
    plain = (tmp_path / "plain.yaml")
    plain.write_text(SMALL)
    words = ("replay", "plain.yaml", "--hedger", "h", "--path", "1")
    assert "equity" not in unhedged(*words, cwd=tmp_path, check=0).stdout


def test_the_only_one_who_hedges_need_not_be_named(unhedged, small):
    done = unhedged("replay", small, "--path", "3", cwd=small.parent, check=0)
    assert "path 3 of h in s" in done.stdout
    done = unhedged("replay", small, "--hedger", "unhedged", "--path", "3", cwd=small.parent, check=0)
    assert "path 3 of unhedged in s" in done.stdout


def test_without_attribution_a_replay_has_no_causes(unhedged, small):
    plain = ("--set", "output.attribution=none", "--path", "3")
    done = unhedged("replay", small, "--hedger", "h", *plain, "--json", cwd=small.parent, check=0)
    assert "attribution" not in done.stdout
    done = unhedged("replay", small, "--hedger", "h", *plain, cwd=small.parent, check=0)
    assert "Where the P&L" not in done.stdout


@pytest.mark.parametrize("more, said", [
    (["--scenario", "gael", "--hedger", "slow", "--path", 1], 'did you mean "gale"'),
    (["--hedger", "slow", "--path", 1], "--scenario is needed: gale, storm"),
    (["--scenario", "gale", "--path", 1], "--hedger is needed: daily, slow, unhedged"),
    (["--scenario", "gale", "--hedger", "slow"], "--path N"),
    (["--scenario", "gale", "--hedger", "slow", "--path", 700], "which has 0-699"),
    (["--scenario", "gale", "--hedger", "slow", "--worst", 701], "there are 700 paths"),
    (["--scenario", "gale", "--hedger", "slow", "--worst", 0], "--worst"),
    (["--scenario", "gale", "--hedger", "slow", "--path", 1, "--set", "simulation.seed=1"], "--set"),
    (["--scenario", "gale", "--hedger", "slow", "--path", 1, "--csv", "--json"], "excludes"),
])
def test_what_there_is_not_is_a_matter_of_usage(unhedged, files, more, said):
    done = unhedged("replay", files, *more, cwd=files.parent, check=2)
    assert said in done.stderr and done.stdout == ""


def test_numbers_that_have_changed_are_refused_with_both(unhedged, files):
    with h5py.File(files, "r+") as file:
        file["pnl"][1, 0, 5] += 1e-9
    done = unhedged(*words(files, "storm", "daily", "--path", 5), cwd=files.parent, check=4)
    assert "cannot be replayed" in done.stderr and "the file or the program was changed" in done.stderr
    assert done.stdout == ""
    unhedged(*words(files, "storm", "daily", "--path", 6), cwd=files.parent, check=0)
    with h5py.File(files, "r+") as file:
        file.attrs["engine_revision"] = "0123456789ab"
    done = unhedged(*words(files, "storm", "daily", "--path", 5), cwd=files.parent, check=4)
    assert "have changed since: unhedged" in done.stderr and "0123456789ab" in done.stderr
    done = unhedged(*words(files, "storm", "daily", "--path", 6), cwd=files.parent, check=0)
    assert "to the bit, though" in done.stderr and "0123456789ab" in done.stderr


def test_a_configuration_that_means_another_run_today_is_refused(unhedged, files):
    with h5py.File(files, "r+") as file:
        file.attrs["seed"] = np.uint64(4)
    done = unhedged(*words(files, "storm", "daily", "--path", 5), cwd=files.parent, check=4)
    assert "another seed" in done.stderr


def test_a_run_that_fails_prints_the_command_that_shows_where(unhedged, small):
    text = SMALL.replace("name: s,",
                         "name: s s,").replace("{model: gbm, volatility: 1 x}",
                                               "{model: gbm, volatility: 1 x, drift: 24493}").replace(
                                                   "paths: 500", "paths: 500, seed: 1")
    small.write_text(text)
    done = unhedged("run", small.name, "--set", "simulation.seed=2", cwd=small.parent, check=5)
    told = re.search(r"step by step: (unhedged replay .*)$", done.stderr, re.M).group(1)
    command = shlex.split(told)
    assert command[-6:-4] == ["--scenario", "s s"] and "simulation.seed=2" in command
    shown = unhedged(*command[1:], "--json", cwd=small.parent, check=0)
    path = json.loads(shown.stdout)
    assert path["pnl"] is None and path["steps"][0]["assets"]["A"]["spot"] == 100
    assert path["steps"][-1]["assets"]["A"]["spot"] is None


def test_a_configuration_has_no_losses_to_rank(unhedged, small):
    done = unhedged("replay", small, "--hedger", "h", "--worst", "1", cwd=small.parent, check=2)
    assert "--path" in done.stderr
    done = unhedged("replay", small, "--hedger", "h", "--path", "500", cwd=small.parent, check=2)
    assert "no path 500 in a run of 500" in done.stderr
    unhedged("run", small, cwd=small.parent, check=0)
    with h5py.File(small.parent / "out.h5") as file:
        pnl = file["pnl"][0, 0, 17]
    done = unhedged("replay", small, "--hedger", "h", "--path", "17", "--json", cwd=small.parent, check=0)
    assert json.loads(done.stdout)["pnl"] == pnl


def test_what_each_asset_has_made_sums_to_the_pnl(unhedged, small):
    two = small.parent / "two.yaml"
    text = SMALL.replace("bp}}}", "bp}, B: {spot: 50, implied_vol: 30 %}}}")
    text = text.replace("{A: {model: gbm", "{default: {model: gbm")
    put = "{instrument: put, asset: B, strike: 50, expiry: 20 d, quantity: -7}"
    two.write_text(text.replace("quantity: -1}]", "quantity: -1}, " + put + "]"))
    table = unhedged("replay", two, "--path", "3", cwd=small.parent, check=0).stdout
    rows = [line.split() for line in table.split("\nBy asset\n")[1].split("\n\n")[0].splitlines()[1:]]
    assert [row[0] for row in rows] == ["A", "B", "together"]
    amounts = [float(row[1]) * {"k": 1e3, "M": 1e6}.get(row[-1], 1) for row in rows]
    assert abs(amounts[0] + amounts[1] - amounts[2]) < 1e-4 * max(map(abs, amounts))
    assert f"P&L {' '.join(rows[2][1:])}" in table.splitlines()[0]
