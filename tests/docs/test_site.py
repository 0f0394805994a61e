"""The site builds without a warning, its search finds things, links hold, and the glossary speaks of what
there is."""
import inspect
import json
import os
import re
import subprocess
import sys

import h5py
import pytest
import yaml
from conftest import ROOT
from pages import PAGES, links, name_of

sys.path.insert(0, str(ROOT / "python"))


@pytest.fixture(scope="module")
def site(tmp_path_factory):
    folder = tmp_path_factory.mktemp("site")
    done = subprocess.run([sys.executable, "-m", "mkdocs", "build", "--strict", "--site-dir", folder],
                          cwd=ROOT,
                          env={
                              **os.environ, "NO_MKDOCS_2_WARNING": "1"
                          },
                          capture_output=True,
                          text=True)
    assert done.returncode == 0, done.stdout + done.stderr
    return folder


def test_every_page_is_in_the_site_and_found(site):
    texts = json.loads((site / "search/search_index.json").read_text())["docs"]
    places = {entry["location"].split("#")[0] for entry in texts}
    pages = {str(p.relative_to(ROOT / "docs"))[:-3] + ".html" for p in (ROOT / "docs").rglob("*.md")}
    renamed = {page.replace("README.html", "index.html") for page in pages}
    assert renamed == places
    assert any("Diversification decay" in entry["text"] for entry in texts)


def test_nothing_is_loaded_from_elsewhere(site):
    """No font, script or style of another host; links that a reader may follow are no loads."""
    for page in site.rglob("*.html"):
        loads = re.findall(r"<(?:script|link|img)[^>]+(?:src|href)=\"?(https?://[^\" >]+)", page.read_text())
        assert not loads, f"{page.name}: {loads}"


def anchors(page):
    """Those that headings make."""
    heads = re.findall(r"^#+ (.*)$", page.read_text(), re.M)
    return {re.sub(r"[^\w\- ]", "", head.lower()).strip().replace(" ", "-") for head in heads}


@pytest.mark.parametrize("page", PAGES, ids=name_of)
def test_links_hold(page):
    for link in links(page):
        if link.startswith(("http://", "https://")):
            continue
        file, _, anchor = link.partition("#")
        target = (page.parent / file).resolve() if file else page
        assert target.exists(), f"{name_of(page)}: {link}"
        if anchor and target.suffix == ".md":
            assert anchor in anchors(target), f"{name_of(page)}: {link}"


def words_there_are(unhedged, quickstart):
    keys = unhedged("describe", "keys", check=0).stdout
    known = set(re.findall(r"\w+", " ".join(re.findall(r"^(\S+)  \(.*", keys, re.M))))
    known |= set(re.findall(r"\w+", " ".join(re.findall(r"^\S+  \(([^;)]*)", keys, re.M))))
    with h5py.File(quickstart) as file:
        known |= {name.decode() for name in file["metric"][()]}
    known |= set(
        re.findall(
            r"\w+",
            " ".join(re.findall(r"^\| `([^`]+)` \|", (ROOT / "docs/formats/results.md").read_text(), re.M))))
    import unhedged as package
    from unhedged import sensitivity
    known |= set(dir(package)) | set(dir(package.Result)) | set(dir(sensitivity))
    known |= set(re.findall(r"\w+", inspect.getsource(package.result)))  # datasets that it reads
    known |= set(inspect.signature(package.run).parameters) | {"unhedged", "set", "scenarios", "calm"}
    known |= {"compare", "replay"}
    scenarios = yaml.safe_load((ROOT / "docs/schemas/scenario.schema.json").read_text())
    return known | set(re.findall(r"\w+", json.dumps(scenarios)))


def test_the_glossary_speaks_of_what_there_is(unhedged, quickstart):
    known = words_there_are(unhedged, quickstart)
    optional = set(re.findall(r"`(\w+)`", (ROOT / "docs/formats/results.md").read_text()))
    rows = [row for row in (ROOT / "docs/glossary.md").read_text().splitlines() if row.startswith("| **")]
    assert len(rows) >= 30
    for term in ("Hedging failure", "Slippage sensitivity", "Settlement latency", "Collateral decay",
                 "Diversification decay", "Parameter stability", "Parameter space exploration",
                 "Risk sensitivity"):
        assert any(row.startswith(f"| **{term}") for row in rows), term
    for row in rows:
        here = row.split("|")[3]
        codes = re.findall(r"`([^`]+)`", here)
        assert codes or "](" in here, row
        for word in re.findall(r"[A-Za-z_]\w*", " ".join(codes)):
            assert word in known | optional, f"{word!r} in: {row}"
