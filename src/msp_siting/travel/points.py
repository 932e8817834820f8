"""Points to route between: demand points and places, with their coordinates."""

from dataclasses import dataclass
from pathlib import Path

import pandas as pd

from msp_siting.errors import DataError, problem
from msp_siting.files import MOST_PROBLEMS_SHOWN, Column, Table, is_there, read_table
from msp_siting.territory import DEMAND, PLACES, SITES, SUPPLY

POINT_COLUMNS = ["point_id", "name", "lon", "lat"]
POINTS = Table(
    "points",
    (
        Column("point_id", "id"),
        Column("name", "text"),
        Column("lon", "number", least=-180, most=180),
        Column("lat", "number", least=-90, most=90),
    ),
    ("point_id",),
)


@dataclass(frozen=True)
class Points:
    """Origins and destinations.

    Attributes
    ----------
    demand, places
        One row per point: ``point_id``, ``name``, ``lon``, ``lat`` (degrees, WGS 84).
    """

    demand: pd.DataFrame
    places: pd.DataFrame


def read_points_file(path: Path) -> Points:
    """Return the points of a CSV (``point_id``, ``name``, ``lon``, ``lat``), each an origin and a destination."""
    points = read_table(path, POINTS)[POINT_COLUMNS]
    return Points(points, points)


def read_territory_points(folder: Path) -> Points:
    """Return the demand points of a territory folder and the places of its sites and supply.

    The folder needs no travel times yet.

    Raises
    ------
    DataError
        For a table that is wrong, and for a place whose coordinates no table has.
    """
    demand = read_table(folder / "demand.csv", DEMAND).rename(columns={"demand_id": "point_id"})[POINT_COLUMNS]
    sites = read_table(folder / "sites.csv", SITES)
    known = [demand, sites.rename(columns={"place_id": "point_id"})[POINT_COLUMNS]]
    used = [sites["place_id"]]
    if is_there(folder / "places.csv"):
        places = read_table(folder / "places.csv", PLACES)
        known.insert(0, places.rename(columns={"place_id": "point_id"})[POINT_COLUMNS])
        used.append(places["place_id"])
    if is_there(folder / "supply.csv"):
        used.append(read_table(folder / "supply.csv", SUPPLY)["place_id"])
    coordinates = pd.concat(known).drop_duplicates("point_id").set_index("point_id")
    wanted = pd.concat(used).drop_duplicates().sort_values()
    missing = wanted[~wanted.isin(coordinates.index)]
    if len(missing):
        raise DataError(
            problem("place {place!r} has no coordinates; give it a row in places.csv", place=place).at(folder)
            for place in missing.head(MOST_PROBLEMS_SHOWN)
        )
    return Points(demand, coordinates.loc[wanted].reset_index()[POINT_COLUMNS])
