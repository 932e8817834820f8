"""Declared columns, and strict reading of the files that hold such tables."""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

import numpy as np
import pandas as pd
from pandas.api.types import is_bool_dtype, is_numeric_dtype, is_string_dtype

from msp_siting.errors import DataError, Sentence, problem
from msp_siting.files.csv import SEPARATORS, read_cells
from msp_siting.files.hints import near_name
from msp_siting.files.text import check_file

Kind = Literal["id", "text", "number", "flag"]
MOST_PROBLEMS_SHOWN = 20
FLAGS = {"true": True, "false": False, True: True, False: False}
FLAGS_OF_SPREADSHEETS = FLAGS | {"TRUE": True, "FALSE": False, "VRAI": True, "FAUX": False}
UNSEEN = (
    "[\x00-\x1f\x7f-\x9f\u00ad\u200b-\u200f\u2028-\u202e\ufeff]"  # quotation marks amiss, or invisible twins of ids
)
MAY_BE_THOUSANDS = r"[1-9][0-9]{0,2}[.,][0-9]{3}"


@dataclass(frozen=True)
class Column:
    """A column: its name or pattern, what its cells are, and the values they may take."""

    name: str
    kind: Kind
    required: bool = True
    may_be_empty: bool = False
    least: float | None = None
    most: float | None = None
    values: tuple[str, ...] = ()
    pattern: bool = False

    def fits(self, name: str) -> bool:
        """Return whether a column of a file is this one."""
        return bool(re.fullmatch(self.name, name)) if self.pattern else name == self.name


@dataclass(frozen=True)
class Table:
    """A table: its columns, the columns that tell one row from another, and what may stand between cells of a CSV."""

    name: str
    columns: tuple[Column, ...]
    key: tuple[str, ...]
    may_be_empty: bool = False
    separators: tuple[str, ...] = tuple(SEPARATORS)

    def column(self, name: str) -> Column | None:
        """Return the declaration that a column of a file falls under, or None."""
        return next((column for column in self.columns if column.fits(name)), None)


def optional_column(name: str, kind: Kind, **rules: float | bool | tuple[str, ...] | None) -> Column:
    """Return a column that may be absent, and whose cells may be empty."""
    return Column(name, kind, required=False, may_be_empty=True, **rules)  # type: ignore[arg-type]


def read_table(path: Path, table: Table) -> pd.DataFrame:
    """Return a validated table; ids are text, numbers are floats, an absent cell is missing.

    Parameters
    ----------
    path
        A ``.csv`` (UTF-8; with ``;`` or tabs between its cells, decimals may have commas) or ``.parquet`` file.
    table
        What the file must hold.

    Raises
    ------
    DataError
        With every problem of the file, each with its row (the header of a CSV is row 1).
    """
    frame, separator = _read_cells(path, table)
    problems = _header_problems(list(frame.columns), table)
    if problems:
        raise DataError(each.at(path) for each in problems)
    converted = {name: _convert(frame[name], _declared(table, name), separator) for name in frame.columns}
    found = [each for _, column_problems in converted.values() for each in column_problems]
    if not found:
        typed = pd.DataFrame({name: values for name, (values, _) in converted.items()})
        found = problems_of_table(typed, table)
    if found:
        raise DataError(first_problems([each.at(path) for each in found[:MOST_PROBLEMS_SHOWN]], path, len(found)))
    return typed


def first_problems(problems: Sequence[Sentence], path: Path, count: int | None = None) -> Sequence[Sentence]:
    """Return the first problems of a file and how many more there are.

    Parameters
    ----------
    count
        How many there are, if not all are given: a sentence takes long to make, and a file may have millions.
    """
    more = (len(problems) if count is None else count) - MOST_PROBLEMS_SHOWN
    if more <= 0:
        return problems
    return [*problems[:MOST_PROBLEMS_SHOWN], problem("{count} more problems", count=more).at(path)]


