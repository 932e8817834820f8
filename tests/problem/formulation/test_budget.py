from collections.abc import Callable, Sequence

import numpy as np
import pytest

from msp_siting.problem.instance import Instance
from msp_siting.problem.ledger import BASE, Ledger, ledger_of

Breaks = Callable[..., set[str]]
COST_EUR = 900_000  # aid to those who come, 2 x 10,000 + 5,000, is another purse


def test_the_budget_itself_is_enough(toy_instance: Callable[..., Instance], breaks: Breaks) -> None:
    assert breaks(toy_instance(budget_eur=COST_EUR), {}) == set()


def test_one_euro_less_breaks_it(toy_instance: Callable[..., Instance], breaks: Breaks) -> None:
    assert breaks(toy_instance(budget_eur=COST_EUR - 1), {}) == {"budget"}


def test_switched_off_money_does_not_count(toy_instance: Callable[..., Instance], breaks: Breaks) -> None:
    assert breaks(toy_instance(budget_eur=0, constraints__budget=False), {}) == set()


def test_one_cent_less_breaks_it(toy_instance: Callable[..., Instance], breaks: Breaks) -> None:
    assert breaks(toy_instance(budget_eur=COST_EUR - 0.01), {}) == {"budget"}


def test_amounts_that_are_large_and_to_the_cent_are_written_digit_by_digit() -> None:
    # 1,234,567.89 and 1,000,000.00 within 2,234,567.88 EUR: in cents 1|2345|6789 and 1|0000|0000 within 2|2345|6788.
    book = ledger_of([123_456_789, 100_000_000], 223_456_788)
    assert book.digits == ((6789, 0), (2345, 0), (1, 1))
    assert book.limits == (6788, 2345, 2)
    assert book.unit_cents == 100_000_000


def test_amounts_that_are_multiples_of_one_are_counted_in_it() -> None:
    # Of 5,000 EUR each: 925,000 is 185 of them, and 1,004,999.99 EUR cover 200.
    book = ledger_of([92_500_000, 500_000], 100_499_999)
    assert (book.unit_cents, book.digits, book.limits) == (500_000, ((185, 1),), (200,))


def test_what_costs_nothing_is_never_too_much() -> None:
    assert ledger_of([], 0) == Ledger(1, ((),), (0,))


@pytest.mark.parametrize("seed", range(50))
def test_the_digits_hold_what_the_cents_hold(seed: int) -> None:
    random = np.random.default_rng(seed)
    costs = [int(cost) for cost in 10 ** random.uniform(0, 11, 4)]
    for counts in random.integers(0, 4, (20, 4)).tolist():
        total = sum(cost * count for cost, count in zip(costs, counts, strict=True))
        for limit in (total - 1, total, total + 1):
            if limit >= 0:
                assert holds(ledger_of(costs, limit), counts) == (total <= limit)


def holds(book: Ledger, counts: Sequence[int]) -> bool:
    """Return whether some counts keep every row, as little carried as can be."""
    carried = 0
    for number, (digits, limit) in enumerate(zip(book.digits, book.limits, strict=True)):
        total = carried + sum(digit * count for digit, count in zip(digits, counts, strict=True))
        if number == len(book.digits) - 1:
            return total <= limit
        carried = max(0, -((limit - total) // BASE))
    return False
