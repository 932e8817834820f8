"""What the files of sheets are called: the ids of what they are about where they are safe as such."""

import re
from collections.abc import Sequence

from msp_siting.files.spelling import fold

SAFE = re.compile(r"[A-Za-z0-9](?:[A-Za-z0-9._-]{0,78}[A-Za-z0-9_-])?")
SECOND_SHEET = "-porteur"  # behind the name of the first sheet of a request
LONGEST = 60  # letters of a name that is made
KEPT_BY_WINDOWS = re.compile(r"(?:con|prn|aux|nul|com[0-9]|lpt[0-9])(?:\..*)?", re.IGNORECASE)


def sheet_names(ids: Sequence[str], nameless: str = "request") -> list[str]:
    """Return a file's name without its ending for every id, no two alike whatever the case of their letters.

    Parameters
    ----------
    nameless
        What stands for an id without any letter or digit.
    """
    taken = {name.casefold() for name in ids if is_safe(name)}
    names = []
    for each_id in ids:
        name = each_id
        if not is_safe(each_id):
            base = "-".join(re.findall(r"[a-z0-9]+", fold(each_id))) or nameless
            base = base if is_safe(base) else f"{base[:LONGEST]}-"
            tries = (base if number == 1 else f"{base}-{number}" for number in range(1, len(ids) + 2))
            name = next(each for each in tries if each.casefold() not in taken)
            taken.add(name.casefold())
        names.append(name)
    return names


def is_safe(name: str) -> bool:
    """Return whether a name can be a file's on every system."""
    is_taken = KEPT_BY_WINDOWS.fullmatch(name) is not None or name.casefold().endswith(SECOND_SHEET)
    return SAFE.fullmatch(name) is not None and not is_taken
