"""``msp-siting new``: a project that is whole, one's own, and used by what is run inside it."""

import shutil
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from msp_siting.cli import main
from msp_siting.commands import projects
from msp_siting.errors import ScenarioError
from msp_siting.files.projects import bundled_folder
from msp_siting.scenario.scenario import question_before_any_decision, read_scenario
from msp_siting.territory.reading import read_territory


@pytest.fixture(autouse=True)
def _in_an_empty_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


def new(*arguments: str) -> Result:
    return CliRunner().invoke(main, ["new", *arguments])


def files(folder: str) -> set[str]:
    return {path.relative_to(folder).as_posix() for path in Path(folder).rglob("*") if path.is_file()}


def names(folder: str = ".") -> list[str]:
    return sorted(path.name for path in Path(folder).iterdir())


def test_a_project_holds_a_territory_its_scenarios_and_all_the_models() -> None:
    result = new("x", "--lang", "en")
    assert (result.exit_code, result.stderr) == (0, "")
    assert result.stdout == (
        "Written to x: data/isere, models, scenarios, README.md. All of it is yours to edit.\n"
        "Next: cd x && msp-siting solve scenarios/isere-5m.yaml\n"
    )
    bundled = bundled_folder()
    models = {f"models/{name}" for name in files(str(bundled / "models"))}
    tables = {f"data/isere/{name}" for name in files(str(bundled / "data" / "isere"))}
    asked = (
        *("isere-10m-forced", "isere-15-minutes", "isere-20m", "isere-20m-2030", "isere-20m-apl", "isere-5m"),
        *("isere-95-percent", "isere-epci-apl"),
    )
    assert files("x") == models | tables | {f"scenarios/{name}.yaml" for name in asked} | {"README.md"}
    assert (Path("x/models/allocation.yaml")).read_bytes() == (bundled / "models" / "allocation.yaml").read_bytes()
    assert names() == ["x"]


def test_another_territory_and_another_language() -> None:
    result = new("le projet", "--territory", "occitanie", "--lang", "fr")
    assert result.exit_code == 0, result.output
    assert result.stdout.splitlines()[1] == (
        "Ensuite : cd 'le projet' && msp-siting solve scenarios/occitanie-40m.yaml"
    )
    assert files("le projet/scenarios") == {"occitanie-40m.yaml"}
    assert names("le projet/data") == ["occitanie"]
    text = Path("le projet/README.md").read_text(encoding="utf-8")
    assert text.startswith("# Où ouvrir des maisons de santé")
    assert "msp-siting solve scenarios/occitanie-40m.yaml --lang fr" in text


def test_what_is_run_inside_uses_the_projects_own_files(monkeypatch: pytest.MonkeyPatch) -> None:
    """Also where the project stands inside another one, as here: x/y is made inside x."""
    new("x")
    monkeypatch.chdir("x")
    new("y")
    monkeypatch.chdir("y")
    professions = Path("models/parameters/professions.yaml")
    text = professions.read_text(encoding="utf-8")
    professions.write_text(text.replace("value: 20.0", "value: 17.0", 1), encoding="utf-8")
    named = question_before_any_decision("isere", {"fr": "?", "en": "?"}, "allocation", None, {})
    for scenario in (read_scenario("scenarios/isere-5m.yaml"), read_scenario("isere-5m"), named):
        assert scenario.model.professions["gp"].cutoff_minutes.value == 17.0
        assert scenario.folder.resolve() == Path("data/isere").resolve()
    assert read_scenario("../scenarios/isere-5m.yaml").model.professions["gp"].cutoff_minutes.value == 20.0


