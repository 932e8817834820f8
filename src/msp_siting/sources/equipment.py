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
    """Return one row per commune that has any: ``commune_id`` and how many of each kind that is asked for.

    Raises
    ------
    DataError
        For a file that is none or lacks a column; for a column of ours of which there is equipment of more than one of
        the codes that it may have, as the same practitioners might then be counted twice, or of none, unless it may be
        empty: older years have no such kind, and how many there are is not known.
    """
    check_file(path, DataError)
    encoding = _encoding(path)
    repairs = [Repair("repair_encoding")] if encoding == "cp1252" else []
    names, separator = _header(path, encoding)
    if not any(names):
        raise DataError(problem("the file is empty").at(path))
    wanted = entry.layout.equipment
    kind_header = entry.columns[next(iter(wanted))].header
    commune, kind = (_place(names, header) for header in (entry.columns["commune_id"].header, kind_header))
    if commune is None or kind is None:
        lacking = [(entry.columns["commune_id"].header, commune), (kind_header, kind)]
        raise DataError(
            problem(
                "column {name!r} is missing{advice}; data/catalogue.yaml names the columns",
                name=name,
                advice=near_name(name, names),
            ).at(path)
            for name, place in lacking
            if place is None
        )
    count = _place(names, entry.layout.count)
    used = {"commune_id": names[commune], "kind": names[kind]} | ({} if count is None else {"count": names[count]})
    codes = {code for listed in wanted.values() for code in listed}
    parts = []
    try:
        reader = pd.read_csv(
            path,
            sep=separator,
            encoding=encoding,
            usecols=list(used.values()),
            dtype=str,
            keep_default_na=False,
            index_col=False,  # else, with a cell too many in every row, the first column is none
            chunksize=ROWS_AT_ONCE,
        )
        with reader:
            parts = [part[part[used["kind"]].isin(codes)] for part in reader]
    except READING_FAULTS as fault:
        raise DataError(problem("cannot be read as a table; download it again").at(path)) from fault
    rows = pd.concat(parts).rename(columns={theirs: ours for ours, theirs in used.items()})
    _check_codes(rows["kind"], entry, path)
    cells = _counted(rows, entry, path)
    return Raw(entry, path, check_rows(check_cells(cells, entry, path, repairs), entry, path, repairs), tuple(repairs))


def _check_codes(kinds: pd.Series, entry: CatalogueEntry, path: Path) -> None:
    """Refuse a file in which one of our columns has equipment of several codes, or of none where it must have some."""
    present = set(kinds)
    problems = []
    for name, codes in entry.layout.equipment.items():
        found, column = sorted(present.intersection(codes)), entry.columns[name]
        if len(found) > 1 or not (found or column.may_be_empty):
            one = problem("rows of one of {kinds}", kinds=", ".join(codes))
            wrong = problem("expected {expected}, got {value!r}", expected=one, value=", ".join(found))
            problems.append(wrong.at(column.header).at(path))
    if problems:
        raise DataError(problems)


def _counted(rows: pd.DataFrame, entry: CatalogueEntry, path: Path) -> pd.DataFrame:
    """Return how many of each of our columns a commune has, by the first row of the file that names it."""
    numbers = pd.to_numeric(rows["count"], errors="coerce") if "count" in rows else pd.Series(1.0, index=rows.index)
    if numbers.isna().any():
        first = rows.loc[numbers.isna(), "count"].iloc[0]
        wrong = problem("expected {expected}, got {value!r}", expected=problem("a number"), value=first)
        raise DataError(wrong.at(entry.layout.count).at(path))
    ours = {code: name for name, codes in entry.layout.equipment.items() for code in codes}
    sums = pd.crosstab(rows["commune_id"], rows["kind"].map(ours), values=numbers, aggfunc="sum").fillna(0.0)
    first_rows = rows.index.to_series().groupby(rows["commune_id"]).min() + 2  # counted from 1, below the header
    cells = (
        sums.astype(object)
        .reindex(columns=list(entry.layout.equipment), fill_value="")
        .rename_axis("commune_id")
        .reset_index()
    )
    return cells.astype({"commune_id": object}).set_axis(first_rows.loc[cells["commune_id"]].to_numpy())


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
