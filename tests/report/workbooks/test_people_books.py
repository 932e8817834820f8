"""``communes.xlsx``, ``seance.xlsx``, ``note.docx`` and ``excel/``: the run's own figures, in forms that people use."""

import csv
import json
from datetime import datetime
from pathlib import Path

import openpyxl
import pandas as pd
import pytest
from docx import Document
from docx.oxml.ns import qn

Row = dict[str, object]


def rows_of(path: Path, title: str) -> list[Row]:
    sheet = openpyxl.load_workbook(path)[title]
    head, *rows = sheet.iter_rows(min_row=3, values_only=True)
    return [dict(zip(map(str, head), row, strict=True)) for row in rows]


def test_communes_have_what_the_territory_and_its_diagnosis_say(runs: Path) -> None:
    rows = rows_of(runs / "diagnose" / "communes.xlsx", "Communes")
    assert [row["Code"] for row in rows] == ["a", "b", "c", "d"]
    first, third = rows[0], rows[2]
    assert (first["EPCI"], first["EPCI, code"]) == ("-1+1", "west")
    assert (first["Zonage par EPCI"], third["Zonage par EPCI"]) == ("ZAC", "ZIP")
    assert first["Zonage par EPCI\u00a0:\u00a0valable jusqu\u2019au"] == datetime(2026, 12, 31)  # noqa: DTZ001 - a cell has no zone
    points = pd.read_csv(runs / "diagnose" / "coverage.csv")
    gps, nurses = points[points["profession"].eq("gp")], points[points["profession"].eq("nurse")]
    assert [row["Habitants"] for row in rows] == gps["inhabitants"].tolist()
    assert [row["Praticiens (ETP)\u00a0: médecin généraliste"] for row in rows] == gps["practitioners"].tolist()
    assert [row["Praticiens (ETP)\u00a0: infirmier"] for row in rows] == nurses["practitioners"].tolist()
    official = [row["APL officielle, tous les généralistes (consultations par an)"] for row in rows]
    assert official == gps["apl_official"].tolist()
    minutes = [row["Minutes jusqu\u2019au plus proche\u00a0: médecin généraliste"] for row in rows]
    assert [cell for cell in minutes if cell is not None] == gps["nearest_minutes"].dropna().tolist()
    assert rows[3]["Habitants\u00a0: 75 ans et plus"] is None
    assert [row["Bassin de patientèle hors territoire"] for row in rows] == ["oui", "non", "non", "oui"]


def test_a_session_has_what_is_asked_and_proposed_and_sums_what_is_voted(runs: Path) -> None:
    folder = runs / "evaluate"
    rows = rows_of(folder / "seance.xlsx", "Séance")
    requests = pd.read_csv(folder / "requests.csv").set_index("request_id")
    chosen = set(json.loads((folder / "summary.json").read_text(encoding="utf-8"))["portfolio"]["requests"])
    assert chosen
    total = rows.pop()
    assert {str(row["Demande"]) for row in rows} == set(requests.index)
    columns = list(rows[0])
    funder = next(name.removesuffix("\u00a0: demandé (€)") for name in columns if name.endswith("\u00a0: demandé (€)"))
    for number, row in enumerate(rows, start=4):
        name = str(row["Demande"])
        assert row[f"{funder}\u00a0: demandé (€)"] == requests.loc[name, "requested_eur"]
        assert row[f"{funder}\u00a0: proposé (€)"] == (requests.loc[name, "requested_eur"] if name in chosen else 0)
        assert row[f"{funder}\u00a0: voté (€)"] is None
        assert row["Voté (€)"] == f"=SUM(L{number})"
    assert columns.index(f"{funder}\u00a0: voté (€)") == "ABCDEFGHIJKL".index("L")
    assert total["Voté (€)"] == "=SUM(I4:I6)"
    of_all, of_funder = rows_of(folder / "seance.xlsx", "Enveloppe")
    assert of_all["Enveloppe (€)"] == 1_000_000
    assert (of_all["Voté (€)"], of_funder["Voté (€)"]) == ("=SUM('Séance'!I4:I6)", "=SUM('Séance'!L4:L6)")
    assert of_funder["Reste (€)"] == '=IF(ISNUMBER(B5),B5-E5,"")'


def test_french_spreadsheets_read_numbers_days_and_nothing_as_a_formula(runs: Path) -> None:
    found = 0
    for table in runs.glob("*/*.csv"):
        path = table.parent / "excel" / table.name
        if table.name == "requests.csv" and table.parent == runs:
            continue
        if table.parent.name in {"no plan", "english", "siting"}:
            assert not path.exists()
            continue
        content = path.read_bytes()
        assert content.startswith(b"\xef\xbb\xbf")
        head, *rows = csv.reader(content.decode("utf-8-sig").splitlines(), delimiter=";")
        assert len(rows) == len(pd.read_csv(table))
        assert [cell for row in (head, *rows) for cell in row if cell.startswith(("=", "+", "@"))] == []
        assert [cell for row in rows for cell in row if cell.startswith("-") and not cell[1:2].isdigit()] == []
        found += 1
    assert found == 34
    sites = (runs / "solve" / "excel" / "sites.csv").read_text(encoding="utf-8-sig").splitlines()
    assert sites[0].startswith("Identifiant de l\u2019implantation;Code du lieu;Nom;Action;")
    assert sites[1].startswith(
        "site-c;c;'+1+1;création;;;petite MSP (9 professionnels);5,4;45;900000;900000;25000;40020;2;1;0;"
    )
    zones = (runs / "diagnose" / "excel" / "zones.csv").read_text(encoding="utf-8-sig")
    assert "31/12/2026" in zones
    assert ";'-1+1;" in zones


@pytest.mark.parametrize(
    ("run", "language", "title"), [("solve", "fr-FR", "Décision proposée"), ("english", "en-GB", "Proposed decision")]
)
def test_the_note_says_the_decision_first_with_the_runs_figures(
    runs: Path, run: str, language: str, title: str
) -> None:
    note = Document(str(runs / run / "note.docx"))
    styles = [paragraph.style.name for paragraph in note.paragraphs if paragraph.style is not None]
    assert styles[0] == "Heading 1"
    headings = [each.text for each in note.paragraphs if each.style is not None and each.style.name == "Heading 2"]
    assert headings[0] == title
    assert {each.get(qn("w:val")) for each in note.styles.element.iter(qn("w:lang"))} == {language}
    sites = note.tables[0]
    name, *_, cost, aid = (cell.text for cell in sites.rows[1].cells)
    assert name == "+1+1"
    expected = {"fr-FR": ("900\u202f000\u00a0€", "25\u202f000\u00a0€"), "en-GB": ("900,000 EUR", "25,000 EUR")}
    assert (cost, aid) == expected[language]
    for table in note.tables:
        assert table._tbl.xpath("count(w:tr[1]/w:trPr/w:tblHeader)") == 1  # noqa: SLF001 - it has no other door
    summary = json.loads((runs / run / "summary.json").read_text(encoding="utf-8"))
    uncovered = [row.cells[1].text for row in note.tables[1].rows][1:]
    plain = [int(text.replace("\u202f", "").replace(",", "")) for text in uncovered]
    assert plain == [summary["uncovered_before"]["gp"], summary["uncovered_after"]["gp"]]
    footer = note.sections[0].footer.paragraphs[0].text
    assert footer.startswith("Aide à la décision" if language == "fr-FR" else "Decision support")
    assert note.core_properties.created == note.core_properties.modified
