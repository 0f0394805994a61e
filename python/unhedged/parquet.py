"""Tables of a result as Parquet files."""
from __future__ import annotations

import json
import shutil
import sys
import uuid
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from unhedged.errors import InputOutputError, MissingDataError

if TYPE_CHECKING:
    from unhedged.result import Result


def _arrow() -> Any:
    try:
        import pyarrow
        import pyarrow.parquet  # noqa: F401
    except ImportError as error:
        raise MissingDataError(["to_parquet needs pyarrow: pip install unhedged[parquet]"]) from error
    return pyarrow


def _metadata(result: Result) -> dict[str, str]:
    return {
        f"unhedged.{name}": value if isinstance(value, str) else json.dumps(getattr(value, "tolist", str)())
        for name, value in result.attributes.items()
    }


def _described(schema: Any, descriptions: dict[str, dict[str, str]], metadata: dict[str, str]) -> Any:
    pa = _arrow()
    return pa.schema([field.with_metadata(descriptions.get(field.name, {})) for field in schema],
                     metadata=metadata)


def _write_pnl(result: Result, file: Path, metadata: dict[str, str]) -> None:
    """One row group for each scenario and hedger: no more than one of them is ever in memory."""
    pa = _arrow()
    dataset = result.dataset
    by_path = [
        str(name) for name, variable in dataset.data_vars.items()
        if variable.dims == ("scenario", "hedger", "path")
    ]
    names = pa.dictionary(pa.int32(), pa.string())
    described = {
        name: {
            "units": str(dataset[name].attrs.get("units", "")),
            "long_name": str(dataset[name].attrs.get("long_name", ""))
        }
        for name in by_path
    }
    kinds = {name: pa.from_numpy_dtype(dataset[name].dtype) for name in by_path}
    schema = _described(
        pa.schema([("scenario", names), ("hedger", names), ("path", pa.int64()), *kinds.items()]), described,
        metadata)
    numbers = np.concatenate([np.arange(first, last + 1) for first, last in _ranges(result)])
    with pa.parquet.ParquetWriter(file, schema) as writer:
        for s, scenario in enumerate(result.scenarios):
            for h, hedger in enumerate(result.hedgers):
                rows = [dataset[name].isel(scenario=s, hedger=h).values for name in by_path]
                words = [
                    pa.DictionaryArray.from_arrays(np.zeros(len(numbers), np.int32), [word])
                    for word in (scenario, hedger)
                ]
                writer.write_table(
                    pa.Table.from_arrays([*words, pa.array(numbers), *map(pa.array, rows)], schema=schema))


def _ranges(result: Result) -> Iterator[tuple[int, int]]:
    """Numbers of the paths in the file, as `0-19999, 40000-59999`: first and last."""
    for text in str(result.attributes["path_numbers"]).replace(",", " ").split():
        first, _, last = text.partition("-")
        yield int(first), int(last or first)


def _frames(result: Result) -> Iterator[tuple[str, pd.DataFrame]]:
    """The tables that are small."""
    metrics = result.metrics()
    summary = result.summary().reset_index()
    yield "summary", summary.join(metrics, on="metric")
    yield "positions", result.positions().reset_index()
    optional: dict[str, Callable[[], pd.DataFrame]] = {
        "attribution": result.attribution,
        "attribution_tail": lambda: result.attribution(tail=True),
        "convergence": lambda: _convergence(result),
        "worst_paths": lambda: _worst_paths(result)
    }
    for name, make in optional.items():
        try:
            yield name, make().reset_index()
        except MissingDataError:
            continue


def _convergence(result: Result) -> pd.DataFrame:
    metrics = [str(name) for name in result.group("convergence").data_vars]
    return pd.concat({metric: result.convergence(metric) for metric in metrics}, names=["metric"])


def _worst_paths(result: Result) -> pd.DataFrame:
    worst = result.group("worst_paths")
    full = ("scenario", "hedger", "rank", "time", "asset")
    frame = worst[[str(name) for name, v in worst.data_vars.items() if v.dims == full]].to_dataframe()
    path = worst.path.to_series()
    return frame.join(path, on=["scenario", "hedger", "rank"])


def write_tables(result: Result, folder: Path, force: bool) -> list[Path]:
    """See Result.to_parquet."""
    pa = _arrow()
    if folder.exists() and not force:
        raise InputOutputError([f"{folder}: exists; force=True replaces it"])
    partial = folder.with_name(f".{folder.name}.partial-{uuid.uuid4().hex[:8]}")
    partial.mkdir(parents=True)
    try:
        metadata = _metadata(result)
        _write_pnl(result, partial / "pnl.parquet", metadata)
        for name, frame in _frames(result):
            table = pa.Table.from_pandas(frame, preserve_index=False)
            pa.parquet.write_table(
                table.replace_schema_metadata({
                    **(table.schema.metadata or {}),
                    **metadata
                }), partial / f"{name}.parquet")
        if folder.is_dir() and not folder.is_symlink():
            shutil.rmtree(folder)
        elif folder.exists():
            raise InputOutputError([f"{folder}: is no folder, and is not replaced"])
        partial.rename(folder)
    finally:
        shutil.rmtree(partial, ignore_errors=True)
    return sorted(folder.glob("*.parquet"))


def main(result: str, folder: str, force: bool = False) -> int:
    """Writes the tables of a result into a folder, for the program.

    Returns:
        An exit code of the program; it has said why if that is not 0.
    """
    from unhedged.result import Result
    try:
        Result(result).to_parquet(folder, force=force)
    except (OSError, RuntimeError) as error:
        print(error, file=sys.stderr)
        return 4
    return 0
