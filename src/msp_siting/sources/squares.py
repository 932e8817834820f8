"""Finer demand points: squares of 1 km, made of INSEE's squares of 200 m, each in one commune."""

from collections.abc import Collection, Sequence
from pathlib import Path

import geopandas as gpd
import numpy as np
import pandas as pd
from shapely import box

from msp_siting.errors import DataError, problem
from msp_siting.files import Parameter, Strict, find_parameters, read_record
from msp_siting.sources.arrondissements import nearest_arrondissement
from msp_siting.sources.boundaries import CRS, GEOGRAPHIC
from msp_siting.sources.france import France

EUROPEAN_GRID = "EPSG:3035"  # what the names of metropolitan squares are in: metres, south-west corner
SQUARE_ID = r"CRS3035RES200mN(\d+)E(\d+)"
SIDE_M = 1000
RAW_SIDE_M = 200
CODE_LENGTH = 5
FIRST_AGES = {
    "people_0_3": 0,
    "people_4_5": 4,
    "people_6_10": 6,
    "people_11_17": 11,
    "people_18_24": 18,
    "people_25_39": 25,
    "people_40_54": 40,
    "people_55_64": 55,
    "people_65_79": 65,
    "people_80_plus": 80,
}
LAST_AGE = 95


class AgeWeight(Strict):
    """Need of GP care from one age up to the next."""

    from_age: int
    weight: float


class Ages(Strict):
    """How much GP care people use by age (``models/parameters/ages.yaml``)."""

    weights: Parameter[list[AgeWeight]]


def read_age_weights() -> pd.Series:
    """Return the need of one inhabitant relative to the mean, by age in years from 0 to 95."""
    ages = read_record(find_parameters("ages", Path()), Ages, DataError)
    steps = ages.weights.value
    by_age = np.zeros(LAST_AGE + 1)
    for step in steps:
        by_age[step.from_age :] = step.weight
    return pd.Series(by_age, index=pd.RangeIndex(LAST_AGE + 1))


def demand_squares(france: France, points: pd.DataFrame, groups: Sequence[str]) -> pd.DataFrame:
    """Return demand points of 1 km instead of communes; a commune without any square stays one point.

    A square of 200 m that lies in several communes goes to the first that its row names. Within a commune, squares
    share its inhabitants by their people, its standardised inhabitants by people x weight of their age, and its
    groups by people of 65 and over; rates (APL) and zones are the commune's. Sums over a commune are the commune's.

    Parameters
    ----------
    points
        ``demand`` by commune: ``demand_id``, ``inhabitants``, ``need_index_gp``, ``lon``, ``lat`` and the others.
    groups
        Columns of ``points`` that count people.

    Returns
    -------
    One row per square or commune, columns as ``points`` and ``commune_id``.
    """
    squares = _by_kilometre(france, points["demand_id"])
    communes = points.rename(columns={"demand_id": "commune_id"})
    joined = squares.merge(communes, on="commune_id", validate="many_to_one", suffixes=("_square", ""))
    people = joined["people"] / joined.groupby("commune_id")["people"].transform("sum")
    care = joined["care"] / joined.groupby("commune_id")["care"].transform("sum")
    old = joined["people_old"].groupby(joined["commune_id"]).transform("sum")
    aged = (joined["people_old"] / old.where(old > 0)).fillna(people)
    inhabitants = joined["inhabitants"] * people
    standardised = joined["inhabitants"] * joined["need_index_gp"] * care
    joined["need_index_gp"] = (standardised / inhabitants.where(inhabitants > 0)).round(6)
    for name in groups:
        joined[name] = (joined[name] * aged).round(3)
    joined["inhabitants"] = inhabitants.round(3)
    joined["demand_id"] = joined["commune_id"] + "-" + joined["square"]
    joined["lon"], joined["lat"] = joined["lon_square"], joined["lat_square"]
    whole = communes[~communes["commune_id"].isin(squares["commune_id"])]
    whole = whole.assign(demand_id=whole["commune_id"])
    table = pd.concat([joined, whole], ignore_index=True).sort_values("demand_id", ignore_index=True)
    return table[[*points.columns, "commune_id"]]


