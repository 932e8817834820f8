"""Reads strictly and writes whole: text, tables, YAML, JSON, files and folders; nothing here knows of care."""

from importlib import import_module
from typing import TYPE_CHECKING, Any

from msp_siting.files.archives import settle_archive
from msp_siting.files.caches import user_cache
from msp_siting.files.fingerprints import sha256_of
from msp_siting.files.folders import (
    RUN_MARKER,
    SEAL,
    broken_seals,
    check_name,
    check_own,
    check_target,
    replace_folder,
    seal,
    sha256_by_name,
)
from msp_siting.files.hints import MOST_PROBLEMS_SHOWN, first_problems, got, near_name, show_value
from msp_siting.files.json import read_json
from msp_siting.files.mending import Mended
from msp_siting.files.page_names import SECOND_SHEET, sheet_names
from msp_siting.files.projects import (
    APPRAISAL,
    EVENTS_STEM,
    GATES,
    MANIFEST,
    bundled_folder,
    find_file,
    find_parameters,
    find_territory,
    has_events,
    project_roots,
)
from msp_siting.files.records import (
    LARGEST,
    LARGEST_COUNT,
    MISSING,
    UNKNOWN_KEY,
    Count,
    NotNegative,
    Parameter,
    Positive,
    Share,
    Strict,
    Text,
    read_record,
    schema_problems,
)
from msp_siting.files.replacing import FILES, clear_remains, move_folder, output_errors, replace_files, try_place
from msp_siting.files.spelling import fold
from msp_siting.files.spreadsheets import ERRORS, Formula, is_workbook, read_sheet, split_sheet, typed_as_text
from msp_siting.files.text import (
    UNREADABLE,
    check_file,
    is_file,
    is_folder,
    is_there,
    lies_within,
    project_folder,
    read_content,
    read_utf8,
    real_path,
)
from msp_siting.files.yaml import LARGEST_YAML_BYTES, parse_yaml, read_yaml, write_yaml

if TYPE_CHECKING:
    from msp_siting.files.cells import Cells, read_cells, read_header
    from msp_siting.files.columns import Column, Table, match_headings, optional_column
    from msp_siting.files.csv import SEPARATORS, CsvText, parse_rows, read_csv_text
    from msp_siting.files.tables import read_frame, read_parquet, read_table
    from msp_siting.files.typed_cells import FORMULA_STARTS, no_formula, read_local_numbers, row_number

__all__ = [
    "APPRAISAL",
    "ERRORS",
    "EVENTS_STEM",
    "FILES",
    "FORMULA_STARTS",
    "GATES",
    "LARGEST",
    "LARGEST_COUNT",
    "LARGEST_YAML_BYTES",
    "MANIFEST",
    "MISSING",
    "MOST_PROBLEMS_SHOWN",
    "RUN_MARKER",
    "SEAL",
    "SECOND_SHEET",
    "SEPARATORS",
    "UNKNOWN_KEY",
    "UNREADABLE",
    "Cells",
    "Column",
    "Count",
    "CsvText",
    "Formula",
    "Mended",
    "NotNegative",
    "Parameter",
    "Positive",
    "Share",
    "Strict",
    "Table",
    "Text",
    "broken_seals",
    "bundled_folder",
    "check_file",
    "check_name",
    "check_own",
    "check_target",
    "clear_remains",
    "find_file",
    "find_parameters",
    "find_territory",
    "first_problems",
    "fold",
    "got",
    "has_events",
    "is_file",
    "is_folder",
    "is_there",
    "is_workbook",
    "lies_within",
    "match_headings",
    "move_folder",
    "near_name",
    "no_formula",
    "optional_column",
    "output_errors",
    "parse_rows",
    "parse_yaml",
    "project_folder",
    "project_roots",
    "read_cells",
    "read_content",
    "read_csv_text",
    "read_frame",
    "read_header",
    "read_json",
    "read_local_numbers",
    "read_parquet",
    "read_record",
    "read_sheet",
    "read_table",
    "read_utf8",
    "read_yaml",
    "real_path",
    "replace_files",
    "replace_folder",
    "row_number",
    "schema_problems",
    "seal",
    "settle_archive",
    "sha256_by_name",
    "sha256_of",
    "sheet_names",
    "show_value",
    "split_sheet",
    "try_place",
    "typed_as_text",
    "user_cache",
    "write_yaml",
]
_LOADED_WHEN_USED = {  # by room: help and completion do without pandas
    "Cells": "cells",
    "Column": "columns",
    "CsvText": "csv",
    "FORMULA_STARTS": "typed_cells",
    "SEPARATORS": "csv",
    "Table": "columns",
    "match_headings": "columns",
    "no_formula": "typed_cells",
    "optional_column": "columns",
    "parse_rows": "csv",
    "read_cells": "cells",
    "read_csv_text": "csv",
    "read_frame": "tables",
    "read_header": "cells",
    "read_local_numbers": "typed_cells",
    "read_parquet": "tables",
    "read_table": "tables",
    "row_number": "typed_cells",
}


def __getattr__(name: str) -> Any:  # noqa: ANN401 - whatever stands in the rooms
    """Load the room of a table's name when it is first used."""
    if name not in _LOADED_WHEN_USED:
        message = f"module {__name__!r} has no attribute {name!r}"
        raise AttributeError(message)
    return getattr(import_module(f"{__name__}.{_LOADED_WHEN_USED[name]}"), name)
