"""Travel times from a routing server (OSRM, Valhalla, openrouteservice), through the optional package routingpy."""

import re
import warnings
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Literal, get_args

import numpy as np
import pandas as pd

from msp_siting.errors import RoadsError, Sentence, foreign, listed, problem
from msp_siting.files import MOST_PROBLEMS_SHOWN, first_problems, near_name
from msp_siting.travel.car_speeds import Trips, Where, speed_problems
from msp_siting.travel.matrix_cells import LARGEST_NUMBERS
from msp_siting.travel.pairs import od_table, own_positions, point_label, times_of_own_places
from msp_siting.units import SECONDS_PER_MINUTE

Kind = Literal["osrm", "valhalla", "ors"]
LONGEST_ANSWER_SHOWN = 300
NAMED_BY_OSRM = re.compile(r"coordinate (\d+)")  # by its position among those asked for
REFUSED_FOR_A_POINT = {400, 404}  # statuses of an answer when a point has no road near by
MOST_QUESTIONS = 100  # to find such points out: a planner waits, and a server may be somebody else's
# What routingpy lets through of an answer that is other JSON than it expects.
NO_MATRIX = (LookupError, TypeError, ValueError, AttributeError, OverflowError, RecursionError)


@dataclass(frozen=True)
class _Service:
    """How a kind of server is asked for car times, and how many origins and destinations at once.

    The largest blocks are what each serves by default: OSRM ``--max-table-size 100`` (squared), Valhalla 2,500
    pairs (``max_matrix_location_pairs``), openrouteservice 3,500 pairs on its public server.
    """

    router: str
    profile: str
    block: int
    options: tuple[tuple[str, Any], ...] = ()


SERVICES: dict[str, _Service] = {
    "osrm": _Service("OSRM", "driving", 100, (("annotations", ("duration",)),)),
    "valhalla": _Service("Valhalla", "auto", 50),
    "ors": _Service("ORS", "driving-car", 50, (("metrics", ["duration"]),)),
}


def server_times(  # noqa: PLR0913, PLR0917 - which server, which points
    kind: str,
    url: str,
    demand: pd.DataFrame,
    places: pd.DataFrame,
    cutoff_minutes: float,
    api_key: str | None = None,
) -> pd.DataFrame:
    """Return car times of the pairs at most ``cutoff_minutes`` apart (the cut-off is within), as a server has them.

    Parameters
    ----------
    kind, url
        What the server is (``osrm``, ``valhalla`` or ``ors``), and the address that its services are under.
    demand, places
        One row per point: ``point_id``, ``lon``, ``lat`` (degrees). Where a point has no road, the server takes
        the nearest one, however far.
    api_key
        For openrouteservice's public server.

    Returns
    -------
    One row per pair: ``demand_id``, ``place_id``, ``minutes`` to 4 decimals, sorted by both ids. A pair that the
    server has no duration for is unreachable, but from a demand point to itself as a place it is 0 minutes.

    Raises
    ------
    RoadsError
        If routingpy is not installed, the server does not answer or refuses (with the points that it refuses, where
        that can be found out), or its answer cannot be: not a number for every pair, or times that no car takes.
    """
    service, router = _router(kind, url, api_key)
    seconds = np.full((len(demand), len(places)), np.nan)
    for rows, columns in _blocks(len(demand), len(places), service.block):
        seconds[rows, columns] = _ask(router, service, url, demand[rows], places[columns])
    home, care = np.nonzero(~np.isnan(seconds))
    minutes = seconds[home, care] / SECONDS_PER_MINUTE
    others = own_positions(demand, places)[home] != care
    trips = Trips(demand, places, home[others], care[others], minutes[others])
    wrong = speed_problems(trips, _where(demand, places))
    if wrong:
        raise RoadsError(first_problems([each.at(url) for each in wrong], url))
    lacking, own = times_of_own_places(demand, places, home, care)
    home, care = np.concatenate([home, lacking]), np.concatenate([care, own])
    return od_table(demand, places, home, care, np.concatenate([minutes, np.zeros(len(lacking))]), cutoff_minutes)


def _where(demand: pd.DataFrame, places: pd.DataFrame) -> Where:
    """Return how an answer says where times stand that no car takes: it has no rows, so by their points."""
    return Where(
        trip=lambda _: None,
        home=lambda position: problem("from {point}", point=point_label(demand, position)),
        care=lambda position: problem("to {point}", point=point_label(places, position)),
        unit=problem("seconds"),
        per_minute=SECONDS_PER_MINUTE,
        whole=lambda speed: problem("{speed}: does the server hold the roads of this region, for cars?", speed=speed),
    )


def _router(kind: str, url: str, api_key: str | None) -> tuple[_Service, Any]:
    if kind not in SERVICES:
        kinds = ", ".join(get_args(Kind))
        unknown = problem("no such kind of server {kind!r}, expected {kinds}", kind=kind, kinds=kinds)
        raise RoadsError(unknown + near_name(kind, SERVICES))
    if api_key is not None and kind != "ors":
        raise RoadsError(problem("an {kind} server takes no key; leave it out", kind=kind).at(url))
    try:
        import routingpy  # noqa: PLC0415 - an optional extra
    except ImportError as fault:
        raise RoadsError(
            problem(
                "times from a server need the package routingpy; install it with: pip install 'msp-siting[servers]'"
            )
        ) from fault
    service = SERVICES[kind]
    key = {"api_key": api_key} if kind == "ors" else {}
    try:
        return service, getattr(routingpy, service.router)(base_url=url.rstrip("/"), **key)
    except KeyError as fault:
        raise RoadsError(problem("this server needs a key").at(url)) from fault


