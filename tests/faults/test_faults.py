"""What disturbs a run from outside: kill -9, signals, full disks, limits, closed streams, folders it may not
write to.

    build/venv/bin/python -m pytest tests/faults
"""
import ctypes
import errno
import os
import random
import resource
import shutil
import signal
import subprocess
import tempfile
import time
from pathlib import Path

import pytest
from conftest import PROGRAM, SMALL
from running import CODES, configuration, end_of, is_whole, left_in, partial, start, wait_for_stage

SHIM = os.environ.get("UNHEDGED_FAIL_CALLS", "")
STOPS = [signal.SIGINT, signal.SIGTERM, signal.SIGHUP, signal.SIGXCPU]


def soon():
    """Seconds: twice what the program promises, and more on a machine so busy that even its version takes
    long."""
    begin = time.monotonic()
    subprocess.run([str(PROGRAM), "--version"], capture_output=True)
    return 4 + 20 * (time.monotonic() - begin)


def test_killed_at_any_time(tmp_path):
    """Never half a result under the final name, never more than one leftover, and the next run clears it."""
    config = configuration(tmp_path, 600_000, 4)
    begin = time.monotonic()
    assert end_of(start("run", config, cwd=tmp_path))[0] == 0
    whole = time.monotonic() - begin
    chance = random.Random(1)
    for _ in range(10):
        running = start("run", config, "--force", "--quiet", cwd=tmp_path)
        time.sleep(chance.uniform(0.02, 1) * whole)
        running.kill()
        running.communicate()
        assert is_whole(tmp_path / "out.h5")
        assert set(left_in(tmp_path)) <= {".out.h5.partial", "out.h5", "run.yaml"}
    assert end_of(start("run", config, "--force", cwd=tmp_path))[0] == 0
    assert left_in(tmp_path) == ["out.h5", "run.yaml"]


def test_a_leftover_is_named_and_removed(tmp_path):
    running = start("run", configuration(tmp_path, 3_000_000), cwd=tmp_path)
    wait_for_stage("writing", running, tmp_path)
    running.kill()
    running.communicate()
    assert partial(tmp_path).exists()
    (tmp_path / ".out.h5.partial.1").write_text("of a run of an earlier version")
    code, errors = end_of(start("run", configuration(tmp_path, 500), cwd=tmp_path))
    assert code == 0 and sum("removed what a run that was killed had left: ./.out.h5.partial" in e
                             for e in errors) == 2, errors
    assert left_in(tmp_path) == ["out.h5", "run.yaml"]


def test_two_runs_of_one_file(tmp_path):
    first = start("run", configuration(tmp_path, 500_000_000), "--quiet", cwd=tmp_path)
    wait_for_stage("computing", first, tmp_path)
    code, errors = end_of(start("run", "run.yaml", "--paths", 500, "--force", "--quiet", cwd=tmp_path))
    assert code == 4 and len(errors) == 1 and "being written by another run" in errors[0]
    assert partial(tmp_path).exists()
    first.terminate()
    assert end_of(first)[0] == 130
    assert left_in(tmp_path) == ["run.yaml"]


@pytest.mark.parametrize("stage, paths", [("computing", 200_000_000), ("writing", 3_000_000)])
@pytest.mark.parametrize("number", STOPS)
def test_a_signal_leaves_nothing(tmp_path, number, stage, paths):
    running = start("run", configuration(tmp_path, paths), "-o", "a/./new/out.h5", "--quiet", cwd=tmp_path)
    wait_for_stage(stage, running, tmp_path / "a/new")
    begin = time.monotonic()
    running.send_signal(number)
    code, errors = end_of(running)
    assert code == 130 and errors == ["interrupted; nothing was written"]
    assert time.monotonic() - begin < soon()
    assert left_in(tmp_path) == ["run.yaml"]


def large_book(folder):
    chance = random.Random(1)
    rows = "".join(
        f"call,A,{chance.uniform(50, 200):.4f},{chance.randint(40, 400)} d,-1\n" for _ in range(4000))
    (folder / "book.csv").write_text("instrument,asset,strike,expiry,quantity\n" + rows)
    begin, end = SMALL.index("portfolio:"), SMALL.index("scenarios:")
    heston = ("{model: heston, volatility: 1 x, long_run_volatility: 1 x, mean_reversion: 4, "
              "vol_of_variance: 0.3, correlation: -0.5}")
    text = (SMALL[:begin] + "portfolio: book.csv\n" + SMALL[end:]).replace("{model: gbm, volatility: 1 x}",
                                                                           heston)
    return configuration(folder, 64, 720, text)


