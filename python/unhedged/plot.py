"""Charts of a result. Colours are those of Okabe and Ito, which the colour-blind tell apart."""
from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import matplotlib.pyplot as plt
import numpy as np
from matplotlib.axes import Axes
from matplotlib.colors import LogNorm, Normalize
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.patches import Rectangle
from matplotlib.ticker import EngFormatter

if TYPE_CHECKING:
    from unhedged.result import Names, Result

COLOURS = ("#0072B2", "#D55E00", "#009E73", "#CC79A7", "#E69F00", "#56B4E9", "#000000", "#7F6000")
GREY = "#808080"
SHADES = ("#ffffff", "#dbe9f6", "#fbe3d6", "#e2f0d9", "#efe3f3", "#fff4cc")
_BINS = 80


def short(value: float) -> str:
    """Three digits and a letter: 1.23 M."""
    return "-" if not np.isfinite(value) else EngFormatter(sep=" ")(float(f"{value:.3g}"))


def _level(result: Result, measure: str = "es") -> str:
    """The metric of the highest level, as es_99."""
    names = [str(name) for name in result.dataset.metric.values]
    prefix = measure + "_"
    levels = [
        name for name in names if name.startswith(prefix) and name[len(prefix):].replace(".", "").isdigit()
    ]
    return max(levels, key=lambda name: float("0." + name[len(prefix):].replace(".", "")))


