"""The table of blocks: who competes for the same practitioners, and shares one level of shortage."""

import pandas as pd

from msp_siting.answer import has_modelled_times
from msp_siting.report.page_table import PageTable
from msp_siting.report.wording import Subject, Wording, lead_profession

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
    names = subject.territory.demand.set_index("demand_id")["name"]
    fewest = FEWEST_NAMED if has_modelled_times(subject.territory) else 1
    rows = [
        [
            wording.whole(row["block"]),
            _named(members[members["block"].eq(row["block"])], names, wording)
            if row["demand_points"] >= fewest
            else wording.say("page_block_unnamed"),
            wording.say(f"page_block_{row['kind']}"),
            *(wording.whole(row[name]) for name in ("demand_points", "inhabitants", "need", "room")),
            *(wording.percent(row[name]) for name in shares),
        ]
        for row in own.to_dict("records")
    ]
    keys = (
        *("page_block", "page_block_around", "page_block_kind", "page_block_points", "page_inhabitants"),
        *("page_block_need", "page_block_room", *(f"page_{name}" for name in shares)),
    )
    return PageTable([*map(wording.say, keys)], rows, word_columns=3)


def _named(members: pd.DataFrame, names: pd.Series, wording: Wording) -> str:
    """Return the names of a block's largest demand points; more are told as such."""
    largest = members.nlargest(NAMED_POINTS, "inhabitants")["demand_id"].map(names)
    key = "page_block_and_more" if len(members) > NAMED_POINTS else "page_block_these"
    return wording.say(key, names=", ".join(largest))
