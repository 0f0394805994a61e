"""Runs configurations."""
from __future__ import annotations

import json
import os
import tempfile
import uuid
import warnings
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from unhedged import program
from unhedged.errors import ProgramWarning, RiskLimitWarning, error_of
from unhedged.result import Result

Configuration = str | os.PathLike[str] | Mapping[str, Any]


def value_text(value: object) -> str:
    """A value as configurations write it: yes and no are 'true' and 'false', lists and maps are flow
    style."""
    return value if isinstance(value, str) else json.dumps(value)


def key_of(name: str) -> str:
    """The key that a keyword stands for: simulation__step is simulation.step."""
    return name.replace("__", ".")


@contextmanager
def configuration_file(config: Configuration) -> Iterator[tuple[Path, bool]]:
    """The file of a configuration, and whether its result has nowhere to go.

    A mapping becomes a file in the working folder, from which its relative paths count, for as long as it is
    needed.
    """
    if not isinstance(config, Mapping):
        yield Path(config), False
        return
    homeless = not (isinstance(config.get("output"), Mapping) and "file" in config["output"])
    complete = dict(config)
    if homeless:
        complete["output"] = {**config.get("output", {}), "file": "unhedged.h5"}
    path = Path(f".unhedged-{uuid.uuid4().hex[:12]}.yaml")
    try:
        path.write_text(json.dumps(complete, indent=1), encoding="utf-8")
        yield path, homeless
    finally:
        path.unlink(missing_ok=True)


def options_of(options: Mapping[str, object | None]) -> list[str]:
    """--name value of all that is given; flags of what is true."""
    words: list[str] = []
    for name, value in options.items():
        if value is None or value is False:
            continue
        words.append("--" + name.replace("_", "-"))
        if value is not True:
            words.append(value_text(value))
    return words


def settings_of(overrides: Mapping[str, object]) -> list[str]:
    """--set KEY=VALUE of every keyword."""
    return [
        word for name, value in overrides.items()
        for word in ("--set", f"{key_of(name)}={value_text(value)}")
    ]


def warn_of(outcome: program.Outcome) -> None:
    for told in outcome.of("warning"):
        text = told.removeprefix("warning: ")
        kind = RiskLimitWarning if text.startswith("limit breached") else ProgramWarning
        warnings.warn(text, kind, stacklevel=4)


def run(config: Configuration,
        *,
        output: str | os.PathLike[str] | None = None,
        force: bool = False,
        paths: int | None = None,
        seed: int | None = None,
        threads: int | None = None,
        memory: float | None = None,
        time_limit: str | None = None,
        resume: bool = False,
        strict: bool = False,
        allow_paths: bool = False,
        progress: bool | None = None,
        **overrides: object) -> Result:
    """Runs a configuration and opens its result.

    Args:
        config: a YAML file, or what would stand in one as a mapping.
        output: result file instead of the configured one. A mapping without `output.file` needs none: its
        result
            lives in a temporary file until it is closed or forgotten.
        force: replace the result file if it exists.
        paths: number of paths, instead of `simulation.paths`.
        seed: of the random numbers, instead of `simulation.seed`.
        threads: to use; all unless given.
        memory: GiB of P&L that is kept in memory; half of the machine's unless given.
        time_limit: as "6h": report what is done by then.
        resume: go on from the journal of a run that was cut short.
        strict: refuse what is otherwise only warned of.
        allow_paths: read books, scenarios and margin models outside the configuration's folder.
        progress: show a bar; in notebooks unless given.
        **overrides: values that replace those of the configuration: `simulation__step="30 min"`, or
            `**{"scenarios.crash_1987.severity": 1.2}`.

    Returns:
        The result. `Result.breaches` has the limits that are breached, which are warned of as well.

    Raises:
        ConfigurationError, InputOutputError, NumericalError, SuspendedError, UsageError: what the program
        refuses.
        Interrupted: Ctrl-C; a KeyboardInterrupt. Nothing half-written is left.
    """
    words = options_of({
        "paths": paths,
        "seed": seed,
        "threads": threads,
        "memory": memory,
        "time_limit": time_limit,
        "resume": resume,
        "force": force,
        "strict": strict,
        "allow_paths": allow_paths
    })
    words += settings_of(overrides)
    with configuration_file(config) as (path, homeless):
        keeper = tempfile.TemporaryDirectory(prefix="unhedged-") if homeless and output is None else None
        target = Path(keeper.name) / "result.h5" if keeper is not None else output
        if target is not None:
            words += ["--output", os.fspath(target)]
        wanted = program.in_notebook() if progress is None else progress
        try:
            with program.ProgressBar(
                    wanted,
                    str(config.get("name", "run")) if isinstance(config, Mapping) else path.stem) as bar:
                outcome = program.execute(
                    ["run", path, "--json", "--log-format", "json", *bar.arguments, *words], bar.watch)
            return _opened(outcome, target, keeper)
        except BaseException:
            if keeper is not None:
                keeper.cleanup()
            raise


def _opened(outcome: program.Outcome, target: str | os.PathLike[str] | None,
            keeper: tempfile.TemporaryDirectory[str] | None) -> Result:
    """The result of a run that has ended."""
    reported = outcome.code in (0, 6) or (outcome.code == 75 and outcome.output != "")
    if not reported:
        raise error_of(outcome.code, outcome.reasons)
    report = json.loads(outcome.output)
    warn_of(outcome)
    return Result(target if target is not None else report["file"], report.get("breaches", []), keeper)
