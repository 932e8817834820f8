import hashlib
from collections.abc import Callable
from pathlib import Path

import openpyxl
import pandas as pd
import pytest

from msp_siting.errors import DataError
from msp_siting.language.facts import tell
from msp_siting.territory.reading import read_territory

FILES = {
    "manifest.yaml": """
name: ain
title: {fr: "Ain", en: "Ain"}
crs: "EPSG:2154"
files: []
""",
    "demand.csv": """demand_id,name,inhabitants,lon,lat,epci_id
01004,Ambérieu,900,5.35,45.95,200
01005,Ambérieux,300,4.90,46.00,
""",
    "sites.csv": """site_id,place_id,name,lon,lat,status
msp-01004,01004,Ambérieu,5.35,45.95,candidate
""",
    "supply.csv": """place_id,profession,practitioners
01005,gp,2
""",
    "travel_times.csv": """demand_id,place_id,minutes
01004,01004,0
01005,01004,25
01005,01005,0
""",
    "zones.csv": """kind,zone_id,name
epci,200,Plaine de l'Ain
""",
}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    for name, text in FILES.items():
        (tmp_path / name).write_text(text.lstrip("\n"), encoding="utf-8")
    return tmp_path


@pytest.fixture
def problems(folder: Path) -> Callable[..., list[str]]:
    """Return a function from a change (file, old text, new text) to the territory's problems, without the folder."""

    def read(name: str, old: str, new: str) -> list[str]:
        text = (folder / name).read_text(encoding="utf-8")
        assert old in text
        (folder / name).write_text(text.replace(old, new), encoding="utf-8")
        with pytest.raises(DataError) as caught:
            read_territory(folder)
        assert caught.value.exit_code == 2
        return [problem.removeprefix(f"{folder}/") for problem in caught.value.problems]

    return read


def test_a_sound_territory(folder: Path) -> None:
    territory = read_territory(folder)
    assert territory.manifest.name == "ain"
    assert territory.demand["demand_id"].tolist() == ["01004", "01005"]
    assert territory.travel_times["minutes"].tolist() == [0.0, 25.0, 0.0]
    assert territory.zone_kinds == ("epci",)
    assert territory.boundaries is None
    assert territory.places.empty


def test_supply_places_and_zones_may_be_absent(folder: Path) -> None:
    (folder / "supply.csv").unlink()
    (folder / "zones.csv").unlink()
    territory = read_territory(folder)
    assert territory.supply.empty
    assert territory.supply.columns.tolist() == ["place_id", "profession", "practitioners"]
    assert territory.zones.empty


def test_compulsory_files_are_all_named_at_once(folder: Path) -> None:
    for name in ("demand.csv", "sites.csv", "travel_times.csv"):
        (folder / name).unlink()
    with pytest.raises(DataError) as caught:
        read_territory(folder)
    assert caught.value.problems == (
        f"{folder / 'demand.csv'}: this file is missing",
        f"{folder / 'sites.csv'}: this file is missing",
        (
            f"{folder / 'travel_times.parquet'}: this file is missing; "
            f"make it with msp-siting travel-times --territory {folder}"
        ),
    )


def test_no_folder_and_no_manifest(tmp_path: Path) -> None:
    with pytest.raises(DataError) as caught:
        read_territory(tmp_path / "nowhere")
    assert str(caught.value) == f"{tmp_path / 'nowhere'}: no such territory folder"
    with pytest.raises(DataError) as caught:
        read_territory(tmp_path)
    assert str(caught.value) == f"{tmp_path / 'manifest.yaml'}: this file is missing"


def test_problems_of_several_tables_are_told_at_once(folder: Path, problems: Callable[..., list[str]]) -> None:
    text = (folder / "supply.csv").read_text(encoding="utf-8")
    (folder / "supply.csv").write_text(text.replace("gp,2", "gp,-2"), encoding="utf-8")
    assert problems("demand.csv", "900", "many") == [
        "demand.csv: row 2: inhabitants: expected a number (with a decimal point), got 'many'",
        "supply.csv: row 2: practitioners must be at least 0, got -2",
    ]


