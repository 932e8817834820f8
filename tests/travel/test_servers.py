import json
import sys
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pandas as pd
import pytest

from msp_siting.errors import RoadsError
from msp_siting.travel.servers import server_times

# On the equator, 11.12 km from a to b and from b to c; the fake servers drive 0.1 degrees in 600 s eastwards,
# 660 s westwards, and nowhere from or to x.
DEMAND = pd.DataFrame({"point_id": ["b", "a"], "lon": [0.1, 0.0], "lat": [0.0, 0.0]})
PLACES = pd.DataFrame({"point_id": ["c", "a", "x"], "lon": [0.2, 0.0, 0.3], "lat": [0.0, 0.0, 9.0]})
TIMES = [("a", "a", 0.0), ("a", "c", 20.0), ("b", "a", 11.0), ("b", "c", 10.0)]
SLOW = (  # 11.12 km twice and 22.24 km once in 18,000 s: 2.2, 2.2 and 4.4 km/h
    "median speed 2.2 km/h as the crow flies between points more than 5 km apart, expected 3 to 130: "
    "does the server hold the roads of this region, for cars?"
)
KINDS: tuple[Any, ...] = ("osrm", "valhalla", "ors")


def seconds(home: list[float], care: list[float]) -> float | None:
    if home[1] or care[1]:
        return None
    return round(max((care[0] - home[0]) * 6000, (home[0] - care[0]) * 6600), 6)


class Handler(BaseHTTPRequestHandler):
    """OSRM's table, Valhalla's sources_to_targets and openrouteservice's matrix, as far as is asked here."""

    def do_GET(self) -> None:
        url = urlsplit(self.path)
        spots = [[float(number) for number in pair.split(",")] for pair in url.path.rsplit("/", 1)[1].split(";")]
        chosen = parse_qs(url.query)
        assert chosen["annotations"] == ["duration"]
        homes, cares = (
            [spots[int(number)] for number in chosen[name][0].split(";")] for name in ("sources", "destinations")
        )
        self.answer(homes, cares, lambda table: {"code": "Ok", "durations": table})

    def do_POST(self) -> None:
        asked = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        if self.path == "/sources_to_targets":
            homes, cares = ([[spot["lon"], spot["lat"]] for spot in asked[key]] for key in ("sources", "targets"))
            self.answer(
                homes,
                cares,
                lambda table: {
                    "sources_to_targets": [[{"time": cell, "distance": None} for cell in row] for row in table]
                },
            )
            return
        homes, cares = ([asked["locations"][number] for number in asked[key]] for key in ("sources", "destinations"))
        self.answer(homes, cares, lambda table: {"durations": table})

    def answer(self, homes: list[Any], cares: list[Any], wrap: Any) -> None:  # noqa: ANN401 - a function
        server: Any = self.server
        server.asked.append((self.path.split("?")[0][:20], len(homes), len(cares)))
        server.keys.append(self.headers.get("Authorization"))
        table = [[seconds(home, care) for care in cares] for home in homes]
        status, body = server.canned or (200, json.dumps(wrap(table)))
        if any(home[1] in server.roadless or care[1] in server.roadless for home in homes for care in cares):
            status, body = 400, '{"error": "No suitable edges near location"}'
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.end_headers()
        self.wfile.write(body.encode())

    def log_message(self, *_: object) -> None:
        pass


