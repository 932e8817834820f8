"""From coordinates on the ground to an SVG: scale, paths, and places where text fits."""

import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from itertools import product
from typing import Any, Self

import numpy as np
import shapely

WIDTH = 6000  # of the drawing, in its own units; ten of them are about a pixel of the page
MARGIN = 120
CHARACTER_WIDTH_SHARE = 0.56  # of the font size, mean of a sans-serif
LINE_HEIGHT_SHARE = 1.15  # of the font size
FEWEST_RING_POINTS = 3
SIDES = (
    *((1, 0, "start"), (-1, 0, "end"), (0, -1.2, "middle"), (0, 1.2, "middle")),
    *((0.7, -1, "start"), (0.7, 1, "start"), (-0.7, -1, "end"), (-0.7, 1, "end")),
)  # right, down, anchor
SIDE_LETTERS = 16  # in a line of a label beside a point, where it is broken
INSIDE_LETTERS = (40, 22, 16, 11)  # in a line of a label inside a polygon, tried by turns
OVERFLOW = 40  # how far a label may reach beyond its polygon
SCALE_BAR_SHARE = 0.25  # longest scale bar, of the drawing's width


@dataclass(frozen=True)
class Canvas:
    """A rectangle of ground drawn in whole units, north up."""

    west: float
    north: float
    units_per_metre: float
    height: int

    @classmethod
    def around(cls, bounds: Iterable[float]) -> Self:
        """Return the canvas that just holds some bounds (west, south, east, north)."""
        west, south, east, north = bounds
        inner = WIDTH - 2 * MARGIN
        extent = max(east - west, (north - south) / 1.4, 1e-9)
        units = inner / extent
        spare = (extent - (east - west)) / 2
        return cls(west - spare, north, units, round((north - south) * units) + 2 * MARGIN)

    def xy(self, coordinates: np.ndarray) -> np.ndarray:
        """Return whole drawing coordinates, one row per point."""
        x = (coordinates[:, 0] - self.west) * self.units_per_metre + MARGIN
        y = (self.north - coordinates[:, 1]) * self.units_per_metre + MARGIN
        return np.rint(np.column_stack([x, y])).astype(int)

    def shape(self, geometry: Any) -> Any:  # noqa: ANN401 - shapely has no types
        """Return a geometry in drawing coordinates."""
        return shapely.transform(geometry, lambda coordinates: self.xy(coordinates).astype(float))

    def paths(self, geometries: Iterable[Any]) -> list[str]:
        """Return for each geometry the ``d`` of an SVG path: polygons' rings in whole, relative coordinates."""
        shapes = np.array(list(geometries), dtype=object)
        parts, shape_of = shapely.get_parts(shapes, return_index=True)
        rings, part_of = shapely.get_rings(parts, return_index=True)
        corners, ring_of = shapely.get_coordinates(rings, return_index=True)
        drawn = [""] * len(shapes)
        if len(rings):
            outlines = np.split(self.xy(corners), np.flatnonzero(np.diff(ring_of)) + 1)
            for shape, outline in zip(shape_of[part_of].tolist(), outlines, strict=True):
                drawn[shape] += _ring(outline)
        return drawn

    def scale_bar(self) -> tuple[int, int]:
        """Return a round length in km and its length on the drawing (0, 0 where not even 1 km fits)."""
        longest = SCALE_BAR_SHARE * WIDTH / self.units_per_metre / 1000
        fitting = [step * 10**power for power, step in product(range(4), (1, 2, 5)) if step * 10**power <= longest]
        km = max(fitting, default=0)
        return km, round(km * 1000 * self.units_per_metre)


@dataclass
class Label:
    """Lines of text centred on a point, or starting or ending there."""

    lines: list[str]
    x: int
    y: int
    anchor: str
    size: int

    @property
    def box(self) -> Any:  # noqa: ANN401 - shapely has no types
        """The rectangle the text is likely to fill; ``y`` is its middle."""
        width = max(len(line) for line in self.lines) * self.size * CHARACTER_WIDTH_SHARE
        height = len(self.lines) * self.size * LINE_HEIGHT_SHARE
        left = {"start": self.x, "middle": self.x - width / 2, "end": self.x - width}[self.anchor]
        return shapely.box(left, self.y - height / 2, left + width, self.y + height / 2)

    @property
    def baselines(self) -> list[tuple[int, str]]:
        """The baseline of every line."""
        step = self.size * LINE_HEIGHT_SHARE
        first = self.y - step * (len(self.lines) - 1) / 2 + 0.35 * self.size
        return [(round(first + step * number), line) for number, line in enumerate(self.lines)]


