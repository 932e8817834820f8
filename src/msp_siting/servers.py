"""Travel times from a routing server (OSRM, Valhalla, openrouteservice), through the optional package routingpy."""

import warnings
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Literal, get_args

import numpy as np
import pandas as pd

from msp_siting.errors import RoadsError
from msp_siting.matrices import od_table, speed_problem
from msp_siting.units import SECONDS_PER_MINUTE
from msp_siting.yaml_files import near_name

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
        raise RoadsError(f"{url}: {implausible}: does the server hold the roads of this region, for cars?")
    return od_table(demand, places, home, care, minutes, cutoff_minutes)


def _router(kind: str, url: str, api_key: str | None) -> tuple[_Service, Any]:
    if kind not in SERVICES:
        raise RoadsError(
            f"no such kind of server {kind!r}, expected {', '.join(get_args(Kind))}{near_name(kind, SERVICES)}"
        )
    if api_key is not None and kind != "ors":
        raise RoadsError(f"{url}: an {kind} server takes no key; leave it out")
    try:
        import routingpy  # noqa: PLC0415 - an optional extra
    except ImportError as problem:
        raise RoadsError(
            "times from a server need the package routingpy; install it with: pip install 'msp-siting[servers]'"
        ) from problem
    service = SERVICES[kind]
    key = {"api_key": api_key} if kind == "ors" else {}
    try:
        return service, getattr(routingpy, service.router)(base_url=url.rstrip("/"), **key)
    except KeyError as problem:
        raise RoadsError(f"{url}: this server needs a key") from problem


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
    except faults.RouterError as problem:
        asked = (
            f"{len(demand)} demand points from {demand['point_id'].iloc[0]!r} on, "
            f"then {len(places)} places from {places['point_id'].iloc[0]!r} on"
        )
        raise RoadsError(
            f"{url}: the server answers {problem.status}: {_short(problem.message)} (asked for {asked})"
        ) from problem
    except faults.Timeout as problem:
        raise RoadsError(f"{url}: the server does not answer in time; try again later") from problem
    except OSError as problem:
        reason = getattr(next(iter(problem.args), None), "reason", problem)
        raise RoadsError(f"{url}: no connection to the server: {_short(reason)}") from problem
    except (faults.JSONParseError, *NO_MATRIX) as problem:
        raise RoadsError(
            f"{url}: the answer is no matrix of durations ({_short(problem)}); is this a server of that kind?"
        ) from problem
    _check_answer(seconds, (len(sources), len(destinations)), url)
    return seconds


def _check_answer(seconds: np.ndarray, expected: tuple[int, int], url: str) -> None:
    if seconds.shape != expected:
        wanted, got = (" x ".join(map(str, shape)) for shape in (expected, seconds.shape))
        raise RoadsError(f"{url}: the server must answer {wanted} durations, got {got or 'none'}")
    wrong = seconds[np.isinf(seconds) | (seconds < 0)]
    if wrong.size:
        raise RoadsError(f"{url}: a duration must be a finite number of at least 0 seconds, got {wrong[0]:g}")


def _short(text: object) -> str:
    shown = " ".join(str(text).split())
    return shown if len(shown) <= LONGEST_ANSWER_SHOWN else f"{shown[:LONGEST_ANSWER_SHOWN]}..."
