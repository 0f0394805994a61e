"""The program from outside: exit codes, messages, and what is left on the disk."""
import json

import signal
import subprocess
import time

import pytest
from conftest import PROGRAM, ROOT, SMALL


def left_behind(folder):
    return sorted(p.name for p in folder.iterdir())


def test_version_is_the_one_of_the_project(unhedged, root):
    version = next(w for w in (root / "CMakeLists.txt").read_text().split()
                   if w[0].isdigit() and w.count(".") == 2)
    assert version in unhedged("--version", check=0).stdout


@pytest.mark.parametrize("arguments",
                         [["--help"], ["run", "--help"], ["validate", "--help"], ["describe", "--help"]])
def test_help(unhedged, arguments):
    assert "unhedged" in unhedged(*arguments, check=0).stdout


@pytest.mark.parametrize("arguments",
                         [[], ["fly"], ["run"], ["run", "x.yaml", "--threads", "-1"], ["run", "a", "b"]])
def test_usage_errors_exit_with_2(unhedged, arguments):
    assert unhedged(*arguments, check=2).stderr


def test_every_shipped_configuration_is_sound(unhedged, root):
    configs = sorted((root / "configs").glob("*.yaml"))
    assert len(configs) >= 2
    done = unhedged("validate", *configs, check=0)
    assert done.stdout.count("sound") == len(configs)


def test_every_shipped_scenario_is_sound(unhedged, root, tmp_path):
    names = [p.stem for p in sorted((root / "scenarios").glob("*.yaml"))]
    config = tmp_path / "all.yaml"
    config.write_text(
        SMALL.replace("implied_vol: 20 %", "implied_vol: 20 %, daily_volume: 1e6").replace(
            "[{name: s, regimes: {r: {dynamics: {A: {model: gbm, volatility: 1 x}}}}}]",
            str(names)).replace("step: 1 d", "step: 15 min"))
    unhedged("validate", config, check=0)


def test_run_prints_a_table_and_writes_the_file(unhedged, small):
    done = unhedged("run", small, cwd=small.parent, check=0)
    lines = done.stdout.splitlines()
    assert "s" in lines
    assert [line.split()[0] for line in lines[lines.index("s") + 1:][:2]] == ["h", "unhedged"]
    assert "±" in lines[lines.index("s") + 1]
    assert left_behind(small.parent) == ["out.h5", "small.yaml"]


def test_quiet_is_quiet_and_json_is_json(unhedged, small):
    done = unhedged("run", small, "--quiet", "--json", cwd=small.parent, check=0)
    assert done.stderr == ""
    cells = json.loads(done.stdout)["cells"]
    assert {c["hedger"] for c in cells} == {"h", "unhedged"}
    es = cells[0]["summary"]["es_95"]
    assert es["lower"] < es["value"] < es["upper"]


def test_existing_output_needs_force(unhedged, small):
    unhedged("run", small, cwd=small.parent, check=0)
    before = (small.parent / "out.h5").read_bytes()
    done = unhedged("run", small, cwd=small.parent, check=4)
    assert "--force" in done.stderr and "out.h5" in done.stderr
    assert (small.parent / "out.h5").read_bytes() == before
    unhedged("run", small, "--force", cwd=small.parent, check=0)


def test_unwritable_output(unhedged, small):
    done = unhedged("run", small, "-o", "/proc/nowhere/out.h5", cwd=small.parent, check=4)
    assert "/proc/nowhere/out.h5" in done.stderr
    assert left_behind(small.parent) == ["small.yaml"]


def test_output_that_is_a_folder(unhedged, small):
    assert "directory" in unhedged("run", small, "-o", small.parent, check=4).stderr


def test_full_disk(unhedged, small, tmp_path):
    """A file size limit stands for a disk that fills up."""
    script = f"ulimit -f 8; exec {PROGRAM} run {small} --paths 20000 --quiet"
    done = subprocess.run(["bash", "-c", "trap '' XFSZ; " + script],
                          cwd=small.parent,
                          capture_output=True,
                          text=True)
    assert done.returncode == 4, done.stderr
    assert left_behind(small.parent) == ["small.yaml"]


def test_missing_configuration(unhedged, tmp_path):
    done = unhedged("run", tmp_path / "none.yaml", check=4)
    assert "none.yaml" in done.stderr and "No such file" in done.stderr


def test_unreadable_yaml_names_line_and_column(unhedged, tmp_path):
    path = tmp_path / "bad.yaml"
    path.write_text("name: x\nmarket: [1, 2\n")
    done = unhedged("run", path, check=3)
    assert "bad.yaml:3:" in done.stderr or "bad.yaml:2:" in done.stderr
    assert "error at line 0" not in done.stderr


@pytest.mark.parametrize("binary", [b"\x89HDF\r\n\x1a\n\x00\x00", b"\xff\xfe\x00n", b""])
def test_files_that_are_no_configuration(unhedged, tmp_path, binary):
    path = tmp_path / "bad.yaml"
    path.write_bytes(binary)
    assert "bad.yaml" in unhedged("run", path, check=3).stderr


