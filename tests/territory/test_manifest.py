"""What a territory says of its files, also while one of them is being replaced."""

from pathlib import Path

import pytest

from msp_siting.errors import DataError
from msp_siting.files.fingerprints import sha256_of
from msp_siting.territory.manifest import read_manifest
from msp_siting.territory.reading import read_territory

ENTRY = "\n- {{path: {path}, sha256: '{sha256}', source: {source}, licence: none, vintage: '2026', kind: derived}}"


def describe(folder: Path, *entries: tuple[str, str, str]) -> None:
    """Write path, sha256 and source of files into a manifest."""
    manifest = folder / "manifest.yaml"
    lines = "".join(ENTRY.format(path=path, sha256=sha256, source=source) for path, sha256, source in entries)
    manifest.write_text(manifest.read_text(encoding="utf-8").replace("files: []", f"files:{lines}"), encoding="utf-8")


@pytest.mark.parametrize("is_replaced", [False, True])
def test_a_file_described_twice_has_the_description_that_fits(toy_project: Path, *, is_replaced: bool) -> None:
    folder = toy_project / "data" / "toy"
    times, new = folder / "travel_times.csv", folder / "new"
    new.write_text(times.read_text(encoding="utf-8") + "a,c,59\n", encoding="utf-8")
    describe(
        folder,
        (times.name, sha256_of(times), "earlier"),
        ("demand.csv", sha256_of(folder / "demand.csv"), "census"),
        (times.name, sha256_of(new), "new"),
    )
    if is_replaced:
        new.replace(times)
    files = read_territory(folder).manifest.files
    assert [(entry.path, entry.source) for entry in files] == [
        ("travel_times.csv", "new" if is_replaced else "earlier"),
        ("demand.csv", "census"),
    ]


def test_a_file_described_twice_and_neither_fits(toy_project: Path) -> None:
    folder = toy_project / "data" / "toy"
    describe(folder, ("travel_times.csv", "a" * 64, "earlier"), ("travel_times.csv", "b" * 64, "new"))
    with pytest.raises(DataError, match=r"files: travel_times\.csv is not the file described"):
        read_territory(folder)
    assert [entry.source for entry in read_manifest(folder).files] == ["new"]
