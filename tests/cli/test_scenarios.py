"""The scenario library: every file says where its figures come from, holds what happened inside the 5-95 %
band of what it does, and runs on any market."""
import re

import pytest
import yaml

EVENTS = {
    "crash_1987", "ltcm_1998", "lehman_2008", "flash_crash_2010", "snb_2015", "etf_2015_08",
    "volmageddon_2018", "covid_2020", "crypto_crash_2020_03", "oil_2020_04", "gme_2021", "crypto_2021_05",
    "luna_2022", "ldi_2022", "ftx_2022", "yen_carry_2024_08", "crypto_2025_10", "calm"
}


@pytest.fixture(scope="module")
def library(root):
    return {
        path.stem: yaml.load(path.read_text(), yaml.BaseLoader)
        for path in sorted((root / "scenarios").glob("*.yaml"))
    }


def test_the_library_has_the_events(library):
    assert EVENTS <= set(library)
    crypto = {
        name
        for name, s in library.items()
        if any(a in ("BTC", "ETH", "LUNA") for a in s["history"]["market"]["assets"])
    }
    assert {"crypto_crash_2020_03", "crypto_2021_05", "luna_2022", "ftx_2022", "crypto_2025_10"} <= crypto
    for name, scenario in library.items():
        assert name == scenario["name"]
        calendar = scenario["history"]["market"]["calendar"]
        assert calendar == ("continuous" if name in crypto
                            | {"snb_2015", "lme_nickel_2022"} else "trading"), name


def test_the_readme_counts_right(library, root):
    words = {
        n: w
        for n, w in enumerate(
            "eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen eighteen nineteen "
            "twenty"
            .split(), 8)
    }
    readme = (root / "README.md").read_text()
    run = yaml.safe_load((root / "configs" / "equity_crashes.yaml").read_text())
    assert f"**Scenarios**: {words[len(set(library) - {'calm'})]} crashes" in readme
    assert f"an index put under {words[len(set(run['scenarios']) - {'calm'})]} crashes and in calm" in readme


def test_every_fact_and_source_says_who_says_so(library):
    for name, scenario in library.items():
        assert scenario["history"]["facts"], name
        for entry in scenario["sources"] + scenario["history"]["facts"]:
            assert len(entry["what"]) > 8 and len(entry["where"]) > 2, (name, entry)


def test_what_happened_lies_within_what_the_scenario_does(unhedged, library):
    """Every fact of every file inside the 5-95 % band of 2000 paths (`!` marks those outside)."""
    outside = []
    for name, scenario in library.items():
        table = unhedged("describe", "scenarios", name, "--simulate", check=0).stdout
        rows = table.splitlines()[3:]
        known = scenario["history"]["facts"]
        # How spread and depth come back is shown, whether or not a figure is known.
        moves = any("liquidity" in regime for regime in scenario["regimes"].values())
        shown = {"spread_recovery", "volume_recovery"} - {f["measure"] for f in known} if moves else set()
        assert len(rows) == len(known) + len(shown), table
        assert all("  -  " in row for row in rows[len(known):]), table
        outside += [f"{name}: {row}" for row in rows if row.startswith("!")]
    assert not outside, "\n".join(outside)


def test_quotes_are_sourced(library, root):
    """The highest quote of a month is a fact of every crash, or a source says why there is none; the table of
    docs/methods/quotes.md has the facts of the files."""
    page = (root / "docs/methods/quotes.md").read_text()
    table = re.findall(r"^\| `(\w+)` \| ([0-9.]+) \| (.*) \|$", page, re.M)
    assert {name for name, *_ in table} == set(library) - {"calm"}
    for name, multiple, what in table:
        facts = [f for f in library[name]["history"]["facts"] if f["measure"] == "implied_multiple"]
        assert len(facts) == (0 if what.startswith("judgement") else 1), name
        if facts:
            assert facts[0]["value"] == multiple, name
        else:
            sources = library[name]["sources"]
            assert any("quote" in s["what"] and "judgement" in s["where"] for s in sources), name


@pytest.mark.parametrize("name, multiple", [("snb_2015", 8), ("luna_2022", 4), ("gme_2021", 3.7),
                                            ("lme_nickel_2022", 3)])
def test_quotes_without_a_fact_are_those_of_the_table(unhedged, library, tmp_path, name, multiple):
    fact = {"what": "quote of a month", "where": "this test", "measure": "implied_multiple", "value": "1"}
    scenario = dict(library[name], name="shown")
    scenario["history"] = dict(scenario["history"], facts=[fact])
    (tmp_path / "shown.yaml").write_text(yaml.safe_dump(scenario))
    done = unhedged("describe", "scenarios", tmp_path / "shown.yaml", "--simulate", check=0)
    median = re.split(r"  +", done.stdout.splitlines()[3].strip())[-3]
    assert float(median.removesuffix(" x")) == pytest.approx(multiple, rel=0.05)


