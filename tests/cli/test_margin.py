"""unhedged margin, and the files of margin_models."""
import json
import math
import shutil

import h5py
import pytest
import yaml

STRADDLES = """\
name: straddles
market:
  currency: USD
  date: 2024-06-14
  calendar: continuous
  assets: {BTC: {spot: 100_000, implied_vol: 60 %, perpetual: {funding: 0 %}}}
portfolio:
  - {instrument: call, asset: BTC, strike: 100_000, expiry: 14 d, quantity: -10}
  - {instrument: put, asset: BTC, strike: 100_000, expiry: 14 d, quantity: -10}
scenarios: [{name: calm, regimes: {r: {dynamics: {BTC: {model: gbm, volatility: 60 %}}}}}]
hedgers:
  spot: {model: black_scholes}
  perpetual: {model: black_scholes, hedge_with: perpetual}
YARDSTICKS
simulation: {horizon: 7 d, step: 1 d, paths: 100}
output: {file: out.h5}
"""
SPAN = "span_16: {price_scan: 10 %, vol_scan: 10 %}"
PRESETS = ["binance_btcusdt_2021", "deribit_pm_2019", "deribit_pm_2024_06", "deribit_pm_eth_2026_02",
           "frtb_es", "hyperliquid", "paradex_pm_2025", "span_16", "stans"]


@pytest.fixture
def measure(unhedged, tmp_path):
    def run(yardsticks, *arguments, check=0, text=STRADDLES):
        path = tmp_path / "straddles.yaml"
        wanted = "" if yardsticks is None else "yardsticks: [" + ", ".join(
            one if ":" not in one else "{" + one + "}" for one in yardsticks) + "]"
        path.write_text(text.replace("YARDSTICKS", wanted))
        done = unhedged("margin", path, *arguments, check=check)
        return json.loads(done.stdout) if "--json" in arguments and check == 0 else done

    return run


def required(report, yardstick, book="book"):
    (one,) = [y for y in report["yardsticks"] if y["name"] == yardstick]
    (of_book,) = [b for b in one["books"] if b["book"] == book]
    return of_book


def test_worked_numbers_come_out(measure):
    report = measure(["deribit_pm_2024_06", "paradex_pm_2025", SPAN], "--json")
    deribit = required(report, "deribit_pm_2024_06")
    assert deribit["initial"] == pytest.approx(117870.915906, abs=5e-7)
    assert deribit["maintenance"] == pytest.approx(94296.732725, abs=5e-7)
    (asset,) = deribit["assets"]
    assert asset["worst"] == {"scenario": asset["worst"]["scenario"], "move": 0.16, "volatility": "up",
                              "weight": 1.0}
    paradex = required(report, "paradex_pm_2025")
    assert paradex["initial"] == pytest.approx(157001.465395, abs=5e-7)
    assert paradex["assets"][0]["worst"]["scenario"] == 24
    assert paradex["assets"][0]["floor"] == pytest.approx(937.042064, abs=5e-7)
    assert paradex["maintenance"] == pytest.approx(paradex["initial"] / 2)
    span = required(report, "span_16")
    assert span["initial"] == pytest.approx(44421.900981, abs=5e-7)
    assert span["assets"][0]["worst"]["scenario"] == 11
    assert span["maintenance"] is None


