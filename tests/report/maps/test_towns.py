"""Which towns a map names: one point of each commune."""

from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pandas as pd

from msp_siting.report.maps.explorer_drawing import _largest
from msp_siting.territory import read_territory

TERRITORY = read_territory(Path(__file__).parents[2] / "toy" / "data" / "toy")


def _towns(demand: pd.DataFrame) -> list[str]:
    explorer: Any = SimpleNamespace(territory=replace(TERRITORY, demand=demand), frame=demand)
    return [str(demand["demand_id"][row]) for row in _largest(explorer)]


def test_towns_stand_from_the_largest() -> None:
    communes = pd.DataFrame({"demand_id": ["1", "2", "3"], "inhabitants": [10.0, 30.0, 20.0]})
    assert _towns(communes) == ["2", "3", "1"]


def test_a_commune_in_squares_is_named_once_at_its_fullest() -> None:
    squares = pd.DataFrame(
        {
            "demand_id": ["1-a", "1-b", "2-a", "1-c"],
            "commune_id": ["1", "1", "2", "1"],
            "inhabitants": [10.0, 30.0, 20.0, 25.0],
        }
    )
    assert _towns(squares) == ["1-b", "2-a"]