@dataclass
class Placer:
    """Finds free places for labels, one after the other."""

    frame: Any
    taken: list[Any] = field(default_factory=list)

    def beside(self, text: str, x: int, y: int, *, size: int, distance: int) -> Label:
        """Return a label next to a point: the first that is free, else the one that covers least."""
        label = self.free(text, x, y, size=size, distance=distance)
        if label is None:
            label = min(_beside(text, x, y, size, distance), key=self._covered)
            self.taken.append(label.box)
        return label

    def free(self, text: str, x: int, y: int, *, size: int, distance: int) -> Label | None:
        """Return the first label next to a point that is free; None where none is."""
        found = next((label for label in _beside(text, x, y, size, distance) if self._is_free(label.box)), None)
        if found is not None:
            self.taken.append(found.box)
        return found

    def inside(self, text: str, polygon: Any, *, size: int) -> Label | None:  # noqa: ANN401 - shapely has no types
        """Return a label that lies within a polygon, as near its middle as is free; None where it fits nowhere."""
        with np.errstate(invalid="ignore"):  # which a region of many small turns raises on its way to a sound outline
            part = shapely.buffer(max(shapely.get_parts(polygon), key=shapely.area), OVERFLOW)
        shapely.prepare(part)
        centre = shapely.get_coordinates(shapely.centroid(part))[0]
        west, south, east, north = shapely.bounds(part)
        grid = np.array(list(product(np.linspace(west, east, 15), np.linspace(south, north, 15))))
        order = np.argsort(np.hypot(*(grid - centre).T), kind="stable")
        for letters in INSIDE_LETTERS:
            lines = wrap(text, letters)
            spots = np.round([centre, *grid[order]])
            boxes = shapely.box(*(np.tile(spots, 2) + shapely.bounds(Label(lines, 0, 0, "middle", size).box)).T)
            for spot in np.flatnonzero(shapely.contains_properly(part, boxes)):
                if self._is_free(boxes[spot]):
                    self.taken.append(boxes[spot])
                    x, y = spots[spot].astype(int).tolist()
                    return Label(lines, x, y, "middle", size)
        return None

    def _is_free(self, box: Any) -> bool:  # noqa: ANN401 - shapely has no types
        return bool(self.frame.contains(box)) and not any(other.intersects(box) for other in self.taken)

    def _covered(self, label: Label) -> float:
        box = label.box
        outside = shapely.area(shapely.difference(box, self.frame))
        return float(outside + sum(shapely.area(shapely.intersection(box, other)) for other in self.taken))


def _beside(text: str, x: int, y: int, size: int, distance: int) -> list[Label]:
    """Return the labels that a point may have next to it, the best first."""
    return [
        Label(lines, round(x + right * away), round(y + down * (away + (len(lines) - 1) * size / 2)), anchor, size)
        for away in (distance, 2 * distance)
        for lines in (wrap(text, len(text)), wrap(text, SIDE_LETTERS))
        for right, down, anchor in SIDES
    ]


def wrap(text: str, letters: int) -> list[str]:
    """Return a text in lines of at most so many letters, broken at spaces and after hyphens only."""
    lines = [""]
    for piece in re.findall(r"[^\s-]+-?\s*|-+\s*", text):
        if len(f"{lines[-1]}{piece}".rstrip()) <= letters or not lines[-1]:
            lines[-1] += piece
        else:
            lines.append(piece)
    return [line.rstrip() for line in lines]


def _ring(points: np.ndarray) -> str:
    """Return one closed ring, points that fall together left out; nothing where too few are left."""
    is_new = np.append(True, (points[1:] != points[:-1]).any(axis=1))
    kept = points[is_new][:-1]
    if len(kept) < FEWEST_RING_POINTS:
        x, y = points[0]
        return f"M{x} {y}h1v1z"
    steps = " ".join(map(str, np.diff(kept, axis=0).ravel().tolist()))
    return f"M{kept[0][0]} {kept[0][1]}l{steps}z".replace(" -", "-")
