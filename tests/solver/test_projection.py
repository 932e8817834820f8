"""Light professions as cuts: never above what is lost, and nothing left out once they are made."""

from collections.abc import Callable
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from compiled import compile_model
from drawn import drawn, drawn_staff, least_objective, problem, profession
from msp_siting.errors import Sentence
from msp_siting.errors import problem as told
from msp_siting.problem.formulation import build
from msp_siting.problem.instance import Instance
from msp_siting.problem.plan import Plan
from msp_siting.solver import Settings, choose
from msp_siting.solver.highs import search_mip
from msp_siting.solver.plans import cut_off, with_plan
from msp_siting.solver.projection import CLOSE_SHARE, Projection, light_professions, project

SEEDS = range(6)


def with_weights(instance: Instance, **weights: float) -> Instance:
    """Return the instance with other weights."""
    professions = {
        name: replace(terms, weight=weights.get(name, terms.weight)) for name, terms in instance.professions.items()
    }
    return replace(instance, professions=professions)


def values_with(found: Projection, staff: dict[tuple[str, str], float]) -> np.ndarray:
    """Return values of the problem's columns: nothing but posts."""
    values = np.zeros(len(found.matrix.lower))
    for column, index in found.matrix.columns("staff"):
        values[column] = staff.get((str(index[0]), str(index[1])), 0.0)
    return values


def test_a_profession_is_light_beside_the_heaviest() -> None:
    # 4 GPs of 300 change 1,200 at most (times the steepest slope); 4 nurses of 650 change 2,600 x weight.
    def with_weight(weight: float) -> Instance:
        gp = profession({"a": "x"}, capacity=300, pool=4)
        nurse = profession({"a": "x"}, capacity=650, pool=4, weight=weight)
        return problem({"gp": gp, "nurse": nurse}, {"a": 100})

    assert light_professions(with_weight(0.0)) == ["nurse"]
    assert light_professions(with_weight(0.046)) == ["nurse"]
    assert light_professions(with_weight(0.047)) == []
    assert light_professions(with_weight(9.0)) == ["gp"]
    assert light_professions(with_weight(0.0).without_need_of(["nurse"])) == []
    assert light_professions(with_weight(0.0).without_need_of(["gp", "nurse"])) == []


def test_without_light_professions_it_is_the_whole_problem(toy_instance: Callable[..., Instance]) -> None:
    whole = project(toy_instance(), [])
    assert not whole.matrix.mask("loss").any()
    projected = project(toy_instance(), ["nurse", "midwife"]).matrix
    assert [index for _, index in projected.columns("loss")] == [("nurse",), ("midwife",)]
    assert {index[2] for _, index in projected.columns("allocated")} == {"gp"}
    assert list(projected.columns("staff")) != []


def test_what_a_light_profession_loses_is_worked_by_hand() -> None:
    # 200 people, one nurse of 100: half are left, 1.125 x 200 x 0.02 = 4.5; with none 2.625 x 200 x 0.02 = 10.5.
    # At one nurse the fourth band is being filled: a nurse more saves 100 x 2.5 or loses 100 x 3, times 0.02.
    gp = profession({"a": "x"}, pool=9)
    nurse = profession({"a": "x"}, pool=9, weight=0.02)
    instance = problem({"gp": gp, "nurse": nurse}, {"a": 200}, sites={"s": "x"})
    found = project(instance, ["nurse"])
    objective, values = found.complete(values_with(found, {("s", "nurse"): 1}))
    assert objective == pytest.approx(4.5)
    assert values[found.matrix.mask("loss")] == pytest.approx([4.5])
    found.add_cuts()
    (cut,) = found.cuts
    assert cut.slopes.tolist() == [pytest.approx(-0.02 * 100 * 3)]  # 50 % uncovered lie in the band from 40 %
    assert found.complete(values_with(found, {}))[0] == pytest.approx(10.5)
    assert found.complete(values_with(found, {("s", "nurse"): 2}))[0] == pytest.approx(0.0)


@pytest.mark.parametrize("seed", SEEDS)
def test_complete_is_the_true_objective(seed: int) -> None:
    instance = drawn(seed)
    found = project(instance, list(instance.professions))
    for number in range(4):
        staff = drawn_staff(instance, 100 * seed + number)
        objective, _ = found.complete(values_with(found, staff))
        assert objective == pytest.approx(least_objective(instance, staff), rel=1e-6, abs=1e-6)