def test_all_problems_in_one_pass_and_nothing_left(unhedged, small):
    text = small.read_text().replace("spot: 100",
                                     "spot: -1").replace("asset: A",
                                                         "asset: B").replace("paths: 500", "pths: 500")
    small.write_text(text)
    for command in ("run", "validate"):
        done = unhedged(command, small, cwd=small.parent, check=3)
        for part in ("market.assets.A.spot", 'portfolio[0].asset: unknown asset "B"', "simulation.pths",
                     'did you mean "paths"?', "simulation.paths: is missing"):
            assert part in done.stderr
    assert left_behind(small.parent) == ["small.yaml"]


def test_unknown_scenario_suggests(unhedged, small):
    text = small.read_text()
    start, end = text.index("scenarios:"), text.index("hedgers:")
    small.write_text(text[:start] + "scenarios: [clam]\n" + text[end:])
    done = unhedged("run", small, check=3)
    assert 'unknown scenario "clam"; did you mean "calm"?' in done.stderr


def test_portfolio_from_csv(unhedged, small):
    (small.parent / "desk.csv").write_text(
        "instrument,asset,strike,expiry,quantity,premium\ncall,A,100 %,30 d,-1,\nput,A,95,2020-06-19,2,1.5\n")
    text = small.read_text().replace("{assets", "{date: 2020-03-11, assets")
    start, end = text.index("portfolio:"), text.index("scenarios:")
    small.write_text(text[:start] + "portfolio: desk.csv\n" + text[end:])
    unhedged("run", small, cwd=small.parent, check=0)
    (small.parent / "desk.csv"
     ).write_text("instrument,asset,strike,expiry,quantity\ncall,A,100,30 d,-1\ncall,Z,-5,30 d,many\n")
    done = unhedged("validate", small, cwd=small.parent, check=3)
    assert "desk.csv:3:6" in done.stderr and 'unknown asset "Z"' in done.stderr
    assert "desk.csv:3:8" in done.stderr and "desk.csv:3:16" in done.stderr


def test_breached_limit_exits_with_6_and_still_writes(unhedged, small):
    done = unhedged("run", small, "--set", "risk.limits.es_99=0.001", cwd=small.parent, check=6)
    assert "limit breached: es_99 of h in s" in done.stderr
    assert (small.parent / "out.h5").exists()


def test_the_unhedged_book_is_a_yardstick_without_a_limit_unless_it_stands_alone(unhedged, small):
    limit = ["--set", "risk.limits.es_99=5"]  # below the unhedged book's, above the hedged one's
    assert "limit breached" not in unhedged("run", small, *limit, cwd=small.parent, check=0).stderr
    small.write_text(SMALL.replace("{h: {model: black_scholes}}", "{book: {model: none}}"))
    assert "limit breached: es_99 of book in s" in unhedged("run",
                                                            small,
                                                            "--force",
                                                            *limit,
                                                            cwd=small.parent,
                                                            check=6).stderr


def test_numerical_failure_names_the_path(unhedged, small):
    small.write_text(small.read_text().replace("{model: gbm, volatility: 1 x}",
                                               "{model: gbm, volatility: 0, drift: 1e7}"))
    done = unhedged("run", small, cwd=small.parent, check=5)
    assert "scenario s, hedger h" in done.stderr and "path 0" in done.stderr
    assert left_behind(small.parent) == ["small.yaml"]


def test_numerical_failure_names_the_step_and_how_to_repeat_it(unhedged, small):
    """The spot leaves the doubles where 24 493 a year times the time is above 705: on day 11."""
    small.write_text(small.read_text().replace("{model: gbm, volatility: 1 x}",
                                               "{model: gbm, volatility: 0, drift: 24493}"))
    whole = unhedged("run", small, cwd=small.parent, check=5).stderr
    assert "spot of A at step 11 of 30" in whole and "step by step: unhedged replay" in whole


def test_a_merge_says_so_of_shards_as_a_run_does(unhedged, small):
    small.write_text(small.read_text().replace("{model: gbm, volatility: 1 x}",
                                               "{model: gbm, volatility: 0, drift: 24493}"))
    words = ("--set", "simulation.seed=5")
    for index in (1, 2):
        unhedged("run", "small.yaml", *words, "--shard", f"{index}/2", "-o", f"part{index}", cwd=small.parent,
                 check=0)
    done = unhedged("merge", "part1", "part2", "-o", "all.h5", cwd=small.parent, check=5)
    whole = unhedged("run", "small.yaml", *words, cwd=small.parent, check=5)
    told = [text.stderr.splitlines()[-1] for text in (done, whole)]
    assert told[0] == told[1] and "--set simulation.seed=5" in told[0]
    assert "spot of A at step 11 of 30" in told[0] and "step by step: unhedged replay small.yaml" in told[0]
    assert left_behind(small.parent) == ["part1", "part2", "small.yaml"]


