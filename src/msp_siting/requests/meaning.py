"""What one cell of a funding request means: a value to be told as it is read, or what is wrong."""

from collections.abc import Mapping
from dataclasses import dataclass

SHOWN = 40  # characters of a wrong cell


class CellError(ValueError):
    """What is wrong with one cell, without its place."""


@dataclass(frozen=True)
class Meant:
    """A value that a cell does not hold as such, and the sentence that tells how it was read.

    Attributes
    ----------
    key, values
        A sentence of the catalogues and what is put in, besides ``column`` and ``text``.
    """

    value: object
    key: str
    values: Mapping[str, object]


def shown(text: str) -> str:
    """Return a wrong cell as an error shows it."""
    return repr(text if len(text) <= SHOWN else f"{text[:SHOWN]}...")
