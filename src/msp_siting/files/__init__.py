"""What is read strictly and what is written whole: text, tables, YAML, JSON, folders; nothing here knows of care."""

from importlib import import_module
from typing import TYPE_CHECKING, Any

from msp_siting.files.fingerprints import sha256_of
from msp_siting.files.folders import (
    RUN_MARKER,
    SEAL,
    broken_seals,
    check_own,
    check_target,
    put_in_place,
    replace_folder,
    sha256_by_name,
)
from msp_siting.files.hints import got, near_name, show_value
from msp_siting.files.json import read_json
from msp_siting.files.projects import (
    APPRAISAL,
    GATES,
    bundled_folder,
    find_file,
    find_parameters,
    find_territory,
    project_roots,
)
from msp_siting.files.records import (
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
from msp_siting.files.text import (
    UNREADABLE,
    check_file,
    is_file,
    is_folder,
    is_there,
    lies_within,
    project_folder,
    read_text_file,
    read_utf8,
    real_path,
)
from msp_siting.files.yaml import parse_yaml, read_yaml, write_yaml

if TYPE_CHECKING:
    from msp_siting.files.csv import read_header
    from msp_siting.files.tables import MOST_PROBLEMS_SHOWN, Column, Table, first_problems, optional_column, read_table

__all__ = [
    "APPRAISAL",
    "GATES",
    "LARGEST_COUNT",
    "MISSING",
    "MOST_PROBLEMS_SHOWN",
    "RUN_MARKER",
    "SEAL",
    "UNKNOWN_KEY",
    "UNREADABLE",
    "Column",
    "Count",
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
    "check_own",
    "check_target",
    "find_file",
    "find_parameters",
    "find_territory",
    "first_problems",
    "got",
    "is_file",
    "is_folder",
    "is_there",
    "lies_within",
    "near_name",
    "optional_column",
    "parse_yaml",
    "project_folder",
    "project_roots",
    "put_in_place",
    "read_header",
    "read_json",
    "read_record",
    "read_table",
    "read_text_file",
    "read_utf8",
    "read_yaml",
    "real_path",
    "replace_folder",
    "schema_problems",
    "sha256_by_name",
    "sha256_of",
    "show_value",
    "write_yaml",
]
_LOADED_WHEN_USED = {  # by room: help and completion do without pandas
    "Column": "tables",
    "MOST_PROBLEMS_SHOWN": "tables",
    "Table": "tables",
    "first_problems": "tables",
    "optional_column": "tables",
    "read_header": "csv",
    "read_table": "tables",
}


def __getattr__(name: str) -> Any:  # noqa: ANN401 - whatever stands in the rooms
    """Load the rooms of tables when one of their names is first used."""
    if name not in _LOADED_WHEN_USED:
        message = f"module {__name__!r} has no attribute {name!r}"
        raise AttributeError(message)
    return getattr(import_module(f"{__name__}.{_LOADED_WHEN_USED[name]}"), name)
