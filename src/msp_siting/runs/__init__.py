"""What a run is on disk: names and columns of its files, written, read back, verified, compared."""

from msp_siting.runs.comparison import (
    FEWEST_RUNS,
    MOST_RUNS,
    Comparison,
    compare,
    differing_questions,
    outcomes,
    site_changes,
    sites_kept,
    summarise_comparison,
    zone_kinds,
)
from msp_siting.runs.curve import BUDGET, Curve, Point, draw_curve, gaps, sweep_table
from msp_siting.runs.provenance import logging_kept, measured_since, provenance_of
from msp_siting.runs.reading import RESOLVED, EarlierRun, Written, read_plan, read_prices, read_runs, read_written
from msp_siting.runs.side_by_side import label_with_budget
from msp_siting.runs.tables import price_table, site_effects, site_table, staff_table
from msp_siting.runs.verification import NOT_RECOMPUTED, Verified, verify_folder
from msp_siting.runs.writing import write_csv, write_json

__all__ = [
    "BUDGET",
    "FEWEST_RUNS",
    "MOST_RUNS",
    "NOT_RECOMPUTED",
    "RESOLVED",
    "Comparison",
    "Curve",
    "EarlierRun",
    "Point",
    "Verified",
    "Written",
    "compare",
    "differing_questions",
    "draw_curve",
    "gaps",
    "label_with_budget",
    "logging_kept",
    "measured_since",
    "outcomes",
    "price_table",
    "provenance_of",
    "read_plan",
    "read_prices",
    "read_runs",
    "read_written",
    "site_changes",
    "site_effects",
    "site_table",
    "sites_kept",
    "staff_table",
    "summarise_comparison",
    "sweep_table",
    "verify_folder",
    "write_csv",
    "write_json",
    "zone_kinds",
]
