"""Tables and matrices as the arrays of a siting problem; what is wrong with them is gathered, not raised."""

import math
from typing import TypeAlias

import numpy as np
import pandas as pd

from msp_siting.errors import Sentence, problem
from msp_siting.problem.location import Reach, reach_of_matrix, reach_of_pairs
from msp_siting.territory import crow_fly_km

Minutes: TypeAlias = "pd.DataFrame | np.ndarray | None"


def ids_of(frame: pd.DataFrame, table: str, name: str, problems: list[Sentence]) -> np.ndarray:
    """Return the ids of a table as text."""
    if name not in frame:
        problems.append(problem("no column {name}", name=name).at(table))
        return np.empty(0, object)
    ids = frame[name].astype(str)
    problems.extend(
        problem("{name} {value!r} stands twice", name=name, value=value).at(table)
        for value in ids[ids.duplicated()].unique()
    )
    if frame[name].isna().any():
        problems.append(problem("{name} is empty in a row", name=name).at(table))
    return np.asarray(ids, object)


def numbers_of(
    frame: pd.DataFrame, table: str, name: str, absent: float | None, problems: list[Sentence]
) -> np.ndarray:
    """Return a column of numbers of 0 or more; ``absent`` where there is no such column (None: it must be there)."""
    if name not in frame:
        if absent is None:
            problems.append(problem("no column {name}", name=name).at(table))
        return np.full(len(frame), 0.0 if absent is None else absent)
    numbers = np.asarray(pd.to_numeric(frame[name], errors="coerce"), float)
    may_be_infinite = absent == math.inf
    wrong = ~(numbers >= 0) | (np.isinf(numbers) & (not may_be_infinite))
    problems.extend(
        problem(
            "row {row}: {name} is not a number of 0 or more, got {got}",
            row=int(row),
            name=name,
            got=frame[name].iloc[row],
        ).at(table)
        for row in np.flatnonzero(wrong)
    )
    return numbers


def marks_of(sites: pd.DataFrame, name: str, problems: list[Sentence]) -> np.ndarray:
    """Return a column of true and false; false where there is none."""
    if name not in sites:
        return np.zeros(len(sites), bool)
    if not sites[name].isin([True, False]).all():
        problems.append(problem("{name} is not true or false in every row", name=name).at("sites"))
        return np.zeros(len(sites), bool)
    return np.asarray(sites[name], bool)


def reach_of(demand: pd.DataFrame, sites: pd.DataFrame, minutes: Minutes, problems: list[Sentence]) -> Reach | None:
    """Return the pairs of a table or matrix, or along straight lines."""
    if isinstance(minutes, pd.DataFrame):
        return _reach_of_table(demand, sites, minutes, problems)
    matrix = _straight(demand, sites, problems) if minutes is None else np.asarray(minutes, float)
    if matrix is None:
        return None
    if matrix.shape != (len(demand), len(sites)):
        told = problem(
            "{got} values, expected {rows} rows of {columns}",
            got="x".join(str(each) for each in matrix.shape),
            rows=len(demand),
            columns=len(sites),
        )
        problems.append(told.at("minutes"))
    elif (matrix < 0).any():
        problems.append(problem("a value is below 0").at("minutes"))
    return None if problems else reach_of_matrix(matrix)


def _straight(demand: pd.DataFrame, sites: pd.DataFrame, problems: list[Sentence]) -> np.ndarray | None:
    for x, y in (("lon", "lat"), ("x", "y")):
        if {x, y} <= set(demand) & set(sites):
            ends = [frame[name].to_numpy(float) for frame in (demand, sites) for name in (x, y)]
            if not all(np.isfinite(each).all() for each in ends):
                problems.append(problem("{x} or {y} is not a number in every row", x=x, y=y).at("minutes"))
                return None
            if x == "x":
                return np.asarray(np.hypot(ends[0][:, None] - ends[2], ends[1][:, None] - ends[3]))
            return np.asarray(crow_fly_km(ends[0][:, None], ends[1][:, None], ends[2][None, :], ends[3][None, :]))
    problems.append(problem("not given, and the tables have neither lon and lat nor x and y").at("minutes"))
    return None


def _reach_of_table(
    demand: pd.DataFrame, sites: pd.DataFrame, minutes: pd.DataFrame, problems: list[Sentence]
) -> Reach | None:
    key = "site_id" if "site_id" in minutes else "place_id"
    lacking = [name for name in ("demand_id", key, "minutes") if name not in minutes]
    if key not in sites:
        problems.append(problem("no column {name}", name=key).at("sites"))
    problems.extend(problem("no column {name}", name=name).at("minutes") for name in lacking)
    if problems:
        return None
    values = numbers_of(minutes, "minutes", "minutes", None, problems)
    places = pd.DataFrame({key: sites[key].astype(str), "site": np.arange(len(sites))})
    points = pd.Series(np.arange(len(demand)), index=demand["demand_id"].astype(str).to_numpy())
    origins, targets = minutes["demand_id"].astype(str), minutes[key].astype(str)
    unknown = {"demand_id": origins[~origins.isin(points.index)]}
    if key == "site_id":  # travel times lead to places where nobody may open too
        unknown[key] = targets[~targets.isin(places[key])]
    problems.extend(
        problem("{name} {value!r} is in no row of the other table", name=name, value=value).at("minutes")
        for name, ids in unknown.items()
        for value in ids.unique()
    )
    doubled = pd.DataFrame({"demand": origins, "site": targets}).duplicated()
    if doubled.any():
        problems.append(problem("a pair of a point and a site stands twice").at("minutes"))
    if problems:
        return None
    rows = pd.DataFrame({"point": points[origins].to_numpy(), key: targets.to_numpy(), "minutes": values})
    pairs = rows.merge(places, on=key, how="inner", validate="many_to_many")
    return reach_of_pairs(len(demand), *(pairs[name].to_numpy() for name in ("point", "site", "minutes")))
