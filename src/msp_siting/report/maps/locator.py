"""A small map that says where something is: the outline of a territory, its zones, MSPs near by."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import geopandas as gpd
import numpy as np
import shapely
from markupsafe import Markup

from msp_siting.report.maps.canvas import WIDTH, Canvas, Label, Placer
from msp_siting.report.maps.choropleth import map_frame, outlined_kind, short_zone_name
from msp_siting.report.maps.shapes import WGS_84, demand_shapes
from msp_siting.report.rendering import draw
from msp_siting.territory import Territory

WIDEST_METRES = 160_000.0  # of ground that is shown: of a larger territory what lies around
BORDER_SHARE = 0.04  # of the ground, left free around a territory that is shown whole
CUT_SHARE = 0.05  # of the ground's side, beyond what is seen: where shapes are cut
SIMPLIFIED_TO_SHARE = 1 / 400  # of the side of the ground that is shown
Window = tuple[float, float, float, float]  # west, south, east, north
SIZE_OF_LABEL = {"here": 330, "msp": 250, "town": 250, "zone": 235}
RADIUS = {"here": 120, "msp": 52, "other": 95, "town": 40}


@dataclass(frozen=True)
class Mark:
    """A place on the map.

    Attributes
    ----------
    place_id
        A place of the territory; one that it does not know is left out.
    sign
        ``here``, ``msp``, ``other`` or ``town``.
    name
        Written beside it; nothing where it is empty.
    """

    place_id: str
    sign: str
    name: str = ""


@dataclass(frozen=True)
class Ground:
    """What every locator of a territory is drawn on, in metres.

    Attributes
    ----------
    zones
        Outlines of the zones, by ``zone_id``; of no zone where the territory has none.
    names
        By ``zone_id``.
    points
        East and north of every place, by ``place_id``.
    """

    outline: Any
    zones: Mapping[str, Any]
    names: Mapping[str, str]
    points: Mapping[str, tuple[float, float]]


def locator_kind(territory: Territory) -> str | None:
    """Return the kind of zone that a locator outlines: EPCI, else what a map outlines."""
    return "epci" if "epci" in territory.zone_kinds else outlined_kind(territory)


def ground_of(territory: Territory, kind: str | None) -> Ground:
    """Return the ground of a territory with the zones of a kind."""
    frame = map_frame(territory, demand_shapes(territory))
    west, south, east, north = frame.total_bounds
    tolerance = SIMPLIFIED_TO_SHARE * min(max(east - west, north - south), WIDEST_METRES)
    zones = {} if kind is None else _joined(frame, f"{kind}_id", tolerance)
    known = territory.zones[territory.zones["kind"].eq(kind)]
    names = dict(zip(known["zone_id"], known["name"], strict=True))
    places = territory.place_points
    points = gpd.GeoSeries(gpd.points_from_xy(places["lon"], places["lat"], crs=WGS_84)).to_crs(frame.crs)
    xy = shapely.get_coordinates(points.to_numpy()).tolist()
    return Ground(
        shapely.simplify(frame.geometry.union_all(), tolerance),
        zones,
        {zone_id: short_zone_name(names.get(zone_id, zone_id)) for zone_id in zones},
        dict(zip(places.index, map(tuple, xy), strict=True)),
    )


def draw_locator(ground: Ground, marks: Sequence[Mark], label: str, zone_id: str | None = None) -> Markup | None:
    """Return a square map around what is to be found; None where its place is not known.

    Parameters
    ----------
    marks
        The last is drawn above the others; the map is centred on the zone, else on the first mark ``here``.
    label
        What it is, for those who do not see it.
    zone_id
        The zone that is coloured.
    """
    known = [mark for mark in marks if mark.place_id in ground.points]
    zone = ground.zones.get(zone_id or "")
    here = [ground.points[mark.place_id] for mark in known if mark.sign == "here"]
    if zone is None and not here:
        return None
    centre = here[0] if here else shapely.get_coordinates(shapely.centroid(zone))[0]
    window = _window(ground.outline, centre, zone)
    canvas = Canvas.around(window)
    outlines = _cut(ground.zones, window)
    placer, loose = (Placer(shapely.box(0, 0, WIDTH, canvas.height)) for _ in range(2))
    at = dict(zip(known, _places(canvas, [ground.points[mark.place_id] for mark in known]), strict=True))
    shown = {mark: (x, y) for mark, (x, y) in at.items() if 0 <= x <= WIDTH and 0 <= y <= canvas.height}
    for mark, (x, y) in shown.items():
        reach = RADIUS[mark.sign]
        for each in (placer, loose) if mark.sign != "msp" else (placer,):
            each.taken.append(shapely.box(x - reach, y - reach, x + reach, y + reach))
    named = sorted((mark for mark in shown if mark.name), key=lambda mark: mark.sign != "here")
    labels = [
        (mark.sign, placer.beside(mark.name, *shown[mark], size=SIZE_OF_LABEL[mark.sign], distance=2 * RADIUS["msp"]))
        for mark in named
    ]
    loose.taken.extend(each.box for _, each in labels)
    # A name of a zone covers an MSP's sign rather than that it is left out.
    for name in sorted(outlines, key=lambda other: other != zone_id):
        seen = canvas.shape(shapely.clip_by_rect(outlines[name], *window))
        found = _inside(ground.names[name], seen, placer) or _inside(ground.names[name], seen, loose)
        if found is not None:
            placer.taken.append(found.box)
            loose.taken.append(found.box)
            labels.append(("zone", found))
    paths = canvas.paths(outlines.values())
    return draw(
        "locator.svg.j2",
        label=label,
        width=WIDTH,
        height=canvas.height,
        outline=canvas.paths([shapely.clip_by_rect(ground.outline, *_wider(window))])[0],
        zones=[{"path": path, "is_own": each == zone_id} for each, path in zip(outlines, paths, strict=True)],
        marks=[{"sign": mark.sign, "x": x, "y": y, "name": mark.name} for mark, (x, y) in shown.items()],
        radius=RADIUS,
        labels=labels,
        sizes=SIZE_OF_LABEL,
        scale_bar=canvas.scale_bar(),
    )


def _joined(frame: gpd.GeoDataFrame, column: str, tolerance: float) -> dict[str, Any]:
    """Return the outline of every zone, by its id; lines that two have in common are made simple alike."""
    rows = frame[frame[column].ne("")]
    if rows.empty:
        return {}
    joined = {str(zone_id): shapes.union_all() for zone_id, shapes in rows.geometry.groupby(rows[column])}
    return dict(zip(joined, gpd.GeoSeries(list(joined.values())).simplify_coverage(tolerance), strict=True))


def _window(outline: Any, centre: Iterable[float], zone: Any) -> Window:  # noqa: ANN401
    """Return a square (west, south, east, north): all of a territory, else what lies around, within its bounds."""
    west, south, east, north = shapely.bounds(outline)
    whole = max(east - west, north - south) * (1 + 2 * BORDER_SHARE)
    side = min(whole, WIDEST_METRES)
    if zone is not None:
        west_of, south_of, east_of, north_of = shapely.bounds(zone)
        side = min(whole, max(side, (east_of - west_of) * 1.2, (north_of - south_of) * 1.2))
    starts = [
        _start(middle, low, high, side) for middle, low, high in zip(centre, (west, south), (east, north), strict=True)
    ]
    return starts[0], starts[1], starts[0] + side, starts[1] + side


def _start(middle: float, low: float, high: float, side: float) -> float:
    """Return where a stretch around a middle begins that leaves its bounds no farther than it must."""
    if high - low <= side:
        return (low + high - side) / 2
    free = BORDER_SHARE * side
    return min(max(middle - side / 2, low - free), high + free - side)


def _cut(zones: Mapping[str, Any], window: Window) -> dict[str, Any]:
    """Return what of some zones lies in a window, cut where the cut is not seen."""
    seen = shapely.box(*window)
    near = {zone_id: shape for zone_id, shape in zones.items() if shapely.intersects(shape, seen)}
    return dict(zip(near, shapely.clip_by_rect(np.array(list(near.values())), *_wider(window)), strict=True))


def _wider(window: Window) -> Window:
    more = CUT_SHARE * (window[2] - window[0])
    return window[0] - more, window[1] - more, window[2] + more, window[3] + more


def _places(canvas: Canvas, points: Sequence[tuple[float, float]]) -> list[list[int]]:
    return canvas.xy(np.array(points)).tolist() if points else []


def _inside(name: str, shape: Any, placer: Placer) -> Label | None:  # noqa: ANN401 - shapely has no types
    """Return the name of a zone within it; None where it does not fit, which a small area says at once."""
    size = SIZE_OF_LABEL["zone"]
    if shapely.area(shape) < shapely.area(Label([name], 0, 0, "middle", size).box):
        return None
    return placer.inside(name, shape, size=size)
