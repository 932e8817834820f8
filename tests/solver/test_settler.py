"""Who is served where under a plan: shared out by flows, held to the readable statement of the problem."""

import random
from collections.abc import Callable
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from compiled import compile_model
from drawn import drawn_with_moves
from msp_siting.problem.formulation import build
from msp_siting.problem.instance import Instance
from msp_siting.problem.plan import Plan
from msp_siting.problem.sharing import network_of
from msp_siting.problem.soundness import objective_of, problems_of_limits
from msp_siting.problem.terms import Pairs
from msp_siting.solver import Settings, Settler
from msp_siting.solver.highs import solve_lp
from msp_siting.solver.matrix import Matrix
from msp_siting.solver.plans import with_plan


def timed(seed: int) -> Instance:
    """Return a random problem whose pairs take some minutes."""
    instance, drawn = drawn_with_moves(seed), random.Random(seed)  # noqa: S311 - a test's choice
    professions = {
        name: replace(
            terms,
            pairs=Pairs(
                terms.pairs.demand_ids,
                terms.pairs.place_ids,
                np.array([float(drawn.randrange(0, 30)) for _ in terms.pairs.demand_ids]),
            ),
        )
        for name, terms in instance.professions.items()
    }
    return replace(instance, professions=professions)


def plans(instance: Instance, seed: int) -> list[Plan]:
    """Return the plan that opens nothing, and one that opens a few sites with some posts, where they can move."""
    drawn = random.Random(seed)  # noqa: S311 - a test's choice
    opened = drawn.sample(sorted(instance.sites), 3)
    sites = [(site, drawn.choice(instance.formats_at(site))) for site in opened]
    staff = [
        (site, name, drawn.randint(1, most))
        for site, kind in sites
        for name, most in instance.formats[kind].most.items()
    ]
    columns = ["site_id", "profession", "recruited"]
    some = Plan(pd.DataFrame(sites, columns=["site_id", "format"]), pd.DataFrame(staff, columns=columns))
    return [Plan.empty()] if problems_of_limits(instance.without_plan_rules(), some) else [Plan.empty(), some]


def least(matrix: Matrix, stage: int, settings: Settings) -> float:
    found = solve_lp(matrix, matrix.costs[stage], settings.control(60)).objective
    assert found is not None
    return found


@pytest.mark.parametrize("seed", range(25))
def test_the_readable_statement_says_the_same(seed: int, exact: Settings) -> None:
    """Stage 1's least objective; and with its uncovered held, the least minutes."""
    instance = timed(seed)
    statement = compile_model(build(instance.without_plan_rules(), "settling"))
    for plan in plans(instance, seed):
        objective, assignment = Settler(instance, exact).settle(plan)
        fixed = with_plan(statement, plan)
        assert objective == pytest.approx(least(fixed, 0, exact), rel=1e-6, abs=1e-6)
        left = assignment.uncovered.set_index(["demand_id", "profession"])["inhabitants"].to_dict()
        lower, upper = fixed.lower.copy(), fixed.upper.copy()
        for column, index in fixed.columns("uncovered"):
            lower[column], upper[column] = left[index] - 1e-7, left[index] + 1e-7
        for stage, name in ((0, "objective"), (1, "minutes")):
            held = fixed.bounded(np.maximum(lower, fixed.lower), np.minimum(upper, fixed.upper))
            stated = objective if name == "objective" else minutes(instance, assignment.allocated)
            assert stated == pytest.approx(least(held, stage, exact), rel=1e-6, abs=1e-3), name


def minutes(instance: Instance, allocated: pd.DataFrame) -> float:
    took = {
        (point, place, name): each
        for name, terms in instance.professions.items()
        for point, place, each in zip(terms.pairs.demand_ids, terms.pairs.place_ids, terms.pairs.minutes, strict=True)
    }
    rows = allocated[["demand_id", "place_id", "profession", "inhabitants"]].itertuples(index=False, name=None)
    return float(sum(people * took[point, place, name] for point, place, name, people in rows))


@pytest.mark.parametrize("seed", range(6))
def test_a_plan_changes_room_only(seed: int, exact: Settings) -> None:
    instance = timed(seed)
    settler = Settler(instance, exact)
    settler.share_out(Plan.empty())
    for plan in plans(instance, seed):
        found = settler.share_out(plan)
        for name in instance.professions:
            expected, network = network_of(instance, name, plan), found[name].network
            assert (network.point_ids, network.place_ids) == (expected.point_ids, expected.place_ids)
            for here, there in ((network.room, expected.room), (network.need, expected.need)):
                assert here.tolist() == there.tolist()
            assert network.pair_points.tolist() == expected.pair_points.tolist()
            assert network.pair_places.tolist() == expected.pair_places.tolist()


@pytest.mark.parametrize("seed", range(6))
def test_the_objective_is_that_of_who_is_uncovered(seed: int, exact: Settings) -> None:
    instance = timed(seed)
    settler = Settler(instance, exact)
    for plan in plans(instance, seed):
        objective, uncovered = settler.spread(plan)
        assert objective == pytest.approx(objective_of(instance, uncovered), rel=1e-12, abs=1e-9)
        settled, assignment = settler.settle(plan)
        somewhere, other = settler.settle(plan, nearby=False)
        assert settled == somewhere == objective
        pd.testing.assert_frame_equal(assignment.uncovered, uncovered)
        pd.testing.assert_frame_equal(other.uncovered, uncovered)
        served = [
            each.allocated.groupby(["demand_id", "profession"])["inhabitants"].sum() for each in (assignment, other)
        ]
        pd.testing.assert_series_equal(*served, atol=1e-3)


def test_shares_within_reach_are_equal_to_the_last_digit(
    toy_instance: Callable[..., Instance], exact: Settings
) -> None:
    # Aubois, Bourg and Dole share room for 600 of 1,800 evenly: 2/3 of each go short.
    _, found = Settler(toy_instance(), exact).settle(Plan.empty())
    gp = found.uncovered[found.uncovered["profession"].eq("gp")].set_index("demand_id")["inhabitants"]
    assert gp.to_dict() == pytest.approx({"a": 600, "b": 400, "c": 900, "d": 200}, rel=1e-15)
