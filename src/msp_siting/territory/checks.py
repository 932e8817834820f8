"""What must hold between the tables of a territory: manifest, places, references, rim."""

import difflib
from collections.abc import Iterator
from pathlib import Path

import pandas as pd

from msp_siting.errors import DataError, Sentence, problem
from msp_siting.files import (
    MANIFEST,
    first_problems,
    is_file,
    is_there,
    lies_within,
    near_name,
    project_folder,
    row_number,
)
from msp_siting.territory.contents import Contents
from msp_siting.territory.coordinates import misplaced
from msp_siting.territory.tables import ENDINGS, RIM_STEMS, STEMS
from msp_siting.territory.territory import Territory

TABLE_ENDINGS = (".csv", ".xlsx")
TIMES_ENDINGS = (".parquet", ".csv", ".xlsx")
LOCKED = "~$"  # how spreadsheets call what they write beside a workbook while it is open
SHEETS = {".xlsx", ".xls", ".xlsm", ".ods"}
NEAR = 0.8  # how alike the name of a file is that was probably meant to be a table's


def misnamed(folder: Path) -> Iterator[Sentence]:
    """Yield files whose names are almost those of a table that is absent: without it the answer would be another."""
    names = {stem: [f"{stem}{ending}" for ending in ENDINGS] for stem in (*STEMS, *RIM_STEMS)}
    there = {path.name for path in folder.iterdir()}
    absent = [files[0] for files in names.values() if not there & set(files)]
    for name in sorted(there - {file for files in names.values() for file in files}):
        near = difflib.get_close_matches(name.lower(), absent, n=1, cutoff=NEAR)
        if near and Path(name).suffix.lower() in {".csv", ".parquet", *SHEETS} and not name.startswith(LOCKED):
            advice = problem("; did you mean {name}?", name=near[0])
            yield (problem("no table of a territory is called so") + advice).at(folder / name)


def table_path(folder: Path, stem: str) -> Path:
    """Return the file of a table that a folder has, or should have; two of them are an error."""
    endings = TIMES_ENDINGS if stem in {"travel_times", "rim_travel_times"} else TABLE_ENDINGS
    there = [path for path in (folder / f"{stem}{ending}" for ending in endings) if is_there(path)]
    if len(there) > 1:
        both = problem("{first} and {second} are both there; keep one", first=there[0].name, second=there[1].name)
        raise DataError(both.at(folder))
    return there[0] if there else folder / f"{stem}{endings[0]}"


def manifest_problems(territory: Territory, contents: Contents) -> Iterator[Sentence]:
    """Yield what is wrong with the files that the manifest describes."""
    tables = {stem: getattr(territory, stem) for stem in STEMS if stem != "boundaries"}
    if territory.rim is not None:
        tables |= {stem: getattr(territory.rim, stem.removeprefix("rim_")) for stem in RIM_STEMS}
    rows = {f"{stem}{ending}": len(table) for stem, table in tables.items() for ending in TIMES_ENDINGS}
    project = project_folder(territory.folder / MANIFEST, "data")
    for entry in territory.manifest.files:
        path = territory.folder / entry.path
        if not lies_within(path, project):
            yield problem("{path!r} leads out of the project; name a file of this folder", path=entry.path)
        elif not is_file(path):
            yield problem("{file} is listed but not there", file=entry.path)
        elif (found := contents.sha256(path)) != entry.sha256:
            yield problem(
                "{file} is not the file described; restore it, or, if the change is meant, take its entry out, "
                "or say in it what the file is now (sha256 {sha256})",
                file=entry.path,
                sha256=found,
            )
        elif entry.rows is not None and rows.get(entry.path, entry.rows) != entry.rows:
            yield problem(
                "{file} has {rows} rows, expected {expected}",
                file=entry.path,
                rows=rows[entry.path],
                expected=entry.rows,
            )


def place_problems(territory: Territory, polygons: bytes | None) -> Iterator[Sentence]:
    """Yield what is wrong with coordinates and outlines.

    Parameters
    ----------
    polygons
        The bytes of its file of outlines, if it has one.
    """
    tables_with_points = {"demand": territory.demand, "sites": territory.sites, "places": territory.places}
    if territory.rim is not None:
        tables_with_points["rim_demand"] = territory.rim.demand
    for stem, points in tables_with_points.items():
        yield from misplaced(table_path(territory.folder, stem), points, territory.manifest.crs)
    if territory.boundaries is not None and polygons is not None:
        from msp_siting.territory.outlines import outline_problems  # noqa: PLC0415 - every reader would wait for geopandas

        yield from outline_problems(territory.boundaries, territory.zone_kinds, polygons)