def test_hedged_books_stand_beside_the_book(measure):
    perpetuals = [f"{name}: {{wallet: 5_000}}" for name in ("binance_btcusdt_2021", "hyperliquid")]
    report = measure(["paradex_pm_2025", *perpetuals], "--json")
    assert [b["book"] for b in report["yardsticks"][0]["books"]] == ["book", "spot", "perpetual"]
    units = 0.468521032
    for book in ("spot", "perpetual"):  # delta 0.4685 is bought: the far rise costs less
        hedged = required(report, "paradex_pm_2025", book)
        assert hedged["initial"] == pytest.approx(157001.465395 - 0.032 * 5 * units * 1e5, abs=1e-3)
        assert hedged["assets"][0]["floor"] == pytest.approx(0.01 * units * 1e5, abs=1e-3)
    assert required(report, "binance_btcusdt_2021", "spot")["assets"] == []
    held = required(report, "binance_btcusdt_2021", "perpetual")["assets"][0]
    assert held["units"] == pytest.approx(units)
    assert held["maintenance"] == pytest.approx(0.004 * units * 1e5)
    assert held["liquidation_price"] == pytest.approx((5000 - units * 1e5) / (units * (0.004 - 1)), rel=1e-8)
    assert held["bankruptcy_price"] == pytest.approx(1e5 - 5000 / units, rel=1e-8)
    venue = required(report, "hyperliquid", "perpetual")
    assert venue["initial"] == pytest.approx(units * 1e5 / 40)
    assert venue["maintenance"] == pytest.approx(units * 1e5 / 80)
    lost = venue["assets"][0]
    assert lost["bankruptcy_price"] < lost["backstop_price"] < lost["liquidation_price"] < 1e5
    assert (lost["first_part"], lost["pause_seconds"]) == (1, 0)


def test_a_later_time_makes_options_older(measure):
    later = measure([SPAN], "--json", "--at", "13d")
    now = measure([SPAN], "--json")
    assert later["at"] == "13d"
    assert required(later, "span_16")["initial"] > 1.2 * required(now, "span_16")["initial"]
    gone = measure(["deribit_pm_2024_06"], "--json", "--at", "15 d")
    assert required(gone, "deribit_pm_2024_06")["initial"] is None
    left = required(gone, "deribit_pm_2024_06", "spot")
    assert left["initial"] == pytest.approx(0.16 * 46852.1032, abs=1e-3)
    for wrong in ("tomorrow", "-1 d"):
        assert "--at" in measure([SPAN], "--at", wrong, check=2).stderr


def test_expected_shortfalls(measure):
    trading = STRADDLES.replace("continuous", "trading").replace("spot: 100_000", "spot: 100").replace(
        "100_000", "100").replace("60 %", "20 %").replace("14 d", "63 d").replace("-10", "-1")
    report = measure(["stans", "frtb_es: {class: equity_large_cap}"], "--json", text=trading)
    tail = required(report, "stans", "spot")["tail"]
    assert tail["expected_shortfall"] == pytest.approx(0.93354199, abs=5e-9)
    assert tail["value_at_risk"] == pytest.approx(0.71024206, abs=5e-9)
    large = required(report, "frtb_es")["initial"]
    assert large > 0
    small = required(measure(["frtb_es: {class: equity_small_cap}"], "--json", text=trading), "frtb_es")
    assert small["initial"] == pytest.approx(large * math.sqrt(2))
    moves = "frtb_es: {class: equity_small_cap, vol_of_vol: 80 %}"
    moved = required(measure([moves], "--json", text=trading), "frtb_es")
    assert moved["initial"] > small["initial"] and moved["tail"]["standard_error"] > 0


def test_the_table_names_worst_scenarios_dates_and_ages(measure):
    text = measure(["deribit_pm_2024_06", SPAN, "hyperliquid"]).stdout
    assert "what is required today, in USD" in text
    assert "+16 %, volatility up" in text
    assert "117.87 k" in text and "94.297 k" in text
    assert "span_16 (price_scan 10 %, vol_scan 10 %)" in text
    assert "of 2024-06, 0.0 y before 2024-06-14" in text
    assert "of 1999-07, 25.0 y before 2024-06-14" in text
    assert "no perpetual is held" in text


