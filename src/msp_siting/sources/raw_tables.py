"""Strict reading of official files: headers are found, codes and numbers repaired where that is safe, and said so."""

import csv
import hashlib
import io
import re
import zipfile
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import openpyxl
import pandas as pd
from openpyxl.utils.exceptions import InvalidFileException

from msp_siting.errors import DataError
from msp_siting.sources.catalogue import CatalogueEntry, Layout, RawColumn
from msp_siting.tables import MOST_PROBLEMS_SHOWN
from msp_siting.yaml_files import near_name

HEADER_SEARCHED_ROWS = 40
MOST_IMPOSSIBLE_SHARE = 0.01  # more cells outside their limits are no slips of the publisher
SEPARATORS = (",", ";", "\t")
COMMUNE = re.compile(r"(\d\d|2[AB])\d{3}")
DEPARTMENT = re.compile(r"\d\d|2[AB]|9[78]\d")
OVERSEAS = ("97", "98")
SPACES = re.compile("[\\s\u00a0\u202f]+")
DECIMAL_COMMA = re.compile(r"-?\d+,\d+")


@dataclass(frozen=True)
class Repair:
    """What a reader mended in a file: a sentence of the catalogue of messages and its values."""

    key: str
    values: dict[str, object] = field(default_factory=dict)


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
    sha256: str
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
    return Raw(entry, path, fingerprint(path), frame, tuple(reader.repairs))


def fingerprint(path: Path) -> str:
    """Return the sha256 of a file."""
    return hashlib.sha256(path.read_bytes()).hexdigest()


