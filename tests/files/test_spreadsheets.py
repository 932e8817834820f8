"""The same twelve spreadsheets, read alike as demand, supply, sites, requests and list of communes; and workbooks."""

import csv
import io
from collections.abc import Callable, Sequence
from datetime import date, datetime
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from msp_siting.errors import DataError
from msp_siting.files.mending import Mended
from msp_siting.files.spreadsheets import typed_as_text
from msp_siting.files.tables import read_table
from msp_siting.language.facts import Repair, tell
from msp_siting.requests.reading import read_requests
from msp_siting.sources.listed import COMMUNES
from msp_siting.territory.reading import read_territory
from msp_siting.territory.tables import DEMAND, SITES, SUPPLY, TRAVEL_TIMES

TOY = read_territory(Path(__file__).parents[1] / "toy" / "data" / "toy")
Rows = list[list[Any]]
Write = Callable[[Path, Rows], Path]
ROWS: dict[str, Rows] = {
    "demand": [
        ["demand_id", "name", "inhabitants", "lon", "lat"],
        ["01004", "Ambérieu-en-Bugey", 14204.5, 5.359, 45.9566],
        ["2A004", "Ajaccio", 1071361, 8.7, -41.5],
    ],
    "supply": [
        ["place_id", "profession", "practitioners"],
        ["01004", "généraliste", 1234.5],
        ["2A004", "infirmière", 12],
    ],
    "sites": [
        ["site_id", "place_id", "name", "lon", "lat", "status", "capex_eur"],
        ["msp-1", "01004", "Ambérieu-en-Bugey", 5.359, 45.9566, "candidate", 1250000.5],
        ["msp-2", "2A004", "Ajaccio", 8.7, 41.5, "existing", 0],
    ],
    "requests": [
        ["request_id", "place_id", "project_name", "lon", "lat", "works_eur"],
        ["2026-01", "b", "Maison d'été", 5.1, 45.002, 1250000.5],
        ["2026-02", "c", "Pôle santé", 5.2, 45.0, 12],
    ],
    "communes": [["commune_id", "name"], ["01004", "Ambérieu-en-Bugey"], ["2A004", "Ajaccio"]],
}
# As French spreadsheets head their columns: capitals, accents and spaces, and names of their own.
HEADINGS = {
    "demand_id": "CODE INSEE",
    "place_id": "Codgeo",
    "commune_id": "Code_Commune",
    "name": "Nom de la\ncommune",
    "inhabitants": "POPULATION",
    "lon": "Longitude",
    "lat": "LATITUDE",
    "profession": "PROFESSION",
    "site_id": "Site ID",
    "status": "Status",
    "capex_eur": "CAPEX EUR",
    "request_id": "N° DOSSIER",
    "project_name": "Intitulé du projet",
    "works_eur": "Travaux HT",
    "practitioners": "Pratîciens",
}


def written(
    separator: str = ",", decimal: str = ".", thousands: str = "", encoding: str = "utf-8", before: str = ""
) -> Write:
    """Return a writer of CSV files as one spreadsheet saves them."""

    def number(value: float) -> str:
        return f"{value:,}".replace(",", thousands).replace(".", decimal) if decimal == "," else str(value)

    def write(path: Path, rows: Rows) -> Path:
        text = io.StringIO()
        cells = [[cell if isinstance(cell, str) else number(cell) for cell in row] for row in rows]
        csv.writer(text, delimiter=separator).writerows(cells)
        path.write_bytes((before + text.getvalue()).encode(encoding))
        return path

    return write


def with_headings(write: Write) -> Write:
    """Return a writer that calls columns as people do."""
    return lambda path, rows: write(path, [[HEADINGS[name] for name in rows[0]], *rows[1:]])


def all_quoted(path: Path, rows: Rows) -> Path:
    """Write every cell in quotation marks, a line break in the text of one, and empty rows."""
    lines = [[str(cell).replace("é", "é\n ", 1) if cell == "Pôle santé" else str(cell) for cell in row] for row in rows]
    text = "\r\n".join(",".join(f'"{cell}"' for cell in line) for line in lines)
    path.write_text(text.replace("\r\n", "\r\n\r\n", 2) + "\r\n,,\r\n", encoding="utf-8", newline="")
    return path


