"""Sheets of a diagnosis (``--sheets``): figures as in its tables, names as text, one A4 page each."""

import re
from collections.abc import Iterable
from html import unescape
from pathlib import Path

import pandas as pd
import pytest
from click.testing import CliRunner, Result

from msp_siting.cli import main
from printing import Addresses, needs_chromium, printed

MOST_COMMUNES = "200059392"  # CC Bièvre Isère, 50 communes
HOSTILE = "<script>alert(1)</script>"


def diagnose(*arguments: str) -> Result:
    return CliRunner().invoke(main, ["diagnose", *arguments, "--quiet"])


def plain(text: str) -> str:
    return re.sub(r"\s+", " ", unescape(re.sub(r"<[^>]+>", " ", text)))


def cells(page: str, row: str) -> list[str]:
    """Return the cells of the first row of a table whose first cell is so called."""
    found = re.search(rf'<tr[^>]*><th scope="row">{re.escape(row)}</th>(.*?)</tr>', page, re.DOTALL)
    assert found, row
    return [plain(cell).strip() for cell in re.findall(r"<td[^>]*>(.*?)</td>", found[1])]


@pytest.fixture(scope="module")
def isere(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A diagnosis of Isère in 2030, in English, with a sheet per EPCI."""
    out = tmp_path_factory.mktemp("sheets") / "out"
    options = ["--horizon", "2030", "--on", "2026-11-25", "--lang", "en", "--out", str(out)]
    result = diagnose("isere", "--sheets", "epci", *options)
    assert result.exit_code == 0, result.output
    return out


def test_a_sheet_per_epci_and_links_both_ways(isere: Path) -> None:
    sheets = sorted((isere / "sheets").iterdir())
    assert len(sheets) == 18
    links = Addresses((isere / "report.html").read_text(encoding="utf-8")).links
    assert {f"sheets/{path.name}" for path in sheets} <= set(links)
    for path in sheets:
        found = Addresses(path.read_text(encoding="utf-8"))
        assert found.links == ["../report.html", "../report.html#caveats"]
        assert found.loaded == []


def test_figures_are_those_of_the_tables(isere: Path) -> None:
    text = {"zone_id": str, "demand_id": str}
    zones, points = (pd.read_csv(isere / name, dtype=text) for name in ("zones.csv", "coverage.csv"))
    epci = pd.read_csv(Path(__file__).parents[2] / "data" / "isere" / "demand.csv", dtype=str).set_index("demand_id")
    for zone_id, own in zones[zones["kind"].eq("epci")].groupby("zone_id"):
        page = (isere / "sheets" / f"{zone_id}.html").read_text(encoding="utf-8")
        words, gp = plain(page), own.set_index("profession").loc["gp"]
        assert f"{gp['inhabitants']:,.0f} inhabitants" in words
        assert f"75 and over: {gp['inhabitants_75_plus']:,.0f} (" in words
        assert f"all GPs: {gp['apl_official']:.2f}; under 65: {gp['apl_under_65_official']:.2f} visits" in words
        assert f"Computed change by 2030: {signed(gp['apl'] - gp['apl_today'])}." in words
        below = [gp[f"inhabitants_below_apl_floor{name}_official"] for name in ("", "_under_65")]
        assert [f"{people:,.0f} (" in words for people in below] == [True, True]
        assert f"Existing MSPs {gp['existing_structures']:.0f}" in words
        assert f"More than 20 minutes from a GP {gp['beyond_20_minutes']:,.0f} (" in words
        assert f"today {gp['uncovered_today']:,.0f} (" in words
        assert f"in 2030 {gp['uncovered']:,.0f} (" in words
        posts = re.search(r"Expected departures ([\d.]+) of ([\d.]+) posts", words)
        assert posts is not None
        assert told(posts.groups()) == pytest.approx([gp["departing_fte"], gp["practitioners"]], abs=0.051)
        for profession, title in {"gp": "GP", "nurse": "nurse"}.items():
            row = own.set_index("profession").loc[profession]
            shown = cells(page, title)
            figures = [row["practitioners"], row["practitioners_per_10000_inhabitants"]]
            assert told(shown[:2]) == pytest.approx(figures, abs=0.051)  # the table is rounded itself
            assert shown[-1] == f"{row['uncovered']:,.0f}"
        here = points[points["profession"].eq("gp") & points["demand_id"].map(epci["epci_id"]).eq(zone_id)]
        largest = here.nlargest(1, "inhabitants").iloc[0]
        shown = cells(page, str(largest["name"]).replace("'", "&#39;"))
        columns = ["inhabitants", "inhabitants_75_plus", "practitioners"]
        assert told(shown[:3]) == pytest.approx([largest[name] for name in columns], abs=0.51)
        assert told(shown[-1:]) == pytest.approx([largest["nearest_minutes"]], abs=0.051)


def told(texts: Iterable[str]) -> list[float]:
    return [float(text.replace(",", "")) for text in texts]


def signed(change: float) -> str:
    sign = "+" if round(change, 2) > 0 else "\u2212" if round(change, 2) < 0 else ""
    return f"{sign}{abs(round(change, 2)):.2f}"


def test_of_many_communes_the_smaller_are_summed(isere: Path) -> None:
    page = (isere / "sheets" / f"{MOST_COMMUNES}.html").read_text(encoding="utf-8")
    people = int(cells(page, "31 others")[0].replace(",", ""))
    named = re.findall(r'<th scope="row">[^<]+</th><td class="n">([\d,]+)</td>', page[page.index("Communes, by") :])
    assert len(named) == 20
    assert sum(int(count.replace(",", "")) for count in named[:-1]) + people == 55_693


@needs_chromium
def test_every_sheet_is_one_a4_page(isere: Path, tmp_path: Path) -> None:
    pages = [path.read_text(encoding="utf-8") for path in sorted((isere / "sheets").iterdir())]
    bodies = [page[page.index("<body>") + len("<body>") : page.index("</body>")] for page in pages]
    head = pages[0][: pages[0].index("<body>")]
    divided = "".join(f'<div style="break-before: page">{body}</div>' for body in bodies)
    # A policy of the page, which names no style of an element, is left out with the test's own.
    head = re.sub(r'<meta http-equiv="Content-Security-Policy"[^>]*>', "", head)
    assert printed(f"{head}<body>{divided}</body></html>", tmp_path) == ([18, True], [])


def test_names_are_only_text_and_files_safe(toy_project: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(toy_project)
    demand = Path("data/toy/demand.csv")
    table = demand.read_text(encoding="utf-8").replace("Aubois", HOSTILE).replace(",west", ",../../x")
    demand.write_text(table, encoding="utf-8")
    names = f"kind,zone_id,name\nepci,../../x,{HOSTILE}\nepci,east,Pays de l'Est\n"
    Path("data/toy/zones.csv").write_text(names, encoding="utf-8")
    result = diagnose("toy", "--sheets", "epci", "--lang", "fr")
    assert result.exit_code == 0, result.output
    folder = Path("runs/diagnosis-toy/sheets")
    assert sorted(path.name for path in folder.iterdir()) == ["east.html", "x.html"]
    page = (folder / "x.html").read_text(encoding="utf-8")
    assert "script" not in Addresses(page).tags
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in page
    assert 'href="sheets/x.html"' in Path("runs/diagnosis-toy/report.html").read_text(encoding="utf-8")


@pytest.mark.parametrize(
    ("language", "said"),
    [
        ("en", "error: --sheets: toy has no zones of the kind 'cpts'; it has epci"),
        ("fr", "erreur : --sheets : toy n'a pas de découpage du type 'cpts' ; il a epci"),
    ],
)
def test_an_unknown_kind_names_those_there(
    language: str, said: str, toy_project: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(toy_project)
    result = diagnose("toy", "--sheets", "cpts", "--lang", language)
    assert result.exit_code == 2
    assert said in re.sub(r"\s+", " ", result.output)
    assert not Path("runs").exists()


def test_without_the_option_there_are_no_sheets(toy_project: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(toy_project)
    assert diagnose("toy").exit_code == 0
    assert not Path("runs/diagnosis-toy/sheets").exists()
