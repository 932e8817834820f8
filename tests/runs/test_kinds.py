"""A run says what it is; of one before it did, its files tell; one of a later version is refused."""

import json
import shutil
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from msp_siting.cli import main
from msp_siting.errors import DataError
from msp_siting.runs.files import FILES_OF, Kind
from msp_siting.runs.kinds import read_kind

OF_BEFORE = (
    "format 1 is of an earlier version, whose cost_eur held aid to practitioners too; solve the question again, or use "
    "the version that wrote the run"
)
TOY = Path(__file__).parents[1] / "toy"
SOLVED: tuple[dict[str, Any], dict[str, Any]] = ({"search": {}}, {"status": "optimal"})
SIGNS: dict[Kind, tuple[dict[str, Any], dict[str, Any], tuple[str, ...]]] = {
    "solve": (*SOLVED, ()),
    "diagnose": ({}, {}, ("coverage.csv", "zones.csv")),
    "sweep": ({"parameter": "budget_eur"}, {"parameter": "budget_eur"}, ("sweep.json",)),
    "evaluate": ({}, {"verdicts": {}}, ("requests.csv",)),
    "compare": ({"runs": []}, {"runs": [], "against_reference": []}, ("sites.csv",)),
    "alternatives": ({"runs": []}, {"runs": [], "shared_sites": {}}, ("sites.csv", "zones.csv")),
}


def write(folder: Path, provenance: dict[str, Any], summary: dict[str, Any], *files: str) -> Path:
    (folder / "run.json").write_text(json.dumps(provenance), encoding="utf-8")
    (folder / "summary.json").write_text(json.dumps(summary), encoding="utf-8")
    for name in files:
        (folder / name).write_text("", encoding="utf-8")
    return folder


def refused(folder: Path) -> str:
    with pytest.raises(DataError) as caught:
        read_kind(folder)
    (told,) = caught.value.problems
    return told.removeprefix(f"{folder}/")


@pytest.mark.parametrize("kind", SIGNS)
def test_a_run_says_its_kind_and_one_of_before_shows_it(tmp_path: Path, kind: Kind) -> None:
    provenance, summary, files = SIGNS[kind]
    assert read_kind(write(tmp_path, {"format": 2, **provenance}, summary, *files)) == kind
    assert read_kind(write(tmp_path, {"kind": kind, "format": 2, **provenance}, summary)) == kind


@pytest.mark.parametrize("written", [{}, {"format": 1}])
@pytest.mark.parametrize("kind", SIGNS)
def test_a_plan_of_before_is_refused_and_what_has_no_amounts_of_its_own_is_read(
    tmp_path: Path, kind: Kind, written: dict[str, Any]
) -> None:
    provenance, summary, files = SIGNS[kind]
    write(tmp_path, {"kind": kind, **provenance, **written}, summary, *files)
    if kind in {"solve", "sweep"}:
        assert refused(tmp_path) == f"run.json: format: {OF_BEFORE}"
    else:
        assert read_kind(tmp_path) == kind


def test_a_run_that_says_another_kind_than_it_is(tmp_path: Path) -> None:
    write(tmp_path, {"kind": "diagnose", "format": 1}, {}, "prices.csv")
    assert refused(tmp_path) == "run.json: kind: diagnose is said, but the files are those of solve"
    write(tmp_path, {"kind": "moon", "format": 1}, {}, "prices.csv")
    assert refused(tmp_path) == (
        "run.json: kind: must be one of solve, diagnose, sweep, evaluate, compare, alternatives, siting, got 'moon'"
    )