def padded(path: Path, rows: Rows) -> Path:
    """Write spaces of three kinds around cells, and a column that holds nothing."""
    text = "\n".join("; ".join(f"\u00a0{str(cell).replace('.', ',')}\u202f" for cell in row) + ";" for row in rows)
    path.write_text(text, encoding="utf-8")
    return path


def workbook(path: Path, rows: Rows) -> Path:
    """Write a workbook whose cells have their types."""
    book = openpyxl.Workbook()
    for row in rows:
        book.active.append(row)
    path = path.with_suffix(".xlsx")
    book.save(path)
    return path


SPREADSHEETS: dict[str, Write] = {
    "Windows-1252": written(";", ",", encoding="cp1252"),
    "UTF-8 with its mark": written(";", ",", encoding="utf-8-sig"),
    "UTF-16 LE": written("\t", ",", before="\ufeff", encoding="utf-16-le"),
    "UTF-16 BE": written("\t", ",", before="\ufeff", encoding="utf-16-be"),
    "sep=": written(";", ",", before="sep=;\r\n"),
    "semicolons and decimal commas": written(";", ","),
    "tabs": written("\t", ","),
    "narrow no-break thousands": written(";", ",", "\u202f"),
    "no-break thousands": written(";", ",", "\u00a0"),
    "ordinary thousands": written(";", ",", " "),
    "commas and quoted decimal commas": written(",", ","),
    "quoted": all_quoted,
    "spaces around": padded,
    "headings of people": with_headings(written(";", ",", encoding="cp1252")),
    "a workbook": workbook,
    "a workbook with headings of people": with_headings(workbook),
}


def read(kind: str, path: Path) -> list[dict[str, Any]]:
    """Return what is read of a file, row by row."""
    if kind == "requests":
        names = ROWS[kind][0]
        requests = read_requests(path, TOY, ("gp",)).requests
        return [{name: getattr(request, name) for name in names} for request in requests]
    table = {"demand": DEMAND, "supply": SUPPLY, "sites": SITES, "communes": COMMUNES}[kind]
    records: list[dict[str, Any]] = read_table(path, table).to_dict("records")
    return records


@pytest.mark.parametrize("kind", ROWS)
@pytest.mark.parametrize("spreadsheet", SPREADSHEETS)
def test_spreadsheets_are_read_alike(tmp_path: Path, kind: str, spreadsheet: str) -> None:
    path = SPREADSHEETS[spreadsheet](tmp_path / "table.csv", ROWS[kind])
    names, *rows = ROWS[kind]
    assert read(kind, path) == [dict(zip(names, row, strict=True)) for row in rows]


def told(path: Path, table: Any = DEMAND) -> list[str]:  # noqa: ANN401 - a table
    """Return what was mended in a file."""
    mended: list[Mended] = []
    read_table(path, table, mended)
    assert all(isinstance(each, Mended) for each in mended)
    return [tell(Repair(each.key, each.values), "en") for each in mended]


@pytest.mark.parametrize(
    ("spreadsheet", "expected"),
    [
        (
            "Windows-1252",
            [
                "the file was not UTF-8; read as Windows-1252",
                "inhabitants, lon, lat: decimal commas read as points: 5",
            ],
        ),
        ("UTF-16 LE", ["the file was UTF-16 text", "inhabitants, lon, lat: decimal commas read as points: 5"]),
        (
            "sep=",
            [
                "its first line, which names the separator, was left out",
                "inhabitants, lon, lat: decimal commas read as points: 5",
            ],
        ),
        (
            "narrow no-break thousands",
            [
                "inhabitants: numbers from which spaces were taken: 2",
                "inhabitants, lon, lat: decimal commas read as points: 5",
            ],
        ),
        ("quoted", ["empty rows between others, left out: 2"]),
        (
            "spaces around",
            [
                "demand_id, name, inhabitants, lon, lat: cells from which spaces around them were taken: 10",
                "inhabitants, lon, lat: decimal commas read as points: 5",
            ],
        ),
        ("a workbook", []),
        (
            "a workbook with headings of people",
            [
                (
                    "headings read as columns: CODE INSEE = demand_id, Nom de la commune = name, "
                    "POPULATION = inhabitants, Longitude = lon, LATITUDE = lat"
                )
            ],
        ),
    ],
)
def test_what_was_mended_is_said(tmp_path: Path, spreadsheet: str, expected: list[str]) -> None:
    assert told(SPREADSHEETS[spreadsheet](tmp_path / "demand.csv", ROWS["demand"])) == expected


