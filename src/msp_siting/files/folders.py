"""Folders of runs: what may be replaced, and the seal by which a run knows its own files."""

import json
import os
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

from msp_siting.errors import ScenarioError, Sentence, foreign, problem
from msp_siting.files.fingerprints import sha256_of
from msp_siting.files.replacing import output_errors, put_folder, try_place
from msp_siting.files.text import is_file, is_folder, is_there, real_path

RUN_MARKER = "run.json"
EARLIER_RUN = problem("an earlier run")
SEAL = "files"  # key of the marker: sha256 of every other file, by its path in the folder
BESIDE = ("-wal", "-shm", "-journal")  # what opening a GeoPackage leaves next to it


def check_target(folder: Path, marker: str = RUN_MARKER, what: Sentence = EARLIER_RUN) -> None:
    """Refuse a target that holds something else than what it would replace.

    Raises
    ------
    ScenarioError
        If the folder is a file, cannot be written, is not empty and holds no file called ``marker``, or holds files
        that the earlier run did not write.
    """
    place = real_path(folder)
    if is_there(place) and not (is_folder(place) or is_file(place)):
        raise ScenarioError(problem("is neither a folder nor free; give another with --out").at(folder))
    if is_file(place):
        raise ScenarioError(problem("is a file; give another folder with --out").at(folder))
    if os.path.ismount(place):
        raise ScenarioError(problem("is where a file system is mounted; give a folder in it with --out").at(folder))
    if real_path(Path()).is_relative_to(place):
        here = problem("is the current folder, or one above it; go to another, or give one with --out")
        raise ScenarioError(here.at(folder))
    try:
        try_place(place)
    except OSError as fault:
        reason = foreign(str(fault.strerror))
        wrong = problem("cannot be written: {reason}; give another with --out", reason=reason)
        raise ScenarioError(wrong.at(folder)) from fault
    if place.is_dir() and any(place.iterdir()):
        if not (place / marker).is_file():
            other = problem("holds something else than {what}; give another folder with --out", what=what)
            raise ScenarioError(other.at(folder))
        check_own(folder)


def check_own(folder: Path) -> None:
    """Refuse the folder of a run that holds a file which the run did not write.

    Raises
    ------
    ScenarioError
        Naming that file.
    """
    for name in sorted(_unsealed(real_path(folder)))[:1]:
        strange = problem(
            "holds {file}, which the run there did not write; move it, or give another folder with --out", file=name
        )
        raise ScenarioError(strange.at(folder))


def replace_folder(folder: Path, write: Callable[[Path], None]) -> None:
    """Let ``write`` fill a new folder, seal it, then put it in the place of an earlier one in one step.

    Raises
    ------
    OutputError
        If the folder cannot be written; the earlier one is as it was.
    ScenarioError
        If somebody has put a file into the earlier run meanwhile.
    """

    def write_sealed(fresh: Path) -> None:
        write(fresh)
        seal(fresh)

    with output_errors(folder):
        put_folder(real_path(folder), write_sealed, lambda: check_own(folder))


def seal(folder: Path) -> None:
    """Note the sha256 of every other file in a folder's marker; a folder without a marker has no seal."""
    marker = folder / RUN_MARKER
    if not marker.is_file():
        return
    content: dict[str, Any] = json.loads(marker.read_text(encoding="utf-8"))
    content[SEAL] = sha256_by_name(folder)
    marker.write_text(json.dumps(content, indent=2, ensure_ascii=False, allow_nan=False) + "\n", encoding="utf-8")


def broken_seals(folder: Path, sealed: Mapping[str, str]) -> Iterator[Sentence]:
    """Yield what is no longer as the marker says: files gone, changed or added."""
    found = sha256_by_name(folder)
    for name, sha256 in sealed.items():
        if name not in found:
            yield problem("this file of the run is missing").at(folder / name)
        elif found[name] != sha256:
            changed = problem("is not as it was written (its sha256 differs from the one in {file})", file=RUN_MARKER)
            yield changed.at(folder / name)
    for name in sorted(_unsealed(folder)):
        yield problem("the run did not write this file").at(folder / name)


def sha256_by_name(folder: Path) -> dict[str, str]:
    """Return the sha256 of every file below a folder but its marker, by its path in the folder."""
    return {
        path.relative_to(folder).as_posix(): sha256_of(path) for path in _files(folder) if path != folder / RUN_MARKER
    }


def _files(folder: Path) -> list[Path]:
    """Return the files below a folder but for hidden ones, which are other programs' or not finished."""
    paths = (path for path in folder.rglob("*") if path.is_file())
    return sorted(path for path in paths if not any(part.startswith(".") for part in path.relative_to(folder).parts))


def _unsealed(folder: Path) -> set[str]:
    """Return the files of a sealed folder that its seal does not name, but for what other programs leave behind."""
    try:
        sealed = json.loads((folder / RUN_MARKER).read_text(encoding="utf-8")).get(SEAL)
        names = {path.relative_to(folder).as_posix() for path in _files(folder)}
    except (OSError, ValueError, AttributeError):  # gone meanwhile, or no marker of ours
        return set()
    if not isinstance(sealed, dict):
        return set()
    return {name for name in names if not name.endswith(BESIDE)} - set(sealed) - {RUN_MARKER}
