"""A choropleth of a territory as static SVG: who is uncovered before and after, and the opened sites."""

import re
from dataclasses import dataclass
from typing import Any, Literal

import geopandas as gpd
import shapely

from msp_siting.answer import Answer
from msp_siting.coverage import Coverage
from msp_siting.messages import Language
from msp_siting.report.layers import site_points
from msp_siting.report.legend import ROW_HEIGHT, colour, legend
from msp_siting.report.map_canvas import WIDTH, Canvas, Label, Placer
from msp_siting.report.rendering import render
from msp_siting.report.wording import Wording, lead_profession, profession_title, zone_names

Moment = Literal["before", "after"]

SIMPLIFIED_TO_METRES = 100.0
ZONE_LABEL_SIZE, SITE_LABEL_SIZE, SITE_RADIUS = 112, 145, 62
MOST_ZONES_NAMED = 60
LEGAL_FORM = r"^(CC|CA|CU)\s+(de l'|(de la|du|des|de)\s+)?"


@dataclass(frozen=True)
class Area:
    """One demand point on the map."""

    path: str
    colour: str
    title: str


@dataclass(frozen=True)
class Site:
    """One opened site on the map."""

    x: int
    y: int
    name: str
    label: Label


def draw_map(answer: Answer, coverage: Coverage, shapes: gpd.GeoDataFrame, moment: Moment, language: Language) -> str:
    """Return an SVG: demand points coloured by the share of inhabitants uncovered, for the APL's profession.

    Both moments have the same classes. A demand point's title holds its figures before and after. Border
    points are hatched where no rim is used; zones of the first kind are outlined and named where the name fits;
    the map of ``after`` shows the opened sites.

    Parameters
    ----------
    shapes
        `demand_shapes` of the territory.
    """
    wording = Wording(language)
    frame = _frame(answer, coverage, shapes)
    canvas = Canvas.around(frame.total_bounds)
    placer = Placer(shapely.box(0, 0, WIDTH, canvas.height))
    sites = _sites(site_points(answer).to_crs(frame.crs), canvas, placer) if moment == "after" else []
    kind = next(iter(answer.territory.zone_kinds), None)
    zones = {} if kind is None else _zones(frame, kind)
    border = frame.geometry[frame["border"]]
    signs = {
        "border": wording.say("map_sign_border") if len(border) else "",
        "zone": wording.say("map_sign_zone", kind=wording.kind_title(kind)) if kind and zones else "",
        "site": wording.say("map_sign_site") if sites else "",
    }
    keys = legend(wording, canvas.height + 2 * ROW_HEIGHT, {sign: text for sign, text in signs.items() if text})
    profession = profession_title(answer, lead_profession(answer), wording)
    title = wording.of(answer.territory.manifest.title)
    return render(
        "map.svg.j2",
        moment=moment,
        label=wording.say(f"map_label_{moment}", profession=profession, territory=title),
        legend_title=wording.say("map_legend_title", profession=profession),
        width=WIDTH,
        ground_height=canvas.height,
        height=max(key.y for key in keys) + ROW_HEIGHT // 2,
        areas=_areas(frame, canvas, moment, wording),
        hatched=canvas.path(border.union_all()) if len(border) else "",
        outlines=[canvas.path(shape) for shape in zones.values()],
        zone_labels=_zone_labels(zones, zone_names(answer, kind) if kind else {}, canvas, placer),
        sites=sites,
        radius=SITE_RADIUS,
        zone_label_size=ZONE_LABEL_SIZE,
        site_label_size=SITE_LABEL_SIZE,
        keys=keys,
        scale_bar=canvas.scale_bar(),
    )


def _frame(answer: Answer, coverage: Coverage, shapes: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    """Return one row per demand point: its columns, its coverage by the APL's profession, a simple shape in metres."""
    if not shapes.crs.is_projected:
        shapes = shapes.to_crs(shapes.estimate_utm_crs())
    if not shapes["is_cell"].any():
        shapes = shapes.set_geometry(shapes.geometry.simplify_coverage(SIMPLIFIED_TO_METRES))
    points = coverage.points[coverage.points["profession"].eq(lead_profession(answer))]
    points = points.drop(columns=["inhabitants", "apl_official"], errors="ignore")
    frame = shapes.merge(answer.territory.demand, on="demand_id", validate="one_to_one")
    frame = frame.merge(points, on="demand_id", validate="one_to_one")
    if "border" not in frame.columns or answer.territory.rim is not None:
        frame["border"] = False
    return frame


def _areas(frame: gpd.GeoDataFrame, canvas: Canvas, moment: Moment, wording: Wording) -> list[Area]:
    shares = frame[f"uncovered_{moment}"] / frame["inhabitants"].where(frame["inhabitants"] > 0)
    return [
        Area(canvas.path(row.geometry), colour(share), _title(row, wording))
        for row, share in zip(frame.itertuples(index=False), shares, strict=True)
    ]


def _title(row: Any, wording: Wording) -> str:  # noqa: ANN401 - a row of a data frame
    lines = [
        wording.say("map_title_name", name=row.name, inhabitants=wording.whole(row.inhabitants)),
        wording.say(
            "map_title_uncovered",
            before=wording.whole(row.uncovered_before),
            after=wording.whole(row.uncovered_after),
        ),
        wording.say(
            "map_title_apl",
            before=wording.decimal(row.apl_before),
            after=wording.decimal(row.apl_after),
            official=wording.decimal(getattr(row, "apl_official", None)),
        ),
    ]
    return "\n".join([*lines, wording.say("map_title_border")] if row.border else lines)


def _sites(points: gpd.GeoDataFrame, canvas: Canvas, placer: Placer) -> list[Site]:
    """Return the opened sites with their names; no name covers another site."""
    xy = canvas.xy(shapely.get_coordinates(points.geometry))
    placer.taken.extend(shapely.box(x - SITE_RADIUS, y - SITE_RADIUS, x + SITE_RADIUS, y + SITE_RADIUS) for x, y in xy)
    return [
        Site(x, y, name, placer.beside(name, x, y, size=SITE_LABEL_SIZE, distance=2 * SITE_RADIUS))
        for name, (x, y) in zip(points["name"], xy.tolist(), strict=True)
    ]


def _zones(frame: gpd.GeoDataFrame, kind: str) -> dict[str, Any]:
    """Return the outline of every zone of a kind, by ``zone_id``, joined from the demand points' shapes."""
    return {
        str(zone_id): rows.union_all() for zone_id, rows in frame.geometry.groupby(frame[f"{kind}_id"]) if zone_id != ""
    }


def _zone_labels(zones: dict[str, Any], names: Any, canvas: Canvas, placer: Placer) -> list[Label]:  # noqa: ANN401
    if len(zones) > MOST_ZONES_NAMED:
        return []
    labels = [
        placer.inside(_short_name(names.get(zone_id, zone_id)), canvas.shape(shape), size=ZONE_LABEL_SIZE)
        for zone_id, shape in zones.items()
    ]
    return [label for label in labels if label is not None]


def _short_name(name: str) -> str:
    """Return a zone's name without the legal form that it starts with (CC du Trièves: Trièves)."""
    return re.sub(LEGAL_FORM, "", name) or name
