"""The printed table: what it shows at which width, without wrapping, and its exact text."""
import json
import os
import pty
import re
import signal
import struct
import subprocess
import termios
import time
import fcntl

import pytest
from conftest import PROGRAM, SMALL

LEVELS = SMALL.replace("output:",
                       "risk: {levels: [95 %, 97.5 %, 99 %]}\noutput:").replace("paths: 500", "paths: 2000")
CORE = ["mean", "sd", "VaR 99 %", "ES 99 %", "P(worse)"]


@pytest.fixture
def desk(tmp_path):
    """Three levels, and hedgers of long and short names."""
    path = tmp_path / "desk.yaml"
    path.write_text(
        LEVELS.replace(
            "{h: {model: black_scholes}}", "{black_scholes: {model: black_scholes}, "
            "the_desk_at_a_fixed_volatility_of_thirty: {model: black_scholes, volatility: 30 %}}"))
    return path


def table(unhedged, config, *arguments, check=0):
    return unhedged("run", config, "--quiet", "--force", *arguments, cwd=config.parent, check=check).stdout


@pytest.mark.parametrize("width", [60, 80, 120, 200])
def test_no_line_is_longer_than_the_width_and_the_five_numbers_are_there(unhedged, desk, width):
    lines = table(unhedged, desk, "--width", width).splitlines()
    assert max(map(len, lines)) <= width
    head = next(line for line in lines if "mean" in line and "sd" in line and "P(worse)" in line)
    places = [head.index(name) for name in CORE]
    assert places == sorted(places)
    for hedger in ("black_s", "the_des", "unhedged"):
        (row,) = [line for line in lines if line.startswith("  " + hedger)]
        assert len(re.findall(r"-?\d[\d.]*(?: [kMGT%])?", row)) >= (5 if hedger != "unhedged" else 4), row


def test_the_text_is_known_to_the_byte(unhedged, small):
    small.write_text(LEVELS.replace("{model: gbm, volatility: 1 x}", "{model: gbm, volatility: 0, drift: 0}")
                     .replace("market: {", "market: {currency: USD, "))
    assert table(unhedged, small, "--width", 80) == """\
small: 2000 paths; P&L at the horizon of 30 d, undiscounted, in USD.
mean: a gain is positive. VaR, ES: a loss is positive. ± is half the 95 %
interval, [ ] its ends.

                mean        sd  VaR 99 %   ES 99 %          P(worse)  ES 97.5 %
s
  h            2.261         0    -2.261    -2.261           100.0 %     -2.261
  unhedged     2.287         0    -2.287    -2.287                 -     -2.287

P(worse): share of paths on which hedging loses more than not hedging.
Not shown in 80 columns: es_95, es_above_best, var_97.5, var_95, cost. More:
--width N, --columns NAME,... or all.

Largest causes of the mean P&L of the worst 1 % of paths; all sum to -es_99:
  s
    h         spread -0.02614, theta 0.03956, vega 2.248
    unhedged  theta 0.03956, vega 2.248
"""


def test_what_was_set_on_the_command_line_is_told(unhedged, small):
    assert "set:" not in table(unhedged, small)
    text = table(unhedged, small, "--set", "market.assets.A.spot=101", "--paths", 100)
    assert text.splitlines()[1] == "set: market.assets.A.spot=101, simulation.paths=100"


@pytest.mark.parametrize(
    "width, more",
    [(80, ["±"]), (120, ["±", "ES 97.5 %"]),
     (200, ["±", "ES 97.5 %", "ES 95 %", "above best", "VaR 97.5 %", "VaR 95 %", "cost", "["])])
def test_wider_shows_more_and_says_what_is_left(unhedged, desk, width, more):
    text = table(unhedged, desk, "--width", width)
    for part in more:
        assert part in text
    names = re.search(r"Not shown in \d+ columns: ([^:]*)\. More", text.replace("\n", " "))
    shown = {
        "ES 95 %": "es_95",
        "ES 97.5 %": "es_97.5",
        "VaR 95 %": "var_95",
        "VaR 97.5 %": "var_97.5",
        "cost": "cost"
    }
    left = names.group(1).split(", ") if names else []
    for heading, name in shown.items():
        assert (name in left) != (re.search(rf"  {re.escape(heading)}(  |$)", text, re.M) is not None), name


def test_the_header_says_what_the_numbers_are(unhedged, desk):
    desk.write_text(desk.read_text().replace("market: {", "market: {currency: EUR, "))
    text = " ".join(table(unhedged, desk, "--width", 80).split())
    for part in ("2000 paths", "horizon of 30 d", "in EUR", "a gain is positive",
                 "VaR, ES: a loss is positive", "95 % interval"):
        assert part in text
    assert "in account currency" in table(unhedged, small_of(desk))


