"""Scenarios without a file of their own: one changed by path, and one asked of a territory in a few words."""

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

from msp_siting.errors import ScenarioError, problem
from msp_siting.scenario.scenario import Scenario, read_scenario, resolve
from msp_siting.scenario.title import new_text

SHORT = Path("scenario")  # in place of a file in messages
FIXED = ("territory", "territory_sha256")  # by the territory that is asked about


def change_scenario(scenario: Path | str | Scenario, changes: Mapping[str, Any]) -> Scenario:
    """Return a scenario with values changed by path, as `read_scenario` does; one read already stays as it is.

    Raises
    ------
    ScenarioError
        With every problem.
    """
    if not isinstance(scenario, Scenario):
        return read_scenario(scenario, changes)
    if not changes:
        return scenario
    content = scenario.question.model_dump() | {
        "name": scenario.name,
        "territory": str(scenario.folder.resolve()),
        "recruitable": dict(scenario.recruitable),
        "site_count": scenario.site_count.model_dump(),
        "model": scenario.model.model_dump(),
        "changes": {},
    }
    changed = resolve(content, scenario.beside / f"{scenario.name}.yaml", changes)
    return replace(changed, changes=(*scenario.changes, *changed.changes))


def scenario_on(folder: Path, values: Mapping[str, Any], changes: Mapping[str, Any]) -> Scenario:
    """Return the scenario that asks for some money and posts on a territory.

    Parameters
    ----------
    folder
        Of the territory.
    values
        Keys of a scenario file (docs/files.md, "Scenarios").
    changes
        Other values by path, of the scenario or of its model.

    Raises
    ------
    ScenarioError
        With every problem.
    """
    twice = [path for path in changes if path in {*values, *FIXED}]
    if twice:
        given = problem("given by an option of its own too; keep one")
        raise ScenarioError(given.at(f"--set {path}") for path in twice)
    content = {
        "name": folder.resolve().name,
        "question": new_text(has_horizon=values.get("horizon_year") is not None),
        "territory": str(folder.resolve()),
        **values,
    }
    return resolve(content, SHORT, changes)