def test_rows_keep_their_numbers_in_the_file(tmp_path: Path) -> None:
    text = "sep=;\n" + ";".join(ROWS["demand"][0]) + "\n\n01004;A;1;5;45\n;;;;\n01005;B;-1;5;45\n"
    (tmp_path / "demand.csv").write_text(text, encoding="utf-8")
    with pytest.raises(DataError) as caught:
        read_table(tmp_path / "demand.csv", DEMAND)
    assert str(caught.value) == f"{tmp_path / 'demand.csv'}: row 6: inhabitants must be at least 0, got -1"


def sheet(path: Path, *rows: Sequence[object], **others: Sequence[object]) -> Path:
    """Write a workbook with a sheet of rows, and further ones of one row each."""
    book = openpyxl.Workbook()
    for row in rows:
        book.active.append(list(row))
    for name, row in others.items():
        book.create_sheet(name).append(list(row))
    book.save(path)
    return path


def problems(path: Path, table: Any = DEMAND) -> list[str]:  # noqa: ANN401 - a table
    with pytest.raises(DataError) as caught:
        read_table(path, table)
    return [problem.removeprefix(f"{path}: ") for problem in caught.value.problems]


HEADER = ["demand_id", "name", "inhabitants", "lon", "lat"]


def test_a_code_held_as_a_number_has_lost_its_zero_unless_its_length_is_right(tmp_path: Path) -> None:
    path = sheet(tmp_path / "demand.xlsx", HEADER, [1004, "A", 1, 5, 45], [38185.0, "B", 1, 5, 45])
    assert problems(path) == [
        (
            "row 2: demand_id: 1004 is held as a number, and is shorter than a code of 5 digits: it has lost its "
            "leading zero; format the column as text and write it whole"
        )
    ]
    path = sheet(tmp_path / "demand.xlsx", [*HEADER, "department_id"], [38185, "B", 1, 5, 45, 38])
    assert read_table(path, DEMAND)[["demand_id", "department_id"]].to_dict("records") == [
        {"demand_id": "38185", "department_id": "38"}
    ]
    assert told(path) == ["demand_id, department_id: codes held as numbers, read as text: 2"]
    path = sheet(tmp_path / "demand.xlsx", [*HEADER, "department_id"], ["01004", "B", 1, 5, 45, 1])
    assert problems(path)[0].startswith("row 2: department_id: 1 is held as a number, and is shorter than a code of 2")


@pytest.mark.parametrize(
    ("cells", "expected"),
    [
        (["a", "A", date(2027, 5, 1), 5, 45], "row 2: inhabitants: expected a number, got '2027-05-01'"),
        (["a", "A", True, 5, 45], "row 2: inhabitants: expected a number, got True"),
        (["a", "A", "1.234", 5, 45], "row 2: inhabitants: '1.234' may be 1234 or 1.234; write 1234, or 1.2340"),
        (
            ["a", "A", "beaucoup", 5, 45],
            "row 2: inhabitants: expected a number (thousands parted by spaces), got 'beaucoup'",
        ),
        (["a", "#REF!", 1, 5, 45], "row 2: name: expected text, not an error of a spreadsheet, got '#REF!'"),
        ([datetime(2027, 2, 1), "A", 1, 5, 45], "row 2: demand_id: expected text, got '2027-02-01'"),  # noqa: DTZ001
        ([1.5, "A", 1, 5, 45], "row 2: demand_id: expected text, got 1.5"),
        (["a", "A", "=1+1", 5, 45], "row 2: inhabitants: '=1+1' has no value yet; open the workbook in a spreadsheet"),
        (["a", "A", 1, 5, 45, "note"], "row 2: cell 6 ('note') is under no column name"),
        (["a", None, 1, 5, 45], "row 2: name is empty"),
    ],
)
def test_cells_that_are_not_what_they_should_be(tmp_path: Path, cells: list[object], expected: str) -> None:
    (problem,) = problems(sheet(tmp_path / "demand.xlsx", HEADER, cells))
    assert problem.startswith(expected)


