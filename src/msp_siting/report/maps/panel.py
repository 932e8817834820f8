"""What the panel of a map says of a demand point or a zone: its figures, by the columns of the run's own tables."""

from collections.abc import Callable, Iterator, Mapping
from datetime import date
from typing import Any

import pandas as pd

from msp_siting.language import Fact, tell
from msp_siting.report.maps.explorer import Pairs
from msp_siting.report.maps.explorer_layers import UNDER_65, posts_of_points, statuses_of_points
from msp_siting.report.wording import Subject, Wording, lead_profession, profession_title
from msp_siting.territory import Territory

Column = tuple[str, list[str]]


def figures_of(rows: pd.DataFrame, wording: Wording, year: int | None = None) -> Iterator[Column]:
    """Yield what the columns of demand points or zones say: what each figure is called, and a text per row.

    Parameters
    ----------
    rows
        Of ``coverage.csv`` or ``zones.csv``, of a plan or a diagnosis, for one profession.
    year
        The horizon, which "before" is then the trend of.
    """
    before = {} if year is None else {"year": year}
    trend = "map_figure_uncovered_trend" if before else "map_figure_uncovered_before"

    def each(label: str, column: str, tell_it: Callable[[float], str]) -> Iterator[Column]:
        if column in rows.columns and rows[column].notna().any():
            yield label, [tell_it(value) for value in rows[column]]

    def people(label: str, column: str) -> Iterator[Column]:
        if column in rows.columns:
            counted = zip(rows[column], rows["inhabitants"], strict=True)
            yield label, [people_and_share(here, of, wording) for here, of in counted]

    yield from each(wording.say("page_inhabitants"), "inhabitants", wording.whole)
    yield from each(wording.say("page_apl_official"), "apl_official", lambda value: wording.decimal(value, 2))
    yield from each(wording.say("map_layer_apl_under_65_official"), UNDER_65, lambda value: wording.decimal(value, 2))
    if "apl_after" in rows.columns and rows["apl_after"].notna().any():
        changes = rows["apl_after"] - rows["apl_before"]
        yield wording.say("page_apl_change"), [wording.signed(change, 2) for change in changes]
    yield from people(wording.say("map_figure_uncovered"), "uncovered")
    yield from people(wording.say("map_figure_uncovered_today"), "uncovered_today")
    yield from people(wording.say(trend, **before), "uncovered_before")
    yield from people(wording.say("map_figure_uncovered_after"), "uncovered_after")
    yield from each(wording.say("map_layer_minutes"), "nearest_minutes", wording.decimal)
    yield from each(wording.say("map_figure_minutes_before"), "nearest_minutes_before", wording.decimal)
    yield from each(wording.say("map_figure_minutes_after"), "nearest_minutes_after", wording.decimal)


def people_and_share(people: float, inhabitants: float, wording: Wording) -> str:
    """Return how many people a place leaves without room, and their share where anyone lives there."""
    share = people / inhabitants if inhabitants > 0 else None
    if share is None:
        return wording.whole(people)
    return wording.say("comparison_people_and_share", people=wording.whole(people), share=wording.percent(share))


def block_figure(frame: pd.DataFrame, blocks: pd.DataFrame, column: str, wording: Wording) -> Column:
    """Return the block of every demand point, with its level."""
    level = blocks.set_index("block")[column]
    texts = [
        wording.say("map_figure_block_level", block=str(block), share=wording.percent(level.get(block)))
        if block in level.index
        else ""
        for block in frame["block"]
    ]
    return wording.say("page_block"), texts


def local_figures(frame: pd.DataFrame, subject: Subject, on: date, wording: Wording) -> Iterator[Column]:
    """Yield what a territory's own tables say of its demand points: zoning, practitioners, structures, cautions."""
    territory, lead = subject.territory, lead_profession(subject)
    status_of = statuses_of_points(frame, territory)
    if status_of:
        yield (
            wording.say("map_layer_zoning"),
            [_status(status_of.get(name), on, wording) for name in frame["demand_id"]],
        )
    profession = profession_title(subject, lead, wording)
    posts = posts_of_points(frame, territory, lead)
    yield wording.say("map_figure_supply", profession=profession), [wording.decimal(number) for number in posts]
    msps = territory.existing_msps
    if msps is not None:
        yield _counted("map_figure_msps", frame, msps, wording)
    if "pharmacies" in territory.places.columns:
        yield _counted("map_figure_pharmacies", frame, territory.places.set_index("place_id")["pharmacies"], wording)
    if frame["border"].any():
        border = wording.say("map_title_border")
        yield wording.say("map_figure_caution"), [border if is_border else "" for is_border in frame["border"]]


def nearest_site(frame: pd.DataFrame, territory: Territory, names: Mapping[str, str], wording: Wording) -> Column:
    """Return for every demand point the nearest of some sites (names by ``place_id``), with its minutes."""
    times = territory.times_from_home
    near = times[times["place_id"].isin(names.keys())].sort_values(["minutes", "place_id"]).drop_duplicates("demand_id")
    told = {
        demand_id: wording.say("map_figure_site_minutes", site=names[place_id], minutes=wording.whole(minutes))
        for demand_id, place_id, minutes in near[["demand_id", "place_id", "minutes"]].itertuples(index=False)
    }
    unknown = wording.say("map_minutes_unknown")
    texts = [told.get(demand_id, unknown) for demand_id in frame["demand_id"]]
    return wording.say("map_figure_nearest_site"), texts


def zone_figures(
    zones: pd.DataFrame, kind: str | None, lead: str, wording: Wording, year: int | None
) -> dict[str, Pairs]:
    """Return what is said of every zone of a kind, by ``zone_id``; ``zones`` are the rows of ``zones.csv``."""
    rows = zones[zones["kind"].eq(kind) & zones["profession"].eq(lead)]
    columns = list(figures_of(rows, wording, year))
    return {
        zone_id: [(label, texts[number]) for label, texts in columns] for number, zone_id in enumerate(rows["zone_id"])
    }


def _status(status: Any, on: date, wording: Wording) -> str:  # noqa: ANN401 - a ZoneStatus, or None
    if status is None:
        return ""
    fact = Fact(f"zone_status_{status.status}") if status.holds_on(on) else status.word_told(on)
    return wording.typeset(tell(fact, wording.language))


def _counted(key: str, frame: pd.DataFrame, number_of: pd.Series, wording: Wording) -> Column:
    known = frame["demand_id"].map(number_of)
    return wording.say(key), [wording.whole(number) if number > 0 else "" for number in known]