def small_of(desk):
    path = desk.parent / "plain.yaml"
    path.write_text(SMALL)
    return path


def test_few_losses_in_the_tail_are_named(unhedged, small):
    text = " ".join(table(unhedged, small).split())
    assert "fewer than 10 losses are in the tail of es_99." in text and "±n/a" in text
    assert "n/a" not in table(unhedged, small, "--paths", 2000)


def test_paths_on_which_feedback_ran_away_are_told_at_any_width(unhedged, tmp_path):
    path = tmp_path / "crowd.yaml"
    text = SMALL.replace("1 x}}}}}]", "1 x}}}}, feedback: {crowding: CROWD, permanent: 100}}]")
    text = text.replace("spot: 100,", "spot: 100, daily_volume: 1000,")
    path.write_text(text.replace("CROWD", "1000"))
    note = "p_exploded: feedback ran away, and hedging stopped, on "
    assert f"{note}100 % of the paths of h in s." in " ".join(table(unhedged, path, "--width", 60).split())
    path.write_text(text.replace("CROWD", "1e-9"))
    assert "ran away" not in table(unhedged, path)


def test_columns_are_chosen_by_name(unhedged, desk):
    text = table(unhedged, desk, "--columns", "es_97.5,skewness,turnover", "--width", 120)
    for part in ("ES 97.5 %", "skewness", "turnover", "["):
        assert part in text
    assert "P(worse)" not in text
    done = unhedged("run", desk, "--columns", "skewnes", cwd=desk.parent, check=2)
    assert 'did you mean "skewness"?' in done.stderr
    assert "--columns" in done.stderr
    unhedged("run", desk, "--columns", "mean", "--json", cwd=desk.parent, check=2)


@pytest.mark.parametrize("width", [60, 80, 200])
def test_all_columns_stand_in_blocks_and_agree_with_the_json(unhedged, desk, width):
    text = table(unhedged, desk, "--columns", "all", "--width", width)
    assert max(map(len, text.splitlines())) <= width
    metrics = json.loads(table(unhedged, desk, "--json"))["cells"][0]["summary"]
    for name in metrics:
        heading = re.sub(r"^(var|es)_([\d.]+)$", lambda m: f"{'VaR' if m[1] == 'var' else 'ES'} {m[2]} %",
                         name)
        assert ("P(worse)" if name == "p_worse_than_unhedged" else heading) in text, name


def test_piped_output_depends_on_nothing_around_it(unhedged, small):
    texts = {table(unhedged, small)}
    for environment in ({"COLUMNS": "40", "LINES": "10"}, {"TERM": "dumb"}, {"LC_ALL": "C", "LANG": "C"}):
        texts.add(
            unhedged("run", small, "--quiet", "--force", cwd=small.parent, env=environment, check=0).stdout)
    assert len(texts) == 1
    assert max(map(len, texts.pop().splitlines())) <= 120


@pytest.mark.parametrize("width", [80, 150])
def test_on_a_terminal_its_width_counts(small, width):
    primary, secondary = pty.openpty()
    fcntl.ioctl(secondary, termios.TIOCSWINSZ, struct.pack("HHHH", 40, width, 0, 0))
    done = subprocess.Popen([str(PROGRAM), "run", str(small), "--quiet"],
                            cwd=small.parent,
                            stdout=secondary,
                            stderr=subprocess.PIPE)
    os.close(secondary)
    text = b""
    while True:
        try:
            part = os.read(primary, 65536)
        except OSError:
            break
        if not part:
            break
        text += part
    assert done.wait(60) == 0
    lines = text.decode().splitlines()
    assert 0.6 * width < max(map(len, lines)) <= width


@pytest.mark.parametrize("width", ["59", "1001", "wide"])
def test_a_width_out_of_bounds_is_a_usage_error(unhedged, small, width):
    unhedged("run", small, "--width", width, cwd=small.parent, check=2)


def test_the_time_line_counts_preparation(unhedged, small):
    done = unhedged("run", small, cwd=small.parent, check=0)
    total, preparing, simulating, writing = map(
        float,
        re.search(r"500 paths in ([\d.]+) s \(([\d.]+) preparing, ([\d.]+) simulating, ([\d.]+) reporting\)",
                  done.stderr).groups())
    assert abs(total - preparing - simulating - writing) < 0.05


def test_a_piped_run_shows_a_heartbeat(small):
    running = subprocess.Popen([str(PROGRAM), "run", str(small), "--paths", "100000000"], cwd=small.parent,
                               stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    time.sleep(4.5)
    running.send_signal(signal.SIGINT)
    _, errors = running.communicate(timeout=60)
    assert running.returncode == 130
    assert re.search(r"of 100000000 paths .* left  es_99 of h in s .*\]$", errors, re.M), errors
    assert "\r" not in errors
