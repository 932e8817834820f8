from collections.abc import Callable
from pathlib import Path

import pandas as pd
import pytest

from msp_siting.errors import DataError
from msp_siting.files.tables import Table, problems_of_table, read_table
from msp_siting.runs.columns import PLAN_SITES
from msp_siting.territory.tables import DEMAND, SITES, SUPPLY, TRAVEL_TIMES, ZONES

HEADER = "demand_id,name,inhabitants,lon,lat"
SPACES_ONLY = "expected a number (thousands parted by spaces)"
GOOD = "01004,Ambérieu,900,5.35,45.95"


@pytest.fixture
def problems(tmp_path: Path) -> Callable[..., list[str]]:
    """Return a function from the bytes or lines of a CSV file to its problems, without its name."""

    def read(table: Table, *lines: str, raw: bytes | None = None) -> list[str]:
        file = tmp_path / f"{table.name}.csv"
        file.write_bytes(raw if raw is not None else "".join(f"{line}\n" for line in lines).encode())
        with pytest.raises(DataError) as caught:
            read_table(file, table)
        assert caught.value.exit_code == 2
        assert all(problem.startswith(f"{file}: ") for problem in caught.value.problems)
        return [problem.removeprefix(f"{file}: ") for problem in caught.value.problems]

    return read


def test_ids_are_text_and_numbers_are_floats(tmp_path: Path) -> None:
    file = tmp_path / "demand.csv"
    file.write_text(
        f"{HEADER},apl_official,border,epci_id\n{GOOD},2.5,true,200\n02,B,0,1,2,,false,\n", encoding="utf-8"
    )
    table = read_table(file, DEMAND)
    assert table["demand_id"].tolist() == ["01004", "02"]
    assert table["inhabitants"].tolist() == [900.0, 0.0]
    assert table["inhabitants"].dtype == float
    assert table["apl_official"].isna().tolist() == [False, True]
    assert table["border"].tolist() == [True, False]
    assert table["epci_id"].tolist() == ["200", ""]


@pytest.mark.parametrize(
    ("row", "expected"),
    [
        ("01004,A,,5,45", "row 3: inhabitants is empty"),
        ("01004,A,-1,5,45", "row 3: inhabitants must be at least 0, got -1"),
        ("01004,A,nan,5,45", "row 3: inhabitants: expected a number (with a decimal point), got 'nan'"),
        ("01004,A,many,5,45", "row 3: inhabitants: expected a number (with a decimal point), got 'many'"),
        ('01004,A,"900,500",5,45', "row 3: inhabitants: '900,500' may be 900500 or 900,500; write 900500, or 900,5000"),
        ("01004,A,9 00,5,45", "row 3: inhabitants: expected a number (with a decimal point), got '9 00'"),
        ("01004,A,inf,5,45", "row 3: inhabitants must be finite, got inf"),
        ("01004,A,1e12,5,45", "row 3: inhabitants must be at most 1e+09, got 1e+12"),
        ("01004,A,1,181,45", "row 3: lon must be at most 180, got 181"),
        ("01004,A,1,5,-91", "row 3: lat must be at least -90, got -91"),
        (",A,1,5,45", "row 3: demand_id is empty"),
        ("01004,,1,5,45", "row 3: name is empty"),
        ("01001,A,1,5,45", "row 3: demand_id '01001' is there already"),
        (
            "01004,A,1,5,3,45,0",
            "row 3: expected 5 cells, got 7; quote text and numbers that hold the separator (first surplus: '45')",
        ),
        ("01004,A,1,5", "row 3: expected 5 cells, got 4"),
        ("01004", "row 3: expected 5 cells, got 1"),
        ('01004,"A, B",1,5', "row 3: expected 5 cells, got 4"),
        ('"01\n004",A,1,5,45', "row 3: demand_id: expected no line break or unseen character, got '01\\n004'"),
        (
            '01004,"A\n01005,B",1,5,45',
            "row 3: a cell ('A\\n01005,B') holds a line break and cells behind it; is a quotation mark amiss?",
        ),
        (
            "\ufeff01004,A,1,5,45",
            "row 3: demand_id: expected no line break or unseen character, got '\\ufeff01004'",
        ),
        (
            '01004,"A,1,5,45',
            "cannot be read as CSV: line 3: unexpected end of data; is a quotation mark left open?",
        ),
    ],
)
def test_a_wrong_row_is_named(problems: Callable[..., list[str]], row: str, expected: str) -> None:
    assert problems(DEMAND, HEADER, "01001,B,1,5,45", row, "01005,C,1,5,45") == [expected]


