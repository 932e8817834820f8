"""Pages of the command ``evaluate``: on the toy territory through the command, and on Isère as Chromium prints them."""

import re
import shutil
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest
from click.testing import CliRunner

from appraised import evaluation_of
from msp_siting.cli import main
from msp_siting.language.sentences import LANGUAGES, Language
from msp_siting.report.folders.evaluation import summarise_evaluation
from msp_siting.report.pages.evaluation import render_evaluation
from msp_siting.report.sheets.sheet import render_sheets
from msp_siting.scenario.scenario import read_scenario
from printing import Addresses, needs_chromium, printed

ROOT = Path(__file__).parents[1]
ON = date(2026, 12, 1)
HOSTILE = "<img src=x onerror=alert(1)>"
REQUESTS = f"""\
request_id;project_name;owner_type;place_id;zoning_status;projet_sante_status;gp_present;gp_new_committed;\
gp_joining_from_place_ids;gp_leaving_by_2030;nurses;physiotherapists;excluded_eur;capex_ht_eur;requested_eur_region;owner_eur
west;MSP de l'Ouest;commune;a;ZIP;validé;0;2;;0;1;0;0;900000;300000;600000
east;{HOSTILE};;c;;déposé;;2;;;;;;;;
moving;Regroupement;commune;d;none;validé;0;0;b;0;1;0;0;400000;100000;300000
"""


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An evaluation in French, its other sheets in English."""
    project = tmp_path_factory.mktemp("evaluate") / "project"
    shutil.copytree(ROOT / "toy", project)
    requests = project / "requests.csv"
    requests.write_text(REQUESTS, encoding="utf-8")
    arguments = ["evaluate", str(project / "scenarios" / "toy.yaml"), str(requests), "--envelope", "500000"]
    options = ["--weights", "proposed", "--on", "2026-11-25", "--lang", "fr", "--quiet", "--workers", "1"]
    result = CliRunner().invoke(main, [*arguments, *options, "--searches", "1", "--out", str(project / "out")])
    assert result.exit_code == 0, result.output
    return project / "out"


def pages(folder: Path) -> Iterator[tuple[Path, str]]:
    for path in sorted(folder.rglob("*.html")):
        yield path, path.read_text(encoding="utf-8")


def test_two_sheets_per_request_in_both_languages_and_an_overview(folder: Path) -> None:
    names = {str(path.relative_to(folder)) for path, _ in pages(folder)}
    ids = ("west", "east", "moving")
    sheets = [f"{folder}{i}{whose}.html" for folder in ("", "en/") for i in ids for whose in ("", "-porteur")]
    assert names == {"report.html", *(f"sheets/{name}" for name in sheets)}


def test_languages(folder: Path) -> None:
    assert '<html lang="fr">' in (folder / "sheets" / "west.html").read_text(encoding="utf-8")
    assert '<html lang="en">' in (folder / "sheets" / "en" / "west.html").read_text(encoding="utf-8")
    assert "Plan de financement, hors taxes" in (folder / "sheets" / "west.html").read_text(encoding="utf-8")


def test_every_link_leads_somewhere(folder: Path) -> None:
    followed = 0
    for path, page in pages(folder):
        for link in Addresses(page).links:
            target, _, anchor = link.partition("#")
            file = path.parent / target if target else path
            assert file.is_file(), link
            assert not anchor or anchor in Addresses(file.read_text(encoding="utf-8")).ids, link
            followed += 1
    assert followed > 12  # sheets lead to the overview, and the overview to the sheets


def test_pages_load_nothing_and_run_nothing(folder: Path) -> None:
    for _, page in pages(folder):
        found = Addresses(page)
        assert found.loaded == []
        assert not found.tags & {"img", "link", "iframe", "object"}
        assert page.count("<script>") == page.count("script-src 'sha256-")  # the page's own; data of a map is no script
        assert not re.search(r"url\((?!#)", page)  # patterns of its own drawing
        assert "@import" not in page


def test_the_overview_says_what_a_commission_asks(folder: Path) -> None:
    page = re.sub(r"\s", " ", (folder / "report.html").read_text(encoding="utf-8"))
    assert "Quelles demandes financer avec 500 000 € ?" in page
    assert "Prouvé : dans le modèle, aucun autre choix de demandes recevables pour 500 000 € ne fait mieux." in page
    assert "Cette demande couvre 600 habitants de plus" in page  # west: 2 posts of 300
    assert "600 (438 à 600)" in page
    assert "proposées par l\u2019outil (supposées ; aucune grille n\u2019est publiée)" in page
    assert "irrecevable" in page
    assert "Méthode" in page
    assert "&lt;img src=x" in page


def test_the_overview_without_weights_and_with_many_requests(tmp_path: Path) -> None:
    rows = "".join(
        f"r{number};MSP {number};a;{number % 5};validé;2;1;0;commune;0;100000;50000\n" for number in range(60)
    )
    path = tmp_path / "many.csv"
    head = "request_id;project_name;place_id;gp_new_committed;projet_sante_status;gp_present;nurses;excluded_eur"
    path.write_text(f"{head};owner_type;requested_eur_region;capex_ht_eur;owner_eur\n{rows}", encoding="utf-8")
    evaluation = evaluation_of(path, read_scenario(ROOT / "toy" / "scenarios" / "toy.yaml", {}))
    page = render_evaluation(evaluation, summarise_evaluation(evaluation, "en"), ON, "en")
    assert "No weighting grid is published: weights are the user&#39;s (--weights), and none were entered." in page
    assert "<summary>All 60 requests</summary>" in page
    assert page.index('href="sheets/r4.html"') < page.index('href="sheets/r0.html"')  # 4 posts before none
    shown = page[: page.index("<summary>All 60 requests")]
    assert shown.count("<tr>") == 1 + 20


def test_the_sheet_of_an_applicant_leads_nowhere(folder: Path) -> None:
    sheets = list(folder.rglob("*-porteur.html"))
    assert len(sheets) == 6
    assert [Addresses(path.read_text(encoding="utf-8")).links for path in sheets] == [[]] * 6


@needs_chromium
@pytest.mark.parametrize("language", LANGUAGES)
def test_every_sheet_of_isere_is_one_a4_page(language: Language, tmp_path: Path) -> None:
    """All sheets printed one behind the other take as many pages as there are sheets, two of each request."""
    evaluation = evaluation_of(
        ROOT / "requests" / "evaluation" / "isere-12.csv", read_scenario("isere-20m", {}), "proposed"
    )
    own = [page for path, page in render_sheets(evaluation, language) if path.count("/") == 1]
    assert len(own) == 24
    bodies = [page[page.index("<body>") + len("<body>") : page.index("</body>")] for page in own]
    head = own[0][: own[0].index("<body>")]
    divided = "".join(f'<div style="break-before: page">{body}</div>' for body in bodies)
    assert printed(f"{head}<body>{divided}</body></html>", tmp_path) == ([24, True], [])


@needs_chromium
def test_sheets_and_overview_of_the_command_print_without_errors(folder: Path, tmp_path: Path) -> None:
    for name in ("sheets/east.html", "sheets/en/west.html", "sheets/east-porteur.html"):
        assert printed((folder / name).read_text(encoding="utf-8"), tmp_path) == ([1, True], [])
    (count, is_a4), errors = printed((folder / "report.html").read_text(encoding="utf-8"), tmp_path)
    assert count >= 2
    assert is_a4
    assert errors == []
