"""Places of a territory by code or by name, as people write them; nothing is guessed between two places."""

import difflib
import re
from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from msp_siting.errors import Sentence, listed, problem
from msp_siting.language import fold
from msp_siting.territory.codes import INSEE_DIGITS, EarlierCommune, earlier_communes, written_code
from msp_siting.territory.spelling import WrittenPlace, holds, spelled_out, without_article, written_place
from msp_siting.territory.territory import Territory

MOST_CANDIDATES = 8


@dataclass(frozen=True)
class Found:
    """A place, and what it was found by.

    Attributes
    ----------
    by
        Its id; its id in other letters or with spaces (``spelling``), or with the leading zeros it had lost; its name;
        the code or name of an earlier commune that is part of it today.
    earlier
        That commune.
    namesakes
        Other places that an earlier commune of the same name is part of.
    """

    place_id: str
    by: Literal["id", "spelling", "leading_zero", "name", "earlier"]
    earlier: EarlierCommune | None = None
    namesakes: tuple[str, ...] = ()


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
    structures
        The same of what stands at places, such as an MSP: its name finds the place, and is not the name of it.
    earlier
        Communes that are part of another one today, by their code; those of the places count.
    departments
        Names of departments, which people put behind the name of a commune.
    """

    def __init__(
        self,
        places: Iterable[tuple[str, str]],
        where: str,
        *,
        structures: Iterable[tuple[str, str]] = (),
        earlier: Mapping[str, EarlierCommune] | None = None,
        departments: Collection[str] = (),
    ) -> None:
        self.where = where
        self.first_name: dict[str, str] = {}
        self._departments = {fold(name) for name in departments}
        self._names: dict[str, set[str]] = defaultdict(set)
        self._called: dict[str, set[str]] = defaultdict(set)
        self._by_folded_id: dict[str, set[str]] = defaultdict(set)
        self._by_number: dict[str, set[str]] = defaultdict(set)
        self._by_name: dict[str, set[str]] = defaultdict(set)
        self._by_bare_name: dict[str, set[str]] = defaultdict(set)
        for place_id, name in places:
            self._add(place_id, name)
            if fold(name):
                self._called[spelled_out(name)].add(place_id)
                self._names[place_id].add(spelled_out(name))
        for place_id, name in structures:
            self._add(place_id, name)
        self._all_earlier = earlier or {}
        self._earlier_by_name: dict[str, list[EarlierCommune]] = defaultdict(list)
        for commune in self._all_earlier.values():
            is_gone = commune.old_id == commune.commune_id or commune.old_id not in self.first_name
            if is_gone and commune.commune_id in self.first_name:
                self._earlier_by_name[spelled_out(commune.name)].append(commune)
                self._names[commune.commune_id].add(spelled_out(commune.name))

    def find(self, text: str, *, hints: bool = True) -> Found:
        """Return the place that a code or a name means.

        A name may have a postal code or a department beside it (``Mens (38710)``), or "Commune de" in front.

        Parameters
        ----------
        hints
            Whether to look for near names where there is none (slow where thousands are asked for).

        Raises
        ------
        UnknownPlaceError
            Where there is no such place, or several.
        """
        found = self._by_code(text)
        if found is not None:
            return found
        named = self.named(text)
        if len(named) > 1:
            several = self._listed(sorted(named))
            raise UnknownPlaceError(problem("{text!r} may be {places}; write the code", text=text, places=several))
        self._check_code_beside(text, named)
        if named:
            return self._named(next(iter(named)), text)
        unknown = problem("{text!r} is no place of {where}", text=text, where=self.where)
        raise UnknownPlaceError(unknown + (self._hint(text) if hints else ""))

    def is_code(self, text: str) -> bool:
        """Return whether a text is the id of a place, perhaps without its leading zeros."""
        by_number = self._by_number if text.isdecimal() else {}
        return text.casefold() in self._by_folded_id or text.lstrip("0") in by_number

    def named(self, name: str) -> frozenset[str]:
        """Return the ids of the places of a name, as people write it; its article counts only where that decides.

        Of several, those in the department of a code beside it. A name that an earlier commune had means today's.
        """
        written = written_place(name)
        return frozenset(
            place_id for place_id in self._with_any_name(written) if written.department in {"", place_id[:2]}
        )

    def called(self, name: str) -> frozenset[str]:
        """Return the ids of the places that are called just so today, or that a commune called so exists within."""
        words = spelled_out(name)
        within = {each.commune_id for each in self._earlier_by_name.get(words, ()) if each.kind != "merged"}
        return frozenset(self._called.get(words, set()) | within)

    def has_longer_name(self, name: str, department: str) -> bool:
        """Return whether a commune of a department (two characters) has a longer name that begins so."""
        begins = f"{spelled_out(name)} "
        longer = (ids for other, ids in self._called.items() if other.startswith(begins))
        return any(place_id.startswith(department) for ids in longer for place_id in ids)

    def is_another(self, place_id: str, words: Sequence[str], place_ids: Collection[str]) -> bool:
        """Return whether a name, as words, that some places have names another place than the one it stands beside.

        A name within the place's own (Saint-Martin beside Saint-Martin-d'Hères) does not. Nor does one of another
        department that may be short for a neighbour's (Tarascon for Tarascon-sur-Ariège).
        """
        here = place_id[:2]
        if place_id in place_ids or any(holds(name.split(), words) for name in self.names_of(place_id)):
            return False
        return any(each.startswith(here) for each in place_ids) or not self.has_longer_name(" ".join(words), here)

    def names_of(self, place_id: str) -> frozenset[str]:
        """Return the names of a place as they are compared, those of its earlier communes among them."""
        return frozenset(self._names.get(place_id, set()))

    def show(self, place_id: str) -> str:
        """Return a place's id with its name."""
        name = self.first_name.get(place_id, "")
        return f"{place_id} ({name})" if name else place_id

    def _check_code_beside(self, text: str, named: frozenset[str]) -> None:
        """Refuse a name with the INSEE code of another place, or a postal code of another department, beside it."""
        written = written_place(text)
        if not written.code:
            return
        elsewhere = self._with_any_name(written) - named
        if not named and elsewhere:
            other = problem(
                "{text!r}: {place} does not lie in the department of {code}; write the INSEE code alone",
                text=text,
                place=self._listed(sorted(elsewhere)),
                code=written.code,
            )
            raise UnknownPlaceError(other)
        coded = None if written.code.endswith("0") else self._by_code(written.code)  # else it may be a postal code
        if named and coded is not None and coded.place_id not in named:
            other = problem(
                "{text!r}: the code is {place}, the name {other}; write one of the two codes alone",
                text=text,
                place=self.show(coded.place_id),
                other=self._listed(sorted(named)),
            )
            raise UnknownPlaceError(other)

    def _add(self, place_id: str, name: str) -> None:
        """Make a place be found by its id and by a name."""
        if place_id not in self.first_name:
            self._by_folded_id[place_id.casefold()].add(place_id)
            if place_id.isdecimal():
                self._by_number[place_id.lstrip("0")].add(place_id)
        if not self.first_name.get(place_id):
            self.first_name[place_id] = name
        if fold(name):
            self._by_name[spelled_out(name)].add(place_id)
            self._by_bare_name[without_article(name)].add(place_id)

    def _by_code(self, text: str) -> Found | None:
        if text in self.first_name:
            return Found(text, "id")
        for spelled in (text, written_code(text)):
            same_id = self._by_folded_id.get(spelled.casefold(), set())
            if len(same_id) == 1:
                place_id = next(iter(same_id))
                return Found(place_id, "leading_zero" if place_id == text.zfill(len(place_id)) else "spelling")
        padded = self._by_number.get(text.lstrip("0"), set()) if text.isdecimal() else set()
        if len(padded) == 1 and all(len(place_id) > len(text) for place_id in padded):
            return Found(next(iter(padded)), "leading_zero")
        earlier = self._all_earlier.get(written_code(text))
        if earlier is not None and earlier.commune_id in self.first_name:
            return Found(earlier.commune_id, "earlier", earlier)
        return None

    def _with_any_name(self, written: WrittenPlace) -> set[str]:
        """Return the places of a name, wherever they are: exact, of earlier communes, without article or department."""
        spelled = spelled_out(written.name)
        if not spelled:
            return set()
        found = self._by_name.get(spelled, set())
        found = found or {each.commune_id for each in self._earlier_by_name.get(spelled, [])}
        found = found or self._by_bare_name.get(without_article(written.name), set())
        return found or self._without_department(spelled)

    def _without_department(self, spelled: str) -> set[str]:
        for department in self._departments:
            bare = re.sub(rf" (?:(?:en|d|de|du|de la|de l|des) )?{re.escape(department)}$", "", spelled)
            if bare != spelled:
                return self._by_name.get(bare, set()) or self._by_bare_name.get(without_article(bare), set())
        return set()

    def _named(self, place_id: str, text: str) -> Found:
        """Return a place found by a name, which may be that of an earlier commune."""
        spelled = spelled_out(written_place(text).name)
        earlier = self._earlier_by_name.get(spelled, [])
        if place_id in self._by_name.get(spelled, set()):
            return Found(place_id, "name", namesakes=tuple(sorted({e.commune_id for e in earlier} - {place_id})))
        same = [each for each in earlier if each.commune_id == place_id]
        return Found(place_id, "earlier", same[0]) if same else Found(place_id, "name")

    def _hint(self, text: str) -> Sentence | str:
        code = written_code(text)
        gone = self._all_earlier.get(code)
        if gone is not None:
            return problem(
                "; {code} ({name}) is part of commune {today} today, which is none either",
                code=code,
                name=gone.name,
                today=gone.commune_id,
            )
        if text.isdecimal():
            return problem("; write the INSEE code, not the postal code") if len(text) == INSEE_DIGITS else ""
        near = difflib.get_close_matches(without_article(text), self._by_bare_name, n=3, cutoff=0.75)
        ids = sorted({place_id for name in near for place_id in self._by_bare_name[name]})
        return problem("; did you mean {name}?", name=self._listed(ids)) if ids else ""

    def _listed(self, ids: list[str]) -> str:
        shown = [self.show(place_id) for place_id in ids[:MOST_CANDIDATES]]
        if len(ids) > MOST_CANDIDATES:
            shown.append(problem("{count} others", count=len(ids) - MOST_CANDIDATES))
        return listed(shown, "{some} or {other}")