def test_travel_times_use_the_projects_own_parameters(monkeypatch: pytest.MonkeyPatch) -> None:
    new("x")
    surrogate = Path("x/models/parameters/surrogate.yaml")
    text = surrogate.read_text(encoding="utf-8")
    surrogate.write_text(
        text.replace("value: 3.03", "value: 30.0").replace("value: 3.77", "value: 30.0"), encoding="utf-8"
    )
    Path("x/data/isere/travel_times.parquet").unlink()
    for folder, territory in ((".", "x/data/isere"), ("x", "data/isere"), ("x/data/isere", ".")):
        with monkeypatch.context() as inside:
            inside.chdir(folder)
            result = CliRunner().invoke(main, ["travel-times", "--territory", territory, "--surrogate", "--quiet"])
        assert result.exit_code == 0, result.output
        times = read_territory(Path("x/data/isere")).travel_times["minutes"]
        assert times[times > 0].min() > 30


@pytest.mark.parametrize(
    ("target", "expected"),
    [
        ("full", "full: is not empty; give the name of a new folder"),
        ("full/file", "full/file: is a file; give the name of a new folder"),
        ("full/file/x", "full/file/x: cannot be written: Not a directory; give another folder"),
    ],
)
def test_another_target_is_refused(target: str, expected: str) -> None:
    Path("full").mkdir()
    Path("full/file").write_text("mine", encoding="utf-8")
    result = new(target, "--lang", "en")
    assert (result.exit_code, result.stdout, result.stderr) == (2, "", f"error: {expected}\n")
    assert files(".") == {"full/file"}


@pytest.mark.parametrize(
    ("name", "advice"), [("iser", "did you mean isere?"), ("corse", "give one of hautes-alpes, isere, occitanie")]
)
def test_an_unknown_territory_is_refused(name: str, advice: str) -> None:
    result = new("x", "--territory", name, "--lang", "en")
    assert (result.exit_code, result.stdout) == (2, "")
    assert result.stderr == f"error: --territory {name}: no such territory is bundled; {advice}\n"
    assert names() == []


def test_an_empty_folder_stays_the_same_folder() -> None:
    Path("empty").mkdir()
    before = Path("empty").stat().st_ino
    assert new("empty").exit_code == 0
    assert names("empty") == ["README.md", "data", "models", "scenarios"]
    assert Path("empty").stat().st_ino == before


def test_a_folder_in_a_run_is_refused() -> None:
    Path("runs/x").mkdir(parents=True)
    Path("runs/x/run.json").write_text("{}", encoding="utf-8")
    result = new("runs/x/project")
    assert result.exit_code == 2
    assert result.stderr.endswith(f"lies in the run {Path('runs/x').resolve()}; give a folder outside it\n")
    assert names("runs/x") == ["run.json"]


@pytest.mark.parametrize("exists", [True, False])
@pytest.mark.parametrize("error", [OSError(28, "No space left on device"), KeyboardInterrupt()])
def test_a_failure_leaves_nothing_behind(
    monkeypatch: pytest.MonkeyPatch, error: BaseException, *, exists: bool
) -> None:
    copies = []

    def copy(source: Path, target: Path) -> None:
        copies.append(target)
        if len(copies) == 15:
            raise error
        shutil.copyfile(source, target)

    monkeypatch.setattr(projects, "copyfile", copy)
    if exists:
        Path("x").mkdir()
    with pytest.raises((ScenarioError, KeyboardInterrupt)) as caught:
        projects.make_project(Path("x"), "isere", "en")
    if isinstance(error, OSError):
        assert str(caught.value) == "x: cannot be written: No space left on device; give another folder"
    assert len(copies) == 15
    assert [path.name for path in Path().rglob("*")] == (["x"] if exists else [])


def test_a_failure_of_the_last_move_leaves_an_empty_folder_empty(monkeypatch: pytest.MonkeyPatch) -> None:
    Path("x").mkdir()
    replace = Path.replace

    def failing(source: Path, target: Path) -> Path:
        if target.name == "scenarios":
            raise OSError(5, "Input/output error")
        return replace(source, target)

    monkeypatch.setattr(Path, "replace", failing)
    with pytest.raises(ScenarioError):
        projects.make_project(Path("x"), "isere", "en")
    assert names("x") == []