def problems_of_table(frame: pd.DataFrame, table: Table) -> list[Sentence]:
    """Return what is wrong with a typed table: empty cells, values out of range, repeated keys."""
    problems = _header_problems(list(frame.columns), table)
    if problems:
        return problems
    problems = [each for name in frame.columns for each in _value_problems(frame[name], _declared(table, name))]
    key = [name for name in table.key if name in frame.columns]
    repeated = frame.index[frame.duplicated(key, keep="first")]
    problems += _by_row(
        repeated,
        lambda row: problem(
            "{columns} {key} is there already", columns=", ".join(key), key=", ".join(map(repr, frame.loc[row, key]))
        ),
    )
    if frame.empty and not table.may_be_empty:
        problems.append(problem("there is no row"))
    return problems


def _read_cells(path: Path, table: Table) -> tuple[pd.DataFrame, str]:
    """Return the cells of a file, and the separator of a CSV (a comma where there is none: decimals have points)."""
    if path.suffix != ".parquet":
        cells = read_cells(path, table.separators)
        return cells.frame, cells.separator
    check_file(path, DataError)
    try:
        return pd.read_parquet(path).reset_index(drop=True), ","
    except (OSError, ValueError) as fault:
        raise DataError(problem("not a Parquet file; write it again").at(path)) from fault


def _declared(table: Table, name: str) -> Column:
    column = table.column(name)
    if column is None:
        message = f"{table.name} has no column {name}"
        raise KeyError(message)
    return column


def _header_problems(names: list[str], table: Table) -> list[Sentence]:
    required = [column.name for column in table.columns if column.required]
    known = [column.name for column in table.columns if not column.pattern]
    problems = [problem("column {name} is missing", name=name) for name in required if name not in names]
    problems += [
        problem("unknown column {name!r}", name=name) + near_name(str(name), known)
        for name in names
        if table.column(str(name)) is None
    ]
    twice = sorted({name for name in names if names.count(name) > 1})
    return [*problems, *(problem("column {name} is given twice", name=name) for name in twice)]


def _convert(cells: pd.Series, column: Column, separator: str) -> tuple[pd.Series, list[Sentence]]:
    """Return the cells in their type and one problem per cell that is not of it."""
    if column.kind in {"id", "text"}:
        return _convert_text(cells, column)
    if column.kind == "flag":
        flags = cells.map(FLAGS if separator == "," else FLAGS_OF_SPREADSHEETS)
        wrong = flags.isna()
        return flags.where(~wrong, other=False).astype(bool), _cell_problems(cells, wrong, problem("true or false"))
    if not (is_string_dtype(cells) or is_numeric_dtype(cells)) or is_bool_dtype(cells):
        return cells, [problem("expected numbers, got {kind}", kind=cells.dtype).at(_column(cells))]
    if separator != ",":
        return _convert_local_numbers(cells, column)
    empty = cells.eq("") | cells.isna()
    numbers = pd.to_numeric(cells.where(~empty, other=np.nan), errors="coerce").astype(float)
    return numbers, _cell_problems(cells, numbers.isna() & ~empty, problem("a number (with a decimal point)"))


def _convert_local_numbers(cells: pd.Series, column: Column) -> tuple[pd.Series, list[Sentence]]:
    """Return numbers of a file whose decimals may have commas or points, the same in a whole column."""
    commas, points = (cells.str.contains(mark, regex=False) for mark in (",", "."))
    mixed = points & commas.any()
    marked = commas | points
    whole = pd.to_numeric(cells.where(marked).str.replace(r"[.,]", "", regex=True), errors="coerce")
    unclear = cells.str.fullmatch(MAY_BE_THOUSANDS) & ~(whole > (np.inf if column.most is None else column.most))
    if not unclear[marked].all():  # another cell shows what the mark means
        unclear &= False
    numbers = pd.to_numeric(cells.str.replace(",", ".", regex=False), errors="coerce").astype(float)
    wrong = numbers.isna() & cells.ne("")
    problems = _cell_problems(cells, wrong, problem("a number (nothing between its thousands)"))
    problems += _cell_problems(cells, mixed & ~wrong, problem("a decimal comma as in other rows"))
    problems += _by_row(cells.index[unclear & ~mixed], lambda row: _unclear(cells[row]).at(cells.name))
    return numbers, problems


