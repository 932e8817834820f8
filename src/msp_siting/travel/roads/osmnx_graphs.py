"""Reads road graphs that osmnx saved as GraphML, and makes the roads of OpenStreetMap again of such graphs."""

from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from itertools import count, islice, product
from pathlib import Path
from typing import Any

import numpy as np
import shapely

from msp_siting.errors import RoadsError, Sentence, foreign, problem, told
from msp_siting.files import check_file
from msp_siting.territory import crow_fly_km
from msp_siting.travel.roads.speeds import AGAINST_VALUES, Drive, Speeds, drive, is_one_way_by_kind, used_tags
from msp_siting.travel.roads.towns import slow_in_towns
from msp_siting.travel.roads.ways import AN_AREA, DIGITS_OF_DEGREES, Way, Ways
from msp_siting.units import METRES_PER_KILOMETRE, MINUTES_PER_HOUR

EAST, NORTH = 180.0, 90.0  # the farthest, in degrees
DEGREES = "epsg:4326"
FEW = 0.1  # share of edges; where fewer than that have one that leads back, none was added for the way back
MOST_MIXES = 64  # of the tags of merged ways that are weighed
LEAST_DETOUR = 1.01  # longer than drawn by more than roundings
TOLD_ABSENT = ("maxspeed", "surface", "motorcar", "motor_vehicle", "vehicle", "access")
ONE_WAY, RETURN = "oneway", "reversed"

Course = tuple[tuple[float, float], ...]


@dataclass(frozen=True)
class Strand:
    """One edge of a graph: its nodes with those that bend it, where they are, and its tags.

    Attributes
    ----------
    osmid
        Of its way, None if it is several in one.
    tags
        As text; several values where ways with different ones were merged.
    """

    nodes: tuple[int, ...]
    course: Course
    osmid: int | None
    tags: Mapping[str, tuple[str, ...]]
    detour: float


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
        graph = osmnx.load_graphml(path, edge_dtypes={ONE_WAY: str, RETURN: str})
        if graph.is_directed() and str(graph.graph.get("crs", DEGREES)).lower() != DEGREES:
            graph = osmnx.project_graph(graph, to_latlong=True)
    except Exception as fault:  # whatever the XML and type readers below osmnx raise
        raise RoadsError(problem("not a graph saved by osmnx ({problem})", problem=told(fault)).at(path)) from fault
    ways = ways_of_graph(graph, speeds, str(path))
    slow_in_towns(ways, speeds)
    return ways


def ways_of_graph(graph: Any, speeds: Speeds, place: str) -> Ways:  # noqa: ANN401 - networkx has no types here
    """Return the driven ways of a graph of osmnx, and the places among its nodes.

    Parameters
    ----------
    graph
        Simplified or not, with an edge each way of a road or, where all were made one-way, one for both.

    Raises
    ------
    RoadsError
        If it is undirected, lies on no globe, or holds no driven way or one across longitude 180.
    """
    if not graph.is_directed():
        undirected = problem(
            "an undirected graph, which no longer tells which way one-way streets lead; "
            "save the graph as osmnx returned it"
        )
        raise RoadsError(undirected.at(place))
    ways = Ways()
    _take_nodes(graph, ways, place)
    strands = list(_strands(graph, ways))
    both_ways_in_one = _are_both_ways_in_one(strands)
    driven: list[tuple[Strand, Drive]] = []
    for strand in strands:
        found = _drive(strand, speeds, both_ways_in_one=both_ways_in_one)
        if isinstance(found, Drive):
            driven.append((strand, found))
            ways.note_limits(_first(strand.tags), speeds)
        elif found is not None:
            ways.dropped[found] += 1
    if not driven:
        raise RoadsError(problem("no road that a {vehicle} may use", vehicle=foreign(speeds.name)).at(place))
    ways.merged = sum(strand.osmid is None for strand, _ in driven)
    ways.absent = _absent(strands, ways)
    ways.ways = list(_as_in_openstreetmap(_paired(driven)))
    ways.check_longitudes(place)
    return ways


def _take_nodes(graph: Any, ways: Ways, place: str) -> None:  # noqa: ANN401 - as above
    for node, attributes in graph.nodes(data=True):
        lon, lat = attributes.get("x"), attributes.get("y")
        if not (
            isinstance(lon, int | float) and isinstance(lat, int | float) and abs(lon) <= EAST and abs(lat) <= NORTH
        ):
            raise RoadsError(problem("node {node} has no longitude and latitude", node=node).at(place))
        ways.lon[node], ways.lat[node] = lon, lat
        if "place" in attributes:
            ways.places.append((str(attributes["place"]), str(attributes.get("name", "")), lon, lat))


