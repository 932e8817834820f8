"""A list of communes: names held against codes, codes as people write them, earlier codes; all of it said."""

from collections.abc import Callable
from pathlib import Path

import pandas as pd
import pytest
from click.testing import Result

from msp_siting.territory.manifest import read_manifest

Run = Callable[..., Result]
Build = Callable[..., Path]
Refuse = Callable[..., list[str]]
ALL_END_IN_0 = (
    "All 3 codes of the file (38910, 38920, 38930 ...) end in 0, as postal codes mostly do and INSEE codes once in "
    "ten, and no name stands beside them: check that they are INSEE codes."
)


def write(workplace: Path, *rows: str, heading: str = "commune_id,name") -> str:
    """Write a list of communes and return its name."""
    (workplace / "pays.csv").write_text("\n".join([heading, *rows, ""]), encoding="utf-8")
    return "pays.csv"


def points(folder: Path) -> list[str]:
    """Return the demand points of a territory."""
    return pd.read_csv(folder / "demand.csv", dtype=str)["demand_id"].tolist()


@pytest.fixture
def rename(workplace: Path) -> Callable[[str, str], None]:
    """Return what gives a commune of the made-up France another code, in every text file that has it."""

    def call(old: str, new: str) -> None:
        for path in (workplace / "sources").glob("*.csv"):
            path.write_text(path.read_text(encoding="utf-8").replace(old, new), encoding="utf-8")

    return call


def test_a_name_that_belongs_to_another_commune_is_an_error_naming_both(refuse: Refuse, workplace: Path) -> None:
    name = write(workplace, "38902,Commune inventée 2", "38903,Commune inventée 1", "38904,COMMUNE  inventee 5")
    assert refuse("--communes", name) == [
        (
            "pays.csv: row 3: commune_id, name: 38903 (Commune inventée 3) is not 'Commune inventée 1', which is "
            "38901 (Commune inventée 1); correct one (the code is INSEE's, not the postal code)"
        ),
        (
            "pays.csv: row 4: commune_id, name: 38904 (Commune inventée 4) is not 'COMMUNE  inventee 5', which is "
            "38905 (Commune inventée 5); correct one (the code is INSEE's, not the postal code)"
        ),
    ]


def test_a_code_that_none_has_is_answered_with_the_commune_of_the_name(refuse: Refuse, workplace: Path) -> None:
    name = write(workplace, "38440;Commune inventée 4", heading="Code INSEE;Nom de la commune")
    assert refuse("--communes", name) == [
        (
            "pays.csv: row 2: commune_id: no inhabited metropolitan commune '38440'; "
            "the name beside it is that of 38904 (Commune inventée 4) (write INSEE's code)"
        )
    ]


def test_names_as_people_write_them_are_no_mismatch(run: Run, workplace: Path) -> None:
    rows = (
        "38901,COMMUNE INVENTEE 1",
        "38902,Commune inventée 2 (38902)",
        "38903,",
        "38904,Le Bourg",
        "38907,inventée",
    )
    result = run("--communes", write(workplace, *rows))
    assert result.exit_code == 0, result.output
    (unheard,) = [line for line in result.stdout.splitlines() if "held against" in line]
    assert unheard == (
        "pays.csv: names that are no commune's, so that they were not held against the codes: Le Bourg (38904)"
    )


def test_the_name_of_a_commune_that_another_counts_is_its_own(run: Run, workplace: Path) -> None:
    result = run("--communes", write(workplace, "38908,Commune inventée 8", "38901,Commune inventée 1"))
    assert result.exit_code == 0, result.output
    assert points(workplace / "out") == ["38901", "38907"]
    assert (
        "pays.csv: communes whose people are counted in another, which is loaded: 38908: 38907 (Commune inventée 7)"
    ) in result.stdout.splitlines()


