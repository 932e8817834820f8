"""Rows of a file of funding requests: its separator and its columns are recognised, its cells are still text."""

import csv
import difflib
import io
import re
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from msp_siting.errors import DataError, Sentence, foreign, problem
from msp_siting.files import UNREADABLE, first_problems, is_file, near_name, read_text_file
from msp_siting.requests.cells import READERS, clean

SEPARATORS = (";", ",", "\t")
LARGEST_BYTES = 20_000_000  # 500 requests take about 0.5 MB
NEAR = 0.8  # how alike a misspelt column is; less alike, it is a column of the writer's own
MOST_COLUMNS = 500
SEPARATOR_LINE = re.compile(r"\ufeff?\"?sep=[^\n]*\n", re.IGNORECASE)  # what spreadsheets may write above the header
CSV_SENTENCES = ("{separator} expected after {quote}",)  # what csv says, with values in it
COMPULSORY = ("request_id", "place_id")
FIXED = frozenset({*READERS, "place_id", "finess_id", "tvs_id", "gp_joining_from_place_ids"})
FUNDER = re.compile(r"(requested|acquired)_eur_([a-z][a-z0-9_]*)")
NEW_POSTS = re.compile(r"([a-z][a-z0-9_]*)_new_committed")
MISPLACED = re.compile(r"(requested|acquired)(?:_.*)?")


@dataclass(frozen=True)
class RequestRows:
    """The cells of a file.

    Attributes
    ----------
    rows
        By row of the file (the header is row 1), the text of each known cell by column; cells without a value are out.
    columns
        The known columns, in their order.
    unread_columns
        The columns that are none of a request, as they are written.
    separator
        ``;``, ``,`` or a tab.
    encoding
        ``utf-8`` or ``cp1252``.
    """

    rows: dict[int, dict[str, str]]
    columns: tuple[str, ...]
    unread_columns: tuple[str, ...]
    separator: str
    encoding: str


def read_rows(path: Path, professions: Collection[str]) -> RequestRows:
    """Return the rows of a CSV file that hold anything.

    Raises
    ------
    DataError
        With every problem of the file itself, of its header, or of the shape of its rows.
    """
    size = path.stat().st_size if is_file(path) else 0
    if size > LARGEST_BYTES:
        too_large = problem(
            "{size:,.0f} MB, expected at most {most:.0f} MB; is it a file of requests?",
            size=size / 1e6,
            most=LARGEST_BYTES / 1e6,
        )
        raise DataError(too_large.at(path))
    file = read_text_file(path)
    if UNREADABLE in file.text:
        line = file.text[: file.text.index(UNREADABLE)].count("\n") + 1
        unreadable = problem("line {line}: a letter cannot be read; save the file as UTF-8", line=line)
        raise DataError(unreadable.at(path))
    above = SEPARATOR_LINE.match(file.text)
    text = file.text[above.end() :] if above else file.text
    separator = _separator(text, professions)
    table = _parse(path, text, separator)
    if not table or len(table[0]) > MOST_COLUMNS:
        count = len(table[0]) if table else 0
        wrong = problem(
            "{count:,} columns, expected 2 to {most}; is the first row the header?", count=count, most=MOST_COLUMNS
        )
        raise DataError(wrong.at(path))
    names = [cell.strip() for cell in table[0]]
    columns = {position: name.lower() for position, name in enumerate(names) if _is_known(name.lower(), professions)}
    problems = [each.at(path) for each in _header_problems(names, professions)]
    if problems:
        raise DataError(first_problems(problems, path))
    rows: dict[int, dict[str, str]] = {}
    for row, cells in enumerate(table[1:], start=3 if above else 2):
        if not any(cell.strip() for cell in cells):
            continue
        problems += (each.at(problem("row {row}", row=row)).at(path) for each in _shape_problems(cells, names))
        values = {name: clean(cells[position]) for position, name in columns.items() if position < len(cells)}
        rows[row] = {name: value for name, value in values.items() if value is not None}
    if not rows:
        problems.append(problem("there is no request, only a header").at(path))
    if problems:
        raise DataError(first_problems(problems, path))
    unread = tuple(name for position, name in enumerate(names) if name and position not in columns)
    return RequestRows(rows, tuple(columns.values()), unread, separator, file.encoding)


