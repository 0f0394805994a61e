"""`unhedged init`, `completion` and `man`: what they print is that of the commands there are, and works."""
import json
import re
import shutil
import subprocess
import sys

import nbformat
import pytest
from conftest import PROGRAM, ROOT

FILES = ["book.csv", "look.ipynb", "run.yaml", "scenarios/my_crash.yaml"]


def help_of(unhedged, *command):
    return unhedged(*command, "--help", check=0).stdout


def commands_of(unhedged):
    return re.findall(r"^  ([a-z]+) ", help_of(unhedged).split("Subcommands:")[1], re.M)


def long_options(unhedged, command):
    return set(re.findall(r"^  .*?(--[a-z-]+)", help_of(unhedged, command), re.M))


# --- init


def test_what_init_writes_is_sound_and_runs(unhedged, tmp_path):
    done = unhedged("init", "new/desk", cwd=tmp_path, check=0)
    assert sorted(done.stdout.split()) == [f"new/desk/{name}" for name in FILES]
    desk = tmp_path / "new/desk"
    unhedged("validate", "run.yaml", "scenarios/my_crash.yaml", "--strict", cwd=desk, check=0)
    report = json.loads(unhedged("run", "run.yaml", "--json", cwd=desk, check=0).stdout)
    es = {(c["scenario"], c["hedger"]): c["summary"]["es_99"]["value"] for c in report["cells"]}
    assert es["my_crash", "hourly"] > es["calm", "hourly"], "its crash is one"
    assert (desk / "results/starter.h5").exists()
    notebook = nbformat.read(desk / "look.ipynb", as_version=4)
    nbformat.validate(notebook)
    code = "\n".join(cell.source for cell in notebook.cells if cell.cell_type == "code")
    ran = subprocess.run(
        [sys.executable, "-c", code],
        cwd=desk,
        capture_output=True,
        text=True,
        env={
            "PYTHONPATH": str(ROOT / "python"),
            "UNHEDGED_PROGRAM": str(PROGRAM),
            "MPLBACKEND": "Agg",
            "PATH": "/usr/bin:/bin",
            "HOME": str(tmp_path)
        })
    assert ran.returncode == 0, ran.stderr


@pytest.mark.parametrize("there", FILES)
def test_init_replaces_nothing(unhedged, tmp_path, there):
    (tmp_path / there).parent.mkdir(exist_ok=True)
    (tmp_path / there).write_text("mine")
    done = unhedged("init", ".", cwd=tmp_path, check=4)
    assert there in done.stderr and "exists" in done.stderr
    assert [p for p in tmp_path.rglob("*") if p.is_file()] == [tmp_path / there]
    assert (tmp_path / there).read_text() == "mine"


def test_init_beside_files_of_other_names(unhedged, tmp_path):
    (tmp_path / "notes.txt").write_text("mine")
    unhedged("init", tmp_path, check=0)
    assert (tmp_path / "run.yaml").exists() and (tmp_path / "notes.txt").read_text() == "mine"


def test_init_that_cannot_end_leaves_nothing(unhedged, tmp_path):
    (tmp_path / "scenarios").write_text("a file where a folder should be")
    done = unhedged("init", ".", cwd=tmp_path, check=4)
    assert "scenarios" in done.stderr
    assert [p.name for p in tmp_path.iterdir()] == ["scenarios"]
    assert "cannot be written" in unhedged("init", "/proc/nowhere/desk", check=4).stderr


# --- completion


def bash(script, *words):
    """What bash offers for the last of the words."""
    lines = f"source {script}; COMP_WORDS=(unhedged {' '.join(repr(w) for w in words)}); " \
            f"COMP_CWORD={len(words)}; _unhedged; printf '%s\\n' \"${{COMPREPLY[@]}}\""
    done = subprocess.run(["bash", "-euc", lines], capture_output=True, text=True, cwd=ROOT)
    return done.stdout.split()


def zsh(script, *words):
    """The arguments of _arguments or the entries of _describe, which zsh would show."""
    lines = f"compdef() {{}}; _describe() {{ print -l $commands }}; _arguments() {{ print -l -- \"$@\" }}; " \
             f"source {script}; words=(unhedged {' '.join(repr(w) for w in words)}); " \
             f"CURRENT={len(words) + 1}; _unhedged"
    done = subprocess.run(["zsh", "-fc", lines], capture_output=True, text=True)
    assert done.returncode == 0 and not done.stderr, done.stderr
    return done.stdout.splitlines()


def fish(script, *words):
    line = "unhedged " + " ".join(words)
    done = subprocess.run(["fish", "--no-config", "-c", f"source {script}; complete -C \"{line}\""],
                          capture_output=True,
                          text=True,
                          cwd=ROOT)
    return [row.split("\t")[0] for row in done.stdout.splitlines()]


