"""Every documented exit code occurs, and no other: places that cannot be used, and a walk over the codes."""
import os
import re

import pytest
from conftest import SMALL
from running import CODES, configuration, end_of, left_in, partial, start, wait_for

LONG = "n" * 5000


def places(folder):
    """Names that no file can be read from or written to."""
    (folder / "folder").mkdir()
    (folder / "loop").symlink_to("loop")
    (folder / "dangling").symlink_to("nowhere")
    (folder / "text").write_text("no folder")
    os.mkfifo(folder / "fifo")
    return [
        "folder", "loop", "loop/x", "dangling", "text/x", "fifo", LONG, f"{LONG}/x", "/dev/null", "/dev/zero",
        "/proc/self/mem", "none/x", ".", "..", "new/", "a\nb/x",
        os.fsdecode(b"\xff/x")
    ]


def replaced(key, place):
    quoted = '"' + place.replace("\n", "\\n") + '"'
    begin = SMALL.index(key)
    end = SMALL.index("\n", begin)
    return SMALL[:begin] + f"{key} " + (f"[{quoted}]" if key == "scenarios:" else quoted) + SMALL[end:]


def refused(arguments, cwd, codes):
    code, errors = end_of(start(*arguments, cwd=cwd), timeout=20)
    assert code in codes and errors, (arguments, code, errors)
    return errors


def test_places_that_cannot_be_used(tmp_path):
    config = configuration(tmp_path, 500)
    names = places(tmp_path)
    before = left_in(tmp_path)
    for place in names:
        assert len(refused(["run", place], tmp_path, {3, 4})) == 1
        if place not in (f"{LONG}/x", "none/x", "a\nb/x", os.fsdecode(b"\xff/x")):
            assert len(refused(["run", config, "--force", "--quiet", "-o", place], tmp_path, {4})) == 1
        assert left_in(tmp_path) == before
    for key in ("portfolio:", "scenarios:"):
        for place in names:
            if "\udcff" in place:
                continue  # no text: refused where it stands, as the unit tests show
            config.write_text(
                replaced(key, place + (".yaml" if key == "scenarios:" and "/" not in place else "")))
            errors = refused(["run", config], tmp_path, {3})
            assert len(errors) == 1 and key[:-1] in errors[0], errors
        assert left_in(tmp_path) == before
    refused(["run", config, "-o", f"{LONG}/x"], tmp_path, {3, 4})


def test_names_of_any_bytes_are_written(tmp_path):
    import xarray

    config = configuration(tmp_path, 500).rename(tmp_path / os.fsdecode(b"c\xff.yaml"))
    target = tmp_path / os.fsdecode(b"r\xff\n.h5")
    assert end_of(start("run", config, "-o", target, "--quiet", cwd=tmp_path))[0] == 0
    target.rename(tmp_path / "r.h5")
    with xarray.open_dataset(tmp_path / "r.h5") as data:
        assert data.attrs["configuration_path"].endswith("/c\\xff.yaml")


def test_a_scenario_beside_the_configuration_that_hides_a_shipped_one(tmp_path, root):
    import xarray

    (tmp_path / "scenarios").mkdir()
    (tmp_path / "scenarios/calm.yaml").write_text((root / "scenarios/calm.yaml").read_text())
    config = configuration(tmp_path, 500)
    config.write_text(
        re.sub(
            r"scenarios: .*",
            "scenarios: [calm, {name: inline, regimes: {r: {dynamics: {A: {model: gbm, volatility: 1 x}}}}}]",
            config.read_text()))
    code, errors = end_of(start("run", config, cwd=tmp_path))
    assert code == 0 and any("scenarios[0]: is read from" in e and "which hides" in e for e in errors), errors
    with xarray.open_dataset(tmp_path / "out.h5") as data:
        assert list(data.scenario_file.values) == [str(tmp_path / "scenarios/calm.yaml"), ""]
    code, errors = end_of(start("run", config, "-o", tmp_path / "out.h5", "--force", cwd=root))
    assert code == 0 and any("which hides" in e for e in errors)


