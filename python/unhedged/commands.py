"""What the program's commands on results print, as tables."""
from __future__ import annotations

import os
from collections.abc import Sequence
from typing import Any

import numpy as np
import pandas as pd

from unhedged import program

ESTIMATE = ["value", "lower", "upper", "standard_error"]


def _row(estimate: dict[str, Any]) -> list[float]:
    """What is not known is NaN."""
    return [np.nan if estimate[name] is None else float(estimate[name]) for name in ESTIMATE]


def _estimates(entry: dict[str, Any]) -> dict[str, list[float]]:
    """The entries that are estimates, and the places of a rank."""
    rows = {name: _row(cell) for name, cell in entry.items() if isinstance(cell, dict) and "value" in cell}
    rank = entry["rank"]
    rows["rank"] = [np.nan, rank["first"], rank["last"], np.nan]
    return rows


class Comparison:
    """Hedgers held against each other over all scenarios: what `unhedged compare` says.

    Attributes:
        table: rows [scenario, hedger, metric], scenario "*" over all of them; columns value, lower, upper,
            standard_error. The metrics are those of the command (docs/methods/comparison.md). `rank` has no
            value:
            lower and upper are the first and the last place that the paths do not exclude.
        pairs: rows [scenario, hedger, reference]: value, lower, upper, standard_error of the difference, p,
            adjusted_p, significant.
        groups: [scenario, hedger]: lists of letters; two hedgers that share one are not told apart.
        about: what else the command says, as a map: level, confidence, weights, ...
    """

    def __init__(self, told: dict[str, Any]) -> None:
        rows: dict[tuple[str, str, str], list[float]] = {}
        pairs: dict[tuple[str, str, str], list[Any]] = {}
        groups: dict[tuple[str, str], list[str]] = {}
        for board in [*told["scenarios"], {**told["overall"], "scenario": "*"}]:
            scenario = str(board["scenario"])
            for entry in board["hedgers"]:
                hedger = str(entry["hedger"])
                groups[scenario, hedger] = entry["rank"]["groups"]
                rows.update({(scenario, hedger, name): row for name, row in _estimates(entry).items()})
            for pair in board["pairs"]:
                pairs[scenario, pair["hedger"], pair["reference"]] = [
                    *_row(pair["difference"]), pair["p"], pair["adjusted_p"], pair["significant"]
                ]
        self.table = _frame(rows, ["scenario", "hedger", "metric"], ESTIMATE)
        self.pairs = _frame(pairs, ["scenario", "hedger", "reference"],
                            [*ESTIMATE, "p", "adjusted_p", "significant"])
        self.groups = pd.Series(groups, name="groups").rename_axis(["scenario", "hedger"])
        self.about = {name: value for name, value in told.items() if name not in ("scenarios", "overall")}

    def __repr__(self) -> str:
        return repr(self.table)

    def _repr_html_(self) -> str:
        return str(self.table.to_html())


def _frame(rows: dict[tuple[str, str, str], list[Any]], names: list[str], columns: list[str]) -> pd.DataFrame:
    index = pd.MultiIndex.from_tuples(rows.keys(), names=names) if rows else pd.MultiIndex.from_arrays(
        [[], [], []], names=names)
    return pd.DataFrame(list(rows.values()), index=index, columns=pd.Index(columns))


def compare(results: Sequence[str | os.PathLike[str]],
            weights: dict[str, float] | None = None,
            calm: str | None = None) -> Comparison:
    """Holds the hedgers of results against each other: `unhedged compare`.

    Args:
        results: files of one book: further hedgers, or further scenarios.
        weights: how likely each scenario is beside the others.
        calm: the scenario that the others are held against.

    Raises:
        InputOutputError: files that do not belong together, are damaged, or of another version.
    """
    words = [f"--weight={name}={weight!r}" for name, weight in (weights or {}).items()]
    if calm is not None:
        words.append(f"--calm={calm}")
    return Comparison(program.ask_json("compare", *results, "--json", *words))


def replay(result: str | os.PathLike[str], scenario: str, hedger: str, path: int) -> pd.DataFrame:
    """One path of a result, step by step: `unhedged replay`. See Result.replay."""
    told = program.ask_json("replay", result, "--scenario", scenario, "--hedger", hedger, "--path", str(path),
                            "--json")
    steps = told["steps"]
    columns: dict[tuple[str, str], list[Any]] = {
        (name, ""): [step[name] for step in steps]
        for name in ("date", "regime")
    }
    for quantity in told["units"]:
        for asset in steps[0]["assets"]:
            columns[quantity, asset] = [step["assets"][asset][quantity] for step in steps]
    frame = pd.DataFrame(columns, index=pd.Index([step["time"] for step in steps], name="time"))
    frame.columns.names = ["quantity", "asset"]
    frame.attrs.update(scenario=told["scenario"],
                       hedger=told["hedger"],
                       path=told["path"],
                       pnl=told["pnl"],
                       units=told["units"])
    return frame
