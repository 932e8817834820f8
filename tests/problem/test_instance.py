from collections.abc import Callable
from pathlib import Path

import pytest

from msp_siting.errors import DataError
from msp_siting.problem.instance import Instance

Build = Callable[..., Instance]


def pairs(instance: Instance, profession: str) -> list[str]:
    found = instance.professions[profession].pairs
    return [f"{demand}-{place}" for demand, place in zip(found.demand_ids, found.place_ids, strict=True)]


@pytest.fixture
def folder(toy_project: Path) -> Path:
    return toy_project / "data" / "toy"


def test_numbers_of_the_toy_territory(toy_instance: Build) -> None:
    instance = toy_instance()
    gp = instance.professions["gp"]
    assert instance.inhabitants == {"a": 900.0, "b": 600.0, "c": 900.0, "d": 300.0}
    assert instance.sites == {"site-a": "a", "site-b": "b", "site-c": "c"}
    assert (gp.capacity, gp.cutoff_minutes, gp.weight, gp.installation_eur) == (300, 20.0, 1.0, 10000.0)
    assert gp.existing == {"b": 2.0}
    assert gp.pool == 4
    assert instance.need("gp") == 2700.0
    assert instance.existing_capacity("gp") == 600.0
    assert instance.existing_capacity("nurse") == 0.0


def test_pairs_are_within_the_cutoff_and_lead_to_sites_or_supply(toy_instance: Build) -> None:
    # a-d, b-d and d-d are near but Dole has neither site nor supply; b-c and c-b are 25 minutes apart
    assert pairs(toy_instance(), "gp") == ["a-a", "a-b", "b-a", "b-b", "c-c", "d-a", "d-b"]
    assert "c-b" in pairs(toy_instance(professions__gp__cutoff_minutes=25), "gp")
    assert "d-a" in pairs(toy_instance(professions__gp__cutoff_minutes=20), "gp")
    assert "d-a" not in pairs(toy_instance(professions__gp__cutoff_minutes=19.99), "gp")


def test_need_index_is_one_where_the_table_has_none(toy_instance: Build, folder: Path) -> None:
    assert toy_instance().professions["gp"].need_index == {"a": 1.0, "b": 1.0, "c": 1.0, "d": 1.0}
    rows = [
        "demand_id,name,inhabitants,lon,lat,need_index_gp",
        *(f"{i},X,100,5,45,{n}" for i, n in zip("abcd", (1, 2, 0.5, 0.8), strict=True)),
    ]
    (folder / "demand.csv").write_text("\n".join(rows), encoding="utf-8")
    (folder / "zones.csv").unlink()
    instance = toy_instance()
    assert instance.professions["gp"].need_index == {"a": 1.0, "b": 2.0, "c": 0.5, "d": 0.8}
    assert instance.professions["nurse"].need_index == {"a": 1.0, "b": 1.0, "c": 1.0, "d": 1.0}
    assert instance.need("gp") == 430.0


def test_a_horizon_takes_retirements_out(toy_instance: Build, folder: Path) -> None:
    (folder / "supply.csv").write_text(
        "place_id,profession,practitioners,retiring_share\nb,gp,2,0.25\na,gp,1,1\n", encoding="utf-8"
    )
    assert toy_instance().professions["gp"].existing == {"a": 1.0, "b": 2.0}
    assert toy_instance(horizon_year=2030).professions["gp"].existing == {"b": 1.5}


def test_professions_and_need_indices_must_be_the_model_s(toy_instance: Build, folder: Path) -> None:
    (folder / "supply.csv").write_text(
        "place_id,profession,practitioners\nb,gp,2\nb,dentist,1\nb,gps,1\n", encoding="utf-8"
    )
    with pytest.raises(DataError) as caught:
        toy_instance()
    advice = "is not one of the model's (gp, nurse, midwife); add it to the model or take its rows out"
    assert caught.value.problems == (
        f"{folder / 'supply.csv'}: profession 'dentist' {advice}",
        f"{folder / 'supply.csv'}: profession 'gps' {advice}",
    )


