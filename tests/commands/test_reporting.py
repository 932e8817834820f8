"""The command report: pages written again from a run's files are those that its own command writes."""

import json
import re
import shutil
import time
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from documented_runs import RUNS, project
from full_disk import FullDisk, contents
from msp_siting.cli import main
from msp_siting.commands.reporting import ReportOrder, report_and_write
from msp_siting.errors import OutputError
from msp_siting.files import sha256_by_name
from msp_siting.language import LANGUAGES
from msp_siting.report import printing
from msp_siting.runs.verification import verify_folder

pytestmark = pytest.mark.slow  # runs of every kind in both languages; a plan's is in tests/integration/test_toy_runs.py

KINDS = list(RUNS)
MADE_FROM = dict.fromkeys(("compare", "alternatives"), ("solve", "sweep/points/2000000"))
# What differs between two runs of one command: times and memory, and what follows from who is served to the last digit.
MEASURED = re.compile(r"run\.json|run\.log|summary\.json|sites\.geojson|plan\.gpkg")
CHROMIUM = shutil.which("chromium")


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A project with a run of every kind in each language: ``en/solve``, ``fr/solve`` ...; no clock runs meanwhile."""
    folder = tmp_path_factory.mktemp("reported") / "project"
    with project(folder), pytest.MonkeyPatch.context() as patch:
        patch.setattr(time, "monotonic", lambda: 0.0)
        for language in LANGUAGES:
            for kind in KINDS:
                runs = [f"{language}/{run}" for run in MADE_FROM.get(kind, ())]
                command = (*RUNS[kind][:1], *runs, *RUNS[kind][1 + len(runs) :])
                result = CliRunner().invoke(main, [*command, "--out", f"{language}/{kind}", "--lang", language])
                assert result.exit_code in {0, 3}, result.output
    return folder


@pytest.fixture(autouse=True)
def here(made: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A copy of that project, in which one stands."""
    shutil.copytree(made, tmp_path / "project")
    monkeypatch.chdir(tmp_path / "project")
    return tmp_path / "project"


def report(folder: str | Path, *options: str) -> Result:
    return CliRunner().invoke(main, ["report", str(folder), *options])


def pages(folder: Path) -> dict[str, object]:
    return {name: content for name, content in contents(folder).items() if not MEASURED.search(name)}


@pytest.mark.parametrize("kind", KINDS)
def test_in_the_runs_own_language_nothing_changes(kind: str) -> None:
    folder = Path("fr") / kind
    before, summary = pages(folder), (folder / "summary.json").read_bytes()
    result = report(folder)
    assert result.exit_code == 0, result.output
    assert pages(folder) == before
    assert (folder / "summary.json").read_bytes() == summary
    assert verify_folder(folder).problems == ()


@pytest.mark.parametrize("kind", KINDS)
def test_in_the_other_language_it_is_what_the_command_writes(kind: str) -> None:
    """Figures stay byte for byte those of the run; the sentences are those of its command in that language."""
    for run in MADE_FROM.get(kind, ()):  # which say their caveats in their own
        assert report(Path("en") / run.split("/")[0], "--lang", "fr").exit_code == 0
    folder, other = Path("en") / kind, Path("fr") / kind
    before = json.loads((folder / "summary.json").read_bytes())
    result = report(folder, "--lang", "fr")
    if kind in MADE_FROM:  # they say where their runs lie
        runs = [f"en/{run}" for run in MADE_FROM[kind]]
        other = Path("again")
        assert CliRunner().invoke(main, [kind, *runs, "--out", "again", "--lang", "fr"]).exit_code == 0
    said = f"{folder} : pages réécrites en français ; les chiffres sont inchangés\n"
    assert (result.exit_code, result.stdout) == (0, said)
    assert pages(folder) == pages(other)
    after, expected = (json.loads((each / "summary.json").read_bytes()) for each in (folder, other))
    assert after["caveats"] == expected["caveats"]
    assert without_words(after) == without_words(before)
    assert verify_folder(folder).problems == ()


def without_words(summary: dict[str, object]) -> dict[str, object]:
    """Return a summary without what it says in the language of its pages."""
    left = {key: value for key, value in summary.items() if key not in {"caveats", "gates"}}
    if "requests" in left and isinstance(left["requests"], list):
        left["requests"] = [
            {name: cell for name, cell in row.items() if name not in {"reasons", "to_check", "read_as"}}
            for row in left["requests"]
        ]
    return left


def test_a_folder_that_was_edited_is_refused() -> None:
    folder = Path("en/solve")
    with (folder / "sites.csv").open("a", encoding="utf-8") as file:
        file.write("\n")
    before = contents(Path())
    result = report(folder, "--lang", "fr")
    assert result.exit_code == 2
    assert "en/solve/sites.csv" in result.stderr
    assert "run.json" in result.stderr
    assert contents(Path()) == before


@pytest.mark.parametrize(
    ("name", "written", "edited"),
    [
        ("solve/coverage.csv", "900.0", "901.0"),
        ("sweep/sweep.csv", "1500.0", "1501.0"),
        ("sweep/points/2000000/coverage.csv", "900.0", "901.0"),
        ("diagnose/coverage.csv", "900.0", "901.0"),
        ("evaluate/effects.csv", ",900,", ",901,"),
        ("compare/zones.csv", "900.0", "901.0"),
        ("alternatives/plans.csv", "1800000.0", "1800001.0"),
    ],
)
def test_figures_that_do_not_follow_are_refused(name: str, written: str, edited: str) -> None:
    """Whoever edits a figure and its fingerprint too is told where it differs."""
    path, folder = Path("en") / name, Path("en") / name.split("/", maxsplit=1)[0]
    text = path.read_text(encoding="utf-8")
    assert written in text
    path.write_text(text.replace(written, edited, 1), encoding="utf-8")
    provenance = json.loads((folder / "run.json").read_bytes())
    provenance["files"] = sha256_by_name(folder)
    (folder / "run.json").write_text(json.dumps(provenance), encoding="utf-8")
    before = contents(Path())
    result = report(folder)
    assert result.exit_code == 2, result.output
    assert f"{path}: " in result.stderr
    assert contents(Path()) == before


