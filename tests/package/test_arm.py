"""The program for 64-bit ARM, built here and run in an emulator: its tests, and the bits it gives here."""
import os

import pytest
from building import BUILD, ROOT, call, copy_of_the_sources, needs, pnl_of

pytestmark = needs("aarch64-linux-gnu-g++", "qemu-aarch64", "mmdebstrap")

# Worlds with jumps, stochastic volatility, correlation, feedback, perpetuals, costs, nights, and their paths.
RUNS = [("quickstart", 40), ("crypto_crowd", 12), ("equity_crashes", 6)]
# What is slow in an emulator and goes through the same kernels is left out.
TESTS = {
    "unhedged_unit_tests": [],
    "unhedged_oracle_tests": ["*instruction set*"],
    "unhedged_determinism_tests": []
}


@pytest.fixture(scope="module")
def emulated(tmp_path_factory):
    """Of a program's name, the words that run it for ARM."""
    root = ROOT / "build/arm-root"
    call(ROOT / "tools/arm_root.sh", root, timeout=900)
    sources = copy_of_the_sources(tmp_path_factory.mktemp("arm") / "sources")
    environment = {**os.environ, "UNHEDGED_SYSROOT": str(root)}
    call("cmake", "--preset", "arm", cwd=sources, env=environment)
    for target in ("unhedged_app", *TESTS):
        call("cmake", "--build", "--preset", "arm", "--target", target, cwd=sources, env=environment)
    return lambda name: ["qemu-aarch64", "-L", root, sources / "build/arm" / name]


def test_it_is_for_arm(emulated):
    program = emulated("unhedged")
    assert "AArch64" in call("readelf", "-h", program[-1]).stdout
    assert "baseline" in call(*program, "--version").stdout


@pytest.mark.parametrize("tests, which", TESTS.items())
def test_the_tests_pass(emulated, tests, which):
    call(*emulated(tests), *which, cwd=ROOT, timeout=3600)


@pytest.mark.parametrize("name, paths", RUNS)
def test_the_bits_are_the_same(emulated, tmp_path, name, paths):
    more = [
        "run", ROOT / f"configs/{name}.yaml", "--paths", paths, "--quiet", "--set", "output.worst_paths=1"
    ]
    call(*emulated("unhedged"), *more, "-o", tmp_path / "arm.h5", timeout=1200)
    call(BUILD / "unhedged", *more, "-o", tmp_path / "here.h5")
    arm, here = pnl_of(tmp_path / "arm.h5"), pnl_of(tmp_path / "here.h5")
    assert arm.tobytes() == here.tobytes()
