"""Names that stand beside the place of a request: project, owner, address; whether they belong to another commune.

A postal code written for an INSEE code is another commune's code as often as not; only a name tells.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from msp_siting.language import fold
from msp_siting.requests.request import FundingRequest
from msp_siting.territory import AUTHORITY, PlaceNames, holds, spelled_out, written_place

APART = re.compile(r"[,;:()/|\n]|\s[-–—]\s|(?<=\s)et(?=\s)")  # noqa: RUF001 - an en dash between two parts
POSTAL_CODE = re.compile(r"(?<![0-9])[0-9]{5}(?![0-9])[\s,]+(?P<town>\D+)")
ARTICLE_OF = {"du": "le", "au": "le", "des": "les", "aux": "les"}
BEFORE = frozenset({"de", "d", "a", *ARTICLE_OF})
# Words in front of a name, which may stand without any preposition ("MSP La Mure").
HEADS = frozenset(
    {
        *(
            "msp",
            "mspu",
            "maison",
            "maisons",
            "medicale",
            "sante",
            "pluriprofessionnelle",
            "pluridisciplinaire",
            "pole",
        ),
        *("centre", "medical", "cabinet", "espace", "projet", "extension", "creation", "construction", "regroupement"),
        *("rehabilitation", "renovation", "agrandissement", "nouvelle", "nouveau", "la", "le", "l", "une", "un", "de"),
        *("du", "d", "universitaire", "multisite", "et", "restructuration", "amenagement"),
    }
)
# Behind one of these a name is that of a street, of a part of a town, of a larger area, or of where others come from.
NOT_OF_THE_PLACE = frozenset(
    {
        *("rue", "avenue", "av", "boulevard", "bd", "place", "chemin", "route", "impasse", "allee", "quai", "cours"),
        *("quartier", "hameau", "lieu", "lieudit", "site", "ecole", "college", "lycee", "gare", "halle", "parc", "zac"),
        *("za", "zone", "vallee", "vallees", "canton", "pays", "bassin", "plaine", "secteur", "communaute", "cc", "ca"),
        *("agglomeration", "metropole", "medecins", "generalistes", "antenne", "satellite", "annexe", "secondaire"),
        *("rattachee", "rattache", "clinique", "hopital", "porte", "portes", "rives", "coteaux", "transfert", "depuis"),
        *(
            "villa",
            "residence",
            "ancien",
            "ancienne",
            "docteur",
            "dr",
            "plateau",
            "massif",
            "val",
            "vals",
            "sud",
            "nord",
        ),
    }
)
BEHIND = frozenset({"phase", "tranche", "lot", "variante", "bis", "ter", "n", "no", "numero", "i", "ii", "iii", "iv"})
# Communes are called so, and so is much else: with a small article ("MSP de la terrasse") they name no commune.
COMMON = frozenset(
    {
        *("bourg", "chapelle", "cote", "cotes", "pont", "tour", "motte", "terrasse", "salle", "riviere", "vallee"),
        *("plaine", "plan", "moulin", "mas", "croix", "roche", "foret", "source", "eglise", "chateau", "gare", "halle"),
        *("halles", "mairie", "place", "port", "lac", "montagne", "colline", "garde", "forge", "grange", "granges"),
        *("pin", "chene", "tilleul", "tilleuls", "prairie", "pre", "parc", "jardin", "jardins", "ferme", "fontaine"),
        *("ville", "villette", "cite", "bastide", "batie", "combe", "valette", "ferriere", "bois", "clos", "verger"),
        *("village", "centre", "marche", "poste", "plage", "pommeraie", "vigne", "vignes", "fontaines", "sources"),
    }
)


@dataclass(frozen=True)
class NameBeside:
    """A name of communes that a cell holds.

    Attributes
    ----------
    column, text
        Where it stands, as it is written.
    place_ids
        The places that are called so.
    """

    column: str
    text: str
    place_ids: frozenset[str]


def names_beside(request: FundingRequest, places: PlaceNames) -> Iterator[NameBeside]:
    """Yield the names of communes beside a request's place: its own where one cell names it, else those of others."""
    for column, text in _texts(request):
        own = [name.split() for name in places.names_of(request.place_id)]
        found = list(_mentioned(column, text, places))
        others = [(words, ids) for words, ids in found if places.is_another(request.place_id, words, ids)]
        longest = max((len(words) for words, _ in others), default=0)
        names_itself = any(request.place_id in ids for _, ids in found) or _names(text, own, longest)
        if names_itself:
            yield NameBeside(column, text, frozenset({request.place_id}))
        else:
            yield from (NameBeside(column, text, ids) for _, ids in others)


def _texts(request: FundingRequest) -> Iterator[tuple[str, str]]:
    for column in ("place_name", "project_name", "owner_name", "address"):
        text = getattr(request, column)
        if text is not None:
            yield column, text


def _mentioned(column: str, text: str, places: PlaceNames) -> Iterator[tuple[list[str], frozenset[str]]]:
    """Yield the names of communes that a cell holds, as words, with the places that are called so."""
    match column:
        case "place_name":
            found = places.named(text)
            if found:
                yield spelled_out(written_place(text).name).split(), found
        case "owner_name":
            for part in APART.split(text):
                if AUTHORITY.fullmatch(part.strip()) or part.strip() == text.strip():
                    yield from _called(written_place(part).name, places)
        case "address":
            town = POSTAL_CODE.search(text)
            if town is not None:
                yield from _called(written_place(APART.split(town["town"])[0]).name, places)
        case _:
            for part in APART.split(text):
                yield from _in_title(part, places)


def _called(name: str, places: PlaceNames) -> Iterator[tuple[list[str], frozenset[str]]]:
    found = places.called(name)
    if found:
        yield spelled_out(name).split(), found


def _in_title(part: str, places: PlaceNames) -> Iterator[tuple[list[str], frozenset[str]]]:
    """Yield the longest name at the end of a part of a title, where what stands in front lets it be the place's."""
    written = [word for word in re.findall(r"[^\W_]+", part) if fold(word)]
    words = [fold(word) for word in written]
    while words and (words[-1] in BEHIND or words[-1].isdecimal()):
        words.pop()
    if NOT_OF_THE_PLACE & set(words):
        return
    for start in range(len(words)):
        before = words[start - 1] if start else ""
        is_bare = all(word in HEADS for word in words[:start])
        if not (before in BEFORE or is_bare):
            continue
        name = [ARTICLE_OF[before], *words[start:]] if before in ARTICLE_OF else words[start:]
        is_small = before in ARTICLE_OF or written[start][0].islower()
        found = places.called(" ".join(name))
        if not found or (name[0] in {"le", "la", "les", "l"} and is_small and name[-1] in COMMON):
            continue
        is_saint = name[0] in {"saint", "sainte", "st", "ste"} and len(name) == len(["saint", "roch"])
        if before in BEFORE or not is_saint:  # "MSP Saint-Roch" may be named after the saint
            yield spelled_out(" ".join(name)).split(), found
        return


def _names(text: str, own: list[list[str]], longest: int) -> bool:
    """Return whether a text holds one of a place's own names, not as a part of another commune's longer name."""
    words = spelled_out(text).split()
    bare = (name[1:] if name[0] in {"le", "la", "les", "l"} and len(name) > 1 else name for name in own if name)
    return any(holds(words, name) and len(name) >= longest for name in bare)
