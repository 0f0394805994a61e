"""The scripts of docs/clusters.md under a real slurmctld and slurmd, in a folder of their own, on this
machine alone.

    build/venv/bin/python -m pytest tests/cluster/test_slurm.py
"""
import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import time

import pytest
from conftest import PROGRAM, ROOT, SMALL

sys.path.insert(0, str(ROOT / "tests/faults"))
from running import start  # noqa: E402
from test_mpi import AS_ANYBODY, BUILT, MPIRUN  # noqa: E402
from test_overnight import CRASH, contents  # noqa: E402

NEEDED = ["slurmctld", "slurmd", "munged", "sbatch", "squeue", "scontrol"]
WHERE = os.environ["PATH"] + ":/usr/sbin"
MISSING = [name for name in NEEDED if shutil.which(name, path=WHERE) is None]
pytestmark = [
    pytest.mark.skipif(bool(MISSING), reason=f"not installed: {', '.join(MISSING)} (Debian: slurmctld slurmd "
                                             "slurm-client munge)"),
    pytest.mark.skipif(os.geteuid() != 0, reason="slurmd has to be started by root")]

CONFIGURATION = """\
ClusterName=tests
SlurmctldHost={host}(127.0.0.1)
SlurmUser=root
SlurmdUser=root
SlurmctldPort={ports[0]}
SlurmdPort={ports[1]}
AuthType=auth/munge
AuthInfo=socket={folder}/munge.socket,cred_expire=5
CredType=cred/munge
MpiDefault=none
ProctrackType=proctrack/linuxproc
TaskPlugin=task/none
SwitchType=switch/none
ReturnToService=2
StateSaveLocation={folder}/state
SlurmdSpoolDir={folder}/spool
SlurmctldPidFile={folder}/slurmctld.pid
SlurmdPidFile={folder}/slurmd.pid
SlurmctldLogFile={folder}/slurmctld.log
SlurmdLogFile={folder}/slurmd.log
PlugStackConfig={folder}/plugstack.conf
SelectType=select/cons_tres
SelectTypeParameters=CR_CPU
AccountingStorageType=accounting_storage/none
JobAcctGatherType=jobacct_gather/none
SchedulerParameters=sched_interval=1,batch_sched_delay=0,sched_min_interval=1
SlurmdParameters=config_overrides
NodeName={host} NodeAddr=127.0.0.1 CPUs=2 RealMemory=1000 State=UNKNOWN
PartitionName=main Nodes={host} Default=YES MaxTime=INFINITE State=UP
"""
PATHS, STEPS, SHARDS = 40_000, 3_000, 4


def free_ports(count):
    sockets = [socket.socket() for _ in range(count)]
    for one in sockets:
        one.bind(("127.0.0.1", 0))
    ports = [one.getsockname()[1] for one in sockets]
    for one in sockets:
        one.close()
    return ports