class Plots:
    """The charts of one result. Each method returns a figure of matplotlib."""

    def __init__(self, result: Result) -> None:
        self._result = result

    def _styles(self, hedgers: Sequence[str]) -> dict[str, dict[str, Any]]:
        """Colour and line by hedger: the same in every chart of a result. Those that do not hedge are
        grey."""
        styles: dict[str, dict[str, Any]] = {}
        number = 0
        for hedger in self._result.hedgers:
            if hedger == "unhedged":
                styles[hedger] = {"color": GREY, "linestyle": "-"}
                continue
            styles[hedger] = {
                "color": COLOURS[number % len(COLOURS)],
                "linestyle": ("-", "--", ":")[number // len(COLOURS) % 3]
            }
            number += 1
        return {hedger: styles[hedger] for hedger in hedgers}

    def _chosen(self, scenario: Names, hedger: Names) -> tuple[list[str], list[str]]:
        from unhedged.result import _chosen
        result = self._result
        return _chosen(scenario, result.scenarios, "scenario"), _chosen(hedger, result.hedgers, "hedger")

    def losses(self, *, scenario: Names = None, hedger: Names = None) -> Figure:
        """Distribution of the loss by hedger, one panel a scenario; VaR (dotted) and ES (dashed) of the
        highest level.

        Args:
            scenario, hedger: one name or several; all unless given.
        """
        scenarios, hedgers = self._chosen(scenario, hedger)
        styles = self._styles(hedgers)
        columns = min(3, len(scenarios))
        rows = -(-len(scenarios) // columns)
        figure, panels = plt.subplots(rows,
                                      columns,
                                      figsize=(5 * columns + 1, 3.2 * rows),
                                      squeeze=False,
                                      layout="constrained")
        for panel, name in zip(panels.flat, scenarios):
            self._losses_of(panel, name, hedgers, styles)
        for panel in panels.flat[len(scenarios):]:
            panel.set_visible(False)
        lines = [Line2D([], [], label=hedger, **styles[hedger]) for hedger in hedgers]
        figure.legend(handles=lines, loc="outside lower center", ncols=min(6, len(lines)), frameon=False)
        es, var = _level(self._result), _level(self._result, "var")
        figure.suptitle(f"Loss at the horizon, {self._result.unit}; dashed {es}, dotted {var}", fontsize=11)
        return figure

    def _losses_of(self, panel: Axes, scenario: str, hedgers: list[str],
                   styles: dict[str, dict[str, Any]]) -> None:
        result = self._result
        losses = {hedger: result.losses(scenario, hedger) for hedger in hedgers}
        low = min(float(np.quantile(x, 0.001)) for x in losses.values())
        high = max(float(np.quantile(x, 0.999)) for x in losses.values())
        marks = result.summary([_level(result), _level(result, "var")], scenario=scenario,
                               hedger=hedgers)["value"]
        high = max(high, float(marks.max()))
        bins = np.linspace(low, high if high > low else low + 1, _BINS + 1)
        for hedger, values in losses.items():
            style = styles[hedger]
            panel.hist(values,
                       bins=list(bins),
                       density=True,
                       histtype="step",
                       label=hedger,
                       linewidth=1.3,
                       **style)
            for metric, line in ((_level(result), "--"), (_level(result, "var"), ":")):
                panel.axvline(float(marks.loc[scenario, hedger, metric]),
                              color=style["color"],
                              linestyle=line,
                              linewidth=0.9)
        panel.set_title(scenario, fontsize=10)
        panel.xaxis.set_major_formatter(EngFormatter(sep=" "))
        panel.set_yticks([])
        panel.spines[["top", "right", "left"]].set_visible(False)

    def heatmap(self, metric: str | None = None, *, scenario: Names = None, hedger: Names = None) -> Figure:
        """A number by scenario and hedger; the best hedger of a scenario is framed where the number is a
        loss.

        Args:
            metric: es_ of the highest level unless given.
        """
        result = self._result
        metric = metric or _level(result)
        scenarios, hedgers = self._chosen(scenario, hedger)
        table = result.summary(metric, scenario=scenarios,
                               hedger=hedgers)["value"].droplevel("metric").unstack()
        values = table.loc[scenarios, hedgers].to_numpy()
        figure, panel = plt.subplots(figsize=(1.15 * len(hedgers) + 3, 0.45 * len(scenarios) + 1.8),
                                     layout="constrained")
        finite = values[np.isfinite(values)]
        spread = finite.size > 0 and finite.min() > 0 and finite.max() > 10 * finite.min()
        image = panel.imshow(values, aspect="auto", cmap="cividis", norm=LogNorm() if spread else Normalize())
        for s in range(len(scenarios)):
            for h in range(len(hedgers)):
                shade = image.norm(values[s, h]) if np.isfinite(values[s, h]) else 0
                panel.text(h,
                           s,
                           short(values[s, h]),
                           ha="center",
                           va="center",
                           fontsize=8,
                           color="black" if shade > 0.55 else "white")
            if metric.startswith(("es_", "var_")) and np.isfinite(values[s]).any():
                panel.add_patch(
                    Rectangle((int(np.nanargmin(values[s])) - 0.47, s - 0.45),
                              0.94,
                              0.9,
                              fill=False,
                              edgecolor="#E69F00",
                              linewidth=2))
        panel.set_xticks(range(len(hedgers)), hedgers, rotation=30, ha="right")
        panel.set_yticks(range(len(scenarios)), scenarios)
        units = str(result.metrics().loc[metric, "units"])
        figure.colorbar(image, label=f"{metric}, {units}", format=EngFormatter(sep=" "))
        return figure

    def tail_waterfall(self, scenario: str, hedger: str) -> Figure:
        """What the losses of the tail are made of, from the largest gain to the largest loss; bars are
        intervals.

        Raises:
            MissingDataError: the run kept no attribution.
        """
        table = self._result.attribution(tail=True, scenario=scenario, hedger=hedger)
        loss = -table.droplevel(["scenario", "hedger"])
        loss = loss[loss["value"].abs() > 1e-9 * loss["value"].abs().max()].sort_values("value")
        ends = loss["value"].cumsum().to_numpy()
        starts = np.concatenate([[0.0], ends[:-1]])
        figure, panel = plt.subplots(figsize=(8, 0.42 * len(loss) + 1.6), layout="constrained")
        rows = np.arange(len(loss) + 1)
        colours = [COLOURS[1] if v > 0 else COLOURS[0] for v in loss["value"]]
        half = np.abs(loss["lower"].to_numpy() - loss["upper"].to_numpy()) / 2
        panel.barh(rows[:-1],
                   loss["value"],
                   left=starts,
                   color=colours,
                   xerr=np.nan_to_num(half),
                   error_kw={
                       "elinewidth": 1,
                       "capsize": 2
                   })
        total = float(ends[-1]) if len(ends) else 0.0
        panel.barh(rows[-1], total, color=GREY)
        for row, (end, value) in enumerate(zip(ends, loss["value"])):
            panel.annotate(short(value), (max(end, end - value), row),
                           xytext=(14, 0),
                           textcoords="offset points",
                           va="center",
                           fontsize=8)
        panel.annotate(short(total), (max(total, 0), rows[-1]),
                       xytext=(14, 0),
                       textcoords="offset points",
                       va="center",
                       fontsize=8)
        panel.set_yticks(rows, [*map(str, loss.index), "all"])
        panel.invert_yaxis()
        panel.axvline(0, color="black", linewidth=0.8)
        panel.margins(x=0.15)
        panel.xaxis.set_major_formatter(EngFormatter(sep=" "))
        panel.set_xlabel(f"loss in the tail, {self._result.unit}")
        panel.set_title(f"{scenario}, {hedger}", fontsize=10)
        panel.spines[["top", "right"]].set_visible(False)
        return figure

    def worst_paths(self, scenario: str, hedger: str, *, count: int = 3, asset: str | None = None) -> Figure:
        """The worst paths side by side: spot with regimes shaded, half-spread, delta and hedge, P&L so far.

        Args:
            count: paths, from the largest loss on.
            asset: the first unless given. P&L is that of all assets.
        """
        count = min(count, self._result.group("worst_paths").sizes["rank"])
        asset = asset or str(self._result.group("worst_paths").asset.values[0])
        figure, panels = plt.subplots(4,
                                      count,
                                      figsize=(4 * count + 0.8, 7.5),
                                      sharex=True,
                                      sharey="row",
                                      squeeze=False,
                                      layout="constrained")
        for rank in range(1, count + 1):
            self._worst_path(panels[:, rank - 1], rank, scenario, hedger, asset)
        currency = self._result.attributes["currency"]  # steps are in it, whatever the numeraire
        for panel, name in zip(
                panels[:, 0],
            (f"spot {asset}", "half-spread, bp", f"units {asset}", f"P&L, {currency}")):
            panel.set_ylabel(name)
        for panel in panels[-1]:
            panel.set_xlabel("days")
        panels[0, 0].legend(fontsize=7, loc="best")
        panels[2, 0].legend(fontsize=7, loc="best")
        figure.suptitle(f"{scenario}, {hedger}", fontsize=11)
        return figure

    def _worst_path(self, panels: Any, rank: int, scenario: str, hedger: str, asset: str) -> None:
        path = self._result.worst_path(rank, scenario=scenario, hedger=hedger)
        days_a_year = 252 if self._result.attributes["calendar"] == "trading" else 365
        days = path.index.to_numpy() * days_a_year
        regimes = path["regime", ""].to_numpy()
        starts = [0, *[int(i) + 1 for i in np.flatnonzero(regimes[1:] != regimes[:-1])]]
        names = [str(n) for n in self._result._regimes_of(scenario)]
        shown: set[str] = set()
        for start, end in zip(starts, [*starts[1:], len(days) - 1]):
            name = str(regimes[start])
            panels[0].axvspan(days[start],
                              days[end],
                              color=SHADES[names.index(name) % len(SHADES)],
                              linewidth=0,
                              label=None if name in shown else name)
            shown.add(name)
        panels[0].plot(days, path["spot", asset], color="black", linewidth=1)
        panels[1].plot(days, 1e4 * path["half_spread", asset], color=COLOURS[0], linewidth=1)
        panels[2].plot(days, -path["delta", asset], color=COLOURS[1], linewidth=1, label="wanted: -delta")
        panels[2].plot(days, path["hedge", asset], color=COLOURS[2], linewidth=1, label="held")
        pnl = path.xs("pnl_so_far", axis=1, level="quantity").to_numpy().sum(axis=1)
        panels[3].plot(days, pnl, color=COLOURS[1], linewidth=1)
        panels[3].yaxis.set_major_formatter(EngFormatter(sep=" "))
        made = f"{short(path.attrs['pnl'])} {self._result.unit}"
        panels[0].set_title(f"path {path.attrs['path']}: {made}", fontsize=9)
        for panel in panels:
            panel.spines[["top", "right"]].set_visible(False)

    def convergence(self,
                    metric: str | None = None,
                    *,
                    scenario: Names = None,
                    hedger: Names = None) -> Figure:
        """A number against how many of the first paths it is from, with its interval.

        Args:
            metric: es_ of the highest level unless given; or mean.
        """
        metric = metric or _level(self._result)
        scenarios, hedgers = self._chosen(scenario, hedger)
        styles = self._styles(hedgers)
        figure, panels = self._row(len(scenarios))
        for panel, name in zip(panels, scenarios):
            for one in hedgers:
                rows = self._result.convergence(metric, scenario=name, hedger=one)
                used = rows.index.get_level_values("paths_used").to_numpy(dtype=float)
                panel.plot(used, rows["value"], label=one, linewidth=1.3, **styles[one])
                panel.fill_between(used,
                                   rows["lower"].to_numpy(),
                                   rows["upper"].to_numpy(),
                                   alpha=0.15,
                                   color=styles[one]["color"],
                                   linewidth=0)
            panel.set_xscale("log")
            panel.set_title(name, fontsize=10)
            panel.set_xlabel("paths")
            panel.yaxis.set_major_formatter(EngFormatter(sep=" "))
            panel.spines[["top", "right"]].set_visible(False)
        panels[0].set_ylabel(f"{metric}, {self._result.unit}")
        self._legend(figure, panels[0])
        return figure

    def exceedance(self, *, scenario: Names = None, hedger: Names = None) -> Figure:
        """The share of paths that lose more than so much, on a logarithmic axis, one panel a scenario.

        Args:
            scenario, hedger: one name or several; all unless given.
        """
        scenarios, hedgers = self._chosen(scenario, hedger)
        styles = self._styles(hedgers)
        figure, panels = self._row(len(scenarios))
        for panel, name in zip(panels, scenarios):
            for one in hedgers:
                losses = np.sort(self._result.losses(name, one))
                share = 1 - np.arange(losses.size) / losses.size
                panel.plot(losses, share, label=one, linewidth=1.3, drawstyle="steps-post", **styles[one])
            panel.set_yscale("log")
            panel.set_title(name, fontsize=10)
            panel.set_xlabel(f"loss, {self._result.unit}")
            panel.xaxis.set_major_formatter(EngFormatter(sep=" "))
            panel.spines[["top", "right"]].set_visible(False)
        panels[0].set_ylabel("share of paths that lose as much or more")
        self._legend(figure, panels[0])
        return figure

    def differences(self, *, scenario: Names = None) -> Figure:
        """How much more expected shortfall (of the highest level) each hedger has than the one with the
        least, path by path, with the interval of the difference; one panel a scenario.

        Args:
            scenario: one name or several; all unless given.
        """
        scenarios, hedgers = self._chosen(scenario, None)
        styles, metric = self._styles(hedgers), _level(self._result)
        figure, panels = self._row(len(scenarios))
        pairs = self._result.dataset.paired_difference.sel(paired_metric=metric)
        for panel, name in zip(panels, scenarios):
            losses = self._result.dataset.summary.sel(scenario=name, metric=metric, estimate="value")
            order = [hedgers[k] for k in np.argsort(losses.values, kind="stable")]
            more = pairs.sel(scenario=name, reference=order[0])
            for place, one in enumerate(order):
                value, lower, upper = (float(more.sel(hedger=one, estimate=kind))
                                       for kind in ("value", "lower", "upper"))
                panel.plot([lower, upper], [place, place], color=styles[one]["color"], linewidth=1.3)
                panel.plot([value], [place], marker="o", color=styles[one]["color"])
            panel.set_yticks(range(len(order)), order)
            panel.invert_yaxis()
            panel.axvline(0, color=GREY, linewidth=0.8)
            panel.set_title(name, fontsize=10)
            panel.set_xlabel(f"{metric} above the least, {self._result.unit}")
            panel.xaxis.set_major_formatter(EngFormatter(sep=" "))
            panel.spines[["top", "right"]].set_visible(False)
        return figure

    @staticmethod
    def _row(count: int) -> tuple[Figure, list[Axes]]:
        """Panels beside each other."""
        figure, panels = plt.subplots(1,
                                      count,
                                      figsize=(4.4 * count + 0.6, 3.4),
                                      squeeze=False,
                                      layout="constrained")
        return figure, list(panels[0])

    @staticmethod
    def _legend(figure: Figure, panel: Axes) -> None:
        """Of what is drawn in a panel, beneath all."""
        handles, labels = panel.get_legend_handles_labels()
        figure.legend(handles, labels, loc="outside lower center", ncols=min(6, len(labels)), frameon=False)
