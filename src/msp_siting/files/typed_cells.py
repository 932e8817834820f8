"""Cells of a column in their type: text, ids, flags and numbers, as French spreadsheets write them too."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from pandas.api.types import is_bool_dtype, is_numeric_dtype, is_object_dtype, is_string_dtype

from msp_siting.errors import Sentence, problem
from msp_siting.files.columns import Column
from msp_siting.files.hints import MOST_PROBLEMS_SHOWN
from msp_siting.files.spreadsheets import ERRORS, typed_as_text
from msp_siting.files.text import UNREADABLE

FORMULA_STARTS = ("=", "@", "\t", "\r")  # what follows is run as a formula by a spreadsheet that opens what we write
FLAGS = {"true": True, "vrai": True, "oui": True, "false": False, "faux": False, "non": False}
UNSEEN = (
    "[\x00-\x1f\x7f-\x9f\u00ad\u200b-\u200f\u2028-\u202e\ufeff]"  # quotation marks amiss, or invisible twins of ids
)
LINE_BREAK = r"\s*[\r\n\x0b]+\s*"
SPACES = "[ \u00a0\u2009\u202f]"
BY_SPACE = rf"[+-]?[0-9]{{1,3}}(?:{SPACES}[0-9]{{3}})+(?:[.,][0-9]+)?"
SAME_NUMBER = 1e-6  # a number kept in 32 bits is cut to some seven digits
MAY_BE_THOUSANDS = r"-?[1-9][0-9]{0,2}[.,][0-9]{3}"


@dataclass(frozen=True)
class Typed:
    """The cells of a column in their type.

    Attributes
    ----------
    problems
        One per cell that is not of it.
    mended
        How many cells were mended, by what was mended.
    """

    cells: pd.Series
    problems: list[Sentence]
    mended: dict[str, int]


def type_cells(cells: pd.Series, column: Column, *, has_points: bool) -> Typed:
    """Return the cells of a column in its type.

    Parameters
    ----------
    cells
        Text, or what a sheet or Parquet file holds; its name is the column's.
    has_points
        Whether numbers in the file that are text have decimal points, as between commas they must.
    """
    if column.kind in {"id", "text"}:
        return _type_text(cells, column)
    cells = _without_leading_tabs(cells)
    return _type_flags(cells) if column.kind == "flag" else _type_numbers(cells, column, has_points=has_points)


def _without_leading_tabs(cells: pd.Series) -> pd.Series:
    """Return cells without the tab or return that the reader of cells leaves before a text, for this to refuse."""
    if is_object_dtype(cells):
        return cells.map(lambda cell: cell.strip() if isinstance(cell, str) else cell).astype(object)
    return cells.str.strip() if is_string_dtype(cells) else cells


def _type_flags(cells: pd.Series) -> Typed:
    words = cells.map(lambda cell: FLAGS.get(typed_as_text(cell).lower()))
    wrong = words.isna()
    return Typed(words.eq(other=True), cell_problems(cells, wrong, problem("true or false")), {})


def _type_numbers(cells: pd.Series, column: Column, *, has_points: bool) -> Typed:
    is_object = is_object_dtype(cells)
    if not (is_object or is_string_dtype(cells) or is_numeric_dtype(cells)) or is_bool_dtype(cells):
        return Typed(cells, [problem("expected numbers, got {kind}", kind=cells.dtype).at(_column(cells))], {})
    if column.empty_as:
        cells = cells.mask(_means_empty(cells, column.empty_as))
    if has_points and not is_object:  # most files by far
        plain = pd.to_numeric(cells, errors="coerce").astype(float)
        if not plain.isna().any():
            return Typed(plain, [], {})
    empty = cells.isna() | cells.eq("")
    possible = cells.map(_may_be_number).astype(bool) & ~empty if is_object else ~empty
    numbers = pd.to_numeric(cells.where(possible, other=np.nan), errors="coerce").astype(float)
    is_text = cells.map(_is_text).astype(bool) if is_object else pd.Series(is_string_dtype(cells), index=cells.index)
    local = ~empty & is_text & numbers.isna() if has_points else ~empty & is_text
    problems = cell_problems(cells, numbers.isna() & ~empty & ~local, problem("a number"))
    if not local.any():
        return Typed(numbers, problems, {})
    beside = has_points and cells[is_text & ~local].astype("str").str.contains(".", regex=False).any()
    text = cells[local].astype("str")
    read = read_local_numbers(text, column.most, has_points=has_points, beside_points=bool(beside))
    expected = (
        problem("a number (with a decimal point)") if has_points else problem("a number (thousands parted by spaces)")
    )
    problems += cell_problems(text, read.wrong, expected)
    problems += cell_problems(text, read.mixed & ~read.wrong, problem("a decimal comma as in other rows"))
    problems += by_row(text.index[read.unclear], lambda row: _unclear(text[row]).at(text.name))
    mended = {"repair_spaces": int(read.spaced.sum()), "repair_decimal_commas": int(read.commas.sum())}
    return Typed(read.numbers.combine_first(numbers), problems, mended)


def _means_empty(cells: pd.Series, empty_as: Sequence[str]) -> pd.Series:
    """Return whether a cell is one of some words, whatever their case, or one of some numbers (to six digits)."""
    is_object = is_object_dtype(cells)
    words = {word.casefold() for word in empty_as}
    means = pd.Series(data=False, index=cells.index)
    if is_object:
        means |= cells.map(lambda cell: isinstance(cell, str) and cell.casefold() in words).astype(bool)
    elif is_string_dtype(cells):
        means |= cells.str.casefold().isin(words)
    possible = cells.where(cells.map(_may_be_number).astype(bool)) if is_object else cells
    numbers = pd.to_numeric(possible, errors="coerce").astype(float)
    for value in pd.to_numeric(pd.Series(empty_as), errors="coerce").dropna():
        means |= np.isclose(numbers, value, rtol=SAME_NUMBER, atol=0)
    return means


@dataclass(frozen=True)
class LocalNumbers:
    """Numbers of texts, and which of the texts are what.

    Attributes
    ----------
    wrong
        No number.
    mixed
        With a point where others of the column have commas.
    unclear
        A decimal, or thousands: nothing tells which.
    spaced, commas
        With spaces between thousands; with a decimal comma.
    """

    numbers: pd.Series
    wrong: pd.Series
    mixed: pd.Series
    unclear: pd.Series
    spaced: pd.Series
    commas: pd.Series


def read_local_numbers(
    text: pd.Series, most: float | None, *, has_points: bool, beside_points: bool = False
) -> LocalNumbers:
    """Return numbers as French spreadsheets write them: decimals with a comma or a point, the same in a whole column.

    Parameters
    ----------
    most
        The largest that the numbers may be: what is more is no thousands.
    has_points
        Whether decimals have points in this file, so that commas are read only where no cell has a point.
    beside_points
        Whether other cells of the column have points.
    """
    spaced = text.str.fullmatch(BY_SPACE)
    bare = text.where(~spaced, text.str.replace(SPACES, "", regex=True))
    commas, points = (bare.str.contains(mark, regex=False) for mark in (",", "."))
    marked = commas if has_points else commas | points
    whole = pd.to_numeric(bare.where(marked).str.replace(r"[-.,]", "", regex=True), errors="coerce")
    unclear = marked & bare.str.fullmatch(MAY_BE_THOUSANDS) & ~(whole > (np.inf if most is None else most))
    if not unclear[marked].all():  # another cell shows what the mark means
        unclear &= False
    numbers = pd.to_numeric(bare.str.replace(",", ".", regex=False), errors="coerce").astype(float)
    wrong = numbers.isna() | (commas & (beside_points or points.any()) if has_points else False)
    mixed = points & commas.any() & (not has_points)
    return LocalNumbers(numbers, wrong, mixed, unclear & ~mixed & ~wrong, spaced, commas)


def _unclear(cell: str) -> Sentence:
    whole = f"{cell[:-4]}{cell[-3:]}"
    return problem(
        "{value} may be {whole} or {decimal}; write {one}, or {other}",
        value=repr(cell),
        whole=whole,
        decimal=cell,
        one=whole,
        other=f"{cell}0",
    )


def _type_text(cells: pd.Series, column: Column) -> Typed:
    if is_numeric_dtype(cells):  # of a Parquet file, in which nobody meant to write a number
        numeric = problem("expected text, got numbers; write codes as text with their leading zero")
        return Typed(cells, [numeric.at(_column(cells))], {})
    problems, mended = [], {}
    text = cells.fillna("")
    if not is_string_dtype(text):
        is_text = text.map(_is_text).astype(bool)
        if column.kind == "text":
            text = text.map(typed_as_text)
        else:
            whole = text.map(_is_whole).astype(bool)
            digits = dict(column.digits).get(str(cells.name))
            written = text.where(~whole, text.map(typed_as_text))
            cut = whole & (written.map(lambda cell: len(str(cell))) < digits) if digits else whole & False
            problems += by_row(cells.index[cut], lambda row: _cut_code(written[row], digits).at(cells.name))
            problems += cell_problems(cells, ~is_text & ~whole, problem("text"))
            mended["repair_codes_as_numbers"] = int(whole.sum())
            text = written.where(is_text | whole, other="")
        text = text.astype("str")
    if column.kind == "text":
        broken = text.str.contains(LINE_BREAK) & ~text.str.startswith(FORMULA_STARTS)
        mended["repair_line_breaks"] = int(broken.sum())
        text = text.mask(broken, text.str.replace(LINE_BREAK, " ", regex=True))
    unseen = text.str.contains(UNSEEN) & ~text.str.startswith(FORMULA_STARTS)
    problems += cell_problems(text, unseen, problem("no line break or unseen character"))
    problems += cell_problems(text, text.isin(ERRORS), problem("text, not an error of a spreadsheet"))
    problems += cell_problems(text, text.str.startswith(FORMULA_STARTS), no_formula())
    unreadable = text.str.contains(UNREADABLE, regex=False)
    problems += cell_problems(text, unreadable, problem("letters that can be read (save the file as UTF-8)"))
    return Typed(text.astype("str"), problems, mended)


def no_formula() -> Sentence:
    """Return what is expected of a text that begins as a formula does."""
    return problem(
        "text that does not begin with =, @, a tab or a return, which spreadsheets run as a formula (write it without)"
    )


def _cut_code(cell: object, digits: int | None) -> Sentence:
    return problem(
        "{value} is held as a number, and is shorter than a code of {digits} digits: it has lost its leading zero; "
        "format the column as text and write it whole",
        value=cell,
        digits=digits,
    )


def _is_text(cell: object) -> bool:
    return isinstance(cell, str)


def _is_whole(cell: object) -> bool:
    return isinstance(cell, int | float) and not isinstance(cell, bool) and float(cell).is_integer()


def _may_be_number(cell: object) -> bool:
    return isinstance(cell, str | int | float | np.number) and not isinstance(cell, bool | np.bool_)


def _column(cells: pd.Series) -> Sentence:
    return problem("column {column}", column=cells.name)


def cell_problems(cells: pd.Series, wrong: pd.Series, expected: Sentence) -> list[Sentence]:
    """Return a problem per wrong cell: what was expected, and what was got."""
    wanted = problem("expected {expected}", expected=expected)
    return by_row(
        cells.index[wrong],
        lambda row: problem("{expected}, got {value}", expected=wanted, value=_shown(cells[row])).at(cells.name),
    )


def by_row(rows: pd.Index, tell: Callable[[Any], Sentence]) -> list[Sentence]:
    """Return a problem per row; the last one shown stands for the rest, as making a sentence takes long."""
    shown = [tell(row).at(row_number(row)) for row in rows[:MOST_PROBLEMS_SHOWN]]
    return [*shown, *shown[-1:] * (len(rows) - len(shown))]


def row_number(position: object) -> Sentence:
    """Return the row of a file, counted from 1 with its header."""
    return problem("row {row}", row=int(str(position)) + 2)


def _shown(cell: object) -> str:
    return repr(cell if isinstance(cell, str | int | float) else typed_as_text(cell))