def test_numbers_as_text_are_read_beside_typed_ones(tmp_path: Path) -> None:
    path = sheet(tmp_path / "demand.xlsx", HEADER, ["a", 12, "1 234,5", 5.123, 45], [], ["b", "B", 1.234, "5,5", 45])
    frame = read_table(path, DEMAND)
    assert frame["inhabitants"].tolist() == [1234.5, 1.234]
    assert frame["lon"].tolist() == [5.123, 5.5]
    assert frame["name"].tolist() == ["12", "B"]


def test_a_sheet_is_the_first_or_named(tmp_path: Path) -> None:
    header = ["commune_id"]
    path = sheet(tmp_path / "list.xlsx", header, ["01004"], Autre=header)
    assert told(path, COMMUNES) == ["read: its sheet Sheet, the first; not read: Autre"]
    assert told(tmp_path / "list.xlsx#Sheet", COMMUNES) == []
    assert problems(tmp_path / "list.xlsx#Autre", COMMUNES) == ["there is no row"]
    assert problems(tmp_path / "list.xlsx#Autres", COMMUNES) == [
        f"{path}: no sheet 'Autres'; did you mean Autre?; its sheets are Sheet, Autre"
    ]
    book = openpyxl.load_workbook(path)
    book["Sheet"].sheet_state = "hidden"
    book.save(path)
    assert problems(path, COMMUNES) == ["there is no row"]


def test_columns_of_a_list_s_own_are_named_and_misspelt_ones_refused(tmp_path: Path) -> None:
    path = sheet(tmp_path / "list.xlsx", ["CODGEO", "Population", "EPCI"], ["01004", 12, "x"])
    assert told(path, COMMUNES) == [
        "headings read as columns: CODGEO = commune_id",
        "columns that were not read: Population, EPCI",
    ]
    path = sheet(tmp_path / "list.xlsx", ["CODGEO", "nane"], ["01004", "x"])
    assert problems(path, COMMUNES) == ["unknown column 'nane'; did you mean name?"]


def test_what_is_no_workbook(tmp_path: Path) -> None:
    path = tmp_path / "demand.xlsx"
    path.write_text("demand_id\n", encoding="utf-8")
    assert problems(path) == ["is no readable XLSX workbook; download it again"]
    assert problems(sheet(path)) == ["sheet 'Sheet' is empty"]
    path.unlink()
    assert problems(path) == ["this file is missing"]
    path.mkdir()
    assert problems(path) == ["is a folder, expected a file"]


def test_requests_of_a_workbook_are_text_that_means_the_same(tmp_path: Path) -> None:
    header = ["N° dossier", "Commune", "Code postal", "Date d'ouverture prévue", "qpv", "siret", "occupancy_share"]
    header += ["Coût total HT", "Subvention demandée Région", "Subvention obtenue auprès de l'État"]
    cells = [12, "Bourg", 1234, datetime(2027, 9, 1), True, 20001816600012, 0.85]  # noqa: DTZ001
    path = sheet(tmp_path / "requests.xlsx", header, [*cells, 1250.25, "250 000", 100000.0])
    file = read_requests(path, TOY, ("gp",))
    (request,) = file.requests
    assert (request.request_id, request.place_id, request.opening_date) == ("12", "b", date(2027, 9, 1))
    assert (request.qpv, request.siret, request.occupancy_share) == (True, "20001816600012", 0.85)
    assert request.capex_ht_eur == 1250.25
    assert (request.requested_eur, request.acquired_eur) == ({"region": 250000.0}, {"state": 100000.0})
    assert file.unread_columns == ("Code postal",)


@pytest.mark.parametrize(
    ("cell", "expected"),
    [
        (None, ""),
        ("a", "a"),
        (True, "true"),
        (12, "12"),
        (12.0, "12"),
        (0.1, "0.1"),
        (1.234, "1.2340"),
        (date(2027, 9, 1), "2027-09-01"),
        (datetime(2027, 9, 1, 10, 30), "2027-09-01 10:30:00"),  # noqa: DTZ001
    ],
)
def test_typed_cells_as_text(cell: object, expected: str) -> None:
    assert typed_as_text(cell) == expected


def test_travel_times_of_a_workbook(tmp_path: Path) -> None:
    path = sheet(tmp_path / "travel_times.xlsx", ["demand_id", "place_id", "minutes"], ["a", "b", 0], ["b", "b", 1.5])
    assert read_table(path, TRAVEL_TIMES)["minutes"].tolist() == [0.0, 1.5]
