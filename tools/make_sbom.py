#!/usr/bin/env python3
"""Writes a bill of materials of the program in CycloneDX 1.6 (JSON), checked against its schema.

What is in it: the shared libraries the program runs with and the headers it was compiled from, as packages of
Debian with the versions installed here; the charting library in the pages of `unhedged report`, from its lock
file; and, as not part of the program, the Python packages of the tests. Two runs on a machine write the same.

usage: ./bootstrap sbom [FILE]
"""
import argparse
import base64
import json
import re
import subprocess
import sys
import uuid
from pathlib import Path

from cyclonedx.model import HashAlgorithm, HashType
from cyclonedx.model.bom import Bom, BomMetaData
from cyclonedx.model.component import Component, ComponentScope, ComponentType
from cyclonedx.model.dependency import Dependency
from cyclonedx.output.json import JsonV1Dot6
from cyclonedx.schema import SchemaVersion
from cyclonedx.validation.json import JsonStrictValidator
from packageurl import PackageURL

ROOT = Path(__file__).resolve().parent.parent


def said_by(*words):
    return subprocess.run([str(w) for w in words], capture_output=True, text=True, check=True).stdout


def libraries_of(program):
    """Shared libraries that the loader finds for a program."""
    found = re.findall(r"=> (/\S+) \(", said_by("ldd", program))
    return sorted(str(Path(path).resolve()) for path in found)


def owner_of(path):
    """The Debian package of a file, which may be known as below / where /lib is a link to /usr/lib."""
    for name in (path, path.removeprefix("/usr")):
        done = subprocess.run(["dpkg-query", "-S", name], capture_output=True, text=True)
        if done.returncode == 0:
            return done.stdout.split(":")[0]
    return None


def compiled_in():
    """Packages with headers and static parts, as the build asks for them."""
    names = (ROOT / "tools/packages.txt").read_text().split("\n")
    return [n for n in names if n.endswith("-dev")]


def library(name, version, purl, scope=ComponentScope.REQUIRED, hashes=()):
    return Component(name=name,
                     version=version,
                     type=ComponentType.LIBRARY,
                     purl=purl,
                     bom_ref=str(purl),
                     hashes=hashes,
                     scope=scope)


def debian_component(package):
    version, source, architecture = said_by("dpkg-query", "-W", "-f",
                                            "${Version}\\n${source:Package}\\n${Architecture}\\n",
                                            package).split()[:3]
    distribution = re.search(r'^VERSION_ID="?([\d.]+)', Path("/etc/os-release").read_text(), re.M)
    system = re.search(r"^ID=(\w+)", Path("/etc/os-release").read_text(), re.M)[1]
    purl = PackageURL(
        "deb", system, package, version, {
            "arch": architecture,
            "distro": f"{system}-{distribution[1] if distribution else '?'}",
            "upstream": source
        })
    return library(package, version, purl)


def page_components():
    lock = json.loads((ROOT / "engine/app/page/package-lock.json").read_text())
    for place, about in sorted(lock["packages"].items()):
        if not place:
            continue
        name = place.removeprefix("node_modules/")
        purl = PackageURL("npm", None, name, about["version"])
        algorithm, digest = about["integrity"].split("-", 1)
        assert algorithm == "sha512", algorithm
        digests = [HashType(alg=HashAlgorithm.SHA_512, content=base64.b64decode(digest).hex())]
        yield library(name, about["version"], purl, hashes=digests)


def test_components():
    pins = re.findall(r"^([\w.\-]+)==([^\s;]+)", (ROOT / "tests/requirements.txt").read_text(), re.M)
    for name, version in sorted(set(pins)):
        purl = PackageURL("pypi", None, name.lower(), version)
        yield library(name, version, purl, scope=ComponentScope.EXCLUDED)


def make(program):
    version = said_by(program, "--version").split()[1]
    itself = Component(name="unhedged",
                       version=version,
                       type=ComponentType.APPLICATION,
                       bom_ref=f"unhedged@{version}")
    packages = {owner_of(path) for path in libraries_of(program)} | set(compiled_in())
    unknown = [path for path in libraries_of(program) if owner_of(path) is None]
    if unknown:
        sys.exit(f"make_sbom.py: of no Debian package: {', '.join(unknown)}")
    parts = [debian_component(name) for name in sorted(packages)] + list(page_components())
    bom = Bom(components=parts + list(test_components()), metadata=BomMetaData(component=itself))
    bom.dependencies = [Dependency(itself.bom_ref, [Dependency(part.bom_ref) for part in parts])
                        ] + [Dependency(part.bom_ref) for part in bom.components]
    return bom


def written(bom):
    """Without the time and with a number that follows from the content."""
    out = json.loads(JsonV1Dot6(bom).output_as_string())
    out["metadata"].pop("timestamp", None)
    out.pop("serialNumber", None)
    out["serialNumber"] = uuid.uuid5(uuid.NAMESPACE_URL, json.dumps(out, sort_keys=True)).urn
    text = json.dumps(out, indent=1, sort_keys=True) + "\n"
    problem = JsonStrictValidator(SchemaVersion.V1_6).validate_str(text)
    if problem:
        sys.exit(f"make_sbom.py: does not fit the schema of CycloneDX 1.6: {problem}")
    return text


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--program", type=Path, default=ROOT / "build/release/unhedged")
    parser.add_argument("--output", type=Path, default=ROOT / "build/sbom.json")
    arguments = parser.parse_args()
    arguments.output.write_text(written(make(arguments.program)))
    print(arguments.output)


if __name__ == "__main__":
    main()
