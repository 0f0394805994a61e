"""Runs that are cut short and go on, and runs in shards: whatever happens, the result has the bits of a run
that was not disturbed.

    build/venv/bin/python -m pytest tests/faults/test_overnight.py
"""
import errno
import os
import random
import shutil
import signal
import time

import h5py
import pytest
from conftest import SMALL
from running import configuration, end_of, left_in, partial, start, wait_for
from test_faults import as_nobody, disk, failing, soon  # noqa: F401  fixtures

PATHS, STEPS = 30_000, 3_000
CRASH = SMALL.replace("hedgers: {h: {model: black_scholes}}", """\
hedgers:
  h: {model: black_scholes}
  b: {model: black_scholes, rebalance: {delta_band: 5 %}}
  unhedged: {model: none}""").replace(
    "{model: gbm, volatility: 1 x}",
    "{model: merton, volatility: 1 x, jump_rate: 5, jump_mean: -5 %, jump_vol: 5 %}")
VARIABLE = {"started", "finished", "configuration_path"}


def long_run(folder, paths=PATHS, steps=STEPS, text=CRASH):
    return configuration(folder, paths, steps, text)


def journal(folder, name="out.h5"):
    return folder / f".{name}.journal"


def contents(path):
    """Everything in a result but when and how it was computed."""
    out = {}

    def visit(name, item):
        if isinstance(item, h5py.Dataset) and name not in ("inputs/input", "inputs/override"):  # names
            data = item[()]
            out[name] = data.tobytes() if data.dtype != object else [bytes(x) for x in data.ravel()]

    with h5py.File(path) as file:
        file.visititems(visit)
        out["attributes"] = {k: str(v) for k, v in file.attrs.items() if k not in VARIABLE}
    return out


@pytest.fixture(scope="module")
def undisturbed(tmp_path_factory):
    """What the run that is disturbed below comes to."""
    folder = tmp_path_factory.mktemp("undisturbed")
    assert end_of(start("run", long_run(folder), "--quiet", cwd=folder))[0] == 0
    return contents(folder / "out.h5")


def run_on(folder, *more, code=0, **options):
    got, errors = end_of(start("run", "run.yaml", "--resume", "--quiet", *more, cwd=folder, **options))
    assert got == code, (got, errors)
    return errors


def cut_short(folder, number=signal.SIGKILL, seconds=None, *more, **options):
    """A run with a journal that is sent a signal once it has some batches, or after a while."""
    running = start("run", "run.yaml", "--resume", "--quiet", *more, cwd=folder, **options)
    if seconds is None:
        empty = journal(folder).stat().st_size if journal(folder).exists() else 0
        wait_for(lambda: journal(folder).exists() and journal(folder).stat().st_size > empty + 30_000,
                 running)
    else:
        time.sleep(seconds)
    running.send_signal(number)
    return end_of(running)


# Kill, signals.

def test_killed_at_any_time_and_gone_on_with(tmp_path, undisturbed):
    """Runs are killed again and again, at random times and with other numbers of threads, until one comes
    through."""
    chance = random.Random(2)
    long_run(tmp_path)
    kills = 0
    while kills < 100:
        code, _ = cut_short(tmp_path, signal.SIGKILL, chance.uniform(0.01, 0.4), "--threads",
                            chance.choice([1, 2, 3]))
        kills += code != 0
        if (tmp_path / "out.h5").exists():  # what was killed after that had its result in place
            assert contents(tmp_path / "out.h5") == undisturbed
            (tmp_path / "out.h5").unlink()
            journal(tmp_path).unlink(missing_ok=True)
    run_on(tmp_path)
    assert contents(tmp_path / "out.h5") == undisturbed
    assert left_in(tmp_path) == ["out.h5", "run.yaml"]


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGUSR1])
def test_a_signal_keeps_what_is_finished(tmp_path, undisturbed, number):
    long_run(tmp_path)
    begin = time.monotonic()
    code, errors = cut_short(tmp_path, number)
    assert time.monotonic() - begin < 1 + soon()
    assert code == 75 and len(errors) == 1
    assert "paths are kept in .out.h5.journal: run again with --resume" in errors[0]
    assert left_in(tmp_path) == [".out.h5.journal", "run.yaml"]
    before = journal(tmp_path).stat().st_size
    code, errors = end_of(start("run", "run.yaml", "--resume", cwd=tmp_path))
    assert code == 0 and any("going on: " in e for e in errors), errors
    assert before > 30_000 and contents(tmp_path / "out.h5") == undisturbed
    assert left_in(tmp_path) == ["out.h5", "run.yaml"]


