"""The rows of a limit on costs, digit by digit (`problem.ledger`)."""

from collections.abc import Iterator, Mapping, Sequence

import pyomo.core as pyo
from pyomo.core.expr import LinearExpression

from msp_siting.problem.ledger import BASE, Ledger, ledger_of
from msp_siting.problem.names import Purse

Costs = list[tuple[int, pyo.Var]]


def add_limit(model: pyo.ConcreteModel, purse: Purse, costs: Costs, limit: int) -> None:
    """Hold the costs of some whole columns, in cents, within a limit: the row of a purse and those of lower digits."""
    cents, columns = _priced(costs)
    book = ledger_of(cents, limit)
    lower = range(len(book.digits) - 1)
    carried: list[pyo.Var] = []
    if lower:
        model.add_component(purse.carried.value, pyo.Var(lower, domain=pyo.NonNegativeIntegers))
        carried = list(model.component(purse.carried.value).values())
    rows = list(_rows(book, columns, carried))
    if lower:
        digits = pyo.Constraint(lower, rule=lambda _, digit: rows[digit] <= book.limits[digit])
        model.add_component(purse.lower_digits.value, digits)
    model.add_component(purse.limit.value, pyo.Constraint(expr=rows[-1] <= book.limits[-1]))


def add_limits(model: pyo.ConcreteModel, purse: Purse, limits: Mapping[tuple[str, ...], tuple[Costs, int]]) -> None:
    """Hold the costs of several purses of one kind within limits, each with its index.

    One whose index ends in ``min`` is held from below: what is not spent of all its costs keeps within all of them less
    the limit.
    """
    books: dict[tuple[str, ...], tuple[Ledger, list[pyo.Var]]] = {}
    for index, (asked, limit) in limits.items():
        costs, columns = _priced(asked)
        books[index] = ledger_of(costs, sum(costs) - limit if index[-1] == "min" else limit), columns
    lower = [(*index, digit) for index, (book, _) in books.items() for digit in range(len(book.digits) - 1)]
    model.add_component(purse.carried.value, pyo.Var(lower, domain=pyo.NonNegativeIntegers))
    carried = model.component(purse.carried.value)
    rows = {}
    for index, (book, columns) in books.items():
        own = [carried[*index, digit] for digit in range(len(book.digits) - 1)]
        for digit, row in enumerate(_rows(book, columns, own, -1.0 if index[-1] == "min" else 1.0)):
            taken = sum(book.digits[digit]) if index[-1] == "min" else 0
            rows[*index, digit] = row <= book.limits[digit] - taken
    tops = {index: rows[*index, len(book.digits) - 1] for index, (book, _) in books.items()}
    model.add_component(purse.lower_digits.value, pyo.Constraint(lower, rule=lambda _, *index: rows[index]))
    model.add_component(purse.limit.value, pyo.Constraint(list(tops), rule=lambda _, *index: tops[index]))


def _priced(costs: Costs) -> tuple[list[int], list[pyo.Var]]:
    priced = [(cost, column) for cost, column in costs if cost > 0]
    return [cost for cost, _ in priced], [column for _, column in priced]


def _rows(
    book: Ledger, columns: Sequence[pyo.Var], carried: Sequence[pyo.Var], sign: float = 1.0
) -> Iterator[LinearExpression]:
    """Yield what each digit's row holds, the lowest first: costs, what is carried in, less what is carried out."""
    for digit, coefficients in enumerate(book.digits):
        into, out = carried[digit - 1 : digit] if digit else [], carried[digit : digit + 1]
        yield LinearExpression(
            constant=0,
            linear_coefs=[*(sign * each for each in coefficients), *(1.0 for _ in into), *(-float(BASE) for _ in out)],
            linear_vars=[*columns, *into, *out],
        )
