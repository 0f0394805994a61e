"""What stands in the pages of the documentation: blocks of commands, YAML, CSV and Python, and links."""
import re

from conftest import ROOT

PAGES = [
    ROOT / "README.md", ROOT / "CONTRIBUTING.md",
    *sorted(p for p in (ROOT / "docs").rglob("*.md") if "decisions" not in p.parts)
]
FENCE = re.compile(r"^( *)```(\w*)\n(.*?)^\1```", re.M | re.S)
INDENTED = re.compile(r"(?:^\n|\A)((?: {4,}\S[^\n]*\n)(?: {4,}[^\n]*\n|\n(?= {4}))*)", re.M)


def name_of(page):
    return str(page.relative_to(ROOT))


def fenced(page, language):
    """Texts of the fenced blocks of a language."""
    return [text for _, kind, text in FENCE.findall(page.read_text()) if kind == language]


def indented(page):
    """Lines of the blocks that are set off by four spaces."""
    text = FENCE.sub("", page.read_text())
    return [line.strip() for block in INDENTED.findall("\n" + text) for line in block.splitlines()]


def commands(page):
    """Commands of the program, as they would be typed; those with words to be filled in are descriptions."""
    lines = [
        line[2:] for text in fenced(page, "console") for line in text.splitlines() if line.startswith("$ ")
    ]
    for line in indented(page):
        if re.match(r"(build/release/)?unhedged \w|\./bootstrap (run|build|test|docs|bench)\b", line):
            lines.append(line)
    return [
        re.sub(r"\s{2,}#.*| # .*", "", line).strip() for line in lines
        if not re.search(r"\[-|\b(CONFIG|DIR|RESULT|SHELL)\b|\bSHARD\.\.\.|\bFILE\.\.\.|\[\w+\|", line)
    ]


def links(page):
    text = re.sub(r"`[^`\n]*`", "", FENCE.sub("", page.read_text()))
    return re.findall(r"\]\(([^)\s]+)\)", text)
