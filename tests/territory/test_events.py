"""Events of the toy territory: 2 GPs at Bourg, of whom one leaves in May 2026; one comes to Aubois in 2027."""

from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest

from msp_siting.errors import DataError
from msp_siting.language.facts import tell
from msp_siting.problem.building import build_instance
from msp_siting.problem.horizon import territory_at_horizon
from msp_siting.scenario.scenario import Scenario
from msp_siting.territory.events import event_caveats, with_events
from msp_siting.territory.reading import read_territory
from msp_siting.territory.territory import Territory, supply_at_horizon

EVENTS = """date,place_id,profession,posts,kind,source
2027-01-01,a,gp,1.5,arrival,CPTS
2026-05-01,b,gp,-1,departure,council of physicians
"""
GP = {"fr": "médecins", "en": "GPs"}
Read = Callable[..., Scenario]


@pytest.fixture
def eventful(toy_project: Path) -> Callable[..., Territory]:
    """Return a reader of the toy territory with some events."""
    folder = toy_project / "data" / "toy"

    def read(events: str = EVENTS, **tables: str) -> Territory:
        for name, text in {"events": events, **tables}.items():
            (folder / f"{name}.csv").write_text(text, encoding="utf-8")
        return read_territory(folder)

    return read


def posts(territory: Territory) -> dict[str, float]:
    supply = supply_at_horizon(territory, with_retirements=False)
    return dict(zip(supply["place_id"], supply["practitioners"], strict=True))


@pytest.mark.parametrize(
    ("until", "expected"),
    [
        (date(2026, 4, 30), {"b": 2.0}),
        (date(2026, 5, 1), {"b": 1.0}),
        (date(2027, 1, 1), {"a": 1.5, "b": 1.0}),
    ],
)
def test_an_event_counts_from_its_day_on(
    until: date, expected: dict[str, float], eventful: Callable[..., Territory]
) -> None:
    assert posts(with_events(eventful(), until)) == expected


def test_the_tables_are_left_as_they_were_and_without_events_nothing_is_made(
    eventful: Callable[..., Territory], toy_project: Path
) -> None:
    territory = eventful()
    with_events(territory, date(2030, 1, 1))
    assert posts(territory) == {"b": 2.0}
    (toy_project / "data" / "toy" / "events.csv").unlink()
    plain = read_territory(toy_project / "data" / "toy")
    assert with_events(plain, date(2030, 1, 1)) is plain


def test_all_rows_of_a_place_share_what_leaves_and_retirements_come_after(eventful: Callable[..., Territory]) -> None:
    supply = (
        "place_id,profession,practitioners,structure,retiring_share\nb,gp,3,isolated,0.5\nb,gp,1,msp,0\nc,gp,0,,0.5\n"
    )
    events = EVENTS.splitlines()[0] + "\n2026-01-01,b,gp,-2,departure,S\n2026-01-01,c,gp,1,arrival,S\n"
    territory = with_events(eventful(events, supply=supply), date(2026, 1, 1))
    assert territory.supply["practitioners"].tolist() == [1.5, 0.5, 1.0]
    left = supply_at_horizon(territory, with_retirements=True)
    assert left["practitioners"].tolist() == [1.25, 0.5]  # 1.5 x 0.5 + 0.5, and 1 x 0.5


def test_thirds_that_all_leave_leave_nothing(eventful: Callable[..., Territory]) -> None:
    rows = "".join(f"2026-0{n}-01,b,gp,-0.1,departure,S\n" for n in (1, 2, 3))
    supply = "place_id,profession,practitioners\nb,gp,0.3\n"
    territory = eventful(EVENTS.splitlines()[0] + "\n" + rows, supply=supply)
    assert posts(with_events(territory, date(2026, 12, 31))) == {"b": pytest.approx(0.0, abs=1e-9)}


def test_an_msp_that_opened_is_counted_where_msps_are(eventful: Callable[..., Territory]) -> None:
    places = "place_id,name,lon,lat,msps\na,Aubois,5,45,\nb,Bourg,5.1,45,1\nc,Clairval,5.4,45,0\n"
    events = EVENTS.splitlines()[0] + "".join(f"\n2026-01-01,{place},gp,0,msp_opened,S" for place in "abc")
    territory = eventful(events, places=places)
    assert territory.existing_msps is not None
    assert territory.existing_msps.to_dict() == {"b": 1.0}
    opened = with_events(territory, date(2026, 1, 1)).existing_msps
    assert opened is not None
    assert opened.to_dict() == {"a": 1.0, "b": 2.0, "c": 1.0}


