"""Demand points: how many inhabitants live where, and how much care of each profession they need."""

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
import pandas as pd

from msp_siting.territory import Territory


@dataclass(frozen=True)
class Demand:
    """Demand points in one order.

    Attributes
    ----------
    demand_ids
        One id per demand point.
    inhabitants
        People living there (one number per demand point).
    need_index
        Capacity one inhabitant uses, by profession, in standardised inhabitants per inhabitant.
    """

    demand_ids: tuple[str, ...]
    inhabitants: np.ndarray
    need_index: dict[str, np.ndarray]


def read_demand(territory: Territory, professions: Iterable[str]) -> Demand:
    """Return the demand of a territory; a need index that the table does not give is 1 (DESIGN section 3)."""
    table = territory.demand
    ones = pd.Series(1.0, index=table.index)
    return Demand(
        demand_ids=tuple(table["demand_id"]),
        inhabitants=table["inhabitants"].to_numpy(float),
        need_index={name: table.get(f"need_index_{name}", ones).to_numpy(float) for name in professions},
    )
