"""Tabulates a territory before and after a plan: who is covered, who is not and why, and what each site does."""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from msp_siting.answer.apl import apl_by_point, visits_per_gp
from msp_siting.answer.blocks import tabulate_blocks
from msp_siting.problem import Assignment, Instance, Plan, need_by_band, room_by_place
from msp_siting.scenario import Apl
from msp_siting.territory import Territory, nearest_minutes

FAR_MINUTES = 20.0


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
    nobody = Plan.empty()
    gps_before = posts_by_place(instance, apl.profession, nobody)
    gps_after = posts_by_place(instance, apl.profession, plan)
    visits = visits_per_gp(territory, apl)
    points = _points(territory, instance, before, after, plan)
    blocks, number_of = tabulate_blocks(instance, plan, points, after.levels)
    points.insert(points.columns.get_loc("uncovered_after") + 1, "block", number_of)
    for moment, gps in (("before", gps_before), ("after", gps_after)):
        values = apl_by_point(territory, apl, gps, visits)
        column = points["demand_id"].map(values)
        points[f"apl_{moment}"] = column.where(points["profession"].eq(apl.profession))
    if "apl_official" in territory.demand.columns:
        official = points["demand_id"].map(territory.demand.set_index("demand_id")["apl_official"])
        points["apl_official"] = official.where(points["profession"].eq(apl.profession))
    allocation = _allocation(territory, instance, plan, after)
    fill = _fill(instance, plan, allocation)
    return Coverage(points, _zones(territory, points), blocks, allocation, fill, visits)


def shortage_and_distance(
    instance: Instance, points: pd.DataFrame, profession: str, plan: Plan | None
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
    """
    moment = "before" if plan is None else "after"
    rows = points[points["profession"].eq(profession)]
    inhabitants = float(rows[f"uncovered_{moment}"].sum())
    index = rows["need"].to_numpy() / rows["inhabitants"].where(rows["inhabitants"] > 0, other=1.0).to_numpy()
    uncovered_need = float((rows[f"uncovered_{moment}"].to_numpy() * index).sum())
    recruited = (
        0.0 if plan is None else float(plan.staff.loc[plan.staff["profession"].eq(profession), "recruited"].sum())
    )
    terms = instance.professions[profession]
    room = instance.existing_capacity(profession) + recruited * (terms.capacity - sum(terms.drawn_room.values()))
    shortage_need = min(uncovered_need, max(0.0, float(rows["need"].sum()) - room))
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


def _points(
    territory: Territory, instance: Instance, before: Assignment, after: Assignment, plan: Plan
) -> pd.DataFrame:
    keys = ["demand_id", "profession"]
    table = before.uncovered.rename(columns={"inhabitants": "uncovered_before"}).merge(
        after.uncovered.rename(columns={"inhabitants": "uncovered_after"}), on=keys, validate="one_to_one"
    )
    people = table["demand_id"].map(instance.inhabitants)
    index = [instance.professions[p].need_index[i] for i, p in table[keys].itertuples(index=False)]
    table.insert(2, "inhabitants", people)
    table.insert(3, "need", people * index)
    nobody = Plan.empty()
    for moment, team in (("before", nobody), ("after", plan)):
        column = pd.Series(np.nan, index=table.index)
        for profession in instance.professions:
            nearest = nearest_minutes(territory, posts_by_place(instance, profession, team).index)
            rows = table["profession"].eq(profession)
            column[rows] = table.loc[rows, "demand_id"].map(nearest)
        table[f"nearest_minutes_{moment}"] = column
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
    posts = [
        ("", place, profession, "existing", fte)
        for profession, terms in instance.professions.items()
        for place, fte in terms.existing.items()
    ]
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


def _zones(territory: Territory, points: pd.DataFrame) -> pd.DataFrame:
    names = territory.zones.set_index(["kind", "zone_id"])["name"].to_dict()
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


def _by_zone(rows: pd.DataFrame) -> pd.DataFrame:
    keys, amounts = ["kind", "zone_id", "profession"], ["inhabitants", "need", "uncovered_before", "uncovered_after"]
    weights = {"nearest_minutes_before": "inhabitants", "nearest_minutes_after": "inhabitants"}
    weights |= {name: "need" for name in ("apl_before", "apl_after", "apl_official") if name in rows.columns}
    weighted = rows[keys + amounts].assign(**{name: rows[name] * rows[weight] for name, weight in weights.items()})
    # A zone of which a part has no value has no mean: one over fewer people would look better than it is.
    sums = weighted.groupby(keys, as_index=False).sum(skipna=False)
    for name, weight in weights.items():
        sums[name] /= sums[weight]
    return sums
