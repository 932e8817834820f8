"""Draws the map of a page: SVG that stands by itself, and what its script needs to know."""

import json
from collections import Counter
from dataclasses import dataclass
from typing import Any, Self

import geopandas as gpd
import numpy as np
import shapely
from markupsafe import Markup

from msp_siting.report.maps.canvas import WIDTH, Canvas, Label, Placer, wrap
from msp_siting.report.maps.choropleth import (
    MOST_ZONES_NAMED,
    SITE_RADIUS,
    ZONE_LABEL_SIZE,
    short_zone_name,
    told_kind,
    zone_labels,
    zone_outlines,
)
from msp_siting.report.maps.explorer import Explorer, Layer, Marks, is_told
from msp_siting.report.maps.legend import NOBODY_COLOUR, ROW_HEIGHT, legend_keys
from msp_siting.report.maps.shapes import WGS_84, demand_points
from msp_siting.report.rendering import draw
from msp_siting.report.wording import Wording

MOST_TOWNS = 45  # that are named before anyone zooms, as far as there is room
LABEL_SIZE, NUMBER_SIZE, TOWN_DOT = 108, 112, 26
MOST_MARKS_WELL_SEEN = 150  # more of them are drawn smaller
RADIUS_PER_POST, MOST_POSTS_SIZED = 9, 10
LETTERS_OF_A_LINE, LETTERS_OF_A_TITLE = 100, 72  # of a note below a legend, and of its title
EDGE = 200  # beyond the ground, for names that reach there
DIGITS = "0123456789abcdefghijklmnopqrstuvwxyz"  # of the classes of a layer, one letter a demand point


def draw_explorer(explorer: Explorer, wording: Wording) -> Markup:
    """Return the figure: SVG, choice of layers, legends, search and panel; every text put in is escaped.

    Without a script the first layer is shown with its legend; what needs one is shown where it runs.
    """
    ground = _Ground.of(explorer)
    canvas, spots = ground.canvas, ground.spots
    return draw(
        "explorer.html.j2",
        say=wording.say,
        **ground.drawn(explorer),
        zone=_outlined(explorer, ground, wording),
        layers=[_told_layer(layer, explorer, wording) for layer in explorer.layers],
        signs=_signs(explorer),
        marks=[_told_marks(marks, canvas, explorer.frame) for marks in explorer.marks if len(marks.points)],
        data=_json(_data(explorer, canvas, ground.zones, spots, wording) | {"at": ground.towns.ravel().tolist()}),
    )


def draw_layer(explorer: Explorer, wording: Wording) -> Markup:
    """Return the first layer as SVG that stands by itself, its legend below; every text put in is escaped."""
    ground = _Ground.of(explorer)
    layer, zone = _told_layer(explorer.layers[0], explorer, wording), _outlined(explorer, ground, wording)
    entries = [(each["fill"], each["text"]) for each in layer["classes"]]
    entries += [(sign, text) for sign, text in _signs(explorer) if sign == "site" and ground.spots]
    entries += [("zone", wording.say("map_sign_zone", kind=zone))] if zone else []
    hatched = f"url(#hatch-{explorer.name})"
    entries += [(hatched, wording.say("map_sign_border"))] if explorer.frame["border"].any() else []
    titles = wrap(layer["legend"], LETTERS_OF_A_TITLE)
    keys = legend_keys(entries, ground.canvas.height + ROW_HEIGHT * (1 + len(titles)))
    bottom = max(key.y for key in keys)
    notes = wrap(layer["note"], LETTERS_OF_A_LINE) if layer["note"] else []
    return draw(
        "map.svg.j2",
        **ground.drawn(explorer),
        edge=EDGE,
        titles=titles,
        keys=keys,
        notes=notes,
        notes_top=bottom + ROW_HEIGHT,
        legend_height=bottom + ROW_HEIGHT * (1 + len(notes)) - ground.canvas.height,
    )


