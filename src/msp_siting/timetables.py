"""From a source of travel times to a file, with the record of how it was made."""

import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, Literal

import pandas as pd

from msp_siting.errors import OutputError, RoadsError, foreign, problem
from msp_siting.manifest import file_sha256, read_manifest
from msp_siting.matrices import read_matrix
from msp_siting.messages import Language, percent, say, whole
from msp_siting.named_files import find_parameters
from msp_siting.points import Points, read_points_file, read_territory_points
from msp_siting.roads.osm_files import OSM_ENDINGS, read_osm_file
from msp_siting.roads.osmnx_graphs import read_graphml, read_place, read_polygon
from msp_siting.roads.speeds import Speeds, read_speeds
from msp_siting.roads.times import Report, silent
from msp_siting.roads.ways import Ways
from msp_siting.routing import Routed, Search, route
from msp_siting.routing_cache import cached, default_folder, fingerprint
from msp_siting.servers import server_times
from msp_siting.surrogate import read_surrogate, surrogate_times
from msp_siting.tables import TRAVEL_TIMES, read_table
from msp_siting.text_files import is_file, is_folder, is_there, real_path
from msp_siting.yaml_files import read_yaml, write_yaml

TABLE, OTHER_TABLE = "travel_times.parquet", "travel_times.csv"
RECORD = "travel_times.json"
OSM_POINTS = "osm:"
ODBL = "ODbL 1.0"
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


@dataclass(frozen=True)
class Request:
    """The options of ``msp-siting travel-times``, by their names, but for those of its source."""

    source: Source
    territory: Path | None
    points: str | None
    speeds: str
    cutoff: float
    reference: Path | None
    leave_out: bool
    processes: int
    cache: Path | None
    no_cache: bool
    source_text: str | None
    licence: str | None
    vintage: str | None
    out: Path | None


def make_and_write(request: Request, language: Language, report: Report = silent) -> Iterator[str]:
    """Make travel times as asked, write them, and yield what there is to say.

    Raises
    ------
    RoadsError, DataError
        With nothing written.
    """
    source = request.source
    source.check()
    if (request.out is None) != (request.points is None):
        raise RoadsError(problem("--out goes with --points; with --territory the table is written into its folder"))
    project = Path() if request.territory is None else request.territory.resolve().parent
    if request.territory is not None:
        read_manifest(request.territory)  # which is written to in the end
    _check_target(request)
    speeds = find_speeds(request.speeds, project)
    read_ways = cache(lambda: _read_ways(source, speeds))  # an extract that has the points too is read once
    points = read_points(request.points, request.territory, source, read_ways)
    search = Search(speeds, request.cutoff, request.leave_out, request.processes, report)
    reference = None if request.reference is None else read_table(request.reference, TRAVEL_TIMES)
    kept = None if request.no_cache else request.cache or default_folder()
    routed = make_times(source, points, search, read_ways, reference=reference, kept=kept, project=project)
    is_osm = source.matrix is None and source.server is None and not source.surrogate
    about = {
        "source": request.source_text or _source_text(source, speeds),
        "licence": request.licence or (ODBL if is_osm else "not stated"),
        "vintage": request.vintage or "not stated",
    }
    target = request.territory or request.out
    try:
        if request.territory is not None:
            write_into_territory(routed, source, request.territory, about)
        elif request.out is not None:
            write_times(routed, source, request.out, points, about)
    except OSError as fault:
        reason = foreign(fault.strerror or str(fault))
        raise OutputError(problem("could not be written: {reason}", reason=reason).at(target)) from fault
    yield from _sentences(routed, request, language)


def _check_target(request: Request) -> None:
    """Refuse, before hours of search, a territory with another table, or a file that is a folder or read as input."""
    if request.territory is not None and is_there(request.territory / OTHER_TABLE):
        other = request.territory / OTHER_TABLE
        twice = problem("is there already; remove it first, a territory has one table of travel times")
        raise RoadsError(twice.at(other))
    if request.out is None:
        return
    option = f"--out {request.out}"
    if is_folder(request.out):
        raise RoadsError(problem("is a folder, expected a file").at(option))
    source = request.source
    inputs = [request.points, source.roads, source.polygon, source.matrix, request.reference]
    read = {real_path(Path(path)) for path in inputs if path is not None}
    for path in (request.out, request.out.with_suffix(".json"), request.out.with_suffix(".points.csv")):
        if real_path(path) in read:
            overwritten = problem("would overwrite {path}, which is read; give another file", path=path)
            raise RoadsError(overwritten.at(option))


