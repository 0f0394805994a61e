"""Every chart has its marks, and its numbers are those of the tables."""
import matplotlib.pyplot as plt
import numpy as np
import pytest

CRASH = "crypto_crash_2020_03"


@pytest.fixture(autouse=True)
def closed():
    yield
    plt.close("all")


def vertical_lines(panel):
    return {line.get_xdata()[0] for line in panel.lines}


def test_losses(quickstart):
    figure = quickstart.plot.losses()
    panels = [axes for axes in figure.axes if axes.get_visible()]
    assert [panel.get_title() for panel in panels] == quickstart.scenarios
    table = quickstart.summary(["es_99", "var_99"], scenario=CRASH)["value"]
    assert vertical_lines(panels[1]) == set(table)
    assert all(len(panel.patches) == 4 for panel in panels), "a histogram for each hedger"
    assert [t.get_text() for t in figure.legends[0].get_texts()] == quickstart.hedgers


def test_losses_of_many_scenarios_have_rows(quickstart):
    assert len(quickstart.plot.losses(scenario=CRASH, hedger="band").axes) == 1


def test_heatmap(quickstart):
    figure = quickstart.plot.heatmap()
    image = figure.axes[0].images[0].get_array()
    assert np.array_equal(image, quickstart.dataset.summary.sel(metric="es_99", estimate="value"))
    frames = [(round(p.get_x() + 0.47), round(p.get_y() + 0.45)) for p in figure.axes[0].patches]
    assert frames == [(int(np.argmin(row)), s) for s, row in enumerate(image)]
    assert len(
        quickstart.plot.heatmap("p_worse_than_unhedged").axes) == 2


def test_waterfall_adds_up(attributed):
    figure = attributed.plot.tail_waterfall(CRASH, "band")
    bars = [p for p in figure.axes[0].patches]
    assert [t.get_text()
            for t in figure.axes[0].get_yticklabels()] == ["delta_gap", "spread", "impact", "jumps", "all"]
    assert bars[-1].get_width() == pytest.approx(50 * (130 + 131 + 132 + 133))
    assert bars[1].get_x() == pytest.approx(bars[0].get_width())


def test_exceedance(quickstart):
    panel = quickstart.plot.exceedance(scenario=CRASH).axes[0]
    assert [line.get_label() for line in panel.lines] == quickstart.hedgers
    band = quickstart.losses(CRASH, "band")
    for loss, share in list(zip(*panel.lines[quickstart.hedgers.index("band")].get_data()))[::4000]:
        assert share == pytest.approx(np.mean(band >= loss))
    assert panel.get_yscale() == "log"


def test_differences(quickstart):
    panels = quickstart.plot.differences().axes
    assert [panel.get_title() for panel in panels] == quickstart.scenarios
    shortfall = quickstart.summary("es_99", scenario=CRASH)["value"].droplevel(["scenario", "metric"])
    names = [text.get_text() for text in panels[1].get_yticklabels()]
    assert names == list(shortfall.sort_values().index)
    points = [line.get_xdata()[0] for line in panels[1].lines if line.get_marker() == "o"]
    np.testing.assert_allclose(points, shortfall[names] - shortfall.min(), rtol=1e-9, atol=1e-3)
    spans = [line.get_xdata() for line in panels[1].lines if line.get_marker() != "o"][:len(points)]
    assert all(low <= point <= high for point, (low, high) in zip(points, spans))


def test_worst_paths(quickstart):
    figure = quickstart.plot.worst_paths(CRASH, "band", count=2, asset="ETH")
    panels = np.array(figure.axes[:8]).reshape(4, 2)
    path = quickstart.worst_path(2, scenario=CRASH, hedger="band")
    assert np.array_equal(panels[0, 1].lines[0].get_ydata(), path["spot", "ETH"])
    assert panels[3, 1].lines[0].get_ydata()[-1] == pytest.approx(path.attrs["pnl"])
    assert len(panels[0, 0].patches) >= 3, "regimes are shaded"


def test_convergence(quickstart):
    figure = quickstart.plot.convergence()
    line = figure.axes[1].lines[0]
    table = quickstart.convergence("es_99", scenario=CRASH, hedger="unhedged")
    assert np.array_equal(line.get_ydata(), table["value"]) and len(figure.axes[0].collections) == 4
