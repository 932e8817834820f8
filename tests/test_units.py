"""The unit that a parameter states is the one its name says."""

import pytest

from msp_siting.units import unit_problem


@pytest.mark.parametrize(
    ("name", "right", "wrong"),
    [
        ("cutoff_minutes", "minutes", "seconds"),
        ("intercept_minutes", "minutes", "minutes per km"),
        ("minutes_per_km", "minutes per crow-fly km", "minutes"),
        ("junction_delay_seconds", "seconds per junction", "minutes"),
        ("ferry_km_per_h", "km/h", "m/s"),
        ("longest_km", "crow-fly km", "miles"),
        ("snapping_longest_km", "km from a point to a road", "km/h"),
        ("capex_eur", "EUR", "kEUR"),
        ("capex_eur", "EUR (of 2024)", "EUR per year"),
        ("capex_eur", "EUR, all taxes in", "EURk"),
        ("running_eur_per_year", "EUR per year", "EUR"),
        ("good_plan_share", "share of the gain", "%"),
        ("upper_shares", "share of need", "percent"),
        ("population_growth_share_per_year", "share of inhabitants per year", "per mille"),
        ("floor_visits_per_year", "visits per inhabitant and year", "visits per inhabitant and month"),
        ("visits_per_gp_per_year", "visits per FTE and year", "visits a day"),
        ("capacity_inhabitants_per_post", "standardised inhabitants per post", "posts per inhabitant"),
        ("host_inhabitants_fewest", "inhabitants of the host", "thousands of inhabitants"),
    ],
)
def test_units_follow_names(name: str, right: str, wrong: str) -> None:
    assert unit_problem(name, right) is None
    assert str(unit_problem(name, wrong)).endswith(f", as the name says, got {wrong!r}; convert the value")


def test_a_name_without_a_unit_may_have_any() -> None:
    assert unit_problem("weight", "objective units per standardised inhabitant") is None