@pytest.fixture
def server(monkeypatch: pytest.MonkeyPatch) -> Iterator[Any]:
    pytest.importorskip("routingpy", reason="the extra 'servers' is not installed")
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")
    fake: Any = HTTPServer(("127.0.0.1", 0), Handler)
    fake.asked, fake.keys, fake.canned, fake.roadless = [], [], None, set()
    fake.url = f"http://127.0.0.1:{fake.server_port}"
    thread = threading.Thread(target=fake.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    yield fake
    fake.shutdown()
    thread.join()
    fake.server_close()


def rows(table: pd.DataFrame) -> list[tuple[str, str, float]]:
    return [tuple(row) for row in table[["demand_id", "place_id", "minutes"]].to_numpy().tolist()]


@pytest.mark.parametrize("kind", KINDS)
def test_times_run_from_home_to_care_and_null_is_unreachable(server: Any, kind: Any) -> None:  # noqa: ANN401 - a fake
    assert rows(server_times(kind, server.url, DEMAND, PLACES, 20.0)) == TIMES  # the cut-off is within
    assert rows(server_times(kind, f"{server.url}/", DEMAND, PLACES, 19.9)) == [TIMES[0], *TIMES[2:]]


@pytest.mark.parametrize(("kind", "blocks"), [("osrm", [100, 20]), ("valhalla", [50, 50, 20]), ("ors", [50, 50, 20])])
def test_large_tables_are_asked_for_in_blocks(server: Any, kind: Any, blocks: list[int]) -> None:  # noqa: ANN401 - a fake
    many = pd.DataFrame({"point_id": [f"p{n:03d}" for n in range(120)], "lon": 0.0, "lat": 0.0})
    many["lon"] = [n / 100 for n in range(120)]
    table = server_times(kind, server.url, many, many, 1.5)
    assert [asked[1:] for asked in server.asked] == [(home, care) for home in blocks for care in blocks]
    assert len(table) == 120 + 119 + 119  # itself, and one neighbour on either side (1.0 and 1.1 minutes)
    minutes = table.set_index(["demand_id", "place_id"])["minutes"]
    assert (minutes["p099", "p100"], minutes["p100", "p099"]) == (1.0, 1.1)


def test_a_key_is_handed_to_openrouteservice(server: Any) -> None:  # noqa: ANN401 - a fake
    server_times("ors", server.url, DEMAND, PLACES, 20.0, api_key="abc")
    assert server.keys == ["abc"]


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize(
    ("canned", "expected"),
    [
        ((400, '{"code":"NoSegment","message":"No segment"}'), '400: {"code":"NoSegment","message":"No segment"}'),
        ((500, "out of\n  memory"), "500: out of memory"),
        ((429, "slow " * 61), f"429: {'slow ' * 60}..."),
    ],
    ids=["400", "500", "429"],
)
def test_a_refusal_is_told_in_the_servers_words(server: Any, kind: Any, canned: Any, expected: str) -> None:  # noqa: ANN401 - a fake
    server.canned = canned
    assert problem(kind, server.url) == (
        f"{server.url}: the server answers {expected} "
        "(asked for 2 demand points from 'b' on, then 3 places from 'c' on)"
    )


def test_osrm_names_the_point_by_its_position(server: Any) -> None:  # noqa: ANN401 - a fake
    server.canned = (400, '{"code":"NoSegment","message":"Could not find a matching segment for coordinate 4"}')
    places = PLACES.assign(name=["Clelles", "Mens", "Entraigues"])
    with pytest.raises(RoadsError) as caught:
        server_times("osrm", server.url, DEMAND.assign(name=["B", "A"]), places, 20.0)
    assert str(caught.value) == (
        f'{server.url}: the server answers 400: {{"code":"NoSegment","message":"Could not find a matching segment for '
        "coordinate 4\"}; it refuses 'x' (Entraigues): is a road near by?"
    )
    assert len(server.asked) == 1


@pytest.mark.parametrize("kind", ["valhalla", "ors"])
def test_points_that_a_server_refuses_are_found_out(server: Any, kind: Any) -> None:  # noqa: ANN401 - a fake
    many = pd.DataFrame({"point_id": [f"p{n:02d}" for n in range(40)], "lon": [n / 100 for n in range(40)], "lat": 0.0})
    many.loc[[7, 31], "lat"] = [8.0, 9.0]
    server.roadless = {8.0, 9.0}
    with pytest.raises(RoadsError) as caught:
        server_times(kind, server.url, many, PLACES[:2], 20.0)
    assert str(caught.value) == (
        f'{server.url}: the server answers 400: {{"error": "No suitable edges near location"}}; '
        "it refuses 'p07', 'p31': is a road near by?"
    )


def test_what_stands_for_unreachable_and_a_point_itself(server: Any) -> None:  # noqa: ANN401 - a fake
    server.canned = (200, '{"durations": [[600, 660, 4294967295], [1200, null, 429496729.5]]}')
    assert rows(server_times("osrm", server.url, DEMAND, PLACES, 20.0)) == TIMES


def test_times_that_no_car_takes_are_told_by_their_points(server: Any) -> None:  # noqa: ANN401 - a fake
    server.canned = (200, '{"durations": [[0, 660, null], [1200, 0, null]]}')
    assert problem("osrm", server.url) == (
        f"{server.url}: 0 seconds from 'b' to 'c', 11.1 km apart as the crow flies: no car is that fast"
    )


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        ('{"durations": [[0, 1, 2]]}', "the server must answer 2 x 3 durations, got 1 x 3"),
        ('{"code": "Ok"}', "the server must answer 2 x 3 durations, got none"),
        (
            '{"durations": [[0, 1, -2], [0, 0, 0]]}',
            "a duration must be a finite number of at least 0 seconds, got -2",
        ),
        (
            '{"durations": [[0, 1, 1e999], [0, 0, 0]]}',
            "a duration must be a finite number of at least 0 seconds, got inf",
        ),
        (
            '{"durations": [[18000, 18000, null], [18000, 18000, null]]}',
            SLOW,
        ),
    ],
    ids=["shape", "none", "negative", "infinite", "speed"],
)
def test_an_answer_that_cannot_be_is_refused(server: Any, body: str, expected: str) -> None:  # noqa: ANN401 - a fake
    server.canned = (200, body)
    assert problem("osrm", server.url) == f"{server.url}: {expected}"


