"""An evaluation from its scenario and requests to its folder: effects, searches side by side, portfolio, files."""

import logging
import threading
from collections.abc import Callable, Mapping
from concurrent.futures import Executor, Future, ThreadPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from msp_siting.answer import instance_of, open_pool, settings_of
from msp_siting.errors import SolverError, problem
from msp_siting.problem import Instance, Plan, Solution, problems_of_solution
from msp_siting.requests.evaluation.appraisals import Appraisal, Evaluation
from msp_siting.requests.evaluation.effects import Effects, Ground, Situation, effects_of, prepare_ground
from msp_siting.requests.evaluation.parameters import AppraisalParameters, CriterionName
from msp_siting.requests.evaluation.projects import (
    Project,
    among_candidates,
    plan_of_projects,
    project_of,
    same_means,
    with_projects_only,
    without_leaving,
)
from msp_siting.requests.evaluation.standing import Regret, Standing, regret_of, standing_of
from msp_siting.requests.gates.judging import judge, local_facts
from msp_siting.requests.gates.rules import Gates
from msp_siting.requests.reading import RequestFile
from msp_siting.scenario import Scenario, SolveSettings
from msp_siting.solver import Chosen, Settings, Settler, choose, solve
from msp_siting.territory import Territory

log = logging.getLogger(__name__)


Report = Callable[[int, int], None]
SHARE_OF_TOLERANCE = 0.25  # of what counts as a good plan: to what a search for standing is proven
REGRET_GAP = 0.02  # of the gain of the best use of a request's means


@dataclass(frozen=True)
class Order:
    """What is asked of an evaluation besides scenario and requests.

    Attributes
    ----------
    envelope_eur
        Money that is given out; None: the scenario's budget.
    weights
        Text of ``--weights``.
    on
        The day whose gates hold.
    searches
        How many requests, those with the largest effect first, are held against all other plans.
    """

    envelope_eur: float | None
    weights: str | None
    on: date
    searches: int
    workers: int


def evaluate(  # noqa: PLR0913, PLR0917 - scenario, requests, and how
    scenario: Scenario,
    territory: Territory,
    file: RequestFile,
    gates: Gates,
    parameters: AppraisalParameters,
    weights: Mapping[CriterionName, float],
    order: Order,
    report: Report,
) -> Evaluation:
    """Return the evaluation of some requests on a territory at the horizon."""
    settings = replace(settings_of(scenario.question.solve, threading.Event(), lambda _: None), threads=1)
    lead = scenario.model.apl.profession
    places = {request.place_id for request in file.requests}
    today = instance_of(territory, scenario, settings, places)
    projects = [project_of(request, today, lead) for request in file.requests]
    if scenario.question.horizon_year is not None:  # the supply has lost its expected departures already
        projects = [replace(project, leaving=0.0) for project in projects]
    base = without_leaving(today, projects, lead)
    envelope = scenario.question.budget_eur if order.envelope_eur is None else order.envelope_eur
    offered = with_projects_only(base, projects, envelope, lead)
    ground = prepare_ground(territory, offered, today, scenario.model.apl, Settler(offered, settings))
    without = ground.under(Plan.empty())
    log.info("without any request: objective %.6f", without.objective)
    alike = {project.change: project for project in projects}
    with ThreadPoolExecutor(order.workers) as threads:
        found_effects = threads.map(lambda p: effects_of(ground, without, p, parameters.cases), alike.values())
        by_change = dict(zip(alike, found_effects, strict=True))
    effects = [by_change[project.change] for project in projects]
    log.info("effects of %d requests found", len(projects))
    facts = local_facts(territory)
    verdicts = [judge(request, gates, facts, order.on) for request in file.requests]
    found = _search(scenario, base, without, _to_search(projects, effects, order.searches), parameters, order, report)
    log.info("%d searches ended", 1 + len(found.with_it) + len(found.alternative))
    share = parameters.good_plan_share.value
    appraisals = tuple(
        Appraisal(
            project,
            verdict,
            effect,
            _need_share(ground, without, project),
            found.standing(project, without.objective, share),
            found.regret(project, effect, without.objective),
        )
        for project, verdict, effect in zip(projects, verdicts, effects, strict=True)
    )
    eligible = [a.project for a in appraisals if a.gates.verdict == "eligible" and a.request.requested_total_eur]
    portfolio = _portfolio(ground, base, without, eligible, envelope, settings)
    return Evaluation(
        scenario,
        territory,
        ground,
        without,
        appraisals,
        envelope,
        portfolio,
        parameters,
        gates,
        order.on,
        weights,
        file.unread_columns,
    )


def search_alone(instance: Instance, asked: SolveSettings, improvement_gap: float, before: float) -> Chosen:
    """Return the best plan of a problem, proven to a share of its gain; for a process of its own."""
    settings = settings_of(asked, threading.Event(), lambda _: None)
    alone = replace(settings, threads=1, relative_gap=1.0, improvement_gap=improvement_gap)
    return choose(instance, alone, before)