def test_a_batch_that_takes_long_is_given_up(tmp_path):
    text = SMALL.replace("{h: {model: black_scholes}}", "{unhedged: {model: none}}").replace(
        "{model: gbm, volatility: 1 x}",
        "{model: svcj, volatility: 1 x, long_run_volatility: 1 x, mean_reversion: 4, vol_of_variance: 0.5, "
        "correlation: -0.5, jump_rate: 20, jump_mean: 0, jump_vol: 5 %, variance_jump_mean: 0.1, "
        "jump_correlation: -0.1}")
    text = text.replace("worst_paths: 2", "worst_paths: 0, attribution: none")
    configuration(tmp_path, 100_000, 1_000_000, text)
    running = start("run", "run.yaml", "--resume", "--quiet", "--threads", 1, cwd=tmp_path)
    wait_for(lambda: journal(tmp_path).exists(), running)
    time.sleep(0.2)
    begin = time.monotonic()
    running.send_signal(signal.SIGTERM)
    code, errors = end_of(running)
    assert code == 75 and "--resume" in errors[0], errors
    assert time.monotonic() - begin < soon()


def test_interrupted_while_it_is_reported(tmp_path, undisturbed):
    """All batches are there: only the report is made again."""
    long_run(tmp_path)
    running = start("run", "run.yaml", "--resume", "--quiet", cwd=tmp_path)
    wait_for(lambda: partial(tmp_path).exists() and partial(tmp_path).stat().st_size > 0, running)
    running.send_signal(signal.SIGTERM)
    code, errors = end_of(running)
    if code == 75:  # it may have been about to end
        assert "kept" in errors[0] and journal(tmp_path).exists()
        run_on(tmp_path)
    assert contents(tmp_path / "out.h5") == undisturbed


# When there is a journal.

def test_long_runs_keep_a_journal_and_short_ones_do_not(tmp_path):
    for more, kept in (("", False), (", checkpoint: 10 s", False), (", checkpoint: 0.05 s", True)):
        long_run(tmp_path, text=CRASH.replace("worst_paths: 2", "worst_paths: 2" + more))
        running = start("run", "run.yaml", "--quiet", "--threads", 2, cwd=tmp_path)
        wait_for(lambda: partial(tmp_path).exists() and len(os.listdir(f"/proc/{running.pid}/task")) > 1,
                 running)
        if kept:
            wait_for(journal(tmp_path).exists, running)
        else:
            time.sleep(0.3)
        assert journal(tmp_path).exists() == kept
        running.send_signal(signal.SIGINT)
        assert end_of(running)[0] == (75 if kept else 130)


def test_a_journal_is_neither_overlooked_nor_lost(tmp_path, undisturbed):
    long_run(tmp_path)
    cut_short(tmp_path)
    code, errors = end_of(start("run", "run.yaml", "--quiet", cwd=tmp_path))
    assert code == 4 and "--resume goes on from it, --force begins anew" in errors[0]
    assert journal(tmp_path).exists()
    assert end_of(start("run", "run.yaml", "--quiet", "--force", cwd=tmp_path))[0] == 0
    assert left_in(tmp_path) == ["out.h5", "run.yaml"] and contents(tmp_path / "out.h5") == undisturbed


def test_a_run_without_checkpoint_does_not_go_on(tmp_path):
    long_run(tmp_path, text=CRASH.replace("worst_paths: 2", "worst_paths: 2, checkpoint: none"))
    for word in (["--resume"], ["--time-limit", "1h"]):
        code, errors = end_of(start("run", "run.yaml", *word, cwd=tmp_path))
        assert code == 2 and "output.checkpoint is none" in errors[0]


def test_two_runs_of_one_journal(tmp_path):
    long_run(tmp_path, 30_000_000)
    first = start("run", "run.yaml", "--resume", "--quiet", cwd=tmp_path)
    wait_for(lambda: journal(tmp_path).exists(), first)
    for more in ([], ["--resume"], ["--force"]):
        code, errors = end_of(start("run", "run.yaml", "--quiet", *more, cwd=tmp_path))
        assert code == 4 and "being written by another run" in errors[0]
    first.kill()
    first.communicate()


