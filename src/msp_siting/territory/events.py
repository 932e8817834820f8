"""Events that correct a territory's tables: who left, who came, what was miscounted, which MSPs opened, each dated."""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import date

import numpy as np
import pandas as pd

from msp_siting.errors import Sentence, problem
from msp_siting.files import Text, row_number
from msp_siting.language import Fact
from msp_siting.territory.territory import Territory
from msp_siting.territory.zonings import is_day, no_day, told_day

ROUNDING = 1e-9  # posts: thirds and tenths do not add up to whole ones
LAST_OF_YEAR = (12, 31)


def counted_until(asked_on: date | None, horizon_year: int | None) -> date:
    """Return the last day whose events count: that of the question, or the last of the horizon where that is later.

    Whatever is announced until the horizon is known when the question is asked.
    """
    asked_on = asked_on or date.today()  # noqa: DTZ011 - a day as people count it
    return asked_on if horizon_year is None else max(asked_on, date(horizon_year, *LAST_OF_YEAR))


def with_events(territory: Territory, until: date) -> Territory:
    """Return a territory whose supply and MSPs are as the events until a day leave them.

    Posts that leave or come are shared by the rows of their place and profession in proportion, so ``retiring_share``
    holds of all who are there then; where nobody is, it is not known. A territory without events is itself.
    """
    events = territory.events
    if events.empty:
        return territory
    counted = events[_counts(events, until)]
    changes = counted.groupby(["place_id", "profession"], sort=False)["posts"].sum()
    places = _with_msps(territory.places, counted)
    return replace(with_posts(territory, changes), places=places, corrected_until=until)


def counted_events(territory: Territory) -> pd.DataFrame:
    """Return the events that the supply has already; none before any day was asked about."""
    until, events = territory.corrected_until, territory.events
    return events.iloc[:0] if until is None else events[_counts(events, until)]


def with_posts(territory: Territory, changes: pd.Series) -> Territory:
    """Return a territory with posts (FTE) more or fewer, never below 0, by (``place_id``, ``profession``)."""
    return replace(territory, supply=_corrected(territory.supply, changes))


def event_caveats(territory: Territory, titles: Mapping[str, Text]) -> Iterator[Fact]:
    """Yield the events that the tables have, and those still ahead.

    Parameters
    ----------
    titles
        What professions are called.
    """
    until, events = territory.corrected_until, territory.events
    if until is None:
        return
    counts = _counts(events, until)
    for key, rows in (("caveat_events", events[counts]), ("caveat_events_ahead", events[~counts])):
        if not rows.empty:
            told = [_told(territory, titles, row) for row in rows.sort_values("date", kind="stable").to_dict("records")]
            yield Fact(key, {"day": told_day(until), "events": told})


def event_problems(territory: Territory) -> Iterator[Sentence]:
    """Yield what is wrong with the events, each with its row; none may leave fewer than 0 posts on any day."""
    events = territory.events
    known, listed = _own_places(territory), set(territory.places["place_id"])
    counts_msps = "msps" in territory.places.columns
    sound = []
    for row, event in events.iterrows():
        wrong = list(_cell_problems(event))
        if event["place_id"] not in known:
            unknown = problem(
                "no such {what} {value!r}", what=problem("place of the territory"), value=event["place_id"]
            )
            wrong.append(unknown.at("place_id"))
        elif event["kind"] == "msp_opened" and counts_msps and event["place_id"] not in listed:
            absent = problem("{value!r} has no row in places, which counts MSPs; add one", value=event["place_id"])
            wrong.append(absent.at("place_id"))
        yield from (each.at(row_number(row)) for each in wrong)
        sound += [] if wrong else [row]
    yield from _shortfalls(territory.supply, events.loc[sound])


def unknown_professions(territory: Territory, professions: Mapping[str, object]) -> Iterator[Sentence]:
    """Yield the events of professions that a model does not have, each with its row."""
    for row, name in territory.events["profession"].items():
        if name not in professions:
            unknown = problem(
                "profession {profession!r} is not one of the model's ({professions}); add it to the model or take its "
                "rows out",
                profession=name,
                professions=", ".join(professions),
            )
            yield unknown.at(row_number(row)).at(territory.path_of("events"))


