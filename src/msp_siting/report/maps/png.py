"""A choropleth as a PNG for slides and documents, laid out as on the page."""

import warnings
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import geopandas as gpd
import numpy as np
import shapely
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.collections import PathCollection
from matplotlib.figure import Figure
from matplotlib.patches import Rectangle
from matplotlib.path import Path as Outline
from matplotlib.patheffects import withStroke

from msp_siting.report.maps.canvas import MARGIN, SIDES, WIDTH, Canvas, Label, wrap
from msp_siting.report.maps.choropleth import Choropleth, Layout, Site, lay_out
from msp_siting.report.maps.legend import Key
from msp_siting.report.maps.shapes import WGS_84
from msp_siting.report.wording import Wording

INCHES, DPI = 10.0, 160
POINTS_PER_UNIT = 72 * INCHES / WIDTH
TITLE_SIZE, TEXT_SIZE, NOTE_SIZE, NUMBER_SIZE, TOWN_SIZE = 200, 140, 105, 92, 100
TITLE_STEP, TITLE_LETTERS, LEGEND_LETTERS, NOTE_LETTERS, NOTE_STEP = 270, 44, 62, 92, 150
INK, ZONE_INK, EDGE, BLUE, GREY = "#1d2b36", "#27384a", "#8a8170", "#0b4a8f", "#6c7884"
SWATCH = (210, 125)
SITE_RADIUS, FINE_SITE_RADIUS, TOWN_RADIUS, MOST_DIGITS = 84, 60, 24, 3
MOST_WELL_NAMED = 40  # sites; of more only some names are shown
MOST_TOWNS, SMALLEST_TOWN = 10, 5000
BOLD_SHARE = 0.84  # of a label's size: bold letters fill the room of others that are larger
KEY_WIDTH, LETTER_WIDTH_SHARE = 1620, 0.6  # room of a legend's text; mean width of a letter, of its size
CHOSEN = "_chosen"  # how signs end that have a ring around them


@dataclass(frozen=True)
class Sign:
    """How a site is drawn: a shape of matplotlib, its colours, and what stands in it where no number does."""

    shape: str
    face: str
    edge: str
    ink: str
    inside: str = ""


FULL, HOLLOW = Sign("o", BLUE, "white", "white"), Sign("o", "white", BLUE, BLUE)
RING, TOWN = Sign("o", "white", INK, INK), Sign("o", INK, "white", "white")
SIGNS = {
    "site": FULL,
    "added": Sign("o", "white", BLUE, BLUE, "+"),
    "dropped": Sign("o", "white", BLUE, BLUE, "\u00d7"),
    "in_all": FULL,
    "replaceable": HOLLOW,
    "undecided": Sign("D", GREY, "white", "white", "?"),
    "eligible": FULL,
    "incomplete": Sign("s", "white", BLUE, BLUE),
    "rule_not_met": Sign("D", GREY, "white", "white"),
    "ineligible": Sign("D", "white", GREY, INK),
}


def write_png(content: Choropleth, path: Path, title: str, notes: list[str], wording: Wording) -> None:
    """Draw a map with title, sites, towns, legend, scale and notes (sources, labels of the data) into a PNG file."""
    layout = lay_out(content, wording)
    heading, legend = wrap(title, TITLE_LETTERS), wrap(content.legend_title, LEGEND_LETTERS)
    lines = [line for note in notes for line in wrap(note, NOTE_LETTERS)]
    above = TITLE_STEP * len(heading) + MARGIN
    more = TITLE_STEP * (len(legend) - 1)  # the layout has room for one line
    bottom = layout.height + more + NOTE_STEP * len(lines) + MARGIN
    figure = Figure(figsize=(INCHES, INCHES * (bottom + above) / WIDTH), dpi=DPI, facecolor="white")
    FigureCanvasAgg(figure)
    axes = figure.add_axes((0, 0, 1, 1))
    axes.set_xlim(0, WIDTH)
    axes.set_ylim(bottom, -above)
    axes.set_axis_off()
    _ground(axes, content, layout)
    for label in layout.zone_labels:
        _label(axes, label)
    _towns(axes, content, layout)
    _sites(axes, content, layout)
    _scale_bar(axes, layout.canvas)
    for number, line in enumerate(heading):
        _text(axes, MARGIN, TITLE_STEP * (number + 1) - above, line, TITLE_SIZE, weight="bold")
    for number, line in enumerate(legend):
        _text(axes, MARGIN, layout.canvas.height + 200 + TITLE_STEP * 0.7 * number, line, 150, weight="bold")
    for key in layout.keys:
        _key(axes, Key(key.swatch, key.text, key.x, key.y + more))
    for number, line in enumerate(lines):
        _text(axes, MARGIN, layout.height + more + NOTE_STEP * (number + 1), line, NOTE_SIZE, color="#55636f")
    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", message="Glyph")  # a name in letters that the font lacks has boxes for them
        figure.savefig(path, format="png", metadata={"Software": None})


