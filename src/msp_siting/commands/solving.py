"""One run from a question to its folder: solve or diagnose, summarise, write, say."""

import threading
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from msp_siting.answer import (
    Answer,
    Problem,
    answer,
    bound_without_rules,
    explanations,
    prepare_problem,
    read_at_horizon,
    settings_of,
    summarise,
    why_nothing_opens,
    worse_than_today,
)
from msp_siting.commands.outcome import Output, Run, TerminalWording, rounded_up
from msp_siting.commands.results import Solved, write_result
from msp_siting.errors import InfeasibleError
from msp_siting.files import check_target, user_cache
from msp_siting.language import Language, tell
from msp_siting.problem import Plan, relative_gap
from msp_siting.report import (
    bounds_sentence,
    choice_sentence,
    gate_marks,
    goal_sentence,
    measures_sentence,
    tell_caveats,
    zones_sentence,
)
from msp_siting.requests import gates_of, with_gates
from msp_siting.runs import (
    logging_kept,
    measured_since,
    provenance_of,
    read_plan,
    record_inputs,
    record_search,
)
from msp_siting.scenario import Scenario
from msp_siting.solver import Progress, Settings


def solve_question(  # noqa: PLR0913 - what is known already comes last
    scenario: Scenario,
    settings: Settings,
    language: Language,
    *,
    plan: Plan | None = None,
    problem: Problem | None = None,
    bound: float | None = None,
) -> Solved:
    """Answer a scenario (`pipeline.answer`) and say so; without a problem, no site that fails a gate may open.

    Raises
    ------
    ScenarioError, DataError
        For wrong input.
    SolverError
        If the solver fails or its answer does not survive verification.
    """
    begin = time.monotonic()
    started = datetime.now(UTC)
    today, gates = started.astimezone().date(), gates_of(scenario)
    with logging_kept() as log:
        if problem is None:
            settings.report(Progress("reading"))
            territory = read_at_horizon(scenario)
            scenario = with_gates(scenario, territory, today)
            problem = prepare_problem(scenario, settings, territory)
        found = answer(scenario, settings, plan, problem, bound)
        without_rules = bound_without_rules(found, settings)
    summary = tell_caveats(summarise(found), language) | {
        "gates_on": today.isoformat(),
        "gates": gate_marks(found, gates, today, language),
        "bound_without_candidate_rules": without_rules,
        "build_s": round(found.solution.report.build_s, 3),
        "solve_s": round(found.solution.report.solve_s, 3),
        **measured_since(begin),
    }
    inputs = record_inputs(found.scenario, found.territory) | {"csv": None, "language": language}
    provenance = provenance_of("solve", started, inputs) | {"search": record_search(found.solution)}
    sentences = tuple(_sentences(found, summary, TerminalWording(language)))
    return Solved(summary, provenance, sentences, language, answer=found, gates=gates, log=log.getvalue())


def solve_and_write(
    scenario: Scenario,
    output: Output,
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
    check_target(output.folder)
    settings = replace(settings_of(scenario.question.solve), interrupted=interrupted, report=report, kept=user_cache())
    solved = solve_question(scenario, settings, output.language, plan=None if start is None else read_plan(start))
    exit_code = 0 if solved.answer.coverage is not None else InfeasibleError.exit_code
    return write_result(solved, output, report, exit_code)


def kept_sites(run: Path) -> list[dict[str, Any]]:
    """Return the sites of an earlier run's plan as ``sites.keep`` holds them.

    Raises
    ------
    DataError
        With every problem of its tables.
    """
    plan = read_plan(run)
    posts: dict[str, dict[str, int]] = {}
    for site, name, recruited in plan.staff[["site_id", "profession", "recruited"]].itertuples(index=False, name=None):
        posts.setdefault(site, {})[name] = int(recruited)
    return [
        {"site": site, "format": kind, "posts": posts.get(site, {})}
        for site, kind in plan.sites[["site_id", "format"]].itertuples(index=False, name=None)
    ]


def gap_of(progress: Progress) -> float | None:
    """Return the gap of a search's progress."""
    return relative_gap(progress.incumbent, progress.bound)


def _sentences(found: Answer, summary: Mapping[str, Any], wording: TerminalWording) -> Iterator[str]:
    solution = found.solution
    has_nothing = solution.status == "feasible" and found.plan.sites.empty
    yield wording.say(
        "first_line_nothing" if has_nothing else f"first_line_{solution.status}",
        gap=wording.percent(rounded_up(found.gap), 2),
        improvement=wording.percent(rounded_up(found.improvement_gap), 2),
        ending=wording.say(f"ending_{solution.report.ended_by}"),
    )
    for fact in explanations(found):
        yield tell(fact, wording.language)
    if found.coverage is None:
        return
    professions = found.scenario.model.professions
    for fact in why_nothing_opens(found):
        yield tell(fact, wording.language)
    yield wording.say(
        "line_plan",
        sites=summary["sites_opened"],
        staff=", ".join(f"{wording.of(professions[name].title)} {count}" for name, count in summary["staff"].items()),
        cost=wording.whole(summary["cost_eur"]),
        budget=wording.whole(summary["budget_eur"]),
        aid=wording.whole(summary["aid_eur"]),
    )
    yield from filter(None, (goal_sentence(found, summary, wording), zones_sentence(found, wording)))
    for fact in worse_than_today(found):
        yield tell(fact, wording.language)
    for name, profession in professions.items():
        after, shortage = summary["uncovered_after"][name], summary["shortage_after"][name]
        yield wording.say(
            "line_uncovered" if summary["uncovered_today"] is None else "line_uncovered_horizon",
            profession=wording.of(profession.title),
            today=wording.whole((summary["uncovered_today"] or {}).get(name)),
            year=str(found.scenario.question.horizon_year),
            before=wording.whole(summary["uncovered_before"][name]),
            after=wording.whole(after),
            shortage=wording.whole(shortage),
            distance=wording.whole(after - shortage),
        )
    below = {name: summary[f"inhabitants_below_apl_floor_{name}"] for name in ("official", "before", "after")}
    yield wording.say(
        "line_access" if below["official"] is None else "line_access_official",
        floor=wording.apl_floor(found.scenario.model.apl.floor_visits_per_year.value),
        official=wording.whole(below["official"]),
        change=wording.signed(below["after"] - below["before"]),
        apl_before=wording.whole(below["before"]),
        apl_after=wording.whole(below["after"]),
        far_before=wording.whole(summary["beyond_20_minutes_before"]),
        far_after=wording.whole(summary["beyond_20_minutes_after"]),
    )
    yield measures_sentence(found, summary, wording, "line_both_measures")
    bounds = bounds_sentence(found, summary, wording, "line_bounds")
    if bounds:
        yield bounds
    chosen = choice_sentence(found, summary, wording, "line_choice")
    if chosen:
        yield chosen
