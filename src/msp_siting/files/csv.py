"""Cells of CSV files as text: which separator they have, and no row that is shorter or longer than its header."""

import csv
import io
import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import pandas as pd

from msp_siting.errors import DataError, Sentence, foreign, problem
from msp_siting.files.text import UTF8_MARK, read_bytes, why_no_csv

MOST_ROWS_SHOWN = 20
TOO_LONG = problem("a cell is too long; is a quotation mark left open?")
SEPARATORS = {",": "','", ";": "';'", "\t": problem("tabs")}  # with how they are called


@dataclass(frozen=True)
class CsvCells:
    """The cells of a file.

    Attributes
    ----------
    frame
        One row per row of the file that is not its header, columns by the names there, all text.
    separator
        What stands between the cells; only with a comma there, decimals have points.
    """

    frame: pd.DataFrame
    separator: str


def read_cells(path: Path, separators: Sequence[str] = tuple(SEPARATORS)) -> CsvCells:
    """Return the cells of a UTF-8 CSV file.

    Parameters
    ----------
    separators
        Those that the file may have.

    Raises
    ------
    DataError
        For a file that is no such text, with another separator, or with rows of another length than its header.
    """
    content = _read_csv_bytes(path)
    header_line = _header_line(content)
    if not header_line.strip():
        raise DataError(problem("there are no names of columns").at(_row(1)).at(path))
    separator = _separator_of(header_line)
    if separator not in separators:
        other = problem(
            "columns are separated by {separator}; save the file with commas and decimal points",
            separator=SEPARATORS[separator],
        )
        raise DataError(other.at(path))
    try:
        cells = pd.read_csv(  # with a header of its own pandas would take a surplus first cell for an index
            io.BytesIO(content),
            sep=separator,
            header=None,
            dtype=str,
            keep_default_na=False,
            na_filter=False,
            skip_blank_lines=False,
            encoding="utf-8-sig",
        )
    except pd.errors.ParserError as fault:
        raise DataError(_parser_problem(str(fault), separator).at(path)) from fault
    short = _short_rows(content, separator, *cells.shape)
    if short:
        raise DataError(each.at(path) for each in short)
    header = list(cells.iloc[0])
    frame = cells.iloc[1:].set_axis(header, axis="columns")
    filled = frame.index[frame.ne("").any(axis="columns")]
    frame = frame.loc[: filled.max() if len(filled) else 0]  # empty lines at the end are no rows
    empty = frame.index.difference(filled)
    if len(empty):
        wrong = problem("the row is empty; take it out")
        raise DataError(wrong.at(_row(row + 1)).at(path) for row in empty[:MOST_ROWS_SHOWN])
    return CsvCells(frame.reset_index(drop=True), separator)


def read_header(path: Path) -> list[str]:
    """Return the names in the first row of a UTF-8 CSV file.

    Raises
    ------
    DataError
        For a file that is no such text.
    """
    line = _header_line(_read_csv_bytes(path))
    try:
        return next(csv.reader([line], delimiter=_separator_of(line)), [])
    except csv.Error as fault:
        raise DataError(TOO_LONG.at(_row(1)).at(path)) from fault


def _read_csv_bytes(path: Path) -> bytes:
    content = read_bytes(path, DataError)
    wrong = why_no_csv(content)
    if wrong:
        raise DataError(wrong.at(path))
    try:
        content.decode()
    except UnicodeDecodeError as fault:
        line = problem("line {line}", line=content[: fault.start].count(b"\n") + 1)
        raise DataError(problem("not UTF-8 text; save the file as CSV UTF-8").at(line).at(path)) from fault
    return content


def _header_line(content: bytes) -> str:
    end = re.search(rb"[\r\n]|\Z", content)
    return content[: end.start() if end else len(content)].removeprefix(UTF8_MARK).decode()


def _separator_of(header: str) -> str:
    """Return the separator that stands most often in a header, outside quotation marks."""
    bare = re.sub(r'"[^"]*"', "", header)
    return max(SEPARATORS, key=bare.count)


def _short_rows(content: bytes, separator: str, rows: int, width: int) -> list[Sentence]:
    """Return what is wrong with rows of fewer cells than the header, which pandas fills with empty ones.

    No row has more. So in a file without quotation marks and empty lines the number of separators tells whether any
    has fewer; otherwise every row is looked at.
    """
    if b'"' not in content and content.count(separator.encode()) == rows * (width - 1):
        return []
    reader = csv.reader(io.StringIO(content.decode("utf-8-sig"), newline=""), delimiter=separator)
    found, number = [], 0
    try:
        for number, row in enumerate(reader, start=1):
            if 0 < len(row) < width:  # an empty line is looked at elsewhere
                found.append((number, len(row)))
    except csv.Error:  # a cell of more than csv's limit of 131,072 characters
        return [TOO_LONG.at(_row(number + 1))]
    problems = [
        problem("expected {expected} cells, got {cells}", expected=width, cells=cells).at(_row(number))
        for number, cells in found[:MOST_ROWS_SHOWN]
    ]
    if len(found) > MOST_ROWS_SHOWN:
        problems.append(problem("{count} more problems", count=len(found) - MOST_ROWS_SHOWN))
    return problems


def _parser_problem(text: str, separator: str) -> Sentence:
    surplus = re.search(r"Expected (\d+) fields in line (\d+), saw (\d+)", text)
    if surplus:
        expected, row, cells = surplus.groups()
        advice = (
            problem("write decimals with a point, quote text with commas")
            if separator == ","
            else problem("quote text with {separator}", separator=SEPARATORS[separator])
        )
        wrong = problem(
            "expected {expected} cells, got {cells}; {advice}", expected=expected, cells=cells, advice=advice
        )
        return wrong.at(_row(row))
    unclosed = re.search(r"EOF inside string starting at row (\d+)", text)
    if unclosed:
        return problem("a quotation mark is opened and never closed").at(_row(int(unclosed[1]) + 1))
    return problem("cannot be read as CSV: {problem}", problem=foreign(text))


def _row(number: object) -> Sentence:
    return problem("row {row}", row=number)
