"""The chain from a question to an answer, in one readable function."""

import logging
from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from typing import Any

from msp_siting import solver
from msp_siting.answer.apl import with_visits_per_gp
from msp_siting.answer.apl_posts import with_apl_terms
from msp_siting.answer.coverage import Coverage, tabulate, with_columns
from msp_siting.answer.ends import columns_of_ends, ends_of, partly_filled
from msp_siting.answer.preferring import preference_of
from msp_siting.answer.rim_room import reserve_for_rim
from msp_siting.answer.today import Today, columns_of_today, state_today
from msp_siting.answer.value import Answer
from msp_siting.errors import DataError, MspSitingError, Sentence, SolverError, problem
from msp_siting.problem import (
    Assignment,
    Instance,
    Plan,
    Solution,
    build_instance,
    check_candidates_left,
    problems_of_solution,
    territory_at_horizon,
)
from msp_siting.scenario import Scenario, SolveSettings
from msp_siting.solver import Progress, Settings, Settler
from msp_siting.territory import Territory, read_territory

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Problem:
    """What questions about one territory share, whatever their money, recruits and number of sites.

    Attributes
    ----------
    scenario
        The question it was made for.
    settler
        The later stages, built for the instance.
    before
        Who is uncovered with nothing opened, and some way to serve the others.
    today
        The territory in the years of its files, where the question has a horizon.
    """

    scenario: Scenario
    territory: Territory
    instance: Instance
    settler: Settler
    objective_before: float
    before: Assignment
    today: Today | None = None

    def answers(self, scenario: Scenario) -> bool:
        """Return whether another question differs in money, recruits and number of sites only."""
        return _shared(scenario) == _shared(self.scenario)


def _shared(scenario: Scenario) -> dict[str, Any]:
    """Return what decides over territory, instance and before (of equal assignments, the seed)."""
    question = scenario.question.model_dump(exclude={"name", "question", "model", "budget_eur", "changes", "solve"})
    for key in ("recruitable", "site_count"):
        question.pop(key)
    seed = scenario.question.solve.seed
    return {**question, "seed": seed, "territory": scenario.folder.resolve(), "model": scenario.model.model_dump()}


def prepare_problem(
    scenario: Scenario, settings: Settings | None = None, territory: Territory | None = None
) -> Problem:
    """Return territory, instance and before of a question.

    Parameters
    ----------
    settings
        By default what the scenario asks for (`settings_of`).
    territory
        At the horizon, where it is read already.

    Raises
    ------
    DataError, ScenarioError
        Where the inputs are wrong or do not fit together.
    SolverError
        If a stage does not end at its optimum.
    """
    settings = settings or settings_of(scenario.question.solve)
    territory, instance = read_problem(scenario, settings, territory)
    instance = replace(instance, preference=preference_of(territory, scenario, instance))
    _log_problem(scenario, territory, instance)
    settler = Settler(instance, settings)
    objective_before, before = settler.settle(Plan.empty(), nearby=False)
    if instance.goal is not None:
        objective_before = instance.goal.objective(Plan.empty())
    log.info("before: objective %.6f with nothing opened", objective_before)
    today = state_today(territory, scenario, settings)
    return Problem(scenario, territory, instance, settler, objective_before, before, today)


def answer(
    scenario: Scenario,
    settings: Settings | None = None,
    plan: Plan | None = None,
    problem: Problem | None = None,
    bound: float | None = None,
) -> Answer:
    """Return the answer to a scenario: territory, instance, before, plan, coverage, all verified.

    Parameters
    ----------
    settings
        By default what the scenario asks for (`settings_of`).
    plan
        One to begin with, such as an earlier run's; left aside where it breaks a rule.
    problem
        What the question shares with one answered before; made where it is not given.
    bound
        An objective that no plan is known to be below, such as the bound of the same question with more money.

    Raises
    ------
    DataError, ScenarioError
        Where the inputs are wrong or do not fit together.
    SolverError
        Where the solver fails or its answer does not survive verification.
    """
    settings = settings or settings_of(scenario.question.solve)
    problem = prepare_problem(scenario, settings) if problem is None else problem
    instance = problem.instance.asked(scenario)
    for change in scenario.changes:
        log.info("changed %s", change)
    comparable = problem.objective_before if instance.opening_nothing_is_a_plan else None
    solution = solver.solve(instance, settings, problem.settler, comparable, plan, bound)
    report = solution.report
    log.info(
        "search: %s, objective %s, bound %s, %d nodes, ended by %s",
        *(solution.status, solution.objective, solution.bound, report.nodes, report.ended_by),
    )
    for conflict in report.conflicts:
        log.info("no plan: %s", conflict)
    _check_solution(instance, solution)
    return complete_answer(scenario, problem, instance, problem.before, solution)


def complete_answer(
    scenario: Scenario, problem: Problem, instance: Instance, before: Assignment, solution: Solution
) -> Answer:
    """Return the answer that a solution is, with its coverage where it has a plan.

    Parameters
    ----------
    problem
        What the question shares with others of its territory.
    instance
        The numbers of this question.
    before
        Who is served where with nothing opened.
    """
    coverage: Coverage | None = None
    ends = filled = None
    territory, today = problem.territory, problem.today
    if solution.plan is not None and solution.assignment is not None:
        apl, plan = scenario.model.apl, solution.plan
        coverage = tabulate(territory, instance, apl, before, plan, solution.assignment)
        flows = scenario.model.flows
        is_even = instance.is_levelled or set(instance.professions) <= set(solution.assignment.levels)
        ends = ends_of(territory, instance, plan, apl) if is_even else None
        if flows is not None and is_even:
            filled = partly_filled(territory, instance, plan, apl, flows.posts_filled_share.value)
        for columns in (columns_of_today(today), columns_of_ends(ends)):
            coverage = coverage if columns is None else with_columns(territory, coverage, columns)
    objective = problem.objective_before
    return Answer(scenario, territory, instance, before, objective, solution, coverage, today, ends, filled)


