"""The P&L by group of positions: in the table, in JSON, in the file and in Python."""
import json
import sys

import numpy as np
import pytest
import xarray as xr
from conftest import ROOT, SMALL

BOOK = ("id,group,instrument,asset,strike,expiry,quantity\n"
        "1,wings,put,A,90,30 d,5\n2,body,call,A,100,30 d,-2\n3,body,put,A,100,20 d,-2\n"
        "4,,call,A,110,60 d,1\n")
PARTS = ["wings", "body", "(no group)", "(hedging)"]


@pytest.fixture
def desk(tmp_path):
    (tmp_path / "book.csv").write_text(BOOK)
    path = tmp_path / "run.yaml"
    at = SMALL.index("portfolio:")
    path.write_text(SMALL[:at] + "portfolio: book.csv\n" + SMALL[SMALL.index("scenarios:"):])
    return path


def test_groups_are_told_apart_everywhere(unhedged, desk):
    told = json.loads(unhedged("run", desk, "--json", "--quiet", cwd=desk.parent, check=0).stdout)
    with xr.open_dataset(desk.parent / "out.h5") as data:
        assert data.group.values.tolist() == PARTS
        for cell in told["cells"]:
            at = {"scenario": cell["scenario"], "hedger": cell["hedger"]}
            for name, total in (("attribution_by_group", cell["summary"]["mean"]["value"]),
                                ("attribution_tail_by_group", -cell["summary"]["es_99"]["value"])):
                assert list(cell[name]) == PARTS
                assert np.isclose(sum(part["value"] for part in cell[name].values()), total, rtol=1e-9)
                for part, numbers in cell[name].items():
                    stored = data[name].sel(**at, group=part)
                    assert float(stored.sel(estimate="value")) == numbers["value"]
                    assert float(stored.sel(estimate="standard_error")) == numbers["standard_error"]


def test_the_table_names_what_kills(unhedged, desk):
    text = unhedged("run", desk, "--quiet", cwd=desk.parent, check=0).stdout
    below = text[text.index("by group of positions"):]
    assert "body -" in below and "(hedging)" in below


def test_without_groups_nothing_is_said(unhedged, small):
    text = unhedged("run", small, "--quiet", cwd=small.parent, check=0).stdout
    assert "by group" not in text
    with xr.open_dataset(small.parent / "out.h5") as data:
        assert "attribution_by_group" not in data


def test_python_has_them(unhedged, desk):
    sys.path.insert(0, str(ROOT / "python"))
    import unhedged as package
    unhedged("run", desk, "--quiet", cwd=desk.parent, check=0)
    result = package.open(desk.parent / "out.h5")
    table = result.attribution(by="group", tail=True, hedger="h")
    assert table.index.get_level_values("group").tolist() == PARTS
    assert np.isclose(table.value.sum(), -result.summary("es_99", hedger="h").value.iloc[0])
