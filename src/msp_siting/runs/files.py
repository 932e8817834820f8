"""What the files of a run are called, which kind of run has which, and their format (docs/files.md, "Runs")."""

from collections.abc import Mapping
from enum import StrEnum
from pathlib import Path
from typing import Literal, get_args

from msp_siting.files import RUN_MARKER

Kind = Literal["solve", "diagnose", "sweep", "evaluate", "compare", "alternatives"]  # the command that makes it
KINDS: tuple[Kind, ...] = get_args(Kind)
FORMAT = 2  # raised when a file or a column changes its meaning


class RunFile(StrEnum):
    """A name in the folder of a run."""

    PROVENANCE = RUN_MARKER
    SUMMARY = "summary.json"
    RESOLVED = "scenario.resolved.yaml"
    LOG = "run.log"
    PAGE = "report.html"
    SITES = "sites.csv"
    STAFF = "staff.csv"
    ALLOCATION = "allocation.csv"
    COVERAGE = "coverage.csv"
    ZONES = "zones.csv"
    BLOCKS = "blocks.csv"
    PRICES = "prices.csv"
    CANDIDATES = "candidates.csv"
    GATES = "gates.csv"
    LAYERS = "plan.gpkg"
    SITE_LAYER = "sites.geojson"
    MAP = "map.png"
    FRAGILITY = "fragility.csv"
    CLOSING = "closing.csv"
    CLOSING_PLACES = "closing_places.csv"
    ASKED = "sweep.json"
    CURVE = "sweep.csv"
    ORDER = "order.csv"
    POINTS = "points"
    REQUESTS = "requests.csv"
    PORTFOLIO = "portfolio.csv"
    EFFECTS = "effects.csv"
    LOSSES = "losses.csv"
    SHEETS = "sheets"
    MEASURES = "compare.csv"
    REPLACEMENTS = "replacements.csv"
    GOOD_PLANS = "plans.csv"
    PLAN_SITES = "plan_sites.csv"
    PAIRS = "pairs.csv"
    SHARED_SITES = "shared_sites.csv"


_EVERY = (RunFile.PROVENANCE, RunFile.SUMMARY, RunFile.PAGE)
FILES_OF_PLAN = (
    *(RunFile.SITES, RunFile.STAFF, RunFile.ALLOCATION, RunFile.COVERAGE, RunFile.ZONES, RunFile.BLOCKS),
    *(RunFile.GATES, RunFile.PRICES, RunFile.LAYERS, RunFile.SITE_LAYER),
)
FILES_OF: Mapping[Kind, tuple[RunFile, ...]] = {
    "solve": (
        *_EVERY,
        RunFile.RESOLVED,
        RunFile.LOG,
        RunFile.CANDIDATES,
        *FILES_OF_PLAN,
    ),  # without a plan, not those of a plan
    "diagnose": (
        *(*_EVERY, RunFile.COVERAGE, RunFile.ZONES, RunFile.BLOCKS, RunFile.FRAGILITY, RunFile.MAP),
        *(RunFile.CLOSING, RunFile.CLOSING_PLACES),  # where something is closed only
    ),
    "sweep": (*_EVERY, RunFile.ASKED, RunFile.CURVE, RunFile.ORDER, RunFile.POINTS),  # the order of budgets only
    "evaluate": (
        *(*_EVERY, RunFile.RESOLVED, RunFile.LOG, RunFile.REQUESTS, RunFile.PORTFOLIO),
        *(RunFile.EFFECTS, RunFile.LOSSES, RunFile.SHEETS),
    ),
    "compare": (*_EVERY, RunFile.MEASURES, RunFile.SITES, RunFile.ZONES),
    "alternatives": (
        *(*_EVERY, RunFile.SITES, RunFile.REPLACEMENTS, RunFile.ZONES),
        *(RunFile.GOOD_PLANS, RunFile.PLAN_SITES, RunFile.PAIRS, RunFile.SHARED_SITES),
    ),
}


def files_beside(folder: Path, kind: Kind) -> list[str]:
    """Return what stands beside the page of a run that is being written, in the order of `FILES_OF`."""
    names = (str(name) for name in FILES_OF[kind] if name != RunFile.PAGE)
    return [name for name in names if (folder / name).is_file()]
