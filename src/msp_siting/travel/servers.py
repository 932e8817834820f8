"""Travel times from a routing server (OSRM, Valhalla, openrouteservice), through the optional package routingpy."""

import warnings
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Literal, get_args

import numpy as np
import pandas as pd

from msp_siting.errors import RoadsError, foreign, problem
from msp_siting.files import near_name
from msp_siting.travel.matrices import od_table, speed_problem
from msp_siting.units import SECONDS_PER_MINUTE

Kind = Literal["osrm", "valhalla", "ors"]
LONGEST_ANSWER_SHOWN = 300
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
    kind: Kind,
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
        What the server is, and the address that its services are under.
    demand, places
        One row per point: ``point_id``, ``lon``, ``lat`` (degrees). Where a point has no road, the server takes
        the nearest one, however far.
    api_key
        For openrouteservice's public server.

    Returns
    -------
    One row per pair: ``demand_id``, ``place_id``, ``minutes`` to 4 decimals, sorted by both ids. A pair that the
    server has no duration for is unreachable.

    Raises
    ------
    RoadsError
        If routingpy is not installed, the server does not answer or refuses, or its answer cannot be: not a number
        for every pair, or speeds no car drives.
    """
    service, router = _router(kind, url, api_key)
    seconds = np.full((len(demand), len(places)), np.nan)
    for rows, columns in _blocks(len(demand), len(places), service.block):
        seconds[rows, columns] = _ask(router, service, url, demand[rows], places[columns])
    home, care = np.nonzero(~np.isnan(seconds))
    minutes = seconds[home, care] / SECONDS_PER_MINUTE
    implausible = speed_problem(demand, places, home, care, minutes)
    if implausible:
        wrong = problem("{speed}: does the server hold the roads of this region, for cars?", speed=implausible)
        raise RoadsError(wrong.at(url))
    return od_table(demand, places, home, care, minutes, cutoff_minutes)


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
    sources, destinations = list(range(len(demand))), list(range(len(demand), len(locations)))
    options = {"sources": sources, "destinations": destinations, **dict(service.options)}
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", UserWarning)  # one per retry of a busy server
            answer = router.matrix(locations, service.profile, **options)
        seconds = np.array(answer.durations, dtype=float)
    except faults.RouterError as fault:
        asked = problem(
            "{demand} demand points from {first!r} on, then {places} places from {place!r} on",
            demand=len(demand),
            first=demand["point_id"].iloc[0],
            places=len(places),
            place=places["point_id"].iloc[0],
        )
        refused = problem(
            "the server answers {status}: {message} (asked for {asked})",
            status=fault.status,
            message=_short(fault.message),
            asked=asked,
        )
        raise RoadsError(refused.at(url)) from fault
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
    _check_answer(seconds, (len(sources), len(destinations)), url)
    return seconds


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
