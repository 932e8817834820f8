"""One workbook: notes first, then sheets with headings, typed cells, filters, frozen panes and a set-up for paper.

A text is a text whatever it begins with; only a `Formula` of our own is one.
"""

import math
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from textwrap import wrap
from typing import TYPE_CHECKING, Any

from msp_siting.files import settle_archive
from msp_siting.report.wording import Wording

if TYPE_CHECKING:
    from openpyxl.worksheet._write_only import WriteOnlyWorksheet

LONGEST_NAME = 31  # of a sheet
FORBIDDEN = str.maketrans(dict.fromkeys("[]:*?/\\", " "))  # in the name of a sheet
LONGEST_TITLE = 90  # on paper: a header with more than 255 characters breaks the file
LONGEST_CELL = 32_767
UNWRITABLE = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f]")  # what no cell may hold
NARROWEST, WIDEST, WIDEST_OF_TEXT = 9, 16, 48
SPARE = 4  # letters, for the total and for fonts that are wider
MEASURED_ROWS = 300  # by which the width of a column is chosen
HEADING_ROW = 3
LINE_HEIGHT = 15  # points
A4 = 9  # as OOXML counts sizes of paper
LABEL_WIDTH, TEXT_WIDTH = 26, 118
PAPER_WIDTH = 210  # letters that can still be read across A4
FONT = "Calibri"
HEADING_FILL, TO_FILL = "DCE6EE", "FFF6CC"


class Formula(str):
    """A formula of the tool's own."""

    __slots__ = ()


@dataclass(frozen=True)
class Figure:
    """A number shown in a way of its own, whatever its column's."""

    amount: float
    format: str


Cell = str | int | float | date | Figure | None


@dataclass(frozen=True)
class Column:
    """A column of a sheet: its heading, how its cells are shown (``@``: text), whether summed, whether to be filled."""

    heading: str
    format: str = "@"
    is_summed: bool = False
    is_to_fill: bool = False


@dataclass(frozen=True)
class Sheet:
    """A sheet: what it is called, what its rows are, its columns and rows.

    Attributes
    ----------
    frozen
        How many columns stay where they are.
    """

    title: str
    note: str
    columns: Sequence[Column]
    rows: Sequence[Sequence[Cell]]
    frozen: int = 1


Note = tuple[str, Cell]  # a label, which may be empty, and what it says


@dataclass(frozen=True)
class Book:
    """A workbook: its title, what its notes say, its sheets, the day that it is of."""

    title: str
    notes: Sequence[Note]
    sheets: Sequence[Sheet]
    day: date


def write_book(book: Book, path: Path, wording: Wording) -> None:
    """Write a workbook; the same bytes for the same content."""
    from openpyxl import Workbook  # noqa: PLC0415 - every command would wait for it

    workbook = Workbook(write_only=True)
    workbook.properties.creator = "msp-siting"
    workbook.properties.title = book.title
    workbook.properties.language = "fr-FR" if wording.language == "fr" else "en-GB"
    names = _sheet_names([wording.say("book_notes"), *(sheet.title for sheet in book.sheets)])
    _write_notes(workbook.create_sheet(next(names)), book, wording)
    for sheet in book.sheets:
        _write_sheet(workbook.create_sheet(next(names)), sheet, book, wording)
    workbook.save(path)
    settle_archive(path, book.day)


def letter_of(position: int) -> str:
    """Return what a spreadsheet calls a column, counted from 0."""
    from openpyxl.utils import get_column_letter  # noqa: PLC0415 - as above

    return str(get_column_letter(position + 1))


def _sheet_names(titles: Iterable[str]) -> Iterator[str]:
    """Yield names that a workbook may have for its sheets, no two alike."""
    taken: set[str] = set()
    for title in titles:
        plain = title.translate(FORBIDDEN).strip("' ") or "-"
        name, number = _cut(plain, LONGEST_NAME), 2
        while name.casefold() in taken:
            ending = f" {number}"
            name, number = _cut(plain, LONGEST_NAME - len(ending)) + ending, number + 1
        taken.add(name.casefold())
        yield name


def _cut(text: str, most: int) -> str:
    return text if len(text) <= most else text[: most - 1].rstrip("' ") + "…"


def _write_notes(sheet: "WriteOnlyWorksheet", book: Book, wording: Wording) -> None:
    from openpyxl.styles import Alignment, Font  # noqa: PLC0415 - as above

    sheet.column_dimensions["A"].width = LABEL_WIDTH
    sheet.column_dimensions["B"].width = TEXT_WIDTH
    _set_up_page(sheet, book, wording)
    sheet.append([_cell(sheet, book.title, font=Font(name=FONT, bold=True, size=14))])
    for row, (label, said) in enumerate(book.notes, start=2):
        top = Alignment(wrap_text=True, vertical="top", horizontal="left")
        shown = _cell(sheet, said, alignment=top)
        if isinstance(said, date):
            shown.number_format = "dd/mm/yyyy" if wording.language == "fr" else "yyyy-mm-dd"
        lines = max(1, math.ceil(len(str(said)) / (TEXT_WIDTH - 8)))
        sheet.row_dimensions[row].height = LINE_HEIGHT * lines
        sheet.append([_cell(sheet, label, font=Font(name=FONT, bold=True), alignment=top), shown])


