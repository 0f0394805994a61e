"""`unhedged.sweep`: a configuration at many values of its keys, as tables."""
import numpy as np
import pandas as pd
import pytest
import unhedged

SPREAD = "market.assets.A.half_spread"


def test_a_sweep_of_lists_and_ranges(settings, alone):
    with unhedged.sweep(settings, {SPREAD: "0..10 bp", "portfolio[0].quantity": [-1, -2]}, points=3,
                        paths=200) as found:
        assert found.points[SPREAD].tolist() == [0, 0, 5, 5, 10, 10]
        assert found.points.attrs["units"] == {SPREAD: "bp", "portfolio[0].quantity": ""}
        table = found.summary("es_99")
        assert table.index.names == ["point", "scenario", "hedger"]
        assert list(table.columns) == [
            SPREAD, "portfolio[0].quantity", "value", "lower", "upper", "standard_error"
        ]
        values = found.values("es_99", scenario="s", hedger="h")
        more = found.difference("es_99")
        assert list(more.columns) == list(table.columns) and more.attrs["units"] == table.attrs["units"]
        here = more.xs(("s", "h"), level=("scenario", "hedger"))
        np.testing.assert_allclose(here.value, values - values[0], rtol=1e-12)
        with pytest.raises(unhedged.MissingDataError, match="no metric.*es_99"):
            found.difference("var_99")
        with unhedged.run(settings, paths=200, **{SPREAD: "5 bp", "portfolio[0].quantity": -2}) as one:
            assert one.summary("es_99", scenario="s", hedger="h").value.iloc[0] == values[3]
        assert found.dataset.sizes["point"] == 6 and found.attributes["title"] == "small"
        with pytest.raises(unhedged.MissingDataError, match="no metric"):
            found.summary("es_12")
        with pytest.raises(unhedged.MissingDataError, match="no hedger"):
            found.values("es_99", scenario="s", hedger="nobody")
    assert [path.name for path in alone.iterdir()] == []


def test_a_sweep_of_a_table_stays_where_it_is_told(settings, alone):
    points = pd.DataFrame({SPREAD: ["1 bp", "1e-4"], "simulation.seed": [np.int64(3), np.int64(3)]})
    unhedged.sweep(settings, points=points, output="kept.h5", paths=100).close()
    found = unhedged.open_sweep("kept.h5")
    assert found.points[SPREAD].tolist() == ["1 bp", "1e-4"]  # one has a unit, the other has not
    assert found.points["simulation.seed"].tolist() == [3, 3]
    values = found.values("mean", scenario="s", hedger="h")
    assert values[0] == values[1]
    assert [path.name for path in alone.iterdir()] == ["kept.h5"]
    with pytest.raises(unhedged.InputOutputError, match="kept.h5"):
        unhedged.sweep(settings, points=points, output="kept.h5", paths=100)
    with pytest.raises(unhedged.FormatError, match="unhedged results"):
        unhedged.open("kept.h5")


def test_what_is_no_sweep_is_refused(settings, alone):
    with pytest.raises(unhedged.UsageError, match="nothing is varied"):
        unhedged.sweep(settings)
    with pytest.raises(unhedged.ConfigurationError, match="at point 1"):
        unhedged.sweep(settings, {SPREAD: ["1 bp", "many"]})
    unhedged.run(settings, output="run.h5").close()
    with pytest.raises(unhedged.FormatError, match="unhedged sweep"):
        unhedged.open_sweep("run.h5")
    with pytest.raises(FileNotFoundError):
        unhedged.open_sweep("nowhere.h5")