def test_runs_that_come_with_the_program_have_no_quotes_to_warn_of(unhedged, root, tmp_path):
    """And without the premium of the crash they have: `validate` and `run` say so, once for each regime."""
    for config in sorted((root / "configs").glob("*.yaml")):
        assert "times today's" not in unhedged("validate", config, "--quiet", check=0).stderr, config.name
    lasting = "scenarios.luna_2022.regimes.spiral.implied_vol.default.premium=0 %"
    for words in (["validate"], ["run", "--paths", "256", "-o", tmp_path / "out.h5"]):
        done = unhedged(*words, root / "configs/collateral_decay.yaml", "--set", lasting)
        found = re.findall(r"is quoted (\d+) % .* expiry of 14 d, 8 times today's 100 %", done.stderr)
        assert found == ["800"], done.stderr


def test_a_fact_that_the_scenario_cannot_show_is_marked(unhedged, library, tmp_path):
    """The test above can fail, and keys of the history are read: each of these changes the table or is
    refused."""
    def table(change):
        scenario = yaml.load((tmp_path / "base.yaml").read_text(), yaml.BaseLoader)
        change(scenario)
        (tmp_path / "scenarios" / "changed.yaml").write_text(yaml.safe_dump(scenario))
        done = unhedged("describe", "scenarios", "changed", "--simulate", cwd=tmp_path)
        return done.stdout + done.stderr

    (tmp_path / "scenarios").mkdir()
    scenario = dict(library["lehman_2008"], name="changed")
    (tmp_path / "base.yaml").write_text(yaml.safe_dump(scenario))
    reference = table(lambda s: None)
    assert "!" not in "".join(reference.splitlines(True)[3:])
    facts = lambda s: s["history"]["facts"]
    assert re.search(r"^!.*worst day", table(lambda s: facts(s)[0].update(value="-60 %")), re.M)
    for change in (lambda s: facts(s)[0].update(over="2 d"),
                   lambda s: facts(s)[0].update(measure="best_move"), lambda s: facts(s)[0].update(asset="B"),
                   lambda s: s["history"].update(horizon="50 d"),
                   lambda s: s["history"].update(step="3.25 h"),
                   lambda s: s["history"]["market"]["assets"]["A"].update(implied_vol="30 %")):
        assert table(change) != reference
    for change, message in ((lambda s: facts(s)[3].update(other="C"),
                             "unknown asset"), (lambda s: facts(s)[3].pop("other"), "correlations"),
                            (lambda s: facts(s)[0].update(regime="panic"),
                             "time_in_regime"), (lambda s: facts(s)[0].pop("value"), "needs `value`"),
                            (lambda s: facts(s)[0].update(measure="funding"),
                             "perpetual"), (lambda s: facts(s)[0].update(time="1 d"), "no `time`"),
                            (lambda s: facts(s)[0].update(measure="time_halted"),
                             "needs `time`"), (lambda s: facts(s)[0].update(over="99 d"), "longer than"),
                            (lambda s: facts(s)[0].update(measure="drawdown"),
                             "has no effect"), (lambda s: s.pop("sources"), "sources")):
        assert message in table(change)


def test_books_emptied_by_the_liquidations_of_2025_are_quoted_again_a_day_later(unhedged, library, tmp_path):
    """The levels of the last regime, back on every path: nothing that the cascade withdrew is missing."""
    last = library["crypto_2025_10"]["regimes"]["refill"]["liquidity"]["default"]
    scenario = dict(library["crypto_2025_10"], name="day_later")
    scenario["history"] = dict(scenario["history"],
                               horizon="3 d",
                               facts=[{
                                   "what": measure,
                                   "where": "this test",
                                   "measure": measure,
                                   "over": "1 d",
                                   "value": last[key].split()[0]
                               } for measure, key in (("spread_after", "half_spread"), ("volume_after",
                                                                                        "daily_volume"))])
    (tmp_path / "day_later.yaml").write_text(yaml.safe_dump(scenario))
    rows = unhedged("describe", "scenarios", tmp_path / "day_later.yaml", "--simulate",
                    check=0).stdout.splitlines()[3:5]
    for row, key in zip(rows, ("half_spread", "daily_volume")):
        assert re.split(r"  +", row.strip())[1:] == [last[key]] * 4, row