@pytest.mark.parametrize("signals", [1, 2])
def test_a_large_book_stops_while_it_is_prepared(tmp_path, signals):
    running = start("run", large_book(tmp_path), "-o", "new/out.h5", "--quiet", cwd=tmp_path)
    wait_for_stage("computing", running, tmp_path / "new")
    time.sleep(0.5)
    begin = time.monotonic()
    for _ in range(signals):
        running.send_signal(signal.SIGINT)
        time.sleep(0.01)
    assert end_of(running)[0] == 130
    assert time.monotonic() - begin < soon()
    assert left_in(tmp_path) == ["book.csv", "run.yaml"]


def test_a_signal_while_reading_ends_at_once(tmp_path):
    config = configuration(tmp_path, 500, text=SMALL.replace("portfolio: [", "portfolio: book.csv #"))
    (tmp_path / "book.csv").write_text("instrument,asset,strike,expiry,quantity\n" +
                                       "call,A,100,30 d,-1\n" * 600_000)
    running = start("validate", config, "--quiet", cwd=tmp_path)
    time.sleep(0.3)
    running.send_signal(signal.SIGTERM)
    code, errors = end_of(running)
    assert code == 130 and errors == ["interrupted"]


def test_ignored_signals_stay_ignored(tmp_path):
    running = start("run",
                    configuration(tmp_path, 2_000_000),
                    cwd=tmp_path,
                    preexec_fn=lambda: signal.signal(signal.SIGHUP, signal.SIG_IGN))
    wait_for_stage("computing", running, tmp_path)
    running.send_signal(signal.SIGHUP)
    assert end_of(running)[0] == 0
    assert is_whole(tmp_path / "out.h5")


# Standard output.

PRINTERS = [["run", "run.yaml", "--force"], ["run", "run.yaml", "--force", "--json", "--quiet"],
            ["validate", "run.yaml"], ["describe"], ["describe", "models", "heston"], ["schema"], ["--help"],
            ["--version"]]


@pytest.mark.parametrize("arguments", PRINTERS, ids=" ".join)
@pytest.mark.parametrize("to", [">/dev/full", ">&-", "<&- >&-"])
def test_output_that_cannot_arrive(tmp_path, arguments, to):
    configuration(tmp_path, 500)
    done = subprocess.run(f"{PROGRAM} {' '.join(arguments)} {to}",
                          shell=True,
                          cwd=tmp_path,
                          stderr=subprocess.PIPE,
                          text=True)
    assert done.returncode == 4
    assert "standard output: cannot be written" in done.stderr.splitlines()[-1]
    if arguments[0] == "run":
        assert "the result is in out.h5" in done.stderr and is_whole(tmp_path / "out.h5")


def test_a_reader_that_went_away(tmp_path):
    running = start("run", configuration(tmp_path, 200_000), "--json", "--quiet", cwd=tmp_path)
    running.stdout.close()
    code = running.wait()
    assert code == 4 and "Broken pipe; the result is in out.h5" in running.stderr.read()
    assert is_whole(tmp_path / "out.h5")


def test_nobody_listens(tmp_path):
    configuration(tmp_path, 500)
    for to in ("2>/dev/full", "2>&-", "2>&- <&-"):
        assert subprocess.run(f"{PROGRAM} run run.yaml --force {to}",
                              shell=True,
                              cwd=tmp_path,
                              stdout=subprocess.DEVNULL).returncode == 0
    assert subprocess.run(f"{PROGRAM} run run.yaml --force <&- >&- 2>&-", shell=True,
                          cwd=tmp_path).returncode == 4
    assert is_whole(tmp_path / "out.h5")


# The disk.

def failing(call, number, error):
    if not SHIM:
        pytest.skip("needs the library that lets calls fail, which a build with sanitizers does not load")
    return {"LD_PRELOAD": SHIM, "FAIL_CALL": f"{call}:{number}:{error}"}


@pytest.mark.parametrize(
    "call, number",
    [*(("pwrite", n) for n in (1, 2, 3, 7, 20, 60)), ("fsync", 1), ("rename", 1), ("ftruncate", 1)])
