"""What kind of run a folder holds, and whether this version knows the format of its files."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from msp_siting.errors import DataError, problem
from msp_siting.files import got, is_there, read_json
from msp_siting.runs.files import FORMAT, KINDS, Kind, RunFile

FIRST_FORMAT = 1  # of a run before it was said
WITH_MONEY: tuple[Kind, ...] = ("solve", "sweep")  # kinds whose amounts are reckoned again, or held beside others

# Keys of ``run.json`` or ``summary.json``, and a file, which one kind of run has and no other; ``diagnose`` has none.
SIGNS: Mapping[Kind, tuple[frozenset[str], RunFile | None]] = {
    "siting": (frozenset({"objective_unit"}), None),
    "solve": (frozenset({"search", "status"}), RunFile.PRICES),
    "sweep": (frozenset({"parameter"}), RunFile.ASKED),
    "compare": (frozenset({"against_reference"}), RunFile.MEASURES),
    "alternatives": (frozenset({"shared_sites"}), RunFile.GOOD_PLANS),
    "evaluate": (frozenset({"verdicts"}), RunFile.REQUESTS),
}


def read_kind(folder: Path) -> Kind:
    """Return what kind of run a folder holds: as ``run.json`` says; of one before it did, as its signs tell.

    Raises
    ------
    DataError
        If a later version wrote it, or an earlier one in whose plans amounts mean something else; if it says another
        kind than its files have, or if a file cannot be read.
    """
    path, provenance = folder / RunFile.PROVENANCE, read_provenance(folder)
    found = _kind_by_signs(folder, {*provenance, *read_json(folder / RunFile.SUMMARY, DataError)})
    said = provenance.get("kind", found)
    if said not in KINDS:
        raise DataError(got(problem("must be one of {values}", values=", ".join(KINDS)), said).at("kind").at(path))
    if said != found:
        other = problem("{said} is said, but the files are those of {found}", said=said, found=found)
        raise DataError(other.at("kind").at(path))
    written = provenance.get("format", FIRST_FORMAT)
    if found in WITH_MONEY and written < FORMAT:
        earlier = problem(
            "format {written} is of an earlier version, whose cost_eur held aid to practitioners too; solve the "
            "question again, or use the version that wrote the run",
            written=written,
        )
        raise DataError(earlier.at("format").at(path))
    return found


def read_provenance(folder: Path) -> dict[str, Any]:
    """Return what ``run.json`` says, if this version knows the format of the files.

    Raises
    ------
    DataError
        If a later version wrote them, in which a column may mean something else, or if the file cannot be read.
    """
    path = folder / RunFile.PROVENANCE
    provenance = read_json(path, DataError)
    written = provenance.get("format", FIRST_FORMAT)
    if isinstance(written, bool) or not isinstance(written, int):
        expected = problem("expected {expected}", expected=problem("a whole number"))
        raise DataError(got(expected, written).at("format").at(path))
    if written > FORMAT:
        later = problem(
            "{written}, but this version knows formats up to {known} only; use the version that wrote the run, or a "
            "later one",
            written=written,
            known=FORMAT,
        )
        raise DataError(later.at("format").at(path))
    return provenance


def _kind_by_signs(folder: Path, keys: set[str]) -> Kind:
    found = (kind for kind, (own, file) in SIGNS.items() if own & keys or (file and is_there(folder / file)))
    return next(found, "diagnose")
