"""Why no plan exists: the rules in the way, each with the smallest relaxation that would make a plan possible.

One elastic problem: the rows of a rule may be exceeded, by a column each, and the least that they are exceeded by is
sought with every other rule held. Where no single rule does it, the fewest together, then the least of each in turn.
"""

import math
import threading
import time
from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import combinations

import numpy as np
import scipy.sparse as sp

from msp_siting.problem import (
    BASE,
    Column,
    Conflict,
    Instance,
    Row,
    aid_eur,
    aid_unit_cents,
    cost_eur,
    reduce_instance,
    shortfalls,
    works_unit_cents,
)
from msp_siting.solver.assembly import assemble
from msp_siting.solver.control import Control
from msp_siting.solver.decisions import AID_COST, COST
from msp_siting.solver.highs import search_mip
from msp_siting.solver.matrix import Matrix, Name
from msp_siting.solver.plans import plan_of
from msp_siting.solver.settings import HELD
from msp_siting.units import CENTS_PER_EUR

PLAN_RULES = (
    *("budget", "aid_budget", "recruitment_pool", "recruitment_by_zone", "site_count", "spacing"),
    *("forced_sites", "excluded_sites", "composition"),
    *("kept_sites", "zone_sites", "zone_budget", "coverage_target", "zone_coverage", "zone_apl"),
)
LIMIT_S = 20.0
LIMIT_TOGETHER_S = 60.0
MOST_TOGETHER = 4
SLACK = "slack"  # [row], a column: by how much it is exceeded
POOL = "recruitment_pool"


def explain(instance: Instance) -> tuple[Conflict, ...]:
    """Return the rules that stand in the way, each with the smallest relaxation of it alone that makes a plan possible.

    Where no single one does, one conflict without a rule: of the fewest rules together that do (of equally many the
    first in the order of ``PLAN_RULES``) the smallest relaxations, one after the other. Of people only those stand in
    the problem of whose need a share is to be served: nobody else decides whether a plan exists at all.
    """
    elastic = _elastic(instance)
    alone = [conflict for name in elastic.costs if (conflict := elastic.relaxed([name], LIMIT_S)) is not None]
    if alone:
        return tuple(alone)
    deadline = time.monotonic() + LIMIT_TOGETHER_S
    for count in range(2, MOST_TOGETHER + 1):
        for names in combinations(elastic.costs, count):
            left = deadline - time.monotonic()
            if left <= 0:
                return (Conflict(None),)
            together = elastic.relaxed(names, left)
            if together is not None:
                return (together,)
    return (Conflict(None),)


@dataclass(frozen=True)
class _Elastic:
    """A problem with columns by which the rows of its rules may be exceeded.

    Attributes
    ----------
    instance, searched
        The problem asked, and the smaller one that is searched.
    costs
        By rule, what its columns of that kind cost: money EUR, all else 1; others nothing.
    """

    instance: Instance
    searched: Instance
    matrix: Matrix
    costs: dict[str, np.ndarray]

    def relaxed(self, rules: Sequence[str], limit_s: float) -> Conflict | None:
        """Return the smallest relaxation of some rules, one after the other, and what its cheapest plan costs.

        None where they make no plan possible, or none was found in time.
        """
        free = sum((self.costs[name] for name in rules), np.zeros(len(self.matrix.lower))) > 0
        upper = np.where(self.matrix.mask(SLACK) & ~free, 0.0, self.matrix.upper)
        problem = self.matrix.bounded(self.matrix.lower, upper)
        control = Control(time.monotonic() + limit_s, 1, 0, threading.Event())
        last = problem.costs[AID_COST if rules == ["aid_budget"] else COST]
        values: np.ndarray | None = None
        for cost in (*(self.costs[name] for name in rules), last):
            better = search_mip(problem, cost, control, start=values).values
            if better is None:
                break
            values, least = better, float(cost @ better)
            problem = problem.holding(cost, least + HELD * max(1.0, abs(least)))
        return None if values is None else self._conflict(rules, values)

    def _conflict(self, rules: Sequence[str], values: np.ndarray) -> Conflict:
        plan = plan_of(self.matrix, values)
        terms = self.searched.professions
        left = {
            (str(point), str(name)): float(values[column]) * terms[str(name)].need_index[str(point)]
            for column, (point, name) in self.matrix.columns(Column.UNCOVERED)
        }
        found = tuple(each for rule in rules for each in shortfalls(self.instance, plan, rule, left))
        cost = aid_eur(self.instance, plan) if rules == ["aid_budget"] else cost_eur(self.instance, plan)
        return Conflict(rules[0] if len(rules) == 1 else None, cost, found)


