"""``msp-siting territory zones add``: lists of communes as an ARS publishes them, written into a territory.

The toy territory under four codes: a is 01004 (Ambérieu), b 01033 (Valserhône, of which 01091 and 01205 are part),
c 01015, d 2A004.
"""

import hashlib
from collections.abc import Callable
from datetime import date
from pathlib import Path

import openpyxl
import pandas as pd
import pytest
from click.testing import CliRunner, Result

from full_disk import refuse_each_step
from miniature import write_miniature
from msp_siting.cli import main
from msp_siting.commands.zoning import ZonesOrder, add_zones_and_write
from msp_siting.errors import OutputError
from msp_siting.territory.outlines import read_layer
from msp_siting.territory.reading import read_territory
from msp_siting.territory.zonings import status_of_places

CODES = {"a": "01004", "b": "01033", "c": "01015", "d": "2A004"}
NAMES = {"01004": "Ambérieu-en-Bugey", "01033": "Valserhône", "01015": "Arboys en Bugey", "2A004": "Ajaccio"}
IDS = ("demand_id", "place_id")
ROWS = [
    ["Code INSEE", "Commune", "Zonage"],
    ["01004", "Ambérieu-en-Bugey", "ZIP"],
    ["01033", "Valserhône", "2_ZAC"],
    ["01015", "Arboys en Bugey", "Hors zonage"],
    ["38185", "Grenoble", "ZIP"],
]
Add = Callable[..., Result]


