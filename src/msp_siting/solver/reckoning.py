"""Plans reckoned from their posts: every rule, the objective, and the shortfall of APL; no solver."""

from dataclasses import dataclass

import numpy as np

from msp_siting.errors import SolverError, problem
from msp_siting.problem import (
    TOLERANCE_SHARE,
    Instance,
    Plan,
    Preference,
    problems_of_decisions,
)
from msp_siting.problem.sharing import network_of, objective_of_levels, objective_of_plan, share_out, under_plan
from msp_siting.solver.projection import Projection
from msp_siting.solver.settings import drift


@dataclass(frozen=True)
class GoodPlan:
    """A plan, its objective, and the visits a year that lack to the floor of the APL with it."""

    plan: Plan
    objective: float
    shortfall: float

    @property
    def site_ids(self) -> frozenset[str]:
        """The sites that it opens."""
        return frozenset(self.plan.sites["site_id"])

    @property
    def decisions(self) -> tuple[tuple[object, ...], ...]:
        """What tells it from another: its formats and posts."""
        tables = (self.plan.sites[["site_id", "format"]], self.plan.staff[["site_id", "profession", "recruited"]])
        return tuple(sorted((row for each in tables for row in each.itertuples(index=False, name=None)), key=str))


@dataclass(frozen=True)
class GoodLimits:
    """What a good plan keeps: an objective and a shortfall; ``before`` is the objective of opening nothing."""

    objective: float
    shortfall: float
    before: float

    @property
    def slack(self) -> float:
        """By how much an objective may exceed its limit: too little to see."""
        return drift(self.objective, self.before)

    @property
    def shortfall_slack(self) -> float:
        """By how much a shortfall may exceed its limit."""
        return TOLERANCE_SHARE * max(1.0, self.shortfall)


class Reckoner:
    """Reckons plans of one problem and holds them against the limits of a good plan."""

    def __init__(self, instance: Instance, problem_of_search: Projection, limits: GoodLimits) -> None:
        """``problem_of_search`` is the smaller problem with the same plans and objectives."""
        if instance.preference is None:
            raise SolverError(problem("the model asks for no choice"))
        self.instance, self.limits = instance, limits
        self.preference: Preference = instance.preference
        self._problem = problem_of_search
        smaller = problem_of_search.instance
        lights = {light.name for light in problem_of_search.lights}
        of_need = smaller.professions if smaller.goal is None else ()  # a measure of the APL is a sum
        self._heavy = {name: network_of(smaller, name, Plan.empty()) for name in of_need if name not in lights}

    def reckon(self, plan: Plan) -> GoodPlan | None:
        """Return a plan with its figures; None where it breaks a rule."""
        return None if problems_of_decisions(self.instance, plan) else self._with_figures(plan)

    def within_objective(self, plan: Plan) -> GoodPlan | None:
        """Return a plan with its figures if it breaks no rule and is within the objective, told as soon as possible."""
        if problems_of_decisions(self.instance, plan):
            return None
        most = self.limits.objective + self.limits.slack
        least = self._least_loss(plan)
        for name, network in self._heavy.items():
            under = under_plan(network, self._problem.instance, name, plan)
            least += objective_of_levels(self._problem.instance, name, under, share_out(under))
            if least > most + self.limits.slack:
                return None
        found = self._with_figures(plan)
        return found if self.is_within_objective(found) else None

    def is_within_objective(self, plan: GoodPlan) -> bool:
        """Return whether a plan keeps the limit of the objective."""
        return plan.objective <= self.limits.objective + self.limits.slack

    def is_good(self, plan: GoodPlan) -> bool:
        """Return whether a plan keeps both limits."""
        most = self.limits.shortfall + self.limits.shortfall_slack
        return self.is_within_objective(plan) and plan.shortfall <= most

    def _with_figures(self, plan: Plan) -> GoodPlan:
        return GoodPlan(plan, objective_of_plan(self.instance, plan), self.preference.shortfall(plan))

    def _least_loss(self, plan: Plan) -> float:
        """Return what the light professions lose under a plan at least, as the cuts say."""
        staff = {
            (site, name): float(posts)
            for site, name, posts in plan.staff[["site_id", "profession", "recruited"]].itertuples(index=False)
        }
        names = self._problem.matrix.names
        least = 0.0
        for light in self._problem.lights:
            posts = np.array([staff.get(names[column][1], 0.0) for column in light.columns])
            cuts = [cut for cut in self._problem.cuts if cut.light is light]
            least += max([0.0, *(float(cut.slopes @ posts) - cut.limit for cut in cuts)])
        return least