def own_places(territory: Territory) -> PlaceNames:
    """Return the places of a territory itself: its demand points, its sites' places and the others it names."""
    return _place_names(territory, [], problem("the territory"))


def places_with_rim(territory: Territory) -> PlaceNames:
    """Return the places of a territory and of its rim."""
    if territory.rim is None:
        return _place_names(territory, [], problem("the territory (which has no rim)"))
    demand, places = territory.rim.demand, territory.places
    around = [*zip(demand["demand_id"], demand["name"], strict=True)]
    around += zip(places["place_id"], places["name"], strict=True)
    around += ((place_id, "") for place_id in sorted(territory.rim.place_ids))
    return _place_names(territory, around, problem("the territory or its rim"))


def _place_names(territory: Territory, around: list[tuple[str, str]], where: str) -> PlaceNames:
    own = [*zip(territory.demand["demand_id"], territory.demand["name"], strict=True)]
    structures = [*zip(territory.sites["place_id"], territory.sites["name"], strict=True)]
    known = {place_id for place_id, _ in (*own, *structures)}
    outside = frozenset() if territory.rim is None else territory.rim.place_ids - known
    places = territory.places[~territory.places["place_id"].isin(outside)]
    zones = territory.zones
    return PlaceNames(
        [*own, *zip(places["place_id"], places["name"], strict=True), *around],
        where,
        structures=structures,
        earlier=earlier_communes(),
        departments=list(zones.loc[zones["kind"].eq("department"), "name"]),
    )