def ends(folder):
    """A way to each documented code."""
    config = configuration(folder, 500)
    wild = folder / "wild.yaml"
    wild.write_text(SMALL.replace("{model: gbm, volatility: 1 x}", "{model: gbm, volatility: 0, drift: 1e7}"))
    return {
        0: ["run", config],
        2: ["run", config, "--paths", ""],
        3: ["run", config, "--set", "simulation.pths=1"],
        4: ["run", "none.yaml"],
        5: ["run", wild, "-o", "wild.h5"],
        6: ["run", config, "--force", "--set", "risk.limits.es_99=0.001"],
        75: ["run", config, "-o", "late.h5", "--time-limit", "1e-6 s"],
        130: None
    }


def test_every_documented_code_occurs(tmp_path, root):
    ways = ends(tmp_path)
    assert set(ways) == CODES
    for code, arguments in ways.items():
        if arguments is None:
            running = start("run", "run.yaml", "--paths", 200_000_000, "-o", "out2.h5", cwd=tmp_path)
            wait_for(lambda: partial(tmp_path, "out2.h5").exists(), running)
            running.terminate()
        else:
            running = start(*arguments, cwd=tmp_path)
        assert end_of(running)[0] == code
    line = " ".join(
        re.search(r"Exit codes \(.*?\): (.*?)\.\s*\n\n", (root / "README.md").read_text(),
                  re.S).group(1).split())
    assert {int(c) for c in re.findall(r"\b(\d+) [a-z]", line)} == CODES


@pytest.mark.parametrize("arguments, part",
                         [(["-o", ""], "-o results/run.h5"), (["--paths", ""], "whole number"),
                          (["--seed", ""], "whole number"), (["--memory", "nan"], "finite"),
                          (["--memory", "inf"], "finite"), (["--memory", "-1"], "positive"),
                          (["--memory", ""], "positive"), (["--threads", "100000"], "4096"),
                          (["--threads", "0"], "range")])
def test_words_that_are_no_numbers(tmp_path, arguments, part):
    code, errors = end_of(start("run", configuration(tmp_path, 500), *arguments, cwd=tmp_path))
    assert code == 2 and part in errors[0], errors
    assert left_in(tmp_path) == ["run.yaml"]


def test_an_unknown_instruction_set(tmp_path):
    for arguments in (["run", configuration(tmp_path, 500)], ["--version"]):
        code, errors = end_of(start(*arguments, cwd=tmp_path, env={"UNHEDGED_ISA": "nonsense"}))
        assert code == 2 and len(errors) == 1 and "baseline, avx2 and avx512" in errors[0]
    assert end_of(start("--version", cwd=tmp_path, env={"UNHEDGED_ISA": ""}))[0] == 0


def test_too_many_assets(tmp_path):
    assets = ", ".join(f"A{i}: {{spot: 100, implied_vol: 20 %}}" for i in range(1025))
    config = configuration(tmp_path, 500)
    config.write_text(
        SMALL.replace("A: {spot: 100, implied_vol: 20 %, half_spread: 5 bp}",
                      assets).replace("asset: A", "asset: A0").replace("dynamics: {A:",
                                                                       "dynamics: {default:"))
    code, errors = end_of(start("run", config, cwd=tmp_path))
    assert code == 3 and len(errors) == 1 and "1025 assets" in errors[0]


def test_a_launcher_whose_processes_cannot_talk(tmp_path):
    """Built without MPI, or with another than that of the launcher: nobody runs everything by himself, and
    the first of them says why."""
    config = configuration(tmp_path, 500)
    for rank in (0, 1):
        launched = {"PMI_RANK": str(rank), "PMI_SIZE": "2"}
        code, errors = end_of(start("run", config, cwd=tmp_path, env=launched))
        told = "\n".join(errors)
        assert code == 4 and left_in(tmp_path) == ["run.yaml"], errors
        assert (rank == 0) == ("built without MPI" in told or "of which MPI finds 1" in told), errors
