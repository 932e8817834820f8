"""The map of a plan without professions: who is within reach, minutes to the nearest open place; layers for a GIS."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from msp_siting.answer import SitingAnswer
from msp_siting.report.maps.choropleth import Choropleth, map_frame, outlined_kind
from msp_siting.report.maps.explorer import Explorer, Layer, Marks, Pairs, Spot, still
from msp_siting.report.maps.explorer_layers import scaled
from msp_siting.report.maps.geopackage import put_beside
from msp_siting.report.maps.legend import REACH_COLOURS
from msp_siting.report.maps.scales import minutes_scale
from msp_siting.report.maps.shapes import WGS_84, demand_points, demand_shapes
from msp_siting.report.wording import Wording
from msp_siting.runs import RunFile, siting_table
from msp_siting.territory.outlines import write_layer

SIZED_AS_POSTS = 4.0  # a circle that holds a number of two digits


def siting_explorer(found: SitingAnswer, shapes: gpd.GeoDataFrame, wording: Wording) -> Explorer:
    """Return the map of a plan: what comes within reach where that is sought, minutes, and the sites that open.

    Parameters
    ----------
    shapes
        `demand_shapes` of the territory.
    """
    territory = found.territory
    frame = map_frame(territory, shapes).merge(
        found.points.drop(columns="inhabitants"), on="demand_id", validate="one_to_one"
    )
    minutes = scaled(
        "minutes",
        frame["nearest_minutes_after"],
        minutes_scale(wording),
        (wording.say("siting_layer_minutes"), wording.say("siting_page_picture")),
    )
    reach = _reach_layer(found, frame, wording)
    is_sought = found.case.model.cutoff_minutes is not None
    place = wording.of(territory.manifest.title)
    return Explorer(
        name="siting",
        label=wording.say("siting_map_label", territory=place),
        territory=territory,
        frame=frame,
        layers=[reach, minutes] if is_sought else [minutes, reach],
        figures=list(_figures(frame, wording)),
        titles=[
            wording.say("map_title_name", name=name, inhabitants=wording.whole(people))
            for name, people in zip(frame["name"], frame["inhabitants"], strict=True)
        ],
        zone_kind=outlined_kind(territory),
        sites=list(_spots(found, wording)),
        site_signs={"site": wording.say("siting_sign")},
        marks=list(_marks(found, wording)),
    )


def siting_picture(found: SitingAnswer, wording: Wording) -> Choropleth:
    """Return the first layer of the map, its sites numbered as in ``sites.csv``."""
    drawn = still(siting_explorer(found, demand_shapes(found.territory), wording))
    sites = site_points(found)[["name", "geometry"]]
    sites.insert(0, "number", np.arange(1, len(sites) + 1))
    return replace(drawn, sites=sites.assign(sign="site"))


def site_points(found: SitingAnswer) -> gpd.GeoDataFrame:
    """Return one row per site that opens: the columns of ``sites.csv`` and a point in WGS 84."""
    table = siting_table(found)
    return gpd.GeoDataFrame(table, geometry=gpd.points_from_xy(table["lon"], table["lat"], crs=WGS_84))


def write_siting_layers(found: SitingAnswer, folder: Path) -> None:
    """Write ``plan.gpkg`` (manifest's CRS) and ``sites.geojson`` (WGS 84) into a folder.

    Raises
    ------
    OSError
        If the disk takes no more.
    """
    crs, path, sites = found.territory.manifest.crs, folder / RunFile.LAYERS, site_points(found)
    write_layer(sites.to_crs(crs), path, "sites", "Point")
    write_layer(_demand_layer(found), path, "demand")
    write_layer(_ways(found).to_crs(crs), path, "allocation", "LineString")
    put_beside(path, {}, ())
    text = sites.to_json(drop_id=True, to_wgs84=True, indent=1, ensure_ascii=False)
    (folder / RunFile.SITE_LAYER).write_text(text + "\n", encoding="utf-8", newline="\n")


def _demand_layer(found: SitingAnswer) -> gpd.GeoDataFrame:
    territory = found.territory
    shapes = demand_shapes(territory)
    if shapes["is_cell"].any():
        shapes = demand_points(territory)
    figures = found.points.drop(columns=["profession", "inhabitants", "need"])
    table = territory.demand.merge(figures, on="demand_id", validate="one_to_one")
    merged = shapes[["demand_id", "geometry"]].merge(table, on="demand_id", validate="one_to_one")
    return merged[[*table.columns, "geometry"]]


def _ways(found: SitingAnswer) -> gpd.GeoDataFrame:
    """Return one row per row of ``allocation.csv`` that leads to a site that opens: a line in WGS 84 from home."""
    rows = found.allocation[found.allocation["supply"].eq("new")].reset_index(drop=True)
    homes = found.territory.demand.set_index("demand_id").loc[rows["demand_id"], ["lon", "lat"]].to_numpy(float)
    sites = found.territory.sites.set_index("site_id").loc[rows["site_id"], ["lon", "lat"]].to_numpy(float)
    lines = shapely.linestrings(np.stack([homes, sites], axis=1))
    return gpd.GeoDataFrame(rows.drop(columns="supply"), geometry=lines, crs=WGS_84)


def _reach_layer(found: SitingAnswer, frame: pd.DataFrame, wording: Wording) -> Layer:
    cutoff = found.case.model.cutoff_minutes
    legend = (
        wording.say("siting_legend_reach_any")
        if cutoff is None
        else wording.say("siting_legend_reach", cutoff=plain(cutoff, wording))
    )
    numbers = np.select([frame["sites_before"].gt(0), frame["sites_after"].gt(0)], [0, 1], 2)
    texts = [wording.say(f"siting_reach_{name}") for name in ("before", "new", "none")]
    return Layer(
        "reach", wording.say("siting_layer_reach"), legend, tuple(zip(REACH_COLOURS, texts, strict=True)), numbers
    )


def _figures(frame: pd.DataFrame, wording: Wording) -> Iterator[tuple[str, list[str]]]:
    yield wording.say("page_inhabitants"), [wording.whole(people) for people in frame["inhabitants"]]
    for moment in ("before", "after"):
        title = wording.say(f"siting_page_{moment}")
        minutes = [wording.decimal(value) for value in frame[f"nearest_minutes_{moment}"]]
        yield wording.say("page_column_at", what=wording.say("page_minutes_short"), moment=title), minutes


def _spots(found: SitingAnswer, wording: Wording) -> Iterator[Spot]:
    served = found.allocation[found.allocation["supply"].eq("new")]
    for number, row in enumerate(siting_table(found).to_dict("records"), start=1):
        goes = served.loc[served["site_id"].eq(row["site_id"]), "demand_id"]
        facts: Pairs = [
            *([(wording.say("page_cost"), wording.eur(row["cost_eur"]))] if pd.notna(row["cost_eur"]) else []),
            (wording.say("siting_page_served"), wording.whole(row["inhabitants_served_all"])),
        ]
        yield Spot(
            name=str(row["name"]),
            place_id=str(row["place_id"]),
            lon=row["lon"],
            lat=row["lat"],
            posts=SIZED_AS_POSTS,
            facts=facts,
            text=str(number),
            note=wording.say("siting_catchment", n=len(goes)),
            catchment=list(goes),
        )


def _marks(found: SitingAnswer, wording: Wording) -> Iterator[Marks]:
    """Yield the places that are open from the start, and the candidates that stay closed."""
    sites, location = found.case.sites, found.case.location
    known = sites[location.existing & sites["lon"].notna().to_numpy()]
    closed = sites[sites["origin"].isin(("listed", "every_place")) & ~sites.index.isin(found.opened.index)]
    for look, name, rows in (("msps", "existing", known), ("candidates", "candidates", closed)):
        yield Marks(look, wording.say(f"siting_marks_{name}", count=wording.whole(len(rows))), rows)


def plain(number: float, wording: Wording) -> str:
    """Return a number with as few of two decimals as say it."""
    digits = next((digits for digits in range(2) if round(number, digits) == number), 2)
    return wording.decimal(number, digits)
