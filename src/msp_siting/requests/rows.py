"""Rows of a file of funding requests: its columns are recognised, its cells are still text."""

import difflib
import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from msp_siting.errors import DataError, Sentence, problem
from msp_siting.files import (
    FORMULA_STARTS,
    UNREADABLE,
    Cells,
    Table,
    first_problems,
    is_file,
    match_headings,
    near_name,
    no_formula,
    read_cells,
    split_sheet,
    typed_as_text,
)
from msp_siting.language import Repair
from msp_siting.requests.cells import clean
from msp_siting.requests.headings import COMPULSORY, FIXED, FUNDER, NEW_POSTS, aid_of_nobody, request_columns

__all__ = ["COMPULSORY", "FIXED", "FUNDER", "NEW_POSTS", "RequestRows", "read_rows"]

LARGEST_BYTES = 20_000_000  # 500 requests take about 0.5 MB
NEAR = 0.8  # how alike a misspelt column is; less alike, it is a column of the writer's own
MOST_COLUMNS = 500
MISPLACED = re.compile(r"(requested|acquired)(?:_.*)?")
WRITTEN_AS_THEY_ARE = {
    *("request_id", "place_id", "place_name", "project_name", "owner_name", "address"),
    *("finess_id", "tvs_id", "legal_form", "aci_status"),
}
MAY_HAVE_LINES = "gp_joining_from_place_ids"  # a place on each


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
        ``;``, ``,`` or a tab; empty for a sheet.
    encoding
        ``utf-8``, ``utf-16`` or ``cp1252``; empty for a sheet.
    repairs
        What was mended in the file as it was read.
    """

    rows: dict[int, dict[str, str]]
    columns: tuple[str, ...]
    unread_columns: tuple[str, ...]
    separator: str
    encoding: str
    repairs: tuple[Repair, ...]


def read_rows(path: Path, professions: Collection[str], content: bytes | None = None) -> RequestRows:
    """Return the rows of a CSV file or a sheet (``FILE.xlsx#sheet``) that hold anything.

    Parameters
    ----------
    content
        The file's bytes, where they are there already.

    Raises
    ------
    DataError
        With every problem of the file itself, of its header, or of the shape of its rows.
    """
    file, _ = split_sheet(path)
    size = file.stat().st_size if is_file(file) else 0
    if size > LARGEST_BYTES:
        too_large = problem(
            "{size:,.0f} MB, expected at most {most:.0f} MB; is it a file of requests?",
            size=size / 1e6,
            most=LARGEST_BYTES / 1e6,
        )
        raise DataError(too_large.at(path))
    table = request_columns(professions)
    read = read_cells(path, table.count_known, content=content)
    if not any(read.headings) or len(read.headings) > MOST_COLUMNS:
        count = len(read.headings) if any(read.headings) else 0
        wrong = problem(
            "{count:,} columns, expected 2 to {most}; is the first row the header?", count=count, most=MOST_COLUMNS
        )
        raise DataError(wrong.at(path))
    found = match_headings(read.headings, table)
    columns = dict(found.names)
    if "place_id" not in columns.values():  # a name stands for the place as a code does
        columns = {place: "place_id" if name == "place_name" else name for place, name in columns.items()}
    problems = [*_header_problems(read.headings, columns, table, professions), *found.problems]
    problems += _unreadable(read)
    if not problems and read.frame.empty:
        problems.append(problem("there is no request, only a header"))
    if problems:
        raise DataError(first_problems([each.at(path) for each in problems], path))
    problems = [each.at(path) for each in _tabs_in_front(read, columns)]
    if problems:
        raise DataError(first_problems(problems, path))
    rows: dict[int, dict[str, str]] = {}
    for row, *cells in read.frame[list(columns)].itertuples(name=None):
        texts = {name: _text(cell, name) for name, cell in zip(columns.values(), cells, strict=True)}
        rows[int(row)] = {name: text for name, text in texts.items() if text is not None}
    unread = tuple(heading for heading in found.unknown.values() if heading)
    repairs = tuple(Repair(each.key, each.values) for each in (*read.mended, *found.mended))
    return RequestRows(rows, tuple(columns.values()), unread, read.separator, read.encoding, repairs)


def _text(cell: object, name: str) -> str | None:
    text = typed_as_text(cell)
    return clean(text if name == MAY_HAVE_LINES else " ".join(text.splitlines()))


def _tabs_in_front(read: Cells, columns: Mapping[int, str]) -> Iterator[Sentence]:
    """Yield ids and names that begin with a tab or a return; their readers refuse other beginnings of formulas."""
    for place, name in columns.items():
        texts = {row: cell for row, cell in read.frame[place].items() if isinstance(cell, str)}
        for row, text in texts.items() if name in WRITTEN_AS_THEY_ARE else ():
            if text.startswith(FORMULA_STARTS) and text[0].isspace():
                wanted = problem("expected {expected}", expected=no_formula())
                wrong = problem("{expected}, got {value}", expected=wanted, value=repr(text))
                yield wrong.at(name).at(problem("row {row}", row=row))


def _unreadable(read: Cells) -> Iterator[Sentence]:
    """Yield the first row with a letter that cannot be read; row 1 has the headings."""
    is_lost = read.frame.map(lambda cell: UNREADABLE in typed_as_text(cell)).any(axis="columns")
    rows = [1] if any(UNREADABLE in heading for heading in read.headings) else list(read.frame.index[is_lost])
    if rows:
        yield problem("line {line}: a letter cannot be read; save the file as UTF-8", line=rows[0])


def _header_problems(
    headings: Sequence[str], columns: dict[int, str], table: Table, professions: Collection[str]
) -> Iterator[Sentence]:
    there = set(columns.values())
    yield from (problem("column {name} is missing", name=name) for name in COMPULSORY if name not in there)
    known = sorted({column.name for column in table.columns if not column.pattern} - there)
    for position, heading in enumerate(headings):
        if heading and position not in columns:
            wrong = _column_problem(heading, known, professions)
            if wrong is not None:
                yield wrong


def _column_problem(name: str, known: Sequence[str], professions: Collection[str]) -> Sentence | None:
    """Return what an unknown column was probably meant to be, or None where it is of the writer's own."""
    unknown, lower = problem("unknown column {name!r}", name=name), name.lower()
    posts = NEW_POSTS.fullmatch(lower)
    kind = lower.split("_", maxsplit=1)[0] if MISPLACED.fullmatch(lower) else aid_of_nobody(name)
    if kind is not None:
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
