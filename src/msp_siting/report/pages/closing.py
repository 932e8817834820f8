"""What a diagnosis says of practices that close: sentences, communes left without room, places that can take people."""

from collections.abc import Iterator, Mapping
from typing import Any

from msp_siting.answer import Closed, Diagnosis, has_modelled_times
from msp_siting.report.page_table import PageTable
from msp_siting.report.wording import Wording, profession_title, with_epci

MOST_ROWS = 10
LEAST_CHANGE = 0.5  # inhabitants


def closing_sentences(diagnosis: Diagnosis, summary: Mapping[str, Any], wording: Wording) -> Iterator[str]:
    """Yield one sentence per profession that loses posts: who finds no room, who goes farther, who can take them."""
    if diagnosis.closed is None:
        return
    figures = summary["without"]
    for name in diagnosis.closed.professions:
        before, after = figures["uncovered_before"][name], figures["uncovered_after"][name]
        yield wording.say(
            "closing_uncovered",
            places=_closed_places(diagnosis.closed, name, wording),
            profession=profession_title(diagnosis, name, wording),
            more=wording.signed(after - before),
            before=wording.whole(before),
            after=wording.whole(after),
        )
        yield wording.say(
            "closing_minutes",
            going=wording.whole(figures["going_there"][name]),
            minutes_before=wording.decimal(figures["minutes_before"][name]),
            minutes_after=wording.decimal(figures["minutes_after"][name]),
        )
        if figures["farther_minutes"][name]:
            yield wording.say(
                "closing_farther",
                farther=wording.whole(figures["farther"][name]),
                more=wording.decimal(figures["farther_minutes"][name]),
            )
        if figures["without_anyone"][name]:
            yield wording.say("closing_without_anyone", people=wording.whole(figures["without_anyone"][name]))
        can_take = figures["places_that_can_take"][name]
        yield wording.say(
            "closing_room" if can_take else "closing_no_room",
            places=can_take,
            taken=wording.whole(figures["taken"][name]),
            before=wording.whole(figures["room_left_before"][name]),
            after=wording.whole(figures["room_left_after"][name]),
        )


def _closed_places(closed: Closed, profession: str, wording: Wording) -> str:
    """Return how many posts of a profession close where."""
    places = [
        wording.say(
            "closing_place",
            name=each.name,
            place_id=each.place_id,
            posts=wording.decimal(each.posts),
            there=wording.decimal(each.posts_before),
        )
        for each in closed.closings
        if each.profession == profession
    ]
    return wording.say("sheet_separator").join(places)


def closing_page_tables(diagnosis: Diagnosis, wording: Wording) -> list[PageTable]:
    """Return, per profession, where most lose their room and who can take people; nothing on estimated times."""
    closed = diagnosis.closed
    if closed is None or has_modelled_times(diagnosis.territory):
        return []
    tables = (_points(closed, name, diagnosis, wording) for name in closed.professions)
    places = (_places(closed, name, diagnosis, wording) for name in closed.professions)
    return [table for pair in zip(tables, places, strict=True) for table in pair if table.rows]


def _points(closed: Closed, profession: str, diagnosis: Diagnosis, wording: Wording) -> PageTable:
    points = closed.points[closed.points["profession"].eq(profession)]
    more = points["uncovered_after"] - points["uncovered_before"]
    changed = points.assign(more=more)[more.ge(LEAST_CHANGE)].nlargest(MOST_ROWS, "more")
    rows = [
        [
            row["name"],
            *(wording.whole(row[name]) for name in ("inhabitants", "uncovered_before", "uncovered_after")),
            *(wording.decimal(row[name]) for name in ("minutes_before", "minutes_after")),
        ]
        for row in changed.to_dict("records")
    ]
    keys = ("page_inhabitants", "closing_uncovered_before", "closing_uncovered_after", "closing_minutes_before")
    head = [wording.say("closing_point"), *map(wording.say, (*keys, "closing_minutes_after"))]
    table = PageTable(head, rows, title=_title("closing_points", profession, diagnosis, wording))
    return with_epci(table, changed["demand_id"], diagnosis.territory, wording)


def _places(closed: Closed, profession: str, diagnosis: Diagnosis, wording: Wording) -> PageTable:
    figures = ("inhabitants_within_reach", "inhabitants_taken", "room_left_before", "room_left_after")
    places = closed.places[closed.places["profession"].eq(profession)].head(MOST_ROWS)
    rows = [
        [
            row["name"],
            wording.decimal(row["minutes"]),
            *(wording.whole(row[name]) for name in figures),
        ]
        for row in places.to_dict("records")
    ]
    keys = ("closing_minutes_head", *(f"closing_{name}" for name in figures))
    head = [wording.say("closing_place_head"), *map(wording.say, keys)]
    table = PageTable(head, rows, title=_title("closing_absorbing", profession, diagnosis, wording))
    return with_epci(table, places["place_id"], diagnosis.territory, wording)


def _title(key: str, profession: str, diagnosis: Diagnosis, wording: Wording) -> str:
    return wording.say(key, profession=profession_title(diagnosis, profession, wording))