def _ground(axes: Any, content: Choropleth, layout: Layout) -> None:  # noqa: ANN401 - matplotlib's axes
    outlines = [_outline(shape, layout.canvas) for shape in content.frame.geometry]
    axes.add_collection(
        PathCollection(
            outlines, facecolors=list(content.colours), edgecolors=EDGE, linewidths=layout.area_line * POINTS_PER_UNIT
        )
    )
    if layout.hatched is not None:
        hatched = [_outline(layout.hatched, layout.canvas)]
        axes.add_collection(
            PathCollection(hatched, facecolors="none", edgecolors="#33414d70", hatch="////", linewidths=0)
        )
    zones = [_outline(shape, layout.canvas) for shape in layout.outlines]
    axes.add_collection(PathCollection(zones, facecolors="none", edgecolors=ZONE_INK, linewidths=14 * POINTS_PER_UNIT))


def _outline(shape: Any, canvas: Canvas) -> Outline:  # noqa: ANN401 - shapely has no types
    """Return the rings of polygons, in the coordinates of the drawing."""
    vertices, codes = [], []
    for ring in shapely.get_rings(shapely.get_parts(shape)):
        points = canvas.xy(shapely.get_coordinates(ring))
        vertices.append(points)
        codes.append(
            np.array([Outline.MOVETO, *[Outline.LINETO] * (len(points) - 2), Outline.CLOSEPOLY], dtype=np.uint8)
        )
    return Outline(np.concatenate(vertices).astype(float), np.concatenate(codes))


def _label(axes: Any, label: Label, **style: Any) -> None:  # noqa: ANN401 - matplotlib's axes
    where = {"start": "left", "middle": "center", "end": "right"}[label.anchor]
    halo = [withStroke(linewidth=32 * POINTS_PER_UNIT, foreground="white", alpha=0.85)]
    for y, line in label.baselines:
        size = label.size * (BOLD_SHARE if "weight" in style else 1.0)
        _text(axes, label.x, y, line, size, **({"ha": where, "color": ZONE_INK, "path_effects": halo} | style))


def _sites(axes: Any, content: Choropleth, layout: Layout) -> None:  # noqa: ANN401 - matplotlib's axes
    """Draw the sites, each with its number where it has one; those at one place stand side by side, named once."""
    has_number = content.sites is not None and "number" in content.sites.columns
    numbers = content.sites["number"] if has_number and content.sites is not None else [""] * len(layout.sites)
    radius = _radius(layout)
    for label in _site_labels(layout):
        _label(axes, label, color="#0b2f5c", weight="bold")
    seen: dict[tuple[int, int], int] = {}
    for site, number in zip(layout.sites, numbers, strict=True):
        before = seen.get((site.x, site.y), 0)
        seen[site.x, site.y] = before + 1
        _sign(axes, site.sign, site.x + 2 * before * radius, site.y, str(number), radius=radius)


def _radius(layout: Layout) -> float:
    return SITE_RADIUS if len(layout.sites) <= MOST_WELL_NAMED else FINE_SITE_RADIUS


def _site_labels(layout: Layout) -> list[Label]:
    """Return the names of sites, one per place; of many sites those that cover neither another name nor a site."""
    named = list({(site.x, site.y): site.label for site in reversed(layout.sites)}.values())[::-1]
    if len(layout.sites) <= MOST_WELL_NAMED:
        return named
    kept: list[Label] = []
    taken = [_around(site, FINE_SITE_RADIUS) for site in layout.sites]
    for label in named:
        if not any(label.box.intersects(other) for other in taken):
            kept.append(label)
            taken.append(label.box)
    return kept


def _sign(  # noqa: PLR0913 - which, where and how
    axes: Any,  # noqa: ANN401 - matplotlib's axes
    name: str,
    x: float,
    y: float,
    text: str = "",
    *,
    radius: float = SITE_RADIUS,
) -> None:
    sign = SIGNS[name.removesuffix(CHOSEN)]
    if name.endswith(CHOSEN):
        _mark(axes, RING, (x, y), 1.5 * radius, 26)
    _mark(axes, sign, (x, y), radius, 20)
    inside = text or sign.inside
    size = NUMBER_SIZE * radius / SITE_RADIUS * min(1.0, MOST_DIGITS / max(1, len(inside)))
    _text(axes, x, y, inside, size, ha="center", va="center_baseline", color=sign.ink, weight="bold")


