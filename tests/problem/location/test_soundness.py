"""Three villages on a line at 0, 10 and 20 minutes, a site in each: a sound answer passes, each fault is named.

north (100) -- 10 -- middle (50) -- 10 -- south (200)
"""

from dataclasses import replace

import numpy as np
import pytest

from msp_siting.problem.location import (
    LocationModel,
    LocationProblem,
    Measure,
    Siting,
    matrix_of,
    objective_of_siting,
    problems_of_siting,
    reach_of_matrix,
    reach_of_pairs,
)

MINUTES = np.array([[0.0, 10.0, 20.0], [10.0, 0.0, 10.0], [20.0, 10.0, 0.0]])


def village_problem(**changes: object) -> LocationProblem:
    """Return the three villages; a site costs 1, 2 and 3 EUR."""
    nowhere = np.zeros(3, bool)
    problem = LocationProblem(
        demand_ids=np.array(["north", "middle", "south"], object),
        site_ids=np.array(["n", "m", "s"], object),
        weights=np.array([100.0, 50.0, 200.0]),
        reach=reach_of_matrix(MINUTES),
        fixed_eur=np.array([1.0, 2.0, 3.0]),
        capacity=np.full(3, np.inf),
        existing=nowhere,
        forced=nowhere,
        excluded=nowhere,
        between=reach_of_matrix(MINUTES),
    )
    return replace(problem, **changes)


def goes(*pairs: tuple[int, int], share: float = 1.0) -> dict[str, np.ndarray]:
    points, sites = np.array(pairs, np.int64).reshape(-1, 2).T
    return {"points": points, "sites": sites, "shares": np.full(len(pairs), share)}


def opened(*sites: int) -> np.ndarray:
    return np.array(sites, np.int64)


ALL_TO_NORTH_AND_SOUTH = goes((0, 0), (1, 0), (2, 2))


@pytest.mark.parametrize(
    ("model", "siting", "expected"),
    [
        (LocationModel("max-coverage", 10), Siting("feasible", opened=opened(1), **goes((0, 1), (1, 1), (2, 1))), 350),
        (LocationModel("max-coverage", 9), Siting("feasible", opened=opened(2), **goes((2, 2))), 200),
        (LocationModel("set-cover", 10), Siting("feasible", opened=opened(1), **goes((0, 1), (1, 1), (2, 1))), 1),
        (
            LocationModel("backup-coverage", 10),
            Siting("feasible", opened=opened(0, 1), **goes((0, 0), (1, 1), (2, 1))),
            150,
        ),
        (
            LocationModel("backup-coverage", 10, backup_of="points"),
            Siting("feasible", opened=opened(0, 1), **goes((0, 0), (1, 1), (2, 1))),
            2,
        ),
        (LocationModel("p-median"), Siting("feasible", opened=opened(0, 2), **ALL_TO_NORTH_AND_SOUTH), 500),
        (
            LocationModel("k-nearest-p-median", nearest=2),
            Siting(
                "feasible",
                opened=opened(0, 2),
                **goes((0, 0), (0, 2), (1, 0), (1, 2), (2, 2), (2, 0), share=0.5),
            ),
            3500,  # 100 x 10 + 50 x 10 + 200 x 10
        ),
        (LocationModel("p-center"), Siting("feasible", opened=opened(0, 2), **ALL_TO_NORTH_AND_SOUTH), 10),
        (LocationModel("p-dispersion"), Siting("feasible", opened=opened(0, 1, 2)), 10),
        (LocationModel("capacitated-p-median"), Siting("feasible", opened=opened(0, 2), **ALL_TO_NORTH_AND_SOUTH), 500),
        (
            LocationModel("fixed-charge", travel_cost_eur=0.5),
            Siting("feasible", opened=opened(0, 2), **ALL_TO_NORTH_AND_SOUTH),
            254,
        ),
        (
            LocationModel("cost-to-target", 0, covered_share=0.8),
            Siting("feasible", opened=opened(0, 2), **goes((0, 0), (2, 2))),
            4,
        ),
    ],
)
def test_an_objective_is_what_a_person_reckons(model: LocationModel, siting: Siting, expected: float) -> None:
    assert objective_of_siting(village_problem(), model, siting) == expected
    assert problems_of_siting(village_problem(), model, replace(siting, objective=expected)) == []


SOUND = Siting("optimal", 500.0, 500.0, opened(0, 2), **ALL_TO_NORTH_AND_SOUTH)
NORTH = np.array([True, False, False])