@pytest.mark.parametrize("error", [errno.ENOSPC, errno.EIO])
def test_a_call_that_fails(tmp_path, call, number, error):
    configuration(tmp_path, 200_000)
    assert end_of(start("run", "run.yaml", cwd=tmp_path))[0] == 0
    before = (tmp_path / "out.h5").read_bytes()
    code, errors = end_of(
        start("run", "run.yaml", "--force", "--quiet", cwd=tmp_path, env=failing(call, number, error)))
    assert code == 4 and len(errors) == 1, errors
    assert os.strerror(error) in errors[0] and "out.h5" in errors[0]
    assert not any(word in errors[0] for word in ("errno", "file descriptor", "HDF5", "H5")), errors
    assert left_in(tmp_path) == ["out.h5", "run.yaml"] and (tmp_path / "out.h5").read_bytes() == before


@pytest.mark.parametrize("call, least", [("pwrite", 30), ("fsync", 2), ("rename", 1), ("ftruncate", 1)])
def test_every_call_that_fails(tmp_path, call, least):
    """The first one, the second one, and so on until none of the run is left to fail: nothing stands there as
    a result, unless it is one, and the message says so."""
    configuration(tmp_path, 500)
    calls = 0
    while True:
        code, errors = end_of(
            start("run", "run.yaml", "--quiet", cwd=tmp_path, env=failing(call, calls + 1, errno.ENOSPC)))
        if code == 0:
            break
        calls += 1
        assert code == 4 and len(errors) == 1 and os.strerror(errno.ENOSPC) in errors[0], (calls, errors)
        in_place = "is whole and in place" in errors[0]
        assert left_in(tmp_path) == (["out.h5", "run.yaml"] if in_place else ["run.yaml"]), (calls, errors)
        if in_place:
            assert is_whole(tmp_path / "out.h5")
            (tmp_path / "out.h5").unlink()
    assert calls >= least and is_whole(tmp_path / "out.h5")


def test_a_folder_that_cannot_be_flushed(tmp_path):
    code, errors = end_of(
        start("run",
              configuration(tmp_path, 500),
              "--quiet",
              cwd=tmp_path,
              env=failing("fsync", 2, errno.EIO)))
    assert code == 4 and "is whole and in place" in errors[0]
    assert left_in(tmp_path) == ["out.h5", "run.yaml"] and is_whole(tmp_path / "out.h5")


@pytest.fixture
def disk(tmp_path):
    """Mounts a small file system; the size is an argument."""
    libc, mounted = ctypes.CDLL(None, use_errno=True), []

    def mount(size):
        folder = tmp_path / f"disk{len(mounted)}"
        folder.mkdir()
        if libc.mount(b"unhedged", os.fsencode(folder), b"tmpfs", 0, f"size={size}".encode()) != 0:
            pytest.skip(f"a file system cannot be mounted here: {os.strerror(ctypes.get_errno())}")
        mounted.append(folder)
        return folder

    yield mount
    for folder in mounted:
        libc.umount2(os.fsencode(folder), 2)


@pytest.mark.parametrize("size", ["16k", "256k", "1m", "3m"])
def test_a_disk_too_small_is_refused_before_the_run(disk, tmp_path, size):
    folder = disk(size)
    code, errors = end_of(start("run",
                                configuration(tmp_path, 200_000),
                                "-o",
                                folder / "out.h5",
                                "--quiet",
                                cwd=tmp_path),
                          timeout=20)
    assert code == 4 and len(errors) == 1 and "has" in errors[0] and "free" in errors[0], errors
    assert left_in(folder) == []


def test_spilled_paths_need_room_too(disk, tmp_path):
    folder = disk("24m")
    config = configuration(tmp_path, 1_000_000)
    assert end_of(start("run", config, "-o", folder / "out.h5", "--quiet", cwd=tmp_path))[0] == 0
    code, errors = end_of(
        start("run", config, "-o", folder / "out.h5", "--force", "--memory", "0.001", "--quiet",
              cwd=tmp_path))
    assert code == 4 and "does not fit into memory" in errors[0] and is_whole(folder / "out.h5")


