"""Messages and numbers for machines."""
import json
import re

from conftest import SMALL

LABEL = r'\w+="(\\.|[^"\\])*"'
LINE = re.compile(r"^(# (HELP|TYPE) unhedged_\w+ .+|unhedged_\w+\{" + LABEL + "(," + LABEL +
                  r")*\} (-?[\d.e+-]+|NaN))$")


def numbers(path):
    text = path.read_text()
    assert all(LINE.match(line) for line in text.splitlines()), text
    names = re.findall(r"^# TYPE unhedged_(\w+) gauge$", text, re.M)
    assert len(names) == len(set(names)) and re.findall(r"^# HELP unhedged_(\w+) ", text, re.M) == names
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


def test_metrics_and_lines_tell_of_the_tail_so_far(unhedged, small):
    small.write_text(SMALL.replace("paths: 500", "paths: 5000"))
    file = small.parent / "unhedged.prom"
    done = unhedged("run", small, "--json", "--metrics", file, cwd=small.parent, check=0)
    summary = json.loads(done.stdout)["cells"][0]["summary"]["es_99"]
    found = numbers(file)
    assert found["expected_shortfall"] == summary["value"] and found["expected_shortfall_paths"] == 5000
    assert found["expected_shortfall_lower"] == summary["lower"]
    assert found["expected_shortfall_upper"] == summary["upper"]
    label = 'scenario="s",hedger="h",metric="es_99"'
    assert label in file.read_text() and 'hedger="unhedged"' not in file.read_text()


def test_progress_tells_of_rate_time_left_and_the_tail(unhedged, small):
    """Where nobody types, the first line comes after three seconds."""
    done = unhedged("run", small, "--paths", "20_000_000", "--time-limit", "4 s", cwd=small.parent, check=75)
    line = next(line for line in done.stderr.splitlines() if "hedge steps/s" in line)
    assert re.search(r"\[#*\.*\] +\d+ %  \d+ of 20000000 paths  \S+ million hedge steps/s  "
                     r"\d+:\d\d(:\d\d)? left  es_99 of h in s \S+( \w)? \[.*, .*\]$", line), line


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
