"""How many of the sites stated in one commune may open, by its inhabitants: Aubois as a town of 45,000 (conftest)."""

from collections.abc import Callable
from dataclasses import replace
from itertools import combinations
from pathlib import Path

import pandas as pd
import pytest

from conftest import FORMATS_OF_ACTIONS, PLACES_WITH_AN_MSP, SITES_OF_A_TOWN
from drawn import drawn_with_openings
from msp_siting.errors import ScenarioError
from msp_siting.problem.building import build_instance
from msp_siting.problem.horizon import territory_at_horizon
from msp_siting.problem.instance import Instance
from msp_siting.problem.plan import Plan
from msp_siting.problem.spacing import (
    limits_among,
    most_open,
    problems_of_spacing,
    sites_beyond_openings,
    sites_kept_closed,
)
from msp_siting.scenario.scenario import Scenario
from msp_siting.solver import Settings, Settler, solve
from msp_siting.territory.manifest import ManifestFile
from msp_siting.territory.reading import read_territory

pytestmark = pytest.mark.usefixtures("town")
Build = Callable[..., Instance]
PER = "spacing__inhabitants_per_opening"
TOWN = ("site-a", "site-a2", "site-a3")
ONE_OF_THREE = {"near_sites": (TOWN,), "openings_by_commune": ()}
TWO_OF_THREE = {"near_sites": (), "openings_by_commune": ((TOWN, 2),)}
ANY_OF_THREE = {"near_sites": (), "openings_by_commune": ()}


def rules(instance: Instance) -> dict[str, object]:
    return {"near_sites": instance.near_sites, "openings_by_commune": instance.openings_by_commune}


def opening(**kinds: str) -> Plan:
    """Return the plan that opens sites of a town by the end of their names, each in a format."""
    rows = {"site_id": [f"site-{name}" for name in kinds], "format": list(kinds.values())}
    return replace(Plan.empty(), sites=pd.DataFrame(rows))


@pytest.mark.parametrize(
    ("per", "expected"),
    [
        (20_000, TWO_OF_THREE),
        (22_500, TWO_OF_THREE),  # 45,000 are two times so many
        (22_501, ONE_OF_THREE),
        (100_000, ONE_OF_THREE),  # one may open in any commune
        (15_001, TWO_OF_THREE),
        (15_000, ANY_OF_THREE),
        (1, ANY_OF_THREE),
    ],
)
def test_one_opens_for_so_many_inhabitants(toy_instance: Build, per: int, expected: dict[str, object]) -> None:
    assert rules(toy_instance(**{PER: per})) == expected


def test_where_the_rule_is_off_or_the_model_lacks_the_key_any_may_open(toy_instance: Build, toy_project: Path) -> None:
    assert rules(toy_instance(constraints__spacing=False)) == ANY_OF_THREE
    file = toy_project / "models" / "parameters" / "spacing.yaml"
    text = file.read_text(encoding="utf-8")
    file.write_text(text[: text.index("inhabitants_per_opening")], encoding="utf-8")
    assert rules(toy_instance()) == ANY_OF_THREE


@pytest.mark.parametrize("per", [0, -1, 0.5])
def test_no_inhabitants_for_an_opening_is_refused(toy_scenario: Callable[..., Scenario], per: float) -> None:
    with pytest.raises(ScenarioError, match=r"spacing\.inhabitants_per_opening"):
        toy_scenario(**{PER: per})


def test_the_inhabitants_are_those_at_the_horizon(toy_scenario: Callable[..., Scenario]) -> None:
    # 45,000 x 1.05 ^ 7 = 63,320 in 2030, those of 2023: three times 20,000.
    scenario = toy_scenario(need__population_growth_share_per_year=0.05, horizon_year=2030)
    territory = read_territory(scenario.folder)
    file = ManifestFile(path="demand.csv", sha256="0", source="S", licence="L", vintage="2023", kind="measured")
    territory = replace(territory, manifest=territory.manifest.model_copy(update={"files": [file]}))
    assert rules(build_instance(territory, scenario)) == TWO_OF_THREE
    assert rules(build_instance(territory_at_horizon(territory, scenario), scenario)) == ANY_OF_THREE


