"""Totals first: what the money buys in whole sites and posts, nearest to what the relaxation wishes."""

from collections.abc import Callable

import numpy as np
import pytest

from compiled import compile_model
from msp_siting.problem.formulation import build
from msp_siting.problem.instance import Instance
from msp_siting.solver import Settings
from msp_siting.solver.highs import search_mip
from msp_siting.solver.plans import plan_of
from msp_siting.solver.start import find_start
from msp_siting.solver.totals import nearest_totals


def totals(instance: Instance, exact: Settings, opened: float, gp: float) -> tuple[int, int]:
    """Return the small MSPs and GPs nearest to some fractional ones."""
    matrix = nearest_totals(instance, {"small": opened}, {"gp": gp})
    values = search_mip(matrix, matrix.costs[0], exact.control(10)).values
    assert values is not None
    sites = sum(values[column] for column, index in matrix.columns("opened") if index[0] == "small")
    posts = next(values[column] for column, index in matrix.columns("posts") if index[0] == "gp")
    return round(sites), round(posts)


@pytest.mark.parametrize(
    ("budget_eur", "wished", "expected"),
    [
        (2_000_000, (1.4, 2.8), (2, 4)),  # 2.8 GPs take a second MSP, for 900,000 EUR each
        (1_799_999, (1.4, 2.8), (1, 2)),  # which the money does not buy
        (2_000_000, (1.4, 1.9), (1, 2)),
        (2_000_000, (0.0, 0.0), (0, 0)),
    ],
)
def test_totals_hold_the_most_posts_and_are_near(
    toy_instance: Callable[..., Instance],
    exact: Settings,
    budget_eur: float,
    wished: tuple[float, float],
    expected: tuple[int, int],
) -> None:
    assert totals(toy_instance(budget_eur=budget_eur), exact, *wished) == expected


def test_a_start_is_a_plan_of_the_sites_that_the_relaxation_opens(
    toy_instance: Callable[..., Instance], exact: Settings
) -> None:
    # The relaxation wishes half of Aubois and half of Clairval: one MSP, at the better of the two.
    instance = toy_instance()
    matrix = compile_model(build(instance, "siting"))
    wished = np.zeros(len(matrix.lower))
    half = {("open", ("site-a", "small")), ("open", ("site-c", "small"))}
    posts = {("staff", ("site-a", "gp")), ("staff", ("site-c", "gp"))}
    for column, name in enumerate(matrix.names):
        wished[column] = 0.5 if name in half else 1.0 if name in posts else 0.0
    values = find_start(instance, matrix, wished, exact.control(10))
    assert values is not None
    assert plan_of(matrix, values).sites.to_dict("list") == {"site_id": ["site-c"], "format": ["small"]}
    assert matrix.costs[0] @ values == pytest.approx(3517.5)
