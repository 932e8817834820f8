"""The one reader of tables: the cells of a CSV or of a sheet, alike, with their rows in the file."""

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import pandas as pd

from msp_siting.errors import DataError, Sentence, problem
from msp_siting.files.csv import (
    SEPARATORS,
    CsvText,
    find_separator,
    header_of,
    parse_regular,
    parse_rows,
    read_csv_text,
)
from msp_siting.files.hints import first_problems
from msp_siting.files.mending import Mended, mended_in_columns
from msp_siting.files.spreadsheets import Formula, is_workbook, read_sheet, split_sheet, typed_as_text

MOST_COLUMNS = 2_000  # of any table: each is looked through
LINE_BREAK = re.compile(r"\r\n|\r|\n")
SHOWN = 40  # characters of a cell
HELD = {"\t", "\r"}
CountKnown = Callable[[Sequence[str]], int]


@dataclass(frozen=True)
class Cells:
    """The cells of a table.

    Attributes
    ----------
    headings
        As they are written, but for spaces around them; columns without heading and cells are left out.
    frame
        One row per row that holds anything, indexed by its number in the file; columns by position. Cells are text
        without spaces around it, those of a sheet also numbers, days and truth values; an empty one is ``""``.
    short
        How many cells a row has that ends before the header does, by its number.
    separator
        What stands between the cells of a CSV; ``""`` for a sheet.
    encoding
        ``utf-8``, ``utf-16`` or ``cp1252``; ``""`` for a sheet.
    mended
        What was mended on the way.
    """

    headings: tuple[str, ...]
    frame: pd.DataFrame
    short: Mapping[int, int]
    separator: str
    encoding: str
    mended: tuple[Mended, ...]


def read_cells(
    path: Path,
    count_known: CountKnown = len,
    separators: Sequence[str] = tuple(SEPARATORS),
    content: bytes | None = None,
    titles: int = 0,
) -> Cells:
    """Return the cells of a ``.csv`` file, or of a sheet (``FILE.xlsx``, or ``FILE.xlsx#sheet``).

    Parameters
    ----------
    count_known
        How many of some headings mean something to whoever reads, by which a CSV's separator is found.
    separators
        Those that the file may have.
    content
        The file's bytes, where they are read already.
    titles
        How many rows stand above the header, as publishers put them there.

    Raises
    ------
    DataError
        For a file that is no such table, or with cells beyond the last heading.
    """
    file, sheet = split_sheet(path)
    if is_workbook(file):
        return _of_sheet(file, sheet, content, titles)
    text = read_csv_text(file, content)
    below = text.text.splitlines(keepends=True)[titles:] if titles else [text.text]
    text = replace(text, text="".join(below), first_row=text.first_row + titles)
    separator = find_separator(text, count_known)
    if separator not in separators:
        other = problem(
            "columns are separated by {separator}; save the file with commas and decimal points",
            separator=SEPARATORS[separator],
        )
        raise DataError(other.at(file))
    regular = parse_regular(text, separator)
    if regular is None:
        return _finished(file, _of_rows(file, text, separator))
    rows = pd.RangeIndex(text.first_row + 1, text.first_row + len(regular))
    frame = regular.iloc[1:].set_axis(rows)
    return _finished(file, Cells(tuple(regular.iloc[0]), frame, {}, separator, text.encoding, text.mended))


def read_header(path: Path) -> list[str]:
    """Return the headings of a table.

    Raises
    ------
    DataError
        For a file that is no table.
    """
    file, sheet = split_sheet(path)
    if is_workbook(file):
        return list(_of_sheet(file, sheet).headings)
    text = read_csv_text(file)
    headings = [cell.strip() for cell in header_of(text, find_separator(text, len))]
    if not headings:
        long = problem("a cell is too long; is a quotation mark left open?")
        raise DataError(long.at(problem("row {row}", row=text.first_row)).at(file))
    return headings


def _of_rows(path: Path, text: CsvText, separator: str) -> Cells:
    """Return the cells of a CSV row by row."""
    try:
        rows = parse_rows(text, separator)
    except DataError as fault:
        raise DataError(each.at(path) for each in fault.problems) from fault
    headings = rows[0] if rows else []
    if not any(map(str.strip, headings)):
        return Cells((), pd.DataFrame(), {}, separator, text.encoding, text.mended)
    width = len(headings)
    cells, short = [], {}
    problems: list[Sentence] = []
    for number, row in enumerate(rows[1:], start=text.first_row + 1):
        if len(row) < width and any(map(str.strip, row)):
            short[number] = len(row)
        problems += (each.at(problem("row {row}", row=number)) for each in _faults(row, width, separator))
        cells.append([*row[:width], *[""] * (width - len(row))])
    if problems:
        raise DataError(first_problems([each.at(path) for each in problems], path))
    index = pd.RangeIndex(text.first_row + 1, text.first_row + 1 + len(cells))
    frame = pd.DataFrame(cells, index=index, columns=range(width), dtype="str")
    return Cells(tuple(headings), frame, short, separator, text.encoding, text.mended)


def _faults(row: Sequence[str], width: int, separator: str) -> Iterator[Sentence]:
    surplus = [cell.strip() for cell in row[width:] if cell.strip()]
    if surplus:
        yield problem(
            "expected {expected} cells, got {cells}; quote text and numbers that hold the separator "
            "(first surplus: {surplus!r})",
            expected=width,
            cells=len(row),
            surplus=surplus[0][:SHOWN],
        )
    swallowed = next((cell for cell in row if separator in LINE_BREAK.sub("\n", cell).partition("\n")[2]), None)
    if swallowed is not None:  # a row that a quotation mark takes into a cell would be lost in silence
        yield problem(
            "a cell ({cell!r}) holds a line break and cells behind it; is a quotation mark amiss?",
            cell=swallowed[:SHOWN],
        )


