"""An evaluation computed: the effects of every request, its place among all plans, and the portfolio."""

import logging
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path

from msp_siting.answer import instance_of, settings_of
from msp_siting.files import user_cache
from msp_siting.problem import Plan, yearly_installations
from msp_siting.requests.evaluation.appraisals import Appraisal, Evaluation
from msp_siting.requests.evaluation.between import findings_between
from msp_siting.requests.evaluation.effects import Effects, Ground, Situation, effects_of, points_around, prepare_ground
from msp_siting.requests.evaluation.parameters import Cases, Yardstick
from msp_siting.requests.evaluation.portfolio import choose_portfolio
from msp_siting.requests.evaluation.projects import (
    Project,
    project_of,
    with_projects_only,
    without_leavers,
    without_leaving,
)
from msp_siting.requests.evaluation.searches import Report, SearchTerms, search_plans
from msp_siting.requests.gates.amounts import ask_for_amounts
from msp_siting.requests.gates.findings import GateReport
from msp_siting.requests.gates.judging import judge
from msp_siting.requests.gates.msps import msp_findings
from msp_siting.requests.gates.places import local_facts
from msp_siting.requests.reading import RequestFile
from msp_siting.scenario import Scenario
from msp_siting.solver import Settler, side_by_side
from msp_siting.territory import Territory, places_with_rim

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Order:
    """What is asked of an evaluation besides scenario and requests.

    Attributes
    ----------
    beside
        Folder of the scenario, whose project's ``models/`` come first.
    envelope_eur
        Money that is given out; None: the scenario's budget.
    weights
        Text of ``--weights``.
    on
        The day whose gates hold.
    searches
        How many requests, those with the largest effect first, are held against all other plans.
    workers
        How many searches run side by side.
    """

    beside: Path
    envelope_eur: float | None
    weights: str | None
    on: date
    searches: int
    workers: int


def evaluate(  # noqa: PLR0913, PLR0917 - where, what, by what, and how
    scenario: Scenario, territory: Territory, file: RequestFile, yardstick: Yardstick, order: Order, report: Report
) -> Evaluation:
    """Return the evaluation of some requests on a territory at the horizon."""
    settings = replace(settings_of(scenario.question.solve), threads=1, kept=user_cache())
    lead, parameters = scenario.model.apl.profession, yardstick.parameters
    places = {request.place_id for request in file.requests}
    today = instance_of(territory, scenario, settings, places)
    projects = [project_of(request, today, lead) for request in file.requests]
    if scenario.question.horizon_year is not None:  # the supply has lost its expected departures already
        projects = [replace(project, leaving=0.0) for project in projects]
    base = without_leaving(today, projects, lead)
    projects = [without_leavers(project, base, lead) for project in projects]
    envelope_eur = scenario.question.budget_eur if order.envelope_eur is None else order.envelope_eur
    offered = with_projects_only(base, projects, envelope_eur, lead)
    ground = prepare_ground(territory, offered, scenario.model.apl, Settler(offered, settings))
    without = ground.under(Plan.empty())
    log.info("without any request: objective %.6f", without.objective)
    effects = _effects_of_each(ground, without, projects, parameters.cases, order.workers)
    log.info("effects of %d requests found", len(projects))
    verdicts = _verdicts(projects, scenario, territory, yardstick, base.professions[lead].existing, order.on)
    terms = SearchTerms(base, lead, scenario.question.solve, without.objective, parameters.good_plan_share.value)
    priced = [
        (project, effect)
        for project, effect, verdict in zip(projects, effects, verdicts, strict=True)
        if project.request.investment_eur is not None and not verdict.has_doubtful_amounts
    ]
    found = search_plans(terms, _to_search(priced, order.searches), order.workers, report)
    log.info("%d searches ended", 1 + len(found.with_it) + len(found.alternative))
    appraisals = tuple(
        Appraisal(
            project=project,
            gates=verdict,
            effects=effect,
            need_share=_need_share(ground, without, project),
            standing=found.standing(project),
            regret=found.regret(project, effect),
        )
        for project, verdict, effect in zip(projects, verdicts, effects, strict=True)
    )
    eligible = [a.project for a in appraisals if a.gates.verdict == "eligible" and a.request.requested_total_eur]
    return Evaluation(
        scenario=scenario,
        territory=territory,
        ground=ground,
        without=without,
        appraisals=appraisals,
        envelope_eur=envelope_eur,
        portfolio=choose_portfolio(terms, eligible, envelope_eur, ground.settler, settings),
        parameters=parameters,
        gates=yardstick.gates,
        on=order.on,
        weights=yardstick.weights,
        unread_columns=file.unread_columns,
        repairs=file.repairs,
        cautions=file.cautions,
        installations=yearly_installations(territory, scenario),
    )


def _effects_of_each(
    ground: Ground, without: Situation, projects: Sequence[Project], cases: Cases, workers: int
) -> list[Effects]:
    """Return the effects of every project; of those that change the same they are reckoned once."""
    alike = {project.change: project for project in projects}
    with side_by_side(workers) as threads:
        found = threads.map(lambda project: effects_of(ground, without, project, cases), alike.values())
        by_change = dict(zip(alike, found, strict=True))
    return [by_change[project.change] for project in projects]


def _verdicts(  # noqa: PLR0913, PLR0917 - what is asked, where, and by what
    projects: Sequence[Project],
    scenario: Scenario,
    territory: Territory,
    yardstick: Yardstick,
    existing: Mapping[str, float],
    on: date,
) -> list[GateReport]:
    """Return what the gates say of each request, what its amounts leave open, and what stands or is said against it."""
    facts, limits = local_facts(territory, on), yardstick.parameters.amount_limits
    between = findings_between(projects, existing, places_with_rim(territory))
    msps = msp_findings([project.request for project in projects], scenario, territory)
    verdicts = []
    for project in projects:
        report = ask_for_amounts(judge(project.request, yardstick.gates, facts, on), project.request, limits)
        beside = (*msps.get(project.request.request_id, ()), *between.get(project.project_id, ()))
        verdicts.append(replace(report, findings=(*report.findings, *beside)))
    return verdicts


def _to_search(priced: list[tuple[Project, Effects]], most: int) -> list[Project]:
    """Return the projects whose costs are known, those with the largest effect first, at most so many."""
    ordered = sorted(priced, key=lambda pair: -pair[1].gains["central"])
    return [project for project, _ in ordered[:most]]


def _need_share(ground: Ground, without: Situation, project: Project) -> float:
    """Return the share of the inhabitants within the cut-off of a project's place who are uncovered without it."""
    reach = points_around(ground, project.request.place_id)
    rows = without.points[without.points["profession"].eq(ground.lead) & without.points["demand_id"].isin(reach)]
    people = float(rows["inhabitants"].sum())
    return float(rows["uncovered"].sum()) / people if people > 0 else 0.0