def _unclear(cell: str) -> Sentence:
    whole = f"{cell[:-4]}{cell[-3:]}"
    return problem(
        "{value} may be {whole} or {decimal}; write {one}, or {other}",
        value=repr(cell),
        whole=whole,
        decimal=cell,
        one=whole,
        other=f"{cell}0",
    )


def _convert_text(cells: pd.Series, column: Column) -> tuple[pd.Series, list[Sentence]]:
    if is_numeric_dtype(cells):
        numeric = problem("expected text, got numbers; write codes as text with their leading zero")
        return cells, [numeric.at(_column(cells))]
    absent = cells.isna()
    is_text = cells.map(lambda cell: isinstance(cell, str)).astype(bool) | absent
    problems = _cell_problems(cells, ~is_text, problem("text"))
    text = cells.where(is_text & ~absent, other="").astype(str)
    problems += _cell_problems(cells, text.str.contains(UNSEEN), problem("no line break or unseen character"))
    if column.kind == "id":
        padded = text.ne(text.str.strip())
        problems += _cell_problems(cells, padded, problem("no spaces around it"))
    return text.astype("str"), problems


def _cell_problems(cells: pd.Series, wrong: pd.Series, expected: Sentence) -> list[Sentence]:
    wanted = problem("expected {expected}", expected=expected)
    return _by_row(
        cells.index[wrong],
        lambda row: problem("{expected}, got {value}", expected=wanted, value=repr(cells[row])).at(cells.name),
    )


def _by_row(rows: pd.Index, tell: Callable[[Any], Sentence]) -> list[Sentence]:
    """Return a problem per row; the last one shown stands for the rest, as making a sentence takes long."""
    shown = [tell(row).at(row_number(row)) for row in rows[:MOST_PROBLEMS_SHOWN]]
    return [*shown, *shown[-1:] * (len(rows) - len(shown))]


def _value_problems(cells: pd.Series, column: Column) -> list[Sentence]:
    empty = cells.eq("") if column.kind in {"id", "text"} else cells.isna()
    problems = []
    if not column.may_be_empty:
        problems += _by_row(cells.index[empty], lambda _: problem("{column} is empty", column=cells.name))
    if column.kind == "number":
        problems += _range_problems(cells, column)
    if column.values:
        values = ", ".join(column.values)
        problems += _by_row(
            cells.index[~cells.isin(column.values) & ~empty],
            lambda row: problem(
                "{column} must be one of {values}, got {value!r}", column=cells.name, values=values, value=cells[row]
            ),
        )
    return problems


def _range_problems(cells: pd.Series, column: Column) -> list[Sentence]:
    name, least, most = cells.name, column.least, column.most
    problems = _by_row(
        cells.index[np.isinf(cells)],
        lambda row: problem("{column} must be finite, got {value}", column=name, value=cells[row]),
    )
    finite = cells[np.isfinite(cells)]
    if least is not None:
        problems += _by_row(
            finite.index[finite < least],
            lambda row: problem(
                "{column} must be at least {least:g}, got {value:g}", column=name, least=least, value=cells[row]
            ),
        )
    if most is not None:
        problems += _by_row(
            finite.index[finite > most],
            lambda row: problem(
                "{column} must be at most {most:g}, got {value:g}", column=name, most=most, value=cells[row]
            ),
        )
    return problems


def row_number(position: object) -> Sentence:
    """Return the row of a CSV file, counted from 1 with its header."""
    return problem("row {row}", row=int(str(position)) + 2)


def _column(cells: pd.Series) -> Sentence:
    return problem("column {column}", column=cells.name)
