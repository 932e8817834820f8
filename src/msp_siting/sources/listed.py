"""A list of communes: codes as people write them, each held against the name beside it, and what they are today."""

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

import pandas as pd

from msp_siting.errors import DataError, Sentence, listed, problem
from msp_siting.files import Column, Mended, Table, first_problems, optional_column, read_table, row_number, split_sheet
from msp_siting.language import Fact, mended_facts
from msp_siting.sources.departments import department_names
from msp_siting.sources.france import France
from msp_siting.territory import (
    CODE_DIGITS,
    CODE_HEADINGS,
    FRENCH_CODE,
    NAME_HEADINGS,
    PlaceNames,
    codes_end_in_0,
    earlier_communes,
    holds,
    is_overseas,
    spelled_out,
    written_code,
    written_place,
)

CODE_LENGTH = 5
MOST_SHOWN = 8  # codes or places of one sentence
Held = Literal["own", "another", "silent", "unheard"]
NOT_COVERED = problem("not covered (metropolitan France only)")
COMMUNES = Table(
    "communes",
    (
        Column("commune_id", "id", aliases=CODE_HEADINGS, digits=CODE_DIGITS),
        optional_column("name", "text", aliases=NAME_HEADINGS),
    ),
    ("commune_id",),
    may_have_others=True,
)


@dataclass(frozen=True)
class CommuneList:
    """A list of communes as it is read.

    Attributes
    ----------
    codes
        By row, as INSEE writes them where that is clear.
    names
        What stands beside each code; empty where nothing does.
    repairs
        What was mended, and which codes were read otherwise than written.
    """

    path: Path
    codes: pd.Series
    names: pd.Series
    repairs: tuple[Fact, ...]


def read_list(path: Path) -> CommuneList:
    """Return a list of communes; a code of four digits stays as it is, as its zero must be seen to be lacking.

    Raises
    ------
    DataError
        For a file that is no such list, or with codes that no commune of metropolitan France can have.
    """
    mended: list[Mended] = []
    table = read_table(path, COMMUNES, mended)
    given = table["commune_id"]
    codes = given.map(lambda text: text if len(text) < CODE_LENGTH and text.isdecimal() else written_code(text))
    problems = [
        (NOT_COVERED.at(code) if is_overseas(code) else _no_code(code)).at("commune_id").at(row_number(row)).at(path)
        for row, code in codes.items()
        if is_overseas(code) or not _may_be_code(code)
    ]
    if problems:
        raise DataError(first_problems(problems, path))
    file, _ = split_sheet(path)
    others = codes[codes.ne(given)]
    read = [f"{text}: {code}" for text, code in zip(given[others.index], others, strict=True)]
    told = [Fact("listed_codes_read", {"file": file.name, "codes": shown(read)})] if read else []
    names = table["name"].fillna("") if "name" in table.columns else pd.Series("", index=table.index)
    return CommuneList(path, codes, names, (*mended_facts(file.name, mended), *told))


def find_listed(asked: CommuneList, france: France) -> tuple[tuple[str, ...], tuple[Fact, ...], tuple[Fact, ...]]:
    """Return the communes of a list by code, what was read as what, and what a reader must know of it.

    Earlier codes stand for today's; a city whose arrondissements are demand points stands for these.

    Raises
    ------
    DataError
        For a commune that does not exist, or whose name is another's, each with its row.
    """
    today = france.codes.today(asked.codes).replace(dict(france.count.counted_elsewhere))
    known = set(france.communes.index) | set(france.codes.divided)
    places = _place_names(france)
    problems: list[Sentence] = []
    confirmed, unheard = False, []
    for row, code in asked.codes.items():
        name, place_id = asked.names[row], today[row]
        if place_id not in known:
            problems.append(_unknown(code, name, places, known).at("commune_id").at(row_number(row)).at(asked.path))
            continue
        held, others = held_against(name, place_id, places)
        confirmed |= held == "own"
        if held == "another":
            wrong = other_name(place_id, code, name, others, places)
            problems.append(wrong.at(row_number(row)).at(asked.path))
        elif held == "unheard":
            unheard.append(f"{name} ({code})")
    if problems:
        raise DataError(first_problems(problems, asked.path))
    file = split_sheet(asked.path)[0].name
    told = list(_told(asked.codes, today, france, places, file))
    if unheard:
        told.append(Fact("listed_names_unheard", {"file": file, "names": shown(unheard)}))
    inside = {part for code in today for part in france.codes.divided.get(code, (code,))}
    cautions = () if confirmed else tuple(codes_end_in_0(list(asked.codes)))
    return tuple(sorted(inside)), (*asked.repairs, *told), cautions