def _counts(events: pd.DataFrame, until: date) -> pd.Series:
    """Return flags of the events that count; days are written so that their order is that of their text."""
    return events["date"].le(until.isoformat())


def _own_places(territory: Territory) -> set[str]:
    own = {*territory.demand["demand_id"], *territory.sites["place_id"], *territory.supply["place_id"]}
    around = set() if territory.rim is None else territory.rim.place_ids - own
    return own | (set(territory.places["place_id"]) - around)


def _cell_problems(event: pd.Series) -> Iterator[Sentence]:
    """Yield a date that is none, and posts whose sign is not that of their kind."""
    if not is_day(event["date"]):
        yield no_day(event["date"]).at("date")
    kind, posts = event["kind"], event["posts"]
    signs = {
        "departure": (posts < 0, problem("below 0")),
        "arrival": (posts > 0, problem("above 0")),
        "msp_opened": (posts >= 0, problem("at least 0")),
    }
    is_right, expected = signs.get(kind, (True, ""))
    if not is_right:
        wrong = problem("must be {expected} for {kind}, got {posts:g}", expected=expected, kind=kind, posts=posts)
        yield wrong.at("posts")


def _shortfalls(supply: pd.DataFrame, events: pd.DataFrame) -> Iterator[Sentence]:
    """Yield the first event of a place and profession that takes more posts than there are that day."""
    there = supply.groupby(["place_id", "profession"])["practitioners"].sum()
    ordered = events.assign(loss=-events["posts"]).sort_values(["date", "loss"], kind="stable")  # arrivals first
    for key, rows in ordered.groupby(["place_id", "profession"], sort=False):
        left = float(there.get(key, 0.0))
        for row, posts in rows["posts"].items():
            if left + posts < -ROUNDING:
                few = problem(
                    "takes {taken:g} posts of {profession} at {place}, where {left:g} are left by then",
                    taken=-posts,
                    profession=key[1],
                    place=key[0],
                    left=left,
                )
                yield few.at("posts").at(row_number(row))
                break
            left = max(0.0, left + posts)


def _corrected(supply: pd.DataFrame, changes: pd.Series) -> pd.DataFrame:
    changes = changes[changes.ne(0)]
    keys = pd.MultiIndex.from_frame(supply[["place_id", "profession"]])
    there = supply["practitioners"].groupby([supply["place_id"], supply["profession"]]).transform("sum")
    change = changes.reindex(keys).fillna(0.0).to_numpy()
    after = np.maximum(there + change, 0.0)
    factor = (after / there.where(there > 0, 1.0)).where(there > 0, 0.0)
    posts = (supply["practitioners"] * factor).where(change != 0, supply["practitioners"])
    is_bare = (there == 0) & ~keys.duplicated()  # a row of 0 posts, which all who come are put into
    corrected = supply.assign(practitioners=posts.where(~is_bare, after).where(change != 0, supply["practitioners"]))
    new = changes[~changes.index.isin(keys)].rename("practitioners").rename_axis(keys.names).reset_index()
    words = {name: "" for name in ("structure", "status") if name in supply.columns}
    return corrected if new.empty else pd.concat([corrected, new.assign(**words)], ignore_index=True)


def _with_msps(places: pd.DataFrame, events: pd.DataFrame) -> pd.DataFrame:
    opened = events.loc[events["kind"].eq("msp_opened"), "place_id"].value_counts()
    if "msps" not in places.columns or opened.empty:
        return places
    more = places["place_id"].map(opened)
    return places.assign(msps=places["msps"].where(more.isna(), places["msps"].fillna(0.0) + more))


def _told(territory: Territory, titles: Mapping[str, Text], event: Mapping[str, object]) -> Fact:
    place_id, profession = str(event["place_id"]), str(event["profession"])
    values = {
        "when": told_day(date.fromisoformat(str(event["date"]))),
        "place": str(territory.place_points["name"].get(place_id, place_id)),
        "place_id": place_id,
        "profession": titles.get(profession, profession),
        "posts": event["posts"],
        "kind": Fact(f"event_{event['kind']}"),
        "source": str(event["source"]),
    }
    return Fact("caveat_event", values)
