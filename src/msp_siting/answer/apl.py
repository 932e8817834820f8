"""Accessibilité potentielle localisée (APL), the official French measure of access to GPs.

Source: DREES, workbook "APL aux médecins généralistes" 2022/2023, sheet ``Paramètres``.
"""

import pandas as pd

from msp_siting.scenario import Apl
from msp_siting.territory import Territory


def apl_by_point(territory: Territory, parameters: Apl, gps: pd.Series, visits_per_gp_per_year: float) -> pd.Series:
    """Return visits a year and standardised inhabitant within reach, by ``demand_id``.

    APL_i = sum_j w(t_ij) S_j / D_j, with S_j the visits a year offered at place j and
    D_j = sum_i w(t_ij) x standardised inhabitants of i. Demand of the rim is in D_j, and GPs there count; what lies
    beyond is not, and without a rim nothing outside the territory is. One value per demand point of the territory.

    Parameters
    ----------
    territory
        Its ``demand`` (``inhabitants``, ``need_index_<profession>``) and ``travel_times``, and those of its rim.
    parameters
        Decay with travel time.
    gps
        Practitioners (FTE) by ``place_id``, of the rim too.
    visits_per_gp_per_year
        Visits one FTE offers in a year.
    """
    joined = territory.with_rim
    times = joined.travel_times[["demand_id", "place_id"]].assign(
        decay=decay(joined.travel_times["minutes"], parameters)
    )
    times = times[times["decay"] > 0]
    needed = times["demand_id"].map(need(joined, parameters.profession)).astype(float) * times["decay"]
    pressure = needed.groupby(times["place_id"]).sum().reindex(gps.index)
    per_need = (gps * visits_per_gp_per_year / pressure)[pressure > 0]
    offered = times["place_id"].map(per_need).astype(float) * times["decay"]
    visits = offered.groupby(times["demand_id"]).sum()
    return visits.reindex(territory.demand["demand_id"]).fillna(0.0)


def decay(minutes: pd.Series, parameters: Apl) -> pd.Series:
    """Return the share of a GP's supply that counts at each travel time, 0 beyond the last minute.

    The last interval holds its upper end (20.0 minutes counts a third), the others do not.
    """
    weights = pd.Series(0.0, index=minutes.index)
    for step in reversed(parameters.decay.value):
        weights[minutes < step.below_minutes] = step.weight
    weights[minutes == parameters.last_minutes.value] = parameters.decay.value[-1].weight
    return weights


def calibrated_visits(territory: Territory, parameters: Apl, gps: pd.Series) -> float:
    """Return the visits a year and GP that reproduce the territory's official mean APL.

    Both means are weighted by standardised population, as DREES asks for means of its indicator. Where the
    territory has no official APL, or the model asks for no calibration, the model's value is returned.
    """
    given = parameters.visits_per_gp_per_year.value
    official = territory.demand.get("apl_official")
    if official is None or not parameters.calibrate_to_official_mean.value or official.isna().all():
        return given
    weights = need(territory, parameters.profession).to_numpy()
    known = official.notna().to_numpy() & (weights > 0)
    modelled = apl_by_point(territory, parameters, gps, 1.0).to_numpy()
    total = (modelled * weights)[known].sum()
    return float((official.to_numpy() * weights)[known].sum() / total) if total > 0 else given


def need(territory: Territory, profession: str) -> pd.Series:
    """Return standardised inhabitants (inhabitants x need index) by ``demand_id``."""
    table = territory.demand.set_index("demand_id")
    index = table.get(f"need_index_{profession}")
    return table["inhabitants"] if index is None else table["inhabitants"] * index