@pytest.mark.parametrize(
    ("name", "old", "new", "expected"),
    [
        (
            "supply.csv",
            "01005",
            "1005",
            (
                "supply.csv: row 2: place_id: no such place '1005'; it has 4 characters, expected 5: "
                "write codes as text with their leading zero"
            ),
        ),
        ("supply.csv", "01005", "38001", "supply.csv: row 2: place_id: no such place '38001'"),
        ("supply.csv", "01005", "Ain", "supply.csv: row 2: place_id: no such place 'Ain'"),
        (
            "travel_times.csv",
            "01005,01004",
            "01006,01004",
            "travel_times.csv: row 3: demand_id: no such demand point '01006'",
        ),
        ("travel_times.csv", "01005,01004", "01005,01006", "travel_times.csv: row 3: place_id: no such place '01006'"),
        ("sites.csv", "msp-01004,01004", "msp-01004,01007", "sites.csv: row 2: no travel time leads to place '01007'"),
        ("demand.csv", "45.95,200", "45.95,201", "demand.csv: row 2: epci_id: no such zone of kind epci '201'"),
        (
            "zones.csv",
            "epci,200",
            "epic,200",
            "zones.csv: row 2: kind 'epic': demand.csv has no column epic_id; did you mean epci?",
        ),
    ],
)
def test_an_id_that_leads_nowhere_is_named(
    problems: Callable[..., list[str]], name: str, old: str, new: str, expected: str
) -> None:
    assert problems(name, old, new) == [expected]


def test_a_territory_without_inhabitants_is_refused(folder: Path, problems: Callable[..., list[str]]) -> None:
    text = (folder / "demand.csv").read_text(encoding="utf-8")
    (folder / "demand.csv").write_text(text.replace(",300,", ",0,"), encoding="utf-8")
    assert problems("demand.csv", ",900,", ",0,") == ["demand.csv: inhabitants: nobody lives here, all are 0"]


def test_two_files_of_travel_times_are_refused(folder: Path) -> None:
    (folder / "travel_times.parquet").write_bytes(b"")
    with pytest.raises(DataError) as caught:
        read_territory(folder)
    assert str(caught.value) == f"{folder}: travel_times.parquet and travel_times.csv are both there; keep one"


@pytest.mark.parametrize(
    ("name", "meant"),
    [
        ("suply.csv", "supply.csv"),
        ("Supply.csv", "supply.csv"),
        ("supply2.csv", "supply.csv"),
        ("zone.csv", "zones.csv"),
    ],
)
def test_a_file_that_is_almost_called_as_an_absent_table_is_named(folder: Path, name: str, meant: str) -> None:
    (folder / meant).rename(folder / name)
    with pytest.raises(DataError) as caught:
        read_territory(folder)
    assert str(caught.value) == f"{folder / name}: no table of a territory is called so; did you mean {meant}?"


def test_other_files_may_stand_in_the_folder(folder: Path) -> None:
    for name in ("supply_old.csv", "notes.csv", "travel_times.json", "rim.csv", "~$demand.xlsx"):
        (folder / name).write_text("x", encoding="utf-8")
    assert len(read_territory(folder).supply) == 1


def test_a_table_may_be_a_workbook_with_rows_that_keep_their_numbers(folder: Path) -> None:
    before = read_territory(folder).demand
    header, *rows = (line.split(",") for line in (folder / "demand.csv").read_text(encoding="utf-8").splitlines())
    book = openpyxl.Workbook()
    for row in ([{"demand_id": "CODGEO"}.get(name, name) for name in header], [], *rows):
        book.active.append(row)
    book.save(folder / "demand.xlsx")
    with pytest.raises(DataError) as caught:
        read_territory(folder)
    assert str(caught.value) == f"{folder}: demand.csv and demand.xlsx are both there; keep one"
    (folder / "demand.csv").unlink()
    territory = read_territory(folder)
    pd.testing.assert_frame_equal(territory.demand, before)
    assert [tell(repair, "en") for repair in territory.repairs] == [
        "demand.xlsx, as it was read: empty rows between others, left out: 1",
        "demand.xlsx, as it was read: headings read as columns: CODGEO = demand_id",
    ]


