import numpy as np
import pandas as pd

from msp_siting.travel.pairs import od_table, point_label, times_of_own_places

# On the equator, 0.1 degrees apart: 11.12 km from a to b and from b to c.
POINTS = pd.DataFrame({"point_id": ["a", "b", "c"], "lon": [0.0, 0.1, 0.2], "lat": [0.0, 0.0, 0.0]})


def test_an_od_table_may_be_empty() -> None:
    table = od_table(POINTS, POINTS, np.array([0]), np.array([1]), np.array([20.01]), 20.0)
    assert list(table.columns) == ["demand_id", "place_id", "minutes"]
    assert table.empty
    assert table.dtypes.map(str).tolist() == ["str", "str", "float64"]


def test_a_point_that_is_a_place_too_has_a_time_to_itself() -> None:
    places = POINTS.iloc[[2, 0]].reset_index(drop=True)  # c, a
    home, care = times_of_own_places(POINTS, places, np.array([0, 1]), np.array([1, 0]))  # a to a, b to c
    assert (home.tolist(), care.tolist()) == ([2], [0])  # c to c


def test_a_point_is_called_by_its_id_and_name() -> None:
    named = POINTS.assign(name=["Mens", "", "c"])
    assert [point_label(named, position) for position in range(3)] == ["'a' (Mens)", "'b'", "'c'"]
    assert point_label(POINTS, 0) == "'a'"
