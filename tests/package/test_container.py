"""The image of packaging/Containerfile, built by a real builder of images. Its base, which the registry has,
is made of Debian's packages; everything else is what the file says."""
import os
import subprocess

import pytest
from building import BUILD, ROOT, as_root, call, needs, pnl_of

pytestmark = [as_root, needs("buildah", "crun", "mmdebstrap")]
BASE = "docker.io/library/debian:bookworm-slim"


@pytest.fixture(scope="module")
def buildah(tmp_path_factory):
    """Calls the builder, whose images are in a folder of the test."""
    folder = tmp_path_factory.mktemp("images")
    places = ["--root", folder / "root", "--runroot", folder / "run", "--storage-driver", "overlay"]
    environment = {**os.environ, "BUILDAH_ISOLATION": "chroot"}

    def builder(*words):
        return call("buildah", *places, *words, env=environment, cwd=ROOT).stdout.strip()

    call("mmdebstrap", "--quiet", "--variant=minbase", "bookworm", folder / "base.tar", timeout=900)
    (folder / "Base").write_text('FROM scratch\nADD base.tar /\nCMD ["bash"]\n')
    builder("bud", "--quiet", "-t", BASE, "-f", folder / "Base", folder)
    yield builder
    builder("rm", "--all")
    builder("rmi", "--all", "--force")


@pytest.fixture(scope="module")
def image(buildah):
    assert f"FROM {BASE}" in (ROOT / "packaging/Containerfile").read_text()
    trusted = os.environ.get("NODE_EXTRA_CA_CERTS")  # of a proxy before the registry of npm
    more = [] if trusted is None else [
        "--volume", f"{trusted}:/run/trusted.crt:ro", "--build-arg", "NODE_EXTRA_CA_CERTS=/run/trusted.crt"
    ]
    buildah("bud", "--quiet", "--pull-never", *more, "-t", "unhedged", "-f", "packaging/Containerfile", ".")
    return "localhost/unhedged"


def test_what_the_image_starts_and_as_whom(buildah, image):
    about = buildah("inspect", "--type", "image", "--format",
                    "{{.OCIv1.Config.User}} {{.OCIv1.Config.Entrypoint}} {{.OCIv1.Config.Cmd}}", image)
    assert about == "nobody [unhedged] [--help]"


def test_it_gives_the_bits_of_the_program_here(buildah, image, tmp_path):
    container = buildah("from", "--pull-never", image)
    settled = buildah("run", container, "--", "sh", "-c", "id -un; command -v g++ cmake git || true")
    assert settled == "nobody"  # and nothing that has built it
    config = "/usr/share/unhedged/configs/quickstart.yaml"
    buildah("run", container, "--", "unhedged", "run", config, "--paths", 300, "-o", "/tmp/out.h5")
    root = buildah("mount", container)
    call(BUILD / "unhedged", "run", ROOT / "configs/quickstart.yaml", "--paths", 300, "-o", tmp_path / "h.h5")
    assert (pnl_of(f"{root}/tmp/out.h5") == pnl_of(tmp_path / "h.h5")).all()
    buildah("run", container, "--", "unhedged", "report", "/tmp/out.h5", "-o", "/tmp/out.html")
    assert subprocess.run(["grep", "-qi", "echarts", f"{root}/tmp/out.html"]).returncode == 0
