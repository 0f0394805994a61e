"""Every command of README and docs runs, every block of YAML is valid, every block of Python works.

The commands of a page run in their order in one folder, with few paths in place of those of the page.
"""
import os
import subprocess
import sys

import pytest
import yaml
from conftest import PROGRAM, ROOT, SMALL
from pages import PAGES, commands, fenced, name_of

NOT_RUN = {
    "./bootstrap test": "is what runs this",
    "./bootstrap build": "has been",
    "./bootstrap bench": "takes too long",
    "./bootstrap docs": "tests/docs/test_site.py builds the site",
    "run book.yaml --resume": "goes on from a run that was interrupted: tests/faults/test_overnight.py",
    "configs/robustness.yaml": "tests/cli/test_commands.py validates it; its tables take half a minute",
}

# stands for the program: few paths; a breached limit is no failure of a page
WRAPPER = """#!/bin/bash
words=()
while [ $# -gt 0 ]; do
  case $1 in --paths) shift ;; *) words+=("$1") ;; esac
  shift
done
case ${{words[0]}} in run|plan) words+=(--paths 800) ;; esac
[[ " ${{words[*]}} " == *" configs/overnight.yaml "* ]] && words+=(--set "simulation.horizon=11 d")
[[ ${{words[0]}} = describe && " ${{words[*]}} " == *" --simulate "* ]] && words+=(--paths 100)
"{program}" "${{words[@]}}"
code=$?
[ $code = 6 ] && exit 0
exit $code
"""


def place(tmp_path):
    """A folder that looks like the sources, and has a configuration of the reader's own, his scenario and
    his book."""
    for folder in ("configs", "scenarios", "docs"):
        (tmp_path / folder).symlink_to(ROOT / folder)
    for folder in ("bin", "results", "build/release"):
        (tmp_path / folder).mkdir(parents=True)
    (tmp_path / "bin/unhedged").write_text(WRAPPER.format(program=PROGRAM))
    (tmp_path / "bin/unhedged").chmod(0o755)
    (tmp_path / "build/release/unhedged").symlink_to(tmp_path / "bin/unhedged")
    (tmp_path / "bootstrap").write_text('#!/bin/sh\nshift; exec bin/unhedged run --force "$@"\n')
    (tmp_path / "bootstrap").chmod(0o755)
    book = SMALL.replace("out.h5", "book.h5")
    for name in ("book.yaml", "run.yaml"):
        (tmp_path / name).write_text(book)
    for text in fenced(ROOT / "docs/howto/write_a_scenario.md", "yaml"):
        (tmp_path / "gap_down.yaml").write_text(text)
    return tmp_path


def wanted(command):
    return not any(word in command for word in NOT_RUN)


WITH_COMMANDS = [page for page in PAGES if any(map(wanted, commands(page)))]


def test_the_pages_that_must_have_commands_have_them():
    names = {name_of(page) for page in WITH_COMMANDS}
    assert {
        "README.md", "docs/tutorial.md", "docs/overnight.md", "docs/howto/write_a_scenario.md",
        "docs/howto/bring_your_book.md", "docs/howto/read_results.md", "docs/howto/add_a_model.md"
    } <= names
    assert len(commands(ROOT / "docs/tutorial.md")) >= 8


def check_page(page, folder):
    script = "set -eo pipefail\n" + "\n".join(f"echo {line!r} >&2\n{line}"
                                              for line in filter(wanted, commands(page)))
    environment = {**os.environ, "PATH": f"{folder}/bin:/usr/bin:/bin", "NO_COLOR": "1"}
    done = subprocess.run(["bash", "-c", script],
                          cwd=folder,
                          env=environment,
                          capture_output=True,
                          text=True,
                          timeout=900)
    assert done.returncode == 0, done.stderr[-3000:]


@pytest.mark.parametrize("page", WITH_COMMANDS, ids=name_of)
def test_commands_run(page, tmp_path):
    check_page(page, place(tmp_path))


def test_a_command_that_fails_is_seen(tmp_path):
    page = tmp_path / "page.md"
    page.write_text("Text:\n\n    unhedged run nowhere.yaml\n    unhedged describe models\n")
    assert commands(page) == ["unhedged run nowhere.yaml", "unhedged describe models"]
    with pytest.raises(AssertionError, match="nowhere.yaml"):
        check_page(page, place(tmp_path))


# --- YAML, CSV, Python

YAML = [(page, text) for page in PAGES for text in fenced(page, "yaml")]


def test_there_is_yaml():
    assert len(YAML) >= 4


@pytest.mark.parametrize("page, text", YAML, ids=lambda x: name_of(x) if hasattr(x, "parts") else "")
def test_yaml_is_valid(page, text, unhedged, tmp_path):
    """A run, a scenario, or keys of a run, which are put in the place of those of a small one."""
    keys = yaml.safe_load(text)
    target = tmp_path / "block.yaml"
    if "regimes" in keys or "market" in keys:
        target.write_text(text)
    else:
        target.write_text(yaml.safe_dump({**yaml.safe_load(SMALL), **keys}))
        (tmp_path / "book.csv").write_text("instrument,asset,quantity,trader,booked\nspot,A,1,me,today\n")
    unhedged("validate", target, check=0)


@pytest.mark.parametrize("page", [p for p in PAGES if fenced(p, "csv")], ids=name_of)
def test_books_are_read(page, unhedged, tmp_path):
    for number, text in enumerate(fenced(page, "csv")):
        (tmp_path / f"book{number}.csv").write_text(text)
        (tmp_path / "run.yaml").write_text(
            yaml.safe_dump({
                **yaml.safe_load(SMALL.replace("A", "INDEX").replace("spot: 100", "spot: 6500")), "portfolio":
                f"book{number}.csv"
            }).replace("market:", "market:\n  date: 2025-09-02"))
        unhedged("validate", "run.yaml", cwd=tmp_path, check=0)


@pytest.mark.parametrize("page", [p for p in PAGES if fenced(p, "python")], ids=name_of)
def test_python_works(page, tmp_path, unhedged):
    folder = place(tmp_path)
    if page.name == "tutorial.md":
        unhedged("init", folder / "desk", check=0)
        folder = folder / "desk"
    else:
        unhedged("run",
                 "configs/quickstart.yaml",
                 "--paths",
                 600,
                 "-o",
                 folder / "results/quickstart.h5",
                 check=0)
    code = "\n".join(fenced(page, "python"))
    environment = {
        **os.environ, "PYTHONPATH": str(ROOT / "python"),
        "UNHEDGED_PROGRAM": str(PROGRAM),
        "MPLBACKEND": "Agg"
    }
    done = subprocess.run([sys.executable, "-W", "ignore", "-c", code],
                          cwd=folder,
                          env=environment,
                          capture_output=True,
                          text=True,
                          timeout=600)
    assert done.returncode == 0, done.stderr[-3000:]
