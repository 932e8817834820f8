"""One run from a question to its folder: solve or diagnose, summarise, write, say."""

import io
import logging
import math
import platform
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from msp_siting.answer import Answer, explanations, summarise, why_nothing_opens
from msp_siting.diagnosis import Diagnosis, diagnose
from msp_siting.diagnosis import summarise as summarise_diagnosis
from msp_siting.earlier_run import read_plan
from msp_siting.errors import InfeasibleError
from msp_siting.messages import Language, decimal, percent, say, whole
from msp_siting.pipeline import Problem, answer, before_any_decision
from msp_siting.report.diagnosis_folder import write_diagnosis
from msp_siting.report.run_folder import peak_memory_mb, write_run
from msp_siting.scenario import Scenario, SolveSettings
from msp_siting.solution import Plan, relative_gap
from msp_siting.solver import Progress, Settings
from msp_siting.territory import Territory
from msp_siting.whole_folders import check_target, replace_folder


@dataclass(frozen=True)
class Run:
    """What a finished run has to say, and the exit code that goes with it."""

    summary: dict[str, Any]
    sentences: tuple[str, ...]
    exit_code: int


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


def settings_of(asked: SolveSettings, interrupted: threading.Event, report: Callable[[Progress], None]) -> Settings:
    """Return when to stop, and whom to tell, as a scenario asks."""
    return Settings(
        time_limit_s=asked.time_limit_s,
        relative_gap=asked.relative_gap,
        improvement_gap=asked.improvement_gap,
        threads=asked.threads,
        seed=asked.seed,
        interrupted=interrupted,
        report=report,
    )


def gap_of(progress: Progress) -> float | None:
    """Return the gap of a search's progress."""
    return relative_gap(progress.incumbent, progress.bound)


@contextmanager
def logging_kept() -> Iterator[io.StringIO]:
    """Keep the package's log meanwhile."""
    logger = logging.getLogger("msp_siting")
    log = io.StringIO()
    handler = logging.StreamHandler(log)
    handler.setFormatter(logging.Formatter("%(asctime)s %(levelname)s %(name)s: %(message)s"))
    level = logger.level
    logger.addHandler(handler)
    logger.setLevel(logging.INFO)
    try:
        yield log
    finally:
        logger.removeHandler(handler)
        logger.setLevel(level)


def rounded_up(share: float) -> float:
    """Return a share rounded up to a hundredth of a percent, so that "within" stays true."""
    return math.ceil(round(share * 10_000, 3)) / 10_000


def measured_since(begin: float) -> dict[str, float]:
    """Return the seconds since the run began and the memory it took."""
    return {"total_s": round(time.monotonic() - begin, 3), "peak_memory_mb": round(peak_memory_mb(), 1)}


def provenance_of(scenario: Scenario, territory: Territory, started: datetime) -> dict[str, Any]:
    """Return what ``run.json`` holds of every kind of run: where every input comes from, when and on what it ran."""
    return {
        "started": started.isoformat(timespec="seconds"),
        "finished": datetime.now(UTC).isoformat(timespec="seconds"),
        "scenario": scenario.name,
        "changes": list(scenario.changes),
        "territory": record_territory(territory),
        "python": platform.python_version(),
        "platform": platform.platform(),
    }


def record_territory(territory: Territory) -> dict[str, Any]:
    """Return what ``run.json`` holds of a territory."""
    return {
        "name": territory.manifest.name,
        "sha256": territory.sha256,
        "files": [entry.model_dump() for entry in territory.manifest.files],
    }


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