def test_what_is_no_finished_run_is_refused() -> None:
    assert "holds no finished run" in report("data").stderr
    result = report("en/sweep/points/2000000")
    assert (result.exit_code, "is a point of a sweep" in result.stderr) == (2, True)
    provenance = json.loads(Path("en/solve/run.json").read_bytes())
    del provenance["language"]
    Path("en/solve/run.json").write_text(json.dumps(provenance), encoding="utf-8")
    assert "an earlier version wrote it" in report("en/solve").stderr
    del provenance["files"]
    Path("en/solve/run.json").write_text(json.dumps(provenance), encoding="utf-8")
    assert "was written without fingerprints" in report("en/solve").stderr


def test_a_comparison_of_runs_that_are_others_by_now_is_refused() -> None:
    shutil.move("en/solve", "en/moved")
    gone = report("en/compare")
    assert (gone.exit_code, "en/solve: " in gone.stderr) == (2, True)
    result = CliRunner().invoke(main, ["solve", "scenarios/toy.yaml", "--set", "budget_eur=0", "--out", "en/solve"])
    assert result.exit_code == 0
    changed = report("en/compare")
    assert (changed.exit_code, "en/solve: is another run" in changed.stderr) == (2, True)


def test_a_run_that_was_moved_finds_its_territory() -> None:
    shutil.move("en/diagnose", "elsewhere/deep/diagnose")
    lost = report("elsewhere/deep/diagnose")
    assert (lost.exit_code, "--territory" in lost.stderr) == (2, True)
    assert report("elsewhere/deep/diagnose", "--territory", "data/toy").exit_code == 0


def test_tables_for_french_spreadsheets_may_be_added() -> None:
    folder = Path("en/compare")
    assert not (folder / "excel").exists()
    assert report(folder, "--csv", "excel-fr").exit_code == 0
    assert (folder / "excel" / "compare.csv").read_bytes().startswith(b"\xef\xbb\xbf")
    assert verify_folder(folder).problems == ()
    assert report(folder, "--lang", "fr").exit_code == 0  # they stay
    assert (folder / "excel" / "compare.csv").is_file()


def test_json_is_the_summary() -> None:
    result = report("en/diagnose", "--lang", "fr", "--json")
    assert json.loads(result.stdout) == json.loads(Path("en/diagnose/summary.json").read_bytes())


def test_a_full_disk_leaves_the_earlier_folder() -> None:
    """The first and the last step of each kind that a comparison written again asks of the disk are refused in turn."""
    root = Path("en").resolve()
    for kind in ("no plan", "vary", "evaluate", "diagnose", "alternatives"):
        shutil.rmtree(root / kind)
    whole = contents(root)

    def refused(number: int) -> list[str]:
        with FullDisk(root, number).used() as disk, suppress(OutputError):
            report_and_write(root / "compare", ReportOrder("en"), "en", lambda _: None)
        return disk.steps

    steps = refused(0)
    assert contents(root) == whole
    firsts = {step: steps.index(step) + 1 for step in ("mkdir", "open", "write", "fsync", "rename", "exchange")}
    lasts = {len(steps) - steps[::-1].index(step) for step in firsts}
    for number in {*firsts.values(), *lasts}:
        refused(number)
        assert contents(root) == whole, steps[number - 1]


@pytest.mark.skipif(CHROMIUM is None, reason="chromium is not on PATH")
def test_the_page_is_printed() -> None:
    result = report("en/diagnose", "--lang", "fr", "--pdf")
    assert result.exit_code == 0, result.output
    assert Path("en/diagnose/report.pdf").read_bytes().startswith(b"%PDF-")
    assert result.stdout.endswith("en/diagnose/report.pdf : la page telle qu'elle s'imprime\n")
    assert verify_folder(Path("en/diagnose")).problems == ()
    assert report("en/diagnose").exit_code == 0
    assert not Path("en/diagnose/report.pdf").exists()  # it would be that of another page


@pytest.mark.parametrize(
    ("script", "said"),
    [
        (None, "needs Chromium or Chrome on PATH"),
        ("#!/bin/sh\necho no room >&2\nexit 1\n", "could not print the page: no room; nothing was written"),
        ("#!/bin/sh\n", "could not print the page: it says nothing"),
    ],
)
def test_without_a_browser_nothing_is_written(monkeypatch: pytest.MonkeyPatch, script: str | None, said: str) -> None:
    programs = Path("programs").resolve()
    programs.mkdir()
    if script is not None:
        (programs / "chromium").write_text(script, encoding="utf-8")
        (programs / "chromium").chmod(0o755)
    before = contents(Path())
    monkeypatch.setenv("PATH", str(programs))
    result = report("en/diagnose", "--lang", "en", "--pdf")
    assert (result.exit_code, said in result.stderr) == (2, True), result.stderr
    assert contents(Path()) == before


def test_a_browser_that_hangs_is_ended(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    slow = tmp_path / "chromium"
    slow.write_text("#!/bin/sh\nexec sleep 60\n", encoding="utf-8")
    slow.chmod(0o755)
    monkeypatch.setattr(printing, "LIMIT_S", 0.2)
    with pytest.raises(Exception, match="timed out"):
        printing.print_page(str(slow), tmp_path / "page.html", tmp_path / "page.pdf")
