"""One run from a question to its folder: solve or diagnose, summarise, write, say."""

import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from msp_siting.answer import Answer, Problem, answer, explanations, settings_of, summarise, why_nothing_opens
from msp_siting.commands.outcome import Run, rounded_up
from msp_siting.errors import InfeasibleError
from msp_siting.files import check_target, replace_folder
from msp_siting.language import Language, decimal, percent, say, whole
from msp_siting.problem import Plan, relative_gap
from msp_siting.report import write_run
from msp_siting.runs import logging_kept, measured_since, provenance_of, read_plan
from msp_siting.scenario import Scenario
from msp_siting.solver import Progress, Settings


@dataclass(frozen=True)
class Solved:
    """An answer with what its run folder says of it.

    Attributes
    ----------
    summary, provenance
        What ``summary.json`` and ``run.json`` hold.
    log
        What ``run.log`` holds.
    """

    answer: Answer
    summary: dict[str, Any]
    provenance: dict[str, Any]
    log: str
    language: Language

    def write(self, folder: Path, home: Path | None = None) -> None:
        """Write the run into an empty folder; ``home`` is where it is to stand, if not there."""
        write_run(folder, self.answer, self.summary, self.provenance, self.language, home)
        (folder / "run.log").write_text(self.log, encoding="utf-8")


def solve_question(  # noqa: PLR0913 - what is known already comes last
    scenario: Scenario,
    settings: Settings,
    language: Language,
    *,
    plan: Plan | None = None,
    problem: Problem | None = None,
    bound: float | None = None,
) -> Solved:
    """Answer a scenario (`pipeline.answer`) and say so.

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
        found = answer(scenario, settings, plan, problem, bound)
    summary = summarise(found, language)
    summary |= {
        "build_s": round(found.solution.report.build_s, 3),
        "solve_s": round(found.solution.report.solve_s, 3),
        **measured_since(begin),
    }
    provenance = provenance_of(found.scenario, found.territory, started) | _search(found)
    return Solved(found, summary, provenance, log.getvalue(), language)


def solve_and_write(  # noqa: PLR0913 - what a run needs to know
    scenario: Scenario,
    folder: Path,
    language: Language,
    interrupted: threading.Event,
    report: Callable[[Progress], None],
    *,
    start: Path | None = None,
) -> Run:
    """Answer a scenario and write its run folder.

    Parameters
    ----------
    start
        Folder of an earlier run, whose plan the search begins with.

    Raises
    ------
    ScenarioError, DataError
        For wrong input or a target that is no run; nothing is written then.
    SolverError
        If the solver fails or its answer does not survive verification; nothing is written then.
    """
    check_target(folder)
    settings = settings_of(scenario.question.solve, interrupted, report)
    solved = solve_question(scenario, settings, language, plan=None if start is None else read_plan(start))
    check_target(folder)  # again: somebody may have put something there during the search
    replace_folder(folder, solved.write)
    found = solved.answer
    exit_code = 0 if found.coverage is not None else InfeasibleError.exit_code
    written = say("line_written", language, folder=folder)
    return Run(solved.summary, (*_sentences(found, solved.summary, language), written), exit_code)


def gap_of(progress: Progress) -> float | None:
    """Return the gap of a search's progress."""
    return relative_gap(progress.incumbent, progress.bound)


def _search(found: Answer) -> dict[str, Any]:
    """Return how the search for a plan ended."""
    report, certificate = found.solution.report, found.solution.certificate
    return {
        "search": {
            "columns": report.columns,
            "rows": report.rows,
            "nonzeros": report.nonzeros,
            "nodes": report.nodes,
            "ended_by": report.ended_by,
            "searched_bound": None if certificate is None else certificate.searched,
            "priced_bound": None if certificate is None else certificate.priced,
            "conflicts": [asdict(conflict) for conflict in report.conflicts],
        },
    }


def _sentences(found: Answer, summary: dict[str, Any], language: Language) -> Iterator[str]:
    solution = found.solution

    def share(value: float | None) -> str:
        return say("unknown", language) if value is None else percent(rounded_up(value), language, 2)

    yield say(
        f"first_line_{solution.status}",
        language,
        gap=share(found.gap),
        improvement=share(found.improvement_gap),
        ending=say(f"ending_{solution.report.ended_by}", language),
    )
    yield from explanations(found, language)
    if found.coverage is None:
        return
    professions = found.scenario.model.professions
    yield from why_nothing_opens(found, language)
    yield say(
        "line_plan",
        language,
        sites=summary["sites_opened"],
        staff=", ".join(f"{professions[name].title[language]} {count}" for name, count in summary["staff"].items()),
        cost=whole(summary["cost_eur"], language),
        budget=whole(summary["budget_eur"], language),
        running=whole(summary["running_eur_per_year"], language),
    )
    for name, profession in professions.items():
        after, shortage = summary["uncovered_after"][name], summary["shortage_after"][name]
        yield say(
            "line_uncovered",
            language,
            profession=profession.title[language],
            before=whole(summary["uncovered_before"][name], language),
            after=whole(after, language),
            shortage=whole(shortage, language),
            distance=whole(after - shortage, language),
        )
    yield say(
        "line_access",
        language,
        floor=decimal(found.scenario.model.apl.floor_visits_per_year.value, language),
        apl_before=whole(summary["inhabitants_below_apl_floor_before"], language),
        apl_after=whole(summary["inhabitants_below_apl_floor_after"], language),
        far_before=whole(summary["beyond_20_minutes_before"], language),
        far_after=whole(summary["beyond_20_minutes_after"], language),
    )
