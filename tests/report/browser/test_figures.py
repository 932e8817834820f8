"""Every figure of a plan's tables is that of its file, rounded as a page rounds: both are read."""

import json
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from playwright.sync_api import Page

from msp_siting.language import catalogue
from msp_siting.report.wording import Wording

pytestmark = pytest.mark.slow  # real runs of every kind are made first

FR = Wording("fr")
Row = Mapping[str, Any]
Column = Callable[[Row], str]
TABLES = """[...document.querySelectorAll('table')].map(table => ({
  head: [...table.querySelectorAll('thead th')].map(cell => cell.textContent.trim()),
  rows: [...table.querySelectorAll('tbody tr')].map(row => [...row.children].map(cell => cell.textContent.trim())),
}))"""


def plain(text: str) -> str:
    """Return a text with one kind of space and of apostrophe."""
    for typeset, typed in (("\u00a0", " "), ("\u202f", " "), ("\u2019", "'")):
        text = text.replace(typeset, typed)
    return " ".join(text.split())


def whole(name: str) -> Column:
    return lambda row: FR.whole(row[name])


def decimal(name: str, digits: int) -> Column:
    return lambda row: FR.decimal(row[name], digits)


def eur(name: str) -> Column:
    return lambda row: FR.eur(row[name])


ZONES: dict[str, Column] = {
    "Habitants": whole("inhabitants"),
    "sans place, aujourd'hui": whole("uncovered_today"),
    "habitants sans place avant": whole("uncovered_before"),
    "sans place, en 2030 sans le plan": whole("uncovered_before"),
    "habitants sans place après": whole("uncovered_after"),
    "sans place, en 2030 avec le plan": whole("uncovered_after"),
    "sans place après": lambda row: FR.percent(row["uncovered_after"] / row["inhabitants"]),
    "APL officielle, aujourd'hui": decimal("apl_official", 2),
    "APL avant": decimal("apl_before", 2),
    "Minutes avant": decimal("nearest_minutes_before", 1),
    "Minutes après": decimal("nearest_minutes_after", 1),
}
SITES: dict[str, Column] = {
    "Coût": eur("cost_eur"),
    "Aides aux praticiens": eur("aid_eur"),
    "Revenu de l'équipe versé par l'assurance maladie (ACI) par an": eur("aci_eur_per_year"),
    "Revenu de l'équipe (ACI), par an": eur("aci_eur_per_year"),
}
BLOCKS: dict[str, Column] = {
    "Points de demande": whole("demand_points"),
    "Habitants": whole("inhabitants"),
    "Besoin (habitants standardisés)": whole("need"),
    "Part du besoin sans place avant": lambda row: FR.percent(row["uncovered_share_before"]),
    "Part du besoin sans place après": lambda row: FR.percent(row["uncovered_share_after"]),
}


@pytest.fixture
def plan(runs: Path) -> Path:
    """The folder of Isère's plan at its horizon."""
    return runs / "plan"


@pytest.fixture
def tables(plan: Path, show: Callable[..., tuple[Page, Any]]) -> list[dict[str, Any]]:
    """Every table of its page: ``head`` and ``rows``."""
    page, _ = show(plan / "report.html")
    return [
        {"head": list(map(plain, each["head"])), "rows": [list(map(plain, row)) for row in each["rows"]]}
        for each in page.evaluate(TABLES)
    ]


def read(path: Path) -> pd.DataFrame:
    ids = dict.fromkeys(("zone_id", "demand_id", "site_id", "place_id", "block"), "str")
    return pd.read_csv(path, dtype=ids)


def compared(table: Mapping[str, Any], columns: Mapping[str, Column], rows: Mapping[str, list[Row]], key: int) -> int:
    """Hold the cells of known columns against the rows of a file by what their key column says; return how many."""
    known = [(number, columns[name]) for number, name in enumerate(table["head"]) if name in columns]
    for cells in table["rows"]:
        shown = [cells[number] for number, _ in known]
        expected = [[plain(value(row)) for _, value in known] for row in rows[cells[key]]]
        assert shown in expected, cells
    return len(known) * len(table["rows"])


