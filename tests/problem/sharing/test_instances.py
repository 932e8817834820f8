"""What shares cost and what room is worth: by hand, in exact numbers, and as planes nowhere above other plans."""

import random
from dataclasses import replace
from fractions import Fraction

import numpy as np
import pandas as pd
import pytest

import exact
from drawn import drawn, problem, profession
from msp_siting.problem.plan import Plan
from msp_siting.problem.sharing import (
    network_of,
    objective_of_levels,
    objective_of_plan,
    prices_of_room,
    share_out,
    with_room,
)


def plan_of(posts: dict[tuple[str, str], int]) -> Plan:
    """Return the plan of some posts (formats mean nothing to room)."""
    staff = [(site, name, count) for (site, name), count in posts.items()]
    return Plan(Plan.empty().sites, pd.DataFrame(staff, columns=["site_id", "profession", "recruited"]))


def test_what_is_left_and_what_room_is_worth_by_hand() -> None:
    # Need 200 within reach of x (room 100) and y (none): half is left, at weight 1
    # 200 x (0.05 x 1 + 0.05 x 1.5 + 0.1 x 2 + 0.2 x 2.5 + 0.1 x 3) = 225.
    # A unit more at either place takes off 3; at z, which only a point without need reaches, nothing.
    gp = profession({"a": "x y", "b": "z"}, existing={"x": 1}, weight=0.02)
    instance = problem({"gp": gp}, {"a": 200, "b": 0})
    network = network_of(instance, "gp", Plan.empty())
    levels = share_out(network)
    assert objective_of_levels(instance, "gp", network, levels) == pytest.approx(0.02 * 225, rel=1e-15)
    prices = dict(zip(network.place_ids, prices_of_room(instance, "gp", network, levels).tolist(), strict=True))
    assert prices == pytest.approx({"x": 0.06, "y": 0.06, "z": 0.0})


def test_room_where_all_are_covered_is_worth_nothing() -> None:
    instance = problem({"gp": profession({"a": "x"}, existing={"x": 3})}, {"a": 200})
    network = network_of(instance, "gp", Plan.empty())
    assert prices_of_room(instance, "gp", network, share_out(network)).tolist() == [0.0]


@pytest.mark.parametrize("seed", range(20))
def test_the_objective_of_a_plan_is_that_of_exact_numbers(seed: int) -> None:
    instance, choice = drawn(seed), random.Random(seed)  # noqa: S311 - a test's choice
    names = list(instance.professions)
    posts = {(site, choice.choice(names)): choice.randrange(4) for site in instance.sites}
    expected = exact.objective(instance, posts)
    assert abs(Fraction(objective_of_plan(instance, plan_of(posts))) - expected) <= Fraction(1e-13) * max(1, expected)


@pytest.mark.parametrize("seed", range(20))
def test_prices_make_a_plane_that_is_nowhere_above(seed: int) -> None:
    instance, choice = drawn(seed), np.random.default_rng(seed)
    instance = replace(
        instance, professions={name: replace(terms, weight=1.0) for name, terms in instance.professions.items()}
    )
    for name in instance.professions:
        network = network_of(instance, name, Plan.empty())
        here = with_room(network, choice.choice([0.0, 50.0, 300.0], len(network.room)))
        levels = share_out(here)
        objective, prices = (
            objective_of_levels(instance, name, here, levels),
            prices_of_room(instance, name, here, levels),
        )
        for _ in range(5):
            there = with_room(network, choice.choice([0.0, 20.0, 100.0, 900.0], len(network.room)))
            other = objective_of_levels(instance, name, there, share_out(there))
            assert other >= objective - float(prices @ (there.room - here.room)) - 1e-9 * max(1.0, objective)
