"""The table of blocks: who competes for the same practitioners, and shares one level of shortage."""

from collections.abc import Mapping

import pandas as pd

from msp_siting.answer import has_modelled_times
from msp_siting.report.page_table import PageTable
from msp_siting.report.wording import Subject, Wording, epci_of, lead_profession

LARGEST_BLOCKS = 10
NAMED_POINTS = 3  # of a block: those with most inhabitants, so that a reader knows where it is
FEWEST_NAMED = 10  # demand points of a block that is named where times are estimated: of fewer it would be a verdict


def block_page_table(subject: Subject, blocks: pd.DataFrame, points: pd.DataFrame, wording: Wording) -> PageTable:
    """Return the blocks of the lead profession in which most people live, the largest first.

    Parameters
    ----------
    blocks
        The rows of ``blocks.csv``, of a run or of a diagnosis.
    points
        Those of ``coverage.csv``.
    """
    lead = lead_profession(subject)
    shares = [name for name in blocks.columns if name.startswith("uncovered_share")]
    own = blocks[blocks["profession"].eq(lead)].nlargest(LARGEST_BLOCKS, "inhabitants")
    members = points[points["profession"].eq(lead)]
    zones, demand = epci_of(subject.territory), subject.territory.demand
    names = dict(zip(demand["demand_id"], demand["name"], strict=True))
    left = members.groupby("block")["uncovered_after" if "uncovered_after" in members.columns else "uncovered"].sum()
    fewest = FEWEST_NAMED if has_modelled_times(subject.territory) else 1
    rows = [
        [
            _named(members[members["block"].eq(row["block"])], names, zones, wording)
            if row["demand_points"] >= fewest
            else wording.say("page_block_unnamed"),
            wording.whole(row["block"]),
            wording.say(f"page_block_{row['kind']}"),
            *(wording.whole(row[name]) for name in ("demand_points", "inhabitants", "need", "room")),
            *(wording.percent(row[name]) for name in shares),
            wording.whole(left.get(row["block"])),
        ]
        for row in own.to_dict("records")
    ]
    keys = (
        *("page_block_around", "page_block", "page_block_kind", "page_block_points", "page_inhabitants"),
        *("page_block_need", "page_block_room", *(f"page_{name}" for name in shares)),
        "page_block_left",
    )
    return PageTable([*map(wording.say, keys)], rows, word_columns=3)


def _named(members: pd.DataFrame, names: Mapping[str, str], zones: Mapping[str, str], wording: Wording) -> str:
    """Return the names of a block's largest demand points with their EPCI; more are told as such."""
    largest = list(members.nlargest(NAMED_POINTS, "inhabitants")["demand_id"])
    key = "page_block_and_more" if len(members) > NAMED_POINTS else "page_block_these"
    told = wording.say(key, names=", ".join(names[point] for point in largest))
    within = dict.fromkeys(zones[point] for point in largest if point in zones)
    return wording.say("page_block_place", names=told, epci=", ".join(within)) if within else told