def _by_kilometre(france: France, commune_ids: pd.Series) -> pd.DataFrame:
    """Return one row per (commune, square of 1 km) with people: ``square``, ``people``, ``care``, ``people_old``."""
    raw = france.files["squares"]
    frame = raw.frame
    first = frame["communes"].str[:CODE_LENGTH]
    first = france.codes.today(first).replace(dict(france.count.counted_elsewhere))
    unknown = frame.loc[~first.isin(france.codes.current), "communes"]
    if len(unknown):
        raise DataError(problem("no commune {code!r}", code=unknown.iloc[0]).at("lcog_geo").at(raw.path))
    corners = frame["square_id"].str.extract(SQUARE_ID).astype(float)
    wrong = frame.loc[corners.isna().any(axis="columns"), "square_id"]
    if len(wrong):
        name = problem("a name such as CRS3035RES200mN2029800E4254200")
        no_name = problem("expected {expected}, got {value!r}", expected=name, value=wrong.iloc[0])
        raise DataError(no_name.at("idcar_200m").at(raw.path))
    first = _in_arrondissements(first, corners, france.codes.divided)
    weights = read_age_weights()
    known = frame[list(FIRST_AGES)].sum(axis="columns")
    first_ages = [*FIRST_AGES.values(), LAST_AGE + 1]
    care = sum(
        frame[name] * float(weights.loc[begin : end - 1].mean())
        for name, begin, end in zip(FIRST_AGES, first_ages, first_ages[1:], strict=False)
    )
    # People whose age is not known weigh as those of the square; where no age is known, as the mean inhabitant.
    care = (care / known.where(known > 0)).fillna(1.0) * frame["people"]
    north, east = (corners[axis] // SIDE_M * SIDE_M for axis in (0, 1))
    table = pd.DataFrame(
        {
            "commune_id": first,
            "square": "N" + (north / SIDE_M).astype(int).astype(str) + "E" + (east / SIDE_M).astype(int).astype(str),
            "north": north,
            "east": east,
            "people": frame["people"],
            "care": care,
            "people_old": frame["people_65_79"] + frame["people_80_plus"],
        }
    )
    table = table[table["commune_id"].isin(commune_ids) & table["people"].gt(0)]
    sums = table.groupby(["commune_id", "square", "north", "east"], as_index=False).sum()
    centres = gpd.GeoSeries(
        gpd.points_from_xy(sums["east"] + SIDE_M / 2, sums["north"] + SIDE_M / 2), crs=EUROPEAN_GRID
    ).to_crs(GEOGRAPHIC)
    return sums.assign(lon_square=centres.x.round(7), lat_square=centres.y.round(7))


def _in_arrondissements(codes: pd.Series, corners: pd.DataFrame, divided: Collection[str]) -> pd.Series:
    """Return codes with that of the arrondissement where a square's middle lies, in place of its city's."""
    of_city = codes.isin(list(divided))
    if not of_city.any():
        return codes
    inside = corners[of_city] + RAW_SIDE_M / 2
    middles = gpd.GeoSeries(gpd.points_from_xy(inside[1], inside[0]), index=inside.index, crs=EUROPEAN_GRID)
    return nearest_arrondissement(codes[of_city], middles).reindex(codes.index).fillna(codes)


def square_outlines(points: pd.DataFrame) -> gpd.GeoDataFrame:
    """Return the outlines of squares of 1 km in Lambert-93, by ``demand_id`` (``commune-N<km>E<km>``)."""
    names = points["demand_id"].str.extract(r"-N(\d+)E(\d+)$").astype(float) * SIDE_M
    squares = points.loc[names.notna().all(axis="columns"), ["demand_id"]]
    corners = names.loc[squares.index]
    shapes = box(corners[1], corners[0], corners[1] + SIDE_M, corners[0] + SIDE_M)
    frame = gpd.GeoDataFrame(squares, geometry=list(shapes), crs=EUROPEAN_GRID)
    return frame.to_crs(CRS).set_index("demand_id")
