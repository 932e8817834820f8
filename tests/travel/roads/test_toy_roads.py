r"""A directed toy; minutes worked by hand (60 km/h: a kilometre is a minute, unless the drawing says otherwise).

    km north
     4    F ~~ ferry 00:08 ~~~ G
          |                    |
     2    A ---- B ----------- C ====== P      Y -- Z   (a component of its own)
          :      |         .  |  30 km/h #
          :      v      .                #  (# a track, 15 km/h)
     0    D ---- E . . private           Q
                                         ~  (ferry without a duration, 15 km/h)
    -1                                   R -> S
                                         ^    v        R, S, T, U: a roundabout
    -2                                   U <- T -- V -- (outside the extract)
    km    0      2             6         10   11   12   14   15

    (: is unpaved, 30 km/h; B to E is one-way)

Minutes: A-B 2, B-C 4, A-F 2, C-G 2, F-G 8, A-D 4, D-E 2, B>E 2, C-P 8, P-Q 8, Q-R 4, each side of the roundabout 1,
T-V 1. Roads meet at A, B, C, R and T.
"""

from collections.abc import Callable

import numpy as np
import pandas as pd
import pytest

from msp_siting.travel.roads.graph import RoadGraph
from msp_siting.travel.roads.snapping import Snapped, snap
from msp_siting.travel.roads.speeds import Speeds

NODES = {
    "A": (0, 2), "B": (2, 2), "C": (6, 2), "D": (0, 0), "E": (2, 0), "F": (0, 4), "G": (6, 4), "P": (10, 2),
    "Q": (10, 0), "R": (10, -1), "S": (11, -1), "T": (11, -2), "U": (10, -2), "V": (12, -2), "Y": (14, 2),
    "Z": (15, 2),
}  # fmt: skip
STREET = {"highway": "residential"}
FERRY = {"route": "ferry", "motor_vehicle": "yes"}
ROADS = [
    ("ABC", STREET),
    ("FA", STREET),
    ("CG", STREET),
    ("FG", FERRY | {"duration": "00:08"}),
    ("AD", STREET | {"surface": "unpaved"}),
    ("DE", STREET),
    ("BE", STREET | {"oneway": "yes"}),
    ("EC", STREET | {"access": "private"}),
    ("CP", STREET | {"maxspeed": "30"}),
    ("PQ", {"highway": "track"}),
    ("QR", FERRY),
    ("RSTUR", STREET | {"junction": "roundabout"}),
    ("TVx", STREET),
    ("YZ", STREET),
]
BY_HAND = [  # from, to, minutes, minutes where a junction takes half a minute
    ("A", "B", 2, 2.5),
    ("A", "E", 4, 4.5),  # by the one-way street
    ("E", "A", 6, 6.5),  # not back through it
    ("E", "B", 8, 9),
    ("E", "C", 12, 13.5),  # not by the private road
    ("C", "E", 6, 6.5),
    ("F", "G", 8, 8),  # the ferry, not 10 by road
    ("A", "G", 8, 9),  # the road, not 10 by ferry
    ("C", "P", 8, 8),
    ("P", "Q", 8, 8),
    ("Q", "R", 4, 4.5),
    ("R", "S", 1, None),  # S and U only bend the road, so the delay at its end is shared by length
    ("S", "R", 3, None),
    ("R", "U", 3, None),
    ("U", "R", 1, None),
    ("C", "S", 21, None),
    ("S", "C", 23, None),
    ("C", "V", 23, 24),
    ("V", "C", 23, 24.5),
    ("D", "D", 0, 0),
]


@pytest.fixture
def toy(draw: Callable[..., RoadGraph]) -> Callable[..., RoadGraph]:
    return lambda **changes: draw(NODES, ROADS, **changes)


@pytest.fixture
def at_spots(
    toy: Callable[..., RoadGraph], points: Callable[..., pd.DataFrame], speeds: Callable[..., Speeds]
) -> Callable[..., Snapped]:
    """Return a snapper of spots, in kilometres, to the toy."""
    return lambda *spots, **changes: snap(points(*spots), toy(**changes), speeds(**changes))