class _Reader:
    """Reads one file, collecting what it mends."""

    def __init__(self, path: Path, entry: CatalogueEntry) -> None:
        self.path = path
        self.entry = entry
        self.layout: Layout = entry.layout
        self.repairs: list[Repair] = []

    def read(self) -> pd.DataFrame:
        """Return the typed rows."""
        is_sheet = self.layout.kind == "xlsx" or (self.layout.kind == "any" and self.path.suffix == ".xlsx")
        rows, header = self._sheet_rows() if is_sheet else self._csv_rows()
        cells = self._cells(rows, header)
        frame = check_cells(cells, self.entry, self.path, self.repairs)
        return check_rows(frame, self.entry, self.path, self.repairs)

    def _fail(self, problem: str) -> DataError:
        return DataError(f"{self.path}: {problem}")

    def _csv_rows(self) -> tuple[list[list[object]], int]:
        text = self._text()
        found: list[tuple[int, list[list[str]], int | None, str]] = []
        for separator in (self.layout.separator, *SEPARATORS):
            rows = self._split(text, separator)
            at = self._header_at(rows)
            if at is not None:
                if separator != self.layout.separator:
                    name = {",": "commas", ";": "semicolons", "\t": "tabs"}[separator]
                    self.repairs.append(Repair("repair_separator", {"separator": name}))
                return [list(row) for row in rows], at
            found.append((max(map(self._matches, rows[:HEADER_SEARCHED_ROWS]), default=0), rows, at, separator))
        best = max(found, key=lambda one: one[0])
        raise self._header_error(best[1])

    def _text(self) -> str:
        try:
            content = self.path.read_bytes()
        except OSError as problem:
            raise self._fail(f"cannot be read: {problem.strerror}") from problem
        if not content.strip():
            raise self._fail("the file is empty")
        if content.startswith(b"PK\x03\x04"):
            raise self._fail("is a spreadsheet or an archive, expected CSV text; save it as CSV (UTF-8)")
        if b"\0" in content:
            raise self._fail("is not text (it holds zero bytes); export it again as CSV (UTF-8)")
        if content.startswith(b"\xef\xbb\xbf") and not self.layout.bom:
            self.repairs.append(Repair("repair_bom"))
        try:
            return content.decode("utf-8-sig")
        except UnicodeDecodeError:
            self.repairs.append(Repair("repair_encoding"))
            return content.decode("cp1252", errors="replace")

    def _split(self, text: str, separator: str) -> list[list[str]]:
        try:
            return list(csv.reader(io.StringIO(text, newline=""), delimiter=separator, strict=True))
        except csv.Error as problem:
            raise self._fail(f"cannot be read as CSV: {problem}; is a quotation mark left open?") from problem

    def _sheet_rows(self) -> tuple[list[list[object]], int]:
        try:
            book = openpyxl.load_workbook(self.path, read_only=True, data_only=True)
        except (InvalidFileException, zipfile.BadZipFile, KeyError, OSError, ValueError) as problem:
            raise self._fail("is no readable XLSX workbook; download it again") from problem
        name = self.layout.sheet or book.sheetnames[0]
        if name not in book.sheetnames:
            known = ", ".join(book.sheetnames)
            raise self._fail(f"no sheet {name!r}{near_name(name, book.sheetnames)}; its sheets are {known}")
        rows = [list(row) for row in book[name].iter_rows(values_only=True)]
        book.close()
        if not any(any(cell is not None for cell in row) for row in rows):
            raise self._fail(f"sheet {name!r} is empty")
        at = self._header_at(rows)
        if at is None:
            raise self._header_error(rows)
        return rows, at

    def _name(self, cell: object) -> str:
        text = "" if cell is None else " ".join(str(cell).split())
        return text.lower() if self.layout.any_case else text

    def _wanted(self) -> list[str]:
        return [self._name(column.header) for column in self.entry.columns.values()]

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
                f"no header found in the first {HEADER_SEARCHED_ROWS} rows (looked for {first} ...); "
                "is it the file of the catalogue?"
            )
        return DataError(
            f"{self.path}: column {name!r} is missing{near_name(name, names)}; data/catalogue.yaml names the columns"
            for name in self._wanted()
            if name not in names
        )

    def _cells(self, rows: Sequence[Sequence[object]], header: int) -> pd.DataFrame:
        """Return the wanted columns under our names, indexed by row of the file; rows without any cell are left out."""
        names = [self._name(cell) for cell in rows[header]]
        problems = [
            f"{self.path}: row {header + 1}: column {name!r} is given twice; keep one"
            for name in dict.fromkeys(self._wanted())
            if names.count(name) > 1
        ]
        places = {ours: names.index(self._name(column.header)) for ours, column in self.entry.columns.items()}
        last = max(places.values())
        numbers, kept = [], []
        for number, row in enumerate(rows[header + 1 + self.layout.unit_rows :], start=header + 2 + self.layout.unit_rows):
            if all(cell is None or (isinstance(cell, str) and not cell.strip()) for cell in row):
                continue
            if len(row) <= last or any(
                cell is not None and str(cell).strip() for cell in row[len(names) :]
            ):
                problems.append(f"{self.path}: row {number}: expected {len(names)} cells, got {len(row)}")
                continue
            numbers.append(number)
            kept.append([row[place] for place in places.values()])
        if problems:
            raise DataError(_first(problems, self.path))
        return pd.DataFrame(kept, columns=list(places), index=numbers, dtype=object)


def check_cells(
    cells: pd.DataFrame, entry: CatalogueEntry, path: Path, repairs: list[Repair]
) -> pd.DataFrame:
    """Return cells in their types, indexed by row of the file; what is mended is added to ``repairs``.

    Raises
    ------
    DataError
        With one problem per cell that cannot be what its column declares.
    """
    for column, value in entry.keep.items():
        kept = cells[column].map(_as_text).eq(value)
        if not kept.any():
            raise DataError(f"{path}: no row has {entry.columns[column].header} {value!r}")
        cells = cells[kept]
    if entry.missing_rows:
        cells = cells[~cells[entry.key[0]].map(_as_text).isin([*entry.missing_rows, ""])]
    problems: list[str] = []
    columns: dict[str, pd.Series] = {}
    by_kind = sorted(entry.columns, key=lambda name: entry.columns[name].kind != "commune")
    for name in by_kind:  # communes first: rows overseas are not looked at any further
        column = entry.columns[name]
        values, wrong = _CONVERSIONS[column.kind](cells[name], column, repairs)
        problems += [f"{path}: row {row}: {column.header}: {problem}" for row, problem in wrong]
        columns[name] = values
        if column.kind == "commune" and not entry.keeps_overseas:
            cells = cells[~values.reindex(cells.index).str.startswith(OVERSEAS)]
    if problems:
        raise DataError(_first(problems, path))
    return pd.DataFrame(columns)[list(entry.columns)].loc[cells.index]


