"""Reads OpenStreetMap extracts (.osm.pbf, .osm) as a stream."""

from dataclasses import replace
from pathlib import Path

import osmium

from msp_siting.errors import RoadsError, foreign, listed, problem, told
from msp_siting.files import check_file
from msp_siting.travel.roads.speeds import Speeds, drive
from msp_siting.travel.roads.towns import slow_in_towns
from msp_siting.travel.roads.ways import AN_AREA, Way, Ways

OSM_ENDINGS = (".osm.pbf", ".pbf", ".osm", ".osm.gz", ".osm.bz2")
CUT = problem("cut: nodes outside the extract")


def read_osm_file(path: Path, speeds: Speeds) -> Ways:
    """Return the driven ways of an extract and its named places.

    A way of which a node is missing (cut at the edge of the extract) is kept in the pieces that are there.

    Raises
    ------
    RoadsError
        If the file is missing, empty, truncated, holds no driven way or one across longitude 180.
    """
    check_file(path, RoadsError)
    if path.stat().st_size == 0:
        raise RoadsError(problem("the file is empty").at(path))
    ways = Ways()
    try:
        wanted = osmium.filter.KeyFilter("highway", "route", "place")
        for item in osmium.FileProcessor(str(path)).with_locations().with_filter(wanted):
            _take(item, speeds, ways)
    except (RuntimeError, ValueError, osmium.InvalidLocationError) as fault:
        wrong = problem("not a whole OpenStreetMap file ({problem}); download it again", problem=told(fault))
        raise RoadsError(wrong.at(path)) from fault
    if not ways.ways:
        dropped = ways.dropped.most_common(5)
        reasons = listed([problem("{count} {reason}", count=count, reason=reason) for reason, count in dropped])
        none = problem(
            "no road that a {vehicle} may use ({reasons})",
            vehicle=foreign(speeds.name),
            reasons=reasons or problem("no way at all"),
        )
        raise RoadsError(none.at(path))
    ways.check_longitudes(path)
    slow_in_towns(ways, speeds)
    return ways


def _take(item: object, speeds: Speeds, ways: Ways) -> None:
    if isinstance(item, osmium.osm.Node):
        place = item.tags.get("place")
        if place is not None:
            ways.places.append((place, item.tags.get("name") or "", item.location.lon, item.location.lat))
    elif isinstance(item, osmium.osm.Way):
        tags = {tag.k: tag.v for tag in item.tags}
        if "place" in tags:
            _take_place(item, tags, ways)
        if "highway" in tags or tags.get("route") == "ferry":
            _take_way(item, tags, speeds, ways)


def _take_place(item: osmium.osm.Way, tags: dict[str, str], ways: Ways) -> None:
    """Note a place drawn as an outline at the middle of its corners."""
    corners = [node.location for node in item.nodes if node.location.valid()]
    if corners:
        lon = sum(corner.lon for corner in corners) / len(corners)
        lat = sum(corner.lat for corner in corners) / len(corners)
        ways.places.append((tags["place"], tags.get("name", ""), lon, lat))


def _take_way(item: osmium.osm.Way, tags: dict[str, str], speeds: Speeds, ways: Ways) -> None:
    if tags.get("area") == "yes":
        ways.dropped[AN_AREA] += 1
        return
    driven = drive(tags, speeds)
    if isinstance(driven, str):
        ways.dropped[driven] += 1
        return
    ways.note_limits(tags, speeds)
    pieces: list[list[int]] = [[]]
    for node in item.nodes:
        if not node.location.valid():
            pieces.append([])
            continue
        ways.lon[node.ref], ways.lat[node.ref] = node.location.lon, node.location.lat
        pieces[-1].append(node.ref)
    if len(pieces) > 1:
        ways.dropped[CUT] += 1
        if driven.minutes is not None:  # the duration is of the whole way, whose length is not known
            driven = replace(driven, minutes=None, km_per_h=speeds.ferry_km_per_h.value)
    ways.ways += [Way(tuple(piece), driven) for piece in pieces if len(piece) > 1]