def _blocks(rows: int, columns: int, size: int) -> Iterator[tuple[slice, slice]]:
    for row in range(0, rows, size):
        for column in range(0, columns, size):
            yield slice(row, row + size), slice(column, column + size)


def _ask(router: Any, service: _Service, url: str, demand: pd.DataFrame, places: pd.DataFrame) -> np.ndarray:  # noqa: ANN401 - an untyped library
    """Return seconds from some demand points (rows) to some places (columns), NaN where there is no way."""
    import routingpy.exceptions as faults  # noqa: PLC0415 - an optional extra

    locations = pd.concat([demand, places])[["lon", "lat"]].to_numpy(float).tolist()
    try:
        seconds = _durations(router, service, locations, len(demand))
    except faults.RouterError as fault:
        raise RoadsError(_refusal(router, service, fault, demand, places).at(url)) from fault
    except faults.Timeout as fault:
        raise RoadsError(problem("the server does not answer in time; try again later").at(url)) from fault
    except OSError as fault:
        reason = foreign(_short(getattr(next(iter(fault.args), None), "reason", fault)))
        raise RoadsError(problem("no connection to the server: {reason}", reason=reason).at(url)) from fault
    except (faults.JSONParseError, *NO_MATRIX) as fault:
        wrong = problem(
            "the answer is no matrix of durations ({problem}); is this a server of that kind?", problem=_short(fault)
        )
        raise RoadsError(wrong.at(url)) from fault
    _check_answer(seconds, (len(demand), len(places)), url)
    return seconds


def _durations(router: Any, service: _Service, locations: list[list[float]], begins: int) -> np.ndarray:  # noqa: ANN401 - an untyped library
    """Return seconds from the first locations (rows) to the others (columns), NaN where there is no way."""
    sources, destinations = list(range(begins)), list(range(begins, len(locations)))
    options = {"sources": sources, "destinations": destinations, **dict(service.options)}
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", UserWarning)  # one per retry of a busy server
        answer = router.matrix(locations, service.profile, **options)
    seconds = np.array(answer.durations, dtype=float)
    seconds[np.isin(seconds, LARGEST_NUMBERS)] = np.nan
    return seconds


def _refusal(router: Any, service: _Service, fault: Any, demand: pd.DataFrame, places: pd.DataFrame) -> Sentence:  # noqa: ANN401 - an untyped library
    """Return what a server refuses: the points, where it names them or answers for others, else what was asked."""
    points = pd.concat([demand, places], ignore_index=True)
    named = NAMED_BY_OSRM.search(str(fault.message)) if service.router == "OSRM" else None
    if named:
        refused = [int(named[1])] if int(named[1]) < len(points) else []
    else:
        refused = _refused(router, service, points) if fault.status in REFUSED_FOR_A_POINT else []
    if refused:
        return problem(
            "the server answers {status}: {message}; it refuses {points}: is a road near by?",
            status=fault.status,
            message=_short(fault.message),
            points=listed([point_label(points, position) for position in refused[:MOST_PROBLEMS_SHOWN]]),
        )
    asked = problem(
        "{demand} demand points from {first!r} on, then {places} places from {place!r} on",
        demand=len(demand),
        first=demand["point_id"].iloc[0],
        places=len(places),
        place=places["point_id"].iloc[0],
    )
    return problem(
        "the server answers {status}: {message} (asked for {asked})",
        status=fault.status,
        message=_short(fault.message),
        asked=asked,
    )


def _refused(router: Any, service: _Service, points: pd.DataFrame) -> list[int]:  # noqa: ANN401 - an untyped library
    """Return the positions of the points for which a server answers nothing; none unless it answers for others.

    Neither Valhalla nor openrouteservice says for which it has no road: halves are asked for, and halves of those that
    are refused. A point is asked for twice, as a table has two locations at least.
    """
    import routingpy.exceptions as faults  # noqa: PLC0415 - an optional extra

    spots = points.drop_duplicates(["lon", "lat"])
    waiting, refused, asked, has_answered = [spots], [], 0, False
    while waiting and asked < MOST_QUESTIONS:
        part = waiting.pop()
        middle = len(part) // 2
        for half in (part[:middle], part[middle:]):
            locations = half[["lon", "lat"]].to_numpy(float).tolist()
            asked += 1
            try:
                _durations(router, service, [*locations, *locations], len(locations))
                has_answered = True
            except faults.RouterError as fault:
                if fault.status not in REFUSED_FOR_A_POINT:
                    return []
                if len(half) == 1:
                    refused.append(int(half.index[0]))
                else:
                    waiting.append(half)
            except (faults.Timeout, faults.JSONParseError, OSError, *NO_MATRIX):
                return []
    return sorted(refused) if has_answered else []


def _check_answer(seconds: np.ndarray, expected: tuple[int, int], url: str) -> None:
    if seconds.shape != expected:
        wanted, got = (" x ".join(map(str, shape)) for shape in (expected, seconds.shape))
        other = problem(
            "the server must answer {wanted} durations, got {got}", wanted=wanted, got=got or problem("none")
        )
        raise RoadsError(other.at(url))
    wrong = seconds[np.isinf(seconds) | (seconds < 0)]
    if wrong.size:
        no_time = problem("a duration must be a finite number of at least 0 seconds, got {value:g}", value=wrong[0])
        raise RoadsError(no_time.at(url))


def _short(text: object) -> str:
    shown = " ".join(str(text).split())
    return shown if len(shown) <= LONGEST_ANSWER_SHOWN else f"{shown[:LONGEST_ANSWER_SHOWN]}..."
