"""Folders of runs: what may be replaced, and the seal by which a run knows its own files."""

import errno
import json
import os
import stat
import unicodedata
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
CONTROL = {"Cc", "Zl", "Zp"}  # Unicode's categories of control characters and of breaks of lines and paragraphs
BESIDE = ("-wal", "-shm", "-journal")  # what opening a GeoPackage leaves next to it


def check_target(folder: Path, marker: str = RUN_MARKER, what: Sentence = EARLIER_RUN) -> None:
    """Refuse a target that holds something else than what it would replace.

    Raises
    ------
    ScenarioError
        If its name holds what no name should, the folder is a file, cannot be written or replaced, is not empty and
        holds no file called ``marker``, or holds files that the earlier run did not write.
    """
    check_name(folder)
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
    _check_replaceable(folder)
    if place.is_dir() and any(place.iterdir()):
        if not (place / marker).is_file():
            other = problem("holds something else than {what}; give another folder with --out", what=what)
            raise ScenarioError(other.at(folder))
        check_own(folder)


def check_name(path: Path) -> None:
    """Refuse the path of something to write that holds a line break, a tab or another control character.

    Raises
    ------
    ScenarioError
        Naming the path with what it holds written out.
    """
    if any(unicodedata.category(character) in CONTROL for character in str(path)):
        wrong = problem("the name holds a line break or another control character; give another")
        raise ScenarioError(wrong.at(repr(str(path))))


def _check_replaceable(folder: Path) -> None:
    """Refuse a folder from which this user may not take away what is in it, or which may not be taken away itself."""
    place = real_path(folder)
    if not place.is_dir():
        return
    inside = [place, *(path for path in place.rglob("*") if path.is_dir() and not path.is_symlink())]
    closed = next((path for path in inside if not os.access(path, os.W_OK | os.X_OK)), None)
    if closed is None and _belongs_to_another(place):
        closed = place
    if closed is not None:
        reason = foreign(os.strerror(errno.EACCES))
        wrong = problem("cannot be replaced: {reason}; give another with --out", reason=reason)
        raise ScenarioError(wrong.at(closed if closed != place else folder))


def _belongs_to_another(place: Path) -> bool:
    """Return whether a folder may be renamed by its owner only (as in /tmp), and that is another user."""
    user = getattr(os, "geteuid", int)()  # Windows has no such folders
    above = place.parent.stat()
    is_shared = bool(above.st_mode & stat.S_ISVTX)
    return is_shared and user not in {0, above.st_uid, place.stat().st_uid}


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
    marker.write_text(
        json.dumps(content, indent=2, ensure_ascii=False, allow_nan=False) + "\n", encoding="utf-8", newline="\n"
    )


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
