"""What the checkers of this folder share: their command line and how they end."""
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent


def sources(folder, pattern="*.[ch]pp"):
    """The files below a folder of the project, in order."""
    return sorted((ROOT / folder).rglob(pattern))


def main(word, self_test, offences):
    """Ends the program: with 0, or with 1 and a line for each offence; --self-test checks the checker."""
    if "--self-test" in sys.argv:
        self_test()
        sys.exit(0)
    found = list(offences())
    print("\n".join(found) if found else f"{word}: sound")
    sys.exit(1 if found else 0)
