"""Whether a car can be as fast or as slow as times between points say: trip by trip, row by row, and in the whole."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import pandas as pd

from msp_siting.errors import Sentence, problem
from msp_siting.files import MOST_PROBLEMS_SHOWN
from msp_siting.territory import crow_fly_km
from msp_siting.travel.pairs import point_label
from msp_siting.units import MINUTES_PER_HOUR

# A trip. The motorways' limit; as the crow flies no trip by road is faster than 80 km/h in Isère, 88 in Alsace (OSRM).
FASTEST_CAR_KM_PER_H = 130.0
# By so much a time may be rounded down (r5 writes whole minutes), or its points stand nearer to one another than ours.
ROUNDING_MINUTES = 1.0
# Neighbouring squares of 1 km touch 1.41 km apart at their corners: nearer points may lie on one spot of the only road.
ONE_SPOT_KM = 1.5
# A trip. Of 258,802 trips of more than 5 km in Isère the slowest makes 5.7 km/h as the crow flies; around
# an estuary or a range it may be less. A trip in seconds read as minutes makes less than 1 where it made 60.
SLOWEST_CAR_KM_PER_H, SLOW_TRIP_KM = 1.0, 5.0
# A row or a column: another unit of time is wrong by 60 or more, so medians of 32 to 56 km/h, as in Isère, fall to 1.
# Trips of up to 2 km tell more of detours and of rounding than of speed; of two trips the median tells little.
SLOWEST_ROW_KM_PER_H, NEAR_KM, FEWEST_OF_A_ROW = 3.0, 2.0, 3
# Nearer to sixty times slower than the whole than to as fast; only rows long enough not to be one detour.
SLOWER_THAN_THE_WHOLE, FEWEST_OF_A_LONG_ROW = 60.0**0.5, 10
# The whole: its median is 43 km/h in Isère and 64 in Alsace (OSRM). That of a handful of trips in mountains may be
# below 10: it is 9.0 for eight trips around Marcieu, by the coordinates of town halls.
SLOWEST_WHOLE_KM_PER_H, FASTEST_WHOLE_KM_PER_H, FAR_KM = 10.0, 130.0, 5.0
FEWEST_OF_A_WHOLE = 30
HALF = 0.5


@dataclass(frozen=True)
class Trips:
    """Trips with their times.

    Attributes
    ----------
    demand, places
        One row per point: ``point_id``, ``lon``, ``lat`` (degrees), where known ``name``.
    home, care
        Positions in them, trip by trip.
    minutes
        Of each trip.
    """

    demand: pd.DataFrame
    places: pd.DataFrame
    home: np.ndarray
    care: np.ndarray
    minutes: np.ndarray

    @cached_property
    def km(self) -> np.ndarray:
        """As the crow flies, trip by trip."""
        begin, end = (points[["lon", "lat"]].to_numpy(float).T for points in (self.demand, self.places))
        return crow_fly_km(*begin[:, self.home], *end[:, self.care])

    @cached_property
    def km_per_h(self) -> np.ndarray:
        """As the crow flies, trip by trip; infinite where there is no time."""
        with np.errstate(divide="ignore", invalid="ignore", over="ignore"):
            speeds: np.ndarray = self.km / self.minutes * MINUTES_PER_HOUR
        return speeds

    @cached_property
    def impossible(self) -> np.ndarray:
        """Whether no car makes a trip as fast, or as slowly, trip by trip."""
        least = self.km / FASTEST_CAR_KM_PER_H * MINUTES_PER_HOUR - ROUNDING_MINUTES
        most = np.maximum(self.km, SLOW_TRIP_KM) / SLOWEST_CAR_KM_PER_H * MINUTES_PER_HOUR
        no_time = (self.minutes == 0) & (self.km > ONE_SPOT_KM)
        found: np.ndarray = (self.minutes < least) | no_time | (self.minutes > most)
        return found


@dataclass(frozen=True)
class Where:
    """How a table of times says where something stands, and what of.

    Attributes
    ----------
    trip
        Where a trip stands, by its position; None where it stands nowhere.
    home, care
        Where the trips of a point stand, by its position among those where trips begin, or end.
    unit, per_minute
        Of the table.
    whole
        What is wrong with the whole, made of its median speed.
    advice
        What to do if a number means something else.
    """

    trip: Callable[[int], Sentence | None]
    home: Callable[[int], Sentence]
    care: Callable[[int], Sentence]
    unit: Sentence
    per_minute: float
    whole: Callable[[Sentence], Sentence]
    advice: Callable[[float], Sentence] | None = None

    def advise(self, minutes: np.ndarray) -> str:
        """Return what to do if the one value of some trips stands for something else; nothing for several values.

        No tool writes a short time for what is unreachable, but for 0.
        """
        if self.advice is None or not minutes.size or minutes.min() != minutes.max():
            return ""
        is_short = 0 < minutes[0] < SLOW_TRIP_KM / SLOWEST_CAR_KM_PER_H * MINUTES_PER_HOUR
        return "" if is_short else self.advice(float(minutes[0] * self.per_minute))


def speed_problems(trips: Trips, where: Where) -> list[Sentence]:
    """Return what no car does: in the whole (a wrong unit), row by row, column by column and trip by trip.

    A problem beyond the first ones shown stands for the rest: making a sentence takes long.
    """
    groups = _odd_groups(trips)
    if not groups:
        wrong = whole_problem(trips)
        if wrong is not None:
            prevailing = _prevailing(trips.minutes[trips.km > FAR_KM])
            return [where.whole(wrong) + where.advise(prevailing)]
    alone = trips.impossible.copy()
    told = [_group_problem(trips, group, alone, where) for group in groups[:MOST_PROBLEMS_SHOWN]]
    told += told[-1:] * max(len(groups) - MOST_PROBLEMS_SHOWN, 0)
    for is_home, position in ((True, trips.home), (False, trips.care)):
        alone &= ~np.isin(position, [group.position for group in groups if group.is_home == is_home])
    found = np.flatnonzero(alone)
    told += (_trip_problem(trips, int(trip), where) for trip in found[:MOST_PROBLEMS_SHOWN])
    return [*told, *told[-1:] * max(len(found) - MOST_PROBLEMS_SHOWN, 0)]


def whole_problem(trips: Trips) -> Sentence | None:
    """Return what is wrong with the median crow-fly speed in km/h of trips of more than 5 km, None if plausible."""
    far = trips.km > FAR_KM
    if not far.any():
        return None
    speed = float(np.median(trips.km_per_h[far]))
    slowest = SLOWEST_WHOLE_KM_PER_H if far.sum() >= FEWEST_OF_A_WHOLE else SLOWEST_ROW_KM_PER_H
    if slowest <= speed <= FASTEST_WHOLE_KM_PER_H:
        return None
    return problem(
        "median speed {speed:,.1f} km/h as the crow flies between points more than {far:g} km apart, "
        "expected {slowest:g} to {fastest:g}",
        speed=speed,
        far=FAR_KM,
        slowest=slowest,
        fastest=FASTEST_WHOLE_KM_PER_H,
    )


@dataclass(frozen=True)
class _Group:
    """The trips from one point, or to one, that are unlike those of the others.

    Attributes
    ----------
    position
        Of the point among those where trips begin, or end.
    is_home
        Whether they begin there.
    """

    position: int
    is_home: bool

    def holds(self, trips: Trips) -> np.ndarray:
        """Return whether a trip is of it, trip by trip."""
        held: np.ndarray = (trips.home if self.is_home else trips.care) == self.position
        return held


def _odd_groups(trips: Trips) -> list[_Group]:
    """Return the rows and columns that no car drives where most others can be driven, those of the surer side first.

    Where all rows are alike, the columns or the whole are to be told of. Trips of an odd column say nothing of the
    rows that they stand in, nor the other way round.
    """
    judged = trips.km > NEAR_KM
    sides = []
    for is_home in (True, False):
        odd, count = _odd(trips, judged, is_home=is_home)
        if odd.any() and not odd.all() and count > 1:
            position = trips.home if is_home else trips.care
            inside = judged & np.isin(position, odd.index[odd])
            sides.append((float(np.mean(_undrivable(trips)[inside])), is_home))
    groups: list[_Group] = []
    for _, is_home in sorted(sides, reverse=True):
        odd, _ = _odd(trips, judged, is_home=is_home)
        found = odd.index[odd]
        groups += (_Group(int(point), is_home) for point in found)
        judged = judged & ~np.isin(trips.home if is_home else trips.care, found)
    return groups


def _undrivable(trips: Trips) -> np.ndarray:
    undrivable: np.ndarray = trips.impossible | (trips.km_per_h < SLOWEST_ROW_KM_PER_H)
    return undrivable


def _odd(trips: Trips, judged: np.ndarray, *, is_home: bool) -> tuple[pd.Series, int]:
    """Return whether the trips of a point are odd, by its position, and of how many points that can be told."""
    position = (trips.home if is_home else trips.care)[judged]
    speeds, impossible = trips.km_per_h[judged], trips.impossible[judged]
    grouped = pd.DataFrame({"speed": speeds, "impossible": impossible}).groupby(position)
    count, speed, share = grouped.size(), grouped["speed"].median(), grouped["impossible"].mean()
    usual = float(np.median(speeds)) if len(speeds) else 0.0
    odd = (share > HALF) | (speed < SLOWEST_ROW_KM_PER_H)
    odd |= (count >= FEWEST_OF_A_LONG_ROW) & (speed < usual / SLOWER_THAN_THE_WHOLE)
    enough = count >= FEWEST_OF_A_ROW
    return odd[enough], int(enough.sum())


def _group_problem(trips: Trips, group: _Group, alone: np.ndarray, where: Where) -> Sentence:
    held = group.holds(trips)
    far, wrong = held & (trips.km > NEAR_KM), held & alone
    minutes, count = trips.minutes[wrong], int(far.sum())
    if minutes.size and minutes.min() == minutes.max():
        text = problem(
            "{value:g} {unit} on {wrong} of {count} trips of more than {far:g} km, the longest {km:,.1f} km as the "
            "crow flies: no car drives that",
            value=float(minutes[0] * where.per_minute),
            unit=where.unit,
            wrong=int((wrong & far).sum()),
            count=count,
            far=NEAR_KM,
            km=float(trips.km[wrong].max()),
        )
    else:
        others = ~held & (trips.km > NEAR_KM) & ~_undrivable(trips)
        text = problem(
            "median speed {speed:,.1f} km/h as the crow flies on {count} trips of more than {far:g} km, "
            "{others:,.1f} km/h elsewhere: is it in another unit than {unit}?",
            speed=float(np.median(trips.km_per_h[far])),
            count=count,
            far=NEAR_KM,
            others=float(np.median(trips.km_per_h[others])) if others.any() else float("nan"),
            unit=where.unit,
        )
    place = where.home(group.position) if group.is_home else where.care(group.position)
    return (text + where.advise(minutes)).at(place)


def _trip_problem(trips: Trips, trip: int, where: Where) -> Sentence:
    minutes = trips.minutes[trip : trip + 1]
    is_fast = trips.km_per_h[trip] > SLOWEST_CAR_KM_PER_H
    wrong = problem(
        "{value:g} {unit} from {demand} to {place}, {km:,.1f} km apart as the crow flies: {verdict}",
        value=float(minutes[0] * where.per_minute),
        unit=where.unit,
        demand=point_label(trips.demand, int(trips.home[trip])),
        place=point_label(trips.places, int(trips.care[trip])),
        km=float(trips.km[trip]),
        verdict=problem("no car is that fast") if is_fast else problem("no car is that slow"),
    )
    wrong += where.advise(minutes)
    place = where.trip(trip)
    return wrong if place is None else wrong.at(place)


def _prevailing(minutes: np.ndarray) -> np.ndarray:
    """Return the time that more than half of some trips have, or none."""
    values, counts = np.unique(minutes, return_counts=True)
    found: np.ndarray = values[counts > len(minutes) * HALF]
    return found
