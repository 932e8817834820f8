"""Speed limits as OpenStreetMap tags them: numbers, words, and codes of countries, each way of a road."""

import re
from collections.abc import Mapping
from typing import Literal

Direction = Literal["forward", "backward"]
KM_PER_MILE = 1.609344
HIGHEST_LIMIT_KM_PER_H = 200.0  # no sign of the world says more; a larger number is a slip
COUNTRIES_IN_MILES = {"GB", "UK", "US"}
_NUMBER = re.compile(r"(\d+(?:[.,]\d+)?)\s*(mph|km/h|kmh)?")
_ZONE = re.compile(r"([A-Z]{2})(?:-[A-Z]{2,3})?:(?:zone:?)?(\d+)", re.IGNORECASE)


def read_limit(text: str, named_km_per_h: Mapping[str, float]) -> float | None:
    """Return a limit in km/h; None where it cannot be read.

    Parameters
    ----------
    text
        ``50``, ``30 mph``, ``FR:30``, ``FR:urban``; of several (``50;30``) the first counts.
    named_km_per_h
        Limits that are words or codes of countries.
    """
    first = text.split(";", maxsplit=1)[0].strip()
    number = _NUMBER.fullmatch(first)
    if number is not None:
        return _plausible(float(number[1].replace(",", ".")), in_miles=number[2] == "mph")
    named = {word.casefold(): limit for word, limit in named_km_per_h.items()}.get(first.casefold())
    if named is not None:
        return named
    zone = _ZONE.fullmatch(first)
    return None if zone is None else _plausible(float(zone[2]), in_miles=zone[1].upper() in COUNTRIES_IN_MILES)


def tagged_limit(
    tags: Mapping[str, str], direction: Direction, codes: list[str], named_km_per_h: Mapping[str, float]
) -> float | None:
    """Return the limit of one way of a road in km/h: its own, that of both ways, then that of its zone.

    Parameters
    ----------
    codes
        Keys of tags that name the zone a road lies in (``zone:maxspeed``), the most telling first.
    """
    for key in (f"maxspeed:{direction}", "maxspeed", *codes):
        limit = read_limit(tags[key], named_km_per_h) if key in tags else None
        if limit is not None:
            return limit
    return None


def unread_limits(tags: Mapping[str, str], named_km_per_h: Mapping[str, float]) -> list[str]:
    """Return the limits that a road is tagged with and that mean nothing here, as ``key=value``."""
    keys = ("maxspeed", "maxspeed:forward", "maxspeed:backward")
    return [f"{key}={tags[key]}" for key in keys if key in tags and read_limit(tags[key], named_km_per_h) is None]


def _plausible(limit: float, *, in_miles: bool) -> float | None:
    km_per_h = limit * (KM_PER_MILE if in_miles else 1.0)
    return km_per_h if 0 < km_per_h <= HIGHEST_LIMIT_KM_PER_H else None
