"""The first screen of a page: what is opened, what changes, and the figures that always stand beside it."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from msp_siting.answer import Answer
from msp_siting.problem import Status
from msp_siting.report.page_table import PageTable
from msp_siting.report.wording import Wording, at_most, lead_profession, profession_title

FULL_SHARE = 0.9  # of the places of new posts: with fewer taken by people without room, that is not what they are for
FIRST_CAVEATS = 2


@dataclass(frozen=True)
class Card:
    """One large figure with what it is, and lines below it."""

    figure: str
    what: str
    lines: tuple[str, ...] = ()


@dataclass(frozen=True)
class Bar:
    """Uncovered inhabitants at one moment, in two parts; widths are percentages of the longer bar."""

    moment: str
    total: str
    shortage: str
    distance: str
    shortage_width: float
    distance_width: float


def cards(answer: Answer, summary: Mapping[str, Any], wording: Wording) -> list[Card]:
    """Return the figures of the plan: sites, staff and cost."""
    staff: Mapping[str, int] = summary["staff"]
    opened = list(answer.plan.sites["format"])
    formats = [
        wording.say("page_times", count=opened.count(name), what=wording.of(terms.title))
        for name, terms in answer.scenario.model.formats.items()
        if name in opened
    ]
    return [
        Card(
            wording.whole(summary["sites_opened"]),
            wording.say("page_card_sites"),
            tuple(formats),
        ),
        Card(
            wording.whole(sum(staff.values())),
            wording.say("page_card_staff"),
            tuple(
                wording.say("page_pair", name=profession_title(answer, name, wording), value=wording.whole(posts))
                for name, posts in staff.items()
            ),
        ),
        Card(
            wording.eur(summary["cost_eur"]),
            wording.say(
                "page_card_cost_least" if answer.instance.measure == "cost" else "page_card_cost",
                budget=wording.eur(summary["budget_eur"]),
            ),
            (wording.say("page_card_aid", aid=wording.eur(summary["aid_eur"])),),
        ),
    ]


def bars(answer: Answer, summary: Mapping[str, Any], wording: Wording) -> list[Bar]:
    """Return uncovered inhabitants of the lead profession at each moment, split into shortage and distance."""
    lead, moments = lead_profession(answer), answer.moments
    longest = max(1.0, *(summary[f"uncovered_{moment}"][lead] for moment in moments))
    return [
        uncovered_bar(
            moment_title(answer, moment, wording),
            summary[f"uncovered_{moment}"][lead],
            summary[f"shortage_{moment}"][lead],
            longest,
            wording,
        )
        for moment in moments
    ]


def moment_title(answer: Answer, moment: str, wording: Wording) -> str:
    """Return what a moment is called: at a horizon, its year without the plan and with it."""
    year = answer.scenario.question.horizon_year
    if year is None or answer.today is None:
        return wording.say(f"page_{moment}")
    return wording.say(f"page_{moment}_at_horizon", year=year)


def uncovered_bar(moment: str, total: float, shortage: float, longest: float, wording: Wording) -> Bar:
    """Return uncovered inhabitants split into shortage and distance, beside a longest bar."""
    return Bar(
        moment,
        wording.whole(total),
        wording.whole(shortage),
        wording.whole(total - shortage),
        round(100 * shortage / longest, 2),
        round(100 * (total - shortage) / longest, 2),
    )


def proof(answer: Answer, wording: Wording) -> str:
    """Return how good the plan is known to be, without the solver's words."""
    if answer.instance.measure == "cost" and answer.solution.status == "optimal":
        return wording.say("page_proven_least", share=at_most(answer.gap or 0.0, wording))
    return proof_sentences(answer.solution.status, answer.gap, answer.improvement_gap, wording)


def proof_sentences(status: Status, gap: float | None, missed: float | None, wording: Wording) -> str:
    """Return how good a plan is known to be from its status and its two gaps."""
    gain = "" if missed is None else wording.say("page_gain_missed", share=at_most(missed, wording))
    if status == "optimal":
        best = wording.say("page_proven", share=at_most(gap or 0.0, wording))
    elif gap is None:
        best = wording.say("page_not_proven_at_all")
    else:
        best = wording.say("page_not_proven", share=at_most(gap, wording))
    return f"{best} {gain}".strip()


def access_table(answer: Answer, summary: Mapping[str, Any], wording: Wording) -> PageTable:
    """Return people below the APL floor and people far from care: official of today, and ours with its change."""
    apl = answer.scenario.model.apl
    title = profession_title(answer, apl.profession, wording)
    floor = wording.apl_floor(apl.floor_visits_per_year.value)
    below = "inhabitants_below_apl_floor"
    rows = [
        (
            wording.say("page_below_floor", floor=floor),
            wording.whole(summary.get(f"{below}_official")),
            wording.whole(summary.get(f"{below}_under_65_official")),
            *_moments_and_change(answer, summary, below, wording),
        ),
        (
            wording.say("page_far", profession=title),
            *[wording.say("page_unknown_value")] * 2,
            *_moments_and_change(answer, summary, "beyond_20_minutes", wording),
        ),
    ]
    head = [wording.say(key) for key in ("page_measure", "page_official", "page_official_under_65")]
    head += [*(moment_title(answer, moment, wording) for moment in answer.moments), wording.say("page_change")]
    first, *columns = zip(head, *rows, strict=True)  # moments are too many columns for half a page
    return PageTable(list(first), columns)


def newly_covered(answer: Answer, summary: Mapping[str, Any], wording: Wording) -> str:
    """Return newly covered people next to recruits x list size, so that no one takes an identity for a finding."""
    lead = lead_profession(answer)
    recruits, places = summary["staff"][lead], answer.instance.professions[lead].capacity
    served = summary["uncovered_need_before"][lead] - summary["uncovered_need_after"][lead]
    return wording.say(
        "page_newly_covered" if served >= FULL_SHARE * recruits * places else "page_newly_covered_few",
        people=wording.whole(summary["uncovered_before"][lead] - summary["uncovered_after"][lead]),
        recruits=wording.whole(recruits),
        places=wording.whole(places),
        product=wording.whole(recruits * places),
    )


def _moments_and_change(answer: Answer, summary: Mapping[str, Any], name: str, wording: Wording) -> tuple[str, ...]:
    """Return a figure at each moment, and the plan's effect: what it changes beside the same year without it."""
    change = summary[f"{name}_after"] - summary[f"{name}_before"]
    return *(wording.whole(summary[f"{name}_{moment}"]) for moment in answer.moments), wording.signed(change)


def choice_sentence(answer: Answer, summary: Mapping[str, Any], wording: Wording, key: str = "page_choice") -> str:
    """Return how the plan was chosen among those as good, by a key's sentence; nothing where any would do."""
    choice, terms = summary["choice"], answer.instance.preference
    if choice is None or terms is None:
        return ""
    shortfall = choice["apl_shortfall"]
    return wording.say(
        "page_choice_goal" if key == "page_choice" and answer.instance.goal is not None else key,
        gain_share=wording.percent(terms.gain_share),
        apl_share=wording.percent(terms.apl_share),
        floor=wording.decimal(answer.scenario.model.apl.floor_visits_per_year.value),
        before=wording.whole(summary["apl_shortfall_visits_per_year_before"]),
        first=wording.whole(shortfall["at_first"]),
        after=wording.whole(summary["apl_shortfall_visits_per_year_after"]),
        bound=wording.whole(shortfall["bound"]),
        given_up=wording.percent(choice["gain_given_up_share"], 2),
    )