@pytest.mark.parametrize(
    ("kind", "body"),
    [
        ("osrm", "<html>"),
        ("osrm", "[]"),
        ("osrm", '{"durations": [[0], [1, 2]]}'),
        ("osrm", '{"durations": [["a"]]}'),
        ("osrm", f'{{"durations": [[{"9" * 400}]]}}'),
        ("osrm", f'{{"durations": {"[" * 100_000}'),
        ("valhalla", '{"sources_to_targets": [[{"time": 0, "distance": 1e308}]]}'),
    ],
    ids=["no JSON", "a list", "uneven", "words", "400 digits", "nested", "endless"],
)
def test_an_answer_that_is_no_matrix_is_refused(server: Any, kind: Any, body: str) -> None:  # noqa: ANN401 - a fake
    server.canned = (200, body)
    text = problem(kind, server.url)
    assert text.startswith(f"{server.url}: the answer is no matrix of durations (")
    assert text.endswith("); is this a server of that kind?")


def test_another_kind_of_server_is_refused(server: Any) -> None:  # noqa: ANN401 - a fake
    server.canned = (200, '{"durations": [[0, 1, 2], [0, 1, 2]]}')
    assert problem("valhalla", server.url) == (
        f"{server.url}: the answer is no matrix of durations ('sources_to_targets'); is this a server of that kind?"
    )


def test_no_server_there(server: Any) -> None:  # noqa: ANN401 - a fake
    server.shutdown()
    server.server_close()
    text = problem("osrm", server.url)
    assert text.startswith(f"{server.url}: no connection to the server: ")
    assert text.endswith("Connection refused")


def problem(kind: Any, url: str, key: str | None = None) -> str:  # noqa: ANN401 - a literal
    with pytest.raises(RoadsError) as caught:
        server_times(kind, url, DEMAND, PLACES, 20.0, key)
    assert caught.value.exit_code == 2
    return str(caught.value)


def test_unknown_kind_and_needless_key() -> None:
    assert problem("valhala", "http://x") == (
        "no such kind of server 'valhala', expected osrm, valhalla, ors; did you mean valhalla?"
    )
    assert problem("osrm", "http://x", "abc") == "http://x: an osrm server takes no key; leave it out"


def test_the_public_openrouteservice_needs_a_key() -> None:
    pytest.importorskip("routingpy", reason="the extra 'servers' is not installed")
    url = "https://api.openrouteservice.org"
    assert problem("ors", url) == f"{url}: this server needs a key"


def test_routingpy_is_asked_for_where_it_is_missing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "routingpy", None)
    assert problem("osrm", "http://x") == (
        "times from a server need the package routingpy; install it with: pip install 'msp-siting[servers]'"
    )