class Slurm:
    """A cluster of this machine."""

    def __init__(self, folder):
        self.folder, self.started = folder, []
        self.environment = {**os.environ, "PATH": WHERE, "SLURM_CONF": str(folder / "slurm.conf"),
                            "NO_COLOR": "1"}

    def begin(self):
        host = socket.gethostname().split(".")[0]
        for name in ("state", "spool"):
            (self.folder / name).mkdir()
        (self.folder / "plugstack.conf").touch()
        (self.folder / "slurm.conf").write_text(
            CONFIGURATION.format(folder=self.folder, host=host, ports=free_ports(2)))
        key = self.folder / "munge.key"
        key.write_bytes(os.urandom(1024))
        key.chmod(0o600)
        names = ("socket", "log-file", "pid-file", "seed-file")
        places = [f"--{name}={self.folder}/munge.{name}" for name in names]
        self.daemon("munged", "--foreground", "--force", f"--key-file={key}", *places)
        self.until((self.folder / "munge.socket").exists)
        self.daemon("slurmctld", "-D", "-c", "-f", self.folder / "slurm.conf")
        self.daemon("slurmd", "-D", "-N", host, "-f", self.folder / "slurm.conf")
        self.until(lambda: "idle" in self.run("sinfo", "-h", "-o", "%T", check=False))

    def daemon(self, *words):
        self.started.append(subprocess.Popen(list(map(str, words)), env=self.environment,
                                             start_new_session=True, stdout=subprocess.DEVNULL,
                                             stderr=subprocess.DEVNULL))

    def until(self, condition, seconds=60):
        end = time.monotonic() + seconds
        while not condition():
            assert time.monotonic() < end, self.logs()
            time.sleep(0.1)

    def logs(self):
        return "\n".join(f"{p.name}:\n{p.read_text()[-3000:]}" for p in sorted(self.folder.glob("*.log*")))

    def run(self, *words, cwd=None, check=True):
        done = subprocess.run(list(map(str, words)), cwd=cwd, env=self.environment, capture_output=True,
                              text=True, timeout=60)
        assert done.returncode == 0 or not check, (words, done.stderr, self.logs())
        return done.stdout

    def state(self, job):
        return self.run("squeue", "-h", "-r", "-t", "all", "-j", job, "-o", "%T", check=False).split()

    def fields(self, job):
        return dict(re.findall(r"(\w+)=(\S+)", self.run("scontrol", "show", "job", job)))

    def end(self):
        for job in self.run("squeue", "-h", "-o", "%A", check=False).split():
            self.run("scancel", "--signal=KILL", job, check=False)
        for process in reversed(self.started):
            process.send_signal(signal.SIGTERM)
            try:
                process.wait(20)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()


@pytest.fixture
def slurm(tmp_path_factory):
    cluster = Slurm(tmp_path_factory.mktemp("slurm"))
    cluster.folder.chmod(0o755)
    try:
        cluster.begin()
        yield cluster
    finally:
        cluster.end()


def scripts():
    """The blocks of the page: the array, the merge, and how they are submitted."""
    blocks = re.findall(r"^```bash\n(.*?)^```", (ROOT / "docs/clusters.md").read_text(), re.M | re.S)
    array, merge, submit = blocks[:3]
    assert "#SBATCH --array" in array and "unhedged merge" in merge and submit.startswith("array=")
    return array, merge, submit


@pytest.fixture
def desk(tmp_path):
    """A folder with a configuration, the scripts and the program in reach."""
    (tmp_path / "bin").mkdir()
    (tmp_path / "bin/unhedged").symlink_to(PROGRAM)
    text = CRASH.replace("paths: 500", f"paths: {PATHS}").replace("step: 1 d", f"steps: {STEPS}")
    (tmp_path / "book.yaml").write_text(text.replace("out.h5", "book.h5"))
    array, merge, submit = scripts()
    assert f"--array=1-{SHARDS}" in array and f"-of-{SHARDS}" in merge
    for name, script in (("shards.sh", array), ("merge.sh", merge), ("submit.sh", submit)):
        (tmp_path / name).write_text(script)
    return tmp_path


def submit(slurm, desk, words=""):
    """Jobs of the array and of the merge."""
    slurm.environment["PATH"] = f"{desk}/bin:{WHERE}"
    slurm.environment["UNHEDGED_WORDS"] = words
    script = (desk / "submit.sh").read_text() + "echo $array\n"
    out = slurm.run("bash", "-ec", script, cwd=desk)
    merge, array = re.search(r"Submitted batch job (\d+)\n(\d+)", out).groups()
    return array, merge


def ended(slurm, job):
    states = slurm.state(job)
    return bool(states) and not {"PENDING", "RUNNING", "COMPLETING", "CONFIGURING", "REQUEUED"} & set(states)


def told(desk):
    return {p.name: p.read_text() for p in desk.glob("*.log")}


def run_alone(desk):
    done = start("run", "book.yaml", "--quiet", "-o", "one.h5", cwd=desk)
    assert done.wait(300) == 0
    return contents(desk / "one.h5")


