"""A disk that is full from one step on: each thing that a writer asks of the system is counted, and one is refused."""

import builtins
import errno
import io
import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pyarrow.parquet
import pytest

from msp_siting.files import replacing

FULL = (errno.ENOSPC, "No space left on device")
MOST_STEPS = 1_000
TAKES_NO_SPACE = {"unlink", "rmdir", "open folder"}  # works on a full disk
NEEDED = {"mkdir", "open", "write", "fsync", "replace"}  # nobody can write without


class FullDisk:
    """Counts steps below a folder, and refuses the n-th; or all from there on that take space or a name.

    Attributes
    ----------
    steps
        What was asked so far, in order.
    """

    def __init__(self, root: Path, number: int, *, stays_full: bool = False) -> None:
        self.root, self.number, self.stays_full = Path(os.path.realpath(root)), number, stays_full
        self.steps: list[str] = []

    @property
    def refused(self) -> str | None:
        """What was refused first, if anything."""
        return self.steps[self.number - 1] if len(self.steps) >= self.number else None

    def is_full(self, step: str) -> bool:
        """Count a step and return whether it is refused."""
        self.steps.append(step)
        later = self.stays_full and len(self.steps) > self.number and step not in TAKES_NO_SPACE
        return len(self.steps) == self.number or later

    def ask(self, step: str) -> None:
        if self.is_full(step):
            raise OSError(*FULL)

    def holds(self, path: object, folder: int | None = None) -> bool:
        """Return whether a path lies on this disk; a handle does, as does what is named in an open folder."""
        if isinstance(path, int) or folder is not None:
            return True
        return isinstance(path, str | os.PathLike) and Path(os.path.abspath(path)).is_relative_to(self.root)  # noqa: PTH100

    @contextmanager
    def used(self) -> Iterator["FullDisk"]:
        """Let everything that is written in this process ask this disk first."""
        with pytest.MonkeyPatch.context() as patch:
            for name in ("unlink", "rmdir", "rename", "replace", "link", "symlink", "truncate"):
                patch.setattr(os, name, self._asking(getattr(os, name), name))
            patch.setattr(os, "fsync", self._asking(lambda _: None, "fsync"))  # no test pulls the plug
            patch.setattr(os, "sendfile", self._asking(os.sendfile, "write"))  # how shutil copies
            make, opened = os.mkdir, os.open  # a folder that is there takes no space, nor does what is opened only
            patch.setattr(os, "mkdir", lambda path, *a, **o: (make if Path(path).exists() else mkdir)(path, *a, **o))
            mkdir, created = self._asking(make, "mkdir"), self._asking(opened, "open")
            folder = self._asking(opened, "open folder")
            patch.setattr(os, "open", lambda p, f, *a, **o: (created if f & os.O_CREAT else folder)(p, f, *a, **o))
            patch.setattr(io, "open", self._open)
            patch.setattr(builtins, "open", self._open)
            tables = pyarrow.parquet.write_table  # writes past Python
            patch.setattr(pyarrow.parquet, "write_table", self._asking(tables, "write", at=1))
            exchange = replacing._exchange  # noqa: SLF001 - the system's, which tells by its result
            patch.setattr(replacing, "_exchange", lambda *both: not self.is_full("exchange") and exchange(*both))
            yield self

    def _asking(self, function: Callable[..., Any], step: str, at: int = 0) -> Callable[..., Any]:
        def asking(*arguments: Any, **options: Any) -> Any:  # noqa: ANN401
            if self.holds(arguments[at], options.get("dir_fd")):
                self.ask(step)
            return function(*arguments, **options)

        return asking

    def _open(  # noqa: PLR0913, PLR0917 - as Python's own
        self,
        file: Any,  # noqa: ANN401
        mode: str = "r",
        buffering: int = -1,
        encoding: str | None = None,
        errors: str | None = None,
        newline: str | None = None,
        closefd: bool = True,  # noqa: FBT001, FBT002
        opener: Any = None,  # noqa: ANN401
    ) -> Any:  # noqa: ANN401
        if not set(mode) & set("wax") or isinstance(file, int) or not self.holds(file):
            return _open(file, mode, buffering, encoding, errors, newline, closefd, opener)
        self.ask("open")
        raw = _Asking(file, mode.replace("b", "").replace("t", ""))
        raw.disk = self
        buffer = io.BufferedRandom(raw) if "+" in mode else io.BufferedWriter(raw)
        return buffer if "b" in mode else io.TextIOWrapper(buffer, encoding or "utf-8", errors, newline)


class _Asking(io.FileIO):
    disk: FullDisk

    def write(self, content: Any, /) -> int:  # noqa: ANN401
        self.disk.ask("write")
        return super().write(content)


_open = builtins.open


def contents(folder: Path) -> dict[str, object]:
    """Return everything below a folder: what is in files, where links lead, None for folders."""
    found: dict[str, object] = {}
    for path in sorted(folder.rglob("*")):
        name = path.relative_to(folder).as_posix()
        found[name] = os.readlink(path) if path.is_symlink() else path.read_bytes() if path.is_file() else None  # noqa: PTH115
    return found


def refuse_each_step(  # noqa: PLR0913 - what is replaced, and what is known of it
    root: Path,
    replace: Callable[[], object],
    read: Callable[[], object],
    error: type[Exception],
    *,
    stays_full: bool = False,
    kept: Path | None = None,
    again: Callable[[], object] | None = None,
) -> tuple[list[str], list[Exception]]:
    """Refuse the first step of a replacement, then the second ... until one succeeds that nothing was refused to.

    Whatever is refused, what stood below ``root`` is there byte for byte, nothing is left beside it, and it can be
    read; where the disk stays full, it can be read. Where a replacement succeeds all the same, as what could not be
    taken away does no harm, nothing is left by the next.

    Parameters
    ----------
    kept
        What is there byte for byte, if not all below ``root``.
    again
        The next replacement, if another.

    Returns
    -------
    The steps of the one that succeeds, and the errors of the others.
    """
    before, kept, errors = contents(root), kept or root, []
    whole, readable = contents(kept), []
    for number in range(1, MOST_STEPS):
        with FullDisk(root, number, stays_full=stays_full).used() as disk:
            try:
                replace()
            except error as fault:
                errors.append(fault)
                is_replaced = False
            else:
                is_replaced = True
        if (state := contents(root)) not in readable:
            read()
            readable.append(state)
        if disk.refused is None:
            assert is_replaced
            return disk.steps, errors
        if not is_replaced and not stays_full:
            assert contents(kept) == whole, (number, disk.steps)
        assert not (is_replaced and disk.refused in NEEDED), (number, disk.steps)
        if is_replaced or disk.refused in TAKES_NO_SPACE:
            (again or replace)()
        assert not [name for name in contents(root) if "/." in f"/{name}"], (number, disk.steps)
        _restore(root, before)
    raise AssertionError(f"more than {MOST_STEPS} steps")


def _restore(root: Path, before: dict[str, object]) -> None:
    for name in sorted(contents(root).keys() - before.keys(), reverse=True):
        path = root / name
        path.rmdir() if path.is_dir() and not path.is_symlink() else path.unlink()
    for name, content in before.items():
        path = root / name
        if content is None:
            path.mkdir(exist_ok=True)
        elif isinstance(content, bytes):
            path.unlink(missing_ok=True)
            path.write_bytes(content)
        else:
            path.unlink(missing_ok=True)
            path.symlink_to(str(content))
