"""Layers for other software: ``plan.gpkg`` for QGIS, ``plan.qgz`` that opens it, ``sites.geojson`` for the web."""

from collections.abc import Mapping
from datetime import date
from pathlib import Path

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from msp_siting.answer import Answer, Coverage
from msp_siting.language import tell
from msp_siting.problem import REASONS
from msp_siting.report.maps.columns import Columns
from msp_siting.report.maps.geopackage import put_beside
from msp_siting.report.maps.project import write_project
from msp_siting.report.maps.shapes import WGS_84, demand_points, demand_shapes, zone_shapes
from msp_siting.report.maps.views import views_of
from msp_siting.report.wording import Wording, lead_profession
from msp_siting.runs import RunFile, candidate_table, site_table
from msp_siting.territory import Territory, status_of_places
from msp_siting.territory.outlines import write_layer

MOMENTS = ("today", "before", "after")
STRUCTURES = ("pharmacies", "health_centres")
Layers = Mapping[str, gpd.GeoDataFrame]


def write_layers(answer: Answer, folder: Path, on: date, wording: Wording) -> None:
    """Write ``plan.gpkg`` (manifest's CRS), ``plan.qgz`` and ``sites.geojson`` (WGS 84) into a folder.

    Parameters
    ----------
    on
        The day whose zoning is in force.
    wording
        Says the names of layers, columns and classes.

    Raises
    ------
    OSError
        If the disk takes no more.
    """
    layers = plan_layers(answer, on, wording)
    path, kinds = folder / RunFile.LAYERS, {"allocation": "LineString", "demand": None, "blocks": None}
    for name, layer in layers.items():
        is_zone = name in answer.territory.zone_kinds
        write_layer(layer, path, name, None if is_zone else kinds.get(name, "Point"))
    columns = Columns(answer, wording)
    views = views_of(answer, layers, columns)
    put_beside(path, {name: columns.titles(layer.columns) for name, layer in layers.items()}, views)
    write_project(folder / RunFile.PROJECT, answer, layers, views, wording)
    text = site_points(answer).to_json(drop_id=True, to_wgs84=True, indent=1, ensure_ascii=False)
    (folder / RunFile.SITE_LAYER).write_text(text + "\n", encoding="utf-8", newline="\n")


def plan_layers(answer: Answer, on: date, wording: Wording) -> dict[str, gpd.GeoDataFrame]:
    """Return every layer by its name, in the manifest's CRS (docs/files.md, "`plan.gpkg` of solve")."""
    territory, crs = answer.territory, answer.territory.manifest.crs
    sites, demand = site_points(answer), demand_layer(answer, on, wording)
    sites.insert(0, "number", np.arange(1, len(sites) + 1, dtype="int64"))
    layers = {
        "sites": sites.to_crs(crs),
        "candidates": candidate_layer(answer, wording).to_crs(crs),
        "supply": supply_layer(answer).to_crs(crs),
        "demand": demand,
    }
    if answer.coverage is not None:
        layers["allocation"] = allocation_layer(answer, answer.coverage).to_crs(crs)
        layers["blocks"] = block_layer(answer.coverage, demand)
    zones = {kind: zone_layer(answer, kind) for kind in territory.zone_kinds if kind not in layers}
    return layers | {kind: layer for kind, layer in zones.items() if layer is not None}


def site_points(answer: Answer) -> gpd.GeoDataFrame:
    """Return one row per opened site: the columns of ``sites.csv`` and a point in WGS 84."""
    return _points(site_table(answer))


