"""The bill of materials: it fits its schema, and has what the program is made of."""
import json
import re
import subprocess

from building import ROOT, VERSION, call


def test_it_has_all_parts_with_their_versions(tmp_path):
    file = tmp_path / "sbom.json"
    call(ROOT / "bootstrap", "sbom", file)
    text = file.read_text()
    bom = json.loads(text)
    assert (bom["bomFormat"], bom["specVersion"]) == ("CycloneDX", "1.6")
    assert bom["metadata"]["component"]["name"] == "unhedged" and bom["metadata"]["component"][
        "version"] == VERSION
    parts = {part["name"]: part for part in bom["components"]}
    lock = json.loads((ROOT / "engine/app/page/package-lock.json").read_text())
    assert parts["echarts"]["version"] == lock["packages"]["node_modules/echarts"]["version"]
    for name in ("libtbb12", "libyaml-cpp0.7", "libhdf5-103-1", "libc6", "libcli11-dev",
                 "nlohmann-json3-dev"):
        installed = subprocess.run(["dpkg-query", "-W", "-f", "${Version}", name],
                                   capture_output=True,
                                   text=True).stdout
        assert parts[name]["version"] == installed and parts[name]["purl"].startswith("pkg:deb/debian/"), name
    pins = re.findall(r"^([\w.\-]+)==", (ROOT / "tests/requirements.txt").read_text(), re.M)
    assert all(parts[name]["scope"] == "excluded" for name in pins)
    (itself, ) = [d for d in bom["dependencies"] if d["ref"] == f"unhedged@{VERSION}"]
    assert parts["libtbb12"]["bom-ref"] in itself["dependsOn"] and parts["h5py"]["bom-ref"] not in itself[
        "dependsOn"]
    call(ROOT / "bootstrap", "sbom", file)
    assert file.read_text() == text
