"""What the files of decision sheets are called: the ids of requests where they are safe as such."""

import re
from collections.abc import Sequence

from msp_siting.language import fold

SAFE = re.compile(r"[A-Za-z0-9](?:[A-Za-z0-9._-]{0,78}[A-Za-z0-9_-])?")
KEPT_BY_WINDOWS = re.compile(r"(?:con|prn|aux|nul|com[0-9]|lpt[0-9])(?:\..*)?", re.IGNORECASE)


def sheet_names(request_ids: Sequence[str]) -> list[str]:
    """Return a file's name without its ending for every id, no two alike whatever the case of their letters."""
    taken = {name.casefold() for name in request_ids if is_safe(name)}
    names = []
    for request_id in request_ids:
        name = request_id
        if not is_safe(request_id):
            base = "-".join(re.findall(r"[a-z0-9]+", fold(request_id))) or "request"
            base = f"{base}-" if KEPT_BY_WINDOWS.fullmatch(base) else base
            tries = (base if number == 1 else f"{base}-{number}" for number in range(1, len(request_ids) + 2))
            name = next(each for each in tries if each.casefold() not in taken)
            taken.add(name.casefold())
        names.append(name)
    return names


def is_safe(name: str) -> bool:
    """Return whether a name can be a file's on every system."""
    return SAFE.fullmatch(name) is not None and KEPT_BY_WINDOWS.fullmatch(name) is None