def _strands(graph: Any, ways: Ways) -> Iterator[Strand]:  # noqa: ANN401 - as above
    bends = count(-1, -1)
    may_be_longer = bool(graph.graph.get("simplified"))
    for tail, head, attributes in graph.edges(data=True):
        line = attributes.get("geometry")
        corners = list(line.coords)[1:-1] if isinstance(line, shapely.LineString) else []
        nodes = [tail]
        for lon, lat, *_ in corners:
            nodes.append(next(bends))
            ways.lon[nodes[-1]], ways.lat[nodes[-1]] = lon, lat
        nodes.append(head)
        course = tuple(
            (round(ways.lon[node], DIGITS_OF_DEGREES), round(ways.lat[node], DIGITS_OF_DEGREES)) for node in nodes
        )
        detour = _detour(course, attributes.get("length")) if may_be_longer and not corners else 1.0
        osmid = attributes.get("osmid")
        yield Strand(tuple(nodes), course, osmid if isinstance(osmid, int) else None, _tags(attributes), detour)


def _tags(attributes: Mapping[str, Any]) -> dict[str, tuple[str, ...]]:
    """Return an edge's tags as text; several values of merged ways in an order of their own."""
    tags = {}
    for key, value in attributes.items():
        values = sorted({str(one) for one in value}) if isinstance(value, list) else [value]
        if values and all(isinstance(one, str | bool | int | float) for one in values):
            tags[key] = tuple(str(one) for one in values)
    return tags


def _first(tags: Mapping[str, tuple[str, ...]]) -> dict[str, str]:
    return {key: values[0] for key, values in tags.items()}


def _detour(course: Course, metres: object) -> float:
    """Return how many times longer an edge is than drawn, where a simplified graph has lost its course."""
    lon, lat = np.array([course[0], course[-1]]).T
    drawn = float(crow_fly_km(lon[:1], lat[:1], lon[1:], lat[1:])[0])
    if not isinstance(metres, int | float) or drawn == 0:
        return 1.0
    longer = metres / METRES_PER_KILOMETRE / drawn
    return longer if longer > LEAST_DETOUR else 1.0


def _are_both_ways_in_one(strands: list[Strand]) -> bool:
    """Return whether a graph keeps ways as OpenStreetMap draws them, and has no edges for the way back.

    That is osmnx's ``all_oneway``: then tags tell the directions, else the edges do.
    """
    if any({"True", "False"} & {*strand.tags.get(ONE_WAY, ())} for strand in strands):
        return False
    if any("True" in strand.tags.get(RETURN, ()) for strand in strands):
        return False
    ends = {(strand.nodes[0], strand.nodes[-1], strand.osmid) for strand in strands}
    back = sum((head, tail, osmid) in ends for tail, head, osmid in ends if tail != head)
    return back < FEW * len(strands)


def _drive(strand: Strand, speeds: Speeds, *, both_ways_in_one: bool) -> Drive | Sentence | None:
    """Return how an edge is driven, why it is not, or None where it is the way back of a one-way road.

    Where ways were merged, every mix of their tags is weighed: all must be driven, and their minutes are averaged.
    """
    if strand.tags.get("area") == ("yes",):
        return AN_AREA
    if strand.tags.get(RETURN) == ("True",) and is_one_way_by_kind(_first(strand.tags)):
        return None
    mixed = [key for key in (*used_tags(speeds), RETURN) if len(strand.tags.get(key, ())) > 1]
    found: dict[Drive, None] = {}
    for values in islice(product(*(strand.tags[key] for key in mixed)), MOST_MIXES):
        tags = _first(strand.tags) | dict(zip(mixed, values, strict=True))
        driven = _along(tags, speeds) if not both_ways_in_one else _as_tagged(tags, speeds)
        if not isinstance(driven, Drive):
            return driven if not mixed else problem("merged with a way that is not driven ({reason})", reason=driven)
        found[driven] = None
    drives = list(found)
    return drives[0] if len(drives) == 1 else _averaged(drives, speeds)


