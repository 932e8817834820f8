"""Which candidate sites the rules of candidates leave, by hand.

Aubois is a local centre with a pharmacy; Bourg is no centre and has an MSP; Clairval has no pharmacy and is no centre;
Dole is a major centre with two pharmacies.
"""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pandas as pd
import pytest

from msp_siting.errors import ScenarioError
from msp_siting.problem.building import build_instance
from msp_siting.problem.candidate_rules import (
    CandidateReview,
    check_candidates_left,
    problems_of_hosts,
    review_candidates,
)
from msp_siting.problem.plan import Plan
from msp_siting.scenario.scenario import Scenario
from msp_siting.territory.reading import read_territory

SITES = """site_id,place_id,name,lon,lat,status
site-a,a,Aubois,5.00,45.00,candidate
site-b,b,Bourg,5.10,45.00,candidate
site-c,c,Clairval,5.40,45.00,candidate
site-d,d,Dole,5.10,44.90,candidate
"""
PLACES = """place_id,name,lon,lat,pharmacies,msps,centre_level
a,Aubois,5.00,45.00,1,0,local
b,Bourg,5.10,45.00,3,1,none
c,Clairval,5.40,45.00,0,0,none
d,Dole,5.10,44.90,2,0,major
"""
Review = Callable[..., CandidateReview]


@pytest.fixture
def review(toy_project: Path, toy_scenario: Callable[..., Scenario]) -> Review:
    """Return a function from tables and overrides by path to the review."""
    folder = toy_project / "data" / "toy"

    def reviewed(sites: str = SITES, places: str | None = PLACES, **overrides: object) -> CandidateReview:
        (folder / "sites.csv").write_text(sites, encoding="utf-8")
        if places is not None:
            (folder / "places.csv").write_text(places, encoding="utf-8")
        return review_candidates(read_territory(folder), toy_scenario(**overrides))

    return reviewed


def rows(found: CandidateReview) -> list[tuple[object, ...]]:
    return [*found.sites[["site_id", "kept", "reasons", "exception"]].itertuples(index=False, name=None)]


def test_a_site_is_excluded_for_each_reason(review: Review) -> None:
    found = review()
    assert rows(found) == [
        ("site-a", True, "", ""),
        ("site-b", False, "no_centre has_msp", ""),
        ("site-c", False, "no_centre no_pharmacy", ""),
        ("site-d", True, "", ""),
    ]
    assert (found.left, found.excluded_by_rule) == (2, {"centre": 2, "pharmacy": 1, "no_msp": 1})
    assert (found.unknown, found.not_applied) == ({"centre": 0, "pharmacy": 0, "no_msp": 0}, [])
    assert found.sites[["place_id", "name"]].iloc[1].tolist() == ["b", "Bourg"]


@pytest.mark.parametrize(
    ("off", "reasons"),
    [
        (["centre"], ["", "has_msp", "no_pharmacy", ""]),
        (["pharmacy"], ["", "no_centre has_msp", "no_centre", ""]),
        (["no_msp"], ["", "no_centre", "no_centre no_pharmacy", ""]),
        (["centre", "pharmacy"], ["", "has_msp", "", ""]),
        (["centre", "no_msp"], ["", "", "no_pharmacy", ""]),
        (["centre", "pharmacy", "no_msp"], ["", "", "", ""]),
    ],
)
def test_each_rule_can_be_relaxed(review: Review, off: list[str], reasons: list[str]) -> None:
    found = review(**{f"candidates__{rule}": False for rule in off})
    assert found.sites["reasons"].tolist() == reasons
    assert found.sites["kept"].tolist() == [reason == "" for reason in reasons]
    assert set(found.unknown) == {"centre", "pharmacy", "no_msp"} - set(off)


def test_an_unknown_fact_excludes_nobody(review: Review) -> None:
    found = review(
        places="place_id,name,lon,lat,pharmacies,msps,centre_level\n"
        "a,Aubois,5.00,45.00,,0,none\nb,Bourg,5.10,45.00,0,,\nc,Clairval,5.40,45.00,,,\n"
    )
    assert rows(found) == [
        ("site-a", False, "no_centre", ""),
        ("site-b", False, "no_pharmacy", ""),
        ("site-c", True, "", ""),
        ("site-d", True, "", ""),
    ]
    assert found.unknown == {"centre": 3, "pharmacy": 3, "no_msp": 3}
    assert found.not_applied == []


