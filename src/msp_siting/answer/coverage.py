"""Tabulates a territory before and after a plan: who is covered, who is not and why, and what each site does."""

from collections.abc import Mapping
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd

from msp_siting.answer.apl import apl_by_point, visits_per_gp
from msp_siting.answer.blocks import tabulate_blocks
from msp_siting.problem import Assignment, Instance, Plan, need_by_band, room_by_place
from msp_siting.scenario import Apl
from msp_siting.territory import Territory, nearest_minutes

FAR_MINUTES = 20.0
OWN_NEED = "own_need"  # a column that is left out again


@dataclass(frozen=True)
class Coverage:
    """The tables of a run.

    Attributes
    ----------
    points
        One row per (demand point, profession): ``coverage.csv`` (docs/files.md, "A run of solve").
    zones
        One row per (kind, zone, profession), means weighted by inhabitants (APL: by need).
    blocks
        One row per (block, profession), under the plan: ``blocks.csv``.
    allocation
        One row per (demand point, place, site or existing supply, profession): ``allocation.csv``.
    fill
        One row per (opened site, profession with posts): ``site_id``, ``profession``, ``posts``,
        ``inhabitants_served``, ``filled_share``, the share of capacity in use at its place (by people of the rim
        too).
    visits_per_gp_per_year
        What one GP offers in the APL, the same before and after.
    """

    points: pd.DataFrame
    zones: pd.DataFrame
    blocks: pd.DataFrame
    allocation: pd.DataFrame
    fill: pd.DataFrame
    visits_per_gp_per_year: float


def tabulate(  # noqa: PLR0913, PLR0917 - before and after are two plans and two assignments
    territory: Territory, instance: Instance, apl: Apl, before: Assignment, plan: Plan, after: Assignment
) -> Coverage:
    """Return the coverage of a territory before and after a plan."""
    moments = {
        "before": at_moment(territory, instance, apl, before.uncovered, Plan.empty()),
        "after": at_moment(territory, instance, apl, after.uncovered, plan),
    }
    points = _points(instance, moments)
    blocks, number_of = tabulate_blocks(instance, plan, points, after.levels)
    points.insert(points.columns.get_loc("uncovered_after") + 1, "block", number_of)
    if "apl_official" in territory.demand.columns:
        official = points["demand_id"].map(territory.demand.set_index("demand_id")["apl_official"])
        points["apl_official"] = official.where(points["profession"].eq(apl.profession))
    allocation = _allocation(territory, instance, plan, after)
    fill = _fill(instance, plan, allocation)
    return Coverage(points, tabulate_zones(territory, points), blocks, allocation, fill, visits_per_gp(territory, apl))


def with_columns(territory: Territory, coverage: Coverage, columns: pd.DataFrame) -> Coverage:
    """Return a coverage whose points have more columns, its zones those that they sum or average.

    Parameters
    ----------
    columns
        One row per (``demand_id``, ``profession``).
    """
    points = coverage.points.merge(columns, on=["demand_id", "profession"], validate="one_to_one")
    return replace(coverage, points=points, zones=tabulate_zones(territory, points))


def at_moment(territory: Territory, instance: Instance, apl: Apl, uncovered: pd.DataFrame, plan: Plan) -> pd.DataFrame:
    """Return whom a plan leaves uncovered, minutes to the nearest practitioner and APL, by (demand point, profession).

    Columns: ``demand_id``, ``profession``, ``uncovered`` (inhabitants), ``nearest_minutes``, and ``apl`` (visits;
    missing of professions other than its own).
    """
    table = uncovered.rename(columns={"inhabitants": "uncovered"})
    nearest = pd.Series(np.nan, index=table.index)
    for profession in instance.professions:
        there = nearest_minutes(territory, posts_by_place(instance, profession, plan).index)
        rows = table["profession"].eq(profession)
        nearest[rows] = table.loc[rows, "demand_id"].map(there)
    gps = posts_by_place(instance, apl.profession, plan)
    reached = table["demand_id"].map(apl_by_point(territory, apl, gps, visits_per_gp(territory, apl)))
    return table.assign(nearest_minutes=nearest, apl=reached.where(table["profession"].eq(apl.profession)))


