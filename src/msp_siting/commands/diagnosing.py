"""The command diagnose: a territory before any decision."""

import threading
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from msp_siting.answer import Diagnosis, before_any_decision, diagnose, settings_of, summarise_diagnosis
from msp_siting.commands.outcome import Run
from msp_siting.files import check_target, replace_folder
from msp_siting.language import Language, decimal, say, whole
from msp_siting.report import write_diagnosis
from msp_siting.runs import measured_since, provenance_of
from msp_siting.scenario import Scenario
from msp_siting.solver import Progress


def diagnose_and_write(scenario: Scenario, folder: Path, language: Language, report: Callable[[Progress], None]) -> Run:
    """Describe a territory before any decision and write the folder of the diagnosis.

    Raises
    ------
    ScenarioError, DataError
        For wrong input or a target that is no run; nothing is written then.
    SolverError
        If the solver fails; nothing is written then.
    """
    begin = time.monotonic()
    started = datetime.now(UTC)
    check_target(folder)
    settings = settings_of(scenario.question.solve, threading.Event(), report)
    found = diagnose(scenario, *before_any_decision(scenario, settings))
    summary = summarise_diagnosis(found, language) | measured_since(begin)
    provenance = provenance_of(found.scenario, found.territory, started)
    replace_folder(folder, lambda fresh: write_diagnosis(fresh, found, summary, provenance, language))
    sentences = (*_diagnosis_sentences(found, summary, language), say("line_written", language, folder=folder))
    return Run(summary, sentences, 0)


def _diagnosis_sentences(found: Diagnosis, summary: dict[str, Any], language: Language) -> Iterator[str]:
    model = found.scenario.model
    lead = model.apl.profession

    def shown(value: float | None, digits: int | None = None) -> str:
        if value is None:
            return say("unknown", language)
        return whole(value, language) if digits is None else decimal(value, language, digits)

    below = "inhabitants_below_apl_floor"
    yield say(
        "line_diagnosis",
        language,
        territory=found.territory.manifest.title[language],
        inhabitants=shown(summary["inhabitants"]),
        posts=shown(summary["practitioners"][lead], 1),
        profession=model.professions[lead].title[language],
    )
    yield say(
        "line_diagnosis_apl",
        language,
        official=shown(summary["apl_mean_official"], 2),
        computed=shown(summary["apl_mean"], 2),
        floor=shown(summary["apl_floor_visits_per_year"], 1),
        below=shown(summary[f"{below}_official"]),
        below_under_65=shown(summary[f"{below}_under_65_official"]),
    )
    yield say(
        "line_diagnosis_access",
        language,
        far=shown(summary["beyond_20_minutes"]),
        uncovered=shown(summary["uncovered"][lead]),
        shortage=shown(summary["shortage"][lead]),
        distance=shown(summary["distance"][lead]),
    )
