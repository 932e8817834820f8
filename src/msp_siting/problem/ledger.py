"""Money to the cent: a limit on costs, exact in whole cents, in rows that no tolerance of a solver can blur.

A solver takes a column for whole that is within a millionth of it. A site of a million EUR is a hundred million cents,
and a millionth of that is a euro. So the row is divided by what all costs are multiples of; where its coefficients are
still large, it is written as one writes a sum by hand: digit by digit, with what is carried.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass

from msp_siting.problem.instance import Instance

BASE = 10_000  # a digit: times a solver's tolerance (1e-6) far below 1


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


def ledger_of(costs: Sequence[int], limit: int) -> Ledger:
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


def budget_unit_cents(instance: Instance) -> int:
    """Return what 1 stands for in the row ``budget`` of an instance."""
    return ledger_of(_works(instance), instance.budget_cents).unit_cents


def aid_budget_unit_cents(instance: Instance) -> int:
    """Return what 1 stands for in the row ``aid_budget`` of an instance that has a limit on aid."""
    return ledger_of(_aid(instance), instance.aid_budget_cents or 0).unit_cents


def works_unit_cents(instance: Instance) -> int:
    """Return what all costs of works and equipment are multiples of."""
    return math.gcd(*_works(instance)) or 1


def aid_unit_cents(instance: Instance) -> int:
    """Return what all aid to practitioners is a multiple of."""
    return math.gcd(*_aid(instance)) or 1


def _works(instance: Instance) -> list[int]:
    return [cost for cost in instance.capex_cents.values() if cost > 0]


def _aid(instance: Instance) -> list[int]:
    if not instance.sites:
        return []
    return [terms.installation_cents for terms in instance.professions.values() if terms.installation_cents > 0]
