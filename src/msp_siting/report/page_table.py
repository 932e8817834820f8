"""A table of a page."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

LONGEST_OPEN_TABLE = 20  # rows; longer tables are folded


@dataclass(frozen=True)
class Link:
    """A cell that leads to a page on the web or beside this one; an address of any other kind is left out."""

    text: str
    address: str

    @property
    def url(self) -> str:
        """The address, or nothing."""
        return self.address if re.match(r"https?://|[\w./-]+$", self.address) else ""


@dataclass(frozen=True)
class Code:
    """A cell that is typed elsewhere as it stands: a path, a file, a fingerprint."""

    text: str
    is_code: bool = True


Cell = str | Link | Code


@dataclass(frozen=True)
class PageTable:
    """A table of text: the first columns are words, the others figures."""

    head: Sequence[str]
    rows: Sequence[Sequence[Cell]]
    word_columns: int = 1
    title: str = ""

    @property
    def is_long(self) -> bool:
        """Whether the page folds it."""
        return len(self.rows) > LONGEST_OPEN_TABLE
