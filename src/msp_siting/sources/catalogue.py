"""The catalogue of official files: who publishes each, what it is called, which columns are used, what must hold."""

from collections.abc import Mapping
from pathlib import Path
from typing import Literal

from pydantic import Field

from msp_siting.assumptions import Strict, Text
from msp_siting.errors import DataError
from msp_siting.scenario import bundled_folder
from msp_siting.yaml_files import read_record

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
    separator: str = ","
    header_row: int = 1
    unit_rows: int = 0
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
    path = path or bundled_folder() / "data" / "catalogue.yaml"
    return read_record(path, Catalogue, DataError, CatalogueEntry.model_fields)


def find_files(catalogue: Catalogue, folder: Path) -> Mapping[str, Path]:
    """Return the file of every source that is there, by key; files are found by name anywhere in the folder.

    Raises
    ------
    DataError
        If the folder is not there, a required file is missing, or two files could be the same source.
    """
    if not folder.is_dir():
        raise DataError(f"--sources {folder}: no such folder")
    by_name: dict[str, list[Path]] = {}
    for path in sorted(folder.rglob("*")):
        if path.is_file():
            by_name.setdefault(path.name, []).append(path)
    found: dict[str, Path] = {}
    problems: list[str] = []
    for key, entry in catalogue.sources.items():
        paths = [path for name in entry.files for path in by_name.get(name, [])]
        if len(paths) > 1:
            names = ", ".join(str(path.relative_to(folder)) for path in paths)
            problems.append(f"--sources {folder}: {names}: more than one file of {entry.title['en']}; keep one")
        elif paths:
            found[key] = paths[0]
        elif entry.required:
            problems.append(
                f"--sources {folder}: {entry.files[0]} is missing ({entry.title['en']}): without it "
                f"{entry.without['en']}; published by {entry.publisher}, {entry.page}"
            )
    if problems:
        raise DataError(problems)
    return found
