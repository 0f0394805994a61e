"""`Result.compare`, `Result.replay` and `sensitivity.values_of`: what the program says, as tables."""
import numpy as np
import pytest

import unhedged
from unhedged.sensitivity import Factor, morris_design, morris_indices, values_of

CRASH = "crypto_crash_2020_03"


def test_replay_is_the_path_of_the_file(quickstart):
    kept = quickstart.worst_path(1, scenario=CRASH, hedger="band")
    again = quickstart.replay(kept.attrs["path"], scenario=CRASH, hedger="band")
    assert again.attrs["pnl"] == kept.attrs["pnl"] and again.attrs["units"]["spot"]
    for quantity in ("spot", "half_spread", "delta", "hedge", "fill", "pnl_so_far"):
        for asset in ("BTC", "ETH"):
            assert np.array_equal(again[quantity, asset], kept[quantity, asset]), (quantity, asset)
    assert list(again["date", ""]) == list(kept["date", ""])
    assert list(again["regime", ""]) == list(kept["regime", ""])
    assert np.allclose(again.index, kept.index)
    any_path = quickstart.replay(17, scenario="calm", hedger="band")
    assert any_path.attrs["pnl"] == quickstart.pnl("calm", "band")[17]


def test_replay_of_what_there_is_not(quickstart):
    with pytest.raises(unhedged.MissingDataError, match="which scenario"):
        quickstart.replay(1, hedger="band")
    with pytest.raises(unhedged.UnhedgedError, match="3000"):
        quickstart.replay(3000, scenario="calm", hedger="band")


def test_replay_needs_no_names_where_there_is_one(settings, alone):
    result = unhedged.run({**settings, "scenarios": settings["scenarios"][:1]}, output="one.h5")
    path = result.replay(3, hedger="h")
    assert path.attrs["pnl"] == result.pnl("s", "h")[3]


def test_compare(quickstart):
    comparison = quickstart.compare()
    table = comparison.table
    for scenario in quickstart.scenarios:
        for hedger in quickstart.hedgers:
            row = table.loc[scenario, hedger, "es_99"]
            assert np.isclose(row.value,
                              quickstart.summary("es_99", scenario=scenario, hedger=hedger).value.iloc[0])
    best = table.xs((CRASH, "regret"), level=("scenario", "metric")).value.idxmin()
    assert best == "black_scholes"
    rank = table.loc[CRASH, "black_scholes", "rank"]
    assert np.isnan(rank.value) and rank.lower == 1
    assert set(comparison.groups.index.get_level_values("scenario")) == {*quickstart.scenarios, "*"}
    assert table.loc["*", "band", "worst_case"].value == table.loc[CRASH, "band", "es_99"].value
    assert comparison.about["level"] == 0.99 and comparison.about["calm"] == "calm"
    pairs = comparison.pairs
    assert ((pairs.adjusted_p >= pairs.p) & (pairs.significant == (pairs.adjusted_p <= 0.05))).all()
    assert "<table" in comparison._repr_html_() and "es_99" in repr(comparison)


def test_compare_takes_weights_and_other_results(settings, alone):
    one = unhedged.run(settings, output="one.h5")
    more = unhedged.run(
        {
            **settings, "hedgers": {
                "unhedged": {
                    "model": "none"
                },
                "seldom": {
                    "model": "black_scholes",
                    "rebalance": {
                        "every": "5 d"
                    }
                }
            }
        },
        output="two.h5")
    both = one.compare(more, weights={"s": 3, "t": 1}, calm="s")
    assert set(both.groups.index.get_level_values("hedger")) == {"unhedged", "h", "seldom"}
    assert both.about["calm"] == "s" and both.about["weights"] != "equal"
    assert "over_calm" in both.table.index.get_level_values("metric")
    other = unhedged.run({
        **settings, "portfolio": [{
            **settings["portfolio"][0], "quantity": -2
        }]
    },
                         output="other.h5")
    with pytest.raises(unhedged.InputOutputError, match="other.h5"):
        one.compare(other)
    with pytest.raises(unhedged.InputOutputError, match="nowhere.h5"):
        one.compare("nowhere.h5")


def test_values_of_a_design(settings, alone):
    """A premium moves every P&L by itself: its effect is exact whatever the noise, that of the spread is
    small."""
    config = {**settings, "scenarios": settings["scenarios"][:1]}
    factors = [Factor("portfolio[0].premium", 2, 3), Factor("market.assets.A.half_spread", 1, 2, "bp")]
    design = morris_design(factors, 3, seed=1)
    values = values_of(config, design, scenario="s", hedger="h", metric="mean", seeds=(1, 2), paths=300)
    assert values.shape == (2, 9)
    with unhedged.run(config,
                      paths=300,
                      seed=2,
                      **{
                          factor.key: factor.text(v)
                          for factor, v in zip(factors, design.points[4])
                      }) as one:
        assert one.summary("mean", scenario="s", hedger="h").value.iloc[0] == values[1, 4]
    table = morris_indices(design, values)
    assert np.allclose(table.effect.iloc[0], 1, rtol=1e-9) and table.effect_noise.iloc[0] < 1e-9
    assert -0.1 < table.effect.iloc[1] < 0
    assert [p.name for p in alone.iterdir()] == []
    with pytest.raises(unhedged.MissingDataError, match="no metric"):
        values_of(config, design, scenario="s", hedger="h", metric="es_98", paths=300)
    with pytest.raises(unhedged.ConfigurationError, match="half_sprea"):
        values_of(config,
                  morris_design([Factor("market.assets.A.half_sprea", 1, 2)], 2),
                  scenario="s",
                  hedger="h")
