"""Every page in French is printed as French is, and has no English word: those of the toy project and of Isère."""

import re
import shutil
import subprocess
from collections.abc import Callable, Iterator
from datetime import date
from itertools import pairwise
from pathlib import Path

import pytest
from click.testing import CliRunner

import documented_runs
from french import faults, stated
from msp_siting.answer.pipeline import answer
from msp_siting.answer.summary import summarise
from msp_siting.answer.value import Answer
from msp_siting.cli import main
from msp_siting.files import parse_yaml
from msp_siting.files.projects import bundled_folder
from msp_siting.language.sentences import LANGUAGES, Language
from msp_siting.report.caveats import tell_caveats
from msp_siting.report.marks import gate_marks
from msp_siting.report.pages.run import render_page
from msp_siting.requests import gates_of
from msp_siting.scenario.scenario import read_scenario
from msp_siting.solver import Settings

CHROMIUM = shutil.which("chromium")
ON = date(2026, 12, 1)
TOY_MODELS = Path(__file__).parents[1] / "toy" / "models"
OWN = {
    piece
    for path in TOY_MODELS.rglob("*.yaml")
    for text in stated(parse_yaml(path.read_text(encoding="utf-8")))
    for piece in text.split("; ")
}
HEADING = re.compile(r"<h([1-6])\b")


@pytest.fixture(scope="module", params=LANGUAGES)
def pages(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> tuple[Language, dict[str, str]]:
    """The pages of a run of every kind, by where they stand; sheets in both languages are left out."""
    language: Language = request.param
    folder = tmp_path_factory.mktemp("pages") / "project"
    with documented_runs.project(folder):
        for name, command in documented_runs.RUNS.items():
            result = CliRunner().invoke(main, [*command, "--out", name, "--lang", language])
            assert result.exit_code in {0, 3}, result.output
    found = {
        path.relative_to(folder).as_posix(): path.read_text(encoding="utf-8")
        for path in sorted(folder.rglob("*.html"))
        if not {"sheets/en", "sheets/fr"} & {"/".join(path.parts[-3:-1])}
    }
    assert {path.partition("/")[0] for path in found} == set(documented_runs.RUNS)
    return language, found


def test_no_fault_of_typography_and_no_english(pages: tuple[Language, dict[str, str]]) -> None:
    language, found = pages
    if language == "fr":
        said = {path: [fault for fault in faults(page) if not _is_own(fault)] for path, page in found.items()}
        assert said == {path: [] for path in found}
    else:
        assert [path for path, page in found.items() if not any(faults(page))] == []  # what is looked for is found


def _is_own(fault: str) -> bool:
    """Return whether a text is the toy model's: its sources are in English, and no catalogue knows them."""
    typed = fault.translate({0xA0: " ", 0x202F: " ", 0x2019: "'"})
    return any(piece in typed for piece in OWN)


def test_headings_are_in_order(pages: tuple[Language, dict[str, str]]) -> None:
    for path, page in pages[1].items():
        levels = [int(level) for level in HEADING.findall(page)]
        assert levels[0] == 1, path
        assert levels.count(1) == 1, path
        assert all(later <= earlier + 1 for earlier, later in pairwise(levels)), (path, levels)


def test_every_page_has_its_day_in_words(pages: tuple[Language, dict[str, str]]) -> None:
    language, found = pages
    said = r"calcul du 1?\w+ \w+ 20\d\d" if language == "fr" else r"computed on \d+ \w+ 20\d\d"
    for path, page in found.items():
        if "/sheets/" not in path:
            assert re.search(said, page, re.IGNORECASE), path


def test_links_to_files_lead_to_what_is_there(pages: tuple[Language, dict[str, str]]) -> None:
    for path in ("solve/report.html", "no plan/report.html", "alternatives/report.html"):
        links = re.findall(r'<li><a href="([\w.]+)">', pages[1][path])
        assert {"run.json", "summary.json"} <= set(links)
        assert ("sites.csv" in links) == (path != "no plan/report.html")


@pytest.fixture
def isere(once: Callable[[str, Callable[[], Answer]], Answer]) -> Answer:
    """The answer to isere-20m with a short list (`test_isere_runs` asks for it too)."""
    changes = {"budget_eur": 20_000_000, "professions.gp.capacity_inhabitants_per_post": 1000}
    path = bundled_folder() / "scenarios" / "isere-20m.yaml"
    settings = Settings(time_limit_s=240, relative_gap=0.01, improvement_gap=0.05, threads=1, seed=1)
    return once("isere-20000000", lambda: answer(read_scenario(path, changes), settings))


def _french_page(found: Answer) -> str:
    judged = {"gates_on": ON.isoformat(), "gates": gate_marks(found, gates_of(found.scenario), ON, "fr")}
    return render_page(found, tell_caveats(summarise(found), "fr") | judged | {"build_s": 0.1, "solve_s": 0.2}, "fr")


def test_the_page_of_isere(isere: Answer) -> None:
    page = _french_page(isere)
    assert list(faults(page)) == []
    assert "calcul du 1er décembre 2026" in page
    assert len(page.encode()) < 600_000


@pytest.mark.skipif(CHROMIUM is None, reason="chromium is not on PATH")
def test_the_page_of_isere_takes_at_most_eight_sheets_of_paper(isere: Answer, tmp_path: Path) -> None:
    file, target = tmp_path / "page.html", tmp_path / "page.pdf"
    file.write_text(_french_page(isere), encoding="utf-8")
    flags = ("--headless", "--no-sandbox", "--disable-gpu", "--no-pdf-header-footer")
    own = (f"--user-data-dir={tmp_path / 'profile'}", f"--print-to-pdf={target}")
    subprocess.run([str(CHROMIUM), *flags, *own, file.as_uri()], capture_output=True, timeout=120, check=True)
    sheets = re.findall(rb"/Type\s*/Page\b(?!s)", target.read_bytes())
    assert 2 < len(sheets) <= 8


def isere_runs(folder: Path) -> Iterator[list[str]]:
    """Yield commands on Isère that search nothing."""
    yield ["diagnose", "isere", "--horizon", "2030", "--out", str(folder / "horizon")]
    yield ["diagnose", "isere", "--without", "38226:gp", "--out", str(folder / "closing")]


def test_diagnoses_of_isere(tmp_path: Path) -> None:
    for command in isere_runs(tmp_path):
        result = CliRunner().invoke(main, [*command, "--lang", "fr", "--quiet"])
        assert result.exit_code == 0, result.output
        assert list(faults((Path(command[-1]) / "report.html").read_text(encoding="utf-8"))) == []
