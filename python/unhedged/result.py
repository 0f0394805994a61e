"""A result file, as tables and arrays."""
from __future__ import annotations

import os
import tempfile
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from functools import cached_property
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Any, Literal

import h5py
import numpy as np
import numpy.typing as npt
import pandas as pd
import xarray as xr

from unhedged.errors import FormatError, MissingDataError

if TYPE_CHECKING:
    from unhedged.commands import Comparison
    from unhedged.plot import Plots

FORMAT = "unhedged results"
MAJOR_VERSION = 1

_POSITION_COLUMNS = ("id", "group", "instrument", "asset", "strike", "expiry", "quantity")

Names = str | Sequence[str] | None


def _text(value: object) -> str:
    return value.decode() if isinstance(value, bytes) else str(value)


def attributes_of(path: str | os.PathLike[str], kind: str = FORMAT) -> dict[str, Any]:
    """Attributes of the root of a file, which must be of this kind and of the format this version reads.

    Raises:
        FileNotFoundError: there is no such file.
        FormatError: it is none of ours, cut short, or of another major version.
    """
    if not Path(path).exists():
        raise FileNotFoundError(f"{os.fspath(path)}: no such file")
    try:
        with h5py.File(path, "r") as file:
            attributes = {
                name: _text(value) if isinstance(value, (bytes, str)) else value
                for name, value in file.attrs.items()
            }
    except OSError as error:
        raise FormatError([f"{os.fspath(path)}: is no HDF5 file, or is cut short: {error}"]) from error
    if attributes.get("format") != kind:
        raise FormatError([f"{os.fspath(path)}: is not of the format \"{kind}\""])
    version = str(attributes.get("format_version", "?"))
    if version.split(".")[0] != str(MAJOR_VERSION):
        raise FormatError(
            [f"{os.fspath(path)}: format {version}; this version of the package reads "
             f"{MAJOR_VERSION}.x"])
    if int(attributes.get("complete", 0)) != 1:
        raise FormatError([f"{os.fspath(path)}: is not marked complete: what wrote it did not finish"])
    return attributes


class KeptFile:
    """A file that has to stay the one that was opened.

    Attributes:
        path: of the file.
    """

    def __init__(self, path: str | os.PathLike[str]) -> None:
        self.path = Path(path).resolve()
        self._was = self._identity()

    def _identity(self) -> tuple[int, int, int, int]:
        about = self.path.stat()
        return about.st_dev, about.st_ino, about.st_size, about.st_mtime_ns

    def here(self) -> Path:
        """Its path.

        Raises:
            FormatError: another file has its name by now.
        """
        if not self.path.exists() or self._identity() != self._was:
            raise FormatError([f"{self.path}: was replaced or removed after it was opened; open it again"])
        return self.path

    @contextmanager
    def opened(self) -> Iterator[h5py.File]:
        """The file, for reading.

        Raises:
            FormatError: as `here`, or what is read of it is damaged.
        """
        path = self.here()
        try:
            with h5py.File(path, "r") as file:
                yield file
        except OSError as error:
            raise FormatError([f"{path}: is damaged: {error}"]) from error


def _chosen(names: Names, known: Sequence[str], what: str) -> list[str]:
    """The names that are meant; none given: all."""
    if names is None:
        return list(known)
    wanted = [names] if isinstance(names, str) else list(names)
    for name in wanted:
        if name not in known:
            raise MissingDataError([f"no {what} \"{name}\"; there are {', '.join(known)}"])
    return wanted


def _only(name: str | None, known: Sequence[str], what: str) -> str:
    """The name that is meant; none given: the only one."""
    if name is None and len(known) > 1:
        raise MissingDataError([f"which {what}? there are {', '.join(known)}"])
    return _chosen(name, known, what)[0]


