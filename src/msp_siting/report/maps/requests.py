"""The map of funding requests: where each is, its verdict, and whether it is in the best choice within the envelope."""

from collections import Counter
from typing import Any

import geopandas as gpd

from msp_siting.report.findings import verdict_word
from msp_siting.report.maps.choropleth import Choropleth, map_frame, outlined_kind
from msp_siting.report.maps.legend import apl_classes, apl_colour
from msp_siting.report.maps.shapes import WGS_84, Shapes
from msp_siting.report.wording import Wording, profession_title, zone_names
from msp_siting.requests import VERDICTS, Appraisal, Evaluation

APART_SHARE = 0.022  # of the territory's width, between two requests of one place
CHOSEN = "chosen"  # the sign of an eligible request in the choice; of any other request it is its verdict


def requests_map(evaluation: Evaluation, shapes: Shapes, wording: Wording) -> Choropleth:
    """Return the map of all requests over the official APL, or the computed one where none is official.

    Verdicts differ by shape and by colour, as does what is in the best choice within the envelope. Requests of one
    place stand side by side, and are then told apart by their ids.

    Parameters
    ----------
    shapes
        `demand_shapes` of the territory.
    """
    territory, floor = evaluation.territory, evaluation.ground.apl.floor_visits_per_year.value
    frame = map_frame(territory, shapes)
    shown = "apl_official" if "apl_official" in frame and frame["apl_official"].notna().any() else "apl"
    if shown == "apl":
        points = evaluation.without.points
        known = points[points["profession"].eq(evaluation.lead)].set_index("demand_id")["apl"] if len(points) else {}
        frame[shown] = frame["demand_id"].map(known)
    kind = outlined_kind(territory)
    profession = profession_title(evaluation, evaluation.lead, wording)
    signs = {CHOSEN: wording.say("map_sign_request_chosen")}
    signs |= {verdict: verdict_word(verdict, wording.language) for verdict in VERDICTS}
    return Choropleth(
        name="requests",
        label=wording.say("map_label_requests", territory=wording.of(territory.manifest.title)),
        legend_title=wording.say(f"map_legend_{shown}", profession=profession),
        frame=frame,
        colours=[apl_colour(value, floor) for value in frame[shown]],
        titles=[_title(row, shown, wording) for row in frame.to_dict("records")],
        classes=apl_classes(wording, floor, with_unknown=bool(frame[shown].isna().any())),
        zone_kind=kind,
        zone_names=zone_names(evaluation, kind) if kind else {},
        sites=_points(evaluation, frame),
        site_signs=signs,
    )


def _points(evaluation: Evaluation, frame: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    """Return one point per request at its place, in the projection of the map: ``name``, ``sign``."""
    places = evaluation.territory.place_points
    located = [a for a in evaluation.appraisals if a.request.place_id in places.index]
    at = places.loc[[a.request.place_id for a in located]]
    points = gpd.GeoSeries(gpd.points_from_xy(at["lon"], at["lat"], crs=WGS_84)).to_crs(frame.crs)
    west, _, east, _ = frame.total_bounds
    step = APART_SHARE * (east - west)
    count, before = Counter(a.request.place_id for a in located), Counter[str]()
    moved = []
    for appraisal, point in zip(located, points, strict=True):
        place_id = appraisal.request.place_id
        moved.append((point.x + step * (before[place_id] - (count[place_id] - 1) / 2), point.y))
        before[place_id] += 1
    columns = {
        "name": [_name(evaluation, each, is_alone=count[each.request.place_id] == 1) for each in located],
        "sign": [CHOSEN if each.request_id in evaluation.chosen else each.gates.verdict for each in located],
    }
    geometry = gpd.points_from_xy([x for x, _ in moved], [y for _, y in moved], crs=frame.crs)
    return gpd.GeoDataFrame(columns, geometry=geometry)


def _name(evaluation: Evaluation, appraisal: Appraisal, *, is_alone: bool) -> str:
    place = evaluation.place_name(appraisal)
    return place if is_alone else f"{place} ({appraisal.request_id})"


def _title(row: dict[Any, Any], shown: str, wording: Wording) -> str:
    name = wording.say("map_title_name", name=row["name"], inhabitants=wording.whole(row["inhabitants"]))
    key = "map_title_apl_official" if shown == "apl_official" else "map_title_apl_computed"
    return f"{name}\n{wording.say(key, value=wording.decimal(row[shown]))}"