def test_without_yardsticks_those_that_fit_are_taken(measure):
    report = measure(None, "--json")
    assert [one["name"] for one in report["yardsticks"]] == [
        "binance_btcusdt_2021", "deribit_pm_2019", "deribit_pm_2024_06", "hyperliquid", "paradex_pm_2025"
    ]
    assert [one["name"] for one in measure(None, "--json", text=STRADDLES.replace(
        "BTC", "ETH"))["yardsticks"]] == ["deribit_pm_eth_2026_02", "paradex_pm_2025"]
    other = measure(None, text=STRADDLES.replace("BTC", "OIL"), check=3)
    assert "no margin model is meant for this market" in other.stderr


def test_a_model_covers_the_assets_it_is_meant_for(measure):
    two = STRADDLES.replace("assets: {BTC:", "assets: {ETH: {spot: 3000, implied_vol: 70 %}, BTC:").replace(
        "dynamics: {BTC:", "dynamics: {default:")
    report = measure(["deribit_pm_2024_06", "paradex_pm_2025"], "--json", text=two)
    assert [one["assets"] for one in report["yardsticks"]] == [["BTC"], ["ETH", "BTC"]]
    assert required(report, "deribit_pm_2024_06")["initial"] == pytest.approx(117870.915906, abs=5e-7)
    assert "covers BTC alone" in measure(["deribit_pm_2024_06"], text=two).stdout


def test_older_models_charge_by_options_sold(measure):
    book = required(measure(["deribit_pm_2019"], "--json"), "deribit_pm_2019")
    one = book["assets"][0]
    for key in ("scan", "floor", "charges", "initial"):
        assert book[key] == one[key]
    assert one["charges"] == pytest.approx(20 * 0.01 * 1e5)
    assert one["initial"] == pytest.approx(one["scan"] + one["charges"])


@pytest.mark.parametrize("yardstick, message", [
    ("deribit_pm_2024_6", 'yardsticks[0]: unknown margin model "deribit_pm_2024_6"; did you mean '
     '"deribit_pm_2024_06"?'),
    ("span_16", "yardsticks[0]: needs price_scan, which span_16 does not state"),
    ("span_16: {price_scan: 10 %}", "yardsticks[0].span_16: needs vol_scan"),
    ("span_16: {price_scn: 10 %}", 'did you mean "price_scan"?'),
    ("span_16: {price_scan: 110 %, vol_scan: 10 %}", "yardsticks[0].span_16.price_scan"),
    ("span_16: {price_scan: 10 %, vol_scan: -10 %}", "yardsticks[0].span_16.vol_scan"),
    ("span_16: {price_scan: 60 %, vol_scan: 10 %}", "takes prices down by 120 %"),
    ("frtb_es: {}", "yardsticks[0].frtb_es: needs class"),
    ("frtb_es: {class: equity_large}", 'did you mean "equity_large_cap"?'),
    ("frtb_es: {class: equity_large_cap, price_correlation: 0.5}", "needs vol_of_vol"),
    ("deribit_pm_2024_06: {wallet: 5}", "yardsticks[0].deribit_pm_2024_06.wallet: is not taken by"),
    ("hyperliquid: {provision: 5}", "is not taken by hyperliquid"),
    ("stans: {class: equity_large_cap}", "is not taken by stans"),
    ("nowhere/model.yaml", "nowhere/model.yaml"),
])
def test_what_is_wrong_is_said_with_its_place(measure, yardstick, message):
    done = measure([yardstick], check=3)
    assert message in done.stderr, done.stderr
    assert "straddles.yaml:" in done.stderr


MODEL = {
    "name": "own",
    "title": "one of my own",
    "kind": "matrix",
    "date": "2025-03",
    "sources": [{"what": "all of it", "where": "here"}],
    "price_scan": "10 %",
    "volatility_shock": {"up": "50 %", "down": "25 %"},
    "scenarios": [{"steps": 2, "volatility": ["up", "down"]}],
}
TIERS = {key: MODEL[key] for key in ("name", "title", "date", "sources")} | {
    "kind": "tiers", "tiers": [{"from": 0, "rate": "1 %"}, {"from": 1000, "rate": "2 %", "amount": 10}]}
