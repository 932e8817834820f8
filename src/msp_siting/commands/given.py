"""What Python gives the verbs: territories, scenarios and travel times, from files or from data frames."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import fields
from pathlib import Path
from typing import Any

import pandas as pd

from msp_siting.commands.timing import about_times
from msp_siting.errors import DataError, MspSitingError, RoadsError, Sentence, problem
from msp_siting.files import find_territory, near_name, user_cache
from msp_siting.scenario import Scenario, change_scenario, scenario_on
from msp_siting.territory import ABOUT, Territory, make_territory
from msp_siting.territory import read_territory as read_folder
from msp_siting.travel import Search, SourceOptions, points_of_frame, source_of

NO_CHANGES: Mapping[str, object] = {}
OPTIONS = {"--set ": "changes: ", "--envelope": "envelope_eur", "--weights ": "weights: "}  # as problems call them here
TABLES = ("demand", "supply", "sites", "travel_times", "places", "zones", "flows", "events")
DISTANCE = "distance"
FILES = ("roads", "polygon", "matrix")  # of the keys of a source of travel times


def read_territory(name: str | Path) -> Territory:
    """Return the territory of a folder, its tables as data frames.

    Parameters
    ----------
    name
        A folder, or the name of one in ``data/`` of the current folder or bundled (``"isere"``).

    Raises
    ------
    ScenarioError
        If there is none.
    DataError
        With every problem of its files.
    """
    return read_folder(find_territory(str(name), Path()))


def territory_from(  # noqa: PLR0913 - the tables that a territory consists of
    demand: pd.DataFrame,
    sites: pd.DataFrame,
    travel_times: pd.DataFrame,
    *,
    supply: pd.DataFrame | None = None,
    places: pd.DataFrame | None = None,
    zones: pd.DataFrame | None = None,
    rim: Mapping[str, pd.DataFrame] | None = None,
    crs: str = "EPSG:2154",
    title: str | Mapping[str, str] | None = None,
) -> Territory:
    """Return a territory made of data frames, held to all that its files are held to; the frames stay as they are.

    Numbers are numbers and ids are text: INSEE codes held as numbers are an error, they lose their zero. The index of a
    frame is not looked at. Until Python ends the territory is kept in a temporary folder, as the files that it would
    be; a run of it that is written has them in ``territory/``, so that it can be verified later.

    Parameters
    ----------
    demand
        One row per demand point: ``demand_id``, ``name``, ``inhabitants``, ``lon``, ``lat`` (degrees, WGS 84) ...
    sites
        One row per site: ``site_id``, ``place_id``, ``name``, ``lon``, ``lat``, ``status`` ...
    travel_times
        One row per reachable pair: ``demand_id``, ``place_id``, ``minutes``. What `travel_times` made says where its
        times come from; of others that is "not stated".
    supply
        One row per (``place_id``, ``profession``): ``practitioners`` (full-time posts) ...; None: nobody practises.
    places, zones
        As ``places.csv`` and ``zones.csv`` (docs/files.md has every column of all tables).
    rim
        What lies around, served and not counted: ``{"demand": ..., "travel_times": ..., "supply": ...}``.
    crs
        Projection of maps, that of metropolitan France by default.
    title
        What it is called: a text, or one for each of ``fr`` and ``en``.

    Raises
    ------
    DataError
        With every problem, such as ``demand: row 3: inhabitants must be at least 0, got -1``. Rows are counted as in a
        file: the header is row 1, the first row of a frame row 2.
    """
    own = {"demand": demand, "sites": sites, "travel_times": travel_times}
    more = {"supply": supply, "places": places, "zones": zones}
    around = {f"rim_{name}": frame for name, frame in (rim or {}).items()}
    frames = own | {name: frame for name, frame in (more | around).items() if frame is not None}
    return make_territory(frames, crs, title)


def read_scenario(name: str | Path, *, changes: Mapping[str, object] = NO_CHANGES) -> Scenario:
    """Return a scenario, every value explicit.

    Parameters
    ----------
    name
        A file, or the name of one in ``scenarios/`` of the current folder or bundled (``"isere-5m"``).
    changes
        Values by path that replace the file's, of the scenario (``budget_eur``, ``recruitable.gp``) or of its model
        (``professions.gp.cutoff_minutes``).

    Raises
    ------
    ScenarioError
        With every problem.
    """
    with named_as_here():
        return change_scenario(name, changes)


def scenario_from(  # noqa: PLR0913 - what a question consists of
    territory: Territory | str | Path,
    *,
    model: str = "allocation",
    budget_eur: float,
    recruitable: Mapping[str, int],
    horizon_year: int | None = None,
    changes: Mapping[str, object] = NO_CHANGES,
) -> Scenario:
    """Return the scenario that asks for some money and some posts on a territory.

    Parameters
    ----------
    territory
        One that was read or made, a folder, or a name.
    model
        A file, or the name of one in ``models/`` of the current folder or bundled.
    budget_eur
        For works and equipment, EUR in whole cents.
    recruitable
        By profession, how many posts may be filled; none of a profession that is left out.
    horizon_year
        By which those expected to leave have left; None: the supply of today.
    changes
        Any other values by path, as `read_scenario` takes them.

    Raises
    ------
    ScenarioError
        With every problem.
    DataError
        If the territory was changed after it was read.
    """
    values: dict[str, Any] = {
        "model": str(model),
        "budget_eur": budget_eur,
        "recruitable": dict(recruitable),
        "horizon_year": horizon_year,
    }
    if isinstance(territory, Territory):
        values["territory_sha256"] = territory.sha256
    with named_as_here():
        return scenario_on(folder_of(territory), values, changes)


def travel_times(
    points: pd.DataFrame,
    source: str | Path | Mapping[str, object],
    *,
    cutoff_minutes: float = 60.0,
    speeds: str = "speeds",
) -> pd.DataFrame:
    """Return the travel times between points, as ``msp-siting travel-times`` makes them.

    Parameters
    ----------
    points
        One row per point, each an origin and a destination: ``point_id``, ``name``, ``lon``, ``lat`` (degrees,
        WGS 84); ``massif`` where it is known.
    source
        ``"distance"`` (estimated, and said to be in whatever rests on it); an extract of OpenStreetMap (``.osm.pbf``,
        ``.osm``) or a graph that osmnx saved (``.graphml``); or the options of the command by name, such as
        ``{"matrix": "times.csv", "layout": "wide", "unit": "minutes", "origins": "rows"}`` or
        ``{"server": "osrm=http://localhost:5000"}``.
    cutoff_minutes
        Longest time kept (itself within).
    speeds
        Declared speeds: a file, or the name of one in ``models/parameters/``.

    Returns
    -------
    One row per pair at most so far apart: ``demand_id``, ``place_id``, ``minutes`` from home to care.
    ``attrs["about"]`` says where the times come from, which `territory_from` notes.

    Raises
    ------
    RoadsError, DataError
        For wrong input, with every problem.
    """
    asked = {"surrogate": True} if source == DISTANCE else source
    options = dict(asked) if isinstance(asked, Mapping) else {"roads": asked}
    known = [each.name for each in fields(SourceOptions) if each.name != "speeds"]
    unknown = [str(name) for name in options if name not in known]
    if unknown:
        raise RoadsError((problem("no such option") + near_name(n, known)).at(n).at("source") for n in unknown)
    paths = {name: Path(str(options[name])) for name in FILES if options.get(name) is not None}
    given: dict[str, Any] = options | paths | {"speeds": speeds}
    found = source_of(SourceOptions(**given), Path())
    search = Search(cutoff_minutes=cutoff_minutes, processes=1, kept=user_cache())
    table = found.times(points_of_frame(points), search).table.reset_index(drop=True)
    table.attrs = {ABOUT: about_times(found)}
    return table


def folder_of(territory: Territory | str | Path) -> Path:
    """Return the folder of a territory, which is as it was read.

    Raises
    ------
    ScenarioError
        If there is none of a name.
    DataError
        If its files or its data frames have changed since: what is solved is what is in the folder.
    """
    if not isinstance(territory, Territory):
        return find_territory(str(territory), Path())
    there = read_folder(territory.folder)
    if there.sha256 != territory.sha256:
        raise DataError(problem("its files have changed since it was read; read it again").at(territory.folder))
    changed = [name for name in TABLES if not getattr(territory, name).equals(getattr(there, name))]
    if territory.rim is not None and there.rim is not None:
        names = [each.name for each in fields(territory.rim)]
        changed += [f"rim_{n}" for n in names if not getattr(territory.rim, n).equals(getattr(there.rim, n))]
    if changed:
        other = problem("its data frame was changed after it was read; make a territory of it with territory_from")
        raise DataError(other.at(name) for name in changed)
    return territory.folder


@contextmanager
def named_as_here() -> Iterator[None]:
    """Name in problems the arguments of these functions, not the options of the command line."""
    try:
        yield
    except MspSitingError as fault:
        raise type(fault)(_renamed(each) for each in fault.problems) from fault


def _renamed(wrong: Sentence) -> Sentence:
    values = {name: _renamed_value(value) for name, value in wrong.values.items()}
    return Sentence(wrong.template, **values)


def _renamed_value(value: object) -> object:
    if isinstance(value, Sentence):
        return _renamed(value)
    option = next((each for each in OPTIONS if isinstance(value, str) and value.startswith(each)), None)
    return value if option is None else f"{OPTIONS[option]}{str(value).removeprefix(option)}"
