"""What a territory folder says of itself: its name, its projection, its files, where they come from.

Its keys are in docs/files.md, "Territory folder".
"""

from collections.abc import Sequence
from pathlib import Path
from typing import Literal

from pydantic import Field, field_validator

from msp_siting.errors import DataError
from msp_siting.files import MANIFEST, Parameter, Positive, Strict, Text, is_file, read_record
from msp_siting.territory.contents import Contents
from msp_siting.territory.coordinates import check_projection


class ColumnSource(Strict):
    """Where one column of a file comes from, when it is not where the file comes from."""

    source: str
    licence: str
    vintage: str
    kind: Literal["measured", "derived", "modelled"]


class ManifestFile(Strict):
    """One file of a territory: its fingerprint, its source and how it is known.

    ``accuracy`` says how far modelled figures are off; ``points_left_out`` are points without travel times, because no
    road is near them.
    """

    path: str
    rows: int | None = None
    sha256: str
    source: str
    url: str = ""
    licence: str
    vintage: str
    kind: Literal["measured", "derived", "modelled"]
    label: Text | None = None
    accuracy: Text | None = None
    columns: dict[str, ColumnSource] = Field(default_factory=dict)
    points_left_out: list[str] = Field(default_factory=list)


class SourceFile(Strict):
    """A raw file that a territory was built from, and what had to be mended in it."""

    key: str
    file: str
    sha256: str
    publisher: str
    page: str
    licence: str
    vintage: str
    repairs: list[Text] = Field(default_factory=list)


class MissingSource(Strict):
    """A source that a territory was built without: why, and what follows."""

    key: str
    title: Text
    page: str
    why: Text
    without: Text


class Manifest(Strict):
    """What a territory is called, its projection, its files and what readers must be told.

    ``sources`` and ``missing_sources`` are those of a territory built from official files. ``visits_per_gp_per_year``
    is what one GP offers in the APL: taken once from one supply, and kept when the supply changes.
    """

    name: str
    title: Text
    crs: str
    files: list[ManifestFile] = Field(default_factory=list)
    caveats: list[Text] = Field(default_factory=list)
    sources: list[SourceFile] = Field(default_factory=list)
    missing_sources: list[MissingSource] = Field(default_factory=list)
    visits_per_gp_per_year: Parameter[Positive] | None = None

    @field_validator("crs")
    @classmethod
    def _known_projection(cls, crs: str) -> str:
        check_projection(crs)
        return crs


def read_manifest(folder: Path) -> Manifest:
    """Return what a territory folder says of itself, each of its files described once.

    Raises
    ------
    DataError
        With every problem of its ``manifest.yaml``.
    """
    contents = Contents(folder)
    return fitting_manifest(read_whole_manifest(contents), contents)


def read_whole_manifest(contents: Contents) -> Manifest:
    """Return a manifest as it is written: a file that is being replaced is described twice.

    Raises
    ------
    DataError
        With every problem of the file.
    """
    path = contents.folder / MANIFEST
    return read_record(path, Manifest, DataError, ManifestFile.model_fields, contents.read(path))


def fitting_manifest(manifest: Manifest, contents: Contents) -> Manifest:
    """Return a manifest in which a file described twice has the description that fits it."""
    by_path: dict[str, list[ManifestFile]] = {}
    for entry in manifest.files:
        by_path.setdefault(entry.path, []).append(entry)
    files = [_fitting(entries, contents.folder / path, contents) for path, entries in by_path.items()]
    return manifest.model_copy(update={"files": files})


def _fitting(entries: Sequence[ManifestFile], path: Path, contents: Contents) -> ManifestFile:
    """Return the one of a file's descriptions that fits it, or the last where none does."""
    if len(entries) > 1 and is_file(path):
        sha256 = contents.sha256(path)
        return next((entry for entry in reversed(entries) if entry.sha256 == sha256), entries[-1])
    return entries[-1]
