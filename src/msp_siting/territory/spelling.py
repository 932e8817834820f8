"""Names of communes as people write them: saints, articles, "Commune de", a postal code or a department beside."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from msp_siting.language import fold

SAINTS = {"st": "saint", "ste": "sainte", "sts": "saints", "stes": "saintes"}
ARTICLES = frozenset({"le", "la", "les", "l"})
ARTICLE_BEHIND = re.compile(r"(.+?)\s*\(\s*(l['’]|le|la|les)\s*\)", re.IGNORECASE)  # noqa: RUF001 - typographic
AUTHORITY = re.compile(
    r"(?:la\s+)?(?:commune|ville|mairie|municipalit[eé]|ccas)(?:\s+(?:nouvelle|d[eé]l[eé]gu[eé]e|associ[eé]e))?\s+"
    r"(?P<preposition>d['’]|de\s+l['’]|de\s+la\s+|des\s+|du\s+|de\s+)(?P<name>.+)",  # noqa: RUF001 - typographic
    re.IGNORECASE,
)
CONTRACTED = {"du": "le ", "des": "les ", "de la": "la ", "de l'": "l'"}
CODE = re.compile(r"(?<![0-9A-Za-z])(?:[0-9]{5}|2[ABab][0-9]{3})(?![0-9A-Za-z])")
DEPARTMENT = re.compile(r"\(\s*(0[1-9]|[1-8][0-9]|9[0-5]|2[ABab])\s*\)")
CEDEX = re.compile(r"\s+cedex(?:\s+[0-9]{1,2})?(?=\s*(?:$|[,(]))", re.IGNORECASE)
CORSICA = {"20": ("2A", "2B")}


@dataclass(frozen=True)
class WrittenPlace:
    """A place as it is written.

    Attributes
    ----------
    name
        Without what stands beside it.
    code
        A code of five digits beside the name, which may be the postal code; else empty.
    department
        Number of the department that the code or a number in brackets says; else empty.
    """

    name: str
    code: str = ""
    department: str = ""


def written_place(text: str) -> WrittenPlace:
    """Return a place's name apart from a code, a department, "cedex" or "Commune de" that stand with it."""
    bare = CEDEX.sub("", text.strip())
    code, department = CODE.search(bare), DEPARTMENT.search(bare)
    name = bare
    for found in (code, department):
        if found is not None:
            name = name.replace(found[0], " ")
    name = re.sub(r"\(\s*\)", " ", name).strip(" \t,;:/-–—")  # noqa: RUF001 - an en dash between code and name
    authority = AUTHORITY.fullmatch(name)
    if authority is not None:
        preposition = re.sub(r"\s+", " ", authority["preposition"].replace("’", "'")).strip().lower()  # noqa: RUF001
        name = CONTRACTED.get(preposition, "") + authority["name"]
    number = department[1].upper() if department is not None else code[0][:2].upper() if code is not None else ""
    return WrittenPlace(re.sub(r"\s+", " ", name), code[0].upper() if code is not None else "", number)


def spelled_out(name: str) -> str:
    """Return a name as it is compared: folded, its article in front, saints written out."""
    behind = ARTICLE_BEHIND.fullmatch(name.strip())
    words = fold(f"{behind[2]} {behind[1]}" if behind else name).split()
    return " ".join(SAINTS.get(word, word) for word in words)


def holds(words: Sequence[str], part: Sequence[str]) -> bool:
    """Return whether words hold others, next to one another and in their order."""
    return any(list(words[start : start + len(part)]) == list(part) for start in range(len(words) - len(part) + 1))


def without_article(name: str) -> str:
    """Return a name as it is compared, without the article in front."""
    first, _, rest = spelled_out(name).partition(" ")
    return rest if first in ARTICLES and rest else " ".join(filter(None, [first, rest]))
