"""One data/ folder, read and checked: who lives where, who practises where, which places, which times."""

import difflib
import hashlib
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

import pandas as pd

from msp_siting import tables
from msp_siting.coordinates import misplaced
from msp_siting.errors import DataError, Sentence, problem
from msp_siting.manifest import Manifest, file_sha256, read_manifest
from msp_siting.outlines import outline_problems
from msp_siting.text_files import is_file, is_folder, is_there, lies_within, project_folder
from msp_siting.yaml_files import near_name

STEMS = (
    *("demand", "supply", "sites", "travel_times", "places", "zones", "boundaries"),
    *("rim_demand", "rim_supply", "rim_travel_times"),
)
NEAR = 0.8  # how alike the name of a file is that was probably meant to be a table's


@dataclass(frozen=True)
class Rim:
    """Demand and supply outside the territory but near it: served, and not counted.

    Attributes
    ----------
    demand, supply
        As the territory's own.
    travel_times
        Reachable pairs of which at least one end is in the rim.
    """

    demand: pd.DataFrame
    supply: pd.DataFrame
    travel_times: pd.DataFrame

    @property
    def place_ids(self) -> frozenset[str]:
        """The places of the rim: its demand points, and those where its supply is."""
        return frozenset(self.demand["demand_id"]) | frozenset(self.supply["place_id"])


@dataclass(frozen=True)
class Territory:
    """The validated tables of one territory.

    Attributes
    ----------
    demand, supply, sites, travel_times, places, zones
        One row per key of DESIGN's tables (``places`` and ``zones`` may have none).
    sha256
        Fingerprint of all the files read.
    rim
        What lies around the territory, where that is known.
    """

    folder: Path
    manifest: Manifest
    demand: pd.DataFrame
    supply: pd.DataFrame
    sites: pd.DataFrame
    travel_times: pd.DataFrame
    places: pd.DataFrame
    zones: pd.DataFrame
    sha256: str
    rim: Rim | None = None

    @property
    def boundaries(self) -> Path | None:
        """The file of polygons, or None."""
        path = self.folder / "boundaries.gpkg"
        return path if is_there(path) else None

    @property
    def zone_kinds(self) -> tuple[str, ...]:
        """Kinds of zone that demand points belong to (``epci``, ``living_area`` ...)."""
        return tuple(
            name.removesuffix("_id") for name in self.demand.columns if name.endswith("_id") and name != "demand_id"
        )


def read_territory(folder: Path) -> Territory:
    """Return the territory that a folder holds.

    Raises
    ------
    DataError
        With every problem of the first step that finds any: manifest, single tables, then tables together.
    """
    if not is_folder(folder):
        raise DataError(problem("no such territory folder").at(folder))
    manifest = read_manifest(folder)
    times = _travel_times_path(folder)
    required = {
        "demand": (folder / "demand.csv", tables.DEMAND),
        "sites": (folder / "sites.csv", tables.SITES),
        "travel_times": (times, tables.TRAVEL_TIMES),
    }
    optional = {
        "supply": (folder / "supply.csv", tables.SUPPLY),
        "places": (folder / "places.csv", tables.PLACES),
        "zones": (folder / "zones.csv", tables.ZONES),
    }
    problems = list(_misnamed(folder))
    unmade = [] if is_there(times) else ["travel_times"]
    frames = _read_tables({**required, **optional}, [*optional, *unmade], problems)
    if unmade:
        absent = problem(
            "this file is missing; make it with msp-siting travel-times --territory {folder}", folder=folder
        )
        problems.append(absent.at(times))
    rim = _read_rim(folder, problems)
    if problems:
        raise DataError(problems)
    territory = Territory(folder=folder, manifest=manifest, **frames, sha256=_fingerprint(folder), rim=rim)
    problems = [
        *(each.at("files").at(folder / "manifest.yaml") for each in _manifest_problems(territory)),
        *_place_problems(territory),
        *_reference_problems(territory),
        *_rim_problems(territory),
    ]
    if problems:
        raise DataError(problems)
    return territory