@dataclass(frozen=True)
class _Ground:
    """What is drawn below whatever is chosen: outlines, towns and sites, each with its place on the drawing."""

    canvas: Canvas
    zones: dict[str, Any]
    towns: np.ndarray
    spots: list[dict[str, Any]]

    @classmethod
    def of(cls, explorer: Explorer) -> Self:
        """Return that of a map."""
        frame = explorer.frame
        canvas = Canvas.around(frame.total_bounds)
        zones = {} if explorer.zone_kind is None else zone_outlines(frame, explorer.zone_kind)
        towns = canvas.xy(shapely.get_coordinates(demand_points(explorer.territory).to_crs(frame.crs).geometry))
        return cls(canvas, zones, towns, _spots(explorer, canvas))

    def drawn(self, explorer: Explorer) -> dict[str, Any]:
        """Return what a drawing of the first layer holds."""
        frame, canvas = explorer.frame, self.canvas
        border = frame.geometry[frame["border"]]
        fills = [_fill(explorer.layers[0].entries[number][0], explorer) for number in explorer.layers[0].numbers]
        paths = canvas.paths(frame.geometry)
        return {
            "name": explorer.name,
            "label": explorer.label,
            "width": WIDTH,
            "height": canvas.height,
            "areas": [
                {"path": path, "fill": fill, "title": title}
                for path, fill, title in zip(paths, fills, explorer.titles, strict=True)
            ],
            "hatched": canvas.paths([border.union_all()])[0] if len(border) else "",
            "outlines": canvas.paths(self.zones.values()),
            "spots": self.spots,
            **_labels(explorer, canvas, self.spots, self.zones, self.towns),
            "zone_label_size": ZONE_LABEL_SIZE,
            "label_size": LABEL_SIZE,
            "number_size": NUMBER_SIZE,
            "scale_bar": canvas.scale_bar(),
        }


def _outlined(explorer: Explorer, ground: _Ground, wording: Wording) -> str:
    """Return what the kind of zone that is outlined is called, or nothing."""
    return wording.kind_title(explorer.zone_kind) if explorer.zone_kind and ground.zones else ""


def _fill(colour: str, explorer: Explorer) -> str:
    return f"url(#nobody-{explorer.name})" if colour == NOBODY_COLOUR else colour


def _told_layer(layer: Layer, explorer: Explorer, wording: Wording) -> dict[str, Any]:
    """Return a layer with how many demand points and inhabitants each of its classes has."""
    people = explorer.frame["inhabitants"].to_numpy()
    classes = []
    for number, (colour, text) in enumerate(layer.entries):
        is_in = layer.numbers == number
        if is_told(layer, number):
            values = {
                "n": int(is_in.sum()),
                "count": wording.whole(is_in.sum()),
                "people": wording.whole(people[is_in].sum()),
            }
            key = "map_class_squares" if explorer.territory.is_of_squares else "map_class_count"
            counted = wording.say(key, **values)
            classes.append({"fill": _fill(colour, explorer), "text": text, "counted": counted})
    return {"title": layer.title, "legend": layer.legend, "note": layer.note, "classes": classes}


def _spots(explorer: Explorer, canvas: Canvas) -> list[dict[str, Any]]:
    """Return the sites as the first layer shows them, each with its place on the drawing and its size."""
    lon, lat = [s.lon for s in explorer.sites], [s.lat for s in explorer.sites]
    points = gpd.GeoSeries(gpd.points_from_xy(lon, lat, crs=WGS_84)).to_crs(explorer.frame.crs)
    xy = canvas.xy(shapely.get_coordinates(points)) if len(points) else np.empty((0, 2), int)
    shown = explorer.layers[0].signs or [(spot.sign, spot.text or f"{spot.posts:g}") for spot in explorer.sites]
    told, before = [], Counter[tuple[int, int]]()
    for spot, (sign, text), (x, y) in zip(explorer.sites, shown, xy.tolist(), strict=True):
        radius = SITE_RADIUS + RADIUS_PER_POST * min(round(spot.posts), MOST_POSTS_SIZED)
        beside = x + 2 * radius * before[x, y]  # sites of one place stand side by side
        before[x, y] += 1
        told.append({"spot": spot, "sign": sign, "text": text, "x": beside, "y": y, "r": radius})
    return told


def _signs(explorer: Explorer) -> list[tuple[str, str]]:
    """Return every sign that a layer shows, with what it means."""
    shown = {spot.sign for spot in explorer.sites}
    shown |= {sign for layer in explorer.layers for sign, _ in layer.signs or ()}
    return [(sign, text) for sign, text in explorer.site_signs.items() if sign in shown]


def _told_marks(marks: Marks, canvas: Canvas, frame: gpd.GeoDataFrame) -> dict[str, Any]:
    """Return small marks as one path of points as good as without length, whose size is that of its stroke."""
    points = gpd.GeoSeries(gpd.points_from_xy(marks.points["lon"], marks.points["lat"], crs=WGS_84)).to_crs(frame.crs)
    path = "".join(f"M{x} {y}h1" for x, y in canvas.xy(shapely.get_coordinates(points)).tolist())
    name = f"{marks.name} many" if len(points) > MOST_MARKS_WELL_SEEN else marks.name
    return {"name": marks.name, "look": name, "text": marks.text, "is_shown": marks.is_shown, "path": path}


