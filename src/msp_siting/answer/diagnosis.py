"""The territory before any decision: access, need, zones."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import numpy as np
import pandas as pd

from msp_siting.answer.caveats import has_existing_structures
from msp_siting.answer.closing import Closed
from msp_siting.answer.coverage import FAR_MINUTES, shortage_and_distance, tabulate, with_columns
from msp_siting.answer.fragility import tabulate_fragility
from msp_siting.answer.today import Today, columns_of_today
from msp_siting.problem import Assignment, Instance, Plan
from msp_siting.scenario import Apl, Scenario
from msp_siting.territory import WHOLE, Territory, flows_by_place

GROUP_PREFIX = "inhabitants_"
TODAY = "uncovered_today"
APL_TODAY = "apl_today"
PER_INHABITANTS = 10_000
OFFICIAL_COLUMNS = ("apl_official", "apl_under_65_official")
OFFICIAL_FTE = "apl_official_fte_per_100000"  # to professions other than GPs
DEPARTURE_KINDS = ("epci", "department", "region", WHOLE)  # in a smaller zone they would tell one's age
ZONING_COLUMNS = ("status", "status_source", "status_date", "valid_from", "valid_until")


@dataclass(frozen=True)
class Diagnosis:
    """What a territory looks like before any decision.

    Attributes
    ----------
    points
        One row per (demand point, profession): ``coverage.csv``.
    zones
        One row per (kind, zone, profession), the whole as kind ``territory``: ``zones.csv``.
    blocks
        One row per (block, profession): ``blocks.csv``.
    fragility
        One row per (place, profession): ``fragility.csv``.
    visits_per_gp_per_year
        What one GP offers in the APL.
    on
        The day whose zoning counts.
    closed
        What it is without some posts, where that is asked.
    today
        The territory in the years of its files, where there is a horizon.
    """

    scenario: Scenario
    territory: Territory
    points: pd.DataFrame
    zones: pd.DataFrame
    blocks: pd.DataFrame
    fragility: pd.DataFrame
    visits_per_gp_per_year: float
    on: date
    closed: Closed | None = None
    today: Today | None = None

    @property
    def groups(self) -> tuple[str, ...]:
        """Names of the groups of inhabitants that the territory counts (``75_plus``, ``diabetes`` ...)."""
        return groups_of(self.territory)

    def whole(self, profession: str) -> dict[str, Any]:
        """Return the figures of the whole territory for one profession, by column of ``zones``."""
        rows = self.zones[self.zones["kind"].eq(WHOLE) & self.zones["profession"].eq(profession)]
        return {str(name): value for name, value in rows.iloc[0].items()}


def diagnose(  # noqa: PLR0913, PLR0917 - before any decision is several things
    scenario: Scenario,
    territory: Territory,
    instance: Instance,
    before: Assignment,
    on: date,
    today: Today | None = None,
) -> Diagnosis:
    """Return the diagnosis of a territory.

    Parameters
    ----------
    scenario
        A question that decides nothing: its model, and its horizon if any.
    territory, instance
        Its tables and numbers.
    before
        Who is served where with nothing opened.
    on
        The day whose zoning counts.
    today
        The territory in the years of its files, where there is a horizon.
    """
    nobody = Plan.empty()
    apl = scenario.model.apl
    coverage = tabulate(territory, instance, apl, before, nobody, before)
    split = {
        name: shortage_and_distance(instance, coverage.points, name, None)["shortage"] for name in instance.professions
    }
    beside = columns_of_today(today)
    covered = coverage if beside is None else with_columns(territory, coverage, beside)
    points = _points(territory, apl, covered.points)
    zones = _zones(territory, apl, points, split)
    blocks = coverage.blocks.drop(columns="uncovered_share_before")
    blocks = blocks.rename(columns={"uncovered_share_after": "uncovered_share"})
    fragility = tabulate_fragility(territory, scenario)
    visits = coverage.visits_per_gp_per_year
    return Diagnosis(scenario, territory, points, zones, blocks, fragility, visits, on, today=today)


def groups_of(territory: Territory) -> tuple[str, ...]:
    """Return the names of the groups of inhabitants in ``demand.csv``."""
    return tuple(name.removeprefix(GROUP_PREFIX) for name in territory.demand.columns if name.startswith(GROUP_PREFIX))


def _points(territory: Territory, apl: Apl, coverage: pd.DataFrame) -> pd.DataFrame:
    """Return a row per (demand point, profession): measures, flags and groups."""
    demand = territory.demand.set_index("demand_id")
    keys = coverage["demand_id"]
    is_apl = coverage["profession"].eq(apl.profession)
    here = territory.supply.groupby(["place_id", "profession"])["practitioners"].sum()
    posts = here.reindex(pd.MultiIndex.from_frame(coverage[["demand_id", "profession"]])).fillna(0.0)
    columns: dict[str, Any] = {
        "demand_id": keys,
        "name": keys.map(demand["name"]),
        "profession": coverage["profession"],
        "inhabitants": coverage["inhabitants"],
        "need": coverage["need"],
        "practitioners": posts.to_numpy(),
        "uncovered": coverage["uncovered_before"],
        **({TODAY: coverage[TODAY]} if TODAY in coverage.columns else {}),
        "block": coverage["block"],
        "nearest_minutes": coverage["nearest_minutes_before"],
        "apl": coverage["apl_before"],
        **({APL_TODAY: coverage[APL_TODAY]} if APL_TODAY in coverage.columns else {}),
    }
    for name in OFFICIAL_COLUMNS:
        known = demand[name] if name in demand.columns else pd.Series(np.nan, index=demand.index)
        columns[name] = keys.map(known).where(is_apl)
    columns[OFFICIAL_FTE] = _official_fte(demand, coverage[["demand_id", "profession"]], apl)
    border = demand["border"].astype(object) if "border" in demand.columns else pd.Series(None, index=demand.index)
    columns["border"] = keys.map(border)
    columns["seasonal"] = keys.map(_seasonal(demand, apl))
    for group in groups_of(territory):
        columns[GROUP_PREFIX + group] = keys.map(demand[GROUP_PREFIX + group])
    return pd.DataFrame(columns)


def _official_fte(demand: pd.DataFrame, rows: pd.DataFrame, apl: Apl) -> pd.Series:
    """Return the official APL of each (demand point, profession) whose unit is FTE; missing where it is not known."""
    known = pd.Series(np.nan, index=rows.index)
    for name, here in rows.groupby("profession"):
        if name != apl.profession and f"apl_{name}_official" in demand.columns:
            known[here.index] = here["demand_id"].map(demand[f"apl_{name}_official"])
    return known


def _seasonal(demand: pd.DataFrame, apl: Apl) -> pd.Series:
    """Return by demand point whether its supply looks seasonal; None where its official APL is not known."""
    official = demand.get("apl_official", pd.Series(np.nan, index=demand.index))
    flag = official.ge(apl.seasonal_flag_visits_per_year.value)
    flag &= demand["inhabitants"].le(apl.seasonal_flag_inhabitants_most.value)
    return flag.astype(object).where(official.notna(), None)


def _zones(territory: Territory, apl: Apl, points: pd.DataFrame, shortage: dict[str, float]) -> pd.DataFrame:
    """Return a row per (kind, zone, profession): ratios of the sums over its demand points and places."""
    groups = groups_of(territory)
    additive, local = _additive(points, apl, groups), _local(territory, points["profession"].unique())
    demand_zones, place_zones = zones_by_id(territory)
    tables = []
    for kind in (*territory.zone_kinds, WHOLE):
        of_points = points["demand_id"].map(demand_zones[kind])
        of_places = local["place_id"].map(place_zones[kind])
        sums = _sums(additive.assign(zone_id=of_points)).join(
            _sums(local.drop(columns="place_id").assign(zone_id=of_places))
        )
        tables.append(sums.reset_index().assign(kind=kind))
    sums = pd.concat(tables, ignore_index=True)
    table = _figures(sums, territory, groups)
    names = territory.zones.set_index(["kind", "zone_id"])["name"].to_dict()
    table.insert(2, "name", [names.get(key, key[1]) for key in zip(table["kind"], table["zone_id"], strict=True)])
    is_whole = table["kind"].eq(WHOLE)
    table["shortage"] = table["profession"].map(shortage).where(is_whole)
    table["distance"] = (table["uncovered"] - table["shortage"]).where(is_whole)
    return table.merge(_zoning(territory), on=["kind", "zone_id"], how="left", validate="many_to_one")


def _additive(points: pd.DataFrame, apl: Apl, groups: Sequence[str]) -> pd.DataFrame:
    """Return, per row of ``points``, what sums over demand points; 0 stands for what is not known."""
    people, need = points["inhabitants"], points["need"]
    is_apl = points["profession"].eq(apl.profession)
    far = ~(points["nearest_minutes"] <= FAR_MINUTES)
    floor = apl.floor_visits_per_year.value
    parts = {
        "profession": points["profession"],
        "inhabitants": people,
        "need": need,
        "uncovered": points["uncovered"],
        **({TODAY: points[TODAY]} if TODAY in points.columns else {}),
        "minutes": (points["nearest_minutes"] * people).fillna(0.0),
        "with_minutes": people.where(points["nearest_minutes"].notna(), 0.0),
        "beyond_20_minutes": people.where(far, 0.0),
        **({"visits_today": (points[APL_TODAY] * need).where(is_apl, 0.0)} if APL_TODAY in points.columns else {}),
    }
    below = {}
    for name in ("apl", *OFFICIAL_COLUMNS):
        known = points[name].notna() & is_apl
        below[name] = points[name].lt(floor) & known
        parts[f"{name}_visits"] = (points[name] * need).where(known, 0.0)
        parts[f"{name}_need"] = need.where(known, 0.0)
        parts[f"{name}_known"] = people.where(known, 0.0)
        parts[f"{name}_below"] = people.where(below[name], 0.0)
    with_fte = points[OFFICIAL_FTE].notna()
    parts["official_fte"] = (points[OFFICIAL_FTE] * need).where(with_fte, 0.0)
    parts["official_fte_need"] = need.where(with_fte, 0.0)
    share = points["uncovered"] / people.where(people > 0)
    for group in groups:
        members = points[GROUP_PREFIX + group]
        parts[f"{group}_members"] = members.fillna(0.0)
        parts[f"{group}_known"] = people.where(members.notna(), 0.0)
        parts[f"{group}_far"] = members.where(far, 0.0).fillna(0.0)
        parts[f"{group}_uncovered"] = (members * share).fillna(0.0)
        for name, is_below in below.items():
            parts[f"{group}_{name}_below"] = members.where(is_below, 0.0).fillna(0.0)
    return pd.DataFrame(parts)


def _local(territory: Territory, professions: np.ndarray) -> pd.DataFrame:
    """Return practitioners, those expected to leave and existing structures, by (place, profession)."""
    keys = ["place_id", "profession"]
    posts = territory.supply.groupby(keys, as_index=False)["practitioners"].sum()
    leaving = flows_by_place(territory).rename(columns={"departures": "departing"})[[*keys, "departing"]]
    posts = posts.merge(leaving, on=keys, how="left").assign(structures=0.0)
    if territory.existing_msps is None:
        return posts
    there = territory.existing_msps.rename("structures").rename_axis("place_id").reset_index()
    structures = there.merge(pd.DataFrame({"profession": professions}), how="cross")
    return pd.concat([posts, structures.assign(practitioners=0.0, departing=0.0)], ignore_index=True)


def zones_by_id(territory: Territory) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Return the zone of every demand point and of every place, one column per kind; missing where in none."""
    columns = {f"{kind}_id": kind for kind in territory.zone_kinds}
    demand = territory.demand.set_index("demand_id").rename(columns=columns)[list(columns.values())]
    places = territory.places.set_index("place_id").rename(columns=columns).reindex(columns=list(columns.values()))
    all_places = pd.Index([*territory.supply["place_id"], *territory.sites["place_id"], *demand.index]).unique()
    of_places = demand.reindex(all_places).fillna(places.reindex(all_places))
    here = territory.manifest.name
    return demand.replace("", np.nan).assign(**{WHOLE: here}), of_places.replace("", np.nan).assign(**{WHOLE: here})