def test_all_problems_are_told_at_once(problems: Callable[..., list[str]]) -> None:
    assert problems(DEMAND, HEADER, "a,A,-1,5,45", "a,,2,500,45") == [
        "row 3: name is empty",
        "row 2: inhabitants must be at least 0, got -1",
        "row 3: lon must be at most 180, got 500",
        "row 3: demand_id 'a' is there already",
    ]


def test_many_problems_are_counted(problems: Callable[..., list[str]]) -> None:
    found = problems(DEMAND, HEADER, *(f"{row},A,x,5,45" for row in range(30)))
    assert len(found) == 21
    assert found[-1] == "10 more problems"


@pytest.mark.parametrize(
    ("header", "expected"),
    [
        ("demand_id,name,lon,lat", ["column inhabitants is missing"]),
        (
            "demand_id,name,inhabitant,lon,lat",
            ["column inhabitants is missing", "unknown column 'inhabitant'; did you mean inhabitants?"],
        ),
        ("demand_id,name,inhabitants,lno,lat", ["column lon is missing", "unknown column 'lno'; did you mean lon?"]),
        (
            "demand_id,Code INSEE,name,inhabitants,lon,lat",
            ["'demand_id' and 'Code INSEE' both mean column demand_id; keep one"],
        ),
        ("demand_id,name,inhabitants,lon,lat,colour", ["unknown column 'colour'"]),
        ("demand_id,name,inhabitants,lon,lat,name", ["column name is given twice"]),
    ],
)
def test_a_wrong_header_is_named(problems: Callable[..., list[str]], header: str, expected: list[str]) -> None:
    assert problems(DEMAND, header, "a" + header.count(",") * ",1") == expected


def test_a_surplus_first_cell_in_every_row_shifts_nothing(problems: Callable[..., list[str]]) -> None:
    # pandas alone would take the first cells for an index and the next ones for demand_id
    assert problems(DEMAND, HEADER, "x,a,A,1,5,45", "x,b,B,1,5,45") == [
        f"row {row}: expected 5 cells, got 6; quote text and numbers that hold the separator (first surplus: '45')"
        for row in (2, 3)
    ]


@pytest.mark.parametrize(
    ("raw", "expected"),
    [
        (b"", "the file is empty"),
        (b"\n\n", "the file is empty"),
        (f"\n{HEADER}\n{GOOD}\n".encode(), "row 1: there are no names of columns"),
        (f"{HEADER}\n".encode(), "there is no row"),
        (f"{HEADER}\n\n,,,,\n".encode(), "there is no row"),
        (
            f"{HEADER}\n{GOOD}\n02,".encode() + "Ambérieu,1,5,45\n".encode("latin-1"),
            "line 3: a letter is not UTF-8, and others are; save the file as CSV UTF-8",
        ),
        (f"{HEADER}\n{GOOD}\n".encode("utf-16")[:-1], "not UTF-16 text, as it says; save it as CSV UTF-8"),
        (
            f"{HEADER}\n01004,Amb\x81rieu,1,5,45\n".encode("latin-1"),
            "row 2: name: expected letters that can be read (save the file as UTF-8), got 'Amb\ufffdrieu'",
        ),
        (f"{HEADER}\n{GOOD}\n".encode("utf-16-le"), "is not text (it holds zero bytes); save it as CSV UTF-8"),
        (b"PK\x03\x04...", "is a spreadsheet or an archive, expected CSV text; save it as CSV UTF-8"),
        (
            f"{HEADER}\n{GOOD}\n{'x' * 1_000_001}\n".encode(),
            "line 3: longer than 1 MB; is it the right file?",
        ),
    ],
)
def test_a_wrong_file_is_named(problems: Callable[..., list[str]], raw: bytes, expected: str) -> None:
    assert problems(DEMAND, raw=raw) == [expected]


@pytest.mark.parametrize(
    "raw",
    [
        f"\ufeff{HEADER}\n{GOOD}\n",
        f"{HEADER}\r\n{GOOD}\r\n",
        f"{HEADER}\n{GOOD}",
        f"{HEADER}\n{GOOD}\n\n,,,,\n",
        f'{HEADER}\n"01004","Ambérieu","900","5.35","45.95"\n',
        f"{HEADER}\r{GOOD}\r",
        f"{HEADER}\n{GOOD}\n".replace(",", ";"),
        f"\ufeff{HEADER}\r\n{GOOD}\r\n".replace(",", ";").replace(".", ","),
        f"{HEADER}\n{GOOD}\n".replace(",", "\t").replace(".", ","),
    ],
    ids=[
        *("BOM", "CRLF", "no last newline", "empty rows at the end", "all quoted", "CR", "semicolons"),
        *("semicolons and decimal commas", "tabs and decimal commas"),
    ],
)
def test_harmless_differences_are_read(tmp_path: Path, raw: str) -> None:
    file = tmp_path / "demand.csv"
    file.write_bytes(raw.encode())
    assert read_table(file, DEMAND).to_dict("records") == [
        {"demand_id": "01004", "name": "Ambérieu", "inhabitants": 900.0, "lon": 5.35, "lat": 45.95}
    ]


