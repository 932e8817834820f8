"""INSEE codes of communes as people write them, and what an earlier commune is part of today."""

import re
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Literal, cast

from msp_siting.files import Column, Table, bundled_folder, read_table
from msp_siting.language import Fact

INSEE_DIGITS = 5
FEWEST_CODES = 3  # that all end in 0, where chance makes it one file in a thousand
MOST_CODES_SHOWN = 5
FRENCH_CODE = re.compile(r"(?:0[1-9]|[1-8][0-9]|9[0-8]|2[AB])[0-9]{3}")
# Of metropolitan France; a department has no code 20 since 1976, so that 20xxx is a postal code.
Kind = Literal["delegated", "associated", "merged", "arrondissement"]
OVERSEAS_CODE = re.compile(r"9[78][0-9]{3}")
# Departments, other territories and their regions, by number and by name.
OVERSEAS_DEPARTMENTS = frozenset({"97", "98", *(str(number) for number in (*range(971, 979), *range(984, 990)))})
OVERSEAS_NAMES = frozenset({"guadeloupe", "martinique", "guyane", "la reunion", "reunion", "mayotte"})
KINDS: tuple[Kind, ...] = ("delegated", "associated", "merged", "arrondissement")
CODE_CHANGES = Table(
    "commune_code_changes",
    (
        Column("old_id", "id"),
        Column("name", "text"),
        Column("commune_id", "id"),
        Column("kind", "text", values=KINDS),
    ),
    ("old_id",),
)


@dataclass(frozen=True)
class EarlierCommune:
    """A commune that is part of another one today.

    Attributes
    ----------
    old_id
        Its code; that of today's commune where it is its seat.
    commune_id
        Code of today's commune.
    kind
        ``delegated`` or ``associated``: it exists within the other; ``merged``: it does not exist any more;
        ``arrondissement``: of Paris, Lyon or Marseille.
    """

    old_id: str
    name: str
    commune_id: str
    kind: Kind


@cache
def earlier_communes() -> Mapping[str, EarlierCommune]:
    """Return the communes of metropolitan France that are part of another one today, by their own code.

    One that is part of two is there with the commune that its place is *déléguée* or *associée* of.
    """
    table = read_table(bundled_folder() / "data" / "commune_code_changes.csv", CODE_CHANGES)
    rows = table[["old_id", "name", "commune_id", "kind"]].itertuples(index=False)
    return {old_id: EarlierCommune(old_id, name, today, cast("Kind", kind)) for old_id, name, today, kind in rows}


def is_overseas(code: str) -> bool:
    """Return whether a code of a department (three digits) or of a commune is one of overseas, which nothing covers."""
    return code in OVERSEAS_DEPARTMENTS or OVERSEAS_CODE.fullmatch(code) is not None


def written_department(text: str) -> str:
    """Return the code of a department as INSEE writes it (``2a``, ``02A``: 2A); what is none stays as it is."""
    bare = re.sub(r"[\s\u00a0\u202f]", "", text).upper()
    corsican = re.fullmatch(r"0?(2[AB])", bare)
    return corsican[1] if corsican is not None else bare if re.fullmatch(r"[0-9]{2,3}", bare) else text


def codes_end_in_0(codes: Collection[str]) -> Iterator[Fact]:
    """Yield that all the codes of a file may be postal codes, which mostly end in 0; INSEE codes do once in ten."""
    distinct = set(codes)
    if len(distinct) >= FEWEST_CODES and all(code.endswith("0") for code in distinct):
        yield Fact("codes_end_in_0", {"count": len(distinct), "codes": sorted(distinct)[:MOST_CODES_SHOWN]})


def written_code(text: str) -> str:
    """Return a code as INSEE writes it; what is no code stays as it is.

    Put right are capitals and a zero too many (``2a004``, ``02A004``), the zero that a spreadsheet took from
    departments 01 to 09 (``1004``), what it put behind (``38226.0``), and spaces (``38 226``).
    """
    bare = re.sub(r"[.,]0+$", "", re.sub(r"[\s\u00a0\u202f]", "", text)).upper()
    bare = re.sub(r"^0(?=2[AB][0-9]{3}$)", "", bare)
    whole = bare.zfill(INSEE_DIGITS) if re.fullmatch(r"[1-9][0-9]{3}", bare) else bare
    return whole if FRENCH_CODE.fullmatch(whole) else text
