"""Written figures of a run against recomputed ones, key by key and cell by cell."""

import math
from collections.abc import Collection, Mapping, Sequence
from pathlib import Path
from typing import Any

import pandas as pd
from pandas.api.types import is_float_dtype

from msp_siting.errors import Sentence, problem
from msp_siting.files import MISSING, UNKNOWN_KEY, near_name, show_value
from msp_siting.runs.writing import cells_of, digits_of, read_written_cells, rounded

ROUNDED, ROUNDED_SHARE = 1e-3, 1e-6  # by so much a sum of written cells may differ from the sum of what they were
EXACT = 1e-9
IN_SUMS = ("objective", "uncovered", "shortage", "inhabitants", "beyond")
OF_CELLS = ("uncovered", "inhabitants")  # columns whose numbers follow from written cells
WORDS = ("name", "kind", "run", "profession", "format", "zone", "status")
MOST_CELLS_TOLD = 5  # of one file


def compare_summary(
    path: Path, written: Mapping[str, Any], recomputed: Mapping[str, Any], leave_out: Sequence[str]
) -> list[Sentence]:
    """Return one sentence per key of a summary that differs from a recomputed one.

    Parameters
    ----------
    leave_out
        Keys that are not compared.
    """
    problems: list[Sentence] = []
    for key in sorted({*recomputed, *written}):
        tolerance = ROUNDED if key.startswith(IN_SUMS) else EXACT
        share = EXACT if "_eur" in key else ROUNDED_SHARE
        if key not in written:
            problems.append(MISSING.at(key).at(path))
        elif key not in recomputed and key not in leave_out:
            problems.append((UNKNOWN_KEY + near_name(key, recomputed)).at(key).at(path))
        elif key not in leave_out and not is_same(written[key], recomputed[key], tolerance, share):
            problems.append(_differing(show_value(recomputed[key]), show_value(written[key])).at(key).at(path))
    return problems


def is_same(written: object, recomputed: object, tolerance: float, share: float) -> bool:
    """Return whether two values of a summary are the same, those that are not whole within a tolerance, or a share."""
    if isinstance(written, Mapping) and isinstance(recomputed, Mapping):
        return set(written) == set(recomputed) and all(
            is_same(written[key], value, tolerance, share) for key, value in recomputed.items()
        )
    if isinstance(written, list | tuple) and isinstance(recomputed, list | tuple):
        pairs = zip(written, recomputed, strict=False)
        return len(written) == len(recomputed) and all(is_same(one, other, tolerance, share) for one, other in pairs)
    if {type(written), type(recomputed)} in ({float}, {float, int}):
        return math.isclose(written, recomputed, rel_tol=share, abs_tol=tolerance)  # type: ignore[arg-type]
    return type(written) is type(recomputed) and written == recomputed


def compare_tables(path: Path, recomputed: pd.DataFrame) -> list[Sentence]:
    """Return one sentence per cell of a written table that differs from a recomputed one, the first few of a file.

    Raises
    ------
    DataError
        If the file is no table.
    """
    text = rounded(recomputed).to_csv(index=False, lineterminator="\n")
    floats = {name for name in recomputed.columns if is_float_dtype(recomputed[name])}
    return _compare_cells(path, cells_of(text, path), floats)


def compare_files(path: Path, recomputed: Path) -> list[Sentence]:
    """Return one sentence per cell of a written table that differs from that of another file, the first few.

    Raises
    ------
    DataError
        If either is no table.
    """
    expected = read_written_cells(recomputed)
    return _compare_cells(path, expected, {name for name in expected.columns if _is_measured(name)})


def _compare_cells(path: Path, expected: pd.DataFrame, floats: Collection[str]) -> list[Sentence]:
    """Return what differs; columns in ``floats`` are numbers that may differ by rounding."""
    found = read_written_cells(path)
    if list(found.columns) != list(expected.columns):
        other = problem(
            "has the columns {columns}; expected {expected}",
            columns=", ".join(found.columns),
            expected=", ".join(expected.columns),
        )
        return [other.at(path)]
    if len(found) != len(expected):
        return [problem("has {found} rows, {expected} recomputed", found=len(found), expected=len(expected)).at(path)]
    cells = []
    for name in expected.columns:
        tolerance = _tolerance_of(name) if name in floats else None
        cells += [
            (row, name, here, there)
            for row, (here, there) in enumerate(zip(found[name], expected[name], strict=True), start=2)
            if not is_same_cell(here, there, tolerance)
        ]
    problems = [
        _differing(repr(there), repr(here)).at(name).at(problem("row {row}", row=row)).at(path)
        for row, name, here, there in cells[:MOST_CELLS_TOLD]
    ]
    more = len(cells) - MOST_CELLS_TOLD
    return [*problems, problem("{count} more cells differ", count=more).at(path)] if more > 0 else problems


def _differing(recomputed: str, written: str) -> Sentence:
    return problem("{recomputed} recomputed, {written} written", recomputed=recomputed, written=written)


def is_same_cell(written: str, recomputed: str, tolerance: float | None = ROUNDED) -> bool:
    """Return whether two cells are the same text, or numbers within a tolerance; None for ids, words and counts."""
    if written == recomputed or tolerance is None:
        return written == recomputed
    try:
        share = ROUNDED_SHARE if tolerance == ROUNDED else 0.0
        return math.isclose(float(written), float(recomputed), rel_tol=share, abs_tol=tolerance)
    except ValueError:
        return False


def _is_measured(name: str) -> bool:
    """Return whether a column holds no ids and no words."""
    return not name.endswith("_id") and name not in WORDS


def _tolerance_of(name: str) -> float:
    """Return by how much numbers of a column may differ: what written cells add up to, else one last digit."""
    if "share" in name:
        return 1e-6
    return ROUNDED if any(key in name for key in OF_CELLS) else 1.5 * 10.0 ** -digits_of(name)
