"""What the shell offers at the Tab key."""

import os
import subprocess
import sys
from pathlib import Path

import pytest
from click.shell_completion import ShellComplete

import msp_siting
from msp_siting.cli import main
from msp_siting.scenario.scenario import read_scenario

PROGRAM = "msp-siting"
VARIABLE = "_MSP_SITING_COMPLETE"


@pytest.fixture(autouse=True)
def _in_the_toy_project(toy_project: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(toy_project)


def offered(line: str) -> list[str]:
    """Return what is offered for the last word of a line."""
    *words, typed = line.split(" ")
    items = ShellComplete(main, {}, PROGRAM, VARIABLE).get_completions(words, typed)
    return [item.value if item.type == "plain" else f"<{item.type}>" for item in items]


def test_commands() -> None:
    assert offered("s") == ["solve", "sweep"]


@pytest.mark.parametrize("command", ["solve", "sweep", "evaluate"])
def test_scenarios_by_name_and_by_file(command: str) -> None:
    Path("mine.yaml").touch()
    assert offered(f"{command} ") == [
        *("hautes-alpes-3m", "isere-10m-forced", "isere-15-minutes", "isere-20m", "isere-20m-2030", "isere-20m-apl"),
        *("isere-5m", "isere-95-percent", "isere-epci-apl", "occitanie-40m", "toy"),
        *("mine.yaml", "scenarios/toy.yaml"),
    ]
    assert offered(f"{command} to") == ["toy"]
    assert offered(f"{command} scen") == ["scenarios/toy.yaml"]
    assert offered(f"{command} ../") == ["<file>"]


def test_territories_by_name_and_by_folder() -> None:
    assert offered("diagnose ") == ["hautes-alpes", "isere", "occitanie", "toy", "data/toy"]
    assert offered("diagnose data/t") == ["data/toy"]
    assert offered("diagnose /") == ["<dir>"]
    assert offered("travel-times --territory ") == ["data/toy"]
    assert offered("new x --territory o") == ["occitanie"]


def test_models_of_the_project_and_bundled() -> None:
    Path("models/allocation-plain.yaml").unlink()  # the bundled one is offered, by its name alone
    for name in ("mine", "gates"):
        Path(f"models/{name}.yaml").touch()
    assert offered("diagnose isere --model ") == [
        *("allocation", "allocation-plain", "apl", "apl-inhabitants", "least-cost", "mine"),
        *("models/allocation.yaml", "models/mine.yaml"),
    ]
    assert offered("diagnose isere --model mi") == ["mine"]


def test_all_that_can_be_checked() -> None:
    assert offered("check t") == ["toy"]
    assert offered("check toy s") == ["scenarios/toy.yaml"]
    assert offered("check toy d") == ["data/toy"]


def test_paths_of_the_scenario_and_its_model() -> None:
    assert offered("solve scenarios/toy.yaml --set budget") == ["budget_eur="]
    assert offered("solve toy --set professions.gp.") == [
        f"professions.gp.{name}="
        for name in ("paramedical", "capacity_inhabitants_per_post", "cutoff_minutes", "weight", "installation_eur")
    ]
    assert offered("solve toy --set recruitable.") == ["recruitable.gp=", "recruitable.nurse=", "recruitable.midwife="]
    assert offered("solve toy --set budget_eur=1 --set solve.s") == ["solve.seed="]
    assert offered("check toy --set formats.small.staff_fewest.g") == ["formats.small.staff_fewest.gp="]
    assert offered("sweep toy --set nonsense") == []


def test_paths_of_a_model_alone() -> None:
    """Before any decision, and where no scenario is given yet or it cannot be read."""
    assert offered("diagnose toy --set budget") == []
    assert offered("diagnose toy --set apl.floor") == ["apl.floor_visits_per_year="]
    assert offered("solve nowhere --set professions.gp.cut") == ["professions.gp.cutoff_minutes="]
    assert offered("diagnose toy --model nowhere --set apl.floor") == []


def test_every_offered_path_is_one_that_set_takes() -> None:
    """Setting each to what it is already changes nothing and is no error."""
    content = read_scenario("toy").resolved("", Path())
    paths = [path.removesuffix("=") for path in offered("solve toy --set ")]
    assert len(paths) > 80

    def value(path: str) -> object:
        node = content["model"] if path.split(".", maxsplit=1)[0] in content["model"] and path != "name" else content
        for step in path.split("."):
            node = node["value"] if isinstance(node, dict) and "value" in node else node
            node = node[step]
        return node["value"] if isinstance(node, dict) and "value" in node else node

    overrides = {path: value(path) for path in paths if path not in {"name", "territory"}}
    same = read_scenario("toy", overrides)
    assert same.recruitable == {"gp": 4, "nurse": 4, "midwife": 1}
    assert same.model.professions["gp"].capacity_inhabitants_per_post.value == 300


@pytest.mark.parametrize(
    ("shell", "expected"),
    [
        ("bash", "plain,budget_eur=\n"),
        ("zsh", "plain\nbudget_eur=\n1000000.0\n"),
        ("fish", "plain,budget_eur=\t1000000.0\n"),
    ],
)
def test_the_shells_own_protocol(shell: str, expected: str) -> None:
    environment = {
        **os.environ,
        "PYTHONPATH": str(Path(msp_siting.__file__).parents[1]),
        VARIABLE: f"{shell}_complete",
        "COMP_WORDS": f"{PROGRAM} solve toy --set budget",
        "COMP_CWORD": "budget" if shell == "fish" else "4",
    }
    code = f"from msp_siting.cli import main; main(prog_name={PROGRAM!r})"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, env=environment)
    assert done.stdout == expected


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_the_line_in_readme_switches_it_on(shell: str) -> None:
    readme = (Path(__file__).parents[2] / "README.md").read_text(encoding="utf-8")
    assert f"{VARIABLE}={shell}_source {PROGRAM}" in readme
