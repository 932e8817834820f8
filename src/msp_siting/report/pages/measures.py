"""Both measures of a plan, uncovered need and APL, whichever it minimises; and how its proof is made up."""

from collections.abc import Mapping
from typing import Any

from msp_siting.answer import Answer
from msp_siting.problem import COMMUNE, improvement_gap
from msp_siting.report.wording import Wording, at_most, lead_profession, profession_title


def goal_title(answer: Answer, wording: Wording) -> str:
    """Return what the measure of the APL that a plan minimises counts, in words."""
    goal, objective = answer.instance.goal, answer.scenario.model.objective
    if goal is None:
        return ""
    under_65 = objective.gps is not None and objective.gps.value == "under_65"
    by_zone = goal.level != COMMUNE
    return wording.say(
        f"goal_{objective.measure}_bands" if objective.bands else f"goal_{objective.measure}",
        floor=wording.decimal(goal.floor),
        gps=wording.say("goal_gps_under_65" if under_65 else "goal_gps_all"),
        level=wording.say("goal_level_zone", kind=goal.level.upper()) if by_zone else wording.say("goal_level_commune"),
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