def check_rows(frame: pd.DataFrame, entry: CatalogueEntry, path: Path, repairs: list[Repair]) -> pd.DataFrame:
    """Return rows with each key once, once it is sure that none is lacking.

    Raises
    ------
    DataError
        For keys given twice with different figures, departments without a row, or a file cut short.
    """
    if len(frame) < entry.rows_fewest:
        raise DataError(
            f"{path}: {len(frame)} rows, expected at least {entry.rows_fewest}; is the file cut short?"
        )
    twice = frame.duplicated(entry.key, keep=False)
    same = frame.duplicated(keep="first")
    differing = frame[twice & ~frame.duplicated(keep=False)]
    if len(differing):
        raise DataError(
            _first(
                [
                    f"{path}: row {row}: {', '.join(entry.columns[name].header for name in entry.key)} "
                    f"{', '.join(repr(frame.at[row, name]) for name in entry.key)} is given twice, with other figures"
                    for row in differing.index
                ],
                path,
            )
        )
    if same.any():
        repairs.append(Repair("repair_duplicates", {"count": int(same.sum()), "codes": _some(frame.loc[same, entry.key[0]])}))
        frame = frame[~same]
    if entry.departments == "all":
        present = set(frame[entry.key[0]].str[:2])
        lacking = sorted(set(METROPOLITAN) - present - set(entry.departments_absent))
        if lacking:
            raise DataError(f"{path}: no row of department {', '.join(lacking)}; is the file complete?")
    return frame.reset_index(drop=True)


METROPOLITAN = tuple(f"{number:02d}" for number in range(1, 96) if number != 20) + ("2A", "2B")  # noqa: PLR2004 - Corsica

_Wrong = list[tuple[object, str]]


def _as_text(cell: object) -> str:
    if cell is None or (isinstance(cell, float) and np.isnan(cell)):
        return ""
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    return str(cell).strip()


def _convert_code(
    cells: pd.Series, column: RawColumn, repairs: list[Repair], pattern: re.Pattern[str], length: int, example: str
) -> tuple[pd.Series, _Wrong]:
    text = cells.map(_as_text).str.upper()
    whole = text.str.replace(r"^(\d+)\.0+$", r"\1", regex=True)
    short = whole.str.fullmatch(rf"\d{{{length - 1}}}")
    fixed = whole.where(~short, "0" + whole)
    mended = int((fixed != cells.map(_as_text)).sum())
    if mended:
        first = fixed[fixed != cells.map(_as_text)].iloc[0]
        repairs.append(Repair("repair_codes", {"column": column.header, "count": mended, "example": first}))
    good = fixed.map(lambda code: pattern.fullmatch(code) is not None)
    wrong = [
        (row, f"expected {example}, got {cells[row]!r}")
        for row in fixed.index[~good.astype(bool)]
    ]
    return fixed, wrong


def _convert_commune(cells: pd.Series, column: RawColumn, repairs: list[Repair]) -> tuple[pd.Series, _Wrong]:
    example = "an INSEE code of 5 characters such as 01004"
    return _convert_code(cells, column, repairs, re.compile(f"{COMMUNE.pattern}|9[78].{{3}}"), 5, example)


def _convert_department(cells: pd.Series, column: RawColumn, repairs: list[Repair]) -> tuple[pd.Series, _Wrong]:
    return _convert_code(cells, column, repairs, DEPARTMENT, 2, "a department such as 01 or 2A")


def _convert_text(cells: pd.Series, column: RawColumn, repairs: list[Repair]) -> tuple[pd.Series, _Wrong]:
    text = cells.map(_as_text)
    text = _without_missing(text, column, repairs)
    wrong: _Wrong = []
    if not column.may_be_empty:
        wrong += [(row, "the cell is empty") for row in text.index[text.eq("")]]
    if column.values:
        allowed = text.isin([*column.values, ""])
        wrong += [
            (row, f"expected one of {', '.join(column.values)}, got {text[row]!r}") for row in text.index[~allowed]
        ]
    return text.astype("str"), wrong


