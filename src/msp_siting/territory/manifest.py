"""What a territory folder says of itself: its name, its projection, its files, where they come from.

Its keys are in docs/files.md, "Territory folder".
"""

from collections.abc import Sequence
from pathlib import Path
from typing import Literal

from pydantic import Field, field_validator

from msp_siting.errors import DataError
from msp_siting.files import MANIFEST, Strict, Text, is_file, read_record, sha256_of
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

    ``sources`` and ``missing_sources`` are those of a territory built from official files.
    """

    name: str
    title: Text
    crs: str
    files: list[ManifestFile] = Field(default_factory=list)
    caveats: list[Text] = Field(default_factory=list)
    sources: list[SourceFile] = Field(default_factory=list)
    missing_sources: list[MissingSource] = Field(default_factory=list)

    @field_validator("crs")
    @classmethod
    def _known_projection(cls, crs: str) -> str:
        check_projection(crs)
        return crs


def read_manifest(folder: Path) -> Manifest:
    """Return what a territory folder says of itself.

    A file described twice, before and after it is replaced, has the description that fits it.

    Raises
    ------
    DataError
        With every problem of its ``manifest.yaml``.
    """
    manifest = read_record(folder / MANIFEST, Manifest, DataError, ManifestFile.model_fields)
    by_path: dict[str, list[ManifestFile]] = {}
    for entry in manifest.files:
        by_path.setdefault(entry.path, []).append(entry)
    files = [_fitting(entries, folder / path) for path, entries in by_path.items()]
    return manifest.model_copy(update={"files": files})


def _fitting(entries: Sequence[ManifestFile], path: Path) -> ManifestFile:
    """Return the one of a file's descriptions that fits it, or the last where none does."""
    if len(entries) > 1 and is_file(path):
        sha256 = sha256_of(path)
        return next((entry for entry in reversed(entries) if entry.sha256 == sha256), entries[-1])
    return entries[-1]