SHORTFALL = {key: MODEL[key] for key in ("name", "title", "date", "sources")} | {
    "kind": "shortfall", "level": "99 %", "horizon": "10 d",
    "classes": {"x": {"price": "10 d", "volatility": "20 d"}}}


LEVERAGE = {key: MODEL[key] for key in ("name", "title", "date", "sources")} | {
    "kind": "leverage", "most_leverage": 20, "maintenance": "50 %", "whole_below": 1e4, "first_part": "20 %",
    "pause": "30 s", "backstop_below": "60 %"}
FULL = MODEL | {
    "volatility_shock": {"scale": "relative", "up": "50 %", "down": "25 %", "short_power": 0.3,
                         "long_power": 0.1, "pivot_days": 10, "shortest_days": 12, "least_up": "80 %"},
    "scenarios": [{"steps": 2, "volatility": ["up", "down"]}],
    "charges": {"roll_a_year": "50 %", "least_roll": "1 %", "net_delta": "1 %", "hedged_delta": "1 %",
                "short_option": "1 %", "offset_futures": "1 %"},
    "maintenance": "80 %"}


def changed(model, keys, value):
    """A copy with another value at a path of keys."""
    out = json.loads(json.dumps(model))
    node = out
    for key in keys[:-1]:
        node = node[key]
    node[keys[-1]] = value
    return out


def with_block(model, **block):
    return model["scenarios"] + [{"moves": ["50 %"], "volatility": ["up"], **block}]


@pytest.mark.parametrize("model, keys, value", [
    (FULL, ["price_scan"], "12 %"),
    (FULL, ["volatility_shock", "up"], "60 %"),
    (FULL, ["volatility_shock", "scale"], "absolute"),
    (changed(FULL, ["volatility_shock", "pivot_days"], 30), ["volatility_shock", "short_power"], 0.2),
    (FULL, ["volatility_shock", "long_power"], 0.2),
    (FULL, ["volatility_shock", "pivot_days"], 11),
    (changed(FULL, ["volatility_shock", "shortest_days"], 20), ["volatility_shock", "shortest_days"], 25),
    (FULL, ["volatility_shock", "least_up"], "150 %"),
    (changed(FULL, ["scenarios", 0, "volatility"], ["down"]), ["volatility_shock", "down"], "30 %"),
    (FULL, ["scenarios"], [{"moves": ["-10 %", "0 %", "10 %", "20 %"], "volatility": ["up"]}]),
    (FULL, ["scenarios"], with_block(FULL, weights=["90 %"])),
    (FULL, ["scenarios"], with_block(FULL, weight_by_distance=2)),
    (FULL | {"scenarios": with_block(FULL, weight_by_distance=2)}, ["scenarios", 1, "dampener"], 1e4),
    (FULL, ["extreme"], {"multiple": 5, "fraction": "90 %"}),
    (FULL, ["look_ahead"], "2 d"),
    (FULL, ["charges", "roll_a_year"], "60 %"),
    (FULL, ["charges", "least_roll"], "2 %"),
    (FULL, ["charges", "net_delta"], "100 %"),
    (FULL, ["charges", "hedged_delta"], "100 %"),
    (FULL, ["charges", "short_option"], "2 %"),
    (FULL, ["charges", "offset_futures"], "2 %"),
    (FULL, ["maintenance"], "70 %"),
    (FULL, ["offset"], {"gains": "60 %", "at_most": 1e6}),
    (FULL | {"offset": {"gains": "60 %", "at_most": 1e6}}, ["offset", "gains"], "50 %"),
    (FULL | {"offset": {"gains": "60 %", "at_most": 1e6}}, ["offset", "at_most"], 1e3),
    (TIERS, ["tiers", 1, "from"], 500),
    (TIERS, ["tiers", 0, "rate"], "1.5 %"),
    (LEVERAGE, ["most_leverage"], 10),
    (LEVERAGE, ["maintenance"], "60 %"),
    (LEVERAGE, ["whole_below"], 1e6),
    (LEVERAGE, ["first_part"], "30 %"),
    (LEVERAGE, ["pause"], "1 min"),
    (LEVERAGE, ["backstop_below"], "50 %"),
    (SHORTFALL, ["level"], "97 %"),
    (SHORTFALL, ["horizon"], "5 d"),
    (SHORTFALL, ["time"], "stands_still"),
    (SHORTFALL, ["classes", "x", "price"], "20 d"),
    (SHORTFALL, ["classes", "x", "volatility"], "40 d"),
])
def test_every_key_of_a_model_matters(unhedged, tmp_path, model, keys, value):
    run = STRADDLES.replace("assets: {BTC:", "assets: {ETH: {spot: 3000, implied_vol: 70 %}, BTC:").replace(
        "dynamics: {BTC:", "dynamics: {default:").replace(
            "portfolio:", "portfolio:\n  - {instrument: future, asset: BTC, expiry: 60 d, quantity: 1}\n"
            "  - {instrument: future, asset: BTC, expiry: 200 d, quantity: -2}\n"
            "  - {instrument: spot, asset: ETH, quantity: 20}")
    keys_of = {"shortfall": ": {class: x, vol_of_vol: 90 %}", "leverage": ": {wallet: 5000}"}
    keys_set = keys_of.get(model["kind"], "")
    path = tmp_path / "run.yaml"
    wanted = "{own.yaml" + keys_set + "}" if keys_set else "own.yaml"
    path.write_text(run.replace("YARDSTICKS", f"yardsticks: [{wanted}]"))

    def books(model):
        (tmp_path / "own.yaml").write_text(yaml.safe_dump(model, sort_keys=False))
        return json.loads(unhedged("margin", path, "--json", check=0).stdout)["yardsticks"][0]["books"]

    if keys == ["tiers", 1, "from"] or keys == ["tiers", 0, "rate"]:
        model = changed(model, ["tiers", 1], {"from": 1000, "rate": "2 %"})
    assert books(model) != books(changed(model, keys, value))


