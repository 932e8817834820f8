"""As what a site may open, by hand: an MSP stands at Bourg, 10 minutes from Aubois and Dole, 25 from Clairval."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pandas as pd
import pytest

from conftest import PLACES_WITH_AN_MSP
from msp_siting.errors import DataError, ScenarioError
from msp_siting.problem.building import build_instance
from msp_siting.problem.candidate_rules import problems_of_hosts, review_candidates
from msp_siting.problem.instance import Instance
from msp_siting.problem.plan import Plan
from msp_siting.problem.spacing import problems_of_spacing, sites_kept_closed
from msp_siting.scenario.scenario import Scenario
from msp_siting.solver import Settings, Settler, solve
from msp_siting.territory.reading import read_territory

pytestmark = pytest.mark.usefixtures("actions")
Build = Callable[..., Instance]
Read = Callable[..., Scenario]
SITES = """site_id,place_id,name,lon,lat,status,format,capex_eur
site-a,a,Aubois,5.00,45.00,candidate,,
site-b,b,Bourg,5.10,45.00,candidate,,
site-c,c,Clairval,5.40,45.00,candidate,,
site-d,d,Dole,5.10,44.90,candidate,,
"""


@pytest.fixture
def folder(toy_project: Path) -> Path:
    return toy_project / "data" / "toy"


def actions(folder: Path, scenario: Scenario) -> dict[str, str]:
    sites = review_candidates(read_territory(folder), scenario).sites
    return dict(zip(sites["site_id"], sites["actions"], strict=True))


def plan_of(**kinds: str) -> Plan:
    rows = {"site_id": [f"site-{letter}" for letter in kinds], "format": list(kinds.values())}
    return replace(Plan.empty(), sites=pd.DataFrame(rows))


def test_where_an_msp_stands_it_is_extended_and_elsewhere_none_is(folder: Path, toy_scenario: Read) -> None:
    (folder / "sites.csv").write_text(SITES, encoding="utf-8")
    review = review_candidates(read_territory(folder), toy_scenario())
    columns = ["site_id", "kept", "actions", "reasons", "parent_place_id"]
    assert [*review.sites[columns].itertuples(index=False, name=None)] == [
        ("site-a", True, "creation satellite", "", "b"),
        ("site-b", True, "extension", "", "b"),
        ("site-c", True, "creation", "", ""),
        ("site-d", True, "creation satellite", "", "b"),
    ]
    assert review.sites["parent_minutes"].tolist()[:2] == [10.0, 0.0]


def test_formats_are_those_of_what_a_site_may_be(toy_instance: Build) -> None:
    # Bourg has 600 inhabitants: too few for more than a small MSP, which may not open there.
    instance = toy_instance()
    assert set(instance.capex_eur) == {
        ("site-a", "small"),
        ("site-a", "satellite"),
        ("site-b", "extension"),
        ("site-c", "small"),
    }
    assert instance.capex_eur["site-a", "satellite"] == 440_000


def test_a_satellite_stands_in_no_larger_commune_than_it_says(toy_instance: Build) -> None:
    # Aubois has 900 inhabitants.
    assert ("site-a", "satellite") in toy_instance(formats__satellite__host_inhabitants_most=900).capex_eur
    assert ("site-a", "satellite") not in toy_instance(formats__satellite__host_inhabitants_most=899).capex_eur


def test_fewest_and_most_inhabitants_of_a_host_do_not_cross(toy_scenario: Read) -> None:
    with pytest.raises(ScenarioError) as caught:
        toy_scenario(formats__satellite__host_inhabitants_most=100)
    assert "100 is below host_inhabitants_fewest" in str(caught.value)


@pytest.mark.parametrize(("minutes", "expected"), [(10, "creation satellite"), (9.99, "creation")])
def test_a_satellite_is_not_too_far_from_its_parent(
    folder: Path, toy_scenario: Read, minutes: float, expected: str
) -> None:
    assert actions(folder, toy_scenario(formats__satellite__parent_minutes=minutes))["site-a"] == expected


def test_the_lesser_of_both_ways_to_the_nearest_msp_counts(folder: Path, toy_scenario: Read) -> None:
    # A second MSP at Dole, 20 minutes from Aubois; Bourg is at 10, and Clairval now at 20 on the way back.
    (folder / "places.csv").write_text(PLACES_WITH_AN_MSP.replace("2,0,major", "2,1,major"), encoding="utf-8")
    times = (folder / "travel_times.csv").read_text(encoding="utf-8").replace("b,c,25", "b,c,20")
    (folder / "travel_times.csv").write_text(times, encoding="utf-8")
    sites = review_candidates(read_territory(folder), toy_scenario()).sites.set_index("site_id")
    assert sites.loc[["site-a", "site-c"], "parent_place_id"].tolist() == ["b", "b"]
    assert sites.loc[["site-a", "site-c"], "parent_minutes"].tolist() == [10.0, 20.0]
    assert sites.loc["site-c", "actions"] == "creation satellite"


def test_where_nothing_is_known_of_msps_all_is_a_creation(folder: Path, toy_scenario: Read) -> None:
    (folder / "places.csv").unlink()
    assert set(actions(folder, toy_scenario()).values()) == {"creation"}


def test_centre_and_pharmacy_are_asked_of_satellites_unless_it_is_said(folder: Path, toy_scenario: Read) -> None:
    places = PLACES_WITH_AN_MSP.replace("1,0,local\nb", "0,0,none\nb").replace(
        "b,Bourg,5.10,45.00,3", "b,Bourg,5.10,45.00,0"
    )
    (folder / "places.csv").write_text(places, encoding="utf-8")
    review = review_candidates(read_territory(folder), toy_scenario())
    assert review.sites["actions"].tolist() == ["", "", "creation"]
    assert review.sites["reasons"].tolist() == ["no_centre no_pharmacy", "no_pharmacy", ""]
    asked = {"candidates": {**toy_scenario().model.model_dump()["candidates"]}}
    asked["candidates"]["asked_of_satellites"]["value"] = False
    relaxed = toy_scenario(candidates=asked["candidates"])
    assert actions(folder, relaxed) == {"site-a": "satellite", "site-b": "", "site-c": "creation"}


def test_a_second_msp_may_be_created_where_the_rule_is_relaxed(folder: Path, toy_scenario: Read) -> None:
    relaxed = toy_scenario(candidates__no_msp=False)
    assert actions(folder, relaxed)["site-b"] == "creation extension"


def test_a_gate_that_fails_excludes_whatever_it_would_be(folder: Path, toy_scenario: Read) -> None:
    failing = toy_scenario(sites__fails_gates=["site-a", "site-b"])
    assert actions(folder, failing) == {"site-a": "", "site-b": "", "site-c": "creation"}


def test_a_forced_site_is_extended_where_an_msp_stands(folder: Path, toy_scenario: Read) -> None:
    (folder / "places.csv").write_text(PLACES_WITH_AN_MSP.replace(",3,1,local", ",0,1,none"), encoding="utf-8")
    review = review_candidates(read_territory(folder), toy_scenario(sites__force_open=["site-b"]))
    found = review.sites.set_index("site_id").loc["site-b"]
    assert (found["actions"], found["reasons"], found["exception"]) == ("extension", "no_centre no_pharmacy", "forced")


def test_a_stated_project_is_what_it_says(folder: Path, toy_scenario: Read) -> None:
    rows = SITES.replace("site-a,a,Aubois,5.00,45.00,candidate,,", "site-a,a,Aubois,5.00,45.00,candidate,satellite,")
    rows = rows.replace("site-b,b,Bourg,5.10,45.00,candidate,,", "site-b,b,Bourg,5.10,45.00,candidate,small,")
    rows = rows.replace("site-d,d,Dole,5.10,44.90,candidate,,", "site-d,d,Dole,5.10,44.90,candidate,,7")
    (folder / "sites.csv").write_text(rows, encoding="utf-8")
    review = review_candidates(read_territory(folder), toy_scenario())
    assert review.sites["actions"].tolist() == ["satellite", "creation", "creation", "creation satellite"]
    assert review.sites["reasons"].tolist() == ["", "has_msp", "", ""]
    assert review.sites["exception"].tolist() == ["", "stated", "", ""]
    instance = build_instance(read_territory(folder), toy_scenario())
    assert instance.capex_eur["site-d", "satellite"] == instance.capex_eur["site-d", "large"] == 7
    assert ("site-d", "extension") not in instance.capex_eur


@pytest.mark.parametrize(
    ("letter", "name", "expected"),
    [
        ("a", "extension", "'extension' is an extension, and no MSP is known at the place of site-a"),
        (
            "b",
            "satellite",
            "'satellite' is a satellite; at the place of site-b an MSP stands, or none is known within 20",
        ),
        (
            "c",
            "satellite",
            "'satellite' is a satellite; at the place of site-c an MSP stands, or none is known within 20",
        ),
    ],
)
def test_a_stated_project_that_its_place_does_not_let_be_is_an_error(
    folder: Path, toy_scenario: Read, letter: str, name: str, expected: str
) -> None:
    lines = [row[:-2] + f",{name}," if row.startswith(f"site-{letter}") else row for row in SITES.splitlines()]
    (folder / "sites.csv").write_text("\n".join(lines), encoding="utf-8")
    with pytest.raises(DataError) as caught:
        build_instance(read_territory(folder), toy_scenario())
    assert f"sites.csv: format: {expected}" in str(caught.value)


def test_a_forced_site_that_may_be_nothing_is_an_error(folder: Path, toy_scenario: Read) -> None:
    model = toy_scenario().model.model_dump()
    only = {name: model["formats"][name] for name in ("extension", "satellite")}
    with pytest.raises(ScenarioError) as caught:
        build_instance(read_territory(folder), toy_scenario(formats=only, sites__force_open=["site-c"]))
    assert "'site-c' can open in no format; the model has none that its place lets it be" in str(caught.value)


@pytest.mark.parametrize(
    ("minutes", "groups", "parents"),
    [
        (10, (), ()),
        (11, (), (("site-a", "site-b"), ("site-d", "site-b"))),
        (21, (("site-a", "site-d"),), (("site-a", "site-b"), ("site-d", "site-b"))),
        (26, (("site-a", "site-d"), ("site-b", "site-c")), (("site-a", "site-b"), ("site-d", "site-b"))),
    ],
)
def test_a_satellite_is_exempt_from_its_own_parent_only(
    folder: Path,
    toy_instance: Build,
    minutes: float,
    groups: tuple[tuple[str, str], ...],
    parents: tuple[tuple[str, str], ...],
) -> None:
    # Aubois and Dole are 20 minutes apart: two satellites of Bourg are too near to one another like any two.
    (folder / "sites.csv").write_text(SITES, encoding="utf-8")
    instance = toy_instance(spacing__minutes=minutes)
    assert (instance.near_sites, instance.near_parents) == (groups, parents)


def test_a_forced_site_stands_where_it_was_decided(toy_instance: Build) -> None:
    assert toy_instance(spacing__minutes=11, sites__force_open=["site-a"]).near_parents == ()


def test_plans_near_a_parent_are_judged_by_what_they_open(toy_instance: Build) -> None:
    instance = toy_instance(spacing__minutes=11)
    together, apart = plan_of(a="small", b="extension"), plan_of(a="satellite", b="extension")
    assert [*problems_of_spacing(instance, apart)] == []
    assert [*problems_of_spacing(instance, together)] == [
        "spacing: site-a and site-b are opened, too near to one another"
    ]
    assert sites_kept_closed(instance, plan_of(a="small")) == {"site-b"}
    assert sites_kept_closed(instance, plan_of(a="satellite")) == set()
    assert sites_kept_closed(instance, plan_of(b="extension")) == set()  # Aubois may open as a satellite


@pytest.mark.parametrize(
    ("budget_eur", "expected", "opened"),
    [
        (439_999, 5287.5, {}),
        (499_999, 3547.5, {"site-a": "satellite"}),
        (500_000, 2827.5, {"site-b": "extension"}),
        (939_999, 2827.5, {"site-b": "extension"}),
        (940_000, 2362.5, {"site-a": "satellite", "site-b": "extension"}),
        (1_400_000, 1777.5, {"site-b": "extension", "site-c": "small"}),
    ],
)
def test_the_answer_worked_by_hand(
    toy_instance: Build, exact: Settings, budget_eur: float, expected: float, opened: dict[str, str]
) -> None:
    instance = toy_instance(budget_eur=budget_eur, spacing__minutes=11)
    solution = solve(instance, exact, Settler(instance, exact), 5287.5)
    assert solution.plan is not None
    assert (solution.status, solution.objective) == ("optimal", pytest.approx(expected))
    assert dict(solution.plan.sites.itertuples(index=False, name=None)) == opened


@pytest.mark.parametrize(
    ("kinds", "expected"),
    [
        ({"a": "satellite", "b": "extension", "c": "small"}, []),
        ({"a": "extension"}, ["site-a opens as an extension, and no MSP stands there"]),
        (
            {"c": "satellite"},
            ["site-c opens as a satellite, and no MSP stands around it within 20 minutes and not there"],
        ),
        (
            {"b": "satellite"},
            ["site-b opens as a satellite, and no MSP stands around it within 20 minutes and not there"],
        ),
        ({"b": "small"}, ["site-b opens as creation, it may as extension"]),
    ],
)
def test_what_opens_as_what_it_may_not_be_is_told(
    folder: Path, toy_scenario: Read, kinds: dict[str, str], expected: list[str]
) -> None:
    scenario = toy_scenario()
    found = problems_of_hosts(review_candidates(read_territory(folder), scenario), scenario, plan_of(**kinds))
    assert [*found] == [f"candidates: {each}" for each in expected]