@pytest.mark.parametrize(("written", "shown"), [("1", "'1'"), (True, "true"), (1.5, "1.5"), (None, "nothing")])
def test_a_format_is_a_whole_number(tmp_path: Path, written: object, shown: str) -> None:
    write(tmp_path, {"kind": "solve", "format": written}, {})
    assert refused(tmp_path) == f"run.json: format: expected a whole number, got {shown}"


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A toy project with two runs, in which we stand."""
    shutil.copytree(TOY, tmp_path / "project")
    monkeypatch.chdir(tmp_path / "project")
    for name, budget in (("one", 1_000_000), ("two", 2_000_000)):
        result = ask("solve", "scenarios/toy.yaml", "--out", f"runs/{name}", "--set", f"budget_eur={budget}", "--quiet")
        assert result.exit_code == 0, result.output
    return tmp_path / "project"


def ask(*arguments: str, language: str = "en") -> Result:
    return CliRunner().invoke(main, [*arguments, "--lang", language])


def content(path: Path) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    return found


def change(path: Path, **changed: object) -> None:
    path.write_text(json.dumps(content(path) | changed), encoding="utf-8")


@pytest.mark.usefixtures("project")
def test_a_later_format_is_refused_by_whoever_reads_a_run() -> None:
    marker = Path("runs/two/run.json")
    change(marker, format=3)
    told = (
        "runs/two/run.json: format: 3, but this version knows formats up to 2 only; use the version that wrote the "
        "run, or a later one\n"
    )
    solve = ("solve", "scenarios/toy.yaml", "--start", "runs/two", "--quiet")
    for arguments in (("verify", "runs/two"), ("compare", "runs/one", "runs/two"), solve):
        result = ask(*arguments)
        assert (result.exit_code, result.stderr) == (2, f"error: {told}")
    assert ask("verify", "runs/two", language="fr").stderr == (
        "erreur : runs/two/run.json : format : 3, alors que cette version ne connaît que les formats jusqu'à 2 ; "
        "prenez la version qui a écrit le calcul, ou une plus récente\n"
    )


@pytest.mark.usefixtures("project")
def test_a_run_of_another_kind_is_told_from_one_of_solve() -> None:
    assert ask("compare", "runs/one", "runs/two", "--out", "compared").exit_code == 0
    assert content(Path("compared/run.json")).items() >= {"kind": "compare", "format": 2}.items()
    assert {path.name for path in Path("compared").iterdir()} == {*FILES_OF["compare"]} - {"excel"}
    result = ask("solve", "scenarios/toy.yaml", "--start", "compared", "--quiet")
    assert (result.exit_code, result.stderr) == (
        2,
        "error: compared: holds a run of compare; give a folder that solve wrote\n",
    )
    assert ask("solve", "scenarios/toy.yaml", "--start", "compared", "--quiet", language="fr").stderr == (
        "erreur : compared : contient un calcul de compare ; indiquez un dossier écrit par solve\n"
    )


@pytest.mark.usefixtures("project")
def test_runs_of_before_are_refused_where_amounts_are_reckoned_and_a_search_may_begin_with_one() -> None:
    marker = Path("runs/one/run.json")
    assert content(marker).items() >= {"kind": "solve", "format": 2}.items()
    earlier = content(marker)
    for key in ("kind", "format", "files"):
        del earlier[key]
    marker.write_text(json.dumps(earlier), encoding="utf-8")
    for arguments in (("verify", "runs/one"), ("compare", "runs/one", "runs/two", "--out", "compared")):
        result = ask(*arguments)
        assert (result.exit_code, result.stderr) == (2, f"error: runs/one/run.json: format: {OF_BEFORE}\n")
    assert ask("solve", "scenarios/toy.yaml", "--start", "runs/one", "--quiet").exit_code == 0


@pytest.mark.usefixtures("project")
def test_a_run_does_not_hide_what_it_is_or_said() -> None:
    change(Path("runs/one/run.json"), kind="diagnose")
    assert ask("verify", "runs/one").stderr == (
        "error: runs/one/run.json: kind: diagnose is said, but the files are those of solve\n"
    )
    summary = Path("runs/two/summary.json")
    kept = content(summary)
    del kept["caveat_facts"]
    summary.write_text(json.dumps(kept), encoding="utf-8")
    result = ask("verify", "runs/two")
    assert result.exit_code == 4
    assert "runs/two/summary.json: caveat_facts: missing; this key must be given" in result.stderr
