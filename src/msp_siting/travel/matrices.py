"""Ready matrices of travel times, read strictly: what no car does is refused with its place."""

from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

import numpy as np
import pandas as pd

from msp_siting.errors import DataError, RoadsError, Sentence, problem
from msp_siting.files import MOST_PROBLEMS_SHOWN, Mended, first_problems, near_name
from msp_siting.travel.car_speeds import Trips, Where, speed_problems
from msp_siting.travel.matrix_cells import PER_MINUTE, MatrixCells, MatrixForm, Side, read_matrix_cells
from msp_siting.travel.pairs import od_table, own_positions, point_label, times_of_own_places
from msp_siting.travel.points import Points


def read_matrix(
    path: Path, form: MatrixForm, points: Points, cutoff_minutes: float, mended: list[Mended] | None = None
) -> pd.DataFrame:
    """Return the pairs at most ``cutoff_minutes`` apart (the cut-off is within), in minutes from home to care.

    Parameters
    ----------
    path
        A ``.csv``, ``.xlsx`` or ``.parquet`` file.
    form
        What the file does not say.
    points
        Demand points and places (``point_id``, ``lon``, ``lat``). Other points of the matrix must be one or the other;
        a demand point that is no place is left out where trips end, a place where they begin.
    mended
        What was mended, and how many pairs are unreachable, is added to it.

    Returns
    -------
    One row per pair: ``demand_id``, ``place_id``, ``minutes`` to 4 decimals, sorted by both ids. A demand point that
    is a place has a time to itself: 0 minutes where the file has none.

    Raises
    ------
    RoadsError
        With every problem of the first step that finds any: cells, then ids, then times that no car takes
        (`speed_problems`), unreachable pairs and those of a point to itself aside.
    """
    told: list[Mended] = []
    try:
        cells = read_matrix_cells(path, form, told)
    except DataError as fault:
        raise RoadsError(_first(fault.problems, path)) from fault
    demand, places = points.demand, points.places
    problems = list(_id_problems(cells.begin, cells.end, demand["point_id"], places["point_id"]))
    if problems:
        raise RoadsError(_first([each.at(path) for each in problems], path))
    begins, ends = (
        pd.Index(known["point_id"]).get_indexer(side.ids)[side.of_cell]
        for known, side in ((demand, cells.begin), (places, cells.end))
    )
    asked = (begins >= 0) & (ends >= 0)
    is_own = asked & (ends == own_positions(demand, places)[begins])
    has_time = ~np.isnan(cells.minutes)
    told_of = np.flatnonzero(asked & has_time & ~is_own)
    trips = Trips(demand, places, begins[told_of], ends[told_of], cells.minutes[told_of])
    wrong = speed_problems(trips, _where(cells, told_of, points, form))
    if wrong:
        raise RoadsError(first_problems([each.at(path) for each in wrong], path))
    timed = np.flatnonzero(asked & has_time)
    lacking, own = times_of_own_places(demand, places, begins[timed], ends[timed])
    if mended is not None:
        unreachable = int((asked & ~has_time & ~is_own).sum())
        mended += [*told, *_told(unreachable, int((asked & ~is_own).sum()), len(lacking))]
    return od_table(
        demand,
        places,
        np.concatenate([begins[timed], lacking]),
        np.concatenate([ends[timed], own]),
        np.concatenate([cells.minutes[timed], np.zeros(len(lacking))]),
        cutoff_minutes,
    )


def _told(unreachable: int, pairs: int, own: int) -> Iterator[Mended]:
    if unreachable:
        yield Mended("repair_unreachable", {"count": unreachable, "pairs": pairs})
    if own:
        yield Mended("repair_own_places", {"count": own})


def _where(cells: MatrixCells, told_of: np.ndarray, points: Points, form: MatrixForm) -> Where:
    """Return how a matrix says where times stand that no car takes."""

    def times_of(side: Side, known: pd.DataFrame, position: int) -> Sentence:
        inside = int(side.ids.get_indexer([known["point_id"].iloc[position]])[0])
        return side.times_of(inside, point_label(known, position))

    unit = problem("seconds") if form.unit == "seconds" else problem("minutes")
    return Where(
        trip=lambda trip: cells.where(int(told_of[trip])),
        home=lambda position: times_of(cells.begin, points.demand, position),
        care=lambda position: times_of(cells.end, points.places, position),
        unit=unit,
        per_minute=PER_MINUTE[form.unit],
        whole=lambda speed: problem(
            "{speed}: are these really {unit}? State the unit of the file", speed=speed, unit=unit
        ),
        advice=lambda value: problem(
            "; if {value:.10g} stands for unreachable, say --unreachable {value:.10g}", value=value
        ),
    )


def _id_problems(begin: Side, end: Side, demand_ids: pd.Series, place_ids: pd.Series) -> Iterator[Sentence]:
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
