"""Every official file that is there, read by its layout."""

from collections.abc import Mapping
from pathlib import Path

from msp_siting.errors import DataError, Sentence
from msp_siting.sources.catalogue import Catalogue
from msp_siting.sources.equipment import read_equipment
from msp_siting.sources.finess import read_finess
from msp_siting.sources.geographic_code import changes_of_code
from msp_siting.sources.raw_tables import Raw, read_raw

READERS = {  # by layout; polygons and matrices are read where they are used
    **dict.fromkeys(("csv", "xlsx", "any", "attributes"), read_raw),
    "finess": read_finess,
    "equipment": read_equipment,
}


def read_files(catalogue: Catalogue, paths: Mapping[str, Path]) -> dict[str, Raw]:
    """Return what the files say, by key of the catalogue; the COG's two as one list of earlier codes.

    Raises
    ------
    DataError
        With the problems of all files.
    """
    files: dict[str, Raw] = {}
    problems: list[Sentence] = []
    for key, path in paths.items():
        entry = catalogue.sources[key]
        if entry.layout.kind not in READERS:
            continue
        try:
            files[key] = READERS[entry.layout.kind](path, entry)
        except DataError as fault:
            problems += fault.problems
    if problems:
        raise DataError(problems)
    if "cog_communes" in files:
        listed = frozenset(files["communes"].frame["commune_id"])
        files["code_changes"] = changes_of_code(files["code_changes"], files["cog_communes"], listed)
    return files
