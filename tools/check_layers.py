#!/usr/bin/env python3
"""Check that no module of engine/ includes upward, sideways, or a third party it does not own.

The table is engine/layers.txt. Exit code 1 and one line per offence. --self-test checks the checker.
"""
import re
import sys
from pathlib import Path

INCLUDE = re.compile(r'^\s*#\s*include\s*([<"])([^>"]+)[>"]')
THIRD_PARTIES = {
    "Eigen": r"Eigen/", "tbb": r"(tbb|oneapi)/", "yaml-cpp": r"yaml-cpp/", "nlohmann": r"nlohmann/",
    "hdf5": r"hdf5", "openssl": r"openssl/", "CLI": r"CLI/", "fmt": r"fmt/", "spdlog": r"spdlog/",
}
PRINTERS = {"iostream", "print"}  # only app prints


def read_table(text):
    table = {}
    for line in text.splitlines():
        words = line.split("#")[0].split()
        if not words:
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


def self_test():
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


def main():
    if "--self-test" in sys.argv:
        self_test()
        return 0
    root = Path(__file__).resolve().parent.parent
    table = read_table((root / "engine/layers.txt").read_text())
    found = []
    for folder in sorted(p for p in (root / "engine").iterdir() if p.is_dir()):
        if folder.name not in table:
            found.append(f"{folder}: module is not in engine/layers.txt")
            continue
        for file in sorted(folder.rglob("*.[ch]pp")):
            found += offences_of(folder.name, file.relative_to(root), file.read_text(), table)
    print("\n".join(found) if found else "layers: sound")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
