"""Messages and numbers for machines."""
import json
import re

from conftest import SMALL

LINE = re.compile(r"^(# (HELP|TYPE) unhedged_\w+ .+|unhedged_\w+\{run=\"(\\.|[^\"\\])*\"\} -?[\d.e+]+)$")


def numbers(path):
    text = path.read_text()
    assert all(LINE.match(line) for line in text.splitlines()), text
    return {m[1]: float(m[2]) for m in re.finditer(r"^unhedged_(\w+)\{.*\} (\S+)$", text, re.M)}


def test_every_message_is_a_line_of_json(unhedged, small):
    arguments = ["run", small, "--log-format", "json"]
    done = unhedged(*arguments, "--set", "risk.limits.es_99=0.001", cwd=small.parent, check=6)
    messages = [json.loads(line) for line in done.stderr.splitlines()]
    assert all(list(m) == ["time", "level", "message"] for m in messages)
    assert {m["level"] for m in messages} == {"info", "warning"}
    assert all(re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ", m["time"]) for m in messages)
    assert any("results in out.h5" in m["message"] for m in messages)
    done = unhedged("run", small, "--log-format", "json", cwd=small.parent, check=4)
    assert json.loads(done.stderr.splitlines()[-1])["level"] == "error"
    done = unhedged("run", small, "--log-format", "json", "--set", "a.b=1", cwd=small.parent, check=3)
    assert json.loads(done.stderr.splitlines()[-1])["level"] == "error"
    assert "--log-format" in unhedged("run", small, "--log-format", "xml", check=2).stderr


def test_a_breach_names_all_there_is_to_it(unhedged, small):
    small.write_text(SMALL.replace("paths: 500", "paths: 5000"))
    done = unhedged("run", small, "--json", "--quiet", "--set", "risk.limits.es_99=0.01", cwd=small.parent,
                    check=6)
    assert re.search(r"limit breached: es_99 of h in s is \S+ \[\S+, \S+\], the limit is 0.01", done.stderr)
    (breach,) = json.loads(done.stdout)["breaches"]
    assert (breach["scenario"], breach["hedger"]) == ("s", "h")
    assert (breach["metric"], breach["limit"]) == ("es_99", 0.01)
    assert breach["lower"] < breach["value"] < breach["upper"]


def test_metrics_can_be_read_by_prometheus(unhedged, small):
    small.write_text(SMALL.replace("name: small", 'name: "a \\"b\\""'))
    file = small.parent / "unhedged.prom"
    unhedged("run", small, "--metrics", file, cwd=small.parent, check=0)
    found = numbers(file)
    assert found["paths_done"] == found["paths_total"] == 500 and found["finished"] == 1
    assert found["seconds_elapsed"] > 0 and found["paths_per_second"] > 0 and found["seconds_left"] == 0
    assert sorted(p.name for p in small.parent.iterdir()) == ["out.h5", "small.yaml", "unhedged.prom"]


def test_metrics_replace_nothing_but_metrics(unhedged, small):
    done = unhedged("run", small, "--metrics", small, "-o", "m.h5", cwd=small.parent, check=4)
    assert "holds something else" in done.stderr
    assert "portfolio" in small.read_text()


def test_metrics_of_a_run_that_does_not_end_well(unhedged, small):
    file = small.parent / "unhedged.prom"
    unhedged("run", small, "--metrics", file, "--time-limit", "1e-6 s", cwd=small.parent, check=75)
    assert numbers(file)["finished"] == 0
    done = unhedged("run", small, "--metrics", "none/x.prom", "-o", "b.h5", cwd=small.parent, check=4)
    assert "none/x.prom: cannot be written: No such file or directory" in done.stderr
