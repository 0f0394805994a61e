"""Instructions per hedge step, counted by callgrind: a regression shows here whatever the machine is doing.

The counts were made with g++ 12.2 and the AVX2 kernels (valgrind has no AVX-512). A change of compiler may
move them; a change of the engine that moves them by more than the tolerance must say so here.
"""
import re
import subprocess

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


@pytest.mark.parametrize("name", CASES)
def test_instructions_per_hedge_step(name, tmp_path):
    arguments, recorded = CASES[name]
    few, many = 256 * 16, 256 * 32
    count = (instructions(arguments, many, tmp_path) - instructions(arguments, few, tmp_path)) / (
        (many - few) * STEPS)
    print(f"{name}: {count:.2f} instructions a step, recorded {recorded}")
    assert count < recorded * (1 + TOLERANCE), f"{count:.2f} instructions a step, recorded {recorded}: slower"
    assert count > recorded * (
        1 - TOLERANCE), f"{count:.2f} instructions a step, recorded {recorded}: faster, record it"
