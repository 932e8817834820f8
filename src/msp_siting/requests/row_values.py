"""Values of one funding request from the cells of its row; what is mended on the way is noted."""

import re
from collections.abc import Iterable, Iterator, Mapping
from functools import cached_property
from pathlib import Path
from typing import Any

from msp_siting.errors import Sentence, problem, told
from msp_siting.files import MOST_PROBLEMS_SHOWN
from msp_siting.language import Repair, fold
from msp_siting.requests.cells import READERS, read_amount, read_people
from msp_siting.requests.meaning import CellError, Meant
from msp_siting.requests.rows import COMPULSORY, FUNDER, NEW_POSTS
from msp_siting.requests.words import NOTHING
from msp_siting.territory import (
    FRENCH_CODE,
    Found,
    PlaceNames,
    Territory,
    UnknownPlaceError,
    own_places,
    places_with_rim,
    written_code,
)

FINESS_CHARACTERS = 9
MOST_JOINING_FROM_ONE_PLACE = 50
TIMES = re.compile(r"(.*?)(?:(?:\s+|(?<=[0-9]))[x×]\s*([0-9]+)|\s*\(\s*([0-9]{1,3})\s*\))", re.IGNORECASE)  # noqa: RUF001
NOBODY = frozenset({"0", "personne", "nobody", *NOTHING})
FEWEST_LIKE_A_DEPARTMENT = 10


class RowReader:
    """Reads the cells of rows, collecting what is wrong with them.

    Attributes
    ----------
    problems
        What is wrong, each with its row.
    named
        Rows whose place is written as a name.
    codes
        Codes of places, as they are read.
    """

    def __init__(self, path: Path, territory: Territory) -> None:
        self.path = path
        self.territory = territory
        self.problems: list[Sentence] = []
        self.named: set[int] = set()
        self.codes: list[str] = []
        self._row = 0
        self.places = own_places(territory)
        self.joining_places = places_with_rim(territory)

    @cached_property
    def tvs(self) -> PlaceNames:
        """The territory's territoires de vie-santé, by code or by name."""
        zones = self.territory.zones
        zones = zones[zones["kind"].eq("tvs")]
        return PlaceNames(zip(zones["zone_id"], zones["name"], strict=True), problem("the territory's list of TVS"))

    def read(self, row: int, cells: Mapping[str, str]) -> tuple[dict[str, Any], tuple[Repair, ...]] | None:
        """Return the values of a row by attribute and what was mended, or None where something is wrong with it."""
        before, self._row = len(self.problems), row
        notes: list[Repair] = []
        values: dict[str, Any] = {"new_posts": {}, "requested_eur": {}, "acquired_eur": {}}
        for name in COMPULSORY:
            if name not in cells:
                self._add(row, name, problem("is empty; every request needs one"))
        for name, text in cells.items():
            try:
                self._read_cell(name, text, values, notes)
            except (CellError, UnknownPlaceError) as fault:
                self._add(row, name, told(fault))
        return (values, tuple(notes)) if len(self.problems) == before else None

    def _add(self, row: int, column: str, wrong: Sentence) -> None:
        self.problems.append(wrong.at(column).at(problem("row {row}", row=row)).at(self.path))

    def _read_cell(self, name: str, text: str, values: dict[str, Any], notes: list[Repair]) -> None:
        funder, posts = FUNDER.fullmatch(name), NEW_POSTS.fullmatch(name)
        if funder:
            values[f"{funder[1]}_eur"][funder[2]] = _told(name, text, read_amount(text), notes)
        elif posts:
            values["new_posts"][posts[1]] = _told(name, text, read_people(text), notes)
        elif name == "place_id":
            values[name] = self._place(name, text, self.places, notes)
        elif name == "tvs_id":
            values[name] = self._place(name, text, self.tvs, notes) if self.tvs.first_name else text
        elif name == "gp_joining_from_place_ids":
            values["gp_joining_from"] = tuple(self._joining(name, text, notes))
        elif name == "finess_id":
            values[name] = _finess_id(text, notes)
        else:
            values[name] = _told(name, text, READERS[name](text), notes)

    def _place(self, column: str, text: str, places: PlaceNames, notes: list[Repair]) -> str:
        """Return the id that a code or a name means; note it where the cell does not hold that id."""
        found = places.find(text, hints=len(self.problems) < MOST_PROBLEMS_SHOWN)
        notes.extend(_note(column, text, found, places))
        code = written_code(text)
        if column != "tvs_id" and FRENCH_CODE.fullmatch(code):
            self.codes.append(code)
        elif column == "place_id" and found.by in {"name", "earlier"}:
            self.named.add(self._row)
        return found.place_id

    def _joining(self, column: str, text: str, notes: list[Repair]) -> Iterator[str]:
        """Yield a place per GP of a list of codes or names, each perhaps with how many come from there."""
        if fold(text) in NOBODY and text not in self.joining_places.first_name:
            return
        for part in filter(None, map(str.strip, re.split(r"[|+,;\n]", text))):
            for item in self._apart(part):
                times = TIMES.fullmatch(item)
                count = int(times[2] or times[3]) if times else 1
                if not 1 <= count <= MOST_JOINING_FROM_ONE_PLACE:
                    most = MOST_JOINING_FROM_ONE_PLACE
                    raise CellError(
                        problem("expected 1 to {most} GPs from one place, got {value!r}", most=most, value=item)
                    )
                if times and times[3] and count >= FEWEST_LIKE_A_DEPARTMENT:
                    raise CellError(
                        problem(
                            "{value!r} may be {count} GPs or a department; write x{count}, or the name alone",
                            value=item,
                            count=count,
                        )
                    )
                place = self._place(column, times[1].strip() if times else item, self.joining_places, notes)
                yield from [place] * count

    def _apart(self, part: str) -> Iterable[str]:
        """Return codes that only spaces keep apart, each with its number; a name with spaces stays whole."""
        items = re.findall(r"[^\s()]+(?:\s*\(\s*[0-9]+\s*\)|\s+[x×]\s*[0-9]+(?!\S))?", part, re.IGNORECASE)  # noqa: RUF001
        codes = [TIMES.sub(r"\1", item).strip() for item in items]
        known = self.joining_places
        if len(items) > 1 and not known.named(TIMES.sub(r"\1", part)) and all(map(known.is_code, codes)):
            return items
        return [part]