def _elastic(instance: Instance) -> _Elastic:
    searched = instance
    if instance.is_levelled and instance.targeted:  # whose supply is never short, no more recruits may decide
        free = reduce_instance(replace(instance, constraints=instance.constraints - {POOL})).instance
        searched = replace(free, constraints=instance.constraints)
    light = [name for name in instance.professions if name not in instance.targeted]
    matrix = assemble(searched, light, keeps_empty=True)
    rules = [_rule_of(name) for name, _ in matrix.row_names]
    units = [_unit_eur(searched, matrix, name) for name in matrix.row_names]
    rows = [number for number, rule in enumerate(rules) if rule is not None]
    below = [number for number in rows if math.isfinite(matrix.row_lower[number])]
    above = [number for number in rows if math.isfinite(matrix.row_upper[number])]
    exceeded = [*below, *above]
    first, size = len(matrix.lower), len(exceeded)
    signs = np.concatenate([np.ones(len(below)), -np.ones(len(above))])
    slacks = sp.csc_array((signs, (exceeded, np.arange(size))), shape=(len(rules), size))
    wide = matrix.with_columns([(SLACK, (number,)) for number in range(size)], 0.0)
    a = sp.csc_array(sp.hstack([matrix.a, slacks], format="csc"))
    costs = {}
    for name in PLAN_RULES:
        own = np.array([units[row] if rules[row] == name else 0.0 for row in exceeded])
        if own.any():
            costs[name] = np.concatenate([np.zeros(first), own])
    return _Elastic(instance, searched, replace(wide, a=a), costs)


def _rule_of(row: str) -> str | None:
    """Return the rule that a row belongs to, of those that a question can relax."""
    return next((rule for rule in PLAN_RULES if row == rule or row.startswith(f"{rule}_")), None)


def _unit_eur(instance: Instance, matrix: Matrix, name: Name) -> float:
    """Return what 1 more or less in a row stands for: EUR where it holds money, else 1."""
    row, index = name
    if row in {Row.BUDGET, Row.BUDGET_LOWER_DIGITS}:
        return _of_digit(works_unit_cents(instance), matrix, Row.BUDGET_LOWER_DIGITS, row, index)
    if row in {Row.AID_BUDGET, Row.AID_BUDGET_LOWER_DIGITS}:
        return _of_digit(aid_unit_cents(instance), matrix, Row.AID_BUDGET_LOWER_DIGITS, row, index)
    if row in {Row.ZONE_BUDGET, Row.ZONE_BUDGET_LOWER_DIGITS}:
        sites = next(zone.sites for zone in instance.zones if zone.key == index[:2])
        unit = math.gcd(*(capex for (site, _), capex in instance.capex_cents.items() if site in sites)) or 1
        return _of_digit(unit, matrix, Row.ZONE_BUDGET_LOWER_DIGITS, row, index)
    return 1.0


def _of_digit(unit_cents: int, matrix: Matrix, lower: Row, row: str, index: tuple[str | int, ...]) -> float:
    """Return the EUR of a digit of a limit on money, counted from the lowest; the row of the limit is the highest."""
    digit = (
        int(index[-1])
        if row == lower
        else sum(name == lower and other[:-1] == index for name, other in matrix.row_names)
    )
    return unit_cents * float(BASE) ** digit / CENTS_PER_EUR