def _sums(parts: pd.DataFrame) -> pd.DataFrame:
    return parts.groupby(["zone_id", "profession"]).sum()


def _figures(sums: pd.DataFrame, territory: Territory, groups: Sequence[str]) -> pd.DataFrame:
    """Return the columns of ``zones.csv`` from sums; a figure that nothing is known for is missing."""
    people = sums["inhabitants"]
    posts = sums["practitioners"].fillna(0.0)
    known_of = flows_by_place(territory).dropna(subset="departures")["profession"]
    told = sums["profession"].isin(known_of) & sums["kind"].isin(DEPARTURE_KINDS)
    departures = sums["departing"].fillna(0.0).where(told)
    structures = sums["structures"].fillna(0.0) if has_existing_structures(territory) else np.nan
    table = sums[["kind", "zone_id", "profession", "inhabitants", "need"]].assign(
        practitioners=posts,
        practitioners_per_10000_inhabitants=_ratio(PER_INHABITANTS * posts, people),
        departing_fte=departures,
        departing_share=_ratio(departures, posts),
        existing_structures=structures,
        uncovered=sums["uncovered"],
        **({TODAY: sums[TODAY]} if TODAY in sums.columns else {}),
        # A zone of which a part has no value has no mean: one over fewer people would look better than it is.
        nearest_minutes=_ratio(sums["minutes"].where(sums["with_minutes"].ge(people)), people),
        beyond_20_minutes=sums["beyond_20_minutes"],
    )
    for name in ("apl", *OFFICIAL_COLUMNS):
        table[name] = _ratio(sums[f"{name}_visits"], sums[f"{name}_need"])
        known = sums[f"{name}_known"]
        if name == "apl" and "visits_today" in sums.columns:
            table[APL_TODAY] = _ratio(sums["visits_today"], sums["apl_need"])
        table[below_column(name)] = sums[f"{name}_below"].where(known > 0)
        if name != "apl":
            table[f"{name}_known_of_inhabitants"] = known
    table[OFFICIAL_FTE] = _ratio(sums["official_fte"], sums["official_fte_need"])
    for group in groups:
        known = sums[f"{group}_known"]
        column = GROUP_PREFIX + group
        table[column] = sums[f"{group}_members"].where(known > 0)
        table[f"{column}_known_of_inhabitants"] = known
        table[f"{column}_beyond_20_minutes"] = sums[f"{group}_far"].where(known > 0)
        table[f"{column}_uncovered"] = sums[f"{group}_uncovered"].where(known > 0)
        for name in ("apl", *OFFICIAL_COLUMNS):
            is_known = (known > 0) & (sums[f"{name}_known"] > 0)
            table[f"{column}_{below_column(name).removeprefix(GROUP_PREFIX)}"] = sums[f"{group}_{name}_below"].where(
                is_known
            )
    return table


def below_column(apl: str) -> str:
    """Return the column that counts inhabitants below the floor of one of the three APLs."""
    return f"inhabitants_below_apl_floor{apl.removeprefix('apl')}"


def _ratio(above: pd.Series, below: pd.Series) -> pd.Series:
    return above / below.where(below > 0)


def _zoning(territory: Territory) -> pd.DataFrame:
    columns = ["kind", "zone_id", *ZONING_COLUMNS]
    return territory.zones.reindex(columns=columns).astype(object).fillna("").astype("str")
