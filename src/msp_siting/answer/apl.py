"""Accessibilité potentielle localisée (APL), the official French measure of access to GPs.

Source: DREES, workbook "APL aux médecins généralistes" 2022/2023, sheet ``Paramètres``.
"""

from dataclasses import replace

import pandas as pd

from msp_siting.files import Parameter
from msp_siting.language import Fact
from msp_siting.scenario import Apl
from msp_siting.territory import ColumnSource, ManifestFile, Territory, supply_at_horizon

UNIT = "visits per FTE and year"


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
    times, needed = decayed_times(territory, parameters)
    pressure = needed.reindex(gps.index)
    per_need = (gps * visits_per_gp_per_year / pressure)[pressure > 0]
    offered = times["place_id"].map(per_need).astype(float) * times["decay"]
    visits = offered.groupby(times["demand_id"]).sum()
    return visits.reindex(territory.demand["demand_id"]).fillna(0.0)


def decayed_times(territory: Territory, parameters: Apl) -> tuple[pd.DataFrame, pd.Series]:
    """Return the pairs with the share of supply that counts between them (``decay``, above 0), and D_j by ``place_id``.

    D_j is the standardised inhabitants, those of the rim too, around a place, each by the share that counts.
    """
    joined = territory.with_rim
    times = joined.travel_times[["demand_id", "place_id"]].assign(
        decay=decay(joined.travel_times["minutes"], parameters)
    )
    times = times[times["decay"] > 0]
    needed = times["demand_id"].map(need(joined, parameters.profession)).astype(float) * times["decay"]
    return times, needed.groupby(times["place_id"]).sum()


def decay(minutes: pd.Series, parameters: Apl) -> pd.Series:
    """Return the share of a GP's supply that counts at each travel time, 0 beyond the last minute.

    The last interval holds its upper end (20.0 minutes counts a third), the others do not.
    """
    weights = pd.Series(0.0, index=minutes.index)
    for step in reversed(parameters.decay.value):
        weights[minutes < step.below_minutes] = step.weight
    weights[minutes == parameters.last_minutes.value] = parameters.decay.value[-1].weight
    return weights


def visits_per_gp(territory: Territory, parameters: Apl) -> float:
    """Return the visits a year that one GP offers, the same whatever the supply, the budget and the horizon.

    They are the territory's own (``visits_per_gp_per_year`` of its manifest); the model's where it states none, or
    where the model asks for its own.
    """
    stated = territory.manifest.visits_per_gp_per_year
    if stated is None or not parameters.calibrate_to_official_mean.value:
        return parameters.visits_per_gp_per_year.value
    return stated.value


def with_visits_per_gp(territory: Territory, parameters: Apl) -> Territory:
    """Return a territory whose manifest states the visits of a GP: if it does not, by its supply of today, and said.

    Without an official APL there is nothing to take them from, and the territory is returned as it is.
    """
    if territory.manifest.visits_per_gp_per_year is not None or not parameters.calibrate_to_official_mean.value:
        return territory
    found = visits_from_supply(territory, parameters)
    if found is None:
        return territory
    manifest = territory.manifest.model_copy(update={"visits_per_gp_per_year": found})
    said = Fact("caveat_visits_from_supply", {"visits": found.value})
    return replace(territory, manifest=manifest, repairs=(*territory.repairs, said))


def visits_from_supply(territory: Territory, parameters: Apl) -> Parameter[float] | None:
    """Return the visits of a GP by a territory's supply of today, and their source; None without official APL."""
    supply = supply_at_horizon(territory.with_rim, with_retirements=False)
    gps = supply[supply["profession"].eq(parameters.profession)].set_index("place_id")["practitioners"]
    visits = calibrated_visits(territory, parameters, gps)
    if visits is None:
        return None
    own = territory.supply["profession"].eq(parameters.profession)
    posts = float(territory.supply.loc[own, "practitioners"].sum())
    files = {entry.path: entry for entry in territory.manifest.files}
    demand, here = territory.path_of("demand").name, territory.path_of("supply").name
    official = files[demand].columns.get("apl_official", files[demand]) if demand in files else None
    return Parameter[float](
        value=round(visits, 3),
        unit=UNIT,
        source=f"reproduces the mean official APL ({_sourced(official)}) with {posts:,.1f} FTE of {here} "
        f"({_sourced(files.get(here))}){' and those of the rim' if territory.rim is not None else ''}",
        kind="derived",
    )


def _sourced(entry: ManifestFile | ColumnSource | None) -> str:
    return "source not stated" if entry is None else f"{entry.source}, {entry.vintage}"


def calibrated_visits(territory: Territory, parameters: Apl, gps: pd.Series) -> float | None:
    """Return the visits a year and GP that reproduce the territory's official mean APL.

    Both means are weighted by standardised population, as DREES asks for means of its indicator. None where the
    territory has no official APL, or no GP within reach.
    """
    official = territory.demand.get("apl_official")
    if official is None or official.isna().all():
        return None
    weights = need(territory, parameters.profession).to_numpy()
    known = official.notna().to_numpy() & (weights > 0)
    modelled = apl_by_point(territory, parameters, gps, 1.0).to_numpy()
    total = (modelled * weights)[known].sum()
    return float((official.to_numpy() * weights)[known].sum() / total) if total > 0 else None


def need(territory: Territory, profession: str) -> pd.Series:
    """Return standardised inhabitants (inhabitants x need index) by ``demand_id``."""
    table = territory.demand.set_index("demand_id")
    index = table.get(f"need_index_{profession}")
    return table["inhabitants"] if index is None else table["inhabitants"] * index
