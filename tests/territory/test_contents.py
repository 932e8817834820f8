"""What is parsed is what is hashed: a file of a territory is read once, whoever replaces it meanwhile."""

import hashlib
from pathlib import Path

import pytest

from msp_siting.errors import DataError
from msp_siting.files import text
from msp_siting.territory.contents import Contents
from msp_siting.territory.outlines import polygons_of
from msp_siting.territory.reading import read_territory


def test_a_fingerprint_is_that_of_the_bytes_handed_on(tmp_path: Path) -> None:
    file = tmp_path / "demand.csv"
    file.write_bytes(b"demand_id\na\n")
    contents = Contents(tmp_path)
    content = contents.read(file)
    file.write_bytes(b"demand_id\nb\n")
    assert content == b"demand_id\na\n"
    assert contents.sha256(file) == hashlib.sha256(b"demand_id\na\n").hexdigest()
    assert contents.sha256_by_name == {"demand.csv": contents.sha256(file)}


def test_a_file_replaced_while_the_territory_is_read_does_not_get_its_fingerprint(
    toy_project: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = toy_project / "data" / "toy"
    as_it_was = read_territory(folder)
    read = text.read_content

    def read_then_replaced(path: Path, *others: type[DataError] | int | None) -> bytes:
        content = read(path, *others)
        if path.name == "supply.csv":  # somebody saves another one right after it was read
            path.write_bytes(content.replace(b"gp,2", b"gp,9"))
        return content

    monkeypatch.setattr("msp_siting.territory.contents.read_content", read_then_replaced)
    meanwhile = read_territory(folder)
    monkeypatch.undo()
    assert meanwhile.supply.equals(as_it_was.supply)
    assert meanwhile.sha256 == as_it_was.sha256
    assert not read_territory(folder).supply.equals(as_it_was.supply)
    assert read_territory(folder).sha256 != as_it_was.sha256


def test_each_file_is_read_once(toy_project: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    read = text.read_content
    names: list[str] = []

    def noted(path: Path, *others: type[DataError] | int | None) -> bytes:
        names.append(path.name)
        return read(path, *others)

    monkeypatch.setattr("msp_siting.territory.contents.read_content", noted)
    monkeypatch.setattr("msp_siting.files.tables.read_content", noted)
    read_territory(toy_project / "data" / "toy")
    assert sorted(names) == ["demand.csv", "manifest.yaml", "sites.csv", "supply.csv", "travel_times.csv", "zones.csv"]


def test_outlines_that_changed_since_are_refused(toy_project: Path) -> None:
    territory = read_territory(toy_project / "data" / "toy")
    assert polygons_of(territory) is None
    changed = read_territory(toy_project / "data" / "toy")
    object.__setattr__(changed, "sha256_by_name", {"boundaries.gpkg": "0" * 64})
    (toy_project / "data" / "toy" / "boundaries.gpkg").write_bytes(b"other")
    with pytest.raises(DataError, match=r"boundaries\.gpkg: changed while it was in use; run the command again"):
        polygons_of(changed)