@pytest.mark.parametrize(
    ("rows", "expected"),
    [
        (["a;A;12 34;5,5;45"], f"row 2: inhabitants: {SPACES_ONLY}, got '12 34'"),
        (["a;A;1.234,5;5,5;45"], f"row 2: inhabitants: {SPACES_ONLY}, got '1.234,5'"),
        (["a;A;1,234.5;5,5;45"], f"row 2: inhabitants: {SPACES_ONLY}, got '1,234.5'"),
        (["a;A;1.234;5,5;45"], "row 2: inhabitants: '1.234' may be 1234 or 1.234; write 1234, or 1.2340"),
        (["a;A;1,234;5,5;45"], "row 2: inhabitants: '1,234' may be 1234 or 1,234; write 1234, or 1,2340"),
        (
            ["a;A;1,5;5,5;45", "b;B;1.234;5,5;45"],
            "row 3: inhabitants: expected a decimal comma as in other rows, got '1.234'",
        ),
        (["a;A;1;5,5;45", "b;B;1;5,5"], "row 3: expected 5 cells, got 4"),
        (
            ["a;A;1;5,5;45;7"],
            "row 2: expected 5 cells, got 6; quote text and numbers that hold the separator (first surplus: '7')",
        ),
        (["a;A;1e400;5,5;45"], "row 2: inhabitants must be finite, got inf"),
    ],
)
def test_numbers_of_other_notations_are_never_guessed(
    problems: Callable[..., list[str]], rows: list[str], expected: str
) -> None:
    assert problems(DEMAND, HEADER.replace(",", ";"), *rows) == [expected]


def test_three_decimals_are_read_where_they_can_be_nothing_else(tmp_path: Path) -> None:
    file = tmp_path / "demand.csv"
    rows = ["a;A;1,234;5,123;45,123", "b;B;1,5;6,123;45,123"]  # 5123 degrees cannot be; 1,5 is no 15
    file.write_text("\n".join([HEADER.replace(",", ";"), *rows]), encoding="utf-8")
    assert read_table(file, DEMAND)["inhabitants"].tolist() == [1.234, 1.5]
    assert read_table(file, DEMAND)["lon"].tolist() == [5.123, 6.123]


def test_flags_of_a_french_spreadsheet(tmp_path: Path) -> None:
    file = tmp_path / "demand.csv"
    file.write_text(f"{HEADER},border\n{GOOD},VRAI\n02,B,0,1,2,FAUX\n".replace(",", ";"), encoding="utf-8")
    assert read_table(file, DEMAND)["border"].tolist() == [True, False]


def test_what_a_run_wrote_has_commas(problems: Callable[..., list[str]]) -> None:
    assert problems(PLAN_SITES, "site_id;format", "a;small") == [
        "columns are separated by ';'; save the file with commas and decimal points"
    ]


def test_a_missing_file_and_a_folder(tmp_path: Path) -> None:
    for name in ("demand.csv", "demand.parquet"):
        with pytest.raises(DataError) as caught:
            read_table(tmp_path / name, DEMAND)
        assert str(caught.value) == f"{tmp_path / name}: this file is missing"
    (tmp_path / "sites.csv").mkdir()
    with pytest.raises(DataError) as caught:
        read_table(tmp_path / "sites.csv", SITES)
    assert str(caught.value) == f"{tmp_path / 'sites.csv'}: is a folder, expected a file"


def test_values_of_a_list(problems: Callable[..., list[str]]) -> None:
    header = "site_id,place_id,name,lon,lat,status"
    assert problems(SITES, header, "s,a,A,5,45,open") == [
        "row 2: status must be one of candidate, existing, got 'open'"
    ]
    assert problems(ZONES, "kind,zone_id,name,status", "tvs,1,A,zip") == [
        (
            "row 2: status must be one of ZIP, ZAC, ZAR, none, tres_sous_dotee, sous_dotee, intermediaire, tres_dotee, "
            "sur_dotee, got 'zip'"
        )
    ]


