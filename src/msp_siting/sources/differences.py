"""What differs between two territory folders, file by file and column by column, and why."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import geopandas as gpd

from msp_siting.files import Table, read_table
from msp_siting.territory import DEMAND, PLACES, SITES, SUPPLY, TRAVEL_TIMES, ZONES, ManifestFile, read_manifest
from msp_siting.territory.outlines import key_of, layer_names, read_layer

TABLES: dict[str, Table] = {
    "demand.csv": DEMAND,
    "supply.csv": SUPPLY,
    "sites.csv": SITES,
    "zones.csv": ZONES,
    "places.csv": PLACES,
    "travel_times.csv": TRAVEL_TIMES,
    "travel_times.parquet": TRAVEL_TIMES,
    "rim_demand.csv": DEMAND,
    "rim_supply.csv": SUPPLY,
    "rim_travel_times.csv": TRAVEL_TIMES,
    "rim_travel_times.parquet": TRAVEL_TIMES,
}
LARGEST_SHIFT_M2 = 1.0  # outlines that differ by less are the same


@dataclass(frozen=True)
class Difference:
    """One file or column that is not the same in two folders.

    Attributes
    ----------
    column
        Empty where the whole file is only in one of them, or its rows differ.
    what
        ``only_here``, ``only_there``, ``rows``, ``cells`` or ``outlines``.
    cells
        How many rows differ (``rows``: in how many rows; ``outlines``: how many outlines).
    here, there
        What the two manifests say the file or column comes from.
    """

    path: str
    column: str
    what: str
    cells: int
    here: str
    there: str

    @property
    def same_source(self) -> bool:
        """Whether both say the same source, so that only a change of rule or file explains the difference."""
        return self.here == self.there


@dataclass(frozen=True)
class Comparison:
    """Two folders, compared.

    Attributes
    ----------
    same
        Files with the same bytes.
    differences
        What differs in the others.
    """

    same: tuple[str, ...]
    differences: tuple[Difference, ...]


def compare_territories(here: Path, there: Path) -> Comparison:
    """Return what differs between two territory folders; manifests are not compared themselves.

    Raises
    ------
    DataError
        If one of them is no territory.
    """
    notes = [{entry.path: entry for entry in read_manifest(folder).files} for folder in (here, there)]
    same: list[str] = []
    found: list[Difference] = []
    for name in sorted({*TABLES, "boundaries.gpkg"}):
        paths = _file_of(here, name), _file_of(there, name)
        if not any(path.is_file() for path in paths):
            continue
        sources = [_source(entries.get(path.name), "") for entries, path in zip(notes, paths, strict=True)]
        if not all(path.is_file() for path in paths):
            what = "only_here" if paths[0].is_file() else "only_there"
            found.append(Difference(name, "", what, 0, *sources))
        elif paths[0].read_bytes() == paths[1].read_bytes():
            same.append(name)
        elif name == "boundaries.gpkg":
            found += _layer_differences(name, *paths, sources[0], sources[1])
        else:
            of_here, of_there = (note.get(path.name) for note, path in zip(notes, paths, strict=True))
            found += _table_differences(name, *paths, of_here, of_there)
    return Comparison(tuple(same), tuple(found))


def _file_of(folder: Path, name: str) -> Path:
    """Return the file of a folder that a name means: a table may be a workbook."""
    workbook = (folder / name).with_suffix(".xlsx")
    return workbook if name.endswith(".csv") and workbook.is_file() else folder / name


def _source(entry: ManifestFile | None, column: str) -> str:
    if entry is None:
        return ""
    note = entry.columns.get(column, entry)
    return f"{note.source}, {note.vintage}"


def _table_differences(
    name: str, here: Path, there: Path, note_here: ManifestFile | None, note_there: ManifestFile | None
) -> Iterator[Difference]:
    table = TABLES[name]
    tables = [read_table(path, table) for path in (here, there)]
    key = [column for column in table.key if all(column in frame.columns for frame in tables)]
    frames = [frame.set_index(key, drop=False) for frame in tables]
    common = frames[0].index.intersection(frames[1].index)
    lonely = len(frames[0]) + len(frames[1]) - 2 * len(common)
    if lonely:
        yield Difference(name, "", "rows", lonely, _source(note_here, ""), _source(note_there, ""))
    for column in dict.fromkeys([*frames[0].columns, *frames[1].columns]):
        sources = _source(note_here, column), _source(note_there, column)
        if not all(column in frame.columns for frame in frames):
            yield Difference(name, column, "only_here" if column in frames[0].columns else "only_there", 0, *sources)
            continue
        cells = [frame.loc[common, column] for frame in frames]
        differ = cells[0].ne(cells[1]) & ~(cells[0].isna() & cells[1].isna())
        if differ.any():
            yield Difference(name, column, "cells", int(differ.sum()), *sources)


def _layer_differences(name: str, here: Path, there: Path, source_here: str, source_there: str) -> Iterator[Difference]:
    layers = [layer_names(path) for path in (here, there)]
    for layer in sorted(layers[0] | layers[1]):
        if not all(layer in one for one in layers):
            what = "only_here" if layer in layers[0] else "only_there"
            yield Difference(name, layer, what, 0, source_here, source_there)
            continue
        shapes = [read_layer(path, layer) for path in (here, there)]
        key = key_of(layer)
        both = shapes[0].set_index(key).geometry.to_frame("a").join(shapes[1].set_index(key).geometry.rename("b"))
        moved = gpd.GeoSeries(both["a"]).symmetric_difference(gpd.GeoSeries(both["b"])).area > LARGEST_SHIFT_M2
        lonely = len(set(shapes[0][key]) ^ set(shapes[1][key]))
        if moved.any() or lonely:
            yield Difference(name, layer, "outlines", int(moved.sum()) + lonely, source_here, source_there)
