from collections.abc import Callable
from pathlib import Path

import pytest

from msp_siting.errors import RoadsError
from msp_siting.travel.roads.limits import unread_limits
from msp_siting.travel.roads.speeds import Drive, Speeds, drive, read_speeds

DECLARED = Path(__file__).parents[3] / "models" / "parameters" / "speeds.yaml"
STREET = {"highway": "residential"}
FERRY = {"route": "ferry", "motor_vehicle": "yes"}


@pytest.mark.parametrize(
    ("tags", "denied"),
    [
        ({}, None),
        ({"access": "private"}, "access denied: access=private"),
        ({"access": "private", "motorcar": "yes"}, None),
        ({"access": "no", "vehicle": "destination"}, None),
        ({"access": "yes", "motor_vehicle": "no"}, "access denied: motor_vehicle=no"),
        ({"motorcar": "no", "motor_vehicle": "yes"}, "access denied: motorcar=no"),
        ({"vehicle": "private", "motor_vehicle": "permissive"}, None),
        ({"foot": "no"}, None),
        ({"access": "customers"}, None),
    ],
)
def test_the_most_telling_access_tag_decides(
    speeds: Callable[..., Speeds], tags: dict[str, str], denied: str | None
) -> None:
    expected = denied or Drive(60.0, None, forward=True, backward=True)
    assert drive(STREET | tags, speeds()) == expected


@pytest.mark.parametrize(
    ("tags", "forward", "backward"),
    [
        ({}, True, True),
        ({"oneway": "yes"}, True, False),
        ({"oneway": "true"}, True, False),
        ({"oneway": "1"}, True, False),
        ({"oneway": "-1"}, False, True),
        ({"oneway": "reverse"}, False, True),
        ({"oneway": "no"}, True, True),
        ({"junction": "roundabout"}, True, False),
        ({"junction": "circular"}, True, False),
        ({"junction": "roundabout", "oneway": "no"}, True, True),
        ({"junction": "roundabout", "oneway": "-1"}, False, True),
        ({"highway": "motorway"}, True, False),
        ({"highway": "motorway", "oneway": "no"}, True, True),
        ({"oneway": "perhaps"}, True, True),
    ],
)
def test_directions(speeds: Callable[..., Speeds], tags: dict[str, str], *, forward: bool, backward: bool) -> None:
    driven = drive(STREET | tags, speeds())
    assert isinstance(driven, Drive)
    assert (driven.forward, driven.backward) == (forward, backward)


@pytest.mark.parametrize(
    ("tags", "km_per_h"),
    [
        ({}, 60.0),
        ({"maxspeed": "50"}, 50.0),
        ({"maxspeed": "90"}, 90.0),  # a limit may be above that of the class
        ({"maxspeed": "30 mph"}, 48.28032),
        ({"maxspeed": "30mph"}, 48.28032),
        ({"maxspeed": "70 km/h"}, 70.0),
        ({"maxspeed": "FR:urban"}, 50.0),
        ({"maxspeed": "walk"}, 5.0),
        ({"maxspeed": "none"}, 130.0),
        ({"maxspeed": "50;30"}, 50.0),
        ({"maxspeed": "signals"}, 60.0),
        ({"maxspeed": "0"}, 60.0),
        ({"maxspeed": "200"}, 200.0),
        ({"maxspeed": "500"}, 60.0),
        ({"maxspeed": "9" * 400}, 60.0),
        ({"maxspeed": "-30"}, 60.0),
        ({"maxspeed": ""}, 60.0),
        ({"maxspeed": "50 m/s"}, 60.0),
        ({"surface": "unpaved"}, 30.0),
        ({"surface": "asphalt"}, 60.0),
        ({"surface": "unpaved", "maxspeed": "20"}, 20.0),
        ({"surface": "unpaved", "maxspeed": "90"}, 30.0),
        ({"surface": "sett", "highway": "track"}, 15.0),
    ],
)
def test_speed(speeds: Callable[..., Speeds], tags: dict[str, str], km_per_h: float) -> None:
    driven = drive(STREET | tags, speeds())
    assert isinstance(driven, Drive)
    assert driven.km_per_h == pytest.approx(km_per_h)
    assert driven.minutes is None