def test_a_need_index_of_an_unknown_profession_is_named(toy_instance: Build, folder: Path) -> None:
    demand = folder / "demand.csv"
    demand.write_text(demand.read_text(encoding="utf-8").replace("epci_id", "need_index_gps"), encoding="utf-8")
    demand.write_text(demand.read_text(encoding="utf-8").replace("west", "1").replace("east", "1"), encoding="utf-8")
    (folder / "zones.csv").unlink()
    with pytest.raises(DataError) as caught:
        toy_instance()
    assert str(caught.value) == (
        f"{demand}: need_index_gps: profession 'gps' is not one of the model's (gp, nurse, midwife); "
        "rename the column or take it out"
    )


def test_bands_or_one_band(toy_instance: Build) -> None:
    assert toy_instance().band_upper_shares == (0.05, 0.10, 0.20, 0.40, 1.0)
    assert toy_instance().band_slopes == (1.0, 1.5, 2.0, 2.5, 3.0)
    plain = toy_instance(model="allocation-plain")
    assert (plain.band_upper_shares, plain.band_slopes) == ((1.0,), (1.0,))


def test_rules_that_are_off_are_absent(toy_instance: Build) -> None:
    assert "budget" in toy_instance().constraints
    assert "budget" not in toy_instance(constraints__budget=False).constraints


def test_what_the_scenario_asks(toy_instance: Build) -> None:
    instance = toy_instance(budget_eur=5, site_count={"min": 1, "max": 2}, sites={"force_open": ["site-a"]})
    assert instance.budget_eur == 5
    assert instance.site_count == (1, 2)
    assert instance.forced_sites == ("site-a",)
    assert instance.excluded_sites == ()


def test_when_opening_nothing_is_a_plan(toy_instance: Build) -> None:
    assert toy_instance().opening_nothing_is_a_plan
    assert toy_instance(site_count={"max": 2}, sites__exclude=["site-a"]).opening_nothing_is_a_plan
    assert not toy_instance(site_count=1).opening_nothing_is_a_plan
    assert not toy_instance(sites__force_open=["site-a"]).opening_nothing_is_a_plan
    assert toy_instance(site_count=1, constraints__site_count=False).opening_nothing_is_a_plan


def test_what_is_too_large_for_a_search_is_refused(toy_instance: Build, folder: Path) -> None:
    demand = folder / "demand.csv"
    demand.write_text(demand.read_text().replace("Aubois,900,", "Aubois,100000000,"))
    with pytest.raises(DataError) as error:
        toy_instance(
            professions__nurse__capacity_inhabitants_per_post=1_000_001,
            professions__midwife__weight=2000,
            model="allocation",
        )
    assert error.value.problems == (
        *(
            f"{folder / 'demand.csv'}: a need of 100001800 standardised inhabitants in all ({name}; most at a: "
            "100000000), at most 100000000 can be reckoned with; are the inhabitants and need indices right? Else take "
            "a smaller territory"
            for name in ("gp", "nurse", "midwife")
        ),
        "nurse: capacity_inhabitants_per_post: must be at most 1000000, got 1000001",
    )


def test_what_is_too_small_for_a_search_is_refused(toy_instance: Build, folder: Path) -> None:
    demand = folder / "demand.csv"
    changed = demand.read_text().replace("Aubois,900,", "Aubois,0.00001,").replace("Dole,300,", "Dole,0.009,")
    demand.write_text(changed.replace("Bourg,600,", "Bourg,0.01,").replace("Clairval,900,", "Clairval,0,"))
    with pytest.raises(DataError) as error:
        toy_instance()
    assert error.value.problems == tuple(
        f"{demand}: inhabitants: {point}: must be 0 or at least 0.01 (less is lost in the solver's rounding), got "
        f"{people}"
        for point, people in (("a", "1e-05"), ("d", "0.009"))
    )


def test_costs_are_whole_cents(toy_instance: Build) -> None:
    instance = toy_instance(
        formats__small__capex_eur=900_000.13, professions__gp__installation_eur=0.1, budget_eur=300_000.7
    )
    assert instance.capex_cents["site-a", "small"] == 90_000_013
    assert instance.professions["gp"].installation_cents == 10
    assert instance.budget_cents == 30_000_070
