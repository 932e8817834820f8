"""Searches among good plans: without a site, with the fewest or most posts at some sites, unlike other plans.

A plan is good within an objective and a shortfall of APL. Both are rows of the problem that the choice among good plans
searches (`choosing`); every plan found is reckoned again from its posts before it counts, and every bound holds for all
good plans.
"""

import math
from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace

import numpy as np

from msp_siting.errors import InfeasibleError, SolverError, problem
from msp_siting.problem import (
    Column,
    Instance,
    Plan,
    relative_gap,
)
from msp_siting.solver.choosing import Held, PlanSearch
from msp_siting.solver.control import Control, Listener
from msp_siting.solver.highs import search_mip, solve_lp
from msp_siting.solver.matrix import Matrix
from msp_siting.solver.neighbouring import plans_unlike, plans_without, shared_with
from msp_siting.solver.plans import plan_of
from msp_siting.solver.reckoning import GoodLimits, GoodPlan, Reckoner
from msp_siting.solver.search import prepare, values_of
from msp_siting.solver.settings import Settings

SHARED = "shared"  # the column of the most sites shared with an earlier plan
MOST_ROUNDS = 8  # of cuts, for plans whose light professions lose more than the cuts say
GAP = 1e-4  # of a shortfall
WHOLE = 1e-6  # what a bound on a whole number may lack to it
SWAPS_SHARE = 0.6  # of the seconds for a plan unlike others: swap by swap, before the search
VALUES_S = 10.0  # seconds to find the values of a known plan


@dataclass(frozen=True)
class Reached:
    """What a search ended with: the best plan found (None without one) and a bound on the figure of all.

    The bound is infinite where there is no such plan.
    """

    plan: GoodPlan | None
    bound: float


@dataclass(frozen=True)
class _Asked:
    """A problem to search: its rows are held again whenever cuts are added.

    Attributes
    ----------
    costs
        One per column, that of the most sites shared last where there is one.
    held
        Costs held, one per column without that one.
    closed
        Columns that are 0.
    apart
        Columns of sites of which each plan shares at most ``most_shared``; one column more where there are any.
    enough
        Costs at which the search ends, whatever the bound.
    """

    costs: np.ndarray
    held: Held
    closed: np.ndarray
    apart: tuple[np.ndarray, ...] = ()
    most_shared: float = np.inf
    enough: float = -np.inf


