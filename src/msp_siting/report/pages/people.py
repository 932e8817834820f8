"""Tables of whom a lack of places concerns: groups of inhabitants, and inhabitants by minutes to the nearest."""

from itertools import pairwise

import pandas as pd

from msp_siting.answer import FAR_MINUTES, Answer, Coverage
from msp_siting.report.page_table import PageTable
from msp_siting.report.pages.headline import moment_title
from msp_siting.report.wording import Wording, lead_profession, profession_title

NURSE = "nurse"  # whom people with a chronic illness see besides their GP
BANDS_MINUTES = (5.0, 10.0, 15.0, FAR_MINUTES)  # an upper limit belongs to its band


def groups_page_table(answer: Answer, wording: Wording) -> PageTable | None:
    """Return how many of each group live where places of the lead profession lack; None where no group is loaded."""
    lead = answer.groups[answer.groups["profession"].eq(lead_profession(answer))]
    if lead.empty:
        return None
    keys = ("inhabitants", "known_of_inhabitants", *(f"uncovered_{moment}" for moment in answer.moments))
    rows = [
        [wording.group_title(row["group"]), *(wording.whole(row[key]) for key in keys)] for _, row in lead.iterrows()
    ]
    head = ("diagnosis_group", "diagnosis_group_inhabitants", "diagnosis_group_known_of_inhabitants")
    lacking = (wording.say("people_lacking", moment=moment_title(answer, each, wording)) for each in answer.moments)
    return PageTable([*map(wording.say, head), *lacking], rows)


def group_minutes_page_table(answer: Answer, wording: Wording) -> PageTable | None:
    """Return how far each group has it to the nearest GP and nurse; None where no group is loaded."""
    if answer.groups.empty:
        return None
    names = [name for name in answer.instance.professions if name in (lead_profession(answer), NURSE)]
    table = answer.groups.set_index(["group", "profession"])
    rows = [
        [
            wording.group_title(group),
            *(
                wording.decimal(table[f"nearest_minutes_{moment}"][group, name])
                for name in names
                for moment in answer.moments
            ),
        ]
        for group in answer.groups["group"].unique()
    ]
    head = [
        wording.say(
            "people_nearest",
            profession=profession_title(answer, name, wording),
            moment=moment_title(answer, moment, wording),
        )
        for name in names
        for moment in answer.moments
    ]
    return PageTable([wording.say("diagnosis_group"), *head], rows)


def bands_page_table(answer: Answer, coverage: Coverage, wording: Wording) -> PageTable:
    """Return inhabitants by minutes to the nearest practitioner of the lead profession, with room or without."""
    points, moments = _lead_points(answer, coverage), answer.moments
    found = {
        moment: points["inhabitants"].groupby(_band(points[f"nearest_minutes_{moment}"])).sum() for moment in moments
    }
    names = [
        wording.say("people_first", upper=wording.decimal(BANDS_MINUTES[0], 0)),
        *(
            wording.say("people_between", lower=wording.decimal(low, 0), upper=wording.decimal(high, 0))
            for low, high in pairwise(BANDS_MINUTES)
        ),
        wording.say("people_beyond", lower=wording.decimal(BANDS_MINUTES[-1], 0)),
    ]
    rows = [
        [name, *(wording.whole(found[moment].get(number, 0.0)) for moment in moments)]
        for number, name in enumerate(names)
    ]
    head = [wording.say("people_minutes"), *(moment_title(answer, moment, wording) for moment in moments)]
    return PageTable(head, rows)


def _band(minutes: pd.Series) -> pd.Series:
    """Return the number of the band of each; the last one has those that nobody is in the table for."""
    return sum((~(minutes <= upper)).astype(int) for upper in BANDS_MINUTES)


def _lead_points(answer: Answer, coverage: Coverage) -> pd.DataFrame:
    return coverage.points[coverage.points["profession"].eq(lead_profession(answer))]