# Another run, another journal.

def change_text(folder):
    (folder / "run.yaml").write_text((folder / "run.yaml").read_text().replace("spot: 100", "spot: 101"))


@pytest.mark.parametrize("change, more, says", [
    (change_text, [], "the text of run.yaml is another"),
    (None, ["--seed", "5"], "simulation.seed=5"),
    (None, ["--paths", "40000"], "simulation.paths=40000"),
])
def test_a_journal_of_another_run_is_refused(tmp_path, change, more, says):
    long_run(tmp_path)
    cut_short(tmp_path)
    if change:
        change(tmp_path)
    before = journal(tmp_path).read_bytes()
    errors = run_on(tmp_path, *more, code=4)
    assert "is of another run" in errors[0] and says in errors[0], errors
    assert journal(tmp_path).read_bytes() == before


def test_comments_and_places_of_files_matter_as_far_as_they_are_documented(tmp_path, undisturbed):
    """The name of the configuration and the folder are free, its text is not."""
    long_run(tmp_path)
    cut_short(tmp_path)
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    shutil.move(tmp_path / "run.yaml", elsewhere / "other.yaml")
    shutil.move(journal(tmp_path), journal(elsewhere))
    code, errors = end_of(start("run", "other.yaml", "--resume", "--quiet", cwd=elsewhere))
    assert code == 0 and contents(elsewhere / "out.h5") == undisturbed


@pytest.fixture(scope="module")
def interrupted(tmp_path_factory):
    folder = tmp_path_factory.mktemp("interrupted")
    long_run(folder)
    while True:
        code, _ = cut_short(folder, signal.SIGTERM)
        if code == 75:
            return folder


def damaged(interrupted, folder, damage):
    shutil.copy(interrupted / "run.yaml", folder / "run.yaml")
    data = bytearray(journal(interrupted).read_bytes())
    damage(data)
    journal(folder).write_bytes(data)


def head_bytes(data):
    return 16 + 8 + 8 + int.from_bytes(data[24:32], "little") + 8


@pytest.mark.parametrize("share", [0, 0.01, 0.3, 0.77, 0.9999, 1])
def test_a_truncated_journal(tmp_path, interrupted, undisturbed, share):
    def truncate(data):
        head = head_bytes(data)
        del data[head + int(share * (len(data) - head)):]

    damaged(interrupted, tmp_path, truncate)
    errors = run_on(tmp_path)
    assert len(errors) == (0 < share < 1), errors
    assert not errors or "is damaged at byte" in errors[0] and "what is before it is used" in errors[0]
    assert contents(tmp_path / "out.h5") == undisturbed


def test_flipped_bits(tmp_path, interrupted, undisturbed):
    """Wherever they are: the sound part is used, or the whole is refused."""
    chance = random.Random(3)
    size = journal(interrupted).stat().st_size
    head = head_bytes(journal(interrupted).read_bytes())
    for at in [chance.randrange(head) for _ in range(8)] + [chance.randrange(head, size) for _ in range(6)]:
        folder = tmp_path / str(at)
        folder.mkdir()

        def flip(data):
            data[at] ^= 1 << chance.randrange(8)

        damaged(interrupted, folder, flip)
        code, errors = end_of(start("run", "run.yaml", "--resume", "--quiet", cwd=folder))
        if at < head:
            assert code == 4 and (".out.h5.journal" in errors[0]), (at, errors)
            assert "head is damaged" in errors[0] or "is no journal" in errors[0], (at, errors)
        else:
            assert code == 0 and "is damaged at byte" in errors[0], (at, errors)
            assert contents(folder / "out.h5") == undisturbed


def test_what_is_no_journal(tmp_path):
    long_run(tmp_path)
    for data in (b"", b"x", b"\0" * 100_000, b"unhedged batch 1", b"unhedged batch 1running " + b"\xff" * 16):
        journal(tmp_path).write_bytes(data)
        assert ".out.h5.journal" in run_on(tmp_path, code=4)[0]
        assert journal(tmp_path).read_bytes() == data


# The disk.

@pytest.mark.parametrize("call, number", [*(("pwrite", n) for n in (1, 2, 9, 40)),
                                          *(("fsync", n) for n in (1, 2, 3, 4)), ("rename", 1)])
