"""What a run will take is said before it starts; what cannot be is refused with the arithmetic."""
import subprocess

import pytest
from conftest import PROGRAM, SMALL, limited_memory


def test_a_run_says_what_it_will_take(unhedged, small):
    done = unhedged("run", small, cwd=small.parent, check=0)
    assert "500 paths x 30 steps x 1 scenario x 2 hedgers x 1 asset" in done.stderr
    assert unhedged("run", small, "--force", "--quiet", cwd=small.parent, check=0).stderr == ""


@limited_memory
@pytest.mark.parametrize("settings, part", [
    (["simulation.steps=1e7", "simulation.paths=10_000", "output.worst_paths=10_000"], "fewer worst_paths"),
    ([
        "simulation.steps=1e7", "simulation.paths=64",
        "hedgers.other={model: black_scholes, volatility: 30 %}"
    ], "`greeks: exact` need less"),
])
def test_what_memory_cannot_hold_is_refused_with_the_arithmetic(small, settings, part):
    small.write_text(SMALL.replace("step: 1 d", "steps: 30"))
    sets = " ".join(f"--set '{s}'" for s in settings)
    done = subprocess.run(["bash", "-c", f"ulimit -v {4 << 20}; exec {PROGRAM} run {small} {sets}"],
                          cwd=small.parent,
                          capture_output=True,
                          text=True,
                          timeout=120)
    assert done.returncode == 4, done.stderr
    for expected in ("GiB", "tables", "are available", part):
        assert expected in done.stderr
    assert [p.name for p in small.parent.iterdir()] == ["small.yaml"]


@pytest.mark.parametrize(
    "setting", ["simulation.paths=1e18", "simulation.paths=1000000000000000000", "simulation.steps=1e10"])
def test_numbers_beyond_any_machine_are_refused_at_once(unhedged, small, setting):
    small.write_text(SMALL.replace("step: 1 d", "steps: 30"))
    assert setting.split("=")[0] in unhedged("run", small, "--set", setting, check=3).stderr


def test_a_run_of_hours_is_warned_of(small):
    small.write_text(SMALL.replace("step: 1 d", "steps: 100_000"))
    running = subprocess.Popen([
        str(PROGRAM), "run",
        str(small), "--paths", "50_000_000", "--threads", "1", "--set", "simulation.greeks=exact"
    ],
                               cwd=small.parent,
                               stderr=subprocess.PIPE,
                               text=True)
    said = ""
    for line in running.stderr:
        said += line
        if "this run takes" in line:
            break
    running.terminate()
    running.communicate(timeout=60)
    assert "this run takes about" in said and "50000000 paths x 100000 steps" in said, said
