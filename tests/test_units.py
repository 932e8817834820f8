"""The unit that a parameter states is the one its name says; amounts are whole cents."""

import pytest

from msp_siting.units import cents_of, cents_within, digits_of_money, is_whole_cents, unit_problem


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
        ("aci_eur_per_year", "EUR per year", "EUR"),
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


@pytest.mark.parametrize(
    ("eur", "nearest", "covered"),
    [
        (0.07, 7, 7),
        (1.005, 101, 100),  # in floating point 1.00499999999999989...
        (0.285, 29, 28),
        (300_000.7, 30_000_070, 30_000_070),
        (100_000.4 + 200_000.1, 30_000_050, 30_000_050),  # 300000.50000000006
        (0.1 + 0.2, 30, 30),
        (299_999.999, 30_000_000, 29_999_999),
        (999_999_999_999.99, 99_999_999_999_999, 99_999_999_999_999),
    ],
)
def test_cents_are_those_that_are_written(eur: float, nearest: int, covered: int) -> None:
    assert (cents_of(eur), cents_within(eur)) == (nearest, covered)


@pytest.mark.parametrize(
    ("eur", "is_whole"),
    [
        (925_000.0, True),
        (0.07, True),
        (999_999_999_999.99, True),
        (0.1 + 0.2, True),
        (0.005, False),
        (1e5 + 1e-4, False),
    ],
)
def test_a_part_of_a_cent_is_seen(eur: float, *, is_whole: bool) -> None:
    assert is_whole_cents(eur) is is_whole


@pytest.mark.parametrize(("eur", "digits"), [(300_000, 0), (300_000.7, 2), (0.1 + 0.2, 2), (1234.5678, 0), (1e-9, 0)])
def test_cents_are_shown_where_an_amount_has_them(eur: float, digits: int) -> None:
    assert digits_of_money(eur) == digits
