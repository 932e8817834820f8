"""Three villages on a line, 10 apart, a site in each; and the examples of the page."""

import doctest
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from msp_siting import locate
from msp_siting.errors import DataError

PAGE = Path(__file__).parents[2] / "docs" / "locate.md"


@pytest.fixture
def demand() -> pd.DataFrame:
    return pd.DataFrame(
        {"demand_id": ["north", "middle", "south"], "inhabitants": [100, 50, 200], "x": [0, 10, 20], "y": [0, 0, 0]}
    )


@pytest.fixture
def sites() -> pd.DataFrame:
    return pd.DataFrame(
        {
            "site_id": ["n", "m", "s"],
            "capex_eur": [1.0, 2.0, 3.0],
            "capacity_inhabitants": [100, 60, 220],
            "x": [0, 10, 20],
            "y": [0, 0, 0],
        }
    )


def test_every_call_finds_what_a_person_finds(demand: pd.DataFrame, sites: pd.DataFrame) -> None:
    found = {
        "median": locate.p_median(demand, sites, p=2),
        "nearest": locate.k_nearest_p_median(demand, sites, p=2, k=1),
        "center": locate.p_center(demand, sites, p=1),
        "covered": locate.max_coverage(demand, sites, radius=5, p=1),
        "for 3 EUR": locate.max_coverage(demand, sites, radius=5, budget_eur=3),
        "cover": locate.set_cover(demand, sites, radius=10),
        "backup": locate.backup_coverage(demand, sites, radius=10),
        "apart": locate.p_dispersion(sites, p=2),
        "within room": locate.capacitated_p_median(demand, sites, p=3),
        "priced": locate.fixed_charge(demand, sites.drop(columns="capacity_inhabitants"), travel_cost_eur=0.001),
        "target": locate.cost_to_target(demand, sites, radius=5, covered_share=0.8),
    }
    assert {name: (each.objective, sorted(each.sites), each.status) for name, each in found.items()} == {
        "median": (500.0, ["n", "s"], "optimal"),  # middle goes 10
        "nearest": (500.0, ["n", "s"], "optimal"),
        "center": (10.0, ["m"], "optimal"),
        "covered": (200.0, ["s"], "optimal"),
        "for 3 EUR": (200.0, ["s"], "optimal"),
        "cover": (1.0, ["m"], "optimal"),
        "backup": (0.0, ["m"], "optimal"),
        "apart": (20.0, ["n", "s"], "optimal"),
        "within room": (0.0, ["m", "n", "s"], "optimal"),
        "priced": (4.5, ["n", "s"], "optimal"),  # 4 EUR, and 500 x 0.001; middle alone: 2 + 3
        "target": (4.0, ["n", "s"], "optimal"),
    }


def test_a_table_and_a_matrix_are_the_same_as_straight_lines(demand: pd.DataFrame, sites: pd.DataFrame) -> None:
    matrix = np.array([[0, 10, 20], [10, 0, 10], [20, 10, 0]])
    table = pd.DataFrame(
        [(d, s, matrix[i, j]) for i, d in enumerate(demand["demand_id"]) for j, s in enumerate(sites["site_id"])],
        columns=["demand_id", "site_id", "minutes"],
    )
    for minutes in (matrix, table.sample(frac=1, random_state=1)):
        found = locate.p_median(demand, sites, minutes, p=2)
        assert (found.objective, found.sites) == (500.0, ["n", "s"])
        assert found.assignment["minutes"].tolist() == [0, 10, 0]


def test_a_degree_of_latitude_is_111_km(demand: pd.DataFrame, sites: pd.DataFrame) -> None:
    places = {"lon": [5.0, 5.0, 5.0], "lat": [45.0, 46.0, 47.0]}
    found = locate.p_center(demand.assign(**places), sites.assign(**places), p=1)
    assert (found.sites, round(found.objective or 0)) == (["m"], 111)


def test_whom_no_site_reaches_and_how_many_it_takes(demand: pd.DataFrame, sites: pd.DataFrame) -> None:
    assert locate.p_median(demand, sites, p=1, longest=9).least_sites == 3
    alone = locate.p_median(demand, sites[:2], p=1, longest=9)
    assert (alone.status, alone.unreachable, alone.objective) == ("infeasible", ["south"], None)
    assert "it takes 3 sites to reach everybody" in repr(locate.p_median(demand, sites, p=1, longest=9))


def test_all_problems_are_told_at_once(demand: pd.DataFrame, sites: pd.DataFrame) -> None:
    wrong = demand.assign(demand_id=["a", "a", "b"], inhabitants=[1, -2, "x"])
    with pytest.raises(DataError) as told:
        locate.max_coverage(wrong, sites.drop(columns="capex_eur"), radius=-1, budget_eur=5)
    assert str(told.value).splitlines() == [
        "radius: -1 is not a number from 0.0 to inf",
        "demand: demand_id 'a' stands twice",
        "demand: row 1: inhabitants is not a number of 0 or more, got -2",
        "demand: row 2: inhabitants is not a number of 0 or more, got x",
        "sites: no column capex_eur",
    ]


def test_a_table_with_unknown_points_is_refused(demand: pd.DataFrame, sites: pd.DataFrame) -> None:
    table = pd.DataFrame({"demand_id": ["nord"], "site_id": ["n"], "minutes": [1.0]})
    with pytest.raises(DataError, match="minutes: demand_id 'nord' is in no row of the other table"):
        locate.p_median(demand, sites, table, p=1)


def test_the_examples_of_the_page_are_true() -> None:
    assert doctest.testfile(str(PAGE), module_relative=False).attempted >= 6
    assert doctest.testfile(str(PAGE), module_relative=False).failed == 0
