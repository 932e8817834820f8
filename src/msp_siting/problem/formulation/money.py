"""Money to the cent: a limit on costs, exact in whole cents, in rows that no tolerance of a solver can blur.

A solver takes a column for whole that is within a millionth of it. A site of a million EUR is a hundred million cents,
and a millionth of that is a euro. So the row is divided by what all costs are multiples of; where its coefficients are
still large, it is written as one writes a sum by hand: digit by digit, with what is carried.
"""

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import pyomo.environ as pyo
from pyomo.core.expr import LinearExpression

from msp_siting.problem.formulation.names import BUDGET
from msp_siting.problem.instance import Instance

BASE = 10_000  # a digit: times a solver's tolerance (1e-6) far below 1
CARRIED = "carried"  # [digit]
LOWER_DIGITS = "budget_lower_digits"  # [digit]


@dataclass(frozen=True)
class Ledger:
    """sum of cost x column <= limit, the columns whole, in digits: the lowest first, the row of the highest last.

    With *c* carried out of a digit: sum of its coefficients x columns + what is carried in <= its limit + BASE x *c*.

    Attributes
    ----------
    unit_cents
        What 1 stands for in the row of the highest digit.
    digits
        One row of coefficients per digit, one per cost.
    limits
        One per digit.
    """

    unit_cents: int
    digits: tuple[tuple[int, ...], ...]
    limits: tuple[int, ...]


def ledger(costs: Sequence[int], limit: int) -> Ledger:
    """Return the digits of some costs and their limit, all in cents."""
    unit = math.gcd(*costs) or 1
    rest, left = [cost // unit for cost in costs], limit // unit
    digits, limits = [], []
    while max(rest, default=0) > BASE:
        digits.append(tuple(cost % BASE for cost in rest))
        limits.append(left % BASE)
        rest, left = [cost // BASE for cost in rest], left // BASE
        unit *= BASE
    return Ledger(unit, (*digits, tuple(rest)), (*limits, left))


def add_limit(model: pyo.ConcreteModel, costs: Iterable[tuple[int, pyo.Var]], limit: int) -> None:
    """Hold the costs of some whole columns, in cents, within a limit: the rows ``budget`` and those of lower digits."""
    priced = [(cost, column) for cost, column in costs if cost > 0]
    columns = [column for _, column in priced]
    book = ledger([cost for cost, _ in priced], limit)
    lower = range(len(book.digits) - 1)
    carried: list[pyo.Var] = []
    if lower:
        model.add_component(CARRIED, pyo.Var(lower, domain=pyo.NonNegativeIntegers))
        carried = list(model.component(CARRIED).values())

    def row(digit: int) -> LinearExpression:
        into, out = carried[digit - 1 : digit] if digit else [], carried[digit : digit + 1]
        return LinearExpression(
            constant=0,
            linear_coefs=[*map(float, book.digits[digit]), *(1.0 for _ in into), *(-float(BASE) for _ in out)],
            linear_vars=[*columns, *into, *out],
        )

    if lower:
        rows = pyo.Constraint(lower, rule=lambda _, digit: row(digit) <= book.limits[digit])
        model.add_component(LOWER_DIGITS, rows)
    model.add_component(BUDGET, pyo.Constraint(expr=row(len(lower)) <= book.limits[-1]))


def budget_unit_cents(instance: Instance) -> int:
    """Return what 1 stands for in the row ``budget`` of an instance."""
    return ledger(_costs(instance), instance.budget_cents).unit_cents


def cost_unit_cents(instance: Instance) -> int:
    """Return what all costs of an instance are multiples of."""
    return math.gcd(*_costs(instance)) or 1


def _costs(instance: Instance) -> list[int]:
    installations = [terms.installation_cents for terms in instance.professions.values()]
    return [cost for cost in (*instance.capex_cents.values(), *installations) if cost > 0]
