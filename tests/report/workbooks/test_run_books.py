"""``plan.xlsx``: its cells are those of the run's tables, typed and named; what people named is text."""

import math
import re
from collections.abc import Iterator
from datetime import date, datetime
from pathlib import Path
from zipfile import ZipFile

import openpyxl
import pandas as pd
import pytest
from openpyxl.workbook import Workbook
from openpyxl.worksheet.worksheet import Worksheet

from contract import documented, expanded
from msp_siting.language.sentences import Language, catalogue, say
from msp_siting.language.typography import typeset
from msp_siting.report.wording import Wording
from msp_siting.report.workbooks.book import Book, Column, Sheet, write_book
from msp_siting.report.workbooks.lexicon import lexicon_of, template_of
from msp_siting.requests.gates.rules import find_gates, read_gates
from msp_siting.runs.files import FILES_OF, KINDS, RunFile
from msp_siting.scenario.model import parse_model
from msp_siting.scenario.model_file import read_model

TOY = Path(__file__).parents[2] / "toy"
WITH_BOOK = tuple(kind for kind in KINDS if RunFile.WORKBOOK in FILES_OF[kind])
TABLES = [(kind, str(file)) for kind in WITH_BOOK for file in FILES_OF[kind] if file.endswith(".csv")]
SHOWN = [(kind, file) for kind, file in TABLES if file != "allocation.csv"]
LEFT_OUT = {"lon", "lat", "capex_eur", "owner_eur"}
WORDS = {"profession": ["gp", "nurse"], "lead": ["gp"], "group": ["75_plus", "asthma"], "funder": ["region"]}
FORMULA = re.compile(r"=SUM\(|=IF\(ISNUMBER\(")


def book_of(folder: Path) -> Workbook:
    return openpyxl.load_workbook(folder / "plan.xlsx")


def headings(sheet: Worksheet) -> list[str]:
    return [str(cell.value) for cell in sheet[3]]


def rows_of(sheet: Worksheet) -> list[tuple[object, ...]]:
    """Return the rows of a sheet without its total."""
    rows = list(sheet.iter_rows(min_row=4, values_only=True))
    return rows[:-1] if rows and rows[-1][0] == "Total" else rows


def sheets_of(folder: Path, kind: str, file: str) -> Iterator[tuple[Worksheet, pd.DataFrame]]:
    """Yield the sheets of a table with its rows: one, or of zones one per kind of zone."""
    table, book = pd.read_csv(folder / file, dtype=str, keep_default_na=False), book_of(folder)
    if file == "zones.csv":
        titles = {"epci": "EPCI", "territory": "Territoire entier", "living_area": "Bassin de vie"}
        for zone, rows in table.groupby("kind"):
            yield book[titles[str(zone)]], rows.drop(columns="kind")
    else:
        yield book[typeset(say(f"table_{kind}_{file.removesuffix('.csv')}", "fr"), "fr")], table


@pytest.mark.parametrize(("kind", "file"), SHOWN, ids=[f"{kind}-{file}" for kind, file in SHOWN])
def test_every_number_is_that_of_its_table(runs: Path, kind: str, file: str) -> None:
    model = parse_model(read_model(TOY / "models" / "allocation.yaml"), "model")
    lexicon = lexicon_of("fr", [model], gates=read_gates(find_gates(TOY)))
    for sheet, table in sheets_of(runs / kind, kind, file):
        rows, there = rows_of(sheet), headings(sheet)
        assert len(rows) == len(table)
        assert len(table) > 0 or file == RunFile.HOSTS  # in that plan no other host may take a team
        for name in set(table.columns) - LEFT_OUT:
            cells = [row[there.index(lexicon.heading(name))] for row in rows]
            for cell, text in zip(cells, table[name], strict=True):
                if isinstance(cell, int | float):
                    assert math.isclose(cell, float(text), rel_tol=1e-14), (name, text)  # a workbook has 16 digits
                elif isinstance(cell, datetime):
                    assert cell.date() == date.fromisoformat(text)
                else:
                    assert bool(cell) == bool(text), (name, text)
                    assert name.endswith("_id") is False or (cell or "") == text


@pytest.mark.parametrize("kind", WITH_BOOK)
def test_notes_come_first_and_every_sheet_can_be_worked_with(runs: Path, kind: str) -> None:
    book = book_of(runs / kind)
    notes = book.worksheets[0]
    assert notes.title == "Notes"
    said = {str(row[0].value): row[1].value for row in notes.iter_rows() if row[0].value}
    assert said["Date du calcul"].date() == datetime.now().astimezone().date()
    assert {"Question", "Territoire", "Ce qui compte", "Réserves"} <= set(said)
    assert "Aide à la décision" in str([cell.value for cell in notes["B"]][-1])
    for sheet in book.worksheets[1:]:
        assert sheet.freeze_panes is not None
        assert sheet.auto_filter.ref.startswith("A3:")
        assert (sheet.page_setup.orientation, sheet.page_setup.paperSize) == ("landscape", 9)
        assert sheet.print_title_rows == "$3:$3"
        assert sheet.oddFooter.right.text == "Page &P sur &N"
        assert len(set(headings(sheet))) == len(headings(sheet))


def test_cells_have_their_kinds_and_words_their_language(runs: Path) -> None:
    french, english = book_of(runs / "solve"), book_of(runs / "english")
    sites = french["Implantations"]
    row = dict(zip(headings(sites), rows_of(sites)[0], strict=True))
    assert row["Code du lieu"] == "c"
    assert row["Action"] == "création"
    assert (row["Investissement (€)"], row["Postes à pourvoir\u00a0: médecin généraliste"]) == (900_000, 2)
    sites = english["Sites"]
    row = dict(zip(headings(sites), rows_of(sites)[0], strict=True))
    assert (row["Action"], row["Investment (EUR)"], row["Posts to fill: GP"]) == ("creation", 900_000, 2)
    figures = {tuple(row[:2]): row[2] for row in rows_of(french["Chiffres clés"])}
    assert figures["Investissement du plan (€)", None] == 900_000
    assert figures["Habitants sans place, avec le plan (au mieux)", "médecin généraliste"] == 1_500