def test_a_place_that_is_no_demand_point_may_have_any_number(toy_instance: Build, toy_project: Path) -> None:
    data = toy_project / "data" / "toy"
    with (data / "travel_times.csv").open("a", encoding="utf-8") as file:
        file.write("a,hospital,12\n")
    rows = "".join(f"site-h{n},hospital,Hôpital,5.01,45.00,candidate,small\n" for n in range(3))
    (data / "sites.csv").write_text(SITES_OF_A_TOWN + rows, encoding="utf-8")
    assert rules(toy_instance()) == TWO_OF_THREE


@pytest.mark.parametrize(
    ("per", "forced", "expected"),
    [
        (20_000, ["site-a"], TWO_OF_THREE),  # it is one of the two
        (20_000, ["site-a", "site-a2"], TWO_OF_THREE),
        (20_000, ["site-a", "site-a2", "site-a3"], ANY_OF_THREE),
        (50_000, ["site-a"], ONE_OF_THREE),
        (50_000, ["site-a", "site-a3"], TWO_OF_THREE),  # more than one, and no other beside them
    ],
)
def test_a_forced_site_is_one_of_the_openings(
    toy_instance: Build, per: int, forced: list[str], expected: dict[str, object]
) -> None:
    assert rules(toy_instance(**{PER: per, "sites__force_open": forced})) == expected
    off = toy_instance(**{PER: 50_000, "sites__force_open": forced, "constraints__forced_sites": False})
    assert rules(off) == ONE_OF_THREE


def test_one_opening_joins_the_group_of_places_near_by(toy_instance: Build) -> None:
    instance = toy_instance(**{PER: 50_000, "spacing__minutes": 11})
    assert instance.near_sites == ((*TOWN, "site-b"),)  # Bourg is 10 minutes away
    with_two = toy_instance(spacing__minutes=11)
    assert with_two.near_sites == (("site-a", "site-b"), ("site-a2", "site-b"), ("site-a3", "site-b"))
    assert with_two.openings_by_commune == ((TOWN, 2),)


@pytest.fixture
def extended(toy_project: Path) -> None:
    """Let an MSP stand at Aubois: two sites may be its extension, one of them a creation too, and one a creation."""
    with (toy_project / "models" / "parameters" / "formats.yaml").open("a", encoding="utf-8") as file:
        file.write(FORMATS_OF_ACTIONS)
    data = toy_project / "data" / "toy"
    places = PLACES_WITH_AN_MSP.replace("Aubois,5.00,45.00,1,0", "Aubois,5.00,45.00,1,1")
    (data / "places.csv").write_text(places, encoding="utf-8")
    sites = SITES_OF_A_TOWN.replace("(gare),5.00,45.00,candidate,small", "(gare),5.00,45.00,candidate,extension")
    sites = sites.replace("(pont),5.00,45.00,candidate,small", "(pont),5.00,45.00,candidate,")
    lines = [f"{line},{'500000' if 'pont' in line else ''}" for line in sites.splitlines()[1:]]
    (data / "sites.csv").write_text("\n".join([sites.splitlines()[0] + ",capex_eur", *lines, ""]), encoding="utf-8")


@pytest.mark.usefixtures("town", "extended")
def test_an_extension_is_no_opening(toy_instance: Build) -> None:
    assert rules(toy_instance()) == ANY_OF_THREE  # two creations, and two may open
    instance = toy_instance(**{PER: 50_000})
    assert rules(instance) == {"near_sites": (), "openings_by_commune": ((("site-a", "site-a3"), 1),)}
    beside = opening(a="small", a2="extension", a3="extension")
    assert [*problems_of_spacing(instance, beside)] == []
    assert [*problems_of_spacing(instance, opening(a="small", a3="small"))] == [
        "spacing: 2 sites are opened at a (site-a, site-a3), at most 1 may be"
    ]
    assert sites_beyond_openings(instance, opening(a="small")) == set()  # site-a3 may open as an extension
    assert sites_beyond_openings(instance, opening(a3="small")) == {"site-a"}
    assert sites_beyond_openings(instance, opening(a3="extension")) == set()
    assert most_open(instance, TOWN) == 3