def test_flags_are_true_or_false(problems: Callable[..., list[str]]) -> None:
    assert problems(DEMAND, f"{HEADER},border", f"{GOOD},1") == ["row 2: border: expected true or false, got '1'"]


def test_times_are_zero_or_more(problems: Callable[..., list[str]]) -> None:
    header = "demand_id,place_id,minutes"
    assert problems(TRAVEL_TIMES, header, "a,b,0", "a,c,-0.1", "a,d,inf", "a,b,3") == [
        "row 4: minutes must be finite, got inf",
        "row 3: minutes must be at least 0, got -0.1",
        "row 5: demand_id, place_id 'a', 'b' is there already",
    ]


def test_supply_may_have_no_row_and_two_rows_of_one_profession_by_status(tmp_path: Path) -> None:
    file = tmp_path / "supply.csv"
    file.write_text("place_id,profession,practitioners\n", encoding="utf-8")
    assert read_table(file, SUPPLY).empty
    file.write_text("place_id,profession,practitioners,status\na,gp,1,liberal\na,gp,0.5,salaried\n", encoding="utf-8")
    assert read_table(file, SUPPLY)["practitioners"].sum() == 1.5


def test_retiring_share_is_a_share_or_not_known(problems: Callable[..., list[str]]) -> None:
    header = "place_id,profession,practitioners,retiring_share"
    assert problems(SUPPLY, header, "a,gp,1,1.5", "b,gp,1,") == ["row 2: retiring_share must be at most 1, got 1.5"]


TIMES = pd.DataFrame({"demand_id": ["a", "b"], "place_id": ["c", "c"], "minutes": [0, 5]})


@pytest.mark.parametrize(
    "frame",
    [TIMES, TIMES.set_axis(["x", "x"]), TIMES.astype({"demand_id": "category"}), TIMES.astype({"minutes": "Float64"})],
    ids=["plain", "index of text", "categories", "nullable"],
)
def test_parquet_is_read(tmp_path: Path, frame: pd.DataFrame) -> None:
    frame.to_parquet(tmp_path / "travel_times.parquet")
    table = read_table(tmp_path / "travel_times.parquet", TRAVEL_TIMES)
    assert table.to_dict("list") == {"demand_id": ["a", "b"], "place_id": ["c", "c"], "minutes": [0.0, 5.0]}
    assert table["minutes"].dtype == float


@pytest.mark.parametrize(
    ("frame", "expected"),
    [
        (
            TIMES.assign(demand_id=[1004, 1005]),
            "column demand_id: expected text, got numbers; write codes as text with their leading zero",
        ),
        (TIMES.assign(minutes=pd.Timestamp("2030-01-01")), "column minutes: expected numbers, got datetime64[us]"),
        (TIMES.assign(minutes=[True, False]), "column minutes: expected numbers, got bool"),
        (TIMES.assign(minutes=[1.0, float("nan")]), "row 3: minutes is empty"),
        (TIMES.assign(place_id=["c", None]), "row 3: place_id is empty"),
        (
            TIMES.assign(minutes=["5", "10 min"]),
            "row 3: minutes: expected a number (with a decimal point), got '10 min'",
        ),
        (TIMES.iloc[:0], "there is no row"),
        (TIMES.assign(colour=1), "unknown column 'colour'"),
    ],
)
def test_wrong_parquet_is_named(tmp_path: Path, frame: pd.DataFrame, expected: str) -> None:
    file = tmp_path / "travel_times.parquet"
    frame.to_parquet(file)
    with pytest.raises(DataError) as caught:
        read_table(file, TRAVEL_TIMES)
    assert str(caught.value) == f"{file}: {expected}"


def test_a_file_that_only_looks_like_parquet(tmp_path: Path) -> None:
    file = tmp_path / "travel_times.parquet"
    file.write_text("demand_id,place_id,minutes\n", encoding="utf-8")
    with pytest.raises(DataError) as caught:
        read_table(file, TRAVEL_TIMES)
    assert str(caught.value) == f"{file}: not a Parquet file; write it again"


def test_problems_of_a_typed_table() -> None:
    assert problems_of_table(TIMES.astype({"minutes": float}), TRAVEL_TIMES) == []
    assert problems_of_table(TIMES.drop(columns="minutes"), TRAVEL_TIMES) == ["column minutes is missing"]


def test_a_group_s_inhabitants_may_be_unknown(tmp_path: Path) -> None:
    file = tmp_path / "demand.csv"
    file.write_text(f"{HEADER},inhabitants_75_plus\n{GOOD},90\n02,B,0,1,2,\n", encoding="utf-8")
    assert read_table(file, DEMAND)["inhabitants_75_plus"].isna().tolist() == [False, True]
