"""Times equal those of networkx's Dijkstra: on Andorra, and on small random graphs."""

from pathlib import Path

import networkx as nx
import numpy as np
import pandas as pd
import pytest
import scipy.sparse as sp
from hypothesis import given, settings
from hypothesis import strategies as st

from msp_siting.territory.coordinates import crow_fly_km
from msp_siting.travel.roads import times
from msp_siting.travel.roads.graph import RoadGraph, build_graph
from msp_siting.travel.roads.osm_files import read_osm_file
from msp_siting.travel.roads.snapping import Snapped, snap
from msp_siting.travel.roads.speeds import Speeds, read_speeds
from msp_siting.travel.roads.times import many_to_many
from msp_siting.travel.roads.ways import Ways

ANDORRA = Path(__file__).parents[3].parent / "shared" / "data" / "roads" / "andorra-20230502.osm.pbf"
DECLARED = Path(__file__).parents[3] / "models" / "parameters" / "speeds.yaml"
TOWNS = ["town", "village", "hamlet"]
CUTOFF_MINUTES = 30.0

needs_andorra = pytest.mark.skipif(not ANDORRA.is_file(), reason="the extract of Andorra is not there")


@pytest.fixture(scope="module")
def declared() -> Speeds:
    return read_speeds(DECLARED)


@pytest.fixture(scope="module")
def andorra(declared: Speeds) -> Ways:
    return read_osm_file(ANDORRA, declared)


@pytest.fixture(scope="module")
def andorra_graph(andorra: Ways, declared: Speeds) -> RoadGraph:
    return build_graph(andorra, declared)


@pytest.fixture(scope="module")
def towns(andorra: Ways, andorra_graph: RoadGraph, declared: Speeds) -> Snapped:
    places = pd.DataFrame(andorra.places, columns=["place", "name", "lon", "lat"])
    return snap(places[places["place"].isin(TOWNS)], andorra_graph, declared)


def arcs(edges: pd.DataFrame) -> nx.MultiDiGraph:
    """Return every edge as one or two arcs, parallel ones and loops as they are."""
    graph = nx.MultiDiGraph()
    for row in edges.itertuples():
        graph.add_nodes_from((row.from_node, row.to_node))
        if not np.isnan(row.minutes_forward):
            graph.add_edge(row.from_node, row.to_node, minutes=row.minutes_forward)
        if not np.isnan(row.minutes_backward):
            graph.add_edge(row.to_node, row.from_node, minutes=row.minutes_backward)
    return graph


@needs_andorra
def test_andorra_is_read_whole(andorra: Ways, andorra_graph: RoadGraph) -> None:
    assert andorra_graph.facts | {"dropped_ways": None} == FACTS
    assert andorra_graph.facts["dropped_ways"] == dict(andorra.dropped)
    assert andorra.dropped["not driven on: highway=path"] == 1512
    assert andorra.dropped["access denied: access=private"] == 28
    assert sum(andorra.dropped.values()) == 2677


@needs_andorra
def test_every_place_of_andorra_is_by_a_road(towns: Snapped) -> None:
    assert len(towns.node) == 71
    assert (towns.node >= 0).all()
    assert float(towns.km.max()) < 1.1


@needs_andorra
def test_500_pairs_of_places_equal_networkx(towns: Snapped) -> None:
    graph = arcs(towns.graph.edges)
    origin, destination, minutes = many_to_many(towns.graph.minutes(), towns.node, towns.node, CUTOFF_MINUTES)
    ours = dict(zip(zip(origin.tolist(), destination.tolist(), strict=True), minutes.tolist(), strict=True))
    pairs = np.random.default_rng(3).integers(0, len(towns.node), (500, 2)).tolist()
    quickest = {
        tail: nx.single_source_dijkstra_path_length(graph, towns.node[tail], weight="minutes")
        for tail in sorted({tail for tail, _ in pairs})
    }
    theirs = {(tail, head): quickest[tail].get(towns.node[head], np.inf) for tail, head in pairs}
    within = {pair: minutes for pair, minutes in theirs.items() if minutes <= CUTOFF_MINUTES}
    assert 100 < len(within) < len(theirs)
    assert {pair: ours[pair] for pair in theirs if pair in ours} == pytest.approx(within, abs=1e-9)


@needs_andorra
def test_simplifying_changes_no_time(andorra: Ways, declared: Speeds) -> None:
    """Against a graph of all road nodes, without delays, weighed here."""
    no_delay = declared.junction_delay_seconds.model_copy(update={"value": 0.0})
    graph = build_graph(andorra, declared.model_copy(update={"junction_delay_seconds": no_delay}))
    whole = nx.MultiDiGraph()
    for way in andorra.ways:
        for tail, head in zip(way.nodes[:-1], way.nodes[1:], strict=True):
            spots = [(andorra.lon[node], andorra.lat[node]) for node in (tail, head)]
            km = float(crow_fly_km(*spots[0], *spots[1]))
            if way.drive.forward:
                whole.add_edge(tail, head, minutes=km / way.drive.speed("forward") * 60)
            if way.drive.backward:
                whole.add_edge(head, tail, minutes=km / way.drive.speed("backward") * 60)
    at_spot = {(andorra.lon[node], andorra.lat[node]): node for node in whole}
    ends = {}
    for line, edge in zip(graph.lines, graph.edges.itertuples(), strict=True):
        ends[edge.from_node] = at_spot[line.coords[0]]
        ends[edge.to_node] = at_spot[line.coords[-1]]
    origins = np.random.default_rng(3).choice(graph.node_count, 10, replace=False)
    nodes = np.arange(graph.node_count)
    origin, destination, minutes = many_to_many(graph.minutes(), origins, nodes, 1000.0, processes=1)
    assert len(minutes) > 9 * graph.node_count
    for position, tail in enumerate(origins):
        theirs = nx.single_source_dijkstra_path_length(whole, ends[tail], weight="minutes")
        mine = origin == position
        assert sorted(destination[mine]) == [node for node in nodes if ends[node] in theirs]
        assert minutes[mine] == pytest.approx([theirs[ends[node]] for node in destination[mine]], abs=1e-9)


