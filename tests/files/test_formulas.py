"""Texts that a spreadsheet would run: refused where ids and names are read, whatever file they stand in."""

from collections.abc import Callable
from pathlib import Path

import openpyxl
import pandas as pd
import pytest

from msp_siting.errors import DataError
from msp_siting.files.tables import read_table
from msp_siting.runs.writing import write_sheet_csv
from msp_siting.territory.tables import DEMAND, SUPPLY

HEADER = "demand_id,name,inhabitants,lon,lat"
REFUSED = (
    "expected text that does not begin with =, @, a tab or a return, which spreadsheets run as a formula "
    "(write it without), got {value}"
)


@pytest.fixture
def problems(tmp_path: Path) -> Callable[[str], list[str]]:
    """Return a function from rows of demand.csv to what is wrong with them."""

    def read(rows: str) -> list[str]:
        file = tmp_path / "demand.csv"
        file.write_bytes(f"{HEADER}\n{rows}\n".encode())
        with pytest.raises(DataError) as caught:
            read_table(file, DEMAND)
        return [each.removeprefix(f"{file}: ") for each in caught.value.problems]

    return read


@pytest.mark.parametrize(
    ("row", "column", "shown"),
    [
        ("a,=1+1,1,5,45", "name", "'=1+1'"),
        ('a,"=HYPERLINK(""http://x"")",1,5,45', "name", "'=HYPERLINK(\"http://x\")'"),
        ("a, =1+1,1,5,45", "name", "'=1+1'"),
        ("a,@SUM(A1),1,5,45", "name", "'@SUM(A1)'"),
        ('a,"\tMens",1,5,45', "name", "'\\tMens'"),
        ('a,"\r=1",1,5,45', "name", "'\\r=1'"),
        ("=a,Mens,1,5,45", "demand_id", "'=a'"),
        ("@a,Mens,1,5,45", "demand_id", "'@a'"),
        ('"\ta",Mens,1,5,45', "demand_id", "'\\ta'"),
    ],
)
def test_ids_and_names_that_begin_a_formula_are_refused(
    problems: Callable[[str], list[str]], row: str, column: str, shown: str
) -> None:
    assert problems(row) == [f"row 2: {column}: {REFUSED.format(value=shown)}"]


def test_they_are_refused_in_a_workbook_and_in_parquet_too(tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    book.active.append(HEADER.split(","))
    book.active.append(["a", "x", 1, 5, 45])
    book.active["B2"].value = "@x"
    book.save(tmp_path / "demand.xlsx")
    with pytest.raises(DataError, match=r"demand\.xlsx: row 2: name: expected text that does not begin with =, @"):
        read_table(tmp_path / "demand.xlsx", DEMAND)
    rows = {"place_id": ["\ta"], "profession": ["gp"], "practitioners": [1.0]}
    pd.DataFrame(rows).to_parquet(tmp_path / "supply.parquet")
    with pytest.raises(DataError, match=r"row 2: place_id: expected text that does not begin with =, @"):
        read_table(tmp_path / "supply.parquet", SUPPLY)


@pytest.mark.parametrize("name", ["+33 Mens", "-Mens", "Mens=1", "Mens @ Trièves", "'=1"])
def test_other_signs_may_begin_a_name(tmp_path: Path, name: str) -> None:
    file = tmp_path / "demand.csv"
    file.write_text(f"{HEADER}\na,{name},1,5,45\n", encoding="utf-8")
    assert read_table(file, DEMAND)["name"].tolist() == [name]


def test_a_tab_before_a_number_is_a_stray_space(tmp_path: Path) -> None:
    file = tmp_path / "demand.csv"
    file.write_text(f'{HEADER},border\na,A,"\t12",5,45,"\ttrue"\n', encoding="utf-8")
    table = read_table(file, DEMAND)
    assert (table["inhabitants"].tolist(), table["border"].tolist()) == ([12.0], [True])


def test_tables_for_spreadsheets_hold_no_formula(tmp_path: Path) -> None:
    file = tmp_path / "requests.csv"
    frame = pd.DataFrame(
        {
            "name": ["+33 Mens", "-Mens", "=1", "@x", "Mens", None],
            "number": [-1.5, 2.0, 3.0, 4.0, 5.0, 6.0],
            "count": pd.Series([-1, None, 2, 3, 4, 5], dtype=object),
        }
    )
    write_sheet_csv(frame, file)
    assert file.read_text(encoding="utf-8").splitlines() == [
        *("name,number,count", "'+33 Mens,-1.5,-1", "'-Mens,2.0,", "'=1,3.0,2", "'@x,4.0,3", "Mens,5.0,4", ",6.0,5"),
    ]
