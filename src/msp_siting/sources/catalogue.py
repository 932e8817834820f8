"""The catalogue of official files: who publishes each, what it is called, which columns are used, what must hold."""

import unicodedata
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Literal

from pydantic import Field

from msp_siting.assumptions import Strict, Text
from msp_siting.errors import DataError
from msp_siting.named_files import bundled_folder
from msp_siting.text_files import is_file, is_folder
from msp_siting.yaml_files import near_name, read_record

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
    any_case: bool = False


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
        problems = [f"{path}: {problem}" for problem in _shortcomings(catalogue, known)]
        if problems:
            raise DataError(problems)
    return catalogue


def _shortcomings(catalogue: Catalogue, bundled: Catalogue) -> Iterator[str]:
    """Yield what a catalogue lacks that the readers of the bundled one count on."""
    for key, entry in bundled.sources.items():
        own = catalogue.sources.get(key)
        if own is None:
            if entry.local is None:
                yield f"sources.{key}: missing; this key must be given"
            continue
        yield from (
            f"sources.{key}.columns.{name}: missing; this key must be given"
            for name in entry.columns
            if name not in own.columns
        )
        if entry.required and not own.required:
            yield f"sources.{key}.required: expected true, got false; without this file {entry.without['en']}"
    for key, entry in catalogue.sources.items():
        if not entry.files:
            yield f"sources.{key}.files: expected the name of a file"
        for place, names in (("key", entry.key), ("keep", entry.keep)):
            yield from (
                f"sources.{key}.{place}: no such column {name!r}{near_name(name, entry.columns)}"
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
        raise DataError(f"--sources {folder}: no such folder")
    wanted = {_composed(name) for entry in catalogue.sources.values() for name in entry.files}
    by_name: dict[str, list[Path]] = {}
    folders: dict[str, Path] = {}
    for path in sorted(path for path in folder.rglob("*") if _composed(path.name) in wanted):
        if is_file(path):
            by_name.setdefault(_composed(path.name), []).append(path)
        else:
            folders[_composed(path.name)] = path
    found: dict[str, Path] = {}
    problems: list[str] = []
    for key, entry in catalogue.sources.items():
        names = [_composed(name) for name in entry.files]
        paths = [path for name in names for path in by_name.get(name, [])]
        others = [folders[name] for name in names if name in folders]
        if len(paths) > 1:
            several = ", ".join(str(path.relative_to(folder)) for path in paths)
            problems.append(f"--sources {folder}: {several}: more than one file of {entry.title['en']}; keep one")
        elif paths:
            found[key] = paths[0]
        elif others:
            problems.append(f"{others[0]}: is no file, expected one ({entry.title['en']}); put the file itself there")
        elif entry.required:
            problems.append(
                f"--sources {folder}: {entry.files[0]} is missing ({entry.title['en']}): without it "
                f"{entry.without['en']}; published by {entry.publisher}, {entry.page}"
            )
    if problems:
        raise DataError(problems)
    return found


def _composed(name: str) -> str:
    """Return a file's name with each accent and its letter as one character; some systems keep them apart."""
    return unicodedata.normalize("NFC", name)