@pytest.mark.parametrize("left", [0, 100_000, 4_000_000])
def test_a_disk_that_fills_up_meanwhile(disk, tmp_path, left):
    folder = disk("64m")
    running = start("run",
                    configuration(tmp_path, 2_000_000, 10),
                    "-o",
                    folder / "out.h5",
                    "--quiet",
                    "--threads",
                    2,
                    cwd=tmp_path)
    wait_for_stage("past the checks", running, folder)
    about = os.statvfs(folder)
    os.posix_fallocate(os.open(folder / "other", os.O_CREAT | os.O_WRONLY), 0,
                       about.f_bavail * about.f_frsize - left // 4096 * 4096)
    code, errors = end_of(running)
    assert code == 4 and len(
        errors) == 1 and "No space left on device" in errors[0] and "errno" not in errors[0], errors
    assert left_in(folder) == ["other"]


def test_a_limit_on_files(tmp_path):
    limited = start("run",
                    configuration(tmp_path, 200_000),
                    cwd=tmp_path,
                    preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (65536, -1)))
    code, errors = end_of(limited)
    assert code == 4 and "ulimit" in errors[-1]
    running = start("run", configuration(tmp_path, 2_000_000, 10), "--quiet", "--threads", 2, cwd=tmp_path)
    wait_for_stage("past the checks", running, tmp_path)
    resource.prlimit(running.pid, resource.RLIMIT_FSIZE, (65536, -1))
    code, errors = end_of(running)
    assert code == 4 and "File too large" in errors[0] and len(errors) == 1
    assert left_in(tmp_path) == ["run.yaml"]


# What the machine does not give.

limited_memory = pytest.mark.skipif("UNHEDGED_SANITIZED" in os.environ,
                                    reason="sanitizers take terabytes of address space")

@limited_memory
@pytest.mark.parametrize("mebibytes", [120, 160, 240, 400, 800])
def test_little_memory(tmp_path, mebibytes):
    config = configuration(tmp_path, 3_000_000)
    limit = lambda: resource.setrlimit(resource.RLIMIT_AS, (mebibytes << 20, -1))
    for threads in (1, 64):
        code, errors = end_of(
            start("run", config, "--force", "--quiet", "--threads", threads, cwd=tmp_path, preexec_fn=limit))
        assert code in (0, 4) and len(errors) == (code == 4), (code, errors)
        assert not partial(tmp_path).exists()


@limited_memory
def test_threads_that_cannot_be_started(tmp_path):
    limit = lambda: resource.setrlimit(resource.RLIMIT_AS, (1 << 30, -1))
    # The word for more memory: without it the estimate of the run refuses 4096 threads on small machines,
    # before one is started.
    arguments = ["run", configuration(tmp_path, 500), "--threads", 4096, "--memory", 1024, "--quiet"]
    code, errors = end_of(start(*arguments, cwd=tmp_path, preexec_fn=limit))
    assert code == 4 and len(errors) == 1 and "of 4096 threads can be started" in errors[0]
    assert left_in(tmp_path) == ["run.yaml"]


@pytest.fixture
def as_nobody():
    """A folder that belongs to nobody in particular, and how to start a program that may not write
    everywhere."""
    folder = Path(tempfile.mkdtemp(prefix="unhedged_"))
    folder.chmod(0o777)
    become = (lambda: os.setuid(65534)) if os.geteuid() == 0 else None
    if subprocess.run([str(PROGRAM), "--version"], preexec_fn=become, capture_output=True).returncode != 0:
        pytest.skip("the program lies where another user cannot start it")
    yield folder, become
    shutil.rmtree(folder, ignore_errors=True)


def test_a_folder_without_permission(as_nobody):
    folder, become = as_nobody
    config = configuration(folder, 500)
    for mode, target in ((0o555, "closed/out.h5"), (0o000, "closed/out.h5"), (0o555, "closed/new/out.h5")):
        (folder / "closed").mkdir(mode, exist_ok=True)
        (folder / "closed").chmod(mode)
        code, errors = end_of(start("run", config, "-o", target, "--quiet", cwd=folder, preexec_fn=become))
        assert code == 4 and len(errors) == 1 and target in errors[0] and "Permission denied" in errors[0]
    (folder / "closed").chmod(0o000)
    for old, new, documented in (("portfolio: [", "portfolio: closed/book.csv #", 3),
                                 ("scenarios: [", "scenarios: [closed/s.yaml] #", 3)):
        config.write_text(SMALL.replace(old, new))
        code, errors = end_of(start("run", config, cwd=folder, preexec_fn=become))
        assert code == documented and len(
            errors) == 1 and "closed/" in errors[0] and "Permission denied" in errors[0], errors
    code, errors = end_of(start("run", "closed/run.yaml", cwd=folder, preexec_fn=become))
    assert code == 4 and len(errors) == 1 and "closed/run.yaml" in errors[0]
    assert set(left_in(folder)) == {"closed", "run.yaml"} and CODES >= {3, 4}
