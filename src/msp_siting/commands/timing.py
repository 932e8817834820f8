"""The command travel-times: a table of times for a territory, or between points of a file."""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import pandas as pd

from msp_siting.errors import OutputError, RoadsError, foreign, problem
from msp_siting.files import is_folder, is_there, read_table, read_yaml, real_path, sha256_of, write_yaml
from msp_siting.language import Language, percent, say, whole
from msp_siting.territory import TRAVEL_TIMES, read_manifest
from msp_siting.travel import (
    Points,
    Routed,
    Search,
    Source,
    default_folder,
    find_speeds,
    kind_of,
    make_times,
    name_of_source,
    read_points,
)
from msp_siting.travel.roads import (
    OSM_ENDINGS,
    Report,
    Speeds,
    Ways,
    read_graphml,
    read_osm_file,
    read_place,
    read_polygon,
    silent,
)

TABLE, OTHER_TABLE = "travel_times.parquet", "travel_times.csv"
RECORD = "travel_times.json"
ODBL = "ODbL 1.0"


@dataclass(frozen=True)
class TravelOrder:
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


def make_and_write(request: TravelOrder, language: Language, report: Report = silent) -> Iterator[str]:
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
    read_ways = cache(lambda: read_ways_of(source, speeds))  # an extract that has the points too is read once
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


def _check_target(request: TravelOrder) -> None:
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
    return f"(c) OpenStreetMap contributors, {name_of_source(source)}, routed with declared speeds ({speeds.name})"


def _sentences(routed: Routed, request: TravelOrder, language: Language) -> Iterator[str]:
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


def read_ways_of(source: Source, speeds: Speeds) -> Ways:
    """Return the roads that a source names."""
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
        "sha256": sha256_of(folder / TABLE),
        **about,
        "kind": kind_of(source),
        "points_left_out": list(routed.record.get("points_left_out", [])),
    }
    others = [one for one in manifest.get("files", []) if one.get("path") != TABLE]
    fresh = path.with_name(f".{path.name}.new")
    write_yaml(manifest | {"files": [*others, entry]}, fresh)
    fresh.replace(path)  # in one step: it may hold what its owner wrote by hand
    (folder / RECORD).write_text(json.dumps(routed.record, indent=2, ensure_ascii=False) + "\n", encoding="utf-8")


def _write_table(table: pd.DataFrame, path: Path) -> None:
    fresh = path.with_name(f".{path.name}.new")
    if path.suffix == ".csv":
        table.to_csv(fresh, index=False)
    else:
        table.to_parquet(fresh, index=False, compression="zstd")
    fresh.replace(path)
