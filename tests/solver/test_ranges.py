"""How far plans as good differ: on the toy territory every plan as good lies within."""

from collections.abc import Callable, Iterator
from itertools import product

import pandas as pd
import pytest

from msp_siting.problem.instance import Instance
from msp_siting.problem.plan import Plan
from msp_siting.solver import Settings, Settler
from msp_siting.solver.projection import light_professions
from msp_siting.solver.ranges import uncovered_range
from msp_siting.solver.search import prepare

LIGHT_GP = {"professions__gp__weight": 0.01, "professions__nurse__weight": 1.0}


def plans(instance: Instance) -> Iterator[Plan]:
    """Yield every plan within the rules: two GPs and one to three nurses at each site opened."""
    for choice in product((0, 1, 2, 3), repeat=len(instance.sites)):
        nurses = {site: count for site, count in zip(instance.sites, choice, strict=True) if count}
        cost = sum(920_000 + 5_000 * count for count in nurses.values())
        if cost <= instance.budget_eur and len(nurses) <= 2 and sum(nurses.values()) <= 4:
            staff = [(s, name, n) for s, count in nurses.items() for name, n in (("gp", 2), ("nurse", count))]
            yield Plan(
                pd.DataFrame([(site, "small") for site in nurses], columns=["site_id", "format"]),
                pd.DataFrame(staff, columns=["site_id", "profession", "recruited"]),
            )


@pytest.mark.parametrize("terms", [{}, {"professions__nurse__weight": 0.3}, LIGHT_GP, {"model": "allocation-plain"}])
@pytest.mark.parametrize("budget_eur", [0, 1_000_000, 2_000_000])
def test_every_plan_as_good_lies_within(
    toy_instance: Callable[..., Instance], exact: Settings, budget_eur: int, terms: dict[str, object]
) -> None:
    instance = toy_instance(budget_eur=budget_eur, **terms)
    settler = Settler(instance, exact)
    found = []
    for plan in plans(instance):
        objective, assignment = settler.settle(plan)
        gp = assignment.uncovered[assignment.uncovered["profession"].eq("gp")]
        found.append((objective, float(gp["inhabitants"].sum())))  # need indices are 1
    assert len(found) >= 1
    problem = prepare(instance, exact).problem
    for limit in sorted({objective for objective, _ in found}):
        within = uncovered_range(problem, "gp", limit, exact)
        assert within is not None
        as_good = [uncovered for objective, uncovered in found if objective <= limit]
        assert within[0] - 0.01 <= min(as_good)
        assert max(as_good) <= within[1] + 0.01
        assert within[1] <= 2700.01


def test_the_best_plans_alone_differ_by_nothing(toy_instance: Callable[..., Instance], exact: Settings) -> None:
    # One site west and one east cost 1,777.5 and leave 900; a plan that leaves fewer, or more, costs more.
    problem = prepare(toy_instance(budget_eur=2_000_000), exact).problem
    assert uncovered_range(problem, "gp", 1777.5, exact) == pytest.approx((900, 900), abs=0.01)


def test_worse_plans_leave_more(toy_instance: Callable[..., Instance], exact: Settings) -> None:
    # Up to the objective of nothing: from 900 (one west, one east) to at least 2,100 (nothing).
    problem = prepare(toy_instance(budget_eur=1_850_000), exact).problem
    least, most = uncovered_range(problem, "gp", 5287.5, exact) or (0, 0)
    assert least == pytest.approx(900, abs=0.01)
    assert most >= 2100


def test_a_profession_that_is_cuts_in_the_search_has_a_range_too(
    toy_instance: Callable[..., Instance], exact: Settings
) -> None:
    instance = toy_instance(**LIGHT_GP)
    assert "gp" in light_professions(instance)
    problem = prepare(instance, exact).problem
    assert uncovered_range(problem, "gp", 10_000.0, exact) == pytest.approx((1500, 2100), rel=0.3)


def test_what_does_not_count_has_no_range(toy_instance: Callable[..., Instance], exact: Settings) -> None:
    problem = prepare(toy_instance(), exact).problem
    assert uncovered_range(problem, "nurse", 5287.5, exact) is None  # its weight is 0
