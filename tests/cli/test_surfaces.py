"""Surfaces of implied volatility from outside: the file, the echo, the result."""
import h5py
import numpy as np
import pytest

CONFIG = """\
name: listed
market: {date: 2024-01-05, assets: {A: {spot: 100, half_spread: 5 bp, rate: 3 %, surface: quotes.csv}}}
portfolio: [{instrument: put, asset: A, strike: 95, expiry: 30 d, quantity: -10}]
scenarios: [{name: s, regimes: {r: {dynamics: {A: {model: gbm, volatility: 1 x}}}}}]
hedgers: {h: {model: black_scholes}}
simulation: {horizon: 10 d, step: 1 d, paths: 500}
output: {file: out.h5, worst_paths: 2}
"""
QUOTES = """\
# invented
expiry,strike,volatility
7 d,95,24.1 %
7 d,100,21 %
7 d,105,20.2 %
2024-02-04,90,24.9 %
2024-02-04,95,22.8 %
2024-02-04,100,21.2 %
2024-02-04,110,20.1 %
60 d,80 %,27 %
60 d,100 %,0.22
60 d,120 %,20.5 %
"""


@pytest.fixture
def listed(tmp_path):
    (tmp_path / "quotes.csv").write_text(QUOTES)
    path = tmp_path / "listed.yaml"
    path.write_text(CONFIG)
    return path


def test_validate_echoes_the_fit_of_every_expiry(unhedged, listed):
    lines = unhedged("validate", listed, check=0).stdout.splitlines()
    assert lines[0].endswith("listed.yaml: sound")
    (start, ) = [
        i for i, line in enumerate(lines) if line.startswith("A: today's implied volatilities, 1 x is 21.")
    ]
    lines = lines[start:]
    assert lines[1].split("  ")[0] == "expiry" and "worst error" in lines[1]
    assert [line.split()[:3] for line in lines[2:]] == [["7", "d", "3"], ["30", "d", "4"], ["60", "d", "3"]]
    assert unhedged("validate", "--quiet", listed, check=0).stdout == ""
    run = unhedged("run", listed, cwd=listed.parent, check=0)
    assert "\n".join(lines) in run.stderr


def volatility(slices, row, k):
    """docs/methods/quotes.md, from the numbers of the file."""
    expiry, theta, rho, psi = (slices[name][row] for name in ("expiry", "theta", "rho", "psi"))
    line = theta + rho * psi * k
    return np.sqrt((line + np.sqrt(line**2 + psi**2 * (1 - rho**2) * k**2)) / 2 / expiry)


def test_the_result_keeps_the_surface_and_its_errors(unhedged, listed):
    unhedged("run", listed, cwd=listed.parent, check=0)
    with h5py.File(listed.parent / "out.h5") as file:
        assert [name.decode() for name in file["diagnostics/surface"][:]] == ["A"] * 3
        slices = {
            key: file[f"diagnostics/surface_{key}"][:]
            for key in ("expiry", "theta", "rho", "psi", "quotes", "rms_error", "worst_error")
        }
    assert np.allclose(slices["expiry"], np.array([7, 30, 60]) / 365)
    quotes = {
        0: [(95, 0.241), (100, 0.21), (105, 0.202)],
        1: [(90, 0.249), (95, 0.228), (100, 0.212), (110, 0.201)],
        2: [(80, 0.27), (100, 0.22), (120, 0.205)]
    }
    for row, listing in quotes.items():
        misses = [
            volatility(slices, row,
                       np.log(strike / 100) - 0.03 * slices["expiry"][row]) - vol for strike, vol in listing
        ]
        assert len(misses) == slices["quotes"][row]
        assert np.isclose(np.sqrt(np.mean(np.square(misses))), slices["rms_error"][row], atol=1e-12)
        assert np.isclose(max(misses, key=abs), slices["worst_error"][row], atol=1e-12)


@pytest.mark.parametrize("wrong, message", [
    (QUOTES.replace("volatility\n", "vol\n",
                    1), 'quotes.csv:2:15: market.assets.A.surface: unknown column "vol"'),
    (QUOTES.replace(",95,24.1 %", ",95,", 1), "quotes.csv:3"),
    (QUOTES.replace("24.1 %", "-24.1 %"), "quotes.csv:3:8: market.assets.A.surface[0].volatility"),
    (QUOTES.replace("7 d,105", "7 d,100"), "the same expiry and strike"),
    (QUOTES.replace("7 d,105,20.2 %\n", ""), "three strikes are needed"),
    (QUOTES.replace("2024-02-04", "2023-02-04"), "lies in the past"),
    ("expiry,strike,volatility\n", "no rows"),
])
def test_bad_files_are_refused_with_their_place(unhedged, listed, wrong, message):
    (listed.parent / "quotes.csv").write_text(wrong)
    done = unhedged("validate", listed, check=3)
    assert message in done.stderr, done.stderr


def test_quotes_that_cannot_be_met_are_warned_of(unhedged, listed):
    (listed.parent / "quotes.csv").write_text(QUOTES.replace("95,22.8 %", "95,32.8 %"))
    done = unhedged("validate", listed, check=0)
    for part in ("quotes.csv:7", "room for arbitrage", "vol points"):
        assert part in done.stderr
