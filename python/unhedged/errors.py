"""What can go wrong, by the exit codes of the program."""
from __future__ import annotations

from collections.abc import Sequence


class UnhedgedError(RuntimeError):
    """The program refused or failed.

    Attributes:
        messages: what the program said, one problem each.
        exit_code: of the program; None where it was not started.
    """

    def __init__(self, messages: Sequence[str], exit_code: int | None = None) -> None:
        self.messages = list(messages)
        self.exit_code = exit_code
        super().__init__("\n".join(self.messages) or f"the program ended with {exit_code} and said nothing")


class UsageError(UnhedgedError):
    """Exit code 2: the program does not know what is asked of it."""


class ConfigurationError(UnhedgedError, ValueError):
    """Exit code 3: a configuration, a scenario or a book is refused; every message has its place."""


class InputOutputError(UnhedgedError, OSError):
    """Exit code 4: a file, a disk or the memory."""

    def __init__(self, messages: Sequence[str], exit_code: int | None = None) -> None:
        UnhedgedError.__init__(self, messages, exit_code)

    def __str__(self) -> str:
        return "\n".join(self.messages)


class NumericalError(UnhedgedError, ArithmeticError):
    """Exit code 5: a P&L is no finite number; the message names scenario, hedger and path."""


class SuspendedError(UnhedgedError):
    """Exit code 75 without a result: what was simulated is kept; run again with `resume=True`."""


class ProgramNotFoundError(UnhedgedError):
    """There is no program `unhedged` to run."""


class FormatError(UnhedgedError, ValueError):
    """The file is no result of Unhedged, or of a format this version does not read."""


class MissingDataError(UnhedgedError, KeyError):
    """The result has not recorded what is asked for."""

    def __str__(self) -> str:
        return "\n".join(self.messages)


class Interrupted(KeyboardInterrupt):
    """Ctrl-C reached the program, which ended in order. What it said is the text of the exception."""


class ProgramWarning(UserWarning):
    """A warning of the program."""


class RiskLimitWarning(ProgramWarning):
    """A limit of `risk.limits` is breached (exit code 6)."""


def error_of(exit_code: int, messages: Sequence[str]) -> UnhedgedError:
    """The exception for an exit code of the program."""
    kinds: dict[int, type[UnhedgedError]] = {
        2: UsageError,
        3: ConfigurationError,
        4: InputOutputError,
        5: NumericalError,
        75: SuspendedError,
    }
    return kinds.get(exit_code, UnhedgedError)(messages, exit_code)
