"""The book as the user wrote it: summary before the run, rows and text in the result."""
import math

import h5py
import pytest
import xarray as xr
from conftest import SMALL

BOOK = """\
id,instrument,asset,strike,expiry,quantity,trader,group
c1,call,A,100,30 d,-10,ann,income
p1,put,A,90 %,60 d,5,bob,tail
f1,forward,A,101,30 d,2,ann,income
s1,spot,A,,,3,ann,
"""


@pytest.fixture
def desk(tmp_path):
    (tmp_path / "desk.csv").write_text(BOOK)
    path = tmp_path / "desk.yaml"
    path.write_text(SMALL.replace("[{instrument: call, asset: A, strike: 100, expiry: 30 d, quantity: -1}]",
                                  "{file: desk.csv, ignore_columns: [trader]}")
                    .replace("half_spread: 5 bp", "half_spread: 5 bp, rate: 3 %, yield: 1 %"))
    return path


def normal(x):
    return 0.5 * math.erfc(-x / math.sqrt(2))


def density(x):
    return math.exp(-0.5 * x * x) / math.sqrt(2 * math.pi)


def black_scholes(sign, strike, tau, spot=100.0, vol=0.2, rate=0.03, yield_=0.01):
    """Value, delta, gamma, vega, theta; written from the formulas."""
    sd = vol * math.sqrt(tau)
    d1 = (math.log(spot / strike) + (rate - yield_) * tau) / sd + sd / 2
    d2 = d1 - sd
    share, cash = math.exp(-yield_ * tau), strike * math.exp(-rate * tau)
    value = sign * (spot * share * normal(sign * d1) - cash * normal(sign * d2))
    theta = -spot * share * density(d1) * vol / (2 * math.sqrt(tau)) - sign * (
        rate * cash * normal(sign * d2) - yield_ * spot * share * normal(sign * d1))
    return value, sign * share * normal(
        sign * d1), share * density(d1) / (spot * sd), spot * share * density(d1) * math.sqrt(tau), theta


def expected():
    call, put = black_scholes(1, 100, 30 / 365), black_scholes(-1, 90, 60 / 365)
    tau = 30 / 365
    share, cash = math.exp(-0.01 * tau), 101 * math.exp(-0.03 * tau)
    forward = (100 * share - cash, share, 0, 0, 0.01 * 100 * share - 0.03 * cash)
    spot = (100, 1, 0, 0, 0)
    value, delta, gamma, vega, theta = (-10 * c + 5 * p + 2 * f + 3 * s
                                        for c, p, f, s in zip(call, put, forward, spot))
    return value, value, delta, gamma * 0.01 * 100, vega * 0.01, theta / 365


def numbers(text):
    row = next(line for line in text.splitlines() if line.startswith("A "))
    scale = {"k": 1e3, "M": 1e6}
    out, words = [], row.split()
    for index, word in enumerate(words[1:], 1):
        if word in scale:
            out[-1] *= scale[word]
        else:
            out.append(float(word))
    return out


@pytest.mark.parametrize("command", [["validate"], ["run", "--force"]])
def test_the_summary_is_that_of_the_book(unhedged, desk, command):
    done = unhedged(*command, desk, cwd=desk.parent, check=0)
    text = done.stdout if command == ["validate"] else done.stderr
    positions, expiring, *shown = numbers(text)
    assert (positions, expiring) == (4, 2)
    assert shown == pytest.approx(expected(), rel=2e-3)
    assert "2 of 4 positions expire inside the horizon" in text


def test_quiet_prints_no_summary(unhedged, desk):
    assert unhedged("run", desk, "--quiet", cwd=desk.parent, check=0).stderr == ""


def test_the_book_stands_in_the_result(unhedged, desk):
    unhedged("run", desk, cwd=desk.parent, check=0)
    with xr.open_dataset(desk.parent / "out.h5", group="positions") as rows:
        assert list(rows.id.values) == ["c1", "p1", "f1", "s1"]
        assert list(rows.group.values) == ["income", "tail", "income", ""]
        assert list(rows.instrument.values) == ["call", "put", "forward", "spot"]
        assert rows.strike.values == pytest.approx([100, 90, 101, 0])
        assert rows.quantity.values == pytest.approx([-10, 5, 2, 3])
        assert rows.mark.values[0] == pytest.approx(black_scholes(1, 100, 30 / 365)[0], rel=1e-12)
        assert rows.text.values[0] == BOOK
    with h5py.File(desk.parent / "out.h5") as file:
        assert file["positions"].attrs["file"].endswith("desk.csv")


def test_columns_of_others_are_named_to_be_ignored(unhedged, desk):
    text = desk.read_text()
    desk.write_text(text.replace("[trader]", "[]"))
    assert 'unknown column "trader"' in unhedged("validate", desk, check=3).stderr
    desk.write_text(text.replace("[trader]", "[tradr]"))
    assert 'no column "tradr" to ignore; did you mean "trader"' in unhedged("validate", desk, check=3).stderr


def test_worst_paths_reconcile(unhedged, desk):
    """P&L so far starts at the cost of the first trade and ends, over the assets, at the P&L of the path."""
    unhedged("run", desk, cwd=desk.parent, check=0)
    with xr.open_dataset(desk.parent / "out.h5", group="worst_paths") as worst:
        scale = abs(worst.pnl).max().item()
        assert abs(worst.pnl_so_far.isel(time=-1).sum("asset") - worst.pnl).max().item() < 1e-9 * scale
        start = worst.pnl_so_far.isel(time=0) + worst.cost.isel(time=0)
        assert abs(start).max().item() < 1e-9 * scale
        assert worst.cost.sel(hedger="h").diff("time").min().item() >= 0
        assert worst.implied_volatility.values == pytest.approx(0.2)
        assert worst.date.values[0] == "day 0 00:00" and worst.date.values[-1] == "day 30 00:00"


def test_dates_of_a_trading_calendar_skip_weekends(unhedged, desk):
    desk.write_text(desk.read_text().replace("market: {",
                                             "market: {date: 2020-03-12, calendar: trading, ").replace(
                                                 "horizon: 30 d, step: 1 d",
                                                 "horizon: 5 d, step: 195 min").replace("30 d", "5 d"))
    unhedged("run", desk, cwd=desk.parent, check=0)
    with xr.open_dataset(desk.parent / "out.h5", group="worst_paths") as worst:
        assert list(worst.date.values[:5]) == [
            "2020-03-12 open+00:00", "2020-03-12 open+03:15", "2020-03-13 open+00:00",
            "2020-03-13 open+03:15",
            "2020-03-16 open+00:00"
        ]
