"""The table of places where one departure leaves most without room."""

from msp_siting.answer import LOST, Diagnosis, has_modelled_times
from msp_siting.report.page_table import PageTable
from msp_siting.report.wording import Wording, lead_profession, with_epci

MOST_PLACES = 10
LEAST_LOST = 0.5  # standardised inhabitants


def fragility_page_table(diagnosis: Diagnosis, wording: Wording) -> PageTable | None:
    """Return the places of the lead profession that come first; None on estimated times, where none does."""
    if has_modelled_times(diagnosis.territory):
        return None
    own = diagnosis.fragility[diagnosis.fragility["profession"].eq(lead_profession(diagnosis))]
    first = own[own[LOST] >= LEAST_LOST].head(MOST_PLACES)
    rows = [
        [
            row["name"],
            wording.whole(row["rank"]),
            *(wording.decimal(row[name]) for name in ("practitioners", "posts_leaving")),
            *(wording.whole(row[name]) for name in (LOST, "room_within_reach")),
        ]
        for row in first.to_dict("records")
    ]
    keys = ("fragility_rank", "diagnosis_posts", "fragility_leaving", "fragility_lost", "fragility_room")
    table = PageTable([wording.say("fragility_place"), *map(wording.say, keys)], rows)
    return with_epci(table, first["place_id"], diagnosis.territory, wording)
