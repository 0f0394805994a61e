#!/usr/bin/env python3
"""Check that no module of engine/ includes upward, sideways, or a third party it does not own.

The table is engine/layers.txt. A line `file PATTERN bans FILE ...` there forbids the files that match PATTERN
(a path below engine/; * stands for anything, / too) to see any of these files, be it through headers of the
project. Exit code 1 and one line per offence. --self-test checks the checker.
"""
import re
from fnmatch import fnmatchcase

from checking import ROOT, main, sources

INCLUDE = re.compile(r'^\s*#\s*include\s*([<"])([^>"]+)[>"]')
THIRD_PARTIES = {
    "Eigen": r"Eigen/", "tbb": r"(tbb|oneapi)/", "yaml-cpp": r"yaml-cpp/", "nlohmann": r"nlohmann/",
    "hdf5": r"hdf5", "CLI": r"CLI/", "fmt": r"fmt/", "mpi": r"mpi\.h",
}
PRINTERS = {"iostream", "print"}  # only app prints


def lines_of_words(text):
    split = (line.split("#")[0].split() for line in text.splitlines())
    return [words for words in split if words]


def read_bans(text):
    """[(pattern of files, [what they must not see])], of the lines `file PATTERN bans FILE ...`."""
    bans = []
    for words in lines_of_words(text):
        if words[0] != "file":
            continue
        if len(words) < 4 or words[2] != "bans":
            found = " ".join(words)
            raise ValueError(f"engine/layers.txt: expected `file PATTERN bans FILE ...`, found `{found}`")
        bans.append((words[1], words[3:]))
    return bans


def read_table(text):
    table = {}
    for words in lines_of_words(text):
        if words[0] == "file":
            continue
        entry = {"rank": int(words[1]), "owns": set(), "bans": set()}
        target = None
        for word in words[2:]:
            if word in ("owns", "bans"):
                target = entry[word]
            else:
                target.add(word)
        table[words[0]] = entry
    return table


def offences_of(module, name, text, table):
    me = table[module]
    for number, line in enumerate(text.splitlines(), 1):
        match = INCLUDE.match(line)
        if not match:
            continue
        path = match.group(2)
        where = f"{name}:{number}: "
        if path.startswith("engine/"):
            other = path.split("/")[1]
            if other == module:
                continue
            if other not in table:
                yield where + f"unknown module {other}"
            elif table[other]["rank"] >= me["rank"]:
                yield where + f"{module} (rank {me['rank']}) includes {other} (rank {table[other]['rank']})"
            elif other in me["bans"]:
                yield where + f"{module} must not include {other}"
        elif path.startswith("tests/"):
            yield where + "the engine includes the tests"
        elif path in PRINTERS and module != "app":
            yield where + f"only app prints, {module} includes <{path}>"
        else:
            for party, pattern in THIRD_PARTIES.items():
                if re.match(pattern, path) and party not in me["owns"]:
                    yield where + f"{module} does not own {party}"


def includes_of(text):
    """The files below engine/ that a text includes."""
    matches = (INCLUDE.match(line) for line in text.splitlines())
    paths = [match.group(2) for match in matches if match]
    return [path.removeprefix("engine/") for path in paths if path.startswith("engine/")]


def ways_from(start, includes):
    """{file: how `start` comes to see it}, with the files of `includes` ({file: what it includes})."""
    ways = {start: [start]}
    waiting = [start]
    while waiting:
        file = waiting.pop(0)
        for other in includes.get(file, []):
            if other not in ways:
                ways[other] = ways[file] + [other]
                waiting.append(other)
    return ways


def banned_views(includes, bans):
    """One line per file that sees what it must not, and per ban that is about no file."""
    for pattern, banned in bans:
        for target in banned:
            if target not in includes:
                yield f"engine/layers.txt: {target}, banned for {pattern}, is no file of engine/"
        matching = sorted(file for file in includes if fnmatchcase(file, pattern))
        if not matching:
            yield f"engine/layers.txt: no file of engine/ matches {pattern}"
        for file in matching:
            ways = ways_from(file, includes)
            for target in banned:
                if target in ways and target != file:
                    way = " -> ".join(ways[target][1:])
                    yield f"engine/{file}: must not see {target}, but includes it by {way}"


def self_test_of_bans():
    bans = read_bans("core 0\nfile hedging/strateg* bans market/tape.hpp # blind\n")
    assert bans == [("hedging/strateg*", ["market/tape.hpp"])]
    files = {"market/tape.hpp": [], "market/view.hpp": [], "hedging/book.hpp": ["market/tape.hpp"],
             "hedging/strategies/a.cpp": ["market/view.hpp"], "hedging/desk.cpp": ["hedging/book.hpp"]}
    seen = lambda more: list(banned_views(files | more, bans))
    assert seen({}) == []
    assert len(seen({"hedging/strategies/b.cpp": ["market/tape.hpp"]})) == 1
    through = seen({"hedging/strategy.hpp": ["hedging/book.hpp"]})
    assert len(through) == 1 and "hedging/book.hpp -> market/tape.hpp" in through[0]
    assert seen({"market/view.hpp": ["hedging/strategies/a.cpp"]}) == []  # a circle ends
    assert len(list(banned_views({}, bans))) == 2  # neither the file nor the pattern is there
    assert includes_of('#include "engine/a/b.hpp"\n#include <vector>\n') == ["a/b.hpp"]
    assert list(read_table("core 0\nfile a bans b\n")) == ["core"]


def self_test():
    self_test_of_bans()
    table = read_table("core 0\nmath 1 owns Eigen\nworld 2\nhedging 3 bans world\napp 4 owns fmt\n")
    count = lambda module, line: len(list(offences_of(module, "f", line, table)))
    assert count("core", '#include "engine/math/x.hpp"') == 1
    assert count("math", '#include "engine/core/x.hpp"') == 0
    assert count("hedging", '#include "engine/world/x.hpp"') == 1
    assert count("world", '#include "engine/hedging/x.hpp"') == 1
    assert count("core", "#include <Eigen/Core>") == 1
    assert count("math", "#include <Eigen/Core>") == 0
    assert count("world", "#include <iostream>") == 1
    assert count("app", "#include <iostream>") == 0
    assert count("core", '#include "engine/nowhere/x.hpp"') == 1


def all_offences():
    layers = (ROOT / "engine/layers.txt").read_text()
    table = read_table(layers)
    includes = {}
    for folder in sorted(p for p in (ROOT / "engine").iterdir() if p.is_dir()):
        if folder.name not in table:
            yield f"{folder}: module is not in engine/layers.txt"
            continue
        for file in sources(folder):
            text = file.read_text()
            yield from offences_of(folder.name, file.relative_to(ROOT), text, table)
            includes[file.relative_to(ROOT / "engine").as_posix()] = includes_of(text)
    yield from banned_views(includes, read_bans(layers))


if __name__ == "__main__":
    main("layers", self_test, all_offences)
