"""Folders that appear whole or not at all: written beside their place, put there in one step, sealed."""

import ctypes
import errno
import fcntl
import glob
import hashlib
import json
import os
import shutil
import sys
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any
from uuid import uuid4

from msp_siting.errors import OutputError, ScenarioError, Sentence, foreign, problem, told
from msp_siting.files.text import is_file, is_folder, is_there, real_path

RUN_MARKER = "run.json"
EARLIER_RUN = problem("an earlier run")
SEAL = "files"  # key of the marker: sha256 of every other file, by its path in the folder
BESIDE = ("-wal", "-shm", "-journal")  # what opening a GeoPackage leaves next to it
MOST_TRIES = 10
TAKEN = (errno.ENOTEMPTY, errno.EEXIST)
AT_WORKING_FOLDER, EXCHANGE = -100, 2  # linux/fcntl.h, linux/fs.h


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
    made: list[Path] = []
    try:
        made = _make_parents(place)
        trial = _beside(place, "new")
        trial.mkdir()
        trial.rmdir()
    except OSError as fault:
        reason = foreign(str(fault.strerror))
        wrong = problem("cannot be written: {reason}; give another with --out", reason=reason)
        raise ScenarioError(wrong.at(folder)) from fault
    finally:
        _remove_empty(made)
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

    Until everything is on disk the earlier folder stays as it is, whatever happens: two processes that write to one
    place end as if one had come after the other, and what a killed one left is taken away by the next.

    Raises
    ------
    OutputError
        If the folder cannot be written.
    ScenarioError
        If somebody has put a file into the earlier run meanwhile.
    """
    place = real_path(folder)
    made: list[Path] = []
    try:
        made = _make_parents(place)
        _clear_remains(place)
        with _fresh_folder(place) as fresh:
            write(fresh)
            seal(fresh)
            check_own(folder)
            put_in_place(fresh, place)
    except OSError as fault:
        _remove_empty(made)
        reason = foreign(fault.strerror) if fault.strerror else told(fault)
        wrong = problem("could not be written: {reason}; what stood there before is whole", reason=reason)
        raise OutputError(wrong.at(folder)) from fault
    except BaseException:
        _remove_empty(made)
        raise


def seal(folder: Path) -> None:
    """Note the sha256 of every other file in a folder's marker, all on disk; a folder without a marker has no seal."""
    for path in _files(folder):
        with path.open("rb") as file:
            os.fsync(file.fileno())
    marker = folder / RUN_MARKER
    if not marker.is_file():
        return
    content: dict[str, Any] = json.loads(marker.read_text(encoding="utf-8"))
    content[SEAL] = sha256_by_name(folder)
    with marker.open("w", encoding="utf-8") as file:
        file.write(json.dumps(content, indent=2, ensure_ascii=False, allow_nan=False) + "\n")
        file.flush()
        os.fsync(file.fileno())


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
        path.relative_to(folder).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in _files(folder)
        if path != folder / RUN_MARKER
    }


def _files(folder: Path) -> list[Path]:
    return sorted(path for path in folder.rglob("*") if path.is_file())


def _unsealed(folder: Path) -> set[str]:
    """Return the files of a sealed folder that its seal does not name, but for what other programs leave behind."""
    try:
        sealed = json.loads((folder / RUN_MARKER).read_text(encoding="utf-8")).get(SEAL)
        names = {path.relative_to(folder).as_posix() for path in _files(folder)}
    except (OSError, ValueError, AttributeError):  # gone meanwhile, or no marker of ours
        return set()
    if not isinstance(sealed, dict):
        return set()
    hidden = {name for name in names if any(part.startswith(".") for part in name.split("/")) or name.endswith(BESIDE)}
    return names - hidden - set(sealed) - {RUN_MARKER}


def _make_parents(place: Path) -> list[Path]:
    """Make the folders above a place and return those that were not there, the lowest first."""
    made: list[Path] = []
    try:
        for parent in reversed([parent for parent in place.parents if not is_there(parent)]):
            parent.mkdir(exist_ok=True)
            made.insert(0, parent)
    except OSError:
        _remove_empty(made)
        raise
    return made


def _remove_empty(folders: list[Path]) -> None:
    for folder in folders:
        with suppress(OSError):  # another process may have put something there meanwhile
            folder.rmdir()


@contextmanager
def _fresh_folder(place: Path) -> Iterator[Path]:
    """Make an empty folder beside a place, locked while it is ours, and take away whatever stands there at the end."""
    while True:
        fresh = _beside(place, "new")
        fresh.mkdir()
        lock = _lock(fresh, is_own=True)
        if lock is not None and fresh.is_dir():
            break
    try:
        yield fresh
    finally:
        shutil.rmtree(fresh, ignore_errors=True)
        os.close(lock)


def _lock(folder: Path, *, is_own: bool = False) -> int | None:
    """Return a lock on a folder that ends with this process at the latest, or None where another process has it.

    Where the file system knows no locks, a folder that is our own counts as locked, and any other as another process's.
    """
    try:
        handle = os.open(folder, os.O_RDONLY)
    except FileNotFoundError:
        return None
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError as fault:
        if is_own and not isinstance(fault, BlockingIOError):  # NFS cannot lock what is open for reading only
            return handle
        os.close(handle)
        return None
    return handle


def _clear_remains(place: Path) -> None:
    """Put an earlier folder back that a killed process had set aside, and take away what one was writing."""
    name = glob.escape(place.name)
    for old in sorted(place.parent.glob(f".{name}.old-*")):
        _put_back(old, place)
    for rest in place.parent.glob(f".{name}.new-*"):
        lock = _lock(rest)
        if lock is not None:  # nobody is writing it
            shutil.rmtree(rest, ignore_errors=True)
            os.close(lock)


def put_in_place(fresh: Path, place: Path) -> None:
    """Give a new folder the name of a place; what was there, if anything, then has the new one's name, or is gone."""
    set_aside: list[Path] = []
    try:
        while True:
            try:
                fresh.rename(place)  # where nothing is, or an empty folder
            except OSError as fault:
                if fault.errno not in TAKEN:
                    raise
            else:
                return
            if _exchange(fresh, place):
                return
            set_aside.append(_beside(place, "old"))
            with suppress(FileNotFoundError):  # another process may have moved it meanwhile
                place.rename(set_aside[-1])
    finally:
        for old in set_aside:
            _put_back(old, place)


def _put_back(old: Path, place: Path) -> None:
    """Give an earlier folder its name again, or take it away where there is a newer one."""
    for _ in range(MOST_TRIES):
        with suppress(OSError):  # another process may have put something there, or taken this away, meanwhile
            if place.exists():
                shutil.rmtree(old)
            else:
                old.rename(place)
            return


def _beside(place: Path, kind: str) -> Path:
    return place.with_name(f".{place.name}.{kind}-{uuid4().hex[:12]}")


def _exchange(one: Path, other: Path) -> bool:
    """Let two folders change places in one step, where the system can; return whether it did."""
    if sys.platform != "linux":
        return False
    rename = getattr(ctypes.CDLL(None, use_errno=True), "renameat2", None)
    if rename is None:
        return False
    paths = (AT_WORKING_FOLDER, os.fsencode(one), AT_WORKING_FOLDER, os.fsencode(other))
    return bool(rename(*paths, EXCHANGE) == 0)
