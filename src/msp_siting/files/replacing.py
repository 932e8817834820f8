"""Folders and files that appear whole or not at all: written beside their place, on disk, then put there.

Until then nothing changes, and an error leaves what stood there, or brings it back. What a killed writer was writing is
taken away by the next one to write there, and what it had set aside is put back.
"""

import ctypes
import glob
import os
import shutil
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from errno import EBUSY, EEXIST, ENOTEMPTY
from pathlib import Path
from uuid import uuid4

from filelock import BaseFileLock

from msp_siting.errors import OutputError, foreign, problem, told
from msp_siting.files.locks import lock_folder, locked_folder, unlock
from msp_siting.files.text import is_there

FILES = "msp-siting-files"  # in the name of the folder where files are written that are to stand in the one around it
MOST_TRIES = 10
TAKEN = (ENOTEMPTY, EEXIST)
AT_WORKING_FOLDER, EXCHANGE = -100, 2  # linux/fcntl.h, linux/fs.h


@contextmanager
def output_errors(place: Path) -> Iterator[None]:
    """Tell what the disk refuses as the user's error, at a place where a replacement has failed."""
    try:
        yield
    except OSError as fault:
        reason = foreign(fault.strerror) if fault.strerror else told(fault)
        wrong = problem("could not be written: {reason}; what stood there before is whole", reason=reason)
        raise OutputError(wrong.at(place)) from fault


def put_folder(place: Path, write: Callable[[Path], object], check: Callable[[], object] = lambda: None) -> None:
    """Let ``write`` fill a new folder, then put it in the place of an earlier one in one step.

    Two processes that write to one place end as if one had come after the other.

    Parameters
    ----------
    check
        Called last, and raises what speaks against replacing the earlier one.

    Raises
    ------
    OSError
        If the folder cannot be written; the earlier one is as it was.
    """
    with _folder_beside(place) as fresh:
        write(fresh)
        _flush(fresh)
        check()
        _put_in_place(fresh, place)


def replace_files(folder: Path, write: Callable[[Path], Sequence[Path]]) -> None:
    """Let ``write`` fill a new folder, then put what it returns into another, each in the place of its namesake.

    They follow one another in the order returned, so a kill in between leaves some of them; an error leaves none. What
    else the folder holds stays, and it stays the same folder: somebody may stand in it.

    Raises
    ------
    OSError
        If anything cannot be written; the earlier files are as they were.
    """
    with _folder_beside(folder / FILES) as fresh:
        parts = list(dict.fromkeys(write(fresh)))
        _flush(fresh)
        earlier: dict[Path, Path | None] = {}
        try:
            for part in parts:
                place = folder / part.name
                if place not in earlier:
                    earlier[place] = _kept(place, fresh / f".earlier-{len(earlier)}")
            for part in parts:
                part.replace(folder / part.name)
        except BaseException:
            _bring_back(folder, parts, earlier)
            raise


def move_folder(finished: Path, place: Path) -> None:
    """Give a finished folder the name of a place in one step; what was there is taken away.

    Raises
    ------
    OSError
        If it cannot be moved; both are as they were.
    """
    _put_in_place(finished, place)
    rest = _beside(finished, "new")
    with suppress(OSError):  # nothing may be left; and what cannot be taken away now is by the next to write there
        finished.rename(rest)
    for earlier in (rest, finished):
        shutil.rmtree(earlier, ignore_errors=True)


def try_place(place: Path) -> None:
    """Make a folder beside a place and take it away again.

    Raises
    ------
    OSError
        Where none can be made.
    """
    made = _make_parents(place)
    try:
        trial, lock = _make_locked(place)
        trial.rmdir()
        unlock(lock)
    finally:
        _remove_empty(made)


def clear_remains(place: Path) -> None:
    """Take away what killed processes left beside a place and in it; a folder that one had set aside is put back."""
    name = glob.escape(place.name)
    for old in sorted(place.parent.glob(f".{name}.old-*")):
        _put_back(old, place)
    remains = (*place.parent.glob(f".{name}.new-*"), *place.glob(f".{FILES}.new-*"))
    for rest in sorted(set(map(locked_folder, remains))):
        lock = lock_folder(rest)
        if lock is not None:  # nobody is writing it
            shutil.rmtree(rest, ignore_errors=True)
            unlock(lock)


@contextmanager
def _folder_beside(place: Path) -> Iterator[Path]:
    """Make an empty folder beside a place, locked while it is ours; at the end it is gone, or stands in the place.

    The folders above the place are made too, and taken away again if it comes to nothing.
    """
    made = _make_parents(place)
    try:
        clear_remains(place)
        fresh, lock = _make_locked(place)
        try:
            yield fresh
        finally:
            shutil.rmtree(fresh, ignore_errors=True)
            unlock(lock)
    except BaseException:
        _remove_empty(made)
        raise


def _make_locked(place: Path) -> tuple[Path, BaseFileLock]:
    for _ in range(MOST_TRIES):
        fresh = _beside(place, "new")
        fresh.mkdir()
        try:
            lock = lock_folder(fresh, is_own=True)
        except OSError:
            fresh.rmdir()
            raise
        if lock is not None:
            if fresh.is_dir():
                return fresh, lock
            unlock(lock)  # another process has taken the folder away just before
    raise OSError(EBUSY, os.strerror(EBUSY))


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


def _flush(folder: Path) -> None:
    """Wait until every file below a folder is on disk; a disk that is full may say so only then."""
    for path in sorted(folder.rglob("*")):
        if path.is_file():
            with path.open("rb+") as file:  # Windows flushes only what may be written
                os.fsync(file.fileno())


def _kept(place: Path, name: Path) -> Path | None:
    """Give what stands at a place a second name, or copy it where it can have only one; None where nothing stands."""
    if not is_there(place):
        return None
    if place.is_dir():  # which can have one name only
        return place.rename(name)
    try:
        os.link(place, name, follow_symlinks=False)
    except (OSError, NotImplementedError):
        shutil.copy2(place, name, follow_symlinks=False)
    return name


def _bring_back(folder: Path, parts: Sequence[Path], earlier: Mapping[Path, Path | None]) -> None:
    """Give earlier files their names again where parts have taken them, the last first; nothing if all have."""
    moved = {folder / part.name: part for part in parts if not is_there(part)}
    if not any(map(is_there, parts)):
        return
    with suppress(OSError):  # what came before then stays too: the order is such that every state can be read
        for place, part in reversed(moved.items()):
            kept = earlier[place]
            if kept is None or kept.is_dir():
                place.rename(part)
            else:
                kept.replace(place)
    for place, kept in earlier.items():
        if kept is not None and kept.is_dir():
            kept.rename(place)


def _put_in_place(fresh: Path, place: Path) -> None:
    """Give a finished folder the name of a place; what was there, if anything, has the new one's name, or is gone."""
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
