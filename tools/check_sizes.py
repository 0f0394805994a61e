#!/usr/bin/env python3
"""Check the size norms: headers up to 300 lines, sources up to 500, functions up to 60; lines up
to 110 columns, those of tests and of Python too.

Functions are found by layout (clang-format): a line that opens a brace at indent 0, 2 or 4 and is no
namespace, type or table, up to the closing brace at the same indent. --self-test checks the checker.
"""
import re

from checking import ROOT, main, sources

LIMITS = {".hpp": 300, ".cpp": 500}
LONGEST_FUNCTION = 60
LONGEST_LINE = 110
NO_FUNCTION = re.compile(
    r"^\s*(namespace|class|struct|enum|union|extern|template|#|//|/\*|\}|using)\b|=\s*\{$|^\s*\{")


def indent_of_head(lines, start):
    """The indent of the line on which the function whose brace opens on line `start` begins."""
    depth = 0
    for line in reversed(lines[:start + 1]):
        depth += line.count(")") - line.count("(")
        if depth <= 0 and not re.match(r"\s*: ", line):  # no parenthesis open, no list of initialisers
            return len(line) - len(line.lstrip())
    return 0


def functions(text):
    lines = text.splitlines()
    for start, line in enumerate(lines):
        indent = len(line) - len(line.lstrip())
        if indent not in (0, 2, 4) or not line.endswith("{") or NO_FUNCTION.search(
                line) or "(" not in line and ")" not in line:
            continue
        if re.match(r"\s*(if|for|while|switch|do|else|try|catch)\b", line):
            continue
        indent = indent_of_head(lines, start)
        closing = " " * indent + "}"
        for end in range(start + 1, len(lines)):
            if lines[end].startswith(closing) and not lines[end].startswith(closing + " else"):
                yield start + 1, end - start + 1
                break


def offences(name, suffix, text):
    count = text.count("\n")
    if count > LIMITS[suffix]:
        yield f"{name}: {count} lines, at most {LIMITS[suffix]}"
    for line, length in functions(text):
        if length > LONGEST_FUNCTION:
            yield f"{name}:{line}: a function of {length} lines, at most {LONGEST_FUNCTION}"


def long_lines(name, text):
    for number, line in enumerate(text.splitlines(), 1):
        if len(line) > LONGEST_LINE:
            yield f"{name}:{number}: a line of {len(line)} columns, at most {LONGEST_LINE}"


def self_test():
    assert list(long_lines("f", "x\n" + "x" * 111 + "\n")) == ["f:2: a line of 111 columns, at most 110"]
    assert not list(long_lines("f", "\u00e9" * 110 + "\n"))
    long_body = "void f() {\n" + "  x();\n" * 70 + "}\n"
    assert list(offences("f", ".cpp", long_body))
    assert not list(offences("f", ".cpp", "void f() {\n  x();\n}\n"))
    assert list(offences("f", ".hpp", "\n" * 301))
    constructor = "A::A()\n    : x_(1) {\n" + "  x();\n" * 70 + "}\n"
    assert list(offences("f", ".cpp", constructor))
    short = 'TEST_CASE(\n    "a name") {\n  x();\n}\n'
    assert not list(offences("f", ".cpp", short + "\n" * 70 + "    }\n"))
    assert not list(offences("f", ".cpp", "A::A()\n    : x_(1) {\n}\n" + "int x;\n" * 70 + "    }\n"))
    assert not list(offences("f", ".cpp", "namespace a {\n" + "int x;\n" * 70 + "}\n"))


def all_offences():
    for file in [*sources("engine"), *sources("tests")]:
        yield from offences(file.relative_to(ROOT), file.suffix, file.read_text())
        yield from long_lines(file.relative_to(ROOT), file.read_text())
    for file in [*sources("tests", "*.py"), *sources("tools", "*.py"), *sources("python", "*.py")]:
        yield from long_lines(file.relative_to(ROOT), file.read_text())


if __name__ == "__main__":
    main("sizes", self_test, all_offences)
