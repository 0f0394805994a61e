"""Instructions per hedge step, counted by callgrind: a regression shows here whatever the machine is doing.

The counts were made with g++ 12.2 and the AVX2 kernels (valgrind has no AVX-512). A change of compiler may
move them; a change of the engine that moves them by more than the tolerance must say so here.
"""
import json
import re
import subprocess

import assets
import events
import listed
import pytest
import scenarios
from conftest import PROGRAM, ROOT

TOLERANCE = 0.15
PLAIN = ["configs/discrete_hedging.yaml", "--set", "output.attribution=none"]
HEDGING = [*PLAIN, "--set", "simulation.steps=84"]
HESTON = ("{model: heston, volatility: 20 %, long_run_volatility: 20 %, mean_reversion: 4, "
          "vol_of_variance: 0.5, correlation: -0.6}")
WALKS = scenarios.configuration(scenarios.KINDS["random walks"])
# name: (configuration or arguments, steps, blocks of paths: fewer and more, instructions of a step of a path)
CASES = {
    "gbm, one option": (HEDGING, 84, (16, 32), 63.6),
    "gbm, one option, attribution of means":
        ([*HEDGING, "--set", "output.attribution=means"], 84, (16, 32), 91),
    "heston, implied volatility":
        ([*HEDGING, "--set", "hedgers.black_scholes.volatility=implied", "--set",
          f"scenarios[0].regimes.world.dynamics.stock={HESTON}"], 84, (16, 32), 131.9),
    "ten correlated assets": (assets.configuration(10, assets.GBM), 21, (4, 20), 745),
    "fifty correlated assets": (assets.configuration(50, assets.GBM), 21, (2, 6), 3967),
    "twenty scenarios, four hedgers": (WALKS, 65, (2, 6), 7100),
}


def arguments_of(case, steps, folder):
    if isinstance(case, list):
        return case
    file = folder / "config.yaml"
    simulation = {**case["simulation"], "steps": steps}
    if simulation.pop("step", None):
        simulation["horizon"] = "5 d"
    file.write_text(json.dumps({**case, "simulation": {**simulation, "paths": 256},
                                "output": {"file": "x.h5", "worst_paths": 0, "attribution": "none"}}))
    return [str(file)]


def counted(command, folder):
    valgrind = ["valgrind", "--tool=callgrind", f"--callgrind-out-file={folder}/callgrind.out"]
    command = [*valgrind, *map(str, command)]
    done = subprocess.run(command, capture_output=True, text=True, check=True, cwd=ROOT)
    return int(re.search(r"Collected : (\d+)", done.stderr).group(1))


def instructions(arguments, paths, folder):
    return counted([
        PROGRAM, "run", *arguments, "--threads", 1, "--quiet", "--force", "--paths", paths, "-o",
        folder / "out.h5"
    ], folder)


LIMIT = PROGRAM.parent / "unhedged_performance_limit"
# The least that the work of a gbm step takes, and what a path costs besides its steps, estimates included.
LEAST, PATH = 40.8, 1043

REGIMES, ASSET, HEDGER, CROWD = events.CROWDS["gbm"]
# name: (configuration of events.py, hedge steps that its step counts for, instructions)
EVENTS = {
    "excited jumps, daily": (events.EXCITED["20 jumps a year, daily"][1], 1, 172.7),
    "desk on two venues": (events.DESKS["heston"], 1, 362.4),
    "desk on two venues, exponent 0.6": (events.DESKS["heston, impact of exponent 0.6"], 1, 534.7),
    "desk in two regimes": (events.DESKS["two regimes and a trigger"], 1, 696.0),
    "worlds with feedback": (events.configuration(REGIMES, ASSET, events.HEDGERS, HEDGER, feedback=CROWD),
                             events.HEDGERS + 1, 72.6),
}


# name: (book, world, instructions of a step of a path, millions of instructions of all else for each step);
# of so few steps the ends of a path are a good part
BOOK = listed.listed(range(1, 60, 6), 8)
LISTED = {
    "listed, fixed": (BOOK, "gbm, fixed", 383, 5.92),
    "listed, heston": (BOOK, "heston, implied", 547, 12.6),
}


def expect(name, count, recorded):
    print(f"{name}: {count:.4g}, recorded {recorded}")
    assert count < recorded * (1 + TOLERANCE), f"{name}: {count:.4g}, recorded {recorded}: slower"
    assert count > recorded * (1 - TOLERANCE), f"{name}: {count:.4g}, recorded {recorded}: faster, record it"


def instructions_per_path(arguments, few, many, folder):
    return (instructions(arguments, many, folder) - instructions(arguments, few, folder)) / (many - few)


@pytest.mark.parametrize("name", CASES)
def test_instructions_per_hedge_step(name, tmp_path):
    case, steps, blocks, recorded = CASES[name]
    arguments = arguments_of(case, steps, tmp_path)
    few, many = (256 * n for n in blocks)
    more = instructions(arguments, many, tmp_path) - instructions(arguments, few, tmp_path)
    expect(name, more / ((many - few) * steps), recorded)


@pytest.mark.parametrize("name", EVENTS)
def test_instructions_of_events(name, tmp_path):
    configuration, worlds, recorded = EVENTS[name]
    file = tmp_path / "config.yaml"
    file.write_text(json.dumps(configuration))
    count = instructions_per_path([str(file)], 256 * 4, 256 * 12, tmp_path)
    expect(name, count / configuration["simulation"]["steps"] / worlds, recorded)


@pytest.mark.parametrize("name", LISTED)
def test_instructions_of_listed_books(name, tmp_path):
    book, world, of_step, of_preparing = LISTED[name]
    steps, few, many = 15, 256, 256 * 5
    configuration = listed.configuration(book, world, few)
    configuration["simulation"]["steps"] = steps
    configuration["output"] |= {"file": "x.h5", "attribution": "none"}
    file = tmp_path / "config.yaml"
    file.write_text(json.dumps(configuration))
    less, more = (instructions([str(file)], paths, tmp_path) for paths in (few, many))
    step = (more - less) / (many - few) / steps
    expect(f"{name}, a step", step, of_step)
    expect(f"{name}, preparing", (less - few * steps * step) / steps / 1e6, of_preparing)


def test_instructions_of_the_limit(tmp_path):
    """The ratio to it means something only while it is as short as can be."""
    few, many = (counted([LIMIT, 256 * blocks, 84], tmp_path) for blocks in (16, 32))
    expect("limit", (many - few) / (256 * 16) / 84, LEAST)


def test_instructions_per_path(tmp_path):
    """Of a run of one step: beginning, end, estimates and output."""
    arguments = [*PLAIN, "--set", "simulation.steps=1"]
    expect("a path of one step", instructions_per_path(arguments, 256 * 64, 256 * 128, tmp_path), PATH)


def test_a_scenario_in_company_prepares_and_draws_less_than_alone(tmp_path):
    """Whole runs, all that is prepared and written included."""
    together, alone = (instructions(arguments_of({**WALKS, "scenarios": chosen}, 65, tmp_path), 512, tmp_path)
                       for chosen in (WALKS["scenarios"], WALKS["scenarios"][:1]))
    expect("twenty together over twenty alone", together / (20 * alone), 0.724)
