"""What a territory is before a plan: official APL, zoning with its date, MSPs that stand, balance of practitioners."""

from collections.abc import Mapping
from datetime import date
from typing import Any

import pandas as pd

from msp_siting.answer import Answer
from msp_siting.language import Fact, tell
from msp_siting.report.page_table import PageTable
from msp_siting.report.wording import OWNER_KIND, Wording, lead_profession, profession_title
from msp_siting.territory import GP_STATUSES, Territory, gp_statuses, zone_of_place

LOWEST_NAMED = 3


def situation_page_table(answer: Answer, summary: Mapping[str, Any], on: date, wording: Wording) -> PageTable:
    """Return one row per thing known of the territory today; what is not loaded is said to be so."""
    floor = wording.apl_floor(answer.scenario.model.apl.floor_visits_per_year.value)
    title = profession_title(answer, lead_profession(answer), wording)
    # Without a plan nothing was reckoned commune by commune: then the row would say that what is there is not loaded.
    is_known = answer.coverage is not None or "apl_official" not in answer.territory.demand.columns
    rows = {
        **({wording.say("situation_apl"): _official_apl(summary, floor, wording)} if is_known else {}),
        **_lowest(answer, wording),
        wording.say("diagnosis_zoning"): _zoning(answer.territory, on, wording),
        wording.say("situation_msps"): _msps(answer.territory, wording),
        wording.say("situation_posts", profession=title): _posts(answer, summary, wording),
    }
    return PageTable([wording.say("page_measure"), wording.say("page_value")], list(rows.items()), word_columns=2)


def _official_apl(summary: Mapping[str, Any], floor: str, wording: Wording) -> str:
    mean, below = summary["apl_mean_official"], summary["inhabitants_below_apl_floor_official"]
    if mean is None:
        return wording.say("sheet_apl_not_loaded")
    return wording.say(
        "situation_apl_official",
        mean=wording.decimal(mean, 2),
        floor=floor,
        everyone=wording.whole(below),
        under_65=wording.whole(summary["inhabitants_below_apl_floor_under_65_official"]),
    )


def _lowest(answer: Answer, wording: Wording) -> dict[str, str]:
    """Return the row of the zones where the official APL is lowest; none where it is not known by zone."""
    zones = pd.DataFrame() if answer.coverage is None else answer.coverage.zones
    if "apl_official" not in zones.columns:
        return {}
    own = zones[zones["kind"].eq(OWNER_KIND) & zones["profession"].eq(lead_profession(answer))]
    worst = own.dropna(subset="apl_official").nsmallest(LOWEST_NAMED, "apl_official")
    named = [
        wording.say("situation_lowest_zone", name=name, apl=wording.decimal(apl, 2))
        for name, apl in worst[["name", "apl_official"]].itertuples(index=False)
    ]
    return {wording.say("situation_lowest"): wording.say("sheet_separator").join(named)} if named else {}


def _zoning(territory: Territory, on: date, wording: Wording) -> str:
    """Return how many inhabitants live in zones of each status, and of when it is; not valid, it is to be checked."""
    zones = gp_statuses(territory)
    kinds = {zone.kind for zone in zones}
    kind = next((kind for kind in territory.zone_kinds if kind in kinds), None)
    if kind is None:
        return wording.say("diagnosis_zoning_not_loaded")
    own = {zone.zone_id: zone for zone in zones if zone.kind == kind}
    zone_of = zone_of_place(territory, kind)
    demand = territory.demand
    status = demand["demand_id"].map({place: own[zone].status for place, zone in zone_of.items() if zone in own})
    people = demand.groupby(status)["inhabitants"].sum()
    parts = [
        wording.say(
            "situation_zoning_part", status=wording.say(f"zone_status_{name}"), people=wording.whole(people[name])
        )
        for name in GP_STATUSES
        if name in people.index
    ]
    is_valid = all(zone.holds_on(on) for zone in own.values())
    facts = (Fact("zoning_of", {"when": zone.when}) if zone.holds_on(on) else zone.told(on) for zone in own.values())
    origins = list(dict.fromkeys(tell(fact, wording.language) for fact in facts))
    return wording.say(
        "situation_zoning" if is_valid else "situation_zoning_invalid",
        parts=", ".join(parts),
        origin=wording.say("sheet_separator").join(origins),
    )


def _msps(territory: Territory, wording: Wording) -> str:
    there = territory.existing_msps
    if there is None:
        return wording.say("diagnosis_structures_not_loaded")
    return wording.say("situation_msps_count", msps=int(there.sum()), places=len(there))


def _posts(answer: Answer, summary: Mapping[str, Any], wording: Wording) -> str:
    """Return the balance of the lead profession until the horizon; without one, its posts and who may leave."""
    lead = lead_profession(answer)
    figures = (summary["trend"] or {}).get(lead)
    if figures is not None:
        numbers = ("posts_today", "departures", "installations", "posts", "posts_low", "posts_high")
        return wording.say(
            "situation_balance_assumed" if figures["is_assumed"] else "situation_balance",
            first=str(figures["first_year"]),
            last=str(figures["last_year"]),
            **{name: wording.whole(figures[name]) for name in numbers},
        )
    own = answer.territory.supply[answer.territory.supply["profession"].eq(lead)]
    posts = wording.whole(own["practitioners"].sum())
    if "retiring_share" not in own.columns or own["retiring_share"].isna().all():
        return wording.say("situation_posts_today", posts=posts)
    leaving = (own["practitioners"] * own["retiring_share"]).sum()
    return wording.say("situation_posts_leaving", posts=posts, leaving=wording.whole(leaving))
