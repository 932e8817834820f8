"""Pages of the command ``evaluate``: on the toy territory through the command, and on Isère as Chromium prints them."""

import re
import shutil
import subprocess
from collections.abc import Iterator
from datetime import date
from html.parser import HTMLParser
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
CHROMIUM = shutil.which("chromium")
FLAGS = (
    *("--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-sync"),
    *("--disable-background-networking", "--disable-component-update", "--no-pdf-header-footer"),
    *("--enable-logging=stderr", "--v=0"),
)
needs_chromium = pytest.mark.skipif(CHROMIUM is None, reason="chromium is not on PATH")


class Addresses(HTMLParser):
    """Gathers the addresses that a page leads to, and those that it loads; its ids too."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.links: list[str] = []
        self.loaded: list[str] = []
        self.ids: set[str] = set()
        self.tags: set[str] = set()
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.add(tag)
        for name, value in attrs:
            if name == "id" and value:
                self.ids.add(value)
            elif name == "href" and value:
                (self.links if tag == "a" else self.loaded).append(value)
            elif name == "src" and value:
                self.loaded.append(value)


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


def test_a_sheet_per_request_in_both_languages_and_an_overview(folder: Path) -> None:
    names = {str(path.relative_to(folder)) for path, _ in pages(folder)}
    ids = ("west", "east", "moving")
    assert names == {"report.html", *(f"sheets/{i}.html" for i in ids), *(f"sheets/en/{i}.html" for i in ids)}


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
        assert page.count("<script") == page.count("script-src 'sha256-")  # the page's own
        assert "url(" not in page
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


@needs_chromium
@pytest.mark.parametrize("language", LANGUAGES)
def test_every_sheet_of_isere_is_one_a4_page(language: Language, tmp_path: Path) -> None:
    """All sheets printed one behind the other take as many pages as there are sheets."""
    evaluation = evaluation_of(
        ROOT / "requests" / "evaluation" / "isere-12.csv", read_scenario("isere-20m", {}), "proposed"
    )
    own = [page for path, page in render_sheets(evaluation, language) if path.count("/") == 1]
    assert len(own) == 12
    bodies = [page[page.index("<body>") + len("<body>") : page.index("</body>")] for page in own]
    head = own[0][: own[0].index("<body>")]
    divided = "".join(f'<div style="break-before: page">{body}</div>' for body in bodies)
    assert printed(f"{head}<body>{divided}</body></html>", tmp_path) == ([12, True], [])


@needs_chromium
def test_sheets_and_overview_of_the_command_print_without_errors(folder: Path, tmp_path: Path) -> None:
    for name in ("sheets/east.html", "sheets/en/west.html"):
        assert printed((folder / name).read_text(encoding="utf-8"), tmp_path) == ([1, True], [])
    (count, is_a4), errors = printed((folder / "report.html").read_text(encoding="utf-8"), tmp_path)
    assert count >= 2
    assert is_a4
    assert errors == []


def printed(page: str, folder: Path) -> tuple[list[int | bool], list[str]]:
    """Return how many pages Chromium prints and whether all are A4, and what its console said."""
    file, target = folder / "page.html", folder / "page.pdf"
    file.write_text(page, encoding="utf-8")
    profile = folder / "profile"
    command = [str(CHROMIUM), *FLAGS, f"--user-data-dir={profile}", f"--print-to-pdf={target}", file.as_uri()]
    ended = subprocess.run(command, capture_output=True, text=True, timeout=120, check=True)
    content = target.read_bytes()
    boxes = re.findall(rb"/MediaBox\s*\[\s*0 0 ([\d.]+) ([\d.]+)\s*\]", content)
    is_a4 = all(abs(float(width) - 595) < 2 and abs(float(height) - 842) < 2 for width, height in boxes)
    count = len(re.findall(rb"/Type\s*/Page\b(?!s)", content))
    target.unlink()
    return [count, is_a4 and bool(boxes)], [line for line in ended.stderr.splitlines() if "CONSOLE" in line]