def test_a_figure_of_a_comparison_is_shown_as_its_measure(runs: Path) -> None:
    sheet = book_of(runs / "compare")["Chiffres"]
    shown = {row[0].value: row[3].number_format for row in sheet.iter_rows(min_row=4)}
    assert shown["Écart à l\u2019optimum, au plus (part\u00a0; précision du calcul)"] == "0.0%"
    assert shown["Budget d\u2019investissement (€)"] == "#,##0"
    assert shown["APL moyenne calculée, avec le plan"] == "0.00"


def test_a_total_is_a_sum_of_its_column(runs: Path) -> None:
    sites = book_of(runs / "solve")["Implantations"]
    total = {heading: cell.value for heading, cell in zip(headings(sites), sites[5], strict=True)}
    assert total["Identifiant de l\u2019implantation"] == "Total"
    at = openpyxl.utils.get_column_letter(headings(sites).index("Investissement (€)") + 1)
    assert total["Investissement (€)"] == f"=SUM({at}4:{at}4)"
    assert total["Nom"] is None


@pytest.mark.parametrize("name", ["plan.xlsx", "communes.xlsx", "seance.xlsx"])
def test_what_people_named_is_only_text(runs: Path, name: str) -> None:
    texts = set()
    for path in runs.glob(f"*/{name}"):
        for sheet in openpyxl.load_workbook(path).worksheets:
            for cell in (each for row in sheet.iter_rows() for each in row):
                if cell.data_type == "f":
                    assert FORMULA.match(str(cell.value))
                elif isinstance(cell.value, str):
                    texts.add(cell.value)
    expected = {
        "plan.xlsx": {"+1+1", "-1+1", 'Bourg "; drop'},
        "communes.xlsx": {"+1+1", "-1+1"},
        "seance.xlsx": {"+1+1"},
    }
    assert expected[name] <= texts
    assert any("<script>alert(1)</script>" in text for text in texts)


def test_a_text_that_begins_a_formula_stays_text(tmp_path: Path) -> None:
    path, texts = tmp_path / "x.xlsx", ["=1+1", "#N/A", "@x", "\t=1", "bell \x07", "\u200f+1"]
    sheet = Sheet("=a/b[c]", "@note", [Column("=heading"), Column("n", "0.0", is_summed=True)], [(t, 1) for t in texts])
    write_book(Book("=title & more", [("=label", "=said")], [sheet, sheet], date(2026, 1, 2)), path, Wording("en"))
    book = openpyxl.load_workbook(path)
    assert book.sheetnames == ["Notes", "=a b c", "=a b c 2"]
    assert [book["=a b c"].cell(row, 1).value for row in range(4, 10)] == [*texts[:4], "bell  ", "\u200f+1"]
    formulas = [cell.coordinate for sheet in book for row in sheet.iter_rows() for cell in row if cell.data_type == "f"]
    assert formulas == ["B10", "B10"]
    assert book["Notes"]["A1"].value == "=title & more"
    assert book["=a b c"].oddHeader.left.text == "=title && more"
    first = path.read_bytes()
    write_book(Book("=title & more", [("=label", "=said")], [sheet, sheet], date(2026, 1, 2)), path, Wording("en"))
    assert path.read_bytes() == first
    with ZipFile(path) as archive:
        assert archive.read("docProps/core.xml").count(b"2026-01-02T00:00:00Z") == 2


@pytest.mark.parametrize("language", ["fr", "en"])
def test_every_column_that_is_shown_has_a_heading(language: Language) -> None:
    lexicon = lexicon_of(language, [])
    for kind, file in TABLES:
        names = [name for name in documented(f"`{file}` of {kind}", "column") if name != "<parameter>"]
        for name in expanded(names, WORDS):
            assert template_of(name)[0] != "column_parameter", f"{kind} {file}: {name}"
            assert "_" not in lexicon.heading(name), name
    assert "recruitable.gp" in lexicon.heading("recruitable.gp")


def test_no_heading_is_of_a_column_that_is_gone() -> None:
    words = {"profession": ["profession"], "lead": ["profession"], "group": ["group"], "funder": ["funder"]}
    names = {"parameter", "parent_name"}
    for kind, file in TABLES:
        names |= set(
            expanded([each for each in documented(f"`{file}` of {kind}", "column") if each != "<parameter>"], words)
        )
    assert {key.removeprefix("column_") for key in catalogue("fr") if key.startswith("column_")} == names


def test_words_of_the_tables_are_told_in_the_language(runs: Path) -> None:
    words = {"creation", "satellite", "replaceable", "eligible", "gp", "nurse", "epci", "met"}
    english = {"true", "false", "True", "False", *words}
    for kind in WITH_BOOK:
        for sheet in book_of(runs / kind).worksheets[1:]:
            assert english & {cell for row in rows_of(sheet) for cell in row if isinstance(cell, str)} == set()


def test_a_run_without_a_plan_and_a_point_of_a_sweep_have_no_workbook(runs: Path) -> None:
    for folder in (runs / "no plan", *(runs / "sweep" / "points").iterdir()):
        assert (folder / RunFile.SUMMARY).is_file()
        assert not any((folder / name).exists() for name in ("plan.xlsx", "note.docx", "excel"))
