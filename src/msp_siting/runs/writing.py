"""Tables and JSON of a run as they are written: how many digits each figure has."""

import io
import json
import math
from collections.abc import Collection, Mapping
from pathlib import Path
from typing import Any

import pandas as pd

from msp_siting.errors import DataError, problem, told
from msp_siting.files import FORMULA_STARTS, read_utf8
from msp_siting.territory import MINUTES_DIGITS

STARTS = (*FORMULA_STARTS, "+", "-")  # of what a spreadsheet runs; a name may begin with the last two
DIGITS_OF_COLUMNS = {  # by what the name of a column holds
    "inhabitants": 6,
    "minutes": MINUTES_DIGITS,
    "need": 6,
    "uncovered": 6,
    "apl": 6,
    "nearest": MINUTES_DIGITS,
    "served": 6,
    "room": 6,
    "share": 4,
    "price": 9,
    "_fte": 4,
}


def write_json(content: Mapping[str, Any], path: Path) -> None:
    """Write keys and values as JSON; NaN is refused."""
    text = json.dumps(content, indent=2, ensure_ascii=False, allow_nan=False)
    path.write_text(text + "\n", encoding="utf-8", newline="\n")


def write_csv(frame: pd.DataFrame, path: Path) -> None:
    """Write a table as CSV, numbers rounded far below what they mean."""
    rounded(frame).to_csv(path, index=False, lineterminator="\n")


def write_sheet_csv(frame: pd.DataFrame, path: Path, float_format: str | None = None) -> None:
    """Write a table for spreadsheets as CSV: a text that they would run as a formula has an apostrophe before it.

    Such tables (of an evaluation, a comparison, and the order of opening) are for people and are not read again; names
    may begin with ``+`` or ``-``.
    """
    texts = frame.select_dtypes(exclude=["number", "bool"]).columns
    safe = {name: pd.Series(map(guarded, frame[name]), frame.index, frame[name].dtype) for name in texts}
    frame.assign(**safe).to_csv(path, index=False, float_format=float_format, lineterminator="\n")


def guarded(cell: object) -> object:
    """Return a cell with an apostrophe before a text that a spreadsheet would run as a formula."""
    return f"'{cell}" if isinstance(cell, str) and cell.startswith(STARTS) else cell


def unguarded(cell: str) -> str:
    """Return the text of a guarded cell."""
    return cell[1:] if cell.startswith("'") and cell[1:].startswith(STARTS) else cell


def read_sheet_csv(path: Path, texts: Collection[str]) -> pd.DataFrame:
    """Return a table that `write_sheet_csv` wrote, as it was; the columns ``texts`` hold words, the others numbers.

    Raises
    ------
    DataError
        If the file is no such table.
    """
    cells = read_written_cells(path)
    lacking = [name for name in texts if name not in cells.columns]
    if lacking:
        raise DataError(problem("column {name} is missing", name=name).at(path) for name in lacking)
    try:
        return pd.DataFrame(
            {name: cells[name].map(unguarded) if name in texts else cells[name].map(_number) for name in cells.columns}
        )
    except ValueError as fault:
        raise DataError(problem("cannot be read as CSV: {problem}", problem=told(fault)).at(path)) from fault


def read_written_cells(path: Path) -> pd.DataFrame:
    """Return the cells of a CSV file as they stand.

    Raises
    ------
    DataError
        If the file is no table.
    """
    return cells_of(read_utf8(path, DataError), path)


def cells_of(text: str, path: Path) -> pd.DataFrame:
    """Return the cells of a CSV text as they stand; ``path`` names it in messages."""
    try:
        return pd.read_csv(io.StringIO(text), dtype=str, keep_default_na=False, na_filter=False)
    except ValueError as fault:  # pandas's own errors are of its kind
        raise DataError(problem("cannot be read as CSV: {problem}", problem=told(fault)).at(path)) from fault


def _number(cell: str) -> float:
    return float(cell) if cell else math.nan


def rounded(frame: pd.DataFrame) -> pd.DataFrame:
    """Return a table with its numbers as they are written."""
    return frame.round({name: digits_of(name) for name in frame.select_dtypes("float").columns})


def digits_of(name: str) -> int:
    """Return how many decimals the numbers of a column are written with."""
    if name in {"lon", "lat"}:
        return 6
    return next((digits for key, digits in DIGITS_OF_COLUMNS.items() if key in name), 2)
