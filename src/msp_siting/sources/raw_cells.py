"""Cells of official files in their types: codes and numbers repaired where that is safe, and said so."""

import math
import re
import unicodedata
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from msp_siting.errors import DataError, Sentence, problem
from msp_siting.files import FORMULA_STARTS, MOST_PROBLEMS_SHOWN, first_problems, no_formula, read_local_numbers
from msp_siting.language import Repair
from msp_siting.sources.catalogue import CatalogueEntry, RawColumn

MOST_IMPOSSIBLE_SHARE = 0.01  # more cells outside their limits are no slips of the publisher
CODES = {
    "commune": (
        re.compile(r"(?:\d\d|2[AB])\d{3}|9[78].{3}"),
        5,
        problem("an INSEE code of 5 characters such as 01004"),
    ),
    "department": (re.compile(r"\d\d|2[AB]|9[78]\d"), 2, problem("a department such as 01 or 2A")),
}
OVERSEAS = ("97", "98")
METROPOLITAN = (*(f"{number:02d}" for number in range(1, 96) if number != 20), "2A", "2B")  # noqa: PLR2004 - Corsica


def check_cells(cells: pd.DataFrame, entry: CatalogueEntry, path: Path, repairs: list[Repair]) -> pd.DataFrame:
    """Return cells in their types, indexed by row of the file; what is mended is added to ``repairs``.

    Raises
    ------
    DataError
        With one problem per cell that cannot be what its column declares.
    """
    for name, value in entry.keep.items():
        kept = cells[name].map(_as_text).eq(value)
        if not kept.any():
            none = problem("no row has {header} {value!r}", header=entry.columns[name].header, value=value)
            raise DataError(none.at(path))
        cells = cells[kept]
    if entry.missing_rows:
        cells = cells[~cells[entry.key[0]].map(_as_text).isin([*entry.missing_rows, ""])]
    problems: list[Sentence] = []
    count = 0
    columns: dict[str, pd.Series] = {}
    by_kind = sorted(entry.columns, key=lambda name: entry.columns[name].kind != "commune")
    for name in by_kind:  # communes first: rows overseas are not looked at any further
        column = entry.columns[name]
        values, wrong = _CONVERSIONS[column.kind](cells[name], column, repairs)
        for rows, tell in wrong:
            count += len(rows)
            problems += [
                tell(row).at(column.header).at(problem("row {row}", row=row)).at(path)
                for row in rows[:MOST_PROBLEMS_SHOWN]
            ]
        columns[name] = values
        if column.kind == "commune" and not entry.keeps_overseas:
            cells = cells[~values.reindex(cells.index).str.startswith(OVERSEAS)]
    if problems:
        raise DataError(first_problems(problems, path, count))
    return pd.DataFrame(columns)[list(entry.columns)].loc[cells.index]


def check_rows(frame: pd.DataFrame, entry: CatalogueEntry, path: Path, repairs: list[Repair]) -> pd.DataFrame:
    """Return rows with each key once, once it is sure that none is lacking.

    Raises
    ------
    DataError
        For keys given twice with different figures, departments without a row, or a file cut short.
    """
    check_enough(frame[entry.key[0]], entry, path)
    twice = frame.duplicated(entry.key, keep=False)
    same = frame.duplicated(keep="first")
    differing = frame[twice & ~frame.duplicated(keep=False)]
    if len(differing):
        raise DataError(
            first_problems(
                [
                    problem(
                        "row {row}: {columns} {key} is given twice, with other figures; keep one",
                        row=row,
                        columns=", ".join(entry.columns[name].header for name in entry.key),
                        key=", ".join(repr(frame.loc[row, name]) for name in entry.key),
                    ).at(path)
                    for row in differing.index[:MOST_PROBLEMS_SHOWN]
                ],
                path,
                len(differing),
            )
        )
    if same.any():
        repairs.append(
            Repair("repair_duplicates", {"count": int(same.sum()), "codes": _some(frame.loc[same, entry.key[0]])})
        )
        frame = frame[~same]
    check_departments(frame[entry.key[0]], entry, path)
    return frame.reset_index(drop=True)


