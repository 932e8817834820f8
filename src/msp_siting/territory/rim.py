"""What lies around a territory, and its tables stacked under the territory's own."""

from dataclasses import dataclass
from functools import cached_property

import pandas as pd


@dataclass(frozen=True)
class Rim:
    """Demand and supply outside the territory but near it: served, and not counted.

    Attributes
    ----------
    demand, supply
        As the territory's own.
    travel_times
        Reachable pairs of which at least one end is in the rim.
    """

    demand: pd.DataFrame
    supply: pd.DataFrame
    travel_times: pd.DataFrame

    @cached_property
    def place_ids(self) -> frozenset[str]:
        """The places of the rim: its demand points, and those where its supply is."""
        return frozenset(self.demand["demand_id"]) | frozenset(self.supply["place_id"])


def stack(own: pd.DataFrame, around: pd.DataFrame) -> pd.DataFrame:
    """Return the rows of two tables, in the columns that both have; an empty one does not change types."""
    filled = [table for table in (own, around) if not table.empty]
    return pd.concat(filled, join="inner", ignore_index=True) if filled else own


def stack_supply(own: pd.DataFrame, around: pd.DataFrame) -> pd.DataFrame:
    """Return the rows of both tables of supply; nobody leaves where ``retiring_share`` is given in the other only."""
    if "retiring_share" not in [*own.columns, *around.columns]:
        return stack(own, around)
    first, second = (
        table if "retiring_share" in table.columns else table.assign(retiring_share=0.0) for table in (own, around)
    )
    return stack(first, second)
