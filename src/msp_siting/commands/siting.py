"""One run of a model without professions, from a question to its folder: solve, summarise, write, say."""

import threading
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from msp_siting.answer import SitingAnswer, answer_siting, settings_of, siting_obstacles, summarise_siting
from msp_siting.commands.outcome import Output, Run, TerminalWording
from msp_siting.commands.results import Result, write_result
from msp_siting.errors import InfeasibleError
from msp_siting.files import check_target
from msp_siting.language import Language, tell
from msp_siting.report import siting_sentences, tell_caveats, write_siting
from msp_siting.runs import RunFile, logging_kept, measured_since, provenance_of, record_inputs
from msp_siting.scenario import SitingScenario
from msp_siting.solver import Progress, Settings


@dataclass(frozen=True, repr=False)
class Sited(Result):
    """A plan without professions, and how good it is; or why there is none."""

    answer: SitingAnswer
    log: str

    def fill(self, folder: Path) -> None:
        """Write the run into an empty folder."""
        (folder / RunFile.LOG).write_text(self.log, encoding="utf-8", newline="\n")
        write_siting(folder, self.answer, self.told, self.provenance, self.language)


def site_question(scenario: SitingScenario, settings: Settings, language: Language) -> Sited:
    """Answer a question without professions and say so.

    Raises
    ------
    ScenarioError, DataError
        For wrong input.
    SolverError
        If the solver fails or its answer does not survive verification.
    """
    begin = time.monotonic()
    started = datetime.now(UTC)
    with logging_kept() as log:
        found = answer_siting(scenario, settings)
    summary = tell_caveats(summarise_siting(found), language) | {
        "build_s": round(found.build_s, 3),
        "solve_s": round(found.solve_s, 3),
        "interrupted": settings.interrupted.is_set(),
        **measured_since(begin),
    }
    inputs = record_inputs(scenario, found.territory) | {"csv": None, "language": language}
    sentences = tuple(_sentences(found, summary, TerminalWording(language)))
    provenance = provenance_of("siting", started, inputs)
    return Sited(summary, provenance, sentences, language, answer=found, log=log.getvalue())


def site_and_write(
    scenario: SitingScenario,
    output: Output,
    interrupted: threading.Event,
    report: Callable[[Progress], None],
) -> Run:
    """Answer a question without professions and write its run folder.

    Raises
    ------
    ScenarioError, DataError
        For wrong input or a target that is no run; nothing is written then.
    SolverError
        If the solver fails or its answer does not survive verification; nothing is written then.
    """
    check_target(output.folder)
    settings = replace(settings_of(scenario.question.solve), interrupted=interrupted, report=report)
    sited = site_question(scenario, settings, output.language)
    return write_result(sited, output, report, 0 if sited.answer.has_plan else InfeasibleError.exit_code)


def _sentences(found: SitingAnswer, summary: Mapping[str, Any], wording: TerminalWording) -> Iterator[str]:
    if found.has_plan:
        yield from siting_sentences(found, summary, wording)
        return
    ending = wording.say("ending_interrupt" if summary["interrupted"] else "ending_time_limit")
    yield wording.say(f"first_line_{summary['status']}", ending=ending)
    for fact in siting_obstacles(found):
        yield tell(fact, wording.language)
