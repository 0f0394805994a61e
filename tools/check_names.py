#!/usr/bin/env python3
"""Check that no two files of engine/ define a type of the same name.

A name that stands for two things has to be read twice, whatever namespaces say. Types of namespaces are
compared with each other and with those nested in classes; two nested ones are always named with their class
and may agree. Declarations and specialisations do not count. Exit code 1 and one line per name. --self-test
checks the checker.
"""
import re

from checking import ROOT, main, sources

TYPE = re.compile(r"^( *)(?:template\s*<.*>\s*)?(?:struct|class|enum(?:\s+class)?|union)\s+"
                  r"(?:alignas\([^)]*\)\s*)?(\w+)(?![\w<])([^;{=]*)(\{|$)")


def types_of(text):
    """[(line, name, whether it is nested)] of the types a text defines."""
    found = []
    lines = text.splitlines()
    for number, line in enumerate(lines, 1):
        match = TYPE.match(line)
        if not match:
            continue
        below = lines[number].lstrip() if number < len(lines) else ""
        opened = match.group(4) == "{" or below.startswith((":", "{"))
        if opened:
            found.append((number, match.group(2), bool(match.group(1))))
    return found


def offences(files):
    """One line per name that several of `files` ({name: text}) define."""
    places = {}
    for file, text in sorted(files.items()):
        for number, name, nested in types_of(text):
            places.setdefault(name, []).append((file, number, nested))
    for name, found in sorted(places.items()):
        if len({file for file, _, _ in found}) > 1 and not all(nested for _, _, nested in found):
            yield f"{name} is defined in " + " and ".join(f"{file}:{number}" for file, number, _ in found)


def self_test():
    outer = "namespace a {\nstruct Cell {\n  int x;\n};\n}\n"
    nested = "class Table {\n  enum class Cell { a };\n};\n"
    assert [name for _, name, _ in types_of(outer + nested)] == ["Cell", "Table", "Cell"]
    assert len(list(offences({"a.hpp": outer, "b.hpp": outer}))) == 1
    assert len(list(offences({"a.hpp": outer, "b.hpp": nested}))) == 1
    assert not list(offences({"a.hpp": nested, "b.hpp": nested.replace("Table", "Sheet")}))
    assert not list(offences({"a.hpp": outer, "b.hpp": "struct Cell;\n"}))
    general = "template <class T>\nstruct Traits {\n};\n"
    assert not list(offences({"a.hpp": general, "b.hpp": "struct Traits<int> {\n"}))
    assert list(offences({"a.hpp": outer, "b.hpp": "struct alignas(64) Cell {\n"}))
    assert list(offences({"a.hpp": outer, "b.hpp": "struct Cell final\n    : Base {\n"}))
    assert list(offences({"a.hpp": outer, "b.hpp": "enum class Cell : int { a };\n"}))


def all_offences():
    return offences({file.relative_to(ROOT).as_posix(): file.read_text() for file in sources("engine")})


if __name__ == "__main__":
    main("names", self_test, all_offences)
