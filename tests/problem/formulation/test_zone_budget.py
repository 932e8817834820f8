from collections.abc import Callable

from msp_siting.problem.instance import Instance

Breaks = Callable[..., set[str]]  # 900,000 EUR are spent, in the east


def asked(zone: str, **limits: float) -> dict[str, object]:
    return {"epci": {zone: {"budget_eur": limits}}}


def test_what_is_spent_is_what_is_asked(toy_instance: Callable[..., Instance], breaks: Breaks) -> None:
    assert breaks(toy_instance(zones=asked("east", min=900_000.0, max=900_000.0)), {}) == set()


def test_a_cent_too_little_and_a_cent_too_much(toy_instance: Callable[..., Instance], breaks: Breaks) -> None:
    assert breaks(toy_instance(zones=asked("east", min=900_000.01)), {}) == {"zone_budget"}
    assert breaks(toy_instance(zones=asked("east", max=899_999.99)), {}) == {"zone_budget"}


def test_switched_off_money_is_free(toy_instance: Callable[..., Instance], breaks: Breaks) -> None:
    assert breaks(toy_instance(zones=asked("west", min=1.0), constraints__zone_budget=False), {}) == set()
