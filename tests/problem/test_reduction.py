"""What no plan can change is taken out, and every plan keeps its objective."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from drawn import drawn, drawn_staff, drawn_with_openings, drawn_with_spacing, least_objective, problem, profession
from msp_siting.problem.reduction import reduce_instance
from msp_siting.problem.terms import ProfessionTerms


def pairs_of(terms: ProfessionTerms) -> set[tuple[str, str]]:
    """Return the pairs, without the profession before the name of a demand point."""
    points = [point.partition(":")[2] for point in terms.pairs.demand_ids]
    return set(zip(points, terms.pairs.place_ids, strict=True))


def test_pairs_that_nobody_can_use_go() -> None:
    # z has room kept for the rim only, v nobody and no site; b needs nothing, c has no inhabitants.
    gp = profession(
        {"a": "x z v", "b": "x", "c": "x"}, existing={"x": 1, "z": 1}, reserved={"z": 100}, need_index={"b": 0}
    )
    reduced = reduce_instance(problem({"gp": gp}, {"a": 150, "b": 100, "c": 0})).instance
    assert pairs_of(reduced.professions["gp"]) == {("a", "x")}
    assert reduced.inhabitants == {"gp:a": 150}


def test_a_place_with_room_for_all_who_reach_it_goes_with_them() -> None:
    # x has room for 300, a and b need 250 together. b reaches y too, where c is 50 short; c cannot go to x.
    gp = profession({"a": "x", "b": "x y", "c": "y"}, existing={"x": 3, "y": 1})
    instance = problem({"gp": gp}, {"a": 100, "b": 150, "c": 150})
    reduced = reduce_instance(instance).instance
    assert pairs_of(reduced.professions["gp"]) == {("c", "y")}
    assert reduced.professions["gp"].existing == {"y": 1}
    # A third of c is left: 0.65833 for each who needs (tests/conftest.py).
    assert least_objective(reduced, {}) == pytest.approx(150 * 0.658333, rel=1e-5)
    assert least_objective(instance, {}) == pytest.approx(150 * 0.658333, rel=1e-5)


def test_a_candidate_site_where_room_is_never_short_goes_too() -> None:
    gp = profession({"a": "x", "b": "y"}, existing={"x": 2})
    reduced = reduce_instance(problem({"gp": gp}, {"a": 100, "b": 100}, sites={"at-x": "x", "at-y": "y"})).instance
    assert pairs_of(reduced.professions["gp"]) == {("b", "y")}
    assert reduced.sites == {"at-x": "x", "at-y": "y"}


@pytest.mark.parametrize(("reach_of_b", "kept"), [("x y", set()), ("x", {("a", "x")})])
def test_room_to_spare_is_reached_through_the_points_of_another_place(
    reach_of_b: str, kept: set[tuple[str, str]]
) -> None:
    # x has room for 100 of the 140 who reach it; that is enough where b (80) can go on to y, which has room for 60
    # and serves c (10). Where b cannot, a and b are 40 short: they reach the same place, so they are one.
    gp = profession({"a": "x", "b": reach_of_b, "c": "y"}, existing={"x": 1, "y": 0.6})
    reduced = reduce_instance(problem({"gp": gp}, {"a": 60, "b": 80, "c": 10})).instance
    assert pairs_of(reduced.professions["gp"]) == kept
    assert reduced.inhabitants == ({"gp:a": 140} if kept else {})


def test_a_place_that_is_just_full_stays() -> None:
    # Rounding could hide that somebody is short.
    gp = profession({"a": "x"}, existing={"x": 1})
    assert pairs_of(reduce_instance(problem({"gp": gp}, {"a": 100})).instance.professions["gp"]) == {("a", "x")}


def test_demand_points_with_the_same_places_are_one() -> None:
    # Needs 80 and 360, room for 220: half of each is left, 1.125 for each who needs (0.05 + 0.075 + 0.2 + 0.5 + 0.3).
    gp = profession({"a": "x", "b": "x"}, existing={"x": 2.2}, need_index={"a": 0.8, "b": 1.2})
    instance = problem({"gp": gp}, {"a": 100, "b": 300})
    reduced = reduce_instance(instance).instance
    assert reduced.inhabitants == {"gp:a": 400}
    assert reduced.professions["gp"].need_index == {"gp:a": pytest.approx(1.1)}
    assert least_objective(reduced, {}) == pytest.approx(440 * 1.125)
    assert least_objective(instance, {}) == pytest.approx(440 * 1.125)


def test_isolated_demand_points_stay_as_what_they_cost() -> None:
    # Nobody is reached by 300 people: 2.625 for each who needs, whatever opens.
    gp = profession({"a": "", "b": "", "c": "y"}, need_index={"b": 0.5})
    instance = problem({"gp": gp}, {"a": 100, "b": 200, "c": 50}, sites={"at-y": "y"})
    reduced = reduce_instance(instance).instance
    assert reduced.inhabitants == {"gp:a": 300, "gp:c": 50}
    assert least_objective(reduced, {("at-y", "gp"): 1}) == pytest.approx(200 * 2.625)


def test_places_of_existing_supply_with_the_same_people_are_one_and_hosts_are_not() -> None:
    everywhere = "x y z w"
    gp = profession({"a": everywhere, "b": everywhere}, existing={"x": 1, "y": 0.5, "z": 1}, reserved={"y": 30})
    found = reduce_instance(problem({"gp": gp}, {"a": 500, "b": 100}, sites={"at-z": "z", "at-w": "w"}))
    reduced = found.instance.professions["gp"]
    assert found.joined == {"gp": {"y": "x"}}
    assert pairs_of(reduced) == {("a", "x"), ("a", "z"), ("a", "w")}
    assert (reduced.existing, reduced.reserved) == ({"x": 1.5, "z": 1}, {"x": 30})


def test_professions_are_reduced_one_by_one() -> None:
    gp = profession({"a": "x", "b": "x"}, existing={"x": 1})
    nurse = profession({"a": "x", "b": "y"}, existing={"x": 0.5, "y": 9}, weight=0.0)
    reduced = reduce_instance(problem({"gp": gp, "nurse": nurse}, {"a": 100, "b": 100})).instance
    assert reduced.inhabitants == {"gp:a": 200, "nurse:a": 100}


@settings(max_examples=25, deadline=None, derandomize=True)
@given(st.integers(0, 10_000))
def test_every_plan_keeps_its_objective(seed: int) -> None:
    instance = drawn(seed)
    reduced = reduce_instance(instance).instance
    for number in range(3):
        staff = drawn_staff(instance, seed + number) if number else {}
        assert least_objective(reduced, staff) == pytest.approx(least_objective(instance, staff), rel=1e-6, abs=1e-6)


@pytest.mark.parametrize("seed", range(15))
def test_the_best_plan_of_sites_far_enough_keeps_its_objective(seed: int) -> None:
    instance = drawn_with_spacing(seed)
    reduced = reduce_instance(instance).instance
    assert reduced.near_sites == instance.near_sites
    assert least_objective(reduced) == pytest.approx(least_objective(instance), rel=1e-6, abs=1e-6)


@pytest.mark.parametrize("seed", range(15))
def test_so_does_the_best_plan_where_few_of_the_sites_of_a_commune_open(seed: int) -> None:
    instance = drawn_with_openings(seed)
    reduced = reduce_instance(instance).instance
    assert reduced.openings_by_commune == instance.openings_by_commune
    assert least_objective(reduced) == pytest.approx(least_objective(instance), rel=1e-6, abs=1e-6)
