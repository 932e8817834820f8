"""CSV as text: how a file is encoded, what stands between its cells, its rows. Nothing is made of the cells yet."""

import csv
import io
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

import pandas as pd

from msp_siting.errors import DataError, Sentence, foreign, problem
from msp_siting.files.mending import Mended
from msp_siting.files.text import read_text_file

# What the csv module says of a text, with values in it.
CSV_SENTENCES = ("{separator} expected after {quote}", "field larger than field limit ({most})")
SEPARATORS = {",": "','", ";": "';'", "\t": problem("tabs")}  # with how they are called
SEPARATOR_LINE = re.compile(r'"?sep=([,;\t])"?[ \t]*[,;]*(?:\r\n|\n|\r|$)', re.IGNORECASE)
LONGEST_HEADER = 2_000_000  # characters
HEADINGS_LOOKED_AT = 1_000  # for the separator


@dataclass(frozen=True)
class CsvText:
    """The text of a CSV file.

    Attributes
    ----------
    text
        Without the line above the header that names the separator (``sep=;``), as spreadsheets write it.
    first_row
        Which row of the file it begins with: 1, or 2 below such a line.
    separator
        The one that such a line names.
    encoding
        ``utf-8``, ``utf-16`` or ``cp1252``.
    has_mark
        Whether it begins with the mark of its encoding.
    mended
        An encoding that is not UTF-8, and that line.
    """

    text: str
    first_row: int
    separator: str | None
    encoding: str
    has_mark: bool
    mended: tuple[Mended, ...]


def read_csv_text(path: Path, content: bytes | None = None) -> CsvText:
    """Return the text of a CSV file: UTF-8 with or without its mark, Windows-1252, or UTF-16 with its mark.

    Parameters
    ----------
    content
        Its bytes, where they are read already.

    Raises
    ------
    DataError
        For a file that is no such text.
    """
    file = read_text_file(path, content)
    mended = []
    if file.encoding != "utf-8":
        mended.append(Mended("repair_encoding" if file.encoding == "cp1252" else "repair_utf16"))
    above = SEPARATOR_LINE.match(file.text)
    if above:
        mended.append(Mended("repair_separator_line"))
    text = file.text[above.end() :] if above else file.text
    separator = above[1] if above else None
    return CsvText(text, 2 if above else 1, separator, file.encoding, file.has_mark, tuple(mended))


def parse_rows(file: CsvText, separator: str) -> list[list[str]]:
    """Return the cells of every row, the header's first.

    Raises
    ------
    DataError
        For quotation marks amiss and cells without end, with the line where such a row begins.
    """
    reader = csv.reader(io.StringIO(file.text, newline=""), delimiter=separator, strict=True)
    rows, begins = [], 1
    try:
        for row in reader:
            rows.append(row)
            begins = reader.line_num + 1
    except csv.Error as fault:
        raise DataError(_broken(str(fault), begins + file.first_row - 1)) from fault
    return rows


def parse_regular(file: CsvText, separator: str) -> pd.DataFrame | None:
    """Return the cells, all text, of a file whose rows are all as long as its first, quickly; else None.

    The header is row 0. A file with a line break in a cell, or with a cell too long, is not looked at either.
    """
    if _has_long_cell(file.text, separator):
        return None
    width = len(header_of(file, separator))
    if '"' in file.text:
        reader = csv.reader(io.StringIO(file.text, newline=""), delimiter=separator, strict=True)
        count = 0
        try:
            for count, row in enumerate(reader, start=1):  # noqa: B007 - counted
                if len(row) != width:
                    return None
        except csv.Error:
            return None
        if reader.line_num != count:
            return None
    try:
        cells = pd.read_csv(  # with a header of its own pandas would take a surplus first cell for an index
            io.BytesIO(file.text.encode()),
            sep=separator,
            header=None,
            dtype=str,
            keep_default_na=False,
            na_filter=False,
            skip_blank_lines=False,
            encoding="utf-8",
        )
    except (pd.errors.ParserError, pd.errors.EmptyDataError, UnicodeError):
        return None
    rows, columns = cells.shape
    # No row is longer. Without quotation marks the number of separators tells whether any is shorter.
    is_regular = columns == width and ('"' in file.text or file.text.count(separator) == rows * (width - 1))
    return cells if is_regular else None


def header_of(file: CsvText, separator: str) -> list[str]:
    """Return the cells of the first row; none where it cannot be read."""
    reader = csv.reader(io.StringIO(file.text[:LONGEST_HEADER], newline=""), delimiter=separator)
    try:
        return next(reader, [])
    except csv.Error:
        return []


def find_separator(file: CsvText, count_known: Callable[[Sequence[str]], int]) -> str:
    """Return the separator that the file names, or by which its header has most headings that are known, then most.

    Parameters
    ----------
    count_known
        How many of some headings mean something to whoever reads.
    """
    if file.separator is not None:
        return file.separator

    def score(separator: str) -> tuple[int, int]:
        headings = [cell.strip() for cell in header_of(file, separator)]
        return count_known(headings[:HEADINGS_LOOKED_AT]), len(headings)

    return max(SEPARATORS, key=score)


def _has_long_cell(text: str, separator: str) -> bool:
    """Return whether a cell is longer than the csv module takes; only long lines are looked at."""
    limit = csv.field_size_limit()
    lines = text.splitlines() if len(text) > limit else []
    return any(len(line) > limit and max(map(len, line.split(separator))) > limit for line in lines)


def _broken(said: str, line: int) -> Sentence:
    fault = problem("a cell is too long") if "field limit" in said else foreign(said, *CSV_SENTENCES)
    return problem(
        "cannot be read as CSV: line {line}: {problem}; is a quotation mark left open?", line=line, problem=fault
    )
