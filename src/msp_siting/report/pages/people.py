"""Tables of whom a lack of places concerns: groups of inhabitants, and inhabitants by minutes to the nearest."""

from itertools import pairwise

import pandas as pd

from msp_siting.answer import FAR_MINUTES, GROUP_PREFIX, Answer, Coverage, groups_of
from msp_siting.report.page_table import PageTable
from msp_siting.report.pages.headline import moment_title, moments_of
from msp_siting.report.wording import Wording, lead_profession

BANDS_MINUTES = (5.0, 10.0, 15.0, FAR_MINUTES)  # an upper limit belongs to its band


def groups_page_table(answer: Answer, coverage: Coverage, wording: Wording) -> PageTable | None:
    """Return how many of each group live where places lack: of each commune the share of all its inhabitants.

    None where no group is loaded.
    """
    groups = groups_of(answer.territory)
    if not groups:
        return None
    points = _lead_points(answer, coverage)
    demand = answer.territory.demand.set_index("demand_id")
    people = points["inhabitants"].where(points["inhabitants"] > 0)
    rows = []
    for group in groups:
        members = points["demand_id"].map(demand[GROUP_PREFIX + group])
        lacking = [(members * points[f"uncovered_{moment}"] / people).sum() for moment in moments_of(answer)]
        known = points["inhabitants"].where(members.notna()).sum()
        rows.append([wording.group_title(group), *map(wording.whole, (members.sum(), known, *lacking))])
    keys = ("diagnosis_group", "diagnosis_group_inhabitants", "diagnosis_group_known_of_inhabitants")
    moments = (moment_title(answer, moment, wording) for moment in moments_of(answer))
    return PageTable([*map(wording.say, keys), *(wording.say("people_lacking", moment=each) for each in moments)], rows)


def bands_page_table(answer: Answer, coverage: Coverage, wording: Wording) -> PageTable:
    """Return inhabitants by minutes to the nearest practitioner of the lead profession, with room or without."""
    points, moments = _lead_points(answer, coverage), moments_of(answer)
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