@pytest.mark.parametrize("spot", ["1e160", "1e290", "1e-250"])
def test_the_size_of_the_money_neither_overflows_nor_vanishes(unhedged, small, spot):
    """Everything is in proportion to the spot: what is without units must not move, and no end is
    infinite."""
    import h5py
    import numpy as np

    def summary(value, name):
        small.write_text(SMALL.replace("spot: 100", f"spot: {value}").replace("strike: 100", "strike: 100 %"))
        unhedged("run", small, "-o", name, "--paths", "2000", cwd=small.parent, check=0)
        with h5py.File(small.parent / name) as file:
            units = [u.decode() if isinstance(u, bytes) else u for u in file["metric_units"][:]]
            return file["summary"][0], np.array([u == "account currency" for u in units])

    plain, money = summary("1", "plain.h5")
    scaled, _ = summary(spot, "scaled.h5")
    assert not np.isinf(scaled).any()
    expected = np.where(money[None, :, None], plain * float(spot), plain)
    assert np.allclose(scaled, expected, rtol=1e-6, atol=0, equal_nan=True)


def test_a_summary_that_leaves_the_range_of_doubles_is_a_numerical_failure(unhedged, small):
    small.write_text(SMALL.replace("spot: 100", "spot: 1.2e307").replace("strike: 100", "strike: 100 %")
                     .replace("quantity: -1", "quantity: -10"))
    done = unhedged("run", small, "--paths", "2000", cwd=small.parent, check=5)
    assert "scenario s, hedger h: turnover" in done.stderr
    assert left_behind(small.parent) == ["small.yaml"]


def test_few_paths_have_numbers_without_intervals(unhedged, small):
    done = unhedged("run", small, "--paths", "18", "--json", cwd=small.parent, check=0)
    summary = json.loads(done.stdout)["cells"][0]["summary"]
    for metric in ("es_99", "var_99", "es_95", "es_effectiveness_99", "skewness", "worst_loss"):
        assert summary[metric]["value"] is not None and summary[metric]["lower"] is None and summary[metric][
            "upper"] is None
    assert summary["mean"]["lower"] < summary["mean"]["value"] < summary["mean"]["upper"]


def test_strict_refuses_a_repair(unhedged, small):
    text = small.read_text().replace("{assets: {A: {spot: 100, implied_vol: 20 %, half_spread: 5 bp}}}", (
        "{assets: {A: {spot: 1, implied_vol: 20 %}, B: {spot: 1, implied_vol: 20 %}, C: {spot: 1, "
        "implied_vol: 20 %}}, correlation: "
        "[{between: [A, B], value: 0.9}, {between: [B, C], value: 0.9}, {between: [A, C], value: -0.9}]}"))
    small.write_text(text.replace("dynamics: {A:", "dynamics: {default:"))
    done = unhedged("run", small, cwd=small.parent, check=0)
    assert "warning" in done.stderr and "Frobenius" in done.stderr
    assert "--strict" in unhedged("validate", small, "--strict", check=3).stderr


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_interruption_leaves_nothing(small, number):
    running = subprocess.Popen(
        [str(PROGRAM), "run", str(small), "--paths", "100000000", "--quiet"],
        cwd=small.parent,
        stderr=subprocess.PIPE,
        text=True)
    time.sleep(1.0)
    running.send_signal(number)
    _, errors = running.communicate(timeout=60)
    assert running.returncode == 130, errors
    assert "interrupted" in errors
    assert left_behind(small.parent) == ["small.yaml"]


def test_a_run_that_cannot_fit_is_refused(unhedged, small):
    done = unhedged("run", small, "--paths", "1e12", cwd=small.parent, check=4)
    assert "GiB" in done.stderr


def test_progress_is_plain_lines_when_stderr_is_no_terminal(unhedged, small):
    assert "\r" not in unhedged("run", small, cwd=small.parent, check=0).stderr


@pytest.mark.parametrize("arguments, part",
                         [(["describe"], "heston"), (["describe", "models", "bates"], "jump_rate"),
                          (["describe", "hedgers", "black_scholes"], "rebalance.delta_band"),
                          (["describe", "instruments"], "forward"),
                          (["describe", "scenarios", "crypto_crash_2020_03"], "BTC-USD.csv"),
                          (["describe", "keys"], "simulation.paths")])
def test_describe(unhedged, arguments, part):
    assert part in unhedged(*arguments, check=0).stdout


def test_describe_unknown(unhedged):
    assert 'did you mean "heston"?' in unhedged("describe", "models", "hestn", check=3).stderr


def test_the_same_bits_on_every_instruction_set(unhedged, small):
    import h5py
    import numpy as np

    results = []
    for isa in ("baseline", "avx2", "avx512"):
        out = small.parent / f"{isa}.h5"
        unhedged("run", small, "-o", out, env={"UNHEDGED_ISA": isa}, check=0)
        with h5py.File(out) as file:
            results.append(file["pnl"][:])
    assert all(np.array_equal(results[0], r) for r in results[1:])