@pytest.mark.parametrize("delay", [0.0, 30.0])
def test_minutes_are_those_worked_by_hand(
    at_spots: Callable[..., Snapped], minutes_between: Callable[..., np.ndarray], delay: float
) -> None:
    letters = "ABCDEFGPQRSTUV"
    square = minutes_between(at_spots(*(NODES[letter] for letter in letters), junction_delay_seconds=delay))
    found = {(tail, head): square[letters.index(tail), letters.index(head)] for tail, head, *_ in BY_HAND}
    expected = {(tail, head): late if delay else early for tail, head, early, late in BY_HAND}
    assert found == {
        pair: pytest.approx(found[pair] if minutes is None else minutes, abs=0.01) for pair, minutes in expected.items()
    }


def test_every_time_is_multiplied_by_the_calibration_factor(
    at_spots: Callable[..., Snapped], minutes_between: Callable[..., np.ndarray]
) -> None:
    snapped = at_spots(NODES["E"], (4, 2.25), calibration_factor=1.5, junction_delay_seconds=30.0)
    assert minutes_between(snapped)[0, 1] == pytest.approx(1.5 * 11.25, abs=0.01)  # E, D, A .5, B .5, half of 4.5
    assert snapped.minutes[1] == pytest.approx(1.5, abs=0.01)


def test_facts_tell_what_was_read_and_what_was_left_out(toy: Callable[..., RoadGraph]) -> None:
    facts = toy().facts
    assert facts == {
        "ways": 13,
        "road_nodes": 16,
        "dropped_ways": {"access denied: access=private": 1, "cut: nodes outside the extract": 1},
        "unread_limits": {},
        "ways_slowed_in_towns": 0,
        "ways_merged": 0,
        "tags_absent": [],
        "nodes": 14,  # S and U only bend a road
        "edges": 15,
        "km": pytest.approx(35, abs=0.01),
        "components": 2,
        "networks": 2,
        "networks_km": pytest.approx(35, abs=0.01),
        "fragments": 0,
        "fragments_km": 0,
        "main_component_nodes": 12,
        "main_component_edges": 14,
        "main_component_km": pytest.approx(34, abs=0.01),
    }


def test_a_pair_at_exactly_the_cutoff_is_in_and_one_beyond_is_not(
    at_spots: Callable[..., Snapped], minutes_between: Callable[..., np.ndarray]
) -> None:
    snapped = at_spots(NODES["A"], NODES["E"])
    minutes = minutes_between(snapped)[0, 1]
    assert minutes_between(snapped, minutes)[0, 1] == minutes
    assert minutes_between(snapped, minutes - 0.001)[0, 1] == np.inf


def test_two_points_on_one_street(at_spots: Callable[..., Snapped], minutes_between: Callable[..., np.ndarray]) -> None:
    square = minutes_between(at_spots((3, 2), (5, 2), (3, 2)))
    assert square == pytest.approx(np.array([[0, 2, 0], [2, 0, 2], [0, 2, 0]]), abs=0.01)


def test_two_points_on_a_one_way_street(
    at_spots: Callable[..., Snapped], minutes_between: Callable[..., np.ndarray]
) -> None:
    square = minutes_between(at_spots((2, 1.5), (2, 0.5)))
    assert square[0, 1] == pytest.approx(1, abs=0.01)
    assert square[1, 0] == pytest.approx(0.5 + 2 + 4 + 2 + 0.5, abs=0.01)


def test_the_last_stretch_is_measured_and_timed(at_spots: Callable[..., Snapped]) -> None:
    snapped = at_spots((4, 2.25), (4, 2))
    assert snapped.km == pytest.approx([0.25, 0], abs=1e-4)
    assert snapped.minutes == pytest.approx([1, 0], abs=1e-3)


