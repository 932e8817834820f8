"""Places of a territory by code or by name, as people write them; nothing is guessed between two places."""

import difflib
import re
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

from msp_siting.errors import listed, problem
from msp_siting.language import fold
from msp_siting.territory.territory import Territory

INSEE_DIGITS = 5
MOST_CANDIDATES = 8
SAINTS = {"st": "saint", "ste": "sainte", "sts": "saints", "stes": "saintes"}
ARTICLES = frozenset({"le", "la", "les", "l"})
ARTICLE_BEHIND = re.compile(r"(.+?)\s*\(\s*(l['’]|le|la|les)\s*\)", re.IGNORECASE)  # noqa: RUF001 - typographic


@dataclass(frozen=True)
class Found:
    """A place, and what it was found by: its id, its id with the leading zeros it had lost, or its name."""

    place_id: str
    by: Literal["id", "leading_zero", "name"]


class UnknownPlaceError(LookupError):
    """A code or a name that is no place, or may be several; the text says which."""


class PlaceNames:
    """Finds places by id or by name.

    Parameters
    ----------
    places
        Pairs of ``place_id`` and name; a place may have several names, or an empty one.
    where
        What the places belong to, for messages.
    """

    def __init__(self, places: Iterable[tuple[str, str]], where: str) -> None:
        self.where = where
        self.first_name: dict[str, str] = {}
        self._by_folded_id: dict[str, set[str]] = defaultdict(set)
        self._by_number: dict[str, set[str]] = defaultdict(set)
        self._by_name: dict[str, set[str]] = defaultdict(set)
        self._by_bare_name: dict[str, set[str]] = defaultdict(set)
        for place_id, name in places:
            if place_id not in self.first_name:
                self._by_folded_id[place_id.casefold()].add(place_id)
                if place_id.isdecimal():
                    self._by_number[place_id.lstrip("0")].add(place_id)
            if not self.first_name.get(place_id):
                self.first_name[place_id] = name
            if fold(name):
                self._by_name[_spelled_out(name)].add(place_id)
                self._by_bare_name[_without_article(name)].add(place_id)

    def find(self, text: str, *, hints: bool = True) -> Found:
        """Return the place that a code or a name means.

        Parameters
        ----------
        hints
            Whether to look for near names where there is none (slow where thousands are asked for).

        Raises
        ------
        UnknownPlaceError
            Where there is no such place, or several.
        """
        if text in self.first_name:
            return Found(text, "id")
        same_id = self._by_folded_id.get(text.casefold(), set())
        if len(same_id) == 1:
            return Found(next(iter(same_id)), "id")
        padded = self._by_number.get(text.lstrip("0"), set()) if text.isdecimal() else set()
        named = self.named(text)
        if len(padded) == 1 and all(len(place_id) > len(text) for place_id in padded):
            return Found(next(iter(padded)), "leading_zero")
        if len(named) == 1:
            return Found(next(iter(named)), "name")
        if named:
            several = self._listed(sorted(named))
            raise UnknownPlaceError(problem("{text!r} may be {places}; write the code", text=text, places=several))
        unknown = problem("{text!r} is no place of {where}", text=text, where=self.where)
        raise UnknownPlaceError(unknown + (self._hint(text) if hints else ""))

    def is_code(self, text: str) -> bool:
        """Return whether a text is the id of a place, perhaps without its leading zeros."""
        by_number = self._by_number if text.isdecimal() else {}
        return text.casefold() in self._by_folded_id or text.lstrip("0") in by_number

    def named(self, name: str) -> frozenset[str]:
        """Return the ids of the places of a name; its article counts only where that decides."""
        exact = self._by_name.get(_spelled_out(name), set())
        return frozenset(exact or self._by_bare_name.get(_without_article(name), set()))

    def show(self, place_id: str) -> str:
        """Return a place's id with its name."""
        name = self.first_name.get(place_id, "")
        return f"{place_id} ({name})" if name else place_id

    def _hint(self, text: str) -> str:
        if text.isdecimal():
            return problem("; write the INSEE code, not the postal code") if len(text) == INSEE_DIGITS else ""
        near = difflib.get_close_matches(_without_article(text), self._by_bare_name, n=3, cutoff=0.75)
        ids = sorted({place_id for name in near for place_id in self._by_bare_name[name]})
        return problem("; did you mean {name}?", name=self._listed(ids)) if ids else ""

    def _listed(self, ids: list[str]) -> str:
        shown = [self.show(place_id) for place_id in ids[:MOST_CANDIDATES]]
        if len(ids) > MOST_CANDIDATES:
            shown.append(problem("{count} others", count=len(ids) - MOST_CANDIDATES))
        return listed(shown, "{some} or {other}")


def own_places(territory: Territory) -> PlaceNames:
    """Return the places of a territory itself: its demand points, its sites' places and the others it names."""
    return PlaceNames(_own(territory), problem("the territory"))


def places_with_rim(territory: Territory) -> PlaceNames:
    """Return the places of a territory and of its rim."""
    if territory.rim is None:
        return PlaceNames(_own(territory), problem("the territory (which has no rim)"))
    demand, places = territory.rim.demand, territory.places
    around = [*zip(demand["demand_id"], demand["name"], strict=True)]
    around += zip(places["place_id"], places["name"], strict=True)
    around += ((place_id, "") for place_id in sorted(territory.rim.place_ids))
    return PlaceNames([*_own(territory), *around], problem("the territory or its rim"))


def zone_of_place(territory: Territory, kind: str) -> dict[str, str]:
    """Return the id of the zone of a kind that each place of a territory lies in, where that is known."""
    column = f"{kind}_id"
    zones: dict[str, str] = {}
    for table, key in ((territory.places, "place_id"), (territory.demand, "demand_id")):
        if column in table.columns:
            inside = table[table[column].ne("")]
            zones |= dict(zip(inside[key], inside[column], strict=True))
    return zones


def _own(territory: Territory) -> list[tuple[str, str]]:
    own = [*zip(territory.demand["demand_id"], territory.demand["name"], strict=True)]
    own += zip(territory.sites["place_id"], territory.sites["name"], strict=True)
    known = {place_id for place_id, _ in own}
    outside = frozenset() if territory.rim is None else territory.rim.place_ids - known
    places = territory.places[~territory.places["place_id"].isin(outside)]
    return [*own, *zip(places["place_id"], places["name"], strict=True)]


def _spelled_out(name: str) -> str:
    """Return a name as it is compared: folded, its article in front, saints written out."""
    behind = ARTICLE_BEHIND.fullmatch(name.strip())
    words = fold(f"{behind[2]} {behind[1]}" if behind else name).split()
    return " ".join(SAINTS.get(word, word) for word in words)


def _without_article(name: str) -> str:
    first, _, rest = _spelled_out(name).partition(" ")
    return rest if first in ARTICLES and rest else " ".join(filter(None, [first, rest]))