def test_own_models_are_found_beside_the_configuration_and_by_path(measure, unhedged, tmp_path):
    (tmp_path / "margin_models").mkdir()
    (tmp_path / "margin_models/own.yaml").write_text(yaml.safe_dump(MODEL))
    report = measure(["own"], "--json")
    assert required(report, "own")["initial"] > 0
    shutil.move(tmp_path / "margin_models/own.yaml", tmp_path / "other.yaml")
    assert measure([str(tmp_path / "other.yaml")], "--json")["yardsticks"] == report["yardsticks"]
    assert "sound margin model" in unhedged("validate", tmp_path / "other.yaml", check=0).stdout
    assert "one of my own" in unhedged("describe", "margin_models", tmp_path / "other.yaml", check=0).stdout


def test_a_model_that_is_not_sound_is_left_out_of_the_usual_ones(measure, tmp_path):
    (tmp_path / "margin_models").mkdir()
    (tmp_path / "margin_models/broken.yaml").write_text(yaml.safe_dump(MODEL | {"price_scan": "-10 %"}))
    done = measure(None)
    assert "the model is left out" in done.stderr and "broken.yaml:" in done.stderr
    assert "broken" not in done.stdout


@pytest.mark.parametrize("model, change, message", [
    (MODEL, {"scenarios": [{"moves": ["-10 %", "-5 %", "0 %", "10 %"], "volatility": ["up"]}]},
     "scenarios[0]: the matrix has a gap between 0 % and 10 % with volatilities up: others are 5 % apart"),
    (MODEL, {"scenarios": [{"moves": ["0 %", "5 %", "10 %"], "volatility": ["same"]}]},
     "the matrix has gaps: it needs moves down and up with volatilities same"),
    (MODEL, {"scenarios": [{"moves": ["-5 %", "5 %"], "weights": ["10 %", "10 %"], "volatility": ["same"]}]},
     "the matrix has gaps: no move counts in full"),
    (MODEL, {"scenarios": [{"steps": 2, "volatility": ["up"]}, {"moves": ["10 %"], "volatility": ["up"]}]},
     "has the move 10 % with volatilities up twice"),
    (MODEL, {"scenarios": [{"moves": ["-5 %", "5 %"], "weights": ["10 %"], "volatility": ["same"]}]},
     "scenarios[0].weights: has 1 for 2 moves"),
    (MODEL, {"scenarios": [{"moves": ["-100 %", "5 %"], "volatility": ["same"]}]}, "scenarios[0].moves[0]"),
    (MODEL, {"scenarios": [{"moves": ["-5 %", "5 %"], "volatility": ["sideways"]}]},
     "scenarios[0].volatility[0]"),
    (MODEL, {"scenarios": [{"volatility": ["up"]}]}, "scenarios[0]: needs moves or steps"),
    (MODEL, {"scenarios": [{"steps": 2, "moves": ["5 %"], "volatility": ["up"]}]}, "stands beside steps"),
    (MODEL, {"scenarios": [{"steps": 2, "volatility": []}]}, "scenarios[0].volatility: is empty"),
    (MODEL, {"scenarios": []}, "scenarios: is empty"),
    (MODEL, {"volatility_shock": {"up": "1200 %"}}, "volatility_shock.up"),
    (MODEL, {"volatility_shock": {"down": "110 %"}}, "volatility_shock.down"),
    (MODEL, {"date": "June 2025"}, "is no date of publication"),
    (MODEL, {"sources": []}, "sources: is empty"),
    (MODEL, {"kind": "matrx"}, 'did you mean "matrix"?'),
    (MODEL, {"extreme": {"multiple": 12, "fraction": "30 %"}},
     "extreme.multiple: takes prices down by 120 %"),
    (MODEL, {"maintenence": "80 %"}, 'did you mean "maintenance"?'),
    (TIERS, {"tiers": [{"from": 0, "rate": "1 %"}, {"from": 1000, "rate": "2 %", "amount": 11}]},
     "tiers[1].amount: does not follow from the rates: 10 does"),
    (TIERS, {"tiers": [{"from": 5, "rate": "1 %"}]}, "tiers[0].from: the first tier begins at 0"),
    (TIERS, {"tiers": [{"from": 0, "rate": "2 %"}, {"from": 9, "rate": "1 %"}]}, "tiers[1].rate"),
    (TIERS, {"tiers": []}, "at least one tier is needed"),
    (SHORTFALL, {"classes": {"x": {"price": "15 d", "volatility": "20 d"}}},
     "classes.x.price: must be 1, 2, 4, 6"),
    (SHORTFALL, {"classes": {"x": {"price": "20 d", "volatility": "10 d"}}}, "must not be shorter"),
])
def test_models_that_are_not_sound(unhedged, tmp_path, model, change, message):
    path = tmp_path / "own.yaml"
    path.write_text(yaml.safe_dump(model, sort_keys=False))
    unhedged("validate", path, check=0)
    path.write_text(yaml.safe_dump(model | change, sort_keys=False))
    done = unhedged("validate", path, check=3)
    assert message in done.stderr, done.stderr
    assert "own.yaml:" in done.stderr


