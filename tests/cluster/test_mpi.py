"""Runs that several processes share: the result has the bits of a run of one, and a job that loses a process
ends, keeps what it has and goes on.

    build/venv/bin/python -m pytest tests/cluster/test_mpi.py
"""
import os
import re
import shutil
import signal
import subprocess
import sys
import time

import pytest
from conftest import PROGRAM, ROOT, SMALL

sys.path.insert(0, str(ROOT / "tests/faults"))
from running import configuration, left_in, start, wait_for  # noqa: E402
from test_overnight import CRASH, contents, journal  # noqa: E402

MPIRUN = shutil.which("mpirun")
BUILT = "none" not in re.search(r"^MPI +(.*)$", subprocess.run(
    [str(PROGRAM), "doctor"], capture_output=True, text=True).stdout, re.M)[1]
pytestmark = [
    pytest.mark.skipif(MPIRUN is None, reason="mpirun is not installed (Debian: openmpi-bin)"),
    pytest.mark.skipif(not BUILT, reason="the program is built without MPI (Debian: libopenmpi-dev)")]

# More processes than processors, whoever the user is; no other machine is looked for.
AS_ANYBODY = {"OMPI_ALLOW_RUN_AS_ROOT": "1", "OMPI_ALLOW_RUN_AS_ROOT_CONFIRM": "1", "NO_COLOR": "1",
              "OMPI_MCA_rmaps_base_oversubscribe": "1", "OMPI_MCA_hwloc_base_binding_policy": "none",
              "OMPI_MCA_btl": "self,vader", "OMPI_MCA_btl_vader_single_copy_mechanism": "none"}
PATHS, STEPS = 60_000, 3_000


def launch(count, *words, cwd, program=PROGRAM):
    """A job in a session of its own, which hears no signals of the tests."""
    return subprocess.Popen([MPIRUN, "-n", str(count), str(program), *map(str, words)], cwd=cwd, text=True,
                            env={**os.environ, **AS_ANYBODY}, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
                            start_new_session=True)


def end_of(job, timeout=120):
    """Exit code, and what was said, with what mpirun says of processes that end with another code than 0."""
    out, errors = job.communicate(timeout=timeout)
    return job.returncode, out, errors


def shared(count, *words, cwd, code=0):
    got, out, errors = end_of(launch(count, *words, cwd=cwd))
    assert got == code, (got, out, errors)
    return out, errors


def processes_of(job):
    """Process by rank."""
    found = {}
    for entry in os.listdir("/proc"):
        try:
            if not entry.isdigit() or os.readlink(f"/proc/{entry}/exe") != str(PROGRAM.resolve()):
                continue
            with open(f"/proc/{entry}/environ", "rb") as file:
                environment = dict(pair.split(b"=", 1) for pair in file.read().split(b"\0") if b"=" in pair)
            with open(f"/proc/{entry}/stat") as file:
                parent = int(file.read().rsplit(")", 1)[1].split()[1])
        except OSError:
            continue
        if parent == job.pid:
            found[int(environment[b"OMPI_COMM_WORLD_RANK"])] = int(entry)
    return found


def is_alive(process):
    """Neither gone nor waiting to be noticed by whoever has inherited it."""
    try:
        with open(f"/proc/{process}/stat") as file:
            return file.read().rsplit(")", 1)[1].split()[0] != "Z"
    except OSError:
        return False


@pytest.fixture(scope="module")
def alone(tmp_path_factory):
    """What a run of one process comes to."""
    folder = tmp_path_factory.mktemp("alone")
    configuration(folder, PATHS, STEPS, CRASH)
    done = start("run", "run.yaml", "--quiet", cwd=folder)
    assert done.wait(300) == 0
    return contents(folder / "out.h5")


@pytest.mark.parametrize("count, threads", [(1, 2), (2, 1), (3, 1), (4, 2), (7, 1)])
def test_any_number_of_processes_gives_the_same_bits(tmp_path, alone, count, threads):
    configuration(tmp_path, PATHS, STEPS, CRASH)
    out, errors = shared(count, "run", "run.yaml", "--threads", threads, cwd=tmp_path)
    assert contents(tmp_path / "out.h5") == alone
    assert left_in(tmp_path) == ["out.h5", "run.yaml"]
    assert f"on {count * threads} threads; results in out.h5" in errors
    assert out.count("\n\n") == out.strip().count("\n\n") and errors.count("results in") == 1


def test_batches_are_simulated_by_all(tmp_path):
    """Processor time of the others, while the job is under way."""
    configuration(tmp_path, 10 * PATHS, STEPS, CRASH)
    job = launch(3, "run", "run.yaml", "--quiet", "--threads", 1, cwd=tmp_path)
    wait_for(lambda: journal(tmp_path).exists() and journal(tmp_path).stat().st_size > 1_000_000, job)
    seconds = {}
    for rank, process in processes_of(job).items():
        with open(f"/proc/{process}/stat") as file:
            times = file.read().rsplit(")", 1)[1].split()[11:13]
        seconds[rank] = sum(map(int, times)) / os.sysconf("SC_CLK_TCK")
    job.send_signal(signal.SIGTERM)
    end_of(job)
    assert sorted(seconds) == [0, 1, 2]
    assert min(seconds.values()) > 0.25 * max(seconds.values()), seconds