def _mark(axes: Any, sign: Sign, at: tuple[float, float], radius: float, width: float) -> None:  # noqa: ANN401
    x, y = at
    size = 2 * radius * POINTS_PER_UNIT * (0.85 if sign.shape in {"s", "D"} else 1.0)
    colours = {"markerfacecolor": sign.face, "markeredgecolor": sign.edge}
    axes.plot([x], [y], sign.shape, markersize=size, markeredgewidth=width * POINTS_PER_UNIT, **colours)


def _towns(axes: Any, content: Choropleth, layout: Layout) -> None:  # noqa: ANN401 - matplotlib's axes
    for x, y, label in _town_labels(content, layout):
        _mark(axes, TOWN, (x, y), TOWN_RADIUS, 8)
        _label(axes, label, color=INK, style="italic")


def _town_labels(content: Choropleth, layout: Layout) -> Iterator[tuple[int, int, Label]]:
    """Yield the largest towns with a name, as far as it covers neither a site nor another name."""
    frame = content.frame.sort_values("inhabitants", ascending=False, kind="stable").head(MOST_TOWNS)
    frame = frame[frame["inhabitants"] >= SMALLEST_TOWN]
    points = gpd.GeoSeries(gpd.points_from_xy(frame["lon"], frame["lat"], crs=WGS_84)).to_crs(content.frame.crs)
    ground = shapely.box(0, 0, WIDTH, layout.canvas.height)
    taken = [label.box for label in (*layout.zone_labels, *_site_labels(layout))]
    taken += [_around(site, SITE_RADIUS) for site in layout.sites]
    for name, (x, y) in zip(frame["name"], layout.canvas.xy(shapely.get_coordinates(points)).tolist(), strict=True):
        if any(_around(site, SITE_RADIUS).contains(shapely.Point(x, y)) for site in layout.sites):
            continue
        for right, down, anchor in SIDES:
            away = 3 * TOWN_RADIUS
            label = Label([name], round(x + right * away), round(y + down * away), anchor, TOWN_SIZE)
            if ground.contains(label.box) and not any(label.box.intersects(other) for other in taken):
                taken.append(label.box)
                yield x, y, label
                break


def _around(site: Site, radius: float) -> Any:  # noqa: ANN401 - shapely has no types
    return shapely.box(site.x - radius, site.y - radius, site.x + radius, site.y + radius)


def _scale_bar(axes: Any, canvas: Canvas) -> None:  # noqa: ANN401 - matplotlib's axes
    km, length = canvas.scale_bar()
    if not km:
        return
    right, y = WIDTH - MARGIN, canvas.height - 60
    xs, ys = [right, right, right - length, right - length], [y - 50, y, y, y - 50]
    axes.plot(xs, ys, color=INK, linewidth=14 * POINTS_PER_UNIT)
    _text(axes, right, y - 90, f"{km} km", 120, ha="right")


def _key(axes: Any, key: Key) -> None:  # noqa: ANN401 - matplotlib's axes
    width, height = SWATCH
    if key.swatch == "zone":
        axes.plot([key.x, key.x + width], [key.y - 48] * 2, color=ZONE_INK, linewidth=18 * POINTS_PER_UNIT)
    elif key.swatch.removesuffix(CHOSEN) in SIGNS:
        _sign(axes, key.swatch, key.x + width / 2, key.y - 48)
    else:
        is_hatched = key.swatch == "border"
        face, hatch = ("none", "////") if is_hatched else (key.swatch, None)
        axes.add_patch(
            Rectangle((key.x, key.y - 110), width, height, facecolor=face, edgecolor=EDGE, hatch=hatch, linewidth=0.6)
        )
    size = min(TEXT_SIZE, KEY_WIDTH / (LETTER_WIDTH_SHARE * max(1, len(key.text))))
    _text(axes, key.x + 270, key.y, key.text, size)


def _text(axes: Any, x: float, y: float, text: str, size: float, **style: Any) -> None:  # noqa: ANN401 - matplotlib's
    # A dollar sign would begin a formula.
    axes.text(x, y, text, fontsize=size * POINTS_PER_UNIT, parse_math=False, **({"color": INK} | style))
