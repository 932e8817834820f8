"""OpenStreetMap's servers on loopback: Nominatim and Overpass, answering from an extract as osmnx asks."""

import json
import re
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs

import osmium
import osmnx
import pytest

Element = dict[str, Any]


def elements_of(extract: Path) -> tuple[dict[int, Element], list[Element]]:
    """Return the nodes by id and the ways of an extract, as Overpass writes them; nodes outside it are left out."""
    nodes: dict[int, Element] = {}
    ways: list[Element] = []
    for item in osmium.FileProcessor(str(extract)).with_locations():
        tags = {tag.k: tag.v for tag in item.tags}
        if isinstance(item, osmium.osm.Node):
            place = {"lat": item.location.lat, "lon": item.location.lon}
            nodes[item.id] = {"type": "node", "id": item.id, **place, "tags": tags}
        elif isinstance(item, osmium.osm.Way):
            refs = [node.ref for node in item.nodes if node.ref in nodes]
            ways.append({"type": "way", "id": item.id, "nodes": refs, "tags": tags})
    return nodes, ways


def overpass(query: str, nodes: dict[int, Element], ways: list[Element]) -> list[Element]:
    """Return what a query of osmnx asks for: roads, ferries, or places."""
    if "'place'" in query or '"place"' in query:
        found = [node for node in nodes.values() if "place" in node["tags"]]
        drawn = [way for way in ways if "place" in way["tags"]]
    elif '"route"="ferry"' in query:
        found, drawn = [], [way for way in ways if way["tags"].get("route") == "ferry"]
    else:
        kinds = re.search(r'"highway"~"([^"]*)"', query)
        assert kinds is not None
        found, drawn = [], [way for way in ways if re.search(kinds[1], way["tags"].get("highway", ""))]
    passed = {ref for way in drawn for ref in way["nodes"]}
    known = {node["id"] for node in found}
    return [*found, *(nodes[ref] for ref in passed - known), *drawn]


@contextmanager
def serve(extract: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[list[str]]:
    """Let osmnx ask a server of its own, which knows one place: all that the extract holds; yield the queries."""
    nodes, ways = elements_of(extract)
    lons, lats = ([node[key] for node in nodes.values()] for key in ("lon", "lat"))
    west, south, east, north = min(lons) - 0.01, min(lats) - 0.01, max(lons) + 0.01, max(lats) + 0.01
    ring = [[west, south], [east, south], [east, north], [west, north], [west, south]]
    named = {
        "lat": str(south),
        "lon": str(west),
        "importance": 1.0,
        "display_name": "Everything",
        "boundingbox": [str(south), str(north), str(west), str(east)],
        "geojson": {"type": "Polygon", "coordinates": [ring]},
    }
    asked: list[str] = []

    class Answers(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            asked.append(self.path)
            self._answer([named])

        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"])).decode()
            asked.append(parse_qs(body)["data"][0])
            self._answer({"elements": overpass(asked[-1], nodes, ways)})

        def _answer(self, content: object) -> None:
            payload = json.dumps(content).encode()
            self.send_response(200)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(payload)))
            self.end_headers()
            self.wfile.write(payload)

        def log_message(self, *_: object) -> None:
            """Say nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Answers)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    address = f"http://127.0.0.1:{server.server_port}"
    for key, value in (
        ("overpass_url", address),
        ("nominatim_url", address),
        ("overpass_rate_limit", False),
        ("use_cache", False),
        ("max_query_area_size", 1e12),
    ):
        monkeypatch.setattr(osmnx.settings, key, value)
    for proxy in ("HTTP_PROXY", "HTTPS_PROXY", "http_proxy", "https_proxy", "ALL_PROXY"):
        monkeypatch.delenv(proxy, raising=False)
    try:
        yield asked
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
