"""What helps to mend a wrong value: the known name nearest to it, the value as its writer knows it."""

import difflib
from collections.abc import Iterable
from datetime import date

from msp_siting.errors import Sentence, problem


def near_name(name: str, known: Iterable[str]) -> str:
    """Return "; did you mean X?" for the known name closest to a wrong one, or an empty text."""
    others = sorted({*known} - {name})
    wanted = name.strip().lower()
    by_lower = {other.lower(): other for other in reversed(others)}
    close = [by_lower[match] for match in difflib.get_close_matches(wanted, by_lower, n=1)]
    close = close or [other for other in others if len(wanted) > 2 and wanted in other]  # noqa: PLR2004 - "gp" is in "gpu"
    return problem("; did you mean {name}?", name=close[0]) if close else ""


def got(expected: Sentence, value: object) -> Sentence:
    """Return what was expected ("expected text", "must be 1"), and the value that was got."""
    return problem("{expected}, got {value}", expected=expected, value=show_value(value))


def show_value(value: object) -> str:
    """Return a value as its writer knows it from YAML, cut to fit on a line."""
    if value is None:
        return problem("nothing")
    if isinstance(value, bool):
        return str(value).lower()
    shown = value.isoformat() if isinstance(value, date) else repr(value)
    return shown if len(shown) <= 60 else f"{shown[:57]}..."  # noqa: PLR2004 - a value fits on the line


PUT_QUOTES = problem("; put quotes around it")