def _along(tags: Mapping[str, str], speeds: Speeds) -> Drive | Sentence:
    """Return how an edge is driven from its tail to its head: the way back is an edge of its own."""
    driven = drive({**tags, speeds.oneway_tag.value: "no"}, speeds)
    if not isinstance(driven, Drive):
        return driven
    one_way = replace(driven, backward=False, km_per_h_backward=None, is_backward_limit_tagged=None)
    if tags.get(RETURN) != "True":
        return one_way
    return replace(one_way, km_per_h=driven.speed("backward"), is_limit_tagged=driven.is_tagged("backward"))


def _as_tagged(tags: Mapping[str, str], speeds: Speeds) -> Drive | Sentence:
    """Return how an edge that is a piece of a way is driven; osmnx turns ways that are one-way against their nodes."""
    driven = drive(tags, speeds)
    is_turned = tags.get(ONE_WAY) in AGAINST_VALUES
    return replace(driven, forward=True, backward=False) if is_turned and isinstance(driven, Drive) else driven


def _averaged(drives: list[Drive], speeds: Speeds) -> Drive:
    """Return one way to drive several roads of unknown lengths: the mean of their minutes for a kilometre."""
    paces = [
        MINUTES_PER_HOUR / (driven.km_per_h or speeds.ferry_km_per_h.value) for driven in drives
    ]  # a duration is of one of them
    return Drive(
        MINUTES_PER_HOUR * len(paces) / sum(paces),
        None,
        forward=all(driven.forward for driven in drives),
        backward=all(driven.backward for driven in drives),
        is_ferry=all(driven.is_ferry for driven in drives),
        is_limit_tagged=all(driven.is_limit_tagged for driven in drives),
    )


def _absent(strands: list[Strand], ways: Ways) -> tuple[str, ...]:
    """Return tags that no edge has, though times depend on them."""
    keys = {key for strand in strands for key in strand.tags}
    return (*(key for key in TOLD_ABSENT if key not in keys), *(() if ways.places else ("place",)))


def _paired(driven: list[tuple[Strand, Drive]]) -> Iterator[tuple[Strand, Drive]]:
    """Yield roads, with the edge that leads back along the same course joined to the one ahead."""
    ordered = sorted(driven, key=lambda one: "True" in one[0].tags.get(RETURN, ()))  # first as OpenStreetMap draws them
    waiting: defaultdict[tuple[int, int, Course], list[int]] = defaultdict(list)
    for number, (strand, found) in enumerate(ordered):
        if not found.backward:
            waiting[strand.nodes[0], strand.nodes[-1], strand.course].append(number)
    joined: set[int] = set()
    for number, (strand, found) in enumerate(ordered):
        if number in joined:
            continue
        joined.add(number)
        back = waiting.get((strand.nodes[-1], strand.nodes[0], strand.course[::-1]), [])
        partner = next((other for other in back if other not in joined), None)
        if found.backward or partner is None:
            yield strand, found
            continue
        joined.add(partner)
        against = ordered[partner][1]
        both = replace(found, backward=True)
        if (against.km_per_h, against.is_limit_tagged) != (found.km_per_h, found.is_limit_tagged):
            both = replace(both, km_per_h_backward=against.km_per_h, is_backward_limit_tagged=against.is_limit_tagged)
        yield strand, both


def _as_in_openstreetmap(roads: Iterator[tuple[Strand, Drive]]) -> Iterator[Way]:
    """Yield ways, with the pieces of one of OpenStreetMap put together again where they follow one another."""
    pieces: defaultdict[tuple[object, Drive], list[tuple[int, ...]]] = defaultdict(list)
    for strand, driven in roads:
        if strand.osmid is None or strand.detour > 1:
            yield Way(strand.nodes, driven, strand.detour)
        else:
            pieces[strand.osmid, driven].append(strand.nodes)
    for (_, driven), parts in pieces.items():
        yield from (Way(nodes, driven) for nodes in _chained(parts))


def _chained(parts: list[tuple[int, ...]]) -> Iterator[tuple[int, ...]]:
    """Yield sequences of nodes, each as long as pieces lead on."""
    leaving: defaultdict[int, list[tuple[int, ...]]] = defaultdict(list)
    for part in reversed(parts):
        leaving[part[0]].append(part)
    heads = {part[-1] for part in parts}
    starts = [part[0] for part in parts if part[0] not in heads] + [part[0] for part in parts]
    for start in starts:
        while leaving[start]:
            chain = list(leaving[start].pop())
            while leaving[chain[-1]]:
                chain += leaving[chain[-1]].pop()[1:]
            yield tuple(chain)
