"""What helps to mend a wrong value: the known name nearest to it, the value as its writer knows it, not too many."""

import difflib
from collections.abc import Iterable, Sequence
from datetime import date
from pathlib import Path

from msp_siting.errors import Sentence, problem

MOST_PROBLEMS_SHOWN = 20
PUT_QUOTES = problem("; put quotes around it")


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


def first_problems(problems: Sequence[Sentence], path: Path | str, count: int | None = None) -> Sequence[Sentence]:
    """Return the first problems of a file and how many more there are.

    Parameters
    ----------
    path
        The file, or the address of a server.
    count
        How many there are, if not all are given: a sentence takes long to make, and a file may have millions.
    """
    more = (len(problems) if count is None else count) - MOST_PROBLEMS_SHOWN
    if more <= 0:
        return problems
    rest = problem("one more problem") if more == 1 else problem("{count} more problems", count=more)
    return [*problems[:MOST_PROBLEMS_SHOWN], rest.at(path)]