halves = st.integers(0, 12).map(lambda number: number / 2)  # sums of halves are exact


@st.composite
def questions(draw: st.DrawFn) -> tuple[sp.csr_array, list[int], list[int], float]:
    """Return a random directed graph, origins and destinations with repetitions, and a cut-off."""
    count = draw(st.integers(1, 10))
    node = st.integers(0, count - 1)
    found = draw(st.dictionaries(st.tuples(node, node).filter(lambda pair: pair[0] != pair[1]), halves, max_size=30))
    tails, heads = [tail for tail, _ in found], [head for _, head in found]
    graph = sp.csr_array(sp.coo_array((np.array(list(found.values()), float), (tails, heads)), shape=(count, count)))
    points = st.lists(node, min_size=1, max_size=8)
    return graph, draw(points), draw(points), draw(halves)


def by_networkx(graph: sp.csr_array, origins: list[int], destinations: list[int], cutoff: float) -> dict:
    whole = nx.DiGraph()
    whole.add_nodes_from(range(graph.shape[0]))
    pairs = graph.tocoo()
    for tail, head, minutes in zip(*pairs.coords, pairs.data, strict=True):
        whole.add_edge(int(tail), int(head), minutes=float(minutes))
    reached = {tail: nx.single_source_dijkstra_path_length(whole, tail, cutoff, "minutes") for tail in origins}
    return {
        (i, j): reached[tail][head]
        for i, tail in enumerate(origins)
        for j, head in enumerate(destinations)
        if head in reached[tail]
    }


def ours(graph: sp.csr_array, origins: list[int], destinations: list[int], cutoff: float, processes: int) -> dict:
    found = many_to_many(graph, np.array(origins), np.array(destinations), cutoff, processes)
    origin, destination, minutes = (column.tolist() for column in found)
    pairs = dict(zip(zip(origin, destination, strict=True), minutes, strict=True))
    assert len(pairs) == len(minutes)  # no pair twice
    return pairs


@settings(max_examples=300, deadline=None)
@given(questions())
def test_random_graphs_equal_networkx(question: tuple[sp.csr_array, list[int], list[int], float]) -> None:
    assert ours(*question, processes=1) == by_networkx(*question)


@pytest.mark.parametrize(("origins", "destinations"), [(40, 9), (9, 40)])
def test_several_processes_find_what_one_finds(origins: int, destinations: int) -> None:
    random = np.random.default_rng(7)
    tails, heads = random.integers(0, 200, (2, 900))
    graph = sp.csr_array(sp.coo_array((random.integers(1, 40, 900) / 4, (tails, heads)), shape=(200, 200)))
    question = graph, random.integers(0, 200, origins).tolist(), random.integers(0, 200, destinations).tolist(), 12.0
    expected = by_networkx(*question)
    assert 30 < len(expected) < origins * destinations
    assert ours(*question, processes=1) == ours(*question, processes=3) == expected


def test_others_are_started_where_much_is_left_to_do(monkeypatch: pytest.MonkeyPatch) -> None:
    """The first block is searched here; the others, as they would take longer than no time, elsewhere."""
    graph = sp.csr_array(sp.coo_array((np.full(299, 0.5), (np.arange(299), np.arange(1, 300))), shape=(300, 300)))
    question = graph, list(range(200)), list(range(300)), 3.0
    searched = []
    monkeypatch.setattr(times.os, "cpu_count", lambda: 2)
    monkeypatch.setattr(times, "_pairs", lambda *given, own=times._pairs: searched.append(len(given[1])) or own(*given))  # noqa: SLF001
    assert ours(*question, processes=0) == by_networkx(*question)
    assert searched == [64, 64, 64, 8]
    searched.clear()
    monkeypatch.setattr(times, "START_SECONDS", 0.0)
    assert ours(*question, processes=0) == by_networkx(*question)
    assert searched == [64]


def test_a_sum_that_rounds_above_the_cutoff_is_in() -> None:
    graph = sp.csr_array(np.array([[0, 0.1, 0, 0], [0, 0, 0.2, 0.2001], [0, 0, 0, 0], [0, 0, 0, 0]]))
    assert 0.1 + 0.2 > 0.3
    origin, destination, _ = many_to_many(graph, np.array([0]), np.array([2, 3]), 0.3)
    assert (origin.tolist(), destination.tolist()) == ([0], [0])


def test_nothing_to_find() -> None:
    graph = sp.csr_array(np.array([[0.0, 1.0], [1.0, 0.0]]))
    for origins, destinations in (([], [0]), ([0], []), ([], [])):
        found = many_to_many(graph, np.array(origins, int), np.array(destinations, int), 10.0)
        assert [len(column) for column in found] == [0, 0, 0]


FACTS = {
    "ways": 3789,
    "road_nodes": 49636,
    "dropped_ways": None,
    "unread_limits": {},
    "ways_slowed_in_towns": 295,
    "ways_merged": 0,
    "tags_absent": [],
    "nodes": 5380,
    "edges": 6374,
    "km": 839.103,
    "components": 92,
    "networks": 13,
    "networks_km": 830.396,
    "fragments": 33,
    "fragments_km": 6.384,
    "main_component_nodes": 5206,
    "main_component_edges": 6231,
    "main_component_km": 808.377,
}
