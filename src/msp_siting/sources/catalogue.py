"""The catalogue of official files: who publishes each, what it is called, which columns are used, what must hold."""

import unicodedata
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Literal

from pydantic import Field

from msp_siting.errors import DataError, Sentence, foreign, problem
from msp_siting.files import MISSING, Strict, Text, bundled_folder, is_file, is_folder, near_name, read_record

ColumnKind = Literal["commune", "department", "id", "text", "number"]


class RawColumn(Strict):
    """A column of a raw file: its header, what its cells are and the values they may take.

    ``missing`` is what the publisher writes for a figure that is not given; ``largest_at_least`` tells percentages
    from shares; with ``impossible_is_empty`` a few cells outside the limits count as not given.
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


class Layout(Strict):
    """How a raw file is laid out; ``header_row`` counts from 1, ``unit_rows`` follow it."""

    kind: Literal["csv", "xlsx", "any", "polygons", "matrix"]
    separator: Literal[",", ";", "\t"] = ","
    header_row: int = Field(default=1, ge=1)
    unit_rows: int = Field(default=0, ge=0)
    sheet: str | None = None
    bom: bool = False


class Local(Strict):
    """Departments that a source covers better than the national ones, and what it gives there."""

    departments: list[str]
    gives: Literal["centres", "times"]
    origins: Literal["rows", "columns"] = "rows"
    unit: Literal["seconds", "minutes"] = "minutes"


class CatalogueEntry(Strict):
    """One official file.

    Attributes
    ----------
    departments
        ``all``: every metropolitan department has a row, but for ``departments_absent``.
    keep
        Values by column; other rows are left out.
    missing_rows
        What stands in the key of rows that mean nothing.
    keeps_overseas
        Whether rows of overseas departments are read too, for national figures; no territory has them.
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
    layout: Layout
    columns: dict[str, RawColumn]
    key: list[str]
    keep: dict[str, str] = Field(default_factory=dict)
    missing_rows: list[str] = Field(default_factory=list)
    keeps_overseas: bool = False
    rows_fewest: int = 1
    departments: Literal["all", "some"]
    departments_absent: list[str] = Field(default_factory=list)
    required: bool
    held: bool = True
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
    names = [name for record in (CatalogueEntry, RawColumn, Layout, Local) for name in record.model_fields]
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
            if entry.local is None:
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
        for place, names in (("key", entry.key), ("keep", entry.keep)):
            yield from (
                (problem("no such column {name!r}", name=name) + near_name(name, entry.columns)).at(
                    f"sources.{key}.{place}"
                )
                for name in names
                if name not in entry.columns
            )


def find_files(catalogue: Catalogue, folder: Path) -> Mapping[str, Path]:
    """Return the file of every source that is there, by key; files are found by name anywhere in the folder.

    Raises
    ------
    DataError
        If the folder is not there, a required file is missing, or two files could be the same source.
    """
    if not is_folder(folder):
        raise DataError(problem("no such folder").at(f"--sources {folder}"))
    wanted = {_composed(name) for entry in catalogue.sources.values() for name in entry.files}
    by_name: dict[str, list[Path]] = {}
    folders: dict[str, Path] = {}
    for path in sorted(path for path in folder.rglob("*") if _composed(path.name) in wanted):
        if is_file(path):
            by_name.setdefault(_composed(path.name), []).append(path)
        else:
            folders[_composed(path.name)] = path
    found: dict[str, Path] = {}
    problems: list[Sentence] = []
    for key, entry in catalogue.sources.items():
        title = foreign(entry.title["en"])
        names = [_composed(name) for name in entry.files]
        paths = [path for name in names for path in by_name.get(name, [])]
        others = [folders[name] for name in names if name in folders]
        if len(paths) > 1:
            several = ", ".join(str(path.relative_to(folder)) for path in paths)
            twice = problem("{several}: more than one file of {title}; keep one", several=several, title=title)
            problems.append(twice.at(f"--sources {folder}"))
        elif paths:
            found[key] = paths[0]
        elif others:
            no_file = problem("is no file, expected one ({title}); put the file itself there", title=title)
            problems.append(no_file.at(others[0]))
        elif entry.required:
            absent = problem(
                "{file} is missing ({title}): without it {without}; published by {publisher}, {page}",
                file=entry.files[0],
                title=title,
                without=foreign(entry.without["en"]),
                publisher=entry.publisher,
                page=entry.page,
            )
            problems.append(absent.at(f"--sources {folder}"))
    if problems:
        raise DataError(problems)
    return found


def _composed(name: str) -> str:
    """Return a file's name with each accent and its letter as one character; some systems keep them apart."""
    return unicodedata.normalize("NFC", name)
