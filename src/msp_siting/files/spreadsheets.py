"""Workbooks (.xlsx): the cells of a sheet in their types, and as a person would have typed them into a CSV."""

import re
import warnings
import zipfile
import zlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, time
from io import BytesIO
from pathlib import Path
from typing import Any

from msp_siting.errors import DataError, Sentence, problem
from msp_siting.files.hints import near_name
from msp_siting.files.text import is_file, read_content
from msp_siting.units import BYTES_PER_MEGABYTE

SHEET_ENDINGS = (".xlsx", ".xlsm")
LARGEST_UNPACKED_MB = 1000  # a workbook of all communes and a dozen figures has 10
ERRORS = frozenset({"#REF!", "#N/A", "#VALUE!", "#NAME?", "#DIV/0!", "#NULL!", "#NUM!"})
SHOWN = 40  # characters of a formula
FORMULA = re.compile(rb"<(?:\w+:)?f[ />]")
THREE_DECIMALS = re.compile(r"-?\d{1,3}\.\d{3}")  # which, as text, may be thousands
UNREADABLE_WORKBOOK = (  # what openpyxl lets through of a workbook that is cut, damaged or none
    *(zipfile.BadZipFile, zlib.error, SyntaxError, NotImplementedError, OverflowError),
    *(KeyError, IndexError, TypeError, AttributeError, EOFError, OSError, ValueError),
)


class Formula(str):
    """A formula that was saved without its value, as programs write it that do not calculate."""

    __slots__ = ()

    @property
    def problem(self) -> Sentence:
        """What is wrong with it: its cell seems to be empty."""
        formula = str(self) if len(self) <= SHOWN else f"{self[:SHOWN]}..."
        return problem("{formula!r} has no value yet; open the workbook in a spreadsheet and save it", formula=formula)


@dataclass(frozen=True)
class Sheet:
    """One sheet of a workbook.

    Attributes
    ----------
    rows
        The cells of each row in their types, the first row first; empty ones are None, rows may end early.
    others
        The names of the workbook's other sheets.
    """

    name: str
    rows: list[list[object]]
    others: tuple[str, ...]


def split_sheet(path: Path) -> tuple[Path, str | None]:
    """Return the file and the sheet that ``FILE.xlsx#sheet`` means; no sheet where none is named."""
    file, mark, sheet = str(path).rpartition("#")
    if mark and Path(file).suffix.lower() in SHEET_ENDINGS and not is_file(path):
        return Path(file), sheet
    return path, None


def is_workbook(path: Path) -> bool:
    """Return whether a file is a workbook by its ending."""
    return path.suffix.lower() in SHEET_ENDINGS


def read_sheet(path: Path, sheet: str | None = None, content: bytes | None = None) -> Sheet:
    """Return a sheet of a workbook, by default the first that is not hidden.

    Parameters
    ----------
    content
        The workbook's bytes, where they are read already.

    Raises
    ------
    DataError
        For a file that is no workbook, is far too large, or lacks the sheet.
    """
    content = read_content(path, DataError) if content is None else content
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", UserWarning)  # of styles and parts that are not read
            _check_size(path, content)
            found = _read(path, content, sheet, with_values=True)
            if _has_formulas(content):
                _show_uncalculated(found.rows, _read(path, content, found.name, with_values=False).rows)
    except UNREADABLE_WORKBOOK as fault:
        raise DataError(problem("is no readable XLSX workbook; download it again").at(path)) from fault
    return found


def typed_as_text(cell: object) -> str:
    """Return a cell of a sheet as text that means the same: decimals with a point, days as 2026-12-31."""
    match cell:
        case None:
            text = ""
        case bool():
            text = "true" if cell else "false"
        case float():
            text = str(int(cell)) if cell.is_integer() else repr(cell)
            text += "0" if THREE_DECIMALS.fullmatch(text) else ""
        case datetime():
            text = cell.date().isoformat() if cell.time() == time.min else cell.isoformat(" ")
        case _:
            text = str(cell)
    return text


def _check_size(path: Path, content: bytes) -> None:
    with zipfile.ZipFile(BytesIO(content)) as parts:
        unpacked = sum(part.file_size for part in parts.infolist()) / BYTES_PER_MEGABYTE
    if unpacked > LARGEST_UNPACKED_MB:
        large = problem(
            "unpacks to {size:,.0f} MB, expected at most {most}; is it a table?",
            size=unpacked,
            most=LARGEST_UNPACKED_MB,
        )
        raise DataError(large.at(path))


def _read(path: Path, content: bytes, wanted: str | None, *, with_values: bool) -> Sheet:
    import openpyxl  # noqa: PLC0415 - half a second that a reader of CSV need not wait

    book: Any = openpyxl.load_workbook(BytesIO(content), read_only=True, data_only=with_values)
    try:
        sheets = {sheet.title: sheet for sheet in book.worksheets}
        visible = [name for name, sheet in sheets.items() if sheet.sheet_state == "visible"]
        name = wanted or next(iter([*visible, *sheets]), "")
        if name not in sheets:
            lacking = problem(
                "no sheet {name!r}{advice}; its sheets are {sheets}",
                name=name,
                advice=near_name(name, sheets),
                sheets=", ".join(sheets),
            )
            raise DataError(lacking.at(path))
        sheets[name].reset_dimensions()  # some writers state wrong ones, and cells beyond are not read
        rows = [list(row) for row in sheets[name].iter_rows(values_only=True)]  # parsed here, not before
    finally:
        book.close()
    return Sheet(name, rows, tuple(other for other in visible if other != name))


def _has_formulas(content: bytes) -> bool:
    with zipfile.ZipFile(BytesIO(content)) as parts:
        sheets = [name for name in parts.namelist() if "worksheets/" in name and name.endswith(".xml")]
        return any(FORMULA.search(parts.read(name)) for name in sheets)


def _show_uncalculated(values: list[list[object]], formulas: Sequence[Sequence[object]]) -> None:
    """Put a formula where it has no value: the cell would seem to be empty."""
    for row, cells in zip(values, formulas, strict=False):
        for place, (value, cell) in enumerate(zip(row, cells, strict=False)):
            if value is None and cell is not None:
                row[place] = Formula(getattr(cell, "text", cell))
