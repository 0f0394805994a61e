"""Mutates the shipped configurations and runs them: every end is a documented code, in time, with no partial
file.

usage: build/venv/bin/python tests/fuzz/mutate_configurations.py [--rounds 300] [--seed 1] [--program
build/release/unhedged]
"""
import argparse
import copy
import os
import random
import subprocess
import sys
import tempfile
from pathlib import Path

import yaml

ROOT = Path(__file__).resolve().parents[2]
DOCUMENTED = {0, 2, 3, 4, 5, 6}
SECONDS = 30
VALUES = [
    "0", "-1", "1e308", "1e-308", "1e400", "nan", ".inf", "", "~", "1_0", "0x10", "1e18", "100 %", "-5 %",
    "3 x", "1 ns", "10 d", "0 d", "1e9 y", "1e-9 s", "2020-02-30", "*", "[]", "{}", "\x00", "\u00e9",
    "a" * 5000, "true", "default", "none", "implied", "step", "12 bp", "999999999999"
]


def places(node, path=()):
    """Every place of a tree: keys of maps and indices of lists, from the root down."""
    children = node.items() if isinstance(node, dict) else enumerate(node) if isinstance(node, list) else ()
    for key, child in children:
        yield path + (key,)
        yield from places(child, path + (key,))


def parent_of(tree, path):
    for key in path[:-1]:
        tree = tree[key]
    return tree


def mutate(tree, rng):
    path = rng.choice(list(places(tree)))
    parent, key = parent_of(tree, path), path[-1]
    kind = rng.randrange(6)
    if kind == 0:
        del parent[key]
    elif kind == 1 and isinstance(parent, dict):
        parent[str(key) + rng.choice(["x", "", " ", "_"])] = parent.pop(key)
    elif kind == 2 and isinstance(parent, list):
        parent.append(copy.deepcopy(parent[key]))
    elif kind == 3:
        parent[key] = copy.deepcopy(parent_of(tree, rng.choice(list(places(tree)))))
    else:
        parent[key] = rng.choice(VALUES)


# Their tables take longer than a round may, however few the paths.
PREPARES_LONG = ("robustness.yaml", "overnight.yaml")


def smaller(tree):
    """Few paths and a short horizon where the mutation left them alone: it is the reading that is tried."""
    simulation = tree.get("simulation")
    if isinstance(simulation, dict):
        simulation["paths"] = "64"
    return tree


def one_round(number, rng, sources, program, folder):
    name, source = rng.choice(sources)
    tree = copy.deepcopy(source)
    for _ in range(rng.randint(1, 4)):
        mutate(tree, rng)
    path = folder / "mutant.yaml"
    path.write_text(yaml.safe_dump(smaller(tree)) if isinstance(tree, dict) else "")
    runs = number % 3 == 0 and name not in PREPARES_LONG
    command = [program, "run" if runs else "validate", str(path)]
    if runs:
        command += ["-o", str(folder / "out.h5"), "--force", "--memory", "1"]
    try:
        done = subprocess.run(command, cwd=ROOT / "configs", capture_output=True, timeout=SECONDS)
    except subprocess.TimeoutExpired:
        return f"{name}: more than {SECONDS} s"
    if done.returncode not in DOCUMENTED or b"internal error" in done.stderr:
        return f"{name}: exit {done.returncode}: {done.stderr[-300:].decode(errors='replace')}"
    if left := [p.name for p in folder.iterdir() if "partial" in p.name]:
        return f"{name}: left behind {left}"
    return None


def main():
    parser = argparse.ArgumentParser(description=__doc__,
                                     formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rounds", type=int, default=300)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--program",
                        default=os.environ.get("UNHEDGED_PROGRAM", str(ROOT / "build/release/unhedged")))
    arguments = parser.parse_args()
    rng = random.Random(arguments.seed)
    sources = [(p.name, yaml.load(p.read_text(), yaml.BaseLoader))
               for p in sorted((ROOT / "configs").glob("*.yaml"))]
    failures = 0
    with tempfile.TemporaryDirectory() as folder:
        program = str(Path(arguments.program).resolve())
        for number in range(arguments.rounds):
            problem = one_round(number, rng, sources, program, Path(folder))
            if problem:
                failures += 1
                kept = Path(tempfile.gettempdir()) / f"mutant-{arguments.seed}-{number}.yaml"
                kept.write_bytes((Path(folder) / "mutant.yaml").read_bytes())
                print(f"round {number}, {problem}\n  kept as {kept}")
    print(f"{arguments.rounds - failures} passed, {failures} failed")
    return 1 if failures else 0


if __name__ == "__main__":
    sys.exit(main())