def test_a_place_of_its_own_needs_places_csv(folder: Path) -> None:
    supply = folder / "supply.csv"
    supply.write_text("place_id,profession,practitioners\nhospital,gp,1\n", encoding="utf-8")
    with pytest.raises(DataError) as caught:
        read_territory(folder)
    assert str(caught.value) == f"{supply}: row 2: place_id: no such place 'hospital'"
    (folder / "places.csv").write_text("place_id,name,lon,lat\nhospital,Hôpital,5.2,46.2\n", encoding="utf-8")
    territory = read_territory(folder)
    assert territory.place_points.loc["hospital"].to_dict() == {"name": "Hôpital", "lon": 5.2, "lat": 46.2}


def entry(folder: Path, **changes: object) -> str:
    """Return the manifest's line of demand.csv, changed."""
    known = {
        "path": "demand.csv",
        "rows": 2,
        "sha256": f'"{hashlib.sha256((folder / "demand.csv").read_bytes()).hexdigest()}"',
        "source": "INSEE",
        "licence": "LO",
        "vintage": '"2021"',
        "kind": "measured",
    }
    values = known | changes
    return "files: [{" + ", ".join(f"{key}: {value}" for key, value in values.items()) + "}]"


def test_a_described_file_is_accepted(folder: Path) -> None:
    manifest = folder / "manifest.yaml"
    manifest.write_text(manifest.read_text(encoding="utf-8").replace("files: []", entry(folder)), encoding="utf-8")
    assert read_territory(folder).manifest.files[0].rows == 2


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({"path": "nope.csv"}, "manifest.yaml: files: nope.csv is listed but not there"),
        (
            {"sha256": '"00"'},
            (
                "manifest.yaml: files: demand.csv is not the file described; restore it, or, if the change is meant, "
                "take its entry out, or say in it what the file is now "
                "(sha256 ad933f46d27bb231ffa82579e24339c6019571a44a2d9e05047ae4a2a717194e)"
            ),
        ),
        ({"rows": 3}, "manifest.yaml: files: demand.csv has 2 rows, expected 3"),
        (
            {"vintage": 2021},
            (
                "manifest.yaml: files.0.vintage: expected text, got 2021; "
                "quote it (a code without quotes loses its leading zero)"
            ),
        ),
        (
            {"kind": "guessed"},
            "manifest.yaml: files.0.kind: must be 'measured', 'derived' or 'modelled', got 'guessed'",
        ),
        ({"licenc": "LO"}, "manifest.yaml: files.0.licenc: unknown key; did you mean licence?"),
    ],
)
def test_a_wrong_description_of_a_file_is_named(
    folder: Path, problems: Callable[..., list[str]], changes: dict[str, object], expected: str
) -> None:
    assert problems("manifest.yaml", "files: []", entry(folder, **changes)) == [expected]


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        (
            '"EPSG:2154"',
            '"EPSG:999999"',
            "manifest.yaml: crs: no such projection 'EPSG:999999'; write a code such as EPSG:2154",
        ),
        ("name: ain", "name: ain\nname: ain", 'manifest.yaml: line 2: key "name" is given twice; keep one'),
        ("files: []", "files:", "manifest.yaml: files: expected a list, got nothing"),
        (', en: "Ain"', "", "manifest.yaml: title: en missing; give the text in fr and in en"),
    ],
)
def test_a_wrong_manifest_is_named(problems: Callable[..., list[str]], old: str, new: str, expected: str) -> None:
    assert problems("manifest.yaml", old, new) == [expected]


def test_the_fingerprint_follows_the_files(folder: Path) -> None:
    before = read_territory(folder).sha256
    assert read_territory(folder).sha256 == before
    text = (folder / "demand.csv").read_text(encoding="utf-8")
    (folder / "demand.csv").write_text(text.replace("900", "901"), encoding="utf-8")
    assert read_territory(folder).sha256 != before


