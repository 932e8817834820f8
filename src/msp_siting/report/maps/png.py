"""A choropleth as a PNG for slides and documents, laid out as on the page."""

from pathlib import Path
from typing import Any

import numpy as np
import shapely
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.collections import PathCollection
from matplotlib.figure import Figure
from matplotlib.patches import Rectangle
from matplotlib.path import Path as Outline
from matplotlib.patheffects import withStroke

from msp_siting.report.maps.canvas import MARGIN, WIDTH, Canvas, Label, wrap
from msp_siting.report.maps.choropleth import Choropleth, Layout, lay_out
from msp_siting.report.maps.legend import Key
from msp_siting.report.wording import Wording

INCHES, DPI = 10.0, 160
POINTS_PER_UNIT = 72 * INCHES / WIDTH
TITLE_SIZE, TEXT_SIZE, NOTE_SIZE = 220, 140, 105
TITLE_HEIGHT, NOTE_LETTERS, NOTE_STEP = 420, 110, 150
INK, ZONE_INK, EDGE = "#1d2b36", "#27384a", "#8a8170"
SWATCH = (210, 125)


def write_png(content: Choropleth, path: Path, title: str, notes: list[str], wording: Wording) -> None:
    """Draw a map with its title, legend, scale and notes (sources, labels of the data) into a PNG file."""
    layout = lay_out(content, wording)
    lines = [line for note in notes for line in wrap(note, NOTE_LETTERS)]
    bottom = layout.height + NOTE_STEP * len(lines) + MARGIN
    figure = Figure(figsize=(INCHES, INCHES * (bottom + TITLE_HEIGHT) / WIDTH), dpi=DPI, facecolor="white")
    FigureCanvasAgg(figure)
    axes = figure.add_axes((0, 0, 1, 1))
    axes.set_xlim(0, WIDTH)
    axes.set_ylim(bottom, -TITLE_HEIGHT)
    axes.set_axis_off()
    _ground(axes, content, layout)
    for label in layout.zone_labels:
        _label(axes, label)
    _scale_bar(axes, layout.canvas)
    _text(axes, MARGIN, -TITLE_HEIGHT / 2, title, TITLE_SIZE, weight="bold")
    _text(axes, MARGIN, layout.canvas.height + 200, content.legend_title, 150, weight="bold")
    for key in layout.keys:
        _key(axes, key)
    for number, line in enumerate(lines):
        _text(axes, MARGIN, layout.height + NOTE_STEP * (number + 1), line, NOTE_SIZE, color="#55636f")
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


def _label(axes: Any, label: Label) -> None:  # noqa: ANN401 - matplotlib's axes
    for y, line in label.baselines:
        halo = [withStroke(linewidth=32 * POINTS_PER_UNIT, foreground="white", alpha=0.85)]
        _text(axes, label.x, y, line, label.size, ha="center", color=ZONE_INK, path_effects=halo)


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
    else:
        is_hatched = key.swatch == "border"
        face, hatch = ("none", "////") if is_hatched else (key.swatch, None)
        axes.add_patch(
            Rectangle((key.x, key.y - 110), width, height, facecolor=face, edgecolor=EDGE, hatch=hatch, linewidth=0.6)
        )
    _text(axes, key.x + 270, key.y, key.text, TEXT_SIZE)


def _text(axes: Any, x: float, y: float, text: str, size: float, **style: Any) -> None:  # noqa: ANN401 - matplotlib's
    # A dollar sign would begin a formula.
    axes.text(x, y, text, fontsize=size * POINTS_PER_UNIT, parse_math=False, **({"color": INK} | style))
