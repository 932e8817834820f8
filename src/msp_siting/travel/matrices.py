"""Ready matrices of travel times, read strictly: layout, unit and direction are stated, nothing is guessed."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

import numpy as np
import pandas as pd
import pyarrow.parquet as pq

from msp_siting.errors import DataError, RoadsError, Sentence, problem
from msp_siting.files import (
    MOST_PROBLEMS_SHOWN,
    Column,
    Table,
    check_file,
    first_problems,
    near_name,
    read_header,
    read_table,
)
from msp_siting.territory import crow_fly_km
from msp_siting.units import SECONDS_PER_MINUTE

Unit = Literal["seconds", "minutes"]

DIGITS = 4  # minutes are kept to a 10,000th
MINUTES_PER_HOUR = 60.0
PER_MINUTE = {"seconds": SECONDS_PER_MINUTE, "minutes": 1.0}
# Crow-fly speeds: the median of a car is 43 km/h in Isère (6 to 80 over all pairs); a wrong unit is wrong by 60.
SLOWEST_CAR_KM_PER_H, FASTEST_CAR_KM_PER_H = 10.0, 130.0
FAR_KM = 5.0  # nearer pairs tell more of detours and of rounding than of speed
MOST_PAIRS_TIMED = 1_000_000  # spread evenly over the matrix; a median needs no more


@dataclass(frozen=True)
class _Side:
    """Where the trips of a matrix begin, or where they end.

    Attributes
    ----------
    ids
        Each once.
    of_cell
        Position in ``ids``, cell by cell.
    where
        Says where an id, by its position, stands in the file.
    absent
        Says of a point that it is not there.
    """

    ids: pd.Index
    of_cell: np.ndarray
    where: Callable[[int], Sentence]
    absent: Callable[[Sentence], Sentence]


def read_matrix(  # noqa: PLR0913 - what a file does not say must be said
    path: Path,
    demand: pd.DataFrame,
    places: pd.DataFrame,
    *,
    layout: Literal["wide", "long"],
    unit: Unit,
    origins: Literal["rows", "columns"],
    cutoff_minutes: float,
) -> pd.DataFrame:
    """Return the pairs at most ``cutoff_minutes`` apart (the cut-off is within), in minutes from home to care.

    Parameters
    ----------
    path
        A ``.csv`` (UTF-8) or ``.parquet`` file.
    demand, places
        One row per point: ``point_id``, ``lon``, ``lat`` (degrees). Other points of the matrix must be one or the
        other; a demand point that is no place is left out where trips end, a place where they begin.
    layout
        ``wide``: ids in the first column, and one further column per id, named by it; every cell is there.
        ``long``: columns ``demand_id``, ``place_id`` and one named after the unit; an absent pair is unreachable.
    unit
        What the numbers are.
    origins
        Whether trips of a wide matrix begin at its ``rows`` or its ``columns``; a long one says so itself.

    Returns
    -------
    One row per pair: ``demand_id``, ``place_id``, ``minutes`` to 4 decimals, sorted by both ids.

    Raises
    ------
    RoadsError
        With every problem of the first step that finds any: cells, then ids, then the median crow-fly speed of the
        pairs more than 5 km apart, which tells a wrong unit (no such pair, no test).
    """
    try:
        begin, end, minutes = _read_wide(path, unit, origins) if layout == "wide" else _read_long(path, unit)
    except DataError as fault:
        raise RoadsError(_first(fault.problems, path)) from fault
    problems = list(_id_problems(begin, end, demand["point_id"], places["point_id"]))
    if problems:
        raise RoadsError(_first([each.at(path) for each in problems], path))
    home = pd.Index(demand["point_id"]).get_indexer(begin.ids)[begin.of_cell]
    care = pd.Index(places["point_id"]).get_indexer(end.ids)[end.of_cell]
    asked = (home >= 0) & (care >= 0)
    home, care, minutes = home[asked], care[asked], minutes[asked]
    implausible = speed_problem(demand, places, home, care, minutes)
    if implausible:
        stated = problem("seconds") if unit == "seconds" else problem("minutes")
        wrong = problem("{speed}: are these really {unit}? State the unit of the file", speed=implausible, unit=stated)
        raise RoadsError(wrong.at(path))
    return od_table(demand, places, home, care, minutes, cutoff_minutes)


def od_table(  # noqa: PLR0913, PLR0917 - two sorts of points, positions in each, and their times
    demand: pd.DataFrame,
    places: pd.DataFrame,
    home: np.ndarray,
    care: np.ndarray,
    minutes: np.ndarray,
    cutoff_minutes: float,
) -> pd.DataFrame:
    """Return pairs at most ``cutoff_minutes`` apart (included) as a table sorted by both ids.

    Parameters
    ----------
    demand, places
        One row per point: ``point_id``.
    home, care
        Positions in them, pair by pair.
    minutes
        Of each pair; rounded to 4 decimals once those beyond the cut-off are left out.
    """
    within = minutes <= cutoff_minutes
    demand_ids, home_rank = np.unique(demand["point_id"].to_numpy(object), return_inverse=True)
    place_ids, care_rank = np.unique(places["point_id"].to_numpy(object), return_inverse=True)
    home, care, minutes = home_rank[home[within]], care_rank[care[within]], minutes[within]
    order = np.argsort(home * len(place_ids) + care)
    return pd.DataFrame(
        {
            "demand_id": pd.array(demand_ids, dtype="str").take(home[order]),
            "place_id": pd.array(place_ids, dtype="str").take(care[order]),
            "minutes": minutes[order].round(DIGITS),
        }
    )


def speed_problem(
    demand: pd.DataFrame, places: pd.DataFrame, home: np.ndarray, care: np.ndarray, minutes: np.ndarray
) -> Sentence | None:
    """Return what is wrong with the median crow-fly speed in km/h of pairs more than 5 km apart, None if plausible.

    Parameters
    ----------
    demand, places
        One row per point: ``lon``, ``lat`` (degrees).
    home, care
        Positions in them, pair by pair.
    """
    timed = np.linspace(0, len(minutes) - 1, min(len(minutes), MOST_PAIRS_TIMED)).astype(int)
    begin, end = (points[["lon", "lat"]].to_numpy(float).T for points in (demand, places))
    km = crow_fly_km(*begin[:, home[timed]], *end[:, care[timed]])
    far = km > FAR_KM
    if not far.any():
        return None
    with np.errstate(divide="ignore", over="ignore"):
        speed = float(np.median(km[far] / minutes[timed][far])) * MINUTES_PER_HOUR
    if SLOWEST_CAR_KM_PER_H <= speed <= FASTEST_CAR_KM_PER_H:
        return None
    return problem(
        "median speed {speed:,.1f} km/h as the crow flies between points more than {far:g} km apart, "
        "expected {slowest:g} to {fastest:g}",
        speed=speed,
        far=FAR_KM,
        slowest=SLOWEST_CAR_KM_PER_H,
        fastest=FASTEST_CAR_KM_PER_H,
    )


def _read_wide(path: Path, unit: Unit, origins: Literal["rows", "columns"]) -> tuple[_Side, _Side, np.ndarray]:
    key = _first_column(path)
    columns = (Column(key, "id"), Column(".+", "number", required=False, least=0, pattern=True))
    frame = read_table(path, Table("matrix", columns, (key,)))
    ids, names = pd.Index(frame[key]), frame.columns.drop(key)
    minutes = frame[names].to_numpy(float) / PER_MINUTE[unit]
    row, column = (position.ravel() for position in np.indices(minutes.shape, dtype=np.int32))
    rows = _Side(
        ids,
        row,
        lambda position: problem("row {row}: {column}", row=position + 2, column=key),
        lambda point: problem("no row for {point}", point=point),
    )
    by_name = _Side(
        names,
        column,
        lambda position: problem("column {column}", column=position + 2),
        lambda point: problem("no column for {point}", point=point),
    )
    begin, end = (rows, by_name) if origins == "rows" else (by_name, rows)
    return begin, end, minutes.ravel()


def _read_long(path: Path, unit: Unit) -> tuple[_Side, _Side, np.ndarray]:
    columns = (Column("demand_id", "id"), Column("place_id", "id"), Column(unit, "number", least=0))
    frame = read_table(path, Table("matrix", columns, ("demand_id", "place_id")))
    begin, end = (
        _long_side(frame[name], direction)
        for name, direction in (("demand_id", problem("from")), ("place_id", problem("to")))
    )
    return begin, end, frame[unit].to_numpy(float) / PER_MINUTE[unit]


def _long_side(cells: pd.Series, direction: Sentence) -> _Side:
    codes, ids = pd.factorize(cells)
    rows = np.unique(codes, return_index=True)[1] + 2
    return _Side(
        pd.Index(ids),
        codes,
        lambda position: problem("row {row}: {column}", row=rows[position], column=cells.name),
        lambda point: problem(
            "no row {direction} {point}; if no trip is possible, give one with a time above the cut-off",
            direction=direction,
            point=point,
        ),
    )


def _first_column(path: Path) -> str:
    """Return the name of the first column, which a wide matrix may choose; `read_table` tells of a broken Parquet."""
    if path.suffix == ".parquet":
        check_file(path, DataError)
        try:
            return _first_parquet_column(path)
        except (OSError, ValueError):
            return ""
    header = read_header(path)
    if {"demand_id", "place_id"} <= set(header):
        long = problem("has columns demand_id and place_id, as a long matrix; state the layout long")
        raise RoadsError(long.at(path))
    return header[0] if header else ""


def _first_parquet_column(path: Path) -> str:
    schema = pq.read_schema(path)
    about = schema.pandas_metadata or {"index_columns": [], "column_indexes": []}
    if any(isinstance(name, str) for name in about["index_columns"]):
        inside = problem("the ids stand in the index of the data frame; make them its first column")
        raise RoadsError(inside.at(path))
    if any(names["pandas_type"] not in {"unicode", "string", "mixed-integer"} for names in about["column_indexes"]):
        numeric = problem("names of columns must be text; write codes as text with their leading zero")
        raise RoadsError(numeric.at(path))
    return str(schema.names[0]) if schema.names else ""


def _id_problems(begin: _Side, end: _Side, demand_ids: pd.Series, place_ids: pd.Series) -> Iterator[Sentence]:
    known = {*demand_ids, *place_ids}
    for side in (begin, end):
        for number, position in enumerate(np.flatnonzero(~side.ids.isin(known))):
            point_id = side.ids[position]
            hint = _hint(point_id, known) if number < MOST_PROBLEMS_SHOWN else ""
            yield (problem("no such point {point!r}", point=point_id) + hint).at(side.where(int(position)))
    for point_id in demand_ids[~demand_ids.isin(begin.ids)]:
        yield begin.absent(problem("demand point {point!r}", point=point_id))
    for point_id in place_ids[~place_ids.isin(end.ids)]:
        yield end.absent(problem("place {place!r}", place=point_id))


def _hint(point_id: str, known: Iterable[str]) -> str:
    padded = [other for other in known if other.startswith("0") and other.lstrip("0") == point_id]
    if padded:
        return problem("; did you mean {code}? Write codes as text with their leading zero", code=padded[0])
    return near_name(point_id, known)


def _first(problems: Sequence[Sentence], path: Path) -> Sequence[Sentence]:
    if len(problems) == MOST_PROBLEMS_SHOWN + 1:  # the last one may be "more problems" already
        return problems
    return first_problems(problems, path)
