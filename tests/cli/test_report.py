"""`unhedged report`: the page without a browser (tests/report has one), its numbers, and what it refuses."""
import json
import os
import re
import shutil

import h5py
import numpy as np
import pytest
from conftest import SMALL


def words_of(page):
    """The text of the page with plain spaces."""
    return page.read_text().replace("\u00a0", " ")


def data_of(page):
    text = page.read_text()
    found = re.search(r'<script type="application/json" id="data">(.*?)</script>', text, re.S)
    return json.loads(found.group(1))


@pytest.fixture(scope="module")
def page(unhedged, quickstart, tmp_path_factory):
    target = tmp_path_factory.mktemp("page") / "quickstart.html"
    unhedged("report", quickstart, "-o", target, check=0)
    return target


def names(file, dataset):
    return [name.decode() for name in file[dataset][:]]


def test_the_page_is_small_and_needs_nothing_else(page):
    text = page.read_text()
    assert page.stat().st_size < 3e6
    head = re.sub(r"<script>.*?</script>", "", text, flags=re.S)
    assert not re.search(r'<(script|img|iframe)[^>]*\ssrc=|<link|@import|url\(|href="(?!#)', head)
    assert "default-src 'none'" in text and "Apache License 2.0" in text


def test_the_same_result_gives_the_same_page(unhedged, quickstart, page, tmp_path):
    unhedged("report", quickstart, "-o", tmp_path / "again.html", check=0)
    assert (tmp_path / "again.html").read_bytes() == page.read_bytes()


def test_differences_are_judged_as_compare_judges_them(unhedged, page, quickstart):
    data, compared = data_of(page), json.loads(unhedged("compare", quickstart, "--json", check=0).stdout)
    checked = 0
    for scenario, ranking in zip(compared["scenarios"], data["rankings"]):
        tests = {frozenset((one["hedger"], one["reference"])): one for one in scenario["pairs"]}
        best = data["hedgers"][ranking["best"]]
        for rival in ranking["rivals"]:
            name = data["hedgers"][rival["hedger"]]
            test, sign = tests[frozenset((name, best))], 1
            if test["hedger"] == best:
                sign = -1
            ends = [test["difference"]["lower"], test["difference"]["upper"]][::sign]
            assert rival["above"][:3] == [sign * test["difference"]["value"], sign * ends[0], sign * ends[1]]
            assert rival["p"] == test["adjusted_p"] and rival["apart"] == test["significant"]
            checked += 1
    assert checked == len(data["scenarios"]) * (len(data["hedgers"]) - 2)


def test_numbers_of_the_page_are_those_of_the_file(page, quickstart):
    data = data_of(page)
    with h5py.File(quickstart) as file:
        assert data["scenarios"] == names(file, "scenario") and data["hedgers"] == names(file, "hedger")
        assert data["metrics"] == names(file, "metric")
        summary = np.array(data["summary"], dtype=float)  # null becomes NaN
        assert np.array_equal(summary, file["summary"][:], equal_nan=True)
        assert np.array_equal(np.array(data["convergence"]["values"], dtype=float),
                              file["convergence/es_99"][:],
                              equal_nan=True)
        assert data["run"]["configuration"] == file.attrs["configuration"]
        assert data["run"]["configuration_sha256"] == file.attrs["configuration_sha256"]
        assert data["run"]["seed"] == "7" and data["run"]["paths"] == 20000
        assert data["run"]["limits"] == [{"metric": "es_99", "amount": 2.8e6}]
        assert data["unhedged"] == 0


def test_distributions_are_those_of_the_pnl(page, quickstart):
    data = data_of(page)
    p = np.array(data["distributions"]["probabilities"])
    with h5py.File(quickstart) as file:
        for s, scenario in enumerate(data["distributions"]["scenarios"]):
            for h, one in enumerate(scenario["hedgers"]):
                loss = np.sort(-file["pnl"][s, h])
                rank = np.maximum(np.ceil(p * loss.size - 1e-9).astype(int) - 1, 0)
                assert np.allclose(one["quantiles"], loss[rank], rtol=1e-5)
                inside = (loss >= scenario["low"]) & (loss <= scenario["high"])
                assert sum(one["counts"]) == inside.sum()
                assert one["below"] + one["above"] == (~inside).sum()
                edges = np.linspace(scenario["low"], scenario["high"], len(one["counts"]) + 1)
                counts = np.histogram(loss, edges)[0]
                assert np.abs(np.array(one["counts"]) - counts).max() <= 1  # a loss on an edge


