"""What a plan means to groups of inhabitants, reckoned by hand on three communes."""

from types import SimpleNamespace
from typing import Any

import pandas as pd
import pytest

from msp_siting.answer.people import tabulate_groups

DEMAND = pd.DataFrame(
    {"demand_id": ["a", "b", "c"], "inhabitants_diabetes": [10.0, 30.0, None], "inhabitants_75_plus": [5.0, 0.0, 8.0]}
)
POINTS = pd.DataFrame(
    {
        "demand_id": ["a", "b", "c"],
        "profession": "gp",
        "inhabitants": [100.0, 200.0, 50.0],
        "uncovered_before": [50.0, 20.0, 50.0],
        "uncovered_after": [0.0, 20.0, 50.0],
        "nearest_minutes_before": [25.0, 5.0, None],
        "nearest_minutes_after": [15.0, 5.0, None],
    }
)


def _tabulate(points: pd.DataFrame | None) -> pd.DataFrame:
    territory: Any = SimpleNamespace(demand=DEMAND)
    coverage: Any = None if points is None else SimpleNamespace(points=points)
    return tabulate_groups(territory, coverage, ("before", "after"))


def test_a_group_has_the_share_of_its_communes_and_their_minutes() -> None:
    diabetes, aged = _tabulate(POINTS).to_dict("records")
    # Half of 10 and a tenth of 30 lack a place before; then only the tenth. Of c nobody knows.
    assert diabetes == {
        "group": "diabetes",
        "profession": "gp",
        "inhabitants": 40.0,
        "known_of_inhabitants": 300.0,
        "uncovered_before": 8.0,
        "uncovered_after": 3.0,
        "nearest_minutes_before": 10.0,
        "nearest_minutes_after": 7.5,
        "beyond_20_minutes_before": 10.0,
        "beyond_20_minutes_after": 0.0,
    }
    assert (aged["inhabitants"], aged["known_of_inhabitants"]) == (13.0, 350.0)
    assert (aged["beyond_20_minutes_before"], aged["beyond_20_minutes_after"]) == (13.0, 8.0)


def test_a_mean_stands_only_where_every_member_has_a_time() -> None:
    table = _tabulate(POINTS).set_index("group")
    assert pd.isna(table.loc["75_plus", "nearest_minutes_after"])
    # Nobody of a group lives in c: its missing time does not count.
    assert table.loc["diabetes", "nearest_minutes_after"] == pytest.approx(7.5)


def test_without_a_plan_there_is_no_row_but_every_column() -> None:
    assert _tabulate(None).empty
    assert list(_tabulate(None)) == list(_tabulate(POINTS))
