"""What an evaluation keeps in ``evaluation.json`` so that its pages can be made again: what it read and searched.

Effects and verdicts follow from the requests, the territory and the rules, and are reckoned again.
"""

from collections.abc import Sequence
from datetime import date
from pathlib import Path

import pandas as pd
from pydantic import BaseModel, ConfigDict, ValidationError

from msp_siting.errors import DataError, problem
from msp_siting.files import read_utf8, schema_problems
from msp_siting.language import Fact, Repair
from msp_siting.problem import Assignment, Solution, SolverReport, Status
from msp_siting.requests.evaluation.appraisals import Evaluation
from msp_siting.requests.evaluation.parameters import AppraisalParameters, CriterionName
from msp_siting.requests.evaluation.projects import Project, plan_of_projects
from msp_siting.requests.evaluation.searches import Found, SearchTerms
from msp_siting.requests.reading import RequestFile
from msp_siting.requests.request import FundingRequest
from msp_siting.solver import Chosen, Settler

_EMPTY = pd.DataFrame({name: [] for name in ("demand_id", "place_id", "profession", "inhabitants")})


class _Kept(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, strict=True, allow_inf_nan=False)


class Ended(_Kept):
    """How one search ended: its best objective and its bound, None without; the plan itself is told nowhere."""

    objective: float | None
    bound: float | None
    is_infeasible: bool

    def chosen(self) -> Chosen:
        """Return it as a search does."""
        return Chosen(None, self.objective, self.bound, self.is_infeasible)


class Searched(_Kept):
    """What searches found: plans with each request and without, other uses of its means, the choice in the envelope.

    Attributes
    ----------
    without_it
        Plans without any request; None where no request was searched.
    with_it, alternative
        By the project's id; those searched only.
    status, bound
        Of the choice within the envelope.
    chosen
        Ids of its projects; None where there is no choice.
    """

    without_it: Ended | None
    with_it: dict[str, Ended]
    alternative: dict[str, Ended]
    status: Status
    bound: float | None
    chosen: list[str] | None

    def found(self, terms: SearchTerms) -> Found:
        """Return what the searches found, on the terms that they shared."""
        with_it, alternative = (
            {name: ended.chosen() for name, ended in ends.items()} for ends in (self.with_it, self.alternative)
        )
        without_it = Chosen(None, None, None) if self.without_it is None else self.without_it.chosen()
        return Found(terms, without_it, with_it, alternative)

    def portfolio_of(self, projects: Sequence[Project], settler: Settler) -> Solution:
        """Return the choice within the envelope, who is uncovered with it reckoned again.

        Raises
        ------
        DataError
            If a project of it is not there.
        """
        report = SolverReport(0.0, 0.0, 0, 0, 0, 0, "exhausted")
        if self.chosen is None:
            return Solution(self.status, None, self.bound, None, None, report)
        unknown = [name for name in self.chosen if name not in {project.project_id for project in projects}]
        if unknown:
            raise DataError(problem("{name!r} is none of the requests", name=unknown[0]).at("searched.chosen"))
        plan = plan_of_projects([project for project in projects if project.project_id in self.chosen])
        objective, uncovered = settler.spread(plan)
        return Solution(self.status, objective, self.bound, plan, Assignment(_EMPTY, uncovered), report)


class KeptEvaluation(_Kept):
    """Contents of ``evaluation.json``: the requests as read, by what they were measured, and what was searched.

    The rules of funders stand in ``gates.resolved.yaml``.
    """

    requests: tuple[FundingRequest, ...]
    unread_columns: tuple[str, ...]
    repairs: tuple[Repair, ...]
    cautions: tuple[Fact, ...]
    parameters: AppraisalParameters
    weights: dict[CriterionName, float]
    on: date
    envelope_eur: float
    searched: Searched

    @property
    def file(self) -> RequestFile:
        """The requests, as a reader of their file returns them."""
        return RequestFile(self.requests, self.unread_columns, "", "", self.repairs, self.cautions)


def _searched_of(evaluation: Evaluation) -> Searched:
    portfolio = evaluation.portfolio
    standings = {a.project.project_id: a.standing for a in evaluation.appraisals if a.standing is not None}
    regrets = {a.project.project_id: a.regret for a in evaluation.appraisals if a.regret is not None}
    without_it = next((standing.without_it for standing in standings.values()), None)
    return Searched(
        without_it=None if without_it is None else _ended(without_it),
        with_it={name: _ended(each.with_it) for name, each in standings.items() if each.with_it is not None},
        alternative={name: _ended(regret.alternative) for name, regret in regrets.items()},
        status=portfolio.status,
        bound=portfolio.bound,
        chosen=None if portfolio.plan is None else [str(name) for name in portfolio.plan.sites["site_id"]],
    )


def keep_evaluation(evaluation: Evaluation) -> str:
    """Return the text of ``evaluation.json``."""
    kept = KeptEvaluation(
        requests=tuple(appraisal.request for appraisal in evaluation.appraisals),
        unread_columns=evaluation.unread_columns,
        repairs=evaluation.repairs,
        cautions=evaluation.cautions,
        parameters=evaluation.parameters,
        weights=dict(evaluation.weights),
        on=evaluation.on,
        envelope_eur=evaluation.envelope_eur,
        searched=_searched_of(evaluation),
    )
    return kept.model_dump_json(indent=2, exclude_defaults=True) + "\n"


def read_evaluation(path: Path) -> KeptEvaluation:
    """Return what an evaluation kept.

    Raises
    ------
    DataError
        With every problem of the file.
    """
    try:
        return KeptEvaluation.model_validate_json(read_utf8(path, DataError))
    except ValidationError as fault:
        raise DataError(each.at(path) for each in schema_problems(fault, KeptEvaluation.model_fields)) from fault


def _ended(chosen: Chosen) -> Ended:
    return Ended(objective=chosen.objective, bound=chosen.bound, is_infeasible=chosen.is_infeasible)