def _parse(path: Path, text: str, separator: str) -> list[list[str]]:
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=separator, strict=True)
    try:
        return list(reader)
    except csv.Error as fault:
        said = foreign(str(fault), *CSV_SENTENCES)
        wrong = problem(
            "cannot be read as CSV: line {line}: {problem}; is a quotation mark left open?",
            line=reader.line_num,
            problem=problem("a cell is too long") if "field limit" in said else said,
        )
        raise DataError(wrong.at(path)) from fault


def _separator(text: str, professions: Collection[str]) -> str:
    """Return the separator by which the header names the most columns of a request."""
    header = text.split("\n", maxsplit=1)[0].lower()
    counts = {
        separator: sum(_is_known(cell.strip().strip('"').strip(), professions) for cell in header.split(separator))
        for separator in SEPARATORS
    }
    return max(SEPARATORS, key=lambda separator: counts[separator])


def _is_known(name: str, professions: Collection[str]) -> bool:
    posts = NEW_POSTS.fullmatch(name)
    return (
        name in FIXED or FUNDER.fullmatch(name) is not None or (posts is not None and posts[1] in {"gp", *professions})
    )


def _header_problems(names: Sequence[str], professions: Collection[str]) -> Iterator[Sentence]:
    lower = [name.lower() for name in names]
    for name in COMPULSORY:
        if name not in lower:
            yield problem("column {name} is missing", name=name)
    for name in dict.fromkeys(lower):
        if name and lower.count(name) > 1:
            yield problem("column {name} is given twice", name=name)
    known = sorted(({*FIXED, "gp_new_committed"}) - set(lower))
    for name in names:
        if name and not _is_known(name.lower(), professions):
            wrong = _column_problem(name, known, professions)
            if wrong is not None:
                yield wrong


def _column_problem(name: str, known: Sequence[str], professions: Collection[str]) -> Sentence | None:
    """Return what an unknown column was probably meant to be, or None where it is of the writer's own."""
    unknown, lower = problem("unknown column {name!r}", name=name), name.lower()
    posts = NEW_POSTS.fullmatch(lower)
    if MISPLACED.fullmatch(lower):
        kind = lower.split("_", maxsplit=1)[0]
        return unknown + problem(
            "; write {kind}_eur_ and the funder, such as {kind}_eur_region, or rename it", kind=kind
        )
    if posts:
        has = ", ".join(professions)
        no_such = problem(
            "the model has no profession {profession}, only {professions}", profession=posts[1], professions=has
        )
        return no_such.at(unknown) + near_name(posts[1], {"gp", *professions})
    near = difflib.get_close_matches(lower, known, n=1, cutoff=NEAR)
    near = near or [other for other in known if len(lower) > 2 and other.startswith(f"{lower}_")]  # noqa: PLR2004
    return unknown + problem("; did you mean {name}?", name=near[0]) if near else None


def _shape_problems(cells: Sequence[str], names: Sequence[str]) -> Iterator[Sentence]:
    """Yield what is wrong with a row's shape; one that ends early is sound, since spreadsheets cut empty cells."""
    surplus = [cell for cell in cells[len(names) :] if cell.strip()]
    if surplus:
        yield problem(
            "expected {expected} cells, got {cells}; quote text and numbers that hold the separator "
            "(first surplus: {surplus!r})",
            expected=len(names),
            cells=len(cells),
            surplus=surplus[0].strip()[:40],
        )
    for position, (cell, name) in enumerate(zip(cells, names, strict=False), start=1):
        if not name and cell.strip():
            yield problem(
                "cell {position} ({cell!r}) is under no column name", position=position, cell=cell.strip()[:40]
            )
