"""The rows of a limit on costs, digit by digit (`problem.ledger`)."""

from collections.abc import Iterable

import pyomo.core as pyo
from pyomo.core.expr import LinearExpression

from msp_siting.problem.ledger import BASE, ledger_of
from msp_siting.problem.names import Purse


def add_limit(model: pyo.ConcreteModel, purse: Purse, costs: Iterable[tuple[int, pyo.Var]], limit: int) -> None:
    """Hold the costs of some whole columns, in cents, within a limit: the row of a purse and those of lower digits."""
    priced = [(cost, column) for cost, column in costs if cost > 0]
    columns = [column for _, column in priced]
    book = ledger_of([cost for cost, _ in priced], limit)
    lower = range(len(book.digits) - 1)
    carried: list[pyo.Var] = []
    if lower:
        model.add_component(purse.carried.value, pyo.Var(lower, domain=pyo.NonNegativeIntegers))
        carried = list(model.component(purse.carried.value).values())

    def row(digit: int) -> LinearExpression:
        into, out = carried[digit - 1 : digit] if digit else [], carried[digit : digit + 1]
        return LinearExpression(
            constant=0,
            linear_coefs=[*map(float, book.digits[digit]), *(1.0 for _ in into), *(-float(BASE) for _ in out)],
            linear_vars=[*columns, *into, *out],
        )

    if lower:
        rows = pyo.Constraint(lower, rule=lambda _, digit: row(digit) <= book.limits[digit])
        model.add_component(purse.lower_digits.value, rows)
    model.add_component(purse.limit.value, pyo.Constraint(expr=row(len(lower)) <= book.limits[-1]))
