"""From a source of travel times to a file, with the record of how it was made."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

import pandas as pd

from msp_siting.errors import RoadsError, problem
from msp_siting.files import find_parameters, is_file
from msp_siting.travel.cache import cached, fingerprint
from msp_siting.travel.distance import read_surrogate, surrogate_times
from msp_siting.travel.matrices import read_matrix
from msp_siting.travel.points import Points, read_points_file, read_territory_points
from msp_siting.travel.roads import OSM_ENDINGS, Speeds, Ways, read_speeds
from msp_siting.travel.search import Routed, Search, route
from msp_siting.travel.servers import server_times

OSM_POINTS = "osm:"


Kind = Literal["derived", "modelled"]


@dataclass(frozen=True)
class Source:
    """Where travel times come from: exactly one of roads, place, matrix, server and surrogate.

    Attributes
    ----------
    roads
        An extract (.osm.pbf, .osm) or a graph that osmnx saved (.graphml).
    place, polygon
        A place name, or a GeoJSON polygon, whose roads are fetched through osmnx.
    matrix
        A ready matrix, with its layout, unit and where its origins are.
    server
        ``KIND=URL`` of an OSRM, Valhalla or ORS server.
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

    def check(self) -> None:
        """Refuse anything but one source, completely described."""
        given = [self.roads, self.place, self.polygon, self.matrix, self.server, self.surrogate or None]
        problems = []
        if sum(one is not None for one in given) != 1:
            problems.append(
                problem("give exactly one of --roads, --place, --polygon, --matrix, --server and --surrogate")
            )
        if self.matrix is not None:
            missing: dict[str, str | None] = {"--unit": self.unit, "--layout": self.layout}
            if self.layout == "wide":
                missing["--origins"] = self.origins
            problems += [
                problem("--matrix needs {option}; it is never guessed", option=name)
                for name, value in missing.items()
                if value is None
            ]
        if problems:
            raise RoadsError(problems)


def name_of_source(source: Source) -> str:
    """Return what a source is called in a manifest."""
    path = source.roads or source.polygon
    return source.place or (path.name if path else "")


def find_speeds(name: str, project: Path) -> Speeds:
    """Return declared speeds: a file, or the name of one in the project's or the bundled models/parameters/."""
    path = Path(name)
    return read_speeds(path if is_file(path) else find_parameters(name, project))


def read_points(points: str | None, territory: Path | None, source: Source, read_ways: Callable[[], Ways]) -> Points:
    """Return the points asked for: a territory's, a CSV's, or the extract's own places (``osm:town,village``)."""
    if (points is None) == (territory is None):
        raise RoadsError(problem("give exactly one of --territory and --points"))
    if territory is not None:
        return read_territory_points(territory)
    text = str(points)
    if not text.startswith(OSM_POINTS):
        return read_points_file(Path(text))
    if source.roads is None or not str(source.roads).endswith(OSM_ENDINGS):
        raise RoadsError(problem("needs an OpenStreetMap extract as --roads").at(f"--points {text}"))
    return _places_of(read_ways(), text)


def make_times(  # noqa: PLR0913 - what from, between what, and how
    source: Source,
    points: Points,
    search: Search,
    read_ways: Callable[[], Ways],
    *,
    reference: pd.DataFrame | None,
    kept: Path | None,
    project: Path,
) -> Routed:
    """Return travel times from a source.

    Parameters
    ----------
    read_ways
        Reads the roads, where they are needed.
    reference
        Travel times to calibrate to, or None.
    kept
        The cache folder, or None for no cache.
    project
        A folder beside whose project's models/parameters/ are looked up.

    Raises
    ------
    RoadsError
        Where the source cannot be used, or does not fit the points.
    """
    cutoff = search.cutoff_minutes
    if source.matrix is not None:
        if source.layout is None or source.unit is None:
            raise RoadsError(problem("--matrix needs --layout and --unit; they are never guessed"))
        table = read_matrix(
            source.matrix,
            points.demand,
            points.places,
            layout=source.layout,
            unit=source.unit,
            origins=source.origins or "rows",
            cutoff_minutes=cutoff,
        )
        return Routed(table, {"source": f"matrix {source.matrix.name}", "cutoff_minutes": cutoff, "pairs": len(table)})
    if source.server is not None:
        kind, _, url = source.server.partition("=")
        table = server_times(kind, url, points.demand, points.places, cutoff, source.api_key)  # type: ignore[arg-type]
        return Routed(table, {"source": f"{kind} server", "cutoff_minutes": cutoff, "pairs": len(table)})
    if source.surrogate:
        parameters = read_surrogate(find_parameters("surrogate", project))
        table = surrogate_times(points.demand, points.places, parameters, cutoff)
        record = {"source": "surrogate", "parameters": parameters.model_dump(), "pairs": len(table)}
        return Routed(table, record | {"cutoff_minutes": cutoff})

    def make() -> Routed:
        routed = route(read_ways(), points, search, reference)
        return Routed(routed.table, {"source": name_of_source(source)} | routed.record)

    if source.roads is None or kept is None or not is_file(source.roads):
        return make()
    choices = (cutoff, search.leave_out, None if reference is None else reference.to_csv())
    return cached(kept, fingerprint(source.roads, points, search.speeds, *choices), make)


def _places_of(ways: Ways, text: str) -> Points:
    kinds = text.removeprefix(OSM_POINTS).split(",")
    found = [place for place in ways.places if place[0] in kinds]
    if not found:
        known = ", ".join(sorted({place[0] for place in ways.places})) or problem("no place at all")
        raise RoadsError(problem("the extract has none; it has {kinds}", kinds=known).at(f"--points {text}"))
    frame = pd.DataFrame(found, columns=["kind", "name", "lon", "lat"])
    frame.insert(0, "point_id", [f"{kind}-{number}" for number, kind in enumerate(frame["kind"], start=1)])
    frame = frame[["point_id", "name", "lon", "lat"]]
    return Points(frame, frame)


def kind_of(source: Source) -> Kind:
    """Return how such times are known: routed on a network, or modelled from distance."""
    return "modelled" if source.surrogate else "derived"
