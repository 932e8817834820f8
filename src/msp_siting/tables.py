"""Declared columns of every table of a territory, and strict reading of their files."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

import numpy as np
import pandas as pd
from pandas.api.types import is_bool_dtype, is_numeric_dtype, is_string_dtype

from msp_siting.errors import DataError
from msp_siting.yaml_files import near_name

Kind = Literal["id", "text", "number", "flag"]
MOST_PROBLEMS_SHOWN = 20
ZONE_ID = "(?!place_id|site_id|territory_id)[a-z_]+_id"  # one column per kind of zone
SMALLEST_NEED_INDEX = 0.01  # at 0 one would be served without any practitioner


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
    """A table: its columns and the columns that tell one row from another."""

    name: str
    columns: tuple[Column, ...]
    key: tuple[str, ...]
    may_be_empty: bool = False

    def column(self, name: str) -> Column | None:
        """Return the declaration that a column of a file falls under, or None."""
        return next((column for column in self.columns if column.fits(name)), None)


def _optional(name: str, kind: Kind, **rules: float | bool | tuple[str, ...] | None) -> Column:
    return Column(name, kind, required=False, may_be_empty=True, **rules)  # type: ignore[arg-type]


_LON = Column("lon", "number", least=-180, most=180)
_LAT = Column("lat", "number", least=-90, most=90)

DEMAND = Table(
    "demand",
    (
        Column("demand_id", "id"),
        Column("name", "text"),
        Column("inhabitants", "number", least=0, most=1e9),
        _LON,
        _LAT,
        Column("need_index_[a-z_]+", "number", required=False, least=SMALLEST_NEED_INDEX, pattern=True),
        _optional("inhabitants_[a-z0-9_]+", "number", least=0, pattern=True),  # empty: suppressed by its publisher
        _optional("apl_official", "number", least=0),
        _optional("apl_under_65_official", "number", least=0),
        Column("border", "flag", required=False),
        _optional(ZONE_ID, "id", pattern=True),
    ),
    ("demand_id",),
)
SUPPLY = Table(
    "supply",
    (
        Column("place_id", "id"),
        Column("profession", "text"),
        Column("practitioners", "number", least=0, most=1e6),
        _optional("structure", "text", values=("isolated", "group_practice", "msp", "health_centre")),
        _optional("status", "text", values=("liberal", "salaried")),
        _optional("retiring_share", "number", least=0, most=1),
    ),
    ("place_id", "profession", "structure", "status"),
    may_be_empty=True,
)
SITES = Table(
    "sites",
    (
        Column("site_id", "id"),
        Column("place_id", "id"),
        Column("name", "text"),
        _LON,
        _LAT,
        Column("status", "text", values=("candidate", "existing")),
        _optional("format", "text"),
        _optional("capex_eur", "number", least=0, most=1e12),
        _optional("capacity_inhabitants", "number", least=0),
    ),
    ("site_id",),
)
TRAVEL_TIMES = Table(
    "travel_times",
    (Column("demand_id", "id"), Column("place_id", "id"), Column("minutes", "number", least=0)),
    ("demand_id", "place_id"),
)
PLACES = Table(
    "places",
    (
        Column("place_id", "id"),
        Column("name", "text"),
        _LON,
        _LAT,
        _optional(ZONE_ID, "id", pattern=True),
    ),
    ("place_id",),
)
ZONES = Table(
    "zones",
    (
        Column("kind", "text"),
        Column("zone_id", "id"),
        Column("name", "text"),
        _optional("status", "text", values=("ZIP", "ZAC", "none")),
        _optional("status_source", "text"),
        _optional("status_date", "text"),
    ),
    ("kind", "zone_id"),
)
_OTHERS = _optional(".+", "text", pattern=True)
PLAN_SITES = Table(
    "sites", (Column("site_id", "id"), Column("format", "text"), _OTHERS), ("site_id",), may_be_empty=True
)
PLAN_STAFF = Table(
    "staff",
    (Column("site_id", "id"), Column("profession", "text"), Column("recruited", "number", least=0), _OTHERS),
    ("site_id", "profession"),
    may_be_empty=True,
)
PLAN_PRICES = Table(
    "prices",
    (
        Column("rule", "text"),
        Column("place_id", "id", may_be_empty=True),
        Column("profession", "text", may_be_empty=True),
        Column("price", "number", least=0),
    ),
    ("rule", "place_id", "profession"),
    may_be_empty=True,
)

RUN_SITES = Table(
    "sites",
    (
        *(Column("site_id", "id"), Column("place_id", "id"), Column("name", "text"), Column("format", "text")),
        *(_LON, _LAT, _OTHERS),
    ),
    ("site_id",),
    may_be_empty=True,
)
_RUN_FIGURES = (
    Column("profession", "text"),
    Column("inhabitants", "number", least=0),
    Column("uncovered_before", "number"),
    Column("uncovered_after", "number"),
    _OTHERS,
)
RUN_ALLOCATION = Table(
    "allocation",
    (
        *(Column("demand_id", "id"), Column("place_id", "id"), Column("site_id", "id", may_be_empty=True)),
        *(Column("profession", "text"), Column("supply", "text", values=("existing", "new"))),
        *(Column("inhabitants", "number", least=0), Column("minutes", "number", least=0)),
    ),
    ("demand_id", "place_id", "site_id", "profession"),
    may_be_empty=True,
)
RUN_POINTS = Table("coverage", (Column("demand_id", "id"), *_RUN_FIGURES), ("demand_id", "profession"))
RUN_ZONES = Table(
    "zones",
    (Column("kind", "text"), Column("zone_id", "id"), Column("name", "text"), *_RUN_FIGURES),
    ("kind", "zone_id", "profession"),
)


def read_table(path: Path, table: Table) -> pd.DataFrame:
    """Return a validated table; ids are text, numbers are floats, an absent cell is missing.

    Parameters
    ----------
    path
        A ``.csv`` (UTF-8, comma) or ``.parquet`` file.
    table
        What the file must hold.

    Raises
    ------
    DataError
        With every problem of the file, each with its row (the header of a CSV is row 1).
    """
    frame = _read_parquet(path) if path.suffix == ".parquet" else _read_csv(path)
    problems = _header_problems(list(frame.columns), table)
    if problems:
        raise DataError(f"{path}: {problem}" for problem in problems)
    converted = {name: _convert(frame[name], _declared(table, name)) for name in frame.columns}
    found = [problem for _, column_problems in converted.values() for problem in column_problems]
    if not found:
        typed = pd.DataFrame({name: values for name, (values, _) in converted.items()})
        found = problems_of(typed, table)
    if found:
        raise DataError(first_problems([f"{path}: {problem}" for problem in found], path))
    return typed


def first_problems(problems: Sequence[str], path: Path) -> Sequence[str]:
    """Return the first problems of a file and how many more there are."""
    if len(problems) <= MOST_PROBLEMS_SHOWN:
        return problems
    return [*problems[:MOST_PROBLEMS_SHOWN], f"{path}: {len(problems) - MOST_PROBLEMS_SHOWN} more problems"]


def problems_of(frame: pd.DataFrame, table: Table) -> list[str]:
    """Return what is wrong with a typed table: empty cells, values out of range, repeated keys."""
    problems = _header_problems(list(frame.columns), table)
    if problems:
        return problems
    problems = [problem for name in frame.columns for problem in _value_problems(frame[name], _declared(table, name))]
    key = [name for name in table.key if name in frame.columns]
    repeated = frame.index[frame.duplicated(key, keep="first")]
    problems += [
        f"row {_row(row)}: {', '.join(key)} {', '.join(repr(value) for value in frame.loc[row, key])} is there already"
        for row in repeated
    ]
    if frame.empty and not table.may_be_empty:
        problems.append("there is no row")
    return problems


def _read_csv(path: Path) -> pd.DataFrame:
    try:
        cells = pd.read_csv(  # with a header of its own pandas would take a surplus first cell for an index
            path,
            header=None,
            dtype=str,
            keep_default_na=False,
            na_filter=False,
            skip_blank_lines=False,
            encoding="utf-8-sig",
        )
    except FileNotFoundError as problem:
        raise DataError(f"{path}: this file is missing") from problem
    except UnicodeDecodeError as problem:
        raise DataError(f"{path}: not UTF-8 text; save the file as UTF-8") from problem
    except pd.errors.EmptyDataError as problem:
        raise DataError(f"{path}: the file is empty") from problem
    except pd.errors.ParserError as problem:
        raise DataError(f"{path}: {_parser_problem(str(problem))}") from problem
    except OSError as problem:
        raise DataError(f"{path}: cannot be read: {problem.strerror}") from problem
    header = list(cells.iloc[0])
    if len(header) == 1:
        for separator, name in ((";", "';'"), ("\t", "tabs")):
            if separator in header[0]:
                raise DataError(
                    f"{path}: columns are separated by {name}; save the file with commas and decimal points"
                )
    frame = cells.iloc[1:].set_axis(header, axis="columns")
    filled = frame.index[frame.ne("").any(axis="columns")]
    frame = frame.loc[: filled.max() if len(filled) else 0]  # empty lines at the end are no rows
    empty = frame.index.difference(filled)
    if len(empty):
        raise DataError(f"{path}: row {row + 1}: the row is empty; take it out" for row in empty[:MOST_PROBLEMS_SHOWN])
    return frame.reset_index(drop=True)


def _parser_problem(text: str) -> str:
    surplus = re.search(r"Expected (\d+) fields in line (\d+), saw (\d+)", text)
    if surplus:
        expected, row, got = surplus.groups()
        return f"row {row}: expected {expected} cells, got {got}; write decimals with a point, quote text with commas"
    unclosed = re.search(r"EOF inside string starting at row (\d+)", text)
    if unclosed:
        return f"row {int(unclosed[1]) + 1}: a quotation mark is opened and never closed"
    return f"cannot be read as CSV: {text}"


def _read_parquet(path: Path) -> pd.DataFrame:
    if not path.is_file():
        raise DataError(f"{path}: this file is missing")
    try:
        return pd.read_parquet(path).reset_index(drop=True)
    except (OSError, ValueError) as problem:
        raise DataError(f"{path}: not a Parquet file; write it again") from problem


def _declared(table: Table, name: str) -> Column:
    column = table.column(name)
    if column is None:
        message = f"{table.name} has no column {name}"
        raise KeyError(message)
    return column


def _header_problems(names: list[str], table: Table) -> list[str]:
    required = [column.name for column in table.columns if column.required]
    known = [column.name for column in table.columns if not column.pattern]
    problems = [f"column {name} is missing" for name in required if name not in names]
    problems += [
        f"unknown column {name!r}{near_name(str(name), known)}" for name in names if table.column(str(name)) is None
    ]
    problems += [f"column {name} is given twice" for name in sorted({name for name in names if names.count(name) > 1})]
    return problems


def _convert(cells: pd.Series, column: Column) -> tuple[pd.Series, list[str]]:
    """Return the cells in their type and one problem per cell that is not of it."""
    if column.kind in {"id", "text"}:
        return _convert_text(cells, column)
    if column.kind == "flag":
        flags = cells.map({"true": True, "false": False, True: True, False: False})
        wrong = flags.isna()
        return flags.where(~wrong, other=False).astype(bool), _cell_problems(cells, wrong, "true or false")
    if not (is_string_dtype(cells) or is_numeric_dtype(cells)) or is_bool_dtype(cells):
        return cells, [f"column {cells.name}: expected numbers, got {cells.dtype}"]
    empty = cells.eq("") | cells.isna()
    numbers = pd.to_numeric(cells.where(~empty, other=np.nan), errors="coerce").astype(float)
    return numbers, _cell_problems(cells, numbers.isna() & ~empty, "a number (with a decimal point)")


def _convert_text(cells: pd.Series, column: Column) -> tuple[pd.Series, list[str]]:
    if is_numeric_dtype(cells):
        return cells, [f"column {cells.name}: expected text, got numbers; write codes as text with their leading zero"]
    absent = cells.isna()
    is_text = cells.map(lambda cell: isinstance(cell, str)).astype(bool) | absent
    problems = _cell_problems(cells, ~is_text, "text")
    text = cells.where(is_text & ~absent, other="").astype(str)
    if column.kind == "id":
        padded = text.ne(text.str.strip())
        problems += _cell_problems(cells, padded, "no spaces around it")
    return text.astype("str"), problems


def _cell_problems(cells: pd.Series, wrong: pd.Series, expected: str) -> list[str]:
    return [f"row {_row(row)}: {cells.name}: expected {expected}, got {cells[row]!r}" for row in cells.index[wrong]]


def _value_problems(cells: pd.Series, column: Column) -> Iterator[str]:
    empty = cells.eq("") if column.kind in {"id", "text"} else cells.isna()
    if not column.may_be_empty:
        for row in cells.index[empty]:
            yield f"row {_row(row)}: {cells.name} is empty"
    if column.kind == "number":
        yield from _range_problems(cells, column)
    if column.values:
        for row in cells.index[~cells.isin(column.values) & ~empty]:
            yield f"row {_row(row)}: {cells.name} must be one of {', '.join(column.values)}, got {cells[row]!r}"


def _range_problems(cells: pd.Series, column: Column) -> Iterator[str]:
    for row in cells.index[np.isinf(cells)]:
        yield f"row {_row(row)}: {cells.name} must be finite, got {cells[row]}"
    cells = cells[np.isfinite(cells)]
    if column.least is not None:
        for row in cells.index[cells < column.least]:
            yield f"row {_row(row)}: {cells.name} must be at least {column.least:g}, got {cells[row]:g}"
    if column.most is not None:
        for row in cells.index[cells > column.most]:
            yield f"row {_row(row)}: {cells.name} must be at most {column.most:g}, got {cells[row]:g}"


def _row(position: object) -> int:
    """Return the row of a CSV file, counted from 1 with its header."""
    return int(str(position)) + 2