def _source_text(source: Source, speeds: Speeds) -> str:
    if source.surrogate:
        return "estimated from crow-fly distance"
    if source.matrix is not None:
        return f"matrix {source.matrix.name}"
    if source.server is not None:
        return f"{source.server.partition('=')[0]} server"
    return f"(c) OpenStreetMap contributors, {_name(source)}, routed with declared speeds ({speeds.name})"


def _name(source: Source) -> str:
    path = source.roads or source.polygon
    return source.place or (path.name if path else "")


def _sentences(routed: Routed, request: Request, language: Language) -> Iterator[str]:
    record = routed.record
    if "nodes" in record:
        yield say(
            "roads_graph",
            language,
            nodes=whole(record["nodes"], language),
            edges=whole(record["edges"], language),
            km=whole(record["km"], language),
            components=whole(record["components"], language),
            share=percent(record["main_component_km"] / record["km"], language),
        )
        dropped = ", ".join(
            f"{reason} ({count})" for reason, count in sorted(record["dropped_ways"].items(), key=lambda one: -one[1])
        )
        yield say("roads_dropped", language, dropped=dropped or "-")
        if record["points_left_out"]:
            yield say("roads_left_out", language, points=", ".join(record["points_left_out"]))
    if "calibration" in record:
        yield say("roads_calibration", language, **record["calibration"])
    if request.source.surrogate:
        yield say("caveat_modelled_times", language)
    key = "roads_cached" if record.get("from_cache") else "roads_written"
    where = request.out or request.territory
    yield say(key, language, pairs=whole(len(routed.table), language), minutes=f"{request.cutoff:g}", where=where)


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
        return Routed(routed.table, {"source": _name(source)} | routed.record)

    if source.roads is None or kept is None or not is_file(source.roads):
        return make()
    choices = (cutoff, search.leave_out, None if reference is None else reference.to_csv())
    return cached(kept, fingerprint(source.roads, points, search.speeds, *choices), make)


def _read_ways(source: Source, speeds: Speeds) -> Ways:
    if source.place is not None:
        return read_place(source.place, speeds)
    if source.polygon is not None:
        return read_polygon(source.polygon, speeds)
    path = Path(str(source.roads))
    if path.suffix == ".graphml":
        return read_graphml(path, speeds)
    if not str(path).endswith(OSM_ENDINGS):
        endings = ", ".join(OSM_ENDINGS)
        raise RoadsError(problem("expected {endings} or .graphml", endings=endings).at(path))
    return read_osm_file(path, speeds)


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


def write_times(routed: Routed, source: Source, out: Path, points: Points, about: Mapping[str, str]) -> None:
    """Write a table (.parquet or .csv) and beside it the record (.json) and the points (.csv)."""
    out.parent.mkdir(parents=True, exist_ok=True)
    _write_table(routed.table, out)
    out.with_suffix(".json").write_text(
        json.dumps(routed.record | dict(about) | {"kind": kind_of(source)}, indent=2, ensure_ascii=False) + "\n",
        encoding="utf-8",
    )
    points.places.to_csv(out.with_suffix(".points.csv"), index=False)


def write_into_territory(routed: Routed, source: Source, folder: Path, about: Mapping[str, str]) -> None:
    """Write a territory's travel times and say in its manifest where they come from."""
    path = folder / "manifest.yaml"
    manifest: dict[str, Any] = read_yaml(path, RoadsError)
    _write_table(routed.table, folder / TABLE)
    entry = {
        "path": TABLE,
        "rows": len(routed.table),
        "sha256": file_sha256(folder / TABLE),
        **about,
        "kind": kind_of(source),
        "points_left_out": list(routed.record.get("points_left_out", [])),
    }
    others = [one for one in manifest.get("files", []) if one.get("path") != TABLE]
    fresh = path.with_name(f".{path.name}.new")
    write_yaml(manifest | {"files": [*others, entry]}, fresh)
    fresh.replace(path)  # in one step: it may hold what its owner wrote by hand
    (folder / RECORD).write_text(json.dumps(routed.record, indent=2, ensure_ascii=False) + "\n", encoding="utf-8")


def kind_of(source: Source) -> Kind:
    """Return how such times are known: routed on a network, or modelled from distance."""
    return "modelled" if source.surrogate else "derived"


def _write_table(table: pd.DataFrame, path: Path) -> None:
    fresh = path.with_name(f".{path.name}.new")
    if path.suffix == ".csv":
        table.to_csv(fresh, index=False)
    else:
        table.to_parquet(fresh, index=False, compression="zstd")
    fresh.replace(path)
