"""Blocks of the toy territory (tests/conftest.py), worked by hand."""

from collections.abc import Callable

import pandas as pd
import pytest

from msp_siting.answer.blocks import tabulate_blocks
from msp_siting.problem.instance import Instance
from msp_siting.problem.plan import Plan
from msp_siting.solver import Settings, Settler

AT_C = Plan(
    pd.DataFrame({"site_id": ["site-c"], "format": ["small"]}),
    pd.DataFrame({"site_id": ["site-c"], "profession": ["gp"], "recruited": [2]}),
)


def tabulated(instance: Instance, settings: Settings, plan: Plan) -> tuple[list[list[object]], dict[str, int]]:
    """Return the rows of the GPs' blocks, and the block of each demand point."""
    settler = Settler(instance, settings)
    points = settler.spread(Plan.empty())[1].rename(columns={"inhabitants": "uncovered_before"})
    points["uncovered_after"] = settler.spread(plan)[1]["inhabitants"]
    points["inhabitants"] = points["need"] = points["demand_id"].map(instance.inhabitants)
    blocks, points["block"] = tabulate_blocks(instance, plan, points, {})
    gp = points[points["profession"].eq("gp")]
    rows = blocks[blocks["profession"].eq("gp")].drop(columns="profession").to_numpy().tolist()
    return rows, dict(zip(gp["demand_id"], gp["block"], strict=True))


def test_blocks_before_any_decision(toy_instance: Callable[..., Instance], exact: Settings) -> None:
    # 2 GPs at Bourg have room for 600 of the 1,800 in Aubois, Bourg and Dole; nobody is in reach of Clairval.
    rows, block_of = tabulated(toy_instance(), exact, Plan.empty())
    assert rows == [
        [1, "unreached", 1, 900.0, 900.0, 0.0, 1.0, 1.0],
        [2, "short", 3, 1800.0, 1800.0, 600.0, pytest.approx(2 / 3), pytest.approx(2 / 3)],
    ]
    assert block_of == {"a": 2, "b": 2, "c": 1, "d": 2}


def test_the_share_before_is_that_of_the_same_communes(toy_instance: Callable[..., Instance], exact: Settings) -> None:
    # 2 GPs come to Clairval: room for 600 of its 900. The west stays as it is, and is now the worst off.
    rows, block_of = tabulated(toy_instance(), exact, AT_C)
    assert rows == [
        [1, "short", 3, 1800.0, 1800.0, 600.0, pytest.approx(2 / 3), pytest.approx(2 / 3)],
        [2, "short", 1, 900.0, 900.0, 600.0, 1.0, pytest.approx(1 / 3)],
    ]
    assert block_of == {"a": 1, "b": 1, "c": 2, "d": 1}


def test_who_is_covered_competes_with_nobody(toy_instance: Callable[..., Instance], exact: Settings) -> None:
    instance = toy_instance(professions__gp__capacity_inhabitants_per_post=1000)
    rows, block_of = tabulated(instance, exact, AT_C)
    assert rows == [[1, "covered", 4, 2700.0, 2700.0, 4000.0, pytest.approx(1 / 3), 0.0]]
    assert set(block_of.values()) == {1}
