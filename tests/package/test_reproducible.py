"""Whoever builds a revision, wherever, gets the same program. Takes two whole builds."""
import hashlib
import os

from building import call, copy_of_the_sources


def built(sources, folder):
    environment = {**os.environ, "CCACHE_DISABLE": "1"}
    for name in ("CMAKE_C_COMPILER_LAUNCHER", "CMAKE_CXX_COMPILER_LAUNCHER"):
        environment.pop(name, None)
    call("cmake",
         "-G",
         "Ninja",
         "-S",
         sources,
         "-B",
         folder,
         "-DCMAKE_BUILD_TYPE=Release",
         "-DUNHEDGED_BUILD_TESTS=OFF",
         env=environment)
    call("cmake", "--build", folder, "--target", "unhedged_app", env=environment)
    return hashlib.sha256((folder / "unhedged").read_bytes()).hexdigest()


def test_two_builds_in_different_folders_are_one_program(tmp_path):
    first = copy_of_the_sources(tmp_path / "a")
    inside = built(first, first / "build/release")
    second = copy_of_the_sources(tmp_path / "elsewhere" / "b")
    assert built(second, tmp_path / "outside") == inside