@pytest.mark.parametrize("error", [errno.ENOSPC, errno.EIO])
def test_a_call_that_fails_costs_no_batch(tmp_path, undisturbed, call, number, error):
    long_run(tmp_path)
    env = failing(call, number, error)
    errors = run_on(tmp_path, code=4, env=env)
    assert any(os.strerror(error) in e for e in errors), errors
    assert not (tmp_path / "out.h5").exists()
    if journal(tmp_path).exists() and number > 2:
        size = journal(tmp_path).stat().st_size
        assert size > head_bytes(journal(tmp_path).read_bytes())
    run_on(tmp_path)
    assert contents(tmp_path / "out.h5") == undisturbed


@pytest.mark.parametrize("left", [0, 20_000, 100_000, 400_000])
def test_a_disk_that_fills_up_and_is_cleared(disk, tmp_path, undisturbed, left):  # noqa: F811
    folder = disk("8m")
    long_run(folder)
    running = start("run", "run.yaml", "--resume", "--quiet", "--threads", 1, cwd=folder)
    wait_for(lambda: journal(folder).exists(), running)
    about = os.statvfs(folder)
    file = os.open(folder / "other", os.O_CREAT | os.O_WRONLY)
    os.posix_fallocate(file, 0, about.f_bavail * about.f_frsize - left // 4096 * 4096)
    os.close(file)
    code, errors = end_of(running)
    assert code == 4 and "No space left on device" in errors[-1] and not (folder / "out.h5").exists(), errors
    (folder / "other").unlink()
    run_on(folder)
    assert contents(folder / "out.h5") == undisturbed


@pytest.mark.parametrize("size", ["16k", "256k", "1m"])
def test_a_disk_without_room_for_the_journal_is_refused_before_the_run(disk, tmp_path, size):  # noqa: F811
    folder = disk(size)
    long_run(tmp_path)
    errors = run_on(tmp_path, "-o", folder / "out.h5", code=4)
    assert "its journal" in errors[0] and "free" in errors[0] and left_in(folder) == []


def test_a_folder_that_may_not_be_written(as_nobody):  # noqa: F811
    folder, become = as_nobody
    long_run(folder)
    (folder / "closed").mkdir(0o555)
    (folder / "closed").chmod(0o555)
    for more in (["--resume"], ["--shard", "1/2"], ["--time-limit", "1h"]):
        code, errors = end_of(
            start("run", "run.yaml", "-o", "closed/out.h5", "--quiet", *more, cwd=folder, preexec_fn=become))
        assert code == 4 and "Permission denied" in errors[0], errors
    assert left_in(folder / "closed") == []


# A time limit.

def test_a_time_limit_reports_the_first_paths(tmp_path, undisturbed):
    long_run(tmp_path)
    code, errors = end_of(start("run", "run.yaml", "--quiet", "--time-limit", "0.4s", cwd=tmp_path))
    if code == 0:
        pytest.skip("the machine is so fast that the run has ended")
    assert code == 75 and "the time limit is reached" in errors[0], errors
    assert journal(tmp_path).exists()
    if (tmp_path / "out.h5").exists():
        part = contents(tmp_path / "out.h5")
        paths = int(part["attributes"]["paths"])
        assert 0 < paths < PATHS and part["attributes"]["paths_planned"] == str(PATHS)
        assert part["attributes"]["path_numbers"] == f"0-{paths - 1}"
        end_of(start("run", "run.yaml", "--quiet", "--paths", paths, "-o", "fixed.h5", cwd=tmp_path))
        fixed = contents(tmp_path / "fixed.h5")
        assert {k: v for k, v in part.items() if k != "attributes"} == {
            k: v for k, v in fixed.items() if k != "attributes"}
    run_on(tmp_path)
    assert contents(tmp_path / "out.h5") == undisturbed and not journal(tmp_path).exists()


def test_a_limit_before_anything_is_ready(tmp_path):
    long_run(tmp_path)
    code, errors = end_of(start("run", "run.yaml", "--quiet", "--time-limit", "0.001s", cwd=tmp_path))
    assert code == 75 and "the time limit is reached" in errors[0] and "--resume" in errors[0], errors
    assert not (tmp_path / "out.h5").exists()


@pytest.mark.parametrize("word", ["", "x", "6", "-1h", "0 s", "6 hours"])
def test_limits_that_are_none(tmp_path, word):
    long_run(tmp_path)
    code, errors = end_of(start("run", "run.yaml", f"--time-limit={word}", cwd=tmp_path))
    assert code == 2 and "--time-limit" in errors[0], errors


# Shards.

def shard(folder, text, *more, code=0):
    got, errors = end_of(start("run", "run.yaml", "--quiet", "--shard", text, *more, cwd=folder))
    assert got == code, errors
    return errors


def merge(folder, *arguments, code=0):
    got, errors = end_of(start("merge", *arguments, "--quiet", cwd=folder))
    assert got == code, errors
    return errors


@pytest.mark.parametrize("of", [1, 2, 7])
def test_shards_put_together_are_the_run(tmp_path, undisturbed, of):
    long_run(tmp_path)
    names = [f"out.h5.shard-{i}-of-{of}" for i in range(1, of + 1)]
    for i in range(1, of + 1):
        shard(tmp_path, f"{i}/{of}", "--threads", 1 + i % 3)
    assert left_in(tmp_path) == sorted([*names, "run.yaml"])
    (tmp_path / "run.yaml").unlink()  # a shard needs nothing but itself
    random.Random(of).shuffle(names)
    merge(tmp_path, *names, "-o", "all.h5")
    assert contents(tmp_path / "all.h5") == undisturbed


def test_a_shard_goes_on(tmp_path, undisturbed):
    long_run(tmp_path)
    name = "out.h5.shard-2-of-2"
    running = start("run", "run.yaml", "--quiet", "--shard", "2/2", cwd=tmp_path)
    wait_for(lambda: journal(tmp_path, name).exists(), running)
    running.send_signal(signal.SIGTERM)
    code, _ = end_of(running)
    assert code == 75 and left_in(tmp_path) == [f".{name}.journal", "run.yaml"]
    assert "is shard 2/2" in shard(tmp_path, "1/2", "--resume", "-o", name, code=4)[0]
    shard(tmp_path, "2/2", "--resume")
    shard(tmp_path, "1/2")
    merge(tmp_path, "out.h5.shard-1-of-2", name, "-o", "all.h5")
    assert contents(tmp_path / "all.h5") == undisturbed


def test_shards_of_a_book_and_scenarios_in_files(tmp_path):
    """Everything the run has read is in the shard."""
    (tmp_path / "scenarios").mkdir()
    (tmp_path / "scenarios/s.yaml").write_text(
        "name: s\ntitle: t\nsources: [{what: w, where: x}]\n"
        "start: a\nregimes: {a: {dynamics: {default: {model: gbm, volatility: 1 x}}}, "
        "b: {dynamics: {default: {model: gbm, volatility: 2 x}}}}\n"
        "transitions: [{from: a, to: b, at: 5 d}]\n")
    (tmp_path / "book.csv").write_text("instrument,asset,strike,expiry,quantity\ncall,A,100,30 d,-1\n")
    (tmp_path / "quotes.csv").write_text(
        "expiry,strike,volatility\n30 d,90,25 %\n30 d,100,20 %\n30 d,110,19 %\n")
    begin, end = SMALL.index("portfolio:"), SMALL.index("hedgers:")
    scenarios = "portfolio: book.csv\nscenarios: [{from: s, severity: 1.5}, s]\n"
    text = (SMALL[:begin] + scenarios + SMALL[end:]).replace("implied_vol: 20 %", "surface: quotes.csv")
    configuration(tmp_path, 3000, 30, text)
    assert end_of(start("run", "run.yaml", "--quiet", cwd=tmp_path))[0] == 0
    whole = contents(tmp_path / "out.h5")
    for i in (1, 2):
        shard(tmp_path, f"{i}/2", "-o", f"part{i}")
    for name in ("scenarios/s.yaml", "book.csv", "quotes.csv", "run.yaml"):
        (tmp_path / name).unlink()
    merge(tmp_path, "part1", "part2", "-o", "all.h5")
    assert contents(tmp_path / "all.h5") == whole


def test_merges_that_are_refused(tmp_path):
    long_run(tmp_path, 3_000, 30)
    for i in (1, 2, 3):
        shard(tmp_path, f"{i}/3", "-o", f"part{i}")
    shard(tmp_path, "1/3", "--seed", 9, "-o", "seed")
    shard(tmp_path, "1/2", "-o", "half")
    parts = ["part1", "part2", "part3"]
    out = ["-o", "all.h5"]
    missing = merge(tmp_path, "part1", "part3", *out, code=4)[0]
    assert "1024 of 3000 paths are missing: 1024 to 2047" in missing
    assert "another shard has as well" in merge(tmp_path, *parts, "part2", *out, code=4)[0]
    assert "another shard has as well" in merge(tmp_path, "half", "part2", *out, code=4)[0]
    assert "seed: is of another run than part2" in merge(tmp_path, "part2", "seed", *out, code=4)[0]
    assert "cannot be read" in merge(tmp_path, *parts, "none", *out, code=4)[0]
    assert "is no journal" in merge(tmp_path, "run.yaml", *out, code=4)[0]
    assert "is an input" in merge(tmp_path, *parts, "-o", "part1", "--force", code=4)[0]
    assert "all.h5" not in left_in(tmp_path)
    data = bytearray((tmp_path / "part2").read_bytes())
    data[-100] ^= 4
    (tmp_path / "part2").write_bytes(data)
    assert "is damaged at byte" in merge(tmp_path, *parts, *out, code=4)[0]
    assert "all.h5" not in left_in(tmp_path)


def test_flipped_bits_of_shards(tmp_path):
    """Wherever they are, a merge names the shard and writes nothing."""
    long_run(tmp_path)
    for i in (1, 2):
        shard(tmp_path, f"{i}/2", "-o", f"part{i}")
    sound = (tmp_path / "part2").read_bytes()
    chance = random.Random(7)
    head = head_bytes(sound)
    in_head = [chance.randrange(head) for _ in range(8)]
    for at in in_head + [chance.randrange(head, len(sound)) for _ in range(8)]:
        data = bytearray(sound)
        data[at] ^= 1 << chance.randrange(8)
        (tmp_path / "part2").write_bytes(data)
        for more in ([], ["--partial"]) if at < head else ([], ):
            errors = merge(tmp_path, "part1", "part2", "-o", "all.h5", *more, code=4)
            assert any("part2" in line for line in errors), (at, errors)
            assert not (tmp_path / "all.h5").exists(), at


def test_partial_merges_say_what_is_missing(tmp_path):
    long_run(tmp_path, 3_000, 30)
    for i in (1, 2, 3):
        shard(tmp_path, f"{i}/3", "-o", f"part{i}")
    merge(tmp_path, "part1", "part2", "part3", "-o", "all.h5")
    errors = merge(tmp_path, "part1", "part3", "-o", "some.h5", "--partial")
    assert "1024 of 3000 paths are missing: 1024 to 2047" in errors[0]
    with h5py.File(tmp_path / "all.h5") as every, h5py.File(tmp_path / "some.h5") as some:
        assert some.attrs["path_numbers"] == "0-1023 2048-2999" and some.attrs["paths"] == 1976
        numbers = [*range(1024), *range(2048, 3000)]
        assert (some["pnl"][:] == every["pnl"][:][:, :, numbers]).all()
        worst = some["worst_paths/path"][:]
        assert ((worst < 1024) | (worst >= 2048)).all()
        assert (some["worst_paths/pnl"][0, 0] == every["pnl"][0, 0, :][worst[0, 0].astype(int)]).all()


def test_a_merge_of_fewer_paths_than_a_report_needs(tmp_path):
    long_run(tmp_path, 600, 30)
    shard(tmp_path, "3/3", "-o", "part3", "--set", "output.worst_paths=500")
    errors = merge(tmp_path, "part3", "-o", "some.h5", "--partial", code=4)
    assert "a report needs 500 paths, and there are 88" in errors[-1]
    assert not (tmp_path / "some.h5").exists()


@pytest.mark.parametrize("text", ["", "0/3", "4/3", "1", "1/0", "a/b", "1/2/3", "-1/2", "1/99999"])
def test_shards_that_are_none(tmp_path, text):
    long_run(tmp_path, 3_000, 30)
    assert "--shard" in shard(tmp_path, text, code=2)[0]


def test_pieces_of_a_dead_run_can_be_merged(tmp_path):
    """A journal is a shard of all of it."""
    long_run(tmp_path)
    cut_short(tmp_path, signal.SIGTERM)
    errors = merge(tmp_path, ".out.h5.journal", "-o", "some.h5", "--partial")
    assert "paths are missing" in errors[0]
    assert (tmp_path / "some.h5").exists()