def test_shipped_models_are_sound_and_described(unhedged, root):
    files = sorted((root / "margin_models").glob("*.yaml"))
    assert [file.stem for file in files] == PRESETS
    done = unhedged("validate", *files, check=0)
    assert done.stdout.count("a sound margin model") == len(files) and not done.stderr
    listed = unhedged("describe", "margin_models", check=0).stdout
    for name in PRESETS:
        assert f"{name}: " in listed
        one = unhedged("describe", "margin_models", name, check=0).stdout
        assert "sources:" in one and "date:" in one
        assert yaml.safe_load((root / f"margin_models/{name}.yaml").read_text())["name"] == name
    assert "must set: price_scan vol_scan" in unhedged("describe", "margin_models", "span_16", check=0).stdout
    assert 'did you mean "stans"' in unhedged("describe", "margin_models", "stan", check=3).stderr


def test_a_run_checks_its_yardsticks_and_may_be_resumed(unhedged, tmp_path):
    path = tmp_path / "run.yaml"
    text = STRADDLES.replace("YARDSTICKS", "yardsticks: [deribit_pm_2024_06]")
    path.write_text(text)
    unhedged("run", path, cwd=tmp_path, check=0)
    for wanted, message in (("[nothing]", "unknown margin model"), ("[]", "is empty")):
        assert message in unhedged("validate", path, "--set", f"yardsticks={wanted}", check=3).stderr
    (tmp_path / "margin_models").mkdir()
    (tmp_path / "margin_models/own.yaml").write_text(yaml.safe_dump(MODEL))
    path.write_text(text.replace("deribit_pm_2024_06", "own"))
    for shard in ("1/2", "2/2"):
        unhedged("run", path, "-o", tmp_path / f"{shard[0]}.h5", "--shard", shard, "--paths", "512", check=0)
    (tmp_path / "margin_models/own.yaml").unlink()  # a shard has the texts of all files of its run
    unhedged("merge", tmp_path / "1.h5", tmp_path / "2.h5", "-o", tmp_path / "all.h5", check=0)


