"""The choice among plans that are as good: the least shortfall of APL, then the best hosts.

Within a share of the gain of the best plan found, sites and posts are chosen anew, first for the least shortfall of
APL; within a share of what that saves, for the hosts with most points. Each step is a search of its own over the same
problem, whose people stay in it as columns or cuts, and has a bound of its own.
"""

from dataclasses import dataclass, replace

import numpy as np
import scipy.sparse as sp

from msp_siting.problem import ChoiceReport, ChoiceStep, Column, Preference, relative_gap
from msp_siting.solver.apl_assembly import helped_by_decisions
from msp_siting.solver.best import Best, Found
from msp_siting.solver.control import Control, Listener
from msp_siting.solver.highs import search_mip, solve_lp
from msp_siting.solver.matrix import Matrix, Name
from msp_siting.solver.projection import CLOSE_SHARE, Projection
from msp_siting.solver.settings import Settings, drift

LACKING = "lacking"  # [number], the visits that a demand point lacks to the floor
STEP_LIMIT_S = 60.0
MOST_ROUNDS = 20  # of cuts, for plans whose light professions lose more than the cuts say
MOST_ROUNDS_RELAXED = 10
GAP = 1e-4  # of a step's figure
ROUNDING = 1e-9
HELD_BACK = 1e-6  # of the objective: HiGHS lets a row be exceeded by up to a tenth of that
Held = tuple[tuple[np.ndarray, float], ...]  # costs, and the most that each may be


@dataclass(frozen=True)
class Preferred:
    """The plan chosen: objective and values in ``matrix``, the problem with what the choice holds."""

    plan: Found
    matrix: Matrix
    report: ChoiceReport


def choose_among_good(  # noqa: PLR0913, PLR0917 - what is known already comes last
    problem: Projection,
    preference: Preference,
    settings: Settings,
    known: Best,
    best: Found,
    before: float,
) -> Preferred:
    """Return the plan that is preferred among those as good as the best one found.

    It is never worse than the plan that the search began with: in a sweep a plan for more money is not worse than one
    for less.

    Parameters
    ----------
    known
        What the search knows: the plan that it was given to begin with, and what no plan is below.
    best
        Objective and values of the best plan.
    before
        Objective of opening nothing.
    """
    begun_with, bound = known.begun_with, known.bound
    objective_best, values = best
    most = preference.objective_allowed(objective_best, before)
    most = most if begun_with is None else min(most, begun_with[0])
    slack = drift(objective_best, before)
    held_back = max((most + slack) * (1 - HELD_BACK), objective_best + slack)
    search = PlanSearch(problem, preference, settings, most + slack, min(held_back, most + slack))
    begun = values if begun_with is None else problem.extended(begun_with[1])  # as good too, it may be nearer
    start = min((values, begun), key=search.lacking)
    if search.is_goal:  # the first stage has sought the least already
        found, least = values, 0.0 if bound is None else bound
    else:
        found, of_those = search.least(search.lacking_costs, start, ())
        least = of_those + search.elsewhere
    shortfall = ChoiceStep(search.lacking(values), search.lacking(found), min(least, search.lacking(found)))
    spared = preference.shortfall_allowed(shortfall.found)
    held: Held = (
        (search.lacking_costs, spared - search.elsewhere + ROUNDING * spared),
        (search.posts, float(search.posts @ search.with_lacking(found))),  # better hosts, not more posts
    )
    hosted, highest = search.least(-search.scores, found, held)
    score = ChoiceStep(search.score(found), search.score(hosted), -highest)
    matrix = search.problem_with((*held, (-search.scores, -score.found + ROUNDING * abs(score.found))))
    objective, completed = problem.complete(hosted)
    report = ChoiceReport(objective_best, most, shortfall, score)
    return Preferred((objective, search.with_lacking(completed)), matrix, report)


