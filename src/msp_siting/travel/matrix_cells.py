"""The cells of a matrix of travel times: layout, unit and direction are stated, nothing is guessed."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

import numpy as np
import pandas as pd
import pyarrow.parquet as pq

from msp_siting.errors import DataError, RoadsError, Sentence, problem
from msp_siting.files import Column, Mended, Table, check_file, read_header, read_table
from msp_siting.units import SECONDS_PER_MINUTE

Unit = Literal["seconds", "minutes"]

PER_MINUTE = {"seconds": SECONDS_PER_MINUTE, "minutes": 1.0}
# How tools say that there is no way: OSRM's null, NaN of pandas (r5py), NA of R, infinity of SciPy and igraph ...
NO_WAY = ("null", "none", "nan", "na", "n/a", "inf", "infinity")
# ... and the largest numbers of 32 bits, without a sign (OSRM) and with one (R5), as they are, in tenths (OSRM) and in
# thousandths (pandana).
LARGEST_NUMBERS = tuple(largest / part for largest in (2**32 - 1, 2**31 - 1) for part in (1, 10, 1000))
# Of r5py and r5r, and of older versions of r5r.
HOMES, PLACES, TIMES = ("from_id", "fromId"), ("to_id", "toId"), ("travel_time", "travel_time_p50")
OTHER_PERCENTILES = r"travel_time_p(?!50$)[0-9]+"


@dataclass(frozen=True)
class MatrixForm:
    """What a matrix does not say of itself.

    Attributes
    ----------
    layout
        ``wide``: ids in the first column, and one further column per id, named by it; every cell is there, an empty
        one is unreachable. ``long``: columns ``demand_id``, ``place_id`` and one named after the unit, or ``from_id``,
        ``to_id`` and ``travel_time`` (``travel_time_p50``); an absent pair is unreachable.
    unit
        What the numbers are.
    origins
        Whether trips of a wide matrix begin at its ``rows`` or its ``columns``; a long one says so itself.
    unreachable
        What stands in it for unreachable, besides what the usual tools write (`NO_WAY`, `LARGEST_NUMBERS`).
    """

    layout: Literal["wide", "long"]
    unit: Unit
    origins: Literal["rows", "columns"] = "rows"
    unreachable: tuple[str, ...] = ()

    @property
    def empty_as(self) -> tuple[str, ...]:
        """What a cell may hold instead of a time."""
        return (*NO_WAY, *(f"{number:.10g}" for number in LARGEST_NUMBERS), *self.unreachable)


@dataclass(frozen=True)
class Side:
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
    times_of
        Says where the times of a point stand, of its position in ``ids`` and what it is called.
    """

    ids: pd.Index
    of_cell: np.ndarray
    where: Callable[[int], Sentence]
    absent: Callable[[Sentence], Sentence]
    times_of: Callable[[int, Sentence], Sentence]


@dataclass(frozen=True)
class MatrixCells:
    """The cells of a matrix: where trips begin and end, their time (NaN is unreachable), and where each stands."""

    begin: Side
    end: Side
    minutes: np.ndarray
    where: Callable[[int], Sentence]


def read_matrix_cells(path: Path, form: MatrixForm, mended: list[Mended]) -> MatrixCells:
    """Return the cells of a ``.csv``, ``.xlsx`` or ``.parquet`` file; what was mended is added to ``mended``.

    Raises
    ------
    DataError, RoadsError
        With every problem of the cells; for a layout that is not the one stated.
    """
    if path.suffix.lower() == ".json":
        nameless = problem(
            "an answer of a routing server names no points; write its durations as CSV, the ids of the points in the "
            "first row and column"
        )
        raise RoadsError(nameless.at(path))
    return _read_wide(path, form, mended) if form.layout == "wide" else _read_long(path, form, mended)


def _read_wide(path: Path, form: MatrixForm, mended: list[Mended]) -> MatrixCells:
    key = _first_column(path)
    times = Column(".+", "number", required=False, least=0, pattern=True, may_be_empty=True, empty_as=form.empty_as)
    frame = read_table(path, Table("matrix", (Column(key, "id"), times), (key,)), mended)
    ids, names, lines = pd.Index(frame[key]), frame.columns.drop(key), frame.index
    minutes = frame[names].to_numpy(float) / PER_MINUTE[form.unit]
    row, column = (position.ravel() for position in np.indices(minutes.shape, dtype=np.int32))

    def line_of(position: int) -> Sentence:
        return problem("row {row}", row=int(lines[position]) + 2)

    def column_of(position: int) -> Sentence:
        return problem("column {column}", column=position + 2)

    rows = Side(
        ids,
        row,
        lambda position: problem("{row}: {column}", row=line_of(position), column=key),
        lambda point: problem("no row for {point}", point=point),
        lambda position, point: point.at(line_of(position)),
    )
    by_name = Side(
        names,
        column,
        column_of,
        lambda point: problem("no column for {point}", point=point),
        lambda position, point: point.at(column_of(position)),
    )
    begin, end = (rows, by_name) if form.origins == "rows" else (by_name, rows)
    return MatrixCells(
        begin,
        end,
        minutes.ravel(),
        lambda cell: problem("{row}, {column}", row=line_of(int(row[cell])), column=column_of(int(column[cell]))),
    )


def _read_long(path: Path, form: MatrixForm, mended: list[Mended]) -> MatrixCells:
    unit = form.unit
    columns = (
        Column("demand_id", "id", aliases=HOMES),
        Column("place_id", "id", aliases=PLACES),
        Column(unit, "number", least=0, may_be_empty=True, empty_as=form.empty_as, aliases=TIMES),
        Column(OTHER_PERCENTILES, "number", required=False, may_be_empty=True, pattern=True, empty_as=form.empty_as),
        Column("", "text", required=False, may_be_empty=True),  # the index, as pandas writes it
    )
    frame = read_table(path, Table("matrix", columns, ("demand_id", "place_id")), mended)
    begin, end = (
        _long_side(frame[name], direction)
        for name, direction in (("demand_id", problem("from")), ("place_id", problem("to")))
    )
    lines = frame.index
    minutes = frame[unit].to_numpy(float) / PER_MINUTE[unit]
    return MatrixCells(begin, end, minutes, lambda cell: problem("row {row}", row=int(lines[cell]) + 2))


def _long_side(cells: pd.Series, direction: Sentence) -> Side:
    codes, ids = pd.factorize(cells)
    rows = cells.index[np.unique(codes, return_index=True)[1]] + 2
    return Side(
        pd.Index(ids),
        codes,
        lambda position: problem("row {row}: {column}", row=int(rows[position]), column=cells.name),
        lambda point: problem(
            "no row {direction} {point}; if no trip is possible, give one with an empty time",
            direction=direction,
            point=point,
        ),
        lambda _, point: problem("rows {direction} {point}", direction=direction, point=point),
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
    for begin, end in (("demand_id", "place_id"), *zip(HOMES, PLACES, strict=True)):
        if {begin, end} <= set(header):
            long = problem(
                "has columns {begin} and {end}, as a long matrix; state the layout long", begin=begin, end=end
            )
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
