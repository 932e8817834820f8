"""A folder of data/ read into a territory, with every problem of it."""

import hashlib
from collections.abc import Collection, Mapping
from pathlib import Path

import pandas as pd

from msp_siting.errors import DataError, Sentence, problem
from msp_siting.files import Table, is_folder, is_there, read_table
from msp_siting.territory.checks import (
    manifest_problems,
    misnamed,
    place_problems,
    reference_problems,
    rim_problems,
    travel_times_path,
)
from msp_siting.territory.manifest import read_manifest
from msp_siting.territory.tables import DEMAND, PLACES, SITES, SUPPLY, TRAVEL_TIMES, ZONES
from msp_siting.territory.territory import Rim, Territory


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
    times = travel_times_path(folder)
    required = {
        "demand": (folder / "demand.csv", DEMAND),
        "sites": (folder / "sites.csv", SITES),
        "travel_times": (times, TRAVEL_TIMES),
    }
    optional = {
        "supply": (folder / "supply.csv", SUPPLY),
        "places": (folder / "places.csv", PLACES),
        "zones": (folder / "zones.csv", ZONES),
    }
    problems = list(misnamed(folder))
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
        *(each.at("files").at(folder / "manifest.yaml") for each in manifest_problems(territory)),
        *place_problems(territory),
        *reference_problems(territory),
        *rim_problems(territory),
    ]
    if problems:
        raise DataError(problems)
    return territory


def _read_rim(folder: Path, problems: list[Sentence]) -> Rim | None:
    """Return what the rim's files hold, or None where there is none of them; add what is wrong to the problems."""
    files = {
        "demand": (folder / "rim_demand.csv", DEMAND),
        "supply": (folder / "rim_supply.csv", SUPPLY),
        "travel_times": (travel_times_path(folder, "rim_travel_times"), TRAVEL_TIMES),
    }
    missing = [name for name, (path, _) in files.items() if not is_there(path)]
    if len(missing) == len(files):
        return None
    incomplete = problem("this file is missing; a rim has both rim_demand and rim_travel_times")
    problems += (incomplete.at(files[name][0]) for name in missing if name != "supply")
    frames = _read_tables(files, missing, problems)
    return Rim(**frames) if len(frames) == len(files) else None


def _read_tables(
    files: Mapping[str, tuple[Path, Table]], optional: Collection[str], problems: list[Sentence]
) -> dict[str, pd.DataFrame]:
    """Return the tables by name, an optional one that is absent without rows; add what is wrong to the problems."""
    frames: dict[str, pd.DataFrame] = {}
    for name, (path, table) in files.items():
        if name in optional and not is_there(path):
            frames[name] = pd.DataFrame({column.name: [] for column in table.columns if column.required})
            continue
        try:
            frames[name] = read_table(path, table)
        except DataError as fault:
            problems += fault.problems
    return frames


def _fingerprint(folder: Path) -> str:
    digest = hashlib.sha256()
    for path in sorted(folder.iterdir()):
        if path.suffix in {".csv", ".parquet", ".yaml", ".gpkg"} and path.is_file():
            digest.update(path.name.encode())
            digest.update(hashlib.sha256(path.read_bytes()).digest())
    return digest.hexdigest()