class GoodPlans:
    """Good plans of one problem: all that were found, and searches for others."""

    def __init__(self, instance: Instance, settings: Settings, limits: GoodLimits, own: Plan) -> None:
        """``own`` is a good plan; ``limits`` say what others must keep.

        Raises
        ------
        SolverError
            If it is not.
        """
        self._settings, self.limits = settings, limits
        try:
            self._problem = prepare(instance, settings).problem
        except InfeasibleError as fault:
            raise SolverError(fault.problems) from fault
        self.reckoner = Reckoner(instance, self._problem, limits)
        most = limits.objective + limits.slack
        self._problem.relax(settings.control(VALUES_S))  # its cuts
        self._search = PlanSearch(
            self._problem, self.reckoner.preference, settings, most, limits.objective + limits.slack / 2
        )
        self._open: dict[str, list[int]] = {}
        for column, index in self._problem.matrix.columns(Column.OPEN):
            self._open.setdefault(str(index[0]), []).append(column)
        self._size = len(self._problem.matrix.lower)
        self._values: dict[tuple[tuple[object, ...], ...], np.ndarray] = {}
        self.found: list[GoodPlan] = []
        self.is_cut_short = False  # whether a search ended for time
        known = self.reckoner.reckon(own)
        if known is None or not self.reckoner.is_good(known):
            raise SolverError(problem("the plan of the run is no good plan of its own choice"))
        self.keep(known)

    def keep(self, plan: GoodPlan) -> GoodPlan:
        """Keep a good plan among those found, once; return it."""
        known = next((each for each in self.found if each.decisions == plan.decisions), None)
        if known is None:
            self.found.append(plan)
        return known or plan

    def without(self, site_id: str, seconds: float, *, any_good: bool = False) -> Reached:
        """Return the least shortfall of plans within the objective that leave a site closed.

        The plan found may exceed the limit of the shortfall. The search ends where no good plan is left; with
        ``any_good`` also at the first good one.
        """
        closed = np.array([*self._open.get(site_id, []), *self._staff(site_id)], int)
        control = self._settings.control(seconds)
        known = self._kept_least(plans_without(self.reckoner, self.found, site_id, control))
        asked = _Asked(self._search.lacking_costs, (), closed)
        if any_good:
            if known is not None and self.reckoner.is_good(known):
                return Reached(known, 0.0)
            asked = replace(asked, enough=self.limits.shortfall - self._search.elsewhere)
        return self._least_shortfall(asked, known, control)

    def least(self, seconds: float) -> Reached:
        """Return the plan within the objective with the least shortfall."""
        known = min(self.found, key=lambda plan: plan.shortfall)
        asked = _Asked(self._search.lacking_costs, (), np.empty(0, int))
        return self._least_shortfall(asked, known, self._settings.control(seconds))

    def _least_shortfall(self, asked: _Asked, known: GoodPlan | None, control: Control) -> Reached:
        elsewhere = self._search.elsewhere
        reached = self._least(asked, known, control, GAP, elsewhere)
        return replace(reached, bound=reached.bound + elsewhere)

    def _kept_least(self, plans: Sequence[GoodPlan]) -> GoodPlan | None:
        """Return the plan with the least shortfall; those that are good are kept."""
        for plan in plans:
            if self.reckoner.is_good(plan):
                self.keep(plan)
        return min(plans, key=lambda plan: plan.shortfall, default=None)

    def posts_at(self, site_ids: Collection[str], sign: int, seconds: float) -> Reached:
        """Return the fewest posts of the choice's profession at some sites (sign 1), or the most (-1, negative)."""
        costs = np.zeros(len(self._search.posts))
        for column, index in self._problem.matrix.columns(Column.STAFF):
            if index[0] in site_ids and self._search.posts[column]:
                costs[column] = float(sign)
        asked = _Asked(costs, (self._held_shortfall(),), np.empty(0, int))
        known = min(self.found, key=lambda plan: sign * self.count(plan, site_ids))
        if sign * self.count(known, site_ids) == self.trivial_bound(sign):
            return Reached(known, self.trivial_bound(sign))
        control = self._settings.control(seconds)
        relaxed = solve_lp(self._matrix(asked), costs, control)
        reached = sign * self.count(known, site_ids)
        floor = -math.inf if relaxed.bound is None else _rounded_up(relaxed.bound)
        if floor >= reached:
            return Reached(known, reached)
        found = self._least(asked, known, control, None)
        return replace(found, bound=max(floor, self.trivial_bound(sign), _rounded_up(found.bound)))

    def excludes(self, bound: float) -> bool:
        """Return whether no plan with a shortfall of at least a bound is good."""
        return bound > self.limits.shortfall + self.limits.shortfall_slack

    def trivial_bound(self, sign: int) -> int:
        """Return what `posts_at` is never below, without a search."""
        return 0 if sign > 0 else -self.reckoner.instance.professions[self.reckoner.preference.profession].pool

    def count(self, plan: GoodPlan, site_ids: Collection[str]) -> int:
        """Return the posts of the choice's profession that a plan has at some sites."""
        staff = plan.plan.staff
        own = staff[staff["profession"].eq(self.reckoner.preference.profession) & staff["site_id"].isin(site_ids)]
        return int(own["recruited"].sum())

    def apart_from(self, plans: Sequence[GoodPlan], seconds: float) -> Reached:
        """Return a good plan that shares the fewest sites with each of some plans, then opens the fewest.

        The bound is on the most sites that it shares with one of them.
        """
        size = len(self._search.lacking_costs)
        apart = tuple(
            np.array([column for site in plan.site_ids for column in self._open[site]], int) for plan in plans
        )
        costs = np.append(np.zeros(size), 1.0)
        asked = _Asked(costs, (self._held_shortfall(),), np.empty(0, int), apart)
        control = self._settings.control(seconds * 3 / 4)
        for each in plans_unlike(self.reckoner, self.found, plans, self._settings.control(SWAPS_SHARE * seconds)):
            self.keep(each)
        known = min(self.found, key=lambda each: (shared_with(each, plans), len(each.site_ids)))
        first = self._least(asked, known, control, None)
        best = first.plan or known
        opened = np.append(np.zeros(size), 0.0)
        opened[[column for columns in self._open.values() for column in columns]] = 1.0
        fewest = replace(asked, costs=opened, most_shared=float(shared_with(best, plans)))
        second = self._least(fewest, best, self._settings.control(seconds / 4), None)
        return Reached(second.plan or best, max(0.0, _rounded_up(first.bound)))

    def _held_shortfall(self) -> tuple[np.ndarray, float]:
        most = self.limits.shortfall + self.limits.shortfall_slack / 2
        return self._search.lacking_costs, most - self._search.elsewhere

    def _staff(self, site_id: str) -> list[int]:
        return [column for column, index in self._problem.matrix.columns(Column.STAFF) if index[0] == site_id]

    def _matrix(self, asked: _Asked) -> Matrix:
        """Return the problem of a search, with the cuts that are known by now."""
        matrix = self._search.problem_with(asked.held)
        upper = matrix.upper.copy()
        upper[asked.closed] = 0.0
        matrix = matrix.bounded(np.minimum(matrix.lower, upper), upper)
        if asked.apart:
            matrix = matrix.with_columns([(SHARED, ())], 0.0)
            for columns in asked.apart:
                row = np.zeros(len(matrix.lower))
                row[columns], row[-1] = 1.0, -1.0
                matrix = matrix.with_row(row, 0.0)
            matrix = matrix.bounded(matrix.lower, np.append(matrix.upper[:-1], asked.most_shared))
        return matrix

    def _least(
        self, asked: _Asked, known: GoodPlan | None, control: Control, gap: float | None, offset: float = 0.0
    ) -> Reached:
        """Return the plan with the least of some costs, at first a known one, and a bound on all plans.

        Parameters
        ----------
        gap
            Of the costs with the offset, at which the search ends; None: less than one.
        """
        best, values = known, self._values_of(known, asked)
        bound = 0.0 if (asked.costs >= 0).all() else -math.inf  # nothing is below it, whatever the search says
        for _ in range(MOST_ROUNDS):
            matrix = self._matrix(asked)
            incumbent = [math.inf if values is None else float(asked.costs @ values)]

            def improved(found: np.ndarray, least: list[float] = incumbent) -> None:
                least[0] = min(least[0], float(asked.costs @ found))

            def enough(reached: float | None, least: list[float] = incumbent) -> bool:
                return reached is not None and self._is_enough(asked, reached, least[0], gap, offset)

            outcome = search_mip(matrix, asked.costs, control, start=values, listener=Listener(enough, improved))
            if outcome.ending == "infeasible":
                return Reached(best, math.inf if best is None else bound)  # with a plan it is rounding that says so
            self.is_cut_short |= outcome.ending in {"time_limit", "interrupt"}
            if outcome.bound is not None:
                bound = max(bound, outcome.bound)
            if outcome.values is None or (values is not None and incumbent[0] >= float(asked.costs @ values)):
                break
            _, completed = self._problem.complete(outcome.values[: self._size])
            found = self.reckoner.reckon(plan_of(self._problem.matrix, completed))
            self._problem.add_cuts()
            if found is not None and self._serves(found, asked):
                best = self.keep(found) if self.reckoner.is_good(found) else found
                self._values[best.decisions] = completed
                break
        return Reached(best, bound)

    def _is_enough(self, asked: _Asked, reached: float, least: float, gap: float | None, offset: float) -> bool:
        """Return whether a bound is as close to the least found as is asked, or leaves no good plan."""
        if asked.closed.size and self.excludes(reached + offset):
            return True
        if math.isinf(least) or least <= asked.enough:
            return least <= asked.enough
        if gap is None:
            return _rounded_up(reached) >= least - WHOLE
        within = relative_gap(least + offset, reached + offset)
        return within is not None and within <= gap

    def _serves(self, found: GoodPlan, asked: _Asked) -> bool:
        """Return whether a plan that was found keeps what was held."""
        return self.reckoner.is_good(found) if asked.held else self.reckoner.is_within_objective(found)

    def _values_of(self, plan: GoodPlan | None, asked: _Asked) -> np.ndarray | None:
        """Return the values of a known plan in the problem of a search; None without one."""
        if plan is None:
            return None
        if plan.decisions not in self._values:
            values = values_of(self._problem.matrix, plan.plan, self._settings.control(VALUES_S))
            if values is None:
                return None
            self._values[plan.decisions] = self._problem.complete(values)[1]
            self._problem.add_cuts()
        values = self._search.with_lacking(self._values[plan.decisions])
        if not asked.apart:
            return values
        return np.append(values, max(float(np.round(values[columns]).sum()) for columns in asked.apart))


def _rounded_up(bound: float) -> float:
    """Return the bound that follows for a whole number."""
    return math.ceil(bound - WHOLE) if math.isfinite(bound) else bound