@pytest.mark.parametrize("rank", [0, 1, 2])
def test_after_a_process_is_killed_the_job_ends_and_goes_on(tmp_path, alone, rank):
    configuration(tmp_path, PATHS, STEPS, CRASH)
    job = launch(3, "run", "run.yaml", "--quiet", "--threads", 1, cwd=tmp_path)
    wait_for(lambda: journal(tmp_path).exists() and journal(tmp_path).stat().st_size > 200_000, job)
    processes = processes_of(job)
    assert len(processes) == 3
    begin = time.monotonic()
    os.kill(processes[rank], signal.SIGKILL)
    code, _, errors = end_of(job)
    assert code != 0 and time.monotonic() - begin < 10, errors
    until = time.monotonic() + 5
    while any(map(is_alive, processes.values())):
        assert time.monotonic() < until
        time.sleep(0.01)
    left = set(left_in(tmp_path))
    assert {".out.h5.journal", "run.yaml"} <= left and "out.h5" not in left
    if rank != 0:  # whoever leads and is not killed clears up
        assert left == {".out.h5.journal", "run.yaml"}
        assert "run again with --resume" in errors
    before = journal(tmp_path).stat().st_size
    _, errors = shared(2, "run", "run.yaml", "--resume", "--threads", 1, cwd=tmp_path)
    kept = int(re.search(r"going on: (\d+) of", errors)[1])
    assert 0 < kept < PATHS and before > 200_000
    assert contents(tmp_path / "out.h5") == alone
    assert left_in(tmp_path) == ["out.h5", "run.yaml"]


def test_what_a_job_has_left_may_be_finished_without_others(tmp_path, alone):
    configuration(tmp_path, PATHS, STEPS, CRASH)
    job = launch(2, "run", "run.yaml", "--quiet", "--threads", 1, cwd=tmp_path)
    wait_for(lambda: journal(tmp_path).exists() and journal(tmp_path).stat().st_size > 200_000, job)
    job.send_signal(signal.SIGUSR1)  # mpirun passes it on
    code, _, errors = end_of(job)
    assert code == 75 and errors.count("run again with --resume") == 1, (code, errors)
    assert left_in(tmp_path) == [".out.h5.journal", "run.yaml"]
    done = start("run", "run.yaml", "--resume", "--quiet", cwd=tmp_path)
    assert done.wait(300) == 0
    assert contents(tmp_path / "out.h5") == alone


def test_a_job_that_is_told_to_end(tmp_path, alone):
    configuration(tmp_path, PATHS, STEPS, CRASH)
    job = launch(3, "run", "run.yaml", "--quiet", "--threads", 1, cwd=tmp_path)
    wait_for(lambda: journal(tmp_path).exists() and journal(tmp_path).stat().st_size > 200_000, job)
    job.send_signal(signal.SIGTERM)
    code, _, errors = end_of(job)
    assert code != 0, errors
    assert left_in(tmp_path) == [".out.h5.journal", "run.yaml"]
    shared(3, "run", "run.yaml", "--resume", "--quiet", "--threads", 1, cwd=tmp_path)
    assert contents(tmp_path / "out.h5") == alone


def test_a_time_limit(tmp_path, alone):
    configuration(tmp_path, PATHS, STEPS, CRASH)
    _, errors = shared(2, "run", "run.yaml", "--quiet", "--threads", 1, "--time-limit", "2 s", cwd=tmp_path,
                       code=75)
    assert "the time limit is reached: out.h5 has the first" in errors
    part = contents(tmp_path / "out.h5")
    assert 0 < int(part["attributes"]["paths"]) < PATHS
    shared(2, "run", "run.yaml", "--resume", "--quiet", "--threads", 1, cwd=tmp_path)
    assert contents(tmp_path / "out.h5") == alone


def test_a_precision_ends_it_where_it_ends_one_process(tmp_path):
    text = CRASH.replace("paths: 500", "paths: 500, precision: {es_95: 2 %}")
    configuration(tmp_path, 400_000, 30, text)
    done = start("run", "run.yaml", "--quiet", "-o", "one.h5", cwd=tmp_path)
    assert done.wait(300) == 0
    _, errors = shared(3, "run", "run.yaml", "--threads", 1, cwd=tmp_path)
    assert len(re.findall(r"paths of at most 400000 do", errors)) == 1
    assert contents(tmp_path / "out.h5") == contents(tmp_path / "one.h5")