def test_a_place_is_named_once(folder: Path) -> None:
    points = read_territory(folder).place_points
    assert points["name"].to_dict() == {"01004": "Ambérieu", "01005": "Ambérieux"}


RIM = {
    "rim_demand.csv": "demand_id,name,inhabitants,lon,lat\n69001,Lyon,500,4.83,45.77\n",
    "rim_supply.csv": "place_id,profession,practitioners\n69001,gp,3\n",
    "rim_travel_times.csv": "demand_id,place_id,minutes\n69001,69001,0\n69001,01005,30\n01005,69001,30\n",
}


@pytest.fixture
def rim_problems(folder: Path, problems: Callable[..., list[str]]) -> Callable[..., list[str]]:
    """Return ``problems`` of the folder with a rim."""
    for name, text in RIM.items():
        (folder / name).write_text(text, encoding="utf-8")
    return problems


def test_a_rim_is_read_beside_the_territory(folder: Path) -> None:
    assert read_territory(folder).rim is None
    without = read_territory(folder).sha256
    for name, text in RIM.items():
        (folder / name).write_text(text, encoding="utf-8")
    territory = read_territory(folder)
    assert territory.rim is not None
    assert territory.rim.place_ids == {"69001"}
    assert territory.rim.travel_times["minutes"].tolist() == [0.0, 30.0, 30.0]
    assert territory.demand["demand_id"].tolist() == ["01004", "01005"]
    assert territory.place_points.loc["69001", "name"] == "Lyon"
    assert territory.sha256 != without


def test_a_place_of_the_rim_may_stand_in_places_csv(folder: Path) -> None:
    for name, text in RIM.items():
        (folder / name).write_text(text.replace("69001,gp", "hospital,gp"), encoding="utf-8")
    with pytest.raises(DataError) as caught:
        read_territory(folder)
    expected = f"{folder / 'rim_supply.csv'}: row 2: place_id: no such place of the rim 'hospital'"
    assert caught.value.problems == (expected,)
    (folder / "places.csv").write_text("place_id,name,lon,lat\nhospital,Hôpital,4.8,45.7\n", encoding="utf-8")
    rim = read_territory(folder).rim
    assert rim is not None
    assert rim.place_ids == {"69001", "hospital"}


@pytest.mark.parametrize(
    ("there", "missing"),
    [
        (("rim_demand.csv",), ["rim_travel_times.parquet"]),
        (("rim_demand.csv", "rim_supply.csv"), ["rim_travel_times.parquet"]),
        (("rim_travel_times.csv",), ["rim_demand.csv"]),
        (("rim_supply.csv",), ["rim_demand.csv", "rim_travel_times.parquet"]),
    ],
)
def test_a_part_of_a_rim_is_refused(folder: Path, there: tuple[str, ...], missing: list[str]) -> None:
    for name in there:
        (folder / name).write_text(RIM[name], encoding="utf-8")
    with pytest.raises(DataError) as caught:
        read_territory(folder)
    advice = "this file is missing; a rim has both rim_demand and rim_travel_times"
    assert caught.value.problems == tuple(f"{folder / name}: {advice}" for name in missing)