def candidate_layer(answer: Answer, wording: Wording) -> gpd.GeoDataFrame:
    """Return one row per candidate site that the plan leaves closed, with a point in WGS 84.

    Columns: those of ``candidates.csv``, and ``closed_by`` (``rules``, ``scenario``, or empty: it could have opened)
    and ``why``, which says in words what rules it breaks and what was decided.
    """
    table = candidate_table(answer)
    table = table[~table["site_id"].isin(answer.plan.sites["site_id"])].reset_index(drop=True)
    excluded = table["site_id"].isin(answer.scenario.question.sites.excluded_ids)
    closed_by = np.select([excluded, table["kept"].eq("false")], ["scenario", "rules"], "")
    rules = {word: wording.say(f"page_candidates_{word}") for word in REASONS.values()}
    why = [
        [*(rules[word] for word in reasons.split()), *([wording.say(f"page_candidates_{each}")] if each else [])]
        for reasons, each in table[["reasons", "exception"]].itertuples(index=False)
    ]
    told = wording.say("layer_closed_by_scenario")
    said = [", ".join([*each, *([told] if is_out else [])]) for each, is_out in zip(why, excluded, strict=True)]
    table.insert(3, "closed_by", pd.Series(closed_by, dtype="str"))
    table.insert(4, "why", pd.Series(said, dtype="str"))
    points = answer.territory.sites.set_index("site_id")[["lon", "lat"]]
    return _points(table.merge(points, left_on="site_id", right_index=True, how="left", validate="one_to_one"))


def supply_layer(answer: Answer) -> gpd.GeoDataFrame:
    """Return one row per place of the territory with practitioners or structures: how many, and a point in WGS 84.

    Practitioners are those of the question's horizon, and today's beside them where it has one.
    """
    territory = answer.territory
    counts = [_practitioners(answer, territory, "practitioners")]
    if territory.as_counted is not None:
        counts.append(_practitioners(answer, territory.as_counted, "practitioners_today"))
    known = [name for name in STRUCTURES if name in territory.places.columns]
    counts.append(territory.places.set_index("place_id")[known])
    msps = territory.existing_msps
    counts.append(pd.DataFrame({} if msps is None else {"msps": msps}))
    table = pd.concat(counts, axis="columns").fillna(0.0)
    table = table[table.gt(0).any(axis="columns")].sort_index().rename_axis("place_id")
    points = territory.place_points
    return _points(points.join(table, how="inner", validate="one_to_one").loc[table.index].reset_index())


def allocation_layer(answer: Answer, coverage: Coverage) -> gpd.GeoDataFrame:
    """Return one row per row of ``allocation.csv`` that leads to an opened site: a line in WGS 84 from home."""
    rows = coverage.allocation[coverage.allocation["supply"].eq("new")].reset_index(drop=True)
    homes = answer.territory.demand.set_index("demand_id").loc[rows["demand_id"], ["name", "lon", "lat"]]
    sites = answer.territory.sites.set_index("site_id").loc[rows["site_id"], ["name", "lon", "lat"]]
    ends = np.stack([homes[["lon", "lat"]].to_numpy(float), sites[["lon", "lat"]].to_numpy(float)], axis=1)
    table = rows.drop(columns="supply")
    table.insert(1, "demand_name", homes["name"].to_numpy())
    table.insert(4, "site_name", sites["name"].to_numpy())
    return gpd.GeoDataFrame(table, geometry=shapely.linestrings(ends), crs=WGS_84)


def demand_layer(answer: Answer, on: date, wording: Wording) -> gpd.GeoDataFrame:
    """Return one row per demand point: ``demand.csv``, wide coverage, what is ready to map, a polygon or point."""
    territory = answer.territory
    shapes = demand_shapes(territory)
    if shapes["is_cell"].any():
        shapes = demand_points(territory)
    table = territory.demand
    if answer.coverage is not None:
        own = [name for name in answer.coverage.points.columns if name not in {"inhabitants", "apl_official"}]
        wide = _wide(answer.coverage.points[own], ["demand_id"])
        table = _ready_to_map(answer, table.merge(wide, on="demand_id", validate="one_to_one"))
    table = _with_zoning(answer, table, on, wording)
    merged = shapes[["demand_id", "geometry"]].merge(table, on="demand_id", validate="one_to_one")
    return merged[[*table.columns, "geometry"]]


