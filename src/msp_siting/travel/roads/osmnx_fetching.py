"""Fetches roads and places from OpenStreetMap's servers through osmnx, as an extract would hold them."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import shapely

from msp_siting.errors import RoadsError, problem, told
from msp_siting.files import read_utf8
from msp_siting.travel.roads.osmnx_graphs import EAST, NORTH, ways_of_graph
from msp_siting.travel.roads.speeds import Speeds, used_tags
from msp_siting.travel.roads.towns import slow_in_towns
from msp_siting.travel.roads.ways import Ways

LARGEST_POLYGON_BYTES = 20_000_000
FERRIES = '["route"="ferry"]'
NOTHING_FOUND = "InsufficientResponseError"  # osmnx has no public name for it


def read_place(name: str, speeds: Speeds) -> Ways:
    """Return the driven ways of a named place, fetched from OpenStreetMap's servers.

    Raises
    ------
    RoadsError
        Without a network, or if no such place is found.
    """
    import osmnx  # noqa: PLC0415 - takes seconds to load, and other sources of roads do without

    return _fetched(name, speeds, lambda: osmnx.geocode_to_gdf(name).union_all())


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
    return _fetched(str(path), speeds, lambda: area)


def _fetched(name: str, speeds: Speeds, find: Callable[[], Any]) -> Ways:
    """Return the ways inside an area: all that an extract has there, not what osmnx takes for a network."""
    import osmnx  # noqa: PLC0415 - as above

    try:
        with _as_tagged(osmnx.settings, speeds):
            area = find()
            driven = f'["highway"~"^({"|".join(speeds.speed_km_per_h.value)})$"]'
            graph = osmnx.graph_from_polygon(
                area, simplify=False, retain_all=True, truncate_by_edge=True, custom_filter=[driven, FERRIES]
            )
            places = _places(area, speeds)
    except Exception as fault:  # requests, osmnx and the servers each have their own
        failed = problem(
            "the roads could not be fetched ({kind}: {problem}); "
            "download an extract (.osm.pbf) and give it with --roads",
            kind=type(fault).__name__,
            problem=told(fault),
        )
        raise RoadsError(failed.at(name)) from fault
    ways = ways_of_graph(graph, speeds, name)
    ways.places, ways.absent = places, ()
    slow_in_towns(ways, speeds)
    return ways


def _places(area: Any, speeds: Speeds) -> list[tuple[str, str, float, float]]:  # noqa: ANN401 - shapely has no types
    """Return the places around which roads are those of towns: points, and outlines at the middle of their corners."""
    import osmnx  # noqa: PLC0415 - as above

    kinds = list(speeds.urban_radius_km.value)
    if not kinds:
        return []
    try:
        found = osmnx.features_from_polygon(area, {"place": kinds})
    except Exception as fault:
        if type(fault).__name__ != NOTHING_FOUND:
            raise
        return []
    found = found[found.index.get_level_values(0) != "relation"]  # as in an extract, of which points and ways are read
    names = found["name"] if "name" in found else [None] * len(found)
    places = []
    for kind, label, shape in zip(found["place"], names, found.geometry, strict=True):
        lon, lat = shapely.get_coordinates(shape).mean(axis=0)
        places.append((str(kind), label if isinstance(label, str) else "", float(lon), float(lat)))
    return places


@contextmanager
def _as_tagged(settings: Any, speeds: Speeds) -> Iterator[None]:  # noqa: ANN401 - a module
    """Let osmnx keep ways as they are drawn and every tag that tells how they are driven; nothing of an earlier day."""
    tags = [*used_tags(speeds), "name"]
    ours = {"all_oneway": True, "useful_tags_way": tags, "use_cache": False}
    theirs = {key: getattr(settings, key) for key in ours}
    for key, value in ours.items():
        setattr(settings, key, value)
    try:
        yield
    finally:
        for key, value in theirs.items():
            setattr(settings, key, value)