def test_without_data_a_rule_is_not_applied(review: Review) -> None:
    found = review(places="place_id,name,lon,lat,pharmacies\na,Aubois,5.00,45.00,0\n")
    assert found.sites["kept"].tolist() == [False, True, True, True]
    assert found.not_applied == ["centre", "no_msp"]
    assert found.unknown == {"centre": 4, "pharmacy": 3, "no_msp": 4}


def test_without_places_nobody_is_excluded(review: Review) -> None:
    found = review(places=None)
    assert (found.left, found.excluded_by_rule) == (4, {})
    assert found.not_applied == ["centre", "pharmacy", "no_msp"]


def test_an_existing_site_is_an_msp_there(review: Review) -> None:
    found = review(sites=SITES + "old,d,MSP de Dole,5.10,44.90,existing\n", places=None)
    assert found.sites["reasons"].tolist() == ["", "", "", "has_msp"]
    assert found.unknown["no_msp"] == 0, "the territory has a list of them"
    assert found.not_applied == ["centre", "pharmacy"]


def test_a_forced_site_is_kept(review: Review) -> None:
    found = review(sites__force_open=["site-b", "site-a"])
    assert rows(found)[:3] == [
        ("site-a", True, "", ""),
        ("site-b", True, "no_centre has_msp", "forced"),
        ("site-c", False, "no_centre no_pharmacy", ""),
    ]
    assert found.excluded_by_rule == {"centre": 1, "pharmacy": 1}


@pytest.mark.parametrize(("own_format", "own_capex"), [("small", ""), ("", "800000"), ("small", "800000")])
def test_a_site_with_a_format_or_a_cost_of_its_own_is_a_stated_project(
    review: Review, own_format: str, own_capex: str
) -> None:
    sites = "".join(f"{line},,\n" for line in SITES.splitlines()).replace("status,,", "status,format,capex_eur")
    found = review(sites=sites.replace("5.40,45.00,candidate,,", f"5.40,45.00,candidate,{own_format},{own_capex}"))
    assert rows(found)[1:3] == [
        ("site-b", False, "no_centre has_msp", ""),
        ("site-c", True, "no_centre no_pharmacy", "stated"),
    ]


def test_what_is_excluded_is_no_site_of_the_problem(
    review: Review, toy_project: Path, toy_scenario: Callable[..., Scenario]
) -> None:
    review()
    territory = read_territory(toy_project / "data" / "toy")
    instance = build_instance(territory, toy_scenario(sites__exclude=["site-c", "site-d"]))
    assert dict(instance.sites) == {"site-a": "a", "site-d": "d"}
    assert {site for site, _ in instance.capex_eur} == {"site-a"}  # Dole has 300 inhabitants
    assert instance.excluded_sites == ("site-d",)
    relaxed = build_instance(territory, toy_scenario(candidates__centre=False, candidates__pharmacy=False))
    assert sorted(relaxed.sites) == ["site-a", "site-c", "site-d"]


def test_none_left_is_refused(review: Review, toy_project: Path, toy_scenario: Callable[..., Scenario]) -> None:
    review(places=PLACES.replace("1,0,local", "0,0,local").replace("major", "none"))
    territory = read_territory(toy_project / "data" / "toy")
    with pytest.raises(ScenarioError) as caught:
        check_candidates_left(territory, toy_scenario())
    assert caught.value.exit_code == 2
    assert str(caught.value) == (
        "scenario toy: candidates: the rules leave none of the 4 candidate sites "
        "(no_centre 3, no_pharmacy 2, has_msp 1); relax one (--set candidates.centre=false), force a site open, "
        "or give one a format or a cost of its own in sites.csv"
    )
    assert check_candidates_left(territory, toy_scenario(candidates__centre=False)).left == 1
    assert check_candidates_left(territory, toy_scenario(sites__force_open=["site-c"])).left == 1


def test_opened_sites_that_the_rules_exclude_are_named(review: Review, toy_scenario: Callable[..., Scenario]) -> None:
    opened = pd.DataFrame({"site_id": ["site-a", "site-c"], "format": "small"})
    assert [*problems_of_hosts(review(), toy_scenario(), replace(Plan.empty(), sites=opened))] == [
        "candidates: site-c is opened, which the rules exclude (no_centre no_pharmacy)"
    ]