def test_every_problem_is_told_at_once_with_its_row(eventful: Callable[..., Territory], toy_project: Path) -> None:
    events = (
        "date,place_id,profession,posts,kind,source\n"
        "2026-02-30,b,gp,-1,departure,S\n"
        "2026-01-01,z,gp,-1,departure,S\n"
        "2026-01-01,b,gp,1,departure,S\n"
        "2026-01-01,b,gp,-1,arrival,S\n"
        "2026-03-01,b,gp,-1.5,departure,S\n"
        "2026-02-01,b,gp,-1,departure,S\n"
        "2026-01-01,d,gp,0,msp_opened,S\n"
    )
    places = "place_id,name,lon,lat,msps\nb,Bourg,5.1,45,1\n"
    with pytest.raises(DataError) as caught:
        eventful(events, places=places)
    file = toy_project / "data" / "toy" / "events.csv"
    assert caught.value.problems == (
        f"{file}: row 2: date: expected a day such as 2025-12-31, got '2026-02-30'",
        f"{file}: row 3: place_id: no such place of the territory 'z'",
        f"{file}: row 4: posts: must be below 0 for departure, got 1",
        f"{file}: row 5: posts: must be above 0 for arrival, got -1",
        f"{file}: row 8: place_id: 'd' has no row in places, which counts MSPs; add one",
        f"{file}: row 6: posts: takes 1.5 posts of gp at b, where 1 are left by then",
    )


def test_cells_are_read_strictly(eventful: Callable[..., Territory]) -> None:
    wrong = "date,place_id,profession,posts,kind,source\n,b,gp,-1,departure,\n2026-01-01,b,gp,x,sacked,S\n"
    with pytest.raises(DataError) as caught:
        eventful(wrong)
    told = " ".join(caught.value.problems)
    assert "row 3: posts: expected a number (with a decimal point), got 'x'" in told
    with pytest.raises(DataError) as caught:
        eventful(wrong.replace(",x,", ",-1,"))
    told = " ".join(caught.value.problems)
    for expected in ("row 2: date is empty", "row 2: source is empty", "row 3: kind must be one of"):
        assert expected in told


def test_the_same_event_twice_is_an_error(eventful: Callable[..., Territory]) -> None:
    with pytest.raises(DataError, match="is there already"):
        eventful(EVENTS + EVENTS.splitlines()[2] + "\n")


def test_events_name_places_of_the_territory_not_of_its_rim(rim_folder: Path) -> None:
    (rim_folder / "events.csv").write_text(EVENTS.replace("b,gp,-1", "f,gp,-1"), encoding="utf-8")
    with pytest.raises(DataError, match="row 3: place_id: no such place of the territory 'f'"):
        read_territory(rim_folder)


@pytest.mark.parametrize(
    ("asked", "expected"),
    [
        ({"asked_on": date(2026, 4, 30)}, {"b": 2.0}),
        ({"asked_on": date(2026, 4, 30), "horizon_year": 2026}, {"b": 1.0}),  # announced
        ({"asked_on": date(2026, 4, 30), "horizon_year": 2027}, {"a": 1.5, "b": 1.0}),
        ({"asked_on": date(2027, 4, 30), "horizon_year": 2026}, {"a": 1.5, "b": 1.0}),
    ],
)
def test_a_question_counts_events_until_its_day_or_its_horizon(
    asked: dict[str, object], expected: dict[str, float], eventful: Callable[..., Territory], toy_scenario: Read
) -> None:
    territory, scenario = eventful(), toy_scenario(**asked)
    assert (
        dict(build_instance(territory_at_horizon(territory, scenario), scenario).professions["gp"].existing) == expected
    )


def test_the_day_is_kept_only_where_there_are_events(
    eventful: Callable[..., Territory], toy_scenario: Read, tmp_path: Path
) -> None:
    assert "asked_on" not in toy_scenario(asked_on=date(2026, 4, 30)).resolved("0", tmp_path)
    eventful()
    assert toy_scenario(asked_on=date(2026, 4, 30)).resolved("0", tmp_path)["asked_on"] == date(2026, 4, 30)
    assert toy_scenario().question.asked_on is not None


def test_a_profession_that_the_model_does_not_have_is_named(
    eventful: Callable[..., Territory], toy_scenario: Read
) -> None:
    territory = eventful(EVENTS.replace("a,gp", "a,dentist"))
    with pytest.raises(DataError) as caught:
        territory_at_horizon(territory, toy_scenario(asked_on=date(2026, 4, 30)))
    (told,) = caught.value.problems
    file = territory.folder / "events.csv"
    assert told.startswith(f"{file}: row 2: profession 'dentist' is not one of the model's (gp, nurse, midwife); add")


def test_what_is_said_of_them(eventful: Callable[..., Territory]) -> None:
    territory = with_events(eventful(), date(2026, 5, 1))
    facts = list(event_caveats(territory, {"gp": GP}))
    assert [tell(fact, "en") for fact in facts] == [
        "Events counted until 2026-05-01: 2026-05-01 Bourg (b), GPs -1 (departure; council of physicians).",
        "Events still ahead of 2026-05-01, not counted: 2027-01-01 Aubois (a), GPs +1.5 (arrival; CPTS).",
    ]
    assert tell(facts[0], "fr") == (
        "Événements pris en compte jusqu'au 01/05/2026 : 01/05/2026 Bourg (b), médecins -1 (départ ; council of "
        "physicians)."
    )
    assert list(event_caveats(eventful(), {})) == []
