"""What a plan means to groups of inhabitants, such as people with diabetes: who lacks a place, and how far it is."""

from collections.abc import Sequence

import pandas as pd

from msp_siting.answer.coverage import FAR_MINUTES, Coverage
from msp_siting.answer.diagnosis import GROUP_PREFIX, groups_of
from msp_siting.territory import Territory


def tabulate_groups(territory: Territory, coverage: Coverage | None, moments: Sequence[str]) -> pd.DataFrame:
    """Return ``groups.csv``: one row per (group of inhabitants, profession), in the territory's order.

    Of each commune a group has the share of all its inhabitants who are uncovered, since the model does not say who is;
    the minutes of the commune are its own. A mean stands where every member has a time.

    Parameters
    ----------
    coverage
        None where no plan was found: then there is no row.
    moments
        Of which there are columns: ``before``, ``after`` and, with a horizon, ``today``.

    Returns
    -------
    ``group``, ``profession``, ``inhabitants`` (of the group), ``known_of_inhabitants`` (of all, where the group is
    known), and by moment ``uncovered_*`` (of the group), ``nearest_minutes_*`` and ``beyond_20_minutes_*``.
    """
    demand = territory.demand.set_index("demand_id")
    points = pd.DataFrame() if coverage is None else coverage.points
    tables = [
        _by_profession(points, points["demand_id"].map(demand[GROUP_PREFIX + group]), moments).assign(group=group)
        for group in groups_of(territory)
        if len(points)
    ]
    figures = ("uncovered", "nearest_minutes", "beyond_20_minutes")
    amounts = [f"{name}_{moment}" for name in figures for moment in moments]
    columns = ["group", "profession", "inhabitants", "known_of_inhabitants", *amounts]
    if not tables:
        return pd.DataFrame({name: pd.Series(dtype="str" if name in columns[:2] else "float64") for name in columns})
    return pd.concat(tables, ignore_index=True)[columns]


def _by_profession(points: pd.DataFrame, members: pd.Series, moments: Sequence[str]) -> pd.DataFrame:
    """Return one group's figures by profession, its members being known of some demand points."""
    people, counted = points["inhabitants"], members.fillna(0.0)
    parts = {"inhabitants": counted, "known_of_inhabitants": people.where(members.notna(), 0.0)}
    for moment in moments:
        minutes = points[f"nearest_minutes_{moment}"]
        share = (points[f"uncovered_{moment}"] / people.where(people > 0)).fillna(0.0)
        parts[f"uncovered_{moment}"] = counted * share
        # Where nobody of the group lives no time is missing.
        parts[f"nearest_minutes_{moment}"] = (minutes * counted).where(counted > 0, 0.0)
        parts[f"beyond_20_minutes_{moment}"] = counted.where(~(minutes <= FAR_MINUTES), 0.0)
    keyed = pd.DataFrame(parts).groupby(points["profession"], sort=False)
    sums = keyed.agg(lambda each: each.sum(skipna=False)).rename_axis("profession").reset_index()
    for moment in moments:
        sums[f"nearest_minutes_{moment}"] /= sums["inhabitants"].where(sums["inhabitants"] > 0)
    return sums
