"""What can be named: files of parameters, scenarios, models, territories, and the values that ``--set`` changes."""

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from msp_siting.errors import problem
from msp_siting.files import APPRAISAL, GATES, bundled_folder, find_file, project_roots, show_value
from msp_siting.scenario.model import Assumptions, parse_model
from msp_siting.scenario.model_file import read_model
from msp_siting.scenario.question import SolveSettings
from msp_siting.scenario.siting import read_any_scenario
from msp_siting.scenario.siting_model import SITING_PARAMETERS, SitingAssumptions, names_siting_model

PARAMETER_KEYS = {"value", "unit"}
NOT_SET = {"model", "question", "territory_sha256"}  # of a scenario: nobody changes them on the command line
OF_A_MODEL = (
    *("constraints", "objective", "professions", "formats", "need", "apl", "spacing", "recruitment"),
    *SITING_PARAMETERS,
)


def scenario_names() -> list[str]:
    """Return the names of the current project's and the bundled scenarios."""
    return _names("scenarios/*.yaml")


def model_names() -> list[str]:
    """Return the names of the current project's and the bundled models with professions."""
    names = [name for name in _names("models/*.yaml") if f"{name}.yaml" not in {GATES, APPRAISAL}]
    return [name for name in names if not names_siting_model(name, Path())]


def territory_names() -> list[str]:
    """Return the names of the current project's and the bundled territories."""
    return sorted({manifest.parent.name for manifest in _found("data/*/manifest.yaml")})


def bundled_territories() -> list[str]:
    """Return the names of the territories that come with the package."""
    return sorted(manifest.parent.name for manifest in bundled_folder().glob("data/*/manifest.yaml"))


def scenario_values(scenario: str) -> dict[str, str]:
    """Return what ``--set`` can change of a scenario and of its model, by path: the value now, with its unit.

    Raises
    ------
    ScenarioError
        If the scenario or its model cannot be read.
    """
    read = read_any_scenario(scenario)
    own = {key: value for key, value in read.resolved("", Path()).items() if key not in NOT_SET}
    return dict([*_values(own), *_values(_written(read.model))])


def model_values(model: str) -> dict[str, str]:
    """Return what ``--set`` can change where nothing is decided: the values of a model, and those of ``solve``.

    Raises
    ------
    ScenarioError
        If the model cannot be read.
    """
    file = find_file(model, "models", Path())
    model_read = parse_model(read_model(file), problem("{file}: ", file=file))
    return dict(_values({"solve": SolveSettings().model_dump(), **_written(model_read)}))


def _written(model: Assumptions | SitingAssumptions) -> dict[str, Any]:
    """Return what can be changed of a model: a key that its file leaves out is none that ``--set`` takes."""
    content = model.model_dump(exclude_unset=True, exclude_none=True)
    return {key: content[key] for key in OF_A_MODEL if key in content}


def _names(pattern: str) -> list[str]:
    return sorted({file.stem for file in _found(pattern)})


def _found(pattern: str) -> Iterator[Path]:
    for root in project_roots(Path()):
        yield from root.glob(pattern)


def _values(content: Mapping[str, Any], above: str = "") -> Iterator[tuple[str, str]]:
    """Yield path and value of everything that holds one, a parameter's with its unit."""
    for key, inner in content.items():
        path = f"{above}{key}"
        if not isinstance(inner, Mapping):
            yield path, show_value(inner)
        elif set(inner) >= PARAMETER_KEYS:
            values = inner["value"] if isinstance(inner["value"], Mapping) else {"": inner["value"]}
            for part, value in values.items():
                yield f"{path}.{part}".rstrip("."), f"{show_value(value)} {inner['unit']}"
        elif key != "title":
            yield from _values(inner, f"{path}.")
