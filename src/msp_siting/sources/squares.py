"""Finer demand points: squares of 1 km, INSEE's own or made of its squares of 200 m, each in one commune."""

from collections.abc import Sequence
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
from msp_siting.sources.raw_tables import Raw

EUROPEAN_GRID = "EPSG:3035"  # what the names of metropolitan squares are in: metres, south-west corner
SQUARE_ID = r"CRS3035RES(200|1000)mN(\d+)E(\d+)"
SIDE_M = 1000
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

    A square that lies in several communes goes to the first that its row names; where rows name none, to the one
    around its middle. Within a commune, squares share its inhabitants by their people, its standardised inhabitants by
    people x weight of their age, and its groups by people of 65 and over; rates (APL) and zones are the commune's. Sums
    over a commune are the commune's.

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
    corners = (
        frame["square_id"].str.extract(SQUARE_ID).astype(float).set_axis(["side", "north", "east"], axis="columns")
    )
    wrong = frame.loc[corners.isna().any(axis="columns"), "square_id"]
    if len(wrong):
        name = problem("a name such as CRS3035RES200mN2029800E4254200")
        no_name = problem("expected {expected}, got {value!r}", expected=name, value=wrong.iloc[0])
        raise DataError(no_name.at(raw.entry.columns["square_id"].header).at(raw.path))
    first = _in_outlines(france, corners) if "communes" not in frame else _as_named(france, raw, corners)
    weights = read_age_weights()
    known = frame[list(FIRST_AGES)].sum(axis="columns")
    first_ages = [*FIRST_AGES.values(), LAST_AGE + 1]
    care = sum(
        frame[name] * float(weights.loc[begin : end - 1].mean())
        for name, begin, end in zip(FIRST_AGES, first_ages, first_ages[1:], strict=False)
    )
    # People whose age is not known weigh as those of the square; where no age is known, as the mean inhabitant.
    care = (care / known.where(known > 0)).fillna(1.0) * frame["people"]
    north, east = (corners[axis] // SIDE_M * SIDE_M for axis in ("north", "east"))
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
    if table.empty:
        raise DataError(problem("holds no square of this territory").at(raw.path))
    sums = table.groupby(["commune_id", "square", "north", "east"], as_index=False).sum()
    centres = gpd.GeoSeries(
        gpd.points_from_xy(sums["east"] + SIDE_M / 2, sums["north"] + SIDE_M / 2), crs=EUROPEAN_GRID
    ).to_crs(GEOGRAPHIC)
    return sums.assign(lon_square=centres.x.round(7), lat_square=centres.y.round(7))


def _as_named(france: France, raw: Raw, corners: pd.DataFrame) -> pd.Series:
    """Return the commune that each square's row names first, or the one that counts its people."""
    first = france.codes.today(raw.frame["communes"].str[:CODE_LENGTH])
    first = first.replace(dict(france.count.counted_elsewhere))
    unknown = raw.frame.loc[~first.isin(france.codes.current), "communes"]
    if len(unknown):
        raise DataError(problem("no commune {code!r}", code=unknown.iloc[0]).at("lcog_geo").at(raw.path))
    of_city = first.isin(list(france.codes.divided))
    if not of_city.any():
        return first
    middles = _middles(corners[of_city])
    return nearest_arrondissement(first[of_city], middles).reindex(first.index).fillna(first)


def _in_outlines(france: France, corners: pd.DataFrame) -> pd.Series:
    """Return the commune around each square's middle, on a coast the nearest; missing where none is near."""
    outlines = france.outlines
    if outlines is None:
        raise DataError(problem("the squares do not say their communes, and outlines are missing").at("--squares"))
    middles = gpd.GeoDataFrame(geometry=_middles(corners)).to_crs(outlines.crs)
    near = middles.sjoin_nearest(outlines[["geometry"]], max_distance=SIDE_M)
    found = near.sort_values("commune_id")["commune_id"]
    return found[~found.index.duplicated()].reindex(corners.index).replace(dict(france.count.counted_elsewhere))


def _middles(corners: pd.DataFrame) -> gpd.GeoSeries:
    east, north = (corners[axis] + corners["side"] / 2 for axis in ("east", "north"))
    return gpd.GeoSeries(gpd.points_from_xy(east, north), index=corners.index, crs=EUROPEAN_GRID)


def square_outlines(points: pd.DataFrame) -> gpd.GeoDataFrame:
    """Return the outlines of squares of 1 km in Lambert-93, by ``demand_id`` (``commune-N<km>E<km>``)."""
    names = points["demand_id"].str.extract(r"-N(\d+)E(\d+)$").astype(float) * SIDE_M
    squares = points.loc[names.notna().all(axis="columns"), ["demand_id"]]
    corners = names.loc[squares.index]
    shapes = box(corners[1], corners[0], corners[1] + SIDE_M, corners[0] + SIDE_M)
    frame = gpd.GeoDataFrame(squares, geometry=list(shapes), crs=EUROPEAN_GRID)
    return frame.to_crs(CRS).set_index("demand_id")
