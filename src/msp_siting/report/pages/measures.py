"""Both measures of a plan, uncovered need and APL, whichever it minimises; and how its proof is made up."""

from collections.abc import Mapping
from typing import Any

from msp_siting.answer import Answer
from msp_siting.problem import COMMUNE, improvement_gap
from msp_siting.report.wording import Wording, at_most, lead_profession, profession_title
from msp_siting.scenario import rules_by_zone

MOST_ZONES = 8  # named in a sentence


def goal_title(answer: Answer, wording: Wording) -> str:
    """Return what the measure of the APL that a plan minimises counts, in words."""
    goal, objective = answer.instance.goal, answer.scenario.model.objective
    if goal is None:
        return ""
    by_zone = goal.level != COMMUNE
    return wording.say(
        f"goal_{objective.measure}_bands" if objective.bands else f"goal_{objective.measure}",
        floor=wording.decimal(goal.floor),
        gps=wording.say(f"goal_gps_{goal.gps}"),
        level=wording.say("goal_level_zone", kind=wording.kind_title(goal.level))
        if by_zone
        else wording.say("goal_level_commune"),
    )


def goal_sentence(answer: Answer, summary: Mapping[str, Any], wording: Wording) -> str:
    """Return what the plan changes of the measure of the APL that it minimises; nothing where it minimises another."""
    if answer.instance.goal is None:
        return ""
    before, after = summary["objective_before"], summary["objective"]
    return wording.say(
        "answer_change_goal",
        what=goal_title(answer, wording),
        before=wording.whole(before),
        after=wording.whole(after),
        change=wording.signed(after - before),
    )


def zones_sentence(answer: Answer, wording: Wording) -> str:
    """Return which zones of those that are to have a mean APL lack some: computed, and by the official APL of today.

    Nothing where it is asked of none, and before there is a plan.
    """
    question = answer.scenario.question
    if answer.coverage is None or not question.asks_for_apl:
        return ""
    zones = answer.coverage.zones[answer.coverage.zones["profession"].eq(answer.scenario.model.apl.profession)]
    asked: dict[tuple[str, str], float] = {}
    for kind, own in zones.groupby("kind")["zone_id"]:
        for zone, rule in rules_by_zone(question.zones, str(kind), list(own)).items():
            if rule.apl_mean is not None:
                asked[str(kind), zone] = rule.apl_mean.min
    rows = zones.set_index(["kind", "zone_id"]).loc[list(asked)].assign(least=list(asked.values()))
    rows = rows.sort_values("apl_before", kind="stable")
    before = rows[rows["apl_before"] < rows["least"]]
    told = [
        wording.say(
            "answer_zone_apl",
            name=row.name,
            before=wording.decimal(row.apl_before, 2),
            after=wording.decimal(row.apl_after, 2),
        )
        for row in before.itertuples(index=False)
    ]
    least = ", ".join(wording.decimal(each) for each in sorted(set(asked.values())))
    sentences = [wording.say("answer_zones_apl", least=least, zones=_listed(told, wording))]
    if "apl_official" in rows.columns and rows["apl_official"].notna().all():
        today = [
            wording.say("answer_zone_apl_today", name=row.name, apl=wording.decimal(row.apl_official, 2))
            for row in rows[rows["apl_official"] < rows["least"]].itertuples(index=False)
        ]
        sentences.append(wording.say("answer_zones_apl_official", zones=_listed(today, wording)))
    return " ".join(sentences)


def _listed(told: list[str], wording: Wording) -> str:
    """Return the first of some zones, and how many more there are."""
    if not told:
        return wording.say("answer_zone_apl_none")
    more = len(told) - MOST_ZONES
    return ", ".join([*told[:MOST_ZONES], *([wording.say("answer_zone_apl_more", count=more)] if more > 0 else [])])


def measures_sentence(answer: Answer, summary: Mapping[str, Any], wording: Wording, key: str) -> str:
    """Return both measures of a plan, before and after, by a key's sentence."""
    lead = lead_profession(answer)
    short, below = "apl_shortfall_visits_per_year", "inhabitants_below_apl_floor"
    return wording.say(
        key,
        profession=profession_title(answer, lead, wording),
        floor=wording.decimal(answer.scenario.model.apl.floor_visits_per_year.value),
        uncovered_before=wording.whole(summary["uncovered_before"][lead]),
        uncovered_after=wording.whole(summary["uncovered_after"][lead]),
        short_before=wording.whole(summary[f"{short}_before"]),
        short_after=wording.whole(summary[f"{short}_after"]),
        below_before=wording.whole(summary[f"{below}_before"]),
        below_after=wording.whole(summary[f"{below}_after"]),
    )


def bounds_sentence(answer: Answer, summary: Mapping[str, Any], wording: Wording, key: str) -> str:
    """Return what of the gain may be missed by what the search claims, and by prices, which anyone can reckon again.

    Nothing where the plan minimises no measure of the APL, or nothing is to be gained.
    """
    searched, priced = (
        improvement_gap(summary["objective"], summary[name], summary["objective_before"])
        for name in ("searched_bound", "priced_bound")
    )
    if answer.instance.goal is None or searched is None or priced is None:
        return ""
    return wording.say(key, searched=at_most(max(0.0, searched), wording), priced=at_most(max(0.0, priced), wording))
