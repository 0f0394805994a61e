"""Finds the program and runs it: messages, progress, Ctrl-C."""
from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import threading
import time
import warnings
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from types import TracebackType
from typing import IO, Any

from unhedged.errors import Interrupted, ProgramNotFoundError, error_of

_POLL = 0.2  # seconds between two looks at the program
_PATIENCE = 5.0  # seconds the program has to end in order; it promises two


def find() -> Path:
    """The program: that of the variable UNHEDGED_PROGRAM, of the wheel, of a build beside the sources, or of
    PATH.

    Raises:
        ProgramNotFoundError: there is none.
    """
    if chosen := os.environ.get("UNHEDGED_PROGRAM"):
        if not os.access(chosen, os.X_OK):
            raise ProgramNotFoundError([f"UNHEDGED_PROGRAM: {chosen} is no program"])
        return Path(chosen)
    here = Path(__file__).resolve().parent
    for place in (here / "bin/unhedged", here.parent.parent / "build/release/unhedged"):
        if os.access(place, os.X_OK):
            return place
    if on_path := shutil.which("unhedged"):
        return Path(on_path)
    raise ProgramNotFoundError(["no program `unhedged`: install the wheel, or name it in UNHEDGED_PROGRAM"])


def main() -> None:
    """The command `unhedged` of the wheel: becomes the program."""
    bundled = Path(__file__).resolve().parent / "bin/unhedged"
    os.environ.setdefault("UNHEDGED_PYTHON", sys.executable)  # what writes Parquet
    os.execv(bundled, [str(bundled), *sys.argv[1:]])


@dataclass
class Outcome:
    """How the program ended."""

    code: int
    output: str
    messages: list[tuple[str, str]] = field(default_factory=list)  # level, text

    def of(self, level: str) -> list[str]:
        """Messages of one level: info, warning or error."""
        return [text for kind, text in self.messages if kind == level]

    @property
    def reasons(self) -> list[str]:
        """Why it ended: its errors, or all it said if there are none."""
        return self.of("error") or [text for _, text in self.messages]


def _message(line: str) -> tuple[str, str]:
    try:
        told = json.loads(line)
        return str(told["level"]), str(told["message"])
    except (ValueError, KeyError, TypeError):
        return "error", line


def _interrupt(process: subprocess.Popen[str]) -> None:
    """Asks the program to end in order, then to end."""
    for wish in (signal.SIGINT, signal.SIGTERM, signal.SIGKILL):
        if process.poll() is not None:
            return
        process.send_signal(wish)
        try:
            process.wait(_PATIENCE)
        except subprocess.TimeoutExpired:
            continue


def execute(arguments: Sequence[str | os.PathLike[str]],
            watch: Callable[[], None] | None = None,
            cwd: str | os.PathLike[str] | None = None) -> Outcome:
    """Runs the program to its end. It has a process group of its own, so that Ctrl-C reaches it once: from
    here.

    Args:
        arguments: of the command line.
        watch: called a few times a second while the program runs.
        cwd: folder it runs in.

    Raises:
        Interrupted: Ctrl-C, after the program has ended in order.
        ProgramNotFoundError: there is no program.
    """
    environment = {**os.environ, "NO_COLOR": "1"}
    process = subprocess.Popen([str(find()), *[os.fspath(word) for word in arguments]],
                               stdin=subprocess.DEVNULL,
                               stdout=subprocess.PIPE,
                               stderr=subprocess.PIPE,
                               text=True,
                               encoding="utf-8",
                               errors="replace",
                               env=environment,
                               cwd=cwd,
                               process_group=0)
    output: list[str] = []
    messages: list[tuple[str, str]] = []

    def read_output(stream: IO[str]) -> None:
        output.append(stream.read())

    def read_messages(stream: IO[str]) -> None:
        messages.extend(_message(line.rstrip("\n")) for line in stream)

    assert process.stdout is not None and process.stderr is not None
    readers = [
        threading.Thread(target=read_output, args=(process.stdout, ), daemon=True),
        threading.Thread(target=read_messages, args=(process.stderr, ), daemon=True)
    ]
    try:
        for reader in readers:
            reader.start()
        while process.poll() is None:
            if watch is not None:
                watch()
            try:
                process.wait(_POLL)
            except subprocess.TimeoutExpired:
                pass
    except BaseException as stop:
        _interrupt(process)
        for reader in readers:
            reader.join(_PATIENCE)
        if not isinstance(stop, KeyboardInterrupt):
            raise
        raise Interrupted("\n".join(text for kind, text in messages if kind == "error")
                          or "interrupted") from None
    finally:
        if process.poll() is not None:
            for reader in readers:
                if reader.ident is not None:
                    reader.join()
            process.stdout.close()
            process.stderr.close()
    return Outcome(process.returncode, "".join(output), messages)


def ask(*arguments: str | os.PathLike[str]) -> str:
    """What the program prints.

    Raises:
        UnhedgedError: of the kind of its exit code, if that is not 0.
    """
    outcome = execute(arguments)
    if outcome.code != 0:
        raise error_of(outcome.code, outcome.reasons)
    return outcome.output


def ask_json(*arguments: str | os.PathLike[str]) -> Any:
    """As `ask`, of a command that prints JSON."""
    return json.loads(ask(*arguments))


def in_notebook() -> bool:
    """Whether this is a Jupyter kernel."""
    shell = sys.modules.get("IPython")
    if shell is None:
        return False
    return type(shell.get_ipython()).__name__ == "ZMQInteractiveShell"


def _bar(total: int, title: str) -> Any:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # that a notebook without ipywidgets gets a bar of characters
        from tqdm.auto import tqdm
        return tqdm(total=total, desc=title, unit="path", unit_scale=True)


class ProgressBar:
    """A bar of tqdm that follows the metrics file of a run. Shows nothing unless `wanted`."""

    def __init__(self, wanted: bool, title: str) -> None:
        self._folder = tempfile.TemporaryDirectory(prefix="unhedged-") if wanted else None
        self._title = title
        self._bar: Any = None
        self._looked = 0.0

    def __enter__(self) -> ProgressBar:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None,
                 trace: TracebackType | None) -> None:
        if kind is None:
            self.watch(last=True)
        if self._bar is not None:
            self._bar.close()
        if self._folder is not None:
            self._folder.cleanup()

    @property
    def arguments(self) -> list[str]:
        """What the program must be told."""
        return [] if self._folder is None else ["--metrics", str(self._file(self._folder))]

    @staticmethod
    def _file(folder: tempfile.TemporaryDirectory[str]) -> Path:
        return Path(folder.name) / "metrics.prom"

    def _read(self) -> dict[str, float]:
        if self._folder is None:
            return {}
        try:
            lines = self._file(self._folder).read_text().splitlines()
        except OSError:
            return {}
        rows = [line.rsplit(" ", 1) for line in lines if line and not line.startswith("#")]
        return {name.split("{")[0]: float(value) for name, value in rows}

    def watch(self, last: bool = False) -> None:
        """Brings the bar up to date, at most once a second."""
        now = time.monotonic()
        if self._folder is None or (now - self._looked < 1 and not last):
            return
        self._looked = now
        metrics = self._read()
        total = metrics.get("unhedged_paths_total")
        if not total:
            return
        if self._bar is None:
            self._bar = _bar(int(total), self._title)
        self._bar.update(int(metrics.get("unhedged_paths_done", 0)) - self._bar.n)
