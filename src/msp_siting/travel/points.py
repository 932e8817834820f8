"""Points to route between: demand points and places, with their coordinates."""

from dataclasses import dataclass
from pathlib import Path

import pandas as pd

from msp_siting.errors import DataError, problem
from msp_siting.files import MOST_PROBLEMS_SHOWN, Column, Mended, Table, is_there, read_frame, read_table
from msp_siting.language import Fact, mended_facts
from msp_siting.territory import DEMAND, LAT, LON, MASSIF, PLACES, SITES, SUPPLY, table_path

POINT_COLUMNS = ["point_id", "name", "lon", "lat"]
MORE_COLUMNS = ["massif", "commune_id"]  # which estimates from distance look at, where they are known
POINTS = Table(
    "points",
    (
        Column("point_id", "id"),
        Column("name", "text"),
        LON,
        LAT,
        MASSIF,
    ),
    ("point_id",),
)


@dataclass(frozen=True)
class Points:
    """Origins and destinations.

    Attributes
    ----------
    demand, places
        One row per point: ``point_id``, ``name``, ``lon``, ``lat`` (degrees, WGS 84); where known, its ``massif``
        (empty: in the plain) and its ``commune_id``.
    repairs
        What was mended in their files as they were read.
    """

    demand: pd.DataFrame
    places: pd.DataFrame
    repairs: tuple[Fact, ...] = ()


def read_points_file(path: Path) -> Points:
    """Return the points of a CSV (``point_id``, ``name``, ``lon``, ``lat``), each an origin and a destination."""
    mended: list[Mended] = []
    points = _points(read_table(path, POINTS, mended))
    return Points(points, points, tuple(mended_facts(path.name, mended)))


def points_of_frame(frame: pd.DataFrame) -> Points:
    """Return the points of a data frame, as `read_points_file` those of a file; problems call it ``points``."""
    points = _points(read_frame(frame, "points", POINTS))
    return Points(points, points)


def read_territory_points(folder: Path) -> Points:
    """Return the demand points of a territory folder and the places of its sites and supply.

    The folder needs no travel times yet.

    Raises
    ------
    DataError
        For a table that is wrong, and for a place whose coordinates no table has.
    """
    repairs: list[Fact] = []

    def read(stem: str, table: Table) -> pd.DataFrame:
        mended: list[Mended] = []
        path = table_path(folder, stem)
        frame = read_table(path, table, mended)
        repairs.extend(mended_facts(path.name, mended))
        return frame

    demand = _points(read("demand", DEMAND).rename(columns={"demand_id": "point_id"}))
    sites = read("sites", SITES)
    known = [demand, _points(sites.rename(columns={"place_id": "point_id"}))]
    used = [sites["place_id"]]
    if is_there(table_path(folder, "places")):
        places = read("places", PLACES)
        known.insert(0, _points(places.rename(columns={"place_id": "point_id"})))
        used.append(places["place_id"])
    if is_there(table_path(folder, "supply")):
        used.append(read("supply", SUPPLY)["place_id"])
    coordinates = pd.concat(known).groupby("point_id", sort=False).first()  # of each column what is known first
    wanted = pd.concat(used).drop_duplicates().sort_values()
    missing = wanted[~wanted.isin(coordinates.index)]
    if len(missing):
        raise DataError(
            problem("place {place!r} has no coordinates; give it a row in places.csv", place=place).at(folder)
            for place in missing.head(MOST_PROBLEMS_SHOWN)
        )
    if "massif" in coordinates.columns:
        demand = demand.assign(massif=demand["point_id"].map(coordinates["massif"]))
    places = _points(coordinates.loc[wanted].rename_axis("point_id").reset_index())
    return Points(demand, places, tuple(repairs))


def _points(table: pd.DataFrame) -> pd.DataFrame:
    """Return the columns of a table that tell of points."""
    return table[[name for name in (*POINT_COLUMNS, *MORE_COLUMNS) if name in table.columns]]