@pytest.mark.parametrize(
    ("tags", "ahead", "back"),
    [
        ({"maxspeed:forward": "70"}, 70.0, 60.0),
        ({"maxspeed:backward": "30"}, 60.0, 30.0),
        ({"maxspeed": "50", "maxspeed:forward": "70"}, 70.0, 50.0),
        ({"maxspeed:forward": "90", "maxspeed:backward": "90"}, 90.0, 90.0),
        ({"maxspeed:forward": "signals", "maxspeed": "50"}, 50.0, 50.0),
        ({"maxspeed:forward": "90", "surface": "unpaved"}, 30.0, 30.0),
        ({"oneway": "yes", "maxspeed:forward": "70", "maxspeed:backward": "10"}, 70.0, None),
        ({"oneway": "-1", "maxspeed:forward": "70", "maxspeed:backward": "10"}, None, 10.0),
    ],
)
def test_each_direction_has_its_limit(
    speeds: Callable[..., Speeds], tags: dict[str, str], ahead: float | None, back: float | None
) -> None:
    driven = drive(STREET | tags, speeds())
    assert isinstance(driven, Drive)
    assert (driven.forward, driven.backward) == (ahead is not None, back is not None)
    assert driven.speed("forward") == ahead or ahead is None
    assert driven.speed("backward") == back or back is None


def test_the_direction_without_a_limit_is_held_to_that_of_towns(speeds: Callable[..., Speeds]) -> None:
    driven = drive({"highway": "primary", "maxspeed:forward": "70"}, speeds())
    assert isinstance(driven, Drive)
    assert (driven.speed("forward"), driven.speed("backward")) == (70.0, 120.0)
    held = driven.held_to(50.0)
    assert (held.speed("forward"), held.speed("backward")) == (70.0, 50.0)


@pytest.mark.parametrize(
    ("tags", "km_per_h"),
    [
        ({"maxspeed": "FR:urban"}, 50.0),
        ({"maxspeed": "fr:Urban"}, 50.0),
        ({"maxspeed": "FR:rural"}, 80.0),
        ({"maxspeed": "FR:motorway"}, 130.0),
        ({"maxspeed": "FR:30"}, 30.0),
        ({"maxspeed": "FR:zone30"}, 30.0),
        ({"zone:maxspeed": "FR:30"}, 30.0),
        ({"zone:maxspeed": "BE-VLG:30"}, 30.0),
        ({"zone:maxspeed": "GB:20"}, 32.18688),
        ({"zone:traffic": "FR:urban"}, 50.0),
        ({"source:maxspeed": "FR:urban"}, 50.0),
        ({"source:maxspeed": "FR:rural", "maxspeed": "70"}, 70.0),
        ({"source:maxspeed": "sign", "zone:maxspeed": "FR:30"}, 30.0),
        ({"maxspeed:type": "AD:rural"}, 90.0),
        ({"maxspeed": "DE:urban"}, 50.0),
        ({"maxspeed": "DE:rural"}, 100.0),
        ({"maxspeed": "CH:motorway"}, 120.0),
        ({"maxspeed": "none"}, 130.0),
        ({"maxspeed": "walk"}, 5.0),
        ({"maxspeed": "XX:urban"}, 30.0),  # of no country here: the class counts
        ({"maxspeed": "signals"}, 30.0),
        ({"source:maxspeed": "survey"}, 30.0),
    ],
)
def test_codes_of_countries_in_the_bundled_speeds(tags: dict[str, str], km_per_h: float) -> None:
    driven = drive(STREET | tags, read_speeds(DECLARED))
    assert isinstance(driven, Drive)
    assert driven.km_per_h == pytest.approx(km_per_h * 0.85)


@pytest.mark.parametrize(
    ("tags", "expected"),
    [
        ({"maxspeed": "50"}, []),
        ({"maxspeed": "FR:urban"}, []),
        ({"source:maxspeed": "sign"}, []),
        ({"maxspeed": "XX:urban"}, ["maxspeed=XX:urban"]),
        ({"maxspeed": "signals", "maxspeed:backward": "variable"}, ["maxspeed=signals", "maxspeed:backward=variable"]),
    ],
)
def test_limits_that_cannot_be_read_are_told(
    speeds: Callable[..., Speeds], tags: dict[str, str], expected: list[str]
) -> None:
    assert unread_limits(tags, speeds().named_limit_km_per_h.value) == expected


