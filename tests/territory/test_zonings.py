"""Zonings: whose they are, on which days they hold, and what is wrong with them."""

from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest

from msp_siting.errors import DataError
from msp_siting.language.facts import tell
from msp_siting.territory.reading import read_territory
from msp_siting.territory.territory import Territory
from msp_siting.territory.zonings import ZoneStatus, gp_statuses, status_of_places, zone_statuses

JUNE_2025 = ZoneStatus("gp_zoning", "ZIP", "ZIP", "gp", since="2025-06", valid_until=date(2025, 12, 31))
Zoned = Callable[[str], Territory]


@pytest.fixture
def zoned(toy_project: Path) -> Zoned:
    """Return what gives the toy territory zones a zoning of GPs (a: ZIP, b: none, c: ZAR) and one of nurses."""
    folder = toy_project / "data" / "toy"

    def make(zones: str) -> Territory:
        lines = (folder / "demand.csv").read_text(encoding="utf-8").splitlines()
        added = ["gp_zoning_id,nurse_zoning_id", "ZIP,5", "HZ,1", "ZAR,", ","]
        text = "".join(f"{line},{cells}\n" for line, cells in zip(lines, added, strict=True))
        (folder / "demand.csv").write_text(text, encoding="utf-8")
        (folder / "zones.csv").write_text(zones, encoding="utf-8")
        return read_territory(folder)

    return make


ZONES = """kind,zone_id,name,status,status_date,valid_from,valid_until
epci,west,Ouest,,,,
epci,east,Est,,,,
gp_zoning,ZIP,ZIP,ZIP,2025-06,,2025-12-31
gp_zoning,HZ,Hors zonage,none,2025-06,,2025-12-31
gp_zoning,ZAR,ZAR,ZAR,2025-06,,2025-12-31
nurse_zoning,5,Sur-dotée,sur_dotee,,,
nurse_zoning,1,Très sous-dotée,tres_sous_dotee,,,
"""


def test_a_zoning_is_that_of_the_profession_of_its_kind(zoned: Zoned) -> None:
    territory = zoned(ZONES)
    assert [(each.zone_id, each.status) for each in gp_statuses(territory)] == [
        *(("ZIP", "ZIP"), ("HZ", "none"), ("ZAR", "ZAR"))
    ]
    nurses = status_of_places(territory, "nurse")
    assert {place: each.status for place, each in nurses.items()} == {"a": "sur_dotee", "b": "tres_sous_dotee"}
    assert status_of_places(territory, "midwife") == {}


def test_a_status_without_a_zoning_kind_is_of_whoever_has_such_words(zoned: Zoned) -> None:
    zones = ZONES.replace("Ouest,,,,", "Ouest,ZAC,,,").replace("Est,,,,", "Est,tres_dotee,,,")
    of_epci = [each.profession for each in zone_statuses(zoned(zones)) if each.kind == "epci"]
    assert of_epci == ["gp", "nurse"]


@pytest.mark.parametrize(
    ("on", "holds"),
    [(date(2024, 1, 1), True), (date(2025, 12, 31), True), (date(2026, 1, 1), False)],
)
def test_the_last_day_is_a_day_on_which_it_holds(on: date, *, holds: bool) -> None:
    assert JUNE_2025.holds_on(on) is holds


def test_the_first_day_is_a_day_on_which_it_holds() -> None:
    next_one = ZoneStatus("gp_zoning", "ZIP", "ZIP", "gp", valid_from=date(2026, 1, 1))
    assert not next_one.holds_on(date(2025, 12, 31))
    assert next_one.holds_on(date(2026, 1, 1))
    told = next_one.told(date(2025, 12, 31))
    assert tell(told, "fr") == "zonage de janvier 2026, pas encore en vigueur (valable à partir du 01/01/2026)"
    assert tell(told, "en") == "zoning of January 2026, not yet in force (valid from 2026-01-01)"


def test_without_days_it_always_holds() -> None:
    assert ZoneStatus("tvs", "1", "ZIP", "gp").holds_on(date(1900, 1, 1))


@pytest.mark.parametrize(
    ("since", "expected"),
    [
        ("2025-06", "zonage de juin 2025, remplacé (valable jusqu'au 31/12/2025)"),
        ("2025-08-15", "zonage d'août 2025, remplacé (valable jusqu'au 31/12/2025)"),
        ("as published", "zonage « as published », remplacé (valable jusqu'au 31/12/2025)"),
        ("", "zonage sans date, remplacé (valable jusqu'au 31/12/2025)"),
    ],
)
def test_one_that_is_replaced_is_named_with_its_date(since: str, expected: str) -> None:
    zone = ZoneStatus("gp_zoning", "ZIP", "ZIP", "gp", since=since, valid_until=date(2025, 12, 31))
    assert tell(zone.told(date(2026, 11, 1)), "fr") == expected
    assert tell(zone.word_told(date(2026, 11, 1)), "fr") == f"ZIP, {expected}"


def test_everything_wrong_with_a_zoning_is_told_with_its_row(zoned: Zoned) -> None:
    zones = (
        ZONES.replace("ZIP,ZIP,ZIP,2025-06,,2025-12-31", "ZIP,ZIP,ZIP,2025-06,2026-01-01,2025-12-31")
        .replace("Hors zonage,none,2025-06,,2025-12-31", "Hors zonage,none,2025-06,,31/12/2025")
        .replace("Sur-dotée,sur_dotee", "Sur-dotée,ZIP")
    )
    with pytest.raises(DataError) as caught:
        zoned(zones)
    found = [str(each).partition("zones.csv: ")[2] for each in caught.value.problems]
    assert found == [
        "row 4: valid_from, valid_until: ends on 2025-12-31, before it begins on 2026-01-01",
        "row 5: valid_until: expected a day such as 2025-12-31, got '31/12/2025'",
        (
            "row 7: status: must be one of tres_sous_dotee, sous_dotee, intermediaire, tres_dotee, sur_dotee for "
            "nurse, got 'ZIP'"
        ),
    ]


def test_a_word_of_no_zoning_is_an_error(zoned: Zoned) -> None:
    with pytest.raises(DataError, match="status must be one of ZIP, ZAC, ZAR, none, tres_sous_dotee"):
        zoned(ZONES.replace("ZAR,ZAR,ZAR", "ZAR,ZAR,zar"))