def test_recorded_paths_are_those_of_the_file(page, quickstart):
    recorded = data_of(page)["recorded"]
    assert len(recorded["cells"]) == 8 and recorded["ranks"] == 3
    with h5py.File(quickstart) as file:
        worst = file["worst_paths"]
        for cell in recorded["cells"]:
            s, h = cell["scenario"], cell["hedger"]
            for rank, path in enumerate(cell["paths"]):
                places = path["places"]
                assert path["path"] == worst["path"][s, h, rank] and path["pnl"] == worst["pnl"][s, h, rank]
                assert places[0] == 0 and places[-1] == 720 and len(places) <= 260
                assert path["regime"] == worst["regime"][s, h, rank][places].tolist()
                total = worst["pnl_so_far"][s, h, rank].sum(axis=1)[places]
                assert np.allclose(path["pnl_so_far"], total, rtol=1e-4, atol=1e-6)
                for a, asset in enumerate(names(file, "worst_paths/asset")):
                    for track in ("spot", "half_spread", "delta", "hedge"):
                        assert np.allclose(path["assets"][asset][track],
                                           worst[track][s, h, rank][places, a],
                                           rtol=1e-4)


def test_facts_are_those_that_describe_shows(unhedged, page):
    table = unhedged("describe", "scenarios", "crypto_crash_2020_03", "--simulate", check=0).stdout
    facts = data_of(page)["facts"][1]
    assert facts["paths"] == 2000 and len(facts["rows"]) == 7
    for row in facts["rows"]:
        line = next(line for line in table.splitlines() if row["what"] in line)
        for key in ("median_text", "low_text", "high_text"):
            assert row[key] in line
    assert data_of(page)["facts"][0]["title"]


def test_a_scenario_without_history_says_so(unhedged, tmp_path):
    data, _ = run_small(unhedged, tmp_path)
    assert data["facts"][0]["rows"] == [] and "no history" in data["facts"][0]["why_not"]


def test_headline_is_made_of_the_numbers(page):
    text = words_of(page)
    lead = re.search(r'<p class="lead">(.*?)</p>', text, re.S).group(1)
    assert lead.startswith("fixed_vol fails in crypto_crash_2020_03: in the worst 1 % of ")
    data = data_of(page)
    es = data["summary"][1][2][data["metrics"].index("es_99")]
    assert f"{es[0] / 1e6:.3g} M USD (95 % interval {es[1] / 1e6:.3g} M to {es[2] / 1e6:.3g} M)" in lead


def test_attribution_is_shown_if_the_file_has_it(unhedged, quickstart, page, tmp_path):
    attribution = data_of(page)["attribution"]
    with h5py.File(quickstart) as file:
        assert attribution["buckets"] == names(file, "bucket")
        assert attribution["meanings"] == names(file, "bucket_meaning")
        assert np.array_equal(attribution["values"], file["attribution_tail"][:])
    assert attribution["units"] == "USD"
    data, _ = run_small(unhedged, tmp_path, "output.attribution=none")
    assert data["attribution"] is None


def run_small(unhedged, folder, *changes, text=SMALL):
    (folder / "small.yaml").write_text(text)
    unhedged("run", "small.yaml", "--quiet", *[f"--set={change}" for change in changes], cwd=folder, check=0)
    unhedged("report", "out.h5", "--quiet", cwd=folder, check=0)
    return data_of(folder / "out.html"), words_of(folder / "out.html")


def test_few_paths_have_no_convergence_and_no_certainty(unhedged, tmp_path):
    data, text = run_small(unhedged, tmp_path, "simulation.paths=200")
    assert data["convergence"] is None
    assert "200 paths are too few to say how sure this is" in text
    assert data["run"]["overrides"] == ["simulation.paths=200"]


def test_no_recorded_paths(unhedged, tmp_path):
    data, _ = run_small(unhedged, tmp_path, "output.worst_paths=0")
    assert data["recorded"] is None


def test_no_hedger_under_test(unhedged, tmp_path):
    text = SMALL.replace("{h: {model: black_scholes}}", "{alone: {model: none}}")
    data, page = run_small(unhedged, tmp_path, text=text)
    assert data["hedgers"] == ["alone"] and "No hedge is under test." in page


def test_many_paths_make_no_larger_page(unhedged, tmp_path):
    (tmp_path / "few").mkdir()
    (tmp_path / "many").mkdir()
    _, few = run_small(unhedged, tmp_path / "few", "simulation.paths=2000")
    _, many = run_small(unhedged, tmp_path / "many", "simulation.paths=200000")
    assert len(many) < len(few) + 5000


def test_what_users_name_cannot_become_script(unhedged, tmp_path):
    name = "</script><script>alert(1)</script><img src=x onerror=alert(2)>"
    text = SMALL.replace("name: small", f"name: '{name}'\ndescription: '{name}'")
    data, page = run_small(unhedged, tmp_path, text=text)
    assert data["run"]["title"] == name
    for script in re.findall(r"<script>.*?</script>", page, re.S)[:2]:  # the library and our own
        page = page.replace(script, "")
    assert "<script>alert" not in page and "<img" not in page


def test_a_configuration_of_another_version_leaves_the_numbers(unhedged, quickstart, tmp_path):
    other = tmp_path / "other.h5"
    shutil.copy(quickstart, other)
    with h5py.File(other, "r+") as file:
        file.attrs["configuration"] = "name: x\nkey_of_another_version: 1\n"
    unhedged("report", other, check=0)
    data = data_of(tmp_path / "other.html")
    assert "is missing" in data["run"]["problem"] and data["run"]["limits"] == []
    assert data["facts"][1]["rows"] == [] and data["facts"][1]["why_not"]