def shortage_and_distance(
    instance: Instance, points: pd.DataFrame, profession: str, plan: Plan | None, moment: str = ""
) -> dict[str, float]:
    """Return uncovered inhabitants and need of one profession, and the inhabitants that shortage explains.

    Shortage is max(0, need - all capacity of the territory), distance ignored, in standardised
    inhabitants; its share of the uncovered need is taken of the uncovered inhabitants, so that shortage
    and distance add up to them.

    Parameters
    ----------
    points
        ``coverage.csv``'s rows.
    plan
        The plan in force, or None for before.
    moment
        Whose columns of them where it is neither: ``today``, whose instance it is then.
    """
    moment = moment or ("before" if plan is None else "after")
    rows = points[points["profession"].eq(profession)]
    inhabitants = float(rows[f"uncovered_{moment}"].sum())
    index = rows["need"].to_numpy() / rows["inhabitants"].where(rows["inhabitants"] > 0, other=1.0).to_numpy()
    uncovered_need = float((rows[f"uncovered_{moment}"].to_numpy() * index).sum())
    recruited = 0.0 if plan is None else plan.recruits(profession)
    terms = instance.professions[profession]
    room = instance.existing_capacity(profession) + recruited * (terms.capacity - sum(terms.drawn_room.values()))
    shortage_need = min(uncovered_need, max(0.0, instance.need(profession) - room))
    share = shortage_need / uncovered_need if uncovered_need > 0 else 0.0
    return {
        "uncovered": inhabitants,
        "uncovered_need": uncovered_need,
        "shortage": share * inhabitants,
        "shortage_need": shortage_need,
    }


def band_shares(instance: Instance, uncovered: pd.DataFrame) -> np.ndarray:
    """Return the share of the weighted uncovered need that lies in each band (zeros without any)."""
    totals = np.array(need_by_band(instance, uncovered))
    return totals / totals.sum() if totals.sum() > 0 else totals


def _points(instance: Instance, moments: Mapping[str, pd.DataFrame]) -> pd.DataFrame:
    """Return the figures of some moments side by side, with people and need."""
    keys = ["demand_id", "profession"]
    table = moments["before"][keys].copy()
    people = table["demand_id"].map(instance.inhabitants)
    index = [instance.professions[p].need_index[i] for i, p in table.itertuples(index=False)]
    table = table.assign(inhabitants=people, need=people * index)
    for name in ("uncovered", "nearest_minutes", "apl"):
        for moment, figures in moments.items():
            column = figures[[*keys, name]].rename(columns={name: f"{name}_{moment}"})
            table = table.merge(column, on=keys, validate="one_to_one")
    return table


def posts_by_place(instance: Instance, profession: str, plan: Plan) -> pd.Series:
    """Return posts, there already, recruited and moved, by ``place_id``; places without any are absent.

    Less those of ordinary installations that recruits take the place of.
    """
    recruited = plan.staff[plan.staff["profession"].eq(profession)]
    places = recruited["site_id"].map(instance.sites)
    new = recruited["recruited"].astype(float).groupby(places).sum()
    terms = instance.professions[profession]
    total = pd.Series(terms.existing, dtype=float).add(new, fill_value=0.0)
    less = pd.Series(terms.drawn_posts, dtype=float) * float(new.sum())
    total = total.sub(less, fill_value=0.0)
    for opened in plan.sites.itertuples(index=False, name=None):
        moved = {place: posts for (place, name), posts in instance.moved.get(opened, {}).items() if name == profession}
        total = total.add(pd.Series(moved, dtype=float), fill_value=0.0)
    return total[total > 0].rename_axis("place_id")


