"""Charts as static SVG: a line with a band below it, and steps with their intervals."""

from collections.abc import Sequence
from dataclasses import dataclass

from markupsafe import Markup

from msp_siting.report.rendering import draw
from msp_siting.report.wording import Wording

WIDTH, HEIGHT = 760, 330
LEFT, RIGHT, TOP, BOTTOM = 92, 20, 30, 52
MOST_INTERVALS = 6  # between ticks, and one more where the ends are not on them
MOST_DECIMALS = 6
NICE_STEPS = (1, 2, 2.5, 5, 10)


@dataclass(frozen=True)
class Mark:
    """One point of a chart: where, how high, between what, and what it says when pointed at."""

    x: float
    y: float
    low: float
    high: float
    title: str


@dataclass(frozen=True)
class Axis:
    """A scale from numbers to pixels, from the first of the values that are written to the last.

    Attributes
    ----------
    start, end
        Pixels of the first tick and of the last.
    """

    ticks: Sequence[float]
    start: float
    end: float

    def at(self, value: float) -> float:
        """Return the pixel of a value."""
        first, last = self.ticks[0], self.ticks[-1]
        return round(self.start + (value - first) / (last - first) * (self.end - self.start), 1)


@dataclass(frozen=True)
class Chart:
    """What a chart shows.

    Attributes
    ----------
    label
        What it is, for those who do not see it.
    x_title, y_title
        What the axes count, with their units.
    highlighted
        A value of x marked by a line with a text.
    line
        Whether the marks are points of one line with a band, or steps of their own with intervals.
    """

    label: str
    x_title: str
    y_title: str
    marks: Sequence[Mark]
    highlighted: tuple[float, str] | None = None
    line: bool = False


@dataclass(frozen=True)
class Texts:
    """How values of an axis are written: divided by a unit, with as many decimals as the steps need."""

    wording: Wording
    unit: float = 1.0

    def of(self, value: float) -> str:
        """Return the text of a value."""
        scaled = round(value / self.unit, MOST_DECIMALS)
        digits = next((few for few in range(MOST_DECIMALS) if round(scaled, few) == scaled), MOST_DECIMALS)
        return self.wording.decimal(scaled, digits)


def draw_chart(chart: Chart, x_texts: Texts, y_texts: Texts) -> Markup:
    """Return a chart as SVG, everything in it escaped; the texts of the ticks come from the caller's language."""
    xs = [mark.x for mark in chart.marks]
    heights = [value for mark in chart.marks for value in (mark.low, mark.high)]
    across = _axis(min(xs), max(xs), LEFT, WIDTH - RIGHT, zero=not chart.line)
    up = _axis(min(heights), max(heights), HEIGHT - BOTTOM, TOP, zero=True)
    upper = [(across.at(mark.x), up.at(mark.high)) for mark in chart.marks]
    lower = [(across.at(mark.x), up.at(mark.low)) for mark in chart.marks]
    return draw(
        "chart.svg.j2",
        chart=chart,
        width=WIDTH,
        height=HEIGHT,
        left=LEFT,
        right=WIDTH - RIGHT,
        top=TOP,
        floor=HEIGHT - BOTTOM,
        band=_path([*upper, *reversed(lower)]),
        drawn=_path([(across.at(mark.x), up.at(mark.y)) for mark in chart.marks]),
        marks=[(across.at(m.x), up.at(m.y), up.at(m.low), up.at(m.high), m.title) for m in chart.marks],
        x_ticks=[(across.at(value), x_texts.of(value)) for value in across.ticks],
        y_ticks=[(up.at(value), y_texts.of(value)) for value in up.ticks],
        highlighted=None if chart.highlighted is None else (across.at(chart.highlighted[0]), chart.highlighted[1]),
    )


def _axis(least: float, most: float, start: float, end: float, *, zero: bool) -> Axis:
    from matplotlib.ticker import MaxNLocator  # noqa: PLC0415 - every command would wait for matplotlib

    low, high = (min(0.0, least), max(0.0, most)) if zero else (least, most)
    if high <= low:
        apart = abs(low) / 2 or 1.0
        low, high = low - apart, high + apart
    ticks = MaxNLocator(MOST_INTERVALS, steps=NICE_STEPS).tick_values(low, high)
    return Axis([float(tick) for tick in ticks], start, end)


def _path(points: Sequence[tuple[float, float]]) -> str:
    return "M" + "L".join(f"{x:g} {y:g}" for x, y in points)
