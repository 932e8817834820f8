"""The answer of a plan in three sentences: what and where by EPCI, what changes, how sure that is."""

from collections.abc import Mapping
from typing import Any

import pandas as pd

from msp_siting.answer import Answer
from msp_siting.report.page_table import PageTable
from msp_siting.report.pages.headline import proof
from msp_siting.report.pages.measures import goal_sentence, zones_sentence
from msp_siting.report.wording import OWNER_KIND, Wording, epci_of, lead_profession, profession_title, zone_names
from msp_siting.runs import near_host_table, site_table

ENDS = ("after_drawn", "after_additional")  # of what a plan changes: the least, the most
MOST_ZONES = 14  # in the table, so that the answer stays on the first page of paper
LEAST_MORE = 0.5  # inhabitants without a place, from which on an EPCI loses


def answer_sentences(answer: Answer, summary: Mapping[str, Any], wording: Wording) -> list[str]:
    """Return the three sentences."""
    return [_what(answer, summary, wording), _change(answer, summary, wording), proof(answer, wording)]


def where_page_table(answer: Answer, wording: Wording) -> PageTable | None:
    """Return the proposed sites by EPCI with their posts, those with most posts of the lead profession first.

    None where nothing opens, or where the territory has no EPCI.
    """
    zones, sites = epci_of(answer.territory), site_table(answer)
    if sites.empty or not zones:
        return None
    lead = lead_profession(answer)
    others = [f"staff_{name}" for name in answer.instance.professions if name != lead]
    known = sites["place_id"].map(zones).fillna(wording.unknown)
    grouped = sites.assign(
        epci=known, others=sites[others].sum(axis="columns"), name=_names_or_hosts(answer, sites, wording)
    ).groupby("epci")
    found = grouped.agg(
        sites=("name", "size"),
        names=("name", ", ".join),
        posts=(f"staff_{lead}", "sum"),
        others=("others", "sum"),
        cost=("cost_eur", "sum"),
    ).reset_index()
    found = found.sort_values(["posts", "epci"], ascending=[False, True])
    first, rest = found.head(MOST_ZONES), found.iloc[MOST_ZONES:]
    cells = [(row.epci, row.names, *_figures(row, wording)) for row in first.itertuples(index=False)]
    if len(rest):
        words = (
            wording.say("answer_other_zones", count=len(rest)),
            wording.say("answer_other_sites", count=rest["sites"].sum()),
        )
        cells.append((*words, *_figures(rest.sum(numeric_only=True), wording)))
    posts = wording.say("page_posts_of", profession=profession_title(answer, lead, wording))
    head = [
        *map(wording.say, ("zone_kind_epci", "answer_sites_or")),
        posts,
        *map(wording.say, ("answer_other_posts", "page_purse_investment_short")),
    ]
    return PageTable(head, cells, word_columns=2)


def _names_or_hosts(answer: Answer, sites: pd.DataFrame, wording: Wording) -> list[str]:
    """Return the name of each site, and of the host that would take its team for the least APL, where there is one."""
    hosts = near_host_table(answer).drop_duplicates("site_id").set_index("site_id")["host_name"]
    named = sites[["site_id", "name"]].itertuples(index=False)
    return [
        wording.say("answer_site_or", name=name, host=hosts[site]) if site in hosts.index else str(name)
        for site, name in named
    ]


def _figures(row: Any, wording: Wording) -> tuple[str, str, str]:  # noqa: ANN401 - a row, or the sum of several
    return wording.whole(row.posts), wording.whole(row.others), wording.eur(row.cost)


def losing_zones(answer: Answer, wording: Wording) -> str:
    """Return the EPCI in which more people of the lead profession's find no room with the plan than without it."""
    if answer.coverage is None or OWNER_KIND not in answer.territory.zone_kinds:
        return ""
    zones = answer.coverage.zones
    own = zones[zones["kind"].eq(OWNER_KIND) & zones["profession"].eq(lead_profession(answer))]
    more = own["uncovered_after"] - own["uncovered_before"]
    losing = own.assign(more=more)[more > LEAST_MORE].sort_values(["more", "zone_id"], ascending=[False, True])
    names = zone_names(answer, OWNER_KIND)
    told = [
        wording.say("answer_losing_zone", name=names.get(row.zone_id, row.zone_id), more=wording.signed(row.more))
        for row in losing.itertuples(index=False)
    ]
    if not told:
        return wording.say("answer_no_losing_zone")
    return wording.say("answer_losing_zones", zones=", ".join(told))


def _what(answer: Answer, summary: Mapping[str, Any], wording: Wording) -> str:
    lead = lead_profession(answer)
    staff: Mapping[str, int] = summary["staff"]
    if not summary["sites_opened"]:
        return wording.say("page_no_sites")
    return wording.say(
        "answer_what_least" if answer.instance.measure == "cost" else "answer_what",
        sites=summary["sites_opened"],
        posts=sum(staff.values()),
        own=staff[lead],
        profession=profession_title(answer, lead, wording),
        cost=wording.eur(summary["cost_eur"]),
        budget=wording.eur(summary["budget_eur"]),
    )


def _change(answer: Answer, summary: Mapping[str, Any], wording: Wording) -> str:
    """Return who is without a place today, without the plan and with it, and between which ends its effect lies.

    Before that the measure of the APL that a plan minimises, and the mean APL that is asked of zones.
    """
    of_apl = goal_sentence(answer, summary, wording), zones_sentence(answer, wording)
    return " ".join(filter(None, [*of_apl, _uncovered(answer, summary, wording)]))


def _uncovered(answer: Answer, summary: Mapping[str, Any], wording: Wording) -> str:
    lead = lead_profession(answer)
    found = {moment: summary[f"uncovered_{moment}"] for moment in ("today", "before", "after", *ENDS)}
    uncovered: dict[str, float] = {moment: of[lead] for moment, of in found.items() if of is not None}
    values = {moment: wording.whole(number) for moment, number in uncovered.items()}
    effects = {moment: wording.signed(number - uncovered["before"]) for moment, number in uncovered.items()}
    values |= {
        "profession": profession_title(answer, lead, wording),
        "year": str(answer.scenario.question.horizon_year),
        "change": effects["after"],
    }
    if "today" not in uncovered:
        return wording.say("answer_change_today", **values)
    if not uncovered.keys() >= set(ENDS):
        return wording.say("answer_change_horizon", **values)
    least, most = (effects[end] for end in ENDS)
    return wording.say("answer_change_ends", least=least, most=most, **values)


def partly_filled(answer: Answer, summary: Mapping[str, Any], wording: Wording) -> str:
    """Return what is left where some of the posts stay empty; nothing where the model has no such share, or no post."""
    lead, share = lead_profession(answer), summary["posts_filled_share"]
    if share is None or answer.plan.sites.empty or answer.partly_filled is None:
        return ""
    return wording.say(
        "page_partly_filled",
        share=wording.percent(share, 0),
        left=wording.whole(summary["uncovered_after_partly_filled"][lead]),
        after=wording.whole(summary["uncovered_after"][lead]),
        profession=profession_title(answer, lead, wording),
        below=wording.whole(summary["inhabitants_below_apl_floor_after_partly_filled"]),
        below_after=wording.whole(summary["inhabitants_below_apl_floor_after"]),
        floor=wording.apl_floor(answer.scenario.model.apl.floor_visits_per_year.value),
    )
