"""Which candidate sites are too near to one another, on the toy map, and their groups.

Aubois ----10---- Bourg ----25---- Clairval; Dole is 10 minutes from Bourg and 20 from Aubois.
"""

from collections.abc import Callable
from dataclasses import replace
from itertools import chain, combinations
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from drawn import drawn_with_spacing, near_pairs
from msp_siting.problem.instance import Instance
from msp_siting.problem.plan import Plan
from msp_siting.problem.spacing import cliques_of, most_open, near_among, problems_of_spacing, sites_kept_closed
from msp_siting.solver import Settings, Settler, solve

Build = Callable[..., Instance]
CENTRE, TOWN, VILLAGE = "Grands centres urbains", "Centres urbains intermédiaires", "Bourgs ruraux"


@pytest.fixture
def folder(toy_project: Path) -> Path:
    return toy_project / "data" / "toy"


@pytest.fixture
def drive(folder: Path) -> Callable[..., None]:
    """Return a function that changes minutes of the map, by demand point and place: ``ab=9.99``; None is no road."""

    def change(**minutes: float | None) -> None:
        table = pd.read_csv(folder / "travel_times.csv", dtype={"minutes": float}).set_index(["demand_id", "place_id"])
        for (demand_id, place_id), value in minutes.items():
            table.loc[(demand_id, place_id), "minutes"] = value
        table.dropna().reset_index().to_csv(folder / "travel_times.csv", index=False)

    return change


def add_sites(folder: Path, *rows: str) -> None:
    with (folder / "sites.csv").open("a", encoding="utf-8") as file:
        file.write("".join(f"{row},candidate\n" for row in rows))


def describe(folder: Path, **density: str) -> None:
    """Write ``places.csv`` with the density of some places."""
    rows = (f"{place},X,5.00,45.00,{word}\n" for place, word in density.items())
    (folder / "places.csv").write_text("place_id,name,lon,lat,density\n" + "".join(rows), encoding="utf-8")


def test_ten_minutes_are_far_enough(toy_instance: Build) -> None:
    assert toy_instance().near_sites == ()


@pytest.mark.parametrize("way", ["ab", "ba"])
def test_the_lesser_of_both_directions_decides(toy_instance: Build, drive: Callable[..., None], way: str) -> None:
    drive(**{way: 9.99})
    assert toy_instance().near_sites == (("site-a", "site-b"),)


@pytest.mark.parametrize("way", ["ab", "ba"])
def test_where_one_direction_lacks_the_other_decides(toy_instance: Build, drive: Callable[..., None], way: str) -> None:
    drive(**{way: None, way[::-1]: 10.0})
    assert toy_instance().near_sites == ()
    drive(**{way[::-1]: 9.99})
    assert toy_instance().near_sites == (("site-a", "site-b"),)


def test_without_a_way_two_sites_are_far(toy_instance: Build, drive: Callable[..., None]) -> None:
    drive(ab=None, ba=None)
    assert toy_instance(spacing__minutes=15).near_sites == ()


def test_a_place_that_is_no_demand_point_is_near_by_the_way_there(toy_instance: Build, folder: Path) -> None:
    with (folder / "travel_times.csv").open("a", encoding="utf-8") as file:
        file.write("c,hospital,9\nb,hospital,10\n")
    add_sites(folder, "site-h,hospital,Hôpital,5.40,45.01")
    assert toy_instance().near_sites == (("site-c", "site-h"),)


def test_two_sites_at_one_place_are_not_too_near(toy_instance: Build, folder: Path) -> None:
    add_sites(folder, "site-a2,a,Aubois (gare),5.00,45.00")
    assert toy_instance().near_sites == ()
    # Both stand 10 minutes from Bourg: two groups, for the two of Aubois may open together.
    assert toy_instance(spacing__minutes=11).near_sites == (("site-a", "site-b"), ("site-a2", "site-b"))


def test_three_that_are_near_are_one_group(toy_instance: Build, folder: Path) -> None:
    add_sites(folder, "site-d,d,Dole,5.10,44.90")
    (folder / "demand.csv").write_text(
        (folder / "demand.csv").read_text(encoding="utf-8").replace("Dole,300", "Dole,900"), encoding="utf-8"
    )
    assert toy_instance(spacing__minutes=11).near_sites == (("site-a", "site-b"), ("site-b", "site-d"))
    assert toy_instance(spacing__minutes=21).near_sites == (("site-a", "site-b", "site-d"),)
    all_near = (("site-a", "site-b", "site-d"), ("site-b", "site-c"))
    assert toy_instance(spacing__minutes=26).near_sites == all_near


def test_a_site_that_can_open_in_no_format_is_in_no_group(toy_instance: Build, folder: Path) -> None:
    add_sites(folder, "site-d,d,Dole,5.10,44.90")  # 300 inhabitants, 500 are asked for
    assert toy_instance(spacing__minutes=21).near_sites == (("site-a", "site-b"),)


@pytest.mark.parametrize(
    ("density", "is_near"),
    [
        ({"a": CENTRE, "b": CENTRE}, False),
        ({"a": CENTRE, "b": TOWN}, False),
        ({"a": CENTRE, "b": VILLAGE}, True),
        ({"a": VILLAGE, "b": VILLAGE}, True),
        ({"a": CENTRE, "b": ""}, True),
        ({"a": CENTRE}, True),
    ],
)
def test_urban_centres_are_exempt_among_themselves(
    toy_instance: Build, folder: Path, density: dict[str, str], *, is_near: bool
) -> None:
    describe(folder, **density)
    assert toy_instance(spacing__minutes=11).near_sites == ((("site-a", "site-b"),) if is_near else ())


