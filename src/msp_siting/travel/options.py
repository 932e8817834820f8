"""What a planner asks for, as options, made into a source of travel times and points to time."""

from dataclasses import dataclass
from pathlib import Path
from typing import Literal

import pandas as pd

from msp_siting.errors import RoadsError, Sentence, problem
from msp_siting.files import find_parameters, is_file
from msp_siting.travel.distance import read_surrogate
from msp_siting.travel.matrix_cells import MatrixForm
from msp_siting.travel.points import Points, read_points_file, read_territory_points
from msp_siting.travel.roads import OSM_ENDINGS, Speeds, read_speeds
from msp_siting.travel.sources import Distance, Extract, Matrix, Place, Polygon, SavedGraph, Server, Source

OSM_POINTS = "osm:"
SAVED_GRAPH = ".graphml"


@dataclass(frozen=True)
class SourceOptions:
    """The options that say where travel times come from, by their names: exactly one source, completely described.

    Attributes
    ----------
    roads
        An extract (.osm.pbf, .osm) or a graph that osmnx saved (.graphml).
    place, polygon
        A place name, or a GeoJSON polygon, whose roads are fetched through osmnx.
    matrix
        A ready matrix, with its layout, unit, where its origins are, and what stands in it for unreachable.
    server
        ``KIND=URL`` of an OSRM, Valhalla or ORS server.
    surrogate
        Whether times are estimated from distance.
    speeds
        Declared speeds: a file, or the name of one in models/parameters/.
    """

    roads: Path | None = None
    place: str | None = None
    polygon: Path | None = None
    matrix: Path | None = None
    server: str | None = None
    api_key: str | None = None
    surrogate: bool = False
    layout: Literal["wide", "long"] | None = None
    unit: Literal["seconds", "minutes"] | None = None
    origins: Literal["rows", "columns"] | None = None
    unreachable: tuple[str, ...] = ()
    speeds: str = "speeds"


def source_of(options: SourceOptions, project: Path) -> Source:
    """Return the one source that some options describe.

    Parameters
    ----------
    project
        A folder in whose project's models/parameters/ names are looked up.

    Raises
    ------
    RoadsError
        For anything but one source, completely described.
    """
    kinds = [options.roads, options.place, options.polygon, options.matrix, options.server, options.surrogate or None]
    problems: list[Sentence] = []
    if sum(kind is not None for kind in kinds) != 1:
        problems.append(problem("give exactly one of --roads, --place, --polygon, --matrix, --server and --surrogate"))
    if options.unreachable and options.matrix is None:
        problems.append(problem("--unreachable goes with --matrix"))
    matrix = None if options.matrix is None else _matrix(options.matrix, options, problems)
    if problems:
        raise RoadsError(problems)
    speeds = _find_speeds(options.speeds, project)
    if matrix is not None:
        return matrix
    if options.server is not None:
        kind, _, url = options.server.partition("=")
        return Server(kind, url, options.api_key)
    if options.place is not None:
        return Place(speeds, options.place)
    if options.polygon is not None:
        return Polygon(speeds, options.polygon)
    if options.roads is not None:
        return _roads(options.roads, speeds)
    return Distance(read_surrogate(find_parameters("surrogate", project)))


def read_points(points: str | None, territory: Path | None, source: Source) -> Points:
    """Return the points asked for: a territory's, a CSV's, or the extract's own places (``osm:town,village``).

    Raises
    ------
    RoadsError, DataError
        For anything but one of them, and for what is wrong with it.
    """
    if (points is None) == (territory is None):
        raise RoadsError(problem("give exactly one of --territory and --points"))
    if territory is not None:
        return read_territory_points(territory)
    text = str(points)
    if not text.startswith(OSM_POINTS):
        return read_points_file(Path(text))
    if not isinstance(source, Extract):
        raise RoadsError(problem("needs an OpenStreetMap extract as --roads").at(f"--points {text}"))
    return _places_of(source, text)


def _matrix(path: Path, options: SourceOptions, problems: list[Sentence]) -> Matrix | None:
    """Return a matrix that is completely described, or None; add what is missing to the problems."""
    needed: dict[str, str | None] = {"--unit": options.unit, "--layout": options.layout}
    if options.layout == "wide":
        needed["--origins"] = options.origins
    missing = [name for name, value in needed.items() if value is None]
    problems += (problem("--matrix needs {option}; it is never guessed", option=name) for name in missing)
    if options.layout is None or options.unit is None:
        return None
    return Matrix(path, MatrixForm(options.layout, options.unit, options.origins or "rows", options.unreachable))


def _roads(path: Path, speeds: Speeds) -> Extract | SavedGraph:
    if path.suffix == SAVED_GRAPH:
        return SavedGraph(speeds, path)
    if not str(path).endswith(OSM_ENDINGS):
        endings = ", ".join(OSM_ENDINGS)
        raise RoadsError(problem("expected {endings} or .graphml", endings=endings).at(path))
    return Extract(speeds, path)


def _find_speeds(name: str, project: Path) -> Speeds:
    """Return declared speeds: a file, or the name of one in the project's or the bundled models/parameters/."""
    path = Path(name)
    return read_speeds(path if is_file(path) else find_parameters(name, project))


def _places_of(extract: Extract, text: str) -> Points:
    kinds = text.removeprefix(OSM_POINTS).split(",")
    places = extract.ways.places
    found = [place for place in places if place[0] in kinds]
    if not found:
        known = ", ".join(sorted({place[0] for place in places})) or problem("no place at all")
        raise RoadsError(problem("the extract has none; it has {kinds}", kinds=known).at(f"--points {text}"))
    frame = pd.DataFrame(found, columns=["kind", "name", "lon", "lat"])
    frame.insert(0, "point_id", [f"{kind}-{number}" for number, kind in enumerate(frame["kind"], start=1)])
    frame = frame[["point_id", "name", "lon", "lat"]]
    return Points(frame, frame)
