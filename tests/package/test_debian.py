"""The Debian packages, in a root file system that has nothing else."""
import os
import shutil

import pytest
from building import BUILD, ROOT, VERSION, as_root, call, needs, pnl_of

pytestmark = [as_root, needs("mmdebstrap", "dpkg-shlibdeps", "cpack")]


@pytest.fixture(scope="module")
def packages(tmp_path_factory):
    folder = tmp_path_factory.mktemp("packages")
    call("cpack", "-G", "DEB", "-B", folder, cwd=BUILD)
    return sorted(folder.glob("*.deb"))


@pytest.fixture(scope="module")
def bare(tmp_path_factory):
    """Debian with apt and nothing that is not essential."""
    root = tmp_path_factory.mktemp("bare") / "root"
    call("mmdebstrap", "--quiet", "--variant=apt", "bookworm", root, timeout=900)
    yield root
    shutil.rmtree(root)


def test_what_they_say_of_themselves(packages):
    assert [p.name.split("_")[0] for p in packages] == ["libunhedged-dev", "unhedged"]
    for package in packages:
        about = call("dpkg-deb", "--info", package).stdout
        assert f"Version: {VERSION}" in about and "libtbb12" in about and "libyaml-cpp0.7" in about
    program = call("dpkg-deb", "--contents", packages[1]).stdout
    assert "./usr/bin/unhedged" in program and "./usr/share/unhedged/scenarios/crash_1987.yaml" in program
    assert "./usr/include/unhedged/unhedged.hpp" in call("dpkg-deb", "--contents", packages[0]).stdout


def test_installed_and_run_where_nothing_else_is(packages, bare, tmp_path):
    for package in packages:
        shutil.copy(package, bare / "tmp")
    environment = {**os.environ, "DEBIAN_FRONTEND": "noninteractive", "PATH": "/usr/sbin:/usr/bin:/sbin:/bin"}
    files = [f"/tmp/{package.name}" for package in packages]
    for words in (["update"], ["install", "-y", "--no-install-recommends", *files]):
        call("chroot", bare, "apt-get", "-qq", *words, timeout=600, env=environment)
    program = ["chroot", bare, "/usr/bin/unhedged"]
    assert call(*program, "--version").stdout.split()[1] == VERSION
    call(*program, "run", "/usr/share/unhedged/configs/quickstart.yaml", "--paths", 300, "-o", "/tmp/out.h5")
    call(BUILD / "unhedged", "run", ROOT / "configs/quickstart.yaml", "--paths", 300, "-o",
         tmp_path / "here.h5")
    assert (pnl_of(bare / "tmp/out.h5") == pnl_of(tmp_path / "here.h5")).all()
    call(*program, "report", "/tmp/out.h5", "-o", "/tmp/out.html")
    call("chroot", bare, "dpkg", "--purge", "libunhedged-dev", "unhedged")
    assert not list((bare / "usr/share").glob("unhedged*"))
