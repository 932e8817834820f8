"""Balances of installations and departures that are published for a department (``data/published_flows.csv``)."""

from collections.abc import Collection

import pandas as pd

from msp_siting.files import bundled_folder, read_table
from msp_siting.territory import FLOWS


def published_flows(departments: Collection[str]) -> pd.DataFrame:
    """Return ``flows.csv`` of some departments; no row where nothing is published of them."""
    table = read_table(bundled_folder() / "data" / "published_flows.csv", FLOWS)
    return table[table["kind"].eq("department") & table["zone_id"].isin(departments)].reset_index(drop=True)
