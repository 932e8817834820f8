"""An evaluation computed: the effects of every request, its place among all plans, and the portfolio."""

import logging
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path

from msp_siting.answer import instance_of, settings_of
from msp_siting.files import user_cache
from msp_siting.problem import Plan, Solution, yearly_installations
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
from msp_siting.requests.evaluation.searched import KeptEvaluation
from msp_siting.requests.evaluation.searches import Found, Report, SearchTerms, search_plans
from msp_siting.requests.gates.amounts import ask_for_amounts
from msp_siting.requests.gates.findings import GateReport
from msp_siting.requests.gates.judging import judge
from msp_siting.requests.gates.msps import msp_findings
from msp_siting.requests.gates.places import local_facts
from msp_siting.requests.gates.rules import Gates
from msp_siting.requests.reading import RequestFile
from msp_siting.scenario import Scenario
from msp_siting.solver import Settings, Settler, side_by_side
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


@dataclass(frozen=True)
class Weighed:
    """Requests with their effects and verdicts, before anything is searched.

    Attributes
    ----------
    projects, effects, verdicts
        In the order of the file, each request's.
    """

    scenario: Scenario
    file: RequestFile
    yardstick: Yardstick
    order: Order
    ground: Ground
    without: Situation
    projects: tuple[Project, ...]
    effects: tuple[Effects, ...]
    verdicts: tuple[GateReport, ...]
    terms: SearchTerms

    @property
    def envelope_eur(self) -> float:
        """Money that is given out."""
        asked = self.order.envelope_eur
        return self.scenario.question.budget_eur if asked is None else asked

    @property
    def to_search(self) -> list[Project]:
        """The projects whose costs are known, those with the largest effect first, at most so many as asked."""
        pairs = zip(self.projects, self.effects, self.verdicts, strict=True)
        priced = [
            (project, effect)
            for project, effect, verdict in pairs
            if project.request.investment_eur is not None and not verdict.has_doubtful_amounts
        ]
        ordered = sorted(priced, key=lambda pair: -pair[1].gains["central"])
        return [project for project, _ in ordered[: self.order.searches]]

    @property
    def eligible(self) -> list[Project]:
        """The projects among which the envelope is given out."""
        both = zip(self.projects, self.verdicts, strict=True)
        return [p for p, verdict in both if verdict.verdict == "eligible" and p.request.requested_total_eur]

    def completed(self, found: Found, portfolio: Solution) -> Evaluation:
        """Return the evaluation that follows from what was searched."""
        territory = self.ground.territory
        return Evaluation(
            scenario=self.scenario,
            territory=territory,
            ground=self.ground,
            without=self.without,
            appraisals=tuple(
                Appraisal(
                    project=project,
                    gates=verdict,
                    effects=effect,
                    need_share=_need_share(self.ground, self.without, project),
                    standing=found.standing(project),
                    regret=found.regret(project, effect),
                )
                for project, verdict, effect in zip(self.projects, self.verdicts, self.effects, strict=True)
            ),
            envelope_eur=self.envelope_eur,
            portfolio=portfolio,
            parameters=self.yardstick.parameters,
            gates=self.yardstick.gates,
            on=self.order.on,
            weights=self.yardstick.weights,
            unread_columns=self.file.unread_columns,
            repairs=self.file.repairs,
            cautions=self.file.cautions,
            installations=yearly_installations(territory, self.scenario),
        )


def evaluate(  # noqa: PLR0913, PLR0917 - where, what, by what, and how
    scenario: Scenario, territory: Territory, file: RequestFile, yardstick: Yardstick, order: Order, report: Report
) -> Evaluation:
    """Return the evaluation of some requests on a territory at the horizon."""
    settings = _settings(scenario)
    weighed = weigh(scenario, territory, file, yardstick, order)
    found = search_plans(weighed.terms, weighed.to_search, order.workers, report)
    log.info("%d searches ended", 1 + len(found.with_it) + len(found.alternative))
    settler = weighed.ground.settler
    portfolio = choose_portfolio(weighed.terms, weighed.eligible, weighed.envelope_eur, settler, settings)
    return weighed.completed(found, portfolio)


def evaluate_again(
    scenario: Scenario, territory: Territory, kept: KeptEvaluation, gates: Gates, workers: int
) -> Evaluation:
    """Return an evaluation that was made before: its effects and verdicts reckoned again, its searches as they ended.

    Raises
    ------
    DataError
        If the searches are of other requests.
    """
    yardstick = Yardstick(gates, kept.parameters, kept.weights)
    order = Order(scenario.beside, kept.envelope_eur, None, kept.on, len(kept.requests), workers)
    weighed = weigh(scenario, territory, kept.file, yardstick, order)
    portfolio = kept.searched.portfolio_of(weighed.projects, weighed.ground.settler)
    return weighed.completed(kept.searched.found(weighed.terms), portfolio)


def weigh(scenario: Scenario, territory: Territory, file: RequestFile, yardstick: Yardstick, order: Order) -> Weighed:
    """Return the effects of some requests on a territory at the horizon, and what the gates say of them."""
    settings = _settings(scenario)
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
    return Weighed(
        scenario=scenario,
        file=file,
        yardstick=yardstick,
        order=order,
        ground=ground,
        without=without,
        projects=tuple(projects),
        effects=tuple(effects),
        verdicts=tuple(verdicts),
        terms=SearchTerms(base, lead, scenario.question.solve, without.objective, parameters.good_plan_share.value),
    )


def _settings(scenario: Scenario) -> Settings:
    return replace(settings_of(scenario.question.solve), threads=1, kept=user_cache())


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


def _need_share(ground: Ground, without: Situation, project: Project) -> float:
    """Return the share of the inhabitants within the cut-off of a project's place who are uncovered without it."""
    reach = points_around(ground, project.request.place_id)
    rows = without.points[without.points["profession"].eq(ground.lead) & without.points["demand_id"].isin(reach)]
    people = float(rows["inhabitants"].sum())
    return float(rows["uncovered"].sum()) / people if people > 0 else 0.0