def test_a_point_too_far_from_any_road_has_no_node(at_spots: Callable[..., Snapped]) -> None:
    snapped = at_spots((4, 2.49), (4, 2.51), (4, 9))
    assert (snapped.node >= 0).tolist() == [True, False, False]
    assert np.isnan(snapped.km).tolist() == np.isnan(snapped.minutes).tolist() == [False, True, True]


def test_a_point_is_put_on_its_own_component(
    at_spots: Callable[..., Snapped], minutes_between: Callable[..., np.ndarray]
) -> None:
    snapped = at_spots(NODES["Y"], (14.75, 2), NODES["P"], snapping_longest_km=5.0)
    assert snapped.km == pytest.approx([0, 0, 0], abs=1e-3)  # not the road to Q, though that is near enough
    expected = np.array([[0, 0.75, np.inf], [0.75, 0, np.inf], [np.inf, np.inf, 0]])
    assert minutes_between(snapped) == pytest.approx(expected, abs=0.01)


def test_points_at_other_latitudes_keep_the_longest_distance(
    draw: Callable[..., RoadGraph], speeds: Callable[..., Speeds]
) -> None:
    """On the plane, true to scale at 40 degrees north, the second is 0.75 km away and the third 0.43."""
    graph = draw({"A": (0, 0), "B": (0, 6680)}, [("AB", STREET)])
    spots = pd.DataFrame({"lon": [0.0, 0.0088, 0.0050], "lat": [60.0, 59.9, 0.1]})
    snapped = snap(spots, graph, speeds())
    assert snapped.km == pytest.approx([0, 0.4907, np.nan], abs=1e-3, nan_ok=True)  # the third is 0.556 away
    assert (snapped.node >= 0).tolist() == [True, True, False]


def test_no_points_leave_the_graph_as_it_is(toy: Callable[..., RoadGraph], speeds: Callable[..., Speeds]) -> None:
    graph = toy()
    snapped = snap(pd.DataFrame({"lon": [], "lat": []}, dtype=float), graph, speeds())
    assert snapped.graph.node_count == graph.node_count
    assert len(snapped.node) == 0


def test_cut_edges_keep_their_lines_and_sums(
    toy: Callable[..., RoadGraph], points: Callable[..., pd.DataFrame], speeds: Callable[..., Speeds]
) -> None:
    graph = toy()
    cut = snap(points((3, 2), (5, 2), (2, 1), (10.5, -1)), graph, speeds()).graph
    assert len(cut.lines) == len(cut.edges) == len(graph.edges) + 4
    for name in ("km", "minutes_forward", "minutes_backward"):
        assert cut.edges[name].sum() == pytest.approx(graph.edges[name].sum())
    again = snap(points((4, 2), (6, 3)), cut, speeds())  # a cut graph can be cut again
    assert again.km == pytest.approx([0, 0], abs=1e-4)
    lengths = [line.length for line in cut.lines]
    assert np.array(lengths) / sum(lengths) == pytest.approx(cut.edges["km"] / cut.edges["km"].sum(), abs=1e-4)


def test_of_parallel_roads_the_quicker_counts(
    draw: Callable[..., RoadGraph],
    points: Callable[..., pd.DataFrame],
    speeds: Callable[..., Speeds],
    minutes_between: Callable[..., np.ndarray],
) -> None:
    """A - B straight in 4 minutes; by a bend of 4 km along x = 2 and back (5.66 km at 120 km/h) in 2.83."""
    graph = draw({"A": (0, 0), "B": (4, 0), "c": (2, 2)}, [("AB", STREET), ("AcB", {"highway": "primary"})])
    assert len(graph.edges) == 2
    square = minutes_between(snap(points((0, 0), (4, 0), (2, 0)), graph, speeds()))
    assert square[0] == pytest.approx([0, 2.828, 2], abs=0.01)