def test_an_array_with_tasks_that_are_requeued_and_its_merge(slurm, desk):
    """Each task stops after a while, is requeued, and goes on, until all are done. The while is long enough
    to get somewhere, however busy the machine is."""
    begin = time.monotonic()
    alone = run_alone(desk)
    limit = max(1.0, 0.25 * (time.monotonic() - begin))
    array, merge = submit(slurm, desk, f"--time-limit {limit:.2f}s")
    slurm.until(lambda: ended(slurm, merge), 400)
    assert slurm.state(merge) == ["COMPLETED"], (slurm.state(array), told(desk), slurm.logs())
    assert slurm.state(array) == ["COMPLETED"] * SHARDS
    restarts = [int(slurm.fields(f"{array}_{k}")["Restarts"]) for k in range(1, SHARDS + 1)]
    assert max(restarts) >= 1, (restarts, told(desk))
    stopped = [text.count("the time limit is reached") for name, text in sorted(told(desk).items())
               if name.startswith("shard")]
    assert stopped == restarts
    assert contents(desk / "merged.h5") == alone
    assert not list(desk.glob(".*journal"))


def test_a_task_that_fails_is_not_tried_again_and_nothing_is_merged(slurm, desk):
    array, merge = submit(slurm, desk, "--set simulation.seed=x")
    slurm.until(lambda: ended(slurm, array) and ended(slurm, merge), 120)
    assert slurm.state(array) == ["FAILED"] * SHARDS and slurm.state(merge) == ["CANCELLED"]
    assert slurm.fields(f"{array}_1")["ExitCode"] == "3:0"
    assert not list(desk.glob("*.h5*"))


def test_a_task_whose_time_is_over_is_requeued(slurm, desk):
    """What `--signal` does a minute before the end: the script gets SIGUSR1, and the program with it."""
    config = desk / "book.yaml"
    config.write_text(config.read_text().replace(f"paths: {PATHS}", f"paths: {4 * PATHS}"))
    array, merge = submit(slurm, desk)
    slurm.until((desk / f".book.h5.shard-1-of-{SHARDS}.journal").exists)
    slurm.run("scancel", "--batch", "--signal=USR1", f"{array}_1")
    slurm.until(lambda: ended(slurm, merge), 400)
    assert slurm.state(merge) == ["COMPLETED"], (told(desk), slurm.logs())
    interrupted = told(desk)["shard-1.log"].count("interrupted; ")  # scancel may have tried more than once
    assert int(slurm.fields(f"{array}_1")["Restarts"]) == interrupted >= 1
    assert contents(desk / "merged.h5") == run_alone(desk)


@pytest.mark.skipif(MPIRUN is None or not BUILT, reason="needs mpirun, and a program that is built with MPI")
def test_a_job_of_several_processes_is_requeued(slurm, desk):
    """The script of the page for MPI, with two processes on the one node there is."""
    (script, ) = re.findall(r"^```bash\n(#!/bin/bash\n#SBATCH [^`]*mpirun[^`]*)^```",
                            (ROOT / "docs/clusters.md").read_text(), re.M)
    assert "--nodes=4 --ntasks-per-node=1 --exclusive" in script
    (desk / "job.sh").write_text(
        script.replace("--nodes=4 --ntasks-per-node=1 --exclusive", "--ntasks=2 --output=job.log"))
    slurm.environment |= AS_ANYBODY | {"PATH": f"{desk}/bin:{WHERE}"}
    alone = run_alone(desk)
    job = slurm.run("sbatch", "--parsable", "job.sh", cwd=desk).strip()
    journal = desk / ".book.h5.journal"
    slurm.until(lambda: journal.exists() and journal.stat().st_size > 100_000)
    slurm.run("scancel", "--batch", "--signal=USR1", job)
    slurm.until(lambda: ended(slurm, job), 400)
    assert slurm.state(job) == ["COMPLETED"], (told(desk), slurm.logs())
    assert int(slurm.fields(job)["Restarts"]) >= 1 and "run again with --resume" in told(desk)["job.log"]
    assert "going on: " in told(desk)["job.log"] and contents(desk / "book.h5") == alone
    assert not journal.exists()