@pytest.fixture
def folder(toy_project: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The toy territory under codes of communes; its project is the current folder."""
    monkeypatch.chdir(toy_project)
    folder = toy_project / "data" / "toy"
    for path in folder.glob("*.csv"):
        table = pd.read_csv(path, dtype=str, keep_default_na=False)
        for name in set(IDS) & set(table.columns):
            table[name] = table[name].map(CODES)
        if "demand_id" in table.columns and "name" in table.columns:
            table["name"] = table["demand_id"].map(NAMES)
        table.to_csv(path, index=False)
    return folder


@pytest.fixture
def add(folder: Path) -> Add:
    """Return what adds a list, written as comma-separated text unless it is a file already."""
    assert folder.is_dir()

    def call(rows: list[list[str]] | str, *options: str, kind: str = "gp_zoning") -> Result:
        name = rows if isinstance(rows, str) else "list.csv"
        if not isinstance(rows, str):
            Path(name).write_text("".join(";".join(row) + "\n" for row in rows), encoding="utf-8")
        command = ["territory", "zones", "add", name, "--kind", kind, "--territory", "data/toy", "--lang", "en"]
        return CliRunner().invoke(main, [*command, *options])

    return call


def zone_ids(folder: Path, kind: str = "gp_zoning") -> list[str]:
    return list(read_territory(folder).demand[f"{kind}_id"])


def refused(result: Result) -> list[str]:
    assert result.exit_code == 2, result.output
    return result.stderr.strip().splitlines()


def test_a_zoning_is_added_with_its_days(folder: Path, add: Add) -> None:
    before = {path.name: path.read_bytes() for path in folder.iterdir()}
    options = ["--valid-from", "2026-01-01", "--valid-until", "2027-12-31", "--source", "ARS", "--licence", "LO 2.0"]
    result = add(ROWS, *options)
    assert result.exit_code == 0, result.output
    assert result.stdout.splitlines() == [
        "GP zoning: 3 zones for 3 of 4 communes, in data/toy",
        "Communes by status: ZAC 1, ZIP 1, Hors zonage 1",
        "Without a row, or without a zone in the list: 1 commune of the territory: Ajaccio (2A004)",
        "Outside the territory, so not read: 1 row",
        (
            "list.csv, as it was read: headings read as columns: Code INSEE = commune_id, Commune = name, "
            "Zonage = zone_name"
        ),
    ]
    assert zone_ids(folder) == ["ZIP", "ZAC", "none", ""]
    zone = status_of_places(read_territory(folder), "gp")["01004"]
    assert (zone.status, zone.source, zone.since) == ("ZIP", "ARS", "2026-01")
    assert (zone.valid_from, zone.valid_until) == (date(2026, 1, 1), date(2027, 12, 31))
    unchanged = {"supply.csv", "sites.csv", "travel_times.csv"}
    assert {name for name in unchanged if (folder / name).read_bytes() == before[name]} == unchanged
    first = (folder / "demand.csv").read_text(encoding="utf-8").splitlines()[1]
    assert first == "01004,Ambérieu-en-Bugey,900,5.00,45.00,west,ZIP"


def test_what_the_manifest_says_of_it(folder: Path, add: Add) -> None:
    described = "".join(
        f"- {{path: {name}, sha256: {hashlib.sha256((folder / name).read_bytes()).hexdigest()}, source: INSEE, "
        f"licence: LO, vintage: '2021', kind: measured}}\n"
        for name in ("demand.csv", "zones.csv")
    )
    text = (folder / "manifest.yaml").read_text(encoding="utf-8").replace("files: []\n", f"files:\n{described}")
    (folder / "manifest.yaml").write_text(text, encoding="utf-8")
    assert add(ROWS, "--source", "ARS", "--vintage", "2025-06").exit_code == 0
    manifest = read_territory(folder).manifest
    demand, zones = manifest.files
    assert (demand.source, demand.columns["gp_zoning_id"].source, demand.rows) == ("INSEE", "ARS", 4)
    assert (zones.source, zones.licence, zones.vintage, zones.rows) == (
        *("INSEE; ARS", "LO; not stated", "2021; 2025-06"),
        5,
    )
    (listed,) = manifest.sources
    assert (listed.key, listed.file, listed.publisher) == ("gp_zoning", "list.csv", "ARS")
    assert listed.sha256 == hashlib.sha256(Path("list.csv").read_bytes()).hexdigest()


def test_another_zoning_takes_the_place_of_the_first(folder: Path, add: Add) -> None:
    assert add(ROWS, "--source", "first").exit_code == 0
    changed = [[cell.replace("ZIP", "ZAR") for cell in row] for row in ROWS]
    assert "in place of the earlier ones" in add(changed, "--source", "second").stdout
    assert zone_ids(folder) == ["ZAR", "ZAC", "none", ""]
    territory = read_territory(folder)
    zones = territory.zones[territory.zones["kind"].eq("gp_zoning")]
    assert sorted(zones["zone_id"]) == ["ZAC", "ZAR", "none"]
    assert set(zones["status_source"]) == {"second"}
    assert [source.publisher for source in territory.manifest.sources] == ["second"]


FORMS = {
    "cp1252": lambda: "sep=;\n" + "\n".join(";".join(row) for row in ROWS),
    "utf-16": lambda: "\n".join("\t".join(row) for row in ROWS),
    "utf-8-sig": lambda: "\n".join(",".join(row) for row in ROWS),
}


@pytest.mark.parametrize("form", [*FORMS, "xlsx"])
def test_spreadsheets_are_read_alike_however_they_are_saved(folder: Path, add: Add, form: str) -> None:
    assert add(ROWS).exit_code == 0
    expected = {name: (folder / name).read_bytes() for name in ("demand.csv", "zones.csv")}
    if form == "xlsx":
        book = openpyxl.Workbook()
        for row in ROWS:
            book.active.append([int(cell) if cell.isdecimal() else cell for cell in row])  # their zero is lost
        book.save("other.xlsx")
    else:
        Path("other.csv").write_bytes(FORMS[form]().encode(form))
    name = "other.xlsx" if form == "xlsx" else "other.csv"
    assert add(name, "--source", "list.csv (publisher not stated)").exit_code == 0
    assert {name: (folder / name).read_bytes() for name in expected} == expected


@pytest.mark.parametrize("form", ["csv", "xlsx"])
def test_rows_of_titles_may_stand_above_the_header(folder: Path, add: Add, form: str) -> None:
    rows = [["CartoSanté", "", ""], ["Référentiel : France par commune", "", ""], *map(list, ROWS)]
    if form == "xlsx":
        book = openpyxl.Workbook()
        for row in rows:
            book.active.append(row)
        book.save("titled.xlsx")
    result = add(rows if form == "csv" else "titled.xlsx")
    assert result.exit_code == 0, result.output
    assert zone_ids(folder) == ["ZIP", "ZAC", "none", ""]
    name = "list.csv" if form == "csv" else "titled.xlsx"
    rows[4][2] = "ZFU"
    if form == "xlsx":
        book.active["C5"] = "ZFU"
        book.save("titled.xlsx")
    assert refused(add(rows if form == "csv" else "titled.xlsx")) == [
        f"error: {name}: row 5: zone_name: 'ZFU' is no status of gp_zoning; write ZIP, ZAC, ZAR, none"
    ]


def test_levels_of_nurses_in_every_spelling(folder: Path, add: Add) -> None:
    rows = [
        ["Commune", "Zonage infirmiers"],
        ["Amberieu en Bugey", "1_Tres_sous_dotee"],
        ["VALSERHONE", "Zone sur-dotée"],
        ["Arboys-en-Bugey", "intermédiaire"],
        ["Ajaccio (2A)", "très dotée"],
    ]
    result = add(rows, kind="nurse_zoning")
    assert result.exit_code == 0, result.output
    assert zone_ids(folder, "nurse_zoning") == ["tres_sous_dotee", "sur_dotee", "intermediaire", "tres_dotee"]
    assert status_of_places(read_territory(folder), "nurse")["2A004"].status == "tres_dotee"


def test_earlier_codes_mean_todays_and_its_own_row_counts_first(folder: Path, add: Add) -> None:
    rows = [ROWS[0], ["01091", "Châtillon-en-Michaille", "ZIP"], ["01033", "Valserhône", "ZAC"], ["01205", "", "ZIP"]]
    result = add(rows)
    assert result.exit_code == 0, result.output
    assert zone_ids(folder) == ["", "ZAC", "", ""]
    assert "codes of earlier communes, read as today's: 01091: 01033 (Valserhône), 01205: 01033" in result.stdout


def test_units_with_code_and_name(folder: Path, add: Add) -> None:
    rows = [["INSEE", "Code TVS", "Libellé TVS"], ["01004", "8401", "Bugey"], ["01033", "8401", "Bugey"]]
    assert add(rows, "--source", "DREES", kind="tvs").exit_code == 0
    territory = read_territory(folder)
    assert list(territory.demand["tvs_id"]) == ["8401", "8401", "", ""]
    assert territory.zones.query("kind == 'tvs'")[["zone_id", "name"]].to_numpy().tolist() == [["8401", "Bugey"]]


def test_a_column_that_is_named(folder: Path, add: Add) -> None:
    rows = [["INSEE", "Libellé", "Nom de l'équipe"], ["01004", "Ambérieu-en-Bugey", "CPTS du Bugey"]]
    assert refused(add(rows, kind="cpts")) == [
        (
            "error: list.csv: no column that names the zone (such as 'CPTS') among INSEE, Libellé, Nom de l'équipe; "
            "name it with --column"
        )
    ]
    assert refused(add(rows, "--column", "Equipes", kind="cpts")) == [
        "error: list.csv: no column 'Equipes' among INSEE, Libellé, Nom de l'équipe"
    ]
    assert add(rows, "--column", "nom de l'equipe", kind="cpts").exit_code == 0
    assert zone_ids(folder, "cpts") == ["CPTS du Bugey", "", "", ""]


def test_a_column_of_codes_that_is_called_commune(folder: Path, add: Add) -> None:
    rows = [["commune", "name", "zone"], ["01004", "Ambérieu-en-Bugey", "ZIP"], ["01033", "Valserhône", "ZAC"]]
    assert add(rows).exit_code == 0
    assert zone_ids(folder) == ["ZIP", "ZAC", "", ""]


def test_a_list_as_cartosante_gives_it(folder: Path, add: Add) -> None:
    rows = [
        ["CartoSanté", " ", " "],
        ["Référentiel géographique : France par commune", " ", " "],
        ["Code", "Libellé", "Zonage infirmiers"],
        ["01004", "Ambérieu-en-Bugey", "5_Sur_dotee"],
        ["01033", "Valserhône", "N/A - résultat non disponible"],
        ["38185", "Grenoble", "5_Sur_dotee"],
    ]
    result = add(rows, kind="nurse_zoning")
    assert result.exit_code == 0, result.output
    assert zone_ids(folder, "nurse_zoning") == ["sur_dotee", "", "", ""]


def test_all_that_is_wrong_is_told_with_its_row_and_nothing_is_written(folder: Path, add: Add) -> None:
    before = {path.name: path.read_bytes() for path in folder.iterdir()}
    rows = [
        ROWS[0],
        ["01999", "", "ZIP"],
        ["", "Nulle-Part", "ZIP"],
        ["", "", "ZAC"],
        ["01004", "Ajaccio", "ZIP"],
        ["01033", "", "ZFU"],
        ["01015", "", "ZIP"],
        ["01015", "Arboys en Bugey", "ZAC"],
        ["2A004", "", "=1+1"],
    ]
    assert refused(add(rows)) == [
        (
            "error: list.csv: row 9: zone_name: expected text that does not begin with =, @, a tab or a return, which "
            "spreadsheets run as a formula (write it without), got '=1+1'"
        )
    ]
    assert refused(add(rows[:-1])) == [
        (
            "error: list.csv: row 2: commune_id: '01999' is no place of the territory; write the INSEE code, not the "
            "postal code"
        ),
        "error: list.csv: row 3: name: 'Nulle-Part' is no place of the territory",
        "error: list.csv: row 4: commune_id: neither a code nor a name of a commune",
        (
            "error: list.csv: row 5: commune_id, name: 01004 (Ambérieu-en-Bugey) is not 'Ajaccio', which is 2A004 "
            "(Ajaccio); correct one (the code is INSEE's, not the postal code)"
        ),
        "error: list.csv: row 6: zone_name: 'ZFU' is no status of gp_zoning; write ZIP, ZAC, ZAR, none",
        "error: list.csv: row 8: zone_name: 01015 (Arboys en Bugey) lies in 'ZAC', and in 'ZIP' by row 7; keep one",
    ]
    assert {path.name: path.read_bytes() for path in folder.iterdir()} == before


def test_a_name_of_several_communes_is_an_error(folder: Path, add: Add) -> None:
    for path in folder.glob("demand.csv"):
        path.write_text(path.read_text(encoding="utf-8").replace("Arboys en Bugey", "Valserhône"), encoding="utf-8")
    assert refused(add([["Commune", "Zonage"], ["Valserhône", "ZIP"]])) == [
        "error: list.csv: row 2: name: 'Valserhône' may be 01015 (Valserhône) or 01033 (Valserhône); write the code"
    ]


def test_rows_of_no_commune_are_left_out_where_asked(folder: Path, add: Add) -> None:
    result = add([*ROWS, ["01999", "", "ZIP"], ["", "Nulle-Part", "ZAC"]], "--leave-out-unknown")
    assert result.exit_code == 0, result.output
    assert "list.csv: 2 rows of no commune of the territory, left out: 01999, Nulle-Part" in result.stdout
    assert zone_ids(folder) == ["ZIP", "ZAC", "none", ""]


@pytest.mark.parametrize(
    ("options", "expected"),
    [
        (
            ["--valid-from", "2026-01-01", "--valid-until", "2025-12-31"],
            "error: --valid-from, --valid-until: ends on 2025-12-31, before it begins on 2026-01-01",
        ),
        (["--territory", "data"], "error: --territory data: no territory folder"),
    ],
)
def test_options_that_make_no_sense(add: Add, options: list[str], expected: str) -> None:
    assert refused(add(ROWS, *options)) == [expected]


def test_a_list_of_another_place_is_an_error(add: Add) -> None:
    assert refused(add([ROWS[0], ["38185", "Grenoble", "ZIP"]])) == [
        "error: list.csv: no row names a zone of a commune of the territory"
    ]


@pytest.mark.parametrize("stays_full", [pytest.param(False, id="full once"), pytest.param(True, id="stays full")])
def test_a_full_disk_leaves_the_old_state(folder: Path, add: Add, *, stays_full: bool) -> None:
    assert add(ROWS, "--source", "first").exit_code == 0
    changed = Path("changed.csv")
    changed.write_text(Path("list.csv").read_text(encoding="utf-8").replace("ZIP", "ZAR"), encoding="utf-8")
    order = ZonesOrder(changed, "gp_zoning", folder, source="second")

    def read() -> None:
        assert zone_ids(folder) in (["ZIP", "ZAC", "none", ""], ["ZAR", "ZAC", "none", ""])

    steps, errors = refuse_each_step(
        folder, lambda: list(add_zones_and_write(order, "en")), read, OutputError, stays_full=stays_full
    )
    assert steps.count("replace") == 5  # manifest, zones of both, demand, zones, manifest
    assert {str(error) for error in errors} == {f"{folder}: could not be written: No space left on device"}
    assert zone_ids(folder) == ["ZAR", "ZAC", "none", ""]


def test_zones_of_a_built_territory_have_outlines(tmp_path: Path, miniature_built: Path) -> None:
    listed = tmp_path / "cpts.csv"
    listed.write_text("Code INSEE;CPTS\n38901;Nord\n38992;Nord\n38904;Nord\n38907;Sud\n05901;Est\n", encoding="utf-8")
    command = ["territory", "zones", "add", str(listed), "--kind", "cpts", "--territory", str(miniature_built)]
    result = CliRunner().invoke(main, [*command, "--leave-out-unknown", "--lang", "en"])
    assert result.exit_code == 0, result.output
    territory = read_territory(miniature_built)
    assert territory.boundaries is not None
    layer = read_layer(territory.boundaries, "cpts").set_index("zone_id")
    assert sorted(layer.index) == ["Nord", "Sud"]
    assert layer.to_crs("EPSG:2154").area.round(-4).to_dict() == {"Nord": 2 * 6500**2, "Sud": 6500**2}
    assert len(read_layer(territory.boundaries, "epci")) == 2


@pytest.fixture
def miniature_built(tmp_path: Path) -> Path:
    """Department 38 of the miniature France, built."""
    (tmp_path / "france").mkdir()
    write_miniature(tmp_path / "france")
    out = tmp_path / "built"
    france = tmp_path / "france"
    command = ["territory", "build", "--department", "38", "--sources", str(france / "sources"), "--out", str(out)]
    result = CliRunner().invoke(main, [*command, "--catalogue", str(france / "catalogue.yaml")])
    assert result.exit_code == 0, result.output
    return out
