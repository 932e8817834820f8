"""Gaps against time: read off the runs, medians over repeats, and drawn, one panel per case."""

import math
import statistics
from pathlib import Path
from typing import Any

import matplotlib as mpl
import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import FuncFormatter, NullFormatter

from msp_siting.problem.plan import improvement_gap, relative_gap

Record = dict[str, Any]
CONTENDERS = {"ours": "#0b6e99", "plain": "#c75b12"}  # and their colours
STYLES = {"gap": "-", "improvement gap": ":"}
FLOOR, CEILING = 1e-5, 1.0  # shares; lower gaps are drawn on the floor
PROVEN_GAP = 1e-7  # what the solvers leave when they say that a plan is the best
COLUMNS = 3
TICKS_S = (1, 3, 10, 30, 100, 300, 1000)
FIRST_S, POINTS = 0.5, 200


def at(run: Record, seconds: float) -> tuple[float | None, float | None]:
    """Return objective and bound at a time (infinite: at the end); after its end only a proven run still has any."""
    is_over = max(run["seconds"], run["limit_s"]) < seconds < math.inf
    if is_over and time_to(run, PROVEN_GAP) == math.inf:
        return None, None
    return next(((o, b) for when, o, b in reversed(run["trajectory"]) if when <= seconds), (None, None))


def time_to(run: Record, gap: float) -> float:
    """Return the first second at which the relative gap is small enough, infinite if it never is."""
    return next((when for when, o, b in run["trajectory"] if value_or(relative_gap(o, b), math.inf) <= gap), math.inf)


def at_median(runs: list[Record], seconds: float) -> tuple[float, float, float, float]:
    """Return the medians over repeats of objective, bound, relative gap, improvement gap; not finite where none."""
    rows = []
    for run in runs:
        objective, bound = at(run, seconds)
        gaps = relative_gap(objective, bound), improvement_gap(objective, bound, run["objective_before"])
        rows.append(
            (value_or(objective, math.inf), value_or(bound, -math.inf), *(value_or(gap, math.inf) for gap in gaps))
        )
    return tuple(statistics.median(column) for column in zip(*rows, strict=True))


def value_or(value: float | None, otherwise: float) -> float:
    """Return a value, or another where there is none."""
    return otherwise if value is None else value


def draw(cases: dict[str, dict[str, list[Record]]], path: Path) -> None:
    """Write the picture of the runs by case and contender."""
    mpl.rcParams["svg.hashsalt"] = "msp-siting"
    columns = min(COLUMNS, len(cases))
    rows = math.ceil(len(cases) / columns)
    figure = Figure(figsize=(1.5 + 3.6 * columns, 1.2 + 2.5 * rows), layout="constrained")
    grid = figure.subplots(rows, columns, squeeze=False, sharey=True)
    for axes, case in zip(grid.flat, cases, strict=False):
        _panel(axes, {name: cases[case][name] for name in CONTENDERS if name in cases[case]})
        axes.set_title(case, fontsize=10, loc="left")
    for axes in grid.flat[len(cases) :]:
        axes.set_axis_off()
    for line in grid[:, 0]:
        line.set_ylabel("gap")
    lines = {label: line for axes in grid.flat for line, label in zip(*axes.get_legend_handles_labels(), strict=True)}
    figure.legend(
        lines.values(),
        lines.keys(),
        loc="outside upper center",
        ncols=4 if columns > 1 else 2,
        frameon=False,
        fontsize=9,
    )
    figure.supxlabel("seconds since the instance is in memory (dot: proven)", fontsize=10)
    figure.savefig(path, metadata={"Date": None})


def _panel(axes: Axes, by_name: dict[str, list[Record]]) -> None:
    """Draw both gaps of each contender; a dot on the lower edge says when the gap became 0."""
    ends = [run["seconds"] for runs in by_name.values() for run in runs]
    seconds = np.unique([*np.geomspace(FIRST_S, max(ends), POINTS), *ends])
    for name, runs in by_name.items():
        gaps = np.array([at_median(runs, second)[2:] for second in seconds])
        for kind, of_kind in zip(STYLES, gaps.T, strict=True):
            shown = np.clip(np.where(np.isfinite(of_kind), of_kind, np.nan), FLOOR, None)
            look = {"color": CONTENDERS[name], "linestyle": STYLES[kind], "lw": 1.6}
            axes.step(seconds, shown, where="post", label=f"{name}: {kind}", **look)
        proven = seconds[gaps[:, 0] <= PROVEN_GAP]
        if len(proven):
            axes.plot(proven[0], FLOOR, "o", color=CONTENDERS[name], clip_on=False, zorder=3)
    axes.set(xscale="log", yscale="log", xlim=(FIRST_S, max(ends) * 1.1), ylim=(FLOOR * 0.7, CEILING))
    axes.set_xticks([tick for tick in TICKS_S if tick <= max(ends)])
    axes.xaxis.set_major_formatter(FuncFormatter(lambda value, _: f"{value:g}"))
    axes.xaxis.set_minor_formatter(NullFormatter())
    axes.yaxis.set_major_formatter(FuncFormatter(lambda value, _: f"{value:.3%}".rstrip("0%").rstrip(".") + " %"))
    axes.grid(color="#dddddd", lw=0.6)
    axes.spines[["top", "right"]].set_visible(False)
