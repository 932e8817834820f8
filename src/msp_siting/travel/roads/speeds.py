"""Declared speeds: how fast and in which directions a way with given tags is driven."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated

from pydantic import Field

from msp_siting.errors import RoadsError, Sentence, problem
from msp_siting.files import NotNegative, Parameter, Positive, Strict, Text, read_record

KM_PER_MILE = 1.609344
HIGHEST_LIMIT_KM_PER_H = 200.0  # no sign of the world says more; a larger number is a slip
FORWARD, BACKWARD = "forward", "backward"
ONE_WAY_VALUES = {"yes", "true", "1"}
AGAINST_VALUES = {"-1", "reverse"}
ROUNDABOUTS = {"roundabout", "circular"}
ONE_WAY_CLASSES = {"motorway"}
_DURATION = re.compile(r"^(?:(\d+):)?(\d+):(\d+)$|^PT(?:(\d+)H)?(?:(\d+)M)?$")


class Speeds(Strict):
    """One mode of travel: speeds in km/h, delays in seconds, rules of access."""

    name: str
    title: Text
    speed_km_per_h: Parameter[dict[str, Positive]]
    named_limit_km_per_h: Parameter[dict[str, Positive]]
    urban_limit_km_per_h: Parameter[Positive]
    urban_radius_km: Parameter[dict[str, Positive]]
    surface_limit_km_per_h: Parameter[dict[str, Positive]]
    real_driving_share: Parameter[Annotated[float, Field(gt=0, le=1)]]
    junction_delay_seconds: Parameter[NotNegative]
    ferry_km_per_h: Parameter[Positive]
    access_tags: Parameter[list[str]]
    access_denied: Parameter[list[str]]
    oneway_tag: Parameter[str]
    snapping_longest_km: Parameter[Positive]
    last_stretch_km_per_h: Parameter[Positive]
    calibration_factor: Parameter[Positive]


@dataclass(frozen=True)
class Drive:
    """How a way is driven: speed, or minutes for the whole of it, and whether along and against its nodes.

    ``is_limit_tagged`` says that the speed follows from a maxspeed tag, not from the road's class.
    """

    km_per_h: float | None
    minutes: float | None
    forward: bool
    backward: bool
    is_ferry: bool = False
    is_limit_tagged: bool = False


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
        minutes = _duration_minutes(tags.get("duration", ""))
        return Drive(None if minutes else speeds.ferry_km_per_h.value, minutes, forward, backward, is_ferry=True)
    limit = _tagged_limit(tags.get("maxspeed", ""), speeds)
    top = speeds.speed_km_per_h.value[str(highway)] if limit is None else limit
    km_per_h = _on_surface(top, tags, speeds) * speeds.real_driving_share.value
    return Drive(km_per_h, None, forward, backward, is_limit_tagged=limit is not None)


def _denied(tags: Mapping[str, str], speeds: Speeds) -> Sentence | None:
    for key in speeds.access_tags.value:
        if key in tags:
            if tags[key] in speeds.access_denied.value:
                return problem("access denied: {key}={value}", key=key, value=tags[key])
            return None
    return None


def _directions(tags: Mapping[str, str], speeds: Speeds) -> tuple[bool, bool]:
    oneway = tags.get(speeds.oneway_tag.value)
    if oneway in AGAINST_VALUES:
        return False, True
    implied = tags.get("junction") in ROUNDABOUTS or tags.get("highway") in ONE_WAY_CLASSES
    is_one_way = oneway in ONE_WAY_VALUES or (implied and oneway != "no")
    return True, not is_one_way


def _on_surface(km_per_h: float, tags: Mapping[str, str], speeds: Speeds) -> float:
    surface = speeds.surface_limit_km_per_h.value.get(tags.get("surface", ""))
    return km_per_h if surface is None else min(km_per_h, surface)


def _tagged_limit(text: str, speeds: Speeds) -> float | None:
    """Return a maxspeed tag in km/h; None where there is none that can be read."""
    if text in speeds.named_limit_km_per_h.value:
        return speeds.named_limit_km_per_h.value[text]
    found = re.fullmatch(r"(\d+(?:\.\d+)?)\s*(mph|km/h|kmh)?", text.split(";", maxsplit=1)[0].strip())
    if found is None:
        return None
    limit = float(found[1]) * (KM_PER_MILE if found[2] == "mph" else 1.0)
    return limit if 0 < limit <= HIGHEST_LIMIT_KM_PER_H else None


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
