"""Declared speeds: how fast and in which directions a way with given tags is driven."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Annotated

from pydantic import Field

from msp_siting.errors import RoadsError, Sentence, problem
from msp_siting.files import NotNegative, Parameter, Positive, Strict, Text, read_record
from msp_siting.travel.roads.limits import Direction, tagged_limit

ONE_WAY_VALUES = {"yes", "true", "1"}
AGAINST_VALUES = {"-1", "reverse"}
ROUNDABOUTS = {"roundabout", "circular"}
ONE_WAY_CLASSES = {"motorway"}
NO_CARS = problem("a ferry that no tag opens to cars")
_DURATION = re.compile(r"^(?:(\d+):)?(\d+):(\d+)$|^PT(?:(\d+)H)?(?:(\d+)M)?$")


class Speeds(Strict):
    """One mode of travel: speeds in km/h, delays in seconds, rules of access."""

    name: str
    title: Text
    speed_km_per_h: Parameter[dict[str, Positive]]
    named_limit_km_per_h: Parameter[dict[str, Positive]]
    limit_code_tags: Parameter[list[str]]
    urban_limit_km_per_h: Parameter[Positive]
    urban_radius_km: Parameter[dict[str, Positive]]
    surface_limit_km_per_h: Parameter[dict[str, Positive]]
    real_driving_share: Parameter[Annotated[float, Field(gt=0, le=1)]]
    junction_delay_seconds: Parameter[NotNegative]
    ferry_km_per_h: Parameter[Positive]
    ferry_access_tags: Parameter[list[str]]
    ferry_access_granted: Parameter[list[str]]
    access_tags: Parameter[list[str]]
    access_denied: Parameter[list[str]]
    oneway_tag: Parameter[str]
    fragment_longest_km: Parameter[NotNegative]
    fragment_gap_km: Parameter[NotNegative]
    snapping_longest_km: Parameter[Positive]
    last_stretch_km_per_h: Parameter[Positive]
    calibration_factor: Parameter[Positive]


@dataclass(frozen=True)
class Drive:
    """How a way is driven: speed, or minutes for the whole of it, and whether along and against its nodes.

    Attributes
    ----------
    km_per_h
        Along its nodes; against them too, unless another is given.
    is_limit_tagged
        Whether the speed follows from a tagged limit, not from the road's class.
    km_per_h_backward, is_backward_limit_tagged
        The same against its nodes, where it is not as along them.
    """

    km_per_h: float | None
    minutes: float | None
    forward: bool
    backward: bool
    is_ferry: bool = False
    is_limit_tagged: bool = False
    km_per_h_backward: float | None = None
    is_backward_limit_tagged: bool | None = None

    def speed(self, direction: Direction) -> float | None:
        """Return the speed in one direction, in km/h."""
        return self.km_per_h if direction == "forward" or self.km_per_h_backward is None else self.km_per_h_backward

    def is_tagged(self, direction: Direction) -> bool:
        """Return whether the limit of one direction is tagged."""
        own = None if direction == "forward" else self.is_backward_limit_tagged
        return self.is_limit_tagged if own is None else own

    def held_to(self, most_km_per_h: float) -> "Drive":
        """Return the same with directions whose limit is not tagged no faster than that."""
        if self.is_ferry or self.km_per_h is None:
            return self
        along, against = self.speed("forward"), self.speed("backward")
        if along is not None and not self.is_tagged("forward"):
            along = min(along, most_km_per_h)
        if against is not None and not self.is_tagged("backward"):
            against = min(against, most_km_per_h)
        return replace(self, km_per_h=along, km_per_h_backward=None if self.km_per_h_backward is None else against)


def read_speeds(path: Path) -> Speeds:
    """Return the speeds a file declares.

    Raises
    ------
    RoadsError
        With every problem of the file.
    """
    return read_record(path, Speeds, RoadsError, Parameter.model_fields)


def drive(tags: Mapping[str, str], speeds: Speeds) -> Drive | Sentence:
    """Return how a way is driven, or the reason why it is not.

    Parameters
    ----------
    tags
        OSM tags of the way.
    """
    is_ferry = tags.get("route") == "ferry"
    highway = tags.get("highway")
    if not is_ferry and highway not in speeds.speed_km_per_h.value:
        return problem("not driven on: highway={kind}", kind=highway)
    denied = _denied(tags, speeds)
    if denied is not None:
        return denied
    forward, backward = _directions(tags, speeds)
    if is_ferry:
        if not _is_car_ferry(tags, speeds):
            return NO_CARS
        minutes = _duration_minutes(tags.get("duration", ""))
        return Drive(None if minutes else speeds.ferry_km_per_h.value, minutes, forward, backward, is_ferry=True)
    along = _pace(tags, speeds, "forward" if forward else "backward")
    against = _pace(tags, speeds, "backward" if backward else "forward")
    driven = Drive(along[0], None, forward, backward, is_limit_tagged=along[1])
    if against != along:
        return replace(driven, km_per_h_backward=against[0], is_backward_limit_tagged=against[1])
    return driven


def used_tags(speeds: Speeds) -> list[str]:
    """Return every tag of a way on which its times depend."""
    own = ["highway", "route", "junction", "area", "surface", "duration"]
    limits = ["maxspeed", "maxspeed:forward", "maxspeed:backward", *speeds.limit_code_tags.value]
    access = [speeds.oneway_tag.value, *speeds.access_tags.value, *speeds.ferry_access_tags.value]
    return list(dict.fromkeys([*own, *limits, *access]))


def _pace(tags: Mapping[str, str], speeds: Speeds, direction: Direction) -> tuple[float, bool]:
    """Return the speed in one direction in km/h, and whether its limit is tagged."""
    limit = tagged_limit(tags, direction, speeds.limit_code_tags.value, speeds.named_limit_km_per_h.value)
    top = speeds.speed_km_per_h.value[tags["highway"]] if limit is None else limit
    return _on_surface(top, tags, speeds) * speeds.real_driving_share.value, limit is not None


def _denied(tags: Mapping[str, str], speeds: Speeds) -> Sentence | None:
    for key in speeds.access_tags.value:
        if key in tags:
            if tags[key] in speeds.access_denied.value:
                return problem("access denied: {key}={value}", key=key, value=tags[key])
            return None
    return None


def _is_car_ferry(tags: Mapping[str, str], speeds: Speeds) -> bool:
    told = [tags[key] for key in speeds.ferry_access_tags.value if key in tags]
    return bool(told) and told[0] in speeds.ferry_access_granted.value


def _directions(tags: Mapping[str, str], speeds: Speeds) -> tuple[bool, bool]:
    oneway = tags.get(speeds.oneway_tag.value)
    if oneway in AGAINST_VALUES:
        return False, True
    is_one_way = oneway in ONE_WAY_VALUES or (is_one_way_by_kind(tags) and oneway != "no")
    return True, not is_one_way


def is_one_way_by_kind(tags: Mapping[str, str]) -> bool:
    """Return whether a road of this kind is one-way where no tag says so."""
    return tags.get("junction") in ROUNDABOUTS or tags.get("highway") in ONE_WAY_CLASSES


def _on_surface(km_per_h: float, tags: Mapping[str, str], speeds: Speeds) -> float:
    surface = speeds.surface_limit_km_per_h.value.get(tags.get("surface", ""))
    return km_per_h if surface is None else min(km_per_h, surface)


def _duration_minutes(text: str) -> float | None:
    """Return a ferry's duration (``00:15``, ``1:05:00``, ``PT20M``) in minutes."""
    if re.fullmatch(r"\d+", text):
        return float(text) or None
    found = _DURATION.match(text)
    if found is None:
        return None
    first, second, third, hours, minutes = (int(part or 0) for part in found.groups())
    if text.startswith("PT"):
        return float(60 * hours + minutes) or None
    total = 60 * first + second + third / 60 if found[1] else 60 * second + third
    return float(total) or None
