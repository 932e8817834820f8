"""Strict reading of the files that hold declared tables, and what must hold of such a table."""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from io import BytesIO
from pathlib import Path

import numpy as np
import pandas as pd

from msp_siting.errors import DataError, Sentence, problem
from msp_siting.files.cells import Cells, read_cells
from msp_siting.files.columns import Column, Headings, Table, match_headings
from msp_siting.files.hints import MOST_PROBLEMS_SHOWN, first_problems, near_name
from msp_siting.files.mending import Mended, mended_in_columns
from msp_siting.files.text import read_content
from msp_siting.files.typed_cells import by_row, type_cells

FIRST_ROW = 2  # below the header


def read_table(
    path: Path, table: Table, mended: list[Mended] | None = None, content: bytes | None = None
) -> pd.DataFrame:
    """Return a validated table; ids are text, numbers are floats, an absent cell is missing.

    Parameters
    ----------
    path
        A ``.csv`` file (UTF-8, UTF-16 or Windows-1252), a ``.xlsx`` (``FILE.xlsx#sheet``) or a ``.parquet``.
    table
        What the file must hold.
    mended
        What was mended is added to it, to be told by the command that reads.
    content
        The file's bytes, where they are read already.

    Returns
    -------
    One row per row of the file, indexed so that ``row_number`` tells its place: by position, where none is empty.

    Raises
    ------
    DataError
        With every problem of the file, each with its row (the header is row 1).
    """
    return _typed(_read_cells(path, table, content), path, table, mended)


def read_frame(frame: pd.DataFrame, place: str, table: Table, mended: list[Mended] | None = None) -> pd.DataFrame:
    """Return a data frame as `read_table` returns the rows of a file; the frame stays as it is.

    Parameters
    ----------
    frame
        Numbers as numbers and ids as text; its index is not looked at.
    place
        What problems name in place of a file.

    Raises
    ------
    DataError
        With every problem of the frame, its rows counted as those of a file are: the header is row 1.
    """
    cells = {position: _plain(frame.iloc[:, position]) for position in range(frame.shape[1])}
    names = tuple(map(str, frame.columns))
    read = Cells(names, pd.DataFrame(cells, index=pd.RangeIndex(len(frame))), {}, ",", "", ())
    return _typed(read, place, table, mended)


def _plain(cells: pd.Series) -> pd.Series:
    """Return a column with its rows numbered, and of a type that a file may hold."""
    whole = cells.reset_index(drop=True)
    return whole.astype(object) if isinstance(whole.dtype, pd.CategoricalDtype) else whole


def _typed(read: Cells, path: Path | str, table: Table, mended: list[Mended] | None) -> pd.DataFrame:
    """Return cells in the types of their columns, each named as it is declared."""
    headings = match_headings(read.headings, table)
    problems = _header_problems(list(headings.names.values()), headings, table)
    if problems:
        raise DataError(each.at(path) for each in problems)
    columns = {name: read.frame[place].rename(name) for place, name in headings.names.items()}
    typed = {
        name: type_cells(cells, _declared(table, name), has_points=read.separator == ",")
        for name, cells in columns.items()
    }
    found = [*_short_problems(read, headings, table), *(each for one in typed.values() for each in one.problems)]
    if not found:
        frame = pd.DataFrame({name: one.cells for name, one in typed.items()}, index=read.frame.index)
        found = problems_of_table(frame, table)
    if found:
        raise DataError(first_problems([each.at(path) for each in found[:MOST_PROBLEMS_SHOWN]], path, len(found)))
    if mended is not None:
        mended += [*read.mended, *headings.mended]
        if headings.unknown:
            mended.append(Mended("repair_unread_columns", {"columns": ", ".join(headings.unknown.values())}))
        mended += _mended({name: one.mended for name, one in typed.items()})
    return frame


def _read_cells(path: Path, table: Table, content: bytes | None) -> Cells:
    if path.suffix != ".parquet":
        read = read_cells(path, table.count_known, table.separators, content)
        if not any(read.headings):
            raise DataError(problem("there are no names of columns").at(problem("row {row}", row=1)).at(path))
        return replace(read, frame=read.frame.set_axis(read.frame.index - FIRST_ROW))
    frame = read_parquet(path, content)
    names = tuple(map(str, frame.columns))
    return Cells(names, frame.set_axis(range(len(names)), axis="columns"), {}, ",", "", ())


