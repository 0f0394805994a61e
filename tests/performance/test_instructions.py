"""Instructions per hedge step, counted by callgrind: a regression shows here whatever the machine is doing.

The counts were made with g++ 12.2 and the AVX2 kernels (valgrind has no AVX-512). A change of compiler may
move them; a change of the engine that moves them by more than the tolerance must say so here.
"""
import json
import re
import subprocess

import events
import pytest
from conftest import PROGRAM, ROOT

TOLERANCE = 0.15
STEPS = 84
CASES = {
    "gbm, one option": (["configs/discrete_hedging.yaml", "--set", f"simulation.steps={STEPS}"], 85.6),
    "heston, implied volatility": ([
        "configs/discrete_hedging.yaml", "--set", f"simulation.steps={STEPS}", "--set",
        "hedgers.black_scholes.volatility=implied", "--set",
        "scenarios[0].regimes.world.dynamics.stock={model: heston, volatility: 20 %, long_run_volatility: 20 "
        "%, "
        "mean_reversion: 4, vol_of_variance: 0.5, correlation: -0.6}"
    ], 148.9),
}


def instructions(arguments, paths, folder):
    command = [
        "valgrind", "--tool=callgrind", f"--callgrind-out-file={folder}/callgrind.out",
        str(PROGRAM), "run", *arguments, "--threads", "1", "--quiet", "--force", "--paths",
        str(paths), "-o",
        str(folder / "out.h5")
    ]
    done = subprocess.run(command, capture_output=True, text=True, check=True, cwd=ROOT)
    return int(re.search(r"Collected : (\d+)", done.stderr).group(1))


REGIMES, ASSET, HEDGER, CROWD = events.CROWDS["gbm"]
# name: (configuration of events.py, hedge steps that its step counts for, instructions)
EVENTS = {
    "excited jumps, daily": (events.EXCITED["20 jumps a year, daily"][1], 1, 191.5),
    "desk on two venues": (events.DESKS["heston"], 1, 387.8),
    "desk on two venues, exponent 0.6": (events.DESKS["heston, impact of exponent 0.6"], 1, 560.1),
    "desk in two regimes": (events.DESKS["two regimes and a trigger"], 1, 731.0),
    "worlds with feedback": (events.configuration(REGIMES, ASSET, events.HEDGERS, HEDGER, feedback=CROWD),
                             events.HEDGERS + 1, 92.6),
}


def check(name, count, recorded):
    print(f"{name}: {count:.2f} instructions a step, recorded {recorded}")
    assert count < recorded * (1 + TOLERANCE), f"{count:.2f} instructions a step, recorded {recorded}: slower"
    assert count > recorded * (
        1 - TOLERANCE), f"{count:.2f} instructions a step, recorded {recorded}: faster, record it"


def instructions_per_path(arguments, few, many, folder):
    return (instructions(arguments, many, folder) - instructions(arguments, few, folder)) / (many - few)


@pytest.mark.parametrize("name", CASES)
def test_instructions_per_hedge_step(name, tmp_path):
    arguments, recorded = CASES[name]
    check(name, instructions_per_path(arguments, 256 * 16, 256 * 32, tmp_path) / STEPS, recorded)


@pytest.mark.parametrize("name", EVENTS)
def test_instructions_of_events(name, tmp_path):
    configuration, worlds, recorded = EVENTS[name]
    file = tmp_path / "config.yaml"
    file.write_text(json.dumps(configuration))
    count = instructions_per_path([str(file)], 256 * 4, 256 * 12, tmp_path)
    check(name, count / configuration["simulation"]["steps"] / worlds, recorded)
