"""Declared columns of tables, and which of them each heading of a file means."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Literal

from msp_siting.errors import Sentence, problem
from msp_siting.files.csv import SEPARATORS
from msp_siting.files.mending import Mended
from msp_siting.files.spelling import fold

Kind = Literal["id", "text", "number", "flag"]


@dataclass(frozen=True)
class Column:
    r"""A column: its name or pattern, what its cells are, and the values they may take.

    Attributes
    ----------
    aliases
        Other headings that mean it, whatever their case and accents; of a pattern, patterns of folded headings.
    alias_name
        Of a pattern, the name that an alias stands for, with the groups of the alias (``requested_eur_\1``).
    digits
        How many digits the codes in a column have, by its name: a shorter one held as a number has lost its zero.
    empty_as
        Words and numbers that say that there is no number, as an empty cell does; a row may not end before its cell.
    """

    name: str
    kind: Kind
    required: bool = True
    may_be_empty: bool = False
    least: float | None = None
    most: float | None = None
    values: tuple[str, ...] = ()
    pattern: bool = False
    aliases: tuple[str, ...] = ()
    alias_name: str = ""
    digits: tuple[tuple[str, int], ...] = ()
    empty_as: tuple[str, ...] = ()

    def fits(self, name: str) -> bool:
        """Return whether a column of a file is this one."""
        return bool(re.fullmatch(self.name, name)) if self.pattern else name == self.name

    def meant_by(self, heading: str) -> str | None:
        """Return the name that another spelling or an alias stands for (the heading is folded), or None."""
        bare = heading.replace(" ", "_")
        if self.pattern:
            found = next((found for alias in self.aliases if (found := re.fullmatch(alias, heading))), None)
            return bare if self.fits(bare) else found.expand(self.alias_name).replace(" ", "_") if found else None
        return self.name if heading in self._headings else None

    @cached_property
    def _headings(self) -> frozenset[str]:
        """The folded headings that mean it."""
        return frozenset({fold(self.name), *map(fold, self.aliases)})


@dataclass(frozen=True)
class Table:
    """A table: its columns, the columns that tell one row from another, and what may stand between cells of a CSV.

    Attributes
    ----------
    may_have_others
        Whether a file may have further columns, which are not read, and named.
    """

    name: str
    columns: tuple[Column, ...]
    key: tuple[str, ...]
    may_be_empty: bool = False
    separators: tuple[str, ...] = tuple(SEPARATORS)
    may_have_others: bool = False

    def column(self, name: str) -> Column | None:
        """Return the declaration that a column of a file falls under, or None."""
        return next((column for column in self.columns if column.fits(name)), None)

    def name_of(self, heading: str) -> str | None:
        """Return the name of the column that a heading means, or None."""
        if self.column(heading) is not None:
            return heading
        folded = fold(heading)
        meant = (column.meant_by(folded) for column in self.columns) if folded else ()
        return next((name for name in meant if name is not None), None)

    def count_known(self, headings: Sequence[str]) -> int:
        """Return how many headings mean a column."""
        return sum(self.name_of(heading) is not None for heading in headings)


@dataclass(frozen=True)
class Headings:
    """What the headings of a file mean.

    Attributes
    ----------
    names
        The name of its column by the position of a heading that means one.
    unknown
        The other headings, by position.
    problems
        Columns that two headings mean.
    mended
        Headings that are not written as their column is called.
    """

    names: Mapping[int, str]
    unknown: Mapping[int, str]
    problems: tuple[Sentence, ...]
    mended: tuple[Mended, ...]


def match_headings(headings: Sequence[str], table: Table) -> Headings:
    """Return which column each heading means: by its own name, without regard to case and accents, or by an alias."""
    found = {position: table.name_of(heading) for position, heading in enumerate(headings)}
    names = {position: name for position, name in found.items() if name is not None}
    unknown = {position: heading for position, heading in enumerate(headings) if position not in names}
    meaning: dict[str, list[str]] = {}
    for position, name in names.items():
        meaning.setdefault(name, []).append(headings[position])
    problems = []
    for name, same in meaning.items():
        if len({heading.casefold() for heading in same}) > 1:
            both = problem("{first!r} and {other!r} both mean column {name}; keep one", name=name, **_two(same))
            problems.append(both)
        elif len(same) > 1:
            problems.append(problem("column {name} is given twice", name=name))
    others = [f"{headings[position]} = {name}" for position, name in names.items() if headings[position] != name]
    mended = (Mended("repair_headings", {"headings": ", ".join(others)}),) if others else ()
    return Headings(names, unknown, tuple(problems), mended)


def optional_column(name: str, kind: Kind, **rules: float | bool | str | tuple[object, ...] | None) -> Column:
    """Return a column that may be absent, and whose cells may be empty."""
    return Column(name, kind, required=False, may_be_empty=True, **rules)  # type: ignore[arg-type]


def _two(headings: Sequence[str]) -> dict[str, str]:
    first = headings[0]
    return {"first": first, "other": next(other for other in headings if other.casefold() != first.casefold())}
