from collections.abc import Callable
from pathlib import Path

import pytest

from msp_siting.errors import DataError, ScenarioError
from msp_siting.problem.candidates import Candidates, read_candidates
from msp_siting.scenario.scenario import Scenario
from msp_siting.territory.reading import read_territory

DEMAND = """demand_id,name,inhabitants,lon,lat
a,Aubois,3000,5.00,45.00
b,Bourg,2999,5.10,45.00
c,Clairval,500,5.40,45.00
d,Dole,499,5.10,44.90
"""
HEADER = "site_id,place_id,name,lon,lat,status,format,capex_eur\n"


@pytest.fixture
def read(toy_project: Path, toy_scenario: Callable[..., Scenario]) -> Callable[..., Candidates]:
    """Return a function from rows of sites.csv to the candidates; Aubois is the largest place, Dole the smallest."""
    folder = toy_project / "data" / "toy"
    (folder / "demand.csv").write_text(DEMAND, encoding="utf-8")
    (folder / "zones.csv").unlink()

    def candidates(*rows: str, **overrides: object) -> Candidates:
        (folder / "sites.csv").write_text(HEADER + "\n".join(rows), encoding="utf-8")
        return read_candidates(read_territory(folder), toy_scenario(**overrides))

    return candidates


def test_a_place_hosts_the_formats_it_is_large_enough_for(read: Callable[..., Candidates]) -> None:
    found = read(*(f"s-{place},{place},X,5,45,candidate,," for place in "abcd"))
    assert sorted(found.capex_eur) == [
        ("s-a", "large"),
        ("s-a", "medium"),
        ("s-a", "small"),
        ("s-b", "medium"),
        ("s-b", "small"),
        ("s-c", "small"),
    ]
    assert found.sites["site_id"].tolist() == ["s-a", "s-b", "s-c", "s-d"]


def test_a_place_of_unknown_size_hosts_all(read: Callable[..., Candidates], toy_project: Path) -> None:
    times = toy_project / "data" / "toy" / "travel_times.csv"
    times.write_text(times.read_text(encoding="utf-8") + "a,hospital,5\n", encoding="utf-8")
    found = read("s,hospital,Hôpital,5,45,candidate,,")
    assert sorted(found.capex_eur) == [("s", "large"), ("s", "medium"), ("s", "small")]


def test_a_site_s_own_format_and_cost_win(read: Callable[..., Candidates]) -> None:
    found = read("s-a,a,X,5,45,candidate,,50000", "s-c,c,X,5,45,candidate,large,", "s-d,d,X,5,45,candidate,small,0")
    assert found.capex_eur == {
        ("s-a", "small"): 50000.0,
        ("s-a", "medium"): 50000.0,
        ("s-a", "large"): 50000.0,
        ("s-c", "large"): 2_600_000.0,
        ("s-d", "small"): 0.0,
    }


def test_existing_sites_are_no_candidates(read: Callable[..., Candidates]) -> None:
    found = read("s-a,a,X,5,45,existing,,", "s-b,b,X,5,45,candidate,small,")
    assert found.sites["site_id"].tolist() == ["s-b"]
    assert found.capex_eur == {("s-b", "small"): 900_000.0}


def test_several_sites_share_a_place(read: Callable[..., Candidates]) -> None:
    found = read("s-1,c,X,5,45,candidate,,", "s-2,c,Y,5.01,45,candidate,,")
    assert found.sites["place_id"].tolist() == ["c", "c"]


def test_an_unknown_format_is_named(read: Callable[..., Candidates], toy_project: Path) -> None:
    with pytest.raises(DataError) as caught:
        read("s-a,a,X,5,45,candidate,smal,", "s-b,b,X,5,45,candidate,tent,")
    file = toy_project / "data" / "toy" / "sites.csv"
    assert caught.value.problems == (
        f"{file}: format: the model has no format 'smal'; did you mean small?",
        f"{file}: format: the model has no format 'tent'",
    )


def test_forced_and_excluded_sites_must_be_candidates(read: Callable[..., Candidates]) -> None:
    rows = ("site-a,a,X,5,45,candidate,,", "site-b,b,X,5,45,existing,,")
    with pytest.raises(ScenarioError) as caught:
        read(*rows, sites__force_open=["site-b", "sit-a"], sites__exclude=["nowhere"])
    assert caught.value.exit_code == 2
    assert caught.value.problems == (
        "scenario toy: sites.force_open: 'site-b' is an existing site, not a candidate",
        "scenario toy: sites.force_open: no candidate site 'sit-a'; did you mean site-a?",
        "scenario toy: sites.exclude: no candidate site 'nowhere'",
    )


def test_a_forced_site_must_have_a_format_it_can_open_in(read: Callable[..., Candidates]) -> None:
    rows = ("site-c,c,X,5,45,candidate,,", "site-d,d,X,5,45,candidate,,")
    with pytest.raises(ScenarioError) as caught:
        read(*rows, sites__force_open=["site-c", "site-d"])
    assert str(caught.value) == (
        "scenario toy: sites.force_open: 'site-d' can open in no format; "
        "its commune has too few inhabitants (host_inhabitants_fewest: 500) or too many (host_inhabitants_most)"
    )


def test_every_cost_with_a_part_of_a_cent_is_named(read: Callable[..., Candidates]) -> None:
    with pytest.raises(DataError) as error:
        read(
            "s-a,a,X,5,45,candidate,tiny,",
            "s-b,b,X,5,45,candidate,,283333.333",
            "s-c,c,X,5,45,candidate,,283333.33",
            "s-d,d,X,5,45,candidate,,0.005",
        )
    assert [str(each).split("sites.csv: ")[1] for each in error.value.problems] == [
        "format: the model has no format 'tiny'",
        "capex_eur: s-b: must be in whole cents, got 283333.333",
        "capex_eur: s-d: must be in whole cents, got 0.005",
    ]