def _of_sheet(path: Path, name: str | None, content: bytes | None = None, titles: int = 0) -> Cells:
    sheet = read_sheet(path, name, content)
    mended = []
    if name is None and sheet.others:
        mended.append(Mended("repair_first_sheet", {"sheet": sheet.name, "others": ", ".join(sheet.others)}))
    if not any(any(cell is not None for cell in row) for row in sheet.rows):
        raise DataError(problem("sheet {name!r} is empty", name=sheet.name).at(path))
    below = sheet.rows[titles:] or sheet.rows[-1:]
    headings = [typed_as_text(cell) for cell in below[0]]
    width = max((place for place, heading in enumerate(headings, start=1) if heading.strip()), default=0)
    rows, numbers = [], []
    problems: list[Sentence] = []
    for number, row in enumerate(below[1:], start=titles + 2):
        filled = [(place, cell) for place, cell in enumerate(row, start=1) if cell is not None]
        if filled:
            faults = (_cell_fault(place, cell, headings[:width]) for place, cell in filled)
            problems += (fault.at(problem("row {row}", row=number)) for fault in faults if fault is not None)
            rows.append([*("" if cell is None else cell for cell in row[:width]), *[""] * (width - len(row))])
            numbers.append(number)
    if problems:
        raise DataError(first_problems([each.at(path) for each in problems], path))
    gaps = numbers[-1] - titles - 1 - len(numbers) if numbers else 0
    mended += [Mended("repair_empty_rows", {"count": gaps})] if gaps else []
    frame = pd.DataFrame(rows, index=pd.Index(numbers, dtype=int), columns=range(width), dtype=object)
    return _finished(path, Cells(tuple(headings[:width]), frame, {}, "", "", tuple(mended)))


def _cell_fault(place: int, cell: object, headings: Sequence[str]) -> Sentence | None:
    if place > len(headings):
        return _nameless(place, cell) if typed_as_text(cell).strip() else None
    if isinstance(cell, Formula):
        return cell.problem.at(headings[place - 1])
    return None


def _nameless(place: int, cell: object) -> Sentence:
    shown = typed_as_text(cell).strip()[:SHOWN]
    return problem("cell {position} ({cell!r}) is under no column name", position=place, cell=shown)


def _finished(path: Path, read: Cells) -> Cells:
    """Return cells without what surrounds them, without empty rows, and without columns that hold nothing."""
    if len(read.headings) > MOST_COLUMNS:
        wrong = problem(
            "{count:,} columns, expected at most {most:,}; is the first row the header?",
            count=len(read.headings),
            most=MOST_COLUMNS,
        )
        raise DataError(wrong.at(path))
    headings = [" ".join(heading.split()) for heading in read.headings]
    columns: dict[int, pd.Series] = {}
    stray: dict[str, int] = {}
    for place, cells in enumerate(read.frame[place] for place in read.frame.columns):
        columns[place] = _stripped(cells) if cells.dtype == object else _stripped_text(cells)
        stray[headings[place]] = int(columns[place].ne(cells).sum())
    frame = pd.DataFrame(columns, index=read.frame.index)
    is_filled = pd.Series(data=False, index=frame.index)
    problems: list[Sentence] = []
    for place, cells in columns.items():
        if not is_filled.all():
            is_filled |= cells.ne("")
        if not headings[place] and place > 0:
            nameless = cells.index[cells.ne("")]
            problems += (_nameless(place + 1, cells[row]).at(problem("row {row}", row=row)) for row in nameless)
    if problems:
        raise DataError(first_problems([each.at(path) for each in problems], path))
    mended = [*read.mended, *mended_in_columns("repair_stray_spaces", stray)]
    if not is_filled.all():
        rows = frame.index[is_filled]
        gaps = int((~is_filled & (frame.index < rows.max())).sum()) if len(rows) else 0
        mended += [Mended("repair_empty_rows", {"count": gaps})] if gaps else []  # those at the end are no rows
        frame = frame.loc[is_filled]
    kept = [place for place, heading in enumerate(headings) if heading or place == 0]
    frame = frame[kept].set_axis(range(len(kept)), axis="columns")
    if read.short:
        mended.append(Mended("repair_short_rows", {"count": len(read.short)}))
    return replace(read, headings=tuple(headings[place] for place in kept), frame=frame, mended=tuple(mended))


def _stripped(cells: pd.Series) -> pd.Series:
    bare = [_bare(cell) if isinstance(cell, str) else cell for cell in cells]
    return pd.Series(bare, index=cells.index, dtype=object)  # whose types are not to be inferred


def _stripped_text(cells: pd.Series) -> pd.Series:
    bare = cells.str.strip()
    surrounded = cells.index[bare.ne(cells)]
    if len(surrounded):
        bare = bare.copy()
        bare[surrounded] = cells[surrounded].map(_bare)
    return bare


def _bare(cell: str) -> str:
    """Return a text without the spaces around it; a tab or a return at its beginning stays one, to be refused."""
    bare = cell.strip()
    before = cell[: len(cell) - len(cell.lstrip())]
    return f"{next(mark for mark in before if mark in HELD)}{bare}" if bare and HELD & set(before) else bare
