"""What stands in a GeoPackage beside its layers: styles for QGIS, titles of columns, a date that no clock says."""

import sqlite3
from collections.abc import Mapping, Sequence
from contextlib import closing
from pathlib import Path

from msp_siting.errors import foreign
from msp_siting.report.maps.views import View

MOMENT = "1980-01-01T00:00:00.000Z"  # of every last change: the same run has the same bytes
SCHEMA = "http://www.geopackage.org/spec121/#extension_schema"
TABLES = """
CREATE TABLE layer_styles (
  id INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL, f_table_catalog TEXT(256), f_table_schema TEXT(256),
  f_table_name TEXT(256), f_geometry_column TEXT(256), styleName TEXT(30), styleQML TEXT, styleSLD TEXT,
  useAsDefault BOOLEAN, description TEXT, owner TEXT(30), ui TEXT(30), update_time DATETIME
);
CREATE TABLE gpkg_data_columns (
  table_name TEXT NOT NULL, column_name TEXT NOT NULL, name TEXT, title TEXT, description TEXT, mime_type TEXT,
  constraint_name TEXT, CONSTRAINT pk_gdc PRIMARY KEY (table_name, column_name),
  CONSTRAINT gdc_tn UNIQUE (table_name, name)
);
CREATE TABLE gpkg_data_column_constraints (
  constraint_name TEXT NOT NULL, constraint_type TEXT NOT NULL, value TEXT, min NUMERIC, min_is_inclusive BOOLEAN,
  max NUMERIC, max_is_inclusive BOOLEAN, description TEXT,
  CONSTRAINT gdcc_ntv UNIQUE (constraint_name, constraint_type, value)
);
"""
EXTENSIONS = ("gpkg_data_columns", "gpkg_data_column_constraints")


def put_beside(path: Path, titles: Mapping[str, Mapping[str, str]], views: Sequence[View]) -> None:
    """Put into a GeoPackage the titles of its columns, by layer and name, and the ways of showing its layers.

    Raises
    ------
    OSError
        If the disk takes no more.
    """
    columns = [(layer, name, title) for layer, known in titles.items() for name, title in known.items()]
    styles = [
        ("", "", view.layer, "geom", view.title, view.qml, "", view.is_default, view.title, "", "", MOMENT)
        for view in views
    ]
    try:
        with closing(sqlite3.connect(path)) as database, database:
            database.executescript(TABLES)
            database.execute("DELETE FROM gpkg_extensions WHERE table_name IN (?, ?)", EXTENSIONS)
            database.executemany(
                "INSERT INTO gpkg_extensions VALUES (?, NULL, 'gpkg_schema', ?, 'read-write')",
                [(table, SCHEMA) for table in EXTENSIONS],
            )
            database.executemany(
                "INSERT INTO gpkg_data_columns (table_name, column_name, title) VALUES (?, ?, ?)", columns
            )
            database.executemany(
                "INSERT INTO layer_styles (f_table_catalog, f_table_schema, f_table_name, f_geometry_column, styleName,"
                " styleQML, styleSLD, useAsDefault, description, owner, ui, update_time)"
                " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
                styles,
            )
            database.execute(
                "INSERT INTO gpkg_contents (table_name, data_type, identifier, last_change)"
                " VALUES ('layer_styles', 'attributes', 'layer_styles', ?)",
                [MOMENT],
            )
            database.execute("UPDATE gpkg_contents SET last_change = ?", [MOMENT])
    except sqlite3.Error as fault:
        raise OSError(foreign(str(fault)).at(path.name)) from fault
