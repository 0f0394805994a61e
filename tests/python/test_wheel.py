"""`pip install .` makes a wheel that works away from the sources. The program in it is the one that was
built."""
import os
import subprocess
import sys
import textwrap
import zipfile

import pytest
from conftest import ROOT


@pytest.fixture(scope="module")
def wheel(tmp_path_factory):
    folder = tmp_path_factory.mktemp("wheel")
    subprocess.run([
        sys.executable, "-m", "pip", "wheel", "--quiet", "--no-deps", "--no-build-isolation",
        "--disable-pip-version-check", "--config-settings", f"build-dir={folder}/build", "--config-settings",
        f"cmake.define.UNHEDGED_PROGRAM={os.environ['UNHEDGED_PROGRAM']}", "--wheel-dir", folder, ROOT
    ],
                   check=True)
    made = list(folder.glob("*.whl"))
    assert len(made) == 1
    return made[0]


@pytest.fixture(scope="module")
def installed(wheel, tmp_path_factory):
    folder = tmp_path_factory.mktemp("installed")
    subprocess.run([
        sys.executable, "-m", "pip", "install", "--quiet", "--no-deps", "--no-index",
        "--disable-pip-version-check", "--target", folder, wheel
    ],
                   check=True)
    return folder


def test_one_wheel_has_it_all(wheel):
    version = next(line.split()[2] for line in (ROOT / "CMakeLists.txt").read_text().splitlines()
                   if line.startswith("project("))
    assert wheel.name.startswith(f"unhedged-{version}-py3-none-linux_")
    names = zipfile.ZipFile(wheel).namelist()
    assert {
        "unhedged/bin/unhedged", "unhedged/py.typed", "unhedged/__init__.py",
        "unhedged/share/unhedged/configs/quickstart.yaml"
    } <= set(names)
    scenarios = {p.name for p in (ROOT / "scenarios").glob("*.yaml")}
    assert scenarios == {
        n.rsplit("/", 1)[1]
        for n in names if n.startswith("unhedged/share/unhedged/scenarios/")
    }
    assert not [n for n in names if "/tests/" in n or n.endswith((".cpp", ".o"))]


def away(installed, tmp_path, code):
    environment = {name: value for name, value in os.environ.items() if name != "UNHEDGED_PROGRAM"}
    environment.update(PYTHONPATH=str(installed), PATH="/usr/bin:/bin")
    done = subprocess.run([sys.executable, "-c", textwrap.dedent(code)],
                          cwd=tmp_path,
                          env=environment,
                          text=True,
                          capture_output=True)
    assert done.returncode == 0, done.stderr
    return done.stdout


def test_it_runs_with_its_own_program_and_scenarios(installed, tmp_path):
    told = away(
        installed, tmp_path, """
        import unhedged, unhedged.program
        from importlib.metadata import version
        assert unhedged.__version__ == version("unhedged")
        print(unhedged.program.find())
        share = unhedged.program.find().parent.parent / "share/unhedged"
        result = unhedged.run(share / "configs/quickstart.yaml", paths=500, output="out.h5")
        print(result.scenarios, result.attributes["engine_version"] == unhedged.__version__)
    """)
    assert told.splitlines() == [
        f"{installed}/unhedged/bin/unhedged", "['calm', 'crypto_crash_2020_03'] True"
    ]


def test_the_command_is_the_program(installed, tmp_path):
    command = installed / "bin/unhedged"
    environment = {**os.environ, "PYTHONPATH": str(installed)}
    done = subprocess.run([sys.executable, command, "describe", "scenarios"],
                          cwd=tmp_path,
                          env=environment,
                          text=True,
                          capture_output=True)
    assert done.returncode == 0 and "crash_1987" in done.stdout
    assert subprocess.run([sys.executable, command, "fly"], env=environment,
                          capture_output=True).returncode == 2
