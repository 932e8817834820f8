"""Knows what a run is on disk: names and columns of its files, written, read back, verified, compared."""

from msp_siting.runs.alternative_tables import tabulate_alternatives, write_alternatives
from msp_siting.runs.alternatives import (
    ChosenRun,
    Examined,
    check_chosen,
    read_chosen_runs,
    summarise_run,
    summarise_shared,
)
from msp_siting.runs.asked import check_territory, read_question
from msp_siting.runs.caveats import caveats_of_runs, join_facts
from msp_siting.runs.comparison import (
    FEWEST_RUNS,
    MOST_RUNS,
    Comparison,
    compare,
    comparison_caveats,
    differing_questions,
    outcomes,
    site_changes,
    sites_kept,
    summarise_comparison,
    written_caveats,
    zone_kinds,
)
from msp_siting.runs.curve import BUDGET, Curve, Point, draw_curve, gaps, join_points, sweep_table
from msp_siting.runs.files import EXCEL_FR, FILES_OF, FORMAT, ON_REQUEST, Kind, RunFile, files_beside
from msp_siting.runs.kept_alternatives import read_alternatives
from msp_siting.runs.kinds import read_kind, read_provenance
from msp_siting.runs.provenance import logging_kept, measured_since, provenance_of, record_inputs, run_day
from msp_siting.runs.reading import (
    WITHOUT_PLAN,
    EarlierRun,
    of_another_kind,
    read_plan,
    read_prices,
    read_run_table,
    read_runs,
)
from msp_siting.runs.records import Written, WrittenFact, read_written
from msp_siting.runs.search import record_search
from msp_siting.runs.side_by_side import label_with_budget
from msp_siting.runs.siting import recompute_siting, siting_table
from msp_siting.runs.tables import (
    candidate_table,
    near_host_table,
    price_table,
    site_effects,
    site_table,
    staff_table,
)
from msp_siting.runs.verification import read_seal, verify_folder
from msp_siting.runs.verified import NOT_RECOMPUTED, Verified
from msp_siting.runs.writing import (
    guarded,
    read_sheet_csv,
    read_written_cells,
    rounded,
    unguarded,
    write_csv,
    write_json,
    write_sheet_csv,
)
from msp_siting.runs.written_cells import compare_files, compare_summary

__all__ = [
    "BUDGET",
    "EXCEL_FR",
    "FEWEST_RUNS",
    "FILES_OF",
    "FORMAT",
    "MOST_RUNS",
    "NOT_RECOMPUTED",
    "ON_REQUEST",
    "WITHOUT_PLAN",
    "ChosenRun",
    "Comparison",
    "Curve",
    "EarlierRun",
    "Examined",
    "Kind",
    "Point",
    "RunFile",
    "Verified",
    "Written",
    "WrittenFact",
    "candidate_table",
    "caveats_of_runs",
    "check_chosen",
    "check_territory",
    "compare",
    "compare_files",
    "compare_summary",
    "comparison_caveats",
    "differing_questions",
    "draw_curve",
    "files_beside",
    "gaps",
    "guarded",
    "join_facts",
    "join_points",
    "label_with_budget",
    "logging_kept",
    "measured_since",
    "near_host_table",
    "of_another_kind",
    "outcomes",
    "price_table",
    "provenance_of",
    "read_alternatives",
    "read_chosen_runs",
    "read_kind",
    "read_plan",
    "read_prices",
    "read_provenance",
    "read_question",
    "read_run_table",
    "read_runs",
    "read_seal",
    "read_sheet_csv",
    "read_written",
    "read_written_cells",
    "recompute_siting",
    "record_inputs",
    "record_search",
    "rounded",
    "run_day",
    "site_changes",
    "site_effects",
    "site_table",
    "sites_kept",
    "siting_table",
    "staff_table",
    "summarise_comparison",
    "summarise_run",
    "summarise_shared",
    "sweep_table",
    "tabulate_alternatives",
    "unguarded",
    "verify_folder",
    "write_alternatives",
    "write_csv",
    "write_json",
    "write_sheet_csv",
    "written_caveats",
    "zone_kinds",
]
