"""Metropolitan departments and their regions (``data/departments.csv``)."""

import pandas as pd

from msp_siting.files import Column, Table, bundled_folder, read_table

DEPARTMENTS = Table(
    "departments",
    (
        Column("department_id", "id"),
        Column("name", "text"),
        Column("region_id", "id"),
        Column("region_name", "text"),
    ),
    ("department_id",),
)


def department_names() -> pd.DataFrame:
    """Return metropolitan departments by ``department_id``: ``name``, ``region_id``, ``region_name``."""
    path = bundled_folder() / "data" / "departments.csv"
    return read_table(path, DEPARTMENTS).set_index("department_id")
