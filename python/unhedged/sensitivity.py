"""Which parameters a number of a run depends on: indices of Sobol and of Morris.

A design says where in the space of parameters to compute; `values_of` computes there; `sobol_indices` and
`morris_indices` say what follows. All points of a design share their random numbers (one seed), so that the
noise of
the simulation moves all of them together and hardly disturbs the differences that indices are made of. What
noise is
left is seen by computing the design again with other seeds: each seed is a replicate, and the spread of the
indices over
the replicates is in their standard error.

Needs SALib (pip install unhedged[sensitivity]).
"""
from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal

import numpy as np
import numpy.typing as npt
import pandas as pd

from unhedged.errors import MissingDataError

if TYPE_CHECKING:
    from unhedged.running import Configuration

Floats = npt.NDArray[np.float64]


@dataclass(frozen=True)
class Factor:
    """A parameter and the range it is varied over, uniformly.

    Attributes:
        key: of the configuration, as for `--set`.
        low, high: the ends of the range, in `unit`.
        unit: put behind the number in the configuration: "%", "bp", "x", "h"; none unless given.
    """

    key: str
    low: float
    high: float
    unit: str = ""

    def text(self, value: float) -> str:
        """A value as configurations write it, with all its digits."""
        return f"{float(value)!r} {self.unit}".rstrip()


@dataclass(frozen=True)
class Design:
    """Points in the space of the factors.

    Attributes:
        factors: its axes.
        points: [point, factor], in the units of the factors.
        kind: what it is made for.
        levels: of a design of Morris.
    """

    factors: tuple[Factor, ...]
    points: Floats
    kind: Literal["sobol", "morris"]
    levels: int = 0
    second_order: bool = False

    def texts(self) -> pd.DataFrame:
        """[point, key]: the values as configurations write them; the table of a sweep."""
        return pd.DataFrame({
            factor.key: [factor.text(float(v)) for v in self.points[:, f]]
            for f, factor in enumerate(self.factors)
        })

    def problem(self) -> dict[str, Any]:
        """What SALib calls the problem."""
        return {
            "num_vars": len(self.factors),
            "names": [factor.key for factor in self.factors],
            "bounds": [[factor.low, factor.high] for factor in self.factors]
        }


def _salib(part: str) -> Any:
    try:
        from importlib import import_module
        return import_module(f"SALib.{part}")
    except ImportError as error:
        raise MissingDataError(["sensitivity needs SALib: pip install unhedged[sensitivity]"]) from error


def _checked(factors: Sequence[Factor]) -> tuple[Factor, ...]:
    if not factors:
        raise ValueError("no factors")
    for factor in factors:
        if not factor.low < factor.high:
            raise ValueError(f"{factor.key}: the range from {factor.low} to {factor.high} is empty")
    return tuple(factors)


def sobol_design(factors: Sequence[Factor], n: int, *, seed: int = 0, second_order: bool = False) -> Design:
    """Points for indices of Sobol (Saltelli 2010), from a scrambled Sobol sequence.

    Args:
        factors: k of them.
        n: base points, a power of two.
        seed: of the scrambling.
        second_order: points for the interactions of pairs as well.

    Returns:
        n (k + 2) points, or n (2 k + 2) with second order.
    """
    design = Design(_checked(factors), np.empty((0, len(factors))), "sobol", second_order=second_order)
    if n < 2 or n & (n - 1):
        raise ValueError(f"n = {n} is not a power of two")
    points = _salib("sample.sobol").sample(design.problem(), n, calc_second_order=second_order, seed=seed)
    return Design(design.factors, points, "sobol", second_order=second_order)


def morris_design(factors: Sequence[Factor], trajectories: int, *, levels: int = 4, seed: int = 0) -> Design:
    """Points for elementary effects (Morris 1991): trajectories that change one factor at a time.

    Args:
        factors: k of them.
        trajectories: at least two; ten are usual.
        levels: of the grid, even.
        seed: of the random choice.

    Returns:
        trajectories (k + 1) points.
    """
    if trajectories < 2:
        raise ValueError("fewer than two trajectories have no spread")
    design = Design(_checked(factors), np.empty((0, len(factors))), "morris", levels)
    points = _salib("sample.morris").sample(design.problem(), trajectories, num_levels=levels, seed=seed)
    return Design(design.factors, points, "morris", levels)


def values_by(design: Design, function: Callable[[Floats, int], Floats],
              seeds: Sequence[int] = (1, )) -> Floats:
    """Values of a function of one's own.

    Args:
        design: where.
        function: takes points [point, factor] and a seed, gives values [point].
        seeds: one replicate each; all points of a replicate have the same.

    Returns:
        [replicate, point].
    """
    return np.array([np.asarray(function(design.points, seed), dtype=np.float64) for seed in seeds])