@pytest.mark.parametrize(
    ("oneway", "there", "back"),
    [("no", 1.5, 1.5), ("yes", 2.5, 1.5), ("-1", 1.5, 2.5)],
)
def test_a_loop_road_is_driven_round(  # noqa: PLR0913, PLR0917 - fixtures
    draw: Callable[..., RoadGraph],
    points: Callable[..., pd.DataFrame],
    speeds: Callable[..., Speeds],
    minutes_between: Callable[..., np.ndarray],
    oneway: str,
    there: float,
    back: float,
) -> None:
    """A stem A - L, and a square of 1 km sides that begins and ends in L: (2,0), (3,0), (3,1), (2,1)."""
    nodes = {"A": (0, 0), "L": (2, 0), "m": (3, 0), "n": (3, 1), "o": (2, 1)}
    graph = draw(nodes, [("AL", STREET), ("LmnoL", STREET | {"oneway": oneway})])
    square = minutes_between(snap(points((2.5, 0), (2, 1)), graph, speeds()))
    assert square[0, 1] == pytest.approx(there, abs=0.01)
    assert square[1, 0] == pytest.approx(back, abs=0.01)


def test_a_road_that_meets_itself_is_a_junction(draw: Callable[..., RoadGraph]) -> None:
    nodes = {"A": (0, 0), "L": (2, 0), "m": (3, 0), "n": (3, 1), "o": (2, 1)}
    graph = draw(nodes, [("ALmnoL", STREET)], junction_delay_seconds=60.0)
    assert graph.edges["minutes_forward"].tolist() == pytest.approx([3, 5], abs=0.01)
    assert graph.edges["minutes_backward"].tolist() == pytest.approx([2, 5], abs=0.01)


def test_a_road_drawn_once_each_way_is_one_road(draw: Callable[..., RoadGraph]) -> None:
    nodes = {"A": (0, 0), "B": (1, 0), "C": (2, 0), "D": (1, 1)}
    one_way = STREET | {"oneway": "yes"}
    bend = draw(nodes, [(road, one_way) for road in ("AB", "BA", "BC", "CB")], junction_delay_seconds=60.0)
    assert bend.edges["minutes_forward"].tolist() == pytest.approx([1, 1], abs=0.01)
    assert bend.edges["minutes_backward"].tolist() == pytest.approx([1, 1], abs=0.01)
    fork = draw(nodes, [(road, one_way) for road in ("AB", "BA", "BC", "CB", "BD", "DB")], junction_delay_seconds=60.0)
    assert fork.edges["minutes_forward"].tolist() == pytest.approx([2, 1, 1], abs=0.01)  # A to B, B to C, B to D
    assert fork.edges["minutes_backward"].tolist() == pytest.approx([1, 2, 2], abs=0.01)


def test_two_nodes_at_one_spot_are_joined(
    draw: Callable[..., RoadGraph],
    points: Callable[..., pd.DataFrame],
    speeds: Callable[..., Speeds],
    minutes_between: Callable[..., np.ndarray],
) -> None:
    graph = draw({"A": (0, 0), "B": (2, 0), "C": (2, 0), "D": (4, 0)}, [("AB", STREET), ("BC", STREET), ("CD", STREET)])
    square = minutes_between(snap(points((0, 0), (2, 0), (4, 0)), graph, speeds()))
    assert square[0] == pytest.approx([0, 2, 4], abs=0.01)


def test_a_ferry_cut_at_the_edge_goes_at_the_declared_speed(draw: Callable[..., RoadGraph]) -> None:
    """A and B are 1 km apart, 4 minutes at 15 km/h; the 30 minutes are for a crossing that leads on."""
    graph = draw({"A": (0, 0), "B": (1, 0), "C": (0, 1)}, [("ABx", FERRY | {"duration": "00:30"}), ("AC", STREET)])
    assert graph.edges["minutes_forward"].tolist() == pytest.approx([4, 1], abs=0.01)


def test_a_ferry_shares_its_duration_by_length(draw: Callable[..., RoadGraph]) -> None:
    nodes = {"A": (0, 0), "B": (1, 0), "C": (4, 0), "D": (1, 1)}
    graph = draw(nodes, [("ABC", FERRY | {"duration": "00:20"}), ("BD", STREET)])
    assert graph.edges["minutes_forward"].tolist() == pytest.approx([5, 15, 1], abs=0.01)
