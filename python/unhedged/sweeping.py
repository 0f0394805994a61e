"""Runs a configuration at many values of its keys."""
from __future__ import annotations

import csv
import os
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from functools import cached_property
from pathlib import Path
from types import TracebackType
from typing import Any, Literal

import numpy as np
import numpy.typing as npt
import pandas as pd
import xarray as xr

from unhedged import program
from unhedged.errors import MissingDataError, error_of
from unhedged.result import KeptFile, attributes_of
from unhedged.running import Configuration, configuration_file, options_of, settings_of, value_text, warn_of

FORMAT = "unhedged sweep"

Axis = str | Sequence[object]


class Sweep:
    """What a sweep found: the risk numbers of a configuration at each of its points.

    Attributes:
        path: of the file.
        attributes: of its root.
    """

    def __init__(self,
                 path: str | os.PathLike[str],
                 keeper: tempfile.TemporaryDirectory[str] | None = None) -> None:
        self.attributes = attributes_of(path, FORMAT)
        self._kept = KeptFile(path)
        self.path = self._kept.path
        self._keeper = keeper

    def __enter__(self) -> Sweep:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None,
                 trace: TracebackType | None) -> None:
        self.close()

    def close(self) -> None:
        """Lets go of a file that nobody asked to keep."""
        if self._keeper is not None:
            self._keeper.cleanup()

    @cached_property
    def dataset(self) -> xr.Dataset:
        """The root of the file: summary [point, scenario, hedger, metric, estimate], difference [point,
        scenario, hedger, paired_metric, estimate], paths [point], and units and meaning of each metric."""
        with xr.open_dataset(self._kept.here()) as file:
            return file.load()

    @cached_property
    def points(self) -> pd.DataFrame:
        """Rows [point]; a column for each key: numbers without their unit (`attrs["units"]`, by key) where
        they have one and the same, else the texts that were set."""
        with self._kept.opened() as file:
            group = file["points"]
            keys = [str(key) for key in group["key"].asstr()[()]]
            texts, values = group["text"].asstr()[()], group["value"][()]
            units = dict(zip(keys, map(str, group["unit"].asstr()[()]), strict=True))
        columns: dict[str, npt.NDArray[Any]] = {
            key: texts[:, k] if np.isnan(values[:, k]).any() else values[:, k]
            for k, key in enumerate(keys)
        }
        frame = pd.DataFrame(columns).rename_axis("point")
        frame.attrs["units"] = units
        return frame

    def summary(self, metric: str = "es_99") -> pd.DataFrame:
        """A metric at every point.

        Returns:
            Rows [point, scenario, hedger]; columns: the keys as in `points`, value, lower, upper,
            standard_error, in the units of the metric (`attrs["units"]`).

        Raises:
            MissingDataError: there is no such metric; the message names those there are.
        """
        return self._frame("summary", "metric", metric)

    def _frame(self, array: str, names: str, metric: str) -> pd.DataFrame:
        known = [str(name) for name in self.dataset[names].values]
        if metric not in known:
            raise MissingDataError([f"no metric \"{metric}\"; there are {', '.join(known)}"])
        one = self.dataset[array].sel({names: metric})
        kinds = [str(kind) for kind in self.dataset.estimate.values]
        values: pd.DataFrame = one.to_series().unstack("estimate")[kinds]
        index = values.index.get_level_values("point")
        keys = self.points.loc[index].set_index(values.index)
        frame: pd.DataFrame = pd.concat([keys, values], axis=1)
        frame.attrs["units"] = str(self.dataset[f"{names}_units"].sel({names: metric}).values)
        return frame

    def difference(self, metric: str = "es_99") -> pd.DataFrame:
        """What every point has more than the reference point (`attributes["reference_point"]`), on the same
        paths, so that its interval is that of the difference.

        Returns:
            As `summary`; NaN where a point has other paths than the reference point.

        Raises:
            MissingDataError: the metric is not compared; the message names those that are.
        """
        return self._frame("difference", "paired_metric", metric)

    def values(self, metric: str, *, scenario: str, hedger: str) -> npt.NDArray[np.float64]:
        """[point]: a metric of a hedger in a scenario, for arithmetic."""
        frame = self.summary(metric)
        try:
            return frame.xs((scenario, hedger),
                            level=("scenario", "hedger")).value.to_numpy(dtype=np.float64)
        except KeyError:
            raise MissingDataError([f"no hedger \"{hedger}\" in a scenario \"{scenario}\""]) from None


