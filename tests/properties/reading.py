"""A process that reads what it is given, with little memory and no more time than it is allowed."""

import mmap
import os
import time
import traceback
import warnings
from collections.abc import Callable
from multiprocessing import get_context
from multiprocessing.connection import Connection
from pathlib import Path

import pandas as pd

from msp_siting.errors import DataError, MspSitingError
from msp_siting.files import Mended, tables
from msp_siting.runs import reading as earlier_run
from msp_siting.travel import points

LONGEST_S = 10.0
MOST_KEPT = 100  # tables
LONGEST_START_S = 120.0
MOST_BYTES = 2_000_000_000  # of address space, above what the process has once everything is loaded

FAULTS: dict[str, Callable[[Path], object]] = {  # what no reader may do
    "hangs": lambda _: time.sleep(3600),
    "crashes": lambda _: os.abort(),
    "floods": lambda _: bytes(2 * MOST_BYTES),
    "fails": lambda _: {}["nothing"],
    "warns": lambda _: warnings.warn("something", stacklevel=1),
    "mumbles": lambda path: _refuse(f"{path}: <object object at 0x7f>"),
}


def _refuse(problem: str) -> None:
    raise DataError(problem)


def _remember_tables() -> None:
    """Read a table again only where its file has changed: of the dozen files of a folder one is damaged at a time."""
    read, kept = tables.read_table, {}

    def read_once(path: Path, table: tables.Table, mended: list[Mended] | None = None) -> pd.DataFrame:
        key = path, table, path.read_bytes() if path.is_file() else None
        if key not in kept:
            if len(kept) > MOST_KEPT:
                kept.clear()
            kept[key] = read(path, table, mended)
        return kept[key]

    for module in (tables, earlier_run, points):
        module.read_table = read_once  # type: ignore[assignment]


def _virtual_bytes() -> int:
    pages = int(Path("/proc/self/statm").read_text(encoding="utf-8").split()[0])
    return pages * mmap.PAGESIZE


def serve(pipe: Connection, base: Path) -> None:
    """Read every file that is asked for, and answer with an error's text, or with nothing where it was read."""
    from readers import READERS, SLOW  # noqa: PLC0415 - loaded here, not by who starts the process

    _remember_tables()
    known = READERS | FAULTS
    for name, read in READERS.items():  # whatever is loaded late is loaded now
        read(base / name)
    import resource  # noqa: PLC0415 - a Windows without it skips this

    resource.setrlimit(resource.RLIMIT_AS, (_virtual_bytes() + MOST_BYTES,) * 2)
    pipe.send(None)
    while True:
        name, is_slow = pipe.recv()
        try:
            with warnings.catch_warnings():
                warnings.simplefilter("error")
                (SLOW if is_slow else known)[name](base / name)
            pipe.send(None)
        except MspSitingError as problem:
            pipe.send(_why_unclear(problem))
        except BaseException:  # noqa: BLE001 - this is what is looked for
            pipe.send(traceback.format_exc())


def _why_unclear(problem: MspSitingError) -> str | None:
    """Return what is wrong with an error that a user can be shown, or None."""
    text = "\n".join(problem.problems)
    try:
        text.encode()
    except UnicodeEncodeError as unencodable:
        return f"an error that cannot be shown: {unencodable}"
    if not text.strip() or " object at 0x" in text:
        return f"an error that says nothing: {text!r}"
    return None


class Worker:
    """The process, started again when it has been ended."""

    def __init__(self, base: Path) -> None:
        self.base = base
        self._start()

    def _start(self) -> None:
        context = get_context("spawn")
        self.pipe, other = context.Pipe()
        self.process = context.Process(target=serve, args=(other, self.base), daemon=True)
        self.process.start()
        other.close()
        assert self.pipe.poll(LONGEST_START_S), "the process that reads does not start"
        assert self.pipe.recv() is None

    def read(self, name: str, content: bytes, *, is_slow: bool = False, longest_s: float = LONGEST_S) -> str | None:
        """Return what goes wrong where a file has some content, or None: it is read, or refused in words."""
        path = self.base / name
        valid = path.read_bytes()
        path.write_bytes(content)
        try:
            self.pipe.send((name, is_slow))
            if not self.pipe.poll(longest_s):
                self.stop()
                self._start()
                return f"it takes more than {longest_s:g} s"
            answer: str | None = self.pipe.recv()
        except (EOFError, OSError):
            self.process.join()
            code = self.process.exitcode
            self._start()
            return f"the process ends with {code}"
        finally:
            path.write_bytes(valid)
        return answer

    def stop(self) -> None:
        self.process.kill()
        self.process.join()