@pytest.mark.parametrize(
    ("name", "old", "new", "expected"),
    [
        (
            "rim_demand.csv",
            "69001",
            "01004",
            [
                "rim_demand.csv: row 2: demand_id: '01004' belongs to the territory; the rim lies outside it",
                "rim_supply.csv: row 2: place_id: no such place of the rim '69001'",
                "rim_travel_times.csv: row 2: demand_id: no such demand point '69001'",
                "rim_travel_times.csv: row 2: place_id: no such place '69001'",
            ],
        ),
        (
            "rim_supply.csv",
            "69001",
            "01005",
            ["rim_supply.csv: row 2: place_id: '01005' belongs to the territory; the rim lies outside it"],
        ),
        (
            "rim_supply.csv",
            "69001",
            "6901",
            [
                (
                    "rim_supply.csv: row 2: place_id: no such place of the rim '6901'; it has 4 characters, "
                    "expected 5: write codes as text with their leading zero"
                )
            ],
        ),
        (
            "rim_travel_times.csv",
            "69001,01005",
            "69002,01005",
            ["rim_travel_times.csv: row 3: demand_id: no such demand point '69002'"],
        ),
        (
            "rim_travel_times.csv",
            "69001,01005",
            "69001,69002",
            ["rim_travel_times.csv: row 3: place_id: no such place '69002'"],
        ),
        (
            "rim_travel_times.csv",
            "69001,01005",
            "01005,01004",
            [
                (
                    "rim_travel_times.csv: row 3: '01005' and '01004' are both inside the territory; "
                    "their time stands in travel_times"
                )
            ],
        ),
        ("rim_supply.csv", "gp,3", "gp,-3", ["rim_supply.csv: row 2: practitioners must be at least 0, got -3"]),
        ("rim_demand.csv", "lon,lat\n69001,Lyon,500,4.83,45.77\n", "lon,lat\n", ["rim_demand.csv: there is no row"]),
        (
            "rim_demand.csv",
            "lat\n69001,Lyon,500,4.83,45.77",
            "lat,need_index_gp\n69001,Lyon,500,4.83,45.77,1.1",
            ["rim_demand.csv: column need_index_gp is not in demand.csv; give it in both"],
        ),
    ],
)
def test_a_damaged_rim_is_named(
    rim_problems: Callable[..., list[str]], name: str, old: str, new: str, expected: list[str]
) -> None:
    assert rim_problems(name, old, new) == expected


def test_the_rim_has_the_need_indices_of_the_territory(folder: Path, rim_problems: Callable[..., list[str]]) -> None:
    text = (folder / "demand.csv").read_text(encoding="utf-8")
    weighed = text.replace("epci_id", "epci_id,need_index_gp").replace("200\n", "200,1\n").replace(".00,\n", ".00,,1\n")
    (folder / "demand.csv").write_text(weighed, encoding="utf-8")
    expected = ["rim_demand.csv: column need_index_gp is missing; demand.csv has it"]
    assert rim_problems("rim_demand.csv", "Lyon", "Lyon 1") == expected


def test_problems_of_the_rim_are_told_with_the_others(folder: Path, rim_problems: Callable[..., list[str]]) -> None:
    supply = folder / "supply.csv"
    supply.write_text(supply.read_text(encoding="utf-8").replace("gp,2", "gp,-2"), encoding="utf-8")
    assert rim_problems("rim_demand.csv", "500", "many") == [
        "supply.csv: row 2: practitioners must be at least 0, got -2",
        "rim_demand.csv: row 2: inhabitants: expected a number (with a decimal point), got 'many'",
    ]


def test_two_files_of_the_rim_s_travel_times_are_refused(folder: Path, rim_problems: Callable[..., list[str]]) -> None:
    (folder / "rim_travel_times.parquet").write_bytes(b"")
    assert rim_problems("rim_demand.csv", "Lyon", "Lyon 1") == [
        f"{folder}: rim_travel_times.parquet and rim_travel_times.csv are both there; keep one"
    ]


@pytest.mark.parametrize(("name", "rows"), [("rim_demand.csv", 1), ("rim_supply.csv", 1), ("rim_travel_times.csv", 3)])
def test_rows_of_the_rim_s_files_are_counted(
    folder: Path, rim_problems: Callable[..., list[str]], name: str, rows: int
) -> None:
    digest = hashlib.sha256((folder / name).read_bytes()).hexdigest()
    described = entry(folder, path=name, rows=rows + 1, sha256=f'"{digest}"')
    assert rim_problems("manifest.yaml", "files: []", described) == [
        f"manifest.yaml: files: {name} has {rows} rows, expected {rows + 1}"
    ]


def test_many_problems_of_the_rim_are_counted(rim_problems: Callable[..., list[str]]) -> None:
    unknown = "".join(f"69001,7{number:04},5\n" for number in range(30))
    found = rim_problems("rim_travel_times.csv", "01005,69001,30\n", unknown)
    assert len(found) == 21
    assert found[-1] == "rim_travel_times.csv: 10 more problems"
