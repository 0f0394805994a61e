"""Input that is meant to hurt: every command answers in a second of the processor, in few lines, with a
documented code, and takes little memory. Times are the processor's, so that other work does not count."""
import os
import random
import subprocess

import pytest
from conftest import PROGRAM, SMALL

SECONDS, MEBIBYTES = 1.0, 1500
sanitized = "UNHEDGED_SANITIZED" in os.environ


def ask(*words, cwd):
    """Exit code, what stderr says, processor seconds and MiB of one command."""
    with open(cwd / "said", "wb") as said:
        child = subprocess.Popen([str(PROGRAM), *map(str, words)],
                                 cwd=cwd,
                                 stdout=subprocess.DEVNULL,
                                 stderr=said,
                                 env={
                                     **os.environ, "NO_COLOR": "1"
                                 })
        _, status, used = os.wait4(child.pid, 0)
        child.returncode = os.waitstatus_to_exitcode(status)
    return (child.returncode, (cwd / "said").read_text(errors="replace"), used.ru_utime + used.ru_stime,
            used.ru_maxrss / 1024)


def answered(folder, codes, *words):
    code, said, seconds, memory = ask(*words, cwd=folder)
    assert code in codes, (code, said[:500])
    assert said and len(said) < 20_000 and said.count("\n") < 60, said[:500]
    if not sanitized:
        assert seconds < SECONDS and memory < MEBIBYTES, (seconds, memory, said[:200])
    return said


@pytest.mark.parametrize("setting", [
    "simulation.paths=1e18", "simulation.paths=1000000000000000000", "simulation.paths=1e12",
    "simulation.steps=1e10", "simulation.step=1e-9 s", "simulation.horizon=1e6 y", "output.worst_paths=1e9",
    "risk.levels=[1]"
])
def test_absurd_sizes(small, setting):
    small.write_text(SMALL.replace("step: 1 d, ", "") if "steps" in setting else SMALL)
    said = answered(small.parent, {3, 4}, "run", small, "--set", setting)
    assert setting.split("=")[0].split(".")[-1] in said or "paths" in said
    assert not (small.parent / "out.h5").exists()


def book_of_a_million(small, step):
    text = SMALL[:SMALL.index("portfolio:")] + "portfolio: book.csv\n" + SMALL[SMALL.index("scenarios:"):]
    small.write_text(text.replace("step: 1 d", f"step: {step}"))
    rows = "".join(f"call,A,{50 + i / 10000:.4f},{1 + i % 29} d,-1\n" for i in range(1_000_000))
    (small.parent / "book.csv").write_text("instrument,asset,strike,expiry,quantity\n" + rows)


@pytest.mark.parametrize("command", ["validate", "plan", "run"])
def test_a_million_positions_over_ten_thousand_steps_are_refused_before_they_are_read(small, command):
    book_of_a_million(small, "259.2 s")
    said = answered(small.parent, {3}, command, small)
    assert "portfolio: " in said and "1000001 lines for some 10000 steps" in said
    assert "rows times steps may be 5000000000 at most" in said


def test_steps_before_a_book_is_read_are_those_of_the_calendar(small):
    book_of_a_million(small, "1 min")
    said = answered(small.parent, {3}, "validate", small, "--set", "market.calendar=trading")
    assert "1000001 lines for some 11700 steps" in said  # 30 sessions of 390 minutes


def test_a_million_positions_are_no_absurd_size(small):
    """Reading so many rows takes seconds."""
    book_of_a_million(small, "1 h")
    code, said, seconds, memory = ask("validate", small, cwd=small.parent)
    assert code == 0 and said.count("\n") < 60
    assert sanitized or (seconds < 20 and memory < MEBIBYTES), (seconds, memory)


def bomb(levels, wide):
    text = "a0: &a0 [" + ", ".join("1" * wide) + "]\n"
    for i in range(1, levels):
        text += f"a{i}: &a{i} [" + ", ".join([f"*a{i - 1}"] * wide) + "]\n"
    return text + f"name: *a{levels - 1}\n"


def garbage(size, seed=7):
    return random.Random(seed).randbytes(size)


FILES = {
    "aliases":
    lambda: bomb(30, 10).encode(),
    "aliases of maps":
    lambda: ("a: &a {x: 1}\n" + "".join(f"b{i}: &b{i} {{p: *{'a' if i == 0 else f'b{i-1}'}, "
                                        f"q: *{'a' if i == 0 else f'b{i-1}'}}}\n"
                                        for i in range(60))).encode(),
    "an alias of itself":
    lambda: b"a: &a [*a]\n",
    "lists in lists":
    lambda: b"name: " + b"[" * 1_000_000,
    "maps in maps":
    lambda: b"name: " + b"{a: " * 500_000,
    "indents":
    lambda: b"".join(b" " * i + b"a:\n" for i in range(2000)),
    "100 MB of one word":
    lambda: b"name: " + b"x" * 100_000_000,
    "100 MB of lines":
    lambda: b"name: x\n" * 12_500_000,
    "100 MB of nothing":
    lambda: bytes(100_000_000),
    "garbage":
    lambda: garbage(1_000_000),
    "a million keys":
    lambda: b"".join(b"k%d: 1\n" % i for i in range(1_000_000)),
    "one line of a megabyte":
    lambda: b"name: \"" + b"\\u00e9" * 170_000 + b"\"\n",
    "quotes":
    lambda: b"name: \"" + b"a" * 1_000_000,
    "comments":
    lambda: b"#\n" * 500_000,
    "tags":
    lambda: b"name: !!" + b"a" * 1_000_000 + b" x\n",
}


@pytest.mark.parametrize("what", FILES)
@pytest.mark.parametrize("place", ["configuration", "scenario", "book"])
def test_files(small, place, what):
    content = FILES[what]()
    if place == "configuration":
        small.write_bytes(content)
    elif place == "scenario":
        (small.parent / "bad.yaml").write_bytes(content)
        small.write_text(SMALL[:SMALL.index("scenarios:")] + "scenarios: [bad.yaml]\n" +
                         SMALL[SMALL.index("hedgers:"):])
    else:
        (small.parent / "bad.csv").write_bytes(content)
        small.write_text(SMALL[:SMALL.index("portfolio:")] + "portfolio: bad.csv\n" +
                         SMALL[SMALL.index("scenarios:"):])
    said = answered(small.parent, {3, 4}, "run", small)
    assert "internal" not in said


@pytest.mark.parametrize("what", ["garbage", "100 MB of nothing", "one line of a megabyte"])
@pytest.mark.parametrize("command",
                         [["compare", "bad"], ["report", "bad"], ["export", "bad", "--format", "csv"],
                          ["merge", "bad", "-o", "m.h5"], ["replay", "bad", "--path", "1"]],
                         ids=lambda words: words[0])
def test_files_as_results_and_journals(tmp_path, command, what):
    (tmp_path / "bad").write_bytes(FILES[what]())
    answered(tmp_path, {3, 4}, *command)


def test_garbage_behind_the_signatures(tmp_path):
    (tmp_path / "bad.h5").write_bytes(b"\x89HDF\r\n\x1a\n" + garbage(1_000_000))
    answered(tmp_path, {4}, "compare", "bad.h5")
    (tmp_path / "bad.shard").write_bytes(b"unhedged batch 1running " + garbage(1_000_000))
    answered(tmp_path, {4}, "merge", "bad.shard", "-o", "m.h5")
