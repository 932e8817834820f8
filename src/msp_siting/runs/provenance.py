"""What a run is, where every input of it comes from, when and on what it ran: ``run.json``."""

import io
import logging
import platform
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, date, datetime
from typing import Any

from msp_siting.runs.files import FORMAT, Kind
from msp_siting.scenario import Scenario, SitingScenario
from msp_siting.territory import Territory
from msp_siting.units import BYTES_PER_MEGABYTE

try:
    import resource
except ImportError:  # Windows has none
    resource = None  # type: ignore[assignment]


@contextmanager
def logging_kept() -> Iterator[io.StringIO]:
    """Keep the package's log meanwhile."""
    logger = logging.getLogger("msp_siting")
    log = io.StringIO()
    handler = logging.StreamHandler(log)
    handler.setFormatter(logging.Formatter("%(asctime)s %(levelname)s %(name)s: %(message)s"))
    level = logger.level
    logger.addHandler(handler)
    logger.setLevel(logging.INFO)
    try:
        yield log
    finally:
        logger.removeHandler(handler)
        logger.setLevel(level)


def measured_since(begin: float) -> dict[str, float | None]:
    """Return the seconds since the run began and the memory it took (None where the system does not say)."""
    return {"total_s": round(time.monotonic() - begin, 3), "peak_memory_mb": peak_memory_mb()}


def provenance_of(kind: Kind, started: datetime, inputs: Mapping[str, Any]) -> dict[str, Any]:
    """Return what ``run.json`` holds of every kind of run: what it is, what it was made from, when and on what."""
    return {
        "kind": kind,
        "format": FORMAT,
        "started": started.isoformat(timespec="seconds"),
        "finished": datetime.now(UTC).isoformat(timespec="seconds"),
        **inputs,
        "python": platform.python_version(),
        "platform": platform.platform(),
    }


def run_day(provenance: Mapping[str, Any]) -> date:
    """Return the day on which a run began, from what its ``run.json`` holds: the same on every machine."""
    return datetime.fromisoformat(provenance["started"]).date()


def record_inputs(scenario: Scenario | SitingScenario, territory: Territory) -> dict[str, Any]:
    """Return what ``run.json`` holds of a question and its territory."""
    return {
        "scenario": scenario.name,
        "changes": list(scenario.changes),
        "territory": record_territory(territory),
    }


def record_territory(territory: Territory) -> dict[str, Any]:
    """Return what ``run.json`` holds of a territory."""
    return {
        "name": territory.manifest.name,
        "sha256": territory.sha256,
        "files": [entry.model_dump() for entry in territory.manifest.files],
    }


def peak_memory_mb() -> float | None:
    """Return the largest resident memory of this process so far, in MB; None where the system does not say."""
    if resource is None:
        return None
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    in_bytes = peak if sys.platform == "darwin" else peak * 1024
    return round(in_bytes / BYTES_PER_MEGABYTE, 1)