def check_enough(codes: pd.Series, entry: CatalogueEntry, path: Path) -> None:
    """Refuse a file with fewer rows than its entry declares.

    Raises
    ------
    DataError
        With how many there are.
    """
    if len(codes) < entry.rows_fewest:
        short = problem(
            "{count} rows, expected at least {fewest}; is the file cut short?",
            count=len(codes),
            fewest=entry.rows_fewest,
        )
        raise DataError(short.at(path))


def check_departments(codes: pd.Series, entry: CatalogueEntry, path: Path) -> None:
    """Refuse a file that must cover metropolitan France and has no row of some department.

    Raises
    ------
    DataError
        With the departments that lack.
    """
    if entry.departments == "all":
        lacking = sorted(set(METROPOLITAN) - set(codes.str[:2]))
        if lacking:
            gap = problem("no row of department {departments}; is the file complete?", departments=", ".join(lacking))
            raise DataError(gap.at(path))


_Wrong = tuple[pd.Index, Callable[[Any], Sentence]]  # rows, and what is wrong with one of them


def _expected(expected: Sentence, cell: object) -> Sentence:
    return problem("expected {expected}, got {value!r}", expected=expected, value=cell)


def _empty(_row: object) -> Sentence:
    return problem("the cell is empty")


def _as_text(cell: object) -> str:
    if cell is None or (isinstance(cell, float) and np.isnan(cell)):
        return ""
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    return unicodedata.normalize("NFC", str(cell)).strip()


def _as_float(cell: float) -> float:
    try:
        return float(cell)
    except OverflowError:  # a whole number that is larger than any float
        return math.inf


def _convert_code(cells: pd.Series, column: RawColumn, repairs: list[Repair]) -> tuple[pd.Series, list[_Wrong]]:
    pattern, length, example = CODES[column.kind]
    given = cells.map(_as_text)
    whole = given.str.upper().str.replace(r"^(\d+)\.0+$", r"\1", regex=True)
    fixed = whole.where(~whole.str.fullmatch(rf"\d{{{length - 1}}}").astype(bool), "0" + whole)
    mended = fixed != given
    if mended.any():
        values = {"column": column.header, "count": int(mended.sum()), "example": fixed[mended].iloc[0]}
        repairs.append(Repair("repair_codes", values))
    good = fixed.map(lambda code: pattern.fullmatch(code) is not None).astype(bool)
    return fixed, [(fixed.index[~good], lambda row: _expected(example, cells[row]))]


def _convert_text(cells: pd.Series, column: RawColumn, repairs: list[Repair]) -> tuple[pd.Series, list[_Wrong]]:
    text = cells.map(_as_text)
    text = _without_missing(text, column, repairs)
    text, wrong = _without_formulas(text, column, repairs)
    if not column.may_be_empty:
        wrong.append((text.index[text.eq("")], _empty))
    if column.values:
        allowed = text.isin([*column.values, ""])
        one_of = problem("one of {values}", values=", ".join(column.values))
        wrong.append((text.index[~allowed], lambda row: _expected(one_of, text[row])))
    return text.astype("str"), wrong


def _without_formulas(text: pd.Series, column: RawColumn, repairs: list[Repair]) -> tuple[pd.Series, list[_Wrong]]:
    """Return texts that no spreadsheet runs: a name loses the sign, which is told; an id that begins so is wrong.

    Nobody can edit what is published, and one name in 50,000 is no reason to build no territory.
    """
    begins = text.str.startswith(FORMULA_STARTS)
    if not begins.any():
        return text, []
    if column.kind == "id":
        return text, [(text.index[begins], lambda row: _expected(no_formula(), text[row]))]
    bare = text.str.lstrip("".join(FORMULA_STARTS) + " ")
    rows = ", ".join(str(row) for row in text.index[begins][:MOST_PROBLEMS_SHOWN])
    values = {"column": column.header, "count": int(begins.sum()), "rows": rows, "example": text[begins].iloc[0]}
    repairs.append(Repair("repair_formula_signs", values))
    return bare.where(begins, text), []