def values_of(config: Configuration,
              design: Design,
              *,
              scenario: str,
              hedger: str,
              metric: str = "es_99",
              seeds: Sequence[int] = (1, ),
              paths: int | None = None,
              progress: bool | None = None) -> Floats:
    """Values of a number of a run: one sweep over the points and seeds.

    Args:
        config: a YAML file, or what would stand in one as a mapping.
        design: where.
        scenario, hedger, metric: whose number.
        seeds: one replicate each. All points of a replicate have the same random numbers.
        paths: of each run, instead of `simulation.paths`.
        progress: show a bar over all runs; in notebooks unless given.

    Returns:
        [replicate, point], in the units of the metric.

    Raises:
        ConfigurationError: a point is refused, and others as of `run`.
    """
    from unhedged.sweeping import sweep
    texts = design.texts()
    table = pd.concat([texts.assign(**{"simulation.seed": str(seed)}) for seed in seeds], ignore_index=True)
    with sweep(config, points=table, paths=paths, progress=progress) as found:
        values = found.values(metric, scenario=scenario, hedger=hedger)
    return values.reshape(len(seeds), len(texts))


def _replicates(design: Design, values: npt.ArrayLike, kind: str) -> Floats:
    if design.kind != kind:
        raise ValueError(f"the design is one of {design.kind.capitalize()}")
    rows = np.atleast_2d(np.asarray(values, dtype=np.float64))
    if rows.shape[1] != len(design.points):
        raise ValueError(f"{rows.shape[1]} values for {len(design.points)} points")
    if not np.isfinite(rows).all():
        raise ValueError(f"{int((~np.isfinite(rows)).sum())} values are not finite")
    return rows


def _joined(design: Design, parts: list[dict[str, Floats]], names: dict[str, str],
            errors: dict[str, str]) -> pd.DataFrame:
    """Means over replicates. The variance is that of the design and, of several replicates, of the noise in
    their
    mean: the same design is behind all, so that its own part does not shrink."""
    columns: dict[str, Floats] = {}
    for ours, theirs in names.items():
        rows = np.array([np.asarray(part[theirs], dtype=np.float64) for part in parts])
        columns[ours] = rows.mean(axis=0)
        noise = rows.var(axis=0, ddof=1) / len(rows) if len(rows) > 1 else np.full(rows.shape[1], np.nan)
        if theirs in errors:
            spread = np.array([np.asarray(part[errors[theirs]], dtype=np.float64)
                               for part in parts]).mean(axis=0)
            columns[ours + "_standard_error"] = np.sqrt(spread**2 + np.nan_to_num(noise))
        columns[ours + "_noise"] = np.sqrt(noise)
    return pd.DataFrame(columns, index=pd.Index([factor.key for factor in design.factors], name="key"))


_NORMAL_95 = 1.959963984540054


def sobol_indices(design: Design,
                  values: npt.ArrayLike,
                  *,
                  resamples: int = 200,
                  seed: int = 0) -> pd.DataFrame:
    """Shares of the variance of a number over the space of the factors.

    Args:
        design: of `sobol_design`.
        values: [point], or [replicate, point].
        resamples: of the bootstrap over base points.
        seed: of the bootstrap.

    Returns:
        Rows [key]; columns `first` (share of the variance that the factor explains alone), `total` (with all
        its
        interactions), each with `_standard_error` (of the design and of the simulation) and `_noise` (that
        of the
        simulation alone; NaN from one replicate).
    """
    rows = _replicates(design, values, "sobol")
    analyze = _salib("analyze.sobol").analyze
    parts = []
    for row in rows:
        if np.ptp(row) == 0:
            raise ValueError("all values are the same: there is no variance to share out")
        found = analyze(design.problem(), (row - row.mean()) / row.std(),
                        calc_second_order=design.second_order,
                        num_resamples=resamples,
                        conf_level=0.95,
                        seed=seed)
        parts.append({
            "S1": found["S1"],
            "ST": found["ST"],
            "S1_error": found["S1_conf"] / _NORMAL_95,
            "ST_error": found["ST_conf"] / _NORMAL_95
        })
    return _joined(design, parts, {"first": "S1", "total": "ST"}, {"S1": "S1_error", "ST": "ST_error"})


def morris_indices(design: Design,
                   values: npt.ArrayLike,
                   *,
                   resamples: int = 200,
                   seed: int = 0) -> pd.DataFrame:
    """Elementary effects: what a step across the whole range of a factor changes.

    Args:
        design: of `morris_design`.
        values: [point], or [replicate, point].
        resamples: of the bootstrap over trajectories.
        seed: of the bootstrap.

    Returns:
        Rows [key]; columns `effect` (mean of the effects), `size` (mean of their absolute values, mu* of
        Campolongo
        2007; with `_standard_error`), `spread` (their standard deviation: interaction or curvature), and the
        `_noise`
        of each; in the units of the values.
    """
    rows = _replicates(design, values, "morris")
    analyze = _salib("analyze.morris").analyze
    parts = []
    for row in rows:
        found = analyze(design.problem(),
                        design.points,
                        row,
                        num_levels=design.levels,
                        num_resamples=resamples,
                        conf_level=0.95,
                        seed=seed)
        parts.append({
            "mu": found["mu"],
            "mu_star": found["mu_star"],
            "sigma": found["sigma"],
            "error": np.asarray(found["mu_star_conf"], dtype=np.float64) / _NORMAL_95
        })
    return _joined(design, parts, {
        "effect": "mu",
        "size": "mu_star",
        "spread": "sigma"
    }, {"mu_star": "error"})
