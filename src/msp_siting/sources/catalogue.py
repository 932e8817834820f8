"""The catalogue of official files: who publishes each, what it is called, which columns are used, what must hold."""

import re
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Literal

from pydantic import Field

from msp_siting.errors import DataError, Sentence, foreign, problem
from msp_siting.files import MISSING, Strict, Text, bundled_folder, near_name, read_record

ColumnKind = Literal["commune", "department", "id", "text", "number"]


class RawColumn(Strict):
    """A column of a raw file: its header, what its cells are and the values they may take.

    ``missing`` is what the publisher writes for a figure that is not given; ``largest_at_least`` tells percentages
    from shares; with ``impossible_is_empty`` a few cells outside the limits count as not given; with ``is_count`` what
    a city has is shared among its arrondissements.
    """

    header: str
    kind: ColumnKind
    least: float | None = None
    most: float | None = None
    largest_at_least: float | None = None
    may_be_empty: bool = False
    impossible_is_empty: bool = False
    missing: list[str] = Field(default_factory=list)
    values: list[str] = Field(default_factory=list)
    is_count: bool = False


class Layout(Strict):
    """How a raw file is laid out; ``header_row`` counts from 1, ``unit_rows`` follow it.

    ``attributes``: the table of a layer of a GIS, its shapes left aside. ``finess``: lines without a header, whose
    first cell says what they are. ``equipment``: one row per piece of equipment, or per kind and commune with a number
    in the column ``count``; ``equipment`` has for each of our columns the codes that it may have, one by year.
    """

    kind: Literal["csv", "xlsx", "any", "polygons", "matrix", "finess", "equipment", "attributes"]
    separator: Literal[",", ";", "\t"] = ","
    header_row: int = Field(default=1, ge=1)
    unit_rows: int = Field(default=0, ge=0)
    sheet: str | None = None
    bom: bool = False
    count: str = ""
    equipment: dict[str, list[str]] = Field(default_factory=dict)


class Local(Strict):
    """Departments that a source covers better than the national ones, and what it gives there."""

    departments: list[str]
    gives: Literal["centres", "times"]
    origins: Literal["rows", "columns"] = "rows"
    unit: Literal["seconds", "minutes"] = "minutes"


class Validity(Strict):
    """The days on which what a zoning says holds in some regions (both included), and who says so."""

    regions: list[str]
    valid_from: date | None = None
    valid_until: date | None = None
    source: str


class CatalogueEntry(Strict):
    """One official file.

    Attributes
    ----------
    files, patterns
        The names that it has, and regular expressions for names that change from year to year (any case). What a
        named group finds stands in the vintage for its name in braces.
    instead_of
        Key of the source that the file gives in another layout, read where that one's own file is not there.
    only_with
        Key of the source that it is read with; by itself it is left aside.
    departments
        ``all``: every metropolitan department has a row.
    keep
        Values by column; other rows are left out.
    missing_rows
        What stands in the key of rows that mean nothing.
    keeps_overseas
        Whether rows of overseas departments are read too, for national figures; no territory has them.
    validity
        Of a zoning, where it is known; elsewhere it holds without limit.
    held
        False for a reader written to the published layout without a copy of the file.
    without
        What a build does without the file.
    """

    title: Text
    publisher: str
    page: str
    licence: str
    vintage: str
    files: list[str]
    patterns: list[str] = Field(default_factory=list)
    instead_of: str | None = None
    only_with: str | None = None
    layout: Layout
    columns: dict[str, RawColumn]
    key: list[str]
    keep: dict[str, str] = Field(default_factory=dict)
    missing_rows: list[str] = Field(default_factory=list)
    keeps_overseas: bool = False
    rows_fewest: int = 1
    departments: Literal["all", "some"]
    required: bool
    held: bool = True
    validity: list[Validity] = Field(default_factory=list)
    local: Local | None = None
    without: Text


class SplitCommunes(Strict):
    """Communes made again from one they had joined, with the commune that still counts their people."""

    source: str
    parents: dict[str, str]


class Catalogue(Strict):
    """All the official files a build knows."""

    sources: dict[str, CatalogueEntry]
    split_communes: SplitCommunes


def read_catalogue(path: Path | None = None) -> Catalogue:
    """Return the catalogue of a file, by default the bundled ``data/catalogue.yaml``.

    Raises
    ------
    DataError
        With every problem of the file.
    """
    bundled = bundled_folder() / "data" / "catalogue.yaml"
    names = [name for record in (CatalogueEntry, RawColumn, Layout, Local, Validity) for name in record.model_fields]
    catalogue = read_record(path or bundled, Catalogue, DataError, names)
    if path is not None:
        known = read_record(bundled, Catalogue, DataError)
        problems = [each.at(path) for each in _shortcomings(catalogue, known)]
        if problems:
            raise DataError(problems)
    return catalogue


def _shortcomings(catalogue: Catalogue, bundled: Catalogue) -> Iterator[Sentence]:
    """Yield what a catalogue lacks that the readers of the bundled one count on."""
    for key, entry in bundled.sources.items():
        own = catalogue.sources.get(key)
        if own is None:
            if entry.local is None and entry.instead_of is None and entry.only_with is None:
                yield MISSING.at(f"sources.{key}")
            continue
        yield from (MISSING.at(f"sources.{key}.columns.{name}") for name in entry.columns if name not in own.columns)
        if entry.required and not own.required:
            without = foreign(entry.without["en"])
            optional = problem("expected true, got false; without this file {without}", without=without)
            yield optional.at(f"sources.{key}.required")
    for key, entry in catalogue.sources.items():
        if not entry.files:
            yield problem("expected {expected}", expected=problem("the name of a file")).at(f"sources.{key}.files")
        yield from (each.at(f"sources.{key}.patterns") for each in _faulty(entry))
        for place, name in (("instead_of", entry.instead_of), ("only_with", entry.only_with)):
            if name is not None and name not in catalogue.sources:
                unknown = problem("no such source {name!r}", name=name) + near_name(name, catalogue.sources)
                yield unknown.at(f"sources.{key}.{place}")
        for place, names in (("key", entry.key), ("keep", entry.keep)):
            yield from (
                (problem("no such column {name!r}", name=name) + near_name(name, entry.columns)).at(
                    f"sources.{key}.{place}"
                )
                for name in names
                if name not in entry.columns
            )


def _faulty(entry: CatalogueEntry) -> Iterator[Sentence]:
    """Yield the patterns that are no regular expressions."""
    for pattern in entry.patterns:
        try:
            re.compile(pattern)
        except re.error as fault:
            yield problem("{pattern!r} is no regular expression: {why}", pattern=pattern, why=foreign(str(fault)))