def _write_sheet(sheet: "WriteOnlyWorksheet", content: Sheet, book: Book, wording: Wording) -> None:
    from openpyxl.styles import Alignment, Font, PatternFill  # noqa: PLC0415 - as above

    columns, count = content.columns, len(content.rows)
    last = letter_of(len(columns) - 1)
    widths = [_width(column, number, content.rows) for number, column in enumerate(columns)]
    for number, width in enumerate(widths):
        sheet.column_dimensions[letter_of(number)].width = width
    lines = [len(wrap(column.heading, int(width) - 1)) for column, width in zip(columns, widths, strict=True)]
    sheet.row_dimensions[HEADING_ROW].height = LINE_HEIGHT * max(lines) + 4
    sheet.freeze_panes = f"{letter_of(content.frozen)}{HEADING_ROW + 1}"
    sheet.auto_filter.ref = f"A{HEADING_ROW}:{last}{HEADING_ROW + max(count, 1)}"
    sheet.print_title_rows = f"{HEADING_ROW}:{HEADING_ROW}"
    sheet.print_title_cols = f"A:{letter_of(content.frozen - 1)}"
    _set_up_page(sheet, book, wording)
    sheet.page_setup.fitToWidth = math.ceil(sum(widths) / PAPER_WIDTH)
    sheet.append([_cell(sheet, content.title, font=Font(name=FONT, bold=True, size=13))])
    sheet.append([_cell(sheet, content.note, font=Font(name=FONT, italic=True, color="44546A"))])
    heading = {
        "font": Font(name=FONT, bold=True),
        "fill": PatternFill("solid", fgColor=HEADING_FILL),
        "alignment": Alignment(wrap_text=True, vertical="top"),
    }
    sheet.append([_cell(sheet, column.heading, **heading) for column in columns])
    to_fill = PatternFill("solid", fgColor=TO_FILL)
    for row in content.rows:
        cells = [
            _cell(sheet, value, column.format, **({"fill": to_fill} if column.is_to_fill else {}))
            for value, column in zip(row, columns, strict=True)
        ]
        sheet.append(cells)
    if count and any(column.is_summed for column in columns):
        sheet.append(_totals(sheet, columns, count, wording))


def _totals(sheet: "WriteOnlyWorksheet", columns: Sequence[Column], count: int, wording: Wording) -> list[Any]:
    from openpyxl.styles import Font  # noqa: PLC0415 - as above

    first, last = HEADING_ROW + 1, HEADING_ROW + count
    cells: list[Any] = [_cell(sheet, wording.say("book_total"), font=Font(name=FONT, bold=True))]
    for number, column in enumerate(columns[1:], start=1):
        letter = letter_of(number)
        total = Formula(f"=SUM({letter}{first}:{letter}{last})") if column.is_summed else None
        cells.append(_cell(sheet, total, column.format, font=Font(name=FONT, bold=True)))
    return cells


def _cell(sheet: "WriteOnlyWorksheet", value: Cell, shown: str = "General", **style: Any) -> Any:  # noqa: ANN401 - openpyxl has no types
    """Return a cell, or its bare value where that says all: cells take their time."""
    from openpyxl.cell import WriteOnlyCell  # noqa: PLC0415 - as above

    if isinstance(value, str) and not isinstance(value, Formula):
        text = UNWRITABLE.sub(" ", value)[:LONGEST_CELL]
        if not style and not text.startswith(("=", "#")):
            return text
        cell = WriteOnlyCell(sheet, text)
        cell.data_type = "s"  # it would take one that begins with = for a formula
    elif isinstance(value, Figure):
        return _cell(sheet, value.amount, value.format, **style)
    elif value is None and not style:
        return None
    else:
        cell = WriteOnlyCell(sheet, value)
        if shown not in {"General", "@"}:
            cell.number_format = shown
    for name, each in style.items():
        setattr(cell, name, each)
    return cell


def _width(column: Column, number: int, rows: Sequence[Sequence[Cell]]) -> float:
    """Return the width of a column in letters: of its longest cell within limits; headings are wrapped."""
    if column.is_to_fill:
        return WIDEST if column.format != "@" else WIDEST_OF_TEXT
    least = max(NARROWEST, max(map(len, re.split(r"[\s-]", column.heading)), default=0) + 2)
    values = [row[number] for row in rows[:MEASURED_ROWS]]
    if column.format == "@":
        return min(max(least, *(len(str(value or "")) + 2 for value in values), 0), WIDEST_OF_TEXT)
    longest = max((len(_written(value, column.format)) for value in values), default=0) + SPARE
    return max(longest, min(max(least, len(column.heading) / 4), WIDEST))


def _written(value: Cell, shown: str) -> str:
    """Return about what a number or day takes to be shown."""
    if isinstance(value, Figure):
        return _written(value.amount, value.format)
    if isinstance(value, int | float):
        return f"{value:,.{len(shown.partition('.')[2])}f}"
    return str(value or "")


def _set_up_page(sheet: "WriteOnlyWorksheet", book: Book, wording: Wording) -> None:
    sheet.page_setup.orientation = "landscape"
    sheet.page_setup.paperSize = A4
    sheet.page_setup.fitToWidth = 1
    sheet.page_setup.fitToHeight = 0
    sheet.sheet_properties.pageSetUpPr.fitToPage = True
    sheet.oddHeader.left.text = _cut(book.title, LONGEST_TITLE).replace("&", "&&")
    sheet.oddHeader.left.size = 9
    sheet.oddFooter.left.text = wording.say("page_footer").replace("&", "&&")
    sheet.oddFooter.left.size = 7
    sheet.oddFooter.right.text = wording.say("book_page")
    sheet.oddFooter.right.size = 8
