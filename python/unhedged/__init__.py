"""Stress tests of model-based hedging: runs the program and reads its results.

    import unhedged
    result = unhedged.run("configs/quickstart.yaml", force=True)
    result.summary("es_99")
    result.plot.losses()
"""
from __future__ import annotations

import os
from importlib.metadata import PackageNotFoundError, version

from unhedged import sensitivity
from unhedged.commands import Comparison
from unhedged.errors import (ConfigurationError, FormatError, InputOutputError, Interrupted, MissingDataError,
                             NumericalError, ProgramNotFoundError, ProgramWarning, RiskLimitWarning,
                             SuspendedError, UnhedgedError, UsageError)
from unhedged.result import Result
from unhedged.running import run
from unhedged.sweeping import Sweep, open_sweep, sweep

try:
    __version__ = version("unhedged")
except PackageNotFoundError:  # a tree of sources
    __version__ = "0"


def open(path: str | os.PathLike[str]) -> Result:
    """Opens a result file.

    Raises:
        FileNotFoundError: there is no such file.
        FormatError: it is no result, is cut short, or of a major version of the format that this package
        does not read.
    """
    return Result(path)


__all__ = [
    "Comparison", "ConfigurationError", "FormatError", "InputOutputError", "Interrupted", "MissingDataError",
    "NumericalError", "ProgramNotFoundError", "ProgramWarning", "Result", "RiskLimitWarning",
    "SuspendedError", "Sweep", "UnhedgedError", "UsageError", "open", "open_sweep", "run", "sensitivity",
    "sweep"
]
