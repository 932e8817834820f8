"""Evaluations whose requests and rules are read, and whose effects are made up: for pages, without any search."""

from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import cast

import pandas as pd

from msp_siting.answer.diagnosis import groups_of
from msp_siting.problem.building import build_instance
from msp_siting.problem.plan import Assignment, Plan, Solution, SolverReport
from msp_siting.requests.evaluation.appraisals import Appraisal, Evaluation
from msp_siting.requests.evaluation.effects import SURROUNDINGS, Effects, Ground, Situation
from msp_siting.requests.evaluation.parameters import CASES, CaseName, read_yardstick
from msp_siting.requests.evaluation.projects import project_of
from msp_siting.requests.evaluation.standing import Regret, Standing
from msp_siting.requests.gates.judging import judge
from msp_siting.requests.gates.msps import msp_findings
from msp_siting.requests.gates.places import local_facts
from msp_siting.requests.reading import read_requests
from msp_siting.scenario.scenario import Scenario
from msp_siting.solver import Chosen, Settler
from msp_siting.territory.reading import read_territory
from msp_siting.territory.territory import Territory

ON = date(2026, 11, 25)
UNCOVERED = 2_000.0  # by GPs, without any project
SHORTAGE = 1_500.0
CHOSEN = Chosen(None, 90.0, 89.0)
NO_LOSSES = pd.DataFrame({"demand_id": [], "inhabitants": [], "more_uncovered": [], "apl_fall": []})


def situation(covered: float) -> Situation:
    """Return a situation in which so many inhabitants fewer are uncovered than without any project."""
    return Situation(
        objective=100.0 - covered / 100,
        points=pd.DataFrame(),
        uncovered={"gp": UNCOVERED - covered, "nurse": 0.0, "midwife": 0.0},
        shortage={"gp": SHORTAGE - covered, "nurse": 0.0, "midwife": 0.0},
        beyond_20_minutes=900.0,
        inhabitants_below_apl_floor=1_200.0,
        apl_mean=3.0,
    )


def evaluation_of(path: Path, scenario: Scenario, weights: str | None = None) -> Evaluation:
    """Return an evaluation of a file of requests: each post covers 100, in the low case 73; some is missed by all."""
    territory = read_territory(scenario.folder)
    instance = build_instance(territory, scenario)
    yardstick = read_yardstick(path.parent, weights)
    # Pages never ask the settler anything.
    ground = Ground(territory, instance, cast("Settler", None), scenario.model.apl, 5_000.0)
    facts = local_facts(territory, ON)
    appraisals = []
    requests = read_requests(path, territory, scenario.model.professions).requests
    msps = msp_findings(requests, scenario, territory)
    for request in requests:
        project = project_of(request, instance, "gp")
        posts = project.new_posts["gp"]
        covered: dict[CaseName, float] = {
            "low": 73.0 * posts,
            "central": 100.0 * posts,
            "high": 100.0 * (posts + project.leaving),
        }
        report = judge(request, yardstick.gates, facts, ON)
        appraisals.append(
            Appraisal(
                project=project,
                gates=replace(report, findings=(*report.findings, *msps.get(request.request_id, ()))),
                effects=effects(territory, covered, request.place_id),
                need_share=0.25,
                standing=Standing("undecided", CHOSEN, CHOSEN),
                regret=Regret(CHOSEN, 0.0312, 0.0748),
            )
        )
    return Evaluation(
        scenario=scenario,
        territory=territory,
        ground=ground,
        without=situation(0.0),
        appraisals=tuple(appraisals),
        envelope_eur=2_500_000.0,
        portfolio=portfolio([]),
        parameters=yardstick.parameters,
        gates=yardstick.gates,
        on=ON,
        weights=yardstick.weights,
    )


def effects(territory: Territory, covered: dict[CaseName, float], place_id: str) -> Effects:
    """Return effects that cover so many by case, around a place, in the zones and groups of a territory alike."""
    cases = {name: situation(covered[name]) for name in CASES}
    demand = territory.demand
    zones = [
        demand.groupby(f"{kind}_id", as_index=False)["inhabitants"]
        .sum()
        .rename(columns={f"{kind}_id": "zone_id"})
        .assign(kind=kind, name="Zone")
        for kind in territory.zone_kinds
    ]
    zones.append(pd.DataFrame({"zone_id": [place_id], "inhabitants": 1_500.0, "kind": SURROUNDINGS, "name": "Around"}))
    known = {"uncovered_without": 700.0, "uncovered_with": 700.0 - covered["central"]}
    visits = {"apl_without": 2.75, "apl_with": 3.0}
    groups = groups_of(territory)
    return Effects(
        cases=cases,
        gains={name: people / 100 for name, people in covered.items()},
        newly_covered={name: {"gp": people, "nurse": 0.0, "midwife": 0.0} for name, people in covered.items()},
        newly_covered_ends=None,
        losses=NO_LOSSES,
        zones=pd.concat(zones, ignore_index=True).assign(**known, **visits),
        groups=pd.DataFrame({"group": groups, "inhabitants": [1_000.0] * len(groups)}).assign(**known),
    )


def portfolio(project_ids: list[str]) -> Solution:
    """Return a proven choice of some projects, which leaves 1,300 uncovered."""
    plan = Plan(pd.DataFrame({"site_id": project_ids, "format": project_ids}, dtype="str"), Plan.empty().staff)
    left = pd.DataFrame({"demand_id": ["a"], "profession": ["gp"], "inhabitants": [1_300.0]})
    report = SolverReport(0.0, 0.0, 1, 1, 1, 1, "gap")
    return Solution("optimal", 90.0, 90.0, plan, Assignment(pd.DataFrame(), left), report)


def only(evaluation: Evaluation, request_id: str, **changes: object) -> tuple[Evaluation, Appraisal]:
    """Return an evaluation in which one request's appraisal is changed, and that appraisal."""
    appraisals = {a.request_id: a for a in evaluation.appraisals}
    appraisals[request_id] = replace(appraisals[request_id], **changes)  # type: ignore[arg-type]
    return replace(evaluation, appraisals=tuple(appraisals.values())), appraisals[request_id]