def _without_missing(text: pd.Series, column: RawColumn, repairs: list[Repair]) -> pd.Series:
    """Return cells where what the publisher writes for a figure that is not given is empty; their count is declared."""
    absent = text.isin(column.missing)
    if absent.any():
        values = {"column": column.header, "count": int(absent.sum()), "text": text[absent].iloc[0]}
        repairs.append(Repair("repair_not_given", values))
    return text.where(~absent, "")


def _convert_number(cells: pd.Series, column: RawColumn, repairs: list[Repair]) -> tuple[pd.Series, _Wrong]:
    is_number = cells.map(lambda cell: isinstance(cell, int | float) and not isinstance(cell, bool)).astype(bool)
    text = _without_missing(cells.map(_as_text), column, repairs)
    spaced = text.str.replace(SPACES, "", regex=True)
    if (spaced != text).any():
        repairs.append(Repair("repair_spaces", {"column": column.header, "count": int((spaced != text).sum())}))
    commas = spaced.str.fullmatch(DECIMAL_COMMA.pattern).astype(bool)
    points = spaced.str.contains(".", regex=False) & ~is_number
    if commas.any() and not points.any():
        repairs.append(Repair("repair_decimal_commas", {"column": column.header, "count": int(commas.sum())}))
        spaced = spaced.str.replace(",", ".", regex=False)
    numbers = pd.to_numeric(spaced.where(spaced.ne(""), None), errors="coerce").astype(float)
    numbers[is_number] = cells[is_number].astype(float)
    numbers = _without_impossible(numbers, column, repairs)
    wrong = list(_number_problems(numbers, text, column))
    return numbers, wrong


def _without_impossible(numbers: pd.Series, column: RawColumn, repairs: list[Repair]) -> pd.Series:
    """Return numbers without the few outside their limits, where the catalogue says that such slips are known."""
    if not column.impossible_is_empty:
        return numbers
    outside = (numbers < column.least) | (numbers > column.most)
    if not outside.any() or outside.mean() > MOST_IMPOSSIBLE_SHARE:
        return numbers
    repairs.append(Repair("repair_impossible", {"column": column.header, "count": int(outside.sum())}))
    return numbers.mask(outside)


def _number_problems(numbers: pd.Series, text: pd.Series, column: RawColumn) -> Iterator[tuple[object, str]]:
    empty = text.eq("")
    readable = pd.to_numeric(text.str.replace(SPACES, "", regex=True).str.replace(",", ".", regex=False), errors="coerce")
    for row in numbers.index[numbers.isna() & ~empty & readable.isna()]:
        yield row, f"expected a number, got {text[row]!r}"
    if not column.may_be_empty:
        for row in numbers.index[empty]:
            yield row, "the cell is empty"
    for row in numbers.index[np.isinf(numbers)]:
        yield row, f"expected a finite number, got {text[row]!r}"
    if column.least is not None:
        for row in numbers.index[numbers < column.least]:
            yield row, f"must be at least {column.least:g}, got {text[row]}"
    if column.most is not None:
        for row in numbers.index[numbers > column.most]:
            yield row, f"must be at most {column.most:g}, got {text[row]}"
    if column.largest_at_least is not None and numbers.max() < column.largest_at_least:
        row = numbers.idxmax()
        yield row, (
            f"the largest value is {numbers.max():g}, expected one of at least {column.largest_at_least:g}; "
            "has the unit changed?"
        )


_CONVERSIONS: dict[str, Callable[[pd.Series, RawColumn, list[Repair]], tuple[pd.Series, _Wrong]]] = {
    "commune": _convert_commune,
    "department": _convert_department,
    "id": _convert_text,
    "text": _convert_text,
    "number": _convert_number,
}


def _some(values: pd.Series) -> str:
    names = [str(value) for value in values.head(5)]
    return ", ".join(names) + (" ..." if len(values) > len(names) else "")


def _first(problems: list[str], path: Path) -> list[str]:
    if len(problems) <= MOST_PROBLEMS_SHOWN:
        return problems
    return [*problems[:MOST_PROBLEMS_SHOWN], f"{path}: {len(problems) - MOST_PROBLEMS_SHOWN} more problems"]