def test_real_driving_is_slower_than_the_limit(speeds: Callable[..., Speeds]) -> None:
    driven = drive(STREET | {"maxspeed": "50"}, speeds(real_driving_share=0.8))
    assert isinstance(driven, Drive)
    assert driven.km_per_h == pytest.approx(40)


@pytest.mark.parametrize(
    ("duration", "minutes"),
    [
        ("00:15", 15.0),
        ("1:30", 90.0),
        ("1:05:00", 65.0),
        ("00:07:30", 7.5),
        ("PT20M", 20.0),
        ("PT1H", 60.0),
        ("PT1H30M", 90.0),
        ("12", 12.0),
        ("", None),
        ("0", None),
        ("00:00", None),
        ("PT", None),
        ("soon", None),
        ("-5", None),
    ],
)
def test_duration_of_a_ferry(speeds: Callable[..., Speeds], duration: str, minutes: float | None) -> None:
    expected = Drive(None if minutes else 15.0, minutes, forward=True, backward=True, is_ferry=True)
    assert drive(FERRY | {"duration": duration}, speeds()) == expected


@pytest.mark.parametrize(
    ("tags", "reason"),
    [
        ({"motor_vehicle": "no"}, "access denied: motor_vehicle=no"),
        ({"motor_vehicle": "no", "foot": "yes"}, "access denied: motor_vehicle=no"),
        ({}, "a ferry that no tag opens to cars"),
        ({"foot": "yes", "bicycle": "yes"}, "a ferry that no tag opens to cars"),
        ({"access": "yes"}, "a ferry that no tag opens to cars"),
        ({"motorcar": "unknown", "vehicle": "yes"}, "a ferry that no tag opens to cars"),
        ({"motor_vehicle": "yes", "motorcar": "no"}, "access denied: motorcar=no"),
    ],
)
def test_a_ferry_for_those_on_foot_is_not_driven(
    speeds: Callable[..., Speeds], tags: dict[str, str], reason: str
) -> None:
    assert drive({"route": "ferry"} | tags, speeds()) == reason


@pytest.mark.parametrize(
    "tags",
    [{"motorcar": "yes"}, {"motor_vehicle": "designated"}, {"vehicle": "yes"}, {"access": "no", "motorcar": "yes"}],
)
def test_a_ferry_that_takes_cars_is_driven(speeds: Callable[..., Speeds], tags: dict[str, str]) -> None:
    assert drive({"route": "ferry", "duration": "00:20"} | tags, speeds()) == Drive(
        None, 20.0, forward=True, backward=True, is_ferry=True
    )


@pytest.mark.parametrize("highway", ["footway", "construction", "motorway_link"])
def test_a_class_that_is_not_declared_is_not_driven_on(speeds: Callable[..., Speeds], highway: str) -> None:
    assert drive({"highway": highway}, speeds()) == f"not driven on: highway={highway}"


def test_the_bundled_speeds_are_those_of_the_french_limits() -> None:
    declared = read_speeds(DECLARED)
    motorway = drive({"highway": "motorway"}, declared)
    assert motorway == Drive(pytest.approx(110.5), None, forward=True, backward=False)  # 130 x 0.85
    assert declared.speed_km_per_h.value["secondary"] == 80


@pytest.mark.parametrize(
    ("old", "new", "problem"),
    [
        ("value: 0.85", "value: 0.0", "real_driving_share.value: must be above 0, got 0.0"),
        ("value: 3.0", "value: -1.0", "junction_delay_seconds.value: must be at least 0, got -1.0"),
        ("track: 15.0", "track: fast", "speed_km_per_h.value.track: expected a number, got 'fast'"),
        ("ferry_km_per_h:", "fery_km_per_h:", "fery_km_per_h: unknown key; did you mean ferry_km_per_h?"),
    ],
)
def test_wrong_speeds_are_refused(tmp_path: Path, old: str, new: str, problem: str) -> None:
    path = tmp_path / "speeds.yaml"
    text = DECLARED.read_text(encoding="utf-8")
    assert text.count(old) == 1
    path.write_text(text.replace(old, new), encoding="utf-8")
    with pytest.raises(RoadsError) as caught:
        read_speeds(path)
    assert f"{path}: {problem}" in caught.value.problems
