"""What closing a practice leaves: who finds no room then, who lives farther away, and who within reach has room."""

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from typing import Any

import numpy as np
import pandas as pd

from msp_siting.answer.coverage import posts_by_place
from msp_siting.answer.rim_room import reserve_for_rim
from msp_siting.errors import ScenarioError, Sentence, problem, told
from msp_siting.files import near_name
from msp_siting.problem import Assignment, Instance, Plan, build_instance, room_by_place, with_trend
from msp_siting.scenario import Scenario
from msp_siting.solver import Settings, Settler
from msp_siting.territory import PlaceNames, Territory, UnknownPlaceError, nearest_minutes, own_places, with_posts

LEAST = 0.5  # inhabitants, or room for them: what is below is rounding
ROUNDING = 1e-9  # posts


@dataclass(frozen=True)
class Closing:
    """Posts (FTE) of a profession that are taken away at a place, and how many were there."""

    place_id: str
    name: str
    profession: str
    posts: float
    posts_before: float


@dataclass(frozen=True)
class Closed:
    """What a territory is without some posts.

    Attributes
    ----------
    points
        One row per (demand point, profession that loses posts): ``closing.csv``.
    places
        One row per (place that takes people or has room to spare, profession): ``closing_places.csv``.
    going
        One row per (demand point, place that loses posts, profession): ``inhabitants`` who go there before, and their
        ``minutes_before`` and ``minutes_after`` to the nearest practitioner.
    """

    closings: tuple[Closing, ...]
    points: pd.DataFrame
    places: pd.DataFrame
    going: pd.DataFrame

    @property
    def professions(self) -> tuple[str, ...]:
        """The professions that lose posts, in the order asked."""
        return tuple(dict.fromkeys(each.profession for each in self.closings))


def read_closings(asked: Sequence[str], territory: Territory, scenario: Scenario) -> tuple[Closing, ...]:
    """Return what is to be taken away, as people write it: PLACE:PROFESSION[:POSTS], by default all posts there.

    Parameters
    ----------
    territory
        At the horizon: its supply is as events leave it, nobody retired yet.

    Raises
    ------
    ScenarioError
        With every problem: no such place or profession, nobody there, more posts than there are, a practice twice.
    """
    if not asked:
        return ()
    names = own_places(territory)
    there = territory.supply.groupby(["place_id", "profession"])["practitioners"].sum()
    problems: list[Sentence] = []
    found: dict[tuple[str, str], Closing] = {}
    for text in asked:
        try:
            closing = _read_closing(text, names, there, scenario.model.professions)
        except (ValueError, UnknownPlaceError) as fault:
            problems.append(told(fault).at(problem("--without {text}", text=text)))
            continue
        if (closing.place_id, closing.profession) in found:
            twice = problem("the same practice is given twice; give its posts once")
            problems.append(twice.at(problem("--without {text}", text=text)))
        found[closing.place_id, closing.profession] = closing
    if problems:
        raise ScenarioError(problems)
    return tuple(found.values())


def _read_closing(text: str, names: PlaceNames, there: pd.Series, professions: Iterable[str]) -> Closing:
    place, _, rest = text.partition(":")
    profession, _, amount = (part.strip() for part in rest.partition(":"))
    if not place.strip() or not profession:
        raise ValueError(problem("expected PLACE:PROFESSION or PLACE:PROFESSION:POSTS, such as 38226:gp:1"))
    if profession not in professions:
        unknown = problem("the model has no such profession") + near_name(profession, professions)
        raise ValueError(unknown)
    place_id = names.find(place.strip()).place_id
    before = float(there.get((place_id, profession), 0.0))
    if not before > 0:
        place = names.show(place_id)
        raise ValueError(problem("no {profession} practises at {place}", profession=profession, place=place))
    posts = _read_posts(amount) if amount else before
    if posts > before + ROUNDING:
        raise ValueError(problem("takes {posts:g} posts away, where there are {before:g}", posts=posts, before=before))
    return Closing(place_id, names.first_name[place_id], profession, min(posts, before), before)