def _allocation(territory: Territory, instance: Instance, plan: Plan, after: Assignment) -> pd.DataFrame:
    """Return who is served by whom; at one place, existing and new posts share patients by their number."""
    posts = []
    for profession, terms in instance.professions.items():
        less, number = terms.drawn_posts, plan.recruits(profession)
        there = terms.existing.items()
        posts += [("", place, profession, "existing", fte - less.get(place, 0.0) * number) for place, fte in there]
    posts += [
        (site, instance.sites[site], profession, "new", float(recruited))
        for site, profession, recruited in plan.staff.itertuples(index=False)
    ]
    table = pd.DataFrame(posts, columns=["site_id", "place_id", "profession", "supply", "posts"])
    table["share"] = table["posts"] / table.groupby(["place_id", "profession"])["posts"].transform("sum")
    served = after.allocated.merge(table, on=["place_id", "profession"], how="left", validate="many_to_many")
    served["inhabitants"] *= served["share"]
    served = served.merge(territory.times_from_home, on=["demand_id", "place_id"], validate="many_to_one")
    columns = ["demand_id", "place_id", "site_id", "profession", "supply", "inhabitants", "minutes"]
    return served[columns].sort_values(columns[:4], ignore_index=True)


def _fill(instance: Instance, plan: Plan, allocation: pd.DataFrame) -> pd.DataFrame:
    index = [
        instance.professions[p].need_index[i]
        for i, p in allocation[["demand_id", "profession"]].itertuples(index=False)
    ]
    need = (allocation["inhabitants"] * index).groupby([allocation["place_id"], allocation["profession"]]).sum()
    served = allocation.groupby(["site_id", "profession"])["inhabitants"].sum()
    room = room_by_place(instance, plan)
    rows = []
    for site, p, posts in plan.staff.itertuples(index=False):
        place = instance.sites[site]
        kept = instance.professions[p].reserved.get(place, 0.0)
        filled = (float(need.get((place, p), 0.0)) + kept) / (room[place, p] + kept)
        rows.append((site, p, posts, float(served.get((site, p), 0.0)), filled))
    return pd.DataFrame(rows, columns=["site_id", "profession", "posts", "inhabitants_served", "filled_share"])


def tabulate_zones(territory: Territory, points: pd.DataFrame) -> pd.DataFrame:
    """Return the figures of ``coverage.csv`` by (kind, zone, profession), those of the whole territory last."""
    names = territory.zones.set_index(["kind", "zone_id"])["name"].to_dict()
    points = points.assign(**{OWN_NEED: _own_need(territory, points)})
    tables = []
    for kind in territory.zone_kinds:
        zone_of = territory.demand.set_index("demand_id")[f"{kind}_id"]
        rows = points.assign(kind=kind, zone_id=points["demand_id"].map(zone_of))
        tables.append(_by_zone(rows[rows["zone_id"].ne("")]))
    tables.append(_by_zone(points.assign(kind="territory", zone_id=territory.manifest.name)))
    table = pd.concat(tables, ignore_index=True)
    keys = table[["kind", "zone_id"]].itertuples(index=False, name=None)
    table.insert(2, "name", [names.get(key, key[1]) for key in keys])
    return table


def _own_need(territory: Territory, points: pd.DataFrame) -> pd.Series:
    """Return the need of some points as the territory has it, without a scenario's weights: the APL's own."""
    demand, index = territory.demand.set_index("demand_id"), pd.Series(1.0, index=points.index)
    for name in points["profession"].unique():
        is_of_it = points["profession"].eq(name)
        if f"need_index_{name}" in demand.columns:
            index[is_of_it] = points.loc[is_of_it, "demand_id"].map(demand[f"need_index_{name}"])
    return points["inhabitants"] * index


def _by_zone(rows: pd.DataFrame) -> pd.DataFrame:
    keys, amounts = ["kind", "zone_id", "profession"], ["inhabitants", "need", OWN_NEED]
    amounts += [name for name in rows.columns if name.startswith("uncovered_")]
    weights = {name: "inhabitants" for name in rows.columns if name.startswith("nearest_minutes_")}
    weights |= {name: OWN_NEED for name in rows.columns if name.startswith("apl_")}
    weighted = rows[keys + amounts].assign(**{name: rows[name] * rows[weight] for name, weight in weights.items()})
    # A zone of which a part has no value has no mean: one over fewer people would look better than it is.
    sums = weighted.groupby(keys, as_index=False).sum(skipna=False)
    for name, weight in weights.items():
        sums[name] /= sums[weight]
    left_out = {*keys, OWN_NEED}
    return sums[[*keys, *(name for name in rows.columns if name in sums.columns and name not in left_out)]]