@pytest.mark.parametrize(
    ("measure", "changes", "siting", "expected"),
    [
        (
            "p-median",
            {},
            replace(SOUND, opened=opened(0, 3)),
            "a point or site is named that the problem does not have",
        ),
        ("p-median", {}, replace(SOUND, opened=opened(0, 2, 2)), "a site is opened twice"),
        (
            "p-median",
            {},
            replace(SOUND, shares=np.ones(2)),
            "points, sites and shares of who goes where differ in number",
        ),
        ("p-median", {"existing": NORTH}, SOUND, "n is there already and is opened"),
        ("p-median", {"excluded": NORTH}, SOUND, "n is excluded and is opened"),
        ("p-median", {"forced": ~NORTH}, SOUND, "m must open and does not"),
        ("p-median", {"site_count": (3, None)}, SOUND, "2 sites open, at least 3 must"),
        ("p-median", {"site_count": (0, 1)}, SOUND, "2 sites open, at most 1 may"),
        ("p-median", {"budget_eur": 3.99}, SOUND, "the sites cost 4.0 EUR, the budget is 3.99 EUR"),
        ("p-median", {"budget_eur": 3.999}, SOUND, "the sites cost 4.0 EUR, the budget is 3.999 EUR"),  # no whole cent
        ("p-median", {}, replace(SOUND, **goes((0, 0), (1, 1), (2, 2))), "middle goes to m, which is closed"),
        ("p-median", {}, replace(SOUND, **goes((0, 0), (2, 2))), "shares of middle do not sum to 1"),
        ("p-median", {}, replace(SOUND, shares=np.array([1.0, 1.0, 0.0])), "south goes to s with a share of 0 or less"),
        (
            "p-median",
            {},
            replace(SOUND, **(goes((0, 0), (1, 0), (1, 2), (2, 2)) | {"shares": np.array([1.0, 0.5, 0.5, 1.0])})),
            "middle goes to 2 sites",
        ),
        (
            "capacitated-p-median",
            {"capacity": np.array([149.0, 0.0, 200.0])},
            SOUND,
            "n serves 150.0, it holds 149.0",
        ),
        ("p-median", {}, replace(SOUND, objective=499.0), "objective: 500.000000 recomputed, 499.000000 stated"),
        ("p-median", {}, replace(SOUND, bound=501.0), "bound: no bound of a plan worth 500.0: 501.0"),
        (
            "p-median",
            {"reach": reach_of_pairs(3, np.array([0, 2]), np.array([0, 2]), np.zeros(2))},
            SOUND,
            "middle cannot go to n: there is no such pair",
        ),
        (
            "max-coverage",
            {},
            replace(SOUND, **goes((0, 0), (2, 2))),
            "those who go to a site, once and wholly, are not those who are covered",
        ),
        ("set-cover", {}, Siting("optimal", 1.0, 1.0, opened(0), **goes((0, 0), (1, 0))), "south is not covered"),
        (
            "backup-coverage",
            {},
            Siting("optimal", 50.0, 50.0, opened(0, 2), **goes((0, 0), (1, 0), (2, 2)), first_stage=1),
            "2 sites open, the least that cover everybody are 1",
        ),
        (
            "cost-to-target",
            {},
            Siting("optimal", 1.0, 1.0, opened(0), **goes((0, 0), (1, 0))),
            "150.0 are covered, at least 174.99999965 must be",
        ),
    ],
)
def test_a_fault_is_named(measure: Measure, changes: dict[str, object], siting: Siting, expected: str) -> None:
    model = LocationModel(measure, 10, covered_share=0.5 if measure == "cost-to-target" else 1.0)
    assert expected in problems_of_siting(village_problem(**changes), model, siting)


def test_a_time_beyond_the_longest_is_named() -> None:
    problems = problems_of_siting(village_problem(), LocationModel("p-median", 9), SOUND)
    assert problems == ["middle goes to n, which is too far"]


def test_existing_sites_serve_for_nothing() -> None:
    problem = village_problem(existing=NORTH, site_count=(0, 1), budget_eur=3.0)
    siting = Siting("optimal", 500.0, 500.0, opened(2), **ALL_TO_NORTH_AND_SOUTH)
    assert problems_of_siting(problem, LocationModel("p-median"), siting) == []
    assert objective_of_siting(problem, LocationModel("fixed-charge"), siting) == 503


def test_pairs_stand_by_minutes_then_index_whatever_their_order() -> None:
    reach = reach_of_pairs(2, np.array([1, 0, 0, 0]), np.array([1, 2, 1, 0]), np.array([4.0, 3.0, 3.0, 5.0]))
    assert (reach.first.tolist(), reach.sites.tolist()) == ([0, 3, 4], [1, 2, 0, 1])
    same = reach_of_matrix(matrix_of(reach, 3))
    assert (same.first.tolist(), same.sites.tolist(), same.minutes.tolist()) == (
        reach.first.tolist(),
        reach.sites.tolist(),
        reach.minutes.tolist(),
    )