def reference_problems(territory: Territory) -> Iterator[Sentence]:
    """Yield ids that lead nowhere, from one table to another."""
    folder = territory.folder
    demand_ids = set(territory.demand["demand_id"])
    known = demand_ids | set(territory.sites["place_id"]) | set(territory.places["place_id"])
    reached = set(territory.travel_times["place_id"].unique())
    yield from _unknown(table_path(folder, "supply"), territory.supply["place_id"], known, problem("place"))
    times = table_path(folder, "travel_times")
    yield from _unknown(times, territory.travel_times["demand_id"], demand_ids, problem("demand point"))
    yield from _unknown(times, territory.travel_times["place_id"], known, problem("place"))
    if not territory.demand["inhabitants"].sum() > 0:
        yield problem("nobody lives here, all are 0").at("inhabitants").at(table_path(folder, "demand"))
    for row, place in territory.sites["place_id"].items():
        if place not in reached:
            unreached = problem("no travel time leads to place {place!r}", place=place)
            yield unreached.at(row_number(row)).at(table_path(folder, "sites"))
    for kind, zones in territory.zones.groupby("kind"):
        column = f"{kind}_id"
        if column not in [*territory.demand.columns, *territory.places.columns]:
            lacking = problem("demand.csv has no column {column}", column=column)
            lacking += near_name(str(kind), territory.zone_kinds)
            row = row_number(zones.index[0])
            yield lacking.at(problem("kind {kind!r}", kind=kind)).at(row).at(table_path(folder, "zones"))
        if column in territory.demand.columns:
            cells = territory.demand[column]
            zone = problem("zone of kind {kind}", kind=kind)
            yield from _unknown(table_path(folder, "demand"), cells[cells.ne("")], set(zones["zone_id"]), zone)


def rim_problems(territory: Territory) -> Iterator[Sentence]:
    """Yield what does not fit between the rim and the territory, or within the rim."""
    rim, folder = territory.rim, territory.folder
    if rim is None:
        return
    demand, supply = table_path(folder, "rim_demand"), table_path(folder, "rim_supply")
    times = table_path(folder, "rim_travel_times")
    inside = set(territory.demand["demand_id"])
    own_places = inside | set(territory.sites["place_id"]) | set(territory.supply["place_id"])
    own_places |= set(territory.travel_times["place_id"].unique())
    places = set(rim.demand["demand_id"]) | (set(territory.places["place_id"]) - own_places)
    yield from _inside(demand, rim.demand["demand_id"], own_places)
    yield from _inside(supply, rim.supply["place_id"], own_places)
    outside = rim.supply["place_id"][~rim.supply["place_id"].isin(own_places)]
    yield from _unknown(supply, outside, places, problem("place of the rim"))
    demand_ids = inside | set(rim.demand["demand_id"])
    yield from _unknown(times, rim.travel_times["demand_id"], demand_ids, problem("demand point"))
    yield from _unknown(times, rim.travel_times["place_id"], own_places | places, problem("place"))
    pairs = rim.travel_times[rim.travel_times["demand_id"].isin(inside) & rim.travel_times["place_id"].isin(own_places)]
    doubled = [
        problem(
            "{demand!r} and {place!r} are both inside the territory; their time stands in travel_times",
            demand=pair["demand_id"],
            place=pair["place_id"],
        )
        .at(row_number(row))
        .at(times)
        for row, pair in pairs.iterrows()
    ]
    yield from first_problems(doubled, times)
    # The rim's need is counted as the territory's is, or its people would take more or less than their part.
    own, around = (
        {name for name in table if name.startswith("need_index_")} for table in (territory.demand, rim.demand)
    )
    for name in sorted(own - around):
        yield problem("column {name} is missing; demand.csv has it", name=name).at(demand)
    for name in sorted(around - own):
        yield problem("column {name} is not in demand.csv; give it in both", name=name).at(demand)


def _inside(path: Path, cells: pd.Series, own_places: set[str]) -> Iterator[Sentence]:
    wrong = cells[cells.isin(own_places)].drop_duplicates()
    problems = [
        problem("{value!r} belongs to the territory; the rim lies outside it", value=value)
        .at(cells.name)
        .at(row_number(row))
        .at(path)
        for row, value in wrong.items()
    ]
    yield from first_problems(problems, path)


def _unknown(path: Path, cells: pd.Series, known: set[str], what: Sentence) -> Iterator[Sentence]:
    once = cells.drop_duplicates()  # of millions of times few ids
    wrong = once[~once.isin(known)]
    lengths = {len(name) for name in known}
    problems = []
    for row, value in wrong.items():
        unknown = problem("no such {what} {value!r}", what=what, value=value)
        if value.isdigit() and len(lengths) == 1 and len(value) < max(lengths):
            unknown += problem(
                "; it has {count} characters, expected {expected}: write codes as text with their leading zero",
                count=len(value),
                expected=max(lengths),
            )
        problems.append(unknown.at(cells.name).at(row_number(row)).at(path))
    yield from first_problems(problems, path)