def _labels(
    explorer: Explorer, canvas: Canvas, spots: list[dict[str, Any]], zones: dict[str, Any], towns: np.ndarray
) -> dict[str, Any]:
    """Return the names that are written before anyone zooms: of sites, of zones, and of the largest towns with room."""
    placer = Placer(shapely.box(0, 0, WIDTH, canvas.height))
    shown = [spot for spot in spots if spot["sign"]]
    for spot in shown:
        x, y, r = (spot[name] for name in "xyr")
        placer.taken.append(shapely.box(x - r, y - r, x + r, y + r))
    site_labels = [
        placer.beside(spot["spot"].name, spot["x"], spot["y"], size=LABEL_SIZE, distance=spot["r"] + 30)
        for spot in shown
    ]
    zone_names = zone_labels(zones, explorer.zone_names(explorer.zone_kind), canvas, placer)
    named = {spot["spot"].name for spot in shown}
    town_labels: list[Label] = []
    dots = ""
    for row in _largest(explorer)[:MOST_TOWNS]:
        name, (x, y) = str(explorer.frame["name"].iloc[row]), towns[row].tolist()
        label = None if name in named else placer.free(name, x, y, size=LABEL_SIZE, distance=2 * TOWN_DOT)
        if label is not None:
            town_labels.append(label)
            dots += f"M{x} {y}h1"
    return {"site_labels": site_labels, "zone_labels": zone_names, "town_labels": town_labels, "town_dots": dots}


def _largest(explorer: Explorer) -> list[int]:
    """Return a row of each commune, the largest first; of one in squares that of its fullest."""
    territory = explorer.territory
    commune_of = dict(zip(territory.demand["demand_id"], territory.communes, strict=True))
    rows = np.argsort(-explorer.frame["inhabitants"].to_numpy(), kind="stable")
    communes = explorer.frame["demand_id"].map(commune_of).iloc[rows]
    return rows[~communes.duplicated()].tolist()  # type: ignore[no-any-return]


def _data(
    explorer: Explorer, canvas: Canvas, zones: dict[str, Any], spots: list[dict[str, Any]], wording: Wording
) -> dict[str, Any]:
    """Return what the script needs: classes of layers, figures, names and where they stand."""
    frame = explorer.frame
    row_of = {demand_id: row for row, demand_id in enumerate(frame["demand_id"])}
    outlined, kind = explorer.zone_names(explorer.zone_kind), told_kind(explorer.territory)
    names = explorer.zone_names(kind)
    ids = [] if kind is None else [name for name in sorted(frame[f"{kind}_id"].unique()) if name]
    number_of = {name: number for number, name in enumerate(ids)}
    return {
        "size": [WIDTH, canvas.height],
        "names": [wording.typeset(name) for name in frame["name"]],
        "people": frame["inhabitants"].round().astype(int).tolist(),
        "largest": _largest(explorer) if explorer.territory.is_of_squares else None,  # else the script knows
        "figures": explorer.figures,
        "note": explorer.note,
        "layers": [
            {
                "fills": [_fill(colour, explorer) for colour, _ in layer.entries],
                "of": "".join(DIGITS[number] for number in layer.numbers),
                **({} if layer.signs is None else {"signs": layer.signs}),
            }
            for layer in explorer.layers
        ],
        "zone": [] if kind is None else [number_of.get(name, -1) for name in frame[f"{kind}_id"]],
        "zones": [
            {"name": wording.typeset(names.get(name, name)), "figures": explorer.zone_figures.get(name, [])}
            for name in ids
        ],
        "zoneLabels": [
            [wording.typeset(short_zone_name(outlined.get(name, name))), *_middle(canvas.shape(shape))]
            for name, shape in (zones.items() if len(zones) <= MOST_ZONES_NAMED else ())
        ],
        "sites": [
            {
                "name": wording.typeset(spot["spot"].name),
                "row": row_of.get(spot["spot"].place_id, -1),
                "at": [spot["x"], spot["y"]],
                "r": spot["r"],
                "facts": spot["spot"].facts,
                "note": spot["spot"].note,
                "catchment": [row_of[name] for name in spot["spot"].catchment if name in row_of],
            }
            for spot in spots
        ],
    }


def _middle(shape: Any) -> list[int]:  # noqa: ANN401 - shapely has no types
    """Return a point within the largest part of a shape, and how wide that part is."""
    part = max(shapely.get_parts(shape), key=shapely.area)
    west, _, east, _ = shapely.bounds(part)
    return [round(value) for value in (*shapely.get_coordinates(shapely.point_on_surface(part))[0], east - west)]


def _json(value: Any) -> Markup:  # noqa: ANN401 - whatever JSON holds
    """Return a value as JSON that stands in a page: no text of it can end the element that holds it."""
    text = json.dumps(value, ensure_ascii=False, separators=(",", ":"), allow_nan=False)
    return Markup(text.replace("<", "\\u003c"))  # noqa: S704 - JSON without "<"
