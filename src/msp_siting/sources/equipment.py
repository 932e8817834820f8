"""INSEE's BPE as it is published, a row per piece of equipment: how many of some kinds each commune has.

The file has millions of rows, of which a few are wanted: it is read in parts.
"""

from pathlib import Path

import pandas as pd

from msp_siting.errors import DataError, problem
from msp_siting.files import SEPARATORS, check_file, fold, near_name
from msp_siting.language import Repair
from msp_siting.sources.catalogue import CatalogueEntry
from msp_siting.sources.raw_cells import check_cells, check_rows
from msp_siting.sources.raw_tables import Raw

ROWS_AT_ONCE = 200_000
READING_FAULTS = (UnicodeDecodeError, pd.errors.ParserError, pd.errors.EmptyDataError, ValueError)


def read_equipment(path: Path, entry: CatalogueEntry) -> Raw:
    """Return one row per commune that has any: ``commune_id`` and how many.

    Raises
    ------
    DataError
        For a file that is none, lacks a column, or has equipment of none of the kinds wanted; of more than one of them,
        as the same practitioners might then be counted twice.
    """
    check_file(path, DataError)
    encoding = _encoding(path)
    repairs = [Repair("repair_encoding")] if encoding == "cp1252" else []
    names, separator = _header(path, encoding)
    commune, kind, count = ("commune_id", "equipment", next(n for n in entry.columns if entry.columns[n].is_count))
    places = {ours: _place(names, entry.columns[ours].header) for ours in (commune, kind, count)}
    lacking = [entry.columns[ours].header for ours in (commune, kind) if places[ours] is None]
    if not any(names):
        raise DataError(problem("the file is empty").at(path))
    if lacking:
        raise DataError(
            problem(
                "column {name!r} is missing{advice}; data/catalogue.yaml names the columns",
                name=name,
                advice=near_name(name, names),
            ).at(path)
            for name in lacking
        )
    used = {ours: names[place] for ours, place in places.items() if place is not None}
    parts = []
    try:
        reader = pd.read_csv(
            path,
            sep=separator,
            encoding=encoding,
            usecols=list(used.values()),
            dtype=str,
            keep_default_na=False,
            chunksize=ROWS_AT_ONCE,
        )
        with reader:
            parts = [part[part[used[kind]].isin(entry.columns[kind].values)] for part in reader]
    except READING_FAULTS as fault:
        raise DataError(problem("cannot be read as a table; download it again").at(path)) from fault
    rows = pd.concat(parts).rename(columns={theirs: ours for ours, theirs in used.items()})
    found = sorted(set(rows[kind]))
    if len(found) != 1:
        header, kinds = entry.columns[kind].header, ", ".join(entry.columns[kind].values)
        one = problem("rows of one of {kinds}", kinds=kinds)
        wrong = problem("expected {expected}, got {value!r}", expected=one, value=", ".join(found))
        raise DataError(wrong.at(header).at(path))
    numbers = pd.to_numeric(rows[count], errors="coerce") if count in rows else pd.Series(1.0, index=rows.index)
    if numbers.isna().any():
        first = rows.loc[numbers.isna(), count].iloc[0]
        wrong = problem("expected {expected}, got {value!r}", expected=problem("a number"), value=first)
        raise DataError(wrong.at(entry.columns[count].header).at(path))
    groups = numbers.groupby(rows[commune])
    first_rows = rows.index.to_series().groupby(rows[commune]).min() + 2  # counted from 1, below the header
    sums = groups.sum()
    cells = pd.DataFrame({commune: sums.index.astype(object), count: sums.to_numpy()}, index=first_rows.to_numpy())
    shown = entry.model_copy(update={"columns": {name: entry.columns[name] for name in (commune, count)}})
    frame = check_rows(check_cells(cells, shown, path, repairs), shown, path, repairs)
    return Raw(entry, path, frame, tuple(repairs))


def _encoding(path: Path) -> str:
    """Return UTF-8 or Windows-1252, whichever the whole file is."""
    try:
        with path.open(encoding="utf-8-sig") as file:
            for _ in iter(lambda: file.read(1 << 20), ""):
                pass
    except UnicodeDecodeError:
        return "cp1252"
    return "utf-8-sig"


def _header(path: Path, encoding: str) -> tuple[list[str], str]:
    """Return the headings as they are written, and what stands between them."""
    with path.open(encoding=encoding, errors="replace") as file:
        line = file.readline(1 << 16)
    separator = max(SEPARATORS, key=line.count)
    return [cell.strip().strip('"') for cell in line.rstrip("\r\n").split(separator)], separator


def _place(names: list[str], header: str) -> int | None:
    return next((place for place, name in enumerate(names) if fold(name) == fold(header)), None)