@dataclass(frozen=True)
class _Found:
    """What the searches found: the best plan without any project, with each, and of each one's money and staff."""

    without_it: Chosen
    with_it: Mapping[str, Chosen]
    alternative: Mapping[str, Chosen]

    def standing(self, project: Project, before: float, good_plan_share: float) -> Standing | None:
        if project.project_id not in self.with_it:
            return None
        return standing_of(self.with_it[project.project_id], self.without_it, before, good_plan_share)

    def regret(self, project: Project, effects: Effects, before: float) -> Regret | None:
        if project.project_id not in self.alternative:
            return None
        return regret_of(effects.cases["central"].objective, self.alternative[project.project_id], before)


def _to_search(projects: list[Project], effects: list[Effects], most: int) -> list[Project]:
    """Return the projects whose costs are stated, those with the largest effect first, at most so many."""
    gains = {project.project_id: effect.gains["central"] for project, effect in zip(projects, effects, strict=True)}
    priced = [project for project in projects if project.request.investment_eur is not None]
    return sorted(priced, key=lambda project: -gains[project.project_id])[:most]


def _search(  # noqa: PLR0913, PLR0917 - the problem, the projects, and how
    scenario: Scenario,
    base: Instance,
    without: Situation,
    projects: list[Project],
    parameters: AppraisalParameters,
    order: Order,
    report: Report,
) -> _Found:
    """Search the plans with each project and without, and the best use of each one's money and staff."""
    asked, before, lead = scenario.question.solve, without.objective, scenario.model.apl.profession
    near = SHARE_OF_TOLERANCE * parameters.good_plan_share.value
    with open_pool(order.workers, None) as pool:
        try:
            running = {"": pool.submit(search_alone, base, asked, near, before)}
            with_it, alternative = {}, {}
            means: dict[tuple[Any, ...], Future[Chosen]] = {}
            for project in projects:
                name, money = project.project_id, project.request.investment_eur or 0.0
                forced = among_candidates(base, project, money, lead)
                with_it[name] = pool.submit(search_alone, forced, asked, near, before)
                alternative[name] = _alternative(pool, base, project, money, asked, before, lead, means)
            futures = [*running.values(), *with_it.values(), *means.values()]
            for done, future in enumerate(futures):
                report(done, len(futures))
                future.result()
            return _Found(
                running[""].result(),
                {name: future.result() for name, future in with_it.items()},
                {name: future.result() for name, future in alternative.items()},
            )
        except BrokenProcessPool as fault:
            ended = problem("a process that searched was ended from outside; out of memory?")
            raise SolverError(ended) from fault


def _alternative(  # noqa: PLR0913, PLR0917 - the problem, the project, and what is asked already
    pool: Executor,
    base: Instance,
    project: Project,
    investment_eur: float,
    asked: SolveSettings,
    before: float,
    lead: str,
    means: dict[tuple[Any, ...], Future[Chosen]],
) -> Future[Chosen]:
    """Return the search for the best use of a project's money and staff; those of equal means share one."""
    key = (investment_eur, *sorted(project.new_posts.items()))
    if key not in means:
        instance = same_means(base, project, investment_eur, lead)
        means[key] = pool.submit(search_alone, instance, asked, REGRET_GAP, before)
    return means[key]


def _need_share(ground: Ground, without: Situation, project: Project) -> float:
    """Return the share of the inhabitants within the cut-off of a project's place who are uncovered without it."""
    pairs = ground.instance.professions[ground.lead].pairs
    reach = {
        demand_id
        for demand_id, place_id in zip(pairs.demand_ids, pairs.place_ids, strict=True)
        if place_id == project.request.place_id
    }
    rows = without.points[without.points["profession"].eq(ground.lead) & without.points["demand_id"].isin(reach)]
    people = float(rows["inhabitants"].sum())
    return float(rows["uncovered"].sum()) / people if people > 0 else 0.0


def _portfolio(  # noqa: PLR0913, PLR0917 - the problem, the projects, and how
    ground: Ground,
    base: Instance,
    without: Situation,
    eligible: list[Project],
    envelope_eur: float,
    settings: Settings,
) -> Solution:
    """Return the best choice among eligible projects within an envelope, to a complete proof, verified."""
    instance = with_projects_only(base, eligible, envelope_eur, ground.lead)
    exact = replace(settings, relative_gap=0.0, improvement_gap=0.0)
    solution = solve(instance, exact, ground.settler, without.objective)
    if solution.plan is not None:
        solution = replace(solution, plan=_cheapest_alike(solution.plan, eligible))
    problems = problems_of_solution(instance, solution)
    if problems:
        raise SolverError(each.at(problem("verification of the portfolio")) for each in problems)
    return solution


def _cheapest_alike(plan: Plan, projects: list[Project]) -> Plan:
    """Return a plan of projects in which each is the cheapest of those that change the same, so many as there are."""
    alike: dict[tuple[object, ...], list[Project]] = {}
    for project in sorted(projects, key=lambda project: project.request.requested_total_eur or 0.0):
        alike.setdefault(project.change, []).append(project)
    chosen = set(plan.sites["site_id"])
    kept = [
        project for group in alike.values() for project in group[: sum(other.project_id in chosen for other in group)]
    ]
    return plan_of_projects(sorted(kept, key=lambda project: project.project_id))
