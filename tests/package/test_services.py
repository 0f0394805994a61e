"""What others start the program with: units of systemd, the image, the lines in docs/operations.md."""
import re
import shlex
import subprocess

import pytest
from building import BUILD, ROOT, call, needs
from conftest import SMALL

SERVICE, TIMER = ROOT / "packaging/unhedged@.service", ROOT / "packaging/unhedged@.timer"
PAGE = (ROOT / "docs/operations.md").read_text()


def values(unit, key):
    return re.findall(rf"^{key}=(.*)$", unit.read_text(), re.M)


def codes_of(text):
    return {int(code) for code in re.findall(r"\d+", text)}


@needs("systemd-analyze")
@pytest.mark.parametrize("unit", [SERVICE, TIMER], ids=lambda unit: unit.suffix)
def test_systemd_takes_the_units(unit, tmp_path):
    for file in (SERVICE, TIMER):
        name = file.name.replace("@.", "@desk.")
        (tmp_path / name).write_text(file.read_text().replace("/usr/bin/unhedged",
                                                              str(BUILD / "unhedged")).replace(
                                                                  "Documentation=man:unhedged(1)\n", ""))
    name = unit.name.replace("@.", "@desk.")
    done = call("systemd-analyze", "verify", "--man=no", tmp_path / name, check=False)
    ours = [line for line in (done.stdout + done.stderr).splitlines() if "unhedged" in line]
    assert not ours, ours


def test_the_unit_runs_and_runs_again(tmp_path):
    """Its command line, with folders of the test: twice, since yesterday's result is there."""
    (command, ) = values(SERVICE, "ExecStart")
    (tmp_path / "etc").mkdir()
    (tmp_path / "etc/desk.yaml").write_text(SMALL)
    words = shlex.split(
        command.replace("%i", "desk").replace("/etc/unhedged", str(tmp_path / "etc")).replace(
            "/var/lib/unhedged", str(tmp_path)).replace("/usr/bin/unhedged", str(BUILD / "unhedged")))
    for _ in range(2):
        done = call(*words, cwd=tmp_path)
        assert '"level":"info"' in done.stderr
    assert (tmp_path / "desk.h5").exists() and "unhedged_finished" in (tmp_path / "desk.prom").read_text()


def test_the_codes_of_the_unit_and_the_page_are_those_of_the_program():
    documented = set(map(int, re.findall(r"^\| (\d+) \|", (ROOT / "docs/exit_codes.md").read_text(), re.M)))
    never, (again, ), (fine, ) = values(SERVICE, "RestartPreventExitStatus"), values(
        SERVICE, "RestartForceExitStatus"), values(SERVICE, "SuccessExitStatus")
    used = codes_of(" ".join(never)) | codes_of(again) | codes_of(fine)
    assert used == {2, 3, 4, 5, 6, 75} and used <= documented
    rows = re.findall(r"^\| ([\d, ]+) \| .* \| .* \|", PAGE, re.M)
    told = set().union(*map(codes_of, rows))
    assert documented <= told and told - documented == {70, 137, 139}


def test_the_line_for_cron(tmp_path):
    (line, ) = re.findall(r"^0 1 \* \* 1-5  (.*)$", PAGE, re.M)
    (tmp_path / "desk.yaml").write_text(SMALL)
    line = line.replace("/srv/desk", str(tmp_path)).replace("unhedged run", f"{BUILD / 'unhedged'} run")
    for _ in range(2):
        subprocess.run(["sh", "-c", line], check=True)
        assert (tmp_path / "desk.code").read_text() == "0\n"
    assert "es_99" in (tmp_path / "desk.txt").read_text() or "ES 99" in (tmp_path / "desk.txt").read_text()


def test_the_command_for_airflow(tmp_path):
    words = re.search(r'bash_command="(.*?)",\n', PAGE, re.S)[1]
    command = re.sub(r'"\s*"', "", words).replace("/etc/unhedged",
                                                  str(tmp_path)).replace("/data", str(tmp_path))
    command = command.replace("unhedged run", f"{BUILD / 'unhedged'} run")
    (tmp_path / "desk.yaml").write_text(SMALL)
    assert subprocess.run(["bash", "-c", command]).returncode == 0
    (tmp_path / "desk.yaml").write_text(SMALL.replace("output:", "risk: {limits: {es_99: 0.001}}\noutput:"))
    assert subprocess.run(["bash", "-c", command]).returncode == 0
    assert subprocess.run(["bash", "-c", command.replace("2h", "1e-6 s")]).returncode == 99  # a word too many
    assert subprocess.run(["bash", "-c", command.replace("2h", "1e-9h")]).returncode == 1
    (tmp_path / "desk.yaml").write_text("name: bad\n")
    assert subprocess.run(["bash", "-c", command]).returncode == 99


def test_the_image_is_made_of_what_there_is():
    lines = (ROOT / "packaging/Containerfile").read_text().replace("\\\n", " ").splitlines()
    steps = [line for line in lines if re.match(r"[A-Z]+ ", line)]
    words = "FROM ARG COPY WORKDIR RUN FROM COPY RUN USER ENTRYPOINT CMD"
    assert " ".join(s.split()[0] for s in steps) == words
    assert "./bootstrap package" in steps[4] and "build/release/package/unhedged_" in steps[6]
    assert "package)" in (ROOT / "bootstrap").read_text()
    assert "CPACK_PACKAGE_DIRECTORY ${PROJECT_BINARY_DIR}/package" in (ROOT /
                                                                       "cmake/Install.cmake").read_text()
    assert set((ROOT / ".containerignore").read_text().split()) == {"build", "results"}
