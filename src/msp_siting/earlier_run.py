"""What an earlier run decided, read from its folder."""

from pathlib import Path

from msp_siting.errors import ScenarioError
from msp_siting.solution import Plan, Prices
from msp_siting.tables import PLAN_PRICES, PLAN_SITES, PLAN_STAFF, read_table


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


def read_prices(folder: Path) -> Prices:
    """Return the prices of a run folder, from its ``prices.csv``; none at all without such rows.

    Raises
    ------
    DataError
        With every problem of the table.
    """
    table = read_table(folder / "prices.csv", PLAN_PRICES)
    prices = {(rule, place, name): price for rule, place, name, price in table.itertuples(index=False, name=None)}
    single = {rule: price for (rule, place, name), price in prices.items() if not place and not name}
    return Prices(
        room={(place, name): price for (rule, place, name), price in prices.items() if rule == "capacity"},
        budget=single.get("budget", 0.0),
        recruit={name: price for (rule, _, name), price in prices.items() if rule == "recruitment_pool"},
        site=single.get("site_count_max", 0.0),
        site_wanted=single.get("site_count_min", 0.0),
    )
