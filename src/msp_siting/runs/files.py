"""What the files of a run are called, which kind of run has which, and their format (docs/files.md, "Runs")."""

from collections.abc import Mapping
from enum import StrEnum
from pathlib import Path
from typing import Literal, get_args

from msp_siting.files import RUN_MARKER

# The command that makes it; `siting` is what solve makes of a model without professions.
Kind = Literal["solve", "diagnose", "sweep", "evaluate", "compare", "alternatives", "siting"]
KINDS: tuple[Kind, ...] = get_args(Kind)
EXCEL_FR = "excel-fr"  # how tables may be written a second time: for French spreadsheets
FORMAT = 2  # raised when a file or a column changes its meaning


class RunFile(StrEnum):
    """A name in the folder of a run."""

    PROVENANCE = RUN_MARKER
    SUMMARY = "summary.json"
    RESOLVED = "scenario.resolved.yaml"
    LOG = "run.log"
    PAGE = "report.html"
    PDF = "report.pdf"
    SITES = "sites.csv"
    STAFF = "staff.csv"
    ALLOCATION = "allocation.csv"
    COVERAGE = "coverage.csv"
    ZONES = "zones.csv"
    BLOCKS = "blocks.csv"
    GROUPS = "groups.csv"
    PRICES = "prices.csv"
    CANDIDATES = "candidates.csv"
    GATES = "gates.csv"
    RULES = "gates.resolved.yaml"
    LAYERS = "plan.gpkg"
    PROJECT = "plan.qgz"
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
    EVALUATED = "evaluation.json"
    MEASURES = "compare.csv"
    HOSTS = "hosts.csv"
    REPLACEMENTS = "replacements.csv"
    GOOD_PLANS = "plans.csv"
    PLAN_SITES = "plan_sites.csv"
    PAIRS = "pairs.csv"
    SEARCHED = "alternatives.json"
    SHARED_SITES = "shared_sites.csv"
    WORKBOOK = "plan.xlsx"
    COMMUNES = "communes.xlsx"
    SESSION = "seance.xlsx"
    NOTE = "note.docx"
    EXCEL = "excel"
    TERRITORY = "territory"


ON_REQUEST = (RunFile.PDF,)  # of any kind of run, where an option asks for it
OF_FRAMES = (RunFile.TERRITORY,)  # of any kind of run, where the territory was made of data frames
_EVERY = (RunFile.PROVENANCE, RunFile.SUMMARY, RunFile.PAGE)
_TABLES = (RunFile.WORKBOOK, RunFile.EXCEL)  # the second where it is asked for
FILES_OF_PLAN = (
    *(RunFile.SITES, RunFile.STAFF, RunFile.ALLOCATION, RunFile.COVERAGE, RunFile.ZONES, RunFile.BLOCKS),
    *(RunFile.GROUPS, RunFile.HOSTS, RunFile.GATES, RunFile.RULES, RunFile.PRICES),
    *(RunFile.LAYERS, RunFile.PROJECT, RunFile.SITE_LAYER, RunFile.MAP),
    *(*_TABLES, RunFile.NOTE),
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
        *(*_EVERY, RunFile.RESOLVED),
        *(RunFile.COVERAGE, RunFile.ZONES, RunFile.BLOCKS, RunFile.FRAGILITY, RunFile.MAP),
        *(RunFile.CLOSING, RunFile.CLOSING_PLACES),  # where something is closed only
        RunFile.SHEETS,  # where they are asked for only
        *(*_TABLES, RunFile.COMMUNES),
    ),
    "sweep": (  # the order of budgets only, the map with a plan
        *(*_EVERY, RunFile.ASKED, RunFile.CURVE, RunFile.ORDER, RunFile.MAP, RunFile.POINTS),
        *_TABLES,
    ),
    "evaluate": (
        *(*_EVERY, RunFile.RESOLVED, RunFile.LOG, RunFile.REQUESTS, RunFile.PORTFOLIO),
        *(RunFile.EFFECTS, RunFile.LOSSES, RunFile.SHEETS, RunFile.RULES, RunFile.EVALUATED, RunFile.MAP),
        *(*_TABLES, RunFile.SESSION),
    ),
    "compare": (  # the map with the territory
        *(*_EVERY, RunFile.MEASURES, RunFile.SITES, RunFile.ZONES, RunFile.MAP),
        *_TABLES,
    ),
    "alternatives": (
        *(*_EVERY, RunFile.SITES, RunFile.REPLACEMENTS, RunFile.ZONES),
        *(RunFile.GOOD_PLANS, RunFile.PLAN_SITES, RunFile.PAIRS, RunFile.SHARED_SITES, RunFile.SEARCHED, RunFile.MAP),
        *_TABLES,
    ),
    "siting": (  # without a plan, not those of a plan
        *(*_EVERY, RunFile.RESOLVED, RunFile.LOG),
        *(RunFile.SITES, RunFile.ALLOCATION, RunFile.COVERAGE, RunFile.ZONES),
        *(RunFile.LAYERS, RunFile.SITE_LAYER, RunFile.MAP),
    ),
}


def files_beside(folder: Path, kind: Kind) -> list[str]:
    """Return what stands beside the page of a run that is being written, in the order of `FILES_OF`."""
    names = (str(name) for name in FILES_OF[kind] if name != RunFile.PAGE)
    return [name for name in names if (folder / name).is_file()]