def test_scenarios_are_held_against_history_as_the_run_took_them(unhedged, tmp_path, root):
    key = "scenarios.crypto_crash_2020_03.severity=1.3"
    config = root / "configs/quickstart.yaml"
    for name, changes in (("plain", []), ("worse", ["--set", key])):
        unhedged("run", config, "-o", tmp_path / f"{name}.h5", "--paths", "300", "--quiet", *changes,
                 check=6 if changes else 0)  # the limit is breached where it is worse
        unhedged("report", tmp_path / f"{name}.h5", check=0)
    plain, worse = (data_of(tmp_path / f"{name}.html")["facts"][1] for name in ("plain", "worse"))
    assert worse["severity"] == 1.3 and plain["severity"] == 1
    assert worse["rows"][0]["median"] < plain["rows"][0]["median"]  # Bitcoin falls further


def test_facts_without_a_simulation(unhedged, quickstart, tmp_path):
    unhedged("report", quickstart, "--paths", "0", "-o", tmp_path / "x.html", check=0)
    row = data_of(tmp_path / "x.html")["facts"][1]["rows"][0]
    assert "then" in row and "median" not in row
    assert unhedged("report", quickstart, "--paths", "50", "-o", tmp_path / "y.html").returncode == 2


def test_nothing_is_replaced_unless_asked(unhedged, quickstart, tmp_path):
    target = tmp_path / "page.html"
    target.write_text("mine")
    assert "page.html" in unhedged("report", quickstart, "-o", target, check=4).stderr
    assert target.read_text() == "mine"
    unhedged("report", quickstart, "-o", target, "--force", check=0)
    assert target.read_text().startswith("<!DOCTYPE html>")


def test_the_result_is_never_replaced(unhedged, quickstart, tmp_path):
    result = tmp_path / "result.html"
    shutil.copy(quickstart, result)
    before = result.read_bytes()
    assert "is an input" in unhedged("report", result, "--force", check=4).stderr
    assert result.read_bytes() == before


def keep(bytes_):
    return lambda path: os.truncate(path, bytes_(path.stat().st_size))


def without(name):
    def change(path):
        with h5py.File(path, "r+") as file:
            del file[name]

    return change


def attribute(name, value):
    def change(path):
        with h5py.File(path, "r+") as file:
            if value is None:
                del file.attrs[name]
            else:
                file.attrs[name] = value

    return change


def smaller_summary(path):
    with h5py.File(path, "r+") as file:
        values = file["summary"][:1]
        del file["summary"]
        file["summary"] = values


def damaged_pnl(path):
    with h5py.File(path) as file:
        place = file["pnl"].id.get_chunk_info(3).byte_offset
    with open(path, "r+b") as file:
        file.seek(place + 100)
        file.write(b"\xff\xfe\xfd\xfc")


BAD = {
    "half of it": (keep(lambda size: size // 2), "truncated or damaged"),
    "a byte short": (keep(lambda size: size - 1), "truncated or damaged"),
    "empty": (keep(lambda size: 0), "not HDF5"),
    "text": (lambda path: path.write_text("not a result"), "not HDF5"),
    "another format": (attribute("format", "prices"), "not of unhedged"),
    "no format": (attribute("format", None), "not of unhedged"),
    "another major version": (attribute("format_version", "2.0"), "is of format 2.0"),
    "not complete": (attribute("complete", np.uint64(0)), "not marked complete"),
    "no seed": (attribute("seed", None), "seed"),
    "no pnl": (without("pnl"), "/pnl"),
    "no summary": (without("summary"), "/summary"),
    "no convergence": (without("convergence"), "/convergence"),
    "no scenario texts": (without("scenario_texts"), "/scenario_texts"),
    "no spots": (without("worst_paths/spot"), "/worst_paths/spot"),
    "a smaller summary": (smaller_summary, "/summary"),
    "a damaged chunk": (damaged_pnl, "/pnl"),
}


@pytest.mark.parametrize("what", BAD)
def test_bad_files_are_refused_and_nothing_is_written(unhedged, quickstart, tmp_path, what):
    spoil, reason = BAD[what]
    bad = tmp_path / "bad.h5"
    shutil.copy(quickstart, bad)
    spoil(bad)
    done = unhedged("report", bad, "-o", tmp_path / "deep/page.html", check=4)
    assert "bad.h5" in done.stderr and reason in done.stderr and len(done.stderr.splitlines()) == 1
    assert sorted(p.name for p in tmp_path.iterdir()) == ["bad.h5"]


def test_no_file_and_a_directory(unhedged, tmp_path):
    assert "No such file" in unhedged("report", tmp_path / "none.h5", check=4).stderr
    assert "no regular file" in unhedged("report", tmp_path, "-o", tmp_path / "x.html", check=4).stderr
    assert list(tmp_path.iterdir()) == []
