"""Existing practitioners at the horizon: full-time equivalents by place and profession."""

import pandas as pd

from msp_siting.territory.territory import Territory


def supply_at_horizon(territory: Territory, *, with_retirements: bool) -> pd.DataFrame:
    """Return existing supply, one row per (place, profession): ``place_id``, ``profession``, ``practitioners`` (FTE).

    Parameters
    ----------
    territory
        Its ``supply`` table, with ``retiring_share`` (0-1) where known.
    with_retirements
        Whether those expected to retire by the horizon have left; where the share is not known, nobody has.
    """
    table = territory.supply
    staying = table["practitioners"]
    if with_retirements and "retiring_share" in table.columns:
        staying = staying * (1 - table["retiring_share"].fillna(0.0))
    totals = table[["place_id", "profession"]].assign(practitioners=staying)
    return totals.groupby(["place_id", "profession"], as_index=False)["practitioners"].sum()
