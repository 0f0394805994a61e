"""What is installed: the program with its data, and the library that find_package finds."""
import struct

import pytest
from building import BUILD, ROOT, VERSION, call, pnl_of


@pytest.fixture(scope="module")
def prefix(tmp_path_factory):
    """An installation, moved after it was made."""
    first = tmp_path_factory.mktemp("first") / "usr"
    for component in ("program", "library"):
        call("cmake", "--install", BUILD, "--prefix", first, "--component", component)
    return first.rename(tmp_path_factory.mktemp("second") / "opt")


def files_in(folder):
    return {p.relative_to(folder).as_posix() for p in folder.rglob("*") if p.is_file() or p.is_symlink()}


def test_the_version_comes_from_one_place(prefix):
    assert call(prefix / "bin/unhedged", "--version").stdout.split()[:2] == ["unhedged", VERSION]
    (config, ) = prefix.rglob("UnhedgedConfigVersion.cmake")
    assert f'set(PACKAGE_VERSION "{VERSION}")' in config.read_text()
    assert list(prefix.rglob(f"libunhedged.so.{VERSION}"))
    places = call("git",
                  "grep",
                  "-lF",
                  VERSION,
                  "--",
                  "*.cmake",
                  "CMakeLists.txt",
                  "engine",
                  "pyproject.toml",
                  "python",
                  "packaging",
                  cwd=ROOT).stdout.split()
    assert places == ["CMakeLists.txt"]


def test_nothing_but_the_surface_is_installed(prefix):
    there = files_in(prefix)
    headers = {f for f in there if f.endswith((".hpp", ".h"))}
    assert headers == {"include/unhedged/unhedged.hpp"}
    assert not [f for f in there if f.endswith(".a")]
    assert "share/unhedged/scenarios/crash_1987.yaml" in there and "bin/unhedged" in there
    (library, ) = [prefix / f for f in there if f.endswith(f".so.{VERSION}")]
    names = call("nm", "-DC", "--defined-only", library).stdout
    ours = [line for line in names.splitlines() if " T " in line]
    assert ours and all("unhedged::library::" in line for line in ours), ours[:5]


def test_the_installed_program_finds_its_scenarios(prefix, tmp_path):
    (tmp_path / "run.yaml").write_text((ROOT / "configs/quickstart.yaml").read_text())
    call(prefix / "bin/unhedged", "run", "run.yaml", "--paths", 300, "-o", "out.h5", cwd=tmp_path)
    call(BUILD / "unhedged", "run", "run.yaml", "--paths", 300, "-o", "here.h5", cwd=tmp_path)
    assert (pnl_of(tmp_path / "out.h5") == pnl_of(tmp_path / "here.h5")).all()


def test_a_project_of_somebody_else_runs_a_simulation(prefix, tmp_path):
    call("cmake", "-G", "Ninja", "-S", ROOT / "tests/package/consumer", "-B", tmp_path / "build",
         f"-DCMAKE_PREFIX_PATH={prefix}", "-DCMAKE_BUILD_TYPE=Release")
    call("cmake", "--build", tmp_path / "build")
    (tmp_path / "run.yaml").write_text((ROOT / "configs/quickstart.yaml").read_text())
    done = call(tmp_path / "build/consumer", tmp_path / "run.yaml", cwd=tmp_path)
    first, *pnl = done.stdout.splitlines()
    version, scenario, paths, seen, breaches, value, error = first.split()
    assert (version, scenario, paths, seen) == (VERSION, "calm", "700", "1") and int(breaches) > 0
    assert float(value) > 0 and float(error) > 0 and "2 there is no metric es_98" in done.stderr
    call(BUILD / "unhedged", "run", "run.yaml", "--paths", 700, "-o", "here.h5", cwd=tmp_path)
    bits = [struct.pack("<d", float.fromhex(x)) for x in pnl]
    assert bits == [struct.pack("<d", x) for x in pnl_of(tmp_path / "here.h5")[0, 0]]
    (tmp_path / "bad.yaml").write_text("name: bad\n")
    bad = call(tmp_path / "build/consumer", tmp_path / "bad.yaml", check=False)
    assert bad.returncode == 3 and "market" in bad.stderr
    assert call(tmp_path / "build/consumer", tmp_path / "none.yaml", check=False).returncode == 4


def test_another_version_is_not_taken(prefix, tmp_path):
    (tmp_path / "CMakeLists.txt").write_text(
        "cmake_minimum_required(VERSION 3.25)\nproject(x LANGUAGES CXX)\n"
        "find_package(Unhedged 7.3 REQUIRED)\n")
    done = call("cmake", "-S", tmp_path, "-B", tmp_path / "b", f"-DCMAKE_PREFIX_PATH={prefix}", check=False)
    assert done.returncode != 0 and VERSION in done.stderr
