"""What was mended while a file was read: a key of the catalogues of sentences and its values, to be told by others."""

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True)
class Mended:
    """One thing that was mended in a file.

    Attributes
    ----------
    key
        Of a sentence in both catalogues of ``language``.
    values
        What is put in: numbers, or texts such as the names of columns.
    """

    key: str
    values: Mapping[str, object] = field(default_factory=dict)


def mended_in_columns(key: str, counts: Mapping[str, int]) -> list[Mended]:
    """Return one thing mended in cells of some columns (with how many in each), or nothing where there are none."""
    found = {name: count for name, count in counts.items() if count}
    return [Mended(key, {"column": ", ".join(found), "count": sum(found.values())})] if found else []