def _read_posts(text: str) -> float:
    try:
        posts = float(text.replace(",", "."))
    except ValueError:
        posts = math.nan
    if not 0 < posts < math.inf:
        raise ValueError(problem("expected posts above 0, got {value!r}", value=text))
    return posts


def close(
    scenario: Scenario, territory: Territory, instance: Instance, closings: tuple[Closing, ...], settings: Settings
) -> Closed:
    """Return what a territory is without some posts, just as it would be had they never stood in its supply.

    Parameters
    ----------
    territory, instance
        With them, before any decision.
    closings
        At least one.
    settings
        For who goes where, which is nearby.

    Raises
    ------
    SolverError
        If it cannot be solved who goes where.
    """
    taken = pd.Series({(each.place_id, each.profession): -each.posts for each in closings})
    without = with_trend(with_posts(territory, taken), scenario)
    after = reserve_for_rim(build_instance(without, scenario), without, scenario, settings)
    names = tuple(dict.fromkeys(each.profession for each in closings))
    moments = [_Moment.of(each, names, settings) for each in (instance, after)]
    tables = [_of_profession(territory, name, moments, closings) for name in names]
    points, places, going = (pd.concat(parts, ignore_index=True) for parts in zip(*tables, strict=True))
    return Closed(closings, points, places, going)


@dataclass(frozen=True)
class _Moment:
    """Some professions of an instance, nothing opened, and who goes where nearby."""

    instance: Instance
    assignment: Assignment

    @classmethod
    def of(cls, instance: Instance, professions: Iterable[str], settings: Settings) -> "_Moment":
        only = replace(instance, professions={name: instance.professions[name] for name in professions})
        return cls(only, Settler(only, settings).settle(Plan.empty())[1])

    def uncovered(self, profession: str) -> pd.Series:
        """Return inhabitants left uncovered, by ``demand_id``."""
        rows = self.assignment.uncovered
        return rows[rows["profession"].eq(profession)].set_index("demand_id")["inhabitants"]

    def served(self, profession: str) -> pd.DataFrame:
        """Return who goes where: ``demand_id``, ``place_id``, ``inhabitants``."""
        rows = self.assignment.allocated
        return rows.loc[rows["profession"].eq(profession), ["demand_id", "place_id", "inhabitants"]]

    def nearest(self, territory: Territory, profession: str) -> pd.Series:
        """Return the minutes to the nearest practitioner, by ``demand_id``."""
        return nearest_minutes(territory, posts_by_place(self.instance, profession, Plan.empty()).index)

    def room_left(self, profession: str) -> pd.Series:
        """Return the room that nobody uses, in standardised inhabitants by ``place_id``."""
        served, index = self.served(profession), self.instance.professions[profession].need_index
        need = np.array([index[point] for point in served["demand_id"]], float)
        used = (served["inhabitants"].astype(float) * need).groupby(served["place_id"]).sum()
        there = room_by_place(self.instance, Plan.empty())
        room = {place: amount for (place, name), amount in there.items() if name == profession}
        return pd.Series(room, dtype=float).sub(used, fill_value=0.0).clip(lower=0.0)


def _of_profession(
    territory: Territory, profession: str, moments: Sequence[_Moment], closings: Iterable[Closing]
) -> tuple[pd.DataFrame, pd.DataFrame, pd.DataFrame]:
    """Return points, places and going of one profession."""
    before, after = moments
    nearest = [each.nearest(territory, profession) for each in moments]
    demand = territory.demand
    points = pd.DataFrame(
        {
            "demand_id": demand["demand_id"],
            "name": demand["name"],
            "profession": profession,
            "inhabitants": demand["inhabitants"],
            "uncovered_before": demand["demand_id"].map(before.uncovered(profession)),
            "uncovered_after": demand["demand_id"].map(after.uncovered(profession)),
            "minutes_before": demand["demand_id"].map(nearest[0]),
            "minutes_after": demand["demand_id"].map(nearest[1]),
        }
    )
    closed = [each.place_id for each in closings if each.profession == profession]
    served = before.served(profession)
    going = served[served["place_id"].isin(closed)].assign(profession=profession)
    going["minutes_before"], going["minutes_after"] = (going["demand_id"].map(each) for each in nearest)
    return points, _absorbing(territory, profession, moments, going), going


