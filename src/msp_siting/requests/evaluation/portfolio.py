"""The best choice among requests within an envelope; of several as good the cheapest, of these the first of the file.

Where need is far above supply many choices do equally much: a post more anywhere serves as many. Which of them a search
comes upon says nothing, so two rules decide: less money, then the order of the file (the first request in which two
choices differ is in the one that is taken).
"""

import time
from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from msp_siting import solver
from msp_siting.errors import SolverError, problem
from msp_siting.problem import NO_PRICES, Instance, Plan, Prices, Solution, priced_bound, problems_of_solution
from msp_siting.requests.evaluation.projects import Project, plan_of_projects, with_projects_only
from msp_siting.requests.evaluation.searches import SearchTerms
from msp_siting.solver import Settings, Settler, drift
from msp_siting.units import CENTS_PER_EUR, cents_of

TIES_LIMIT_S = 30.0  # of all searches for choices as good


def choose_portfolio(
    terms: SearchTerms, eligible: Sequence[Project], envelope_eur: float, settler: Settler, settings: Settings
) -> Solution:
    """Return the best choice among eligible projects within an envelope, to a complete proof, verified.

    Parameters
    ----------
    eligible
        In the order of the file.
    """
    instance = with_projects_only(terms.base, eligible, envelope_eur, terms.lead)
    exact = replace(settings, relative_gap=0.0, improvement_gap=0.0)
    solution = solver.solve(instance, exact, settler, terms.before)
    if solution.plan is not None and solution.objective is not None:
        most = solution.objective + drift(solution.objective, terms.before)
        prices = NO_PRICES if solution.certificate is None else solution.certificate.prices
        ties = Ties(instance, tuple(eligible), exact, terms.before, most, prices)
        found, bound = ties.chosen_in(solution.plan), solution.bound
        if solution.status == "optimal":
            found = ties.first_of(ties.cheapest_of(found))
        plan = plan_of_projects(found)
        objective, assignment = settler.settle(plan)
        if solution.status == "optimal" or (bound is not None and bound > objective):
            bound = objective  # but for rounding
        solution = replace(solution, plan=plan, assignment=assignment, objective=objective, bound=bound)
    problems = problems_of_solution(instance, solution)
    if problems:
        raise SolverError(each.at(problem("verification of the portfolio")) for each in problems)
    return solution


@dataclass(frozen=True)
class Ties:
    """Choices as good as the best; those that could not be searched in time are not looked at.

    Attributes
    ----------
    projects
        In the order of the file.
    most
        The objective of the best, and what its rounding leaves open.
    prices
        Those of the search for the best: by them most others are seen to be worse without a search.
    """

    instance: Instance
    projects: tuple[Project, ...]
    settings: Settings
    before: float
    most: float
    prices: Prices
    deadline: float = field(default_factory=lambda: time.monotonic() + TIES_LIMIT_S)

    def chosen_in(self, plan: Plan) -> list[Project]:
        """Return the projects of a plan, each replaced by the cheapest of those that change the same.

        So many as there are; of equal cost the first.
        """
        chosen = set(plan.sites["site_id"])
        alike: dict[tuple[object, ...], list[Project]] = {}
        for project in sorted(self.projects, key=_asked_cents):
            alike.setdefault(project.change, []).append(project)
        kept = {
            project.project_id
            for group in alike.values()
            for project in group[: sum(other.project_id in chosen for other in group)]
        }
        return [project for project in self.projects if project.project_id in kept]

    def cheapest_of(self, chosen: list[Project]) -> list[Project]:
        """Return the cheapest choice as good as one."""
        while chosen:
            cheaper = self._search(sum(map(_asked_cents, chosen)) - 1)
            if cheaper is None:
                break
            chosen = cheaper
        return chosen

    def first_of(self, chosen: list[Project]) -> list[Project]:
        """Return the choice as good as one and no dearer that comes first in the order of the file."""
        cents = sum(map(_asked_cents, chosen))
        taken: list[Project] = []
        left_out: list[Project] = []
        for project in self.projects:
            if len(taken) == len(chosen):
                break  # whoever is added costs more
            is_chosen = any(other is project for other in chosen)
            if not is_chosen and not any(_is_better_alike(other, project) for other in left_out):
                found = self._search(cents, [*taken, project], left_out)
                is_chosen, chosen = found is not None, found or chosen
            (taken if is_chosen else left_out).append(project)
        return chosen

    def _search(
        self, cents: int, forced: Sequence[Project] = (), excluded: Sequence[Project] = ()
    ) -> list[Project] | None:
        """Return a choice as good for so many cents at most, with some projects and without others; None without."""
        left_s = self.deadline - time.monotonic()
        if sum(map(_asked_cents, forced)) > cents or left_s <= 0 or self.settings.interrupted.is_set():
            return None
        asked = replace(
            self.instance,
            budget_eur=cents / CENTS_PER_EUR,
            forced_sites=tuple(project.project_id for project in forced),
            excluded_sites=tuple(project.project_id for project in excluded),
            constraints=self.instance.constraints | {"forced_sites", "excluded_sites"},
        )
        if priced_bound(asked, self.prices) > self.most:
            return None
        found = solver.choose(asked, replace(self.settings, time_limit_s=left_s), self.before, enough=self.most)
        if found.plan is None or found.objective is None or not found.objective <= self.most:
            return None
        return self.chosen_in(found.plan)


def _is_better_alike(project: Project, other: Project) -> bool:
    """Return whether a project changes the same as one after it, and is no dearer."""
    return project.change == other.change and _asked_cents(project) <= _asked_cents(other)


def _asked_cents(project: Project) -> int:
    return cents_of(project.request.requested_total_eur or 0.0)