def _may_be_code(code: str) -> bool:
    return FRENCH_CODE.fullmatch(code.zfill(CODE_LENGTH)) is not None or code.startswith("20")


def _no_code(text: str) -> Sentence:
    expected = problem("an INSEE code of 5 characters such as 01004")
    return problem("expected {expected}, got {value!r}", expected=expected, value=text)


def _place_names(france: France) -> PlaceNames:
    """Return the communes of today and the cities that are divided, by code and by name.

    A commune that another one counts has its name there.
    """
    names = france.files["communes"].frame.set_index("commune_id")["name"]
    others = {city: city for city in france.codes.divided} | dict(france.count.counted_elsewhere)
    return PlaceNames(
        [*france.communes["name"].items(), *((place_id, names[code]) for code, place_id in others.items())],
        problem("metropolitan France"),
        earlier=earlier_communes(),
        departments=sorted(department_names()["name"]),
    )


def held_against(name: str, place_id: str, places: PlaceNames) -> tuple[Held, frozenset[str]]:
    """Return whether a name is the place's own, another's (and whose), or says nothing, being none or nobody's."""
    words = spelled_out(written_place(name).name).split()
    if not words:
        return "silent", frozenset()
    found, own = places.named(name), places.names_of(place_id)
    if place_id in found or " ".join(words) in own:
        return "own", frozenset()
    if found and places.is_another(place_id, words, found):
        return "another", found
    is_part = any(holds(each.split(), words) for each in own)
    return "silent" if found or is_part else "unheard", frozenset()


def other_name(place_id: str, code: str, name: str, others: frozenset[str], places: PlaceNames) -> Sentence:
    """Return that a code and the name beside it are two places."""
    wrong = problem(
        "{place} is not {name!r}, which is {others}; correct one (the code is INSEE's, not the postal code)",
        place=places.show(place_id) if code == place_id else f"{code}: {places.show(place_id)}",
        name=name,
        others=listed([places.show(other) for other in sorted(others)[:MOST_SHOWN]], "{some} or {other}"),
    )
    return wrong.at("commune_id, name")


def _unknown(code: str, name: str, places: PlaceNames, known: Collection[str]) -> Sentence:
    none, padded = problem("no inhabited metropolitan commune {code!r}", code=code), code.zfill(CODE_LENGTH)
    if padded in known and padded != code:
        return none + problem("; did you mean {code}? Write its leading zero", code=padded)
    named = sorted(places.named(name))
    if named:
        them = listed([places.show(place_id) for place_id in named[:MOST_SHOWN]], "{some} or {other}")
        return none + problem("; the name beside it is that of {places} (write INSEE's code)", places=them)
    return none


def _told(codes: pd.Series, today: pd.Series, france: France, places: PlaceNames, file: str) -> Iterator[Fact]:
    """Yield which codes are read as another commune's, by why, which cities are divided, and which are not."""
    divided, elsewhere = france.codes.divided, france.count.counted_elsewhere
    said: dict[str, list[str]] = {}
    for code, place_id in zip(codes, today, strict=True):
        earlier = earlier_communes().get(code)
        if place_id in divided:
            said.setdefault("listed_cities", []).append(places.show(place_id))
        elif code == place_id:
            continue
        elif code in elsewhere:
            said.setdefault("listed_elsewhere", []).append(f"{code}: {places.show(place_id)}")
        else:
            name = f"{code} ({earlier.name})" if earlier is not None else code
            is_part = earlier is not None and earlier.kind == "arrondissement"
            key = "listed_arrondissements" if is_part else "listed_earlier"
            said.setdefault(key, []).append(f"{name}: {places.show(place_id)}")
    yield from (Fact(key, {"file": file, "codes": shown(texts)}) for key, texts in said.items())


def shown(texts: Sequence[str]) -> list[str | Fact]:
    """Return the first of some texts, each once, then how many more there are."""
    distinct = list(dict.fromkeys(texts))
    more = [Fact("names_more", {"count": len(distinct) - MOST_SHOWN})] if len(distinct) > MOST_SHOWN else []
    return [*distinct[:MOST_SHOWN], *more]
