"""A choropleth of a territory: its content, laid out once for every way of drawing it, and drawn as static SVG."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import geopandas as gpd
import shapely
from markupsafe import Markup

from msp_siting.report.maps.canvas import WIDTH, Canvas, Label, Placer
from msp_siting.report.maps.legend import ROW_HEIGHT, Key, legend_keys
from msp_siting.report.rendering import draw
from msp_siting.report.wording import Wording
from msp_siting.territory import Territory

SIMPLIFIED_TO_METRES = 100.0
SIMPLIFIED_TO_SHARE = 1 / 1500  # of the longer side, on a larger territory: less than a pixel of the page
ZONE_LABEL_SIZE, SITE_LABEL_SIZE, SITE_RADIUS = 112, 145, 62
MOST_SITES_WELL_NAMED, FINE_SITE_LABEL_SIZE = 16, 112
MOST_ZONES_NAMED = 60
AREA_LINE, FINE_AREA_LINE, MOST_AREAS_WELL_OUTLINED = 5, 2, 1500
LEGAL_FORM = r"^(CC|CA|CU)\s+(de l'|(de la|du|des|de)\s+)?"


@dataclass(frozen=True)
class Choropleth:
    """What a map shows.

    Attributes
    ----------
    name
        Tells the maps of one page apart.
    label
        What it is, for those who do not see it.
    frame
        `map_frame` of the territory.
    colours, titles
        One of each per row of ``frame``.
    classes
        Colours and texts of the legend.
    zone_kind, zone_names
        The kind of zone that is outlined, if any, and names by ``zone_id``.
    sites
        Points with ``name``, in any projection, and ``sign`` where not all have the same; None where no site is shown.
    site_signs
        The signs of sites (``site``, ``added``, ``dropped``) and what each means.
    """

    name: str
    label: str
    legend_title: str
    frame: gpd.GeoDataFrame
    colours: Sequence[str]
    titles: Sequence[str]
    classes: Sequence[tuple[str, str]]
    zone_kind: str | None = None
    zone_names: Mapping[str, str] = field(default_factory=dict)
    sites: gpd.GeoDataFrame | None = None
    site_signs: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Site:
    """One site on the map."""

    x: int
    y: int
    name: str
    label: Label
    sign: str


@dataclass(frozen=True)
class Layout:
    """Where everything stands on a drawing ``WIDTH`` wide; shapes are in the coordinates of the ground."""

    canvas: Canvas
    height: int
    area_line: int
    hatched: Any
    outlines: list[Any]
    zone_labels: list[Label]
    sites: list[Site]
    site_label_size: int
    keys: list[Key]


def outlined_kind(territory: Territory) -> str | None:
    """Return the first kind of zone that has few enough for their names, else the first; None without zones."""
    kinds = territory.zone_kinds
    few = (kind for kind in kinds if territory.demand[f"{kind}_id"].nunique() <= MOST_ZONES_NAMED)
    return next(few, next(iter(kinds), None))


def map_frame(territory: Territory, shapes: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    """Return one row per demand point: its columns and a simple shape in metres.

    Parameters
    ----------
    shapes
        `demand_shapes` of the territory.
    """
    if not shapes.crs.is_projected:
        shapes = shapes.to_crs(shapes.estimate_utm_crs())
    if not shapes["is_cell"].any():
        west, south, east, north = shapes.total_bounds
        tolerance = max(SIMPLIFIED_TO_METRES, SIMPLIFIED_TO_SHARE * max(east - west, north - south))
        shapes = shapes.set_geometry(shapes.geometry.simplify_coverage(tolerance))
    frame = shapes.merge(territory.demand, on="demand_id", validate="one_to_one")
    if "border" not in frame.columns or territory.rim is not None:
        frame["border"] = False
    return frame


def lay_out(content: Choropleth, wording: Wording) -> Layout:
    """Return where shapes, names, signs and the legend of a map stand."""
    frame, kind = content.frame, content.zone_kind
    canvas = Canvas.around(frame.total_bounds)
    placer = Placer(shapely.box(0, 0, WIDTH, canvas.height))
    is_crowded = content.sites is not None and len(content.sites) > MOST_SITES_WELL_NAMED
    size = FINE_SITE_LABEL_SIZE if is_crowded else SITE_LABEL_SIZE
    sites = [] if content.sites is None else _sites(content.sites.to_crs(frame.crs), canvas, placer, size)
    zones = {} if kind is None else _zones(frame, kind)
    border = frame.geometry[frame["border"]]
    signs = {
        "border": wording.say("map_sign_border") if len(border) else "",
        "zone": wording.say("map_sign_zone", kind=wording.kind_title(kind)) if kind and zones else "",
    }
    shown = {site.sign for site in sites}
    site_signs = content.site_signs or {"site": wording.say("map_sign_site")}
    signs |= {sign: text for sign, text in site_signs.items() if sign in shown}
    entries = [*content.classes, *((sign, text) for sign, text in signs.items() if text)]
    keys = legend_keys(entries, canvas.height + 2 * ROW_HEIGHT)
    return Layout(
        canvas=canvas,
        height=max(key.y for key in keys) + ROW_HEIGHT // 2,
        area_line=AREA_LINE if len(frame) <= MOST_AREAS_WELL_OUTLINED else FINE_AREA_LINE,
        hatched=border.union_all() if len(border) else None,
        outlines=list(zones.values()),
        zone_labels=_zone_labels(zones, content.zone_names, canvas, placer),
        sites=sites,
        site_label_size=size,
        keys=keys,
    )


def draw_svg(content: Choropleth, wording: Wording) -> Markup:
    """Return a map as SVG; every text put in is escaped."""
    layout = lay_out(content, wording)
    canvas = layout.canvas
    areas = zip(canvas.paths(content.frame.geometry), content.colours, content.titles, strict=True)
    return draw(
        "map.svg.j2",
        moment=content.name,
        label=content.label,
        legend_title=content.legend_title,
        width=WIDTH,
        ground_height=canvas.height,
        height=layout.height,
        area_line=layout.area_line,
        areas=[{"path": path, "colour": colour, "title": title} for path, colour, title in areas],
        hatched="" if layout.hatched is None else canvas.paths([layout.hatched])[0],
        outlines=canvas.paths(layout.outlines),
        zone_labels=layout.zone_labels,
        sites=layout.sites,
        radius=SITE_RADIUS,
        zone_label_size=ZONE_LABEL_SIZE,
        site_label_size=layout.site_label_size,
        keys=layout.keys,
        scale_bar=canvas.scale_bar(),
    )


def _sites(points: gpd.GeoDataFrame, canvas: Canvas, placer: Placer, size: int) -> list[Site]:
    """Return the sites with their names; no name covers another site."""
    xy = canvas.xy(shapely.get_coordinates(points.geometry))
    placer.taken.extend(shapely.box(x - SITE_RADIUS, y - SITE_RADIUS, x + SITE_RADIUS, y + SITE_RADIUS) for x, y in xy)
    signs = points["sign"] if "sign" in points.columns else ["site"] * len(points)
    return [
        Site(x, y, name, placer.beside(name, x, y, size=size, distance=2 * SITE_RADIUS), sign)
        for name, sign, (x, y) in zip(points["name"], signs, xy.tolist(), strict=True)
    ]


def _zones(frame: gpd.GeoDataFrame, kind: str) -> dict[str, Any]:
    """Return the outline of every zone of a kind, by ``zone_id``, joined from the demand points' shapes."""
    return {
        str(zone_id): rows.union_all() for zone_id, rows in frame.geometry.groupby(frame[f"{kind}_id"]) if zone_id != ""
    }


def _zone_labels(zones: dict[str, Any], names: Mapping[str, str], canvas: Canvas, placer: Placer) -> list[Label]:
    if len(zones) > MOST_ZONES_NAMED:
        return []
    labels = [
        placer.inside(short_name(names.get(zone_id, zone_id)), canvas.shape(shape), size=ZONE_LABEL_SIZE)
        for zone_id, shape in zones.items()
    ]
    return [label for label in labels if label is not None]


def short_name(name: str) -> str:
    """Return a zone's name without the legal form that it starts with (CC du Trièves: Trièves)."""
    return re.sub(LEGAL_FORM, "", name) or name