def test_recovery_of_spread_and_depth_is_measured(unhedged, tmp_path):
    """Spread 11, then 5, then 1 times today's; depth 0.2, then 0.5, then all of it, six hours and a day
    later."""
    def regime(spread, volume):
        return {"dynamics": {"default": {"model": "gbm", "volatility": "1 x"}},
                "liquidity": {"default": {"half_spread": f"{spread} x", "daily_volume": f"{volume} x"}}}

    def fact(measure, **more):
        return {"what": f"{measure} {more}", "where": "this test", "measure": measure, **more}

    facts = [
        fact("spread_recovery", time="6 h"),
        fact("spread_recovery", time="30 h", share="70 %"),
        fact("spread_recovery", time="6 h", share="60 %"),
        fact("spread_after", over="12 h", value="5"),
        fact("spread_after", over="2 d", value="1"),
        fact("spread_after", over="5 h", value="11"),
        fact("volume_recovery", time="30 h"),
        fact("volume_recovery", time="6 h", share="30 %"),
        fact("volume_after", over="6 h", value="0.5"),
        fact("volume_after", over="5 h", value="0.2")
    ]
    scenario = {
        "name": "steps",
        "sources": [{
            "what": "an example",
            "where": "this test"
        }],
        "start": "a",
        "regimes": {
            "a": regime(1, 1),
            "b": regime(11, 0.2),
            "c": regime(5, 0.5),
            "d": regime(1, 1)
        },
        "transitions": [{
            "from": "a",
            "to": "b",
            "at": "1 d"
        }, {
            "from": "b",
            "to": "c",
            "after": "6 h"
        }, {
            "from": "c",
            "to": "d",
            "after": "1 d"
        }],
        "history": {
            "market": {
                "assets": {
                    "X": {
                        "spot": 1,
                        "implied_vol": "50 %",
                        "half_spread": "1 bp",
                        "daily_volume": 1e9
                    }
                }
            },
            "horizon": "4 d",
            "step": "1 h",
            "facts": facts
        }
    }
    (tmp_path / "scenarios").mkdir()

    def table():
        (tmp_path / "scenarios" / "steps.yaml").write_text(yaml.safe_dump(scenario))
        done = unhedged("describe", "scenarios", "steps", "--simulate", cwd=tmp_path)
        return done.stdout + done.stderr

    rows = table().splitlines()[3:]
    assert len(rows) == len(facts)  # both recoveries are among the facts, so none is added
    for row, f in zip(rows, facts):
        assert not row.startswith("!"), row
        shown = f["time"] if "time" in f else f["value"] + " x"
        assert len(re.findall(rf"  {re.escape(shown)}(?=  |$)",
                              row)) == 4, row  # what was seen and all quantiles are the same
    scenario["history"]["facts"] = [fact("move", value="0 %")]
    rows = table().splitlines()[4:]
    assert [re.split(r"  +", row.strip())[1:] for row in rows] == [["-", "6 h", "6 h", "6 h"],
                                                                   ["-", "30 h", "30 h", "30 h"]]
    for change, message in ((fact("move",
                                  value="0 %", share="10 %"), "no effect"), (fact("spread_recovery",
                                                                                  value="1"), "needs `time`"),
                            (fact("spread_after", time="1 h"), "needs `value`")):
        scenario["history"]["facts"] = [change]
        assert message in table()


@pytest.mark.parametrize("calendar, step", [("continuous", "15 min"), ("trading", "15 min")])
def test_every_scenario_runs_on_any_market(unhedged, library, tmp_path, calendar, step):
    """A book of today under every crash; times that are no whole steps go to the nearest, with a warning."""
    horizon = "30 d" if calendar == "continuous" else "26 d"
    config = {
        "name": "all",
        "market": {
            "calendar": calendar,
            "assets": {
                "X": {
                    "spot": 50,
                    "implied_vol": "30 %",
                    "half_spread": "2 bp",
                    "daily_volume": "1e9"
                },
                "Y": {
                    "spot": 7,
                    "implied_vol": "55 %",
                    "half_spread": "4 bp",
                    "daily_volume": "1e8",
                    "perpetual": {
                        "funding": "5 %"
                    }
                }
            }
        },
        "portfolio": [{
            "instrument": "put",
            "asset": asset,
            "strike": "90 %",
            "expiry": horizon,
            "quantity": -100
        } for asset in "XY"],
        "scenarios": sorted(library),
        "hedgers": {
            "h": {
                "model": "black_scholes",
                "volatility": "implied"
            }
        },
        "simulation": {
            "horizon": horizon,
            "step": step,
            "paths": 256,
            "seed": 1
        },
        "output": {
            "file": str(tmp_path / "all.h5"),
            "worst_paths": 1
        }
    }
    (tmp_path / "all.yaml").write_text(yaml.safe_dump(config))
    done = unhedged("run", tmp_path / "all.yaml", "--json", check=0)
    import json
    report = json.loads(done.stdout)
    assert len(report["cells"]) == 2 * len(library)
    assert set(report["regime_time"]) == set(library)
    for shares in report["regime_time"].values():
        assert sum(row["value"] for row in shares.values()) == pytest.approx(1)