def block_layer(coverage: Coverage, demand: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    """Return one row per block: ``blocks.csv`` and the shapes of its demand points together."""
    members = coverage.points[["demand_id", "profession", "block"]].merge(
        demand[["demand_id", "geometry"]], on="demand_id", validate="many_to_one"
    )
    shapes = gpd.GeoDataFrame(members, crs=demand.crs).groupby(["profession", "block"])["geometry"]
    joined = shapes.agg(lambda parts: parts.union_all())
    table = coverage.blocks.merge(joined.reset_index(), on=["profession", "block"], validate="one_to_one")
    return gpd.GeoDataFrame(table, geometry="geometry", crs=demand.crs)


def zone_layer(answer: Answer, kind: str) -> gpd.GeoDataFrame | None:
    """Return one row per zone of a kind: ``zones.csv``'s figures, wide, and a polygon; None without shapes."""
    shapes = zone_shapes(answer.territory, kind)
    if shapes is None or answer.coverage is None:
        return shapes
    rows = answer.coverage.zones
    keys = ["zone_id", "name", "inhabitants"]
    wide = _wide(rows[rows["kind"].eq(kind)].drop(columns="kind"), keys)
    return shapes.merge(wide, on="zone_id", validate="one_to_one")[[*wide.columns, "geometry"]]


def _points(table: pd.DataFrame) -> gpd.GeoDataFrame:
    return gpd.GeoDataFrame(table, geometry=gpd.points_from_xy(table["lon"], table["lat"], crs=WGS_84))


def _practitioners(answer: Answer, territory: Territory, name: str) -> pd.DataFrame:
    """Return the practitioners of each place (FTE), one column per profession of the model."""
    supply = territory.supply
    wide = supply.pivot_table(index="place_id", columns="profession", values="practitioners", aggfunc="sum")
    return wide.reindex(columns=list(answer.scenario.model.professions)).add_prefix(f"{name}_")


def _ready_to_map(answer: Answer, table: pd.DataFrame) -> pd.DataFrame:
    """Return a wide table with shares of inhabitants, and what the plan changes."""
    people = table["inhabitants"].where(table["inhabitants"] > 0)
    shares: dict[str, pd.Series] = {}
    for profession in answer.instance.professions:
        known = [moment for moment in MOMENTS if f"uncovered_{moment}_{profession}" in table.columns]
        own = {moment: table[f"uncovered_{moment}_{profession}"] / people for moment in known}
        shares |= {f"uncovered_share_{moment}_{profession}": share for moment, share in own.items()}
        shares[f"uncovered_share_difference_{profession}"] = own["after"] - own["before"]
    lead = lead_profession(answer)
    shares[f"apl_change_{lead}"] = table[f"apl_after_{lead}"] - table[f"apl_before_{lead}"]
    return pd.concat([table, pd.DataFrame(shares)], axis="columns")


def _with_zoning(answer: Answer, table: pd.DataFrame, on: date, wording: Wording) -> pd.DataFrame:
    """Return a table of demand points with the zoning of each profession that has one, and whether it is in force."""
    added = {}
    for profession in answer.scenario.model.professions:
        statuses = status_of_places(answer.territory, profession)
        if not statuses:
            continue
        found = [statuses.get(demand_id) for demand_id in table["demand_id"]]
        added[f"zoning_status_{profession}"] = ["" if each is None else each.status for each in found]
        added[f"zoning_{profession}"] = [
            ""
            if each is None
            else wording.say(f"zone_status_{each.status}")
            if each.holds_on(on)
            else tell(each.word_told(on), wording.language)
            for each in found
        ]
    return table.assign(**added)


def _wide(rows: pd.DataFrame, keys: list[str]) -> pd.DataFrame:
    """Return one row per key, a column ``<measure>_<profession>`` per figure; figures nobody has are left out."""
    wide = rows.pivot(index=keys, columns="profession").dropna(axis="columns", how="all")  # noqa: PD010 - keys are unique
    wide.columns = [f"{measure}_{profession}" for measure, profession in wide.columns]
    return wide.reset_index()
