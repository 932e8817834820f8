"""Islands of metropolitan France that no road reaches (``data/islands.csv``), and which points lie on one."""

from collections.abc import Iterator
from functools import cache
from typing import Any

import numpy as np
import pandas as pd
import shapely

from msp_siting.files import Column, Table, bundled_folder, read_table
from msp_siting.language import Fact
from msp_siting.territory.territory import Territory

MAINLAND = ""
ISLANDS = Table(
    "islands",
    (
        Column("island", "text"),
        Column("commune_id", "id"),
        Column("name", "text"),
        Column("whole_commune", "flag"),
        Column("outline", "text"),
        Column("source", "text"),
        Column("kind", "text", values=("published", "assumed")),
    ),
    ("island", "commune_id"),
)


@cache
def islands() -> pd.DataFrame:
    """Return the islands: one row per island and commune, with ``outline`` as a polygon in degrees."""
    table = read_table(bundled_folder() / "data" / "islands.csv", ISLANDS)
    return table.assign(outline=shapely.from_wkt(table["outline"].to_numpy(str)))


def island_of(points: pd.DataFrame) -> pd.Series:
    """Return the island of each point, by the index of the points; ``""`` for the mainland.

    A point is on an island where it lies within its outline, or belongs to a commune that is wholly on it.

    Parameters
    ----------
    points
        One row per point: ``lon``, ``lat`` (degrees), and ``commune_id`` where that is known.
    """
    found = pd.Series(MAINLAND, index=points.index, dtype=str)
    lon, lat = (points[name].to_numpy(float) for name in ("lon", "lat"))
    for row in islands().itertuples():
        found[_within(row.outline, lon, lat)] = row.island
    if "commune_id" in points.columns:
        whole = islands().query("whole_commune").set_index("commune_id")["island"]
        by_commune = points["commune_id"].map(whole)
        found = by_commune.where(by_commune.notna(), found)
    return found


def _within(outline: Any, lon: np.ndarray, lat: np.ndarray) -> np.ndarray:  # noqa: ANN401 - shapely has no types
    """Return which points lie within an outline; far fewer are in its box than are asked about."""
    west, south, east, north = shapely.bounds(outline)
    near = (west <= lon) & (lon <= east) & (south <= lat) & (lat <= north)
    near[near] = shapely.contains_xy(outline, lon[near], lat[near])
    return np.asarray(near, dtype=bool)


def island_caveats(territory: Territory) -> Iterator[Fact]:
    """Yield how many people live on islands that no travel time joins to anywhere else, and which islands."""
    cut_off = cut_off_islands(territory)
    if len(cut_off):
        sums = {name: float(cut_off[name].sum()) for name in ("points", "inhabitants")}
        yield Fact("caveat_islands", {"islands": list(cut_off.index), **sums})


def cut_off_islands(territory: Territory) -> pd.DataFrame:
    """Return people on islands whose travel times lead nowhere else, and come from nowhere else.

    Returns
    -------
    One row per island (the index): ``points`` and ``inhabitants``. None where times, such as those of a car ferry,
    join it to somewhere.
    """
    demand = territory.demand
    home = island_of(demand)
    home.index = pd.Index(demand["demand_id"])
    if home.eq(MAINLAND).all():
        return pd.DataFrame({"points": [], "inhabitants": []})
    times = territory.with_rim.travel_times
    care = island_of(territory.place_points)
    begins = times["demand_id"].map(home).fillna(MAINLAND)
    ends = times["place_id"].map(care).fillna(MAINLAND)
    across = begins.ne(ends)
    joined = {*begins[across], *ends[across]}
    by_island = demand["inhabitants"].groupby(home.to_numpy()).agg(["size", "sum"])
    cut_off = by_island[~by_island.index.isin([*joined, MAINLAND])]
    return cut_off.rename(columns={"size": "points", "sum": "inhabitants"}).rename_axis("island")
