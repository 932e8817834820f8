"""What a run asked, and whether its territory is still what it was."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any, TypeVar

from msp_siting.errors import DataError, ScenarioError, Sentence, problem
from msp_siting.files import show_value
from msp_siting.runs.files import RunFile
from msp_siting.runs.kinds import read_provenance
from msp_siting.runs.provenance import record_territory
from msp_siting.scenario import Scenario, SitingScenario, read_scenario
from msp_siting.territory import Territory, read_territory

Asked = TypeVar("Asked", Scenario, SitingScenario)


def read_question(folder: Path, territory: Path | None) -> Scenario:
    """Return what a run asked, its departures from the model as the run records them.

    Where its territory is not found, it is said how to name the place.
    """
    return read_asked(folder, territory, read_scenario)


def read_asked(folder: Path, territory: Path | None, read: Callable[[Path, Mapping[str, Any]], Asked]) -> Asked:
    """Return what a run asked, as `read_question` does, by what reads scenarios of its kind."""
    place = {} if territory is None else {"territory": str(territory.resolve())}
    try:
        scenario = read(folder / RunFile.RESOLVED, place)
        return replace(scenario, changes=tuple(read_provenance(folder).get("changes", ())))
    except ScenarioError as fault:
        if territory is not None:
            raise
        lost = f"{folder / RunFile.RESOLVED}: territory: "
        raise ScenarioError(
            problem("{problem}; say where it is now with --territory", problem=each) if each.startswith(lost) else each
            for each in fault.problems
        ) from fault


def check_territory(scenario: Scenario | SitingScenario) -> None:
    """Refuse a territory that is no longer what it was: nothing could be told from its figures."""
    if read_territory(scenario.folder).sha256 != scenario.question.territory_sha256:
        changed = problem(
            "is not the territory of this run (its files have changed since); name one as it was with --territory, or "
            "solve again"
        )
        raise DataError(changed.at(scenario.folder))


def provenance_problems(written: Mapping[str, Any], asked: str, territory: Territory) -> Iterator[Sentence]:
    """Yield what ``run.json`` says otherwise of scenario (by name) and territory than these do."""
    name, found = written.get("scenario"), written.get("territory")
    if name != asked:
        values = {"recomputed": show_value(asked), "written": show_value(name)}
        yield problem("{recomputed} recomputed, {written} written", **values).at("scenario")
    for key, value in record_territory(territory).items():
        if not isinstance(found, dict) or found.get(key) != value:
            yield problem("is not as the territory itself says").at(key).at("territory")