def _check_solution(instance: Instance, solution: Solution) -> None:
    problems = problems_of_solution(instance, solution)
    if problems:
        raise SolverError(each.at(problem("verification")) for each in problems)


def before_any_decision(
    scenario: Scenario, settings: Settings | None = None, territory: Territory | None = None, *, nearby: bool = True
) -> tuple[Territory, Instance, Assignment]:
    """Return a scenario's territory, its instance and who is served with nothing opened.

    Who is uncovered is the same as in an answer; who is served where is some way to serve them, found without a solver.

    Parameters
    ----------
    territory
        At the horizon, where it is read already.
    nearby
        Whether people of the rim go to who is near. Without, no solver is needed at all and who is uncovered is the
        same, but not by which places the territory's blocks hold together: the rim may use up others.
    """
    settings = settings or settings_of(scenario.question.solve)
    settings.report(Progress("reading"))
    territory = territory or read_at_horizon(scenario)
    instance = build_instance(territory, scenario)
    settings.report(Progress("before"))
    instance = reserve_for_rim(instance, territory, scenario, settings, nearby=nearby)
    _, before = Settler(instance, settings).settle(Plan.empty(), nearby=False)
    return territory, instance, before


def read_problem(
    scenario: Scenario, settings: Settings | None = None, territory: Territory | None = None
) -> tuple[Territory, Instance]:
    """Return the territory at the horizon and its instance, what people of the rim use taken off its capacity.

    Parameters
    ----------
    territory
        At the horizon, where it is read already.

    Raises
    ------
    DataError, ScenarioError
        Where the inputs are wrong or do not fit together, or the rules of candidates leave none.
    """
    settings = settings or settings_of(scenario.question.solve)
    settings.report(Progress("reading"))
    territory = territory or read_at_horizon(scenario)
    instance = with_apl_terms(territory, scenario, instance_of(territory, scenario, settings))
    check_candidates_left(territory, scenario)
    return territory, instance


def instance_of(territory: Territory, scenario: Scenario, settings: Settings, places: Collection[str] = ()) -> Instance:
    """Return the instance of a scenario on its territory, what people of the rim use taken off its capacity.

    Parameters
    ----------
    territory
        At the horizon.
    places
        Places to which pairs lead besides those of practitioners and candidate sites.
    """
    instance = build_instance(territory, scenario, places)
    settings.report(Progress("before"))
    return reserve_for_rim(instance, territory, scenario, settings)


def check_problems(scenarios: Sequence[Scenario], territory: Territory) -> str:
    """Return the fingerprint of the territory that some scenarios share, as read, if each of them fits it.

    Raises
    ------
    DataError, ScenarioError
        With every problem, where they do not.
    """
    problems: list[Sentence] = []
    checked: list[dict[str, Any]] = []
    for scenario in scenarios:
        shared = _shared(scenario)
        if shared in checked:
            continue
        checked.append(shared)
        try:
            check_fingerprint(scenario.question.territory_sha256, scenario.name, territory)
            build_instance(territory_at_horizon(territory, scenario), scenario)
            check_candidates_left(territory, scenario)
        except MspSitingError as error:
            problems += error.problems
    if problems:
        raise DataError(dict.fromkeys(problems))
    return territory.sha256


def read_at_horizon(scenario: Scenario) -> Territory:
    """Return the territory of a scenario, its people grown to the horizon and its rim there or left out."""
    territory = read_territory(scenario.folder)
    check_fingerprint(scenario.question.territory_sha256, scenario.name, territory)
    return territory_at_horizon(with_visits_per_gp(territory, scenario.model.apl), scenario)


def check_fingerprint(expected: str | None, scenario: str, territory: Territory) -> None:
    """Refuse a territory whose fingerprint is not the one that a scenario (by name) expects."""
    if expected is not None and expected != territory.sha256:
        changed = problem(
            "not the territory of {scenario} (its files have changed since); take territory_sha256 out of the scenario "
            "to solve it on the new files",
            scenario=scenario,
        )
        raise DataError(changed.at(territory.folder))


def _log_problem(scenario: Scenario, territory: Territory, instance: Instance) -> None:
    log.info("scenario %s, model %s, territory %s", scenario.name, scenario.model.name, territory.manifest.name)
    log.info("%d demand points, %d candidate sites", len(instance.inhabitants), len(instance.sites))
    if territory.rim is not None:
        log.info("%d demand points in the rim, served and not counted", len(territory.rim.demand))
    for name, terms in instance.professions.items():
        need, room = instance.need(name), instance.existing_capacity(name)
        log.info(
            "%s: need %.0f, existing capacity %.0f, kept for the rim %.0f, %d reachable pairs",
            name,
            need,
            room,
            sum(terms.reserved.values()),
            len(terms.pairs.minutes),
        )


def settings_of(asked: SolveSettings) -> Settings:
    """Return when to stop as a scenario asks; nobody is told how the search goes, and nobody can interrupt it."""
    return Settings(
        time_limit_s=asked.time_limit_s,
        relative_gap=asked.relative_gap,
        improvement_gap=asked.improvement_gap,
        threads=asked.threads,
        seed=asked.seed,
    )