def test_too_many_are_told_by_place(toy_instance: Build) -> None:
    two, one = toy_instance(), toy_instance(**{PER: 50_000})
    three = opening(a="small", a2="small", a3="small")
    assert [*problems_of_spacing(two, opening(a="small", a3="small", b="small"))] == []
    assert [*problems_of_spacing(two, three)] == [
        "spacing: 3 sites are opened at a (site-a, site-a2, site-a3), at most 2 may be"
    ]
    assert [*problems_of_spacing(one, three)] == [
        "spacing: 3 sites are opened at a (site-a, site-a2, site-a3), at most 1 may be"
    ]
    off = replace(two, constraints=two.constraints - {"spacing"})
    assert [*problems_of_spacing(off, three)] == []


def test_candidates_beyond_the_openings_of_a_plan(toy_instance: Build) -> None:
    two, one = toy_instance(), toy_instance(**{PER: 50_000, "spacing__minutes": 11})
    assert sites_beyond_openings(two, opening(a="small")) == set()
    assert sites_beyond_openings(two, opening(a="small", a2="small")) == {"site-a3"}
    excluded = replace(two, excluded_sites=("site-a3",))
    assert sites_beyond_openings(excluded, opening(a="small", a2="small")) == set()
    off = replace(two, constraints=two.constraints - {"spacing"})
    assert sites_beyond_openings(off, opening(a="small", a2="small")) == set()
    # Of one opening the others of the town are beyond it, and Bourg is too near.
    assert sites_beyond_openings(one, opening(a="small")) == {"site-a2", "site-a3"}
    assert sites_kept_closed(one, opening(a="small")) == {"site-b"}


def test_what_is_left_of_a_limit_where_there_are_some_sites_only() -> None:
    limits = ((("a", "b", "c"), 2), (("d", "e"), 1))
    assert limits_among(limits, {"a", "b", "d", "e"}) == ((("d", "e"), 1),)
    assert limits_among(limits, set("abcd")) == ((("a", "b", "c"), 2),)


@pytest.mark.parametrize("seed", range(20))
def test_no_more_sites_open_than_communes_let(seed: int) -> None:
    instance = replace(drawn_with_openings(seed), near_sites=())
    sites, extended = list(instance.sites)[:10], {site for site, kind in instance.capex_eur if kind == "extension"}

    def may_open(chosen: tuple[str, ...]) -> bool:
        counts = ((sum(site in group and site not in extended for site in chosen), most) for group, most in limits)
        return all(count <= most for count, most in counts)

    limits = instance.openings_by_commune
    most = max(n for n in range(len(sites) + 1) for chosen in combinations(sites, n) if may_open(chosen))
    assert most_open(instance, sites) == most


@pytest.mark.parametrize(
    ("changes", "expected", "sites"),
    [
        ({}, 45_000, 2),
        ({"constraints__spacing": False}, 44_400, 3),
        ({PER: 50_000}, 45_600, 1),
        ({PER: 15_000}, 44_400, 3),
        ({"sites__force_open": ["site-a3"]}, 45_000, 2),
        ({PER: 50_000, "sites__force_open": ["site-a", "site-a3"]}, 45_000, 2),
    ],
)
def test_of_three_sites_in_a_town_of_45_000_two_open(
    toy_instance: Build, exact: Settings, changes: dict[str, object], expected: float, sites: int
) -> None:
    asked = {"sites__exclude": ["site-b", "site-c"], "recruitable": {"gp": 6, "nurse": 6}, **changes}
    instance = toy_instance(model="allocation-plain", budget_eur=2_700_000, **asked)
    before = 46_200 if instance.opening_nothing_is_a_plan else None
    solution = solve(instance, exact, Settler(instance, exact), before)
    assert solution.status == "optimal"
    assert solution.objective == pytest.approx(expected)
    assert solution.plan is not None
    assert len(solution.plan.sites) == sites