@pytest.fixture(scope="module")
def scripts(unhedged, tmp_path_factory):
    folder = tmp_path_factory.mktemp("completion")
    for shell in ("bash", "zsh", "fish"):
        if not shutil.which(shell):
            pytest.skip(f"no {shell}: ./bootstrap test installs it")
        (folder / shell).write_text(unhedged("completion", shell, check=0).stdout)
        subprocess.run([shell, "-n", folder / shell], check=True)
    return folder


def test_every_shell_offers_every_command(scripts, unhedged):
    commands = set(commands_of(unhedged))
    assert {"run", "init", "man", "completion"} <= commands
    assert set(bash(scripts / "bash", "")) == commands | {"--help", "--version"}
    assert {line.split(":")[0] for line in zsh(scripts / "zsh", "")} == commands
    assert set(fish(scripts / "fish", "")) == commands
    assert bash(scripts / "bash", "mer") == ["merge"]


def test_every_shell_offers_every_option(scripts, unhedged):
    for command in commands_of(unhedged):
        options = long_options(unhedged, command)
        assert "--help" in options
        assert {w for w in bash(scripts / "bash", command, "--") if w.startswith("--")} == options, command
        shown = set(
            re.findall(r"(?<![\w-])--[a-z-]+",
                       "\n".join(line.split("[")[0] for line in zsh(scripts / "zsh", command, ""))))
        assert shown == options, command
        assert {w for w in fish(scripts / "fish", command, "--") if w.startswith("--")} == options, command


def test_values_and_files(scripts):
    assert bash(scripts / "bash", "run", "--log-format", "") == ["lines", "json"]
    assert bash(scripts / "bash", "describe", "sc") == ["scenarios"]
    assert bash(scripts / "bash", "run", "configs/quick") == ["configs/quickstart.yaml"]
    assert bash(scripts / "bash", "run", "x.yaml", "-o", "configs/quick") == ["configs/quickstart.yaml"]
    assert bash(scripts / "bash", "run", "--paths", "") == []
    assert set(fish(scripts / "fish", "run", "--log-format", "")) >= {"lines", "json"}
    assert set(fish(scripts / "fish", "completion", "")) >= {"bash", "zsh", "fish"}
    assert "configs/quickstart.yaml" in fish(scripts / "fish", "run", "configs/quick")
    run = zsh(scripts / "zsh", "run", "")
    assert any(line.startswith("--log-format[") and line.endswith(":FORMAT:(lines json)") for line in run)
    assert any(line.endswith(":config:_files") for line in run)


def test_a_shell_that_is_not_known(unhedged):
    assert "powershell" in unhedged("completion", "powershell", check=2).stderr


# --- man


@pytest.fixture(scope="module")
def page(unhedged, tmp_path_factory):
    file = tmp_path_factory.mktemp("man") / "unhedged.1"
    file.write_text(unhedged("man", check=0, env={"SOURCE_DATE_EPOCH": "1583971200"}).stdout)
    return file


def test_the_page_is_sound_mdoc(page):
    if not shutil.which("mandoc"):
        pytest.skip("no mandoc: ./bootstrap test installs it")
    lint = subprocess.run(["mandoc", "-T", "lint", page], capture_output=True, text=True).stdout.splitlines()
    assert [line for line in lint if "operating system explicitly specified" not in line] == []


def test_the_page_has_every_command_option_and_exit_code(page, unhedged, root):
    if not shutil.which("mandoc"):
        pytest.skip("no mandoc: ./bootstrap test installs it")
    shown = subprocess.run(["mandoc", "-T", "utf8", "-O", "width=200", page], capture_output=True,
                           text=True).stdout
    text = re.sub(r".\x08", "", shown).replace("‐", "-").replace("−", "-")
    assert "March 12, 2020" in text
    sections = re.split(r"^   unhedged ", text, flags=re.M)[1:]
    assert [s.split("\n")[0].strip() for s in sections] == commands_of(unhedged)
    for source in re.split(r"^\.Ss unhedged ", page.read_text(), flags=re.M)[1:]:
        items = re.findall(r"^\.It .*", source.split("\n.Sh")[0], re.M)
        described = set(re.findall(r"Fl \\&(-[a-z-]+)", "\n".join(items)))
        assert {"-" + name for name in described} == long_options(unhedged, source.split("\n")[0])
    codes = set(re.findall(r"^\| (\d+) \|", (root / "docs/exit_codes.md").read_text(), re.M))
    assert codes == set(re.findall(r"^     (\d+) ", text.split("EXIT STATUS")[1], re.M))