def read_parquet(path: Path, content: bytes | None = None) -> pd.DataFrame:
    """Return the table of a Parquet file as it stands, its rows numbered.

    Raises
    ------
    DataError
        Where the file cannot be read, or is none.
    """
    content = read_content(path, DataError) if content is None else content
    try:
        return pd.read_parquet(BytesIO(content)).reset_index(drop=True)
    except (OSError, ValueError) as fault:
        raise DataError(problem("not a Parquet file; write it again").at(path)) from fault


def _short_problems(read: Cells, headings: Headings, table: Table) -> list[Sentence]:
    """Return the rows that end before a cell that must be filled."""
    declared = {place: _declared(table, name) for place, name in headings.names.items()}
    needed = [place for place, column in declared.items() if column.empty_as or not column.may_be_empty]
    last = max(needed, default=-1)
    return [
        problem("expected {expected} cells, got {cells}", expected=len(read.headings), cells=cells).at(
            problem("row {row}", row=row)
        )
        for row, cells in read.short.items()
        if cells <= last
    ]


def _mended(counts: Mapping[str, Mapping[str, int]]) -> Iterator[Mended]:
    """Yield what was mended in cells, the columns of one kind together."""
    for key in dict.fromkeys(key for one in counts.values() for key in one):
        yield from mended_in_columns(key, {name: one.get(key, 0) for name, one in counts.items()})


def problems_of_table(frame: pd.DataFrame, table: Table) -> list[Sentence]:
    """Return what is wrong with a typed table: empty cells, values out of range, repeated keys."""
    names = list(frame.columns)
    problems = _header_problems(names, match_headings(names, table), table)
    if problems:
        return problems
    problems = [each for name in frame.columns for each in _value_problems(frame[name], _declared(table, name))]
    key = [name for name in table.key if name in frame.columns]
    repeated = frame.index[frame.duplicated(key, keep="first")]
    problems += by_row(
        repeated,
        lambda row: problem(
            "{columns} {key} is there already", columns=", ".join(key), key=", ".join(map(repr, frame.loc[row, key]))
        ),
    )
    if frame.empty and not table.may_be_empty:
        problems.append(problem("there is no row"))
    return problems


def _declared(table: Table, name: str) -> Column:
    column = table.column(name)
    if column is None:
        message = f"{table.name} has no column {name}"
        raise KeyError(message)
    return column


def _header_problems(names: list[str], headings: Headings, table: Table) -> list[Sentence]:
    required = [column.name for column in table.columns if column.required]
    known = [column.name for column in table.columns if not column.pattern]
    problems = [problem("column {name} is missing", name=name) for name in required if name not in names]
    for name in headings.unknown.values():
        near = near_name(name, known)
        if near or not table.may_have_others:
            problems.append(problem("unknown column {name!r}", name=name) + near)
    return [*problems, *headings.problems]


def _value_problems(cells: pd.Series, column: Column) -> list[Sentence]:
    empty = cells.eq("") if column.kind in {"id", "text"} else cells.isna()
    problems = []
    if not column.may_be_empty:
        problems += by_row(cells.index[empty], lambda _: problem("{column} is empty", column=cells.name))
    if column.kind == "number":
        problems += _range_problems(cells, column)
    if column.values:
        values = ", ".join(column.values)
        problems += by_row(
            cells.index[~cells.isin(column.values) & ~empty],
            lambda row: problem(
                "{column} must be one of {values}, got {value!r}", column=cells.name, values=values, value=cells[row]
            ),
        )
    return problems


def _range_problems(cells: pd.Series, column: Column) -> list[Sentence]:
    name, least, most = cells.name, column.least, column.most
    problems = by_row(
        cells.index[np.isinf(cells)],
        lambda row: problem("{column} must be finite, got {value}", column=name, value=cells[row]),
    )
    finite = cells[np.isfinite(cells)]
    if least is not None:
        problems += by_row(
            finite.index[finite < least],
            lambda row: problem(
                "{column} must be at least {least:g}, got {value:g}", column=name, least=least, value=cells[row]
            ),
        )
    if most is not None:
        problems += by_row(
            finite.index[finite > most],
            lambda row: problem(
                "{column} must be at most {most:g}, got {value:g}", column=name, most=most, value=cells[row]
            ),
        )
    return problems
