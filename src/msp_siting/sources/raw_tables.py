"""Strict reading of official files, CSV, XLSX and Parquet: their header is found, their cells are checked."""

import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import cast

import pandas as pd
import pyogrio

from msp_siting.errors import DataError, Sentence, problem
from msp_siting.files import (
    MOST_PROBLEMS_SHOWN,
    SEPARATORS,
    CsvText,
    Formula,
    check_file,
    first_problems,
    fold,
    near_name,
    parse_rows,
    read_csv_text,
    read_parquet,
    read_sheet,
)
from msp_siting.language import Repair
from msp_siting.sources.boundaries import READING_FAULTS
from msp_siting.sources.catalogue import CatalogueEntry, Layout
from msp_siting.sources.raw_cells import check_cells, check_rows

HEADER_SEARCHED_ROWS = 40


@dataclass(frozen=True)
class Raw:
    """One official file, read.

    Attributes
    ----------
    frame
        One row per key of the catalogue's entry, columns by our names; codes are text, numbers floats.
    repairs
        What was mended, to be declared in the manifest.
    departments
        Those that the file speaks of, where rows of it were left out; else None.
    """

    entry: CatalogueEntry
    path: Path
    frame: pd.DataFrame
    repairs: tuple[Repair, ...]
    departments: frozenset[str] | None = None


def read_raw(path: Path, entry: CatalogueEntry) -> Raw:
    """Return a CSV, XLSX or Parquet file as the catalogue declares it.

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
        if self.path.suffix == ".parquet":
            rows, header = self._table_rows(read_parquet(self.path))
        elif self.layout.kind == "attributes":
            rows, header = self._table_rows(_attributes(self.path))
        else:
            rows, header = self._sheet_rows() if is_sheet else self._csv_rows()
        cells = self._cells(rows, header)
        frame = check_cells(cells, self.entry, self.path, self.repairs)
        return check_rows(frame, self.entry, self.path, self.repairs)

    def _fail(self, fault: Sentence) -> DataError:
        return DataError(fault.at(self.path))

    def _csv_rows(self) -> tuple[list[list[object]], int]:
        text = self._text()
        found: list[list[list[str]]] = []
        faults: dict[str, DataError] = {}
        expected = text.separator or self.layout.separator
        for separator in dict.fromkeys((expected, *SEPARATORS)):
            try:
                rows = [*[[""]] * (text.first_row - 1), *parse_rows(text, separator)]
            except DataError as fault:  # with another separator, quoted cells look broken too
                faults[separator] = fault
                continue
            at = self._header_at(rows)
            if at is not None:
                if separator != self.layout.separator:
                    name = {",": "commas", ";": "semicolons", "\t": "tabs"}[separator]
                    self.repairs.append(Repair("repair_separator", {"separator": name}))
                return cast("list[list[object]]", rows), at
            found.append(rows)
        best = max(found, key=self._best_match, default=[])
        if expected in faults and not self._best_match(best):
            raise DataError(each.at(self.path) for each in faults[expected].problems)
        raise self._header_error(best)

    def _text(self) -> CsvText:
        file = read_csv_text(self.path)
        if file.has_mark and file.encoding == "utf-8" and not self.layout.bom:
            self.repairs.append(Repair("repair_bom"))
        self.repairs += (Repair(each.key, each.values) for each in file.mended)
        return file

    def _sheet_rows(self) -> tuple[list[list[object]], int]:
        sheet = read_sheet(self.path, self.layout.sheet)
        name, rows = sheet.name, sheet.rows
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

    def _table_rows(self, frame: pd.DataFrame) -> tuple[list[list[object]], int]:
        cells = frame.astype(object).where(frame.notna(), None)
        rows = [list(frame.columns), *cells.to_numpy().tolist()]
        if self._header_at(rows[:1]) is None:
            raise self._header_error(rows[:1])
        return rows, 0

    def _wanted(self) -> list[str]:
        return [_written(column.header) for column in self.entry.columns.values()]

    def _best_match(self, rows: Sequence[Sequence[object]]) -> int:
        return max(map(self._matches, rows[:HEADER_SEARCHED_ROWS]), default=0)

    def _matches(self, row: Sequence[object]) -> int:
        names = {_written(cell) for cell in row}
        folded = {fold(name) for name in names}
        return sum(name in names or fold(name) in folded for name in set(self._wanted()))

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
        names = [_written(cell) for cell in row if _written(cell)]
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
        names = [_written(cell) for cell in rows[header]]
        found = {name: _places_of(name, names) for name in dict.fromkeys(self._wanted())}
        twice = [
            problem("row {row}: column {name!r} is given twice; keep one", row=header + 1, name=name)
            for name, places in found.items()
            if len(places) > 1
        ]
        others = [f"{names[places[0]]} = {name}" for name, places in found.items() if names[places[0]] != name]
        if others:
            self.repairs.append(Repair("repair_headings", {"headings": ", ".join(others)}))
        places = {ours: found[_written(column.header)][0] for ours, column in self.entry.columns.items()}
        width = max(place for place, name in enumerate(names, start=1) if name)
        cut, surplus, numbers, kept = [], [], [], []
        formulas: list[Sentence] = []
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
            faults = ((names[place], row[place]) for place in places.values())
            formulas += (cell.problem.at(name).at(_row(number)) for name, cell in faults if isinstance(cell, Formula))
        lengths, problems = (cut, []) if cut else (surplus, [*twice, *formulas])
        count = len(problems) + len(lengths)
        problems += [
            problem("row {row}: expected {expected} cells, got {cells}", **values)
            for values in lengths[:MOST_PROBLEMS_SHOWN]
        ]
        if problems:
            raise DataError(first_problems([each.at(self.path) for each in problems], self.path, count))
        return pd.DataFrame(kept, columns=list(places), index=numbers, dtype=object)


def _written(cell: object) -> str:
    """Return a heading as it is compared first: composed, straight apostrophes, single spaces."""
    given = "" if cell is None else unicodedata.normalize("NFC", str(cell))
    return " ".join(given.replace("\N{RIGHT SINGLE QUOTATION MARK}", "'").split())


def _places_of(name: str, names: Sequence[str]) -> list[int]:
    """Return where a heading stands: as it is written, else without regard to case and accents."""
    exact = [place for place, other in enumerate(names) if other == name]
    return exact or [place for place, other in enumerate(names) if fold(other) == fold(name)]


def _row(number: int) -> Sentence:
    return problem("row {row}", row=number)


def _attributes(path: Path) -> pd.DataFrame:
    """Return the table of a layer."""
    try:
        return pyogrio.read_dataframe(path, read_geometry=False)
    except READING_FAULTS as fault:
        raise DataError(problem("cannot be read as a layer; download it again").at(path)) from fault