def open_sweep(path: str | os.PathLike[str]) -> Sweep:
    """Opens the file of a sweep.

    Raises:
        FileNotFoundError: there is no such file.
        FormatError: it is none, is cut short, or of a major version that this package does not read.
    """
    return Sweep(path)


def _axis(value: Axis) -> str:
    """A range or a list as --vary takes it."""
    return value if isinstance(value, str) else ",".join(value_text(one) for one in value)


@contextmanager
def _points_file(points: int | pd.DataFrame | str | os.PathLike[str] | None) -> Iterator[str | None]:
    """What follows --points."""
    if not isinstance(points, pd.DataFrame):
        yield None if points is None else str(points) if isinstance(points, int) else os.fspath(points)
        return
    with tempfile.TemporaryDirectory(prefix="unhedged-") as folder:
        path = Path(folder) / "points.csv"
        with path.open("w", newline="", encoding="utf-8") as file:
            rows = csv.writer(file)
            rows.writerow([str(key) for key in points.columns])
            for row in points.itertuples(index=False):
                rows.writerow([value_text(_plain(value)) for value in row])
        yield str(path)


def _plain(value: Any) -> Any:
    """A number of NumPy as one of Python."""
    return value.item() if isinstance(value, np.generic) else value


def sweep(config: Configuration,
          vary: Mapping[str, Axis] | None = None,
          *,
          points: int | pd.DataFrame | str | os.PathLike[str] | None = None,
          design: Literal["grid", "random", "sobol"] | None = None,
          design_seed: int | None = None,
          against: int | None = None,
          output: str | os.PathLike[str] | None = None,
          force: bool = False,
          resume: bool = False,
          paths: int | None = None,
          seed: int | None = None,
          threads: int | None = None,
          memory: float | None = None,
          progress: bool | None = None,
          **overrides: object) -> Sweep:
    """Runs a configuration at many values of its keys, in one process, with the same random numbers at every
    point.

    Args:
        config: a YAML file, or what would stand in one as a mapping.
        vary: keys, each with a list of values or a range as "1..10 %".
        points: of ranges, how many points (in a grid: values of each range); or a table instead of `vary`: a
            frame or a CSV file with a column for each key and a row for each point.
        design: how points are chosen; a grid unless given.
        design_seed: of random and Sobol points.
        against: the point that `difference` is from; the first unless given.
        output: file for the numbers; one that lives until the sweep is closed or forgotten unless given.
        force: replace that file if it exists.
        resume: go on from the journal of a sweep that was cut short.
        paths, seed, threads, memory, overrides: of every point, as for `run`.
        progress: show a bar; in notebooks unless given.

    Raises:
        ConfigurationError: a point is refused; the message names it. Others as of `run`.
    """
    words = options_of({
        "design": design,
        "design_seed": design_seed,
        "against": against,
        "paths": paths,
        "seed": seed,
        "threads": threads,
        "memory": memory,
        "force": force,
        "resume": resume
    })
    for key, axis in (vary or {}).items():
        words += ["--vary", f"{key}={_axis(axis)}"]
    words += settings_of(overrides)
    keeper = tempfile.TemporaryDirectory(prefix="unhedged-") if output is None else None
    target = Path(keeper.name) / "sweep.h5" if keeper is not None else Path(str(output))
    try:
        with configuration_file(config) as (path, _), _points_file(points) as table:
            if table is not None:
                words += ["--points", table]
            wanted = program.in_notebook() if progress is None else progress
            with program.ProgressBar(wanted, "sweep") as bar:
                outcome = program.execute([
                    "sweep", path, "--output", target, "--log-format", "json", *bar.arguments, *words
                ], bar.watch)
        if outcome.code != 0:
            raise error_of(outcome.code, outcome.reasons)
        warn_of(outcome)
        return Sweep(target, keeper)
    except BaseException:
        if keeper is not None:
            keeper.cleanup()
        raise

