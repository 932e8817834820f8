"""A folder of data/ read into a territory, with every problem of it."""

from collections.abc import Collection, Mapping
from dataclasses import fields, replace
from pathlib import Path

import pandas as pd

from msp_siting.errors import DataError, Sentence, problem
from msp_siting.files import MANIFEST, Mended, Table, is_folder, is_there, read_table
from msp_siting.language import Fact, mended_facts
from msp_siting.territory.checks import (
    manifest_problems,
    misnamed,
    place_problems,
    reference_problems,
    rim_problems,
    table_path,
)
from msp_siting.territory.contents import Contents
from msp_siting.territory.events import event_problems
from msp_siting.territory.flows import flow_problems
from msp_siting.territory.manifest import fitting_manifest, read_whole_manifest
from msp_siting.territory.rim import Rim
from msp_siting.territory.tables import DEMAND, EVENTS, FLOWS, PLACES, SITES, SUPPLY, TRAVEL_TIMES, ZONES
from msp_siting.territory.territory import BOUNDARIES, Territory
from msp_siting.territory.zonings import zoning_problems

TABLES = ("demand", "supply", "sites", "travel_times", "places", "zones", "flows", "events")


def read_territory(folder: Path) -> Territory:
    """Return the territory that a folder holds.

    Raises
    ------
    DataError
        With every problem of the first step that finds any: manifest, single tables, then tables together.
    """
    if not is_folder(folder):
        raise DataError(problem("no such territory folder").at(folder))
    contents = Contents(folder)
    described = read_whole_manifest(contents)
    times = table_path(folder, "travel_times")
    required = {
        "demand": (table_path(folder, "demand"), DEMAND),
        "sites": (table_path(folder, "sites"), SITES),
        "travel_times": (times, TRAVEL_TIMES),
    }
    optional = {
        "supply": (table_path(folder, "supply"), SUPPLY),
        "places": (table_path(folder, "places"), PLACES),
        "zones": (table_path(folder, "zones"), ZONES),
        "flows": (table_path(folder, "flows"), FLOWS),
        "events": (table_path(folder, "events"), EVENTS),
    }
    problems = list(misnamed(folder))
    unmade = [] if is_there(times) else ["travel_times"]
    repairs: list[Fact] = []
    reader = _TableReader(contents, problems, repairs)
    frames = reader.read({**required, **optional}, [*optional, *unmade])
    if unmade:
        absent = problem(
            "this file is missing; make it with msp-siting travel-times --territory {folder}", folder=folder
        )
        problems.append(absent.at(times))
    rim = _read_rim(folder, reader)
    if problems:
        raise DataError(problems)
    outlines = folder / BOUNDARIES
    polygons = contents.read(outlines) if is_there(outlines) else None
    territory = Territory(
        folder=folder,
        manifest=fitting_manifest(described, contents),
        **frames,
        sha256=contents.fingerprint(),
        rim=rim,
        repairs=tuple(repairs),
        sha256_by_name=contents.sha256_by_name,
    )
    problems = [
        *(each.at("files").at(folder / MANIFEST) for each in manifest_problems(territory, contents)),
        *place_problems(territory, polygons),
        *reference_problems(territory),
        *rim_problems(territory),
        *(each.at(table_path(folder, "zones")) for each in zoning_problems(territory)),
        *(each.at(table_path(folder, "flows")) for each in flow_problems(territory)),
        *(each.at(table_path(folder, "events")) for each in event_problems(territory)),
    ]
    if problems:
        raise DataError(problems)
    return _numbered_anew(territory)


def _numbered_anew(territory: Territory) -> Territory:
    """Return a territory whose rows are counted by position: until here they keep their places in the files."""
    own = {name: getattr(territory, name).reset_index(drop=True) for name in TABLES}
    rim = territory.rim
    if rim is not None:
        around = {field.name: getattr(rim, field.name).reset_index(drop=True) for field in fields(rim)}
        rim = replace(rim, **around)
    return replace(territory, **own, rim=rim)


def _read_rim(folder: Path, reader: "_TableReader") -> Rim | None:
    """Return what the rim's files hold, or None where there is none of them."""
    files = {
        "demand": (table_path(folder, "rim_demand"), DEMAND),
        "supply": (table_path(folder, "rim_supply"), SUPPLY),
        "travel_times": (table_path(folder, "rim_travel_times"), TRAVEL_TIMES),
    }
    missing = [name for name, (path, _) in files.items() if not is_there(path)]
    if len(missing) == len(files):
        return None
    incomplete = problem("this file is missing; a rim has both rim_demand and rim_travel_times")
    reader.problems += (incomplete.at(files[name][0]) for name in missing if name != "supply")
    frames = reader.read(files, missing)
    return Rim(**frames) if len(frames) == len(files) else None


class _TableReader:
    """Reads tables of a territory, collecting what is wrong with them and what was mended."""

    def __init__(self, contents: Contents, problems: list[Sentence], repairs: list[Fact]) -> None:
        self.contents = contents
        self.problems = problems
        self.repairs = repairs

    def read(self, files: Mapping[str, tuple[Path, Table]], optional: Collection[str]) -> dict[str, pd.DataFrame]:
        """Return the tables by name, an optional one that is absent without rows."""
        frames: dict[str, pd.DataFrame] = {}
        for name, (path, table) in files.items():
            if name in optional and not is_there(path):
                frames[name] = pd.DataFrame({column.name: [] for column in table.columns if column.required})
                continue
            mended: list[Mended] = []
            try:
                frames[name] = read_table(path, table, mended, self.contents.read(path))
            except DataError as fault:
                self.problems += fault.problems
            self.repairs += mended_facts(path.name, mended)
        return frames
