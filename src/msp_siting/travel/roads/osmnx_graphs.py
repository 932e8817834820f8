"""Reads road graphs made by osmnx: saved as GraphML, or fetched by the name of a place."""

from collections.abc import Callable, Mapping
from itertools import count
from pathlib import Path
from typing import Any

import shapely

from msp_siting.errors import RoadsError, foreign, problem, told
from msp_siting.files import check_file, read_utf8
from msp_siting.travel.roads.speeds import Drive, Speeds, drive
from msp_siting.travel.roads.ways import Way, Ways

LARGEST_POLYGON_BYTES = 20_000_000
EAST, NORTH = 180.0, 90.0  # the farthest, in degrees


def read_graphml(path: Path, speeds: Speeds) -> Ways:
    """Return the driven ways of a graph that osmnx saved; its own speeds and times are not used.

    Raises
    ------
    RoadsError
        If the file is missing or is no such graph.
    """
    import osmnx  # noqa: PLC0415 - takes seconds to load, and other sources of roads do without

    check_file(path, RoadsError)
    try:
        graph = osmnx.load_graphml(path)
    except Exception as fault:  # whatever the XML and type readers below osmnx raise
        raise RoadsError(problem("not a graph saved by osmnx ({problem})", problem=told(fault)).at(path)) from fault
    return _ways(graph, speeds, str(path))


def read_place(name: str, speeds: Speeds) -> Ways:
    """Return the driven ways of a named place, fetched from OpenStreetMap's servers.

    Raises
    ------
    RoadsError
        Without a network, or if no such place is found.
    """
    import osmnx  # noqa: PLC0415 - as above

    return _fetched(name, speeds, lambda: osmnx.graph_from_place(name, network_type="all", retain_all=True))


def read_polygon(path: Path, speeds: Speeds) -> Ways:
    """Return the driven ways inside a polygon (GeoJSON, WGS 84), fetched from OpenStreetMap's servers.

    Raises
    ------
    RoadsError
        If the file holds no polygon, or without a network.
    """
    try:
        area = shapely.union_all(
            shapely.get_parts(shapely.from_geojson(read_utf8(path, RoadsError, LARGEST_POLYGON_BYTES)))
        )
    except (shapely.errors.ShapelyError, UnicodeDecodeError) as fault:  # the latter where it says what is wrong
        raise RoadsError(problem("not a GeoJSON polygon ({problem})", problem=told(fault)).at(path)) from fault
    if area.is_empty or area.geom_type not in {"Polygon", "MultiPolygon"}:
        expected = problem("expected {expected}", expected=problem("a polygon"))
        raise RoadsError(problem("{expected}, got {value}", expected=expected, value=area.geom_type).at(path))
    if not (area.is_valid and area.within(shapely.box(-EAST, -NORTH, EAST, NORTH))):
        wrong = problem("the polygon crosses itself, or its corners are no longitudes and latitudes")
        raise RoadsError(wrong.at(path))
    import osmnx  # noqa: PLC0415 - as above

    fetch = lambda: osmnx.graph_from_polygon(area, network_type="all", retain_all=True)  # noqa: E731
    return _fetched(str(path), speeds, fetch)


def _fetched(name: str, speeds: Speeds, fetch: Callable[[], Any]) -> Ways:
    try:
        graph = fetch()
    except Exception as fault:  # requests, osmnx and the servers each have their own
        failed = problem(
            "the roads could not be fetched ({kind}: {problem}); "
            "download an extract (.osm.pbf) and give it with --roads",
            kind=type(fault).__name__,
            problem=told(fault),
        )
        raise RoadsError(failed.at(name)) from fault
    return _ways(graph, speeds, name)


def _ways(graph: Any, speeds: Speeds, place: str) -> Ways:  # noqa: ANN401 - networkx has no types here
    ways = Ways()
    for node, attributes in graph.nodes(data=True):
        lon, lat = attributes.get("x"), attributes.get("y")
        if not (
            isinstance(lon, int | float) and isinstance(lat, int | float) and abs(lon) <= EAST and abs(lat) <= NORTH
        ):
            raise RoadsError(problem("node {node} has no longitude and latitude", node=node).at(place))
        ways.lon[node], ways.lat[node] = lon, lat
    bends = count(-1, -1)
    for tail, head, attributes in graph.edges(data=True):
        driven = drive(_tags(attributes), speeds)
        if isinstance(driven, str):
            ways.dropped[driven] += 1
            continue
        if not driven.forward:
            continue  # the way back is an edge of its own
        line = attributes.get("geometry")
        nodes = [tail]
        for lon, lat in list(line.coords)[1:-1] if line is not None else []:
            nodes.append(next(bends))
            ways.lon[nodes[-1]], ways.lat[nodes[-1]] = lon, lat
        one_way = Drive(driven.km_per_h, driven.minutes, forward=True, backward=False, is_ferry=driven.is_ferry)
        ways.ways.append(Way((*nodes, head), one_way))
    if not ways.ways:
        raise RoadsError(problem("no road that a {vehicle} may use", vehicle=foreign(speeds.name)).at(place))
    return ways


def _tags(attributes: Mapping[str, Any]) -> dict[str, str]:
    """Return an edge's tags as text; of several values of merged ways the first counts.

    Directions are those of the graph: osmnx keeps an edge each way where both are driven.
    """
    tags = {}
    for key, value in attributes.items():
        first = value[0] if isinstance(value, list) and value else value
        if isinstance(first, str):
            tags[key] = first
    return {key: value for key, value in tags.items() if key not in {"oneway", "junction"}}
