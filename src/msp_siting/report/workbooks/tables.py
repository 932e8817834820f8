"""The tables of a run as people read them: CSV files with headings, words of a language, numbers, days and text."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path

import pandas as pd

from msp_siting.report.workbooks.lexicon import HEADING, Lexicon, template_of
from msp_siting.runs import FILES_OF, Kind, RunFile, unguarded

Cell = str | int | float | date | None
FOR_PEOPLE: tuple[Kind, ...] = ("evaluate", "compare", "alternatives")  # kinds whose tables guard texts
DAYS = ("valid_from", "valid_until")
TEXTS = frozenset(
    {
        *("name", "kept", "actions", "reasons", "exception", "funder", "title", "outcome", "loaded", "finding"),
        *("action", "format", "profession", "supply", "kind", "rule", "border", "seasonal", "status", "status_source"),
        *("status_date", "project_name", "place_name", "verdict", "verdict_funder", "to_check", "place_in_plans"),
        *("in_portfolio", "could_turn", "read_as", "chosen", "measure", "run", "label", "host_name", "good", "decided"),
        *("unlike", "parent_name"),
    }
)
FORMATS = (  # by what a name holds, the first that fits; else whole numbers
    (("share", "gap"), "0.0%"),
    (("lon", "lat"), "0.0000"),
    (("per_100k", "per_100000", "per_10000", "practitioners", "_fte", "posts_leaving", "minutes"), "#,##0.0"),
    (("objective", "bound", "price", "value", "difference", "points_by_weights"), "#,##0.00"),
)
COUNTS = ("inhabitants", "beyond", "uncovered", "difference_inhabitants")  # whole though their names hold another word
NAMED = (("site_id", "sites"), ("demand_id", "places"), ("place_id", "places"))


@dataclass(frozen=True)
class ShownColumn:
    """A column: its name in the file, its heading, and how a spreadsheet shows its numbers (``@``: text)."""

    name: str
    heading: str
    format: str

    @property
    def is_text(self) -> bool:
        """Whether its cells are text: ids, names and words."""
        return self.format == "@"


@dataclass(frozen=True)
class ShownTable:
    """A table of a run.

    Attributes
    ----------
    file
        Where it is from.
    rows
        One per row of the file.
    zones
        What kind of zone all its rows are of, where that is one.
    measures
        How the numbers of each row are shown, where rows are of several measures.
    """

    file: RunFile
    columns: Sequence[ShownColumn]
    rows: Sequence[Sequence[Cell]]
    zones: str = ""
    measures: Sequence[str] = ()


def files_with_tables(folder: Path, kind: Kind) -> list[RunFile]:
    """Return the tables that a kind of run has and that are in its folder."""
    return [file for file in FILES_OF[kind] if file.endswith(".csv") and (folder / file).is_file()]


def show_table(path: Path, kind: Kind, lexicon: Lexicon) -> ShownTable:
    """Return a table of a run; names stand behind ids where the table has none and they are known."""
    cells = pd.read_csv(path, dtype=str, keep_default_na=False)
    if kind in FOR_PEOPLE or path.name == RunFile.ORDER:
        cells = cells.map(unguarded)
    cells = _with_names(cells, lexicon)
    columns = [_column(str(name), cells, lexicon) for name in cells.columns]
    shown = [_cells(column, cells, lexicon) for column in columns]
    measures = [number_format(name) for name in cells["measure"]] if "measure" in cells.columns else []
    return ShownTable(RunFile(path.name), columns, list(zip(*shown, strict=True)), measures=measures)


def by_kind_of_zone(table: ShownTable, lexicon: Lexicon) -> Iterator[ShownTable]:
    """Yield a table of zones kind by kind, without that column; any other table as it is."""
    names = [column.name for column in table.columns]
    if table.file != RunFile.ZONES or "kind" not in names:
        yield table
        return
    at = names.index("kind")
    words = list(dict.fromkeys(row[at] for row in table.rows))
    whole = lexicon.word("kind", "territory")
    for word in sorted(words, key=lambda each: each != whole):
        rows = [(*row[:at], *row[at + 1 :]) for row in table.rows if row[at] == word]
        yield replace(table, zones=str(word), columns=[*table.columns[:at], *table.columns[at + 1 :]], rows=rows)


def _with_names(cells: pd.DataFrame, lexicon: Lexicon) -> pd.DataFrame:
    known: Mapping[str, Mapping[str, str]] = {"sites": lexicon.sites, "places": lexicon.places}
    if "parent_place_id" in cells.columns and lexicon.places:
        at = list(cells.columns).index("parent_place_id") + 1
        cells.insert(at, "parent_name", cells["parent_place_id"].map(lambda each: lexicon.places.get(each, "")))
    if {"name", "place_name"} & set(cells.columns):
        return cells
    for column, which in NAMED:
        if column in cells.columns and known[which]:
            at = list(cells.columns).index(column) + 1
            cells.insert(at, "name", cells[column].map(lambda each, names=known[which]: names.get(each, "")))
            break
    return cells


def _column(name: str, cells: pd.DataFrame, lexicon: Lexicon) -> ShownColumn:
    return ShownColumn(name, lexicon.heading(name), _format_of(name, cells[name], lexicon))


def _format_of(name: str, cells: pd.Series, lexicon: Lexicon) -> str:
    own = template_of(name)[0].removeprefix(HEADING)
    if own in TEXTS or name.endswith("_id"):
        return "@"
    if name in DAYS:
        return day_format(lexicon)
    if name.endswith("_eur"):
        is_whole = pd.to_numeric(cells[cells.ne("")], errors="coerce").mod(1).eq(0).all()
        return "#,##0" if is_whole else "#,##0.00"
    return number_format(name)


def number_format(name: str) -> str:
    """Return how the numbers of a column, or of a figure of the summary, are shown."""
    if name.startswith("apl") and "known_of" not in name and "share" not in name and "per_100000" not in name:
        return "0.00"
    if name.startswith(COUNTS) and "share" not in name:
        return "#,##0"
    return next((shown for words, shown in FORMATS if any(word in name for word in words)), "#,##0")


def day_format(lexicon: Lexicon) -> str:
    """Return how days are shown."""
    return "dd/mm/yyyy" if lexicon.wording.language == "fr" else "yyyy-mm-dd"


def _cells(column: ShownColumn, cells: pd.DataFrame, lexicon: Lexicon) -> list[Cell]:
    texts = cells[column.name].tolist()
    if not column.is_text:
        return [_number_or_day(column, text) for text in texts]
    if column.name == "name" and "kind" in cells.columns:  # a group of inhabitants is named by its word
        kinds = cells["kind"].tolist()
        group = lexicon.wording.group_title
        return [group(text) if kind == "group" else text or None for text, kind in zip(texts, kinds, strict=True)]
    if column.name == "name" or column.name.endswith("_id"):
        return [text or None for text in texts]
    words = {text: lexicon.word(column.name, text) if text else None for text in set(texts)}
    return [words[text] for text in texts]


def _number_or_day(column: ShownColumn, text: str) -> Cell:
    """Return a cell's number or day; a text that is neither stays a text."""
    if not text:
        return None
    try:
        if column.name in DAYS:
            return date.fromisoformat(text)
        return int(text) if text.lstrip("-").isdecimal() else float(text)
    except ValueError:
        return text