def _without_missing(text: pd.Series, column: RawColumn, repairs: list[Repair]) -> pd.Series:
    """Return cells where what the publisher writes for a figure that is not given is empty; their count is declared."""
    absent = text.isin(column.missing)
    if absent.any():
        values = {"column": column.header, "count": int(absent.sum()), "text": text[absent].iloc[0]}
        repairs.append(Repair("repair_not_given", values))
    return text.where(~absent, "")


def _convert_number(cells: pd.Series, column: RawColumn, repairs: list[Repair]) -> tuple[pd.Series, list[_Wrong]]:
    is_number = cells.map(lambda cell: isinstance(cell, int | float) and not isinstance(cell, bool)).astype(bool)
    text = _without_missing(cells.map(_as_text), column, repairs)
    points = text[~is_number].str.contains(".", regex=False).any()
    read = read_local_numbers(text[~is_number & text.ne("")], column.most, has_points=True, beside_points=bool(points))
    for key, mended in (("repair_spaces", read.spaced), ("repair_decimal_commas", read.commas & ~read.wrong)):
        if mended.any() and not read.unclear.any():
            repairs.append(Repair(key, {"column": column.header, "count": int(mended.sum())}))
    numbers = read.numbers.mask(read.wrong | read.unclear).reindex(cells.index)
    numbers[is_number] = cells[is_number].map(_as_float).astype(float)
    unreadable = numbers.index[numbers.isna() & text.ne("")]

    def tell(row: object) -> Sentence:
        if row in read.unclear.index and read.unclear[row]:
            return problem("{value!r} may be a decimal or thousands; write it without a comma", value=text[row])
        return _expected(problem("a number"), text[row])

    numbers = _without_impossible(numbers, column, repairs)
    return numbers, [(unreadable, tell), *_number_problems(numbers, text, column)]


def _without_impossible(numbers: pd.Series, column: RawColumn, repairs: list[Repair]) -> pd.Series:
    """Return numbers without the few outside their limits, where the catalogue says that such slips are known."""
    if not column.impossible_is_empty:
        return numbers
    outside = (numbers < column.least) | (numbers > column.most)
    if not outside.any() or outside.mean() > MOST_IMPOSSIBLE_SHARE:
        return numbers
    repairs.append(Repair("repair_impossible", {"column": column.header, "count": int(outside.sum())}))
    return numbers.mask(outside)


def _number_problems(numbers: pd.Series, text: pd.Series, column: RawColumn) -> Iterator[_Wrong]:
    if not column.may_be_empty:
        yield numbers.index[text.eq("")], _empty
    yield numbers.index[np.isinf(numbers)], lambda row: _expected(problem("a finite number"), text[row])
    numbers = numbers[~np.isinf(numbers)]
    least, most = column.least, column.most
    if least is not None:
        low = numbers.index[numbers < least]
        yield low, lambda row: problem("must be at least {least:g}, got {value}", least=least, value=text[row])
    if most is not None:
        high = numbers.index[numbers > most]
        yield high, lambda row: problem("must be at most {most:g}, got {value}", most=most, value=text[row])
    if column.largest_at_least is not None and numbers.max() < column.largest_at_least:
        small = problem(
            "the largest value is {largest:g}, expected one of at least {least:g}; has the unit changed?",
            largest=numbers.max(),
            least=column.largest_at_least,
        )
        yield numbers.index[[numbers.argmax()]], lambda _: small


_CONVERSIONS: dict[str, Callable[[pd.Series, RawColumn, list[Repair]], tuple[pd.Series, list[_Wrong]]]] = {
    "commune": _convert_code,
    "department": _convert_code,
    "id": _convert_text,
    "text": _convert_text,
    "number": _convert_number,
}


def _some(values: pd.Series) -> str:
    names = [str(value) for value in values.head(5)]
    return ", ".join(names) + (" ..." if len(values) > len(names) else "")
