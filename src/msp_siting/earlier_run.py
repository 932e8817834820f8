"""What an earlier run decided, read from its folder."""

from pathlib import Path

from msp_siting.errors import ScenarioError
from msp_siting.solution import Plan
from msp_siting.tables import PLAN_SITES, PLAN_STAFF, read_table


def read_plan(folder: Path) -> Plan:
    """Return the plan of a run folder, from its ``sites.csv`` and ``staff.csv``.

    Raises
    ------
    ScenarioError
        If the folder holds no run, or one without a plan.
    DataError
        With every problem of a table.
    """
    if not (folder / "sites.csv").is_file():
        raise ScenarioError(f"{folder}: holds no run with a plan (no sites.csv); give the folder of a run")
    sites = read_table(folder / "sites.csv", PLAN_SITES)
    staff = read_table(folder / "staff.csv", PLAN_STAFF)
    return Plan(sites[["site_id", "format"]], staff[["site_id", "profession", "recruited"]])
