"""Arrondissements of Paris, Lyon and Marseille (``data/arrondissements.csv``): demand points of their own.

They are so where the population file has a row for each; else they are part of their city, as other earlier codes are.
"""

from collections.abc import Iterator, Mapping
from functools import cache

import geopandas as gpd
import pandas as pd
import shapely

from msp_siting.files import Column, Table, bundled_folder, read_table
from msp_siting.sources.boundaries import CRS, GEOGRAPHIC
from msp_siting.sources.catalogue import CatalogueEntry
from msp_siting.territory import LAT, LON

ARRONDISSEMENTS = Table(
    "arrondissements",
    (
        Column("commune_id", "id"),
        Column("city_id", "id"),
        Column("name", "text"),
        LON,
        LAT,
        Column("outline", "text"),
    ),
    ("commune_id",),
)
Cities = Mapping[str, tuple[str, ...]]


@cache
def arrondissements() -> gpd.GeoDataFrame:
    """Return the 45 arrondissements by ``commune_id``: ``city_id``, ``name``, ``lon``, ``lat`` and their outline."""
    table = read_table(bundled_folder() / "data" / "arrondissements.csv", ARRONDISSEMENTS).set_index("commune_id")
    outlines = shapely.from_wkt(table["outline"].to_numpy(str))
    frame = gpd.GeoDataFrame(table.drop(columns="outline"), geometry=outlines, crs=GEOGRAPHIC)
    return frame.to_crs(CRS)


def divided_cities(codes: pd.Series, listed: frozenset[str]) -> Cities:
    """Return the cities of the list whose arrondissements, and not the city itself, are rows of the population file."""
    given = set(codes)
    cities = {
        str(city): tuple(rows.index) for city, rows in arrondissements().groupby("city_id", sort=True) if city in listed
    }
    return {city: parts for city, parts in cities.items() if city not in given and given.issuperset(parts)}


def list_arrondissements(communes: pd.DataFrame, cities: Cities) -> pd.DataFrame:
    """Return the list of communes with arrondissements in place of their cities; what they lack is the city's."""
    own = arrondissements()
    parts = []
    for city, codes in cities.items():
        row = communes[communes["commune_id"].eq(city)]
        copies = row.loc[row.index.repeat(len(codes))]
        places = {name: own.loc[list(codes), name].to_numpy() for name in ("name", "lon", "lat")}
        centroids = {f"centroid_{name}": places[name] for name in ("lon", "lat")}
        parts.append(copies.assign(commune_id=list(codes), population=float("nan"), **places, **centroids))
    return pd.concat([communes[~communes["commune_id"].isin(list(cities))], *parts], ignore_index=True)


def spread_over_arrondissements(
    table: pd.DataFrame, entry: CatalogueEntry, cities: Cities, inhabitants: pd.Series
) -> pd.DataFrame:
    """Return a table by commune whose rows of a city are its arrondissements'.

    A point goes to the arrondissement that it lies in; a count is shared among all by inhabitants; anything else holds
    for each that has no row of its own.

    Parameters
    ----------
    inhabitants
        By ``commune_id``.
    """
    of_city = table["commune_id"].isin(list(cities))
    if not of_city.any():
        return table
    rows = table[of_city]
    if {"lon", "lat"} <= set(table.columns):
        points = gpd.GeoSeries(gpd.points_from_xy(rows["lon"], rows["lat"]), index=rows.index, crs=GEOGRAPHIC)
        return table.assign(
            commune_id=nearest_arrondissement(rows["commune_id"], points)
            .reindex(table.index)
            .fillna(table["commune_id"])
        )
    counts = [name for name, column in entry.columns.items() if column.is_count]
    parts = list(_parts(rows, cities, inhabitants, counts, set(table["commune_id"])))
    return pd.concat([table[~of_city], *parts], ignore_index=True)


def _parts(
    rows: pd.DataFrame, cities: Cities, inhabitants: pd.Series, counts: list[str], own: set[str]
) -> Iterator[pd.DataFrame]:
    for city, group in rows.groupby("commune_id"):
        codes = cities[str(city)]
        people = inhabitants.reindex(list(codes))
        for code in codes:
            if counts:
                share = float(people[code] / people.sum())
                yield group.assign(commune_id=code, **{name: group[name] * share for name in counts})
            elif code not in own:
                yield group.assign(commune_id=code)


def nearest_arrondissement(city_ids: pd.Series, points: gpd.GeoSeries) -> pd.Series:
    """Return the arrondissement of its city that each point lies in, or is nearest to; points without place: none."""
    outlines = arrondissements()
    metres = points.to_crs(CRS)
    found = pd.Series(dtype=str)
    for city, ids in city_ids[~metres.is_empty].groupby(city_ids):
        own = outlines[outlines["city_id"].eq(city)]
        joined = gpd.GeoDataFrame(geometry=metres.loc[ids.index]).sjoin_nearest(own[["geometry"]])
        nearest = joined[~joined.index.duplicated()].iloc[:, -1]
        found = nearest if found.empty else pd.concat([found, nearest])
    return found


def with_arrondissements(outlines: gpd.GeoDataFrame, cities: Cities) -> gpd.GeoDataFrame:
    """Return outlines of communes by ``commune_id`` with those of arrondissements in place of their cities'."""
    if not cities:
        return outlines
    codes = [code for parts in cities.values() for code in parts]
    own = arrondissements().loc[codes, ["geometry"]].to_crs(outlines.crs)
    kept = outlines[~outlines.index.isin([*cities, *codes])]
    return gpd.GeoDataFrame(pd.concat([kept, own]), crs=outlines.crs).rename_axis("commune_id").sort_index()