def _told(column: str, text: str, value: object, notes: list[Repair]) -> object:
    """Return the value of a cell; how it was read is noted where it does not hold the value as such."""
    if not isinstance(value, Meant):
        return value
    notes.append(Repair(value.key, {"column": column, "text": text, **value.values}))
    return value.value


def _note(column: str, text: str, found: Found, places: PlaceNames) -> Iterator[Repair]:
    values: dict[str, object] = {"column": column, "text": text, "place": places.show(found.place_id)}
    match found.by:
        case "leading_zero":
            yield Repair("request_leading_zero", values)
        case "spelling":
            yield Repair("request_code_read", values)
        case "name" if found.namesakes:
            others = [places.show(place_id) for place_id in found.namesakes]
            yield Repair("request_place_namesake", {**values, "others": others})
        case "name":
            yield Repair("request_place_named", values)
        case "earlier" if found.earlier is not None:
            was = f"{found.earlier.old_id} ({found.earlier.name})"
            yield Repair(f"request_earlier_{found.earlier.kind}", {**values, "was": was})


def _finess_id(text: str, notes: list[Repair]) -> str:
    """Return a FINESS number; the leading zero that spreadsheets take from departments 01 to 09 is put back."""
    bare = "".join(text.split()).upper()
    whole = bare.zfill(FINESS_CHARACTERS) if len(bare) == FINESS_CHARACTERS - 1 and bare.isdecimal() else bare
    if not re.fullmatch(r"[0-9][0-9AB][0-9]{7}", whole):
        raise CellError(problem("expected 9 characters such as 010001246, got {value!r}", value=text))
    if whole != bare:
        notes.append(Repair("request_leading_zero", {"column": "finess_id", "text": text, "place": whole}))
    return whole