def test_earlier_codes_are_read_as_todays_and_said(run: Run, workplace: Path) -> None:
    result = run("--communes", write(workplace, "38992,", "38981,", "38901,"))
    assert points(workplace / "out") == ["38901", "38902"]
    assert (
        "pays.csv: codes of earlier communes, read as today's: 38992: 38902 (Commune inventée 2), "
        "38981: 38901 (Commune inventée 1)"
    ) in result.stdout.splitlines()


def test_an_earlier_commune_of_france_is_said_with_its_name(run: Run, workplace: Path, rename: Callable) -> None:
    """38125 (Cordéac) is part of 38456 (Châtel-en-Trièves) today, by the table that comes with the package."""
    rename("38902", "38456")
    rename("38992", "38125")
    book = workplace / "sources" / "DREES_apl_generalistes_2022_2023.xlsx"
    _recode(book, {"38902": "38456", "38992": "38125"})
    result = run("--communes", write(workplace, "38125,Cordéac", "38901,Commune inventée 1"))
    assert result.exit_code == 0, result.output
    assert points(workplace / "out") == ["38456", "38901"]
    assert (
        "pays.csv: codes of earlier communes, read as today's: 38125 (Cordéac): 38456 (Commune inventée 2)"
    ) in result.stdout.splitlines()


def _recode(path: Path, codes: dict[str, str]) -> None:
    import openpyxl  # noqa: PLC0415

    book = openpyxl.load_workbook(path)
    for row in book["APL 2023"].iter_rows(min_row=11, max_col=1):
        row[0].value = codes.get(row[0].value, row[0].value)
    book.save(path)


def test_codes_of_corsica_as_people_write_them(refuse: Refuse, workplace: Path) -> None:
    name = write(workplace, "2a004", "02b033", heading="commune_id")
    assert refuse("--communes", name) == [
        "pays.csv: row 2: commune_id: no inhabited metropolitan commune '2A004'",
        "pays.csv: row 3: commune_id: no inhabited metropolitan commune '2B033'",
    ]


@pytest.mark.parametrize(
    ("rows", "warned"),
    [
        (("38910,", "38920,", "38930,"), True),
        (("38910,Le Bourg", "38920,", "38930,"), True),  # a name that nobody has confirms nothing
        (("38910,Commune inventée 1", "38920,", "38930,"), False),
        (("38910,", "38920,"), False),
        (("38910,", "38920,", "38930,", "38904,"), False),
    ],
)
def test_codes_that_all_end_in_0_are_warned_of(
    run: Run, workplace: Path, rename: Callable, rows: tuple[str, ...], *, warned: bool
) -> None:
    for old, new in {"38901": "38910", "38902": "38920", "38903": "38930"}.items():
        rename(old, new)
        _recode(workplace / "sources" / "DREES_apl_generalistes_2022_2023.xlsx", {old: new})
    (workplace / "sources" / "communes_polygons_l93.parquet").unlink()
    result = run("--communes", write(workplace, *rows))
    assert result.exit_code == 0, result.output
    assert (ALL_END_IN_0 in result.stdout.splitlines()) is warned
    assert (ALL_END_IN_0 in [caveat["en"] for caveat in read_manifest(workplace / "out").caveats]) is warned


@pytest.mark.parametrize(
    ("options", "problem"),
    [
        (("--department", "974"), "--department 974: not covered (metropolitan France only)"),
        (("--communes", "none.csv"), "none.csv: this file is missing"),
        (("--communes", "pays.csv"), "pays.csv: row 2: commune_id: 97411: not covered (metropolitan France only)"),
        (
            ("--department", "38", "--out", "sources"),
            "sources: holds something else than an earlier territory; give another folder with --out",
        ),
    ],
)
def test_arguments_are_checked_before_any_official_file(
    refuse: Refuse, workplace: Path, monkeypatch: pytest.MonkeyPatch, options: tuple[str, ...], problem: str
) -> None:
    def read(*_: object, **__: object) -> None:
        raise AssertionError

    monkeypatch.setattr("msp_siting.commands.building.read_france", read)
    write(workplace, "97411,Saint-Denis")
    assert refuse(*options) == [problem]
