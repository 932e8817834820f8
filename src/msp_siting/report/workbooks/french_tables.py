"""A run's tables as French spreadsheets read CSV: ``--csv excel-fr``."""

import csv
from collections.abc import Sequence
from datetime import date
from pathlib import Path

from msp_siting.report.workbooks.lexicon import Lexicon
from msp_siting.report.workbooks.tables import Cell, ShownTable, files_with_tables, show_table
from msp_siting.runs import Kind, RunFile, guarded


def write_french_tables(folder: Path, kind: Kind, lexicon: Lexicon) -> None:
    """Write the tables of a run's folder again into ``excel/``, for people who open CSV files with a spreadsheet.

    Semicolons, decimal commas, a byte order mark, French headings and words; a text that a spreadsheet would run as a
    formula has an apostrophe before it.

    Parameters
    ----------
    lexicon
        In French.
    """
    beside = folder / RunFile.EXCEL
    beside.mkdir()
    for file in files_with_tables(folder, kind):
        _write(beside / file, show_table(folder / file, kind, lexicon))


def _write(path: Path, table: ShownTable) -> None:
    with path.open("w", encoding="utf-8-sig", newline="") as file:
        writer = csv.writer(file, delimiter=";", lineterminator="\r\n")
        writer.writerow(guarded(column.heading) for column in table.columns)
        writer.writerows(_texts(row) for row in table.rows)


def _texts(row: Sequence[Cell]) -> list[object]:
    return [_text(cell) for cell in row]


def _text(cell: Cell) -> object:
    match cell:
        case float():
            return repr(cell).removesuffix(".0").replace(".", ",")
        case date():
            return cell.strftime("%d/%m/%Y")
        case _:
            return guarded(cell)
