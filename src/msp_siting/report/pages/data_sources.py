"""Where the data of a page come from: their labels, and the table of files and sources."""

from collections.abc import Collection, Iterator, Sequence

from msp_siting.answer import has_modelled_times, times_accuracy
from msp_siting.report.page_table import Cell, Code, Link, PageTable
from msp_siting.report.wording import Subject, Wording
from msp_siting.territory import ColumnSource, ManifestFile


def data_labels(subject: Subject, wording: Wording, tables: Collection[str] | None = None) -> list[str]:
    """Return the labels of the data that maps and tables rest on: of some tables (``demand`` ...), or of all."""
    return labels_of(_files_of(subject, tables), wording)


def labels_of(files: Sequence[ManifestFile], wording: Wording) -> list[str]:
    """Return the labels of some files' data."""
    return [wording.of(entry.label) for entry in files if entry.label is not None]


def modelled_note(subject: Subject, wording: Wording) -> str:
    """Return what stands beside means and totals that rest on estimated times; nothing where times are of roads."""
    if not has_modelled_times(subject.territory):
        return ""
    accuracy = times_accuracy(subject.territory)
    more = wording.say("caveat_times_error_unknown") if accuracy is None else wording.of(accuracy)
    return f"{wording.say('modelled_figures')} {more}"


def file_page_table(subject: Subject, wording: Wording) -> PageTable:
    """Return where every file of the territory comes from, and its columns that come from elsewhere."""
    return page_table_of(subject.territory.manifest.files, wording)


def page_table_of(files: Sequence[ManifestFile], wording: Wording) -> PageTable:
    """Return where some files come from, and their columns that come from elsewhere."""
    keys = ("page_file", "page_label", "page_source", "page_licence", "page_vintage", "page_kind")
    rows = [row for entry in files for row in _file_rows(entry, wording)]
    return PageTable([*map(wording.say, keys)], rows, word_columns=6)


def modelled_of(files: PageTable, wording: Wording) -> PageTable:
    """Return the rows of a table of files whose data a model makes."""
    kind = wording.say("page_kind_modelled")
    return PageTable(files.head, [row for row in files.rows if row[-1] == kind], word_columns=files.word_columns)


def _file_rows(entry: ManifestFile, wording: Wording) -> Iterator[list[Cell]]:
    """Return a file's row, then one per source of columns that come from elsewhere."""
    label = "" if entry.label is None else wording.of(entry.label)
    kind = wording.say(f"page_kind_{entry.kind}")
    source, licence, vintage = (wording.source(text) for text in (entry.source, entry.licence, entry.vintage))
    yield [Code(entry.path), label, Link(source, entry.url), licence, vintage, kind]
    columns: dict[tuple[str, str, str, str], list[str]] = {}
    for name, column in entry.columns.items():
        columns.setdefault(_source(column), []).append(name)
    for (source, licence, vintage, column_kind), names in columns.items():
        yield [
            Code(entry.path),
            wording.say("page_columns", names=", ".join(names)),
            *map(wording.source, (source, licence, vintage)),
            wording.say(f"page_kind_{column_kind}"),
        ]


def _source(column: ColumnSource) -> tuple[str, str, str, str]:
    return column.source, column.licence, column.vintage, column.kind


def source_line(subject: Subject, wording: Wording, tables: Collection[str]) -> str:
    """Return the sources of some tables in one line, each once."""
    sources = dict.fromkeys(wording.source(entry.source) for entry in _files_of(subject, tables))
    return wording.say("page_sources_line", sources=" · ".join(sources) or wording.say("page_unknown_value"))


def _files_of(subject: Subject, tables: Collection[str] | None) -> Sequence[ManifestFile]:
    files = subject.territory.manifest.files
    return [entry for entry in files if tables is None or entry.path.partition(".")[0] in tables]