class PlanSearch:
    """Searches of one problem with what its demand points lack to the floor as more columns."""

    def __init__(
        self, problem: Projection, preference: Preference, settings: Settings, most: float, asked: float
    ) -> None:
        """``most`` is the objective that a plan may have, ``asked`` the one that is asked of the solver."""
        goal = problem.instance.goal
        self.is_goal = goal is not None and goal.is_plain_shortfall  # then the problem has what lacks already
        preference = _without_points(preference) if self.is_goal else preference
        self.elsewhere = preference.elsewhere
        preference = preference.with_recruits(problem.instance.professions[preference.profession].pool)
        self._problem, self._preference, self._settings = problem, preference, settings
        self._most, self._asked = most, asked
        problem.add_cuts()
        self._size = len(problem.matrix.lower)
        points = len(preference.gaps)
        own = problem.matrix.costs[0] if self.is_goal else np.zeros(self._size)
        self.lacking_costs = np.append(own, preference.need)
        self.scores, self.posts = np.zeros(self._size + points), np.zeros(self._size + points)
        self._posts = np.zeros(len(preference.site_ids), int)
        number = {site: position for position, site in enumerate(preference.site_ids)}
        for column, (site, name) in problem.matrix.columns(Column.STAFF):
            if name == preference.profession:
                self.scores[column], self.posts[column] = preference.scores[str(site)], 1.0
                self._posts[number[str(site)]] = column

    def lacking(self, values: np.ndarray) -> float:
        """Return the shortfall of the plan that some values hold, in visits a year."""
        if self.is_goal:
            return self._problem.complete(values[: self._size])[0]
        return self.elsewhere + float(self._preference.need @ self._lacks(values))

    def score(self, values: np.ndarray) -> float:
        """Return the points of its hosts, one by one post."""
        return float(self.scores[: self._size] @ values[: self._size])

    def problem_with(self, held: Held) -> Matrix:
        """Return the problem with what is held, the objective first."""
        matrix = self._problem.matrix if self.is_goal else self._with_points()
        wide = matrix.holding(
            np.append(self._problem.matrix.costs[0], np.zeros(len(self._preference.gaps))), self._asked
        )
        for costs, most in held:
            wide = wide.holding(costs, most)
        return wide

    def _with_points(self) -> Matrix:
        """Return the problem with what demand points lack as more columns, the objective first."""
        preference, matrix = self._preference, self._problem.matrix
        points, size = len(preference.gaps), self._size
        names: list[Name] = [(LACKING, (point,)) for point in range(points)]
        rows = sp.hstack([helped_by_decisions(matrix, preference), sp.eye_array(points)], format="csc")
        wide = matrix.with_columns(names, 0.0).with_rows(rows, preference.gaps, names)
        most = np.where(preference.drops > 0, np.inf, preference.gaps)
        return replace(wide, upper=np.append(wide.upper[:size], most))

    def least(self, costs: np.ndarray, values: np.ndarray, held: Held) -> tuple[np.ndarray, float]:
        """Return the values of the plan found with the least of some costs, and a bound on all of them.

        A plan whose light professions lose more than the cuts say is left aside, the cuts are added, and the search
        begins again; every bound on the way holds.
        """
        control = self._settings.control(STEP_LIMIT_S)
        wide = self._tightened(costs, held, control)
        lowest = np.where(costs > 0, wide.lower, np.where(costs < 0, wide.upper, 0.0))
        kept, bound = values, float(costs @ lowest)  # nothing is below it, whatever the search says
        for _ in range(MOST_ROUNDS):
            heard = _Heard(self, costs, kept)
            start = self.with_lacking(kept)
            outcome = search_mip(wide, costs, control, start=start, listener=Listener(heard.enough, heard.improved))
            if outcome.values is not None and not heard.is_wrong:
                heard.improved(outcome.values)
            kept = heard.kept
            if outcome.bound is not None:
                bound = max(bound, outcome.bound)
            if not heard.is_wrong:
                break
            self._problem.add_cuts()
            wide = self.problem_with(held)
        return kept, min(bound, float(costs @ self.with_lacking(kept)))

    def is_good(self, values: np.ndarray) -> np.ndarray | None:
        """Return the values of a plan with what its light professions lose; None where it is not as good."""
        objective, completed = self._problem.complete(values[: self._size])
        return completed if objective <= self._most and self._problem.keeps_limits(completed) else None

    def _tightened(self, costs: np.ndarray, held: Held, control: Control) -> Matrix:
        """Return the problem with what is held, cuts added until hardly anything is left out where it is relaxed."""
        wide = self.problem_with(held)
        for _ in range(MOST_ROUNDS_RELAXED):
            optimum = solve_lp(wide, costs, control).optimum
            if optimum is None or not self._problem.lights:
                break
            objective, _ = self._problem.complete(optimum.values[: self._size])
            if objective <= self._asked * (1 + CLOSE_SHARE):
                break
            self._problem.add_cuts()
            wide = self.problem_with(held)
        return wide

    def _lacks(self, values: np.ndarray) -> np.ndarray:
        posts = np.round(values[self._posts])
        return self._preference.lacks(posts, posts.sum())

    def with_lacking(self, values: np.ndarray) -> np.ndarray:
        """Return the values of a plan with what demand points lack to the floor."""
        if self.is_goal:
            return self._problem.complete(values[: self._size])[1]
        completed: np.ndarray = np.append(values[: self._size], self._lacks(values))
        return completed


def _without_points(preference: Preference) -> Preference:
    """Return a preference whose demand points stand in the problem already."""
    none = np.empty(0)
    visits = sp.csr_array((0, len(preference.site_ids)))
    return replace(preference, need=none, gaps=none, visits=visits, drops=none, elsewhere=0.0)


class _Heard:
    """What one search has found: plans that are as good, or one that is not and ends the search."""

    def __init__(self, search: PlanSearch, costs: np.ndarray, kept: np.ndarray) -> None:
        self._search, self._costs = search, costs
        self.kept, self.is_wrong = kept, False
        self._least = float(costs @ search.with_lacking(kept))

    def improved(self, values: np.ndarray) -> None:
        """Hear of a plan."""
        least = float(self._costs @ values)
        if self.is_wrong or least >= self._least:
            return
        good = self._search.is_good(values)
        if good is None:
            self.is_wrong = True
        else:
            self.kept, self._least = good, least

    def enough(self, bound: float | None) -> bool:
        """Return whether the search may end."""
        gap = relative_gap(self._least, bound)
        return self.is_wrong or (gap is not None and gap <= GAP)
