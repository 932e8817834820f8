"""The workbook of a run (``plan.xlsx``): its notes, its key figures, and a sheet per table."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from msp_siting.errors import DataError
from msp_siting.files import read_json
from msp_siting.language import catalogue
from msp_siting.report.workbooks.book import Book, Cell, Column, Figure, Note, Sheet, write_book
from msp_siting.report.workbooks.lexicon import Lexicon
from msp_siting.report.workbooks.tables import ShownTable, by_kind_of_zone, files_with_tables, number_format, show_table
from msp_siting.runs import Kind, RunFile
from msp_siting.territory import ManifestFile

MEASURE = "word_measure_"
SUMMED: Mapping[RunFile, tuple[str, ...]] = {  # columns whose sum says something, of tables with one row per thing
    RunFile.SITES: ("capex_eur", "cost_eur", "aid_eur", "aci_eur_per_year", "staff_", "inhabitants_served_"),
    RunFile.STAFF: ("recruited", "moved", "aid_eur"),
    RunFile.PORTFOLIO: ("requested_eur", "investment_eur"),
}
LEFT_OUT = ("lon", "lat", "capex_eur", "owner_eur")  # for programs; cost_eur says the same, or nothing is known
WITH_TOTALS: tuple[Kind, ...] = ("solve", "evaluate")  # other kinds have the same file with several rows per site
WITH_FIGURES: tuple[Kind, ...] = ("solve", "diagnose")  # kinds whose summary is of one moment or plan


@dataclass(frozen=True)
class Cover:
    """What the first sheet says of a run: question, territory, day, where the territory's files come from."""

    question: str
    territory: str
    day: date
    files: Sequence[ManifestFile] = ()


def write_run_book(folder: Path, kind: Kind, cover: Cover, lexicon: Lexicon) -> None:
    """Write ``plan.xlsx`` from the other files of a run's folder: every number is that of its table or summary."""
    wording = lexicon.wording
    summary = read_json(folder / RunFile.SUMMARY, DataError)
    tables = [
        part
        for file in _shown_files(folder, kind, lexicon)
        for part in by_kind_of_zone(show_table(folder / file, kind, lexicon), lexicon)
    ]
    figures = _figures(summary, lexicon) if kind in WITH_FIGURES else ()
    sheets = [*figures, *(_sheet(table, kind, lexicon) for table in tables)]
    notes = list(_notes(folder, cover, summary, sheets, lexicon))
    title = wording.say(f"book_title_{kind}")
    write_book(Book(title, notes, sheets, cover.day), folder / RunFile.WORKBOOK, wording)


def day_of(provenance: Mapping[str, Any]) -> date:
    """Return the day on which a run was made."""
    return date.fromisoformat(str(provenance["finished"])[:10])


def general_notes(cover: Cover, caveats: Sequence[str], lexicon: Lexicon) -> Iterator[Note]:
    """Yield what every workbook says last: caveats, sources, the sentence that it decides nothing."""
    wording = lexicon.wording
    label = wording.say("book_caveats")
    for number, caveat in enumerate(caveats):
        yield label if number == 0 else "", wording.typeset(caveat)
    label = wording.say("book_sources")
    for number, entry in enumerate(cover.files):
        title = "" if entry.label is None else wording.of(entry.label)
        kind = wording.say(f"page_kind_{entry.kind}")
        parts = [entry.path, title, entry.source, entry.licence, entry.vintage, kind]
        yield label if number == 0 else "", wording.say("sheet_separator").join(filter(None, parts))
    yield "", wording.say("page_footer")


def _notes(
    folder: Path, cover: Cover, summary: Mapping[str, Any], sheets: Sequence[Sheet], lexicon: Lexicon
) -> Iterator[Note]:
    wording = lexicon.wording
    yield wording.say("book_question"), cover.question
    yield wording.say("book_territory"), cover.territory
    yield wording.say("book_day"), cover.day
    if summary.get("scenario"):
        yield wording.say("book_run"), str(summary["scenario"])
    yield wording.say("book_counts"), wording.say("book_counts_text")
    titles: dict[str, list[str]] = {}  # by what is said of them: zones of every kind are told once
    for sheet in sheets:
        titles.setdefault(sheet.note, []).append(sheet.title)
    for number, (note, names) in enumerate(titles.items()):
        said = wording.say("page_pair", name=", ".join(names), value=note)
        yield wording.say("book_sheets") if number == 0 else "", said
    yield "", wording.say("book_codes")
    if (folder / RunFile.ALLOCATION).is_file():
        yield wording.say("book_left_out"), wording.say("book_left_out_text")
    yield from general_notes(cover, summary["caveats"], lexicon)


def _figures(summary: Mapping[str, Any], lexicon: Lexicon) -> Iterator[Sheet]:
    """Yield the figures of the summary that have a name, one row per figure and profession; none without any."""
    wording = lexicon.wording
    rows: list[tuple[str, str | None, Figure]] = []
    for key in catalogue(wording.language):
        value = summary.get(key.removeprefix(MEASURE)) if key.startswith(MEASURE) else None
        by_profession = value if isinstance(value, dict) else {None: value}
        for name, number in by_profession.items():
            if isinstance(number, int | float):
                profession = None if name is None else lexicon.word("profession", name)
                shown = Figure(number, number_format(key.removeprefix(MEASURE)))
                rows.append((wording.say(key), profession, shown))
    if rows:
        headings = (("measure", "@"), ("profession", "@"), ("value", "#,##0.00"))
        columns = [Column(lexicon.heading(name), shown) for name, shown in headings]
        yield Sheet(wording.say("book_figures"), wording.say("book_figures_note"), columns, rows)


def _shown_files(folder: Path, kind: Kind, lexicon: Lexicon) -> list[RunFile]:
    """Return the tables of a run that have a title, in the order of their titles in the catalogue."""
    there = files_with_tables(folder, kind)
    keys = list(catalogue(lexicon.wording.language))
    titled = [file for file in there if _key(file, kind) in keys]
    return sorted(titled, key=lambda file: keys.index(_key(file, kind)))


def _key(file: RunFile, kind: Kind) -> str:
    return f"table_{kind}_{file.removesuffix('.csv')}"


def _sheet(table: ShownTable, kind: Kind, lexicon: Lexicon) -> Sheet:
    summed = SUMMED.get(table.file, ()) if kind in WITH_TOTALS else ()
    columns = [
        Column(column.heading, column.format, bool(summed) and column.name.startswith(summed))
        for column in table.columns
        if column.name not in LEFT_OUT
    ]
    kept = [number for number, column in enumerate(table.columns) if column.name not in LEFT_OUT]
    rows = [[row[number] for number in kept] for row in _as_measured(table)]
    names = [table.columns[number].name for number in kept]
    frozen = next((names.index(name) + 1 for name in ("name", "project_name", "measure") if name in names), 1)
    key = _key(table.file, kind)
    note = lexicon.wording.say(key.replace("table_", "table_note_", 1))
    return Sheet(table.zones or lexicon.wording.say(key), note, columns, rows, frozen)


def _as_measured(table: ShownTable) -> Sequence[Sequence[Cell]]:
    """Return the rows of a table, their numbers shown as those of each row's measure."""
    if not table.measures:
        return table.rows
    return [
        [Figure(cell, shown) if isinstance(cell, int | float) else cell for cell in row]
        for row, shown in zip(table.rows, table.measures, strict=True)
    ]