def _misnamed(folder: Path) -> Iterator[Sentence]:
    """Yield files whose names are almost those of a table that is absent: without it the answer would be another."""
    names = {stem: [f"{stem}{ending}" for ending in (".csv", ".parquet", ".gpkg")] for stem in STEMS}
    there = {path.name for path in folder.iterdir()}
    absent = [files[0] for files in names.values() if not there & set(files)]
    for name in sorted(there - {file for files in names.values() for file in files}):
        near = difflib.get_close_matches(name.lower(), absent, n=1, cutoff=NEAR)
        if near and Path(name).suffix.lower() in {".csv", ".parquet"}:
            advice = problem("; did you mean {name}?", name=near[0])
            yield (problem("no table of a territory is called so") + advice).at(folder / name)


def _read_rim(folder: Path, problems: list[Sentence]) -> Rim | None:
    """Return what the rim's files hold, or None where there is none of them; add what is wrong to the problems."""
    files = {
        "demand": (folder / "rim_demand.csv", tables.DEMAND),
        "supply": (folder / "rim_supply.csv", tables.SUPPLY),
        "travel_times": (_travel_times_path(folder, "rim_travel_times"), tables.TRAVEL_TIMES),
    }
    missing = [name for name, (path, _) in files.items() if not is_there(path)]
    if len(missing) == len(files):
        return None
    incomplete = problem("this file is missing; a rim has both rim_demand and rim_travel_times")
    problems += (incomplete.at(files[name][0]) for name in missing if name != "supply")
    frames = _read_tables(files, missing, problems)
    return Rim(**frames) if len(frames) == len(files) else None


def _read_tables(
    files: Mapping[str, tuple[Path, tables.Table]], optional: Collection[str], problems: list[Sentence]
) -> dict[str, pd.DataFrame]:
    """Return the tables by name, an optional one that is absent without rows; add what is wrong to the problems."""
    frames: dict[str, pd.DataFrame] = {}
    for name, (path, table) in files.items():
        if name in optional and not is_there(path):
            frames[name] = pd.DataFrame({column.name: [] for column in table.columns if column.required})
            continue
        try:
            frames[name] = tables.read_table(path, table)
        except DataError as fault:
            problems += fault.problems
    return frames


def _travel_times_path(folder: Path, stem: str = "travel_times") -> Path:
    parquet, csv = folder / f"{stem}.parquet", folder / f"{stem}.csv"
    if is_there(parquet) and is_there(csv):
        both = problem("{first} and {second} are both there; keep one", first=parquet.name, second=csv.name)
        raise DataError(both.at(folder))
    return csv if is_there(csv) else parquet


def place_points(territory: Territory) -> pd.DataFrame:
    """Return ``name``, ``lon`` and ``lat`` of every place, one row per ``place_id`` (the index)."""
    columns = ["place_id", "name", "lon", "lat"]
    demand = territory.demand.rename(columns={"demand_id": "place_id"})
    known = [territory.places[columns], demand[columns], territory.sites[columns]]
    if territory.rim is not None:
        known.append(territory.rim.demand.rename(columns={"demand_id": "place_id"})[columns])
    points = pd.concat(known)
    return points.drop_duplicates("place_id").set_index("place_id")


def _fingerprint(folder: Path) -> str:
    digest = hashlib.sha256()
    for path in sorted(folder.iterdir()):
        if path.suffix in {".csv", ".parquet", ".yaml", ".gpkg"} and path.is_file():
            digest.update(path.name.encode())
            digest.update(hashlib.sha256(path.read_bytes()).digest())
    return digest.hexdigest()


def _manifest_problems(territory: Territory) -> Iterator[Sentence]:
    """Yield what is wrong with the files that the manifest describes."""
    rows = {
        "demand.csv": len(territory.demand),
        "supply.csv": len(territory.supply),
        "sites.csv": len(territory.sites),
        "travel_times.csv": len(territory.travel_times),
        "travel_times.parquet": len(territory.travel_times),
        "places.csv": len(territory.places),
        "zones.csv": len(territory.zones),
    }
    if territory.rim is not None:
        rows |= {
            "rim_demand.csv": len(territory.rim.demand),
            "rim_supply.csv": len(territory.rim.supply),
            "rim_travel_times.csv": len(territory.rim.travel_times),
            "rim_travel_times.parquet": len(territory.rim.travel_times),
        }
    project = project_folder(territory.folder / "manifest.yaml", "data")
    for entry in territory.manifest.files:
        path = territory.folder / entry.path
        if not lies_within(path, project):
            yield problem("{path!r} leads out of the project; name a file of this folder", path=entry.path)
        elif not is_file(path):
            yield problem("{file} is listed but not there", file=entry.path)
        elif (found := file_sha256(path)) != entry.sha256:
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