def by(frame: pd.DataFrame, column: str) -> dict[str, list[Row]]:
    """Return the rows of a table by a column as a page shows it; several may have one name."""
    return {plain(FR.typeset(str(name))): rows.to_dict("records") for name, rows in frame.groupby(column, sort=False)}


def test_zones(plan: Path, tables: list[dict[str, Any]]) -> None:
    zones = read(plan / "zones.csv")
    zones = zones[zones["profession"].eq("gp")]
    kinds = {plain(FR.kind_title(kind)): rows for kind, rows in zones.groupby("kind")}
    found = {}
    for table in tables:
        kind = table["head"][0]
        if kind in kinds and "Minutes après" in table["head"]:
            assert len(table["rows"]) == len(kinds[kind])
            found[kind] = compared(table, ZONES, by(kinds[kind], "name"), 0)
    assert {"EPCI", "Département", "Bassin de vie"} <= set(found)
    assert all(cells >= 7 * len(kinds[kind]) for kind, cells in found.items())


def test_sites(plan: Path, tables: list[dict[str, Any]]) -> None:
    sites = read(plan / "sites.csv")
    (table,) = (each for each in tables if each["head"][0] == "Site" and "Coût" in each["head"])
    assert len(table["rows"]) == len(sites)
    assert compared(table, SITES, by(sites, "name"), 0) == 3 * len(sites)


def test_posts(plan: Path, tables: list[dict[str, Any]]) -> None:
    """The posts of a site, alone or before what else the cell says."""
    sites, staff = read(plan / "sites.csv"), read(plan / "staff.csv")
    posts = staff[staff["profession"].eq("gp")].set_index("site_id")["recruited"]
    of_site = dict(zip(sites["name"].map(FR.typeset).map(plain), sites["site_id"].map(posts).fillna(0), strict=True))
    heads = ("Postes, médecin généraliste", "Médecin généraliste")
    table = next(each for each in tables if each["head"][0] == "Site" and set(heads) & set(each["head"]))
    column = next(number for number, name in enumerate(table["head"]) if name in heads)
    shown = {cells[0]: int(cells[column].split(" ")[0]) for cells in table["rows"]}
    assert shown == of_site


def test_blocks(plan: Path, tables: list[dict[str, Any]]) -> None:
    blocks = read(plan / "blocks.csv")
    blocks = blocks[blocks["profession"].eq("gp")]
    (table,) = (each for each in tables if "Bloc" in each["head"])
    assert compared(table, BLOCKS, by(blocks, "block"), table["head"].index("Bloc")) >= 4 * len(table["rows"])


def test_all_measures(plan: Path, tables: list[dict[str, Any]]) -> None:
    """Who is uncovered, by profession and moment: as the summary says, and as the communes add up to."""
    summary = json.loads((plan / "summary.json").read_text(encoding="utf-8"))
    coverage = read(plan / "coverage.csv").groupby("profession").sum(numeric_only=True)
    moments = {
        "sans place, aujourd'hui": "uncovered_today",
        "sans place, en 2030 sans le plan": "uncovered_before",
        "sans place, en 2030 avec le plan": "uncovered_after",
    }
    (table,) = (each for each in tables if set(moments) <= set(each["head"]) and each["head"][0] == "Profession")
    columns = {number: moments[name] for number, name in enumerate(table["head"]) if name in moments}
    professions = list(summary["uncovered_after"])
    assert len(table["rows"]) == len(professions)
    for profession, cells in zip(professions, table["rows"], strict=True):
        for number, key in columns.items():
            assert cells[number] == plain(FR.whole(summary[key][profession])), (profession, key)
            assert summary[key][profession] == pytest.approx(coverage.loc[profession, key], abs=0.01)


def test_the_words_that_tables_are_known_by_are_the_catalogues() -> None:
    """A heading that is reworded is found here, not passed over above."""
    said = {plain(text) for text in catalogue("fr").values() if isinstance(text, str)}
    assert {"Coût", "Minutes avant", "Minutes après", "Bloc"} <= said