def test_shards_of_jobs_are_put_together(tmp_path, alone):
    configuration(tmp_path, PATHS, STEPS, CRASH)
    for index in (1, 2):
        shared(2, "run", "run.yaml", "--quiet", "--threads", 1, "--shard", f"{index}/2", cwd=tmp_path)
    shards = ["out.h5.shard-1-of-2", "out.h5.shard-2-of-2"]
    done = start("merge", *shards, "-o", "all.h5", "--quiet", cwd=tmp_path)
    assert done.wait(300) == 0
    assert contents(tmp_path / "all.h5") == alone


def test_without_a_journal_nothing_is_left(tmp_path, alone):
    configuration(tmp_path, PATHS, STEPS, CRASH.replace("output: {", "output: {checkpoint: none, "))
    job = launch(2, "run", "run.yaml", "--quiet", "--threads", 1, cwd=tmp_path)
    wait_for(lambda: len(processes_of(job)) == 2 and (tmp_path / ".out.h5.partial").exists(), job)
    os.kill(processes_of(job)[1], signal.SIGKILL)
    code, _, errors = end_of(job)
    assert code != 0 and left_in(tmp_path) == ["run.yaml"], (code, errors)


@pytest.mark.parametrize("words, code, says", [
    (["run", "run.yaml", "--set", "simulation.seed=x"], 3, "simulation.seed"),
    (["run", "none.yaml"], 4, "none.yaml"),
    (["run", "run.yaml", "--nonsense"], 2, "--nonsense"),
    (["run", "run.yaml", "--shard", "3/2"], 2, "--shard"),
    (["run", "run.yaml", "--resume", "--set", "output.checkpoint=none"], 2, "--resume"),
    (["validate", "run.yaml", "--set", "simulation.seed=x"], 3, "simulation.seed"),
])
def test_errors_are_said_once(tmp_path, words, code, says):
    configuration(tmp_path, 3_000, 30)
    _, errors = shared(3, *words, cwd=tmp_path, code=code)
    ours = re.sub(r"^-{20,}$.*?^-{20,}$", "", errors, flags=re.M | re.S)  # what mpirun says, before or after
    assert len([line for line in ours.splitlines() if says in line]) == 1, errors


def test_a_process_that_cannot_assist_says_why(tmp_path):
    """Too many threads for its address space: the first process says it."""
    configuration(tmp_path, 3_000, 30)
    script = tmp_path / "limited"
    script.write_text('#!/bin/bash\nthreads=1\n'
                      '[ "$OMPI_COMM_WORLD_RANK" = 1 ] && ulimit -v 1100000 && threads=4000\n'
                      f'exec "{PROGRAM}" "$@" --threads $threads\n')
    script.chmod(0o755)
    job = launch(2, "run", "run.yaml", "--quiet", cwd=tmp_path, program=script)
    code, _, errors = end_of(job)
    assert code == 4 and "process 1 of the run: " in errors, (code, errors)
    assert "out.h5" not in left_in(tmp_path)


def test_another_program_is_refused(tmp_path):
    """Revision and version are part of what is agreed on: a process of another one does not assist."""
    revision = re.search(rb"unhedged \S+ \((\S+?),", subprocess.run(
        [str(PROGRAM), "--version"], capture_output=True).stdout)[1]
    other = tmp_path / "other"
    other.write_bytes(PROGRAM.read_bytes().replace(revision[:8], b"x" * 8))
    other.chmod(0o755)
    configuration(tmp_path, 3_000, 30)
    script = tmp_path / "choose"
    script.write_text(f'#!/bin/bash\n[ "$OMPI_COMM_WORLD_RANK" = 1 ] && exec "{other}" "$@"\n'
                      f'exec "{PROGRAM}" "$@"\n')
    script.chmod(0o755)
    code, _, errors = end_of(launch(2, "run", "run.yaml", "--quiet", cwd=tmp_path, program=script))
    assert code == 4 and "it was made by unhedged" in errors, (code, errors)


def test_another_launcher_is_refused(tmp_path):
    """Hydra's variables without its MPI: each process would believe to be alone."""
    configuration(tmp_path, 3_000, 30)
    done = start("run", "run.yaml", "--quiet", cwd=tmp_path,
                 env={**AS_ANYBODY, "PMI_RANK": "0", "PMI_SIZE": "2"})
    _, errors = done.communicate(timeout=60)
    assert done.returncode == 4 and "of which MPI finds 1" in errors, errors
    assert left_in(tmp_path) == ["run.yaml"]


def test_the_small_run_of_the_pages(tmp_path):
    """As few batches as there are processes, and fewer."""
    for paths in (500, 200, 1_100):
        configuration(tmp_path, paths, 30, SMALL)
        done = start("run", "run.yaml", "--quiet", "-o", "one.h5", "--force", cwd=tmp_path)
        assert done.wait(60) == 0
        shared(4, "run", "run.yaml", "--quiet", "--force", "--threads", 1, cwd=tmp_path)
        assert contents(tmp_path / "out.h5") == contents(tmp_path / "one.h5")