def _absorbing(territory: Territory, profession: str, moments: Sequence[_Moment], going: pd.DataFrame) -> pd.DataFrame:
    """Return the places within reach of some who lose theirs that take them or have room before, the nearest first.

    A place takes people without room to spare where some of its own go on to another.
    """
    people = going.groupby("demand_id")["inhabitants"].sum()
    served = [each.served(profession) for each in moments]
    before, after = (
        rows[rows["demand_id"].isin(people.index)].groupby("place_id")["inhabitants"].sum() for rows in served
    )
    room_before, room_after = (each.room_left(profession) for each in moments)
    terms = moments[1].instance.professions[profession]
    pairs = territory.times_from_home
    pairs = pairs[pairs["demand_id"].isin(people.index) & pairs["minutes"].le(terms.cutoff_minutes)]
    pairs = pairs[pairs["place_id"].isin(terms.existing)]
    pairs = pairs.assign(inhabitants=people.reindex(pairs["demand_id"]).to_numpy(float))
    pairs["minutes"] *= pairs["inhabitants"]
    sums = pairs.groupby("place_id")[["inhabitants", "minutes"]].sum()
    place_ids = pd.Series(sums.index)
    table = pd.DataFrame(
        {
            "place_id": place_ids,
            "name": place_ids.map(territory.place_points["name"]),
            "profession": profession,
            "inhabitants_taken": after.sub(before, fill_value=0.0).reindex(place_ids).fillna(0.0).clip(lower=0.0).array,
            "room_left_before": room_before.reindex(place_ids).fillna(0.0).array,
            "room_left_after": room_after.reindex(place_ids).fillna(0.0).array,
            "minutes": (sums["minutes"] / sums["inhabitants"]).array,
            "inhabitants_within_reach": sums["inhabitants"].array,
        }
    )
    can_take = table["inhabitants_taken"].ge(LEAST) | table["room_left_before"].ge(LEAST)
    return table[can_take].sort_values(["minutes", "place_id"], ignore_index=True)


def summarise_closing(closed: Closed) -> dict[str, Any]:
    """Return what ``without`` of ``summary.json`` holds; None without a value."""
    figures = {name: _figures(closed, name) for name in closed.professions}
    keys = next(iter(figures.values()))
    return {
        "closings": [asdict(each) for each in closed.closings],
        **{key: {name: values[key] for name, values in figures.items()} for key in keys},
    }


def _figures(closed: Closed, profession: str) -> Mapping[str, float | None]:
    points, places, going = (
        table[table["profession"].eq(profession)] for table in (closed.points, closed.places, closed.going)
    )
    people = points["inhabitants"]
    gone = points["minutes_before"].notna() & points["minutes_after"].isna()
    farther = gone | (points["minutes_after"] > points["minutes_before"])
    more = points["minutes_after"] - points["minutes_before"]
    return {
        "uncovered_before": float(points["uncovered_before"].sum()),
        "uncovered_after": float(points["uncovered_after"].sum()),
        "going_there": float(going["inhabitants"].sum()),
        "minutes_before": _mean(going["minutes_before"], going["inhabitants"]),
        "minutes_after": _mean(going["minutes_after"], going["inhabitants"]),
        "farther": float(people[farther].sum()),
        "farther_minutes": _mean(more[farther & ~gone], people[farther & ~gone]),
        "without_anyone": float(people[gone].sum()),
        "taken": float(places["inhabitants_taken"].sum()),
        "places_that_can_take": float(len(places)),
        "room_left_before": float(places["room_left_before"].sum()),
        "room_left_after": float(places["room_left_after"].sum()),
    }


def _mean(values: pd.Series, weights: pd.Series) -> float | None:
    """Return a weighted mean; None of nobody, and where a value is not known: of fewer it would be another."""
    total = float(weights.sum())
    return None if not total > 0 or values.isna().any() else float((values * weights).sum() / total)