@pytest.mark.parametrize("seed", SEEDS)
def test_a_cut_lies_nowhere_above(seed: int) -> None:
    instance = drawn(seed)
    names = list(instance.professions)
    found = project(instance, names)
    for number in range(3):
        found.complete(values_with(found, drawn_staff(instance, 100 * seed + number)))
    found.add_cuts()
    assert len(found.cuts) == 3 * len(names)
    for number in range(50, 54):
        staff = drawn_staff(instance, 100 * seed + number)
        posts = values_with(found, staff)
        for cut in found.cuts:
            others = [name for name in names if name != cut.light.name]
            lost = least_objective(with_weights(instance, **dict.fromkeys(others, 0.0)), staff)
            assert lost is not None
            assert cut.slopes @ posts[cut.light.columns] - cut.limit <= lost + 1e-6 * max(1.0, lost)


@pytest.mark.parametrize("seed", SEEDS)
def test_the_relaxation_with_cuts_is_that_of_the_whole(seed: int, exact: Settings) -> None:
    instance = with_weights(drawn(seed), nurse=0.03)
    control = exact.control(60)
    whole = project(instance, []).relax(control)
    found = project(instance, [name for name in instance.professions if name != "gp"])
    cuts = found.relax(control)
    assert whole.objective is not None
    assert cuts.objective is not None
    assert whole.objective == pytest.approx(least_objective(instance, relaxed=True), rel=1e-6, abs=1e-6)
    assert cuts.objective <= whole.objective * (1 + 1e-6) + 1e-6
    assert cuts.objective >= whole.objective * (1 - CLOSE_SHARE) - 1e-6


def test_a_plan_that_exceeds_a_limit_is_cut_off_and_the_search_goes_on(
    toy_instance: Callable[..., Instance], exact: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As if the solver's rounding let more sites pass than there is money for."""

    def too_many(_: Instance, plan: Plan) -> list[Sentence]:
        return [told("two sites")] if len(plan.sites) > 1 else []

    instance = toy_instance(budget_eur=4_000_000, recruitable={"gp": 9, "nurse": 9, "midwife": 9})
    all_three = choose(instance, exact, 5287.5)
    assert all_three.objective == pytest.approx(592.5)  # two in the west cover it, one in the east (tests/conftest.py)
    monkeypatch.setattr("msp_siting.solver.projection.problems_of_limits", too_many)
    for settings in (exact, replace(exact, threads=2), replace(exact, parts=frozenset())):
        one = choose(instance, settings, 5287.5)
        assert one.plan is not None
        assert one.plan.sites["site_id"].tolist() == ["site-c"]
        assert one.objective == pytest.approx(3517.5)
        assert one.bound == pytest.approx(3517.5)


def test_what_is_cut_off_is_the_plan_and_all_that_take_more(exact: Settings) -> None:
    gp = profession({"a": "x", "b": "y"}, pool=9)
    instance = problem({"gp": gp}, {"a": 500, "b": 500}, sites={"x1": "x", "y1": "y"}, budget_eur=1e9)
    matrix = compile_model(build(instance, "siting"))
    two = [("x1", "small", 2), ("y1", "small", 1)]
    tighter, _ = cut_off(matrix, plan(two))
    for teams, is_left in (
        ([("x1", "small", 2), ("y1", "small", 1)], False),
        ([("x1", "small", 2), ("y1", "small", 2)], False),
        ([("x1", "small", 1), ("y1", "small", 2)], True),
        ([("x1", "small", 2), ("y1", "small", 0)], True),
        ([("x1", "small", 2)], True),
        ([], True),
    ):
        found = search_mip(with_plan(tighter, plan(teams)), tighter.costs[0], exact.control(60))
        assert (found.ending == "optimal") == is_left, teams


def plan(teams: list[tuple[str, str, int]]) -> Plan:
    """Return the plan of some sites, their formats and their GPs."""
    return Plan(
        pd.DataFrame([(site, kind) for site, kind, _ in teams], columns=["site_id", "format"]),
        pd.DataFrame([(site, "gp", n) for site, _, n in teams], columns=["site_id", "profession", "recruited"]),
    )