def _place_problems(territory: Territory) -> Iterator[Sentence]:
    """Yield what is wrong with coordinates and outlines."""
    tables_with_points = {"demand.csv": territory.demand, "sites.csv": territory.sites, "places.csv": territory.places}
    if territory.rim is not None:
        tables_with_points["rim_demand.csv"] = territory.rim.demand
    for name, points in tables_with_points.items():
        yield from misplaced(territory.folder / name, points, territory.manifest.crs)
    if territory.boundaries is not None:
        yield from outline_problems(territory.boundaries, territory.zone_kinds)


def _reference_problems(territory: Territory) -> Iterator[Sentence]:
    folder = territory.folder
    demand_ids = set(territory.demand["demand_id"])
    known = demand_ids | set(territory.sites["place_id"]) | set(territory.places["place_id"])
    reached = set(territory.travel_times["place_id"])
    yield from _unknown(folder / "supply.csv", territory.supply["place_id"], known, problem("place"))
    times = _travel_times_path(folder)
    yield from _unknown(times, territory.travel_times["demand_id"], demand_ids, problem("demand point"))
    yield from _unknown(times, territory.travel_times["place_id"], known, problem("place"))
    if not territory.demand["inhabitants"].sum() > 0:
        yield problem("nobody lives here, all are 0").at("inhabitants").at(folder / "demand.csv")
    for row, place in territory.sites["place_id"].items():
        if place not in reached:
            unreached = problem("no travel time leads to place {place!r}", place=place)
            yield unreached.at(_file_row(row)).at(folder / "sites.csv")
    for kind, zones in territory.zones.groupby("kind"):
        column = f"{kind}_id"
        if column not in [*territory.demand.columns, *territory.places.columns]:
            lacking = problem("demand.csv has no column {column}", column=column)
            lacking += near_name(str(kind), territory.zone_kinds)
            row = _file_row(zones.index[0])
            yield lacking.at(problem("kind {kind!r}", kind=kind)).at(row).at(folder / "zones.csv")
        if column in territory.demand.columns:
            cells = territory.demand[column]
            zone = problem("zone of kind {kind}", kind=kind)
            yield from _unknown(folder / "demand.csv", cells[cells.ne("")], set(zones["zone_id"]), zone)


def _rim_problems(territory: Territory) -> Iterator[Sentence]:
    """Yield what does not fit between the rim and the territory, or within the rim."""
    rim, folder = territory.rim, territory.folder
    if rim is None:
        return
    demand, supply = folder / "rim_demand.csv", folder / "rim_supply.csv"
    times = _travel_times_path(folder, "rim_travel_times")
    inside = set(territory.demand["demand_id"])
    own_places = inside | set(territory.sites["place_id"]) | set(territory.supply["place_id"])
    own_places |= set(territory.travel_times["place_id"])
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
        .at(_file_row(row))
        .at(times)
        for row, pair in pairs.iterrows()
    ]
    yield from tables.first_problems(doubled, times)
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
        .at(_file_row(row))
        .at(path)
        for row, value in wrong.items()
    ]
    yield from tables.first_problems(problems, path)


def _unknown(path: Path, cells: pd.Series, known: set[str], what: Sentence) -> Iterator[Sentence]:
    wrong = cells[~cells.isin(known)].drop_duplicates()
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
        problems.append(unknown.at(cells.name).at(_file_row(row)).at(path))
    yield from tables.first_problems(problems, path)


def _file_row(position: object) -> Sentence:
    """Return the row of a CSV file, counted from 1 with its header."""
    return problem("row {row}", row=int(str(position)) + 2)
