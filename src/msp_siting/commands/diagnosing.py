"""The command diagnose: a territory before any decision."""

import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from typing import Any

from msp_siting.answer import (
    Diagnosis,
    before_any_decision,
    close,
    diagnose,
    read_at_horizon,
    read_closings,
    settings_of,
    state_today,
    summarise_diagnosis,
)
from msp_siting.commands.outcome import Output, Run, TerminalWording
from msp_siting.commands.results import write_result
from msp_siting.commands.results_without_plan import Diagnosed
from msp_siting.errors import ScenarioError, problem
from msp_siting.files import check_target, user_cache
from msp_siting.language import Language
from msp_siting.report import closing_sentences, tell_caveats
from msp_siting.runs import measured_since, provenance_of, record_inputs
from msp_siting.scenario import Scenario
from msp_siting.solver import Progress
from msp_siting.territory import Territory


@dataclass(frozen=True)
class DiagnosisOrder:
    """What is asked of a diagnosis besides its question.

    Attributes
    ----------
    on
        The day whose zoning counts.
    without
        What closes (`read_closings`).
    sheets
        The kind of zone of which each has a sheet, if any.
    """

    on: date
    without: Sequence[str] = ()
    sheets: str | None = None


def diagnose_and_write(
    scenario: Scenario,
    output: Output,
    report: Callable[[Progress], None],
    order: DiagnosisOrder,
) -> Run:
    """Describe a territory before any decision and write the folder of the diagnosis.

    Raises
    ------
    ScenarioError, DataError
        For wrong input or a target that is no run; nothing is written then.
    SolverError
        If the solver fails; nothing is written then.
    """
    check_target(output.folder)
    return write_result(diagnose_question(scenario, output.language, report, order), output, report)


def diagnose_question(
    scenario: Scenario, language: Language, report: Callable[[Progress], None], order: DiagnosisOrder
) -> Diagnosed:
    """Describe a territory before any decision (`diagnosis_of`), and say so."""
    begin, started = time.monotonic(), datetime.now(UTC)
    found = diagnosis_of(scenario, report, order)
    summary = tell_caveats(summarise_diagnosis(found) | {"sheets_kind": order.sheets}, language) | measured_since(begin)
    without = {"csv": None, "language": language, "without": list(order.without)}
    provenance = provenance_of("diagnose", started, record_inputs(found.scenario, found.territory) | without)
    sentences = tuple(_sentences(found, summary, TerminalWording(language)))
    return Diagnosed(summary, provenance, sentences, language, diagnosis=found)


def diagnosis_of(scenario: Scenario, report: Callable[[Progress], None], order: DiagnosisOrder) -> Diagnosis:
    """Return the diagnosis of a scenario's territory, and what it is without what closes, where anything does.

    Raises
    ------
    ScenarioError, DataError
        For wrong input.
    SolverError
        If the solver fails.
    """
    settings = replace(settings_of(scenario.question.solve), report=report, kept=user_cache())
    report(Progress("reading"))
    territory = read_at_horizon(scenario)
    _check_kind(order.sheets, territory)
    closings = read_closings(order.without, territory, scenario)
    _, instance, before = before_any_decision(scenario, settings, territory)
    found = diagnose(scenario, territory, instance, before, order.on, state_today(territory, scenario, settings))
    if not closings:
        return found
    return replace(found, closed=close(scenario, territory, instance, closings, settings))


def _check_kind(kind: str | None, territory: Territory) -> None:
    """Raise ScenarioError where sheets are asked of a kind of zone that a territory does not have."""
    known = territory.zone_kinds
    if kind is None or kind in known:
        return
    name = territory.manifest.name
    if not known:
        raise ScenarioError([problem("{territory} has no zones", territory=name).at("--sheets")])
    unknown = problem(
        "{territory} has no zones of the kind {kind!r}; it has {kinds}",
        territory=name,
        kind=kind,
        kinds=", ".join(known),
    )
    raise ScenarioError([unknown.at("--sheets")])


def _sentences(found: Diagnosis, summary: Mapping[str, Any], wording: TerminalWording) -> Iterator[str]:
    model = found.scenario.model
    lead, below = model.apl.profession, "inhabitants_below_apl_floor"
    yield wording.say(
        "line_diagnosis",
        territory=wording.of(found.territory.manifest.title),
        inhabitants=wording.whole(summary["inhabitants"]),
        posts=wording.decimal(summary["practitioners"][lead]),
        profession=wording.of(model.professions[lead].title),
    )
    official, computed = summary["apl_mean_official"], summary["apl_mean"]
    change = 0.0 if official is None or computed is None else round(computed - official, 2)
    yield wording.say(
        "line_diagnosis_apl_change" if change else "line_diagnosis_apl",
        official=wording.decimal(official, 2),
        computed=wording.decimal(computed, 2),
        change=wording.signed(change, 2),
        floor=wording.apl_floor(summary["apl_floor_visits_per_year"]),
        below=wording.whole(summary[f"{below}_official"]),
        below_under_65=wording.whole(summary[f"{below}_under_65_official"]),
    )
    yield wording.say(
        "line_diagnosis_access",
        far=wording.whole(summary["beyond_20_minutes"]),
        uncovered=wording.whole(summary["uncovered"][lead]),
        shortage=wording.whole(summary["shortage"][lead]),
        distance=wording.whole(summary["distance"][lead]),
    )
    if summary["uncovered_today"] is not None:
        yield wording.say(
            "line_diagnosis_horizon",
            profession=wording.of(model.professions[lead].title),
            today=wording.whole(summary["uncovered_today"][lead]),
            uncovered=wording.whole(summary["uncovered"][lead]),
            year=str(found.scenario.question.horizon_year),
        )
    yield from closing_sentences(found, summary, wording)
