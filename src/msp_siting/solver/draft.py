"""A problem put together column by column and row by row, and then a matrix."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

import numpy as np
import scipy.sparse as sp

from msp_siting.errors import InfeasibleError, problem
from msp_siting.problem import BASE, Purse, ledger_of
from msp_siting.solver.matrix import Matrix, Name

Terms = Iterable[tuple[float, int]]  # coefficient and column


@dataclass
class Draft:
    """Columns and rows so far; ``stages`` costs are minimised, one after the other.

    ``keeps_empty`` says whether rows without columns are kept, even those that cannot hold.
    """

    stages: int
    keeps_empty: bool = False
    names: list[Name] = field(default_factory=list)
    upper: list[float] = field(default_factory=list)
    is_integer: list[bool] = field(default_factory=list)
    costs: list[tuple[int, int, float]] = field(default_factory=list)
    row_names: list[Name] = field(default_factory=list)
    limits: list[tuple[float, float]] = field(default_factory=list)
    entries: list[tuple[int, int, float]] = field(default_factory=list)

    def column(
        self,
        component: str,
        *index: str | int,
        upper: float = np.inf,
        is_integer: bool = True,
        costs: Mapping[int, float] | None = None,
    ) -> int:
        """Add a column from 0 up, with its costs by stage; return its position."""
        position = len(self.names)
        self.names.append((component, index))
        self.upper.append(upper)
        self.is_integer.append(is_integer)
        self.costs += [(stage, position, cost) for stage, cost in (costs or {}).items()]
        return position

    def row(
        self, component: str, *index: str | int, terms: Terms, lower: float = -np.inf, upper: float = np.inf
    ) -> None:
        """Add a row: lower <= sum of coefficient x column <= upper; one without columns is checked and left out.

        Raises
        ------
        InfeasibleError
            If such a row cannot hold.
        """
        entries = [(len(self.row_names), column, coefficient) for coefficient, column in terms]
        if not entries and not self.keeps_empty:
            if not lower <= 0 <= upper:
                raise InfeasibleError(problem("no plan keeps the rule {rule}", rule=component))
            return
        self.row_names.append((component, index))
        self.limits.append((lower, upper))
        self.entries += entries

    def cents(self, purse: Purse, costs: Iterable[tuple[int, int]], limit: int, *index: str) -> None:
        """Hold the costs in cents of some whole columns within a purse's limit, digit by digit (`Ledger`).

        One whose index ends in ``min`` is held from below: what is not spent of all its costs (the columns are 0 or 1)
        keeps within all of them less the limit.
        """
        priced = [(cost, column) for cost, column in costs if cost > 0]
        columns, is_least = [column for _, column in priced], index[-1:] == ("min",)
        all_costs = [cost for cost, _ in priced]
        book = ledger_of(all_costs, sum(all_costs) - limit if is_least else limit)
        highest = len(book.digits) - 1
        carried = [self.column(purse.carried, *index, digit) for digit in range(highest)]
        for digit, (coefficients, at_most) in enumerate(zip(book.digits, book.limits, strict=True)):
            sign, taken = (-1.0, sum(coefficients)) if is_least else (1.0, 0)
            terms = [(sign * each, column) for each, column in zip(coefficients, columns, strict=True)]
            terms += [(1.0, column) for column in carried[digit - 1 : digit]] if digit else []
            terms += [(-float(BASE), column) for column in carried[digit : digit + 1]]
            if digit < highest:
                self.row(purse.lower_digits, *index, digit, terms=terms, upper=at_most - taken)
            else:
                self.row(purse.limit, *index, terms=terms, upper=at_most - taken)

    def matrix(self) -> Matrix:
        """Return the problem as matrices; coefficients of one column in one row are added."""
        rows, columns, values = _by_position(self.entries)
        a = sp.csc_array((values, (rows, columns)), shape=(len(self.row_names), len(self.names)))
        a.eliminate_zeros()
        stages, positions, cost = _by_position(self.costs)
        costs = np.zeros((self.stages, len(self.names)))
        np.add.at(costs, (stages, positions), cost)
        lower, upper = np.array(self.limits, float).reshape(-1, 2).T
        return Matrix(
            a=a,
            costs=costs,
            row_lower=lower,
            row_upper=upper,
            lower=np.zeros(len(self.names)),
            upper=np.array(self.upper, float),
            integer=np.array(self.is_integer, bool),
            names=tuple(self.names),
            row_names=tuple(self.row_names),
        )


def _by_position(entries: list[tuple[int, int, float]]) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    first, second, values = np.array(entries, float).reshape(-1, 3).T
    return first.astype(int), second.astype(int), values
