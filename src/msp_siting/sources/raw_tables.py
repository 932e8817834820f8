"""Strict reading of official files, CSV and XLSX: their header is found, their cells are checked."""

import csv
import io
import unicodedata
import warnings
import zipfile
import zlib
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import cast
from xml.etree import ElementTree as ET

import openpyxl
import pandas as pd
from openpyxl.utils.exceptions import InvalidFileException

from msp_siting.errors import DataError, Sentence, foreign, problem
from msp_siting.files import MOST_PROBLEMS_SHOWN, check_file, first_problems, near_name, read_text_file
from msp_siting.language import Repair
from msp_siting.sources.catalogue import CatalogueEntry, Layout
from msp_siting.sources.raw_cells import check_cells, check_rows
from msp_siting.units import BYTES_PER_MEGABYTE

HEADER_SEARCHED_ROWS = 40
LARGEST_UNPACKED_MB = 1000  # a workbook of all communes and a dozen figures has 10
SEPARATORS = (",", ";", "\t")
CSV_SENTENCES = ("{separator} expected after {quote}", "field larger than field limit ({most})")  # the csv module's
UNREADABLE_WORKBOOK = (  # what openpyxl lets through of a workbook that is cut, damaged or none
    *(InvalidFileException, zipfile.BadZipFile, zlib.error, ET.ParseError),
    *(KeyError, IndexError, TypeError, AttributeError, EOFError, OSError, ValueError),
)


@dataclass(frozen=True)
class Raw:
    """One official file, read.

    Attributes
    ----------
    frame
        One row per key of the catalogue's entry, columns by our names; codes are text, numbers floats.
    repairs
        What was mended, to be declared in the manifest.
    """

    entry: CatalogueEntry
    path: Path
    frame: pd.DataFrame
    repairs: tuple[Repair, ...]


def read_raw(path: Path, entry: CatalogueEntry) -> Raw:
    """Return a CSV or XLSX file as the catalogue declares it.

    Raises
    ------
    DataError
        With every problem of the first step that finds any: the file, its header, its cells, its rows together.
    """
    reader = _Reader(path, entry)
    frame = reader.read()
    return Raw(entry, path, frame, tuple(reader.repairs))