def test_models_are_found_beside_a_folder_that_is_a_link(unhedged, tmp_path, root):
    (tmp_path / "configs").symlink_to(root / "configs")
    done = unhedged("margin", "configs/listed_options.yaml", cwd=tmp_path, check=0)
    assert "deribit_pm_2024_06" in done.stdout and "cannot be read" not in done.stderr


def test_a_run_tells_how_often_requirements_are_too_small(unhedged, tmp_path):
    path = tmp_path / "straddles.yaml"
    path.write_text(
        STRADDLES.replace("YARDSTICKS",
                          "yardsticks: [deribit_pm_2024_06, {" + SPAN + "}, stans, hyperliquid]"))
    report = json.loads(unhedged("run", path, "--json", cwd=tmp_path).stdout)
    names = ["deribit_pm_2024_06", "span_16", "stans"]  # tiers and leverage are of perpetuals alone
    assert [one["name"] for one in report["yardsticks"]] == names
    assert [one["nominal"] for one in report["yardsticks"]] == pytest.approx([.01, .01, .01])
    assert [one["horizon_years"] * 365 for one in report["yardsticks"]] == pytest.approx([1, 1, 2])
    today = json.loads(unhedged("margin", path, "--json").stdout)
    for row in report["yardsticks"]:
        for book, hedger in (("spot", "spot"), ("perpetual", "perpetual"), ("book", "unhedged")):
            assert row["required"][hedger] == required(today, row["name"], book)["initial"]
    with h5py.File(tmp_path / "out.h5") as file:
        assert file.attrs["format_version"] in ("1.6", b"1.6")
        for y, name in enumerate(names):
            assert file["yardsticks/yardstick"].asstr()[y] == name
            for h, cell in enumerate(report["cells"]):
                asked = report["yardsticks"][y]["required"]
                assert file["yardsticks/required"][y, h] == asked[cell["hedger"]]
                for kind in ("uncovered", "uncovered_traded"):
                    share = cell["summary"][f"p_{kind}_{name}"]
                    assert share["value"] == file[f"{kind}_{name}"][0, h].mean()
                    assert share["lower"] <= share["value"] <= share["upper"] < 1
    table = unhedged("run", path, "--force", "--width", "100", cwd=tmp_path).stdout
    assert "held: today's position" in table
    assert any(line.split()[:3] == ["span_16", "1", "d"] for line in table.splitlines())
