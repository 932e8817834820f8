"""A model file as it is written: its parameter files read in, the model that it is based on beneath it."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from msp_siting.errors import ScenarioError, problem
from msp_siting.files import (
    APPRAISAL,
    GATES,
    got,
    is_folder,
    is_there,
    lies_within,
    near_name,
    project_folder,
    read_yaml,
    real_path,
)
from msp_siting.scenario.changes import apply_changes

MOST_MODELS_BELOW = 10  # that one model may be based on, each on the next


def read_model(path: Path) -> dict[str, Any]:
    """Return the contents of a model file, its parameter files read in, before any change.

    Raises
    ------
    ScenarioError
        With every problem of the file.
    """
    content = _read_model(path, ())
    if not {"professions", "formats", "coverage"} & set(content):
        raise ScenarioError(problem("is no model (it has neither professions nor formats)").at(path))
    return content


def _read_model(path: Path, followed: tuple[Path, ...]) -> dict[str, Any]:
    content = read_yaml(path, ScenarioError)
    if "based_on" in content:
        base = _beside(path, "based_on", content.pop("based_on"), ".yaml")
        known = [real_path(file) for file in (path, *followed)]
        if real_path(base) in known:
            raise ScenarioError(problem("leads back to {file}", file=base.name).at("based_on").at(path))
        if len(known) > MOST_MODELS_BELOW:
            too_many = problem("more than {most} models upon one another", most=MOST_MODELS_BELOW)
            raise ScenarioError(too_many.at("based_on").at(path))
        changes = content.pop("changes", {})
        if not isinstance(changes, Mapping):
            expected = problem("expected {expected}", expected=problem("keys and values"))
            raise ScenarioError(got(expected, changes).at("changes").at(path))
        whole = _read_model(base, (path, *followed)) | content
        return apply_changes(whole, changes, problem("{file}: {key}", file=path, key="changes."), "from model")[0]
    included = content.pop("parameters", {})
    if not isinstance(included, Mapping):
        expected = problem("expected {expected}", expected=problem("keys and file names"))
        raise ScenarioError(got(expected, included).at("parameters").at(path))
    for key, name in included.items():
        if key in content:
            raise ScenarioError(problem("given here and in {file}; keep one", file=name).at(key).at(path))
        content[key] = read_yaml(_beside(path, f"parameters.{key}", name), ScenarioError)
    return content


def _beside(path: Path, key: str, name: object, ending: str = "") -> Path:
    """Return the file that a model file names under a key, looked up in its own folder."""
    if not isinstance(name, str):
        raise ScenarioError(got(problem("expected {expected}", expected=problem("text")), name).at(key).at(path))
    found = path.parent / f"{name}{ending}"
    if not lies_within(found, project_folder(path, "models")):
        outside = problem("{name!r} leads out of the project; name a file beside this one", name=name)
        raise ScenarioError(outside.at(key).at(path))
    if not is_there(found):
        known = [
            file.name.removesuffix(ending)
            for file in (found.parent.glob("*.yaml") if is_folder(found.parent) else ())
            if file != path and file.name not in {GATES, APPRAISAL}
        ]
        absent = problem("no file {file} in {folder}", file=f"{name}{ending}", folder=path.parent)
        hint = near_name(found.name.removesuffix(ending), known)
        raise ScenarioError((absent + hint).at(key).at(path))
    return found