def test_which_words_are_urban_centres_is_the_model_s(toy_instance: Build, folder: Path) -> None:
    describe(folder, a=VILLAGE, b=VILLAGE)
    assert toy_instance(spacing__minutes=11, spacing__dense=[VILLAGE]).near_sites == ()
    describe(folder, a=CENTRE, b=CENTRE)
    assert toy_instance(spacing__minutes=11, spacing__dense=[]).near_sites == (("site-a", "site-b"),)


def test_a_forced_site_is_in_no_group(toy_instance: Build) -> None:
    assert toy_instance(spacing__minutes=11, sites__force_open=["site-a"]).near_sites == ()
    # Where forcing is switched off nothing is decided.
    off = toy_instance(spacing__minutes=11, sites__force_open=["site-a"], constraints__forced_sites=False)
    assert off.near_sites == (("site-a", "site-b"),)


@pytest.mark.parametrize(
    ("ab", "changes", "expected"),
    [
        (10.0, {}, 2362.5),
        (9.99, {}, 3547.5),
        (9.99, {"constraints__spacing": False}, 2362.5),
        (9.99, {"sites__force_open": ["site-b"]}, 2362.5),
        (9.99, {"spacing__minutes": 9}, 2362.5),
    ],
)
def test_of_two_sites_too_near_one_opens(  # noqa: PLR0913, PLR0917 - the map, the question and the answer
    toy_instance: Build,
    drive: Callable[..., None],
    exact: Settings,
    ab: float,
    changes: dict[str, object],
    expected: float,
) -> None:
    # Clairval is excluded. Aubois and Bourg together have room for all 1,800 of the west: 900 x 2.625 = 2,362.5 is
    # left; one of them leaves a third of the west: 1,800 x 0.65833 more.
    drive(ab=ab)
    instance = toy_instance(budget_eur=2_000_000, **{"sites__exclude": ["site-c"]} | changes)
    solution = solve(instance, exact, Settler(instance, exact), 5287.5)
    assert solution.objective == pytest.approx(expected)
    assert solution.status == "optimal"


APART = {name: name for name in "abcdefg"}


def opening(*sites: str) -> Plan:
    return replace(Plan.empty(), sites=pd.DataFrame({"site_id": sites, "format": "small"}))


def test_a_plan_with_sites_too_near_is_told_pair_by_pair(toy_instance: Build) -> None:
    instance = replace(toy_instance(), sites=APART, near_sites=(("a", "b", "c"), ("c", "d")))
    assert list(problems_of_spacing(instance, opening("a", "c", "d"))) == [
        "spacing: a and c are opened, too near to one another",
        "spacing: c and d are opened, too near to one another",
    ]
    assert list(problems_of_spacing(instance, opening("a", "d"))) == []
    off = replace(instance, constraints=instance.constraints - {"spacing"})
    assert list(problems_of_spacing(off, opening("a", "c"))) == []


def test_candidates_that_may_not_open_beside_a_plan(toy_instance: Build) -> None:
    instance = replace(toy_instance(), sites=APART, near_sites=(("a", "b", "c"), ("c", "d"), ("e", "f")))
    assert sites_kept_closed(instance, opening("a")) == {"b", "c"}
    assert sites_kept_closed(replace(instance, excluded_sites=("b",)), opening("a", "d")) == {"c"}
    off = replace(instance, constraints=instance.constraints - {"spacing"})
    assert sites_kept_closed(off, opening("a")) == set()


@pytest.mark.parametrize("seed", range(50))
def test_groups_hold_exactly_the_pairs(seed: int) -> None:
    random = np.random.default_rng(seed)
    every = list(combinations([f"s{n}" for n in range(9)], 2))
    pairs = [pair for pair in every if random.random() < random.choice([0.2, 0.5, 0.9])]
    cliques = cliques_of(pairs)
    assert set(chain.from_iterable(combinations(clique, 2) for clique in cliques)) == set(pairs)
    assert cliques_of([pair[::-1] for pair in reversed(pairs)]) == cliques
    kept = {f"s{n}" for n in range(5)}
    left = set(chain.from_iterable(combinations(clique, 2) for clique in near_among(cliques, kept)))
    assert left == {pair for pair in pairs if kept.issuperset(pair)}


@pytest.mark.parametrize("seed", range(20))
def test_no_more_sites_open_than_the_groups_let(seed: int) -> None:
    instance = drawn_with_spacing(seed)
    pairs, sites = near_pairs(instance), list(instance.sites)[:10]
    most = max(
        number
        for number in range(len(sites) + 1)
        for chosen in combinations(sites, number)
        if not any(pair in pairs for pair in combinations(sorted(chosen), 2))
    )
    assert most <= most_open(instance, sites) <= len(sites)


def test_the_most_that_open_are_one_of_each_group(toy_instance: Build) -> None:
    instance = replace(toy_instance(), near_sites=(("a", "b", "c"), ("c", "d"), ("e", "f")))
    assert most_open(instance, {"a", "b", "c", "d", "e", "f", "g"}) == 4
    assert most_open(instance, {"d", "g"}) == 2
    assert most_open(replace(instance, constraints=frozenset()), {"a", "b"}) == 2