class Result:
    """A result file that is open for reading.

    Arrays are read when they are used: opening costs nothing, however many paths there are.

    Attributes:
        path: of the file.
        attributes: of its root, such as `seed`, `paths`, `currency`, `configuration`.
        breaches: limits of `risk.limits` that the run breached, if it was run from here: maps with
        `scenario`,
            `hedger`, `metric`, `value`, `lower`, `upper`, `limit`.
    """

    def __init__(self,
                 path: str | os.PathLike[str],
                 breaches: Iterable[dict[str, Any]] = (),
                 keeper: tempfile.TemporaryDirectory[str] | None = None) -> None:
        self.attributes = attributes_of(path)
        self._kept = KeptFile(path)
        self.path = self._kept.path
        self.breaches = list(breaches)
        self._keeper = keeper
        self._groups: dict[str, xr.Dataset] = {}

    def __repr__(self) -> str:
        return (f"<unhedged.Result {self.attributes['title']}: {self.paths} paths, scenarios "
                f"{', '.join(self.scenarios)}; hedgers {', '.join(self.hedgers)}>")

    def __enter__(self) -> Result:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None,
                 trace: TracebackType | None) -> None:
        self.close()

    def close(self) -> None:
        """Closes the file; removes it, if it was made for this object alone."""
        for group in self._groups.values():
            group.close()
        self._groups.clear()
        if self._keeper is not None:
            self._keeper.cleanup()

    def group(self, name: str = "/") -> xr.Dataset:
        """A group of the file as it is, read lazily.

        Raises:
            MissingDataError: the result has no such group.
        """
        self._kept.here()
        if name not in self._groups:
            with self._kept.opened() as file:
                if name not in file:
                    raise MissingDataError([f"{self.path}: has no group {name}"])
            self._groups[name] = xr.open_dataset(self._kept.here(), engine="h5netcdf", group=name)
        return self._groups[name]

    @property
    def dataset(self) -> xr.Dataset:
        """The root: `summary` [scenario, hedger, metric, estimate], `pnl` [scenario, hedger, path] and so
        on."""
        return self.group()

    @cached_property
    def scenarios(self) -> list[str]:
        """Names, in the order of the configuration."""
        return [str(name) for name in self.dataset.scenario.values]

    @cached_property
    def hedgers(self) -> list[str]:
        """Names, in the order of the configuration."""
        return [str(name) for name in self.dataset.hedger.values]

    @property
    def paths(self) -> int:
        """Number of paths in the file."""
        return int(self.attributes["paths"])

    @property
    def unit(self) -> str:
        """What P&L is counted in: a currency, or an asset."""
        return str(self.attributes.get("numeraire", self.attributes["currency"]))

    def _estimates(self, variable: xr.DataArray) -> pd.DataFrame:
        """[..., estimate] as rows with the columns value, lower, upper, standard_error."""
        levels = [d for d in variable.dims if d != "estimate"]
        ordered = variable.transpose(*levels, "estimate")
        rows = (pd.Index(variable[levels[0]].values, name=str(levels[0]))
                if len(levels) == 1 else pd.MultiIndex.from_product([variable[d].values for d in levels],
                                                                    names=[str(d) for d in levels]))
        values = ordered.values.reshape(-1, ordered.sizes["estimate"])
        return pd.DataFrame(values,
                            index=rows,
                            columns=pd.Index([str(name) for name in variable.estimate.values]))

    def summary(self, metric: Names = None, *, scenario: Names = None, hedger: Names = None) -> pd.DataFrame:
        """Risk numbers with their uncertainty.

        Args:
            metric, scenario, hedger: one name or several; all unless given. docs/methods/risk.md has the
            metrics.

        Returns:
            Rows [scenario, hedger, metric]; columns value, lower, upper, standard_error in the units of
            `metric_units`: P&L is positive for a gain, VaR and ES are positive for a loss. NaN is "none".
        """
        metrics = [str(name) for name in self.dataset.metric.values]
        return self._estimates(
            self.dataset.summary.sel(scenario=_chosen(scenario, self.scenarios, "scenario"),
                                     hedger=_chosen(hedger, self.hedgers, "hedger"),
                                     metric=_chosen(metric, metrics, "metric")))

    def metrics(self) -> pd.DataFrame:
        """Rows [metric]; columns units and meaning."""
        data = self.dataset
        return pd.DataFrame({
            "units": data.metric_units.values,
            "meaning": data.metric_meaning.values
        },
                            index=pd.Index(data.metric.values, name="metric"))

    def pnl(self, scenario: str, hedger: str) -> npt.NDArray[np.float64]:
        """P&L of every path.

        Returns:
            [path], `unit`, at the horizon and undiscounted: read from the file into this one array.
        """
        s = self.scenarios.index(_chosen(scenario, self.scenarios, "scenario")[0])
        h = self.hedgers.index(_chosen(hedger, self.hedgers, "hedger")[0])
        with self._kept.opened() as file:
            stored = file["pnl"]
            row: npt.NDArray[np.float64] = np.empty(stored.shape[-1])
            stored.read_direct(row, np.s_[s, h, :])
        return row

    def losses(self, scenario: str, hedger: str) -> npt.NDArray[np.float64]:
        """Loss of every path.

        Returns:
            [path], `unit`, positive for a loss: the P&L with its sign turned in place.
        """
        row = self.pnl(scenario, hedger)
        return np.negative(row, out=row)

    def attribution(self,
                    *,
                    tail: bool = False,
                    by: Literal["bucket", "asset", "group"] = "bucket",
                    scenario: Names = None,
                    hedger: Names = None) -> pd.DataFrame:
        """Where the P&L comes from.

        Args:
            tail: means over the worst paths only, those of the expected shortfall.
            by: cause, or asset and cause, or group of positions: what each group makes unhedged, and
                "(hedging)" what hedging all of them makes.

        Returns:
            Rows [scenario, hedger, bucket] or [scenario, hedger, group]; columns value, lower, upper,
            standard_error, `unit`. By asset: rows [scenario, hedger, asset, bucket], the column value.

        Raises:
            ValueError: `by` is none of these.
            MissingDataError: the run kept no attribution, or has one asset, or positions in no groups.
        """
        parts = {"bucket": "", "asset": "_by_asset", "group": "_by_group"}
        if by not in parts:
            raise ValueError(f"by: \"{by}\" is none of {', '.join(parts)}")
        name = ("attribution_tail" if tail else "attribution") + parts[by]
        if name not in self.dataset:
            raise MissingDataError([f"{self.path}: has no {name}: the run did not keep it"])
        chosen = self.dataset[name].sel(scenario=_chosen(scenario, self.scenarios, "scenario"),
                                        hedger=_chosen(hedger, self.hedgers, "hedger"))
        return chosen.to_series().rename("value").to_frame() if by == "asset" else self._estimates(chosen)

    def bucket_meanings(self) -> dict[str, str]:
        """What each bucket of the attribution holds."""
        if "bucket" not in self.dataset.coords or "bucket_meaning" not in self.dataset:
            raise MissingDataError([f"{self.path}: has no attribution: the run did not keep it"])
        return {
            str(b): str(m)
            for b, m in zip(self.dataset.bucket.values, self.dataset.bucket_meaning.values)
        }

    def convergence(self,
                    metric: str = "mean",
                    *,
                    scenario: Names = None,
                    hedger: Names = None) -> pd.DataFrame:
        """A number from the first paths only.

        Args:
            metric: mean, or es_ with the highest level of `risk.levels`, as es_99.

        Returns:
            Rows [scenario, hedger, paths_used]; columns value, lower, upper, standard_error, `unit`.

        Raises:
            MissingDataError: the run has less than 256 paths, or no such metric.
        """
        data = self.group("convergence")
        return self._estimates(data[_chosen(metric, [str(v) for v in data.data_vars],
                                            "metric")[0]].sel(scenario=_chosen(
                                                scenario, self.scenarios, "scenario"),
                                                              hedger=_chosen(hedger, self.hedgers, "hedger")))

    def regimes(self) -> pd.DataFrame:
        """Rows [regime] (SCENARIO.REGIME); columns value, lower, upper, standard_error: share of the
        horizon."""
        return self._estimates(self.group("regimes")["time_share"])

    def positions(self) -> pd.DataFrame:
        """The book: rows [position]; columns id, group, instrument, asset, strike, expiry (years), quantity,
        ..."""
        with self._kept.opened() as file:
            stored = file["positions"]
            columns = {
                name: data.asstr()[()] if h5py.check_string_dtype(data.dtype) else data[()]
                for name, data in stored.items() if name not in ("position", "one", "text")
            }
        first = [name for name in _POSITION_COLUMNS if name in columns]
        frame = pd.DataFrame({name: columns[name] for name in dict.fromkeys([*first, *columns])})
        return frame.rename_axis("position")

    def which_worst(self,
                    k: int = 1,
                    *,
                    scenario: str | None = None,
                    hedger: str | None = None) -> tuple[str, str, int]:
        """Scenario, hedger and number of the path with the k-th largest loss.

        Args:
            k: 1 is the largest loss.
            scenario, hedger: unless given those in which the k-th worst path loses most.
        """
        worst = self.group("worst_paths")
        if not 1 <= k <= worst.sizes["rank"]:
            raise MissingDataError([f"rank {k}: the result keeps the {worst.sizes['rank']} worst paths"])
        pnl = worst.pnl.isel(rank=k - 1).sel(scenario=_chosen(scenario, self.scenarios, "scenario"),
                                             hedger=_chosen(hedger, self.hedgers, "hedger"))
        place = np.unravel_index(int(np.argmin(pnl.values)), pnl.shape)
        s, h = str(pnl.scenario.values[place[0]]), str(pnl.hedger.values[place[1]])
        return s, h, int(worst.path.sel(scenario=s, hedger=h).values[k - 1])

    def worst_path(self,
                   k: int = 1,
                   *,
                   scenario: str | None = None,
                   hedger: str | None = None) -> pd.DataFrame:
        """The path with the k-th largest loss, step by step, as the file keeps it.

        Args:
            k: 1 is the largest loss; `output.worst_paths` is the last.
            scenario, hedger: unless given those in which the k-th worst path loses most.

        Returns:
            Rows [time] in years since today; columns [quantity, asset], e.g. ("spot", "BTC"), in the units
            of the
            datasets of /worst_paths, and ("regime", ""), ("date", ""). `attrs` has scenario, hedger, path,
            pnl.

        Raises:
            MissingDataError: the run kept no worst paths, or not so many.
        """
        s, h, number = self.which_worst(k, scenario=scenario, hedger=hedger)
        worst = self.group("worst_paths")
        one = worst.sel(scenario=s, hedger=h).isel(rank=k - 1)
        columns: dict[tuple[str, str], npt.NDArray[Any]] = {
            ("date", ""): worst.date.values,
            ("regime", ""): self._regimes_of(s)[one.regime.values]
        }
        for name, variable in one.data_vars.items():
            if variable.dims == ("time", "asset"):
                for a, asset in enumerate(worst.asset.values):
                    columns[str(name), str(asset)] = variable.values[:, a]
        frame = pd.DataFrame(columns, index=pd.Index(worst.time.values, name="time"))
        frame.columns.names = ["quantity", "asset"]
        frame.attrs.update(scenario=s, hedger=h, path=number, pnl=float(one.pnl))
        return frame

    def _regimes_of(self, scenario: str) -> npt.NDArray[Any]:
        names: npt.NDArray[Any] = self.group("worst_paths").regime_name.sel(scenario=scenario).values
        return names

    def compare(self,
                *others: Result | str | os.PathLike[str],
                weights: dict[str, float] | None = None,
                calm: str | None = None) -> Comparison:
        """Hedgers over all scenarios, held against each other: `unhedged compare`.

        Args:
            others: further results of the same book: other hedgers, or other scenarios.
            weights: how likely each scenario is beside the others; those of the configuration unless given.
            calm: the scenario that the others are held against.
        """
        from unhedged.commands import compare
        files = [other._kept.here() if isinstance(other, Result) else other for other in others]
        return compare([self._kept.here(), *files], weights, calm)

    def replay(self, path: int, *, scenario: str | None = None, hedger: str | None = None) -> pd.DataFrame:
        """Any path again, step by step: `unhedged replay`, held to the bits of the run.

        Args:
            path: its number.
            scenario, hedger: need not be given where there is only one.

        Returns:
            As `worst_path`, with the column ("order", asset) besides; `attrs` has scenario, hedger, path,
            pnl and the
            units of the quantities.

        Raises:
            InputOutputError: the engine's numbers have changed since, or the file was changed.
        """
        from unhedged.commands import replay
        s, h = _only(scenario, self.scenarios, "scenario"), _only(hedger, self.hedgers, "hedger")
        return replay(self._kept.here(), s, h, path)

    def to_parquet(self, folder: str | os.PathLike[str], *, force: bool = False) -> list[Path]:
        """Writes one Parquet file a table into a folder; needs pyarrow (pip install unhedged[parquet]).

        Args:
            folder: is made. It appears only when all is written.
            force: replace the folder if it exists.

        Returns:
            The files: pnl, summary, positions, and convergence, worst_paths, attribution, attribution_tail
            where the
            result has them. Units and meanings are metadata of the fields, attributes of the root those of
            the file.
        """
        from unhedged.parquet import write_tables
        return write_tables(self, Path(folder), force)

    @property
    def plot(self) -> Plots:
        """Charts: `result.plot.losses()`, `.heatmap()`, `.tail_waterfall()`, `.worst_paths()`,
        `.convergence()`."""
        from unhedged.plot import Plots
        return Plots(self)