class _Reader:
    """Reads one file, collecting what it mends."""

    def __init__(self, path: Path, entry: CatalogueEntry) -> None:
        self.path = path
        self.entry = entry
        self.layout: Layout = entry.layout
        self.repairs: list[Repair] = []

    def read(self) -> pd.DataFrame:
        """Return the typed rows."""
        check_file(self.path, DataError)
        is_sheet = self.layout.kind == "xlsx" or (self.layout.kind == "any" and self.path.suffix == ".xlsx")
        rows, header = self._sheet_rows() if is_sheet else self._csv_rows()
        cells = self._cells(rows, header)
        frame = check_cells(cells, self.entry, self.path, self.repairs)
        return check_rows(frame, self.entry, self.path, self.repairs)

    def _fail(self, fault: Sentence) -> DataError:
        return DataError(fault.at(self.path))

    def _csv_rows(self) -> tuple[list[list[object]], int]:
        text = self._text()
        found: list[list[list[str]]] = []
        faults: dict[str, Sentence] = {}
        for separator in dict.fromkeys((self.layout.separator, *SEPARATORS)):
            reader = csv.reader(io.StringIO(text, newline=""), delimiter=separator, strict=True)
            try:
                rows = list(reader)
            except csv.Error as fault:  # with another separator, quoted cells look broken too
                said = foreign(str(fault), *CSV_SENTENCES)
                faults.setdefault(
                    separator,
                    problem(
                        "cannot be read as CSV: line {line}: {problem}; is a quotation mark left open?",
                        line=reader.line_num,
                        problem=said,
                    ),
                )
                continue
            at = self._header_at(rows)
            if at is not None:
                if separator != self.layout.separator:
                    name = {",": "commas", ";": "semicolons", "\t": "tabs"}[separator]
                    self.repairs.append(Repair("repair_separator", {"separator": name}))
                return cast("list[list[object]]", rows), at
            found.append(rows)
        best = max(found, key=self._best_match, default=[])
        if self.layout.separator in faults and not self._best_match(best):
            raise self._fail(faults[self.layout.separator])
        raise self._header_error(best)

    def _text(self) -> str:
        file = read_text_file(self.path)
        if file.has_mark and not self.layout.bom:
            self.repairs.append(Repair("repair_bom"))
        if file.encoding == "cp1252":
            self.repairs.append(Repair("repair_encoding"))
        return file.text

    def _sheet_rows(self) -> tuple[list[list[object]], int]:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", UserWarning)  # of styles and parts that are not read
            name, rows = self._read_sheet()
        if not any(any(cell is not None for cell in row) for row in rows):
            raise self._fail(problem("sheet {name!r} is empty", name=name))
        at = self._header_at(rows)
        if at is None:
            raise self._header_error(rows)
        # A stray cell far below or to the right makes no other row longer: there may be a million rows of 16,384 cells.
        width = max(place for place, cell in enumerate(rows[at], start=1) if cell is not None)
        cut = (row[:width] for row in rows)
        return [
            [*row, *[None] * (width - len(row))] if any(cell is not None for cell in row) else [] for row in cut
        ], at

    def _read_sheet(self) -> tuple[str, list[list[object]]]:
        try:
            with zipfile.ZipFile(self.path) as parts:
                unpacked = sum(part.file_size for part in parts.infolist()) / BYTES_PER_MEGABYTE
            if unpacked > LARGEST_UNPACKED_MB:
                raise self._fail(
                    problem(
                        "unpacks to {size:,.0f} MB, expected at most {most}; is it a table?",
                        size=unpacked,
                        most=LARGEST_UNPACKED_MB,
                    )
                )
            book = openpyxl.load_workbook(self.path, read_only=True, data_only=True)
            sheets = {sheet.title: sheet for sheet in book.worksheets}
            name = self.layout.sheet or next(iter(sheets), "")
            if name not in sheets:
                raise self._fail(
                    problem(
                        "no sheet {name!r}{advice}; its sheets are {sheets}",
                        name=name,
                        advice=near_name(name, sheets),
                        sheets=", ".join(sheets),
                    )
                )
            sheets[name].reset_dimensions()  # some writers state wrong ones, and cells beyond are not read
            rows = [list(row) for row in sheets[name].iter_rows(values_only=True)]  # parsed here, not before
            book.close()
        except UNREADABLE_WORKBOOK as fault:
            raise self._fail(problem("is no readable XLSX workbook; download it again")) from fault
        return name, rows

    def _name(self, cell: object) -> str:
        given = "" if cell is None else unicodedata.normalize("NFC", str(cell))
        text = " ".join(given.replace("\N{RIGHT SINGLE QUOTATION MARK}", "'").split())
        return text.lower() if self.layout.any_case else text

    def _wanted(self) -> list[str]:
        return [self._name(column.header) for column in self.entry.columns.values()]

    def _best_match(self, rows: Sequence[Sequence[object]]) -> int:
        return max(map(self._matches, rows[:HEADER_SEARCHED_ROWS]), default=0)

    def _matches(self, row: Sequence[object]) -> int:
        return len({self._name(cell) for cell in row} & set(self._wanted()))

    def _header_at(self, rows: Sequence[Sequence[object]]) -> int | None:
        """Return where the header is among the first rows, where all the columns wanted are named."""
        wanted = len(set(self._wanted()))
        for at, row in enumerate(rows[:HEADER_SEARCHED_ROWS]):
            if self._matches(row) == wanted:
                if at + 1 != self.layout.header_row:
                    self.repairs.append(
                        Repair("repair_header_row", {"row": at + 1, "expected": self.layout.header_row})
                    )
                return at
        return None

    def _header_error(self, rows: Sequence[Sequence[object]]) -> DataError:
        row = max(rows[:HEADER_SEARCHED_ROWS], key=self._matches, default=[])
        names = [self._name(cell) for cell in row if self._name(cell)]
        if not self._matches(row):
            first = ", ".join(repr(name) for name in self._wanted()[:3])
            return self._fail(
                problem(
                    "no header found in the first {rows} rows (looked for {columns} ...); is it the file of the "
                    "catalogue?",
                    rows=HEADER_SEARCHED_ROWS,
                    columns=first,
                )
            )
        return DataError(
            problem(
                "column {name!r} is missing{advice}; data/catalogue.yaml names the columns",
                name=name,
                advice=near_name(name, names),
            ).at(self.path)
            for name in self._wanted()
            if name not in names
        )

    def _cells(self, rows: Sequence[Sequence[object]], header: int) -> pd.DataFrame:
        """Return the wanted columns under our names, indexed by row of the file; rows without any cell are left out."""
        names = [self._name(cell) for cell in rows[header]]
        twice = [
            problem("row {row}: column {name!r} is given twice; keep one", row=header + 1, name=name)
            for name in dict.fromkeys(self._wanted())
            if names.count(name) > 1
        ]
        places = {ours: names.index(self._name(column.header)) for ours, column in self.entry.columns.items()}
        width = max(place for place, name in enumerate(names, start=1) if name)
        cut, surplus, numbers, kept = [], [], [], []
        for number, row in enumerate(
            rows[header + 1 + self.layout.unit_rows :], start=header + 2 + self.layout.unit_rows
        ):
            if all(cell is None or (isinstance(cell, str) and not cell.strip()) for cell in row):
                continue
            if len(row) < width:  # it ends before the header does
                cut.append({"row": number, "expected": width, "cells": len(row)})
                continue
            if any(cell is not None and str(cell).strip() for cell in row[len(names) :]):
                surplus.append({"row": number, "expected": len(names), "cells": len(row)})
                continue
            numbers.append(number)
            kept.append([row[place] for place in places.values()])
        lengths, problems = (cut, []) if cut else (surplus, twice)
        count = len(problems) + len(lengths)
        problems += [
            problem("row {row}: expected {expected} cells, got {cells}", **values)
            for values in lengths[:MOST_PROBLEMS_SHOWN]
        ]
        if problems:
            raise DataError(first_problems([each.at(self.path) for each in problems], self.path, count))
        return pd.DataFrame(kept, columns=list(places), index=numbers, dtype=object)
